"""Weights from pairwise judgements (analytic hierarchy process), and how consistent the judgements are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.errors import RefusedError

Array = npt.NDArray[np.float64]

RANDOM_INDEX: dict[str, tuple[float, ...]] = {
    "saaty1980": (0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    "saaty2005": (0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59),
    "alonso_lamata2006": (
        *(0.5247, 0.8816, 1.1086, 1.2479, 1.3417, 1.4057, 1.4499),
        *(1.4854, 1.5140, 1.5365, 1.5551, 1.5713, 1.5838),
    ),
}
"""Mean CI of random matrices by table, for n = 3, 4, … 15."""

METHODS = ("eigenvector", "geometric_mean", "arithmetic_mean")
SCALE = tuple(1 / k for k in range(9, 1, -1)) + tuple(float(k) for k in range(1, 10))
"""Saaty's scale, from 1/9 to 9."""

_RECIPROCAL_TOLERANCE = 1e-6


@dataclass(frozen=True)
class AhpResult:
    """Weights that sum to 1, the principal eigenvalue and the consistency figures.

    `cr` is NaN where the table of random indices does not reach the size of the matrix.
    """

    weights: Array
    lambda_max: float
    ci: float
    ri: float
    cr: float


@dataclass(frozen=True)
class Judgement:
    """The comparison (row, column) whose change to `mended` lowers CR most: from `cr` to `cr_mended`."""

    row: int
    column: int
    value: float
    mended: float
    cr: float
    cr_mended: float


def weights(
    matrix: npt.ArrayLike,
    method: str = "eigenvector",
    random_index: str | Mapping[int, float] = "saaty1980",
    check: bool = True,
) -> AhpResult:
    """Weights of an (n, n) judgement matrix: CI = (λmax − n)/(n − 1) clipped at 0, CR = CI/RI, 0 for n ≤ 2.

    `method` is one of METHODS (`arithmetic_mean`: of the normalised columns). `check` refuses a matrix that
    is not positive and reciprocal, naming the cell.
    """
    a = _square(matrix)
    if check:
        refuse_contradiction(a)
    w = _weights_by(method, a)
    n = len(a)
    lambda_max = float(np.mean(a @ w / w))
    ci = max(0.0, (lambda_max - n) / (n - 1)) if n > 1 else 0.0
    ri = _random_index(random_index, n)
    cr = 0.0 if n <= 2 else ci / ri if ri > 0 else float("nan")
    return AhpResult(w, lambda_max, ci, ri, cr)


def refuse_contradiction(matrix: npt.ArrayLike) -> None:
    """Refuse a matrix with a cell that is not positive or not its mirror's reciprocal; cells count from 1."""
    a = _square(matrix)
    for i, j in np.argwhere(~(np.isfinite(a) & (a > 0))):
        raise RefusedError("ahp_not_positive", row=int(i) + 1, column=int(j) + 1, value=float(a[i, j]))
    off = np.abs(a * a.T - 1) > _RECIPROCAL_TOLERANCE
    for i, j in np.argwhere(np.triu(off)):
        raise RefusedError(
            "ahp_not_reciprocal",
            row=int(i) + 1,
            column=int(j) + 1,
            value=float(a[i, j]),
            mirror=float(a[j, i]),
        )


def complete(matrix: npt.ArrayLike) -> Array:
    """Fill missing comparisons (NaN) by Harker's method (1987), which leaves the eigenvector as it is.

    A cell whose mirror is given takes the reciprocal. Refused when the comparisons leave items unconnected.
    """
    a = _square(matrix).copy()
    np.fill_diagonal(a, 1.0)
    mirror = np.isnan(a) & ~np.isnan(a.T)
    a[mirror] = 1 / a.T[mirror]
    missing = np.isnan(a)
    if not missing.any():
        return a
    _refuse_unconnected(~missing)
    w = _principal(_harker(a, missing))
    return np.where(missing, w[:, None] / w[None, :], a)


def worst_judgement(
    matrix: npt.ArrayLike, random_index: str | Mapping[int, float] = "saaty1980"
) -> Judgement | None:
    """The judgement that spoils consistency most, None for n ≤ 2 or CR 0: its mending lowers CR most.

    `mended` is what the other judgements imply for it, on Saaty's scale.
    """
    a = _square(matrix)
    now = weights(a, random_index=random_index).cr
    if len(a) <= 2 or not now > 1e-9:
        return None
    best: Judgement | None = None
    for i, j in zip(*np.triu_indices(len(a), 1), strict=True):
        mended = _nearest_on_scale(_implied(a, int(i), int(j)))
        cr = weights(_replaced(a, int(i), int(j), mended), random_index=random_index).cr
        if best is None or cr < best.cr_mended:
            best = Judgement(int(i), int(j), float(a[i, j]), mended, now, cr)
    return best if best is not None and best.cr_mended < now else None


def from_upper(rows: npt.ArrayLike, n: int) -> Array:
    """The reciprocal matrix of n items from its upper triangle, read row by row."""
    upper = np.asarray(rows, dtype=np.float64).ravel()
    if upper.size != n * (n - 1) // 2:
        raise RefusedError("ahp_not_square", rows=n, columns=int(upper.size))
    a = np.ones((n, n))
    a[np.triu_indices(n, 1)] = upper
    a.T[np.triu_indices(n, 1)] = 1 / upper
    return a


def judged_by(weights: npt.ArrayLike) -> Array:
    """The matrix (n, n) on Saaty's scale that comes nearest to given weights: where judging can begin."""
    w = np.maximum(np.asarray(weights, dtype=np.float64), 1e-9)
    a = np.ones((len(w), len(w)))
    for i, j in zip(*np.triu_indices(len(w), 1), strict=True):
        a[i, j] = _nearest_on_scale(float(w[i] / w[j]))
        a[j, i] = 1 / a[i, j]
    return a


def _square(matrix: npt.ArrayLike) -> Array:
    a = np.asarray(matrix, dtype=np.float64)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or a.size == 0:
        shape = (*a.shape, 0, 0)
        raise RefusedError("ahp_not_square", rows=shape[0], columns=shape[1])
    return a


def _weights_by(method: str, a: Array) -> Array:
    if method == "eigenvector":
        return _principal(a)
    if method == "geometric_mean":
        means = np.exp(np.log(a).mean(axis=1))
        return np.asarray(means / means.sum())
    if method == "arithmetic_mean":
        share = (a / a.sum(axis=0)).mean(axis=1)
        return np.asarray(share / share.sum())
    raise RefusedError("ahp_method", value=method, known=", ".join(METHODS))


def _principal(a: Array) -> Array:
    values, vectors = np.linalg.eig(a)
    vector = np.abs(np.real(vectors[:, int(np.argmax(np.real(values)))]))
    return np.asarray(vector / vector.sum())


def _random_index(table: str | Mapping[int, float], n: int) -> float:
    if isinstance(table, str):
        if table not in RANDOM_INDEX:
            raise RefusedError("ahp_random_index", value=table, known=", ".join(RANDOM_INDEX))
        listed = RANDOM_INDEX[table]
        return 0.0 if n <= 2 else listed[n - 3] if n - 3 < len(listed) else float("nan")
    return float(table.get(n, 0.0 if n <= 2 else float("nan")))


def _harker(a: Array, missing: npt.NDArray[np.bool_]) -> Array:
    b = np.where(missing, 0.0, a)
    np.fill_diagonal(b, 1.0 + missing.sum(axis=1))
    return b


def _refuse_unconnected(known: npt.NDArray[np.bool_]) -> None:
    reached = np.zeros(len(known), dtype=bool)
    reached[0] = True
    for _ in known:
        reached = reached | known[reached].any(axis=0)
    if not reached.all():
        raise RefusedError("ahp_unconnected", item=int(np.argmin(reached)) + 1)


def _implied(a: Array, i: int, j: int) -> float:
    missing = np.zeros(a.shape, dtype=bool)
    missing[i, j] = missing[j, i] = True
    w = _principal(_harker(a, missing))
    return float(w[i] / w[j])


def _nearest_on_scale(value: float) -> float:
    return min(SCALE, key=lambda s: abs(np.log(s / value)))


def _replaced(a: Array, i: int, j: int, value: float) -> Array:
    b = a.copy()
    b[i, j], b[j, i] = value, 1 / value
    return b
