"""The parts of the recovery page that set units side by side: ranking, multiples, heat map, clearing."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from analytics.rest import rest_of
from dashboard import targets
from dashboard.charts import time as charts_time
from dashboard.charts.panels import small_multiples
from dashboard.charts.ranks import ranking
from dashboard.links.filters import choice
from dashboard.month_parts import say_part, with_parts
from dashboard.overview.countdown import say_medians
from dashboard.page import Page
from dashboard.parts import dimension_box, drill, parent_of, people, say_rest, switch_param, widget_key
from dashboard.tables.table import offer, offer_whole, table, titles
from services.recovery import figures

DIMENSIONS = figures.DIMENSIONS
SHAPES = ("ranking", "multiples", "heatmap", "table")
BY = choice("by", DIMENSIONS)
SHAPE = choice("shape", SHAPES)
MOST_BARS, MOST_LINES, FEW_LEFT = 30, 12, 200
COLUMNS = (
    "name cy_rate last_year_rate cy_billed cy_collected month_rate hh_rate on_time_rate open overdue "
    "old_rate rate customers"
)


def compare(page: Page) -> None:
    """Units (or classes, areas, collectors ...) side by side; a click, a row or the select box goes down."""
    with page.part(page.t("recovery.compare"), page.t("recovery.compare_help")):
        left, right = st.columns([1, 2], vertical_alignment="bottom")
        with left:
            by = dimension_box(page, BY, DIMENSIONS)
        with right:
            shape = switch_param(page, SHAPE, SHAPES, page.t("recovery.shape"), "recovery.shapes")
        frame = _named(page, by, page.load(figures.comparison, by=by, parent=parent_of(page, by)))
        frame = frame[(frame["cy_billed"] != 0) | (frame["open"] != 0)]
        if frame.empty:
            return page.empty()
        _select_box(page, by, frame)
        if shape == "ranking":
            _ranking(page, by, frame)
        elif shape == "multiples":
            _multiples(page, by, frame)
        elif shape == "heatmap":
            _heat_map(page, by, frame)
        words = {"name": page.t(f"filters.dimension.{by}"), "rate": page.t("columns.combined_rate")}
        columns = titles(page, COLUMNS.split(), **words)
        row = table(
            page,
            "compare",
            frame,
            {"key": page.t("columns.key"), **columns},
            select=True,
            key=widget_key(page, f"table_compare_{by}"),
        )
        if row is not None:
            drill(page, by, str(frame.iloc[row]["key"]))
    return None


def _named(page: Page, by: str, frame: pd.DataFrame) -> pd.DataFrame:
    names = [page.name(by, str(k), n) for k, n in zip(frame["key"], frame["name"], strict=True)]
    return frame.assign(name=names).sort_values("cy_rate", ascending=False, kind="stable")


def _select_box(page: Page, by: figures.Dimension, frame: pd.DataFrame) -> None:
    names = dict(zip(frame["key"].astype(str), frame["name"], strict=True))
    chosen = st.selectbox(
        page.t("recovery.go_down"),
        list(names),
        index=None,
        format_func=names.__getitem__,
        key=widget_key(page, f"go_down_{by}"),
        placeholder=page.t("recovery.choose"),
        width=320,
    )
    if chosen:
        drill(page, by, chosen)


def _ranking(page: Page, by: figures.Dimension, frame: pd.DataFrame) -> None:
    def details(row: Any) -> list[tuple[str, str]]:
        sums = ("cy_billed", "cy_collected", "open")
        amounts = page.fmt.moneys(*(row[name] for name in sums))
        return [
            *((page.t(f"columns.{name}"), text) for name, text in zip(sums, amounts, strict=True)),
            (titles(page, ("last_year_rate",))["last_year_rate"], page.fmt.rate(row["last_year_rate"])),
        ]

    shown = frame if len(frame) <= MOST_BARS else pd.concat([frame.head(15), frame.tail(15)])
    if len(shown) < len(frame):
        st.caption(page.t("recovery.best_and_worst", shown=len(shown), all=page.fmt.count(len(frame))))
    say_rest(page, rest_of(frame, shown, "cy_billed"), page.t("columns.cy_billed"))
    figure = ranking(
        targets.with_own(page, by, shown),
        page.look,
        "cy_rate",
        title=page.t("columns.cy_rate"),
        target="target",
        mark="last_year_rate",
        details=details,
    )
    for point in page.chart(figure, f"ranking_{by}", page.t("recovery.ranking_alt"), select=True):
        if point.get("customdata"):
            drill(page, by, str(point["customdata"][0]))


def _multiples(page: Page, by: figures.Dimension, frame: pd.DataFrame) -> None:
    largest = frame.nlargest(MOST_LINES, "cy_billed")
    lines = page.load(figures.trend_by, by=by, parent=parent_of(page, by), months=13)
    lines = figures.known_alone(lines, page.store.facts.first_month)
    lines = _named(page, by, lines[lines["key"].isin(largest["key"])]).sort_values(["key", "ym"])
    if lines.empty:
        return page.empty()
    say_rest(page, rest_of(frame, largest, "cy_billed"), page.t("columns.cy_billed"))
    figure = small_multiples(
        targets.with_own(page, by, lines),
        page.look,
        "cy_rate",
        title=page.t("columns.cy_rate"),
        target="target",
        last_year="last_year_cy_rate",
        year="year",
    )
    page.chart(figure, f"multiples_{by}", page.t("recovery.multiples_alt"))
    say_part(page, lines)
    columns = "key name ym as_of month_part cy_billed cy_collected cy_rate last_year_cy_rate balance"
    offer(page, "multiples", with_parts(page, lines), titles(page, columns.split()))
    return None


def _heat_map(page: Page, by: figures.Dimension, frame: pd.DataFrame) -> None:
    cells = page.load(figures.heatmap, by=by, parent=parent_of(page, by), months=13)
    largest = frame.nlargest(MOST_BARS, "cy_billed")
    cells = cells[cells["key"].isin(largest["key"])]
    if cells.empty:
        return page.empty()
    names = [page.name(by, str(k), n) for k, n in zip(cells["key"], cells["name"], strict=True)]
    cells = cells.assign(name=names)
    say_rest(page, rest_of(frame, largest, "cy_billed"), page.t("columns.cy_billed"))
    aimed = targets.with_own(page, by, cells)
    figure = charts_time.heat_map(aimed, page.look, "rate", title=page.t("columns.rate"), target="target")
    page.chart(figure, f"heatmap_{by}", page.t("recovery.heatmap_alt"))
    say_part(page, cells.sort_values("rcvbl_ym"))
    columns = "key name rcvbl_ym month_part billed collected rate open"
    offer(page, "heatmap", with_parts(page, cells), titles(page, columns.split()))
    return None


def cleared(page: Page) -> None:
    """结零 by unit, and the customers that are not."""
    t = page.t
    with page.part(t("recovery.cleared"), t("recovery.cleared_help")):
        by = dimension_box(page, BY, DIMENSIONS)
        frame = page.load(figures.cleared_by, by=by, parent=parent_of(page, by))
        if frame.empty:
            return page.empty()
        names = [page.name(by, str(k), n) for k, n in zip(frame["key"], frame["name"], strict=True)]
        frame = frame.assign(name=names)
        columns = (
            "name open customers cleared year_cleared expected_open low_open high_open last_year_open "
            "old_open old_customers bills"
        )
        row = table(
            page,
            "cleared_by",
            frame,
            {"key": t("columns.key"), **titles(page, columns.split(), name=t(f"filters.dimension.{by}"))},
            select=True,
            key=widget_key(page, f"table_cleared_{by}"),
        )
        say_medians(page, frame)
        if row is not None:
            drill(page, by, str(frame.iloc[row]["key"]))
    _not_cleared(page)
    return None


def _not_cleared(page: Page) -> None:
    t, fmt, rules = page.t, page.fmt, page.policy.recovery
    with page.part(t("recovery.not_cleared"), t("recovery.not_cleared_help")):
        customers, amount = page.load(figures.not_cleared_total)
        if not customers:
            return page.empty(t("overview.is_cleared"))

        def whole() -> pd.DataFrame:
            return people(page, figures.not_cleared(page.store.db, page.scope, rules, limit=None))

        first = people(page, page.load(figures.not_cleared, limit=FEW_LEFT))
        said = {"customers": fmt.count(customers), "amount": fmt.money(amount), "few": fmt.count(len(first))}
        st.markdown(t("recovery.not_cleared_total", **said))
        wide = "cons_no name org_name class open old_open bills collector first_month last_month"
        columns = titles(page, f"{wide} oldest_due tg_no".split())
        row = table(
            page, "not_cleared", first, columns, files=False, select=True, is_whole=customers <= len(first)
        )
        offer_whole(page, "not_cleared", customers, whole, columns)
        if row is not None:
            page.open_customer(str(first["cons_no"].iloc[row]))
    return None
