"""A reader of one unit tunes and evaluates that unit's customers alone, whatever the link asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER
from dashboard.nav import PAGES, ROOT
from data.warehouse.snapshots import open_snapshot
from services.credit.grading import ensure_graded
from services.credit.policy_files import read_policy
from tests.dashboard.test_credit_sheet import hostile

__all__ = ["hostile"]


@pytest.fixture
def graded(warehouse_env: Path) -> pd.DataFrame:
    """Everybody's unit, model and grade on the newest day."""
    with open_snapshot(warehouse_env) as db:
        path = ensure_graded(db, read_policy(), db.meta.extract_on)
    return pq.read_table(path, columns=["cons_no", "org_no", "model", "grade"]).to_pandas()


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    app.switch_page(next(p.path for p in PAGES if p.key == page))
    for key, value in {"lang": "en", **query}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception and not app.error
    return app


def of_unit(graded: pd.DataFrame, unit: str) -> int:
    """How many residents of a unit have a grade."""
    inside = graded["org_no"].str.startswith(unit) & (graded["model"] == "resident")
    return int((inside & graded["grade"].notna()).sum())


def said(app: AppTest) -> int:
    """How many households are graded, as the demand's help says."""
    [found] = [m for c in app.caption if (m := re.search(r"([\d,]+) households are graded", c.value))]
    return int(found[1].replace(",", ""))


def test_a_unit_reader_sees_their_units_households_whatever_the_link_says(
    graded: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = graded["org_no"].str[:7].value_counts().index
    mine, other = str(units[0]), str(units[1])
    link = {"view": "tune", "model": "resident", "how": "range"}
    assert said(opened("grades", **link)) == of_unit(graded, "") > of_unit(graded, mine) > 0
    assert said(opened("grades", **link, org=other)) == of_unit(graded, other)
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(mine,)))
    assert said(opened("grades", **link)) == of_unit(graded, mine)
    foreign = opened("grades", **link, org=other)
    assert not any("households are graded" in c.value for c in foreign.caption), "a unit of others is shown"
    assert any(other in w.value for w in foreign.warning), "the link asked for what is not the reader's: said"


def test_a_unit_reader_evaluates_their_unit_alone(
    graded: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    units = graded["org_no"].str[:7].value_counts().index
    mine, other = str(units[0]), str(units[1])
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(mine,)))
    tried = {"view": "weights", "try": "credit.min_coverage:0.9"}
    assert not opened("evaluation", **tried, org=other).dataframe, "a unit of others is shown"
    app = opened("evaluation", **tried)
    [table] = [d.value for d in app.dataframe if "Grade" in d.value.columns]
    inside = graded[graded["org_no"].str.startswith(mine)]
    assert [int(str(n).replace(",", "")) for n in table["Adopted"]][:5] == [
        int((inside["grade"] == key).sum()) for key in read_policy().credit.grade_keys
    ]
    app.session_state["evaluation_who_moves"] = True
    [moved] = [d.value for d in app.run().dataframe if "cons_no" in d.value.columns]
    assert set(moved["cons_no"]) < set(inside["cons_no"]) and len(moved)


@pytest.mark.parametrize(
    ("page", "view", "company", "own"),
    [
        ("grades", "publish", ("The next publication", "Publications"), ("Yearly publication",)),
        ("data_checks", "loads", ("Reconciliation", "Files"), ()),
    ],
)
def test_what_no_unit_narrows_says_that_it_is_of_the_company(
    graded: pd.DataFrame,
    page: str,
    view: str,
    company: tuple[str, ...],
    own: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = str(graded["org_no"].str[:7].iloc[0])
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(mine,)))
    headings = [h.value for h in opened(page, view=view).subheader]
    for title in company:
        assert any(h.startswith(title) and "The whole company" in h for h in headings), (title, headings)
    for title in own:
        assert any(h.startswith(title) and "The whole company" not in h for h in headings), (title, headings)


@pytest.mark.parametrize(
    ("page", "view"), [("grades", "tune"), ("grades", "migration"), ("evaluation", "weights")]
)
def test_a_class_that_the_sides_filter_leaves_out_is_named_and_another_shown(
    graded: pd.DataFrame, page: str, view: str
) -> None:
    resident = next(m for m in read_policy().credit.models if m.key == "resident").classes
    app = opened(page, view=view, model="hv", **{"class": resident[0]})
    captions = " ".join(c.value for c in app.caption)
    assert "is not among them, so a model within the limit is shown" in captions
    if page == "evaluation":
        assert app.selectbox(key="evaluation_model").value == "resident"
        assert f"{int((graded['model'] == 'resident').sum()):,} customers of the model" in captions
    within = opened(page, view=view, model="resident", **{"class": resident[0]})
    assert any("only classes within it are offered" in c.value for c in within.caption)


def test_another_snapshot_of_the_same_day_is_graded_by_its_own_customers(
    graded: pd.DataFrame, hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A warehouse of 60 customers that other tests use too."""
    link = {"view": "tune", "model": "resident", "how": "range"}
    with monkeypatch.context() as other:
        other.setenv("DENGTA_WAREHOUSE", str(hostile))
        few = said(opened("grades", **link))
    assert said(opened("grades", **link)) == of_unit(graded, "") > few > 0
