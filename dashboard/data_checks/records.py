"""A list of records that may be long: its first rows in a table, all of them in the files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.downloads import BigList, download_big
from dashboard.format import NOTHING
from dashboard.shell import Page
from dashboard.tables import MONTHS
from services.exports import Rows, columns_of

MONEY_WORDS = """
amount received received_by_extract excess billed collected
effect_billed effect_collected effect_arrears effect_old_debt
"""
COUNT_WORDS = "bills receipts customers read loaded merged quarantined effect_households"
MONEY = frozenset(MONEY_WORDS.split())
COUNTS = frozenset(COUNT_WORDS.split())
YEARS = frozenset(["bill_year"])


def show_records(
    page: Page,
    name: str,
    first: pd.DataFrame,
    keys: Sequence[str],
    *,
    rows: int,
    read: Callable[[], Rows],
    parts: Sequence[str],
    title: str,
    filters: Sequence[str] = (),
) -> None:
    """Draw the first rows and offer all `rows`; `parts` tell the list from any other of its `name`."""
    t, shown = page.t, first[list(keys)].copy()
    titles = {key: t(f"data_checks.column.{key}") for key in keys}
    config: dict[str, Any] = dict(titles)
    for key in keys:
        if key in MONEY:
            shown[key] = shown[key].astype("Float64") / 100
            titles[key] = page.fmt.in_yuan(titles[key])
            config[key] = st.column_config.NumberColumn(titles[key], format="%,.2f")
        elif key in MONTHS:
            shown[key] = [NOTHING if pd.isna(v) else page.fmt.month(v) for v in shown[key]]
        elif key in COUNTS:
            config[key] = st.column_config.NumberColumn(titles[key], format="%,d")
        elif key in YEARS:
            config[key] = st.column_config.NumberColumn(titles[key], format="%d")
        elif key.endswith("_on"):
            config[key] = st.column_config.DateColumn(titles[key], format="YYYY-MM-DD")
        elif key.endswith("_filled"):
            shown[key] = [t("common.yes") if v else t("common.no") for v in shown[key]]
    if rows > len(first):
        words = t("data_checks.first_of", shown=page.fmt.count(len(first)), rows=page.fmt.count(rows))
    else:
        words = t("data_checks.all_of", rows=page.fmt.count(rows))
    st.caption(words)
    st.dataframe(shown, column_config=config, hide_index=True, placeholder=NOTHING, alt=title)
    kinds = columns_of(
        titles,
        money=(k for k in keys if k in MONEY),
        months=(k for k in keys if k in MONTHS),
        texts=(k for k in keys if k.endswith("_no") or k in ("code", "org_name", "file", "load_id")),
        dates=(k for k in keys if k.endswith("_on")),
        frame=first,
    )
    download_big(page, name, BigList(kinds, read, rows, tuple(parts)), title=title, filters=filters)
