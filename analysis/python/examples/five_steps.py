"""likvard from Python, in five steps: one's own units, money, a study, the choice, and what decides it.

Run it from the top of the tree, or anywhere with the path of the tree:

    PYTHONPATH=build/release/python python3 analysis/python/examples/five_steps.py [TREE]

It prints what it finds and draws a picture for each step (example-1-chance.png and so on) in the present folder.
Each part between the lines "# %%" can be run by itself in an editor that knows notebooks.
"""

import os
import sys

import matplotlib

matplotlib.use("Agg")  # pictures to files, no window
import matplotlib.pyplot as plt
import numpy as np

import likvard

tree = sys.argv[1] if len(sys.argv) > 1 else "."
plt.rcParams.update({"figure.figsize": (8, 4.5), "figure.dpi": 100, "axes.spines.top": False, "axes.spines.right": False,
                     "axes.titlelocation": "left", "legend.frameon": False})
GREY, BLUE, ORANGE = "0.55", "#1f5f8b", "#d9772b"


def keep(figure, name, caption):
    figure.text(0.01, 0.01, caption, fontsize=8, color="0.3")
    figure.tight_layout(rect=(0, 0.04, 1, 1))
    figure.savefig(name)
    plt.close(figure)
    print(f"  {name}")


# %% 1. Do the units differ more than chance?
# Six schools: pupils, and how many of them have parents without post-secondary education.
names = ["Björk", "Ek", "Lind", "Gran", "Tall", "Al"]
pupils = np.array([420, 210, 333, 96, 540, 41])
low = np.array([202, 61, 158, 21, 130, 6])
found = likvard.segregation(np.column_stack([low, pupils - low]), ["low education", "others"], names=names)
print("1.", found.answer)
d = next(row for row in found.rows if row["index"] == "dissimilarity")

# The same pupils dealt to the same schools by chance alone, 4000 times: a picture of what "by chance" means.
P = low.sum() / pupils.sum()
dealt = likvard.draw_compositions(pupils, P, mechanism="random", draws=4000).members
D = np.abs(dealt / low.sum() - (pupils - dealt) / (pupils - low).sum()).sum(axis=1) / 2
figure, axes = plt.subplots()
axes.hist(D, bins=40, color=GREY, label="4 000 deals by chance")
axes.axvline(d["by_chance"], color=BLUE, linestyle="--", label=f"expected by chance, exactly: {d['by_chance']:.3f}")
axes.axvline(d["value"], color=ORANGE, linewidth=2, label=f"these schools: {d['value']:.3f}")
axes.set(title="Segregation of six schools, and what chance alone gives", xlabel="index of dissimilarity (0 = alike, 1 = apart)",
         ylabel="deals")
axes.set_xlim(0, None)
axes.legend()
keep(figure, "example-1-chance.png", "Dissimilarity of pupils whose parents lack post-secondary education, against the rest.")

# %% 2. Who gets what?
shares = [0.05, 0.10, 0.15]
money = likvard.allocate({"unit": names, "pupils": pupils, "need": low / pupils}, "proportional", shares, per_pupil=112_200)
print("2.", money.answer.replace("\n", "\n   "))
change = money.sek_per_pupil - money.per_pupil_sek  # [policy, unit], no copy was made to get here
order = np.argsort(-money.need_relative)
figure, axes = plt.subplots()
place = np.arange(len(names))
for k, share in enumerate(shares):
    axes.bar(place + 0.27 * (k - 1), change[k, order], width=0.25, color=plt.cm.Blues(0.4 + 0.25 * k), label=f"{100 * share:.0f} % by need")
axes.axhline(0, color="black", linewidth=0.8)
axes.set_xticks(place, [f"{names[s]}\n{pupils[s]} pupils" for s in order])
axes.set(title="What each school gains or loses a pupil, against per head", ylabel="SEK per pupil and year")
axes.legend()
keep(figure, "example-2-money.png", "Schools from the neediest to the left. Budget 112 200 SEK per pupil; in proportion to need.")

# %% 3. A study: what money by need does where segregation differs.
scenario = {
    "format": 1, "title": "Three municipalities", "question": "Where does money by need change most?",
    "run": {"seed": 1, "replicates": 512, "measures": ["not_qualified_gap", "share_moved"]},
    "answer": {"measure": "not_qualified_gap", "policy": "proportional", "share": 0.10},
    "municipality": {"pupils": 3000, "units": 12},
    "target": [{"group": "low_education", "index": "eps2", "value": 0.05}],
    "policy": [{"name": "proportional", "title": "In proportion to need", "response": "linear", "shares": [0.05, 0.10, 0.15, 0.20]},
               {"name": "threshold", "title": "Only above the mean", "response": "threshold", "shares": [0.05, 0.10, 0.15, 0.20]}],
    "context": [{"name": name, "set": {"target.low_education.value": value}}
                for name, value in (("even", 0.01), ("uneven", 0.05), ("apart", 0.15))],
}
result = likvard.run(scenario, progress=False)
print("3.", result.answer)
k = [m["measure"] for m in result.measures].index("not_qualified_gap")
figure, axes = plt.subplots(1, 2, sharey=True)
for panel, model in zip(axes, ("proportional", "threshold")):
    rows = [i for i, p in enumerate(result.policies) if p["policy"] == model]
    w = [100 * result.policies[i]["share"] for i in rows]
    for g, point in enumerate(result.points):
        y, error = result.difference[g, rows, k], 1.96 * result.difference_standard_error[g, rows, k]
        panel.set_xticks(w)
        panel.errorbar(w, y, error, marker="o", capsize=3, label=point["point"], color=plt.cm.viridis(0.15 + 0.35 * g))
    panel.axhline(0, color="black", linewidth=0.8)
    panel.set(title=result.policies[rows[0]]["policy_title"], xlabel="share given out by need, %")
axes[0].set_ylabel("change in the gap, percentage points")
axes[1].legend(title="municipality")
keep(figure, "example-3-study.png", "Gap in the share not qualified, against per head. Bars: 95 % Monte Carlo interval.")

# %% 4. Which model where, and how sure?
choice = likvard.compare(scenario, measure="not_qualified_gap", shares=[0.10], delta=0.1, progress=False,
                         set={"run.replicates": 1024})
print("4.", choice.answer.replace("\n", "\n   "))
figure, axes = plt.subplots()
points = choice.decision["points"]
policies = points[0]["policies"]
place = np.arange(len(points))
for j in range(len(policies)):
    axes.bar(place + 0.27 * (j - 1), [100 * p["policies"][j]["probability_best"] for p in points], width=0.25,
             color=(GREY, BLUE, ORANGE)[j], label=policies[j]["policy"].replace("_", " "))
axes.set_xticks(place, [p["point"] for p in points])
axes.set(title="How often each model is the best, over the uncertain assumptions", ylabel="% of draws of the assumptions", ylim=(0, 105))
axes.legend()
keep(figure, "example-4-choice.png", "A tenth of the budget given out by need; by the gap in the share not qualified.")

# %% 5. Which assumption decides?
why = likvard.sensitivity(scenario, progress=False, set={"sensitivity.rows": 512})
print("5.", why.answer)
total = sorted((row for row in why.rows if row["index"] == "total"), key=lambda row: row["value"])
figure, axes = plt.subplots()
place = np.arange(len(total))
value = np.array([row["value"] for row in total])
low95, high95 = (np.array([row[end] for row in total]) for end in ("low", "high"))
axes.barh(place, value, color=BLUE)
axes.hlines(place, low95, high95, color="black", linewidth=1)
axes.set_yticks(place, [row["title"] for row in total])
axes.set(title="What decides the change in the gap", xlabel="part of the variation that a factor has a hand in (ST), 95 % interval")
keep(figure, "example-5-why.png", "Parts sum to more than 1 where factors work together. An interval that reaches 0: so few runs do not tell the factor from none.")
