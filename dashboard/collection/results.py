"""What came of collection: how far orders came, promises kept, work by person, restoring, fair comparison."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard.acts import acts
from dashboard.collection import batches, effect, listing, restoring
from dashboard.collection import choice as chosen
from dashboard.page import Page
from dashboard.parts import switch_param
from dashboard.shared.state_store import existing_state
from dashboard.tables.table import offer, table, titles
from dashboard.words.collection_words import action_name
from dashboard.words.i18n import wordless
from data.environment import today
from data.state import State
from services.collection import by_person, funnel

STEPS = ("action_name", *(s for s in funnel.STEPS if s != "superseded"), "issued_owed")
PEOPLE = (
    *("rank", "person_name", "issued", "done", "failed", "retracted", "open_orders", "completion"),
    *("issued_owed", "done_owed", "open_owed", "recovered", "still_owed"),
    *("phoned", "visited", "delivered", "promised", "cuts", "restored"),
)
CALLED = {"open": "open_orders", "place": "rank", "cut": "cuts", "owed": "issued_owed"}
PROMISES = (
    *("cons_no", "person_name", "happened_on", "until", "amount", "promised_owed", "came_in"),
    "kept_word",
)


def show(page: Page) -> None:
    """Everything of the days that were chosen; nothing where nothing was ever kept or recorded."""
    kept = existing_state()
    acts.say()
    of_units = page.narrowed_by("orgs")
    if kept is None or not kept.collection_version():
        with of_units.part(page.t("collection.results_title"), page.t("collection.results_help")):
            page.empty(page.t("collection.nothing_yet"))
    else:
        _counted(of_units)
    restoring.show(page)
    if kept is not None and kept.collection_version():
        effect.show(page.of_company)


def _counted(page: Page) -> None:
    """What is counted of some days; units alone narrow it."""
    t = page.t
    with page.part(t("collection.results_title"), t("collection.results_help")):
        label = t("collection.days")
        days = switch_param(
            page, chosen.DAYS, chosen.DAY_CHOICES, label, "collection.day_choices", shown=True
        )
        last = _last(page)
        first = last - timedelta(days=int(days) - 1)
        _funnel(page, first, last)
    with page.part(t("collection.people_title"), t("collection.people_help")):
        _people(page, first, last)
    with page.part(t("collection.promises_title"), t("collection.promises_help")):
        _promises(page, first, last)


def _last(page: Page) -> date:
    """The last day that is counted: today on the newest data, else the day looked at."""
    newest = page.store.db.meta.extract_on
    return max(today(), newest) if page.scope.as_of == newest else page.scope.as_of


def _rows(page: Page, what: str, first: date, last: date) -> pd.DataFrame:
    """The rows of a part; what was computed of the same records is not computed again."""
    kept = existing_state()
    if kept is None:
        return pd.DataFrame()
    follows = (kept.name, kept.collection_version(), page.store.id, page.policy.version)
    return _computed(what, first, last, batches.units(page), follows, page, kept)


@st.cache_resource(max_entries=24, show_spinner=False)
@wordless
def _computed(
    what: str,
    first: date,
    last: date,
    orgs: tuple[str, ...],
    follows: tuple[object, ...],
    _page: Page,
    _kept: State,
) -> pd.DataFrame:
    db = _page.store.db
    if what == "funnel":
        return funnel.funnel(_kept, first, last, orgs)
    if what == "people":
        return by_person.by_person(db, _kept, first, last, orgs)
    return funnel.promises(db, _page.policy, _kept, last, (last - first).days, orgs)


def _funnel(page: Page, first: date, last: date) -> None:
    t = page.t
    rows = _rows(page, "funnel", first, last)
    if rows.empty:
        page.empty(t("collection.no_batches", first=page.fmt.date(first), last=page.fmt.date(last)))
        return
    shown = rows.rename(columns=CALLED).assign(
        action_name=[action_name(t.plain, str(a)) for a in rows["action"]]
    )
    _with_total(page, "collection_funnel", shown, STEPS, "action_name")


def _people(page: Page, first: date, last: date) -> None:
    t = page.t
    rows = _rows(page, "people", first, last)
    if rows.empty:
        page.empty(t("collection.nobody_worked"))
        return
    shown = rows.rename(columns=CALLED).assign(
        person_name=[listing.person_name(page, str(p)) for p in rows["person"]]
    )
    _with_total(page, "collection_people", shown, PEOPLE, "person_name", by_person.totals(rows))


def _with_total(
    page: Page,
    name: str,
    shown: pd.DataFrame,
    columns: tuple[str, ...],
    label: str,
    totals: dict[str, int] | None = None,
) -> None:
    """A table with its sums as the last row; the files have the rows."""
    sums = totals or {c: int(shown[c].sum()) for c in columns if c != label}
    counts = {CALLED.get(k, k): v for k, v in sums.items()}
    whole: dict[str, object] = {**counts, label: page.t.plain("grades.total")}
    if counts.get("issued"):
        whole["completion"] = 1 - counts["open_orders"] / counts["issued"]
    heads = titles(page, columns)
    last = pd.DataFrame([{c: whole.get(c) for c in columns if c in whole}])
    table(page, name, pd.concat([shown[list(columns)], last], ignore_index=True), heads, files=False, seen=14)
    offer(page, name, shown[list(columns)], heads)


def _promises(page: Page, first: date, last: date) -> None:
    t, fmt = page.t, page.fmt
    rows = _rows(page, "promises", first, last)
    if rows.empty:
        page.empty(t("collection.no_promises"))
        return
    counts = rows["kept"].value_counts()
    over = int(counts.drop("running", errors="ignore").sum())
    rate = fmt.rate(int(counts.get("kept", 0)) / over if over else None)
    told = {k: fmt.count(int(counts.get(k, 0))) for k in funnel.KEPT}
    page_words = t("collection.promises_told", rate=rate, **told)
    shown = rows.rename(columns={"on_day": "happened_on", "owed": "promised_owed", "came": "came_in"}).assign(
        person_name=[listing.person_name(page, str(p)) for p in rows["person"]],
        kept_word=[t.plain(f"collection.kept_words.{k}") for k in rows["kept"]],
    )
    st.markdown(page_words)
    table(page, "collection_promises", shown, titles(page, PROMISES, "collection"))
