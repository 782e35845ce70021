"""Every form of chart, told to draw nothing, one row, and what is not known; the list is held complete."""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator
from datetime import date

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard import charts
from dashboard.charts import (
    change,
    credit,
    customer,
    evaluation,
    grade_history,
    grades,
    panels,
    ranks,
    shades,
    spread,
    time,
)
from dashboard.charts.drawn import is_empty
from dashboard.charts.look import Look
from tests.dashboard.chart_rules import broken_rules
from tests.dashboard.test_charts import look

Cut = Callable[[pd.DataFrame], pd.DataFrame]
NAMES = {"A": "A", "B": "B", "": "none"}
KEYS = ("A", "B")


def rows(**columns: object) -> pd.DataFrame:
    base = {
        "ym": [202512, 202601],
        "rcvbl_ym": [202512, 202601],
        "key": ["1", "2"],
        "name": ["one", "two"],
        "item": ["one", "two"],
        "grade": ["A", "B"],
        "old": ["A", "B"],
        "new": ["B", "A"],
        "rate": [0.97, 0.999],
        "before": [0.96, 0.98],
        "amount": [5.0e6, 7.0e6],
    }
    return pd.DataFrame({**base, **columns})


def nothing(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.head(0)


def one(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.head(1)


def unknown(frame: pd.DataFrame) -> pd.DataFrame:
    numbers = [c for c in frame.select_dtypes("float").columns if c not in ("bucket_no", "age", "day")]
    return frame.assign(**dict.fromkeys(numbers, np.nan))


def bars(cut: Cut) -> list[credit.Bar]:
    frame = cut(rows(gained=[3.0, 4.0]))
    return [
        credit.Bar(str(r["name"]), "5", r["gained"], r["gained"], (r["gained"], r["gained"]))
        for r in frame.to_dict("records")
    ]


def score_history(which: Look, cut: Cut) -> go.Figure:
    frame = cut(rows(score=[60.0, 70.0]))
    days = [date(2026, 1, 31)] * len(frame)
    at = [0] * len(frame)
    return credit.score_history(days, list(frame["score"]), at, KEYS, [50.0], which, "t")


def curves(which: Look, cut: Cut) -> go.Figure:
    frame = cut(rows(x=[1.0, 2.0]))
    x = frame["x"].to_numpy(dtype=float)
    return evaluation.memberships(x, np.column_stack([x, x]), KEYS, None, which, title="t")


def distribution(which: Look, cut: Cut) -> go.Figure:
    sides = {
        f"{s}_{c}": [2.0, 3.0]
        for s in ("old", "new")
        for c in ("households", "overdue_households", "overdue")
    }
    return grades.distribution(cut(rows(**sides)), which, NAMES, KEYS, tried=True)


def buckets(which: Look, cut: Cut) -> go.Figure:
    frame = cut(rows(share=[0.4, 0.6], customers=[1.0, 2.0], bills=[1.0, 2.0]))
    return spread.bucket_bars(frame, which, ["x", "y"][: len(frame)], title="t")


def stacked_buckets(which: Look, cut: Cut) -> go.Figure:
    frame = cut(rows(bucket_no=[0, 1]))
    named = [(str(k), str(k)) for k in frame["key"]]
    return spread.stacked_buckets(frame, which, ["x", "y"], rows=named, title="t")


def bridge(which: Look, cut: Cut) -> go.Figure:
    steps = pd.DataFrame({"name": ["a", "b"], "amount": [9e9, 1e7], "kind": ["absolute", "relative"]})
    return spread.bridge(cut(steps), which, title="t")


def agreement(which: Look, cut: Cut) -> go.Figure:
    square = cut(pd.DataFrame({"a": [1.0, 0.5], "b": [0.5, 1.0]}))
    return evaluation.agreement(square.iloc[:, : len(square)], which, ["x", "y"][: len(square)])


def fan(which: Look, cut: Cut) -> go.Figure:
    frame = cut(
        rows(actual=[0.9, np.nan], expected=[0.9, 0.99], low=[0.9, 0.97], high=[0.9, 1.0], target=0.995)
    )
    return time.forecast_fan(frame, which, title="t")


def open_over_time(which: Look, cut: Cut) -> go.Figure:
    frame = rows(day=pd.to_datetime(["2026-01-01", "2026-02-01"]), open=[5.0, 6.0], overdue=[1.0, 2.0])
    return customer.open_over_time(cut(frame), which)


def waterfall(which: Look, cut: Cut) -> go.Figure:
    frame = cut(rows(change=[0.01, 0.02]))
    known = frame["change"].notna().any()
    ends = change.Ends(0.95, 0.98, "a", "b") if known else change.Ends(np.nan, np.nan, "a", "b")
    return change.waterfall(frame, ends, which, title="t", money=False, good=1)


FORMS: dict[str, Callable[[Look, Cut], go.Figure]] = {
    "rate_trend": lambda w, c: charts.rate_trend(
        c(rows()), w, {"rate": "r"}, title="t", last_year="before", target=0.995
    ),
    "change.waterfall": waterfall,
    "ranks.ranking": lambda w, c: ranks.ranking(c(rows()), w, "rate", title="t", target=0.9, mark="before"),
    "panels.rate_panels": lambda w, c: panels.rate_panels(
        c(rows()), w, {"rate": "r"}, {"before": "b"}, title="t", apart_title="a", target=0.9
    ),
    "panels.small_multiples": lambda w, c: panels.small_multiples(
        c(rows()), w, "rate", title="t", target=0.995, last_year="before"
    ),
    "time.heat_map": lambda w, c: time.heat_map(c(rows()), w, "rate", title="t", target=0.995),
    "time.recovery_curve": lambda w, c: time.recovery_curve(
        c(rows(series=["x", "y"], day=[0, 1])), w, {"x": "x", "y": "y"}
    ),
    "time.stacked_by_month": lambda w, c: time.stacked_by_month(
        c(rows()), w, {"amount": "a"}, title="t", x="ym", line="amount"
    ),
    "time.forecast_fan": fan,
    "time.triangle": lambda w, c: time.triangle(c(rows(age=[0, 1])), w, title="t", target=0.995),
    "spread.bucket_bars": buckets,
    "spread.stacked_buckets": stacked_buckets,
    "spread.lorenz": lambda w, c: spread.lorenz(
        c(rows(customers_share=[0.0, 1.0], amount_share=[0.0, 1.0])), w
    ),
    "spread.roll_matrix": lambda w, c: spread.roll_matrix(
        c(rows(from_bucket=["x", "x"], to_bucket=["x", "y"])), w, [("x", "X")], [("x", "X"), ("y", "Y")]
    ),
    "spread.bridge": bridge,
    "credit.points": lambda w, c: credit.points(bars(c), w, "gained", "lost"),
    "credit.memberships": lambda w, c: credit.memberships(bars(c), w, KEYS),
    "credit.score_history": score_history,
    "customer.open_over_time": open_over_time,
    "evaluation.weight_bars": lambda w, c: evaluation.weight_bars(c(rows()), w, {"rate": "r", "before": "b"}),
    "evaluation.weight_ranges": lambda w, c: evaluation.weight_ranges(
        c(rows(weight=[0.2, 0.3], low=[0.1, 0.2], high=[0.3, 0.4], moved_rank=[0.1, 0.2])), w
    ),
    "evaluation.memberships": curves,
    "evaluation.operator_bars": lambda w, c: evaluation.operator_bars(
        square := c(pd.DataFrame({"a": [0.4, 0.5], "b": [0.6, 0.5]})), w, ["x", "y"][: len(square)], KEYS
    ),
    "evaluation.agreement": agreement,
    "evaluation.before_and_after": lambda w, c: evaluation.before_and_after(
        c(rows(old_households=[3.0, 4.0], new_households=[4.0, 3.0])), w
    ),
    "evaluation.fitted_bars": lambda w, c: evaluation.fitted_bars(
        c(rows(now=[0.2, 0.8], fitted=[0.3, 0.7])), w, {"adopted": "a", "tried": "b"}
    ),
    "grades.distribution": distribution,
    "grades.flow": lambda w, c: grades.flow(
        c(rows(households=[3.0, 4.0], overdue=[1.0, 2.0])), w, (NAMES, NAMES), (KEYS, KEYS)
    ),
    "grade_history.migration": lambda w, c: grade_history.migration(
        c(rows(share=[0.2, 0.8])), w, NAMES, KEYS, days=(date(2025, 11, 30), date(2026, 11, 20)), money=False
    ),
    "grade_history.share_trend": lambda w, c: grade_history.share_trend(
        c(rows(share=[0.2, 0.8], households=[1.0, 4.0])), w, NAMES, KEYS
    ),
    "grade_history.rates_by_grade": lambda w, c: grade_history.rates_by_grade(
        c(rows(customers=[5, 6], bad=[1, 2], low=[0.1, 0.2], high=[0.9, 1.0])), w, NAMES, KEYS
    ),
}
"""Every public function under dashboard/charts that gives a figure, and a call of it on rows that are cut."""


def functions_that_draw() -> Iterator[str]:
    for found in pkgutil.iter_modules(charts.__path__, "dashboard.charts."):
        module = importlib.import_module(found.name)
        yield from _drawing(module, found.name.rpartition(".")[2] + ".")
    yield from _drawing(charts, "")


def _drawing(module: object, prefix: str) -> Iterator[str]:
    for name, made in inspect.getmembers(module, inspect.isfunction):
        own = made.__module__ == module.__name__  # type: ignore[attr-defined]
        if own and not name.startswith("_") and made.__annotations__.get("return") == "go.Figure":
            yield prefix + name


def test_every_form_is_in_the_list() -> None:
    assert set(functions_that_draw()) == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_what_draws_nothing_is_known_as_empty_and_one_row_draws(form: str) -> None:
    for cut in (nothing, unknown):
        figure = FORMS[form](look(), cut)
        assert is_empty(figure), f"{form}, {cut.__name__}: axes with nothing between them"
        assert "NaN" not in figure.to_json()
    drawn = FORMS[form](look(), one)
    assert not is_empty(drawn)


@pytest.mark.parametrize("form", FORMS)
def test_bars_begin_at_zero_and_carry_their_figure_at_the_end(form: str) -> None:
    for cut in (one, lambda frame: frame):
        assert not broken_rules(json.loads(FORMS[form](look(), cut).to_json()))


def test_small_multiples_have_one_scale_one_decimal_and_the_target() -> None:
    frame = pd.concat(
        [rows(key=[str(k)] * 2, name=[str(k)] * 2, rate=[0.5 + k / 10, 0.99]) for k in range(5)]
    )
    figure = json.loads(panels.small_multiples(frame, look(), "rate", title="t", target=0.995).to_json())
    axes = [axis for name, axis in figure["layout"].items() if name.startswith("yaxis")]
    assert len({tuple(axis["range"]) for axis in axes}) == 1 and {axis["tickformat"] for axis in axes} == {
        ",.1f"
    }
    levels = [shape for shape in figure["layout"]["shapes"] if shape["y0"] == shape["y1"] == 99.5]
    assert len(levels) == 5


def test_units_with_targets_of_their_own_are_held_to_these() -> None:
    """A unit at 96 % is above its own target of 95 and another at 98 % below its own of 99."""
    held = rows(rate=[0.96, 0.98], aim=[0.95, 0.99], before=np.nan)
    drawn = json.loads(ranks.ranking(held, look(), "rate", title="t", target="aim").to_json())
    ticks, dots = drawn["data"][:2]
    assert ticks["x"] == [99.0, 95.0] and not drawn["layout"].get("shapes")
    assert dots["marker"]["color"] == [look().theme.second, look().theme.main]
    panels_of_two = json.loads(
        panels.small_multiples(held, look(), "rate", title="t", target="aim").to_json()
    )
    assert [s["y0"] for s in panels_of_two["layout"]["shapes"]] == [95.0, 99.0]
    map_ = time.heat_map(held, look(), "rate", title="t", target="aim").data[0]
    gaps = [v for row in map_.z for v in row if v is not None]
    assert gaps == pytest.approx([1.0, -1.0]) and [t for row in map_.text for t in row if t] == [
        "96.0",
        "98.0",
    ]
    at_target = -map_.zmin / (map_.zmax - map_.zmin)
    assert map_.colorscale[2][0] == pytest.approx(at_target), "the colours part where each reaches its own"
    alike = held.assign(aim=0.97)
    for draw in (ranks.ranking, panels.small_multiples, time.heat_map):
        own, of_all = (draw(alike, look(), "rate", title="t", target=t) for t in ("aim", 0.97))
        assert own.to_json() == of_all.to_json(), "one target for all is drawn as one"


def test_a_map_parts_its_colours_at_the_target_and_writes_a_tenth_of_a_point() -> None:
    cells = pd.DataFrame({"rcvbl_ym": 202601, "age": [0, 1, 2], "rate": [0.30, 0.994, 0.9961]})
    for target in (0.995, 0.9, 1.0):
        drawn = time.triangle(cells, look(), title="t", target=target).data[0]
        at = (target * 100 - drawn.zmin) / (drawn.zmax - drawn.zmin)
        assert drawn.colorscale[2][0] == pytest.approx(at)
        assert drawn.colorscale[2][1] == look().theme.scale[2]
        assert list(drawn.text[0]) == ["30.0", "99.4", "99.6"]
        assert drawn.zmin >= target * 100 - shades.REACH, "one low cell hides the others"
