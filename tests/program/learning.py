"""What the project teaches works: every command of the tutorial and the cookbook runs in an empty folder, every scenario stands in
scenarios/README.md, and what it says they found is what they give."""
import glob
import os
import re
import shutil
import subprocess
import sys

from support.steps import execute, expect, program, source

has_page = "report" in subprocess.run([program, "--help"], capture_output=True, text=True).stdout
bin_folder = os.path.abspath("bin")
os.makedirs(bin_folder, exist_ok=True)
link = os.path.join(bin_folder, "likvard")
if os.path.lexists(link):
    os.remove(link)
os.symlink(program, link)
environment = {**os.environ, "PATH": bin_folder + os.pathsep + os.environ["PATH"], "likvard_source": source}


blocks_run = 0
outputs = {}
for name in ["TUTORIAL", "COOKBOOK"]:
    with open(f"{source}/scenarios/{name}.md", encoding="utf-8") as f:
        text = f.read()
    folder = os.path.abspath(name.lower())
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    expect(len(blocks) > 5, f"{name}.md has commands")
    for block in blocks:
        if not has_page:
            block = re.sub(r"likvard report .*", "", block)
        r = subprocess.run(["bash", "-euo", "pipefail", "-c", block], cwd=folder, env=environment, capture_output=True, text=True)
        expect(r.returncode == 0, f"{name}.md: {block.strip().splitlines()[0][:80]}", block + r.stdout[-1000:] + r.stderr[-1000:])
        outputs[name] = outputs.get(name, "") + r.stdout + r.stderr
        blocks_run += 1
expect("municipality.pupils is missing" in outputs["TUTORIAL"], "the empty file is told what it lacks")
expect("Skiljer sig våra skolor mer än slumpen?" in outputs["TUTORIAL"] and " [" in outputs["TUTORIAL"], "answers in Swedish, and brackets where cells are hidden", outputs["TUTORIAL"])
with open("tutorial/joined.csv", encoding="utf-8") as f:
    joined = f.read().splitlines()
expect(len(joined) == 7, "the own table's years are joined", "\n".join(joined))
if has_page:
    expect(os.path.getsize("tutorial/results/exempelby.html") > 10000, "the tutorial ends with a page")

# scenarios/my-municipality.toml is what `likvard import` writes today, but for its first lines and where its units come from.
made = execute(program, "import", "data/example-units.csv", "--municipality", "Exempelby", "-o", os.path.abspath("my-municipality.toml"), cwd=source + "/scenarios")


def body(name):
    lines = open(name, encoding="utf-8").read().splitlines()
    return [line for line in lines[next(i for i, line in enumerate(lines) if not line.startswith("#")):] if "units_file" not in line]


expect(made.returncode == 0 and body("my-municipality.toml") == body(source + "/scenarios/my-municipality.toml"), "my-municipality.toml is as import writes it", made)

with open(source + "/scenarios/README.md", encoding="utf-8") as f:
    readme = f.read()
for scenario in glob.glob(source + "/scenarios/*.toml"):
    expect(f"({os.path.basename(scenario)})" in readme, f"scenarios/README.md has {os.path.basename(scenario)}")
for target in re.findall(r"\]\(([^)]+)\)", readme):
    expect(os.path.exists(f"{source}/scenarios/{target}"), f"scenarios/README.md: {target} is there")
r = subprocess.run([sys.executable, source + "/scenarios/findings", "--program", program, "--check"], capture_output=True, text=True)
expect(r.returncode == 0, "what the scenarios found is what they give", r.stderr)
# The check can fail: one number of the text changed.
changed = re.sub(r"± 0\.0(\d)", r"± 0.9\1", readme.split("findings: begin")[1], count=1)
with open("changed.md", "w", encoding="utf-8") as f:
    f.write(readme.split("findings: begin")[0] + "findings: begin" + changed)
r = subprocess.run([sys.executable, source + "/scenarios/findings", "--program", program, "--check", "--readme", "changed.md", "sweden"], capture_output=True, text=True)
expect(r.returncode == 1 and "run scenarios/findings" in r.stderr, "and a number that is not is found", r.stderr)
print(f"{blocks_run} blocks of commands ran")
