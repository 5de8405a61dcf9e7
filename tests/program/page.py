"""The page in a real browser. Skipped where npm, node or Chromium are not there."""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
for tool, there in [("npm", shutil.which("npm")), ("node", shutil.which("node")), ("chromium", browser)]:
    if not there:
        print(f"skipped: {tool} is not installed")
        sys.exit(77)

folder = os.path.join(source, "tests/program/page")
for name in ["package.json", "package-lock.json", "browser.mjs", "check.mjs", "every.mjs", "result.mjs"]:
    shutil.copy(os.path.join(folder, name), name)
if not all(os.path.isdir("node_modules/" + name) for name in ["playwright-core", "axe-core"]):
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], check=True)


class Failed(Exception):
    """Its text is what was said until then."""


def call(*args, stdout=subprocess.DEVNULL):
    subprocess.run([program, *args], check=True, stdout=stdout)


def node(script, *args):
    done = subprocess.run(["node", script, *args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, "CHROMIUM": browser})
    if done.returncode:
        raise Failed(done.stdout)
    return done.stdout


def shown(result, *options):
    return json.loads(subprocess.run([program, "show", result, "--json", *options], check=True, stdout=subprocess.PIPE).stdout)


# Kinds of result: a grid of contexts with two axes, one with a varied key, a single municipality with its own units, years with
# interventions, years with power, a choice between policies.
led_by = {"quality-work": ["-m", "gap_gain_per_krona"]}
smaller = {"can-we-see-it": ["--set", "power.pooled=[1, 10, 100]"], "compare-models": ["--set", "run.max_replicates=256"]}


def result_page(scenario):
    result = f"{scenario}.h5"
    call("run", f"{source}/scenarios/{scenario}.toml", "-o", result, "--set", "run.replicates=256", "-q", *smaller.get(scenario, []))
    call("report", result, "-o", f"{scenario}.html")
    with open(f"{scenario}.json", "w") as f:
        json.dump(shown(result, "-m", "not_qualified_gap", "-m", "gap", "-m", "share_moved", *led_by.get(scenario, [])), f)
    said = node("check.mjs", f"{scenario}.html", f"{scenario}.json", f"pictures-{scenario}")
    said += node("every.mjs", f"{scenario}.html", f"pictures-{scenario}", *(["quick"] if scenario in ["sweden", "can-we-see-it"] else []))
    if scenario in ["my-municipality", "preschool"]:
        with open(f"{scenario}-answers.json", "w") as f:
            call("answer", result, "--json", stdout=f)
        said += node("result.mjs", f"{scenario}.html", f"{scenario}-answers.json")
    return said


# The other pages: what decides the answer, segregation, the national picture beside a table, two runs side by side.
def sensitivity():
    call("sensitivity", f"{source}/scenarios/sensitivity.toml", "-q", "-o", "s.h5", "--set", "sensitivity.rows=64", "--set", "sensitivity.scrambles=4")
    call("report", "s.h5", "-o", "sensitivity.html")


def segregation():
    call("segregation", f"{source}/scenarios/data/own-units.csv", "--shares", "låg", "--pupils", "elever", "--page", "segregation.html")


def national():
    call("ensemble", "-n", "30", "--seed", "2", "-o", "thirty.csv")
    claims = [f"{source}/scenarios/national/{name}.toml" for name in ["01-large-and-small", "08-state-grant"]]
    call("verdict", *claims, "--set", "points.schools.municipalities=30", "--set", "run.replicates=128", "-q", "--municipalities", "thirty.csv", "--page", "national.html")


def compare():
    for result, changes in [("one.h5", []), ("other.h5", ["--set", "run.seed=2", "--set", "answer.share=0.2"])]:
        call("run", f"{source}/scenarios/my-municipality.toml", "-q", "-o", result, "--set", "run.replicates=256", *changes)
    call("report", "--compare", "one.h5", "other.h5", "-o", "compare.html")
    with open("compare.html", encoding="utf-8") as f:
        both = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', f.read(), re.S)[1])
    answers = []
    for result, share, of in zip(["one.h5", "other.h5"], [0.1, 0.2], both["answer"]["of"]):
        answers += [row for row in shown(result, "-m", "not_qualified_gap") if row["policy"] == "proportional" and abs(row["share"] - share) < 1e-9 and row["point"] == of["place"]]
    if len(answers) != 2:
        raise Failed(f"FAILED: the points of the two runs side by side: {both['answer']}, {answers}")
    difference, error = answers[1]["difference"] - answers[0]["difference"], (answers[0]["difference_standard_error"] ** 2 + answers[1]["difference_standard_error"] ** 2) ** 0.5
    if abs(both["answer"]["difference"] - difference) > 1e-9 or abs(both["answer"]["standard_error"] - error) > 1e-9 or [d[0] for d in both["differences"]] != ["answer.share", "run.seed"]:
        raise Failed(f"FAILED: two runs side by side: {both['answer']}, {both['differences']}; {difference} and {error} are wanted")
    return "ok: two runs side by side differ by what their results say, key by key\n"


def other_page(make):
    return (make() or "") + node("every.mjs", f"{make.__name__}.html", f"pictures-{make.__name__}")


# Several at a time: a browser waits for its downloads more than it draws. The longest first.
jobs = [(name, lambda name=name: result_page(name)) for name in ["preschool", "my-municipality", "quality-work", "compare-models", "sweden", "can-we-see-it"]]
jobs[2:2] = [(make.__name__, lambda make=make: other_page(make)) for make in [compare, national, sensitivity, segregation]]
failed = []
with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
    for name, job in [(name, pool.submit(job)) for name, job in jobs]:
        try:
            print(f"-- {name}\n{job.result()}", end="", flush=True)
        except Failed as said:
            failed.append(name)
            print(f"-- {name}\n{said}", flush=True)
if failed:
    sys.exit(f"FAILED: {', '.join(failed)}")
