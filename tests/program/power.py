"""`likvard power` and studies over years, as a user types them."""
import csv
import json

from support.steps import expect, run, source

scenario = source + "/scenarios/can-we-see-it.toml"
small = ["--set", "run.replicates=128", "--set", "power.pooled=[1, 4, 16]", "--set", "power.years=6"]


r = run("power", scenario, *small)
expect(r.returncode == 0 and "over 15,000 pupils" in r.stdout and "Monte Carlo standard error" in r.stdout, "power prints its table", r)
expect("1 year" in r.stdout and "6 years" in r.stdout, "of the years asked for", r)
one, two = run("power", scenario, *small, "--json", "--threads", "1"), run("power", scenario, *small, "--json", "--threads", "2")
expect(one.returncode == 0 and one.stdout == two.stdout, "the same for any number of threads", two)
rows = json.loads(one.stdout)["power"]
expect(len(rows) == 6 * 3 * 6 and all(0 <= row["power"] <= 1 and row["standard_error"] >= 0 for row in rows), "a row per point, pool and year", one)
large = [row["power"] for row in rows if row["point"] == "over 15,000 pupils" and row["pooled"] == 1]
expect(large == sorted(large) and large[-1] > large[0], "more years see more", one)
r = run("power", scenario, *small, "-o", "power.csv")
with open("power.csv", encoding="utf-8") as f:
    table = list(csv.DictReader(f))
expect(r.returncode == 0 and [float(row["power"]) for row in table] == [row["power"] for row in rows], "the CSV has the same numbers", r)
r = run("power", scenario, *small, "--set", "power.effect=0", "--json")
expect(all(abs(row["power"] - 0.05) < 1e-9 for row in json.loads(r.stdout)["power"]), "without effect the power is the level", r)
for setting, part in [("power.level=0.9", "0.5"), ("power.pooled=[]", "that increase"), ("power.pooled=[1, 100]", "at most 64"), ("power.year=3", "did you mean 'power.years'?")]:
    r = run("power", scenario, *small, "--set", setting)
    expect(r.returncode == 3 and part in r.stderr and len(r.stderr.strip().splitlines()) == 1, f"{setting} is refused in one line", r)

# Ten years of quality work, in small: the result keeps every year, and the last is what `show` prints.
r = run("run", source + "/scenarios/quality-work.toml", "-o", "quality.h5", "-q", "--set", "run.replicates=128", "--set", "years.count=3")
expect(r.returncode == 0, "years run", r)
again = run("run", source + "/scenarios/quality-work.toml", "-o", "again.h5", "-q", "--threads", "1", "--set", "run.replicates=128", "--set", "years.count=3")
shown = [run("show", name, "--json", "-m", "gap_gain_per_krona", "-m", "best_found").stdout for name in ["quality.h5", "again.h5"]]
expect(again.returncode == 0 and shown[0] == shown[1] and len(json.loads(shown[0])) > 0, "and give the same on one thread", again)
r = run("run", scenario, "-o", "power.h5", *small)
expect(r.returncode == 0 and "Power, %" in r.stdout, "a scenario with [power] answers it when it is run", r)
