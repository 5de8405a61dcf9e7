"""Results in R: the lines in engine/FORMAT.md make the table that `likvard export` writes, and R reads both locales of that."""
import os
import re
import shutil
import subprocess
import sys

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
if not shutil.which("Rscript") or subprocess.run(["Rscript", "-e", "library(hdf5r)"], capture_output=True).returncode != 0:
    print("skipped: R with hdf5r (r-base-core, r-cran-hdf5r) is not there")
    sys.exit(77)
subprocess.run([program, "run", source + "/scenarios/preschool.toml", "-o", "r.h5", "-q", "--set", "run.replicates=128"], check=True)
for locale in ["en", "sv"]:
    subprocess.run([program, "export", "r.h5", "-o", locale + ".csv", "--locale", locale], check=True)
lines = re.search(r"```r\n(.*?)```", open(source + "/engine/FORMAT.md", encoding="utf-8").read(), re.S)[1]
script = lines.replace("results/sweden.h5", "r.h5") + """
e <- read.csv("en.csv"); s <- read.csv2("sv.csv", fileEncoding = "UTF-8-BOM")
e$children.in.the.municipality <- as.integer(gsub(",", "", e$children.in.the.municipality))
stopifnot(all.equal(e, s), nrow(d) == nrow(e), d$measure == e$measure, d$policy == e$policy, d$share == e$share)
for (name in c("mean", "standard_error", "difference")) stopifnot(all.equal(d[[name]], e[[name]]))
cat("R agrees\\n")
"""
r = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, timeout=120)
print(r.stdout, r.stderr)
sys.exit(r.returncode != 0 or not r.stdout.endswith("R agrees\n"))
