"""数据核对.

Loads and reconciliation, quarantine, checks, what the source holds, and tie-out with the monthly report.
"""

from dashboard.data_checks import loads as data_loads
from dashboard.data_checks import quarantine as data_quarantine
from dashboard.data_checks import tieout as data_tieout
from dashboard.data_checks.quarantine import PAGE
from dashboard.filters import choice
from dashboard.parts import switch_param
from dashboard.shell import open_page

VIEWS = {
    "loads": data_loads.show_loads,
    "quarantine": data_quarantine.show,
    "tieout": data_tieout.show,
    "checks": data_loads.show_checks,
    "holds": data_loads.show_holds,
}
VIEW = choice("view", tuple(VIEWS))

page = open_page("data_checks", (VIEW, PAGE))
view = switch_param(page, VIEW, list(VIEWS), page.t("data_checks.view"), "data_checks.views")
with page.part():
    VIEWS[view](page)
