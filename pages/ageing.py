"""欠费账龄 Ageing: buckets, who holds them, by year, claims near their limit, analysis, late fee."""

from dashboard.ageing import analysis, late_fee, sections
from dashboard.parts import breadcrumb, has_bills, switch_param
from dashboard.shell import open_page

page = open_page("ageing", params=sections.PARAMS)
with page.part():
    if has_bills(page):
        breadcrumb(page)
        sections.arrears(page)
        view = switch_param(page, sections.VIEW, sections.VIEWS, page.t("ageing.view"), "ageing.views")
        if view == "late_fee":
            late_fee.calculator(page)
        elif view == "limit":
            sections.near_limit(page)
        else:
            rules = sections.edited_rules(page)
            if view == "buckets":
                sections.buckets(page, rules)
                sections.holders(page, rules)
            elif view == "years":
                sections.by_year(page, rules)
                sections.over_time(page, rules)
            else:
                analysis.draw(page, rules)
