"""Tables: what kind each column is, its heading, and how it is written; drawn, and offered for download."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from analytics.calendar import year_before
from dashboard.downloads import BigList, download_big, downloads
from dashboard.format import NOTHING, Format, MoneyUnit, decimals_beside, short_of
from dashboard.literal import literal
from dashboard.made_once import made_once
from dashboard.opening import Order, rows_that_open
from dashboard.widths import wide_enough
from services.files.adding_up import adding
from services.files.exports import columns_of

if TYPE_CHECKING:
    from dashboard.page import Page

MONEY_WORDS = """
billed collected cy_billed cy_collected old_billed old_collected month_billed month_collected due_billed
due_collected open overdue balance amount old_open last_year_open expected_open last_year_balance written_off
of_current_year of_old_debt late after_cutoff set_off credit in_transit recovered_after last_year_collected
base cured missing target_amount low_open high_open came
old_balance new_balance old_overdue new_overdue billed_then billed_now collected_then collected_now
amount_then amount_now amount_change amount_without balance_then balance_now balance_change overdue_then
overdue_now overdue_change past_months_then past_months_now past_months_change
"""
RATE_WORDS = """
rate cy_rate old_rate combined_rate month_rate hh_rate on_time_rate last_year_rate last_year_cy_rate share
customer_rate customers_share amount_share expected low high actual target gap value then_value
rate_then rate_now all_paid_chance
rate_without current_year_then current_year_now combined_then combined_now old_debt_then old_debt_now
month_then month_now household_months_then household_months_now on_time_then on_time_now
"""
POINT_WORDS = """
rate_change rate_effect weight_effect current_year_change combined_change old_debt_change month_change
household_months_change on_time_change target_gap
"""
MONEY = frozenset(MONEY_WORDS.split())
RATES = frozenset(RATE_WORDS.split())
POINTS = frozenset(POINT_WORDS.split())
MONTHS = frozenset(("ym", "rcvbl_ym", "event_ym", "first_month", "last_month"))
TEXTS = frozenset(("key", "cons_no", "org_no", "tg_no", "collector", "bill_no"))
MOMENTS = frozenset(("at",))
SIGNED = frozenset(["rise"])
"""Numbers of places, written with their sign; none is a word."""
AIMED = frozenset(("value", "target"))
"""A rate and what it is held to, written with decimals that tell where it is missed."""
PINNED = frozenset(("rank", "key", "cons_no", "masked_name", "name"))
MOST_SEEN = 12
"""Columns that are in sight before a reader asks for more."""
SHADES = {
    "good": "background-color: rgba(46, 160, 67, .16)",
    "bad": "background-color: rgba(214, 69, 65, .14)",
}
OF_LAST_YEARS_DAY = frozenset(("last_year_rate", "last_year_open", "last_year_customers"))
FLAGS = frozenset(["cleared", "year_cleared", "is_in_band"])


def titles(page: Page, columns: Sequence[str], **special: str) -> dict[str, str]:
    """The headings of columns, in order; `special` replaces some. What is of a day last year names it."""
    day = page.fmt.date(year_before(page.scope.as_of))
    return {
        c: special.get(c)
        or (
            page.t("comparison.column", what=page.t(f"columns.{c}"), day=day)
            if c in OF_LAST_YEARS_DAY
            else page.t(f"columns.{c}")
        )
        for c in columns
    }


def offer(
    page: Page, name: str, frame: pd.DataFrame, columns: Mapping[str, str], filters: tuple[str, ...] = ()
) -> None:
    """The downloads of a frame, with the kinds of its columns filled in; `filters` beside the page's own."""
    here = [c for c in columns if c in frame]
    points = [c for c in here if c in POINTS]
    frame = frame.assign(**{c: (frame[c].astype(float) * 100).round(6) for c in points})
    columns = {**columns, **{c: page.fmt.in_points(columns[c]) for c in points}}
    downloads(
        page,
        name,
        frame,
        {c: columns[c] for c in here},
        money=tuple(c for c in here if c in MONEY),
        rates=tuple(c for c in here if c in RATES),
        points=tuple(points),
        months=tuple(c for c in here if c in MONTHS),
        texts=tuple(c for c in here if c in TEXTS),
        times=tuple(c for c in here if c in MOMENTS),
        title=page.t(f"tables.{name}"),
        filters=filters,
    )


def offer_whole(
    page: Page,
    name: str,
    rows: int,
    read: Callable[[], pd.DataFrame],
    first: pd.DataFrame,
    columns: Mapping[str, str],
) -> None:
    """The downloads of a list whose `first` rows a page shows; all are read when a file is made."""
    named: dict[str, Any] = {"money": MONEY, "rates": RATES, "months": MONTHS, "texts": TEXTS}
    kinds = {kind: tuple(c for c in columns if c in words) for kind, words in named.items()}
    heads = {c: page.fmt.in_yuan(h) if c in kinds["money"] else h for c, h in columns.items()}
    kinds["adds"] = adding(name, columns)
    made = columns_of(heads, frame=first, yes_no=page.yes_no, **kinds)
    whole = BigList(made, read, rows, (name, str(rows)))
    download_big(page, name, whole, title=page.t(f"tables.{name}"))


def table(
    page: Page,
    name: str,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    *,
    select: bool = False,
    key: str | None = None,
    height: int | None = None,
    files: bool = True,
    shades: Sequence[str] = (),
    order: Order | None = None,
    is_whole: bool = True,
    seen: int = MOST_SEEN,
    helps: Mapping[str, str] | None = None,
) -> int | None:
    """Draw a scrolling table with its downloads (`files`); `select`: the number of the row opened, if any.

    `shades` has a key of `SHADES`, or nothing, for each row. Of a list whose first rows these are, `order`
    sorts all by a click on a heading; where that cannot be (not `is_whole`) a heading sorts nothing.
    Only the first `seen` columns are in sight until a reader asks for the others; the file has all.
    `helps` has a sentence for some headings.
    """
    here = {c: title for c, title in columns.items() if c in frame}
    short = {c: page.fmt.t.or_code(f"short.{c}", w) for c, w in here.items()}
    shown, config = _written(page.fmt, frame, short)
    config = fitted(config, seen, here)
    config = config | {c: config[c] | {"help": said} for c, said in (helps or {}).items() if c in config}
    given: dict[str, Any] = {"height": height} if height else {}
    drawn = _shaded(shown, shades) if any(shades) else shown
    key, alt = key or f"table_{name}", page.t(f"tables.{name}")
    row: int | None = None
    if select:
        given |= {"order": order, "is_whole": is_whole, "alt": alt}
        row = rows_that_open(page.t, drawn, config, key, **given).row
    else:
        st.dataframe(
            drawn,
            hide_index=True,
            column_config=wide_enough(drawn, config),
            placeholder=NOTHING,
            key=key,
            alt=alt,
            **given,
        )
    if files:
        offer(page, name, frame, here)
    return row if row is not None and row < len(frame) else None


def fitted(config: Mapping[str, Any], seen: int, titles: Mapping[str, str]) -> dict[str, Any]:
    """The columns as they fit a screen: the first ones stay in sight, short headings tell the whole one."""
    return {
        column: {
            **one,
            "pinned": column in PINNED,
            "hidden": place >= seen,
            "help": None if titles.get(column, "") in one["label"] else literal(titles[column]),
        }
        for place, (column, one) in enumerate(config.items())
    }


def _shaded(shown: pd.DataFrame, shades: Sequence[str]) -> Any:
    return shown.style.apply(lambda row: [SHADES.get(shades[row.name], "")] * len(row), axis=1)


def small_table(page: Page, frame: pd.DataFrame, columns: Mapping[str, str], name: str = "") -> None:
    """Draw a short table as text: read by everybody, no canvas. Two with the same headings need names."""
    here = {c: title for c, title in columns.items() if c in frame}
    shown = _as_text(page.fmt, frame, here)
    text_table(shown, len(shown.columns) - 1, name)


def text_table(frame: pd.DataFrame, figures: int, name: str = "") -> None:
    """Draw texts as a table; its last columns, so many, are figures and stand on the right (`page.css`)."""
    with st.container(key=f"figures{figures}_{zlib.crc32(repr([name, *frame]).encode())}"):
        st.table(literal_cells(frame), hide_index=True, border="horizontal")


def literal_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts for `st.table`, which reads its headings and cells as Markdown."""
    return frame.map(lambda cell: literal(str(cell))).rename(columns=literal)


@made_once
def _as_text(fmt: Format, frame: pd.DataFrame, columns: Mapping[str, str]) -> pd.DataFrame:
    unit = money_unit(fmt, frame, columns)
    return pd.DataFrame(
        {
            _heading(fmt, c, title, unit): [write(fmt, c, v, _of_column(unit, c, frame[c])) for v in frame[c]]
            for c, title in columns.items()
        }
    )


def money_unit(fmt: Format, frame: pd.DataFrame, columns: Iterable[str]) -> MoneyUnit:
    """The one unit of a table's amounts, so that columns can be compared; lists of customers are in yuan."""
    columns = tuple(columns)
    if "cons_no" in columns:
        return fmt.unit(None)
    return fmt.common_unit(frame[c].dropna().unique() for c in columns if c in MONEY)


def _of_column(unit: MoneyUnit, column: str, values: Any) -> MoneyUnit:
    """The table's unit with the decimals that a column of amounts needs."""
    return unit.tells(values.dropna().unique()) if column in MONEY else unit


def _heading(fmt: Format, column: str, title: str, unit: MoneyUnit) -> str:
    if column in MONEY:
        return fmt.with_unit(title, unit.word.strip())
    return fmt.with_unit(title, "%") if column in RATES else title


def write(fmt: Format, column: str, value: Any, unit: MoneyUnit | None = None) -> str:
    """One value as its column is written; amounts and rates without the unit that their heading names."""
    if column in MONEY:
        return fmt.amount(value, unit or fmt.unit(value))
    if column in RATES:
        return fmt.rate(value).rstrip("%")
    if column in MONTHS:
        return fmt.month(value)
    if column in FLAGS:
        return NOTHING if pd.isna(value) else fmt.t("common.yes" if value else "common.no")
    if column in MOMENTS and not pd.isna(value):
        return fmt.clock(value)
    if hasattr(value, "year"):
        return fmt.date(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and column not in TEXTS:
        return fmt.count(value)
    unknown = value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value))
    return NOTHING if unknown else str(value)


def _beside_targets(frame: pd.DataFrame, columns: Mapping[str, str]) -> tuple[pd.DataFrame, int]:
    """The frame with its rates as they are written beside their targets, and the decimals of both columns."""
    if not columns.keys() >= AIMED:
        return frame, 2
    decimals = decimals_beside(frame["value"], frame["target"])
    pairs = zip(frame["value"], frame["target"], strict=True)
    told = [short_of(value, target, decimals) for value, target in pairs]
    return frame.assign(value=pd.Series(told, frame.index, dtype=float)), decimals


@made_once
def _written(
    fmt: Format, frame: pd.DataFrame, columns: Mapping[str, str]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Numbers stay numbers, so that a reader can sort: money in one unit per table, rates in percent."""
    frame, rates = _beside_targets(frame.reset_index(drop=True), columns)
    shown: dict[str, Any] = {}
    config: dict[str, Any] = {}
    unit = money_unit(fmt, frame, columns)
    for column, title in columns.items():
        values, heading = frame[column], _heading(fmt, column, title, unit)
        if column in MONEY:
            shown[column] = values.astype("Float64") / unit.fen
            decimals = _of_column(unit, column, values).decimals
            config[column] = st.column_config.NumberColumn(heading, format=f"%,.{decimals}f")
        elif column in RATES:
            decimals = rates if column in AIMED else 2
            shown[column] = values.astype(float) * 100
            config[column] = st.column_config.NumberColumn(heading, format=f"%.{decimals}f")
        elif column in POINTS:
            shown[column] = (values.astype(float) * 100).round(3) + 0.0
            config[column] = st.column_config.NumberColumn(fmt.in_points(title), format="%+.3f")
        elif column in SIGNED:
            shown[column] = [fmt.places(v) for v in values]
            config[column] = st.column_config.TextColumn(title, alignment="right")
        elif pd.api.types.is_numeric_dtype(values) and column not in MONTHS | TEXTS | FLAGS:
            shown[column] = values
            config[column] = st.column_config.NumberColumn(title, format="%,d")
        else:
            shown[column] = [write(fmt, column, v) for v in values]
            config[column] = st.column_config.TextColumn(title)
    return pd.DataFrame(shown, index=range(len(frame))), config
