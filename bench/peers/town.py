"""What all replicates of the benchmark's municipality share: bench/town.toml read, and the little that follows from it.

Symbols and formulas are those of engine/MODEL.md (sections 1, 2 and 6), written again from that page. Made once; nothing
here is timed.
"""
import dataclasses
import itertools
import math
import pathlib
import tomllib
from statistics import NormalDist

import numpy as np

TOML = pathlib.Path(__file__).resolve().parent.parent / "town.toml"
MEASURES = ["share_moved", "money_gap", "money_cv", "mean_outcome", "gap", "not_qualified", "not_qualified_need",
            "not_qualified_gap", "low_decile", "high_decile", "between_units", "sii"]

normal_cdf = np.vectorize(lambda z: 0.5 * math.erfc(-z / math.sqrt(2)))
normal_quantile = np.vectorize(NormalDist().inv_cdf, otypes=[float])


@dataclasses.dataclass
class Policy:
    name: str
    share: float
    response: dict  # the policy's table in the scenario


@dataclasses.dataclass
class Town:
    sizes: np.ndarray     # [S] pupils; which unit stands where is luck
    share: np.ndarray     # [P] of profiles
    risk: np.ndarray      # [P] of not qualifying
    score: np.ndarray     # [P] socioeconomic, mean 0, sd 1
    rank: np.ndarray      # [P] by score, from 0 (neediest) to 1
    needy: np.ndarray     # [P] in the need group
    alpha: np.ndarray     # [P] outcome before school and money
    sigma: float          # sd of a pupil's luck
    threshold: float      # below it a pupil does not qualify
    filled: np.ndarray    # [T] part of the places filled by pupils ranked below a cut ...
    filled_by: np.ndarray # [P, T] ... and the part of each profile below it
    outcome: dict


def policies(scenario, which="all"):
    """The policies of the scenario in order, per head not counted; `one` is the proportional model at a tenth."""
    every = [Policy(p["name"], w, p) for p in scenario["policy"] for w in p["shares"]]
    if which == "one":
        return [p for p in every if p.name == "proportional" and p.share == 0.1]
    return every


def profiles(scenario):
    """Levels [V][P], shares [P], mean-free log-odds [P]: a one-factor Gaussian copula with its margins made exact."""
    variables = scenario["variable"]
    level = np.array(list(itertools.product(*[range(len(v["levels"])) for v in variables]))).T
    factor = np.linspace(-8.5, 8.5, 401)
    table = np.tile(np.exp(-0.5 * factor**2), (level.shape[1], 1))
    for v, at in zip(variables, level):
        cut = np.concatenate([[-np.inf], normal_quantile(np.cumsum(v["shares"])[:-1]), [np.inf]])
        rest = math.sqrt(1 - v["loading"] ** 2)
        below = normal_cdf((cut[:, None] - v["loading"] * factor) / rest)
        table *= np.diff(below, axis=0)[at]
    share = table.sum(axis=1)
    for _ in range(1000):
        for v, at in zip(variables, level):
            share *= (np.array(v["shares"]) / np.bincount(at, share))[at]
    odds = sum(np.array(v["log_odds"])[at] for v, at in zip(variables, level))
    return level, share / share.sum(), odds


def unit_sizes(m):
    """Pupils at the quantiles of a log-normal, none below the least, summing to the municipality (largest remainder)."""
    units, pupils, least = m["units"], m["pupils"], m["smallest_unit"]
    weight = np.exp(m["size_sd"] * normal_quantile((np.arange(units) + 0.5) / units))
    size = np.full(units, least)
    free = np.ones(units, bool)
    while free.any():
        left = pupils - least * np.count_nonzero(~free)
        exact = weight[free] / weight[free].sum() * left
        part = np.floor(exact).astype(int)
        part[np.argsort(part - exact, kind="stable")[: left - part.sum()]] += 1
        size[free] = np.maximum(part, least)
        if (part >= least).all():
            break
        free[np.flatnonzero(free)[part < least]] = False
    return size


def make_town(scenario, pupils, units):
    level, share, odds = profiles(scenario)
    outcome = scenario["outcome"]
    low, high = -30.0, 30.0  # the intercept that makes the mean risk right
    for _ in range(200):
        middle = 0.5 * (low + high)
        if share @ (1 / (1 + np.exp(-middle - odds))) < outcome["not_qualified"]:
            low = middle
        else:
            high = middle
    risk = 1 / (1 + np.exp(-middle - odds))
    probit = normal_quantile(risk)
    mean = share @ probit
    square = share @ (probit - mean) ** 2
    score = (mean - probit) / math.sqrt(square)
    apart = score[:, None] - score
    rank = (share * ((apart > 1e-9) + 0.5 * (abs(apart) <= 1e-9))).sum(axis=1)
    group = next(g for g in scenario["group"] if g["name"] == scenario["background"]["need_group"])
    v = next(i for i, x in enumerate(scenario["variable"]) if x["name"] == group["variable"])
    needy = np.isin(level[v], [scenario["variable"][v]["levels"].index(x) for x in group["levels"]])
    within = 1 / math.sqrt(1 + square)
    r = scenario["sorting"]["strength"]
    x = r / math.sqrt(1 - r * r) * score
    cut = np.linspace(x.min() - 9, x.max() + 9, 8193)
    filled_by = share[:, None] * normal_cdf(cut - x[:, None])
    return Town(sizes=unit_sizes({**scenario["municipality"], "pupils": pupils, "units": units}), share=share, risk=risk,
                score=score, rank=rank, needy=needy, alpha=within * (mean - probit), threshold=within * mean,
                sigma=math.sqrt(within**2 - outcome["unit_sd"] ** 2), filled=filled_by.sum(axis=0), filled_by=filled_by,
                outcome=outcome)


def read(path=TOML):
    with open(path, "rb") as f:
        return tomllib.load(f)
