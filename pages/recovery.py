"""电费回收 Recovery: trends, units compared, clearing, the curve of a month, the forecast."""

from dashboard import receipts_alone
from dashboard.parts import breadcrumb, has_bills, switch_param
from dashboard.recovery import ranking, sections, targets, why
from dashboard.shell import open_page

page = open_page("recovery", params=(*sections.PARAMS, *why.PARAMS))
with page.part():
    if has_bills(page):
        unit = breadcrumb(page)
        sections.headline(page)
        view = switch_param(page, sections.VIEW, sections.VIEWS, page.t("ageing.view"), "recovery.views")
        if view == "trend":
            sections.trends(page)
            sections.bill_months(page)
            sections.cash_months(page)
        elif view == "why":
            why.why(page)
            why.two_days(page)
        elif view == "compare":
            sections.compare(page)
        elif view == "ranking":
            ranking.show(page)
        elif view == "cleared":
            sections.cleared(page)
        elif view == "targets":
            targets.show(page)
        else:
            sections.curve(page)
            sections.forecast(page)
    else:
        receipts_alone.show(page)
