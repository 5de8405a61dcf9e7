"""The example script runs, says what it should, and draws its pictures."""
import os
import subprocess
import sys

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
module = os.path.join(os.path.dirname(program), "python")
if not os.path.isdir(module):
    print("skipped: the module is not built")
    sys.exit(77)
try:
    import matplotlib.image
    import numpy as np
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)
for name in os.listdir("."):
    if name.endswith(".png"):
        os.remove(name)
r = subprocess.run([sys.executable, "-W", "error::UserWarning:__main__", source + "/analysis/python/examples/five_steps.py", source], capture_output=True, text=True, timeout=500,
                   env={**os.environ, "PYTHONPATH": module, "MPLCONFIGDIR": os.getcwd()})
print(r.stdout, r.stderr)
assert r.returncode == 0, "it failed"
pictures = sorted(name for name in os.listdir(".") if name.endswith(".png"))
assert len(pictures) == 5 and all(name in r.stdout for name in pictures), pictures
for name in pictures:
    picture = matplotlib.image.imread(name)[..., :3]
    drawn = (np.abs(picture - 1) > 0.05).any(axis=2)
    assert picture.shape[1] >= 700 and 0.01 < drawn.mean() < 0.6, (name, picture.shape, drawn.mean())
    edge = np.concatenate([drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]])
    assert not edge.any(), f"{name}: something is cut at the edge"
print("ok")
