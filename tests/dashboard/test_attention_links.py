"""What needs attention leads to the page that shows it, and a list adds up to what the line says."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pyarrow.compute as pc
from streamlit.testing.v1 import AppTest

from dashboard.customers.list_link import read_values
from dashboard.customers.mission import _offered
from dashboard.nav import PAGES, ROOT
from dashboard.overview.attention import VIEW_OF
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.credit.policy_files import read_policy
from services.customers import debts, lists
from services.customers.customer_filters import Choice
from services.recovery import figures
from tests.dashboard.test_customers_page import fine, opened


def test_every_link_of_the_overview_opens_what_it_names(warehouse_env: Path) -> None:
    db = open_snapshot(warehouse_env)
    rules = read_policy().recovery
    found = figures.attention(db, Scope(db.meta.extract_on), rules)
    assert {f.kind for f in found} >= {"in_transit", "credit"}
    app = opened_overview()
    links = [link.proto for link in app.main.get("page_link")]
    wanted = {(f.page, tuple(sorted({**VIEW_OF.get(f.kind, {}), **f.link}.items()))) for f in found[:8]}
    paths = {str(p.path): p.key for p in PAGES}
    there = set()
    for link in links:
        query = {name: values[0] for name, values in parse_qs(link.query_string).items() if name != "lang"}
        key = paths.get(link.page) or paths.get(f"pages/{link.page}.py", link.page)
        there.add((key, tuple(sorted(query.items()))))
    assert wanted <= there
    for key, query in sorted(wanted):
        fine(opened(key, lang="zh", **dict(query)))


def opened_overview() -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["lang"] = "zh"
    return app.run()


def test_the_list_of_an_amount_adds_up_to_what_the_line_says(warehouse_env: Path) -> None:
    db = open_snapshot(warehouse_env)
    scope = Scope(db.meta.extract_on)
    lines = {f.kind: f.amount for f in figures.attention(db, scope, read_policy().recovery, 99)}
    values = read_values(VIEW_OF["credit"]["f"])
    assert values
    whole = lists.whole_list(db, scope, Choice(values)).read_all()
    assert pc.sum(whole["credit"]).as_py() == lines["credit"] > 0
    assert "credit" in VIEW_OF["credit"]["cols"].split(",")
    assert VIEW_OF["in_transit"] == {"view": "in_transit"}
    assert debts.in_transit(db, scope)["amount"].sum() == lines["in_transit"] > 0


def test_the_workbook_of_the_plain_list_has_every_part_that_the_page_offers() -> None:
    totals = lists.MissionTotals(9, 1, 1, 1, 1, 0, 0, 0, 0)
    assert _offered(totals) == lists.PARTS
    unknown = lists.MissionTotals(9, 1, 1, 1, 1, 3, 0, 0, 0)
    assert _offered(unknown) == (*lists.PARTS, "unknown")
