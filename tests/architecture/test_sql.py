"""What an SQL file must be: its grain first, one statement, known parameters, no division, portable."""

from __future__ import annotations

import ast
import re
from datetime import date
from functools import cache
from itertools import takewhile
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from data.ask.customer_copy import OWN
from data.ask.customer_queries import (
    FILTERED,
    NO_STANDING,
    NO_STANDING_PAGE,
    PAGE,
    PICKED,
    STANDING,
    WHOLE_LIST,
)
from data.ask.sql_files import INCLUDE
from data.ask.sql_files import text_of as asked
from data.scope import Scope
from services.customers.customer_filters import Choice
from tests.architecture.source import ROOT, name_of, nodes, python_files, sql_files, text_of

ALL = sql_files()
QUERIES = tuple(path for path in sql_files("queries") if path.parent.name == "queries")
INCLUDES = {path.stem: path for path in sql_files("queries") if path.parent.name == "include"}
GRAIN = re.compile(
    r"\bone (row|line|value|number)\b|\brows? (per|each)\b|\bby unit and flags\b", re.IGNORECASE
)
PARAMETER = re.compile(r"(?<!:):([a-z]\w*)")
SCOPE = set(Scope(date.min).parameters())
MAX_LINES = 90
LISTS = ("data/sql/staging/steps/macros.sql", "data/sql/staging/steps/absent.sql")
MAX_COLUMNS = 150
Parts = tuple[tuple[str, tuple[str, ...]], ...]

NOT_SPARK: dict[str, str] = {}
"""Query files that Spark SQL cannot say as they stand, each with the reason and what would replace it."""


CUSTOMERS: Parts = (
    ("who", ("segments", "customers")),
    ("moved", ("moved_customer",)),
    ("spells", ("spells_customer",)),
    ("run_off_keyed", ("run_off_customer",)),
    ("lasting", ("lasting_customers",)),
    ("customer_filter", ("customer_filter_items",)),
    ("customer_then", ("customer_filter_then",)),
)
NAMED: Parts = (*CUSTOMERS, ("lasting", ("lasting_named",)))
SEGMENTS: tuple[Parts, ...] = tuple(
    (
        ("who", ("segments",)),
        ("moved", (cube, begun)),
        ("spells", ("spells_segment",)),
        ("run_off_keyed", ("run_off_segment",)),
        ("lasting", ("lasting_all",)),
        ("customer_filter", ("no_filter",)),
        ("customer_then", ("no_filter",)),
    )
    for cube, begun in (
        ("complete_segment", "moved_complete"),
        ("complete_segment", "moved_begun"),
        ("complete_core", "moved_complete"),
        ("complete_core", "moved_begun_core"),
    )
)
PAGES = (
    (STANDING, PAGE),
    (NO_STANDING, NO_STANDING_PAGE),
    (STANDING, WHOLE_LIST),
    (NO_STANDING, WHOLE_LIST),
)


@cache
def variants(path: Path) -> list[str]:
    """Every text that the file becomes: cubes, single customers, one of them, a page, the whole list."""
    always = (FILTERED, PICKED)
    texts = [
        asked(path.stem, (*parts, *always, *page))
        for parts in (CUSTOMERS, NAMED, *SEGMENTS, (*CUSTOMERS, *OWN))
        for page in PAGES
    ]
    return list(dict.fromkeys(texts))


@pytest.fixture(scope="module")
def statements() -> dict[Path, list[duckdb.Statement]]:
    """The statements as DuckDB parses them, of every variant of each query."""
    return {path: [s for text in variants(path) for s in duckdb.extract_statements(text)] for path in QUERIES}


@pytest.fixture(scope="module")
def parsed() -> dict[Path, list[exp.Expression]]:
    """The statements as sqlglot parses them, of every variant of each query."""
    return {
        path: [s for text in variants(path) for s in sqlglot.parse(text, read="duckdb") if s is not None]
        for path in QUERIES
    }


def test_no_include_is_left_over() -> None:
    texts = (text_of(path) for path in ALL)
    named = {name for text in texts for name, _ in INCLUDE.findall(text)}
    chosen = {
        file
        for parts in (CUSTOMERS, NAMED, *SEGMENTS, (*CUSTOMERS, *OWN))
        for _, files in parts
        for file in files
    }
    assert set(INCLUDES) <= named | chosen | {
        *(f for _, files in (FILTERED, PICKED) for f in files),
        *(f for page in PAGES for _, files in page for f in files),
    }


def test_line_one_is_a_sentence_about_what_comes_out() -> None:
    first = {name_of(p): text_of(p).split("\n")[0] for p in ALL if p not in INCLUDES.values()}
    assert not {name: line for name, line in first.items() if not re.match(r"-- \S.{15,}[.:;,\w)]$", line)}


def test_a_query_says_its_grain_in_its_opening_comment() -> None:
    opening = {
        name_of(path): " ".join(takewhile(lambda line: line.startswith("--"), text_of(path).splitlines()))
        for path in QUERIES
    }
    assert not {name for name, text in opening.items() if not GRAIN.search(text)}, "what is one row?"


def test_a_query_is_one_select(statements: dict[Path, list[duckdb.Statement]]) -> None:
    for path, found in statements.items():
        assert len(found) == len(variants(path)), name_of(path)
        assert {statement.type for statement in found} == {duckdb.StatementType.SELECT}, name_of(path)


def test_a_query_only_wants_parameters_that_its_caller_names(
    statements: dict[Path, list[duckdb.Statement]],
) -> None:
    """A parameter is a field of Scope, a filter of the customer list, or an argument of its function."""
    unsaid = {}
    for path, found in statements.items():
        wanted = {name for statement in found for name in statement.named_parameters}
        assert all(name.isidentifier() for name in wanted), f"a positional parameter in {name_of(path)}"
        unknown = wanted - SCOPE - set(Choice().parameters())
        if unknown and (left := unknown - _words_of_callers(path.stem)):
            unsaid[name_of(path)] = sorted(left)
    assert not unsaid, "neither Scope's nor said by who runs the query"


def _words_of_callers(stem: str) -> set[str]:
    """Every name and string in the modules of data that mention the query's name."""
    words: set[str] = set()
    for path in python_files("data", "services"):
        if stem not in text_of(path):
            continue
        words |= {node.arg for node in (*nodes(path, ast.arg), *nodes(path, ast.keyword)) if node.arg}
        words |= {node.value for node in nodes(path, ast.Constant) if isinstance(node.value, str)}
    return words


def test_no_query_is_left_over() -> None:
    texts = [text_of(path) for path in python_files("data", "services")]
    assert not [name_of(path) for path in QUERIES if not any(path.stem in text for text in texts)]


def test_sql_adds_and_python_divides(parsed: dict[Path, list[exp.Expression]]) -> None:
    guilty = [
        f"{name_of(path)}: {node.sql('duckdb')}"
        for path, statements in parsed.items()
        for statement in statements
        for node in statement.find_all(exp.Div, exp.Avg)
        if not isinstance(node, exp.IntDiv)
    ]
    assert not guilty


def test_a_query_never_names_a_value_that_a_reader_typed(parsed: dict[Path, list[exp.Expression]]) -> None:
    """No literal that looks like a customer, a unit or a day: those come as parameters."""
    guilty = [
        f"{name_of(path)}: {node.name}"
        for path, statements in parsed.items()
        for statement in statements
        for node in statement.find_all(exp.Literal)
        if node.is_string and re.fullmatch(r"\d{5,}|\d{4}-\d\d-\d\d", node.name)
    ]
    assert not guilty


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_a_query_can_be_said_to_spark(path: Path, parsed: dict[Path, list[exp.Expression]]) -> None:
    def says() -> None:
        assert len(parsed[path]) == len(variants(path))
        for there in parsed[path]:
            said = there.sql("spark", unsupported_level=sqlglot.ErrorLevel.RAISE)
            back = sqlglot.parse_one(PARAMETER.sub(r":p_\1", said), read="spark")
            assert tables_of(there) <= tables_of(back), "a table was lost on the way"

    if name_of(path) in NOT_SPARK:
        with pytest.raises((sqlglot.errors.SqlglotError, AssertionError)):
            says()
    else:
        says()


def tables_of(statement: exp.Expression) -> set[str]:
    """The names of the tables that a statement reads."""
    return {t.name for t in statement.find_all(exp.Table) if isinstance(t.this, exp.Identifier)}


def test_the_exceptions_from_spark_are_few_and_exist() -> None:
    assert set(NOT_SPARK) <= {name_of(path) for path in QUERIES}
    assert len(NOT_SPARK) <= max(3, len(QUERIES) // 10)


def test_a_file_of_sql_stays_readable() -> None:
    long = {name_of(p): n for p in ALL if (n := len(text_of(p).splitlines())) > MAX_LINES}
    assert set(long) <= set(LISTS), f"split it: {long}"
    wide = [name_of(p) for p in ALL if max(map(len, text_of(p).splitlines()), default=0) > MAX_COLUMNS]
    assert not wide
    assert not [name_of(path) for path in ALL if re.search(r"[\t\r]", text_of(path))]


def test_timestamps_with_a_zone_are_not_used() -> None:
    """Python cannot receive them without a package that nothing installs."""
    zoned = re.compile(r"timestamptz|timestamp with time zone|current_timestamp")
    assert not [name_of(path) for path in ALL if zoned.search(text_of(path).lower())]


def test_money_is_made_whole_in_staging_only() -> None:
    """Staging ends in integer fen: no double may carry an amount out of it."""
    carried = re.compile(r"(amount|amt|balance|owed)\w*\)?\s*(::|as)\s*(double|float|real)")
    assert not [name_of(path) for path in sql_files("staging") if carried.search(text_of(path).lower())]


def test_the_scan_of_divisions_can_fail() -> None:
    divides = sqlglot.parse_one("select sum(a) / sum(b), avg(c) from t", read="duckdb")
    assert len(list(divides.find_all(exp.Div, exp.Avg))) == 2
    whole = sqlglot.parse_one("select ym // 100 from t", read="duckdb")
    assert not [n for n in whole.find_all(exp.Div) if not isinstance(n, exp.IntDiv)]


def test_sql_lies_where_it_belongs() -> None:
    astray = [
        name_of(path)
        for path in ROOT.rglob("*.sql")
        if ".venv" not in path.parts and path not in ALL and "tests" not in path.parts
    ]
    assert not astray
