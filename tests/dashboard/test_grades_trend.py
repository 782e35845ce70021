"""The distribution of the grades over 24 month ends: drawn at once where that is quick, else asked for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.what_if import bench
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from services.credit.grade_history import MONTHS
from tests.dashboard.test_grades_tune import ADOPTED, fine, opened


def shares(app: AppTest) -> list[dict[str, Any]]:
    """The traces of the chart of shares, one per grade; none where it is not drawn."""
    charts = [json.loads(chart.proto.spec)["data"] for chart in app.get("plotly_chart")]
    grades = len(ADOPTED.credit.grade_keys)
    return next((c for c in charts if len(c) == grades and c[0]["type"] != "heatmap"), [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_matrix_names_its_two_days_wherever_it_goes(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """On paper there is no box of the earlier day; a file has neither page nor chart."""
    files: list[tuple[Any, ...]] = []
    monkeypatch.setattr("dashboard.grades.migration._trend", lambda page, model: None)
    monkeypatch.setattr("dashboard.grades.migration.offer", lambda *told: files.append(told))
    app, t = opened(language, view="migration", model="all"), Translator(language)
    days = [Format(t).date(day) for day in (date(2025, 11, 30), date(2026, 11, 20))]
    between = dict(zip(("first", "last"), days, strict=True))
    assert any(t("grades.migration_between", **between) in h.value for h in app.subheader)
    assert t("grades.uneven_days", **between) in [c.value for c in app.caption]
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    on = [t("grades.on_day", day=day) for day in days]
    assert [layout[axis]["title"]["text"] for axis in ("yaxis", "xaxis")] == on
    [(_, name, _, titles, filters)] = [told for told in files if told[1] == "grade_migration"]
    assert name and [titles["old"], titles["new"]] == on and all(day in filters[0] for day in days)
    like = opened(language, **{"view": "migration", "model": "all", "from": "2025-11-20"})
    assert not [c for c in like.caption if days[1] in c.value and "2025" in c.value]


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
