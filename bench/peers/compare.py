"""Engine, NumPy and R side by side; called by bench/compare.

Every round runs each program once on each case, so that what else the machine does meets all of them alike. Times are
CPU time of one thread. A ratio is the median over rounds of the ratio within a round.
"""
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import h5py
import numpy as np

import model
import town as towns

HERE = pathlib.Path(__file__).resolve().parent
build = pathlib.Path(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
seconds = float(sys.argv[3]) if len(sys.argv) > 3 else 0.5

TOWNS = [(100, 4), (1_000, 8), (10_000, 30), (100_000, 150)]
# NumPy as a user writes it, one replicate after another; beside it what is gained by many towns in one array.
TARGETS = {(100, 1): 15, (100, 40): 40, (10_000, 1): 40, (10_000, 40): 150}
R_TARGET = 400  # 10,000 pupils, 40 policies


def output(*command):
    run = subprocess.run([str(x) for x in command], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{run.stdout}{run.stderr}")
    return run.stdout


def engine(pupils, units, count):
    """ns per pupil and replicate."""
    text = output(build / "bench/likvard_bench", f"--benchmark_filter=^replicate/pupils:{pupils}/units:{units}/policies:{count}$",
                  f"--benchmark_min_time={seconds}", "--benchmark_format=json")
    return 1e9 * json.loads(text)["benchmarks"][0]["per_pupil"]


def peer(script, *options):
    return lambda pupils, units, count: float(output(*script, pupils, units, "one" if count == 1 else "all", seconds, *options).split()[0])


NUMPY = [sys.executable, HERE / "model.py"]
PROGRAMS = {"engine": engine, "NumPy loop": peer(NUMPY, "loop"), "NumPy": peer(NUMPY), "R": peer(["Rscript", HERE / "model.R"])}


def line(*cells):
    print("".join(str(c).rjust(18 if i else 24) for i, c in enumerate(cells)), flush=True)


def short(x):
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def spread(values):
    return f"{short(min(values))} / {short(statistics.median(values))}"


def ratio(above, below):
    return statistics.median(a / b for a, b in zip(above, below))


def side_by_side():
    cases = [(*town, count) for count in [1, 40] for town in TOWNS]
    times = {(name, *case): [] for name in PROGRAMS for case in cases}
    for _ in range(rounds):
        for case in cases:
            for name, run in PROGRAMS.items():
                times[name, *case].append(run(*case))
    print(f"\nns per pupil and replicate, smallest / median of {rounds} rounds; {len(towns.read()['run']['measures'])} measures by the engine, "
          f"{len(towns.MEASURES)} by its peers\n")
    line("pupils/units/policies", *PROGRAMS, *(f"{name}/engine" for name in list(PROGRAMS)[1:]))
    for case in cases:
        ours, *theirs = (times[name, *case] for name in PROGRAMS)
        line("/".join(map(str, case)), spread(ours), *map(spread, theirs), *(f"{ratio(peer, ours):.1f}" for peer in theirs))
    print()

    def told(name, case, target):
        reached = ratio(times[name, *case], times["engine", *case])
        return f"{reached:.1f} times {name} (target {target}: {'reached' if reached >= target else 'NOT reached'})"

    for (pupils, count), target in TARGETS.items():
        case = next(c for c in cases if c[0] == pupils and c[2] == count)
        print(f"{pupils} pupils, {count} {'policy' if count == 1 else 'policies'}: {told('NumPy loop', case, target)}, {told('NumPy', case, target)}")
    print(f"10000 pupils, 40 policies: {told('R', (10_000, 30, 40), R_TARGET)}")
    return times


def growth():
    print()
    for count in [1, 40]:
        pairs = [(engine(1_000, 30, count), engine(100_000, 30, count)) for _ in range(rounds)]
        times = 100 * statistics.median(large / small for small, large in pairs)
        print(f"100 times the pupils in 30 units, {count} {'policy' if count == 1 else 'policies'}: {times:.2f} times the time "
              f"(target under 20: {'reached' if times < 20 else 'NOT reached'})")


def paired_variance(pupils, units):
    """{measure: variance x replicates of the engine's mean difference between the proportional model and per head}.

    From the standard error of blocks: what stratified parameters save is in it."""
    a_tenth = [f"policy.{p['name']}.shares=[0.1]" for p in towns.read()["policy"]]  # the first is proportional
    settings = [f"municipality.pupils={pupils}", f"municipality.units={units}", "run.replicates=16384", *a_tenth]
    with tempfile.TemporaryDirectory() as folder:
        file = folder + "/town.h5"
        output(build / "likvard", "run", towns.TOML, "-q", "-o", file, "--threads", 1, *[x for s in settings for x in ["--set", s]])
        with h5py.File(file) as f:
            error, count = f["difference/standard_error"][0, 1], f["point/replicates"][0]
            return dict(zip(f["measure/key"].asstr(), error**2 * count))


def time_to_precision(times):
    """Variance of a replicate's difference times its cost, against NumPy with its own pupils for either policy."""
    scenario = towns.read()
    proportional = towns.policies(scenario, "one")[0]
    per_head = towns.Policy("per_head", 0.0, {"response": "linear"})
    print("\nTime to the same standard error of the difference between proportional (10 %) and per head, relative to the engine\n")
    line("pupils/units", "measure", "independent", "of it variance", "common pupils", "of it variance")
    worst = {}
    for (pupils, units), replicates in zip(TOWNS[:3], [20_000, 5_000, 1_000]):
        ours = paired_variance(pupils, units)
        apart = [model.run(scenario, pupils, units, [p], seed, replicates=replicates)[0][:, 0] for p, seed in [(proportional, 1), (per_head, 2)]]
        both = model.run(scenario, pupils, units, [per_head, proportional], 3, replicates=replicates)[0]
        together = (both[:, 1] - both[:, 0]).var(axis=0)
        independent = apart[0].var(axis=0) + apart[1].var(axis=0)
        cost = statistics.median(engine(pupils, units, 2) for _ in range(rounds))
        one, every = (statistics.median(times["NumPy", pupils, units, count]) for count in [1, 40])
        for k, key in enumerate(towns.MEASURES):
            if key not in ours or key in ["share_moved", "money_gap", "money_cv"]:
                continue  # of money: nothing but the index is drawn, and per head has none
            alone, paired = independent[k] / ours[key], together[k] / ours[key]
            reached = alone * 2 * one / cost
            line(f"{pupils}/{units}", key, *map(short, [reached, alone, paired * (one + (every - one) / 39) / cost, paired]))
            worst[pupils] = min(worst.get(pupils, (float("inf"), "")), (reached, key))
    print()
    for pupils, (reached, key) in worst.items():
        print(f"{pupils} pupils, independent draws: at least {reached:,.0f} times less time ({key}; "
              f"target 1,000: {'reached' if reached >= 1000 else 'NOT reached'})")


measured = side_by_side()
growth()
time_to_precision(measured)
