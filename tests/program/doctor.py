"""`likvard doctor` says what is there: against what Python finds, and where nothing is."""
import json
import os
import shutil
import subprocess

from support.steps import expect, program, run as likvard


def run(*args, **environment):
    return likvard("doctor", *args, env={**os.environ, **environment})


version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
r = run("--json")
found = json.loads(r.stdout)
expect(r.returncode == 0 and r.stderr == "" and version.startswith(f"likvard {found['version']}\n") and f"machine {found['processor']}\n" in version, "the version and processor of --version", r)
expect(found["threads"] == len(os.sched_getaffinity(0)), "threads", r)
expect((found["sbatch"], found["rscript"]) == (shutil.which("sbatch"), shutil.which("Rscript")), "Slurm and R", r)
expect(found["browser"] is not None or not shutil.which("chromium"), "a browser", r)
with open("/proc/meminfo", encoding="ascii") as f:
    total = next(int(line.split()[1]) * 1024 for line in f if line.startswith("MemTotal"))
expect(0 < found["memory_bytes"] <= total, "memory", r)
speed = found["benchmark"]
expect(speed["replicates"] > 0 and speed["seconds"] >= 0.5 and abs(found["replicates_per_second"] * speed["seconds"] / speed["replicates"] - 1) < 1e-9, "speed", r)
try:
    import h5py
    expect(found["hdf5"].split(".")[:2] == h5py.version.hdf5_version.split(".")[:2], "HDF5", r)
except ImportError:
    pass

r = run("--json", PATH="/nowhere")
found = json.loads(r.stdout)
expect([found[name] for name in ["browser", "sbatch", "rscript", "python_module"]] == [None] * 4, "nothing is found where nothing is", r)
r = run(PATH="/nowhere")
expect(r.returncode == 0 and r.stdout.count("none found") == 3 and "replicates a second" in r.stdout, "and it says so in words", r)

os.makedirs("module/likvard", exist_ok=True)  # a folder of that name is no module
r = run("--json", PYTHONPATH=os.path.abspath("module"))
expect(r.returncode == 0 and "module/likvard" not in str(json.loads(r.stdout)["python_module"]), "a folder called likvard is no module", r)
open("module/likvard/__init__.py", "w").close()
r = run("--json", PYTHONPATH=os.path.abspath("module"))
expect(json.loads(r.stdout)["python_module"] == os.path.abspath("module/likvard/__init__.py"), "a module is", r)
shutil.rmtree("module")
