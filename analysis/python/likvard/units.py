"""What can be asked of one's own units: how uneven they are, what chance alone gives, who gets what."""

import os
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

import numpy as np

from . import _likvard
from .inputs import Path, numbers, settings_of, table_of, texts
from .unit_results import Allocation, Segregation


def segregation(units: Any, groups: Optional[Sequence[str]] = None, *, names: Optional[Sequence[str]] = None,
                districts: Optional[Sequence[str]] = None, dealings: int = 2000, seed: int = 1) -> Segregation:
    """How uneven units are, how much of that chance alone gives, and what is left: the systematic part.

    units:     numbers of pupils, a row per unit and a column per group: an array or a DataFrame
    groups:    of a DataFrame the columns to take; of an array the groups' names
    names:     of the units; default a DataFrame's index
    districts: of the units, for the part that lies between districts
    dealings:  random allocations that the standard deviations rest on
    """
    if hasattr(units, "columns"):
        columns = list(units.columns) if groups is None else list(groups)
        for column in columns:
            if column not in units.columns:
                raise _likvard.ScenarioError(f"no column '{column}' (there are {', '.join(map(str, units.columns))})")
        names = list(units.index) if names is None else names
        units, groups = units[columns].to_numpy(), columns
    counts = np.asarray(units, dtype=float)
    if counts.ndim != 2 or counts.shape[0] < 1 or counts.shape[1] < 2:
        raise _likvard.ScenarioError("units: a row per unit and a column for each of at least two groups is wanted")
    if not np.isfinite(counts).all() or (counts < 0).any():
        raise _likvard.ScenarioError("units: numbers of pupils are wanted, 0 or more, none missing")
    if not counts.sum() > 0:
        raise _likvard.ScenarioError("units: there are no pupils")
    unit = [str(n) for n in (names if names is not None else range(counts.shape[0]))]
    group = [str(g) for g in (groups if groups is not None else range(counts.shape[1]))]
    district = [str(d) for d in districts] if districts is not None else []
    for what, given, size in (("names", unit, counts.shape[0]), ("groups", group, counts.shape[1]),
                              ("districts", district or unit, counts.shape[0])):
        if len(given) != size:
            raise _likvard.ScenarioError(f"{what}: {len(given)} are given, {size} are wanted")
    if dealings < 2:
        raise ValueError(f"dealings = {dealings} (2 or more)")
    return Segregation(_likvard.segregation(counts, unit, group, district, dealings, seed))


def expected_under_chance(pupils: Sequence[float], members: Union[float, Sequence[float]]) -> "Dict[str, float]":
    """What indices are, in expectation, when chance alone deals the pupils to the units: exact, all margins fixed.

    pupils:  of each unit
    members: of the group, in all units together: the group against the rest. Or the numbers of each of several groups,
             which sum to all pupils: the indices of many groups
    Of one group: dissimilarity, variance_ratio (eta squared) with its standard deviation, mutual_information (nats),
    theil_h, hutchens, isolation, isolation_leave_one_out, and the largest that these sizes and members allow. Of many:
    dissimilarity, squared_cv (the mean variance ratio) with its standard deviation, mutual_information, theil_h.
    """
    sizes = [float(n) for n in pupils]
    several = hasattr(members, "__len__")
    groups = [float(x) for x in members] if several else [float(members)]  # type: ignore[union-attr, arg-type]
    if not sizes or any(not 0 <= n < 1e9 for n in sizes) or not sum(sizes) > 0:
        raise ValueError("pupils of at least one unit, each 0 or more, are wanted")
    if any(not x >= 0 for x in groups) or not sum(groups) <= sum(sizes):
        raise ValueError("members: of 0 to all of the pupils are wanted")
    if several and (len(groups) < 2 or abs(sum(groups) - sum(sizes)) > 0.5):
        raise ValueError(f"members: two groups or more that sum to the {sum(sizes):g} pupils are wanted, not to {sum(groups):g}")
    if not several:
        groups.append(sum(sizes) - groups[0])
    return _likvard.expected_under_chance([n for n in sizes if n > 0], groups)


class Compositions(NamedTuple):
    """Drawn units.

    members:  [draw, unit] pupils of the group
    expected: [unit] the share that draws vary about; None where every draw has units of its own ("dirichlet")
    """

    members: np.ndarray
    expected: Optional[np.ndarray]


def draw_compositions(pupils: "Union[Sequence[int], np.ndarray]", share: float, target: float = 0, *, index: str = "dissimilarity",
                      mechanism: str = "rank", draws: int = 1, totals: str = "fixed", seed: int = 1) -> Compositions:
    """Deal a group's pupils to units that are as uneven as asked for, over and over.

    pupils:    of each unit, in order: units expected to have most of the group first
    share:     of all pupils who are in the group
    target:    value of the index before chance: what the draw of pupils adds comes on top, as in real units
    index:     "dissimilarity", "eps2", "variance_ratio", "theil_h", "gini", "mutual_information", "hutchens",
               "isolation"
    mechanism: "rank" pupils sort themselves with noise; "tilt" odds rise from unit to unit; "dirichlet" uneven without
               an order, units drawn anew each time; "random" chance alone, without a target
    totals:    "fixed" the group is as large in every draw; "free" its size varies too
    Returns members [draw, unit], numbers of pupils, and expected [unit], the shares that they vary about.
    The same seed gives the same draws. Raises ScenarioError where the target cannot be reached, and says what can.
    """
    if totals not in ("fixed", "free"):
        raise ValueError(f"totals = '{totals}' ('fixed' or 'free')")
    sizes = [int(n) for n in pupils]
    if any(n < 0 or n > 100_000_000 for n in sizes):
        raise ValueError("pupils: whole numbers of 1 or more are wanted")
    if draws < 0 or draws > 2**32 - 1:
        raise ValueError(f"draws = {draws} (1 to 4294967295)")
    return Compositions(*_likvard.draw_compositions(sizes, float(share), float(target), index, mechanism, totals == "fixed",
                                                    int(draws), int(seed)))


def allocate(units: Any, model: "Union[str, Path, Sequence[Union[str, Path]]]" = "proportional",
             share: Union[None, float, Sequence[float]] = None, *, pupils: Optional[str] = None, need: Optional[str] = None,
             need_as: Optional[str] = None, unit: Optional[str] = None, before: Optional[str] = None,
             groups: Optional[Mapping[str, str]] = None, municipality: Optional[str] = None, budget: Optional[float] = None,
             per_pupil: Optional[float] = None, set: Optional[Mapping[str, Any]] = None) -> Allocation:
    """What each of your own units gets under allocation models. As `likvard allocate`.

    units:     a DataFrame, a dict of columns, or the path of a CSV file or of Skolverket's export of pupils per grade
    model:     "proportional", "threshold", "concentration", "ramp", "power", "quadratic", "bands", "label", or a file as
               in scenarios/models; or several
    share:     of the budget given out by need, 0 to 1; or several. Default the model's, or 0.1
    pupils, need, unit, before: columns: pupils, the need measure, units' names, SEK per pupil last year. Default: by
               their usual names
    need_as:   "share", "percent", "count" or "index", where the numbers leave it open
    groups:    {name: column} for further indices or groups of the models
    municipality: in Skolverket's export
    budget, per_pupil: SEK in all, or per pupil; default the national cost
    set:       {"policy.proportional.largest_loss": 0.02}: changes of the models
    Returns an Allocation: sek_per_pupil [policy, unit], policies, answer, to_pandas().
    Raises ScenarioError, FileError.
    """
    if budget is not None and per_pupil is not None:
        raise TypeError("budget or per_pupil, not both")
    for name, value in (("budget", budget), ("per_pupil", per_pupil)):
        if value is not None and not 0 < value < float("inf"):
            raise ValueError(f"{name} = {value} (more than 0)")
    shares = numbers(share)
    if any(not 0 <= w <= 1 for w in shares):
        raise ValueError(f"share = {share} (0 to 1)")
    if need_as not in (None, "share", "percent", "count", "index"):
        raise ValueError(f"need_as = '{need_as}' ('share', 'percent', 'count' or 'index')")
    at = _likvard.UnitQuestion()
    at.unit, at.pupils, at.need, at.before = unit or "", pupils or "", need or "", before or ""
    at.need_as, at.municipality = need_as or "", municipality or ""
    at.groups = [f"{name}={column}" for name, column in (groups or {}).items()]
    table = None
    if isinstance(units, (str, os.PathLike)):
        at.file = os.fspath(units)
    else:
        table = table_of(units, "units")
        at.unit = at.unit or _names(table[0], units)
    question = _likvard.AllocationQuestion()
    question.units, question.models, question.shares, question.settings = at, texts(model), shares, settings_of(set)
    question.budget_sek, question.per_pupil_sek = budget, per_pupil
    return Allocation(_likvard.allocate(question, table))


def _names(columns: "List[str]", units: Any) -> str:
    """A named index names the units; else the reader looks for a column of texts."""
    return columns[0] if getattr(units, "index", None) is not None and units.index.dtype == object else ""
