"""信用等级 Credit grades: tune, migration, back-test, adoption, publication."""

from dashboard.grades import choice as chosen
from dashboard.grades import sections
from dashboard.parts import breadcrumb, switch_param
from dashboard.shell import open_page

page = open_page("grades", params=sections.PARAMS)
with page.part():
    if sections.can_grade(page):
        breadcrumb(page)
        view = switch_param(page, chosen.VIEW, chosen.VIEWS, page.t("grades.view"), "grades.views")
        sections.VIEWS[view](page)
