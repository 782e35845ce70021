"""Publish: the yearly grade computed, held against the last one, put in force, and written back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.frame.day_boxes import TYPED
from dashboard.grades import lights, publications, publish_flow, review
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.shared.state_store import state as opened
from dashboard.tables.downloads import BigList, download_big
from dashboard.words.i18n import wordless
from data.environment import second_person
from data.errors import BusyError, InputError
from data.state import Publication, State
from services.decided import published_grades
from services.publication import publication_facts as facts
from services.publication import publication_flow as flow
from services.publication import publishing_grades as publishing
from services.publication import write_back
from services.publication.publication_facts import Beside

_DRAFT = "publish_draft"


@dataclass(frozen=True)
class Shown:
    """What a reader saw of a draft, and what it was made from; to publish it the draft is made again."""

    key: tuple[object, ...]
    valid_from: date
    valid_to: date
    customers: int
    overrides: int
    counts: pd.DataFrame
    classes: pd.DataFrame
    beside: Beside | None
    comes: facts.Comes
    standing: tuple[Publication, ...]


def show(page: Page) -> None:
    """What is in force and the draft of what comes next; records, review and, apart, the monthly light."""
    t, kept = page.t, existing_state()
    acts.say()
    units = page.narrowed_by("orgs")  # as the file that goes back to the marketing system
    with units.part(t("grades.publish_title"), t("grades.publish_help")):
        _in_force(units, kept)
    company = page.of_company
    with company.part(t("grades.next_publication")):
        st.info(t("grades.whole_company"), icon=":material/domain:")
        st.caption(t("grades.second_look_on" if second_person() else "grades.second_look_off"))
        publish_flow.waiting(company, kept)
        _draft(company)
    with company.part(t("grades.publications")):
        publications.show(page, kept)
    review.show(page, kept)
    lights.show(page)


def _in_force(page: Page, kept: State | None) -> None:
    """What is in force on the day, and what was published to come into force after it."""
    on = page.scope.as_of
    publication = published_grades.publication_on(kept, on) if kept else None
    coming = published_grades.publication_after(kept, on) if kept else None
    if kept is not None and publication is not None:
        _told(page, kept, publication, on, "now_published")
    else:
        page.empty(page.t("grades.nothing_published", day=page.fmt.date(on)))
    if kept is not None and coming is not None:
        _told(page, kept, coming, coming.valid_from, "soon_published")


def _told(page: Page, kept: State, publication: Publication, on: date, words: str) -> None:
    """One publication in a sentence, and its file as of a day."""
    t, fmt = page.t, page.fmt
    said = t(
        f"grades.{words}",
        number=publication.id,
        as_of=fmt.date(publication.as_of),
        first=fmt.date(publication.valid_from),
        last=fmt.date(publication.valid_to),
        customers=fmt.count(publication.customers),
        who=page.person(publication.who),
    )
    st.markdown(said)
    orgs, allowed = page.scope.orgs, page.scope.allowed_orgs
    rows = _holders(kept.name, kept.version(), publication.id, on, orgs, allowed, kept, publication)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{t('grades.write_back')}**", help=t("grades.write_back_help"))
        biggest = BigList(
            write_back.columns(t),
            lambda: write_back.reader(
                write_back.holders(kept, publication, on, orgs, allowed),
                kept,
                publication,
                on,
                t.plain,
                t.language,
            ),
            rows,
            (str(publication.id), on.isoformat(), *orgs, "|", *allowed),
            lambda: [publish_flow.rest_sheet(page, kept, [(publication, on)])],
        )
        name = "write_back" if words == "now_published" else "write_back_soon"
        download_big(
            page,
            name,
            biggest,
            title=t("write_back.title"),
            file=t("write_back.file", number=publication.id),
            filters=(said,),
        )
    publish_flow.ungraded_beside(
        page, kept, [(publication, on)], f"ungraded_{words.removesuffix('_published')}"
    )


@st.cache_data(max_entries=16, show_spinner=False)
@wordless
def _holders(
    store: str,
    version: int,
    number: int,
    on: date,
    orgs: tuple[str, ...],
    allowed: tuple[str, ...],
    _kept: State,
    _found: Publication,
) -> int:
    return len(write_back.holders(_kept, _found, on, orgs, allowed))


def _draft(page: Page) -> None:
    """Compute for the chosen day, look, publish."""
    t, as_of = page.t, page.scope.as_of
    if not page.user.may("publish"):
        st.caption(t("grades.may_not_publish"))
        return
    if page.user.orgs:
        st.caption(t("grades.restricted_publish"))
        return
    with st.form("draft_form"):
        first = st.date_input(
            t("columns.valid_from"),
            as_of + timedelta(days=1),
            min_value=as_of,
            format=TYPED,
            key=f"valid_from_{as_of}",
        )
        asked = st.form_submit_button(t("grades.make_draft"), icon=":material/calculate:")
    if asked:
        with st.spinner(t("grades.drafting")):
            st.session_state[_DRAFT] = _shown(page, first)
    shown: Shown | None = st.session_state.get(_DRAFT)
    if shown is not None and shown.key == _key(page, shown.valid_from):
        _look(page, shown)
        _publish(page, shown)


def _key(page: Page, first: date) -> tuple[object, ...]:
    """What a draft follows from: another snapshot, policy, day or decision makes another one."""
    return (page.store.id, page.policy.version, page.scope.as_of, first, opened().version())


def _shown(page: Page, first: date) -> Shown:
    db, kept = page.store.db, opened()
    key = _key(page, first)
    made = publishing.draft(kept, db, page.policy, page.scope.as_of, first)
    return Shown(
        key,
        made.valid_from,
        made.valid_to,
        made.customers.num_rows,
        made.customers.num_rows - made.customers["override"].null_count,
        facts.by_grade(db, made),
        facts.by_class(kept, db, made),
        facts.beside_last(kept, made),
        facts.comes_to(kept, db, made),
        made.standing,
    )


def _look(page: Page, shown: Shown) -> None:
    """The draft by grade, and who moves against the last publication."""
    t, fmt = page.t, page.fmt
    st.markdown(
        t(
            "grades.draft_of",
            as_of=fmt.date(page.scope.as_of),
            first=fmt.date(shown.valid_from),
            last=fmt.date(shown.valid_to),
            customers=fmt.count(shown.customers),
            overrides=fmt.count(shown.overrides),
        )
    )
    publish_flow.comes_to(page, shown.counts, shown.comes)
    publish_flow.by_class(page, shown.classes)
    if shown.beside is not None:
        st.markdown(
            t("grades.beside_publication", number=shown.beside.publication.id, day=fmt.date(shown.beside.on))
        )
        publications.moves(page, shown.beside.flows, "publication_moves")


def _publish(page: Page, shown: Shown) -> None:
    t = page.t
    if len(shown.standing) > 1:
        st.warning(t("grades.several_overlap"), icon=":material/block:")
        return
    replaced = shown.standing[0] if shown.standing else None
    days = (
        {"first": page.fmt.date(replaced.valid_from), "last": page.fmt.date(replaced.valid_to)}
        if replaced is not None
        else {}
    )

    def act(actor: User) -> str:
        if replaced is not None and not acts.is_ticked("publish_confirm"):
            who = page.person(replaced.who)
            raise InputError("publication_overlaps", number=replaced.id, who=who, **days)
        if shown.key != _key(page, shown.valid_from):
            raise BusyError("state_changed_meanwhile")
        kept, why = opened(), acts.text("publish_why")
        made = publishing.draft(kept, page.store.db, page.policy, page.scope.as_of, shown.valid_from)
        done = flow.publish(kept, made, actor, why, replaced.id if replaced else None)
        st.session_state.pop(_DRAFT, None)
        return t(f"grades.{done.status}", number=done.id)

    with st.form("publish_form"):
        if replaced is not None:
            st.markdown(t("grades.replaces", number=replaced.id, **days))
            st.checkbox(t("grades.confirm_replace"), key="publish_confirm")
        st.text_input(t("grades.publish_reason"), key="publish_why", max_chars=300)
        st.form_submit_button(
            t("grades.publish_button"),
            type="primary",
            icon=":material/campaign:",
            on_click=acts.act,
            args=(page, act),
        )
