"""What was loaded: reconciliation by table, the files, what the source holds, and the checks."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.data_checks import held
from dashboard.data_checks.choice import CHECK
from dashboard.data_checks.records import show_records
from dashboard.page import Page
from dashboard.parts import optional_param
from dashboard.tables.cells import written
from dashboard.tables.downloads import downloads
from dashboard.tables.table import titles
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from services.checks import data_checks

COUNTS = ("read", "loaded", "merged", "quarantined", "amount_unreadable")
YUAN = ("yuan_read", "yuan_loaded", "yuan_merged", "yuan_quarantined")


def table_word(page: Page, name: str) -> str:
    """A table of the extract: its name in words and as the extract calls it."""
    words = page.t.or_code(f"data_checks.table.{name}", "")
    return f"{words} {name}".strip()


def show_loads(page: Page) -> None:
    """Reconciliation, then the files behind it."""
    t = page.t
    held.show(page)
    summed = page.load(data_checks.reconciliation)
    if summed.empty:
        page.empty(t("data_checks.no_loads"))
        return
    _say_company(page)
    _verdict(page, summed)
    with page.part(t("data_checks.reconciliation"), t("data_checks.reconciliation_help")):
        _table(page, "reconciliation", summed, ("table_name", *COUNTS, *YUAN))
    with page.part(t("data_checks.files")):
        files = page.load(data_checks.files)
        built = [t(f"load.built.{how}") if how else "" for how in files["built"]]
        st.caption(t("data_checks.built_help"))
        about = ("load_id", "file", "table_name", "extract_on", "built", "is_repeat")
        _table(page, "files", files.assign(built=built), (*about, *COUNTS, *YUAN))
    show_as_read(page)


def show_as_read(page: Page) -> None:
    """What of these files is no record, what was not read at all, and what was read for what it means."""
    t = page.t
    lines, left_out, readings = (
        page.load(told) for told in (data_checks.other_lines, data_checks.left_out, data_checks.readings)
    )
    with page.part(t("data_checks.other_lines"), t("data_checks.other_lines_help")):
        kinds = [t(f"data_checks.line_kind.{kind}") for kind in lines["line_kind"]]
        of_file = ("load_id", "file", "table_name")
        _if_any(page, "other_lines", lines.assign(line_kind=kinds), (*of_file, "line_kind", "lines"))
    with page.part(t("data_checks.left_out"), t("data_checks.left_out_help")):
        reasons = [t(f"load.left_out.{reason}") for reason in left_out["reason"]]
        _if_any(page, "left_out", left_out.assign(reason=reasons), ("load_id", "file", "reason"))
    with page.part(t("data_checks.readings"), t("data_checks.readings_help")):
        read_as = [t(f"data_checks.read_as.{kind}") for kind in readings["read_as"]]
        _if_any(
            page, "readings", readings.assign(read_as=read_as), (*of_file, "column_name", "read_as", "found")
        )


NONE = {"other_lines": "no_other_lines", "left_out": "nothing_left_out", "readings": "no_readings"}
"""What is said where there is none of it."""


def _if_any(page: Page, name: str, frame: pd.DataFrame, keys: tuple[str, ...]) -> None:
    if frame.empty:
        st.caption(page.t(f"data_checks.{NONE[name]}"))
    else:
        _table(page, name, frame, keys, page.t(f"data_checks.{name}"))


def _say_company(page: Page) -> None:
    """Whose numbers these are, where the page itself is about less."""
    if page.is_company:
        st.caption(page.t("data_checks.whole_company"))


def show_holds(page: Page) -> None:
    """Each table that an extract may bring: how many records there are, and what is missing without it."""
    t = page.t
    holds = page.load(data_checks.holds)
    _say_company(page)
    st.caption(t("data_checks.holds_what"))
    lacks = [
        ""
        if row["records"]
        else t.or_code(f"data_checks.lacks.{row['table_name']}", t("data_checks.lacks_other"))
        for row in holds.to_dict("records")
    ]
    _table(page, "holds", holds.assign(lacks=lacks), ("table_name", "records", "lacks"))


def show_checks(page: Page) -> None:
    """Every check with how many rows it found: faults should not exist, notes are kept and named."""
    t = page.t
    checks = page.load(data_checks.checks)
    if checks.empty:
        page.empty()
        return
    _say_company(page)
    faults = int((checks.loc[checks["severity"] == "fault", "rows"] > 0).sum())
    if faults:
        st.error(t("data_checks.checks_broken", broken=faults, checks=len(checks)))
    else:
        st.success(t("data_checks.checks_fine", checks=len(checks)), icon=":material/check:")
    frame = checks.assign(
        check=[check_word(page, str(name)) for name in checks["name"]],
        severity=[t(f"data_checks.severity_{kind}") for kind in checks["severity"]],
        count=checks["rows"],
    )
    _table(page, "checks", frame, ("check", "severity", "count"))
    if not page.user.orgs:
        rows = zip(checks["name"].astype(str), checks["rows"].astype(int), strict=True)
        _rows_of_check(page, {name: count for name, count in rows if count})


def check_word(page: Page, name: str) -> str:
    """A check in words."""
    return page.t.or_code(f"data_checks.check.{name}", name.replace("_", " "))


def _rows_of_check(page: Page, checks: dict[str, int]) -> None:
    """The first rows of the check that is picked, and the file of all."""
    t, db = page.t, page.store.db
    if not checks:
        return
    name = optional_param(
        page,
        CHECK,
        list(checks),
        t("data_checks.check_rows"),
        lambda n: check_word(page, n),
        t("data_checks.check_pick"),
    )
    if name is None:
        return
    first = page.load(data_checks.check_rows, name=name)
    show_records(
        page,
        f"check_{name}",
        first,
        [str(c) for c in first if not str(c).endswith("_key")],
        rows=checks[name],
        read=lambda: data_checks.whole_check(db, name),
        parts=(name,),
        title=check_word(page, name),
    )


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


def _table(page: Page, name: str, frame: pd.DataFrame, keys: tuple[str, ...], alt: str = "") -> None:
    t = page.t
    heads = titles(page, keys)
    if "table_name" in keys:
        frame = frame.assign(table_name=[table_word(page, str(v)) for v in frame["table_name"]])
    shown, config = written(page.fmt, frame, heads, exact=True)
    alt = alt or t(f"data_checks.alt_{name}")
    st.dataframe(
        shown, column_config=wide_enough(shown, config), hide_index=True, placeholder=NOTHING, alt=alt
    )
    downloads(page, name, frame, heads, title=alt)
