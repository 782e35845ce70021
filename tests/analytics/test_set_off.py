"""What is owed now: permitted balances against the oldest lines, and what stands apart from them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import RefusedError
from analytics.set_off import BALANCES, BILLS, CLERKS_SHORTFALLS, SUSPENSIONS, WHYS, SetOffRules, owed_now

TODAY = date(2026, 10, 20)
DAY, PLAIN = timedelta(days=1), SetOffRules()


@dataclass(frozen=True)
class Line:
    cons_key: int = 1
    bill_key: int = 1
    due_on: date | None = TODAY - 10 * DAY
    principal_open: int = 10_000
    fee_open: int = 0
    fee_from: date | None = None
    locked: bool = False


@dataclass(frozen=True)
class Balance:
    cons_key: int = 1
    bal_type: str = "01"
    prepay: int = 0
    frozen: int = 0
    checked: int = 0
    transit_note: int = 0


@dataclass(frozen=True)
class Suspension:
    cons_key: int
    until: date | None
    why: str


def frame(rows: Any, columns: tuple[str, ...]) -> pd.DataFrame:
    made = pd.DataFrame({c: [getattr(r, c) for r in rows] for c in columns})
    for name in {"due_on", "fee_from", "until"} & set(columns):
        made[name] = pd.to_datetime(made[name]).astype("datetime64[s]")
    whole = ["cons_key", "bill_key", *BILLS[3:5], *BALANCES[2:]]
    return made.astype({c: "int64" for c in whole if c in columns})


def run(
    lines: Any, balances: Any = (), rules: SetOffRules = PLAIN, suspensions: Any = (), as_of: date = TODAY
) -> list[dict[str, Any]]:
    bills, held, holds = frame(lines, BILLS), frame(balances, BALANCES), frame(suspensions, SUSPENSIONS)
    result = owed_now(bills, held, as_of, rules, holds)
    for name in ("suspended_until", "owed_since"):
        result[name] = pd.Series([None if pd.isna(d) else d.date() for d in result[name]], dtype=object)
    return [{str(k): v for k, v in row.items()} for row in result.to_dict("records")]


def one(*args: Any, **named: Any) -> dict[str, Any]:
    (row,) = run(*args, **named)
    return row


def by_hand(lines: Any, balances: Any, rules: SetOffRules, suspensions: Any) -> list[dict[str, Any]]:
    """The same in plain Python, customer by customer and line by line."""
    rows = []
    for key in sorted({x.cons_key for x in lines}):
        own = [x for x in lines if x.cons_key == key]
        held = [b for b in balances if b.cons_key == key and b.bal_type in ("01", *rules.added_kinds)]
        free = left = sum(max(b.prepay - b.frozen - b.checked - b.transit_note, 0) for b in held)
        late = [x for x in own if x.due_on and x.due_on < TODAY and x.principal_open > 0]
        fees = [x for x in own if x.fee_open > 0 and not (x.fee_from and x.fee_from > TODAY)]
        since, owed = None, 0
        for x in sorted((x for x in late if not x.locked), key=lambda x: x.due_on or TODAY):
            paid = min(left, x.principal_open)
            left -= paid
            owed += x.principal_open - paid
            since = since or (x.due_on if paid < x.principal_open else None)
        passed = [s for f, s in rules.shortfalls if f <= free]
        short = owed if owed <= (passed[-1] if passed else 0) else 0
        batch, fee = sum(x.principal_open for x in late if x.locked), sum(x.fee_open for x in fees)
        holds = [s for s in suspensions if s.cons_key == key and s.until and s.until >= TODAY]
        hold = max(holds, key=lambda s: (s.until, -WHYS.index(s.why)), default=None)
        still = owed - short
        if not late:
            state = "fee_open" if fee else "not_due"
        elif not still:
            state = "in_batch" if batch else "covered"
        else:
            state = "suspended" if hold else "below_least" if still < rules.least else "owed"
        rows.append(
            {
                "cons_key": key,
                "overdue": sum(x.principal_open for x in late),
                "set_off": free - left,
                "in_batch": batch,
                "in_transit": sum(b.transit_note for b in held),
                "short": short,
                "owed_now": still,
                "late_fee": fee,
                "suspended_until": hold.until if hold else None,
                "suspended_why": hold.why if hold else "",
                "bills": len({x.bill_key for x in [*late, *fees]}),
                "owed_since": since if still else None,
                "state": state,
            }
        )
    return rows


def test_nothing_billed_is_an_empty_frame() -> None:
    assert run([], [Balance(prepay=5)]) == []


def test_one_bill_without_money_is_owed_whole() -> None:
    row = one([Line()])
    assert (row["overdue"], row["set_off"], row["owed_now"], row["bills"]) == (10_000, 0, 10_000, 1)
    assert row["state"] == "owed" and row["owed_since"] == TODAY - 10 * DAY


@pytest.mark.parametrize("kind", ["02", "03", "04", "05", "11", "12", "13", "14"])
def test_money_of_a_kind_that_is_not_permitted_sets_nothing_off(kind: str) -> None:
    row = one([Line()], [Balance(bal_type=kind, prepay=99_999, transit_note=7)])
    assert (row["set_off"], row["in_transit"], row["owed_now"]) == (0, 0, 10_000)


def test_a_kind_that_the_rules_add_counts_and_a_code_that_came_as_a_number_too() -> None:
    assert one([Line()], [Balance(bal_type="03", prepay=4_000)], SetOffRules(("03",)))["owed_now"] == 6_000
    balances = frame([Balance(prepay=4_000)], BALANCES).assign(bal_type=1)
    assert owed_now(frame([Line()], BILLS), balances, TODAY)["owed_now"].tolist() == [6_000]


def test_frozen_locked_and_in_transit_money_is_not_free_and_binds_its_own_row_alone() -> None:
    bound = Balance(prepay=5_000, frozen=2_000, checked=2_000, transit_note=4_000)
    row = one([Line()], [bound, Balance(prepay=3_000)])
    assert (row["set_off"], row["in_transit"], row["owed_now"]) == (3_000, 4_000, 7_000)


def test_the_oldest_line_is_met_first_and_no_bill_takes_anothers_amount() -> None:
    newer = Line(bill_key=2, due_on=TODAY - 3 * DAY, principal_open=700)
    row = one([newer, Line()], [Balance(prepay=10_000)])
    assert (row["overdue"], row["owed_now"], row["bills"]) == (10_700, 700, 2)
    assert row["owed_since"] == TODAY - 3 * DAY
    met, locked, open_ = (Line(2, n, TODAY - n * DAY, 400, locked=n == 8) for n in (9, 8, 5))
    last = run([Line(), met, locked, open_], [Balance(cons_key=2, prepay=400)])[1]
    assert (last["owed_now"], last["owed_since"]) == (400, TODAY - 5 * DAY)


def test_a_locked_line_is_in_batch_and_takes_no_balance() -> None:
    row = one([Line(locked=True), Line(bill_key=2, principal_open=300)], [Balance(prepay=1_000)])
    assert (row["in_batch"], row["set_off"], row["owed_now"]) == (10_000, 300, 0)
    assert row["state"] == "in_batch"


def test_a_bill_in_instalments_is_overdue_from_the_first_that_was_missed() -> None:
    parts = [Line(due_on=TODAY + n * DAY, principal_open=2_500) for n in (-40, -10, 20, 50)]
    row = one(parts)
    assert (row["overdue"], row["bills"], row["owed_since"]) == (5_000, 1, TODAY - 40 * DAY)


def test_the_due_day_itself_and_a_bill_without_one_are_not_overdue() -> None:
    row = one([Line(due_on=TODAY), Line(bill_key=2, due_on=None)])
    assert (row["overdue"], row["state"]) == (0, "not_due")


def test_a_part_paid_bill_stays_in_and_principal_paid_with_its_fee_open_is_a_state() -> None:
    assert one([Line(principal_open=1)])["state"] == "owed"
    row = one([Line(principal_open=0, fee_open=1_200)], [Balance(prepay=9_000)])
    assert (row["owed_now"], row["late_fee"], row["bills"], row["state"]) == (0, 1_200, 1, "fee_open")


@pytest.mark.parametrize(("from_on", "fee"), [(TODAY + DAY, 0), (TODAY, 50), (None, 50)])
def test_a_late_fee_is_deferred_until_its_effective_day(from_on: date | None, fee: int) -> None:
    assert one([Line(fee_open=50, fee_from=from_on)])["late_fee"] == fee


@pytest.mark.parametrize(
    ("free", "short"), [(499, 0), (500, 100), (999, 100), (1_000, 200), (4_999, 200), (5_000, 500)]
)
def test_small_shortfalls_count_as_covered_only_where_the_setting_is_on(free: int, short: int) -> None:
    on, held = SetOffRules(shortfalls=CLERKS_SHORTFALLS), [Balance(prepay=free)]
    row = one([Line(principal_open=free + short)], held, on)
    assert (row["short"], row["owed_now"], row["state"]) == (short, 0, "covered")
    assert one([Line(principal_open=free + short + 1)], held, on)["owed_now"] == short + 1
    assert one([Line(principal_open=free + short)], held)["owed_now"] == short


def test_less_than_the_least_amount_is_a_state_and_keeps_its_money() -> None:
    rules = SetOffRules(least=10_000)
    row = one([Line(principal_open=9_999)], rules=rules)
    assert (row["state"], row["owed_now"]) == ("below_least", 9_999)
    assert one([Line()], rules=rules)["state"] == "owed"


def test_the_latest_suspension_that_runs_counts_on_its_last_day_too() -> None:
    ended, last = Suspension(1, TODAY - DAY, "dispute"), Suspension(1, TODAY, "promise")
    row = one([Line()], suspensions=[last, ended])
    assert (row["suspended_until"], row["suspended_why"], row["state"]) == (TODAY, "promise", "suspended")
    assert row["owed_now"] == 10_000
    assert one([Line()], suspensions=[ended])["suspended_why"] == ""
    both = [Suspension(1, TODAY, "plan"), last, Suspension(1, None, "dispute")]
    assert one([Line()], suspensions=both)["suspended_why"] == "plan"


def test_days_far_away_are_read() -> None:
    far = Suspension(1, date(9999, 12, 31), "dispute")
    assert one([Line()], suspensions=[far])["suspended_until"] == date(9999, 12, 31)


@pytest.mark.parametrize(
    ("given_rules", "key"),
    [
        ({"added_kinds": ("04",)}, "set_off_kind"),
        ({"added_kinds": ("11",)}, "set_off_kind"),
        ({"shortfalls": ((500, 100), (0, 100))}, "set_off_shortfalls"),
        ({"shortfalls": ((0, 100), (500, 0))}, "set_off_shortfalls"),
        ({"shortfalls": ((-1, 0),)}, "set_off_shortfalls"),
        ({"least": -1}, "set_off_least"),
    ],
)
def test_rules_that_set_off_what_pays_no_bill_are_refused(given_rules: Any, key: str) -> None:
    with pytest.raises(RefusedError) as refused:
        SetOffRules(**given_rules)
    assert refused.value.key == key


def test_frames_that_would_be_misread_are_refused() -> None:
    bills, balances = frame([Line()], BILLS), frame([Balance()], BALANCES)
    for spoilt, key in (
        ((bills.drop(columns="locked"), balances), "set_off_columns"),
        ((bills.astype({"principal_open": "float64"}), balances), "set_off_fen"),
        ((bills, balances.astype({"prepay": "float64"})), "set_off_fen"),
    ):
        with pytest.raises(RefusedError) as refused:
            owed_now(*spoilt, TODAY)
        assert refused.value.key == key
    with pytest.raises(RefusedError, match="set_off_why"):
        one([Line()], suspensions=[Suspension(1, TODAY, "whim")])


MONEY = st.integers(0, 900)
DAYS = st.none() | st.integers(-4, 2).map(lambda n: TODAY + n * DAY)
LINES = st.lists(
    st.builds(
        Line, st.integers(1, 3), st.integers(1, 3), DAYS, st.integers(-50, 900), MONEY, DAYS, st.booleans()
    ),
    max_size=9,
)
HELD = st.lists(
    st.builds(
        Balance,
        st.integers(1, 4),
        st.sampled_from(["01", "03", "04", "11"]),
        st.integers(-200, 1_500),
        *[st.integers(0, 300)] * 3,
    ),
    max_size=7,
)
HOLDS = st.lists(st.builds(Suspension, st.integers(1, 4), DAYS, st.sampled_from(WHYS)), max_size=5)
RULES = st.builds(
    SetOffRules,
    st.sampled_from([(), ("03",)]),
    st.sampled_from([(), ((0, 0), (50, 10), (100, 20), (500, 50)), ((100, 900),)]),
    st.sampled_from([0, 300]),
)


@settings(max_examples=30, deadline=None)
@given(LINES, HELD, RULES, HOLDS, st.randoms())
def test_as_by_hand_whatever_the_order_of_rows(
    lines: Any, held: Any, rules: SetOffRules, holds: Any, random: Any
) -> None:
    expected = by_hand(lines, held, rules, holds)
    for rows in (lines, held, holds):
        random.shuffle(rows)
    got = run(lines, held, rules, holds)
    assert got == expected
    for row in got:
        assert row["overdue"] == row["set_off"] + row["in_batch"] + row["short"] + row["owed_now"]


@settings(max_examples=15, deadline=None)
@given(LINES.filter(bool), HELD, RULES, st.data())
def test_a_payment_never_raises_what_is_owed(lines: Any, held: Any, rules: SetOffRules, data: Any) -> None:
    before = {r["cons_key"]: r["owed_now"] for r in run(lines, held, rules)}
    paid, at = data.draw(MONEY), data.draw(st.integers(0, len(lines) - 1))
    less = list(lines)
    less[at] = replace(lines[at], principal_open=lines[at].principal_open - paid)
    more = [*held, Balance(lines[at].cons_key, prepay=paid)]
    for row in [*run(less, held, rules), *run(lines, more, rules)]:
        assert row["owed_now"] <= before[row["cons_key"]]
