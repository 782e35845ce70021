"""Tables that answer: rows that open, by mouse and by keys, and headings that sort all rows of a list.

A row opens by a click on its number or name; by its box, or Shift and space on any of its cells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.words.format import NOTHING
from dashboard.words.i18n import Translator
from dashboard.words.widths import wide_enough

OPENS = ("cons_no", "masked_name", "key", "name")
"""The columns whose cells lead to what their row is about."""
MARK = " ›"
"""What a heading ends in whose cells lead somewhere."""
DOWN, UP = " ↓", " ↑"


@dataclass(frozen=True)
class Order:
    """By which column all rows of a list are sorted, and what to do when a reader asks for another order.

    `choose` is given one of `columns` and whether it falls; the same heading again turns the order round.
    """

    column: str
    descending: bool
    columns: Collection[str]
    choose: Callable[[str, bool], None]

    def key(self, key: str) -> str:
        """A table's key in this order: in another one no heading of it is marked yet."""
        return f"{key}_{self.column}_{'down' if self.descending else 'up'}"

    def clicked(self, column: str) -> None:
        """Take the heading that was clicked, and run the page again."""
        if column in self.columns:
            self.choose(column, not self.descending if column == self.column else True)
            st.rerun()


@dataclass(frozen=True)
class Answer:
    """The row whose name or number was clicked, and the rows that are ticked."""

    clicked: int | None
    ticked: tuple[int, ...]

    @property
    def row(self) -> int | None:
        """The one row to open."""
        return self.ticked[0] if self.clicked is None and self.ticked else self.clicked


UNSORTED: Mapping[str, Any] = {"on_select": "rerun", "selection_mode": "single-column"}
"""What `st.dataframe` is given for rows of a list that is cut: a heading can be picked, and sorts nothing."""


def rows_that_open(
    t: Translator,
    shown: Any,
    config: Mapping[str, Any],
    key: str,
    *,
    many: bool = False,
    order: Order | None = None,
    is_whole: bool = True,
    **given: Any,
) -> Answer:
    """Draw a table whose cells in `OPENS` lead to their rows; `config` is by column, `many` can be ticked.

    Of a list that is cut (`order` given, or not `is_whole`) the browser sorts nothing: it has not all rows.
    """
    key = order.key(key) if order else key
    links = [c for c in OPENS if c in config and not config[c].get("hidden")]
    made = {column: _marked(one, column, order) for column, one in wide_enough(shown, config).items()}
    made |= {column: _link(t, made[column], f"{key}_{column}") for column in links}
    modes: Any = ["multi-row" if many else "single-row"]
    if order or not is_whole:
        modes.append("single-column")
    state: Any = st.dataframe(
        shown,
        column_config=made,
        hide_index=True,
        placeholder=NOTHING,
        key=key,
        on_select="rerun",
        selection_mode=modes,
        **given,
    )
    chosen = state["selection"] if state else {"rows": [], "columns": []}
    if order and chosen["columns"]:
        order.clicked(str(chosen["columns"][0]))
    clicks = [st.session_state.get(f"{key}_{column}") for column in links]
    clicked = next((int(click["row"]) for click in clicks if click), None)
    return Answer(clicked, tuple(int(row) for row in chosen["rows"]))


def _marked(config: Mapping[str, Any], column: str, order: Order | None) -> Any:
    """The heading by which the list is sorted says so."""
    if order is None or column != order.column:
        return config
    return {**config, "label": f"{config['label']}{DOWN if order.descending else UP}"}


def _link(t: Translator, config: Mapping[str, Any], key: str) -> Any:
    """A column as before, but its cells can be clicked."""
    return st.column_config.ButtonColumn(
        f"{config['label']}{MARK}",
        width=config.get("width"),
        help=config.get("help") or t("tables.open_hint"),
        pinned=config.get("pinned"),
        alignment="left",
        type="tertiary",
        key=key,
    )
