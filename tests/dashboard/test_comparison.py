"""What figures are compared with: named, chosen, kept in the link, and refused where it makes no sense."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import Translator
from tests.dashboard.test_pages import Open, in_link, open_page

ZH = Translator("zh")


__all__ = ["open_page"]


def said(app: AppTest) -> str:
    return "\n".join(str(e.value) for kind in ("caption", "markdown") for e in app.get(kind))


def rate_deltas(app: AppTest) -> list[str]:
    """The differences of the six cards of rates."""
    return [m.delta for m in app.metric[:6]]


def test_a_difference_names_its_two_days(open_page: Open) -> None:
    app = open_page("overview", lang="zh", asof="2026-02-10")
    assert "2026年2月10日 对 2025年2月10日" in said(app)
    assert {m.proto.delta_description for m in app.metric[:6]} == {"对 2025年2月10日"}
    assert all("个百分点" in delta for delta in rate_deltas(app))


def test_no_rate_falls_because_a_year_began(open_page: Open) -> None:
    app = open_page("overview", lang="zh", asof="2026-02-10", vs="month_end")
    assert "2026年2月10日 对 2026年1月31日" in said(app)
    by_year, by_age = ZH("comparison.not.other_year"), ZH("comparison.not.other_age")
    assert rate_deltas(app) == [by_year, by_year, by_year, by_age, by_year, by_year]
    assert ZH("comparison.why.other_year", year=2026, other=2025) in said(app)
    table = app.table[0].value
    assert list(table.columns)[1:3] == ["2026年1月31日", "2026年2月10日"]


@pytest.mark.parametrize("vs", ["1999-01-01", "tomorrow", "2026-02-30", "'; drop"])
def test_what_is_no_day_of_the_data_is_the_same_day_last_year(open_page: Open, vs: str) -> None:
    app = open_page("overview", lang="zh", asof="2026-03-31", vs=vs)
    assert not app.exception and "对 2025年3月31日" in said(app)


def test_the_other_day_is_chosen_and_goes_along(open_page: Open) -> None:
    app = open_page("overview", lang="zh", asof="2026-03-20")
    app.selectbox(key="against").set_value("month").run()
    assert "对 2026年2月20日" in said(app)
    links = [link.proto.query_string for link in app.get("page_link")]
    assert links and all("vs=month" in link for link in links)
    app.selectbox(key="against").set_value("day").run()
    assert in_link(app, "vs") == ["2026-02-20"], "any day begins at the one that was chosen"
    app.selectbox(key="against_month").set_value(202601).run()
    app.selectbox(key="against_day").set_value(7).run()
    assert in_link(app, "vs") == ["2026-01-07"] and "对 2026年1月7日" in said(app)
    app.selectbox(key="against").set_value("year").run()
    assert "vs" not in app.query_params and not app.exception
