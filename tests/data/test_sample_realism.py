"""A sample behaves like real customers: shares, seasons, recovery, tails, a past that tells of the future."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from services.warehouse.sampling import make_sample
from tests.data.test_sample_tables import Extract

NOT_BILLED = {"04", "11", "12"}


@dataclass(frozen=True)
class Bill:
    """One billed, visible receivable with its receipts as (day, fen)."""

    customer: str
    org: str
    sort: str
    month: int
    issued: date
    due: date
    amount: int
    kwh: int
    receipts: tuple[tuple[date, int], ...]

    def paid(self, by: date) -> int:
        """Fen collected by a day."""
        if self.amount < 0:
            return self.amount
        return min(sum(a for d, a in self.receipts if d <= by), self.amount)


@cache
def day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def fen(text: str) -> int:
    return int(text.replace(".", ""))


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    folder: Path = tmp_path_factory.mktemp("real")
    make_sample(folder, customers=6_000, months=36, seed=11, last_month=202610)
    return Extract(folder)


@pytest.fixture(scope="module")
def bills(extract: Extract) -> list[Bill]:
    sort = {r["CALC_ID"]: r["CONS_SORT_CODE"] for r in extract.tables["ARC_E_CONS_SNAP"]}
    receipts = defaultdict(list)
    for r in extract.receipts().values():
        receipts[r["RCVBL_AMT_ID"]].append((day(r["RCVED_DATE"]), fen(r["THIS_RCVED_AMT"])))
    return [
        Bill(
            customer=r["CONS_NO"],
            org=r["ORG_NO"],
            sort=sort[r["CALC_ID"]],
            month=int(r["RCVBL_YM"]),
            issued=day(r["RELEASE_DATE"]),
            due=day(r["PENALTY_BGN_DATE"]) - timedelta(1),
            amount=fen(r["RCVBL_AMT"]),
            kwh=int(r["T_PQ"]),
            receipts=tuple(receipts[k]),
        )
        for k, r in extract.bills().items()
        if r["AMT_TYPE"] not in NOT_BILLED and r["INVISIBLE_FLAG"] != "1"
    ]


def rate(bills: list[Bill], by: date) -> float:
    billed = sum(b.amount for b in bills)
    return sum(b.paid(by) for b in bills) / billed


def year(bills: list[Bill], y: int) -> list[Bill]:
    return [b for b in bills if max(b.month // 100, b.issued.year) == y and b.month // 100 <= y]


def gini(values: list[int]) -> float:
    v = np.sort(np.array(values, dtype=float))
    return float((2 * np.arange(1, len(v) + 1) - len(v) - 1) @ v / (len(v) * v.sum()))


def auc(score: list[float], bad: list[bool]) -> float:
    """The chance that a bad one scores above a good one, ties counting half."""
    _, inverse, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    b = np.array(bad)
    n = int(b.sum())
    return float((ranks[b].sum() - n * (n + 1) / 2) / (n * (len(b) - n)))


def test_classes_have_their_shares_of_customers_and_money(extract: Extract, bills: list[Bill]) -> None:
    people = Counter(r["CONS_SORT_CODE"] for r in extract.tables["C_CONS"])
    total = sum(people.values())
    assert 0.014 < people["01"] / total < 0.027
    assert 0.08 < people["02"] / total < 0.12
    money: Counter[str] = Counter()
    for b in bills:
        money[b.sort] += b.amount
    assert 0.5 < money["01"] / money.total() < 0.9
    assert 0.07 < money["03"] / money.total() < 0.35


def test_bills_are_heavy_tailed(bills: list[Bill]) -> None:
    of: Counter[str] = Counter()
    for b in bills:
        of[b.customer] += b.amount
    assert 0.8 < gini([max(v, 0) for v in of.values()]) < 0.97
    top = sorted(of.values(), reverse=True)
    assert 0.3 < sum(top[: len(top) // 100]) / sum(top) < 0.9


def test_homes_use_more_in_summer_and_winter(bills: list[Bill]) -> None:
    use: dict[int, list[int]] = defaultdict(list)
    bimonthly = {c for c, n in Counter(b.customer for b in bills).items() if n < 22}
    for b in bills:
        if b.sort == "03" and b.customer not in bimonthly:
            use[b.month % 100].append(b.kwh)
    mean = {m: float(np.mean(v)) for m, v in use.items()}
    assert min(mean[7], mean[8]) > 1.5 * mean[4] and mean[1] > 1.3 * mean[4]


def test_some_districts_bill_every_other_month_and_some_homes_are_empty(bills: list[Bill]) -> None:
    months = defaultdict(set)
    use: Counter[str] = Counter()
    for b in bills:
        if b.sort == "03":
            months[b.customer].add(b.month)
            use[b.customer] += b.kwh
    even = [c for c, m in months.items() if len(m) >= 10 and all(x % 2 == 0 for x in m)]
    assert 0.03 < len(even) / len(months) < 0.45
    assert 0.02 < sum(use[c] < 5 * len(m) for c, m in months.items()) / len(months) < 0.10


def test_recovery_at_year_end_is_that_of_a_real_company(bills: list[Bill]) -> None:
    for y in (2024, 2025):
        of_year = year(bills, y)
        assert 0.965 < rate(of_year, date(y + 1, 1, 10)) < 0.9985
        assert 0.94 < rate(of_year, date(y, 12, 31)) < rate(of_year, date(y + 1, 1, 10))
        stations = defaultdict(list)
        for b in of_year:
            stations[b.org].append(b)
        rates = [rate(v, date(y + 1, 1, 10)) for v in stations.values()]
        assert max(rates) - min(rates) > 0.003 and min(rates) > 0.88


def test_most_pay_on_time_and_the_late_by_days(bills: list[Bill]) -> None:
    homes = [b for b in bills if b.sort == "03" and b.amount > 0 and b.due < date(2026, 8, 1)]
    on_time = sum(b.paid(b.due) == b.amount for b in homes) / len(homes)
    assert 0.85 < on_time < 0.98
    late = [b for b in homes if b.paid(b.due) < b.amount]
    month_on = sum(b.paid(b.due + timedelta(30)) == b.amount for b in late) / len(late)
    assert 0.4 < month_on < 0.95


def test_the_district_in_recession_gets_worse(bills: list[Bill]) -> None:
    last = max(b.org[:7] for b in bills)

    def overdue(district: bool, y: int) -> float:
        chosen = [
            b for b in year(bills, y) if (b.org[:7] == last) == district and b.sort != "03" and b.amount > 0
        ]
        return sum(b.paid(b.due + timedelta(30)) < b.amount for b in chosen) / len(chosen)

    assert overdue(True, 2026) > 1.5 * overdue(True, 2024)
    assert overdue(True, 2026) / overdue(True, 2024) > 1.3 * overdue(False, 2026) / overdue(False, 2024)


def test_the_past_tells_of_the_future_but_not_all(bills: list[Bill]) -> None:
    """Default: a bill due in the next 90 days is still open 30 days after its due date."""
    now = date(2025, 12, 31)
    late: Counter[str] = Counter()
    recent: Counter[str] = Counter()
    pace = defaultdict(list)
    bad: dict[str, bool] = {}
    for b in bills:
        if b.amount <= 0:
            continue
        if now < b.due <= now + timedelta(90):
            bad[b.customer] = bad.get(b.customer, False) or b.paid(b.due + timedelta(30)) < b.amount
        elif now - timedelta(365) < b.due < now:
            missed = b.paid(b.due) < b.amount
            late[b.customer] += missed
            recent[b.customer] += missed and b.due > now - timedelta(100)
            known = [d for d, _ in b.receipts if d <= now]
            if known and b.due > now - timedelta(200):
                pace[b.customer].append((max(known) - b.issued).days / (b.due - b.issued).days)
    who = sorted(bad)
    tempo = {c: float(np.clip(np.mean(pace[c]), 0, 3)) if pace[c] else 0.4 for c in who}
    score = [late[c] + 2 * recent[c] + 2 * tempo[c] for c in who]
    assert 0.01 < np.mean([bad[c] for c in who]) < 0.08
    assert 0.78 < auc(score, [bad[c] for c in who]) < 0.93
    clean = [c for c in who if recent[c] == 0]
    assert 0.55 < auc([late[c] + 2 * tempo[c] for c in clean], [bad[c] for c in clean]) < 0.85


def test_thieves_and_industries_differ_in_trouble(extract: Extract, bills: list[Bill]) -> None:
    people = {r["CONS_NO"]: r for r in extract.tables["C_CONS"]}
    risky, safe = (
        {"3011", "3031", "7010", "4700", "3120", "1011", "6210"},
        {"6312", "6621", "8331", "8411", "5251", "8310"},
    )

    def trouble(trades: set[str]) -> float:
        chosen = [
            b for b in bills if people[b.customer]["TRADE_CODE"] in trades and b.amount > 0 and b.sort != "03"
        ]
        return sum(b.paid(b.due + timedelta(30)) < b.amount for b in chosen) / len(chosen)

    assert trouble(risky) > 2 * trouble(safe)
    assert 0.001 < len(extract.tables["S_POWER_VIOLATE_STEAL"]) / len(people) < 0.01
