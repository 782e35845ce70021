"""What stands apart from the cards, on the two days that the reader compares."""

from __future__ import annotations

from dashboard import comparison
from dashboard.page import Page
from dashboard.tables.side_by_side import side_by_side

ITEMS = ("balance", "past_months", "overdue", "overdue_customers", "cash", "written_off", "credit")


def changes(page: Page) -> None:
    """Amounts of the day against those of the other day."""
    with page.part(page.t("overview.changes"), page.t("overview.changes_help")):
        days = comparison.two_days(page)
        side_by_side(page, "overview_changes", days, ITEMS)
        page.link("recovery", page.t("overview.to_two_days"), view="why")
