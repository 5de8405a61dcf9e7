"""`likvard answer`: the fifteen questions in two languages and as JSON, of the point, policy, share and measure asked for, and mistakes."""
import json
import re

from support.steps import expect, fails, run, source

small = ["--set", "run.replicates=128", "--set", "years.count=1"]
r = run("run", source + "/scenarios/my-municipality.toml", "-q", "-o", "r.h5", *small)
expect(r.returncode == 0, "a result", r)
english, swedish = run("answer", "r.h5"), run("answer", "r.h5", "--language", "sv")
for r in (english, swedish):
    expect(r.returncode == 0 and r.stderr == "" and [int(n) for n in re.findall(r"^ ?(\d+)\. ", r.stdout, re.M)] == list(range(1, 16)), "fifteen questions in order", r)
    expect(all(len(line) <= 114 for line in r.stdout.splitlines() if line.startswith("    ")), "in lines that fit", r)
expect("Do our schools differ more than chance?" in english.stdout and "Skiljer sig våra skolor mer än slumpen?" in swedish.stdout, "in the language asked for", swedish)
expect(run("answer", "r.h5", "--language", "en").stdout == english.stdout, "which is English unless said")

some = run("answer", "r.h5", "-q", "4", "--question", "1")
expect(re.findall(r"^ ?(\d+)\. ", some.stdout, re.M) == ["1", "4"], "only the questions asked for, in their order", some)
whole, two = json.loads(run("answer", "r.h5", "--json").stdout), json.loads(run("answer", "r.h5", "--json", "-q", "4", "-q", "1").stdout)
expect([q["number"] for q in whole] == list(range(1, 16)) and two == [whole[0], whole[3]], "the same as JSON")
flat = lambda text: " ".join(text.split())
for q in whole:
    expect(flat(q["answer"]["en"]) in flat(english.stdout) and flat(q["answer"]["sv"]) in flat(swedish.stdout), f"JSON says of question {q['number']} what the text says")
    expect(all({"what", "value", "standard_error", "unit"} <= set(n) for n in q["numbers"]) and isinstance(q["simulated"], bool), "with its numbers")
found_out = " ".join(q["answer"]["sv"] for q in whole if q["simulated"] and q["number"] not in (3, 10, 12))  # these end with keys to set
expect(len(re.findall(r"\d,\d", found_out)) > 20 and not re.search(r"\d\.\d", found_out), "Swedish has decimal commas", found_out)
expect(any(q["simulated"] for q in whole) and any(not q["simulated"] for q in whole) and all(re.search(r"\[|\.toml", q["answer"]["en"] + q.get("hint", {}).get("en", "")) for q in whole if not q["simulated"]),
       "a question that is not simulated is told how to be")

# Point, policy, share, measure.
points = [p["point"] for p in json.loads(run("show", "r.h5", "--json").stdout)]
last = points[-1]
by_name, by_number = run("answer", "r.h5", "--point", last), run("answer", "r.h5", "--point", "1")
expect(by_name.stdout == by_number.stdout and last in by_name.stdout, "a point by name or number", by_name)
gains = [n for n in json.loads(run("answer", "r.h5", "-p", "threshold", "--share", "0.2", "--json", "-q", "11").stdout)[0]["numbers"]]
row = next(x for x in json.loads(run("show", "r.h5", "--json", "-p", "threshold", "-m", "not_qualified_gap").stdout) if x["share"] == 0.2 and x["point"] in run("answer", "r.h5", "-p", "threshold", "--share", "0.2").stdout)
expect(any(abs(n["value"] - row["difference"]) < 1e-12 and abs(n["standard_error"] - row["difference_standard_error"]) < 1e-12 for n in gains), "the policy and share asked for", json.dumps(gains))
nearest = run("answer", "r.h5", "-p", "threshold", "--share", "0.19", "-q", "11")
expect(nearest.stdout == run("answer", "r.h5", "-p", "threshold", "--share", "0.2", "-q", "11").stdout and "20 %" in nearest.stdout, "the nearest share", nearest)
merit = run("answer", "r.h5", "-m", "gap", "-q", "11")
expect(merit.returncode == 0 and merit.stdout != run("answer", "r.h5", "-q", "11").stdout, "the measure asked for", merit)

fails(2, "de not in {en,sv}", "answer", "r.h5", "--language", "de")
fails(2, "not in range 1 to 15", "answer", "r.h5", "-q", "16")
fails(2, "not in range 1 to 15", "answer", "r.h5", "-q", "first")
fails(2, "did you mean '--language'?", "answer", "r.h5", "--langauge", "sv")
fails(2, "not in range", "answer", "r.h5", "--share", "1.2")
fails(3, "did you mean '", "answer", "r.h5", "--point", last[:-1] + "x")
fails(3, f"no point '9' in this result (a name, or a number from 0 to {len(set(points)) - 1})", "answer", "r.h5", "--point", "9")
fails(3, "no policy 'treshold' in this result - did you mean 'threshold'?", "answer", "r.h5", "-p", "treshold")
fails(3, "per_head (what the others are compared with: another policy is wanted)", "answer", "r.h5", "-p", "per_head")
fails(3, "no measure 'gapp' in this result - did you mean 'gap'?", "answer", "r.h5", "-m", "gapp")
fails(3, "neither higher nor lower is better", "answer", "r.h5", "-m", "share_moved")
fails(4, "nowhere.h5", "answer", "nowhere.h5")
fails(4, "is not a readable HDF5 file", "answer", source + "/scenarios/my-municipality.toml")
