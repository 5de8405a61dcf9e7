"""`import likvard`: the numbers of the command line, errors, Ctrl-C, views, tables. Needs the module in the build tree."""
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
    import likvard
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)

scenario = source + "/scenarios/preschool.toml"
subprocess.run([program, "run", scenario, "-o", "cli.h5", "-q", "--set", "run.replicates=128", "--threads", "1"], check=True, timeout=300)
theirs = likvard.read("cli.h5")
ours = likvard.run(scenario, set={"run.replicates": 128}, progress=False, threads=2)
arrays = ("value", "variance", "standard_error", "difference", "difference_variance", "difference_standard_error", "quantiles",
          "difference_quantiles")
for name in arrays:
    a, b = getattr(ours, name), getattr(theirs, name)
    assert a.shape == b.shape and a.tobytes() == b.tobytes(), f"{name}: other bits than the command line's"
assert ours.points == theirs.points and ours.policies == theirs.policies and ours.answer == theirs.answer
import json

assert ours.questions == json.loads(subprocess.run([program, "answer", "cli.h5", "--json"], capture_output=True, text=True, check=True).stdout)

# A saved result is the command line's file but for its provenance.
ours.save("python.h5")
assert likvard.read("python.h5").value.tobytes() == theirs.value.tobytes()
try:
    import h5py

    with h5py.File("cli.h5") as a, h5py.File("python.h5") as b:
        assert a.attrs["fingerprint"] == b.attrs["fingerprint"]
except ImportError:
    pass

# Views: no copy, read-only, alive after their result.
assert np.shares_memory(ours.value, ours.value) and not ours.value.flags.owndata
try:
    ours.value[0, 0, 0] = 1
    sys.exit("FAILED: a view can be written to")
except ValueError:
    pass
kept, copy = ours.value, ours.value.copy()
del ours
assert (kept == copy).all()

# The tidy table is `likvard export`'s.
try:
    import pandas

    subprocess.run([program, "export", "cli.h5", "-o", "cli.csv"], check=True, stdout=subprocess.DEVNULL)
    exported = pandas.read_csv("cli.csv", float_precision="round_trip", dtype={a: str for a in theirs._core.axes})
    frame = theirs.to_pandas()
    assert set(frame.columns) == set(exported.columns), set(frame.columns) ^ set(exported.columns)
    for column in exported.columns:
        a, b = frame[column], exported[column]
        if pandas.api.types.is_numeric_dtype(b):
            assert np.array_equal(a.to_numpy(float), b.to_numpy(float), equal_nan=True), column
        else:
            assert (a.fillna("") == b.fillna("")).all(), column
    assert set(theirs.to_pandas(["gap"])["measure"]) == {"gap"}
except ImportError as why:
    print(f"without {why.name}: no table")
try:
    import xarray

    data = theirs.to_xarray()
    assert data["difference"].sel(measure="gap").shape == theirs.difference.shape[:2]
except ImportError as why:
    print(f"without {why.name}: no xarray")

# A dict is the file; its errors and those of files are the command line's lines.
import tomllib

with open(scenario, "rb") as f:
    as_dict = tomllib.load(f)
assert likvard.run(as_dict, set={"run.replicates": 128}, progress=False).value.tobytes() == theirs.value.tobytes()


def fails(call, kind):
    try:
        call()
    except kind as error:
        return str(error)
    sys.exit(f"FAILED: no {kind.__name__}")


wrong = subprocess.run([program, "check", scenario, "--set", "run.replicats=128"], capture_output=True, text=True)
text = fails(lambda: likvard.read_scenario(scenario, set={"run.replicats": 128}), likvard.ScenarioError)
assert text and text.splitlines()[0] in wrong.stderr + wrong.stdout, (text, wrong.stderr, wrong.stdout)
missing = subprocess.run([program, "show", "nowhere.h5"], capture_output=True, text=True)
assert fails(lambda: likvard.read("nowhere.h5"), likvard.FileError) == missing.stderr.strip()
assert issubclass(likvard.ScenarioError, ValueError) and issubclass(likvard.FileError, OSError)

# Other threads go on while it computes, and Ctrl-C ends it.
ticks = []
done = threading.Event()


def tick():
    while not done.wait(0.02):
        ticks.append(1)
    return


def interrupt():
    time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGINT)


threading.Thread(target=tick, daemon=True).start()
threading.Thread(target=interrupt, daemon=True).start()
start = time.monotonic()
before = sorted(os.listdir("."))
fails(lambda: likvard.run(scenario, set={"run.replicates": 4000000}, progress=False), KeyboardInterrupt)
done.set()
assert time.monotonic() - start < 30 and len(ticks) > 10, (time.monotonic() - start, len(ticks))
assert sorted(os.listdir(".")) == before, "an interrupted run left a file"

# Segregation as the command line has it; what chance alone gives.
counts = np.array([[40, 20], [20, 40], [5, 60], [1, 80]])
found = {(r["group"], r["index"]): r for r in likvard.segregation(counts, ["g0", "g1"]).rows}
group = next(iter(found))[0]
assert abs(found[group, "mutual_information"]["value"] - 0.18658673554483485) < 1e-10
chance = likvard.expected_under_chance(counts.sum(axis=1), counts[:, 0].sum())
assert abs(chance["mutual_information"] - 0.005720481698806116) < 1e-10
assert abs(found[group, "dissimilarity"]["by_chance"] - chance["dissimilarity"]) < 1e-12
assert abs(chance["variance_ratio"] - 3 / 265) < 1e-12
fails(lambda: likvard.segregation([[1], [2]]), likvard.ScenarioError)
assert "Monte Carlo" in likvard.__doc__ and all(getattr(likvard, name).__doc__ for name in likvard.__all__ if name[0].islower())
print("ok")
