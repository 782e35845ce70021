"""What figures are compared with: named, chosen, kept in the link, and refused where it makes no sense."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from services.recovery.why import MEASURES
from services.report.report_workbooks import _sheet
from tests.dashboard.test_pages import Open, broken, in_link, open_page, texts

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
    compared = [m for m in app.metric[:6] if "个百分点" in m.delta]
    assert {m.proto.delta_description for m in compared} == {"对 2025年2月10日"}
    assert len(compared) == 4


def test_old_debt_of_the_first_years_of_the_data_is_compared_with_nothing(open_page: Open) -> None:
    """The sample begins in September 2024: on a day of 2025 old debt is four months' bills."""
    late, former = ZH("comparison.not.began_late"), ZH("comparison.began_late.former", first="2024年9月")
    app = open_page("overview", lang="zh", asof="2026-02-10")
    cards = {m.label: m.delta for m in app.metric}
    assert [cards[ZH(f"recovery.{name}")] for name in ("combined", "old_debt")] == [late, late]
    assert cards[ZH("columns.old_open")] == late and former in said(app)
    app = open_page("recovery", lang="zh", asof="2026-02-10")
    data = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    for name in (ZH("columns.old_rate"), ZH("columns.combined_rate")):
        known = {x for t in data if t["name"] == name for x, y in zip(t["x"], t["y"], strict=True) if y}
        assert known == {"202602"}
    assert said(app).count(former) == 2, "beside the cards and below the chart"
    app = open_page("recovery", view="why", what="old_debt", lang="zh", asof="2026-02-10")
    assert not broken(app) and any("数据起点太晚" in info.value for info in app.info)


def test_no_rate_falls_because_a_year_began(open_page: Open) -> None:
    app = open_page("overview", lang="zh", asof="2026-02-10", vs="month_end")
    assert "2026年2月10日 对 2026年1月31日" in said(app)
    by_year, by_age = ZH("comparison.not.other_year"), ZH("comparison.not.other_age")
    assert rate_deltas(app) == [by_year, by_year, by_year, by_age, by_year, by_year]
    assert ZH("comparison.why.other_year", year=2026, other=2025) in said(app)
    table = app.table[0].value
    assert list(table.columns)[1:3] == ["2026年1月31日", "2026年2月10日"]


def test_a_card_of_arrears_and_its_difference_share_a_unit_and_say_what_the_table_says(
    open_page: Open,
) -> None:
    app = open_page("overview", lang="zh")
    rows = {str(r.iloc[0]): str(r.iloc[3]) for _, r in app.table[0].value.iterrows()}
    for name in ("balance", "past_months", "overdue"):
        label = ZH(f"columns.{name}")
        [card] = [m for m in app.metric if m.label == label]
        (_, unit), (change, of_change) = str(card.value).split(), str(card.delta).split()
        assert unit == of_change
        assert rows.get(f"{label}（{unit}）", change) == change


@pytest.mark.parametrize("vs", ["1999-01-01", "tomorrow", "2026-02-30", "'; drop"])
def test_what_is_no_day_of_the_data_is_the_same_day_last_year(open_page: Open, vs: str) -> None:
    app = open_page("overview", lang="zh", asof="2026-03-31", vs=vs)
    assert not app.exception and "对 2025年3月31日" in said(app)


def test_any_day_can_be_chosen_in_the_first_year_of_the_data(open_page: Open) -> None:
    app = open_page("overview", lang="zh", asof="2024-06-20")
    app.selectbox(key="against").set_value("day").run()
    [first] = in_link(app, "vs")
    assert date.fromisoformat(first) > date(2023, 6, 20), "the first day of the data, not one before it"
    assert app.selectbox(key="against").value == "day" and not broken(app)
    assert not [w for w in app.warning if "对比" in w.value], "nobody wrote a link"


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


@pytest.mark.parametrize("place", range(5))
def test_a_change_is_told_drawn_and_listed(open_page: Open, place: int) -> None:
    step = ("org", "industry", "bill_month", "customer", "area")[place]
    for n, what in enumerate(("current_year", "household_months", "overdue")):
        language = LANGUAGES[(place + n) % 2]
        t = Translator(language)
        app = open_page("recovery", view="why", what=what, step=step, lang=language, asof="2026-10-20")
        assert not broken(app)
        sentence = next(m.value for m in app.markdown if f"**{t(f'why.measure.{what}')}**" in m.value)
        assert all(Format(t).date(date(year, 10, 20)) in sentence for year in (2025, 2026))
        assert not [text for text in texts(app) if "⟦" in text]
        left_out = {"zh": "不计", "en": ", without "}[language]
        assert (left_out in said(app)) == (step == "customer" and what != "overdue")
        assert len(app.dataframe[0].value) > 1


def test_what_is_written_on_the_steps_adds_up_to_the_change(open_page: Open) -> None:
    for step in ("org", "customer", "industry"):
        app = open_page("recovery", view="why", lang="en", asof="2026-10-20", step=step)
        chart = json.loads(app.get("plotly_chart")[0].proto.spec)
        bars, dots = chart["data"]
        steps = [float(text.split()[0]) for text in bars["text"]]
        then, now = (float(text.rstrip("%")) for text in dots["text"])
        assert sum(steps) == pytest.approx(now - then, abs=0.0011), step
        assert len(steps) <= 11


def test_what_has_no_difference_says_so_in_its_place(open_page: Open) -> None:
    app = open_page("recovery", view="why", what="current_year", lang="zh", asof="2026-02-10", vs="month_end")
    assert not broken(app) and not app.get("plotly_chart")
    assert any("不是同一年" in info.value for info in app.info)


def test_a_card_leads_to_the_reason_with_the_same_two_days(open_page: Open) -> None:
    app = open_page("overview", lang="zh", asof="2026-10-20", vs="month")
    links = [e.proto.query_string for e in app.get("page_link") if e.proto.label == ZH("why.link")]
    asked = {parse_qs(link)["what"][0] for link in links}
    assert asked == set(MEASURES)
    assert all("vs=month" in link and "view=why" in link and "asof=2026-10-20" in link for link in links)


def test_units_of_two_days_stand_side_by_side(open_page: Open) -> None:
    app = open_page("recovery", view="why", lang="en", asof="2026-02-10", vs="month_end", by="class")
    table = app.dataframe[-1].value
    assert table["current_year_change"].isna().all() and table["balance_change"].notna().all()
    assert table["current_year_then"].notna().any()


def test_a_column_of_last_year_names_its_day_on_the_screen_and_in_files(open_page: Open) -> None:
    app = open_page("recovery", view="compare", lang="en", asof="2026-02-10")
    assert "Last year (10 Feb 2025)" in app.dataframe[0].proto.columns
    rows = pd.DataFrame({"key": ["1"], "last_year_rate": [0.9]})
    table = ("units", ("key", "last_year_rate"), rows)
    sheet = _sheet("recovery_by_org", table, ZH, date(2026, 2, 28), {})
    assert sheet.columns[1].title == "上年同期（2025年2月28日）"
