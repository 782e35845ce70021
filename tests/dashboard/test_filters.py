"""Filters and the link: what is written is read back, what is not understood is dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlencode

from hypothesis import given
from hypothesis import strategies as st

from analytics.two_days import WAYS
from dashboard.filters import HIDDEN, LISTS, MAX_CODES, MAX_LENGTH, Filters, Known, choice, number
from services.customer_codes import code_of, number_of

CODES = st.lists(st.text("0123456789ABCDEFabcdef-_.", min_size=1, max_size=12), max_size=5, unique=True).map(
    tuple
)
FILTERS = st.builds(
    Filters,
    as_of=st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    against=st.sampled_from(WAYS) | st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    basis=st.sampled_from(["assessment", "point"]),
    lang=st.sampled_from([None, "zh", "en"]),
    **dict.fromkeys(LISTS, CODES),
)


KEY, OTHER = b"k" * 32, b"o" * 32


def hide(number: str) -> str:
    return code_of(KEY, number)


def reveal(code: str) -> str | None:
    return number_of(KEY, code)


def through_a_browser(filters: Filters) -> dict[str, list[str]]:
    """The query as it comes back from a URL."""
    return parse_qs(urlencode(filters.to_query(hide), doseq=True), keep_blank_values=True)


def test_no_filter_is_an_empty_link() -> None:
    assert Filters().to_query() == {}
    assert Filters.from_query({}) == Filters()


@given(FILTERS)
def test_what_is_written_is_read_back(filters: Filters) -> None:
    assert Filters.from_query(through_a_browser(filters), reveal) == filters


@given(FILTERS, st.sampled_from(["zh", "en"]))
def test_a_change_of_language_keeps_every_filter(filters: Filters, lang: str) -> None:
    switched = replace(filters, lang=lang)
    assert replace(Filters.from_query(through_a_browser(switched), reveal), lang=filters.lang) == filters


@given(st.dictionaries(st.text(max_size=10), st.lists(st.text(max_size=80), max_size=4), max_size=8))
def test_any_query_gives_filters(query: dict[str, list[str]]) -> None:
    known = set(LISTS.values()) | {"asof", "vs", "basis", "lang"}
    read = Filters.from_query(query, reveal)
    assert set(read.to_query(hide)) <= known
    assert Filters.from_query(read.to_query(hide), reveal) == read


@given(st.lists(st.text(max_size=100), max_size=300))
def test_codes_are_bounded_and_printable(values: list[str]) -> None:
    codes = Filters.from_query({"org": values}).orgs
    assert len(codes) <= MAX_CODES
    assert all(0 < len(c) <= MAX_LENGTH and c.isprintable() and c == c.strip() for c in codes)


def test_unknown_codes_and_days_are_dropped() -> None:
    known = Known(date(2024, 1, 1), date(2026, 3, 31), {"orgs": frozenset({"33401"})})
    asked = Filters(as_of=date(2026, 4, 1), orgs=("33401", "99999"), classes=("01",))
    assert asked.within(known) == Filters(orgs=("33401",), classes=("01",))
    assert Filters(as_of=date(2026, 3, 31)).within(known).as_of == date(2026, 3, 31)
    assert Filters(against=date(2023, 12, 31)).within(known).against == "year"
    assert Filters(against=date(2024, 1, 1)).within(known).against == date(2024, 1, 1)


def test_bad_days_and_words_fall_to_the_default() -> None:
    for text in ("2026-02-30", "2026-3-1", "20260301", "", "-" * 10, "0000-00-00"):
        assert Filters.from_query({"asof": [text]}).as_of is None
    read = Filters.from_query({"basis": ["both"], "lang": ["fr"]})
    assert (read.basis, read.lang) == ("assessment", None)


def test_the_readers_units_never_come_from_a_link() -> None:
    query = {"allowed_orgs": ["*"], "allowed": [""], "org": ["33401"]}
    scope = Filters.from_query(query).scope(date(2026, 3, 31), ("33402",))
    assert scope.allowed_orgs == ("33402",)
    assert scope.orgs == ("33401",)


@given(st.text("0123456789", min_size=6, max_size=20))
def test_an_owner_is_in_a_link_by_an_opaque_code_alone(number: str) -> None:
    query = Filters(owners=(number,)).to_query(hide)
    assert number not in urlencode(query, doseq=True)
    assert Filters.from_query(query, reveal).owners == (number,)
    for strange in ({"owner": [number]}, Filters(owners=(number,)).to_query(lambda n: code_of(OTHER, n))):
        assert Filters.from_query(strange, reveal).owners == (), "a number, or another key's code, is nobody"
    assert {"owners"} == HIDDEN


def test_search_text_and_names_have_no_place_in_a_link() -> None:
    assert not {"q", "search", "name", "phone"} & set(LISTS.values())


def test_page_parameters_refuse_what_they_do_not_know() -> None:
    view = choice("view", ("trend", "compare"))
    assert (view.default, view.read("compare"), view.read("drop table")) == ("trend", "compare", None)
    many = number("n", 5, 1, 60)
    assert many.read("7") == 7
    assert [many.read(t) for t in ("0", "61", "-3", "٣", "1e3", "", "--1")] == [None] * 7
