"""The engine against bench/peers: the same town pupil by pupil in NumPy (and in R where it is there), measure by measure.

Means over replicates must agree within a z-bound with one false alarm in a million runs of everything here (Bonferroni).
Both sides' standard errors are those of independent replicates; the engine's stratified parameters only make its own smaller.

Three measures are not linear in a pupil's luck, which the engine integrates out and the peers draw, so their expectations
differ by O(1/N), and by no more than this (N pupils, outcome of variance about 1):
- quantiles: order statistic k = ceil(pN) against the quantile of the mixture. E X(k) = Q(k/(N+1)) + p(1-p)/(2N) Q'' + ...,
  with Q' = 1/φ = 5.7 and |Q''| = |z|/φ² = 42 at p = .1 and .9: 7/N in all, 10/N allowed. The difference between two policies
  keeps what their densities differ by, a few per cent: 1/N allowed.
- between_units A/B: relatively Var(B)/B² + Cov(A, B)/(AB) <= 2/N + 4/N to first order, 8/N allowed.
Quantiles are left out in the smallest town, where they would say little.

Two towns have effects that are large and known, so that little noise hides what money does.
"""
import importlib.util
import math
import os
import re
import shutil
import subprocess
import sys
from statistics import NormalDist

for module in ["numpy", "h5py"]:
    if importlib.util.find_spec(module) is None:
        print(f"skipped: no {module} for {sys.executable}")
        sys.exit(77)
import h5py
import numpy as np

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
sys.dont_write_bytecode = True
sys.path.insert(0, source + "/bench/peers")
import model
import town as towns

SHARE = 0.1
with open(towns.TOML, encoding="utf-8") as f:
    text = f.read()
loud, changed = re.subn(r"(?m)^(theta|curvature|pass_through|dilution) = .*", lambda m: f"{m[1]} = {dict(theta=0.4, curvature=-0.5, pass_through=0.9, dilution=0.1)[m[1]]}", text)
assert changed == 4
for name, content in [("town.toml", text), ("loud.toml", loud)]:
    with open(name, "w", encoding="utf-8") as f:
        f.write(content)
scenario = towns.read()
policies = [towns.Policy("per_head", 0.0, {"response": "linear"})] + [p for p in towns.policies(scenario) if p.share == SHARE]


def engine(file, pupils, units, replicates):
    """{measure: (mean, standard error, mean difference, its standard error)}, each [policy]."""
    settings = {"municipality.pupils": pupils, "municipality.units": units, "run.replicates": replicates}
    settings.update({f"policy.{p.name}.shares": f"[{SHARE}]" for p in policies[1:]})
    r = subprocess.run([program, "run", file, "-q", "-o", "town.h5"]
                       + [x for key, value in settings.items() for x in ["--set", f"{key}={value}"]], capture_output=True, text=True)
    if r.returncode != 0:
        print(r.stdout, r.stderr)
        sys.exit(1)
    with h5py.File("town.h5") as f:
        assert [*f["policy/name"].asstr()] == [p.name for p in policies]
        count = f["point/replicates"][0]
        numbers = [f[name][0] for name in ["value/mean", "value/variance", "difference/mean", "difference/variance"]]
        return {key: (numbers[0][:, k], np.sqrt(numbers[1][:, k] / count), numbers[2][:, k], np.sqrt(numbers[3][:, k] / count))
                for k, key in enumerate(f["measure/key"].asstr())}


def summary(values):
    """The same of replicates [R, M, K]."""
    out = {}
    for k, key in enumerate(towns.MEASURES):
        x, d = values[:, :, k], values[:, :, k] - values[:, :1, k]
        error = math.sqrt(len(values))
        out[key] = x.mean(axis=0), x.std(axis=0) / error, d.mean(axis=0), d.std(axis=0) / error
    return out


def allowed(key, pupils, value):
    """How far the expectations may lie apart: of a value, of a difference."""
    if key in ["low_decile", "high_decile"]:
        return 10 / pupils, 1 / pupils
    if key == "between_units":
        return 8 / pupils * value, 8 / pupils * value
    return 0.0, 0.0


def in_numpy(counts):
    return lambda file, pupils, units, replicates: model.run(towns.read(file), pupils, units, policies, 20261125 + counts, replicates=replicates, counts=counts)[0]


def in_r(file, pupils, units, replicates):
    command = ["Rscript", source + "/bench/peers/model.R", str(pupils), str(units), str(SHARE), "0", str(replicates), "r.csv", file]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return np.loadtxt("r.csv", delimiter=",").reshape(-1, len(policies), len(towns.MEASURES))


peers = {"NumPy": in_numpy(False), "NumPy by counts": in_numpy(True)}
if shutil.which("Rscript"):
    peers["R"] = in_r
else:
    print("R is not here: NumPy alone")

runs = {("town.toml", 100, 4): {"engine": 8_192, "NumPy": 20_000, "R": 2_000},
        ("loud.toml", 100, 4): {"engine": 8_192, "NumPy": 10_000, "R": 2_000},
        ("loud.toml", 1_000, 8): {"engine": 4_096, "NumPy": 4_000, "NumPy by counts": 2_000, "R": 500},
        ("town.toml", 10_000, 30): {"engine": 1_024, "NumPy": 1_000, "R": 100}}
compared = []
for (file, pupils, units), replicates in runs.items():
    ours = engine(file, pupils, units, replicates["engine"])
    for name, peer in peers.items():
        if name not in replicates:
            continue
        theirs = summary(peer(file, pupils, units, replicates[name]))
        for key in ours:
            if pupils < 1_000 and key.endswith("_decile"):
                continue
            for what, i in [("value", 0), ("difference", 2)]:
                slack = np.array([allowed(key, pupils, abs(x))[i // 2] for x in theirs[key][0]])
                apart = np.maximum(0, abs(ours[key][i] - theirs[key][i]) - slack)
                error = np.hypot(ours[key][i + 1], theirs[key][i + 1])
                rounding = 1e-9 * (1 + abs(theirs[key][i]))  # of what does not vary
                z = np.where(apart > rounding, apart / np.maximum(error, 1e-300), 0)
                compared += [(z[m], f"{name}, {file}, {pupils} pupils, {policies[m].name}, {key}, {what}: {ours[key][i][m]:.6g} by the engine, "
                              f"{theirs[key][i][m]:.6g}, z = {z[m]:.1f}") for m in range(len(policies))]

bound = NormalDist().inv_cdf(1 - 1e-6 / 2 / len(compared))
apart = [text for z, text in compared if z > bound]
largest = max(compared)
print(f"{len(compared)} means of {len(ours)} measures, |z| <= {bound:.2f}; the largest: {largest[1]}")
if apart:
    print("\n".join(["FAILED"] + apart[:40]))
    sys.exit(1)
print("ok: the engine and its peers agree")
