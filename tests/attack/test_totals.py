"""A reader of one unit is shown their own totals; a number of the company's says that it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER
from dashboard.words.i18n import catalogue
from data.warehouse.snapshots import open_snapshot
from tests.conftest import ROOT

COUNTS = """
select count(*), (select count(*) from fct_bill), (select count(*) from fct_receipt) from dim_customer
"""
LARGEST = "select left(org_no, 7) from dim_customer group by 1 order by count(*) desc limit 1"
WHOLE = "whole company"
PAGES = {
    "overview": {},
    "customers": {"view": "list"},
    "ageing": {},
    "grades": {},
    "data_checks": {"view": "loads"},
}


@pytest.mark.parametrize("key", PAGES)
def test_no_total_of_the_company_stands_before_a_reader_of_one_unit_without_a_word(
    key: str, warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_snapshot(warehouse_env) as db:
        totals = db.cursor().execute(COUNTS).fetchall()[0]
        [(unit,)] = db.cursor().execute(LARGEST).fetchall()
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(unit,)))
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    for name, value in {"lang": "en", **PAGES[key]}.items():
        app.query_params[name] = value
    if key != "overview":
        app.switch_page(f"pages/{key}.py")
    app.run()
    assert not app.exception
    kinds = (app.markdown, app.caption, app.info, app.success, app.warning, app.metric)
    said = [str(getattr(one, "body", "") or one.value) for kind in kinds for one in kind]
    company = re.compile(r"(?<![\d,.])(" + "|".join(f"{total:,}" for total in totals) + r")(?![\d,.])")
    found = [text for text in said if company.search(text)]
    labelled = any(WHOLE in text for text in said)
    assert said and (labelled or not found), found
    assert WHOLE in catalogue("en")["grades.not_computed"] and WHOLE in catalogue("en")["customers.measuring"]
