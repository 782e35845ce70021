"""The distribution of the grades over 24 month ends: drawn at once where that is quick, else asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.grades import bench
from dashboard.i18n import Translator
from services.grade_history import MONTHS
from tests.dashboard.test_grades_tune import ADOPTED, fine, opened


def shares(app: AppTest) -> list[dict[str, Any]]:
    """The traces of the chart of shares, one per grade; none where it is not drawn."""
    charts = [json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart")]
    grades = len(ADOPTED.credit.grade_keys)
    return next((c for c in charts if len(c) == grades and c[0]["type"] != "heatmap"), [])


def test_few_customers_are_graded_at_24_month_ends_without_a_word(warehouse_env: Path) -> None:
    app = opened(view="migration", model="all")
    drawn = shares(app)
    assert drawn and {len(trace["x"]) for trace in drawn} == {MONTHS}
    assert not [b for b in app.button if b.key == "compute_months"]


def test_many_customers_are_graded_when_somebody_asks(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "is_small", lambda page: False)
    monkeypatch.setattr(bench, "is_kept", _kept_since(bench.keep, monkeypatch))
    app = opened(view="migration", model="all")
    for button in [b for b in app.button if str(b.key).startswith("compute_") and b.key != "compute_months"]:
        app = fine(button.click().run())
    t = Translator("zh")
    assert t("grades.months_missing", missing=MONTHS, all=MONTHS) in [c.value for c in app.caption]
    assert not shares(app)
    app = fine(app.button(key="compute_months").click().run())
    assert {len(trace["x"]) for trace in shares(app)} == {MONTHS}


def _kept_since(keep: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Nothing is kept before this test; what it computes is."""
    made: set[Any] = set()

    def kept(page: Any, policy: Any, as_of: Any) -> None:
        keep(page, policy, as_of)
        made.add(as_of)

    monkeypatch.setattr(bench, "keep", kept)
    return lambda page, policy, as_of: as_of in made
