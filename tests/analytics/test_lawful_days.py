"""The earliest lawful days: golden values, a walk day by day beside them, and refusals with their article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analytics.errors import RefusedError
from analytics.lawful_days import ACTIONS, STOPS, LawfulDays, ProvinceLaw, law_of, lawful_days, refusal
from analytics.lawful_many import lawful_frame
from analytics.working_days import CompanyDays, WorkingDays

DAYS = WorkingDays()
LAW = ProvinceLaw("甲省", "42")
AUGUST = date(2026, 8, 31)
NAMES = ("due_on", "overdue_from", *ACTIONS, "noticed", "stop_rule", "cut_rule")


def late(due_on: date = AUGUST, law: ProvinceLaw = LAW, noticed_on: date | None = None) -> LawfulDays:
    """A company's bill, demanded with evidence two days after it was due."""
    return lawful_days(due_on, law, DAYS, False, due_on + timedelta(days=2), True, noticed_on)


def test_the_first_day_beyond_thirty_is_a_holiday_and_the_cut_comes_after_it() -> None:
    found = late(noticed_on=date(2026, 9, 28))
    assert (found.overdue_from, found.cut, found.cut_rule) == (date(2026, 10, 1), date(2026, 10, 8), "rest")
    free = replace(LAW, no_cut_on_holidays=False, no_cut_on_eves=False, no_cut_on_weekends=False)
    assert late(law=free, noticed_on=date(2026, 9, 28)).cut == date(2026, 10, 1)
    assert found.phone == found.legal == date(2026, 9, 1)
    assert (found.stop_notice, found.noticed, found.provisional) == (date(2026, 9, 28), True, False)


def test_an_eve_is_spared_where_the_law_says_so() -> None:
    due_on = date(2026, 8, 30)
    spared = replace(LAW, period_moved="never")
    cuts = [late(due_on, replace(spared, no_cut_on_eves=eves)).cut for eves in (True, False)]
    assert cuts == [date(2026, 10, 8), date(2026, 9, 30)]


def test_a_due_day_in_a_holiday_is_moved_and_both_countings_are_given() -> None:
    found = lawful_days(date(2026, 10, 5), LAW, DAYS, True)
    assert (found.due_on, found.phone, found.overdue_from) == (
        date(2026, 10, 8),
        date(2026, 10, 9),
        date(2026, 11, 8),
    )
    told = found.printed
    assert (told.due_on, told.phone, told.overdue_from) == (
        date(2026, 10, 5),
        date(2026, 10, 6),
        date(2026, 11, 5),
    )
    saturday = date(2026, 10, 17)
    dues = {
        m: lawful_days(saturday, replace(LAW, period_moved=m), DAYS, True).due_on
        for m in ("never", "holidays")
    }
    assert set(dues.values()) == {saturday}
    assert lawful_days(saturday, LAW, DAYS, True).due_on == date(2026, 10, 19)


@pytest.mark.parametrize(
    ("noticed_on", "on", "why", "rule"),
    [
        (None, date(2026, 9, 30), "too_early", "overdue"),
        (None, date(2026, 10, 8), "not_noticed", "notice"),
        (date(2026, 9, 27), date(2026, 10, 8), "not_noticed", "notice"),  # earlier than a notice may be given
        (date(2026, 9, 28), date(2026, 10, 1), "too_early", "rest"),
        (date(2026, 9, 28), date(2026, 10, 8), None, None),
        (date(2026, 10, 6), date(2026, 10, 8), "too_early", "notice"),
        (date(2026, 9, 28), date(2026, 10, 10), None, None),  # a Saturday that is worked
        (date(2026, 9, 28), date(2026, 10, 11), "rest_day", "rest"),
        (date(2026, 9, 28), date(2026, 12, 31), "rest_day", "rest"),
        (date(2026, 9, 28), date(2027, 1, 5), "not_announced", "announced"),
    ],
)
def test_a_cut_is_refused_with_its_article(noticed_on: date | None, on: date, why: str, rule: str) -> None:
    named = replace(LAW, articles=tuple(replace(a, article=f"第 {a.rule}") for a in LAW.articles))
    told = refusal("cut", on, late(law=named, noticed_on=noticed_on))
    assert told == (None if why is None else (why, f"第 {rule}"))


def test_no_stop_without_a_delivered_demand_after_the_due_day() -> None:
    for demanded_on, delivered in ((None, True), (date(2026, 9, 2), False), (AUGUST, True)):
        found = lawful_days(AUGUST, LAW, DAYS, False, demanded_on, delivered, date(2026, 9, 28))
        assert (found.stop_notice, found.cut) == (None, None)
        for action in STOPS:
            assert refusal(action, date(2026, 12, 1), found) == ("not_demanded", "民法典 654")
        assert refusal("phone", date(2026, 9, 1), found) is None
        assert refusal("phone", AUGUST, found) == ("too_early", "民法典 654")
        assert refusal("legal", AUGUST, found) == ("too_early", "民法典 579")


def test_a_late_demand_gives_its_reasonable_period_first() -> None:
    found = lawful_days(AUGUST, LAW, DAYS, True, date(2026, 9, 25), True)
    # seven days end on 2 October, a holiday: on 8 October, and the notice follows
    assert (found.stop_notice, found.stop_rule) == (date(2026, 10, 9), "demand")
    assert (found.cut, found.cut_rule) == (date(2026, 10, 16), "notice")
    assert found.printed.stop_notice == date(2026, 10, 3)


def test_a_year_not_announced_is_provisional_and_refuses_stops_alone() -> None:
    found = late(date(2026, 12, 10), noticed_on=date(2027, 1, 8))
    assert found.provisional and found.cut == date(2027, 1, 11)
    for action in ACTIONS:
        told = refusal(action, date(2027, 3, 1), found)
        assert told == (("not_announced", LAW.article("announced")) if action in STOPS else None)
    known = WorkingDays(CompanyDays(off=(date(2027, 1, 11),), announces=(2027,)))
    sure = lawful_days(date(2026, 12, 10), LAW, known, False, date(2026, 12, 12), True, date(2027, 1, 8))
    assert (sure.provisional, sure.cut) == (False, date(2027, 1, 12))
    assert refusal("cut", date(2027, 3, 1), sure) is None


def test_a_law_out_of_range_and_an_organisation_without_one_law_are_refused() -> None:
    for wrong in (
        {"resident_notice_days": 2},
        {"other_notice_days": 8},
        {"last_notice_minutes": 29},
        {"reasonable_days": 0},
        {"overdue_days": 29},
        {"articles": LAW.articles[1:]},
    ):
        with pytest.raises(RefusedError, match="law_"):
            replace(LAW, **wrong)
    city = replace(LAW, name="甲市", org_prefix="4201")
    assert [law_of((LAW, city), org).name for org in ("420101", "4202")] == ["甲市", "甲省"]
    with pytest.raises(RefusedError, match="law_of_none"):
        law_of((LAW, city), "35")
    with pytest.raises(RefusedError, match="law_of_two"):
        law_of((LAW, replace(LAW, name="乙")), "4202")


laws = st.builds(
    ProvinceLaw,
    name=st.just("省"),
    resident_notice_days=st.integers(3, 7),
    other_notice_days=st.integers(3, 7),
    reasonable_days=st.integers(1, 20),
    overdue_days=st.integers(30, 45),
    no_cut_on_holidays=st.booleans(),
    no_cut_on_eves=st.booleans(),
    no_cut_on_weekends=st.booleans(),
    period_moved=st.sampled_from(["never", "holidays", "days_off"]),
)
dues = st.dates(date(2019, 12, 1), date(2026, 8, 31))
after = st.none() | st.integers(-3, 60)
bills = st.tuples(dues, st.booleans(), after, st.booleans(), after)


def walked(bill: tuple[date, bool, int | None, bool, int | None], law: ProvinceLaw) -> dict[str, object]:
    """What the law says, one day after the other, by the library's own functions."""

    def holiday(d: date) -> bool:
        return d in chinese_calendar.constants.holidays or (d.month, d.day) == (1, 1)

    def off(d: date) -> bool:
        return (
            d.weekday() > 4
            if d.year == 2027 and not holiday(d)
            else holiday(d) or chinese_calendar.is_holiday(d)
        )

    def end(d: date) -> date:
        while (law.period_moved == "days_off" and off(d)) or (law.period_moved == "holidays" and holiday(d)):
            d += timedelta(days=1)
        return d

    due_on, resident, asked, delivered, told = bill
    demand = None if asked is None or not delivered else due_on + timedelta(days=asked)
    notice = None if told is None else due_on + timedelta(days=told)
    n = law.resident_notice_days if resident else law.other_notice_days
    due = end(due_on)
    if demand is None or demand <= due:
        return {"due_on": due, "stop_notice": None, "cut": None, "noticed": False}
    free = end(demand + timedelta(days=law.reasonable_days))
    day, stop, cut = due, None, None
    noticed = False
    while cut is None:
        day += timedelta(days=1)
        if stop is None and day > free and (day + timedelta(days=n) - due).days > law.overdue_days:
            stop = day
            noticed = notice is not None and notice >= stop
        given = notice if noticed else stop
        spared = (
            (law.no_cut_on_holidays and holiday(day))
            or (law.no_cut_on_eves and not holiday(day) and holiday(day + timedelta(days=1)))
            or (law.no_cut_on_weekends and off(day) and not holiday(day))
        )
        if given and (day - given).days >= n and (day - due).days > law.overdue_days and not spared:
            cut = day
    return {"due_on": due, "stop_notice": stop, "cut": cut, "noticed": noticed}


def days_of(bill: tuple[date, bool, int | None, bool, int | None], law: ProvinceLaw) -> LawfulDays:
    due_on, resident, asked, delivered, told = bill
    demand, notice = (None if n is None else due_on + timedelta(days=n) for n in (asked, told))
    return lawful_days(due_on, law, DAYS, resident, demand, delivered, notice)


@settings(max_examples=120, deadline=None)
@given(bills, laws)
def test_as_a_walk_day_by_day(
    bill: tuple[date, bool, int | None, bool, int | None], law: ProvinceLaw
) -> None:
    found = days_of(bill, law)
    assert {k: getattr(found, k) for k in ("due_on", "stop_notice", "cut", "noticed")} == walked(bill, law)
    for action in ACTIONS:
        first = found.day(action)
        if first is not None:
            assert refusal(action, first - timedelta(days=1), found) is not None
        if first is not None and first.year < 2027 and (action != "cut" or found.noticed):
            assert refusal(action, first, found) is None


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(date(2025, 6, 1), date(2027, 3, 1)), *[st.booleans()], after, st.booleans(), after
        ),
        min_size=1,
    ),
    laws,
)
@example(  # demanded on the due day, noticed on the first day for it, two rules on one day
    [(AUGUST, False, 0, True, None), (AUGUST, False, 2, True, 28), (AUGUST, False, 20, True, None)],
    replace(LAW, period_moved="never"),
)
def test_by_columns_as_one_by_one(
    many: list[tuple[date, bool, int | None, bool, int | None]], law: ProvinceLaw
) -> None:
    rows = [
        (due, resident, *(None if n is None else due + timedelta(days=n) for n in (asked, told)), delivered)
        for due, resident, asked, delivered, told in many
    ]
    frame = pd.DataFrame(rows, columns=["due_on", "resident", "demanded_on", "noticed_on", "delivered"])
    got = lawful_frame(frame.set_index(pd.Index(range(5, 5 + len(rows)))), law, DAYS)
    for bill, (_, row) in zip(many, got.iterrows(), strict=True):
        one = days_of(bill, law)
        assert row["provisional"] == one.provisional
        for name in NAMES:
            for mine, wanted in (
                (row[name], getattr(one, name)),
                (row[f"printed_{name}"], getattr(one.printed, name)),
            ):
                assert (
                    None if pd.isna(mine) else mine.date() if isinstance(mine, pd.Timestamp) else mine
                ) == wanted


def test_rows_without_a_usable_day_have_no_lawful_day() -> None:
    frame = pd.DataFrame(
        {
            "due_on": np.array(["NaT", "9999-12-31", "2026-08-31"], "M8[s]"),
            "demanded_on": np.array(["2026-09-02"] * 3, "M8[s]"),
            "noticed_on": np.array(["NaT"] * 3, "M8[s]"),
            "resident": [True, None, False],
            "delivered": [True, True, None],
        },
        index=["a", "b", "c"],
    )
    got = lawful_frame(frame, LAW, DAYS)
    assert list(got.index) == ["a", "b", "c"]
    assert list(got["phone"].isna()) == [True, True, False]
    assert list(got["cut"].isna()) == [True] * 3
    assert list(got["provisional"]) == [True, True, False]
    assert not lawful_frame(frame.iloc[:0], LAW, DAYS).size
