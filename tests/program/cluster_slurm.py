"""A study as an array of jobs on a real Slurm of two nodes on this host: tasks and a node are killed, the controller
is started anew, and the merged result has the bits of the run on one machine.
Usage: cluster_slurm.py PROGRAM SOURCE_DIR (in a scratch folder). Exit code 77: skipped, the last line says why."""
import csv
import glob
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
os.environ["PATH"] = "/usr/sbin:/sbin:" + os.environ["PATH"]
for variable in [v for v in os.environ if v.startswith("SLURM_")]:
    del os.environ[variable]


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


for tool in ["slurmctld", "slurmd", "munged", "mungekey", "sbatch"]:
    if not shutil.which(tool):
        skip(f"{tool} is not installed (Debian: slurm-wlm munge)")


def sh(*command, check=True, timeout=60):
    r = subprocess.run(command, capture_output=True, text=True, timeout=timeout)
    if check and r.returncode != 0:
        fail(f"{' '.join(command)} ended with {r.returncode}: {r.stdout} {r.stderr}")
    return r.stdout


def fail(what):
    print("FAILED:", what)
    print(subprocess.run("squeue; sinfo; tail -n 5 " + cluster + "/log/* cluster.parts/*.log", shell=True, capture_output=True, text=True).stdout[-6000:])
    sys.exit(1)


def expect(condition, what):
    if not condition:
        fail(what)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# The cluster: everything in one folder, whose name must be short (sockets).
cluster = tempfile.mkdtemp(prefix="lkv-", dir="/tmp")
os.chmod(cluster, 0o711)
user = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
for folder in ["state", "spool/n1", "spool/n2", "log"]:
    os.makedirs(f"{cluster}/{folder}")
os.environ["SLURM_CONF"] = f"{cluster}/slurm.conf"
with open(f"{cluster}/slurm.conf", "w") as f:
    f.write(f"""ClusterName=lk
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort={free_port()}
SlurmUser={user}
SlurmdUser={user}
AuthInfo=socket={cluster}/munge.sock,cred_expire=5
SlurmctldPidFile={cluster}/slurmctld.pid
SlurmdPidFile={cluster}/slurmd-%n.pid
SlurmctldLogFile={cluster}/log/slurmctld
SlurmdLogFile={cluster}/log/%n
StateSaveLocation={cluster}/state
SlurmdSpoolDir={cluster}/spool/%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000,bf_interval=1
ReturnToService=2
SlurmdTimeout=4
JobCompType=jobcomp/filetxt
JobCompLoc={cluster}/jobcomp.txt
MailProg=/bin/true
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port={free_port()} CPUs=1
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port={free_port()} CPUs=1
PartitionName=main Nodes=n[1-2] Default=YES
""")


def processes(*words):
    """Of ours, by what stands on their command lines."""
    found = []
    for path in glob.glob("/proc/[0-9]*"):
        try:
            command = open(path + "/cmdline", "rb").read().split(b"\0")
            environment = open(path + "/environ", "rb").read()
        except OSError:
            continue
        line = b" ".join(command).decode("utf-8", "replace")
        if all(w in line for w in words) and (cluster.encode() in environment or cluster in line):
            found.append(int(path[6:]))
    return found


def read(path):
    try:
        return open(path, errors="replace").read()
    except OSError:
        return ""


def kill(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def pid_of(name):
    try:
        return int(open(f"{cluster}/{name}.pid").read())
    except (OSError, ValueError):
        return 0


def down():
    for name in ["slurmd-n1", "slurmd-n2", "slurmctld", "munged"]:
        if pid_of(name):
            kill(pid_of(name), signal.SIGTERM)
    time.sleep(0.5)
    for pid in processes():
        if pid not in (os.getpid(), os.getppid()) and "cluster_slurm.py" not in read(f"/proc/{pid}/cmdline"):
            kill(pid, signal.SIGKILL)
    shutil.rmtree(cluster, ignore_errors=True)


def start(*command):
    r = subprocess.run(command, capture_output=True, text=True, timeout=30)
    if r.returncode != 0:
        print(r.stdout, r.stderr)
        skip(f"{command[0]} does not start here: {(r.stderr.strip().splitlines() or ['no reason given'])[-1]}")


def wait_for(what, test, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if test():
            return
        time.sleep(0.1)
    fail(f"{what}: not within {seconds} s")


def queue(*options):
    return sh("squeue", "-h", "-r", *options, check=False).split("\n")[:-1]


def precision_in_rounds():
    """A third of the standard error that 256 replicates leave: at least two more rounds."""
    sh(program, "run", "cluster it's.toml", "-o", "rough.h5", "-q", "--set", "run.replicates=256", "--set", "answer.measure='money_gap'")
    rows = list(csv.DictReader(io.StringIO(sh(program, "export", "rough.h5"))))
    return max(float(row["difference_standard_error"]) for row in rows if row["measure"] == "money_gap" and row["difference_standard_error"]) / 3


def main():
    start("mungekey", "-c", "-k", f"{cluster}/munge.key")
    start("munged", f"--key-file={cluster}/munge.key", f"--socket={cluster}/munge.sock", f"--pid-file={cluster}/munged.pid", f"--log-file={cluster}/munge.log", f"--seed-file={cluster}/munge.seed")
    start("slurmctld")
    for node in ["n1", "n2"]:
        start("slurmd", "-N", node)
    for _ in range(200):
        if sh("sinfo", "-h", "-t", "idle", "-o", "%D", check=False).strip() == "2":
            break
        time.sleep(0.1)
    else:
        print(open(f"{cluster}/log/slurmctld").read()[-2000:])
        skip("slurmctld started, but its two nodes were not ready within 20 s (its log is above)")
    print("up")

    for old in glob.glob("*"):  # of a run before, perhaps of another model
        shutil.rmtree(old) if os.path.isdir(old) else os.unlink(old)
    shards = 10
    with open("cluster it's.toml", "w") as f:  # a name that needs quotes in the scripts
        f.write('format = 1\ntitle = "t"\n[run]\nreplicates = 6400\nquantiles = [0.5]\n[municipality]\npupils = 3000\nunits = 15\n[sorting]\nstrength = 0.5\n'
                '[design.vary]\n"need.missing" = [0, 0.2]\n[[policy]]\nname = "p"\nshares = [0.05, 0.1]\n')
    name = "cluster it's.toml"
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    sh(program, "run", name, "-o", "alone.h5", "-q", "--threads", "1")
    alone = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
    # As long as it takes for a shard to last two seconds of processor time, whatever the machine and the build
    factor = max(1, min(40, round(2 * shards / alone)))
    replicates = ["--set", f"run.replicates={6400 * factor}"]
    sh(program, "run", name, "-o", "alone.h5", "-q", *replicates, timeout=600)

    expect(sh(program, "missing", ".", "--shards", str(shards)).strip() == f"1-{shards}", "at first every shard is missing")
    told = sh(program, "submit", name, "--shards", str(shards), "--time", "10", "--partition", "main", "-o", "cluster.h5", *replicates, "--go")
    expect("the shards" in told and "the merge" in told, "submit --go tells the jobs")
    folder = "cluster.parts"

    def running():
        return [p for p in processes(" run ", " --shard ") if read(f"/proc/{p}/cmdline").startswith(program)]

    # kill -9 of a task's program: the task queues itself again
    wait_for("tasks run", lambda: len(running()) == 2)
    kill(random.choice(running()), signal.SIGKILL)
    wait_for("the killed task says so", lambda: any("was stopped (137): queued again" in open(log).read() for log in glob.glob(folder + "/shard-*.log")))
    print("a task was killed and queued again")

    # The controller stops and starts; tasks go on
    kill(pid_of("slurmctld"), signal.SIGTERM)
    wait_for("the controller ends", lambda: not os.path.exists(f"/proc/{pid_of('slurmctld')}"))
    start("slurmctld")
    wait_for("the controller answers", lambda: bool(queue()))
    print("the controller was started anew")

    # A node is lost with all that runs on it
    wait_for("a task runs on n2", lambda: any("n2" in line for line in queue("-t", "R", "-o", "%N %i")))
    lost = [line.split()[1] for line in queue("-t", "R", "-o", "%N %i") if line.startswith("n2")]
    node = pid_of("slurmd-n2")
    kill(node, signal.SIGKILL)
    on_node = {p for p in processes() if "SLURMD_NODENAME=n2\0" in read(f"/proc/{p}/environ")}
    parents = {int(re.sub(r".*\) . (\d+) .*", r"\1", read(f"/proc/{p}/stat"), flags=re.S) or 0) for p in on_node}
    for pid in {p for p in parents if "slurmstepd" in read(f"/proc/{p}/cmdline")} | on_node:
        kill(pid, signal.SIGKILL)
    wait_for("the node is seen to be down", lambda: "down" in sh("sinfo", "-h", "-n", "n2", "-o", "%t"), 90)
    start("slurmd", "-N", "n2")
    print(f"node n2 was lost with {lost} and came back")

    status = json.loads(sh(program, "status", folder, "--shards", str(shards), "--json"))
    expect(sum(status[state]["count"] for state in ("done", "running", "stopped", "missing")) == shards and not status["not_of_it"], f"status counts every shard once: {status}")

    def ended():
        # Slurm lets a task that it queues again wait, two minutes by default: not here.
        for line in queue("-t", "PD", "-o", "%i %r"):
            if line.endswith("BeginTime"):
                sh("scontrol", "update", f"jobid={line.split()[0]}", "StartTime=now", check=False)
        return not queue()

    def settled(parts):
        """The merge's log. A node daemon that comes back may clear away the script of a task it is about to start (seen once
        in many runs): the merge then says what to run again, and so does this, as a user would."""
        log = open(parts + "/merge.log").read()
        for _ in range(3):
            last = (log.strip().splitlines() or [""])[-1]
            if not last.startswith("shards still to do: submit.sh "):
                break
            print("Slurm lost a task: " + last)
            sh(parts + "/submit.sh", last.split()[-1])
            wait_for("the shards that were lost", ended, 240)
            log += "\n" + open(parts + "/merge.log").read()
        return log

    wait_for("everything ends", ended, 240)
    log = settled(folder)
    expect(os.path.exists("cluster.h5"), f"the merge made the result: {log}")
    expect(sh(program, "missing", folder, "--shards", str(shards)).strip() == "", "nothing is missing")
    expect(sh(program, "export", "cluster.h5") == sh(program, "export", "alone.h5"), "the merged result has the bits of the run on one machine")
    again = sum("queued again" in open(path).read() for path in glob.glob(folder + "/shard-*.log"))
    print(f"{shards} shards, {again} queued again by themselves, node lost with {lost}: same bits as on one machine")

    # A shard that is lost afterwards is named, asked for alone, and merged
    os.unlink(folder + "/part-7.h5")
    expect(sh(program, "missing", folder).strip() == "7", "the lost one is missing")
    os.unlink("cluster.h5")
    sh(folder + "/submit.sh", "7")
    wait_for("it runs", lambda: bool(running()))
    sh("scancel", "-u", user)
    wait_for("a cancelled task stays cancelled", lambda: not queue(), 60)
    expect(sh(program, "missing", folder, "--recent", "0").strip() == "7", "and is still missing")
    sh(folder + "/submit.sh", "7")
    wait_for("it ends", ended, 120)
    expect(sh(program, "export", "cluster.h5") == sh(program, "export", "alone.h5"), "the same again")

    # A precision in rounds: every merge that finds it missing submits the next round of the array itself
    precise = ["--set", "run.replicates=256", "--set", "run.max_replicates=65536", "--set", "answer.measure='money_gap'", "--set", f"run.precision={precision_in_rounds()}"]
    sh(program, "run", name, "-o", "precise.h5", "-q", *precise, timeout=600)
    told = sh(program, "submit", name, "--shards", "3", "--rounds", "--time", "10", "--partition", "main", "-o", "rounds.h5", *precise, "--go")
    wait_for("the rounds end", ended, 240)
    log = settled("rounds.parts")
    expect(log.count("another round") >= 1 or log.count("need more replicates") >= 1, f"there was more than one round: {log}")
    expect(sh(program, "export", "rounds.h5") == sh(program, "export", "precise.h5"), "rounds of the array end with the bits of one machine")
    print(f"{1 + log.count('need more replicates')} rounds of 3 shards: same bits as on one machine")

    # A national study as shipped, but for its replicates: all 290 municipalities over both nodes
    study = [os.path.join(source, "scenarios", "national", "08-state-grant.toml")]
    few = ["--set", "run.replicates=128", "--set", "run.quantiles=[]"]
    sh(program, "run", *study, "-o", "national-alone.h5", "-q", *few, timeout=600)
    sh(program, "submit", *study, "--shards", "4", "--time", "10", "--partition", "main", "-o", "national.h5", *few, "--go")
    wait_for("the national study ends", ended, 240)
    settled("national.parts")
    done = [line for line in read(f"{cluster}/jobcomp.txt").splitlines() if "national" in line]
    expect(all(any(f"NodeList={node} " in line for line in done) for node in ("n1", "n2")), f"both nodes worked: {done}")
    expect(sh(program, "export", "national.h5") == sh(program, "export", "national-alone.h5"), "the national study has the bits of one machine")
    print("290 municipalities in 4 shards on two nodes: same bits as on one machine")


try:
    main()
finally:
    down()
