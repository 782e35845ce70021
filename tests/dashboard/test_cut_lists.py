"""Whatever cuts a list says how many of how many it shows: every cut in the pages, each by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from dashboard.nav import ROOT
from dashboard.words.i18n import catalogue

CUTS = frozenset(("head", "tail", "nlargest", "nsmallest"))
LIMITS = frozenset(("limit", "most"))
LOADS = frozenset(("load", "movers"))
SAYING = frozenset(("say_rest", "pager"))
"""Functions that say what is left out, or turn to it."""
TELLS = re.compile(r"其余|共 \{|另有|最大的|前 \{|中的|等 \{")
"""How a sentence of the Chinese catalogue says that there are more."""
NO_LISTS = {
    "connect/detail.py:_heading": "words of a line, which ends in … then",
    "customers/choice.py:": "letters of a number that is asked for",
    "customers/credit_words.py:to_read": "the reasons read out: the largest ones",
    "tables/download_manifest.py:_plain": "letters of a file's name",
    "tables/download_manifest.py:_where": "words of a file's name, which ends in … then",
    "links/link_reading.py:_codes": "codes of a link, which the notice counts",
    "links/link_reading.py:_problem": "texts of a link, which the notice counts",
    "links/link_reading.py:shortened": "letters of a link",
    "words/policy_words.py:_value": "letters of a value",
    "recovery/ranking.py:_left_out": "names, whose number is told before them",
    "recovery/why.py:_without": "the one customer who adds most",
    "words/widths.py:_unseen": "rows that are measured",
}
"""Cuts of what is no list."""
ELSEWHERE = {"grades/service_standards.py:_chosen": "_tick"}
"""Functions that cut what another one of their module shows, which says how many of how many."""


def functions(tree: ast.Module) -> Mapping[str, ast.AST]:
    """The module's outermost functions, methods and, under an empty name, what is in none."""
    found: dict[str, ast.AST] = {}
    rest: list[ast.stmt] = []
    for node in tree.body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        for one in inside:
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[one.name] = one
            else:
                rest.append(one)
    return found | {"": ast.Module(rest, [])}


def called(node: ast.AST) -> str:
    """The last name of what is called."""
    return ast.unparse(node.func).split(".")[-1] if isinstance(node, ast.Call) else ""


def cuts_of(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """What is cut and how: by a frame's own ways, by a question's limit, or up to a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            limits = [k.value for k in node.keywords if k.arg in LIMITS and ast.unparse(k.value) != "None"]
            if called(node) in CUTS and isinstance(node.func, ast.Attribute):
                yield _whose(node.func.value), ast.unparse(node)
            elif called(node) in LOADS and limits:
                yield ast.unparse(node), ast.unparse(node)
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            upper = node.slice.upper
            if isinstance(upper, ast.Name) and upper.id.strip("_").isupper():
                yield _whose(node.value), ast.unparse(node)


def _whose(node: ast.AST) -> str:
    """The list that is cut, of which a column may be meant."""
    while isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        node = node.value
    return ast.unparse(node)


def sayings_of(tree: ast.AST, saying: frozenset[str] = SAYING) -> int:
    """How often it is said how many of how many there are."""
    words, times = catalogue("zh"), 0
    for node in ast.walk(tree):
        if called(node) in saying:
            times += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            told = words.get(node.value, "")
            times += "{" in told and TELLS.search(told) is not None
    return times


def silent(tree: ast.Module, name: str) -> Iterator[tuple[str, str]]:
    """Functions that cut more lists than they, or what they call in their module, speak of; and the cuts."""
    own = functions(tree)
    saying = SAYING | {key for key, function in own.items() if key and sayings_of(function)}
    for key, function in own.items():
        place, cuts = f"{name}:{key}", dict(cuts_of(function))
        speaker = own[ELSEWHERE[place]] if place in ELSEWHERE else function
        if place not in NO_LISTS and len(cuts) > sayings_of(speaker, saying):
            yield place, ", ".join(cuts.values())


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        yield path.relative_to(ROOT / "dashboard").as_posix(), ast.parse(path.read_text("utf-8"))


def test_every_cut_of_a_list_is_spoken_of() -> None:
    found, cutting = {}, set()
    for name, tree in modules():
        found |= dict(silent(tree, name))
        cutting |= {f"{name}:{key}" for key, function in functions(tree).items() if list(cuts_of(function))}
    assert not found
    assert {*NO_LISTS, *ELSEWHERE} <= cutting, "an exception that cuts nothing"
    assert {
        "overview/arrears.py:_holders",
        "recovery/units.py:_ranking",
        "customers/mission.py:show",
    } <= cutting


SILENT = {
    "by a constant": "def show(page, rows):\n    table(page, rows[:SHOWN])",
    "by a limit": "def show(page):\n    page.load(ask, limit=SHOWN)",
    "beside one that speaks": "def show(page, rows):\n    rows[:SHOWN]\ndef other():\n    say_rest()",
    "one of two": "def show(page, rows, more):\n    say_rest(rows.head(9))\n    more.head(9)",
}


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_the_rule_sees_a_silent_cut(source: str) -> None:
    assert [place for place, _ in silent(ast.parse(source), "a.py")] == ["a.py:show"]
