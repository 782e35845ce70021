"""The other way round: how many households each grade may hold, and the cut-offs solved from that."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from analytics.credit_policy import CreditRules
from analytics.cutoffs import Range
from analytics.errors import RefusedError
from dashboard.grades import choice as chosen
from dashboard.page import Page
from dashboard.parts import switch_param
from dashboard.what_if import bench
from dashboard.words.credit_terms import grade_name
from services.credit import demand as asked_for

MARGIN = 0.02
Pairs = list[tuple[float, float]]


def show(page: Page, new: bench.Side, model: str) -> None:
    """From–to per grade; on pressing, cut-offs that fit, or the sentence with what is possible."""
    t = page.t
    unit = switch_param(page, chosen.UNIT, ("share", "number"), t("grades.unit"), "grades.units")
    held = asked_for.households(new.grades[model], len(new.keys))
    if not sum(held):
        page.empty(t("grades.nobody"))
        return
    pairs = _asked(page, model, len(held)) or _around(held, unit)
    st.caption(t("grades.demand_help", total=page.fmt.count(sum(held))))
    with st.form(f"demand_{model}_{unit}", border=True):
        given = [
            _pair(page, grade_name(page.t, new.credit, key), pair, unit, f"{model}_{key}")
            for key, pair in zip(new.keys, pairs, strict=True)
        ]
        pressed = st.form_submit_button(t("grades.solve"), type="primary")
    if not pressed:
        return
    page.put(chosen.WANT, write(model, given))
    try:
        _solve(page, new, model, given, unit)
    except RefusedError as refusal:
        st.warning(t.error(refusal))
        return
    st.rerun()


def _pair(page: Page, label: str, pair: tuple[float, float], unit: str, key: str) -> tuple[float, float]:
    t, whole = page.t, unit == "number"
    most = None if whole else 100.0
    left, right = st.columns(2, gap="small")
    step = 1.0 if whole else 0.5
    form = "%.0f" if whole else "%.1f"
    low = left.number_input(
        t("grades.from", grade=label), 0.0, most, pair[0], step, format=form, key=f"low_{key}_{unit}"
    )
    high = right.number_input(
        t("grades.to", grade=label), 0.0, most, pair[1], step, format=form, key=f"high_{key}_{unit}"
    )
    return float(low), float(high)


def _solve(page: Page, new: bench.Side, model: str, pairs: Pairs, unit: str) -> None:
    at = new.models.index(model)
    scale = 100.0 if unit == "share" else 1.0
    ranges = [Range(low / scale, high / scale, unit) for low, high in pairs]
    solution = asked_for.solved(new.given.parts[at], ranges, new.limits[at])

    def cut(credit: CreditRules) -> CreditRules:
        models = tuple(replace(m, cutoffs=solution.cutoffs) if m.key == model else m for m in credit.models)
        return replace(credit, models=models)

    chosen.change_credit(page, cut)


def _around(held: list[int], unit: str) -> Pairs:
    """A little below and above what the grades hold now."""
    total = sum(held)
    if unit == "number":
        return [(float(int(n * (1 - MARGIN * 5))), float(int(n * (1 + MARGIN * 5) + 1))) for n in held]
    shares = [n / total for n in held]
    pairs = [(max(0.0, s - MARGIN), min(1.0, s + MARGIN)) for s in shares]
    return [(round(low * 100, 1), round(high * 100, 1)) for low, high in pairs]


def write(model: str, pairs: Pairs) -> str:
    """The demand as the link holds it."""
    return f"{model}." + "_".join(f"{low:g}-{high:g}" for low, high in pairs)


def read(text: str) -> tuple[str, Pairs] | None:
    """The class and the ranges of a link; None for what is none."""
    model, dot, rest = text.partition(".")
    try:
        pairs = [(float(low), float(high)) for low, high in (p.split("-") for p in rest.split("_"))]
    except ValueError:
        return None
    good = dot and all(0 <= low <= high < 1e9 for low, high in pairs)
    return (model, pairs) if good else None


def _asked(page: Page, model: str, grades: int) -> Pairs | None:
    wanted = read(page.get(chosen.WANT))
    if wanted is None or wanted[0] != model or len(wanted[1]) != grades:
        return None
    if page.get(chosen.UNIT) == "share" and any(high > 100 for _, high in wanted[1]):
        return None
    return wanted[1]
