"""The command line, as a user types it. Usage: cli.py PROGRAM SOURCE_DIR (in a scratch folder)."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import time

from support import steps
from support.steps import expect, fails, program, run, source


shutil.rmtree("results", ignore_errors=True)
for left in glob.glob("*.h5") + glob.glob("*.blocks"):  # of an earlier run of this test
    os.remove(left)

# Help, version, exit codes
r = run("--help")
expect(r.returncode == 0 and "Examples:" in r.stdout and "Exit codes" in r.stdout, "--help has examples and exit codes", r)
r = run("--version")
expect(r.returncode == 0 and re.match(r"likvard \d+\.\d+\.\d+\n", r.stdout) and "compiler" in r.stdout, "--version", r)
for command in ["run", "check", "keys", "example", "import", "show", "export", "report"]:
    r = run(command, "--help")
    expect(r.returncode == 0 and "Examples:" in r.stdout, f"{command} --help has an example", r)
expect(run().returncode == 2, "no command is a usage error")
fails(2, "did you mean 'run'?", "rnu")
fails(2, "did you mean '--threads'?", "run", "x.toml", "--thread", "2")
fails(4, "no such file", "run", "nothing.toml")
fails(4, "no such file", "show", "nothing.h5")
fails(4, "no such file", "import", "nothing.csv")

# example, check, keys
r = run("example", "-o", "example.toml")
expect(r.returncode == 0 and os.path.exists("example.toml"), "example writes a file", r)
r = run("check", "example.toml")
expect(r.returncode == 0 and "example.toml: ok (1 points, 4 policies, 1024 replicates)" in r.stdout, "the example is good", r)
scenarios = sorted(glob.glob(source + "/scenarios/*.toml"))
expect(len(scenarios) >= 3, "there are scenarios")
r = run("check", *scenarios)
expect(r.returncode == 0, "every scenario is good", r)
with open("bad.toml", "w") as f:
    f.write(open("example.toml").read().replace("pupils = 2000", "pupils = -2").replace("mechanism", "mekanism"))
r = run("check", "bad.toml")
expect(r.returncode == 3 and len(r.stderr.strip().splitlines()) == 2 and "did you mean 'mechanism'?" in r.stderr, "check tells all problems at once", r)
r = run("check", "bad.toml", "--json")
report = json.loads(r.stdout)
expect(r.returncode == 3 and not report[0]["ok"] and report[0]["problems"][0]["line"] > 0, "check --json", r)
with open("far.toml", "w") as f:
    f.write(open("example.toml").read().replace("value = 0.04", "value = 0.99"))
fails(3, "from 0 to ", "check", "far.toml")
# Bad scenarios of many kinds: exit code 3, one line that names the file, the place and what is wrong.
good = open("example.toml").read()
kinds = [("format = 1 ", "format = 2 "), ("format = 1 ", "format = \"x\" "), ('title = "A town', 'titel = "A town'), ("seed = 1 ", "seed = -1 "), ("seed = 1 ", "seed = 1.5 "),
         ("replicates = 1024", "replicates = 1"), ("max_replicates = 65536", "max_replicates = 0"), ('luck = "common"', 'luck = "good"'), ("quantiles = [0.05", "quantiles = [0"),
         ("quantiles = [0.05, 0.5, 0.95]", "quantiles = [0.5, 0.05]"), ("measures = []", 'measures = ["gapp"]'), ('measure = "not_qualified_gap"', 'measure = "nothing"'),
         ('policy = ""', 'policy = "nobody"'), ("share = 0.1 ", "share = 2 "), ('stage = "grundskola"', 'stage = "gymnasium"'), ("pupils = 2000", "pupils = 0"), ("pupils = 2000", "pupils = 1e18"),
         ("pupils = 2000", 'pupils = "many"'), ("pupils = 2000", "pupils = [2000]"), ("units = 9 ", "units = 0 "), ("units = 9 ", "units = 5000 "), ('sizes = "drawn"', 'sizes = "draw"'),
         ("size_sd = 0.92", "size_sd = inf"), ("size_sd = 0.92", "size_sd = nan"), ("smallest_unit = 10", "smallest_unit = 900"), ("unit_pupils = []", "unit_pupils = [1, 2]"),
         ('totals = "fixed"', 'totals = "none"'), ('units_file = ""', 'units_file = "x.csv"'), ('need_group = "low_education"', 'need_group = "low"'), ("joint = []", "joint = [1]"),
         ("shares = [0.64, 0.29, 0.07]", "shares = [0.64, 0.29]"), ("shares = [0.64, 0.29, 0.07]", "shares = [0.64, 0.29, 0.27]"), ("log_odds = [0, 1.2, 2.1]", "log_odds = [0, 1.2, 210]"),
         ("loading = 0.5 ", "loading = 1 "), ('variable = "education"', 'variable = "income"'), ('levels = ["upper_secondary", "compulsory"]', 'levels = ["upper"]'), ('mechanism = "rank"', 'mechanism = "sort"'),
         ('group = "low_education"', 'group = "low_educaton"'), ('index = "eps2"', 'index = "eps"'), ("value = 0.04", "value = -0.04"), ("value = 0.04", "value = 0.99"), ('index = "risk"', 'index = "riks"'),
         ("lag = 1 ", "lag = 99 "), ("years = 1 ", "years = 0 "), ("missing = 0 ", "missing = 1 "), ('shrinkage = "none"', "shrinkage = 1"), ('name = "proportional"', 'name = "per_head"'),
         ('response = "linear"', 'response = "cubic"'), ("shares = [0.05, 0.10, 0.20]", "shares = []"), ("shares = [0.05, 0.10, 0.20]", "shares = [0.05, 1.10]"), ("lump_share = 0 ", "lump_share = 0.9 "),
         ("not_qualified = 0.156", "not_qualified = 15.6"), ("theta = { mixture", "theta = { mixtur"), ("beta = [3.05, 1.64]", "beta = [3.05, -1]"), ("uniform = [-1, 1]", "uniform = [1, -1]"),
         ("unit_sd = 0.19", "unit_sd = 1.9"), ("years = 4 ", "years = -4 "), ("merit_sd = 70", "merit_sd = 0"), ("[outcome]", "[[outcome]]"), ("[need]", "[needs]"), ("[run]", "[run"), ("[run]", "[run]\nseed = 1")]
seen = set()
for before, after in kinds:
    expect(before in good, f"the example has '{before}'")
    with open("kind.toml", "w") as f:
        f.write(good.replace(before, after, 1))
    r = run("check", "kind.toml")
    first = r.stderr.strip().splitlines()
    expect(r.returncode == 3 and len(first) >= 1 and first[0].startswith("kind.toml"), f"'{after}' is refused with its place", r)
    several = before in ("[need]", "unit_pupils = []", "lump_share = 0 ", 'group = "low_education"', "[outcome]")  # one fault, but more than one thing is wrong
    expect(len(first) == 1 or several, f"'{after}' gets one message", r)
    expect(run("run", "kind.toml", "-o", "kind.h5").returncode == 3 and not os.path.exists("kind.h5"), f"'{after}' does not run")
    seen.add(first[0])
expect(len(seen) >= 55, f"the messages say different things ({len(seen)})")

r = run("keys", "municipality")
expect(r.returncode == 0 and "municipality.pupils" in r.stdout and "policy" not in r.stdout, "keys by part of a name", r)
expect("outcome.theta" in run("keys", "outcome*").stdout, "keys by pattern")
expect("not_qualified_gap" in run("keys", "measures").stdout, "keys measures")
expect(len(json.loads(run("keys", "--json").stdout)) > 60, "keys --json")
fails(2, "did you mean 'policy[].threshold'?", "keys", "policy[].treshold")
expect(run("keys", "--markdown").stdout == open(source + "/engine/KEYS.md", encoding="utf-8").read(), "KEYS.md is up to date")

# run
small = ["--set", "run.replicates=128"]
r = run("run", "example.toml", *small)
expect(r.returncode == 0 and os.path.exists("results/example.h5") and "95 %" in r.stdout, "run prints an answer and writes results/<name>.h5", r)
expect(r.stderr == "", "a short run is silent on standard error where there is no terminal", r)
r = run("run", "example.toml", *small, "--quiet", "-o", "q.h5")
expect(r.stdout.strip().count("\n") == 0, "--quiet prints one line", r)
a = json.loads(run("run", "example.toml", *small, "--json", "-o", "a.h5", "--threads", "1").stdout)
b = json.loads(run("run", "example.toml", *small, "--json", "-o", "b.h5", "--threads", "2").stdout)
expect(a == b and len(a) == 4, "--json; the same numbers for any number of threads")
c = json.loads(run("run", "example.toml", *small, "--json", "-o", "c.h5", "--seed", "7").stdout)
expect(a[1]["difference"] != c[1]["difference"], "--seed changes the numbers")
fails(3, "did you mean 'run.replicates'?", "run", "example.toml", "--set", "run.replicate=128")
fails(4, "cannot be", "run", "example.toml", "-o", "/proc/no/x.h5")
r = run("run", "example.toml", "--point", "0", "--replicate", "5")
expect(r.returncode == 0 and "not_qualified_gap" in r.stdout, "one replicate alone", r)
expect(run("run", "example.toml", "--point", "5", "--replicate", "5").returncode == 2, "a point that is not there")
expect(run("run", "example.toml", "--point", "0").returncode == 2, "--point needs --replicate")

# show and export carry the same numbers
r = run("show", "a.h5", "-d")
expect(r.returncode == 0 and "In proportion to need" in r.stdout, "show", r)
shown = json.loads(run("show", "a.h5", "--json", "-m", "gap", "-m", "share_moved", "-p", "proportional").stdout)
expect(len(shown) == 6, "show --json with measures and policies")
fails(3, "did you mean 'gap'?", "show", "a.h5", "-m", "gapp")
fails(3, "did you mean 'proportional'?", "show", "a.h5", "-p", "proportionl")
r = run("export", "a.h5", "-o", "a.csv")
lines = open("a.csv", newline="").read().split("\r\n")
header = lines[0].split(",")
count = sum(not m["over_years"] for m in json.loads(run("keys", "measures", "--json").stdout))
expect(r.returncode == 0 and len(lines) == 4 * count + 2, f"export has a row per policy and measure ({len(lines)})", r)
rows = [dict(zip(header, line.split(","))) for line in lines[1:] if line]
for s in shown:
    match = [x for x in rows if x["policy"] == s["policy"] and float(x["share"]) == s["share"] and x["measure"] == s["measure"]]
    expect(len(match) == 1 and float(match[0]["mean"]) == s["mean"] and float(match[0]["difference"]) == s["difference"], "export equals show to the last digit")
fails(4, "HDF5", "show", "a.csv")

# report
r = run("report", "a.h5")
page = open("a.html", encoding="utf-8").read()
expect(r.returncode == 0 and r.stdout.strip() == "a.html" and page.startswith("<!DOCTYPE html>") and "{{" not in page.split("<script")[0], "report", r)
r = run("report", "--compare", "a.h5", "a.h5", "-o", "both.html")
expect(r.returncode == 0 and r.stdout.strip() == "both.html" and '"differences":[]' in open("both.html", encoding="utf-8").read(), "two results side by side", r)
r = run("report", "a.h5", "--compare", "a.h5")
expect(r.returncode == 0 and os.path.exists("a-against-a.html"), "the page is named after both", r)
fails(2, "--compare takes two results", "report", "--compare", "a.h5")
fails(2, "report --compare a.h5 b.h5", "report", "a.h5", "a.h5")
fails(4, "no such file", "report", "--compare", "a.h5", "nothing.h5")

# import: summary without a municipality name, and a scenario that runs
units = source + "/scenarios/data/example-units.csv"
r = run("import", units, "-o", "here/exempelby.toml")
expect(r.returncode == 0 and "14 units in 1 municipality" in r.stdout and "more than chance" in r.stdout, "import tells what it found", r)
expect(run("check", "here/exempelby.toml").returncode == 0, "the imported scenario is good")
expect(run("run", "here/exempelby.toml", *small, "-q").returncode == 0, "and runs")
facts = json.loads(run("import", units, "--json", "-o", "here/again.toml").stdout)
expect(facts["municipality"][0]["low_education"]["eps2"] > 0.05, "import --json")
r = run("import", units, "--municipality", "Exempelbu", "-o", "no.toml")
expect(r.returncode == 3 and "did you mean 'Exempelby'?" in r.stderr and not os.path.exists("no.toml"), "a municipality that is not there", r)

# Ctrl-C: what was finished is saved
process = subprocess.Popen([program, "run", source + "/scenarios/sweden.toml", "-o", "stopped.h5", "--set", "run.replicates=1000000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
time.sleep(2)
process.send_signal(signal.SIGINT)
out, err = process.communicate(timeout=60)
expect(process.returncode == 130 and "interrupted" in err and os.path.exists("stopped.h5"), f"Ctrl-C exits with 130 and saves ({process.returncode}) {err}")
expect(not glob.glob("*.part"), "no temporary file is left")
r = run("show", "stopped.h5")
expect(r.returncode == 0 and "interrupted" in r.stderr, "an interrupted result can be read and says so", r)
expect(run("report", "stopped.h5").returncode == 0, "and has a page")

print(f"{steps.passed} checks of the command line passed")
