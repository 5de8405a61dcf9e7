"""Absurd values, hostile names, too little memory and signals at any moment, as a user meets them.
Usage: hostile.py PROGRAM SOURCE_DIR (in a scratch folder)."""
import glob
import json
import os
import random
import resource
import shlex
import shutil
import signal
import subprocess
import time

from support import steps
from support.steps import expect, program, source

sanitized = "asan" in os.path.basename(os.path.dirname(program))  # reserves terabytes of addresses: no ulimit -v


def run(*args, **options):
    return subprocess.run([program, *args], capture_output=True, timeout=120, **options)


def refused(what, says, *args, code=3, most_lines=1, seconds=20, **options):
    start = time.monotonic()
    r = run(*args, **options)
    lines = r.stderr.decode("utf-8", "replace").strip().splitlines()
    expect(r.returncode == code, f"{what}: exits with {code}", r)
    expect(1 <= len(lines) <= most_lines and any(says in line for line in lines), f"{what}: says '{says}' in one line", r)
    expect(all(len(line) < 4000 and all(ord(c) >= 32 for c in line) for line in lines), f"{what}: lines are lines", r)
    expect(time.monotonic() - start < seconds, f"{what}: at once", r)


def scenario(name="s.toml", top="", municipality="", more="", policy="shares = [0.1]", title="t", replicates=128):
    with open(name, "w", encoding="utf-8", errors="surrogateescape") as f:
        f.write(f'format = 1\ntitle = {json.dumps(title, ensure_ascii=False)}\n{top}\n[run]\nreplicates = {replicates}\n'
                f'[municipality]\n{municipality or "pupils = 300" + chr(10) + "units = 3"}\n[sorting]\nstrength = 0.5\n{more}\n[[policy]]\nname = "p"\n{policy}\n')
    return name


for old in glob.glob("*"):
    shutil.rmtree(old) if os.path.isdir(old) else os.unlink(old)

# Absurd numbers
for value in ["1000000000000000000", "1e18", "nan", "inf", "-inf", "-1", "9223372036854775807"]:
    refused(f"pupils = {value}", "municipality.pupils", "run", scenario(municipality=f"pupils = {value}\nunits = 3"), most_lines=2)
    refused(f"shares = [{value}]", "shares", "run", scenario(policy=f"shares = [{value}]"))
    refused(f"theta = {value}", "outcome.theta", "run", scenario(more=f"[outcome]\ntheta = {{ normal = [{value}, {value}] }}")) if value not in ("-1",) else None
many = ", ".join(map(str, range(1000)))
levels = ", ".join(str(round(x * 0.0005, 6)) for x in range(1000))
refused("10^9 points", "points", "check", scenario(more=f'[design.vary]\n"need.missing" = [{levels}]\n"outcome.not_qualified" = [{", ".join(str((x + 1) / 1002) for x in range(1000))}]\n"outcome.use_mean" = [{levels}]'), most_lines=2)
refused("a table in a table in a table", "depth", "check", scenario(more="a = " + "[" * 5000 + "]" * 5000))
refused("a key of a million parts", "too many parts", "check", scenario(more="a" + ".a" * 1_000_000 + " = 1"))

# Paths and commands as names
for name in ["../../etc/passwd", "/", "$(touch injected)", "`touch injected`", "a;touch injected", "a\nb", "\x1b[31m", "'\"<b>"]:
    toml = json.dumps(name)
    refused(f"policy named {name!r}", "name", "check", scenario(policy="shares = [0.1]\n[[policy]]\nname = " + toml + "\nshares = [0.2]"), most_lines=2)
refused("an axis with a path", "axis", "check", scenario(more='[[context]]\nname = "c"\nat = { "../x" = "y" }'))
own = open(source + "/scenarios/my-municipality.toml", encoding="utf-8").read()
for path, says in [("/", "is a folder"), ("/dev/zero", "larger than 64 MB"), ("no\\u001b[2J/such", "no such file"), ("x" * 5000, "")]:
    with open("own.toml", "w", encoding="utf-8") as f:
        f.write(own.replace("data/example-units.csv", path))
    refused(f"units_file = {path[:20]!r}", says, "check", "own.toml")

# A line of 2 GB; a sparse file costs no disk
with open("line.toml", "wb") as f:
    f.write(b'format = 1\ntitle = "')
    f.truncate(2 << 30)
refused("a scenario of one line of 2 GB", "larger than 16 MB", "check", "line.toml", code=4)
os.rename("line.toml", "line.csv")
refused("a table of one line of 2 GB", "larger than 64 MB", "import", "line.csv", code=4)
refused("a table of one line of 2 GB", "larger than 64 MB", "segregation", "line.csv", "--groups", "a", code=4)
os.rename("line.csv", "line.h5")
refused("a result of 2 GB of nothing", "HDF5", "show", "line.h5", code=4)
os.unlink("line.h5")
with open("spaces.csv", "wb") as f:
    f.write(b"unit;pupils\n" + b"\xc2\xa0" * 20_000_000 + b";1\n")
refused("20 million no-break spaces", "", "segregation", "spaces.csv", "--groups", "nothing", seconds=30)
os.unlink("spaces.csv")
with open("names.csv", "wb") as f:
    f.write(b'unit;pupils;need\n"A\nB\x1b[2J";x1;5\n"C";7;2\n')
refused("a cell of two lines with a command for the terminal", "names.csv:2", "segregation", "names.csv", "--groups", "pupils,need")

# Hostile texts reach neither the page nor a shell
evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
r = run("run", scenario("evil.toml", title=evil, top=f"question = '{evil}'", more=f"[[context]]\nname = '{evil}'\nat = {{ size = '{evil}' }}\n[sources]\n\"outcome.theta\" = '{evil}'",
                        policy=f"shares = [0.1]\ntitle = '{evil}'"), "-o", "evil.h5", "-q")
expect(r.returncode == 0, "a scenario with markup as texts runs", r)
r = run("report", "evil.h5")
if b"'report' is not understood" not in r.stderr:
    page = open("evil.html", encoding="utf-8").read()
    expect(r.returncode == 0 and "<script>alert" not in page and "<img src=x" not in page, "markup in texts stays text", r)
name = "a b'$(touch injected)`touch injected`;touch injected.toml"
setting = "title=\"it's $(touch injected) `touch injected`\""
r = run("run", scenario(name), "-o", "quoted.h5", "-q", "--set", setting)
expect(r.returncode == 0, "a file name with everything in it", r)
text = json.loads(run("explain", "quoted.h5", "--json").stdout)
expect(shlex.split(text["command"]) == ["likvard", "run", name, "--set", setting], "the command that makes it again is quoted", r)
with open("likvard", "w") as f:
    f.write(f'#!/bin/sh\nexec {shlex.quote(program)} "$@"\n')
os.chmod("likvard", 0o755)
r = subprocess.run(["bash", "-c", text["command"] + " -q -o again.h5"], capture_output=True, env={**os.environ, "PATH": os.getcwd() + ":" + os.environ["PATH"]})
expect(r.returncode == 0 and not os.path.exists("injected"), "and does the same when a shell reads it", r)
again = json.loads(run("explain", "again.h5", "--json").stdout)
expect(again["mean"] == text["mean"] and again["agrees"] and text["agrees"], "with the same number")

# explain: from a number to replicates, each of which `run` repeats
r = run("run", scenario(replicates=192, more='[design.vary]\n"need.missing" = [0, 0.2]', policy="shares = [0.05, 0.1]"), "-o", "e.h5", "-q")
expect(r.returncode == 0, "a design runs", r)
found = json.loads(run("explain", "e.h5", "--point", "1", "--policy", "p", "--share", "0.05", "--measure", "share_moved", "--json").stdout)
shown = [x for x in json.loads(run("show", "e.h5", "--json", "-m", "share_moved", "-p", "p").stdout) if x["share"] == 0.05][1]
expect(found["mean"] == shown["mean"] and len(found["made_again"]) == 192 and found["agrees"], "explain starts from the number that show prints", r)
mean = sum(x["value"] for x in found["made_again"]) / 192
expect(abs(mean - shown["mean"]) < 1e-12 * abs(mean), "and its replicates have that mean")
for k in (0, 63, 64, 191):
    one = json.loads(run("run", "s.toml", "--point", "1", "--replicate", str(k), "--json").stdout)
    value = [x["value"] for x in one if x["policy"] == "p" and x["share"] == 0.05 and x["measure"] == "share_moved"]
    expect(value == [found["made_again"][k]["value"]], f"replicate {k} repeated alone is the same to the last bit")
r = run("explain", "e.h5", "--replicates", "64")
expect(r.returncode == 0 and b"first 64 of its 192" in r.stdout, "some of the replicates", r)
refused("a point that is not there", "no point 'need.mising", "explain", "e.h5", "--point", "need.mising = 0.2")
refused("a policy that is not there", "no policy", "explain", "e.h5", "-p", "q")
os.rename("s.toml", "moved.toml")
r = run("explain", "e.h5")
expect(r.returncode == 0 and b"cannot be made again: s.toml: no such file" in r.stdout, "a scenario that is gone", r)
expect(b"result's number" in run("explain", "e.h5", "--scenario", "moved.toml").stdout, "or elsewhere")
with open("moved.toml", "a") as f:
    f.write("# changed\n")
expect(b"is not as it was" in run("explain", "e.h5", "--scenario", "moved.toml").stdout, "or changed")

# --dry-run: sizes as they come out, nothing written
r = run("run", scenario(replicates=640, more='[design.vary]\n"need.missing" = [0, 0.2]'), "--dry-run", "--json", "-o", "dry.h5")
cost = json.loads(r.stdout)
expect(r.returncode == 0 and not os.path.exists("dry.h5"), "a dry run writes nothing", r)
expect((cost["points"], cost["policies"], cost["replicates"]) == (2, 2, 1280) and cost["processor_seconds"] > 0, "and counts right", r)
run("run", "s.toml", "-o", "dry.h5", "-q")
ratio = os.path.getsize("dry.h5") / cost["result_bytes"]
expect(0.9 < ratio < 30, f"the file's size is that told and the names ({ratio})")
expect(b"processor time" in run("run", "s.toml", "--dry-run").stdout, "a dry run for people")

# Memory: refused before starting where it is known, else a clear message; never a crash
if not sanitized:
    def limited(megabytes):
        return lambda: resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    refused("more threads than the memory allowed can hold", "of memory on 2000 threads", "run", "s.toml", "--threads", "2000", "-o", "big.h5", preexec_fn=limited(1000), seconds=60)
    expect(not os.path.exists("big.h5"), "nothing is written")
    outcomes = set()
    for megabytes in list(range(20, 400, 20)) + [600, 900]:
        r = run("run", "s.toml", "-o", "small.h5", "-q", "--threads", "2", preexec_fn=limited(megabytes))
        outcomes.add(r.returncode)
        said = b"memory" in r.stderr or r.returncode == 0 or b"error while loading shared libraries" in r.stderr
        expect(r.returncode in (0, 1, 3, 127) and said, f"{megabytes} MB: done, or told that memory is short", r)
    expect(0 in outcomes and 3 in outcomes, f"both happen ({outcomes})")

# A signal at any moment: the whole result, what was finished (and said so), or nothing; never half a file
random.seed(7)
run_args = ["run", scenario("long.toml", replicates=512 if sanitized else 4096), "--threads", "2", "-q"]
start = time.monotonic()
expect(run(*run_args, "-o", "whole.h5").returncode == 0, "undisturbed")
whole = time.monotonic() - start
outcomes = {}
for k in range(6 if sanitized else 30):
    output = f"signal-{k}.h5"
    process = subprocess.Popen([program, *run_args, "-o", output], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    time.sleep(random.uniform(0, 1.1 * whole))
    process.send_signal(random.choice([signal.SIGINT, signal.SIGTERM]))
    out, err = process.communicate(timeout=60)
    outcomes[process.returncode] = outcomes.get(process.returncode, 0) + 1
    expect(process.returncode in (0, 130, -signal.SIGINT, -signal.SIGTERM), f"a signal ends it properly ({process.returncode}) {err}")
    if process.returncode in (0, 130):
        r = run("show", output)
        expect(r.returncode == 0 and (b"interrupted" in r.stderr) == (process.returncode == 130), f"signal {k}: a whole file that says what it is", r)
    else:
        expect(not os.path.exists(output), "before it began: no file")
    expect(not glob.glob("*.part"), "no temporary file is left")
print("exit codes after a signal:", outcomes)
stopped = [k for k in range(30) if os.path.exists(f"signal-{k}.h5.blocks")]
for k in stopped[:4]:
    r = run(*run_args, "-o", f"signal-{k}.h5", "--resume")
    a, b = (json.loads(run("show", f, "--json").stdout) for f in ("whole.h5", f"signal-{k}.h5"))
    expect(r.returncode == 0 and a == b, "gone on with, the numbers are those of the undisturbed run", r)

# Clocks that jump: numbers do not depend on them
jump = shutil.which("faketime")
if jump and not sanitized:
    for shift in ("-20y", "+50y"):
        r = subprocess.run([jump, "-f", shift, program, *run_args, "-o", "jumped.h5"], capture_output=True, env={**os.environ, "DONT_FAKE_MONOTONIC": "1"})
        expect(r.returncode == 0, "another year", r)
        a, b = (json.loads(run("show", f, "--json").stdout) for f in ("whole.h5", "jumped.h5"))
        expect(a == b, f"the same numbers with the clock {shift} off")
    with open("clock", "w") as f:
        f.write("+0")
    library = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    env = {**os.environ, "LD_PRELOAD": library[0], "FAKETIME_TIMESTAMP_FILE": os.path.abspath("clock"), "FAKETIME_NO_CACHE": "1"}
    process = subprocess.Popen([program, *run_args, "-o", "jumps.h5"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while process.poll() is None:  # the monotonic clock jumps too, both ways
        with open("clock.new", "w") as f:
            f.write(random.choice(["+0", "-3d", "+400d", "-30y"]))
        os.rename("clock.new", "clock")
        time.sleep(0.02)
    expect(process.returncode == 0, f"clocks that jump during the run {process.communicate()}")
    b = json.loads(run("show", "jumps.h5", "--json").stdout)
    expect(a == b, "the same numbers with clocks that jumped all the time")
elif not sanitized:
    print("clock jumps not tried: faketime is not there")

print(f"{steps.passed} checks of hostile input passed")
