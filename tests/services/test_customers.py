"""Lists of customers: what the database filters, orders and pages is what plain Python finds."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from data.ask.customer_queries import FILTERED, STANDING, ensure_measures, measures_path
from data.ask.sql_files import parameters_of, text_of
from data.errors import EnvironmentRefusedError, InputError
from data.kept.checksums import sum_path
from data.scope import Scope
from services.checks import unmasking
from services.customers import lists
from services.customers.customer_filters import FILTERS, SORTS, Choice
from services.customers.customer_late_fee import late_fees
from services.customers.masking import is_company
from tests.actors import by
from tests.figures.world import World

AS_OF = date(2026, 3, 31)
NAMES = ["张三", "欧阳娜娜", "合肥第一棉纺织有限公司", None, "李", "=cmd()|x"]


@dataclass
class Db:
    """The marts of a small world, as a snapshot is used."""

    con: duckdb.DuckDBPyConnection
    path: Path
    id: str = "small"

    def cursor(self) -> duckdb.DuckDBPyConnection:
        return self.con.cursor()


def _raw(seed: int) -> tuple[World, list[dict[str, Any]]]:
    """A world of 60 customers with bills, receipts and thefts, and the same facts as plain Python."""
    rng, world = random.Random(seed), World()
    people: list[dict[str, Any]] = []
    for i in range(60):
        person: dict[str, Any] = {
            "cons_no": f"{i:010d}",
            "org_no": rng.choice(["33401", "33402", "3340201"]),
            "class": rng.choice(["01", "02", "03"]),
            "name": rng.choice(NAMES),
            "bills": [],
            "thefts": [],
        }
        closed = date(2025, 9, 1) if i % 17 == 0 else None
        person["is_closed"] = closed is not None
        world.customer(
            person["cons_no"],
            person["org_no"],
            person["class"],
            name=person["name"],
            address="合肥市蜀山区长江西路9999号",
            mobile=f"1380000{i:04d}",
            cancelled_on=closed,
        )
        for k in range(rng.choice([0, 1, 6, 14])):
            ym = 202501 + k if k < 12 else 202601 + k - 12
            issued = date(ym // 100, ym % 100, 3)
            bill = {
                "ym": ym,
                "issued": issued,
                "due": issued + timedelta(days=20),
                "amount": rng.randint(1, 90_000),
            }
            bill["paid"] = rng.choice([None, issued + timedelta(days=rng.randint(0, 90))])
            key = world.bill(
                person["cons_no"], ym, bill["amount"], issued, bill["due"], org_no=person["org_no"], kwh=10.0
            )
            if bill["paid"]:
                world.receipt(key, bill["amount"], bill["paid"], cons_no=person["cons_no"])
            person["bills"].append(bill)
        for _ in range(rng.choice([0, 0, 0, 1])):
            day, kind = date(2025, rng.randint(1, 12), 5), rng.choice(["theft", "violation", None])
            world.add("stg_violation", violation_key=i, cons_no=person["cons_no"], occurred_on=day, kind=kind)
            person["thefts"].append((day, kind))
        people.append(person)
    return world, people


def _measures(person: dict[str, Any]) -> dict[str, Any]:
    """The same measures by plain Python."""
    year_ago = AS_OF.replace(year=AS_OF.year - 1)
    bills = [b for b in person["bills"] if b["issued"] <= AS_OF]
    held = [b for b in bills if b["paid"] is None or b["paid"] > AS_OF]
    late = [b for b in held if b["due"] < AS_OF]

    def arrears(inside: Any) -> int:
        counted = [b for b in bills if b["due"] < AS_OF and inside(b["due"] + timedelta(days=1))]
        return len(
            {b["ym"] for b in counted if b["paid"] is None or b["paid"] > b["due"] + timedelta(days=1)}
        )

    def periods(inside: Any) -> int:
        return len({b["ym"] for b in bills if b["due"] < AS_OF and inside(b["due"] + timedelta(days=1))})

    thefts = [d for d, kind in person["thefts"] if kind == "theft"]
    return {
        "balance": sum(b["amount"] for b in held),
        "overdue": sum(b["amount"] for b in late),
        "months_late": len({b["ym"] for b in late}),
        "days_overdue": max(((AS_OF - b["due"]).days for b in late), default=0),
        "past_months": sum(b["amount"] for b in held if b["ym"] < 202603),
        "old_debt": sum(b["amount"] for b in held if b["issued"].year < 2026),
        "arrears_12m": arrears(lambda d: d > year_ago),
        "arrears_year": arrears(lambda d: d.year == AS_OF.year),
        "periods_12m": periods(lambda d: d > year_ago),
        "periods_year": periods(lambda d: d.year == AS_OF.year),
        "issued_12m": len({b["ym"] for b in bills if b["issued"] > year_ago}),
        "billed_12m": sum(b["amount"] for b in bills if b["issued"] > year_ago),
        "theft_count": len(thefts),
        "theft_12m": len([d for d in thefts if d > year_ago]),
        "theft_year": len([d for d in thefts if d.year == AS_OF.year]),
        "unknown_violation_count": len([1 for _, kind in person["thefts"] if kind is None]),
    }


@pytest.fixture(scope="module")
def people() -> list[dict[str, Any]]:
    return [{**p, **_measures(p)} for p in _raw(3)[1]]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Any:
    house = tmp_path_factory.mktemp("house")
    (house / "snapshots").mkdir()
    return Db(_raw(3)[0].built(), house / "snapshots" / "small.duckdb")


SCOPE = Scope(AS_OF)


def everyone(db: Any, choice: Choice = Choice(), scope: Scope = SCOPE) -> pd.DataFrame:  # noqa: B008
    found: pd.DataFrame = lists.whole_list(db, scope, choice).read_all().to_pandas()
    return found


def test_measures_are_what_plain_python_finds(db: Any, people: list[dict[str, Any]]) -> None:
    found = everyone(db).set_index("cons_no")
    assert len(found) == len(people)
    assert sum(p["overdue"] > 0 for p in people) > 10, "the world is too good to test anything"
    for person in people:
        for key in _measures(person):
            assert int(found.at[person["cons_no"], key]) == person[key], (person["cons_no"], key)


@pytest.mark.parametrize("seed", range(14))
def test_random_filters_orders_and_pages_agree_with_plain_python(
    db: Any, people: list[dict[str, Any]], seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # the file is joined of its first rows and the rest, read in batches that end elsewhere
    monkeypatch.setattr("data.ask.customer_queries.FIRST_ROWS", seed * 5)
    monkeypatch.setattr("data.ask.sql_files.BATCH", 2 + seed % 5)
    rng = random.Random(seed)
    ranges = [f.key for f in FILTERS if f.is_range and f.key in people[0]]
    values: dict[str, Any] = {}
    for key in rng.sample(ranges, rng.randint(0, 2)):
        some = sorted(p[key] for p in people)
        low, high = sorted(rng.choices(some, k=2))
        values[key] = rng.choice([(low, high), (low, None), (None, high)])
    if rng.random() < 0.4:
        values["is_closed"] = rng.random() < 0.5
    sort = rng.choice([s for s in SORTS if s in people[0]])
    descending = rng.random() < 0.5
    scope = Scope(
        AS_OF,
        orgs=rng.choice([(), ("33402",)]),
        classes=rng.choice([(), ("01", "03")]),
        allowed_orgs=rng.choice([(), ("3340201", "33401")]),
    )
    wanted = [p for p in people if _fits(p, values, scope)]
    wanted.sort(key=lambda p: (p["org_no"], p["cons_no"]))  # the order of the customers' keys
    wanted.sort(key=lambda p: p[sort], reverse=descending)
    if descending:  # a stable sort keeps ties in key order in both directions
        wanted = _ties_in_key_order(wanted, sort)
    choice = Choice(values, sort=sort, descending=descending)
    total = lists.list_totals(db, scope, choice)
    assert (total.customers, total.balance, total.overdue) == (
        len(wanted),
        sum(p["balance"] for p in wanted),
        sum(p["overdue"] for p in wanted),
    )
    seen: list[str] = []
    for number in range(1, len(wanted) // 13 + 2):
        seen += lists.list_page(db, scope, choice, 13, number)["cons_no"].tolist()
    assert seen == [p["cons_no"] for p in wanted]
    assert everyone(db, choice, scope)["cons_no"].tolist() == seen, (
        "the file has another order than the pages"
    )


SORTED = [s for s in SORTS if s not in ("grade", "score", "light")]
ENDS = (1, 7, 59, 60, 61)
EACH = [(sort, ENDS[n % len(ENDS)]) for n, sort in enumerate(SORTED) if n % 2]
REST = [(sort, first) for sort in SORTED for first in ENDS if (sort, first) not in EACH]


@pytest.mark.parametrize(
    ("sort", "first"), [*EACH, *(pytest.param(*pair, marks=pytest.mark.full) for pair in REST)]
)
def test_the_file_is_the_same_wherever_its_first_rows_end(
    db: Any, sort: str, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    choice = Choice(sort=sort, descending=first % 2 == 0)
    monkeypatch.setattr("data.ask.customer_queries.FIRST_ROWS", 0)
    alone = lists.whole_list(db, SCOPE, choice).read_all()
    monkeypatch.setattr("data.ask.customer_queries.FIRST_ROWS", first)
    assert lists.whole_list(db, SCOPE, choice).read_all().equals(alone)


@pytest.mark.parametrize("key", ["oldest_due_on", "theft_last_on"])
def test_a_range_of_days_leaves_who_has_such_a_day(db: Any, people: list[dict[str, Any]], key: str) -> None:
    days = {
        p["cons_no"]: max((d for d, kind in p["thefts"] if kind == "theft"), default=None)
        if key == "theft_last_on"
        else min(
            (b["due"] for b in p["bills"] if b["due"] < AS_OF and (b["paid"] is None or b["paid"] > AS_OF)),
            default=None,
        )
        for p in people
    }
    there = sorted(d for d in days.values() if d)
    low, high = there[len(there) // 4], there[-len(there) // 4]
    assert low < high, "the world has too few such days"
    for bounds in ((low, high), (low, None), (None, high)):
        found = set(everyone(db, Choice({key: bounds}))["cons_no"])
        wanted = {c for c, d in days.items() if d and (bounds[0] or d) <= d <= (bounds[1] or d)}
        assert found == wanted


def _fits(person: dict[str, Any], values: dict[str, Any], scope: Scope) -> bool:
    if scope.orgs and not person["org_no"].startswith(scope.orgs):
        return False
    if scope.allowed_orgs and not person["org_no"].startswith(scope.allowed_orgs):
        return False
    if scope.classes and person["class"] not in scope.classes:
        return False
    for key, value in values.items():
        if isinstance(value, bool):
            if person[key] != value:
                return False
        elif not (value[0] is None or person[key] >= value[0]) or not (
            value[1] is None or person[key] <= value[1]
        ):
            return False
    return True


def _ties_in_key_order(rows: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    return sorted(
        sorted(rows, key=lambda p: (p["org_no"], p["cons_no"])), key=lambda p: p[sort], reverse=True
    )


@pytest.mark.parametrize("many", [1, 5, 12])
@pytest.mark.parametrize("window", ["12m", "year"])
def test_the_plain_list_is_what_plain_python_finds(
    db: Any, people: list[dict[str, Any]], many: int, window: Any
) -> None:
    def is_many(p: dict[str, Any]) -> bool:
        return p[f"arrears_{window}"] > 1 and p[f"arrears_{window}"] > many * p[f"periods_{window}"] / 12

    def is_theft(p: dict[str, Any]) -> bool:
        return p[f"theft_{window}"] > 0

    tests = {"arrears": is_many, "theft": is_theft, "both": lambda p: is_many(p) and is_theft(p)}
    totals = lists.mission_totals(db, SCOPE, many, window)
    for part, test in tests.items():
        wanted = {p["cons_no"] for p in people if test(p)}
        found = lists.mission(db, SCOPE, many, window, part).read_all().to_pandas()  # type: ignore[arg-type]
        assert set(found["cons_no"]) == wanted and len(found) == len(wanted) == getattr(totals, part)
    assert totals.unknown == sum(p["unknown_violation_count"] > 0 for p in people)
    assert totals.customers == len(people)


def test_no_name_address_or_phone_leaves_whole(db: Any, people: list[dict[str, Any]]) -> None:
    whole = {p["name"] for p in people if len(p["name"] or "") > 1 and not is_company(p["name"])} | {
        "长江西路",
        "1380000",
    }
    for text in (
        everyone(db).to_csv(),
        lists.mission(db, SCOPE, 1, "12m", "either").read_all().to_pandas().to_csv(),
        str(lists.customer_file(db, SCOPE, "0000000001").facts),
    ):
        assert not [w for w in whole if w in text]
    masked = everyone(db).set_index("cons_no")["masked_name"]
    assert {p["name"]: masked[p["cons_no"]] for p in people if p["name"]} == {
        "张三": "张*",
        "欧阳娜娜": "欧***",
        "合肥第一棉纺织有限公司": "合肥第一棉纺织有限公司",
        "李": "李*",
        "=cmd()|x": "=***|x",
    }


def test_what_is_shown_is_found_and_what_is_hidden_is_not(db: Any, people: list[dict[str, Any]]) -> None:
    def found(text: str, sees: bool = False) -> set[str]:
        return set(everyone(db, Choice(search=text, sees_names=sees))["cons_no"])

    def named(*names: str) -> set[str]:
        return {p["cons_no"] for p in people if p["name"] in names}

    shown = everyone(db)
    own = ("masked_address", "masked_mobile", "owner", "tg_no", "tg_name", "collector_name", "reader_name")
    for column in ("cons_no", "masked_name", "org_name", "org_no", *own):
        text = next((v for v in shown[column] if isinstance(v, str) and v), None)
        if text is None:
            assert column in own, "the extract has none"
            continue
        wanted = {no for no, v in zip(shown["cons_no"], shown[column], strict=True) if v == text}
        assert wanted and wanted <= found(text), column
    assert found("棉纺织") == named("合肥第一棉纺织有限公司") == found("棉纺织", sees=True)
    assert found("张三") == found("张四") == found("张*") == named("张三"), "alike masked, alike found"
    assert found("三") == found("娜娜") == set(), "no part that is masked finds anybody"
    assert found("三", sees=True) == named("张三") and found("娜娜", sees=True) == named("欧阳娜娜")
    assert found("张四", sees=True) == set()
    assert found("0000000042") == {"0000000042"}
    for hostile in ("' or 1=1 --", "%", "_", "\\", "$1"):
        assert found(hostile) == found(hostile, sees=True) == set()


def test_a_customers_file_adds_up_and_stays_in_reach(db: Any, people: list[dict[str, Any]]) -> None:
    person = max(people, key=lambda p: p["overdue"])
    found = lists.customer_file(db, SCOPE, person["cons_no"])
    owed = found.bills[found.bills["is_owed"]]
    assert int(owed["open"].sum()) == person["balance"] == int(found.timeline["open"].iloc[-1])
    assert int(found.timeline["overdue"].iloc[-1]) == person["overdue"]
    held = lists.ageing_of(found.bills, (0, 30, 60, 90, 180, 365, 730, 1095))
    assert int(held["amount"].sum()) == person["balance"]
    assert int(held["amount"].iloc[1:].sum()) == person["overdue"]
    assert len(found.receipts) == sum(1 for b in person["bills"] if b["paid"] and b["paid"] <= AS_OF)
    elsewhere = Scope(AS_OF, allowed_orgs=("999",))
    with pytest.raises(InputError, match="customer_unknown"):
        lists.customer_file(db, elsewhere, person["cons_no"])
    with pytest.raises(InputError, match="customer_unknown"):
        unmasking.whole_name(db, by("li", "999"), SCOPE, person["cons_no"])
    assert everyone(db, scope=elsewhere).empty
    assert lists.list_totals(db, elsewhere, Choice()).customers == 0


def test_the_late_fee_counts_days_after_the_due_date_only(db: Any, people: list[dict[str, Any]]) -> None:
    for person in people[:20]:
        found = lists.customer_file(db, SCOPE, person["cons_no"])
        fees = late_fees(found.bills, found.receipts, person["class"], AS_OF)
        late = [
            (b, min(b["paid"] or AS_OF, AS_OF))
            for b in person["bills"]
            if b["issued"] <= AS_OF and min(b["paid"] or AS_OF, AS_OF) > b["due"]
        ]
        assert len(fees) == len(late)
        daily = 0.001 if person["class"] == "03" else 0.002
        flat = sum(round(b["amount"] * daily * (day - b["due"]).days) for b, day in late)
        assert abs(int(fees["flat"].sum()) - flat) <= len(late), person["cons_no"]


def test_measures_are_made_once_whole_or_not_at_all(db: Any, tmp_path: Path) -> None:
    seen: list[int] = []
    path = ensure_measures(db, tmp_path, "s", AS_OF, seen.append)
    assert path == measures_path(tmp_path, "s", AS_OF) and seen[-1] == 60
    before = path.stat().st_mtime_ns
    ensure_measures(db, tmp_path, "s", AS_OF, seen.append)
    assert path.stat().st_mtime_ns == before and {*path.parent.iterdir()} == {path, sum_path(path)}
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(EnvironmentRefusedError, match="measures_not_writable"):
        ensure_measures(db, blocked, "s", AS_OF)


def test_every_filter_has_its_condition_and_every_order_its_column(db: Any) -> None:
    wanted = parameters_of(text_of("customer_totals", (FILTERED, STANDING)))
    given = set(Choice().parameters())
    assert wanted - set(SCOPE.parameters()) - {"measures", "standing"} == given
    assert set(SORTS) - {"grade", "score", "light"} <= set(everyone(db).columns)
    with pytest.raises(KeyError, match="is no order"):
        Choice(sort="cons_no; drop table x")
    with pytest.raises(KeyError, match="is no filter"):
        Choice({"nonsense": True})


def test_a_world_without_customers_lists_nobody(tmp_path: Path) -> None:
    (tmp_path / "snapshots").mkdir()
    empty: Any = Db(World().built(), tmp_path / "snapshots" / "e.duckdb", "empty")
    assert everyone(empty).empty
    assert lists.list_totals(empty, SCOPE, Choice()).customers == 0
    assert lists.mission_totals(empty, SCOPE, 5, "12m").either == 0
    assert lists.code_choices(empty, SCOPE) == {}
