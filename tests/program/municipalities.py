"""Every municipality of every year makes a scenario that runs: `likvard import`, `run` and `show` on Skolverket's exports in
LIKVARD_DATA_DIR. A sample here; the whole of it, some 870 scenarios in about half an hour of processor time:

    LIKVARD_DATA_DIR=... python3 tests/program/municipalities.py build/release/likvard . all
"""
import csv
import glob
import json
import math
import os
import subprocess
import sys
import time

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
whole = sys.argv[3:] == ["all"]
folder = os.environ.get("LIKVARD_DATA_DIR")
files = sorted(glob.glob(os.path.join(folder or "", "grundskola-antal-elever-*.csv"))) if folder else []
if not files:
    print("skipped: LIKVARD_DATA_DIR does not name a folder with Skolverket's unit exports")
    sys.exit(77)
failures = []
runs = units = bracketed = outside = 0
start = time.time()


def run(*args):
    return subprocess.run([program, *args], capture_output=True, text=True)


def check(condition, what, r):
    if not condition:
        failures.append(f"{what}: exit {r.returncode}: {(r.stderr or r.stdout).strip()[-300:]}")
    return condition


def municipalities(file):
    with open(file, encoding="utf-8-sig") as f:
        rows = [row for row in csv.reader(f, delimiter=";") if len(row) > 9 and row[1].isdigit()]
    return sorted({row[2] for row in rows})


def numbers(value):
    if isinstance(value, dict):
        for v in value.values():
            yield from numbers(v)
    elif isinstance(value, list):
        for v in value:
            yield from numbers(v)
    elif value is None or isinstance(value, float):
        yield value


for place, file in enumerate(files):
    names = municipalities(file)
    if not whole:  # another six of each year, a village and a city among them over the years
        names = names[7 * place + 3 :: 53]
    for name in names:
        r = run("import", file, "--municipality", name, "-o", "town.toml", "--json")
        if not check(r.returncode == 0, f"import {file} {name}", r):
            continue
        facts = json.loads(r.stdout)["municipality"][-1]
        units += facts["units"]
        for group in ["low_education", "foreign"]:
            m = facts[group]
            for key in ["share", "dissimilarity", "variance_ratio", "eps2", "theil_h"]:
                low, high = m["could_be"][key]
                check(low <= high + 1e-9, f"{file} {name}: interval of {key}", r)
                if m["suppressed"] and m["defined"] and not m["missing"]:
                    bracketed += 1
                    outside += not low - 1e-9 <= m[key] <= high + 1e-9
        small = ["--set", "run.replicates=128"] + ([] if whole else ["--set", "years.count=2", "--set", "power.years=2"])
        r = run("run", "town.toml", "-o", "town.h5", "-q", *small)
        if not check(r.returncode == 0, f"run {file} {name}", r):
            continue
        r = run("show", "town.h5", "--json", "-m", "not_qualified_gap", "-m", "share_moved", "-m", "money_change")
        values = list(numbers(json.loads(r.stdout))) if r.returncode == 0 else [None]
        check(values and all(v is not None and math.isfinite(v) for v in values), f"numbers of {file} {name}", r)
        runs += 1
    print(f"{os.path.basename(file)}: {len(names)} municipalities, {time.time() - start:.0f} s", flush=True)

if outside:
    failures.append(f"{outside} of {bracketed} indices lie outside the interval of what they could be")
for failure in failures[:20]:
    print("FAILED: " + failure)
print(f"{runs} municipalities of {len(files)} years ran, {units} units; {bracketed} indices with hidden cells lie within their intervals")
sys.exit(1 if failures else 0)
