"""What comparing policies and asking for what matters come back with."""

import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union

import numpy as np

from . import _likvard

if TYPE_CHECKING:
    import pandas


class Comparison:
    """Which policy is best where.

    points:   a dict per point: "point", "best" (the model's name), "share", "policies" with what speaks for each. Of a
              scenario also "decided" and "replicates"; of a result "sure_at_least", since it keeps paired differences
              to per head only
    decision: regret and value of knowing by point, or None where only the choice was asked for
    measure, unit, method, delta, confidence: what was asked
    """

    def __init__(self, found: "Dict[str, Any]") -> None:
        self.title: str = found["title"]
        self.measure: str = found["measure"]
        self.unit: str = found["unit"]
        self.method: str = found["method"]
        self.delta: float = found["delta"]
        self.confidence: float = found["confidence"]
        self.points: "List[Dict[str, Any]]" = found["points"]
        self.decision: "Optional[Dict[str, Any]]" = found["decision"]
        self.failed_replicates: int = found["failed_replicates"]
        self._rows: "Optional[List[Dict[str, Any]]]" = found["rows"]

    def __repr__(self) -> str:
        return f"<likvard.Comparison of '{self.title}' by {self.measure}: {len(self.points)} points>"

    @property
    def answer(self) -> str:
        """A line per point: what is best there, and whether that is decided."""
        lines = []
        for p in self.points:
            if "decided" in p:
                sure = "decided" if p["decided"] else "not decided"
            else:
                chance = p.get("sure_at_least", p.get("sure"))
                sure = "not told apart" if chance is None or chance < 0.5 else f"{100 * chance:.1f} % sure at least"
            lines.append(f"{p['point']}: {p['best']}, {100 * p['share']:.3g} % ({sure})")
        return "\n".join(lines)

    def to_pandas(self) -> "pandas.DataFrame":
        """All numbers, in the columns of `likvard compare -o FILE.csv`."""
        import pandas

        if self._rows is not None:
            return pandas.DataFrame(self._rows)
        rows = [{"point": p["point"], "policy": q["policy"], "share": q["share"],
                 "best": int(q["policy"] == p["best"] and q["share"] == p["share"]), "behind_best": q["behind_best"],
                 "standard_error_at_most": q["standard_error_at_most"], "gain_over_others_low": q["gain_over_others_low"],
                 "gain_over_others_high": q["gain_over_others_high"], "sure_at_least": p["sure_at_least"]}
                for p in self.points for q in p["policies"]]
        return pandas.DataFrame(rows)


class Sensitivity:
    """What each factor decides of each output.

    Indices of a factor: "first" what it decides alone, "total" with all it does together with others (both of a variance
    of 1), "shapley", or by Morris "mu", "mu_star", "sigma"; "share" of levers, parameters and chance. Each with its
    standard error and interval.
    """

    def __init__(self, core: "_likvard.Sensitivity") -> None:
        self._core = core

    def __repr__(self) -> str:
        return f"<likvard.Sensitivity of '{self.title}': {len(self.factors)} factors, {self._core.runs} runs>"

    @property
    def title(self) -> str:
        return self._core.title

    @property
    def answer(self) -> str:
        """What decides, in words, as the command line prints it."""
        return self._core.answer

    @property
    def intervals(self) -> str:
        """How the intervals were made."""
        return self._core.intervals

    @property
    def factors(self) -> "List[Dict[str, Any]]":
        """A dict per factor: factor, title, key, law, role (lever, context, parameter), levels."""
        return self._core.factors

    @property
    def rows(self) -> "List[Dict[str, Any]]":
        """A dict per number: output, unit, factor, title, index, value, standard_error, low, high."""
        return self._core.rows

    @property
    def x(self) -> np.ndarray:
        """Inputs [run, factor]: a view without a copy, read-only. A category is its place among `levels`."""
        return self._core.x

    @property
    def y(self) -> "Dict[str, np.ndarray]":
        """Of each output [row, run of the row, replicate]: views without a copy. NaN: failed."""
        return self._core.y

    @property
    def failed_runs(self) -> int:
        """Runs that failed; their rows are left out."""
        return self._core.failed_runs

    def to_pandas(self) -> "pandas.DataFrame":
        """A row per output, factor and index, in the columns of `likvard sensitivity --csv`."""
        import pandas

        return pandas.DataFrame(self.rows)

    def save(self, path: "Union[str, os.PathLike[str]]") -> None:
        """Write all runs as `likvard sensitivity` does (HDF5). Raises FileError."""
        self._core.save(os.fspath(path))

    def report(self, path: "Union[str, os.PathLike[str]]") -> None:
        """Write one self-contained HTML page. Raises FileError."""
        self._core.report(os.fspath(path))
