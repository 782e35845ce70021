"""数据核对.

Loads and reconciliation, quarantine, checks, what the source holds, and tie-out with the monthly report.
"""

from dashboard.connect import view as connect
from dashboard.data_checks import loads, quarantine, tieout
from dashboard.data_checks.choice import PARAMS, VIEW, VIEWS
from dashboard.parts import switch_param
from dashboard.shell import open_page

SHOW = {
    "loads": loads.show_loads,
    "quarantine": quarantine.show,
    "tieout": tieout.show,
    "checks": loads.show_checks,
    "holds": loads.show_holds,
    "connect": lambda page: connect.show(connect.of_page(page)),
}
COMPANY = ("loads", "checks", "holds", "connect")  # counted by file and table
NARROWED_BY = {"quarantine": ("orgs",)}  # more of a record may not be readable

page = open_page("data_checks", PARAMS)
view = switch_param(page, VIEW, VIEWS, page.t("data_checks.view"), "data_checks.views")
with page.part():
    part = page.of_company if view in COMPANY else page
    SHOW[view](part.narrowed_by(*NARROWED_BY[view]) if view in NARROWED_BY else part)
