"""Memberships of an indicator's values in the grades, from knots, through scikit-fuzzy."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import numpy.typing as npt

from analytics.errors import RefusedError

Array = npt.NDArray[np.float64]

KINDS = ("triangle", "trapezoid", "gaussian", "sigmoid")
CURVES = {
    "trimf": (3, "ordered"),
    "trapmf": (4, "ordered"),
    "pimf": (4, "ordered"),
    "smf": (2, "ordered"),
    "zmf": (2, "ordered"),
    "gaussmf": (2, "sigma"),
    "gbellmf": (3, "width"),
    "sigmf": (2, "any"),
    "gauss2mf": (4, "two"),
}


@dataclass(frozen=True)
class Knots:
    """A family of g ordered curves over one indicator, lowest values first; a row of memberships sums to 1.

    triangle: g peaks · trapezoid: 2g − 2 ends of the plateaus · gaussian: g peaks and a common `spread`
    (sigma), rows normalised, flat outside the outer peaks · sigmoid: g − 1 crossings and a common `spread`
    (1 over skfuzzy's c). All have shoulders at both ends and are monotone: a larger value never moves
    membership towards lower curves.
    """

    kind: str
    points: tuple[float, ...]
    spread: float = 0.0

    def __post_init__(self) -> None:
        p = np.asarray(self.points, dtype=np.float64)
        if self.kind not in KINDS:
            raise RefusedError("membership_kind", value=self.kind, known=", ".join(KINDS))
        if not len(p) or not np.isfinite(p).all() or self.size < 2 or self._odd:
            raise RefusedError("membership_points", kind=self.kind, value=list(self.points))
        step = np.diff(p)
        flat = step[1::2] < 0 if self.kind == "trapezoid" else np.zeros(0, dtype=bool)
        ramps = step[0::2] if self.kind == "trapezoid" else step
        if (ramps <= 0).any() or flat.any():
            raise RefusedError("membership_order", value=list(self.points))
        gap = float(step.max()) if len(step) else 0.0
        if self.kind in ("gaussian", "sigmoid") and not (np.isfinite(self.spread) and self.spread > gap / 40):
            raise RefusedError("membership_spread", value=self.spread, least=gap / 40)

    @property
    def size(self) -> int:
        """The number of curves, g."""
        n = len(self.points)
        return n // 2 + 1 if self.kind == "trapezoid" else n + 1 if self.kind == "sigmoid" else n

    @property
    def _odd(self) -> bool:
        return self.kind == "trapezoid" and len(self.points) % 2 == 1


def memberships(x: npt.ArrayLike, knots: Knots) -> Array:
    """Memberships (n, g) of values (n,), lowest curve first; NaN gives a row of NaN, ±inf the outer curve."""
    values = np.asarray(x, dtype=np.float64).ravel()
    known = ~np.isnan(values)
    rows = np.full((len(values), knots.size), np.nan)
    rows[known] = _rows(values[known], knots)
    return rows


def curve(name: str, x: npt.ArrayLike, params: npt.ArrayLike) -> Array:
    """One curve of scikit-fuzzy by its name there; missing values stay NaN, parameters are checked."""
    values, p = np.asarray(x, dtype=np.float64).ravel(), np.asarray(params, dtype=np.float64).ravel()
    if name not in CURVES or len(p) != CURVES[name][0] or np.isnan(p).any():
        raise RefusedError("membership_kind", value=name, known=", ".join(CURVES))
    _refuse_parameters(name, p)
    known = ~np.isnan(values)
    result = np.full(len(values), np.nan)
    result[known] = _drawn(name, values[known], p)
    return result


def interval_frequency(x: npt.ArrayLike, intervals: npt.ArrayLike) -> Array:
    """Membership as the share of experts whose interval [from, to] holds the value (fuzzy statistics)."""
    values = np.asarray(x, dtype=np.float64).ravel()
    ends = np.asarray(intervals, dtype=np.float64)
    if ends.ndim != 2 or ends.shape[1] != 2 or not len(ends) or not (ends[:, 0] <= ends[:, 1]).all():
        raise RefusedError("membership_intervals")
    inside = (ends[:, 0] <= values[:, None]) & (values[:, None] <= ends[:, 1])
    return np.where(np.isnan(values), np.nan, inside.mean(axis=1))


def resample(knots: Knots, grades: int) -> Knots:
    """The same family for another number of grades: its points spread evenly over the same way."""
    wanted = {"trapezoid": 2 * grades - 2, "sigmoid": grades - 1}.get(knots.kind, grades)
    have = len(knots.points)
    if wanted < 1 or have < 2 or wanted < 2:
        middle = float(np.mean(knots.points))
        return Knots(knots.kind, (middle,) * wanted, knots.spread)
    points = np.interp(np.linspace(0, have - 1, wanted), np.arange(have), knots.points)
    gap = float(np.diff(points).max())
    return Knots(knots.kind, tuple(points.tolist()), max(knots.spread, gap / 39) if knots.spread else 0.0)


def converted(knots: Knots, kind: str) -> Knots:
    """The nearest family of another kind with as many curves: peaks stay, or go where they fit."""
    if kind == knots.kind:
        return knots
    peaks = _peaks(knots)
    gaps = np.diff(peaks)
    if kind == "trapezoid":
        ends = np.column_stack([peaks[:-1] + gaps / 4, peaks[1:] - gaps / 4]).ravel()
        return Knots(kind, tuple(ends.round(6).tolist()))
    if kind == "sigmoid":
        middle = (peaks[:-1] + peaks[1:]) / 2
        spread = max(float(gaps.min()) / 8, float(np.diff(middle, prepend=middle[0]).max()) / 38)
        return Knots(kind, tuple(middle.round(6).tolist()), round(spread, 6))
    spread = round(max(float(gaps.mean()) / 2.5, float(gaps.max()) / 38), 6) if kind == "gaussian" else 0.0
    return Knots(kind, tuple(peaks.round(6).tolist()), spread)


def _peaks(knots: Knots) -> Array:
    """Where each curve is at its fullest: the middle of a plateau, half a step beyond the outer crossings."""
    p = np.asarray(knots.points, dtype=np.float64)
    if knots.kind == "trapezoid":
        return np.concatenate([p[:1], (p[1:-1:2] + p[2:-1:2]) / 2, p[-1:]])
    if knots.kind != "sigmoid":
        return p
    half = np.diff(p) / 2 if len(p) > 1 else np.array([max(3 * knots.spread, 1e-3)])
    return np.concatenate([[p[0] - half[0]], p[:-1] + half[: len(p) - 1], [p[-1] + half[-1]]])


@functools.cache
def _skfuzzy() -> ModuleType:
    """Scikit-fuzzy takes a second to import: only who draws curves pays for it."""
    import skfuzzy

    return skfuzzy  # type: ignore[no-any-return]


def _rows(x: Array, knots: Knots) -> Array:
    if not len(x):
        return np.zeros((0, knots.size))
    if knots.kind in ("triangle", "trapezoid"):
        return np.column_stack([_drawn("trapmf", x, p) for p in _plateaus(knots)])
    p = np.asarray(knots.points)
    if knots.kind == "gaussian":
        inside = np.clip(x, p[0], p[-1])
        raw = np.column_stack([_drawn("gaussmf", inside, np.array([c, knots.spread])) for c in p])
        return np.asarray(raw / raw.sum(axis=1, keepdims=True))
    above = np.column_stack(
        [_drawn("sigmf", np.clip(x, -1e300, 1e300), np.array([b, 1 / knots.spread])) for b in p]
    )
    steps = np.column_stack([np.ones(len(x)), above, np.zeros(len(x))])
    return np.asarray(steps[:, :-1] - steps[:, 1:])


def _plateaus(knots: Knots) -> list[Array]:
    """The four corners of each curve, with shoulders at both ends."""
    doubled = np.repeat(knots.points, 2)[1:-1] if knots.kind == "triangle" else np.asarray(knots.points)
    ends = np.concatenate([[-np.inf, -np.inf], doubled, [np.inf, np.inf]])
    return [ends[2 * j : 2 * j + 4] for j in range(knots.size)]


def _drawn(name: str, x: Array, p: Array) -> Array:
    """The curve at known values; infinite ones are moved far out, for scikit-fuzzy computes inf − inf."""
    finite = np.clip(x, -1e300, 1e300)
    with np.errstate(over="ignore"):
        if name in ("trimf", "trapmf"):
            return np.asarray(getattr(_skfuzzy(), name)(finite, p), dtype=np.float64)
        return np.asarray(getattr(_skfuzzy(), name)(finite, *p), dtype=np.float64)


def _refuse_parameters(name: str, p: Array) -> None:
    rule = CURVES[name][1]
    wrong = (
        (rule == "ordered" and bool((np.diff(p[np.isfinite(p)]) < 0).any()))
        or (rule == "sigma" and not p[1] > 0)
        or (rule == "width" and not p[0] > 0)
        or (rule == "two" and (p[0] > p[2] or not p[1] > 0 or not p[3] > 0))
    )
    if wrong:
        raise RefusedError("membership_order", value=p.tolist())
