"""What comes from outside asks nobody in a real browser, and is no link, picture or formula there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.attack import beacons
from tests.attack.beacons import HOST, beacon
from tests.browser.conftest import OpenTab
from tests.browser.server import serving

ACTIVE = f"a[href*='{HOST}'], img[src*='{HOST}'], .katex, code:text-is('x'), strong:text-is('x')"
WALK = ("/grades?view=results", "/customers")
"""Charts and a table of the customers' own words; the cards come with the link that ends each walk."""
ALL = (*WALK, "/", "/recovery?view=compare", "/grades?view=publish", "/evaluation")


@pytest.fixture(scope="module")
def at(
    once_per_run: Callable[[str, Callable[[Path], object]], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a server on beacons."""
    sown = once_per_run("beacons", beacons.make)
    environment = {
        "DENGTA_WAREHOUSE": str(sown / "wh"),
        "DENGTA_STATE": f"sqlite:///{sown / 'state.db'}",
    }
    with serving(environment, tmp_path_factory.mktemp("beacons") / "server.log") as address:
        yield address


@pytest.mark.parametrize("walk", [WALK, pytest.param(ALL, marks=pytest.mark.full)])
def test_beacons_ask_nobody_and_are_nothing_but_text(
    open_tab: OpenTab, at: str, walk: tuple[str, ...]
) -> None:
    tab = open_tab(locale="en-US", at=at)
    seen = ""
    for turn, path in enumerate((*walk, f"/?asof={quote(beacon(0))}&{quote(beacon(1))}=1")):
        (tab.go if 0 < turn < len(walk) else tab.open)(path)
        seen += tab.words()
        assert tab.page.locator(ACTIVE).all_inner_texts() == [], path
    assert HOST in seen.replace("\N{WORD JOINER}", "")
    assert not tab.foreign
