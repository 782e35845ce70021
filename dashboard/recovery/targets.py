"""Targets of units: what the scope is held to, setting them for a month, who set what, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from analytics.calendar import add_months
from analytics.targets import AMOUNTS, MEASURES, Book
from dashboard import targets as shown
from dashboard.access.auth import User
from dashboard.acts import acts, boxes
from dashboard.acts.boxes import Box
from dashboard.links.filters import Param
from dashboard.page import Page
from dashboard.parts import select_param
from dashboard.recovery import target_upload
from dashboard.shared.state_store import existing_state
from dashboard.shared.state_store import state as opened
from dashboard.tables.table import table, text_table, titles
from dashboard.words.format import NOTHING
from data.errors import InputError
from data.state import TargetEntry
from services.files.filled_in import Row
from services.recovery import figures, targets
from services.recovery import target_upload as written

MONTHS_AHEAD = 14
SET_BEFORE = 30
ENTRIES = ("number", "at", "who", "why", "name", "targets", "status")
FIGURES = ("target", "value", "gap", "missing")


def _month(text: str) -> int | None:
    good = len(text) == 6 and text.isascii() and text.isdigit()
    return int(text) if good and targets.is_month(int(text)) else None


MONTH: Param[int] = Param("target_month", 0, _month)
UNIT: Param[str] = Param("target_unit", "", lambda text: text)
PARAMS: tuple[Param[Any], ...] = (MONTH, UNIT)


def show(page: Page) -> None:
    """The whole view."""
    acts.say()
    version = shown.version()  # before the book: what a colleague sets in between is found when this is kept
    held = shown.book_now(page)
    _reached(page)
    may = page.user.may("targets")
    with page.part(page.t("targets.set"), page.t("targets.set_help")):
        if may:
            _editor(page, held, version)
        else:
            st.caption(page.t("targets.may_not"))
    if may:
        target_upload.show(page, _chosen(page))
    _history(page)


def _reached(page: Page) -> None:
    """What the scope is held to, of whom, and what is missing."""
    t, fmt = page.t, page.fmt
    with page.part(t("targets.standing"), t("targets.standing_help")):
        month = targets.month_of_targets(page.scope, page.policy.recovery)
        st.caption(t("targets.of_month", month=fmt.month(month)))
        recovery = page.load(figures.headline)
        rows = []
        for s in shown.attainments(page, recovery.recovery, recovery.arrears.overdue.amount).values():
            aim = s.target
            gap = fmt.points_short(s.value, aim.rate) if aim and s.value is not None else NOTHING
            rows.append(
                {
                    "measure": t(f"targets.measure.{s.measure}"),
                    "whose": shown.whose(page, aim) if aim else t("targets.none"),
                    "target": shown.aim(page, s),
                    "value": shown.reached(page, s),
                    "gap": gap,
                    "missing": shown.missing(page, s),
                }
            )
        named = {c: t(f"targets.columns.{c}") for c in rows[0]}
        text_table(pd.DataFrame(rows).rename(columns=named), len(FIGURES))


def _chosen(page: Page) -> int:
    """The month that targets are set from: that of the link, else the one the scope is held to."""
    return page.get(MONTH) or targets.month_of_targets(page.scope, page.policy.recovery)


def _editor(page: Page, held: Book, version: int) -> None:
    """What was set for a month, and the boxes of one unit; what was changed is one entry, with a reason."""
    t, month, units = page.t, _month_box(page), shown.own_units(page)
    own = targets.own_of(held, units["org_no"], month)
    names = dict(zip(units["org_no"], units["org_name"], strict=True))
    org = select_param(page, UNIT, list(names), t("targets.unit"), lambda o: f"{names[o]} {o}")
    form = f"targets_{month}_{version}_{org}"
    known = own.set_index("org_no").loc[org]

    def act(actor: User) -> str:
        cells = {m: text or "-" for m, text in boxes.typed(form, MEASURES).items()}
        row = Row(0, {"org_no": org, "from_month": str(month), **cells})
        checked = written.check(page.store.db, actor, shown.book_now(page), [row])
        for refused in checked.refused:
            raise InputError(f"targets_box_{refused.reason}", value=refused.told)
        why = acts.text("targets_why")
        count = targets.record(page.store.db, opened(), actor, checked.taken, why, version, "")
        return t("targets.kept", count=page.fmt.count(count))

    with st.form("targets_form", enter_to_submit=False):
        boxes.draw(form, [Box(m, _measure(page, m), _in_box(page, m, known[m])) for m in MEASURES])
        st.text_input(t("targets.why"), key="targets_why", max_chars=300)
        save: dict[str, Any] = {"type": "primary", "icon": ":material/flag:"}
        st.form_submit_button(t("targets.save"), on_click=acts.act, args=(page, act), **save)
    _set_before(page, own, names)


def _set_before(page: Page, own: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The units that have targets of their own from the month on."""
    t = page.t
    set_before = own[own[list(MEASURES)].notna().any(axis=1)]
    if set_before.empty:
        return
    first = set_before.head(SET_BEFORE)
    shown = {"org_no": first["org_no"], "org_name": [names[o] for o in first["org_no"]]}
    shown |= {m: [_in_box(page, m, v) or NOTHING for v in first[m]] for m in MEASURES}
    heads = {c: t(f"targets.file.{c}") for c in ("org_no", "org_name")} | {
        m: _measure(page, m) for m in MEASURES
    }
    frame = pd.DataFrame(shown).rename(columns=heads)
    st.markdown(f"**{t('targets.set_before')}**")
    text_table(frame, len(MEASURES))
    if len(set_before) > len(first):
        st.caption(t("targets.set_before_more", count=page.fmt.count(len(set_before) - len(first))))


def _measure(page: Page, measure: str) -> str:
    """What a box or a column of targets is called, with the unit of its figures."""
    words = page.t(f"targets.file.{measure}")
    return page.fmt.in_yuan(words) if measure in AMOUNTS else words


def _in_box(page: Page, measure: str, value: Any) -> str:
    """A target as its box holds it: per cent, or yuan."""
    if pd.isna(value):
        return ""
    if measure in AMOUNTS:
        return page.fmt.yuan(value)
    return f"{Decimal(int(value)) / 10_000:.4f}".rstrip("0").rstrip(".")


def _month_box(page: Page) -> int:
    chosen = _chosen(page)
    newest = targets.month_of_targets(page.scope, page.policy.recovery)
    first = newest // 100 * 100 + 1
    months = [add_months(first, ahead) for ahead in range(newest % 100 - 1 + MONTHS_AHEAD)]
    months = months if chosen in months else [chosen, *months]
    st.session_state["target_month"] = chosen
    st.selectbox(
        page.t("targets.from_month"),
        months,
        format_func=page.fmt.month,
        key="target_month",
        on_change=lambda: page.put(MONTH, int(st.session_state["target_month"])),
        width=220,
        placeholder="",
    )
    return chosen


def _history(page: Page) -> None:
    t, fmt, kept = page.t, page.fmt, existing_state()
    with page.part(t("targets.history"), t("targets.history_help")):
        entries = targets.history(kept, page.user)
        if not entries:
            page.empty(t("targets.no_history"))
            return
        rows = [
            {
                "number": str(e.id),
                "at": fmt.clock_of(e.at),
                "who": page.person(e.who),
                "why": e.why,
                "name": e.name or t("targets.on_page"),
                "targets": e.targets,
                "status": _status(page, e),
            }
            for e in entries
        ]
        table(page, "targets_history", pd.DataFrame(rows), titles(page, ENTRIES, "entry"))
        open_entries = [e for e in entries if e.undoes is None and e.undone_by is None]
        if open_entries and page.user.may("targets"):
            _take_back(page, open_entries)


def _status(page: Page, entry: TargetEntry) -> str:
    if entry.undoes is not None:
        return page.t("targets.takes_back", number=entry.undoes)
    return page.t("targets.taken_back_by", who=page.person(entry.undone_by)) if entry.undone_by else ""


def _take_back(page: Page, open_entries: list[TargetEntry]) -> None:
    t = page.t
    words = {e.id: t("targets.entry_word", number=e.id, count=e.targets, why=e.why) for e in open_entries}

    def act(actor: User) -> str:
        number, why = acts.picked("targets_entry"), acts.text("targets_back_why")
        targets.take_back(opened(), actor, number, why)
        return t("targets.taken_back", number=number)

    with st.form("targets_take_back", border=False):
        st.selectbox(t("targets.entry_pick"), list(words), format_func=words.__getitem__, key="targets_entry")
        st.text_input(t("targets.back_why"), key="targets_back_why", max_chars=300)
        st.form_submit_button(
            t("targets.take_back"), icon=":material/undo:", on_click=acts.act, args=(page, act)
        )
