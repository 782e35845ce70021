"""服务履约率 beside recovery: what was recorded, a dash where there is nothing to count."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.nav import ROOT
from data.scope import Scope
from data.state import ServiceRecord, State
from data.warehouse.snapshots import open_snapshot
from services.credit import grading
from services.credit.policy_files import read_policy
from services.decided.inputs import decided
from services.entitlements import service_due
from services.entitlements.service_list import Wanted, work_list
from tests.actors import by

DAYS = {"zh": date(2026, 6, 17), "en": date(2026, 6, 18)}
"""Days that no other test has graded."""
LABELS = {"zh": "服务履约率", "en": "Service fulfilment"}


def card(app: AppTest, language: str) -> tuple[str, list[str]]:
    """The figure of the card and all captions of the page."""
    assert not app.exception and not app.error
    [metric] = [m for m in app.metric if m.label == LABELS[language]]
    return metric.value, [c.value for c in app.caption]


def opened(language: str) -> AppTest:
    """The overview on the language's day."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["lang"] = language
    app.query_params["asof"] = DAYS[language].isoformat()
    return app.run()


@pytest.mark.parametrize(
    ("language", "ungraded", "none", "of"),
    [
        ("zh", "客户尚未评级，无法计算。", "从登记第一项已办服务起统计。", "按时 {} / 应做 {} 项"),
        (
            "en",
            "Customers are not graded yet.",
            "Counted from the first service recorded as done.",
            "{} in time of {} due",
        ),
    ],
)
def test_the_overview_shows_the_fulfilment_that_was_recorded(
    warehouse_env: Path, language: str, ungraded: str, none: str, of: str
) -> None:
    db, policy = open_snapshot(warehouse_env), read_policy()
    day = DAYS[language]
    figure, said = card(opened(language), language)
    assert figure == "—" and ungraded in said
    assert not grading.graded_path(db, policy, day, decided(None, day)).exists(), "graded by opening a page"
    grading.ensure_graded(db, policy, day, decided(None, day))
    figure, said = card(opened(language), language)
    assert figure == "—" and none in said
    state, scope = State.open(warehouse_env), Scope(day)
    listed = work_list(db, policy, state, scope, Wanted(earlier=True)).to_dict("records")
    wanted = []
    for row in (listed[0], listed[-1]):
        due = row["due_on"].date()
        record = ServiceRecord(row["cons_no"], row["service"], due, due, "", row["grade"])
        assert service_due.record_done(db, state, by("li"), policy, [record], day) == 1
        found = service_due.fulfilment(db, policy, state, scope)[0]
        assert 0 < found.in_time < found.due
        figure, said = card(opened(language), language)
        assert figure == f"{100 * found.rate:.2f}%"
        assert of.format(found.in_time, f"{found.due:,}") in said
        wanted.append(found)
    assert wanted[0] != wanted[1], "a record changes what the open page shows"
