"""What a draft comes to, the second look at a publication, and taking one back with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.grades import rest
from dashboard.page import Page
from dashboard.shared.state_store import state as opened
from dashboard.tables.cells import Own
from dashboard.tables.table import offer, table, titles
from dashboard.what_if import bench
from dashboard.words.collection_words import action_name
from dashboard.words.credit_terms import grade_name, model_name
from dashboard.words.i18n import wordless
from data.scope import Scope
from data.state import Publication, State
from services.credit import work_load
from services.files.exports import Sheet, columns_of
from services.publication import publication_flow as flow
from services.publication.publication_facts import Comes, beside_published

COUNTED = ("grade", "computed", "published", "share", "balance", "overdue")
MONEY = ("computed", "published", "balance", "overdue")


def comes_to(page: Page, counts: pd.DataFrame, comes: Comes) -> None:
    """The grades with shares and a total, who has none, and what the grades ask for in 90 days."""
    t, fmt = page.t, page.fmt
    share = counts["published"] / max(int(counts["published"].sum()), 1)
    named = counts.assign(
        grade=[grade_name(page.t, page.policy.credit, k) for k in counts["grade"]], share=share
    )
    whole = {**counts[[*MONEY]].sum(), "grade": t("grades.total"), "share": float(share.sum())}
    shown = pd.concat([named, pd.DataFrame([whole])], ignore_index=True)
    shown[[*MONEY]] = shown[[*MONEY]].astype("int64")
    heads = titles(page, COUNTED, "grading")
    table(page, "publication_draft", shown, heads, files=False)
    offer(page, "publication_draft", named, heads)
    rest.show(page, comes.graded, comes.rest, of=Scope(page.scope.as_of))
    asked = [
        t("collection_rules.work_of", action=action_name(t, name), count=fmt.count(comes.work[name]))
        for name in work_load.in_use(comes.work)[:-1]
    ]
    if asked:
        hours, amount = fmt.count(comes.work["hours"]), fmt.money(comes.fen)
        st.markdown(t("grades.draft_costs", work=t.listed(asked), hours=hours, amount=amount))


def ungraded_beside(
    page: Page, kept: State, held: Sequence[tuple[Publication, date]], name: str, *, at_once: bool = False
) -> None:
    """Who of the page has no grade in any of these publications, by reason, tied to the overview.

    On a button where the page's day has to be graded first, unless it is asked for already (`at_once`).
    """
    is_asked = at_once or bench.is_ready(page, page.policy, page.scope.as_of)
    words, icon = page.t("grades.rest.compute"), ":material/calculate:"
    if not is_asked and not st.button(words, key=f"compute_{name}", icon=icon):
        return
    rest.show(page, *_asked(page, kept, held), name=name)


def rest_sheet(page: Page, kept: State, held: Sequence[tuple[Publication, date]]) -> Sheet:
    """Who of the page has no grade in these publications, by reason: a sheet beside those who have one."""
    rows, heads = rest.table_of(page, *_asked(page, kept, held))
    kinds = columns_of(page.t.plain, "ungraded", heads)
    return Sheet(page.t("grades.rest.sheet"), kinds, rows.iloc[:-1], beside=True)


def _asked(
    page: Page, kept: State, held: Sequence[tuple[Publication, date]]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    content = repr((page.store.id, page.scope, page.policy.version, kept.name, kept.version()))
    return _beside(content, tuple((p.id, on) for p, on in held), page, kept, held)


@st.cache_data(max_entries=16, show_spinner=False)
@wordless
def _beside(
    asked: str,
    days: tuple[tuple[int, date], ...],
    _page: Page,
    _kept: State,
    _held: Sequence[tuple[Publication, date]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return beside_published(_kept, _page.store.db, _page.policy, _page.scope, _held)


def by_class(page: Page, classes: pd.DataFrame) -> None:
    """The customers of a draft by class and grade."""
    grades = {k: grade_name(page.t, page.policy.credit, k) for k in classes.columns[1:]}
    named = [str(k) for k in classes["model"]]
    names = [model_name(page.t, page.policy.credit, k) if k else page.t("grades.no_model") for k in named]
    heads = titles(page, ("model",)) | grades
    own: Own = dict.fromkeys(grades, "count")
    table(page, "publication_classes", classes.assign(model=names), heads, own=own)


def waiting(page: Page, kept: State | None) -> None:
    """What was proposed and waits for a second person."""
    t, fmt = page.t, page.fmt
    for p in [p for p in kept.publications() if p.status == "proposed"] if kept else []:
        words = {"number": p.id, "who": page.person(p.who), "customers": fmt.count(p.customers)}
        st.warning(
            t("grades.waiting", **words, first=fmt.date(p.valid_from)), icon=":material/pending_actions:"
        )
        if not page.user.may("publish") or page.user.orgs:
            continue
        if p.who == page.user.name:
            st.caption(t("grades.second_person"))
            continue

        def confirm(actor: User, number: int = p.id) -> str:
            flow.confirm(opened(), number, actor)
            return t("grades.confirmed", number=number)

        st.button(
            t("grades.confirm_button", number=p.id),
            type="primary",
            icon=":material/verified:",
            on_click=acts.act,
            args=(page, confirm),
        )


def status(page: Page, of: Publication, replaced_by: Mapping[int | None, int]) -> str:
    """Where a publication stands or which one in force took its place, who decided last and why."""
    t = page.t
    by = replaced_by.get(of.id)
    words = t("grades.replaced_by", number=by) if by else t(f"grades.status.{of.status}")
    if not of.acts:
        return words
    last = of.acts[-1]
    return t("grades.status_by", status=words, who=page.person(last.who), why=last.why or "—")


def withdraw(page: Page, publications: list[Publication]) -> None:
    """Take one back, with a reason; who may publish for all units."""
    t = page.t
    standing = [p.id for p in publications if p.status != "withdrawn"]
    if not standing or not page.user.may("publish") or page.user.orgs:
        return

    def act(actor: User) -> str:
        number = acts.picked("withdraw_publication")
        flow.withdraw(opened(), number, actor, acts.text("withdraw_publication_why"))
        return t("grades.withdrawn_done", number=number)

    with st.expander(t("grades.withdraw_publication")), st.form("withdraw_publication_form", border=False):
        st.caption(t("grades.withdraw_publication_help"))
        st.selectbox(t("columns.number"), standing, key="withdraw_publication")
        st.text_input(t("grades.withdraw_publication_why"), key="withdraw_publication_why", max_chars=300)
        button = t("grades.withdraw_publication_button")
        st.form_submit_button(button, icon=":material/undo:", on_click=acts.act, args=(page, act))
