"""`likvard segregation` on tables as people have them: wide, long, shares, exports, hidden cells, and mistakes."""
import csv
import json
import os

from support.steps import expect, run as likvard, source, write


def run(*args):
    return likvard("segregation", *args)


own = source + "/scenarios/data/own-units.csv"
example = source + "/scenarios/data/example-units.csv"


def indices(result, table=0):
    return json.loads(result.stdout)["tables"][table]["indices"]


def near(a, b, tolerance=1e-10):
    return abs(a - b) < tolerance


# Six units: D, V and Gini of the closed forms of allocation models (computed with R).
r = run(own, "--shares", "låg", "--pupils", "elever", "--json")
expect(r.returncode == 0, "shares and pupils", r)
got = indices(r)
expect(near(got["dissimilarity"]["value"], 0.3976545337) and near(got["variance_ratio"]["value"], 0.1613851528), "D and V", r)
expect(near(got["variance_ratio"]["expected"], 5 / 1399) and got["variance_ratio"]["z"] > 60, "V against chance", r)
expect(got["variance_ratio"]["low"] < got["variance_ratio"]["systematic"] < got["variance_ratio"]["high"], "interval of the systematic part", r)
expect(got["dissimilarity"]["systematic"] < got["dissimilarity"]["value"] and near(got["dissimilarity"]["largest"], 0.993, 1e-3), "D free of chance, and its most", r)

# Toy tables: M, H, D with values that R, Python and Stata packages agree on; wide and long, the same answer.
write("wide.csv", "school,g0,g1\nA,40,20\nB,20,40\nC,5,60\nD,1,80\n")
r = run("wide.csv", "--groups", "g0,g1", "--json")
got = indices(r)
expect(near(got["mutual_information"]["value"], 0.18658673554483485) and near(got["theil_h"]["value"], 0.3330355913024021), "M and H", r)
expect(near(got["mutual_information"]["expected"], 0.005720481698806116), "E[M]", r)
expect(near(got["gini"]["value"], 0.7257575757575755), "Gini", r)
expect(indices(run("wide.csv", "--json")) == got, "number columns are found")
write("long.csv", "school;group;n\n" + "".join(f"{s};{g};{n}\n" for s, a, b in [("A", 40, 20), ("B", 20, 40), ("C", 5, 60), ("D", 1, 80)] for g, n in [("g0", a), ("g1", b)]))
expect(indices(run("long.csv", "--long", "school,group,n", "--json")) == got, "long is wide")
r = run("wide.csv", "--groups", "g0,g1", "--json")
expect(indices(r) == got, "the same dealings every time", r)

# Several groups, districts.
write("three.csv", "area,school,a,b,c\nN,1,30,10,5\nN,2,25,12,9\nS,3,5,20,30\nS,4,8,18,25\n")
r = run("three.csv", "--groups", "a,b,c", "--district", "area", "--unit", "school", "--json")
answer = json.loads(r.stdout)
expect(r.returncode == 0 and [t["group"] for t in answer["tables"]] == ["", "a", "b", "c"], "all together, then each", r)
expect(0.8 < answer["m_between_districts"] < 1, "most lies between the areas", r)
expect(near(answer["tables"][0]["indices"]["relative_diversity"]["expected"], 3 / 196), "E[R]", r)

# A page that loads nothing, a tidy CSV, an export, hidden cells.
r = run(own, "--shares", "låg", "--pupils", "elever", "--page", "units.html", "-o", "units.csv")
expect(r.returncode == 0 and "clearly more uneven" in r.stdout, "the answer in words", r)
page = open("units.html", encoding="utf-8").read() if os.path.exists("units.html") else ""
expect("<script" in page and "Furuskolan" in page and 'src="http' not in page and "{{" not in page.split("<script")[0], "a page of one file", r)
with open("units.csv", encoding="utf-8") as f:
    expect(len(list(csv.DictReader(f))) == 11, "a row per index", r)
for group in ("foreign", "low_education"):
    r = run(example, "--of", group, "--json")
    expect(r.returncode == 0 and 0 < indices(r)["dissimilarity"]["value"] < 1, "an export, " + group, r)
write("hidden.csv", "unit,need,pupils\nA,<10,100\nB,30,100\nC,..,50\n")
r = run("hidden.csv", "--groups", "need", "--pupils", "pupils")
expect(r.returncode == 0 and "2 hidden cells taken as 5 pupils; all at 1" in r.stdout, "hidden cells and their range", r)
write("hostile.csv", "unit,need,pupils\n</script><script>alert(1)</script>,5,10\nB,3,10\n")
r = run("hostile.csv", "--groups", "need", "--pupils", "pupils", "--page", "hostile.html")
expect("<script>alert" not in open("hostile.html", encoding="utf-8").read(), "names stay texts", r)

# Undefined is 0, and told.
write("one.csv", "unit,a,b\nA,5,6\n")
r = run("one.csv", "--groups", "a,b")
expect(r.returncode == 0 and "undefined" in r.stdout and "nan" not in r.stdout.lower(), "one unit", r)
write("alone.csv", "unit,a,b\nA,5,0\nB,7,0\n")
r = run("alone.csv", "--groups", "a,b")
expect(r.returncode == 0 and "undefined" in r.stdout and "nan" not in r.stdout.lower(), "one group", r)

mistakes = [
    ([own], 3, "which columns are the groups"),
    ([own, "--shares", "låg"], 3, "--pupils"),
    ([own, "--groups", "Elver", "--pupils", "Elever"], 3, "did you mean 'Elever'"),
    (["wide.csv", "--groups", "g0,g0"], 3, "named twice"),
    (["wide.csv", "--groups", "g0"], 3, "--pupils"),
    (["wide.csv", "--groups", "g1", "--pupils", "g0"], 3, "wide.csv:3: g1 = '40'"),
    (["long.csv", "--long", "school,n"], 3, "three columns"),
    (["wide.csv", "--shares", "g0", "--pupils", "g1", "--groups", "g1"], 3, "not both"),
    (["wide.csv", "-m", "Malmö"], 3, "--municipality"),
    ([example, "--of", "poor"], 2, "--of"),
    (["nowhere.csv"], 4, "nowhere.csv"),
]
for arguments, code, says in mistakes:
    r = run(*arguments)
    expect(r.returncode == code and says in r.stderr and len(r.stderr.strip().splitlines()) == 1, f"{arguments}: {says}", r)
print(f"ok: {len(mistakes)} mistakes")
