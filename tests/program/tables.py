"""Results in Excel and Stata: `likvard export --locale sv`, `--labels`."""
import csv
import os
import re
import subprocess
import sys

program, source = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


def run(*args):
    return subprocess.run(args, capture_output=True, text=True, timeout=120)


def expect(condition, what, r=None):
    print(("ok: " if condition else "FAILED: ") + what)
    if not condition:
        if r is not None:
            print(r.returncode, r.stdout[-2000:], r.stderr[-2000:])
        sys.exit(1)


def table(path, **how):
    with open(path, encoding=how.pop("encoding", "utf-8"), newline="") as f:
        return list(csv.reader(f, **how))


r = run(program, "run", source + "/scenarios/preschool.toml", "-o", "r.h5", "-q", "--set", "run.replicates=128")
expect(r.returncode == 0, "a result", r)
r = run(program, "export", "r.h5", "-o", "en.csv", "--labels", "en.do")
expect(r.returncode == 0 and r.stdout == "en.csv\nen.do\n", "both files are named", r)
r = run(program, "export", "r.h5", "-o", "sv.csv", "--locale", "sv", "--labels", "sv.do")
expect(r.returncode == 0, "Swedish", r)
en, sv = table("en.csv"), table("sv.csv", delimiter=";", encoding="utf-8-sig")
with open("sv.csv", "rb") as f:
    expect(f.read(3) == b"\xef\xbb\xbf", "the Swedish file starts with the mark that Excel looks for")
expect(run(program, "export", "r.h5").stdout.encode()[:3] != b"\xef\xbb\xbf", "the plain one does not")

sizes = en[0].index("children in the municipality")  # levels such as "8,000", which a decimal comma would make eight
expect({row[sizes] for row in en[1:]} == {"330", "770", "3,500", "8,000"} and [a[sizes].replace(",", "") for a in en] == [b[sizes] for b in sv], "grouped numbers keep their size")
words = [en[0].index(name) for name in ["point", "need.years", "policy", "policy_title", "measure", "unit"]]
numbers = [i for i in range(len(en[0])) if i not in [*words, sizes]]
expect(len(en) == len(sv) and en[0] == sv[0] and len(en) > 1000, "the same rows and columns")
expect(all([a[i] for i in words] == [b[i] for i in words] for a, b in zip(en, sv)), "the same words")
expect(not any("." in b[i] for b in sv[1:] for i in numbers), "no decimal point")
expect(all(a[i] == b[i].replace(",", ".") for a, b in zip(en[1:], sv[1:]) for i in numbers), "the same numbers to the last digit")


def stata(script):
    """What the script does, for the few commands it may have: name -> (label, values)."""
    text = open(script, encoding="utf-8").read()
    string = r"`\"(.*)\"'"
    how = re.search(r"^import delimited using " + string + r', delimiters\("(.)"\) varnames\(nonames\) rowrange\(2\) '
                    r'bindquote\(strict\) stringcols\(_all\) encoding\("utf-8"\) clear$', text, re.M)
    rows = table(how[1], delimiter=how[2])[1:]
    data = {f"v{c + 1}": [row[c] for row in rows] for c in range(len(rows[0]))}
    labels, titles, used = {}, {}, 0
    for line in text.splitlines():
        used += 1
        if m := re.fullmatch(r"rename (v\d+) (\w+)", line):
            assert m[2] not in data and len(m[2]) <= 32 and not m[2][0].isdigit(), line
            data[m[2]] = data.pop(m[1])
        elif m := re.fullmatch(r"destring ([\w ]+), replace( dpcomma)?", line):
            for name in m[1].split():
                data[name] = [float(x.replace(",", ".") if m[2] else x) if x else None for x in data[name]]
        elif m := re.fullmatch(r"label variable (\w+) " + string, line):
            assert m[1] in data and len(m[2]) <= 80, line
            labels[m[1]] = m[2]
        elif m := re.fullmatch(r"replace measure_id = (\d+) if measure == " + string, line):
            data["measure_id"] = [int(m[1]) if key == m[2] else i for key, i in zip(data["measure"], data["measure_id"])]
        elif m := re.fullmatch(r"label define measure_id (\d+) " + string + ", modify", line):
            titles[int(m[1])] = m[2]
        elif line == "generate int measure_id = .":
            data["measure_id"] = [None] * len(rows)
        else:
            used -= 1
            assert re.match(r"\* |version 14$|import delimited |label values measure_id measure_id$|label variable measure_id|label data |compress$", line), line
    return data, labels, titles


for name in ["en", "sv"]:
    data, labels, titles = stata(name + ".do")
    expect(list(data)[-1] == "measure_id" and len(data) == len(en[0]) + 1 and set(labels) == set(data) - {"measure_id"}, f"{name}.do names and labels every column")
    gap = [i for i, key in enumerate(data["measure"]) if key == "gap"]
    mean = en[0].index("mean")
    expect(gap and all(data["mean"][i] == float(en[i + 1][mean]) for i in gap), f"{name}.do has the numbers")
    expect(len(set(data["measure_id"])) == len(titles) and "quantile_0_05" in data, f"{name}.do has a number with a title for every measure")

r = run(program, "run", source + "/scenarios/preschool.toml", "-o", "odd.h5", "-q", "--set", "run.replicates=128", "--set", 'title="A $cost `odd\'\\nclear title"')
run(program, "export", "odd.h5", "-o", "odd.csv", "--labels", "odd.do", "-m", "gap")
script = open("odd.do", encoding="utf-8").read().splitlines()
expect(r.returncode == 0 and script[0] == "* A $cost `odd' clear title" and "label data `\"A \\$cost \\`odd' clear title\"'" in script, "a title is neither a command nor a macro", r)
r = run(program, "export", "r.h5", "--labels", "x.do")
expect(r.returncode == 2 and len(r.stderr.splitlines()) == 1 and "-o" in r.stderr and not os.path.exists("x.do"), "labels without a CSV are refused", r)
r = run(program, "export", "r.h5", "--locale", "fi")
expect(r.returncode == 2 and "{en,sv}" in r.stderr, "an unknown locale is refused with those there are", r)
