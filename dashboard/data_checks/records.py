"""A list of records that may be long: its first rows in a table, all of them in the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.downloads import BigList, download_big
from dashboard.format import NOTHING
from dashboard.opening import UNSORTED
from dashboard.page import Page
from dashboard.tables import MONTHS
from dashboard.widths import wide_enough
from services.files.adding_up import adding
from services.files.exports import Rows, columns_of

MONEY_WORDS = """
amount received received_by_extract excess billed collected
effect_billed effect_collected effect_billed_month effect_collected_month effect_arrears effect_old_debt
"""
COUNT_WORDS = "bills receipts customers read loaded merged quarantined effect_households"
MONEY = frozenset(MONEY_WORDS.split())
COUNTS = frozenset(COUNT_WORDS.split())


def show_records(
    page: Page,
    name: str,
    first: pd.DataFrame,
    keys: Mapping[str, str],
    *,
    rows: int,
    read: Callable[[], Rows],
    parts: Sequence[str],
    title: str,
    filters: Sequence[str] = (),
) -> None:
    """Draw the first rows and offer all `rows`; `keys` are the columns, and as what each is called.

    `parts` tell the list from any other of its `name`.
    """
    t, shown = page.t, first[list(keys)].copy()
    titles = {column: t(f"data_checks.column.{key}") for column, key in keys.items()}
    kinds: dict[str, list[str]] = {"money": [], "months": [], "texts": [], "dates": []}
    config: dict[str, Any] = {}
    for column, key in keys.items():
        if key in MONEY:
            shown[column] = shown[column].astype("Float64") / 100
            titles[column] = page.fmt.in_yuan(titles[column])
            kinds["money"].append(column)
            config[column] = st.column_config.NumberColumn(titles[column], format="%,.2f")
        elif key in MONTHS:
            shown[column] = [NOTHING if pd.isna(v) else page.fmt.month(v) for v in shown[column]]
            kinds["months"].append(column)
        elif key in COUNTS:
            config[column] = st.column_config.NumberColumn(titles[column], format="%,d")
        elif key == "bill_year":
            config[column] = st.column_config.NumberColumn(titles[column], format="%d")
        elif key.endswith("_on"):
            kinds["dates"].append(column)
            config[column] = st.column_config.DateColumn(titles[column], format=page.t("common.date_column"))
        elif key.endswith("_filled"):
            shown[column] = [t("common.yes") if v else t("common.no") for v in shown[column]]
        else:
            kinds["texts"].append(column)
    fewer = rows > len(first)
    words = t(
        "data_checks.first_of" if fewer else "data_checks.all_of",
        shown=page.fmt.count(len(first)),
        rows=page.fmt.count(rows),
    )
    st.caption(words)
    cut: Mapping[str, Any] = UNSORTED if fewer else {}
    heads = {**titles, **config}
    st.dataframe(
        shown, column_config=wide_enough(shown, heads), hide_index=True, placeholder=NOTHING, alt=title, **cut
    )
    kinds["adds"] = list(adding(name, keys))
    columns = columns_of(titles, **kinds, frame=first, yes_no=page.yes_no)
    download_big(page, name, BigList(columns, read, rows, tuple(parts)), title=title, filters=filters)
