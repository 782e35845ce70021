"""总览 Overview: what a manager opens in the morning; to the server, the application behind its gate."""

from starlette.middleware import Middleware
from streamlit.starlette import App

from dashboard import receipts_alone
from dashboard.access import signin_setup
from dashboard.access.gate import Gate
from dashboard.overview.arrears import arrears
from dashboard.overview.attention import attention
from dashboard.overview.changes import changes
from dashboard.overview.countdown import BY, countdown
from dashboard.overview.headline import headline, trend
from dashboard.parts import has_bills
from dashboard.shell import open_page
from data.kept.private import keep_others_out

if __name__ == "__main__":
    page = open_page("overview", (BY,))
    with page.part():
        if has_bills(page):
            attention(page)
            headline(page)
            countdown(page)
            trend(page)
            arrears(page)
            changes(page)
        else:
            receipts_alone.show(page)
else:
    keep_others_out()
    signin_setup.at_start()
    app = App(__file__, middleware=[Middleware(Gate)])
