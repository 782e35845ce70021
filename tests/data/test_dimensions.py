"""Each dimension is honoured wherever a scope is: the one that is forgotten somewhere is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from analytics.policy import RecoveryRules
from data.ask import credit_queries, lookups, queries, tieout_queries
from data.ask.answers import remembered
from data.ask.sql_files import frame, stream
from data.dimensions import DECLARED, DIMENSIONS, FIELD_OF, Dimension
from data.errors import InputError
from data.scope import FILTERS, Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.checks import data_checks
from services.customers import lists
from services.customers.customer_filters import Choice
from services.recovery import figures

AS_OF = date(2026, 6, 30)
RULES = RecoveryRules()
Customers = Callable[[Snapshot, Scope], int]
ASKED: dict[str, Customers] = {
    "queries (segments, customers)": lambda db, scope: len(queries.customers_in_scope(db, scope)),
    "grading (customer_keys)": lambda db, scope: len(credit_queries.customer_keys(db, scope)),
    "lists (customer_filtered)": lambda db, scope: lists.list_totals(db, scope, Choice()).customers,
}
"""Questions that count customers, by what each is filtered with."""
SOME, STRANGE = "somebody's", "nobody's"


@pytest.fixture(scope="module")
def db(sample_warehouse: Path) -> Iterator[Snapshot]:
    with open_snapshot(sample_warehouse) as opened:
        yield opened


def scope_of(field: str, *codes: str) -> Scope:
    return Scope(AS_OF, **{field: codes})  # type: ignore[arg-type]


def test_a_dimension_is_declared_once() -> None:
    assert tuple(declared.key for declared in DECLARED.values()) == DIMENSIONS
    assert len({declared.link for declared in DECLARED.values()}) == len(DIMENSIONS), "one name in links each"
    assert set(DECLARED) < set(FILTERS)


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_every_question_follows_a_dimension_as_it_is_declared(
    db: Snapshot, dimension: Dimension, asked: str
) -> None:
    """By whole codes or by beginnings of codes, and to nobody where nobody has the code."""
    field, counts = FIELD_OF[dimension], ASKED[asked]
    known = lookups.choices(db, dimension, ())
    bearers = {str(k): int(n) for k, n in zip(known["key"], known["customers"], strict=True) if n}
    assert bearers, f"{dimension}: no box can offer it (choices.sql)"
    code = max(bearers, key=lambda c: (bearers[c], c))
    for text in (code, code[:-1]):
        if dimension == "org":  # a unit's customers are counted with those of the units below it
            wanted = bearers.get(text)
        elif DECLARED[field].by_prefix:
            wanted = sum(n for c, n in bearers.items() if c.startswith(text))
        else:
            wanted = bearers.get(text, 0)
        if wanted is not None and text:
            found = counts(db, scope_of(field, text))
            assert found == wanted, f"{dimension} {text!r} is not followed by {asked}"
    assert counts(db, scope_of(field, STRANGE)) == 0, f"{dimension} is not followed by {asked}"


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_what_is_grouped_by_a_dimension_is_what_a_filter_on_it_leaves(
    db: Snapshot, dimension: Dimension
) -> None:
    parent = figures.EVERY_STATION if dimension == "org" else None
    rows = figures.comparison(db, Scope(AS_OF), RULES, dimension, parent)
    largest = rows[rows["key"] != ""].nlargest(1, "cy_billed")
    assert len(largest), f"{dimension} is no key of rows"
    key, billed = str(largest["key"].iloc[0]), int(largest["cy_billed"].iloc[0])
    declared = DECLARED[FIELD_OF[dimension]]
    if declared.by_prefix:
        billed = int(rows.loc[rows["key"].str.startswith(key), "cy_billed"].sum())
    alone = figures.recovery(db, scope_of(FIELD_OF[dimension], key), RULES).current_year.billed
    assert alone == billed > 0, f"{dimension} is grouped by and filtered by differently"


@pytest.mark.parametrize("field", FILTERS)
def test_a_question_that_forgets_a_filter_is_refused(db: Snapshot, field: str) -> None:
    """Rather than answered of everybody: in a frame, in a stream, and in an answer that is kept."""
    asked = Scope(AS_OF, **{field: (SOME,)}).parameters()  # type: ignore[arg-type]
    forgets = "select count(*) as customers from dim_customer where $as_of is not null"
    for ask in (frame, stream, remembered):
        with pytest.raises(InputError) as refused:
            ask(db, forgets, asked)
        assert (refused.value.key, refused.value.params["dimensions"]) == ("not_narrowed", [FILTERS[field]])
        assert ask(db, forgets, Scope(AS_OF).parameters()) is not None


@pytest.mark.parametrize("field", DECLARED)
def test_tie_out_and_quarantine_follow_a_filter_or_refuse_it(db: Snapshot, field: str) -> None:
    narrowed = scope_of(field, STRANGE)
    if DECLARED[field].of == "customer":
        with pytest.raises(InputError, match="not_narrowed"):
            tieout_queries.cells(db, narrowed, "bills", 202605, AS_OF)
    else:
        assert tieout_queries.cells(db, narrowed, "bills", 202605, AS_OF).empty
    assert figures.receipts_alone(db, narrowed)["receipts"].tolist() == [0]
    if field == "orgs":
        assert data_checks.quarantine_groups(db, narrowed, data_checks.Chosen()).empty
