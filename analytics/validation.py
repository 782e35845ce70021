"""How good a grading or a probability is: discrimination, stability, calibration, a reference for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.errors import RefusedError

Array = npt.NDArray[np.float64]


def auc(score: npt.ArrayLike, bad: npt.ArrayLike) -> float:
    """P(score of a bad one > score of a good one), ties a half: `score` is a risk, so negate a credit score.

    NaN without both kinds. Never flipped by the score's size.
    """
    s, y = _paired(score, bad)
    good, ill = int((~y).sum()), int(y.sum())
    if not good or not ill:
        return float("nan")
    ranks = pd.Series(s).rank(method="average").to_numpy()
    return float((ranks[y].sum() - ill * (ill + 1) / 2) / (good * ill))


def gini(score: npt.ArrayLike, bad: npt.ArrayLike) -> float:
    """2·AUC − 1, of the same risk score."""
    return 2 * auc(score, bad) - 1


def ks(score: npt.ArrayLike, bad: npt.ArrayLike) -> float:
    """max over cut-offs of |F_bad − F_good|; NaN without both kinds."""
    s, y = _paired(score, bad)
    if y.all() or not y.any():
        return float("nan")
    order = np.argsort(s, kind="stable")
    s, y = s[order], y[order]
    last_of_tie = np.append(s[1:] != s[:-1], True)
    gap = np.abs(np.cumsum(y) / y.sum() - np.cumsum(~y) / (~y).sum())
    return float(gap[last_of_tie].max())


def psi(expected: npt.ArrayLike, actual: npt.ArrayLike) -> float:
    """Σ (a − e)·ln(a/e) over the shares of two samples' counts in the same bins; NaN where a sample is empty.

    A bin that is empty in one sample counts as half a case there; empty in both, it is left out.
    """
    e, a = np.asarray(expected, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    if e.shape != a.shape or e.ndim != 1 or (e < 0).any() or (a < 0).any():
        raise RefusedError("validation_bins", expected=list(e.shape), actual=list(a.shape))
    if not e.sum() > 0 or not a.sum() > 0:
        return float("nan")
    used = (e > 0) | (a > 0)
    e, a = np.where(e > 0, e, 0.5)[used], np.where(a > 0, a, 0.5)[used]
    e, a = e / e.sum(), a / a.sum()
    return float(((a - e) * np.log(a / e)).sum())


def migration(
    before: Sequence[object] | npt.NDArray[np.generic] | pd.Series,
    after: Sequence[object] | npt.NDArray[np.generic] | pd.Series,
    grades: Sequence[str] | None = None,
    weights: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """Share of each grade's customers (or money, by `weights`) that is in each grade later; rows sum to 1.

    Rows are the grades before, columns after; a row nobody was in is NaN; who is ungraded at either date is
    left out.
    """
    table = migration_counts(before, after, grades, weights)
    return table.div(table.sum(axis=1).where(lambda s: s > 0), axis=0)


def migration_counts(
    before: Sequence[object] | npt.NDArray[np.generic] | pd.Series,
    after: Sequence[object] | npt.NDArray[np.generic] | pd.Series,
    grades: Sequence[str] | None = None,
    weights: npt.ArrayLike | None = None,
) -> pd.DataFrame:
    """The flows behind `migration`: customers, or money by `weights`, from each grade to each."""
    first = pd.Series(np.asarray(before, dtype=object))
    second = pd.Series(np.asarray(after, dtype=object))
    if len(first) != len(second):
        raise RefusedError("validation_lengths", first=len(first), second=len(second))
    amount = pd.Series(1.0 if weights is None else np.asarray(weights, dtype=np.float64), index=first.index)
    if grades is None:
        grades = sorted({*first.dropna(), *second.dropna()})
    flows = amount.groupby([first, second]).sum().unstack()
    return flows.reindex(index=list(grades), columns=list(grades)).fillna(0.0).astype(float)


def lift(score: npt.ArrayLike, bad: npt.ArrayLike, share: float = 0.1) -> float:
    """Bad rate among the riskiest `share` over the bad rate of all; those tied at the edge count in part."""
    s, y = _paired(score, bad)
    if not y.any() or not 0 < share <= 1:
        return float("nan")
    wanted = share * len(s)
    by_score = pd.DataFrame({"s": s, "bad": y}).groupby("s")["bad"].agg(["size", "sum"])[::-1]
    before = by_score["size"].cumsum() - by_score["size"]
    part = ((wanted - before) / by_score["size"]).clip(0, 1)
    return float((part * by_score["sum"]).sum() / wanted / y.mean())


def wilson(bad: npt.ArrayLike, total: npt.ArrayLike, z: float = 1.959963984540054) -> tuple[Array, Array]:
    """Wilson's interval of a share, by default of 95 %; NaN where the total is 0."""
    k, n = np.asarray(bad, dtype=np.float64), np.asarray(total, dtype=np.float64)
    n = np.where(n > 0, n, np.nan)
    p = k / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def by_grade(
    grade: Sequence[object] | npt.NDArray[np.generic] | pd.Series, bad: npt.ArrayLike, grades: Sequence[str]
) -> pd.DataFrame:
    """`customers, bad, rate, low, high` of each grade, best grade first; `rate` is NaN in an empty grade."""
    frame = pd.DataFrame({"grade": np.asarray(grade, dtype=object), "bad": np.asarray(bad, dtype=bool)})
    sums = frame.groupby("grade")["bad"]
    table = pd.DataFrame({"customers": sums.size(), "bad": sums.sum()}).reindex(list(grades), fill_value=0)
    table["rate"] = table["bad"] / table["customers"].where(table["customers"] > 0)
    table["low"], table["high"] = wilson(table["bad"], table["customers"])
    return table


def is_monotone(rates: npt.ArrayLike) -> bool:
    """Whether the bad rate never falls from a better grade to a worse; empty grades (NaN) are passed over."""
    r = np.asarray(rates, dtype=np.float64)
    r = r[~np.isnan(r)]
    return bool((np.diff(r) >= 0).all())


@dataclass(frozen=True)
class BrierParts:
    """brier = reliability − resolution + uncertainty + within; NaN all where nothing was forecast.

    `within` is what forecasts that share a bin differ by (Stephenson, Coelho and Jolliffe 2008): 0 where each
    bin is one forecast, as in Murphy (1973).
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float = 0.0


def brier(y: npt.ArrayLike, p: npt.ArrayLike) -> float:
    """Mean of (p − y)² of probabilities `p` and what came, 0 or 1; who has no forecast (NaN) is left out.

    NaN without any. RefusedError where a probability or an outcome is none.
    """
    came, forecast = _forecasts(y, p)
    return float(((forecast - came) ** 2).mean()) if len(came) else float("nan")


def brier_parts(p: npt.ArrayLike, n: npt.ArrayLike, late: npt.ArrayLike) -> BrierParts:
    """The parts (Murphy 1973) over bins: the forecast of each, how many had it, how many of these were late.

    Counts may be money. RefusedError where the bins contradict themselves.
    """
    forecast, count, bad = (np.asarray(v, dtype=np.float64) for v in (p, n, late))
    if not forecast.shape == count.shape == bad.shape or forecast.ndim != 1:
        raise RefusedError("validation_bins", expected=list(count.shape), actual=list(bad.shape))
    if not ((count >= 0) & (bad >= 0) & (bad <= count)).all():
        raise RefusedError("validation_bin_counts")
    used = count > 0
    forecast, count, bad = forecast[used], count[used], bad[used]
    _refuse_impossible(forecast)
    if not len(count):
        return BrierParts(*[float("nan")] * 5)
    rate, base, total = bad / count, bad.sum() / count.sum(), count.sum()
    reliability = float((count * (forecast - rate) ** 2).sum() / total)
    resolution = float((count * (rate - base) ** 2).sum() / total)
    uncertainty = float(base * (1 - base))
    return BrierParts(reliability - resolution + uncertainty, reliability, resolution, uncertainty)


def brier_decomposed(y: npt.ArrayLike, p: npt.ArrayLike, bins: int | Sequence[float] = 10) -> BrierParts:
    """`brier` and its parts over the bins of `reliability_curve`."""
    curve = reliability_curve(y, p, bins)
    binned = brier_parts(curve["p"], curve["n"], curve["late"])
    whole = brier(y, p)
    return replace(binned, brier=whole, within=whole - binned.brier)


def reliability_curve(y: npt.ArrayLike, p: npt.ArrayLike, bins: int | Sequence[float] = 10) -> pd.DataFrame:
    """`p` (mean forecast), `n`, `late`, `rate`, `low`, `high` (Wilson, 95 %) of each bin, lowest first.

    `bins` are the edges between them, an edge belonging to the bin under it, or how many are made of about
    equal size; equal forecasts stay together. Bins that nobody is in are left out.
    """
    came, forecast = _forecasts(y, p)
    if isinstance(bins, int):
        if bins < 1:
            raise RefusedError("validation_edges")
        inner = np.linspace(0, 1, bins + 1)[1:-1]
        edges = np.unique(np.quantile(forecast, inner, method="inverted_cdf")) if len(forecast) else inner
    else:
        edges = np.asarray(bins, dtype=np.float64)
        if edges.ndim != 1 or np.isnan(edges).any() or not (np.diff(edges) > 0).all():
            raise RefusedError("validation_edges")
    frame = pd.DataFrame({"bin": np.searchsorted(edges, forecast, side="left"), "p": forecast, "late": came})
    curve = frame.groupby("bin").agg(p=("p", "mean"), n=("p", "size"), late=("late", "sum"))
    curve["late"] = curve["late"].astype(np.int64)
    curve = curve.reset_index(drop=True)
    curve["rate"] = curve["late"] / curve["n"]
    curve["low"], curve["high"] = wilson(curve["late"], curve["n"])
    return curve


def logistic_regression(x: npt.ArrayLike, y: npt.ArrayLike, ridge: float = 1e-3) -> Array:
    """Intercept and slopes (m + 1,) by reweighted least squares on standardised columns, slightly ridged."""
    a, target = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    centre, spread = a.mean(axis=0), a.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(a)), (a - centre) / spread])
    penalty = np.diag([0.0] + [ridge * len(a)] * a.shape[1]) + 1e-12 * np.eye(design.shape[1])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        v = p * (1 - p)
        gradient = design.T @ (target - p) - penalty @ beta
        step = np.linalg.solve(design.T @ (design * v[:, None]) + penalty, gradient)
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    slopes = beta[1:] / spread
    return np.concatenate([[beta[0] - centre @ slopes], slopes])


def logistic_risk(coefficients: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """P(bad) of each row of (n, m) under `logistic_regression`'s coefficients."""
    beta, a = np.asarray(coefficients, dtype=np.float64), np.asarray(x, dtype=np.float64)
    return np.asarray(1 / (1 + np.exp(-np.clip(beta[0] + a @ beta[1:], -30, 30))))


def _paired(score: npt.ArrayLike, bad: npt.ArrayLike) -> tuple[Array, npt.NDArray[np.bool_]]:
    s, y = np.asarray(score, dtype=np.float64), np.asarray(bad)
    if s.shape != y.shape or s.ndim != 1:
        raise RefusedError("validation_lengths", first=s.size, second=y.size)
    known = ~np.isnan(s)
    return s[known], y[known].astype(bool)


def _forecasts(y: npt.ArrayLike, p: npt.ArrayLike) -> tuple[Array, Array]:
    came, forecast = np.asarray(y, dtype=np.float64), np.asarray(p, dtype=np.float64)
    if came.shape != forecast.shape or came.ndim != 1:
        raise RefusedError("validation_lengths", first=came.size, second=forecast.size)
    known = ~np.isnan(forecast)
    came, forecast = came[known], forecast[known]
    _refuse_impossible(forecast)
    wrong = came[(came != 0) & (came != 1)]
    if len(wrong):
        raise RefusedError("validation_outcomes", value=float(wrong[0]))
    return came, forecast


def _refuse_impossible(forecast: Array) -> None:
    wrong = forecast[~((forecast >= 0) & (forecast <= 1))]
    if len(wrong):
        raise RefusedError("validation_probability", value=float(wrong[0]))
