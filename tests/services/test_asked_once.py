"""What several parts of a page need is worked out once per snapshot and question, however it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics.policy import RecoveryRules
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.recovery import compare, figures, headline

RULES = RecoveryRules()


def test_by_position_and_by_name_is_one_question_and_any_other_argument_another(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    period_of = headline.period_of
    monkeypatch.setattr(headline, "period_of", lambda *given: (asked.append(given), period_of(*given))[1])
    with open_snapshot(sample_warehouse) as db:
        scope = Scope(db.meta.extract_on)
        first = figures.headline(db, scope, RULES)
        worked = len(asked)
        assert worked
        assert figures.headline(db=db, scope=scope, rules=RULES) is first
        assert len(asked) == worked
        figures.headline(db, scope, replace(RULES, assessment_day=9))
        figures.headline(db, replace(scope, classes=("01",)), RULES)
        figures.headline(db, scope.at(date(2025, 12, 31)), RULES)
        assert len(asked) > worked
    with open_snapshot(sample_warehouse) as again:
        asked.clear()
        assert figures.headline(again, scope, RULES) == first
        assert asked, "another handle is another memory"


def test_a_frame_that_somebody_changes_stays_as_it_was(sample_warehouse: Path) -> None:
    with open_snapshot(sample_warehouse) as db:
        scope = Scope(db.meta.extract_on)
        mine = compare.comparison(db, scope, RULES, "org")
        kept = mine.copy()
        mine["open"] = 0
        mine.loc[0, "name"] = "x"
        pd.testing.assert_frame_equal(compare.comparison(db, scope, RULES, "org"), kept)
