"""allocate, compare, sensitivity, draw_compositions and what chance gives, from Python: the command line's numbers and texts."""
import io
import json
import math
import os
import signal
import subprocess
import sys
import threading
import time

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.path.insert(0, os.path.join(os.path.dirname(program), "python"))
try:
    import numpy as np
    import pandas
    import likvard
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)


def cli(*args, code=0):
    r = subprocess.run([program, *args], capture_output=True, text=True, timeout=300)
    assert r.returncode == code, (args, r.returncode, r.stdout[-1500:], r.stderr[-1500:])
    return r


def same_table(frame, path):
    """The columns and numbers of a CSV that the program wrote, bit for bit."""
    theirs = pandas.read_csv(path, float_precision="round_trip")
    assert list(frame.columns) == list(theirs.columns), (list(frame.columns), list(theirs.columns))
    assert len(frame) == len(theirs) > 0
    for column in theirs.columns:
        if theirs[column].isna().all():  # empty in the file
            assert all(x == "" or x is None or x != x for x in frame[column]), column
        elif pandas.api.types.is_numeric_dtype(theirs[column]):
            assert np.array_equal(frame[column].to_numpy(float), theirs[column].to_numpy(float), equal_nan=True), column
        else:
            assert list(frame[column].fillna("").astype(str)) == list(theirs[column].fillna("").astype(str)), column


def fails(call, kind=likvard.ScenarioError):
    try:
        call()
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__}")


def readonly(array):
    return not array.flags.writeable and not array.flags.owndata


# Money: files, tables, models, bounds, mistakes.
own, need = source + "/scenarios/data/own-units.csv", "Andel (%) med låg utbildning"
before = "Kronor per elev förra året"
cli("allocate", own, "--need", need, "--model", "proportional", "--model", source + "/scenarios/models/california.toml", "--share", "0.05", "--share",
    "0.1", "--before", before, "--set", "policy.proportional.largest_loss=0.05", "-o", "money.csv")
asked = dict(model=["proportional", source + "/scenarios/models/california.toml"], share=[0.05, 0.1], need=need, before=before,
             set={"policy.proportional.largest_loss": 0.05})
from_file = likvard.allocate(own, **asked)
same_table(from_file.to_pandas(), "money.csv")
table = pandas.read_csv(own, sep=";", decimal=",").iloc[:-1]  # without the line of totals
for form in (table, table.set_index("Skola"), {c: list(table[c]) for c in table}):
    again = likvard.allocate(form, **asked)
    assert again.sek_per_pupil.tobytes() == from_file.sek_per_pupil.tobytes() and again.units == from_file.units, again.units
assert from_file.sek_per_pupil.shape == (len(from_file.policies), 6) and readonly(from_file.sek_per_pupil)
kept = from_file.sek_per_pupil
copy = kept.copy()
shown = cli("allocate", own, "--need", need, "--share", "0.1").stdout
tenth = likvard.allocate(own, need=need, share=0.1)
assert all(line in shown for line in tenth.answer.splitlines() + tenth.notes)
del from_file, again
assert (kept == copy).all()
# By hand: w of the budget in proportion to need, the rest per head.
hand = likvard.allocate({"unit": ["a", "b"], "pupils": [100, 300], "need": [0.4, 0.2]}, share=0.1, per_pupil=1000)
assert np.allclose(hand.sek_per_pupil[0], [900 + 100 * 0.4 / 0.25, 900 + 100 * 0.2 / 0.25], rtol=1e-12), hand.sek_per_pupil
assert abs((hand.sek_per_pupil[0] * hand.pupils).sum() - 400_000) < 1e-6
export = source + "/scenarios/data/example-units.csv"
cli("allocate", export, "-m", "Exempelby", "-o", "export.csv")
same_table(likvard.allocate(export, municipality="Exempelby").to_pandas(), "export.csv")
for args, more in ((["--need", "Behof"], {"need": "Behof"}), (["--model", "proportionl"], {"model": "proportionl"}), (["--municipality", "X"], {"municipality": "X", "need": need}),
                   (["--set", "policy.proportional.least=1.2"], {"set": {"policy.proportional.least": 1.2}, "need": need})):
    r = cli("allocate", own, *args, *(["--need", need] if "need" in more and "--need" not in args else []), code=3)
    assert fails(lambda: likvard.allocate(own, **more)) == r.stderr.strip(), (more, r.stderr)
assert fails(lambda: likvard.allocate("nowhere.csv"), likvard.FileError) == cli("allocate", "nowhere.csv", code=4).stderr.strip()
assert fails(lambda: likvard.allocate({"pupils": [10, 20], "need": [0.1, "hög"]})) == "units:2: need = 'hög' (a number, 0 or more is wanted)"
assert "which column?" in fails(lambda: likvard.allocate({"x": [1, 2], "y": [3, 4]}))
fails(lambda: likvard.allocate({"pupils": [10, 20], "need": [0.1, 0.3]}, budget=1, per_pupil=1), TypeError)
fails(lambda: likvard.allocate({"pupils": [10, 20], "need": [0.1, 0.3]}, share=1.5), ValueError)
fails(lambda: likvard.allocate({"pupils": [10, 20], "need": [0.1]}))

# Comparing: a scenario's runs, a result's moments.
scenario = {
    "format": 1, "title": "Two towns", "question": "Which?", "run": {"seed": 3, "replicates": 512}, "answer": {"measure": "not_qualified_gap", "policy": "proportional", "share": 0.1},
    "municipality": {"pupils": 1500, "units": 8}, "target": [{"group": "low_education", "index": "eps2", "value": 0.05}],
    "policy": [{"name": "proportional", "title": "Proportional", "response": "linear", "shares": [0.05, 0.1]},
               {"name": "threshold", "title": "Threshold", "response": "threshold", "shares": [0.05, 0.1]}],
    "context": [{"name": "even", "set": {"target.low_education.value": 0.02}}, {"name": "apart", "set": {"target.low_education.value": 0.12}}]}
from likvard.toml import toml_document

with open("towns.toml", "w", encoding="utf-8") as f:
    f.write(toml_document(scenario))
chosen = ["--measure", "not_qualified_gap", "--delta", "0.2", "--confidence", "0.9"]
cli("compare", "towns.toml", *chosen, "-q", "--threads", "1", "-o", "compare.csv")
found = likvard.compare(scenario, measure="not_qualified_gap", delta=0.2, confidence=0.9, progress=False, threads=2)
same_table(found.to_pandas(), "compare.csv")
as_json = json.loads(cli("compare", "towns.toml", *chosen, "-q", "--json").stdout)
assert found.points == as_json["selection"] and found.decision == as_json["decision"]
assert [p["point"] for p in found.points] == [c["name"] for c in scenario["context"]]
assert len(found.answer.splitlines()) == 2 and found.method == "kn"
only = likvard.compare("towns.toml", delta=0.2, confidence=0.9, choose_only=True, progress=False)
assert only.decision is None and only.points == found.points
cli("run", "towns.toml", "-q", "-o", "towns.h5")
result = likvard.run("towns.toml", progress=False)
cli("compare", "towns.h5", "--share", "0.1", "-o", "moments.csv")
for form in ("towns.h5", result):
    moments = likvard.compare(form, shares=0.1)
    same_table(moments.to_pandas(), "moments.csv")
assert moments.points == json.loads(cli("compare", "towns.h5", "--share", "0.1", "--json").stdout)
r = cli("compare", "towns.h5", "--share", "0.3", code=3)
assert fails(lambda: likvard.compare("towns.h5", shares=0.3)) == r.stderr.strip()
r = cli("compare", "towns.toml", "--measure", "gapp", code=3)
assert fails(lambda: likvard.compare("towns.toml", measure="gapp", progress=False)) == r.stderr.strip()
fails(lambda: likvard.compare(result, method="kn"), ValueError)

# Sensitivity: a scenario, a result, saved runs, runs of one's own.
cli("sensitivity", "towns.toml", "-q", "--threads", "1", "--set", "sensitivity.rows=32", "-o", "why.h5", "--csv", "why.csv", "--runs", "runs.csv")
why = likvard.sensitivity(scenario, set={"sensitivity.rows": 32}, progress=False, threads=2)
same_table(why.to_pandas(), "why.csv")
runs = pandas.read_csv("runs.csv", float_precision="round_trip")
assert why.x.shape == (len(runs), len(why.factors)) and readonly(why.x)
output, y = next(iter(why.y.items()))
assert readonly(y) and np.array_equal(y.reshape(len(runs), -1)[:, 0], runs[[c for c in runs if c.startswith(output)][0]].to_numpy(), equal_nan=True)
assert {f["role"] for f in why.factors} <= {"lever", "context", "parameter"}
same_table(likvard.sensitivity("why.h5").to_pandas(), "why.csv")
why.save("again.h5")
assert likvard.sensitivity("again.h5").answer == why.answer
cli("sensitivity", "towns.h5", "--csv", "study.csv")
for form in ("towns.h5", result):
    same_table(likvard.sensitivity(form).to_pandas(), "study.csv")
rng = np.random.default_rng(1)
x = rng.uniform(size=(200, 2))
pandas.DataFrame(x, columns=["a", "b"]).to_csv("x.csv", index=False)
pandas.DataFrame({"y": x[:, 0] + 0.2 * x[:, 1]}).to_csv("y.csv", index=False)
cli("sensitivity", "--design", "x.csv", "--output", "y.csv", "--csv", "own.csv")
same_table(likvard.sensitivity(design="x.csv", outputs="y.csv").to_pandas(), "own.csv")
same_table(likvard.sensitivity(design={"a": x[:, 0], "b": x[:, 1]}, outputs=pandas.DataFrame({"y": x[:, 0] + 0.2 * x[:, 1]})).to_pandas(), "own.csv")
r = cli("sensitivity", "towns.toml", "--set", "sensitivity.design=sobool", code=3)
assert fails(lambda: likvard.sensitivity("towns.toml", set={"sensitivity.design": "sobool"}, progress=False)) == r.stderr.strip()
fails(lambda: likvard.sensitivity(), TypeError)
fails(lambda: likvard.sensitivity(design={"a": [1, 2]}, outputs={"y": [1, 2]}))
# A scenario with a base: its tree is whole.
with open("child.toml", "w", encoding="utf-8") as f:
    f.write('format = 1\nbase = "towns.toml"\ntitle = "Child"\n')
assert likvard.sensitivity("child.toml", set={"sensitivity.rows": 32}, progress=False).to_pandas().equals(why.to_pandas())

# Drawn compositions: the target, exactly, before chance; sizes and totals kept; the same by the same seed.
sizes, P = [30, 80, 120, 60, 200], 0.3
N = sum(sizes)
drawn = likvard.draw_compositions(sizes, P, 0.25, draws=3000, seed=4)
w = np.array(sizes) / N
assert abs((w * np.abs(drawn.expected - P)).sum() / (2 * P * (1 - P)) - 0.25) < 1e-9
assert drawn.members.shape == (3000, 5) and (drawn.members <= sizes).all() and (drawn.members.sum(axis=1) == round(P * N)).all()
assert (drawn.members == likvard.draw_compositions(sizes, P, 0.25, draws=3000, seed=4).members).all()
assert not (drawn.members == likvard.draw_compositions(sizes, P, 0.25, draws=3000, seed=5).members).all()
free = likvard.draw_compositions(sizes, P, 0.25, draws=3000, totals="free", seed=4)
expected = drawn.expected * sizes
z = (free.members.mean(axis=0) - expected) / np.sqrt(expected * (1 - drawn.expected) / 3000)
assert np.abs(z).max() < 5.2, z  # five normal numbers, two-sided: exceeded once in a million
assert len(set(free.members.sum(axis=1))) > 10
# By chance alone the mean is the exact expectation. D of each draw lies in [0, 1] and its sd in the sample gives the error.
for share in (0.1, 0.3):
    by_chance = likvard.draw_compositions(sizes, share, mechanism="random", draws=4000, seed=9).members
    members = round(share * N)
    exact = likvard.expected_under_chance(sizes, members)
    p, q = by_chance / members, (np.array(sizes) - by_chance) / (N - members)
    in_unit = by_chance / sizes
    D = np.abs(p - q).sum(axis=1) / 2
    V = (w * (in_unit - members / N) ** 2).sum(axis=1) / (members / N * (1 - members / N))
    iso = (by_chance * in_unit).sum(axis=1) / members
    H = 1 - np.sqrt(p * q).sum(axis=1)
    for name, values in (("dissimilarity", D), ("variance_ratio", V), ("isolation", iso), ("hutchens", H)):
        z = (values.mean() - exact[name]) / (values.std(ddof=1) / math.sqrt(len(values)))
        assert abs(z) < 5.1, (name, share, z)
    assert D.max() <= exact["largest_dissimilarity"] + 1e-12 and V.max() <= exact["largest_variance_ratio"] + 1e-12
    assert abs(exact["isolation_leave_one_out"] - (members - 1) / (N - 1)) < 1e-15
for mechanism in ("tilt", "dirichlet"):
    assert likvard.draw_compositions(sizes, P, 0.2, mechanism=mechanism, draws=5).members.shape == (5, 5)
assert "can show dissimilarity from" in fails(lambda: likvard.draw_compositions([10, 10], 0.1, 0.99))
assert "(one of rank, tilt, dirichlet, random is wanted)" in fails(lambda: likvard.draw_compositions([10, 10], 0.5, 0.1, mechanism="rnk"))
for bad in (dict(share=0.0), dict(share=1.2), dict(target=2.0), dict(draws=0), dict(pupils=[]), dict(pupils=[0, 3])):
    fails(lambda: likvard.draw_compositions(**{**dict(pupils=[10, 20], share=0.5, target=0.1), **bad}))
# Many groups: two of them are the one-group indices; three by hand, two units of two pupils, groups 2, 1 and 1.
two, one = likvard.expected_under_chance(sizes, [round(P * N), N - round(P * N)]), likvard.expected_under_chance(sizes, round(P * N))
assert two == one
three = likvard.expected_under_chance([2, 2], [2, 1, 1])
# The six equally likely first units: {A,A} 1, {A,B} 2, {A,C} 2, {B,C} 1. D = sum |x - n P| / (2 N I), I = sum P(1 - P) = 5/8.
assert abs(three["dissimilarity"] - (1 / 3 * 4 + 2 / 3 * 2) / (2 * 4 * 0.625)) < 1e-12, three
assert abs(three["squared_cv"] - 1 / 3) < 1e-12
entropy = 1.5 * math.log(2)
information = 1 / 3 * math.log(2) + 2 / 3 * (entropy - math.log(2))
assert abs(three["mutual_information"] - information) < 1e-12 and abs(three["theil_h"] - information / entropy) < 1e-12
for bad in (([10, 10], 30), ([10], -1), ([], 0), ([10, 10], [5, 5]), ([10, 10], [20])):
    fails(lambda: likvard.expected_under_chance(*bad), ValueError)

# Ctrl-C ends a comparison and a sensitivity study, with nothing left behind; other threads go on meanwhile.
for call in (lambda: likvard.compare("towns.toml", delta=1e-5, budget=10**11, progress=False),
             lambda: likvard.sensitivity("towns.toml", set={"sensitivity.rows": 2**20}, progress=False)):
    here, ticks, done = sorted(os.listdir(".")), [], threading.Event()
    def tick():
        while not done.wait(0.02):
            ticks.append(1)
    threading.Thread(target=tick, daemon=True).start()
    timer = threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.daemon = True
    timer.start()
    start = time.monotonic()
    fails(call, KeyboardInterrupt)
    done.set()
    assert time.monotonic() - start < 60 and len(ticks) > 5 and sorted(os.listdir(".")) == here

# Progress is told on standard error, errors in it end the work.
kept_stderr, sys.stderr = sys.stderr, io.StringIO()
try:
    likvard.sensitivity("towns.toml", set={"sensitivity.rows": 32})
finally:
    sys.stderr = kept_stderr
# help() of everything that is public reads as text: a summary line, the arguments named.
import inspect

for name in likvard.__all__:
    thing = getattr(likvard, name)
    text = inspect.getdoc(thing) or ""
    assert text or name in ("Scenario", "FileError", "ScenarioError"), name
    if inspect.isfunction(thing):
        assert all(parameter in text or parameter in ("source", "progress", "threads", "seed", "set", "path", "names") for parameter in inspect.signature(thing).parameters), (name, text)
        assert all(p.annotation is not inspect.Parameter.empty for p in inspect.signature(thing).parameters.values()), name
print("ok")
