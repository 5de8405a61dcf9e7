"""What a study comes back with."""

import os
from typing import TYPE_CHECKING, Any, Optional, Sequence, Union

import numpy as np

from . import _likvard

if TYPE_CHECKING:
    import pandas
    import xarray


class Result:
    """The result of a study.

    Arrays are [point, policy, measure]: views of the result's own memory, without a copy, read-only. The names of
    their rows are in `points`, `policies` and `measures`. Policy 0 is per head, what differences are taken to,
    replicate by replicate. A standard error is the simulation's own and falls with more replicates.
    """

    def __init__(self, core: _likvard.Result) -> None:
        self._core = core

    def __repr__(self) -> str:
        return f"<likvard.Result '{self.title}': {len(self.points)} points, {len(self.policies)} policies, {len(self.measures)} measures>"

    @property
    def value(self) -> np.ndarray:
        """Means over replicates."""
        return self._core.value

    @property
    def standard_error(self) -> np.ndarray:
        """Monte Carlo standard errors of `value`."""
        return self._core.standard_error

    @property
    def variance(self) -> np.ndarray:
        """Variances over replicates."""
        return self._core.variance

    @property
    def difference(self) -> np.ndarray:
        """Paired differences to per head."""
        return self._core.difference

    @property
    def difference_standard_error(self) -> np.ndarray:
        """Monte Carlo standard errors of `difference`."""
        return self._core.difference_standard_error

    @property
    def difference_variance(self) -> np.ndarray:
        """Variances of the paired differences over replicates."""
        return self._core.difference_variance

    @property
    def quantiles(self) -> Optional[np.ndarray]:
        """[level, point, policy, measure] over replicates, at `quantile_levels`; None where none were asked for."""
        return self._core.quantiles

    @property
    def difference_quantiles(self) -> Optional[np.ndarray]:
        """The same of the paired differences."""
        return self._core.difference_quantiles

    @property
    def quantile_levels(self) -> "list[float]":
        return self._core.quantile_levels

    @property
    def points(self) -> "list[dict[str, Any]]":
        """A dict per point: name, place on each axis, pupils, units, municipalities it stands for, replicates."""
        return [{k: v for k, v in p.items() if k != "half_width"} for p in self._core.points]

    @property
    def policies(self) -> "list[dict[str, Any]]":
        """A dict per policy: policy, policy_title, share."""
        return self._core.policies

    @property
    def measures(self) -> "list[dict[str, Any]]":
        """A dict per measure: measure, title, unit, better, description."""
        return self._core.measures

    @property
    def title(self) -> str:
        return self._core.title

    @property
    def question(self) -> str:
        return self._core.question

    @property
    def answer(self) -> str:
        """The answer in words, as the command line prints it."""
        return self._core.answer

    @property
    def questions(self) -> "list[dict[str, Any]]":
        """The fifteen questions of municipalities, answered: a dict each with number, question and answer (both {"en": …,
        "sv": …}), simulated (False: the answer says what to add to the scenario) and the numbers it rests on."""
        return self._core.questions

    @property
    def scenario(self) -> str:
        """The scenario file as run."""
        return self._core.scenario

    @property
    def seed(self) -> int:
        return self._core.seed

    @property
    def complete(self) -> bool:
        """False for the result of an interrupted run."""
        return self._core.complete

    @property
    def failed_replicates(self) -> int:
        """Replicates that failed and were left out."""
        return self._core.failed_replicates

    def to_pandas(self, measures: Optional[Sequence[str]] = None) -> "pandas.DataFrame":
        """Tidy: a row per point, policy and measure, in the columns of `likvard export`.

        measures: keys of those wanted; default all. Raises ScenarioError for an unknown one.
        """
        import pandas

        keys = [m["measure"] for m in self.measures]
        for name in measures or []:
            if name not in keys:
                raise _likvard.ScenarioError(f"no measure '{name}' in this result")
        at = [keys.index(name) for name in measures] if measures is not None else list(range(len(keys)))
        points, policies = self._core.points, self.policies
        G, M, K = len(points), len(policies), len(at)
        point, policy, measure = (i.ravel() for i in np.indices((G, M, K)))

        def column(rows: Any, key: str, which: np.ndarray) -> np.ndarray:
            values = [row[key] for row in rows]
            return np.array(values, dtype=object if any(isinstance(v, str) or v is None for v in values) else None)[which]

        data: "dict[str, Any]" = {"point": column(points, "point", point)}
        for axis in self._core.axes:
            data[axis] = column(points, axis, point)
        for key in ("pupils", "units", "municipalities", "replicates"):
            data[key] = column(points, key, point)
        for key in ("policy", "policy_title", "share"):
            data[key] = column(policies, key, policy)
        chosen = [self.measures[k] for k in at]
        data["measure"], data["unit"] = column(chosen, "measure", measure), column(chosen, "unit", measure)
        t = column(points, "half_width", point)
        for name, mean, error, low, high in (
                ("mean", self.value, self.standard_error, "low95", "high95"),
                ("difference", self.difference, self.difference_standard_error, "difference_low95", "difference_high95")):
            x, se = mean[:, :, at].ravel(), error[:, :, at].ravel()
            data[name] = x
            data["standard_error" if name == "mean" else "difference_standard_error"] = se
            data[low], data[high] = x - t * se, x + t * se
            if name == "mean":
                data["variance"] = self.variance[:, :, at].ravel()
        quantiles, difference_quantiles = self.quantiles, self.difference_quantiles
        if quantiles is not None and difference_quantiles is not None:
            for q, level in enumerate(self.quantile_levels):
                data[f"quantile_{level:g}"] = quantiles[q][:, :, at].ravel()
                data[f"difference_quantile_{level:g}"] = difference_quantiles[q][:, :, at].ravel()
        return pandas.DataFrame(data)

    def to_xarray(self) -> "xarray.Dataset":
        """The arrays with their names, dimensions point, policy (numbered, since a model has several shares) and measure."""
        try:
            import xarray
        except ImportError as why:
            raise ImportError("Result.to_xarray needs xarray (Debian: python3-xarray); to_pandas does without") from why
        dims = ("point", "policy", "measure")
        arrays: "dict[str, Any]" = {name: (dims, getattr(self, name)) for name in (
            "value", "standard_error", "variance", "difference", "difference_standard_error", "difference_variance")}
        if self.quantiles is not None:
            arrays["quantile"] = (("level", *dims), self.quantiles)
            arrays["difference_quantile"] = (("level", *dims), self.difference_quantiles)
        coords: "dict[str, Any]" = {"point": [p["point"] for p in self.points],
                                    "measure": [m["measure"] for m in self.measures],
                                    "unit": ("measure", [m["unit"] for m in self.measures]),
                                    "policy_name": ("policy", [p["policy"] for p in self.policies]),
                                    "share": ("policy", [p["share"] for p in self.policies])}
        for axis in self._core.axes:
            coords[axis] = ("point", [p[axis] for p in self.points])
        if self.quantiles is not None:
            coords["level"] = self.quantile_levels
        return xarray.Dataset(arrays, coords, {"title": self.title, "seed": self.seed})

    def save(self, path: "Union[str, os.PathLike[str]]") -> None:
        """Write the result as `likvard run` does (HDF5): the whole file or, on an error, nothing. Raises FileError."""
        self._core.save(os.fspath(path))

    def report(self, path: "Union[str, os.PathLike[str]]") -> None:
        """Write the result as one self-contained HTML page. Raises FileError."""
        self._core.report(os.fspath(path))
