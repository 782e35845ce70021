"""Tables: drawn, with their headings, and offered for download."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa
import streamlit as st
from streamlit.dataframe_util import convert_pandas_df_to_arrow_table

from analytics.calendar import year_before
from dashboard.made_once import made_once
from dashboard.tables.cells import NO_KINDS, Own, as_text, written
from dashboard.tables.downloads import BigList, Described, described, download_big, downloads
from dashboard.tables.opening import Order, rows_that_open
from dashboard.words.format import NOTHING, Format
from dashboard.words.literal import literal
from dashboard.words.widths import wide_enough
from services.files.columns import OF_LAST_YEARS_DAY, title
from services.files.exports import columns_of

if TYPE_CHECKING:
    from dashboard.page import Page

PINNED = frozenset(("rank", "key", "cons_no", "masked_name", "name"))
MOST_SEEN = 12
"""Columns that are in sight before a reader asks for more."""
SHADES = {
    "good": "background-color: rgba(46, 160, 67, .16)",
    "bad": "background-color: rgba(214, 69, 65, .14)",
}


def titles(page: Page, columns: Iterable[str], room: str = "", **special: str) -> dict[str, str]:
    """The headings of columns, in order; `room` names exceptions of its tables, `special` replaces some.

    What is of a day last year names it.
    """
    t, day = page.t.plain, page.fmt.date(year_before(page.scope.as_of))
    named = {c: special.get(c) or title(t, c, room) for c in columns}
    return {
        c: t("comparison.column", what=w, day=day) if c in OF_LAST_YEARS_DAY and c not in special else w
        for c, w in named.items()
    }


def offer(
    page: Page,
    name: str,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    filters: tuple[str, ...] = (),
    own: Own = NO_KINDS,
    known: Described | None = None,
) -> None:
    """The downloads of a frame by its name; `filters` beside the page's own; `known`: as `downloads`."""
    here = {c: title for c, title in columns.items() if c in frame}
    title = page.t(f"tables.{name}")
    downloads(page, name, frame, here, own=own, title=title, filters=filters, known=known)


def offer_whole(
    page: Page, name: str, rows: int, read: Callable[[], pd.DataFrame], columns: Mapping[str, str]
) -> None:
    """The downloads of a list whose first rows a page shows; all are read when a file is made."""
    whole = BigList(columns_of(page.t.plain, name, columns), read, rows, (name, str(rows)))
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
    own: Own = NO_KINDS,
) -> int | None:
    """Draw a scrolling table with its downloads (`files`); `select`: the number of the row opened, if any.

    `shades` has a key of `SHADES`, or nothing, for each row. Of a list whose first rows these are, `order`
    sorts all by a click on a heading; where that cannot be (not `is_whole`) a heading sorts nothing.
    Only the first `seen` columns are in sight until a reader asks for the others; the file has all.
    `helps` has a sentence for some headings; `own` are the kinds of columns that data name.
    """
    here = {c: title for c, title in columns.items() if c in frame}
    laid = _laid_out(page.fmt, name, frame, here, own, seen, helps or {}, files)
    given: dict[str, Any] = {"height": height} if height else {}
    drawn, config = _shaded(laid.shown, shades) if any(shades) else laid.in_arrow, laid.config
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
        offer(page, name, frame, here, own=own, known=laid.described)
    return row if row is not None and row < len(frame) else None


class _Laid(NamedTuple):
    """A table as it is drawn: its cells, the same as the browser is sent them, its columns; and its files."""

    shown: pd.DataFrame
    in_arrow: pa.Table
    config: dict[str, Any]
    described: Described | None


@made_once
def _laid_out(
    fmt: Format,
    name: str,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    own: Own,
    seen: int,
    helps: Mapping[str, str],
    files: bool,
) -> _Laid:
    short = {c: fmt.t.or_code(f"short.{c}", w) for c, w in columns.items()}
    shown, config = written(fmt, frame, short, own)
    config = fitted(config, seen, columns)
    config |= {c: config[c] | {"help": said} for c, said in helps.items() if c in config}
    known = described(fmt.t, name, frame, columns, own) if files else None
    return _Laid(shown, convert_pandas_df_to_arrow_table(shown), wide_enough(shown, config), known)


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


def small_table(
    page: Page, frame: pd.DataFrame, columns: Mapping[str, str], name: str = "", own: Own = NO_KINDS
) -> None:
    """Draw a short table as text: read by everybody, no canvas. Two with the same headings need names."""
    here = {c: title for c, title in columns.items() if c in frame}
    shown = as_text(page.fmt, frame, here, own)
    text_table(shown, len(shown.columns) - 1, name)


def text_table(frame: pd.DataFrame, figures: int, name: str = "") -> None:
    """Draw texts as a table; its last columns, so many, are figures and stand on the right (`page.css`)."""
    with st.container(key=f"figures{figures}_{zlib.crc32(repr([name, *frame]).encode())}"):
        st.table(literal_cells(frame), hide_index=True, border="horizontal")


@made_once
def literal_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """Texts for `st.table`, which reads its headings and cells as Markdown."""
    return frame.map(lambda cell: literal(str(cell))).rename(columns=literal)
