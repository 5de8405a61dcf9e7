"""What can be asked: run, read, segregation."""

import os
import sys
import time
from typing import Any, Mapping, Optional, Sequence, Union

import numpy as np

from . import _likvard
from .result import Result, Segregation
from .toml import toml_document, toml_value

Source = Union[_likvard.Scenario, Mapping[str, Any], str, "os.PathLike[str]"]


class _Progress:
    """The command line's progress on standard error: one line drawn anew on a terminal, a line every 10 s elsewhere."""

    def __init__(self) -> None:
        self.terminal, self.last, self.drawn = sys.stderr.isatty(), time.monotonic(), False

    def __call__(self, bar: str, line: str) -> None:
        now = time.monotonic()
        if now - self.last < (0.1 if self.terminal else 10):
            return
        self.last, self.drawn = now, self.terminal
        sys.stderr.write(f"\r{bar}\033[K" if self.terminal else line + "\n")
        sys.stderr.flush()

    def finish(self) -> None:
        if self.drawn:
            sys.stderr.write("\r\033[K")


def read_scenario(source: Source, *, set: Optional[Mapping[str, Any]] = None, seed: Optional[int] = None) -> _likvard.Scenario:
    """Read and check a scenario: a file's path, or a dict with the keys of the file (`likvard keys` lists them).

    set:  values in place of the scenario's, {"run.replicates": 1024}
    seed: in place of the scenario's
    Raises ScenarioError with everything that is wrong, FileError when the file cannot be read.
    """
    settings = [f"{key}={toml_value(value)}" for key, value in (set or {}).items()]
    if seed is not None:
        settings.append(f"run.seed={int(seed)}")
    if isinstance(source, _likvard.Scenario):
        if settings:
            raise TypeError("set and seed go with a path or a dict: this scenario is read already")
        return source
    if isinstance(source, Mapping):
        return _likvard.parse_scenario(toml_document(source), settings)
    return _likvard.read_scenario(os.fspath(source), settings)


def run(scenario: Source, *, progress: bool = True, threads: int = 0, seed: Optional[int] = None,
        set: Optional[Mapping[str, Any]] = None) -> Result:
    """Run a scenario (a path, a dict, or what read_scenario returned) and return its result.

    progress: show on standard error how far it is
    threads:  0 for all; any number gives the same bits
    Other Python threads go on meanwhile. Ctrl-C raises KeyboardInterrupt; nothing is written.
    Raises ScenarioError, FileError.
    """
    if threads < 0:
        raise ValueError(f"threads = {threads} (0 or more)")
    read_in = read_scenario(scenario, set=set, seed=seed)
    show = _Progress() if progress else None
    try:
        return Result(_likvard.run(read_in, threads, show))
    finally:
        if show:
            show.finish()


def read(path: "Union[str, os.PathLike[str]]") -> Result:
    """Read a result file (HDF5) that `likvard run` or Result.save wrote. Raises FileError."""
    return Result(_likvard.read(os.fspath(path)))


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


def expected_under_chance(pupils: Sequence[float], members: float) -> "dict[str, float]":
    """What indices of one group against the rest are, in expectation, when chance alone deals the pupils.

    pupils:  of each unit
    members: of the group, in all units together
    Exact, all margins fixed; mutual_information in nats; variance_ratio_sd is V's standard deviation.
    """
    sizes = [float(n) for n in pupils]
    if not sizes or any(not 0 <= n < 1e9 for n in sizes) or not 0 <= members <= sum(sizes):
        raise ValueError("pupils of at least one unit, each 0 or more, and members of 0 to all of them are wanted")
    return _likvard.expected_under_chance([n for n in sizes if n > 0], float(members))
