"""One table of headings, and no sentence twice without a reason."""

from __future__ import annotations

import re
from collections import defaultdict

from dashboard.words.i18n import catalogue
from services.files.columns import KINDS

APART = {
    "tables.": "a file is called as the part that it is taken from",
    "downloads.manifest.": "what a file says of itself",
    "links.parameters.": "a parameter of a link is called as the box that sets it",
    "collection_rules.": "what rules and orders name, each by its own key",
    "short.": "a heading where there is no room",
    "filters.": "a filter is called as the column that it goes by",
    "customers.filter.": "a filter of the list, by a key of its own",
    "customers.event.": "what happened to a customer",
    "comparison.item.": "a figure of two days, with its year or month",
    "why.measure.": "a figure whose change is explained",
    "why.step.": "what a change is split by",
    "targets.measure.": "a figure that has targets",
    "targets.columns.": "where a unit stands, in words",
    "targets.file.": "a form that people fill in and bring back",
    "services.file.": "a form that people fill in and bring back",
    "messages.file.": "a form that people fill in and bring back",
    "data_checks.tie.": "the official report's own columns",
    "data_checks.measure.": "a figure of the official report",
    "data_checks.table.": "a table of the extract",
    "extract_columns.": "a column of the extract, as a box",
    "connect.heads.": "of files that are not loaded yet",
    "connect.state.": "of files that are not loaded yet",
    "connect.why.": "of files that are not loaded yet",
    "connect.unit_name.": "the unit of a file's amounts",
    "codes.": "code lists of the marketing system",
    "errors.": "a refusal says what a box had said",
    "evaluation.registry_column.": "of indicators",
    "evaluation.fact.": "of facts by hand, boxes and columns alike",
    "evaluation.stable.": "of weights",
    "evaluation.weight.": "of weights",
    "evaluation.group.": "groups on the page of the model",
    "evaluation.places.": "places of a policy, within a sentence",
    "evaluation.tables.": "a table is called as its part",
    "credit.reasons.": "of a customer's factors",
}
"""Rooms whose words may stand elsewhere too, each with the reason."""
VIEWS = re.compile(r"\.(views|tabs|shapes)\.")
"""A view is called as the part that it shows."""
TWICE = {
    "ageing.written_off": "where a debt of last month went",
    "builtin.median": "an indicator's formula",
    "columns.model": "the class of the policy, not of the bill",
    "columns.collector_name": "beside the collector's number",
    "columns.now": "the first of two days, where none is named",
    "columns.is_set_off": "whether it was, not how much",
    "columns.excess": "of one bill",
    "columns.target": "a rate, not an amount",
    "columns.place": "a place of the policy",
    "columns.kind": "an event of a customer, not of the policy",
    "columns.old_billed": "what is to be collected in the report",
    "columns.batch.name": "the file that was brought",
    "columns.entry.why": "the box that asks for it",
    "credit.decisions.from": "a decision's day",
    "credit.decisions.objection": "what is objected, as a box",
    "credit.decisions.save": "a button",
    "credit.decisions.to": "a decision's day",
    "credit.decisions.withdraw": "a button",
    "data_checks.cause.point_basis": "a cause of a difference",
    "data_checks.roundings.yuan": "what amounts are rounded to",
    "evaluation.never": "a knot of a membership",
    "evaluation.types.float": "a type of the policy",
    "evaluation.unit.yuan": "a unit of indicators",
    "grades.ranking.score": "what customers are ranked by",
    "late_fee.column_amount": "one bill of the reader's",
    "late_fee.column_days": "one bill of the reader's",
    "late_fee.column_reading": "one bill of the reader's",
    "late_fee.due": "one bill of the reader's, as a box",
    "nav.ageing": "the page",
    "progress.report_done": "of another command",
    "ranking.levels.area": "a level of the tree",
    "services.when": "when a service falls due",
}
"""Keys whose words stand at another key too, each with what they mean here."""


def test_no_sentence_stands_twice_without_a_reason() -> None:
    """What differs in Chinese is something else, whatever it is called in English."""
    zh, en = catalogue("zh"), catalogue("en")
    told = defaultdict(list)
    for key, words in en.items():
        if key not in TWICE and not key.startswith(tuple(APART)) and not VIEWS.search(key):
            told[words, zh[key]].append(key)
    assert not {words: keys for words, keys in told.items() if len(keys) > 1}
    assert not [key for key in TWICE if key not in en]
    assert not [room for room in APART if not any(key.startswith(room) for key in en)]


def test_a_heading_is_of_a_column_and_a_room_says_only_what_it_calls_otherwise() -> None:
    zh, en = catalogue("zh"), catalogue("en")
    headings = [key.split(".")[1:] for key in en if key.startswith("columns.")]
    work = {"hours", "interval"}
    assert not {parts[-1] for parts in headings} - set(KINDS) - work
    for room, key in (parts for parts in headings if len(parts) > 1):
        own, usual = f"columns.{room}.{key}", f"columns.{key}"
        assert (en[own], zh[own]) != (en[usual], zh[usual]), own


def test_a_customer_has_a_number() -> None:
    """One term for 户号: three tables said no. and two said number."""
    assert not [key for key, words in catalogue("en").items() if re.search(r"[Cc]ustomer no\.", words)]
