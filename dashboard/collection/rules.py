"""催费规则: the table of collection by grade and days overdue, tried, checked, told in words, adopted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from analytics import collection_edits as edits
from analytics.collection_policy import CollectionPolicy, rules_for
from analytics.collection_rules import ACTIONS, UNGRADED, CollectionRules, TableRow
from analytics.policy import Policy
from analytics.policy_diff import differences
from dashboard.acts import acts
from dashboard.collection import rule_exceptions, rule_settings, rule_texts
from dashboard.collection.deciding import Counts, counts
from dashboard.collection.tried import change
from dashboard.grades import adopt, tune
from dashboard.grades import choice as chosen
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.tables.table import table, titles
from dashboard.what_if import whatif
from dashboard.what_if.moved import showing
from dashboard.words import collection_words as words
from dashboard.words.credit_terms import changed_values, grade_names
from dashboard.words.literal import literal
from dashboard.words.policy_words import difference
from services.credit import adoption
from services.credit.policy_files import read_policy

PARAMS = (whatif.TRY,)
MOST_DAYS = 3_650
MOST_REFUSALS = 6
_CELL_WIDTH = 128


def show(page: Page) -> None:
    """The table, the exceptions, what they decide today, what keeps them from being adopted, adoption."""
    t, tried = page.t, whatif.tried(page)
    names = grade_names(t.plain, tried.credit)
    acts.say()
    with page.part(t("collection_rules.title"), t("collection_rules.help")):
        tune.steps(page)
        if not tried.collection.rules.table:
            _begin(page)
            return
        counted = counts(page, tried)
        _table(page, tried, names, counted)
    with page.part(t("collection_rules.exceptions"), t("collection_rules.first_decides")):
        rule_exceptions.show(page, tried, names, counted)
    if counted is not None:
        with page.part(t("collection_rules.today"), t("collection_rules.today_help")):
            _today(page, counted)
    with page.part(t("collection_rules.texts"), t("collection_rules.texts_help")):
        rule_texts.show(page, tried)
    with page.part(t("collection_rules.settings"), t("collection_rules.settings_help")):
        rule_settings.show(page, tried)
    with page.part(t("collection_rules.in_words")), st.expander(t("collection_rules.read"), expanded=False):
        said = words.in_words(t.plain, tried.collection.rules, names)
        st.markdown("\n".join(f"- {literal(sentence)}" for sentence in said))
    with page.part(t("collection_rules.check")):
        _check(page, tried)


def _begin(page: Page) -> None:
    """Where the policy has no table: the project's own is tried."""
    page.empty(page.t("collection_rules.no_table"))
    st.button(
        page.t("collection_rules.begin"),
        icon=":material/table:",
        key="rules_begin",
        on_click=lambda: chosen.change(page, _begun),
    )


def _begun(policy: Policy) -> Policy:
    """The policy with the project's own collection for its grades; what an action costs stays its own."""
    shipped = read_policy()
    keys = policy.credit.grade_keys or shipped.credit.grade_keys
    rules = rules_for(shipped.collection.rules, shipped.credit.grade_keys, keys)
    had = policy.collection
    own = {cost.action: cost for cost in had.costs}
    costs = tuple(own.get(cost.action, cost) for cost in shipped.collection.costs)
    base = shipped.collection if replace(had, costs=()) == CollectionPolicy() else had
    return replace(policy, collection=replace(base, rules=rules, costs=costs))


def _table(page: Page, tried: Policy, names: Mapping[str, str], counted: Counts | None) -> None:
    t, rules = page.t, tried.collection.rules
    _bands(page, rules)
    grades = (*tried.credit.grade_keys, UNGRADED)
    if {row.grade for row in rules.table} != set(grades):
        st.button(
            t("collection_rules.rows"),
            icon=":material/playlist_add:",
            key="rules_rows",
            on_click=lambda: change(page, lambda now: edits.with_rows(now, grades)),
        )
    for row in rules.table:
        _row(page, rules, row, names, counted)
    st.caption(t.sentences((t("collection_rules.media_off"), t("collection_rules.phone_off"))))


def _bands(page: Page, rules: CollectionRules) -> None:
    """The first day of each band but the first, and bands more or fewer."""
    t = page.t
    with st.expander(t("collection_rules.bands", count=len(rules.edges)), icon=":material/date_range:"):
        grid = st.grid(max(len(rules.edges) - 1, 1), min_column_width=_CELL_WIDTH, gap="xsmall")
        for band, day in enumerate(rules.edges[1:], 1):
            with grid.cell():
                st.number_input(
                    t("collection_rules.first_day", n=band + 1),
                    1,
                    MOST_DAYS,
                    step=1,
                    **showing(f"rule_edge_{band}", day, partial(_edged, page, band)),
                )
        with st.container(horizontal=True, gap="small"):
            st.button(
                t("collection_rules.band_more"),
                icon=":material/add:",
                key="rules_band_more",
                on_click=lambda: change(page, edits.with_band),
            )
            st.button(
                t("collection_rules.band_less"),
                icon=":material/remove:",
                key="rules_band_less",
                disabled=len(rules.edges) < 2,
                on_click=lambda: change(page, lambda now: edits.without_band(now, len(now.edges) - 1)),
            )


def _edged(page: Page, band: int, day: int) -> None:
    change(page, lambda rules: edits.with_edge(rules, band, int(day)))


def _row(
    page: Page, rules: CollectionRules, row: TableRow, names: Mapping[str, str], counted: Counts | None
) -> None:
    """A grade: a box for each band, with the band above it and whom the cell decides about below."""
    t = page.t
    grade = words.row_name(t.plain, row.grade, names)
    st.markdown(f"**{literal(grade)}**")
    grid = st.grid(len(rules.edges), min_column_width=_CELL_WIDTH, gap="xsmall")
    for band, action in enumerate(row.actions):
        key = f"rule_cell_{row.grade}_{band}"
        st.session_state[key] = action
        with grid.cell():
            st.selectbox(
                words.band_name(t, rules.edges, band),
                ACTIONS,
                format_func=lambda name: words.action_name(t.plain, name),
                key=key,
                on_change=_celled,
                args=(page, row.grade, band, key),
                placeholder="",
            )
            if counted is not None:
                st.caption(counted.words(page, f"cell:{row.grade}:{rules.edges[band]}"))
    falls = any(
        ACTIONS.index(b) < ACTIONS.index(a) for a, b in zip(row.actions, row.actions[1:], strict=False)
    )
    if falls or row.milder:
        key = f"rule_milder_{row.grade}"
        st.session_state[key] = row.milder
        st.checkbox(t("collection_rules.may_fall"), key=key, on_change=_allowed, args=(page, row.grade, key))


def _celled(page: Page, grade: str, band: int, key: str) -> None:
    action = str(st.session_state[key])
    change(page, lambda rules: edits.with_cell(rules, grade, band, action))


def _allowed(page: Page, grade: str, key: str) -> None:
    milder = bool(st.session_state[key])
    change(page, lambda rules: edits.with_milder(rules, grade, milder=milder))


def _today(page: Page, counted: Counts) -> None:
    """What the table recommends today by action, as adopted and as tried, before what the law allows."""
    t = page.t
    sides = [
        f.rename(columns={"customers": "households"})
        for f in (counted.adopted.by_action, counted.tried.by_action)
    ]
    both = sides[0].add_prefix("old_").join(sides[1].add_prefix("new_"))
    both = both[(both["old_households"] > 0) | (both["new_households"] > 0)].reset_index(names="action")
    both["action"] = [words.action_name(t.plain, str(a)) for a in both["action"]]
    for side in ("old", "new"):
        both[f"{side}_hours"] = (both.pop(f"{side}_minutes") / 60).round().astype("int64")
    if both.empty:
        page.empty(t("collection_rules.nobody"))
        return
    heads = {"action": t("collection_rules.action")}
    for measure in ("households", "owed_now", "hours"):
        for side in ("old", "new"):
            what = t(f"collection_rules.column_{measure}")
            heads[f"{side}_{measure}"] = t(f"grades.side.{side}", what=what)
    table(page, "collection_today", both, heads)


def _check(page: Page, tried: Policy) -> None:
    """Each refusal a sentence; what differs from the table in force, and the form that adopts it."""
    t = page.t
    refused = adoption.collection_refusals(tried)
    for refusal in refused[:MOST_REFUSALS]:
        st.warning(t.error(refusal), icon=":material/block:")
    if len(refused) > MOST_REFUSALS:
        st.caption(t("collection_rules.more_refused", count=len(refused), shown=MOST_REFUSALS))
    if not refused:
        st.success(t("collection_rules.whole"), icon=":material/check_circle:")
    changes = differences(page.policy, tried)
    if not changes:
        st.caption(t("collection_rules.nothing_tried"))
        return
    rows = [
        {"place": difference(t, d.path, page.policy, tried), "in_force": was, "what_if": now}
        for d in changes
        for was, now in [changed_values(t.plain, d, page.policy, tried)]
    ]
    heads = titles(page, ("place", "in_force", "what_if"), "grading")
    table(page, "policy_changes", pd.DataFrame(rows), heads)
    kept = existing_state()
    records = adoption.history(kept) if kept else []
    adopt.form(page, tried, records[0].id if records else None)
    link = {**page.query(), whatif.TRY.name: str(page.get(whatif.TRY)), "view": "adopt"}
    page.link_to("grades", t("collection_rules.whom"), link)
