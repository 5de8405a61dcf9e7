"""National tables, verdicts and the backcast, as a user types them. What needs Skolverket's exports is done where LIKVARD_DATA_DIR names them."""
import csv
import glob
import json
import os
import re
import sys
import tomllib

from support.steps import expect, fails, run, source

national = sorted(glob.glob(source + "/scenarios/national/[01]*.toml"))
claim = source + "/scenarios/national/01-large-and-small.toml"
small = ["--set", "points.schools.municipalities=30", "--set", "run.replicates=128"]


# The synthetic table
r = run("ensemble", "-n", "60", "-o", "a.csv")
expect(r.returncode == 0 and "over 15" in r.stdout, "ensemble writes its table", r)
run("ensemble", "-n", "60", "-o", "b.csv")
rows = list(csv.DictReader(open("a.csv", encoding="utf-8")))
expect(open("a.csv").read() == open("b.csv").read() and len(rows) == 60, "the same table again")
expect(all(float(row["pupils"]) >= 10 * float(row["units"]) and 0 <= float(row["systematic_foreign"]) <= 0.35 for row in rows), "within the law's bounds")
r = run("ensemble", "-n", "60", "--against", "a.csv")
expect(re.search(r"^0 of \d+ figures", r.stdout, re.M), "held against itself nothing differs", r)
with open("bad.csv", "w") as f:
    f.write("code,municipality,group,size,stage,source\n1,A,,,grundskola,x\n")
fails(3, "no column 'pupils'", "ensemble", "--table", "bad.csv")

# Verdicts: at reduced size, the same for any number of threads and from a table that is the ensemble
r = run("check", *national)
expect(r.returncode == 0 and r.stdout.count(": ok") == 10, "ten scenarios are sound", r)
with open("README.md", "w") as f:
    f.write("before\n<!-- verdicts: begin -->\nstale text\n<!-- verdicts: end -->\nafter\n")
r = run("verdict", claim, *small, "--threads", "1", "--json", "one.json", "--readme", "README.md")
expect(r.returncode == 0 and "would be overturned by" in r.stdout, "a claim is answered", r)
text = open("README.md").read()
expect(text.startswith("before\n") and text.endswith("after\n") and "stale text" not in text and "| claim | verdict |" in text, "and stands between the marks")
run("verdict", claim, *small, "--threads", "2", "--json", "two.json", "-q")
run("ensemble", "-n", "30", "-o", "thirty.csv")
r = run("verdict", claim, *small, "--municipalities", "thirty.csv", "--json", "three.json")
expect("verdicts are the same" in r.stdout, "side by side with a table", r)
answers = [[(a["value"], a["holds"], a["verdict"]) for a in json.load(open(name))["verdicts"][0]["answers"]] for name in ("one.json", "two.json")]
expect(answers[0] == answers[1], "the same bits for any number of threads")
table = json.load(open("three.json"))["real"][0]["answers"]
expect(all(abs(a["value"] - v[0]) < 1e-6 for a, v in zip(table, answers[0])), "the ensemble's own table gives its answer")
# The page has every claim's words in Swedish too.
page = "".join(open(f"{source}/analysis/page/{name}.js", encoding="utf-8").read() for name in ("names", "texts_national", "texts_claims"))
told = [(path, text) for path in national for scenario in [tomllib.load(open(path, "rb"))] for text in
        [scenario["title"], scenario["claim"], *(v.get(key) for v in scenario["verdict"] for key in ("title", "says", "why")), *(p.get("title") for p in scenario.get("policy", []))]]
untold = [(path, text) for path, text in told if text and "'" + text.replace("'", "\\'") + "':" not in page]
expect(not untold and len(told) > 80, f"{len(told)} texts of claims have their Swedish on the page: {untold}")
# What stands in scenarios/README.md is what the scenarios give: those that take a second or two.
quick = [f"{source}/scenarios/national/{name}.toml" for name in ("01-large-and-small", "03-other-means", "08-state-grant")]
r = run("verdict", *quick, "--json", "stands.json", "-q")
with open(source + "/scenarios/README.md", encoding="utf-8") as f:
    written = f.read()
stale = [a["text"] for v in json.load(open("stands.json"))["verdicts"] for a in v["answers"] if a["text"] not in written]
expect(r.returncode == 0 and not stale, f"scenarios/README.md says what likvard verdict says (run it with --readme): {stale}", r)
links = re.findall(r"\]\((national/[^)]*\.toml)\)", written)
expect(len(set(links) - {"national/README.md"}) == 10 and all(os.path.exists(f"{source}/scenarios/{link}") for link in links), "and links to each claim's scenario")
fails(3, "no such policy", "verdict", claim, *small, "--set", "verdict.large.policy=proportionl")
fails(3, "no such column", "check", claim, "--set", "points.schools.columns={\"municipality.pupils\"=\"pupil\"}")
fails(4, "no such file", "verdict", claim, "--set", "points.schools.table=nowhere.csv")

# Every answer from the parts of shards: the same bits as from one run
for shard in ("1/2", "2/2"):
    r = run("verdict", claim, *small, "--shard", shard, "--results", "rows", "-q")
    expect(r.returncode == 0, f"part {shard}", r)
r = run("verdict", claim, *small, "--results", "rows", "--json", "parts.json", "-q")
parts = json.load(open("parts.json"))["verdicts"][0]["answers"]
whole = json.load(open("one.json"))["verdicts"][0]["answers"]
expect(r.returncode == 0 and parts == whole, "parts of shards give the same answers", r)
os.remove("rows/01-large-and-small-2-of-2.h5")
fails(4, "01-large-and-small-2-of-2.h5", "verdict", claim, *small, "--results", "rows", "-q")
fails(4, "of another scenario", "verdict", claim, *small, "--set", "run.seed=5", "--results", "rows", "-q")
fails(2, "two whole numbers", "verdict", claim, "--shard", "3/2", "--results", "rows")

# A state grant and what municipalities take back of it: nothing, or all of what lies between them
grant = source + "/scenarios/national/08-state-grant.toml"
few = ["--set", "points.schools.municipalities=20", "--set", "run.replicates=128", "-q"]
figures = {}
for name, taken in (("prior", []), ("none", ["--set", "verdict.between.crowd_out=0"]), ("all", ["--set", "verdict.between.crowd_out=1"])):
    r = run("verdict", grant, *few, *taken, "--json", "grant.json")
    expect(r.returncode == 0, f"crowding out: {name}", r)
    figures[name] = json.load(open("grant.json"))["verdicts"][0]["answers"][0]
between = {name: float(a["figures"]["grant_between"].split()[0]) for name, a in figures.items()}
expect(figures["none"]["figures"]["grant_between"] == figures["none"]["figures"]["grant_full_between"], "nothing taken back is the grant in full")
expect(abs(between["all"]) < between["prior"] < between["none"], f"what is taken back is taken from between municipalities: {between}")
rows = {row[0]: row for row in figures["prior"]["table"]}
expect(len(rows) == 10 and rows["per head"][1].startswith("0") and "with 0.02" in figures["prior"]["other_threshold"], "a table of models, and another threshold")
fails(3, "crowd_out", "verdict", grant, *few, "--set", "verdict.between.crowd_out=2")

# The same study in shards
for shard in ("1/2", "2/2"):
    part = f"part-{shard[0]}.h5"
    if os.path.exists(part):  # of an earlier model: it would be refused
        os.remove(part)
    expect(run("run", claim, *small, "--shard", shard, "-o", part, "-q").returncode == 0, f"shard {shard}")
r = run("merge", "part-1.h5", "part-2.h5", "-o", "merged.h5", "-q")
expect(r.returncode == 0, "shards of a national study merge", r)
run("run", claim, *small, "-o", "whole.h5", "-q")
expect(run("export", "merged.h5").stdout == run("export", "whole.h5").stdout != "", "to the numbers of one run")

# Each stage against what is published of it. Of the figures 2(1 - Phi(3.3)) = 0.001 are each beyond 3.3 errors by chance.
for stage, count in (("grundskola", 41), ("forskola", 8)):
    r = run("ensemble", "--stage", stage, "--json")
    match = json.loads(r.stdout)["figures"]
    apart = [f["name"] for f in match if f["standard_error"] and abs(f["achieved"] - f["target"]) > 3.3 * f["standard_error"]]
    expect(r.returncode == 0 and len(match) == count and not apart, f"{stage} as published: {apart}", r)
with open("README.md", "w") as f:
    f.write("<!-- ensemble-forskola: begin -->\n<!-- ensemble-forskola: end -->\n")
r = run("ensemble", "--stage", "forskola", "--readme", "README.md")
expect(r.returncode == 0 and "| quantile: pupils, 50 % | 767 |" in open("README.md").read(), "and written between its marks", r)
fails(4, "<!-- ensemble-grundskola: begin", "ensemble", "--readme", "README.md")

data = os.environ.get("LIKVARD_DATA_DIR", "")
files = [f"{data}/grundskola-antal-elever-{year}-skolenhet.csv" for year in (2012, 2018, 2023)]
if not all(os.path.exists(f) for f in files):
    print("LIKVARD_DATA_DIR does not name a folder with Skolverket's exports: the real municipalities were left out")
    sys.exit(0)
r = run("import", files[2], "--table", "real.csv")
expect(r.returncode == 0 and "290 municipalities" in r.stdout, "import writes the real table", r)
# Parents' education 94, 42, 24, 6, 0 % by number of units; foreign background 61, 41, 9, 0, 0.
figures = {(f["name"]): f["value"] for f in json.loads(run("ensemble", "--table", "real.csv", "--json").stdout)["figures"] if f["kind"] == "not told from chance"}
wanted = {"low education": (94, 42, 24, 6, 0), "foreign background": (61, 41, 9, 0, 0)}
for marker, shares in wanted.items():
    found = [round(100 * figures[f"{marker}, {units} units"]) for units in ("2-3", "4-5", "6-9", "10-15", "over 15")]
    expect(tuple(found) == shares, f"not told from chance, {marker}: {found}")
# Synthetic and real: figures of the tables, and the same answers within the error of their difference. Each of n
# is beyond z errors by chance with 2(1 - Phi(z)): 3.9 for a false alarm in 1,000 of about ten.
r = run("ensemble", "--against", "real.csv", "--json")
match = [f for f in json.loads(r.stdout)["figures"] if f["standard_error"] and f["target"] is not None and f["achieved"] is not None]
apart = [f["name"] for f in match if abs(f["achieved"] - f["target"]) > 2 * f["standard_error"]]
chance = [f for f in match if f["kind"] == "not told from chance"]
expect(len(apart) <= 12, f"{len(apart)} of {len(match)} figures are apart (4 by chance; figures go together): {apart}")
expect(all(abs(f["achieved"] - f["target"]) <= 3.5 * f["standard_error"] for f in chance), "who can be told from chance, every class of units, both markers")
r = run("verdict", claim, "--set", "run.replicates=128", "--municipalities", "real.csv", "--json", "beside.json", "-q")
beside = json.load(open("beside.json"))["beside"]
shares = source + "/scenarios/national/02-one-size.toml"
r2 = run("verdict", shares, "--set", "run.replicates=128", "--municipalities", "real.csv", "--json", "kinds.json", "-q")
kinds = json.load(open("kinds.json"))
expect(r2.returncode == 0 and [b["question"].split()[1] for b in kinds["beside"]] == ["shares", "adoption_size", "adoption_stage"] and
       kinds["real"][0]["answers"][1]["value"] is None and "--groups" in kinds["real"][0]["answers"][1]["text"], "a table without kinds of municipalities is not held against what kinds report", r2)
expect(r.returncode == 0 and len(beside) == 3 and all(abs(b["difference"]) <= 3.9 * b["standard_error"] for b in beside), f"the same answers: {beside}", r)
stockholm = next(row for row in csv.DictReader(open("real.csv", encoding="utf-8")) if row["code"] == "0180")
expect(abs(float(stockholm["d_foreign"]) - 0.492) < 0.0005 and abs(float(stockholm["h_low_education"]) - 0.124) < 0.0005, "Stockholm's published indices")
r = run("backcast", *files, "--replicates", "100", "--json", "back.json")
figures = {(f["year"], f["figure"]): f for f in json.load(open("back.json"))["summary"]}
expect(r.returncode == 0 and len(figures) == 12, "backcast to two later years", r)
expect(all(0.75 < f["within_90"] <= 1 for f in figures.values()), "the intervals cover most of what happened")
expect(figures["2018/19", "units"]["estimated_on"] == "2018/19 to 2023/24" and figures["2023/24", "units"]["estimated_on"] == "2012/13 to 2018/19", "and the predicted years do not say how units change")
fails(3, "years of their own", "backcast", files[0], files[0])
