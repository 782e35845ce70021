"""Whatever cuts a list says how many of how many it shows: every place in the pages that cuts one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dashboard.i18n import catalogue
from dashboard.nav import ROOT

CUTS = frozenset(("head", "tail", "nlargest", "nsmallest"))
LIMITS = frozenset(("limit", "most"))
LOADS = frozenset(("load", "movers"))
SAYING = frozenset(("say_rest", "pager"))
"""Functions that say what is left out, or turn to it."""
TELLS = re.compile(r"其余|共 \{|另有|最大的|前 \{|中的")
"""How a sentence of the Chinese catalogue says that there are more."""
TEXTS = {
    "customers/credit_words.py": "the reasons read out: the largest ones",
    "customers/choice.py": "letters of a number that is asked for",
    "download_manifest.py": "letters of a file's name",
    "link_reading.py": "letters and codes of a link, which the notice counts",
    "policy_words.py": "letters of a value",
    "scope_words.py": "names of a chip, which counts them",
    "widths.py": "rows that are measured",
}
"""Modules that cut no list."""


def cuts_of(tree: ast.AST) -> Iterator[str]:
    """Where rows are cut: by a frame's own ways, by a question's limit, or up to a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            limits = [k.value for k in node.keywords if k.arg in LIMITS and ast.unparse(k.value) != "None"]
            if name in CUTS or (name in LOADS and limits):
                yield ast.unparse(node)
        elif isinstance(node, ast.Slice) and isinstance(node.upper, ast.Name) and node.upper.id.isupper():
            yield ast.unparse(node)


def says(tree: ast.AST) -> bool:
    """Whether the module says how many of how many there are."""
    words = catalogue("zh")
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in SAYING:
            return True
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            told = words.get(node.value, "")
            if "{" in told and TELLS.search(told):
                return True
    return False


def test_every_module_that_cuts_a_list_says_so() -> None:
    cutting, silent = set(), {}
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        name, tree = path.relative_to(ROOT / "dashboard").as_posix(), ast.parse(path.read_text("utf-8"))
        if found := list(cuts_of(tree)):
            cutting.add(name)
            if name not in TEXTS and not says(tree):
                silent[name] = found
    assert not silent
    assert set(TEXTS) <= cutting, "an exception that cuts nothing"
    assert {"overview/arrears.py", "recovery/units.py", "customers/mission.py"} <= cutting


def test_the_rule_sees_a_silent_cut() -> None:
    tree = ast.parse("def show(page, rows):\n    table(page, rows[:SHOWN])\n    page.load(ask, limit=SHOWN)")
    assert list(cuts_of(tree)) == ["page.load(ask, limit=SHOWN)", ":SHOWN"] and not says(tree)
