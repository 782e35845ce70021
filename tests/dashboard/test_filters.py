"""Filters and the link: what is written is read back, and nothing is dropped or widened without a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs, urlencode

from hypothesis import given
from hypothesis import strategies as st

from analytics.two_days import WAYS
from dashboard.links.filters import (
    HIDDEN,
    LISTS,
    MAX_CODES,
    MAX_LENGTH,
    Filters,
    Param,
    Query,
    choice,
    number,
)
from dashboard.links.link_reading import (
    MOST_SAID,
    Known,
    Reading,
    corrected,
    read_filters,
    read_page,
    shortened,
    within,
)
from services.credit.policy_files import read_policy
from services.customers.customer_codes import code_of, number_of

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


POLICY = read_policy()
KEY, OTHER = b"k" * 32, b"o" * 32


def hide(number: str) -> str:
    return code_of(KEY, number)


def reveal(code: str) -> str | None:
    return number_of(KEY, code)


def through_a_browser(filters: Filters) -> dict[str, list[str]]:
    """The query as it comes back from a URL."""
    return parse_qs(urlencode(filters.to_query(hide), doseq=True), keep_blank_values=True)


def read(query: Query) -> Filters:
    return read_filters(query, reveal).filters


def test_no_filter_is_an_empty_link() -> None:
    assert Filters().to_query() == {}
    assert read_filters({}, reveal) == Reading(Filters())


@given(FILTERS)
def test_what_is_written_is_read_back(filters: Filters) -> None:
    assert read_filters(through_a_browser(filters), reveal) == Reading(filters)


@given(FILTERS, st.sampled_from(["zh", "en"]))
def test_a_change_of_language_keeps_every_filter(filters: Filters, lang: str) -> None:
    switched = replace(filters, lang=lang)
    assert replace(read(through_a_browser(switched)), lang=filters.lang) == filters


KNOWN = Known(
    date(2024, 1, 1),
    date(2026, 3, 31),
    {name: frozenset(["1", "2", "33401", "é"]) for name in LISTS},
)
VALUE = st.sampled_from(["1", "2", "33401", "2025-06-30", "2030-01-01", "point", "zh"]) | st.text(
    min_size=1, max_size=90
)
NAMES = st.sampled_from([*LISTS.values(), "asof", "vs", "basis", "lang", "view", "f"]) | st.text(
    min_size=1, max_size=8
)
QUERIES = st.dictionaries(NAMES, st.lists(VALUE, min_size=1, max_size=MAX_CODES + 5), max_size=6)
VIEW = choice("view", ("trend", "compare"))


def whole(query: Query) -> Reading:
    """Everything that a page with one parameter reads of a link."""
    filters = within(read_filters(query, reveal), KNOWN, query, hide)
    own = read_page(query, (VIEW,), POLICY)
    return Reading(filters.filters, filters.problems + own.problems, filters.lost | own.lost)


def named(reading: Reading, name: str, text: str) -> bool:
    """Whether a notice tells of this text, by itself or among many."""
    own = [p for p in reading.problems if p.name == name]
    return any(shortened(text) in p.texts or p.count > MOST_SAID for p in own)


@given(QUERIES)
def test_every_code_asked_is_in_the_scope_or_named_and_nothing_is_widened(query: Query) -> None:
    reading = whole(query)
    for name, short in LISTS.items():
        shown = getattr(reading.filters, name)
        asked = query.get(short, ())
        meant = {text: reveal(text) if name in HIDDEN else text for text in asked}
        for text, code in meant.items():
            assert code in shown or named(reading, short, text), (short, text)
        assert set(shown) <= set(meant.values()) & {"1", "2", "33401", "é"}
        assert bool(shown) or not asked or short in reading.lost, "the whole company in place of one unit"


@given(QUERIES)
def test_every_other_parameter_is_followed_or_named(query: Query) -> None:
    reading = whole(query)
    day, newest = reading.filters.as_of, KNOWN.last_day
    for text in query.get("asof", ())[:1]:
        assert text == (day or newest).isoformat() or named(reading, "asof", text)
    for name, value in (("basis", reading.filters.basis), ("lang", reading.filters.lang)):
        assert all(text == value or named(reading, name, text) for text in query.get(name, ())[:1])
    assert all(VIEW.read(text) or named(reading, "view", text) for text in query.get("view", ())[:1])
    for name, values in query.items():
        if name in {"asof", "vs", "basis", "lang", "view"} and len(values) > 1:
            assert named(reading, name, values[1]), "what is given twice is read once, and said"
    for text in query.get("vs", ())[:1]:
        assert text == str(reading.filters.against) or named(reading, "vs", text)
    ours = {*LISTS.values(), "asof", "vs", "basis", "lang", "view", "f"}
    strange = [n for n in query if n not in ours and not n.startswith("utm_")]
    assert all(named(reading, "", name) for name in strange if name not in ("spm", "embed"))


@given(QUERIES)
def test_a_corrected_link_is_understood_whole(query: Query) -> None:
    reading = whole(query)
    right = dict(reading.filters.to_query(hide))
    if (view := (query.get("view") or [""])[0]) in ("trend", "compare"):
        right["view"] = [view]
    again = whole(corrected(query, right, reading.problems))
    assert not again.problems and not again.lost
    assert replace(again.filters, lang=None) == replace(reading.filters, lang=None)


def test_some_unknown_codes_leave_the_known_and_are_named() -> None:
    query = {"org": ["33401", "99999"], "class": ["1"], "asof": ["2026-04-01"]}
    reading = whole(query)
    assert reading.filters == Filters(orgs=("33401",), classes=("1",))
    assert not reading.lost
    assert {(p.name, p.texts, p.why) for p in reading.problems} == {
        ("org", ("99999",), "unknown"),
        ("asof", ("2026-04-01",), "outside"),
    }
    assert whole({"asof": ["1999-01-01"]}).filters.as_of == KNOWN.first_day, "the nearest day"
    assert not whole({"asof": ["2026-03-31"], "vs": ["2024-01-01"]}).problems
    early = whole({"vs": ["2023-12-31"]})
    assert early.filters.against == "year" and [p.name for p in early.problems] == ["vs"]


def test_where_nothing_of_a_filter_is_understood_it_is_lost() -> None:
    asked = ({"org": ["99999"]}, {"class": [" ", "x" * (MAX_LENGTH + 1)]}, {"owner": ["33401"]})
    assert [whole(query).lost for query in asked] == [{"org"}, {"class"}, {"owner"}]
    narrow: Param[str] = Param("c", "", lambda text: text if text == "good" else None, narrows=True)
    assert read_page({"c": ["good"]}, (narrow,), POLICY) == Reading(Filters())
    assert read_page({"c": ["bad"]}, (narrow,), POLICY).lost == {"c"}


def test_bad_days_and_words_fall_to_the_default_and_are_named() -> None:
    for text in ("2026-02-30", "2026-3-1", "20260301", "-" * 10, "0000-00-00"):
        reading = whole({"asof": [text]})
        assert reading.filters.as_of is None
        assert [(p.name, p.texts, p.why) for p in reading.problems] == [("asof", (text,), "no_day")]
    reading = whole({"basis": ["both"], "lang": ["fr"]})
    assert (reading.filters.basis, reading.filters.lang) == ("assessment", None)
    assert {p.name for p in reading.problems} == {"basis", "lang"}


def test_what_is_quoted_is_short_and_printable() -> None:
    assert shortened("a" * 500) == "a" * 40 + "…"
    assert shortened("a\u202e\n b").isprintable()


def test_what_trackers_add_is_nobodys_question() -> None:
    assert not read_page({"utm_source": ["mail"], "embed": ["true"]}, (), POLICY).problems
    assert [p.texts for p in read_page({"untrue": ["1"]}, (), POLICY).problems] == [("untrue",)]


def test_the_readers_units_never_come_from_a_link() -> None:
    query = {"allowed_orgs": ["*"], "allowed": [""], "org": ["33401"]}
    scope = read(query).scope(date(2026, 3, 31), ("33402",))
    assert scope.allowed_orgs == ("33402",)
    assert scope.orgs == ("33401",)


@given(st.text("0123456789", min_size=6, max_size=20))
def test_an_owner_is_in_a_link_by_an_opaque_code_alone(number: str) -> None:
    query = Filters(owners=(number,)).to_query(hide)
    assert number not in urlencode(query, doseq=True)
    assert read(query).owners == (number,)
    for strange in ({"owner": [number]}, Filters(owners=(number,)).to_query(lambda n: code_of(OTHER, n))):
        assert read(strange).owners == (), "a number, or another key's code, is nobody"
    found = within(read_filters(query, reveal), KNOWN, query, hide)
    assert number not in repr(found.problems), "a notice quotes the code as the link has it"
    assert {"owners"} == HIDDEN


def test_search_text_and_names_have_no_place_in_a_link() -> None:
    assert not {"q", "search", "name", "phone"} & set(LISTS.values())


def test_page_parameters_refuse_what_they_do_not_know() -> None:
    view = choice("view", ("trend", "compare"))
    assert (view.default, view.read("compare"), view.read("drop table")) == ("trend", "compare", None)
    many = number("n", 5, 1, 60)
    assert many.read("7") == 7
    assert [many.read(t) for t in ("0", "61", "-3", "٣", "1e3", "", "--1")] == [None] * 7
