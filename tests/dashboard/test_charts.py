"""Figures from frames: empty, one row, many; every text is the reader's, names from extracts do no harm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from plotly.colors import find_intermediate_color, hex_to_rgb

from dashboard import charts
from dashboard.charts import evaluation, grade_history, ranks
from dashboard.charts import grades as grade_charts
from dashboard.charts import spread as charts_spread
from dashboard.charts import time as charts_time
from dashboard.charts.look import Look
from dashboard.charts.panels import rate_panels, small_multiples
from dashboard.theme import DARK, LIGHT, Theme, theme_of
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from tests.dashboard.chart_rules import is_without_target

HOSTILE = '<b>x</b><a href="https://evil.example">y</a>'


def look(language: str = "zh", theme: Theme = LIGHT) -> Look:
    t = Translator(language)
    return Look(t, Format(t), theme)


def months(count: int) -> pd.DataFrame:
    yms = [(2023 + i // 12) * 100 + i % 12 + 1 for i in range(count)]
    return pd.DataFrame(
        {
            "ym": yms,
            "rcvbl_ym": yms,
            "key": ["1"] * count,
            "name": [HOSTILE] * count,
            "rate": [0.9 + 0.001 * i for i in range(count)],
            "before": [np.nan] * count,
            "a": [10**8] * count,
            "b": [-(10**7)] * count,
        }
    )


def buckets(amounts: list[int]) -> pd.DataFrame:
    total = sum(amounts) or float("nan")
    return pd.DataFrame(
        {"amount": amounts, "share": [a / total for a in amounts], "customers": 1, "bills": 2}
    )


FAN = pd.DataFrame(
    {"ym": [202601, 202612], "actual": [0.9, np.nan], "expected": [0.9, 0.99], "low": [np.nan, 0.97]}
).assign(high=[np.nan, 1.0], target=0.995)
CURVE = pd.DataFrame({"series": ["this_year", "last_year"], "day": [0, 0], "rate": [0.1, 0.2]})
STEPS = pd.DataFrame({"name": [HOSTILE], "amount": [5], "kind": ["absolute"]})
ROLL = pd.DataFrame({"from_bucket": ["x"], "to_bucket": ["y"], "rate": [0.2], "amount": [20]})
LORENZ = pd.DataFrame({"customers_share": [0.0, 1.0], "amount_share": [0.0, 1.0]})


def every_figure(which: Look, rows: int) -> dict[str, go.Figure]:
    frame = months(rows)
    cells = frame.assign(bucket_no=0, amount=100, age=0)
    return {
        "trend": charts.rate_trend(frame, which, {"rate": "r"}, title="t", last_year="before", target=0.995),
        "ranking": ranks.ranking(frame, which, "rate", title="t", target=0.95, mark="before"),
        "ranking_money": ranks.ranking(frame, which, "a", title="t", money=True),
        "multiples": small_multiples(frame, which, "rate", title="t", target=0.995, last_year="before"),
        "heat_map": charts_time.heat_map(frame, which, "rate", title="t", target=0.995),
        "stacked": charts_time.stacked_by_month(frame, which, {"a": "a", "b": "b"}, title="t", x="ym"),
        "triangle": charts_time.triangle(cells, which, title="t", target=0.995),
        "curve": charts_time.recovery_curve(CURVE.head(rows), which, {"this_year": "x", "last_year": "y"}),
        "fan": charts_time.forecast_fan(FAN.head(rows), which, title="t"),
        "buckets": charts_spread.bucket_bars(buckets([1, 2]), which, ["x", "y"], title="t"),
        "stack": charts_spread.stacked_buckets(
            cells, which, ["x", "y"], rows=[("1", HOSTILE)] if rows else [], title="t"
        ),
        "lorenz": charts_spread.lorenz(LORENZ, which),
        "roll": charts_spread.roll_matrix(ROLL, which, [("x", "X")], [("y", "Y")]),
        "bridge": charts_spread.bridge(STEPS.head(rows), which, title="t"),
    }


@pytest.mark.parametrize("rows", [0, 1, 2, 30])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_form_draws_empty_one_and_many_rows(rows: int, language: str) -> None:
    for name, figure in every_figure(look(language), rows).items():
        text = figure.to_json()
        assert "NaN" not in text, name
        assert "⟦" not in text, name


def test_a_forecast_begins_where_what_is_known_ends() -> None:
    path = pd.DataFrame(
        {
            "ym": [202610, 202611, 202612],
            "actual": [0.8, 0.9, np.nan],
            "expected": [np.nan, np.nan, 0.99],
            "low": [np.nan, np.nan, 0.97],
            "high": [np.nan, np.nan, 1.0],
            "target": 0.995,
        }
    )
    low, high, expected, actual, _ = charts_time.forecast_fan(path, look("en"), title="t").data
    assert [list(low.x), list(low.y), list(high.y)] == [["202611", "202612"], [90.0, 97.0], [90.0, 100.0]]
    assert list(expected.y)[1:] == [90.0, 99.0] and list(actual.y)[:2] == [80.0, 90.0]
    assert expected.hovertext[1] == "" and "99.00%" in expected.hovertext[2]


def test_names_from_extracts_carry_no_markup() -> None:
    for name, figure in every_figure(look(), 1).items():
        assert "<a href" not in json.loads(json.dumps(figure.to_json())), name


def test_a_chart_of_rates_without_its_target_is_seen() -> None:
    lines = {"rate": "r"}
    for target, lacks in ((None, True), (0.995, False)):
        figure = charts.rate_trend(months(2), look(), lines, title="t", target=target)
        assert is_without_target("trend", json.loads(figure.to_json())) is lacks


def test_a_name_is_cut_by_the_room_it_takes() -> None:
    assert charts.cut("1,627 other customers", 18) == "1,627 other customers"
    assert charts.cut("临岚" * 9, 18) == "临岚" * 9
    assert charts.cut("临岚" * 9 + "市", 18) == "临岚" * 8 + "临…"
    assert charts.cut("x" * 37, 18) == "x" * 34 + "…"


def test_both_themes_draw_and_differ() -> None:
    light, dark = (every_figure(look("zh", theme), 2)["trend"].to_json() for theme in (LIGHT, DARK))
    assert light != dark
    assert theme_of("dark") is DARK and theme_of(None) is LIGHT


def test_a_click_on_a_bar_carries_the_code_not_the_name() -> None:
    frame = pd.DataFrame({"key": ["007", "008"], "name": ["same", "same"], "rate": [0.5, 0.6]})
    bars = ranks.ranking(frame, look(), "rate", title="t").data[0]
    assert [list(c) for c in bars.customdata] == [["008"], ["007"]]
    assert len(set(bars.y)) == 2, "equal names are told apart"


def test_undefined_rates_leave_gaps() -> None:
    frame = months(3).assign(rate=[0.5, np.nan, 0.7])
    line = charts.rate_trend(frame, look(), {"rate": "r"}, title="t").data[0]
    assert list(line.y) == [50.0, None, 70.0]
    assert "—" in line.hovertext[1]


def test_buckets_and_grades_have_one_colour_each() -> None:
    for theme in (LIGHT, DARK):
        assert len({theme.bucket(i, 9) for i in range(9)}) == 9
        assert len({theme.grade(i, 5) for i in range(5)}) == 5


def luminance(colour: str) -> float:
    def channel(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4

    r, g, b = (channel(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.kind)
def test_texts_and_lines_stand_out_from_the_ground(theme: Theme) -> None:
    for text in (theme.text, theme.muted, theme.good, theme.bad):
        assert contrast(text, theme.surface) >= 4.5
    for line in (*theme.series, theme.main, theme.last_year, theme.target):
        assert contrast(line, theme.surface) >= 3


def shades(scale: Sequence[tuple[float, str]]) -> Iterator[str]:
    """Colours along a scale."""
    stops = [
        hex_to_rgb(c) if c.startswith("#") else tuple(map(float, re.findall(r"[\d.]+", c))) for _, c in scale
    ]
    for low, high in pairwise(stops):
        for step in range(11):
            found = find_intermediate_color(low, high, step / 10)
            yield "#" + "".join(f"{round(channel):02x}" for channel in found)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.kind)
def test_figures_of_a_map_are_read_on_every_shade(theme: Theme) -> None:
    frame = pd.DataFrame({"old": ["A"], "new": ["A"], "share": [1.0], "amount": [3]})
    days = (date(2025, 11, 30), date(2026, 11, 20))
    which = look(theme=theme)
    own = months(2).assign(target=0.9)
    figures = (
        *every_figure(which, 2).values(),
        charts_time.heat_map(own, which, "rate", title="t", target="target"),
        grade_history.migration(frame, which, {"A": "A"}, ["A"], days=days, money=False),
        evaluation.agreement(pd.DataFrame([[1.0, 0.5], [0.5, 1.0]]), which, ["x", "y"]),
    )
    maps = [trace for figure in figures for trace in figure.data if isinstance(trace, go.Heatmap)]
    assert len(maps) >= 6 and all(cells.texttemplate for cells in maps)
    for cells in maps:
        assert cells.textfont.color == theme.text
        for shade in shades(cells.colorscale):
            assert contrast(theme.text, shade) >= 4.5, (cells.name, shade)


def test_one_chart_of_money_has_one_unit() -> None:
    sides = {f"{s}_{c}": [1, 2] for s in ("old", "new") for c in ("households", "overdue_households")}
    money = {"old_overdue": [960_518, 8_190_000], "new_overdue": [960_518, 8_190_000]}
    frame = pd.DataFrame({"grade": ["B", "E"], **sides, **money})
    names = {"B": "B", "E": "E"}
    bars = grade_charts.distribution(frame, look(), names, ["B", "E"], tried=False).data[1]
    assert list(bars.text) == ["8.19 万元", "0.96 万元"]


def test_each_stream_of_the_flow_carries_its_number() -> None:
    frame = pd.DataFrame({"old": ["A", "A"], "new": ["B", "C"], "households": [306, 12], "overdue": [1, 2]})
    names = {k: k for k in "ABC"}
    labels = grade_charts.flow(frame, look(), (names, names), ("ABC", "ABC")).data[0].node.label
    assert list(labels) == ["A · 启用 318", "B · 试算 306", "C · 试算 12", "306", "12"]


def test_what_runs_far_below_has_a_panel_and_a_scale_of_its_own() -> None:
    frame = months(5).assign(low=0.2)
    figure = rate_panels(
        frame, look(), {"rate": "r"}, {"low": "l"}, title="t", apart_title="l", last_year="before", target=0.9
    )
    axes = {trace.name: trace.yaxis or "y" for trace in figure.data}
    assert axes["l"] == "y2"
    assert {axis for name, axis in axes.items() if name != "l"} == {"y"}
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1], "the panels overlap"
    colours = [trace.line.color for trace in figure.data]
    assert len(set(colours)) == len(colours)
    assert (
        "NaN"
        not in rate_panels(
            frame.head(0), look(), {"rate": "r"}, {"low": "l"}, title="t", apart_title="l"
        ).to_json()
    )


def in_legend(figure: go.Figure) -> list[str]:
    """What the legend explains."""
    return [trace.name for trace in figure.data if trace.name and trace.showlegend is not False]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_line_mark_and_colour_is_explained(language: str) -> None:
    which = look(language)
    keys = ("columns.target", "charts.on_target", "charts.below_target", "charts.last_year")
    said = {key: which.t(key) for key in keys}
    frame = months(3).assign(before=0.8)
    ranking = ranks.ranking(frame, which, "rate", title="t", target=0.95, mark="before")
    assert set(in_legend(ranking)) == set(said.values())
    assert in_legend(ranks.ranking(frame, which, "a", title="t", money=True)) == []
    multiples = small_multiples(frame, which, "rate", title="t", target=0.995, last_year="before")
    assert in_legend(multiples) == ["t", said["charts.last_year"], said["columns.target"]]
    unknown = small_multiples(
        frame.assign(before=float("nan")), which, "rate", title="t", target=0.995, last_year="before"
    )
    assert in_legend(unknown) == ["t", said["columns.target"]], "no line, nothing to explain"
    assert multiples.layout.yaxis.ticksuffix == "%"
    for name in ("heat_map", "triangle", "roll"):
        bar = every_figure(which, 2)[name].data[0].colorbar
        assert "%" in bar.title.text and len(bar.title.text) > 3, name


def test_months_on_an_axis_turn_only_where_they_would_touch() -> None:
    axis = charts.rate_trend(months(30), look(), {"rate": "r"}, title="t").layout.xaxis
    assert axis.tickangle is None and tuple(axis.autotickangles) == (0, -35, -90)


def over_a_year(as_of: date) -> pd.DataFrame:
    """Month ends from November to a day in March; on the assessment basis January still is the old year's."""
    ends = [date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), as_of]
    months_of = [d.year * 100 + d.month for d in ends]
    years = [2025, 2025, 2025, 2026, 2026]
    return pd.DataFrame(
        {"ym": months_of, "as_of": ends, "year": years, "rate": 0.9, "before": 0.8, "a": 10**8}
    )


def test_no_line_joins_a_year_to_the_next() -> None:
    frame = over_a_year(date(2026, 3, 31)).assign(key="1", name="x")
    which = look("en")
    trend = charts.rate_trend(frame, which, {"rate": "r"}, title="t", last_year="before", year="year")
    multiples = small_multiples(frame, which, "rate", title="t", target=0.9, last_year="before", year="year")
    panels = rate_panels(
        frame, which, {"rate": "r"}, {"before": "b"}, title="t", apart_title="b", year="year"
    )
    for figure in (trend, multiples, panels):
        lines = [line for line in figure.data if line.x and line.x[0] is not None]
        assert len(lines) == 4
        for line in lines:
            assert not {"202601", "202602"} <= set(line.x)
    names = [line.name for line in trend.data if line.showlegend is not False]
    until = which.t("charts.last_year_to", day=which.fmt.date(date(2025, 3, 31)))
    assert names == ["r", until], "one entry of the legend for all years"
    assert [line.line.color for line in panels.data] == [which.theme.series[0]] * 2 + [
        which.theme.series[1]
    ] * 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_last_year_names_the_day_it_stands_for(language: str) -> None:
    which = look(language)
    frame = over_a_year(date(2026, 3, 20)).assign(key="1", name="x")
    to, first = (which.fmt.date(d) for d in (date(2025, 3, 20), date(2024, 11, 30)))
    args: dict[str, Any] = {"title": "t", "last_year": "before"}
    drawn = (
        charts.rate_trend(frame, which, {"rate": "r"}, **args),
        small_multiples(frame, which, "rate", target=0.9, **args),
        charts_time.stacked_by_month(frame, which, {"a": "a"}, title="t", x="ym", line="a"),
    )
    for figure in drawn:
        dotted = [t for t in figure.data if isinstance(t, go.Scatter) and t.line.dash == "dot"]
        (named,) = {t.name for t in dotted if t.showlegend is not False}
        assert to in named
        (line,) = [t for t in dotted if t.hovertext]
        assert first in line.hovertext[0] and to in line.hovertext[-1]
    one_day = frame.assign(last_year_on=date(2025, 3, 20))
    line = charts.rate_trend(one_day, which, {"rate": "r"}, **args).data[-1]
    assert all(to in said for said in line.hovertext)


def test_a_part_of_a_month_is_no_month_end() -> None:
    which = look("zh")
    whole, part = (over_a_year(date(2026, 3, day)).assign(key="1", name="x") for day in (31, 20))
    line, sound = (charts.rate_trend(f, which, {"rate": "r"}, title="t").data[0] for f in (part, whole))
    assert line.marker.symbol[-2:] == ("circle", "circle-open") and sound.marker.symbol is None
    assert "2026年3月（至20日）" in line.hovertext[-1] and "至" not in sound.hovertext[-1]
    map_ = charts_time.heat_map(part, which, "rate", title="t", target=0.9, month="ym")
    assert "（至20日）" in map_.data[0].hovertext[0][-1] + map_.layout.xaxis.ticktext[-1]
    fan = charts_time.forecast_fan(FAN, which, title="t", as_of=date(2026, 1, 20))
    (known,) = [t for t in fan.data if t.name == which.t("columns.actual")]
    assert known.marker.symbol[0] == "circle-open" and "（至20日）" in known.hovertext[0]
    bars = charts_time.stacked_by_month(part, which, {"a": "a"}, title="t", x="ym")
    assert bars.data[0].marker.pattern.shape[-2:] == ("", "/")
    assert bars.layout.xaxis.ticktext[-1] == "2026年3月（至20日）"
    cells = part.assign(key=part["ym"].astype(str), bucket_no=0, amount=1)
    rows = [(key, key) for key in cells["key"]]
    day = date(2026, 3, 20)
    stack = charts_spread.stacked_buckets(cells, which, ["x"], rows=rows, title="t", upright=True, part=day)
    assert stack.data[0].marker.pattern.shape[-2:] == ("", "/")
