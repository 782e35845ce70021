"""Official figures: reports that arrive in parts stand together, and who may keep them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analytics.policy import RecoveryRules
from data.errors import InputError
from data.scope import Scope
from data.state import State
from services.tieout.tieout_pages import joined, keep, kept
from tests.actors import by

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
        keep(state, by("li", may=()), scope, RULES, (ROW,))
    with pytest.raises(InputError, match="official_elsewhere"):
        keep(state, by("li", "33402"), scope, RULES, (ROW,))
    assert kept(state, scope, RULES) == ()
    keep(state, by("li"), scope, RULES, (ROW,))
    assert kept(state, scope, RULES) == (ROW,)


def test_what_an_older_page_does_not_show_is_not_taken_away(tmp_path: Path) -> None:
    """A page stays open while its reader is given all units, and while a colleague keeps another unit's."""
    state, scope = State(f"sqlite:///{tmp_path / 'state.db'}"), Scope(date(2026, 11, 20))
    theirs, nothing = ("33402", ROW[1]), (None,) * 7
    keep(state, by("wang"), scope, RULES, (theirs,))
    keep(state, by("li"), replace(scope, allowed_orgs=("33401",)), RULES, (ROW,))
    assert kept(state, scope, RULES) == (ROW, theirs)
    keep(state, by("li"), scope, RULES, ((ROW[0], nothing),))
    assert kept(state, scope, RULES) == (theirs,)
