"""Official figures: reports that arrive in parts stand together, and who may keep them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analytics.policy import RecoveryRules
from data.errors import InputError
from data.scope import Scope
from data.state import State
from services.tieout_pages import joined, keep, kept

RULES, ROW = RecoveryRules(), ("33401", (100, None, None, None, None, None, None))


def test_a_report_adds_to_what_was_known_and_withdraws_nothing() -> None:
    known = (("33401", (100, 90, 10, None, 7)),)
    later = (("33401", (None, 91, None, None, None)), ("33402", (50, None, None, None, None)))
    assert joined(known, later) == (
        ("33401", (100, 91, 10, None, 7)),
        ("33402", (50, None, None, None, None)),
    )
    assert joined((), later[1:]) == later[1:]


def test_figures_are_kept_only_by_whoever_may_and_of_their_own_units(tmp_path: Path) -> None:
    state, scope = State(f"sqlite:///{tmp_path / 'state.db'}"), Scope(date(2026, 11, 20))
    with pytest.raises(InputError, match="tie_out_not_allowed"):
        keep(state, scope, RULES, (ROW,), "li", may=False)
    elsewhere = Scope(date(2026, 11, 20), allowed_orgs=("33402",))
    with pytest.raises(InputError, match="official_elsewhere"):
        keep(state, elsewhere, RULES, (ROW,), "li", may=True)
    assert kept(state, scope, RULES) == ()
    keep(state, scope, RULES, (ROW,), "li", may=True)
    assert kept(state, scope, RULES) == (ROW,)
