"""Links at random into every page, most of what they name another unit's."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from dashboard.links.filters import LISTS, URL_NAMES
from tests.architecture.source import python_files
from tests.dashboard.test_pages import VIEWS

DECLARED = re.compile(r'\b(?:Param|choice|number)(?:\[[^\n]*\])?\(\s*"(\w+)"')
KNOWN = {
    "asof": ("2026-11-20", "2026-03-31", "2025-12-31"),
    "basis": ("assessment", "point"),
    "vs": ("year", "month"),
    "by": ("org", "class", "area", "collector", "owner"),
    "rank_by": ("overdue", "rate"),
    "what": ("overdue", "combined"),
    "size": ("50", "200"),
    "f": ("overdue:1-", "cons_no:0"),
    "try": ("credit.valid_months:6",),
}
"""What some parameters are known to hold."""


def names() -> frozenset[str]:
    """Every parameter that a page reads, by the source."""
    found = {n for path in python_files("dashboard") for n in DECLARED.findall(path.read_text("utf-8"))}
    return frozenset({*found, *LISTS.values(), *URL_NAMES.values()} - {"lang", "view"})


def links(
    chance: random.Random, foreign: tuple[str, ...], count: int
) -> Iterator[tuple[str, dict[str, str]]]:
    """So many (page, parameters); `foreign` are codes and numbers that are not the reader's."""
    known, views = sorted(names()), chance.sample(VIEWS, len(VIEWS))
    for turn in range(count):
        page, view = views[turn % len(views)]
        asked = {"view": view} if view else {}
        for name in chance.sample(known, chance.randint(1, 3)):
            is_known = name in KNOWN and chance.random() < 0.7
            asked[name] = chance.choice(KNOWN[name] if is_known else foreign)
        if page == "customers" and chance.random() < 0.5:
            asked["c"] = chance.choice(foreign)
        yield "" if page == "overview" else page, asked
