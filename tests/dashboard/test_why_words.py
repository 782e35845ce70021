"""What is said of a change: what is written adds up, nothing is named that adds nothing."""

from __future__ import annotations

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from analytics.calendar import period
from analytics.two_days import TwoDays
from dashboard.recovery import why
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from services.recovery.why import REST, By, Explanation

both = pytest.mark.parametrize("t", [Translator(language) for language in LANGUAGES], ids=LANGUAGES)
DAYS = TwoDays(*(period(date(y, 9, 14), "assessment", 5) for y in (2026, 2025)))
NUMBER = r"([+-]?\d+\.\d{3})"


def told(t: Translator, then: float, changes: list[float], rest: float = 0.0, by: By = "class") -> list[str]:
    """The sentences about a rate; `rest`: what all other customers add."""
    page: Any = SimpleNamespace(t=t, fmt=Format(t), name=lambda by, key, name: name)
    rows = pd.DataFrame({"key": [str(i) for i in range(len(changes))], "change": changes})
    if rest:
        rows = pd.concat([rows, pd.DataFrame({"key": [REST], "change": [rest]})], ignore_index=True)
    rows = rows.assign(name=["n" + key for key in rows["key"]], without=then + sum(changes) + rest)
    found = Explanation("current_year", DAYS, then, then + sum(changes) + rest, rows, rest=5)
    return why._sentences(page, found, why._few(page, found, rows, by), by)


@both
@pytest.mark.parametrize("then", [0.992364, 0.9923649, 0.95, 0.9923651])
def test_ends_change_and_steps_add_up_as_they_are_written(t: Translator, then: float) -> None:
    for changes in ([0.0000087, 0.0000031], [0.0000146, -0.0000003], [-0.012345, 0.0023456, 0.0012]):
        (said,) = told(t, then, changes)
        before, after, change, *steps = (float(n) for n in re.findall(NUMBER, re.sub(r"\d{4}", "", said)))
        assert round(after - before, 3) == change
        assert round(sum(steps), 3) == change, said


@both
def test_what_adds_nothing_is_not_named_and_no_change_is_said_so(t: Translator) -> None:
    (said,) = told(t, 0.95, [0.01, 0.0000001])
    assert "n0" in said and "n1" not in said
    (same,) = told(t, 0.95, [0.0, 0.0], by="customer")
    days = {"then": Format(t).date(date(2025, 9, 14)), "now": Format(t).date(date(2026, 9, 14))}
    what = t("why.measure.current_year")
    assert same == t("why.says_same", what=what, before="95.000%", after="95.000%", **days)


@both
def test_all_others_are_told_where_they_weigh_more_than_anybody(t: Translator) -> None:
    few_of_many = told(t, 0.98, [0.00006, 0.00006], rest=-0.0015, by="customer")
    assert len(few_of_many) == 1, "a customer without whom nothing changes was told apart"
    assert "-0.150" in few_of_many[0]
    assert "-0.001" not in told(t, 0.98, [-0.0015, 0.00006], rest=-0.00001, by="customer")[0]
    (nobody,) = told(t, 0.98, [0.0000001, 0.0000001], rest=-0.0015, by="customer")
    assert "n0" not in nobody and nobody.count("-0.150") == 2, "the change, and all others together"
