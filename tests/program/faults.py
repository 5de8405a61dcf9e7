"""Signals in every phase, writes that fail, full disks, and random histories of all of it against a simple model of what
must be there. Usage: faults.py PROGRAM SOURCE_DIR (in a scratch folder). LIKVARD_HISTORIES=n: that many histories;
LIKVARD_EVERY_WRITE=1: every write fails once, not a sample."""
import glob
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile

from support import steps as told
from support.restart import calls, can_trace, differing, lost, saved_quarters, traced
from support.steps import expect, program, source

try:
    import h5py  # noqa: F401
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)
if can_trace(program):
    print(f"skipped: {can_trace(program)}")
    sys.exit(77)
rng = random.Random(11)
folder = tempfile.mkdtemp(prefix="faults-", dir=os.getcwd())
os.chdir(folder)


def run(*args, **options):
    return subprocess.run([program, *map(str, args)], capture_output=True, text=True, timeout=300, **options)



def expect_same(a, b, what):
    differ = differing(a, b)
    expect(not differ, f"{what}: {differ[:6]}")


def clear(output):
    for path in glob.glob(output + "*"):
        os.remove(path)


def expect_one_line(r, what):
    expect(len(r.stderr.strip().splitlines()) == 1, f"{what}: says it in one line", r)


example = run("example").stdout.replace("max_replicates = 65536", "max_replicates = 4096")
pupils = [300, 700, 1500, 500, 900]  # points in the order in which the study grows
for n in range(2, 6):
    with open(f"s{n}.toml", "w") as f:
        f.write(example + f'\n[design]\nvary = {{ "municipality.pupils" = {sorted(pupils[:n])} }}\n')


def study(replicates=192, points=3):
    return [f"s{points}.toml", "--set", f"run.replicates={replicates}", "-q", "--threads", 1]


truths = {}


def truth(replicates=192, points=3):
    """The result of an undisturbed run."""
    path = f"truth-{replicates}-{points}.h5"
    if path not in truths:
        r = run("run", *study(replicates, points), "-o", path)
        expect(r.returncode == 0, "undisturbed", r)
        truths[path] = True
    return path


# A signal in every phase: the result of what was finished and exit code 130, or no result; gone on with, the same bits.
x = ["run", *study(), "-o", "x.h5"]
writes = {"blocks": calls(program, x, "pwrite64", only="x.h5.blocks")}
clear("x.h5")
writes["all"] = calls(program, x, "pwrite64")
writes["rename"] = calls(program, x, "rename")
clear("x.h5")
expect(writes["blocks"] >= 3 and writes["all"] > writes["blocks"] + 5, f"there are writes to disturb: {writes}")
for k in (1, 2, 3):
    run("run", *study(), "--shard", f"{k}/3", "-o", f"part-{k}.h5")
merge = ["merge", "part-1.h5", "part-2.h5", "part-3.h5", "-o", "x.h5", "-q"]
merge_writes = calls(program, merge, "pwrite64")
clear("x.h5")
begun = f"pwrite64:{{}}:when={writes['blocks'] + 2}"
phases = [  # name, command, where the signal comes, of which file, ends as if never begun
    ("before the start", x, "openat:{}:when=1", "s3.toml", True),
    ("while the file of blocks is made", x, "pwrite64:{}:when=1", "x.h5.blocks", False),
    ("during the points", x, "pwrite64:{}:when=2", "x.h5.blocks", False),
    ("at the checkpoint", [*x, "--keep"], "fdatasync:{}:when=1", "", False),
    ("while the result is written", x, begun, "", False),
    ("between writing the result and its name", x, "fsync:{}:when=1", "", False),
    ("at the move", x, f"rename:{{}}:when={writes['rename']}", "", False),
    ("during the merge", merge, f"pwrite64:{{}}:when={merge_writes // 2}", "", True),
    ("between the merge and the move", merge, "fsync:{}:when=1", "", True),
    ("a shard's points", ["run", *study(), "--shard", "1/2", "-o", "x.h5"], "pwrite64:{}:when=2", "x.h5.blocks", False),
    ("a shard's move", ["run", *study(), "--shard", "1/2", "-o", "x.h5"], "rename:{}:when=1", "", False),
]
if "cannot be made here" not in run("report", truth(), "-o", "page.html").stderr and os.path.exists("page.html"):
    phases += [("during the report", ["report", truth(), "-o", "x.h5"], "write:{}:when=1", "", True),
               ("at the report's move", ["report", truth(), "-o", "x.h5"], "rename:{}:when=1", "", True)]
for name, command, where, only, gone in phases:
    for which in ("SIGINT", "SIGTERM"):
        what = f"{which} {name}"
        r = traced(program, command, where.format(f"signal={which}"), only)
        expect(r.returncode in (0, 130, -signal.Signals[which]), f"{what}: ends properly", r)
        if gone:
            expect(r.returncode == -signal.Signals[which], f"{what}: at once", r)
        if command[0] == "report":
            expect(not os.path.exists("x.h5") or open("x.h5").read() == open("page.html").read(), f"{what}: no half page", r)
            r = run(*command)
            expect(r.returncode == 0 and open("x.h5").read() == open("page.html").read(), f"{what}: the page again", r)
        elif "--shard" in command:
            r = run(*command, "--resume")
            expect(r.returncode == 0 and saved_quarters("x.h5"), f"{what}: a shard goes on", r)
            run("run", *study(), "--shard", "2/2", "-o", "other.h5")
            run("merge", "x.h5", "other.h5", "-o", "both.h5", "-q")
            expect_same(truth(), "both.h5", what)
        else:
            shown = run("show", "x.h5")
            if os.path.exists("x.h5"):
                expect(shown.returncode == 0 and ("interrupted" in shown.stderr) == (r.returncode == 130), f"{what}: a whole file that says what it is", shown)
            before = saved_quarters("x.h5.blocks")
            if r.returncode == 130:
                expect("--resume" in r.stderr and (before or "is made" in name), f"{what}: what was finished is saved, and it says how to go on", r)
            r = run(*command, *(["--resume"] if command[0] == "run" else []))
            expect(r.returncode == 0, f"{what}: goes on", r)
            expect_same(truth(), "x.h5", what)
            expect(lost(before, saved_quarters("x.h5.blocks")) == 0 or not os.path.exists("x.h5.blocks"), f"{what}: nothing saved is lost")
        for path in glob.glob("x.h5*.part"):
            expect(gone or "--shard" in command, f"{what}: {path} is left")
        clear("x.h5")
print(f"signals: {2 * len(phases)} in {len(phases)} phases, all ended properly and gave the same bits afterwards")

# A write that fails, anywhere: one line, exit code 4, no half file; with room again, the same bits and nothing lost.
kinds = {"pwrite64": writes["all"], "fsync": 2, "rename": writes["rename"], "write": 1, "ftruncate": calls(program, x, "ftruncate")}
clear("x.h5")
failed = 0
every = "LIKVARD_EVERY_WRITE" in os.environ
for kind, count in kinds.items():
    places = range(1, count + 1) if every or count < 4 else sorted({1, 2, count, writes["blocks"] + 2, *rng.sample(range(1, count + 1), 6)} if kind == "pwrite64" else {1, count})
    for k in places:
        for error, when in (("ENOSPC", f"{k}+"), ("EIO", f"{k}")) if kind == "pwrite64" else (("ENOSPC", f"{k}"),):
            what = f"{error} at {kind} {when} of {count}"
            r = traced(program, x, f"{kind}:error={error}:when={when}")
            expect(r.returncode == 4, f"{what}: exit code 4", r)
            expect_one_line(r, what)
            expect(not glob.glob("x.h5*.part"), f"{what}: nothing temporary is left")
            if os.path.exists("x.h5"):  # it has its name already, and the folder could not be synced
                expect(kind == "fsync", f"{what}: no result")
                expect_same(truth(), "x.h5", what)
            before = saved_quarters("x.h5.blocks")
            r = run(*x, "--resume")
            expect(r.returncode == 0 and glob.glob("x.h5*") == ["x.h5"], f"{what}: goes on", r)
            expect_same(truth(), "x.h5", what)
            clear("x.h5")
            failed += 1
    if kind in ("pwrite64", "rename", "fsync"):
        r = traced(program, merge, f"{kind}:error=ENOSPC:when=1+")
        expect(r.returncode == 4 and not glob.glob("x.h5*"), f"a merge with {kind} failing leaves nothing", r)
        expect_one_line(r, f"a merge with {kind} failing")
print(f"failed writes: {failed}, each said in one line, with the same bits afterwards")

# A small file system that fills at any point
disk = os.path.abspath("disk")
os.mkdir(disk)
need = os.path.getsize(truth()) + 2_000_000
if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], capture_output=True).returncode == 0:
    try:
        full = 0
        for size in [0, 4, 8, *(int(need / 1024 * k / 8) for k in range(1, 7))]:
            subprocess.run(["mount", "-o", f"remount,size={max(size, 4)}k", disk], check=True)
            if size == 0:
                open(disk + "/fill", "wb").write(b"x" * 4096)
            r = run("run", *study(), "-o", disk + "/x.h5")
            full += r.returncode == 4
            expect(r.returncode == 0 or (r.returncode == 4 and ("No space left" in r.stderr or "disk full?" in r.stderr)), f"a disk of {size} kB is full, and said to be", r)
            expect(r.returncode == 0 or not os.path.exists(disk + "/x.h5"), "no half result")
            expect(not glob.glob(disk + "/*.part"), "nothing temporary")
            subprocess.run(["mount", "-o", "remount,size=100m", disk], check=True)
            r = run("run", *study(), "-o", disk + "/x.h5", "--resume")
            expect(r.returncode == 0, "with room again it goes on", r)
            expect_same(truth(), disk + "/x.h5", f"resumed after a disk of {size} kB was full")
            for path in glob.glob(disk + "/*"):
                os.remove(path)
        expect(full >= 5, "most of them were full")
        print(f"full disks: {full}, with the same bits afterwards")
    finally:
        subprocess.run(["umount", disk], check=True)
else:
    print("not tried: full disks (a small file system cannot be mounted here)")

# Random histories. The model: replicates and points asked for, and the quarter-blocks that the file was seen to hold, which
# may only become more; a result is there exactly when a run said that it is done, and then has the bits of the undisturbed one.
steps = {}
for history in range(int(os.environ.get("LIKVARD_HISTORIES", "3"))):
    replicates, points, saved, done = 128, 2, {}, False
    for step in range(7):
        action = rng.choice(["run", "kill", "kill", "stop", "fail", "fail", "merge", "grow"])
        steps[action] = steps.get(action, 0) + 1
        if action == "grow":
            if rng.random() < 0.5:
                replicates = min(2 * replicates, 512)
            else:
                points = min(points + 1, 5)
        if action == "merge":  # the whole study from shards, whatever was there before
            clear("y.h5")
            parts = []
            for k in rng.sample((1, 2, 3), 3):
                parts.append(f"y-part-{k}.h5")
                clear(parts[-1])
                r = run("run", *study(replicates, points), "--shard", f"{k}/3", "-o", parts[-1])
                expect(r.returncode == 0, "a shard", r)
            r = run("merge", *parts, "-o", "y.h5", "--keep", "-q")
        else:
            command = ["run", *study(replicates, points), "-o", "y.h5", "--resume", "--keep"]
            k = rng.randint(1, 8) if rng.random() < 0.7 else rng.randint(1, 60)
            how = {"kill": f"pwrite64:signal=KILL:when={k}", "stop": f"pwrite64:signal=TERM:when={k}",
                   "fail": f"{rng.choice(['pwrite64', 'pwrite64', 'rename', 'fsync', 'fdatasync'])}:error=ENOSPC:when={rng.choice([1, 2, k])}+"}.get(action)
            r = traced(program, command, how) if how else run(*command)
        expect(r.returncode in {"kill": (0, -9), "stop": (0, 130), "fail": (0, 4)}.get(action, (0,)), f"history {history}, step {step}: {action}", r)
        now = saved_quarters("y.h5.blocks")
        expect(lost(saved, now) == 0, f"history {history}, step {step}: {action}: what was saved is there ({lost(saved, now)} lost)", r)
        saved = now
        if r.returncode == 0:
            expect_same(truth(replicates, points), "y.h5", f"history {history}, step {step}: {action}")
            expect(len(saved) == points and all(len(q) == replicates // 16 for q in saved.values()), f"history {history}: every block is kept")
        elif os.path.exists("y.h5"):
            expect(run("show", "y.h5").returncode == 0, f"history {history}, step {step}: {action}: the result that is there is whole")
    r = run("run", *study(replicates, points), "-o", "y.h5", "--resume")
    expect(r.returncode == 0 and glob.glob("y.h5*") == ["y.h5"], "a history ends with the result alone", r)
    expect_same(truth(replicates, points), "y.h5", f"the end of history {history}")
    clear("y.h5")
print(f"histories: steps {dict(sorted(steps.items()))}")
os.chdir("..")
shutil.rmtree(folder)
print(f"{told.passed} checks of faults passed")
