"""The countdown where one customer decides: no band, two outcomes, a link to them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs

import pytest

from dashboard.links.link_codes import hidden
from dashboard.overview import who_decides
from dashboard.overview.countdown import _estimate, _verdict
from dashboard.page import Page
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from services.recovery.clearing import Cleared
from services.recovery.deciding import Deciding
from services.recovery.headline import Holding

OPEN, NONE = Holding(48_546_575, 31, 40), Holding(0, 0, 0)
LEFT = Cleared(
    202610, OPEN, NONE, False, False, None, None, date(2026, 12, 5), 47_247_710, 2_877_655, 48_546_575, 0.01
)


def one(others: int, may_clear: bool) -> Deciding:
    """A person who owes 446,209.92 yuan."""
    left = others and 3_762_697
    return Deciding("0100739493", "王小明", "03", 44_620_992, left, 44_620_992 + left, others, may_clear)


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_outcomes_stand_in_the_place_of_the_band(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    t = Translator(language)
    links: list[tuple[Any, ...]] = []
    fake = SimpleNamespace(t=t, fmt=Format(t), link_to=lambda *told: links.append(told))
    page = cast(Page, fake)
    owed = {"zh": ("44.62 万元", "3.76 万元", "48.38 万元"), "en": ("446.21k", "37.63k", "483.84k")}[language]
    for who in (one(3_925_583, False), one(3_925_583, True), one(0, True)):
        said = _verdict(page, LEFT, 15, who)
        amounts = owed if who.others_open else (owed[0],)
        assert all(amount in said for amount in amounts), said
        assert "⟦" not in said and "王\\*\\*" in said and "小明" not in said, said
        flat = {"zh": "**不能**结零", "en": "**not** be cleared"}[language]
        assert (flat in said) is not who.others_may_clear
        assert not any(word in said for word in ("八成把握", "eight times"))
        below = _estimate(page, LEFT, who)[3]
        assert amounts[0] in said and "王" in below and not any(w in below for w in ("八成", "Eight"))
    who_decides.link(page, one(0, True))
    [(target, label, query)] = links
    assert target == "customers" and query == {"c": hidden("0100739493")} and "小明" not in label
    assert parse_qs(f"c={query['c']}")
