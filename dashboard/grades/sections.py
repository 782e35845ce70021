"""The views of the page by their names in the link."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dashboard.grades import adopt, backtest, migration, publish, service_standards, tune
from dashboard.grades import choice as chosen
from dashboard.page import Page
from dashboard.parts import has_bills
from dashboard.what_if import whatif

PARAMS = (
    *(chosen.VIEW, chosen.MODEL, chosen.HOW, chosen.UNIT, chosen.WANT, chosen.AMONG),
    *(migration.FROM, migration.MEASURE, backtest.AT, whatif.TRY),
    *(chosen.AHEAD, chosen.EARLIER, chosen.SERVICE, chosen.BY, chosen.ORDER),
)
VIEWS: Mapping[str, Callable[[Page], None]] = {
    "tune": tune.show,
    "migration": migration.show,
    "backtest": backtest.show,
    "adopt": adopt.show,
    "publish": publish.show,
    "services": service_standards.show,
}


def can_grade(page: Page) -> bool:
    """Whether there are bills and a policy that grades; says what is missing."""
    if not has_bills(page):
        return False
    if not page.policy.credit.models:
        page.empty(page.t("grades.no_models"))
        return False
    return True
