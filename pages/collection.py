"""催费 Collection: today's list, what was recorded, the rules, what came of it."""

from dashboard.collection import choice as chosen
from dashboard.collection import sections
from dashboard.parts import has_bills, switch_param
from dashboard.shell import open_page

page = open_page("collection", params=sections.PARAMS)
with page.part():
    if has_bills(page):
        view = switch_param(page, chosen.VIEW, chosen.VIEWS, page.t("collection.view"), "collection.views")
        sections.VIEWS[view](page)
