"""Every distribution of grades has its rest by reason, and says that it ties to the overview."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.grades.choice import VIEWS
from dashboard.nav import PAGES, ROOT
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.credit.policy_files import read_policy
from services.recovery import headline
from tests.dashboard.opening import in_turn
from tests.dashboard.test_grades_tune import fine, opened

DAY, TESTED = date(2026, 11, 20), date(2026, 7, 31)


def overdue(house: Path, day: date, language: str) -> tuple[str, str]:
    """The overview's overdue arrears and who owes them, as they are written."""
    with open_snapshot(house) as db:
        found = headline.arrears(db, Scope(day)).overdue
    fmt = Format(Translator(language))
    return fmt.money(found.amount), fmt.count(found.customers)


def shares_out(app: AppTest, language: str) -> bool:
    """Whether the page shows several grades in tables or charts: a distribution, however it looks."""
    names = [f"{g.key} {g.zh if language == 'zh' else g.en}" for g in read_policy().credit.grades]
    shown = " ".join(e.value.to_csv() for e in (*app.table, *app.dataframe))
    shown += " ".join(
        json.dumps(json.loads(e.proto.spec), ensure_ascii=False) for e in app.get("plotly_chart")
    )
    return sum(name in shown for name in names) >= 3


@pytest.mark.parametrize(("view", "language"), in_turn(VIEWS))
def test_whatever_shares_out_by_grade_names_the_rest_and_ties(
    warehouse_env: Path, view: str, language: str
) -> None:
    app = opened(language, view=view, model="all", asof=DAY.isoformat(), at=TESTED.isoformat())
    if view == "backtest" and [b for b in app.button if b.key == "run_backtest"]:
        app = fine(app.button(key="run_backtest").click().run(timeout=120))
    if not shares_out(app, language):
        assert view not in ("tune", "migration", "backtest")
        return
    t = Translator(language)
    amount, customers = overdue(warehouse_env, TESTED if view == "backtest" else DAY, language)
    mark = t("grades.rest.ties", graded="~", rest="~", overdue=amount, customers=customers).rpartition("~")[2]
    assert [c.value for c in app.caption if str(c.value).endswith(mark)], "the sum does not tie"
    told = next(table.value for table in app.table if t("columns.grading.reason") in table.value.columns)
    assert t("grades.reason.closed") in set(told[t("columns.grading.reason")])


@pytest.mark.parametrize("view", ["tune", "migration"])
def test_a_distribution_of_one_class_is_not_held_against_the_overview(warehouse_env: Path, view: str) -> None:
    """Its rest has no whole beside it: the overview's figure is that of all classes."""
    app = opened("en", view=view, model="resident", asof=DAY.isoformat())
    t = Translator("en")
    assert shares_out(app, "en") and [m for m in app.markdown if "not graded" in str(m.value).lower()]
    words = dict.fromkeys(("graded", "rest", "overdue", "customers", "gap"), "|")
    sums = [t(f"grades.rest.{key}", **words).split("|")[1] for key in ("ties", "differs")]
    assert not [c.value for c in app.caption if any(part in str(c.value) for part in sums)]


def test_the_list_says_closed_where_it_said_not_graded(warehouse_env: Path) -> None:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    app.switch_page(next(p.path for p in PAGES if p.key == "customers"))
    app.query_params["lang"] = "zh"
    app.query_params["view"], app.query_params["f"] = "list", "grade:-closed,none"
    t, grades = Translator("zh"), set()
    for table in fine(app.run()).dataframe:
        if "grade" in table.value.columns:
            grades |= set(table.value["grade"])
    assert t("grades.reason.closed") in grades and t("grades.ungraded") not in grades
