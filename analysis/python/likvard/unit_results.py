"""What comes back of one's own units: their segregation, and their money."""

from typing import TYPE_CHECKING, Any, Dict, List, Optional

import numpy as np

from . import _likvard

if TYPE_CHECKING:
    import pandas


class Segregation:
    """Indices of one's own units: `rows`, a dict per group and index; `answer`, what they say in words.

    Of each index: value; by_chance, its expectation when the same pupils are dealt to the same units at random, and
    sd_by_chance; z; systematic, free of chance, with its interval from low to high; largest that sizes and members allow.
    """

    def __init__(self, found: "dict[str, Any]") -> None:
        self.rows: "list[dict[str, Any]]" = found["rows"]
        self.answer: str = found["answer"]
        self.level: float = found["level"]
        self.between_districts: Optional[float] = found["between_districts"]

    def __repr__(self) -> str:
        return f"<likvard.Segregation: {self.answer}>"

    def to_pandas(self) -> "pandas.DataFrame":
        """A row per group and index."""
        import pandas

        return pandas.DataFrame(self.rows)


class Allocation:
    """What allocation models give each unit.

    Arrays are [policy, unit]: views without a copy, read-only. Policies are in `policies`, units in `units`.
    """

    def __init__(self, core: _likvard.Allocation) -> None:
        self._core = core

    def __repr__(self) -> str:
        return f"<likvard.Allocation: {len(self.policies)} policies, {len(self.units)} units, {self.per_pupil_sek:.0f} SEK per pupil>"

    @property
    def sek_per_pupil(self) -> np.ndarray:
        """Money per pupil, SEK."""
        return self._core.sek_per_pupil

    @property
    def money(self) -> np.ndarray:
        """The same over the budget per pupil: 1 is per head."""
        return self._core.money

    @property
    def need_money(self) -> np.ndarray:
        """The part of `money` that is given by need."""
        return self._core.need_money

    @property
    def units(self) -> "List[str]":
        """Names."""
        return self._core.units

    @property
    def pupils(self) -> np.ndarray:
        """[unit] number of pupils."""
        return self._core.pupils

    @property
    def need(self) -> np.ndarray:
        """[unit] need as the table has it (a share, or an index)."""
        return self._core.need

    @property
    def need_relative(self) -> np.ndarray:
        """[unit] need over the pupils' mean: 1 is the mean."""
        return self._core.need_relative

    @property
    def per_pupil_sek(self) -> float:
        """The whole budget over all pupils."""
        return self._core.per_pupil_sek

    @property
    def notes(self) -> "List[str]":
        """How the table was read."""
        return self._core.notes

    @property
    def policies(self) -> "List[Dict[str, Any]]":
        """A dict per policy: policy, policy_title, share_given of the budget, share_moved between units and
        share_moved_by_chance (what would move if pupils were dealt at random; None where that has no closed form),
        money_gap_sek (what a pupil in need gets more than another), units_bound by a floor or cap, per_head_fallback,
        and text, what it does in a sentence."""
        return self._core.policies

    @property
    def answer(self) -> str:
        """What each policy moves, a sentence each."""
        return "\n".join(p["text"] for p in self.policies)

    def to_pandas(self) -> "pandas.DataFrame":
        """A row per policy and unit, in the columns of `likvard allocate -o FILE.csv`."""
        import pandas

        M, S = self.sek_per_pupil.shape
        policy, unit = (i.ravel() for i in np.indices((M, S)))
        n, sek, per_head = self.pupils[unit].astype(float), self.sek_per_pupil.ravel(), self.per_pupil_sek
        of = {key: np.array([p[key] for p in self.policies])[policy] for key in ("policy", "policy_title", "share_given")}
        data: "Dict[str, Any]" = {
            "unit": np.array(self.units, dtype=object)[unit], "pupils": self.pupils[unit], "need": self.need[unit],
            "need_relative": self.need_relative[unit], **of, "sek_per_pupil": sek, "sek_total": sek * n,
            "need_sek_per_pupil": self.need_money.ravel() * per_head, "per_head_sek_per_pupil": np.full(M * S, per_head),
            "change_sek_per_pupil": sek - per_head, "change_percent": 100 * (self.money.ravel() - 1),
            "change_sek_total": (sek - per_head) * n}
        before = self._core.before_sek_per_pupil
        if before is not None:
            data["before_sek_per_pupil"] = before[unit]
            with np.errstate(divide="ignore", invalid="ignore"):
                data["change_against_before_percent"] = np.where(before[unit] > 0, 100 * (sek / before[unit] - 1), np.nan)
        return pandas.DataFrame(data)
