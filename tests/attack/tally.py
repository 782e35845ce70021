"""What was tried and what held, counted over a run of tests: `tried` says how much a test tries."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROPERTY = "tried"
Tried = Callable[..., None]


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Tried:
    """`tried(what, held, fell)`: so many of something were tried by now; what says nothing counts as one."""
    return lambda what, held=1, fell=0: record_property(PROPERTY, [what, held, fell])


@dataclass
class Line:
    """One line of the table."""

    held: int = 0
    fell: int = 0


@dataclass(eq=False)
class Tally:
    """A plugin of pytest that counts."""

    lines: dict[str, Line] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what a test says that it tried; else the test, under the words of its module."""
        if report.skipped:
            self.skipped.append(report.nodeid)
        if not (report.failed or (report.when == "call" and report.passed)):
            return
        said = [value for name, value in report.user_properties if name == PROPERTY]
        what = str(said[-1][0]) if said else _words(report.nodeid.partition("::")[0])  # type: ignore[index]
        for name, held, fell in said:  # type: ignore[misc]
            self._add(str(name), int(held), int(fell))
        if report.failed:
            self.failures.append(report.nodeid)
            self._add(what, 0, 0 if any(fell for _, _, fell in said) else 1)  # type: ignore[misc]
        elif not said:
            self._add(what, 1, 0)

    def _add(self, what: str, held: int, fell: int) -> None:
        line = self.lines.setdefault(what, Line())
        line.held, line.fell = line.held + held, line.fell + fell

    def rows(self) -> Sequence[tuple[str, int, int, int]]:
        """What was tried, how many, how many held, how many did not."""
        return [(what, n.held + n.fell, n.held, n.fell) for what, n in self.lines.items()]


@cache
def _words(path: str) -> str:
    """The first sentence of a module."""
    said = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or path
    return said.split("\n\n")[0].replace("\n", " ").rstrip(".")
