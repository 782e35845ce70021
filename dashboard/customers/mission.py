"""The plain list of the mission: too many arrears in the year, theft, and both, as one workbook."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.customers import columns
from dashboard.customers.choice import MANY, PART, WINDOW
from dashboard.customers.rows import show_rows
from dashboard.page import Page
from dashboard.tables.downloads import SheetPart, download_parts
from dashboard.tables.table import MOST_SEEN
from dashboard.words.format import NOTHING
from services.customers import lists
from services.customers.lists import MissionTotals
from services.files.exports import Sheet

SHOWN_ROWS = 200
NEEDS: Mapping[str, frozenset[str]] = {
    "arrears": frozenset({"bills"}),
    "theft": frozenset({"violations"}),
    "both": frozenset({"bills", "violations"}),
}
"""What a source must hold for a part to be known: nobody on a list is not the same as no list."""


def show(page: Page) -> None:
    """Slider, figures, table and workbook."""
    t = page.t
    st.caption(t("customers.mission.what"))
    left, right = st.columns([3, 2])
    many = _many(page, left)
    window = _window(page, right)
    totals = page.load(lists.mission_totals, many=many, window=window)
    parts = {
        "arrears": t("customers.mission.arrears", many=many),
        "theft": t("customers.mission.theft"),
        "both": t("customers.mission.both"),
        "unknown": t("customers.mission.unknown"),
    }
    _figures(page, totals, parts)
    part = _part(page, totals, parts)
    _download(page, many, window, parts, totals)
    rows = getattr(totals, part)
    if not rows:
        page.empty(t("customers.mission.nobody"))
        return
    frame: pd.DataFrame = page.load(lists.mission_top, many=many, window=window, part=part, limit=SHOWN_ROWS)
    if rows > len(frame):
        st.caption(t("customers.mission.first_rows", shown=len(frame), rows=page.fmt.count(rows)))
    shown = columns.filled(page, columns.MISSION)[:MOST_SEEN]
    show_rows(page, frame, shown, f"mission_{part}", is_whole=rows <= len(frame))


def _many(page: Page, place: DeltaGenerator) -> int:
    t, now = page.t, page.get(MANY) or page.policy.recovery.many_arrears
    got = place.slider(t("customers.mission.many"), 1, 24, now, help=t("customers.mission.many_help"))
    if got != now:
        page.put(MANY, got)
    return int(got)


def _window(page: Page, place: DeltaGenerator) -> lists.Window:
    t, now = page.t, page.get(WINDOW)
    got = place.segmented_control(
        t("customers.mission.window"),
        ("12m", "year"),
        format_func=lambda code: t(f"customers.mission.window_{code}"),
        default=now,
        required=True,
    )
    if got != now:
        page.put(WINDOW, str(got))
    return "year" if got == "year" else "12m"


def _figures(page: Page, totals: MissionTotals, parts: dict[str, str]) -> None:
    t, fmt = page.t, page.fmt
    lacking = {part: NEEDS[part] - page.store.db.meta.holds for part in lists.PARTS}
    boxes = st.columns(3)
    for box, part in zip(boxes, lists.PARTS, strict=True):
        count, owed = getattr(totals, part), getattr(totals, f"{part}_overdue")
        known = not lacking[part]
        box.metric(
            parts[part],
            t("customers.households", count=fmt.count(count)) if known else NOTHING,
            t("customers.mission.owes", amount=fmt.money(owed)) if known else None,
            delta_color="off",
            delta_arrow="off",
        )
    for source in sorted(set().union(*lacking.values())):
        st.caption(t("shell.not_in_source", what=t(f"shell.{source}")))


def _offered(totals: MissionTotals) -> tuple[lists.MissionKind, ...]:
    """The parts there are; thefts and violations of unknown kind only where some are."""
    return (*lists.PARTS, "unknown") if totals.unknown else lists.PARTS


def _part(page: Page, totals: MissionTotals, parts: dict[str, str]) -> lists.MissionKind:
    offered = _offered(totals)
    wanted = page.get(PART)
    now = next((part for part in offered if part == wanted), "arrears")
    got = st.segmented_control(
        page.t("customers.mission.part"),
        offered,
        format_func=lambda part: f"{parts[part]} · {page.fmt.count(getattr(totals, part))}",
        default=now,
        required=True,
        label_visibility="collapsed",
    )
    if got != now:
        page.put(PART, str(got))
    if totals.unknown:
        st.caption(page.t("customers.mission.unknown_what", count=page.fmt.count(totals.unknown)))
    return next((part for part in offered if part == got), "arrears")


def _download(
    page: Page, many: int, window: lists.Window, parts: dict[str, str], totals: MissionTotals
) -> None:
    t, db, scope = page.t, page.store.db, page.scope
    made = columns.file_columns(page, columns.filled(page, columns.MISSION))

    def sheet(part: lists.MissionKind) -> SheetPart:
        return SheetPart(
            parts[part],
            lambda: Sheet(parts[part], made, lists.mission(db, scope, many, window, part)),
        )

    words = (
        t("customers.mission.words_many", many=many),
        t("customers.mission.window") + t("common.colon") + t(f"customers.mission.window_{window}"),
    )
    download_parts(
        page,
        "mission",
        [sheet(part) for part in _offered(totals)],
        title=t("customers.mission.title"),
        filters=words,
        definitions=((t("columns.arrears"), t("customers.mission.many_help")),),
        label=t("customers.mission.download"),
    )
