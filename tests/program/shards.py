"""Shards, merging, interruption and growth, as a user meets them. Usage: shards.py PROGRAM SOURCE_DIR (in a scratch
folder; a folder is made in it and removed at the end). LIKVARD_KILLS=100 kills that many runs instead of a handful."""
import glob
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from support import steps
from support.restart import lost, numbers, saved_quarters
from support.steps import expect, program

try:
    import h5py
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)
folder = tempfile.mkdtemp(prefix="shards-", dir=os.getcwd())
os.chdir(folder)


def run(*args, **options):
    return subprocess.run([program, *map(str, args)], capture_output=True, text=True, timeout=300, **options)


def fails(code, says, *args):
    r = run(*args)
    expect(r.returncode == code and says in r.stderr, f"{args} exits with {code} and says '{says}'", r)
    expect(len(r.stderr.strip().splitlines()) == 1, f"{args} says it in one line", r)


def expect_same(a, b, what, but=()):
    x, y = numbers(a), numbers(b)
    differ = sorted(k for k in set(x) | set(y) if x.get(k) != y.get(k) and k not in but)
    expect(not differ, f"{what}: {differ[:6]}")


three = '[design]\nvary = { "municipality.pupils" = [300, 700, 1500] }\n'
with open("s.toml", "w") as f:
    f.write(run("example").stdout.replace("max_replicates = 65536", "max_replicates = 4096") + "\n" + three)
r = run("check", "s.toml")
expect(r.returncode == 0 and "3 points" in r.stdout, "the scenario is good", r)
small = ["--set", "run.replicates=320", "-q"]
long = ["--set", "run.replicates=2048", "-q"]

# Shards and merge: the bits of one machine
expect(run("run", "s.toml", *small, "-o", "one.h5", "--threads", 1).returncode == 0, "one machine")
for count in (2, 7, 15):
    for k in range(1, count + 1):
        r = run("run", "s.toml", *small, "--shard", f"{k}/{count}", "-o", f"p{count}-{k}.h5")
        expect(r.returncode == 0, f"shard {k}/{count}", r)
    parts = [f"p{count}-{k}.h5" for k in range(1, count + 1)]
    random.Random(count).shuffle(parts)
    r = run("merge", *parts, "-o", f"all{count}.h5")
    expect(r.returncode == 0 and "95 %" in r.stdout, "merge prints the answer", r)
    expect_same("one.h5", f"all{count}.h5", f"{count} shards")
before = os.stat("p2-1.h5")
r = run("run", "s.toml", *small, "--shard", "1/2", "-o", "p2-1.h5")
expect(r.returncode == 0 and "complete already" in r.stdout and os.stat("p2-1.h5").st_mtime_ns == before.st_mtime_ns, "a part that is there is left alone", r)
fails(4, "shard 2 of 2 is missing", "merge", "p2-1.h5", "-o", "no.h5")
fails(4, "shards 2, 4-7 of 7 are missing", "merge", "p7-1.h5", "p7-3.h5", "-o", "no.h5")
fails(4, "is shard 1 of 2, and so is", "merge", "p2-1.h5", "p2-1.h5", "p2-2.h5", "-o", "no.h5")
fails(4, "of a study in 7 shards", "merge", "p2-1.h5", "p7-2.h5", "-o", "no.h5")
fails(4, "is not a part", "merge", "one.h5", "-o", "no.h5")
fails(4, "is a part of a study", "show", "p2-1.h5")
run("run", "s.toml", *small, "--seed", 5, "--shard", "2/2", "-o", "seed.h5")
fails(4, "run.seed: 1 there, 5 here", "merge", "p2-1.h5", "seed.h5", "-o", "no.h5")
run("run", "s.toml", *small, "--set", "outcome.years=3", "--shard", "2/2", "-o", "key.h5")
fails(4, "outcome.years: 4 there, 3 here", "merge", "p2-1.h5", "key.h5", "-o", "no.h5")
fails(4, "run.seed: 1 there, 9 here", "run", "s.toml", *small, "--seed", 9, "--shard", "1/2", "-o", "p2-1.h5")
fails(2, "at most that many shards", "run", "s.toml", *small, "--shard", "1/16", "-o", "no.h5")
for bad in ("0/4", "5/4", "x", "4"):
    fails(2, "--shard", "run", "s.toml", *small, "--shard", bad, "-o", "no.h5")
expect(not os.path.exists("no.h5"), "nothing is written where a merge is refused")
r = run("merge", "p7-1.h5", "p7-3.h5", "-o", "some.h5", "--partial")
expect(r.returncode == 0 and "shards 2, 4-7 of 7 are missing" in r.stderr, "--partial says what is missing", r)
with h5py.File("some.h5") as f:
    expect(f.attrs["gap"] == "shards 2, 4-7 of 7 are missing" and f.attrs["complete"] == 0, "and so does the result")

# A study that stops at a precision is divided by points
precise = ["--set", "run.replicates=128", "--set", "run.precision=0.0015", "-q"]
expect(run("run", "s.toml", *precise, "-o", "precise.h5").returncode == 0, "precision")
for k in (1, 2):
    expect(run("run", "s.toml", *precise, "--shard", f"{k}/2", "-o", f"q{k}.h5").returncode == 0, "a shard of it")
expect(run("merge", "q1.h5", "q2.h5", "-o", "precise2.h5", "-q").returncode == 0, "its merge")
expect_same("precise.h5", "precise2.h5", "precision in shards")
with h5py.File("precise.h5") as f:
    expect(f["point/replicates"][...].max() > 128, "the precision asked for more than the first replicates")

# … or goes in rounds, in which every point is divided, until the merge finds every precision reached
rounds = 0
while True:
    rounds += 1
    expect(rounds < 12, "rounds end")
    for k in (3, 1, 4, 2):
        r = run("run", "s.toml", *precise, "--shard", f"{k}/4", "--round", "rounds.blocks", "-o", f"round-{k}.h5")
        expect(r.returncode == 0, f"shard {k} of round {rounds}", r)
        if rounds == 1 and k == 3:
            shutil.copy("round-3.h5", "early.h5")
    if rounds == 2:
        fails(4, "is of another round than", "merge", "round-1.h5", "round-2.h5", "early.h5", "round-4.h5", "--round", "rounds.blocks", "-o", "rounds.h5")
        fails(4, "(--round with the file that gathers them is wanted)", "merge", "round-1.h5", "round-2.h5", "round-3.h5", "round-4.h5", "-o", "rounds.h5")
        fails(4, "is not there, and", "merge", "round-1.h5", "round-2.h5", "round-3.h5", "round-4.h5", "--round", "none.blocks", "-o", "rounds.h5")
        shutil.copy("early.h5", "round-3.h5")  # left from the round before: it is done anew
        r = run("run", "s.toml", *precise, "--shard", "3/4", "--round", "rounds.blocks", "-o", "round-3.h5")
        expect(r.returncode == 0 and "complete already" not in r.stdout, "a part of the round before is replaced", r)
        fails(4, "is of a later round", "run", "s.toml", *precise, "--shard", "3/4", "--round", "none.blocks", "-o", "round-3.h5")
    parts = glob.glob("round-?.h5")
    expect(len(parts) == 4, "four parts")
    r = run("merge", *parts, "--round", "rounds.blocks", "-o", "rounds.h5", "-q")
    expect(not glob.glob("round-?.h5"), "their blocks have moved")
    if r.returncode == 0:
        break
    expect(r.returncode == 6 and "need more replicates for their precision" in r.stdout, "another round is wanted", r)
expect(rounds > 2, f"it took {rounds} rounds")
expect("every precision was reached" in r.stdout, "and then none is", r)
expect_same("precise.h5", "rounds.h5", "precision in rounds")
r = run("run", "s.toml", *precise, "--shard", "1/4", "--round", "rounds.blocks", "-o", "round-1.h5")
expect(r.returncode == 0 and "no point needs another round" in r.stdout and not os.path.exists("round-1.h5"), "a shard too late", r)
fails(2, "--round goes with --shard", "run", "s.toml", *precise, "--round", "rounds.blocks")
fails(2, "studies with a run.precision", "run", "s.toml", *small, "--shard", "1/4", "--round", "rounds.blocks")
fails(2, "at most 3 shards", "run", "s.toml", *precise, "--shard", "1/4", "-o", "no.h5")

# A decision is part of the result, whole or merged: shards decide at their own points
choice = ["--set", "run.replicates=512", "--set", "run.quantiles=[]", "--set", "compare.delta=0.1"]
r = run("run", "s.toml", *choice, "-o", "choice.h5", "--keep")
expect(r.returncode == 0 and "one policy everywhere" in r.stdout, "a run with [compare] decides", r)
for k in (1, 2):
    expect(run("run", "s.toml", *choice, "--shard", f"{k}/2", "-o", f"c{k}.h5", "-q").returncode == 0, "a shard of it")
r = run("merge", "c1.h5", "c2.h5", "-o", "choice2.h5")
expect(r.returncode == 0 and r.stderr == "", "its merge has the decision", r)
expect_same("choice.h5", "choice2.h5", "a merged decision")
r = run("merge", "c2.h5", "-o", "choice3.h5", "--partial")
expect(r.returncode == 0 and "likvard compare SCENARIO" in r.stderr, "with a shard missing there is none, and the merge says so", r)
with h5py.File("choice.h5") as whole, h5py.File("choice2.h5") as merged:
    expect("decision" in whole and "decision" in merged and (whole["value/mean"][...] == merged["value/mean"][...]).all(), "the numbers are the same")
r = run("run", "s.toml", *choice, "--set", "run.replicates=1024", "-o", "choice.h5", "--resume", "-q")
expect(r.returncode == 0, "it grows", r)
with h5py.File("choice.h5") as f:
    expect(f["decision"].attrs["replicates"] == 1024, "and decides anew")

# kill -9 at random moments, then --resume. Half of the kills wait for the first blocks saved, and there are more if none met
# any: on a busy machine all could come before or after the work.
rng = random.Random(1)
begin = time.monotonic()
expect(run("run", "s.toml", *long, "-o", "long.h5").returncode == 0, "a longer run")
took = time.monotonic() - begin
resumed = compared = gone = 0
saved = {}
kills = int(os.environ.get("LIKVARD_KILLS", "6"))
for trial in itertools.count():
    if trial >= kills and (resumed or trial >= 100):
        break
    process = subprocess.Popen([program, "run", "s.toml", *long, "-o", "killed.h5", "--resume"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while trial % 4 > 1 and process.poll() is None and not saved_quarters("killed.h5.blocks"):
        time.sleep(0.001)
    time.sleep(rng.uniform(0, 0.4) * took if trial % 4 > 1 else rng.uniform(0.2, 0.9) * took)
    process.kill()
    process.wait()
    now = saved_quarters("killed.h5.blocks")
    resumed += any(now.values())
    if process.returncode != 0 and not os.path.exists("killed.h5"):
        gone += lost(saved, now)  # what an earlier of the runs had saved is still there, or in a result that was done
    saved = now
    if trial % 2 and trial + 1 < kills and resumed:
        continue  # killed again while it resumes
    r = run("run", "s.toml", *long, "-o", "killed.h5", "--resume")
    expect(r.returncode == 0 and glob.glob("killed.h5*") == ["killed.h5"], "resume after kill -9 leaves the result alone", r)
    expect_same("long.h5", "killed.h5", f"resumed after kill -9 number {trial}")
    os.remove("killed.h5")
    compared += 1
    saved = {}
expect(gone == 0, f"{gone} saved quarter-blocks were lost")
print(f"kills: {trial}, {resumed} of them with blocks saved, {gone} blocks lost, {compared} results with the same bits")
expect(resumed > 0, "some of the kills came in the middle")

# SIGTERM: the result of what is finished, exit code 130, and --resume
process = subprocess.Popen([program, "run", "s.toml", "--set", "run.replicates=200000", "-q", "-o", "stopped.h5"], stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL)
while not os.path.exists("stopped.h5.blocks") or os.path.getsize("stopped.h5.blocks") < 1 << 20:
    time.sleep(0.01)
fails(4, "another likvard is writing it", "run", "s.toml", *small, "-o", "stopped.h5")
fails(4, "another likvard is writing it", "run", "s.toml", *small, "-o", "stopped.h5", "--resume")
process.send_signal(signal.SIGTERM)
err = process.communicate()[1]
expect(process.returncode == 130 and "--resume" in err, f"an interruption says how to go on: {err}")
expect("interrupted" in run("show", "stopped.h5").stderr, "and leaves a result of what was finished")
fails(4, "--resume continues it", "run", "s.toml", *long, "-o", "stopped.h5")
fails(4, "run.seed: 1 there, 2 here", "run", "s.toml", "--set", "run.replicates=200000", "--seed", 2, "-o", "stopped.h5", "--resume")
fails(4, "it may only grow", "run", "s.toml", *long, "-o", "stopped.h5", "--resume")
os.remove("stopped.h5.blocks")
shutil.copy("long.h5", "stopped.h5")
r = run("run", "s.toml", *long, "-o", "stopped.h5", "--resume")
expect(r.returncode == 0 and "complete already" in r.stdout, "a complete result is left alone by --resume", r)

# Growing: more replicates, then more points, keep every number
expect(run("run", "s.toml", *small, "-o", "grow.h5", "--keep").returncode == 0 and os.path.exists("grow.h5.blocks"), "--keep")
expect(run("run", "s.toml", *long, "-o", "grow.h5", "--keep", "--resume").returncode == 0, "more replicates")
expect_same("long.h5", "grow.h5", "grown to more replicates")
with open("s4.toml", "w") as f:
    f.write(open("s.toml").read().replace("[300, 700, 1500]", "[300, 500, 700, 1500]"))
expect(run("run", "s4.toml", *long, "-o", "four.h5").returncode == 0, "four points")
r = run("run", "s4.toml", *long, "-o", "grow.h5", "--keep", "--resume")
expect(r.returncode == 0, "more points", r)
expect_same("four.h5", "grow.h5", "grown to more points")
fails(4, "may only grow", "run", "s4.toml", *small, "-o", "grow.h5", "--resume")
fails(4, "is no longer there", "run", "s.toml", *long, "-o", "grow.h5", "--resume")
expect(run("merge", *[f"p7-{k}.h5" for k in range(1, 8)], "-o", "kept.h5", "--keep", "-q").returncode == 0, "merge --keep")
expect(run("run", "s.toml", *long, "-o", "kept.h5", "--resume").returncode == 0, "a merged study grows")
expect_same("long.h5", "kept.h5", "a merged study that grew")

# Damage: what is hit is computed again, and nothing else
body = open("p7-3.h5", "rb").read()
others = [f"p7-{k}.h5" for k in range(1, 8) if k != 3]
for trial in range(4):
    broken = bytearray(body)
    if trial % 2:
        broken[rng.randrange(len(body) // 2, len(body) - 8)] ^= 1 << rng.randrange(8)
    else:
        del broken[rng.randrange(len(body) // 2, len(body)):]
    with open("broken.h5", "wb") as f:
        f.write(broken)
    fails(4, "unfinished or damaged", "merge", "broken.h5", *others, "-o", "no.h5")
    r = run("run", "s.toml", *small, "--shard", "3/7", "-o", "broken.h5")
    expect(r.returncode == 0 and "was damaged" in r.stderr, "a damaged part is mended", r)
    expect(run("merge", "broken.h5", *others, "-o", "mended.h5", "-q").returncode == 0, "and merges")
    expect_same("one.h5", "mended.h5", "mended")
    os.remove("broken.h5")

# A folder that cannot be written, and a full disk
fails(4, "cannot be", "run", "s.toml", *small, "-o", "/proc/x.h5")
disk = os.path.abspath("disk")
os.mkdir(disk)
if os.geteuid() == 0 and subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "none", disk], capture_output=True).returncode == 0:
    try:
        for used in (0, 3, 5):
            with open(disk + "/fill", "wb") as f:
                f.write(b"x" * (used << 20) if not os.path.exists(disk + "/x.h5.blocks") else b"")
            r = run("run", "s.toml", *long, "-o", disk + "/x.h5", "--resume")
            expect(r.returncode == 4 and "No space left" in r.stderr and len(r.stderr.strip().splitlines()) == 1, "a full disk is said in one line", r)
            expect(not os.path.exists(disk + "/x.h5") and not glob.glob(disk + "/*.part"), "and nothing half-written is left")
        os.remove(disk + "/fill")
        subprocess.run(["mount", "-o", "remount,size=100m", disk], check=True)
        r = run("run", "s.toml", *long, "-o", disk + "/x.h5", "--resume")
        expect(r.returncode == 0, "with room again it goes on", r)
        expect_same("long.h5", disk + "/x.h5", "resumed after a full disk")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        fails(4, "cannot be written", "run", "s.toml", *small, "-o", disk + "/y.h5")
    finally:
        subprocess.run(["umount", disk], check=True)
else:
    print("skipped: a full disk (a small file system cannot be mounted here)")
expect(not glob.glob("**/*.part", recursive=True), "no temporary file is left")
os.chdir("..")
shutil.rmtree(folder)
print(f"{steps.passed} checks of shards, resuming and growing passed")
