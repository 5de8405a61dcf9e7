"""`likvard sensitivity` as a user types it: a scenario, its result, a study's result, one's own CSV, and mistakes."""
import csv
import json
import math
import os
import random
import signal
import subprocess
import time

from support.steps import expect, program, run, source

scenario = source + "/scenarios/sensitivity.toml"
small = ["--set", "sensitivity.rows=64", "--set", "sensitivity.scrambles=4"]


# A scenario, its table, CSV and JSON, and the same numbers from its result and on one thread.
r = run("sensitivity", scenario, *small, "-o", "s.h5", "--csv", "s.csv", "--runs", "runs.csv")
expect(r.returncode == 0 and "All variation: levers and context" in r.stdout and "alone (S)" in r.stdout, "the table", r)
from_scenario = run("sensitivity", scenario, *small, "-o", "again.h5", "--json", "--threads", "1")
from_result = run("sensitivity", "s.h5", "--json")
a, b = json.loads(from_scenario.stdout), json.loads(from_result.stdout)
expect(a["outputs"] == b["outputs"] and a["factors"] == b["factors"], "one thread, and from the file: the same bits", from_result)
output = a["outputs"][0]
expect(abs(sum(output["split"][part]["value"] for part in ("levers", "parameters", "chance")) - 1) < 1e-9, "the split sums to one")
expect(len(output["first"]) == len(a["sets"]) == 10 and len(output["pair"]) == 45, "an index for every factor and pair")
with open("s.csv", encoding="utf-8") as f:
    rows = list(csv.DictReader(f))
first = [float(row["value"]) for row in rows if row["output"] == output["key"] and row["index"] == "first"]
expect(first == [e["value"] for e in output["first"]], "the CSV has the same numbers")
with open("runs.csv", encoding="utf-8") as f:
    runs = list(csv.DictReader(f))
expect(len(runs) == a["runs"] and {row["model"] for row in runs} <= {"proportional", "threshold", "concentration", "squared", "steps", "label"}, "every run in the CSV of runs")
expect(all(row["lag"] in "012" and 0.05 <= float(row["share"]) <= 0.25 for row in runs), "with values of the factors")
same = [row for row in runs if row["row"] == "0" and row["block"] in "01"]
expect(same[0]["not_qualified_gap_1"] != same[0]["not_qualified_gap_2"], "replicates have luck of their own")

# More rows keep those that there are; a precision doubles them.
r = run("sensitivity", scenario, "--set", "sensitivity.rows=128", "--set", "sensitivity.scrambles=4", "-o", "more.h5", "-q", "--runs", "more.csv")
with open("more.csv", encoding="utf-8") as f:
    expect(list(csv.DictReader(f))[:len(runs)] == runs, "a longer design begins with the shorter one", r)
r = run("sensitivity", scenario, *small, "--set", "sensitivity.precision=0.01", "--set", "sensitivity.max_rows=256", "-o", "p.h5")
expect(r.returncode == 0 and "256 rows" in r.stdout and "max_rows" in r.stderr, "rows double within the budget, and it says so", r)

# Every design.
for design, part in [("saltelli", "in all (ST)"), ("shapley", "Shapley"), ("morris", "mu*"), ("lhs", "PAWN"), ("random", "delta"), ("sobol", "PAWN")]:
    r = run("sensitivity", scenario, *small, "--set", "sensitivity.design=" + design, "-o", design + ".h5")
    expect(r.returncode == 0 and part in r.stdout and "nan" not in r.stdout.lower(), design, r)
r = run("sensitivity", scenario, *small, "--set", "sensitivity.design=saltelli", "--set", "sensitivity.replicated=base", "-o", "base.h5")
expect(r.returncode == 0 and "All variation" in r.stdout, "only the base replicated", r)
r = run("sensitivity", scenario, *small, "--set", "sensitivity.replicates=4", "--set", "sensitivity.outputs=[\"gap_merit\"]", "-o", "four.h5", "--json")
expect(r.returncode == 0 and "of_noise" in json.loads(r.stdout)["outputs"][0], "four replicates: what moves chance", r)

# Correlated factors, a group, an integer factor, a policy's own key, written out.
with open(scenario, encoding="utf-8") as f:
    text = f.read()
text = text.replace('[municipality]', """[[factor]]
name = "theta"
key = "outcome.theta"
[[factor]]
name = "peer"
key = "outcome.peer"
group = "people"
[[factor]]
name = "money"
key = "outcome.pass_through"
group = "people"
[[factor]]
name = "smallest"
key = "municipality.smallest_unit"
law = { uniform = [5, 12] }
[[factor]]
name = "slope"
key = "policy.concentration.slope"
law = { triangular = [0.3, 0.65, 1] }
[municipality]""", 1)
with open("more.toml", "w", encoding="utf-8") as f:
    f.write(text)
r = run("sensitivity", "more.toml", *small, "-o", "groups.h5", "--json", "--runs", "groups.csv")
sets = {s["name"]: s["factors"] for s in json.loads(r.stdout)["sets"]}
expect(r.returncode == 0 and len(sets["people"]) == 2, "groups are judged together", r)
with open("groups.csv", encoding="utf-8") as f:
    rows = list(csv.DictReader(f))
expect({row["smallest"] for row in rows} <= {str(k) for k in range(5, 13)} and all(0.3 <= float(row["slope"]) <= 1 for row in rows), "whole numbers and a policy's key")
with open("tied.toml", "w", encoding="utf-8") as f:
    f.write(text.replace("[municipality]", '[[correlation]]\nfactors = ["theta", "money"]\nrank = 0.5\n[municipality]', 1))
r = run("sensitivity", "tied.toml", *small, "-o", "tied.h5")
expect(r.returncode == 0 and "Inputs go together" in r.stdout, "factors that go together", r)

# Values that cannot be: those runs fail, take their rows with them, and are counted.
one_place = text[:text.index("[[context]]")].replace('key = "context"', 'key = "target.low_education.value"\nlaw = { uniform = [0.01, 0.1] }', 1).replace("[5, 12]", "[100, 190]", 1) # 8 units of 1,399 pupils have 174 each
with open("fails.toml", "w", encoding="utf-8") as f:
    f.write(one_place)
r = run("sensitivity", "fails.toml", "--set", "sensitivity.rows=128", "--set", "sensitivity.points=random", "--set", "sensitivity.design=saltelli", "-o", "fails.h5", "--json")
found = json.loads(r.stdout)
expect(r.returncode == 5 and 0 < found["failed_runs"] < found["runs"] and found["outputs"][0]["dropped"] > 0 and found["outputs"][0]["rows"] + found["outputs"][0]["dropped"] == 128, "runs that fail are counted", r)
expect(json.loads(run("sensitivity", "fails.h5", "--json").stdout)["outputs"] == found["outputs"] and "runs failed" in r.stderr, "and stay so in the file", r)

# One's own points for the scenario, with a column for every factor.
names = [row["name"] for row in a["factors"]]
with open("runs.csv", encoding="utf-8") as f, open("points.csv", "w", encoding="utf-8", newline="") as g:
    writer = csv.DictWriter(g, names, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(list(csv.DictReader(f))[:40])
with open("given.toml", "w", encoding="utf-8") as f:
    with open(scenario, encoding="utf-8") as original:
        f.write(original.read())
r = run("sensitivity", "given.toml", "--set", "sensitivity.design=given", "--set", "sensitivity.points_file=points.csv", "-o", "given.h5", "--json")
expect(r.returncode == 0 and json.loads(r.stdout)["rows"] == 40, "one's own points", r)

# One's own runs: Y = 2 X1 + X2² + luck, X3 idle, with a failed run.
random.seed(1)
with open("d.csv", "w", encoding="utf-8") as d, open("y.csv", "w", encoding="utf-8") as y:
    d.write("x1;x2;x3;kind\n")
    y.write("value;other\n")
    for j in range(4000):
        x = [random.random() for _ in range(3)]
        kind = random.choice("abc")
        value = 2 * x[0] + x[1] ** 2 + (kind == "c") + 0.1 * random.gauss(0, 1)
        d.write(";".join(f"{v:.6f}".replace(".", ",") for v in x) + f";{kind}\n")
        y.write("NA;1\n" if j == 7 else f"{value};{x[2]}\n")
r = run("sensitivity", "--design", "d.csv", "--output", "y.csv", "--json")
expect(r.returncode == 5 and "1 of 4000 runs failed" in r.stderr, "a missing output is counted", r)
own = json.loads(r.stdout)["outputs"]
variance = [4 / 12, 4 / 45, 0, 2 / 9]
total = sum(variance) + 0.01
for e, v in zip(own[0]["first"], variance):
    expect(abs(e["value"] - v / total) < 6.2 * e["standard_error"], f"first-order index {v / total:.3f}: {e['value']:.3f}")
expect(own[0]["rows"] == 3999 and own[1]["first"][2]["value"] > 0.95, "and each output by itself")
r = run("sensitivity", "--design", "d.csv", "--output", "y.csv", "--bootstrap", "50", "--simultaneous")
expect(r.returncode == 5 and "hold together" in r.stdout, "simultaneous intervals", r)

# A study's result.
r = run("run", source + "/scenarios/sweden.toml", "-q", "-o", "study.h5", "--set", "run.replicates=128")
r = run("sensitivity", "study.h5", "-m", "share_moved", "--json")
expect(r.returncode == 0 and {f["name"] for f in json.loads(r.stdout)["factors"]} == {"pupils in the municipality", "segregation", "model", "share given out by need"}, "any result", r)

# Mistakes: one line, what is wrong, what is allowed, the nearest name.
for setting, part in [("sensitivity.rows=2", "8 to"), ("sensitivity.outputs=[\"not_qualified_gp\"]", "did you mean 'not_qualified_gap'?"), ("factor.lag.values=[0, 99]", "0 to"),
                      ("factor.model.key=answer.polcy", "answer.policy"), ("factor.share.law={uniform=[0,3]}", "0 to 1"), ("sensitivity.design=azini", "did you mean 'azzini'?"),
                      ("sensitivity.replicated=base", "saltelli"), ("factor.lag.key=run.seed", "study as a whole"), ("factor.share.law=0.2", "distribution"),
                      ("sensitivity.design=given", "points_file"), ("factor.use_sd.key=target.low_education.value", "contexts have their own value"), ("factor.lag.weights=[1]", "3 values")]:
    r = run("sensitivity", scenario, "--set", setting, "-o", "x.h5")
    expect(r.returncode == 3 and part in r.stderr and len(r.stderr.strip().splitlines()) == 1, f"{setting} is refused in one line", r)
    r = run("check", scenario, "--set", setting)
    expect(r.returncode == 3 and part in r.stderr, "and by check", r)
for args, code, part in [(["sensitivity"], 2, "wanted"), (["sensitivity", "--design", "d.csv"], 2, "--output"), (["sensitivity", "nothing.h5"], 4, "no such file"), (["sensitivity", "d.csv"], 4, "d.csv"),
                         (["sensitivity", "--design", "d.csv", "--output", "s.csv"], 3, "rows"), (["report", "nothing.h5"], 4, "no such file")]:
    r = run(*args)
    expect(r.returncode == code and part in r.stderr, " ".join(args) + " is refused", r)

# Ctrl-C saves what there is.
process = subprocess.Popen([program, "sensitivity", scenario, "-q", "-o", "stopped.h5", "--set", "sensitivity.rows=65536"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
time.sleep(3)
process.send_signal(signal.SIGINT)
_, error = process.communicate(timeout=120)
expect(process.returncode == 130 and "saved" in error and os.path.exists("stopped.h5"), "an interruption saves what was finished")

# The page.
r = run("report", "s.h5", "-o", "s.html")
if r.returncode == 0:
    with open("s.html", encoding="utf-8") as f:
        page = f.read()
    expect("<script" in page and 'src="http' not in page and "{{" not in page.split("<script")[0] and "What money does" in page, "a page of one file")
