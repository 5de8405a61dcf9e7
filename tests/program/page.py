"""The page in a real browser. Skipped where npm, node or Chromium are not there."""
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

def node(script, *args):
    subprocess.run(["node", script, *args], check=True, env={**os.environ, "CHROMIUM": browser})


# Kinds of result: a grid of contexts with two axes, one with a varied key, a single municipality with its own units, years with
# interventions, years with power, a choice between policies.
led_by = {"quality-work": ["-m", "gap_gain_per_krona"]}
smaller = {"can-we-see-it": ["--set", "power.pooled=[1, 10, 100]"], "compare-models": ["--set", "run.max_replicates=256"]}
for scenario in ["sweden", "preschool", "my-municipality", "quality-work", "can-we-see-it", "compare-models"]:
    result = f"{scenario}.h5"
    subprocess.run([program, "run", f"{source}/scenarios/{scenario}.toml", "-o", result, "--set", "run.replicates=256", "-q", *smaller.get(scenario, [])], check=True)
    subprocess.run([program, "report", result, "-o", f"{scenario}.html"], check=True)
    with open("shown.json", "w") as f:
        subprocess.run([program, "show", result, "--json", "-m", "not_qualified_gap", "-m", "gap", "-m", "share_moved", *led_by.get(scenario, [])], check=True, stdout=f)
    print(f"-- {scenario}")
    node("check.mjs", f"{scenario}.html", "shown.json", f"pictures-{scenario}")
    node("every.mjs", f"{scenario}.html", f"pictures-{scenario}", *(["quick"] if scenario in ["sweden", "can-we-see-it"] else []))
    if scenario in ["my-municipality", "preschool"]:
        with open("answers.json", "w") as f:
            subprocess.run([program, "answer", result, "--json"], check=True, stdout=f)
        node("result.mjs", f"{scenario}.html", "answers.json")

# The other pages: what decides the answer, segregation, the national picture, two runs side by side.
quietly = {"check": True, "stdout": subprocess.DEVNULL}
subprocess.run([program, "sensitivity", f"{source}/scenarios/sensitivity.toml", "-q", "-o", "s.h5", "--set", "sensitivity.rows=64", "--set", "sensitivity.scrambles=4"], **quietly)
subprocess.run([program, "report", "s.h5", "-o", "sensitivity.html"], **quietly)
subprocess.run([program, "segregation", f"{source}/scenarios/data/own-units.csv", "--shares", "låg", "--pupils", "elever", "--page", "segregation.html"], **quietly)
subprocess.run([program, "verdict", f"{source}/scenarios/national/01-large-and-small.toml", "--set", "points.schools.municipalities=30", "--set", "run.replicates=128", "-q", "--page", "national.html"], **quietly)
subprocess.run([program, "run", f"{source}/scenarios/my-municipality.toml", "-q", "-o", "other.h5", "--set", "run.replicates=256", "--set", "run.seed=2", "--set", "answer.share=0.2"], **quietly)
subprocess.run([program, "report", "--compare", "my-municipality.h5", "other.h5", "-o", "compare.html"], **quietly)
with open("compare.html", encoding="utf-8") as f:
    both = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', f.read(), re.S)[1])
answers = []
for result, share in [("my-municipality.h5", 0.1), ("other.h5", 0.2)]:
    shown = json.loads(subprocess.run([program, "show", result, "--json", "-m", "not_qualified_gap"], check=True, stdout=subprocess.PIPE).stdout)
    answers += [row for row in shown if row["policy"] == "proportional" and abs(row["share"] - share) < 1e-9]
difference, error = answers[1]["difference"] - answers[0]["difference"], (answers[0]["difference_standard_error"] ** 2 + answers[1]["difference_standard_error"] ** 2) ** 0.5
if abs(both["answer"]["difference"] - difference) > 1e-9 or abs(both["answer"]["standard_error"] - error) > 1e-9 or [d[0] for d in both["differences"]] != ["answer.share", "run.seed"]:
    sys.exit(f"FAILED: two runs side by side: {both['answer']}, {both['differences']}; {difference} and {error} are wanted")
print("ok: two runs side by side differ by what their results say, key by key")
for page in ["sensitivity", "segregation", "national", "compare"]:
    print(f"-- {page}")
    node("every.mjs", f"{page}.html", f"pictures-{page}")
