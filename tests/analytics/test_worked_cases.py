"""The 37 published worked cases, each recomputed through the analytics layer."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from analytics import ahp, fuzzy, membership, validation, weights
from analytics.evaluation import score
from analytics.grading import max_membership
from analytics.membership import Knots
from tests.missing import missing

Case = dict[str, Any]

_GIVEN = os.environ.get("DENGTA_SHARED")
_FILE = (
    (Path(_GIVEN) if _GIVEN else Path(__file__).resolve().parents[3] / "shared")
    / "data"
    / "worked_cases.json"
)
_CASES: list[Case] = json.loads(_FILE.read_text(encoding="utf-8")) if _FILE.is_file() else []


def _check(case: Case, name: str, value: Any) -> None:
    """Against the print to its tolerance, and against the recomputation to its last digit."""
    for book, tolerance in (
        ("expected", case["tolerance"]),
        ("recomputed", 5e-6 if name == "scores_x100" else 1e-6),
    ):
        if name in case.get(book, {}):
            want = case[book][name]
            if isinstance(want, str):
                assert value == want
            else:
                assert_allclose(value, want, rtol=0, atol=max(tolerance, 1e-9), err_msg=f"{book} {name}")


def _fce(case: Case) -> None:
    if "x" in case:
        rows = [
            membership.memberships([x], Knots("triangle", tuple(k)))[0]
            for x, k in zip(case["x"], case["knots"], strict=True)
        ]
        _check(case, "R", np.array(rows))
        r: Any = np.array(rows)
    else:
        r = case.get("R")
    b = np.array(case["B"]) if r is None else fuzzy.compose(case["weights"], r, case["operator"])
    if case.get("normalize"):
        b = b / b.sum()
    _check(case, "B", b)
    if b.ndim == 1:
        top = int(max_membership(b[None, :])[0][0])
        if "scores" in case:
            _check(case, "score", float(score(b, case["scores"])))
            _check(case, "score_max_membership", case["scores"][top])
        if "grade" in case["expected"]:
            _check(case, "grade", case["grades"][top])


def _ahp(case: Case) -> None:
    if "criteria" in case:
        _hierarchy(case)
        return
    reciprocal = case["id"] != "ahp_job_criteria"
    index: Any = {len(case["matrix"]): case["RI"]} if "RI" in case else "saaty1980"
    result = ahp.weights(case["matrix"], case["method"], index, check=reciprocal)
    _check(case, "weights", result.weights)
    _check(case, "lambda_max", result.lambda_max)
    _check(case, "CI", result.ci)
    _check(case, "CR", result.cr)
    if case.get("RI_table") in ahp.RANDOM_INDEX:
        named = ahp.weights(case["matrix"], case["method"], case["RI_table"], check=reciprocal)
        assert named.cr == pytest.approx(result.cr) and named.ri == case["RI"]


def _hierarchy(case: Case) -> None:
    criteria = ahp.weights(case["criteria"])
    alternatives = [ahp.weights(a) for a in case["alternatives"]]
    total = fuzzy.compose(criteria.weights, np.stack([a.weights for a in alternatives]))
    _check(case, "global_weights", total)
    assert criteria.weights[:2] == pytest.approx(
        list(case["expected"]["criteria_weights"].values()), abs=case["tolerance"]
    )
    found = [r.cr for r in (criteria, *alternatives)]
    assert found == pytest.approx(case["recomputed"]["CR_saaty1980"], abs=6e-6)


def _entropy(case: Case) -> None:
    if "entropy_given" in case:
        _check(case, "weights", weights.from_entropy(case["entropy_given"]))
        return
    x = np.array(case["X"], dtype=float)
    if case["id"] == "entropy_water_quality":
        plain, x = _water(x, 0.0), _water(x, case["epsilon"])
        assert_allclose(weights.entropy(plain, "++++"), case["recomputed"]["plain"], atol=1e-6)
        found = weights.entropy(x, "++++")
        _check(case, "scores_x100", 100 * x @ found)
    elif "directions" in case:
        found = weights.entropy(x, case["directions"], epsilon=case["epsilon"])
        turned = 0.002 + 0.996 * (x - x.min(0)) / np.ptp(x, axis=0)
        turned[:, 1] = 1 - turned[:, 1]
        _check(case, "scores_x100", 100 * turned @ found)
    else:
        found = weights.entropy(x, "++++")
    _check(case, "weights", found)


def _water(x: Any, epsilon: float) -> Any:
    """The book's own treatment of the four columns, two of them best inside a range."""
    oxygen, acid, germs, nutrient = x.T
    far = np.abs(acid - 7)
    outside = np.maximum(np.maximum(10 - nutrient, nutrient - 20), 0)
    unit = np.column_stack(
        [
            (oxygen - oxygen.min()) / np.ptp(oxygen),
            1 - far / far.max(),
            (germs.max() - germs) / np.ptp(germs),
            1 - outside / outside.max(),
        ]
    )
    stretched = epsilon + (1 - 2 * epsilon) * unit
    clipped = np.where(unit == 0, epsilon, np.where(unit == 1, 1 - epsilon, unit))
    return np.column_stack([stretched[:, 0], clipped[:, 1], stretched[:, 2], clipped[:, 3]])


def _combine(case: Case) -> None:
    method = "geometric" if case["method"] == "geometric" else "linear"
    found = weights.combine(case["subjective"], case["objective"], method, case.get("alpha", 0.5))
    _check(case, "weights", found)


def _membership(case: Case) -> None:
    name, params, x = case["function"], case.get("params"), np.atleast_1d(case["x"])
    if name == "knots_gauss":
        mu = [membership.curve("gaussmf", x, [p, case["sigma"]])[0] for p in case["params"]]
        family = membership.memberships(x, Knots("gaussian", tuple(params), case["sigma"]))[0]
        assert_allclose(family, np.array(mu) / sum(mu), atol=1e-12)
    elif name == "interval_frequency":
        mu = membership.interval_frequency(x, case["intervals"])
    elif name == "gauss2mf_s1c1s2c2":
        s1, c1, s2, c2 = params
        mu = membership.curve("gauss2mf", x, [c1, s1, c2, s2])
    else:
        mu = membership.curve(name, x, params)
    _check(case, "mu", mu)


def _metric(case: Case) -> None:
    random = np.random.RandomState(1)
    found, bad = random.rand(500), random.randint(2, size=500)
    _check(case, "value", validation.ks(found, bad))


_BY_KIND: dict[str, Callable[[Case], None]] = {
    "fce": _fce,
    "ahp": _ahp,
    "entropy": _entropy,
    "combine": _combine,
    "membership": _membership,
    "metric": _metric,
}


@pytest.mark.parametrize("case", _CASES, ids=lambda c: c["id"])
def test_published_case(case: Case) -> None:
    _BY_KIND[case["kind"]](case)


def test_all_cases_are_there() -> None:
    if not _CASES:
        missing(f"no worked cases at {_FILE}: set DENGTA_SHARED")
    assert len({c["id"] for c in _CASES}) == 37
