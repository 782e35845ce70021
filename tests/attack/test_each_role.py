"""Links and files by each role: nothing of another unit's customers, bills and parts is in them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dashboard.links.link_codes import hidden
from tests.attack.links import links, names
from tests.attack.raw_client import Drawn
from tests.attack.readable import numbers, texts_of, texts_of_file
from tests.attack.served import Served
from tests.attack.sizes import size
from tests.attack.tally import Tried

ROLES = ("clerk", "reader", "stand-in")
"""Those of one unit: who may do most, who may only look, and who looks with the clerk's eyes."""


@pytest.fixture
def foreign(served: Served, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Codes and numbers of another unit, opaque ones as a colleague there would send them."""
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(sample_warehouse))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{served.folder / 'state.db'}")
    them = served.whose.their_customer
    return (them, hidden(them), *served.whose.their_codes, *map(hidden, served.whose.their_codes))


def seen(drawn: Drawn) -> set[str]:
    return numbers(text for message in drawn.messages for text in texts_of(message))


def test_there_are_links_into_everything_that_a_page_reads() -> None:
    assert {"c", "org", "area", "owner", "try", "f", "edges", "check", "target_unit"} <= names()
    assert len(names()) > 50


def test_the_whole_company_s_reader_is_sent_what_the_others_must_not_be(served: Served) -> None:
    """The two tests below would find it."""
    with served.session("boss") as boss:
        drawn = boss.open("customers", view="list")
        assert seen(drawn) & served.whose.foreign
        for number in drawn.files()[:3]:
            assert numbers(texts_of_file(boss.fetch(boss.redeem(number)[0])[1])) & served.whose.foreign


@pytest.mark.parametrize("role", ROLES)
def test_no_link_shows_another_unit(
    served: Served, foreign: tuple[str, ...], role: str, tried: Tried
) -> None:
    chance, shown, own = random.Random(role), {}, 0
    ways = [("customers", {"view": "list"}), *links(chance, foreign, size("links"))]
    with served.session(role) as reader:
        for page, asked in ways:
            found = seen(reader.open(page, **asked))
            own += len(found & served.whose.own)
            if leaked := (found & served.whose.foreign) - set(asked.values()):
                shown[f"{page} {asked}"] = leaked
    tried(f"Links into every page by the {role} of one unit", len(ways) - len(shown), len(shown))
    assert not shown
    assert own


@pytest.mark.parametrize("role", ROLES)
def test_no_file_holds_another_unit(
    served: Served, foreign: tuple[str, ...], role: str, tried: Tried
) -> None:
    chance, shown, own, taken = random.Random(f"files {role}"), {}, 0, 0
    ways = [("customers", {"view": "list"}), *links(chance, foreign, 20 * size("downloads"))]
    with served.session(role) as reader:
        for page, asked in ways:
            offered = reader.open(page, **asked).files()
            for number in chance.sample(offered, min(3, len(offered), size("downloads") - taken)):
                status, content = reader.fetch(reader.redeem(number)[0])
                assert status == 200 and content
                taken, found = taken + 1, numbers(texts_of_file(content))
                own += len(found & served.whose.own)
                if leaked := (found & served.whose.foreign) - set(asked.values()):
                    shown[f"{page} {asked}"] = leaked
            if taken == size("downloads"):
                break
    tried(f"Files taken by the {role} of one unit", taken - len(shown), len(shown))
    assert not shown
    assert taken == size("downloads") and own
