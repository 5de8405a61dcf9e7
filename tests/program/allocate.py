"""`likvard allocate` as a municipal controller uses it: own files, models, bounds, exports and mistakes."""
import csv
import glob
import json

from support.steps import expect, run as likvard, source, write


def run(*args):
    return likvard("allocate", *args)


own = source + "/scenarios/data/own-units.csv"
example = source + "/scenarios/data/example-units.csv"


def per_pupil(result, policy=0):
    return [u["sek_per_pupil"] for u in json.loads(result.stdout)["policies"][policy]["units"]]


# The six-unit example of allocation models: w = .10, b = 100,000 (computed with R).
r = run(own, "--need", "låg utbildning", "--share", "0.1", "--per-pupil", "100000", "--json")
expect(r.returncode == 0, "a file of the user's own", r)
answer = json.loads(r.stdout)
expected = [93566.87898, 97133.75796, 106050.9554, 95350.31847, 111401.2739, 102484.0764]
expect(len(per_pupil(r)) == 6, "the row of totals is no unit", r)
expect(all(abs(a - b) < 1e-3 for a, b in zip(per_pupil(r), expected)), "the reference allocation", r)
expect(abs(answer["policies"][0]["share_moved"] - 0.02861692448) < 1e-10, "the share moved", r)
expect(abs(answer["policies"][0]["money_gap_sek"] - 5756.413092) < 1e-5, "the money of a pupil in need", r)

# Hold-harmless and cap against last year's money; the whole budget in place of money per pupil.
r = run(own, "--need", "låg", "--share", "0.1", "--budget", "140000000", "--before", "förra", "--json",
        "--set", "policy.proportional.largest_loss=0.02", "--set", "policy.proportional.largest_gain=0.03")
expected = [95766.38, 96966.36, 105787.75, 96743.59, 107841.88, 102307.46]
expect(all(abs(a - b) < 0.02 for a, b in zip(per_pupil(r), expected)), "water-filling against last year", r)

# A table for people, and a tidy CSV whose sums are the budget's.
r = run(own, "--need", "låg", "--model", "proportional", "--model", "bands", "--share", "0.05", "--share", "0.1", "-o", "money.csv")
expect(r.returncode == 0 and "Furuskolan" in r.stdout and "moves" in r.stdout, "a table", r)
with open("money.csv", encoding="utf-8") as f:
    rows = list(csv.DictReader(f))
expect(len(rows) == 24, "a row per unit and policy", r)
totals = {}
for row in rows:
    key = row["policy"], row["share_given"]
    totals[key] = totals.get(key, 0) + float(row["sek_total"])
expect(len(totals) == 4 and all(abs(t - 1400 * 112200) < 1 for t in totals.values()), "every policy spends the budget", r)

# Every model file works on an export of Skolverket's, where pupils' profiles are known.
models = sorted(glob.glob(source + "/scenarios/models/*.toml"))
expect(len(models) >= 14, "there are models")
for model in models:
    r = run(example, "--model", model, "--json")
    expect(r.returncode == 0, model, r)
    for policy in json.loads(r.stdout)["policies"]:
        units = policy["units"]
        spent, pupils = sum(u["sek_total"] for u in units), sum(u["pupils"] for u in units)
        expect(abs(spent - 112200 * pupils) < 1e-3, "budget of " + model, r)

# Files as people have them: Latin-1, tabs, commas, counts, an index of mean 100, hidden cells.
write("latin.csv", "Enhet\tBarn\tBehov\nÅsen\t40\t0,2\nÖn\t60\t0,4\n", "latin-1")
r = run("latin.csv", "--json")
expect(r.returncode == 0 and json.loads(r.stdout)["policies"][0]["units"][0]["unit"] == "Åsen", "Latin-1 with tabs", r)
write("counts.csv", 'school,pupils,number in need\nA,100,10\nB,"1 200",<10\n')
r = run("counts.csv", "--need", "number in need", "--json")
expect(r.returncode == 0 and "numbers of pupils" in r.stdout and "1 hidden" in r.stdout, "hidden counts", r)
write("index.csv", "unit;pupils;index\nA;100;85\nB;100;120,5\n")
r = run("index.csv", "--json")
expect(r.returncode == 0 and "money_gap_sek" not in r.stdout and "an index" in r.stdout, "an index is no share", r)
write("unclear.csv", "unit;pupils;need\nA;100;10\nB;100;20\n")
expect(run("unclear.csv", "--need-as", "percent").returncode == 0, "per cent, as told")
write("none.csv", "unit;pupils;share\nA;10;0\nB;20;0\n")
r = run("none.csv", "--need", "share")
expect(r.returncode == 0 and "nobody has need" in r.stdout, "nobody in need goes per head, and is told", r)

# Mistakes: one line each; exit code 3, 2 for the command line, 4 for files.
write("empty.csv", "school,pupils,number in need\nA,100,10\nB,50,\n")
write("words.csv", "a,b\nc,d\n")
mistakes = [
    ([own, "--need", "lag utbildning"], 3, "no column 'lag utbildning'"),
    ([own], 3, "--need is wanted"),
    (["unclear.csv"], 3, "--need-as"),
    (["empty.csv", "--need", "number in need"], 3, "empty.csv:3: number in need = ''"),
    (["words.csv"], 3, "no rows with numbers"),
    ([own, "--need", "låg", "--model", "proportinal"], 3, "did you mean 'proportional'"),
    ([own, "--need", "låg", "--model", "no/such.toml"], 4, "no/such.toml"),
    ([own, "--need", "låg", "--share", "1.5"], 2, "--share"),
    ([own, "--need", "låg", "--budget", "1e6", "--per-pupil", "3"], 2, "--per-pupil"),
    ([own, "--need", "låg", "--model", source + "/scenarios/models/texas.toml"], 3, "texas_tiers"),
    ([own, "--need", "låg", "--before", "förra", "--budget", "1e8", "--set", "policy.proportional.largest_loss=0.02"], 3, "the floors come to"),
    ([own, "--need", "låg", "--set", "policy.proportional.largest_los=0.02"], 3, "did you mean"),
    ([own, "--need", "låg", "-m", "Malmö"], 3, "--municipality"),
    (["nowhere.csv"], 4, "nowhere.csv"),
    ([example, "-m", "Nowhere"], 3, "no municipality 'Nowhere'"),
]
for arguments, code, says in mistakes:
    r = run(*arguments)
    expect(r.returncode == code and says in r.stderr and len(r.stderr.strip().splitlines()) == 1, f"{arguments}: {says}", r)
print(f"ok: {len(models)} models, {len(mistakes)} mistakes")
