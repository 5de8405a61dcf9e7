"""What can be asked of a scenario: run, read, compare, sensitivity."""

import os
from typing import Any, Mapping, Optional, Sequence, Union

from . import _likvard
from .decisions import Comparison, Sensitivity
from .inputs import Path, Source, check_threads, numbers, read_in, settings_of, shown, table_of, texts
from .result import Result
from .toml import toml_document


def read_scenario(source: Source, *, set: Optional[Mapping[str, Any]] = None, seed: Optional[int] = None) -> _likvard.Scenario:
    """Read and check a scenario: a file's path, or a dict with the keys of the file (`likvard keys` lists them).

    set:  values in place of the scenario's, {"run.replicates": 1024}
    seed: in place of the scenario's
    Raises ScenarioError with everything that is wrong, FileError when the file cannot be read.
    """
    return read_in(source, settings_of(set, seed))


def run(scenario: Source, *, progress: bool = True, threads: int = 0, seed: Optional[int] = None,
        set: Optional[Mapping[str, Any]] = None) -> Result:
    """Run a scenario (a path, a dict, or what read_scenario returned) and return its result.

    progress: show on standard error how far it is
    threads:  0 for all; any number gives the same bits
    Other Python threads go on meanwhile. Ctrl-C raises KeyboardInterrupt; nothing is written.
    Raises ScenarioError, FileError.
    """
    source = read_in(scenario, settings_of(set, seed))
    with shown(progress) as show:
        return Result(_likvard.run(source, check_threads(threads), show))


def read(path: Path) -> Result:
    """Read a result file (HDF5) that `likvard run` or Result.save wrote. Raises FileError."""
    return Result(_likvard.read(os.fspath(path)))


def _is_scenario(source: Any) -> bool:
    return isinstance(source, (_likvard.Scenario, Mapping)) or os.fspath(source).endswith(".toml")


def compare(source: Union[Source, Result], *, measure: Optional[str] = None, policies: Union[None, str, Sequence[str]] = None,
            shares: Union[None, float, Sequence[float]] = None, method: Optional[str] = None, delta: Optional[float] = None,
            confidence: Optional[float] = None, budget: Optional[int] = None, choose_only: bool = False, progress: bool = True,
            threads: int = 0, seed: Optional[int] = None, set: Optional[Mapping[str, Any]] = None) -> Comparison:
    """Which policy is best where, how sure, and what knowing more would be worth. As `likvard compare`.

    source:      a scenario (path, dict or Scenario): runs until the choice is decided. Or a result (Result or its
                 path): what it already says, without a run
    measure:     that decides; default the scenario's
    policies:    models compared; default all
    shares:      weighting shares compared; default of each model the nearest to the answer's
    confidence:  probability of a right choice; default 0.95
    Of a scenario alone:
    method:      "kn" the best, all meeting the same luck; "gsp" one within delta of the best, for very many policies;
                 "rinott" the best, in two stages; "ocba" the budget where it helps most, without promise
    delta:       smallest difference that matters, in the measure's unit
    budget:      replicates per point at most, each policy's counted
    choose_only: no regret, value of knowing or Pareto front
    Returns a Comparison: answer, points, decision, to_pandas().
    Raises ScenarioError, FileError. Ctrl-C raises KeyboardInterrupt.
    """
    asked = {"measure": measure, "method": method, "delta": delta, "confidence": confidence, "budget": budget}
    if not isinstance(source, Result) and _is_scenario(source):
        wanted = dict(set or {})
        wanted.update({f"compare.{key}": value for key, value in asked.items() if value is not None})
        if policies is not None:
            wanted["compare.policies"] = texts(policies)
        if shares is not None:
            wanted["compare.shares"] = numbers(shares)
        scenario = read_in(source, settings_of(wanted, seed))
        with shown(progress) as show:
            return Comparison(_likvard.compare_scenario(scenario, check_threads(threads), choose_only, show))
    if method or delta or budget or set or choose_only or seed is not None:
        raise ValueError("method, delta, budget, seed, set and choose_only run replicates: they go with a scenario, not with a result")
    result = source if isinstance(source, Result) else read(source)  # type: ignore[arg-type]
    name = "result" if isinstance(source, Result) else os.fspath(source)  # type: ignore[arg-type]
    return Comparison(_likvard.compare_result(result._core, name, measure, texts(policies), numbers(shares), confidence))


def sensitivity(source: Union[Source, Result, None] = None, *, design: Any = None, outputs: Any = None,
                measures: Union[None, str, Sequence[str]] = None, level: Optional[float] = None, simultaneous: bool = False,
                resamples: Optional[int] = None, progress: bool = True, threads: int = 0, seed: Optional[int] = None,
                set: Optional[Mapping[str, Any]] = None) -> Sensitivity:
    """Which assumption decides the answer, and how much is chance. As `likvard sensitivity`.

    source:       a scenario (path or dict; its [sensitivity] and [[factor]] say what is asked), a Result, or the path
                  of a result
    design, outputs: in place of it your own runs, whatever made them: a column per input, a column per output, row by
                  row. DataFrames, dicts of columns, or CSV files' paths
    measures:     of a result: default the answer's
    level:        of the intervals; default the scenario's, or 0.95
    simultaneous: intervals of one output hold together (Šidák)
    resamples:    intervals by so many resamples of rows (bootstrap), in place of the delta method
    Returns a Sensitivity: answer, rows, x and y (the runs), to_pandas(), save().
    Raises ScenarioError, FileError. Ctrl-C raises KeyboardInterrupt.
    """
    if level is not None and not 0.5 <= level < 1:
        raise ValueError(f"level = {level} (0.5 to below 1 is wanted)")
    if resamples is not None and not 20 <= resamples <= 100_000:
        raise ValueError(f"resamples = {resamples} (20 to 100000 is wanted)")
    asked = _likvard.SensitivityAsked()
    asked.level, asked.simultaneous, asked.resamples = level, simultaneous, resamples
    if (source is None) != (design is not None and outputs is not None):
        raise TypeError("a scenario or a result, or design with outputs, is wanted")
    settings = settings_of(set, seed)
    if source is None:
        return Sensitivity(_own_runs(design, outputs, asked))
    if isinstance(source, Result):
        return Sensitivity(_likvard.sensitivity_of_result(source._core, texts(measures), asked, "result"))
    if isinstance(source, Mapping):
        question = _likvard.parse_sensitivity(toml_document(source), settings)
    elif isinstance(source, _likvard.Scenario):
        raise TypeError("a path or a dict is wanted: a Scenario does not keep its factors")
    elif _is_scenario(source):
        question = _likvard.read_sensitivity(os.fspath(source), settings)
    else:
        path = os.fspath(source)
        if settings:
            raise ValueError(f"set and seed belong to a scenario (.toml), and {path} is a result")
        if _likvard.is_sensitivity_file(path):
            return Sensitivity(_likvard.sensitivity_of_file(path, asked))
        return Sensitivity(_likvard.sensitivity_of_result(_likvard.read(path), texts(measures), asked, path))
    with shown(progress) as show:
        return Sensitivity(_likvard.sensitivity_of_scenario(question, asked, check_threads(threads), show))


def _own_runs(design: Any, outputs: Any, asked: "_likvard.SensitivityAsked") -> "_likvard.Sensitivity":
    files = [isinstance(x, (str, os.PathLike)) for x in (design, outputs)]
    if all(files):
        return _likvard.sensitivity_of_run_files(os.fspath(design), os.fspath(outputs), asked)
    if any(files):
        raise TypeError("design and outputs: two tables or two files are wanted")
    inputs, values = table_of(design, "design")
    names, found = table_of(outputs, "outputs")
    return _likvard.sensitivity_of_runs(inputs, [list(row) for row in zip(*values)], names, [list(row) for row in zip(*found)], asked)
