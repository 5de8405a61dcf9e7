"""Shards under mpirun, GNU parallel and what other launchers set, with processes killed in the middle.
Usage: cluster_launchers.py PROGRAM SOURCE_DIR (in a scratch folder). Exit code 77: skipped, the last line says why."""
import glob
import os
import shutil
import signal
import subprocess
import sys
import time

from support.steps import expect, program

launchers = ("SLURM_", "OMPI_", "PMI_", "PMIX_", "PARALLEL_")
clean = {k: v for k, v in os.environ.items() if not k.startswith(launchers)}
skipped = []


def run(*command, env=None, timeout=300):
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env={**clean, **(env or {})})


def fresh():
    for old in glob.glob("results") + glob.glob("*.h5") + glob.glob("joblog"):
        shutil.rmtree(old) if os.path.isdir(old) else os.unlink(old)


def same_as_alone(what):
    r = run(program, "merge", *sorted(glob.glob("results/s.parts/part-*.h5")), "-o", "all.h5", "-q")
    expect(r.returncode == 0, f"{what}: parts merge", r)
    expect(run(program, "export", "all.h5").stdout == alone, f"{what}: the bits of the run on one machine")
    expect(run(program, "missing", "results/s.parts").stdout == "", f"{what}: nothing is missing")


with open("s.toml", "w") as f:
    f.write('format = 1\ntitle = "t"\n[run]\nreplicates = 6400\n[municipality]\npupils = 3000\nunits = 15\n[sorting]\nstrength = 0.5\n[[policy]]\nname = "p"\nshares = [0.1]\n')
fresh()
start = time.monotonic()
expect(run(program, "run", "s.toml", "-q", "-o", "alone.h5", "--threads", "1").returncode == 0, "alone")
seconds = time.monotonic() - start
alone = run(program, "export", "alone.h5").stdout

# What launchers set, by itself
table = [({"SLURM_ARRAY_TASK_ID": "3", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "4", "SLURM_ARRAY_TASK_COUNT": "4"}, "auto", "3 of 4"),
         ({"SLURM_ARRAY_TASK_ID": "0", "SLURM_ARRAY_TASK_MIN": "0", "SLURM_ARRAY_TASK_MAX": "3", "SLURM_ARRAY_TASK_COUNT": "4"}, "auto", "1 of 4"),
         ({"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "7", "SLURM_ARRAY_TASK_MAX": "9", "SLURM_ARRAY_TASK_COUNT": "2"}, "auto/10", "7 of 10"),
         ({"SLURM_PROCID": "1", "SLURM_NTASKS": "2"}, "auto", "2 of 2"),
         ({"OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "3", "SLURM_PROCID": "0", "SLURM_NTASKS": "1"}, "auto", "1 of 3"),
         ({"PMI_RANK": "4", "PMI_SIZE": "5"}, "auto/5", "5 of 5"),
         ({"SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "3", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_PROCID": "1", "SLURM_NTASKS": "2"}, "auto", "4 of 6"),
         ({"SLURM_ARRAY_TASK_ID": "2", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "3", "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_PROCID": "0", "SLURM_NTASKS": "1"}, "auto", "2 of 3")]
for env, text, wanted in table:
    fresh()
    r = run(program, "run", "s.toml", "--shard", text, "-q", "--set", "run.replicates=640", env=env)
    index, count = wanted.split(" of ")
    expect(r.returncode == 0 and os.path.exists(f"results/s.parts/part-{index}.h5"), f"{env} {text}: shard {wanted}", r)
    left = set(range(1, int(count) + 1)) - {int(index)}
    listed = run(program, "missing", "results/s.parts").stdout.strip()
    names = {k for part in listed.split(",") for k in range(int(part.split("-")[0]), int(part.split("-")[-1]) + 1)}
    expect(names == left, f"{env}: the others are missing ({listed})")
for env, text, says in [({}, "auto", "no launcher is seen"), ({"SLURM_PROCID": "x", "SLURM_NTASKS": "2"}, "auto", "a whole number is wanted"),
                        ({"PMI_RANK": "5", "PMI_SIZE": "5"}, "auto", "the smaller"), ({"PMI_RANK": "0", "PMI_SIZE": "2"}, "auto/3", "as many processes as shards"),
                        ({"SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "7", "SLURM_ARRAY_TASK_MAX": "9", "SLURM_ARRAY_TASK_COUNT": "3"}, "auto", "say it, auto/N"),
                        ({"SLURM_ARRAY_TASK_ID": "9"}, "auto/8", "beyond"), ({"PMI_RANK": "0", "PMI_SIZE": "1"}, "auto/0", "auto/N")]:
    r = run(program, "run", "s.toml", "--shard", text, env=env)
    expect(r.returncode == 3 and says in r.stderr and len(r.stderr.splitlines()) == 1, f"{env} {text}: '{says}'", r)

def kill_one(launcher):
    """Kill one of the program's processes that run in this folder, soon after it began.  Returns how many: 0 or 1."""
    while launcher.poll() is None:
        for p in [p for p in os.listdir("/proc") if p.isdigit()]:
            try:
                line = open(f"/proc/{p}/cmdline").read().split("\0")
                if line[0] == program and os.getcwd() == os.readlink(f"/proc/{p}/cwd"):
                    time.sleep(seconds / 12)
                    os.kill(int(p), signal.SIGKILL)
                    return 1
            except OSError:
                continue
        time.sleep(0.01)
    return 0


# MPI's launchers start the processes; likvard is not linked with either. Debian has both side by side.
root = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
for name, package, launcher in [("Open MPI", "openmpi-bin", ["mpirun.openmpi", "--oversubscribe", "--bind-to", "none"]), ("MPICH", "mpich", ["mpirun.mpich"])]:
    if not shutil.which(launcher[0]):
        skipped.append(f"{launcher[0]} is not installed (Debian: {package})")
        continue
    fresh()
    command = [*launcher, "-n", "3", program, "run", "s.toml", "--shard", "auto", "--threads", "1", "-q", "--resume"]
    first = subprocess.Popen(command, env={**clean, **root}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    killed = kill_one(first)
    out, err = first.communicate(timeout=300)
    if first.returncode != 0 and not killed and "likvard" not in err:
        skipped.append(f"{launcher[0]} does not start here: {(err.strip().splitlines() or ['no reason given'])[-1]}")
        continue
    r = run(*command, env=root)
    expect(r.returncode == 0, f"the second {launcher[0]} finishes what the first could not", r)
    same_as_alone(f"{name} ({killed} of 3 processes killed, exit code {first.returncode})")
    print(f"{name}: 3 processes, {killed} killed (exit code {first.returncode}), started again: same bits")

if shutil.which("parallel"):
    fresh()
    command = ["parallel", "--will-cite", "-j", "2", "--joblog", "joblog", "--resume-failed", program, "run", "s.toml", "--shard", "{}/6", "--threads", "1", "-q", "--resume", ":::", *map(str, range(1, 7))]
    first = subprocess.Popen(command, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    killed = kill_one(first)
    out, err = first.communicate(timeout=300)
    expect((first.returncode == 1) == (killed == 1), f"parallel counts what failed ({first.returncode}, {killed} killed) {err}")
    r = run(*command)
    expect(r.returncode == 0, "parallel --resume-failed runs what failed", r)
    same_as_alone("parallel")
    print(f"parallel: 6 shards, {killed} killed, --resume-failed: same bits")
else:
    skipped.append("parallel is not installed (Debian: parallel)")

print("launchers passed")
if skipped:
    print("skipped: " + "; ".join(skipped))
    sys.exit(77)
