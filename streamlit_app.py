"""总览 Overview: what a manager opens in the morning."""

from dashboard.overview import sections
from dashboard.shell import open_page

page = open_page("overview")
if sections.has_bills(page):
    sections.headline(page)
    sections.attention(page)
    sections.trend(page)
    sections.countdown(page)
    sections.arrears(page)
    sections.changes(page)
