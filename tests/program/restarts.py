"""Every scenario shipped is also a restart test: killed and gone on with, or stopped and gone on with, it has the bits of
an undisturbed run. Usage: restarts.py PROGRAM SOURCE_DIR (in a scratch folder). LIKVARD_KILLS set: both of each."""
import glob
import os
import shutil
import signal
import sys
import tempfile

from support import steps
from support.restart import restarts
from support.steps import expect, program, source

try:
    import h5py  # noqa: F401
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)
met = 0



settings = {name: [] for name in ("compare-models", "formulas", "my-municipality", "preschool", "quality-work", "school-choice", "sensitivity", "sweden")}
settings["can-we-see-it"] = ["--set", "power.pooled=[1, 8]"]  # pools that fit into few replicates
folder = tempfile.mkdtemp(prefix="restarts-", dir=os.getcwd())
os.chdir(folder)
found = {os.path.basename(path)[:-5]: path for path in glob.glob(os.path.join(source, "scenarios", "*.toml"))}
expect(set(found) == set(settings), f"a scenario is new or gone: {set(found) ^ set(settings)}")
both = (signal.SIGKILL, signal.SIGINT)
tried = 0
for i, (name, path) in enumerate(sorted(found.items())):
    signals = both if "LIKVARD_KILLS" in os.environ else (both[i % 2],)
    tried += len(signals)
    met += restarts(program, [path, "--set", "run.replicates=128", *settings[name]], expect, signals)
expect(met > 0, "some were stopped in the middle")
os.chdir("..")
shutil.rmtree(folder)
print(f"{steps.passed} checks; {met} of {tried} runs were stopped before their end, all had the same bits")
