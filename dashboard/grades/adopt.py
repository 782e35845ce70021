"""Adopt: what a what-if changes, for whom and in money; putting it in force, and going back."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.policy_diff import differences
from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.frame.policy_label import policy_file, policy_label, policy_said
from dashboard.grades import choice as chosen
from dashboard.grades import results
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.shared.state_store import state as opened
from dashboard.tables.downloads import download_made
from dashboard.tables.table import table, titles
from dashboard.what_if import bench, whatif
from dashboard.words.credit_terms import changed_values, grade_names, in_language
from dashboard.words.literal import literal
from dashboard.words.policy_words import difference
from data.errors import DengtaError
from data.state import AdoptedPolicy
from services.credit import adoption, moves, work_load
from services.credit.policy_files import import_text

MOVED = ("model", "old", "new", "households", "balance", "overdue")
_READ = "adopt_file"


def show(page: Page) -> None:
    """What is in force, what would change, the button; files and history below."""
    t = page.t
    tried = whatif.tried(page)
    kept = existing_state()
    records = adoption.history(kept) if kept else []
    with page.part(t("grades.adopt_title"), t("grades.adopt_help")):
        acts.say()
        st.caption(
            t("grades.in_force", policy=policy_said(page, page.policy.version), since=_since(page, records))
        )
        if tried.version == page.policy.version:
            page.empty(t("grades.nothing_to_adopt"))
        else:
            _changes(page, tried)
            _who(page, tried)
            form(page, tried, records[0].id if records else None)
    with page.part(t("grades.files"), t("grades.files_help")):
        _files(page, tried)
    with page.part(t("grades.history"), t("grades.history_help")):
        _history(page, records)


def _since(page: Page, records: list[AdoptedPolicy]) -> str:
    if not records or records[0].content is None:
        return page.t("grades.since_default")
    return page.t("grades.since", who=page.person(records[0].who))


def _called(page: Page, version: str | None) -> str:
    """A policy of the records; none is the project's own."""
    return policy_label(page, version) if version else page.t("grades.default_policy")


def _changes(page: Page, tried: Policy) -> None:
    t = page.t
    changes = differences(page.policy, tried)
    rows = [
        {"place": difference(t, d.path, page.policy, tried), "in_force": was, "what_if": now}
        for d in changes
        for was, now in [changed_values(t.plain, d, page.policy, tried)]
    ]
    st.markdown(f"**{t('grades.changes')}**")
    heads = titles(page, ("place", "in_force", "what_if"), "grading")
    table(page, "policy_changes", pd.DataFrame(rows), heads)


def _who(page: Page, tried: Policy) -> None:
    """Who changes grade, what they owe, and what the rules ask for."""
    t, day = page.t, page.scope.as_of
    st.markdown(f"**{t('grades.who_changes')}**")
    for policy, name in ((page.policy, "adopt_old"), (tried, "adopt_new")):
        if not bench.ask_first(page, policy, day, name):
            return
    old, new = bench.side(page, page.policy, day), bench.side(page, tried, day)
    flows = bench.flows(old, new, results.models_of(old, new, chosen.ALL_MODELS))
    _moved(page, tried, flows)
    _asks(page, old, new, flows)
    results.people(page, old, new, chosen.ALL_MODELS)


def _asks(page: Page, old: bench.Side, new: bench.Side, flows: pd.DataFrame) -> None:
    """What the rules ask for in 90 days, and what it costs, beside those in force."""
    t, fmt = page.t, page.fmt
    every = results.models_of(old, new, chosen.ALL_MODELS)
    sides = [
        moves.with_rest(moves.by_grade(flows, s, x.keys), bench.rest(x, every))
        for s, x in (("old", old), ("new", new))
    ]
    results.asks_for(page, old, new, *sides)
    plans = (old.policy.collection, new.policy.collection)
    was, now = fmt.moneys(*(work_load.cost(p, f) for p, f in zip(plans, sides, strict=True)))
    st.markdown(t("grades.adopt_costs", before=was, after=now))


def _moved(page: Page, tried: Policy, flows: pd.DataFrame) -> None:
    before, after = (grade_names(page.t, policy.credit) for policy in (page.policy, tried))
    classes = {m.key: in_language(page.t, m) for m in (*page.policy.credit.models, *tried.credit.models)}
    moved = flows[flows["old"] != flows["new"]]
    shown = moved.assign(
        model=moved["model"].map(classes), old=moved["old"].map(before), new=moved["new"].map(after)
    ).sort_values("overdue", ascending=False, kind="stable")
    if shown.empty:
        page.empty(page.t("grades.nobody_moves"))
        return
    table(page, "policy_moves", shown, titles(page, MOVED, "grading"))


def form(page: Page, tried: Policy, after: int | None) -> None:
    """The form that adopts what is tried, or why it cannot be; `after`: the newest record that was seen."""
    t = page.t
    if refused := adoption.refusal(tried):
        st.warning(t.error(refused), icon=":material/block:")
        return
    if not page.user.may("adopt"):
        st.caption(t("grades.may_not_adopt"))
        return
    if page.user.orgs:
        st.caption(t("grades.restricted_adopt"))
        return

    def act(actor: User) -> str:
        why, name = acts.text("adopt_why"), acts.text("adopt_name")
        done = adoption.adopt(opened(), tried, actor, why, after, name)
        whatif.clear(page)
        return t("grades.adopted", version=policy_said(page, str(done.version)))

    with st.form("adopt_form"):
        st.text_input(
            t("grades.adopt_name"), key="adopt_name", max_chars=60, help=t("grades.adopt_name_help")
        )
        st.text_input(t("grades.adopt_reason"), key="adopt_why", max_chars=300)
        st.form_submit_button(
            t("grades.adopt_button"),
            type="primary",
            icon=":material/gavel:",
            on_click=acts.act,
            args=(page, act),
        )


def _undo(page: Page, after: int | None) -> None:
    t = page.t
    if not page.user.may("adopt") or page.user.orgs:
        return

    def act(actor: User) -> str:
        done = adoption.undo(opened(), actor, acts.text("undo_why"), after)
        whatif.clear(page)
        return t("grades.undone", policy=literal(_called(page, done.version)))

    with st.form("undo_form"):
        st.text_input(t("grades.undo_reason"), key="undo_why", max_chars=300, help=t("grades.undo_help"))
        st.form_submit_button(
            t("grades.undo_adoption"), icon=":material/undo:", on_click=acts.act, args=(page, act)
        )


def _files(page: Page, tried: Policy) -> None:
    t = page.t
    policies = {"adopted": page.policy, "tried": tried}
    with st.container(horizontal=True, gap="small"):
        for which, policy in policies.items():
            if which == "tried" and tried.version == page.policy.version:
                continue
            label, help_ = t(f"grades.export_{which}"), t("grades.files_help")
            download_made(
                page,
                f"policy_{which}",
                "toml",
                (policy.version,),
                partial(policy_file, page, policy),
                label=label,
                help=help_,
            )
    given = st.file_uploader(t("grades.import_file"), type=["toml"], key="adopt_upload", max_upload_size=1)
    if given is None or st.session_state.get(_READ) == given.file_id:
        return
    st.session_state[_READ] = given.file_id
    try:
        read = import_text(given.getvalue(), given.name)
        whatif.put(page, read)
        acts.note(said=t("grades.imported", policy=policy_said(page, read.version)))
    except (DengtaError, RefusedError) as refusal:
        acts.note(wrong=t.error(refusal))
    st.rerun()


def _history(page: Page, records: list[AdoptedPolicy]) -> None:
    t = page.t
    if not records:
        page.empty(t("grades.no_history"))
        return
    rows = [
        {
            "at": page.fmt.clock_of(r.at),
            "event": t("grades.event.adopted" if r.undoes is None else "grades.event.undone"),
            "version": _called(page, r.version),
            "who": page.person(r.who),
            "why": r.why,
        }
        for r in records
    ]
    heads = titles(page, ("at", "event", "version", "who", "why"), "grading")
    table(page, "policy_history", pd.DataFrame(rows), heads)
    if records[0].content is not None:
        _undo(page, records[0].id)
