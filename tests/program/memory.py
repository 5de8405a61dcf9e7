"""Memory does not grow with replicates, and little with points: the peak of a run, of its shards and
of their merge. Usage: memory.py PROGRAM SOURCE_DIR (in a scratch folder). Figures: bench/README.md."""
import os
import subprocess
import sys

from support import steps
from support.steps import expect, program, source

if "asan" in os.path.basename(os.path.dirname(program)):
    print("skipped: a sanitizer has memory of its own")
    sys.exit(77)
MB = 1_000_000


def peak(*args):
    """The largest resident memory of a call, bytes."""
    child = subprocess.Popen([program, *map(str, args)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    expect(child.returncode == 0, f"{args[0]} {args[1]} runs", said)
    return used.ru_maxrss * 1024


def study(name, points, replicates):
    """A small town at so many combinations of size and outcome, two shares against per head."""
    across = max(1, round(points**0.5))
    with open(os.path.join(source, "bench", "town.toml")) as f:
        town = f.read()
    head, rest = town.split("[[policy]]", 1)
    text = head.replace("replicates = 1024", f"replicates = {replicates}").replace("pupils = 10000\nunits = 30", "pupils = 300\nunits = 4")
    text += '[[policy]]\nname = "proportional"\nresponse = "linear"\nshares = [0.05, 0.10]\n\n[outcome]' + rest.split("[outcome]", 1)[1]
    if points > 1:
        text += f'\n[design.vary]\n"municipality.pupils" = {[300 + 10 * i for i in range(across)]}\n"outcome.not_qualified" = {[round(0.1 + 0.0005 * i, 6) for i in range(points // across)]}\n'
    with open(name, "w") as f:
        f.write(text)
    return name


many = 10_000
one, long, wide = study("one.toml", 1, 128), study("long.toml", 1, 16_384), study("wide.toml", many, 128)
for threads in (1, 2):
    allowed = (16 + 12 * threads) * MB
    figures = {}
    for scenario in (one, long, wide):
        figures[scenario] = peak("run", scenario, "-o", "x.h5", "--threads", threads, "-q")
    said = ", ".join(f"{k} {v / MB:.1f} MB" for k, v in figures.items())
    expect(figures[one] <= allowed, f"a point on {threads} threads takes at most {allowed / MB:.0f} MB ({said})")
    expect(figures[long] <= figures[one] + MB, "and no more with 128 times the replicates")
    # Next to what one thread may have, so many points tell.
    more = 100 * many if threads == 1 else 0
    expect(figures[wide] <= allowed + more, f"{many} points take at most {(allowed + more) / MB:.0f} MB")

parts = [f"part-{k}.h5" for k in (1, 2)]
shards = [peak("run", wide, "--shard", f"{k}/2", "-o", part, "--threads", 2, "-q") for k, part in enumerate(parts, 1)]
merged = peak("merge", *parts, "-o", "merged.h5", "--threads", 2, "-q")
said = f"{shards[0] / MB:.1f}, {shards[1] / MB:.1f}, {merged / MB:.1f} MB"
expect(max(*shards, merged) <= 30 * MB, f"shards of them and their merge, on two threads, 30 MB ({said})")

huge = study("huge.toml", 99_856, 128)
few, most = peak("check", one), peak("check", huge)
expect(most - few <= 200 * 99_856, f"reading 99,856 points takes less than 200 bytes for each ({few / MB:.1f}, {most / MB:.1f} MB)")
for name in [one, long, wide, huge, "x.h5", "merged.h5", *parts]:
    os.remove(name)
print(f"{steps.passed} checks of memory passed")
