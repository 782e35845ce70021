"""The oracle itself against answers worked by hand: a few rows and their arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from tests.oracle.figures import Figures, Filter, Rate, closed_month
from tests.oracle.raw import BadCellError, day, fen, month
from tests.oracle.summary import rounded_rates, six, summary, yuan
from tests.oracle.world import NEVER, Bill, World, build

MARCH = (date(2024, 3, 10), False, date(2024, 3, 31), False, 2024)
BILL = Bill("1", "001", "3340101", 202403, 10000, "01", True, *MARCH, "03", 0)


LAST_YEAR: dict[str, object] = {"issued_on": date(2023, 5, 10), "year": 2023}
BILLS_HEAD = "RCVBL_AMT_ID,AMT_TYPE,RCVBL_YM,CONS_NO,ORG_NO,RCVBL_AMT,RELEASE_DATE,PENALTY_BGN_DATE\n"


def bill(*receipts: tuple[str, int], **changes: object) -> Bill:
    """A bill of 100.00 yuan of March 2024, due on 31 March, with these receipts."""
    made = replace(BILL, **changes)  # type: ignore[arg-type]
    made.receipts = [(max(date.fromisoformat(on), made.issued_on), amount) for on, amount in receipts]
    return made


def figures(as_of: str, *bills: Bill, only: Filter | None = None, **world: object) -> Figures:
    """The figures of a world of these bills."""
    everything = {
        "bills": list(bills), "customers": {b.cons_no for b in bills}, "listed_customers": set(),
        "receipts_without_bill": [], "prepaid": {}, "in_transit": [], "cuts": {}, "orgs": {}, "extract": None,
    } | world  # fmt: skip
    return Figures(World(**everything), date.fromisoformat(as_of), only)  # type: ignore[arg-type]


class TestCollected:
    def test_nothing_before_the_bill_exists(self) -> None:
        assert bill(("2024-03-01", 10000)).collected(date(2024, 3, 9)) == 0

    def test_a_receipt_before_the_bill_counts_from_its_issue(self) -> None:
        assert bill(("2024-03-01", 10000)).collected(date(2024, 3, 10)) == 10000

    def test_part_payments_add_up_and_the_rest_is_open(self) -> None:
        b = bill(("2024-03-20", 3000), ("2024-04-02", 2500))
        assert [b.open(date(2024, 3, 31)), b.open(date(2024, 4, 2))] == [7000, 4500]

    def test_over_payment_is_credit_and_not_collected(self) -> None:
        b = bill(("2024-03-20", 10000), ("2024-03-21", 2500))
        assert (b.collected(NEVER), b.credit(NEVER), b.open(NEVER)) == (10000, 2500, 0)

    def test_a_reversal_after_over_payment_takes_the_credit_first(self) -> None:
        b = bill(("2024-03-20", 12500), ("2024-03-25", -4000))
        assert (b.collected(NEVER), b.credit(NEVER)) == (8500, 0)

    def test_a_reversal_larger_than_paid_leaves_more_open_than_billed(self) -> None:
        b = bill(("2024-03-20", 3000), ("2024-03-25", -5000))
        assert (b.collected(NEVER), b.open(NEVER)) == (-2000, 12000)

    def test_a_negative_bill_is_collected_when_issued(self) -> None:
        b = bill(amount=-4000)
        assert (b.collected(date(2024, 3, 9)), b.collected(date(2024, 3, 10)), b.open(NEVER)) == (0, -4000, 0)

    def test_money_on_a_negative_bill_is_credit(self) -> None:
        assert bill(("2024-04-01", 700), amount=-4000).credit(NEVER) == 700

    def test_after_the_write_off_money_is_recovered_and_not_collected(self) -> None:
        b = bill(("2024-04-01", 3000), ("2024-06-01", 9000), written_off_on=date(2024, 5, 1))
        # 30.00 before; 70.00 open and written off; of the 90.00 after, 70.00 recover it, 20.00 are credit
        assert (b.collected(NEVER), b.recovered_after(NEVER), b.credit(NEVER)) == (3000, 7000, 2000)

    def test_money_on_the_day_of_the_write_off_is_collected(self) -> None:
        b = bill(("2024-05-01", 3000), written_off_on=date(2024, 5, 1))
        assert (b.collected(NEVER), b.recovered_after(NEVER)) == (3000, 0)


class TestKinds:
    @pytest.mark.parametrize(
        ("kind", "visible", "billed", "owed"),
        [
            ("01", True, True, True),
            ("", True, True, True),
            ("05", True, True, False),
            ("04", True, False, False),
            ("11", True, False, False),
            ("12", True, False, False),
            ("01", False, False, False),
        ],
    )
    def test_which_bills_count(self, kind: str, visible: bool, billed: bool, owed: bool) -> None:
        b = bill(amt_type=kind, visible=visible)
        assert (b.is_billed, b.is_owed) == (billed, owed)

    def test_kind_05_is_billed_but_never_in_arrears(self) -> None:
        found = figures("2024-12-31", bill(amt_type="05"))
        assert found.current_year("assessment") == Rate(10000, 0)
        assert found.balance_bills() == []


class TestPeriods:
    @pytest.mark.parametrize(
        ("as_of", "closed"),
        [("2024-03-05", 202401), ("2024-03-06", 202402), ("2024-01-05", 202311), ("2024-01-06", 202312)],
    )
    def test_the_month_closes_after_the_assessment_day(self, as_of: str, closed: int) -> None:
        assert closed_month(date.fromisoformat(as_of)) == closed

    def test_a_december_bill_issued_in_january_is_of_the_new_year(self) -> None:
        crossing = bill(rcvbl_ym=202312, issued_on=date(2024, 1, 3), year=2024)
        on = figures("2024-02-10", crossing)
        assert on.current_year("assessment") == Rate(10000, 0)
        # on 10 January the closed month is December 2023: the bill is neither of 2023 nor old debt
        before = figures("2024-01-10", crossing)
        assert before.current_year("assessment") == Rate(0, 0)
        assert before.old_debt("assessment") == Rate(0, 0)
        assert before.month("assessment") == Rate(10000, 0)
        assert before.current_year("point") == Rate(10000, 0)

    def test_months_that_are_not_closed_count_on_the_point_basis_alone(self) -> None:
        found = figures("2024-04-03", bill(("2024-03-31", 4000)))
        assert found.current_year("assessment") == Rate(0, 0)
        assert found.current_year("point") == Rate(10000, 4000)

    def test_receipts_after_the_as_of_date_do_not_exist(self) -> None:
        assert figures("2024-04-06", bill(("2024-04-07", 10000))).current_year("assessment") == Rate(10000, 0)


class TestOldDebt:
    old = (
        bill(("2023-06-01", 4000), ("2024-02-01", 5000), rcvbl_ym=202303, **LAST_YEAR),
        bill(rcvbl_ym=202304, written_off_on=date(2023, 12, 31), **LAST_YEAR),
        bill(
            ("2024-03-02", 1000),
            ("2024-05-01", 500),
            rcvbl_ym=202305,
            written_off_on=date(2024, 4, 1),
            **LAST_YEAR,
        ),
    )

    def test_the_base_is_frozen_and_leaves_out_what_was_written_off_by_then(self) -> None:
        # 60.00 + (written off) + 100.00; since: 50.00 + 10.00, and 5.00 after the write-off count nowhere
        assert figures("2024-06-10", *self.old).old_debt("assessment") == Rate(16000, 6000)

    def test_combined_adds_both(self) -> None:
        found = figures("2024-06-10", *self.old, bill(("2024-03-20", 10000)))
        assert found.combined("assessment") == Rate(26000, 16000)

    def test_a_reversal_this_year_of_a_bill_settled_last_year_lowers_what_was_collected(self) -> None:
        settled = bill(("2023-06-01", 10000), ("2024-02-01", -2000), rcvbl_ym=202303,
                       issued_on=date(2023, 3, 10), year=2023)  # fmt: skip
        assert figures("2024-06-10", settled).old_debt("assessment") == Rate(0, -2000)


class TestHouseholdMonths:
    def test_two_bills_of_a_month_are_one_household_month(self) -> None:
        paid, unpaid = bill(("2024-03-20", 10000)), bill(number="2")
        assert figures("2024-06-10", paid, unpaid).household_months("assessment") == (1, 0)
        assert figures("2024-06-10", paid, bill(cons_no="002")).household_months("assessment") == (2, 1)

    def test_a_month_refunded_in_full_is_none(self) -> None:
        assert figures("2024-06-10", bill(), bill(amount=-10000)).household_months("assessment") == (0, 0)

    def test_a_written_off_bill_is_never_settled(self) -> None:
        gone = bill(written_off_on=date(2024, 4, 1))
        assert figures("2024-06-10", gone).household_months("assessment") == (1, 0)

    def test_customers_with_nothing_open_this_year(self) -> None:
        found = figures("2024-06-10", bill(("2024-03-20", 10000)), bill(cons_no="002"))
        assert found.no_open_this_year("assessment") == 1


class TestArrears:
    def test_three_definitions(self) -> None:
        march, april = bill(), bill(rcvbl_ym=202404, issued_on=date(2024, 4, 3), due_on=date(2024, 4, 20))
        found = figures("2024-04-20", march, april, bill(("2024-03-11", 10000)))
        assert found.total(found.balance_bills()) == {"amount": 20000, "customers": 1, "bills": 2}
        assert found.past_months_bills() == [march]
        assert found.overdue_bills() == [march]  # due on the as-of date is not overdue

    def test_written_off_is_out_of_every_balance_from_its_day(self) -> None:
        gone = bill(written_off_on=date(2024, 5, 1))
        assert figures("2024-04-30", gone).balance_bills() == [gone]
        on = figures("2024-05-01", gone)
        assert on.balance_bills() == []
        assert on.written_off() == {"amount": 10000, "bills": 1}
        assert on.current_year("point") == Rate(10000, 0)

    @pytest.mark.parametrize(
        ("as_of", "bucket"),
        [("2024-03-31", 0), ("2024-04-01", 1), ("2024-04-30", 1), ("2024-05-01", 2), ("2027-03-31", 7),
         ("2027-04-01", 8)],
    )  # fmt: skip
    def test_ageing_buckets(self, as_of: str, bucket: int) -> None:
        held = [b["amount"] for b in figures(as_of, bill()).ageing()]
        assert held == [10000 if i == bucket else 0 for i in range(9)]

    def test_ageing_by_bill_year(self) -> None:
        crossing = bill(rcvbl_ym=202312, issued_on=date(2024, 1, 3), year=2024)
        assert figures("2024-06-10", crossing).ageing_by_year() == {2024: 10000}

    def test_cleared_by_unit(self) -> None:
        old = bill(rcvbl_ym=202303, issued_on=date(2023, 3, 10), year=2023, org_no="3340102")
        found = figures("2024-04-10", bill(("2024-04-01", 9999)), old)
        assert found.cleared() == {"3340101": (1, 0), "3340102": (0, 10000)}

    def test_an_arrear_is_counted_once_a_period_as_of_the_day_after_it_was_due(self) -> None:
        late = bill(("2024-04-02", 10000))
        in_time = bill(("2024-04-01", 10000), rcvbl_ym=202402)
        assert figures("2024-04-01", late, bill(number="2"), in_time).arrears_counts() == {"001": 1}
        assert figures("2024-03-31", late).arrears_counts() == {}
        assert figures("2025-04-01", late).arrears_counts() == {}
        assert figures("2025-03-31", late).arrears_counts() == {"001": 1}


class TestTimeliness:
    def test_on_time_late_and_after_cut(self) -> None:
        b = bill(("2024-03-31", 4000), ("2024-04-05", 1000), ("2024-04-20", 2000))
        found = figures("2024-04-30", b, cuts={"001": [date(2024, 3, 1), date(2024, 4, 10)]})
        assert found.on_time() == Rate(10000, 4000)
        assert found.late() == 3000
        assert found.after_cut() == 2000

    def test_only_bills_due_by_then_are_asked(self) -> None:
        assert figures("2024-03-30", bill(("2024-03-20", 5000))).on_time() == Rate(0, 0)
        assert figures("2024-03-31", bill(("2024-03-20", 5000))).on_time() == Rate(10000, 5000)

    def test_in_transit_until_disposed_of(self) -> None:
        held = [("1", "001", 700, date(2024, 4, 1), date(2024, 4, 9))]
        on = {
            d: figures(d, bill(), in_transit=held).in_transit()
            for d in ("2024-03-31", "2024-04-01", "2024-04-09")
        }
        assert on == {"2024-03-31": 0, "2024-04-01": 700, "2024-04-09": 0}


class TestFilters:
    def test_units_by_prefix_and_classes_by_code(self) -> None:
        here, there = bill(), bill(org_no="3340201", klass="01")
        assert figures("2024-06-10", here, there, only=Filter(("33401",))).bills == [here]
        assert figures("2024-06-10", here, there, only=Filter(classes=("01",))).bills == [there]


class TestText:
    @pytest.mark.parametrize(
        ("text", "amount"), [("1,234.50", 123450), ("-0.01", -1), ("7", 700), (".5", 50), ("1e2", 10000)]
    )
    def test_yuan_to_fen(self, text: str, amount: int) -> None:
        assert fen(text) == amount

    @pytest.mark.parametrize("text", ["", "abc", "1.2.3", "nan", "inf", "0.001"])
    def test_what_is_no_amount(self, text: str) -> None:
        with pytest.raises(BadCellError):
            fen(text)

    def test_days_and_months(self) -> None:
        assert day("20240301") == day("2024-03-01") == day("2024/3/1") == day("2024-03-01 08:00:00")
        assert month("202412") == 202412
        for read, text in ((day, "20240230"), (day, "240301"), (month, "202413"), (month, "2024-1")):
            with pytest.raises(BadCellError):
                read(text)

    def test_figures_as_strings(self) -> None:
        assert [yuan(5), yuan(-5), yuan(123456)] == ["0.05", "-0.05", "1234.56"]
        assert six(Fraction(980000, 1250500)) == "0.783687"  # 78.4 %
        assert six(None) is None
        assert rounded_rates(Fraction(1, 2_000_000)) == {"0.000000", "0.000001"}

    def test_golden_recovery(self) -> None:
        """Receivable 1,250,500 of which 500,000 old; received 980,000 of which 340,000 old."""
        old, now = Rate(500_000_00, 340_000_00), Rate(750_500_00, 640_000_00)
        both = Rate(old.billed + now.billed, old.collected + now.collected)
        shown = [f"{float(r.rate or 0):.1%}" for r in (both, now, old)]
        assert shown == ["78.4%", "85.3%", "68.0%"]


def test_a_folder_of_raw_files(tmp_path: Path) -> None:
    """Live and archive, missing receipt days, a receipt without bill, GBK, a written-off bill."""
    files = {
        "A_RCVBL_FLOW_202403.csv": BILLS_HEAD
        + '1,01,202403,001,33,"1,000.00",20240310,20240401\n2,01,202403,002,33,50,,\n3,01,2024x,003,33,9,,\n',
        "ARC_A_RCVBL_FLOW.csv": BILLS_HEAD + "1,01,202403,001,33,999.00,20240310,20240401\n",
        "A_RCVED_FLOW.csv": "RCVED_AMT_ID,RCVBL_AMT_ID,CHARGE_ID,CONS_NO,RCVED_YM,RCVED_DATE,THIS_RCVED_AMT\n"
        "7,1,71,001,202404,,400\n8,1,72,001,202404,,100\n9,66,73,001,202404,20240401,5\n",
        "A_PAY_FLOW.csv": "CHARGE_ID,CHARGE_DATE,RCV_AMT\n71,2024-04-02 10:00:00,400\n",
        "A_BAD_DEBT.csv": "RCVBL_AMT_ID,OWE_AMT,APPR_DATE,CANCEL_DATE\n2,50,20240501,20240601\n",
        "C_CONS.csv": "CONS_NO,CONS_NAME,CONS_SORT_CODE\n001,张三,03\n",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode("gb18030"))
    world = build([tmp_path], date(2024, 6, 30))
    one, two = sorted(world.bills, key=lambda b: b.number)
    assert (one.amount, one.receipts) == (100000, [(date(2024, 4, 2), 40000), (date(2024, 4, 30), 10000)])
    assert (two.issued_on, two.issue_filled, two.due_on) == (date(2024, 3, 31), True, date(2024, 4, 15))
    assert world.receipts_without_bill == [("001", 500)]
    found = summary(Figures(world, date(2024, 6, 30)))
    assert found["customers"] == 2
    assert found["recovery"]["assessment"]["current_year"] == {
        "billed": "1050.00", "collected": "500.00", "rate": "0.476190"
    }  # fmt: skip
    assert found["arrears"]["balance"] == {"amount": "500.00", "customers": 1, "bills": 1}
    assert found["written_off"] == {"amount": "50.00", "bills": 1}
    counts = world.extract.counts[f"{tmp_path.name}/A_RCVBL_FLOW_202403.csv"]
    assert (counts.read, counts.loaded, counts.merged, counts.quarantined) == (3, 2, 0, 1)
    assert (counts.fen["read"], counts.fen["quarantined"]) == (105900, 900)


def test_without_receipts_what_the_bill_says_is_one_receipt_of_the_extract_day(tmp_path: Path) -> None:
    (tmp_path / "A_RCVBL_FLOW.csv").write_text(
        "CONS_NO,RCVBL_YM,ORG_NO,RCVBL_AMT,RCVED_AMT\n01,202401,33,100,40\n"
    )
    world = build([tmp_path], date(2024, 6, 30))
    assert world.bills[0].receipts == [(date(2024, 6, 30), 4000)]


def test_receipts_without_numbers_go_by_equal_amount_first(tmp_path: Path) -> None:
    (tmp_path / "A_RCVBL_FLOW.csv").write_text(
        "CONS_NO,RCVBL_YM,RCVBL_AMT\n01,202401,100\n01,202401,30\n02,202401,5\n"
    )
    (tmp_path / "A_RCVED_FLOW.csv").write_text(
        "CONS_NO,RCVBL_YM,RCVED_DATE,THIS_RCVED_AMT\n01,202401,20240201,30\n01,202401,20240202,30\n01,202402,20240202,1\n"
    )
    world = build([tmp_path], date(2024, 6, 30))
    assert {b.amount: sum(a for _, a in b.receipts) for b in world.bills} == {10000: 3000, 3000: 3000, 500: 0}
    assert world.receipts_without_bill == [("01", 100)]
