"""The early warning on the page of collection: the list of yuan at risk, and where not to go by it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.collection import early, early_record
from dashboard.words.i18n import Translator
from data.ask.warning_queries import people
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.collection import kept_warning
from services.collection.warning import both as made
from tests.dashboard.test_collection_page import DAY, EN, both, opened, said


@pytest.fixture
def db(warehouse_env: Path) -> Snapshot:
    return open_snapshot(warehouse_env)


@both
def test_the_list_is_by_yuan_at_risk_and_says_what_its_calls_reach(db: Any, t: Translator) -> None:
    app = opened(t, view="warning", calls="7")
    rows = made(db, DAY)[0].rows.merge(people(db, Scope(DAY)), on="cons_key").to_dict("records")
    known = [r for r in rows if r["p_late"] == r["p_late"]]
    first = sorted(known, key=lambda r: (-r["at_risk"], r["cons_no"]))[:7]
    shown = app.dataframe[0].value
    assert shown["cons_no"].tolist() == [r["cons_no"] for r in first]
    classes = [t.plain(f"codes.class.{r['class']}") for r in first]
    assert shown["class"].tolist() == classes
    points = made(db, DAY)[0].points
    assert points is not None and any(shown["reasons"])
    assert shown["reasons"].tolist() == early_record.reasons(t.plain, points.table, pd.DataFrame(first))
    share = sum(r["at_risk"] for r in first) / sum(r["at_risk"] for r in known)
    told = {"calls": "7", "all": f"{len(known):,}", "share": f"{share * 100:,.2f}%"}
    assert t("collection_warning.caught", **told) in said(app)
    words = said(app)
    record = made(db, DAY)[1]
    for row in record.by_class.to_dict("records"):
        group = early_record.class_name(t.plain, row["class"])
        assert group in words and f"{row['brier']:.4f}" in words
    heading = f"{t('columns.money_forecast')} (%)" if t is EN else None
    judged = app.table[0].value
    assert heading in (None, judged.columns[-1])
    ratios = [r["forecast_money"] / r["late_money"] for r in record.by_class.to_dict("records")]
    assert judged.iloc[:, -1].tolist() == [f"{ratio * 100:,.2f}" for ratio in ratios]
    money = {f"{row['late_money'] / 100:,.2f}" for row in record.by_class.to_dict("records")}
    assert not any(amount in words for amount in money), "money of the whole company"


def test_where_it_does_not_beat_the_rest_the_page_says_so(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read = kept_warning.read_warning

    def poor(path: Path) -> kept_warning.Kept:
        kept = read(path)
        by_class = kept.record.by_class
        worse = by_class.assign(beats_last=by_class["class"] != "02", beats_base=True)
        return replace(kept, record=replace(kept.record, by_class=worse))

    monkeypatch.setattr(kept_warning, "read_warning", poor)
    kept_warning.keep_warning(db, DAY)
    early._read.clear()  # type: ignore[attr-defined]
    app = opened(EN, view="warning")
    warned = [w.value for w in app.warning]
    assert len(warned) == 1 and "not better than" in warned[0]
    early._read.clear()  # type: ignore[attr-defined]


def test_what_is_kept_is_what_was_made(db: Any) -> None:
    warning, record = made(db, DAY)
    kept = kept_warning.read_warning(kept_warning.keep_warning(db, DAY))
    pd.testing.assert_frame_equal(kept.rows, warning.rows)
    for name in ("by_class", "curves", "calls"):
        pd.testing.assert_frame_equal(
            getattr(kept.record, name), getattr(record, name), check_dtype=False, rtol=1e-9
        )
    assert warning.points is not None
    assert kept.points["value"].tolist() == warning.points.table["value"].tolist()
    assert "000" in set(kept.points["value"])


@both
def test_data_that_are_too_short_say_so(warehouse_env: Path, t: Translator) -> None:
    app = opened(t, view="warning", asof="2024-11-05")
    assert not app.dataframe
