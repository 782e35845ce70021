"""数据核对: what is chosen is in the link, and what a page shows the first of is whole in its files."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from analytics.policy import RecoveryRules
from dashboard.data_checks.choice import READINGS
from dashboard.words.i18n import Translator
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.checks import data_checks
from services.tieout import differences, tieout_pages
from services.tieout.tieout_pages import Cause
from tests.actors import by
from tests.dashboard.test_customers_page import fine, opened

RULES, EN = RecoveryRules(), Translator("en")
TAKEN = ("cross_year", "refunds")


@pytest.fixture
def snapshot(warehouse_env: Path) -> Snapshot:
    return open_snapshot(warehouse_env)


def select(app: AppTest, name: str) -> str | None:
    value: str | None = app.selectbox(key=f"select_data_checks_{name}").value
    return value


def test_readings_stand_in_the_link() -> None:
    assert READINGS.read("as-dengta") == () and READINGS.write(()) == "as-dengta"
    two = ("late_issued", "credit")
    assert READINGS.read(READINGS.write(two)) == two
    assert READINGS.read("late_issued,nonsense") is None and READINGS.default is None


@pytest.fixture
def reported(
    warehouse_env: Path, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> tuple[Scope, str]:
    """A monthly report kept for the top unit that leaves refunds out and takes the year of the bill month."""
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    scope = Scope(snapshot.meta.extract_on)
    top = str(tieout_pages.units_of(snapshot, scope)["org_no"].iloc[0])
    day = differences.official_day(scope, RULES)
    given: tieout_pages.Row = (top, (0,) * len(differences.MEASURES))
    changed = tieout_pages.tied(snapshot, scope, RULES, (given,), TAKEN, day, doubt=False)
    ours = changed.figures.set_index("measure")["dengta"]
    effect = changed.bridge.groupby("measure")["effect"].sum()
    report = tuple(int(ours[m] + effect.get(m, 0)) for m in differences.MEASURES)
    tieout_pages.keep(State.open(warehouse_env), by("li"), scope, RULES, ((top, report),))
    return scope, top


@pytest.mark.parametrize(("measure", "of"), [("billed", "refunds"), ("households", "cross_year")])
def test_a_cause_is_followed_down_from_a_link(
    snapshot: Snapshot, reported: tuple[Scope, str], measure: str, of: str
) -> None:
    scope, top = reported
    app = opened(
        "data_checks",
        lang="en",
        view="tieout",
        unit=top,
        measure=measure,
        cause=of,
        readings=",".join(TAKEN),
    )
    said = fine(app)
    assert [select(app, name) for name in ("unit", "measure", "cause")] == [top, measure, of]
    causes = EN.listed([EN(f"data_checks.cause.{cause}") for cause in TAKEN])
    assert EN("data_checks.tie.tied", causes=causes) in said
    cause = Cause(top, measure, of, TAKEN, differences.official_day(scope, RULES))
    behind = tieout_pages.behind(snapshot, scope, RULES, cause)
    whole = tieout_pages.all_behind(snapshot, scope, RULES, cause).read_all()
    assert 0 < behind.rows == whole.num_rows
    shown = next(f.value for f in app.dataframe if f"effect_{measure}" in f.value)
    assert len(shown) == min(behind.rows, tieout_pages.FIRST)
    assert shown["cons_no"].tolist() == behind.first["cons_no"].tolist()
    scale, effect = 1 if measure == "households" else 100, f"effect_{measure}"
    assert [round(v * scale) for v in shown[effect]] == behind.first[effect].tolist()


def test_what_is_chosen_of_a_report_goes_into_the_link(reported: tuple[Scope, str]) -> None:
    app = opened("data_checks", lang="en", view="tieout")
    app.toggle(key="tie_find").set_value(False).run()
    assert app.query_params["readings"] == "as-dengta"
    app.multiselect(key="tie_readings").set_value(["refunds"]).run()
    assert app.query_params["readings"] == "refunds"
    app.selectbox(key="select_data_checks_measure").set_value("households").run()
    assert app.query_params["measure"] == "households"
    fine(app)
    app.toggle(key="tie_find").set_value(True).run()
    assert "readings" not in app.query_params


@pytest.mark.parametrize("t", [Translator("zh"), EN], ids=["zh", "en"])
def test_an_invented_figure_is_asked_about_before_any_cause(
    warehouse_env: Path, reported: tuple[Scope, str], t: Translator
) -> None:
    scope, top = reported
    [(_, kept)] = tieout_pages.kept(State.open(warehouse_env), scope, RULES)
    place = differences.MEASURES.index("billed")
    invented = (*kept[:place], 1_100_000_000_000, *kept[place + 1 :])
    tieout_pages.keep(State.open(warehouse_env), by("li"), scope, RULES, ((top, invented),))
    app = opened("data_checks", lang=t.language, view="tieout", unit=top, measure="billed")
    said = fine(app)
    assert t("data_checks.tie.asked") in said and t("data_checks.verdict_what.asked") in said
    assert t("data_checks.measure.billed_month") in said
    assert not [s for s in app.selectbox if s.key == "select_data_checks_cause"]
    app.button(key="tie_sure").click().run()
    said = fine(app)
    assert t("data_checks.tie.asked") not in said and t("data_checks.verdict_what.open") in said
    assert not [s for s in app.selectbox if s.key == "select_data_checks_cause"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_rows_of_every_check_stand_under_words(snapshot: Snapshot, language: str) -> None:
    found = data_checks.checks(snapshot)
    counts = {str(n): int(c) for n, c in zip(found["name"], found["rows"], strict=True) if c}
    assert len(counts) > 3
    for name, count in counts.items():
        app = opened("data_checks", lang=language, view="checks", check=name)
        fine(app)
        assert select(app, "check") == name
        shown = app.dataframe[1]
        assert len(shown.value) == min(count, data_checks.FIRST)
        assert not [c for c in shown.value if c.endswith("_key")]
        whole = data_checks.whole_check(snapshot, name)
        assert isinstance(whole, pa.RecordBatchReader) and whole.read_all().num_rows == count


@pytest.mark.parametrize("query", [{"check": "nonsense"}, {"table": "x", "reason": "y"}, {"readings": "a,b"}])
def test_links_that_name_nothing_known_open_the_page_as_it_is(
    warehouse_env: Path, query: dict[str, str]
) -> None:
    for view in ("checks", "quarantine", "tieout"):
        fine(opened("data_checks", lang="zh", view=view, **query))
