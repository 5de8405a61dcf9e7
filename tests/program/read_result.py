"""A result opens in other programs without our code: h5py, h5dump, and R where it is there."""
import json
import os
import shutil
import subprocess
import sys

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
try:
    import h5py
    import numpy
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, check=True, timeout=120).stdout


count = sum(not m["over_years"] for m in json.loads(run(program, "keys", "measures", "--json")))  # of one state
run(program, "run", source + "/scenarios/preschool.toml", "-o", "r.h5", "--set", "run.replicates=128", "-q")
shown = json.loads(run(program, "show", "r.h5", "--json", "-m", "gap"))
with h5py.File("r.h5") as f:
    assert f.attrs["format"] == "likvard-result" and f.attrs["format_version"] == 2
    mean = f["value/mean"]
    points, policies, measures = (f[name].asstr()[:] for name in ("point/name", "policy/name", "measure/key"))
    assert mean.shape == (len(points), len(policies), len(measures)) == (8, 13, count), mean.shape
    # Dimension scales: names travel with the numbers.
    assert [mean.dims[i].label for i in range(3)] == ["point", "policy", "measure"]
    assert list(mean.dims[2][0].asstr()[:]) == list(measures)
    gap = list(measures).index("gap")
    for i, row in enumerate(shown):
        g, m = divmod(i, len(policies))
        assert row["mean"] == mean[g, m, gap] and row["difference"] == f["difference/mean"][g, m, gap], row
    # Every dataset says what it is.
    bare = []
    f.visititems(lambda name, item: bare.append(name) if isinstance(item, h5py.Dataset) and "description" not in item.attrs else None)
    assert not bare, bare
    assert numpy.allclose(f["difference/mean"][...], mean[...] - mean[:, :1, :], atol=1e-9)
    assert f["quantile/value"].shape == (3, 8, 13, count)
    assert list(f["point/at/need.years"].asstr()[:2]) == ["1", "3"]
    assert f["scenario"].asstr()[0].startswith("# Preschools")
    assert f["provenance"].attrs["version"]
    assert f["units/money"].shape == (f["units/first"][-1], len(policies)) and len(f["units/first"]) == len(points) + 1
print("h5py reads it")
if shutil.which("h5dump"):
    assert "likvard-result" in run("h5dump", "-a", "/format", "r.h5")
    print("h5dump reads it")
if shutil.which("Rscript") and subprocess.run(["Rscript", "-e", "library(hdf5r)"], capture_output=True).returncode == 0:
    text = run("Rscript", "-e", 'suppressMessages(library(hdf5r)); f <- H5File$new("r.h5", "r"); cat(dim(f[["value/mean"]][, , ]), f[["measure/key"]][1])')
    assert text.split() == [str(count), "13", "8", "need_share"], text
    print("R reads it")
