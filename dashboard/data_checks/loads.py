"""What was loaded: reconciliation by table, the files, what the source holds, and the checks."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.downloads import downloads
from dashboard.format import NOTHING
from dashboard.shell import Page
from services import data_checks

COUNTS = ("read", "loaded", "merged", "quarantined", "amount_unreadable")
YUAN = ("yuan_read", "yuan_loaded", "yuan_merged", "yuan_quarantined")


def table_word(page: Page, name: str) -> str:
    """A table of the extract: its name in words and as the extract calls it."""
    words = page.t.or_code(f"data_checks.table.{name}", "")
    return f"{words} {name}".strip()


def show_loads(page: Page) -> None:
    """Reconciliation, then the files behind it."""
    t = page.t
    summed = page.load(data_checks.reconciliation)
    if summed.empty:
        page.empty(t("data_checks.no_loads"))
        return
    if page.user.orgs:
        st.caption(t("data_checks.whole_company"))
    _verdict(page, summed)
    with page.part(t("data_checks.reconciliation"), t("data_checks.reconciliation_help")):
        _table(page, "reconciliation", summed, ("table_name", *COUNTS, *YUAN))
    with page.part(t("data_checks.files")):
        files = page.load(data_checks.files)
        _table(
            page, "files", files, ("load_id", "file", "table_name", "extract_on", "is_repeat", *COUNTS, *YUAN)
        )


def show_holds(page: Page) -> None:
    """Each table that an extract may bring: how many records there are, and what is missing without it."""
    t = page.t
    found = page.load(data_checks.holds)
    st.caption(t("data_checks.holds_what"))
    lacks = [
        ""
        if row["records"]
        else t.or_code(f"data_checks.lacks.{row['table_name']}", t("data_checks.lacks_other"))
        for row in found.to_dict("records")
    ]
    _table(page, "holds", found.assign(lacks=lacks), ("table_name", "records", "lacks"))


def show_checks(page: Page) -> None:
    """Every check with how many rows it found: faults should not exist, notes are kept and named."""
    t = page.t
    found = page.load(data_checks.checks)
    if found.empty:
        page.empty()
        return
    faults = int((found.loc[found["severity"] == "fault", "rows"] > 0).sum())
    if faults:
        st.error(t("data_checks.checks_broken", broken=faults, checks=len(found)))
    else:
        st.success(t("data_checks.checks_fine", checks=len(found)), icon=":material/check:")
    frame = found.assign(
        check=[check_word(page, str(name)) for name in found["name"]],
        severity=[t(f"data_checks.severity_{kind}") for kind in found["severity"]],
        count=found["rows"],
    )
    _table(page, "checks", frame, ("check", "severity", "count"))
    if not page.user.orgs:
        _rows_of_check(page, [str(n) for n in found.loc[found["rows"] > 0, "name"]])


def check_word(page: Page, name: str) -> str:
    """A check in words."""
    return page.t.or_code(f"data_checks.check.{name}", name.replace("_", " "))


def _rows_of_check(page: Page, checks: list[str]) -> None:
    t = page.t
    if not checks:
        return
    name = st.selectbox(
        t("data_checks.check_rows"),
        checks,
        index=None,
        format_func=lambda n: check_word(page, n),
        placeholder=t("data_checks.check_pick"),
    )
    if name is None:
        return
    rows = page.load(data_checks.check_rows, name=name)
    shown = rows.copy()
    names = [str(c) for c in rows]
    money = tuple(c for c in names if "amount" in c or c in ("received", "excess", "applied", "owed"))
    for column in money:
        shown[column] = shown[column].astype("Float64") / 100
    config: dict[str, Any] = {
        c: st.column_config.NumberColumn(page.fmt.in_yuan(c), format="%,.2f") for c in money
    }
    word = check_word(page, name)
    st.dataframe(shown, column_config=config, hide_index=True, placeholder=NOTHING, alt=word)
    texts = tuple(c for c in names if c.endswith("_no"))
    downloads(page, f"check_{name}", rows, {c: c for c in names}, money=money, texts=texts, title=word)


def _verdict(page: Page, summed: pd.DataFrame) -> None:
    t, fmt = page.t, page.fmt
    adds_up = bool(summed["adds_up"].all())
    words = t(
        "data_checks.verdict_fine" if adds_up else "data_checks.verdict_broken",
        read=fmt.count(summed["read"].sum()),
        loaded=fmt.count(summed["loaded"].sum()),
        merged=fmt.count(summed["merged"].sum()),
        quarantined=fmt.count(summed["quarantined"].sum()),
    )
    if adds_up:
        st.success(words, icon=":material/check:")
    else:
        st.error(words)


def _table(page: Page, name: str, frame: pd.DataFrame, keys: tuple[str, ...]) -> None:
    t = page.t
    titles = {key: t(f"data_checks.column.{key}") for key in keys}
    shown = frame[list(keys)].copy()
    config = {}
    for key in keys:
        if key in YUAN:
            shown[key] = shown[key].astype("Float64") / 100
            config[key] = st.column_config.NumberColumn(page.fmt.in_yuan(titles[key]), format="%,.2f")
        elif key in COUNTS or key in ("records", "count"):
            config[key] = st.column_config.NumberColumn(titles[key], format="%,d")
        elif key == "extract_on":
            config[key] = st.column_config.DateColumn(titles[key], format="YYYY-MM-DD")
        else:
            config[key] = st.column_config.TextColumn(titles[key])
    if "table_name" in shown:
        shown["table_name"] = [table_word(page, str(v)) for v in shown["table_name"]]
    if "is_repeat" in shown:
        shown["is_repeat"] = [t("common.yes") if v else t("common.no") for v in shown["is_repeat"]]
    st.dataframe(
        shown, column_config=config, hide_index=True, placeholder=NOTHING, alt=t(f"data_checks.alt_{name}")
    )
    texts = tuple(k for k in keys if k in ("load_id", "file", "table_name", "lacks", "check", "severity"))
    money = tuple(k for k in keys if k in YUAN)
    downloads(
        page, name, frame[list(keys)], titles, money=money, texts=texts, title=t(f"data_checks.alt_{name}")
    )
