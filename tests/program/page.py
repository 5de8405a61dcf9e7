"""The page in a real browser. Skipped where npm, node or Chromium are not there."""
import os
import shutil
import subprocess
import sys

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
for tool, there in [("npm", shutil.which("npm")), ("node", shutil.which("node")), ("chromium", browser)]:
    if not there:
        print(f"skipped: {tool} is not installed")
        sys.exit(77)

folder = os.path.join(source, "tests/program/page")
for name in ["package.json", "package-lock.json", "check.mjs"]:
    shutil.copy(os.path.join(folder, name), name)
if not os.path.isdir("node_modules/playwright-core"):
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], check=True)

# Kinds of result: a grid of contexts with two axes, one with a varied key, a single municipality with its own units, years with
# interventions, years with power, a choice between policies.
led_by = {"quality-work": ["-m", "gap_gain_per_krona"]}
smaller = {"can-we-see-it": ["--set", "power.pooled=[1, 10, 100]"], "compare-models": ["--set", "run.max_replicates=256"]}
for scenario in ["sweden", "preschool", "my-municipality", "quality-work", "can-we-see-it", "compare-models"]:
    result = f"{scenario}.h5"
    subprocess.run([program, "run", f"{source}/scenarios/{scenario}.toml", "-o", result, "--set", "run.replicates=256", "-q", *smaller.get(scenario, [])], check=True)
    subprocess.run([program, "report", result, "-o", f"{scenario}.html"], check=True)
    with open("shown.json", "w") as f:
        subprocess.run([program, "show", result, "--json", "-m", "not_qualified_gap", "-m", "gap", "-m", "share_moved", *led_by.get(scenario, [])], check=True, stdout=f)
    print(f"-- {scenario}")
    subprocess.run(["node", "check.mjs", f"{scenario}.html", "shown.json", f"pictures-{scenario}"], check=True, env={**os.environ, "CHROMIUM": browser})
