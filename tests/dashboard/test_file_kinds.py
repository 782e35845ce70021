"""No kind of file is offered that no test opens."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from dashboard.nav import ROOT
from dashboard.words.i18n import catalogue
from tests.dashboard.file_kinds import ELSEWHERE, KINDS, OPENED_IN

OFFERING = ("offer", "offer_whole", "table", "downloads", "download_big", "download_parts", "download_made")
NO_FILE = frozenset(["tables.open_hint"])


def offered_by_name() -> Iterator[str]:
    """The names in calls that offer a file, read in the source, and of every table that has a title."""
    for path in (*ROOT.glob("dashboard/**/*.py"), *ROOT.glob("pages/*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and _called(call) in OFFERING and len(call.args) > 1:
                name, is_shown_only = (
                    call.args[1],
                    any(
                        k.arg == "files" and isinstance(k.value, ast.Constant) and not k.value.value
                        for k in call.keywords
                    ),
                )
                if isinstance(name, ast.Constant) and isinstance(name.value, str) and not is_shown_only:
                    yield name.value
    yield from (key.split(".", 1)[1] for key in set(catalogue("zh")) - NO_FILE if key.startswith("tables."))


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def test_every_file_that_is_offered_is_opened_by_a_test() -> None:
    found = set(offered_by_name())
    assert len(found) > 60 and not found - KINDS


def test_the_tests_that_open_them_exist() -> None:
    here = Path(__file__).parent
    for test in OPENED_IN:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (here / file).read_text(encoding="utf-8"), test
    assert not set(ELSEWHERE) & {name for names in OPENED_IN.values() for name in names.split()}
