"""`likvard compare` and stopping by precision, as a user types them."""
import csv
import json
import os
import signal
import subprocess
import time

from support.steps import expect, fails, program, run, source

# The scenario with four of its eighteen contexts: three small and a large one.
head, *contexts = open(source + "/scenarios/compare-models.toml", encoding="utf-8").read().split("\n[[context]]")
scenario = "few.toml"
with open(scenario, "w", encoding="utf-8") as file:
    file.write("\n[[context]]".join([head, *contexts[:2], contexts[3], contexts[-1]]))
quick = ["--set", "run.replicates=128", "--set", "compare.first=6", "--delta", "0.1"]


# A scenario: the choice everywhere, the numbers in three forms that agree
r = run("compare", scenario, *quick, "-o", "compare.csv", "-q")
expect(r.returncode == 0 and "over 15,000 pupils, high segregation" in r.stdout and "one policy everywhere" in r.stdout and "worth knowing first" in r.stdout and "expected regret" in r.stdout, "compare prints its tables", r)
one, two = run("compare", scenario, *quick, "--json", "--threads", "1"), run("compare", scenario, *quick, "--json", "--threads", "2")
expect(one.returncode == 0 and one.stdout == two.stdout, "the same bits for any number of threads", two)
answer = json.loads(one.stdout)
expect(len(answer["selection"]) == 4 and len(answer["decision"]["points"]) == 4 and len(answer["selection"][0]["policies"]) == 7, "a row per context and policy", one)
expect(all(point["decided"] and point["probability"] == 0.95 for point in answer["selection"]), "every choice is decided, with what KN promises", one)
with open("compare.csv", encoding="utf-8", newline="") as f:
    rows = list(csv.DictReader(f))
known = {(row["point"], row["parameter"]): float(row["value"]) for row in rows if row["quantity"] == "value_of_knowing"}
expect(all(known[(p["point"], k["parameter"])] == k["value"] for p in answer["decision"]["points"] for k in p["value_of_knowing"]), "the CSV has the same values of information")
regret = {(row["point"], row["policy"]): float(row["value"]) for row in rows if row["quantity"] == "expected_regret"}
expect(all(regret[(p["point"], m["policy"])] == m["expected_regret"] for p in answer["decision"]["points"] for m in p["policies"]), "and the same regrets")
large = next(p for p in answer["selection"] if p["point"] == "over 15,000 pupils, high segregation")
expect(large["best"] == "threshold" or large["best"] == "label", "large segregated municipalities gain most where money is held together", one)

# Methods and options
town = source + "/scenarios/my-municipality.toml"
one_year = ["--set", "years.count=1"]
for method in ["kn", "gsp", "rinott", "ocba"]:
    r = run("compare", town, "--measure", "not_qualified_gap", "--method", method, "--delta", "0.3", "--choose-only", "--json", "-q", *one_year)
    expect(r.returncode == 0 and len(json.loads(r.stdout)["selection"]) == 2, f"{method} chooses", r)
r = run("compare", town, "--delta", "0.000001", "--budget", "20000", "--choose-only", "--json", "-q", *one_year)
chosen = json.loads(r.stdout)["selection"][0]
expect(r.returncode == 0 and not chosen["decided"] and chosen["ended_by"] == "budget" and chosen["replicates"] <= 20000, "a budget that is too small says so", r)
fails(3, "compare.delta", "compare", town)
fails(3, "did you mean 'gap'?", "compare", town, "--measure", "gapp", "--delta", "1")
fails(3, "neither higher nor lower", "compare", town, "--measure", "money_cv", "--delta", "1")
fails(3, "did you mean 'proportional'?", "compare", town, "--policy", "proportionl", "--delta", "1")
fails(3, "did you mean 'kn'?", "compare", town, "--method", "knn", "--delta", "1")
fails(2, "--delta", "compare", town, "--delta", "-1")
fails(4, "no such file", "compare", "nothing.toml")

# A run with [compare] keeps the decision: compare, show and report read it; precision says what ended the run
settings = ["--set", "run.replicates=128", "--set", "run.max_replicates=256", "--set", "run.measures=['not_qualified_gap', 'mean_outcome', 'money_cv']"]
r = run("run", scenario, "-o", "models.h5", *settings, "--set", "run.precision={ not_qualified_gap = 0.05, mean_outcome = 0.01 }")
expect(r.returncode == 0 and "one policy everywhere" in r.stdout and "every precision was reached" in r.stdout, "run answers [compare] and says that every precision was reached", r)
r = run("run", scenario, "-o", "short.h5", *settings, "--set", "run.precision={ not_qualified_gap = 0.00001 }")
expect(r.returncode == 0 and "the budget of 256 replicates a point ended the run" in r.stdout and "not reached at 4" in r.stdout, "or that the budget ended it", r)
r = run("show", "models.h5")
expect(r.returncode == 0 and "one policy everywhere" in r.stdout, "show prints the decision too", r)
kept = json.loads(run("compare", "models.h5", "--json").stdout)
expect(len(kept["points"]) == 4 and kept["measure"] == "not_qualified_gap", "compare reads the decision from the result")
moments = run("compare", "models.h5", "-m", "mean_outcome", "--json", "-o", "moments.csv")
points = json.loads(moments.stdout)
expect(moments.returncode == 0 and len(points) == 4 and all(0 <= p["sure_at_least"] <= 1 for p in points), "and compares by moments what it holds no decision of", moments)
means = {p["point"]: {m["policy"]: m["behind_best"] for m in p["policies"]} for p in points}
shown = json.loads(run("show", "models.h5", "--json", "-m", "mean_outcome").stdout)
for point, behind in means.items():
    values = {row["policy"]: row["mean"] for row in shown if row["point"] == point}
    expect_close = all(abs((max(values.values()) - values[policy]) - x) < 1e-9 for policy, x in behind.items())
    if not expect_close:
        expect(False, f"behind_best of {point} is the difference of the means shown", moments)
expect(os.path.getsize("moments.csv") > 1000, "with a CSV")
fails(2, "they go with a scenario", "compare", "models.h5", "--delta", "1")
fails(3, "did you mean 'mean_outcome'?", "compare", "models.h5", "-m", "mean_outcom")
if run("report", "--help").returncode == 0:
    r = run("report", "models.h5", "-o", "models.html")
    expect(r.returncode == 0 and '"decision":{' in open("models.html", encoding="utf-8").read(), "the page has the decision", r)

# Ctrl-C: what was finished is printed and written, the code says so
process = subprocess.Popen([program, "compare", scenario, "--delta", "0.0001", "--budget", "1e11", "-o", "stopped.csv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
time.sleep(2)
process.send_signal(signal.SIGINT)
out, err = process.communicate(timeout=60)
expect(process.returncode == 130 and "interrupted" in err and os.path.exists("stopped.csv"), f"Ctrl-C exits with 130 and writes what there is ({process.returncode}) {err}")
