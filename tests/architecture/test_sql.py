"""What an SQL file must be: its grain first, one statement, known parameters, no division, portable."""

from __future__ import annotations

import ast
import re
from datetime import date
from pathlib import Path

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from data.ask.customer_copy import OWN
from data.ask.customer_queries import FILTERED, NO_STANDING, PICKED, STANDING
from data.ask.sql_files import INCLUDE, text_of
from data.scope import Scope
from services.customers.customer_filters import Choice
from tests.architecture.source import ROOT, name_of, python_files, sql_files, tree

ALL = sql_files()
QUERIES = tuple(path for path in sql_files("queries") if path.parent.name == "queries")
INCLUDES = {path.stem: path for path in sql_files("queries") if path.parent.name == "include"}
GRAIN = re.compile(
    r"\bone (row|line|value|number)\b|\brows? (per|each)\b|\bby unit and flags\b", re.IGNORECASE
)
PARAMETER = re.compile(r"(?<!:):([a-z]\w*)")
SCOPE = set(Scope(date.min).parameters())
MAX_LINES = 90
LISTS_OF_MACROS = ("data/sql/staging/steps/macros.sql",)
MAX_COLUMNS = 150
Parts = tuple[tuple[str, tuple[str, ...]], ...]

NOT_SPARK: dict[str, str] = {}
"""Query files that Spark SQL cannot say as they stand, each with the reason and what would replace it."""


CUSTOMERS: Parts = (
    ("who", ("segments", "customers")),
    ("moved", ("moved_customer",)),
    ("spells", ("spells_customer",)),
    ("run_off_keyed", ("run_off_customer",)),
    ("customer_filter", ("customer_filter_items",)),
    ("customer_then", ("customer_filter_then",)),
)
SEGMENTS: tuple[Parts, ...] = tuple(
    (
        ("who", ("segments",)),
        ("moved", (cube, begun)),
        ("spells", ("spells_segment",)),
        ("run_off_keyed", ("run_off_segment",)),
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
PAGES = ("customer_page", "customer_page_all")


def variants(path: Path) -> list[str]:
    """Every text that the file becomes: cubes, single customers, one of them, a page, the whole list."""
    always = (FILTERED, PICKED)
    texts = [
        text_of(path.stem, (*parts, *always, standing, ("page", (page,))))
        for parts in (CUSTOMERS, *SEGMENTS, (*CUSTOMERS, *OWN))
        for page in PAGES
        for standing in (STANDING, NO_STANDING)
    ]
    return list(dict.fromkeys(texts))


def statements(path: Path) -> list[duckdb.Statement]:
    """The statements as DuckDB parses them, of every variant."""
    return [s for text in variants(path) for s in duckdb.extract_statements(text)]


def parsed(path: Path) -> list[exp.Expression]:
    """The statements as sqlglot parses them, of every variant."""
    return [s for text in variants(path) for s in sqlglot.parse(text, read="duckdb") if s is not None]


def test_no_include_is_left_over() -> None:
    texts = (path.read_text(encoding="utf-8") for path in ALL)
    named = {name for text in texts for name, _ in INCLUDE.findall(text)}
    chosen = {
        file for parts in (CUSTOMERS, *SEGMENTS, (*CUSTOMERS, *OWN)) for _, files in parts for file in files
    }
    assert set(INCLUDES) <= named | chosen | {
        *(f for _, files in (FILTERED, PICKED, STANDING, NO_STANDING) for f in files),
        *PAGES,
    }


@pytest.mark.parametrize("path", [p for p in ALL if p not in INCLUDES.values()], ids=name_of)
def test_line_one_is_a_sentence_about_what_comes_out(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert re.match(r"-- \S.{15,}[.:;,\w)]$", first), f"{name_of(path)} begins with {first!r}"


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_a_query_says_its_grain_in_its_opening_comment(path: Path) -> None:
    opening = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("--"):
            break
        opening.append(line)
    assert GRAIN.search(" ".join(opening)), f"{name_of(path)} does not say what one row is"


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_a_query_is_one_select(path: Path) -> None:
    found = statements(path)
    assert len(found) == len(variants(path))
    assert {statement.type for statement in found} == {duckdb.StatementType.SELECT}


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_a_query_only_wants_parameters_that_its_caller_names(path: Path) -> None:
    """A parameter is a field of Scope, a filter of the customer list, or an argument of its function."""
    wanted = {name for statement in statements(path) for name in statement.named_parameters}
    assert all(name.isidentifier() for name in wanted), "a positional parameter has no name"
    unknown = wanted - SCOPE - set(Choice().parameters())
    spoken = _words_of_callers(path.stem)
    assert unknown <= spoken, (
        f"{sorted(unknown - spoken)} are neither Scope's nor said by who runs {path.stem}"
    )


def _words_of_callers(stem: str) -> set[str]:
    """Every name and string in the modules of data that mention the query's name."""
    words: set[str] = set()
    for path in python_files("data", "services"):
        if stem not in path.read_text(encoding="utf-8"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
                words.add(node.arg)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
    return words


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_no_query_is_left_over(path: Path) -> None:
    used = any(path.stem in file.read_text(encoding="utf-8") for file in python_files("data", "services"))
    assert used, f"nothing runs {name_of(path)}"


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_sql_adds_and_python_divides(path: Path) -> None:
    guilty = [
        node.sql("duckdb")
        for statement in parsed(path)
        for node in statement.find_all(exp.Div, exp.Avg)
        if not isinstance(node, exp.IntDiv)
    ]
    assert not guilty, f"{name_of(path)} divides: {guilty}"


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_a_query_never_names_a_value_that_a_reader_typed(path: Path) -> None:
    """No literal that looks like a customer, a unit or a day: those come as parameters."""
    literals = [n.name for s in parsed(path) for n in s.find_all(exp.Literal) if n.is_string]
    assert not [t for t in literals if re.fullmatch(r"\d{5,}|\d{4}-\d\d-\d\d", t)], literals


@pytest.mark.parametrize("path", QUERIES, ids=name_of)
def test_a_query_can_be_said_to_spark(path: Path) -> None:
    def says() -> None:
        for text in variants(path):
            said = sqlglot.transpile(
                text, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
            )
            assert len(said) == 1
            there, back = (
                sqlglot.parse_one(text, read="duckdb"),
                sqlglot.parse_one(PARAMETER.sub(r":p_\1", said[0]), read="spark"),
            )
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


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_file_of_sql_stays_readable(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) <= MAX_LINES or name_of(path) in LISTS_OF_MACROS, f"{len(lines)} lines: split it"
    assert max(map(len, lines), default=0) <= MAX_COLUMNS
    assert "\t" not in text and "\r" not in text


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_timestamps_with_a_zone_are_not_used(path: Path) -> None:
    """Python cannot receive them without a package that nothing installs."""
    text = path.read_text(encoding="utf-8").lower()
    assert not re.search(r"timestamptz|timestamp with time zone|current_timestamp", text)


@pytest.mark.parametrize("path", sql_files("staging"), ids=name_of)
def test_money_is_made_whole_in_staging_only(path: Path) -> None:
    """Staging ends in integer fen: no double may carry an amount out of it."""
    text = path.read_text(encoding="utf-8").lower()
    assert not re.search(r"(amount|amt|balance|owed)\w*\)?\s*(::|as)\s*(double|float|real)", text)


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
