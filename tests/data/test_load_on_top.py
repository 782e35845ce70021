"""Receipts on top of the last snapshot: the tables that all loads make, whatever came in whatever order."""

from __future__ import annotations

import copy
import logging
import os
import random
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from analytics.plausibility_rules import NO_LIMITS
from analytics.policy import BillingRules
from dashboard.words.i18n import catalogue
from data.errors import InputError
from data.load import increment, loading_facts
from data.load.loads import published_loads
from data.load.marts import mart_steps
from data.load.raw_notes import write_note
from data.warehouse.snapshots import Warehouse, open_snapshot
from services.warehouse.holding import held_loads, publish_held
from services.warehouse.judging import HeldError
from services.warehouse.rebuilding import rebuild
from tests.actors import by
from tests.attack.sizes import ON_TOP, how_many, size
from tests.attack.tally import Tried
from tests.data.load_folder import BILL, loaded, text_of
from tests.data.test_load_killed import run

Rows = list[dict[str, str]]
PAYMENT = ["CHARGE_ID", "CONS_NO", "ORG_NO", "CHARGE_YM", "CHARGE_DATE", "TYPE_CODE", "RCV_AMT"]
RECEIPT = [
    *("RCVED_AMT_ID", "RCVBL_AMT_ID", "CHARGE_ID", "ORG_NO", "CONS_NO", "RCVED_YM", "RCVED_DATE"),
    *("THIS_RCVED_AMT", "RCVBL_YM", "CALC_ID", "AMT_TYPE"),
]
COLUMNS = {
    "A_RCVBL_FLOW": [*BILL, "CALC_ID", "INVISIBLE_FLAG", "PAY_MODE"],
    "A_RCVED_FLOW": RECEIPT,
    "A_PAY_FLOW": PAYMENT,
    "C_CONS": ["CONS_ID", "CONS_NO", "CONS_NAME", "ORG_NO", "CONS_SORT_CODE"],
    "O_ORG": ["ORG_NO", "ORG_NAME"],
    "C_MP": ["MP_ID", "CONS_ID", "TG_ID"],
    "G_TG": ["TG_ID", "TG_NO", "TG_NAME", "ORG_NO"],
    "S_OUTAGE": ["CONS_NO", "ACTUAL_DATE"],
    "A_BAD_DEBT": ["RCVBL_AMT_ID", "CONS_NO", "OWE_AMT", "APPR_DATE", "CANCEL_DATE"],
    "SA_PROP_LIST": ["PROP_TYPE_ID", "PROP_LIST_ID", "PROP_LIST_NAME"],
}
MONTHS = range(202401, 202407)
CUSTOMERS = 12
KNOWN = f"00{CUSTOMERS - 2:04d}"
"""From this one on customers are on bills alone."""
APART = ("meta_snapshot",)
"""What says of itself when it was made."""


class World:
    """An extract with several bills a month of some, some of them written off or cut, and what follows."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd, self.number, self.folders = rnd, 0, 0
        self.bills: Rows = []
        self.paid: Rows = []
        self.unnumbered: Rows = []
        self.plain: set[str] = set()
        self.payments: dict[str, dict[str, str]] = {}
        for month in MONTHS:
            for n in range(CUSTOMERS):
                self.bills += [self.bill(month, n) for _ in range(rnd.choice((1, 1, 2, 3)))]

    def bill(self, month: int, n: int) -> dict[str, str]:
        self.number += 1
        return {
            "RCVBL_AMT_ID": str(10_000 + self.number),
            "CALC_ID": str(20_000 + self.number),
            "AMT_TYPE": self.rnd.choice(("01", "01", "02")),
            "RCVBL_YM": str(month),
            "CONS_NO": f"00{n:04d}",
            "ORG_NO": self.rnd.choice(("33401", "33402")) if n < CUSTOMERS - 2 else "33402",
            "T_PQ": str(self.rnd.randrange(500)),
            "RCVBL_AMT": str(self.rnd.choice((100, 50, 20, 20, 0, -10))),
            "RCVED_AMT": "",
            "PENALTY_BGN_DATE": self.rnd.choice(("", f"{month + 1}28")),
            "RELEASE_DATE": self.rnd.choice(("", f"{month}25", f"{month + 1}03")),
            "INVISIBLE_FLAG": self.rnd.choice(("", "", "0", "1")),
            "PAY_MODE": self.rnd.choice(("", "030146")),
        }

    def receipt(self, bill: dict[str, str], **more: str) -> dict[str, str]:
        self.number += 1
        month = self.rnd.choice((int(bill["RCVBL_YM"]), 202407))
        day = f"{month}{self.rnd.randrange(1, 29):02d}"
        return {
            "RCVED_AMT_ID": str(30_000 + self.number),
            "RCVBL_AMT_ID": bill["RCVBL_AMT_ID"],
            "CHARGE_ID": str(50_000 + self.number),
            "ORG_NO": bill["ORG_NO"],
            "CONS_NO": bill["CONS_NO"],
            "RCVED_YM": self.rnd.choice((day[:6], day[:6], "202407")),
            "RCVED_DATE": day,
            "THIS_RCVED_AMT": self.rnd.choice((bill["RCVBL_AMT"], "20", "15", "200", "-20")),
            "RCVBL_YM": bill["RCVBL_YM"],
        } | more

    def payment(self, receipt: dict[str, str], kind: str = "10") -> dict[str, str]:
        self.payments[receipt["CHARGE_ID"]] = made = {
            "CHARGE_ID": receipt["CHARGE_ID"],
            "CONS_NO": receipt["CONS_NO"],
            "ORG_NO": receipt["ORG_NO"],
            "CHARGE_YM": "202407",
            "CHARGE_DATE": f"202407{self.rnd.randrange(1, 29):02d}",
            "TYPE_CODE": kind,
            "RCV_AMT": receipt["THIS_RCVED_AMT"],
        }
        return made

    def plainly_paid(self) -> Rows:
        return [r for r in self.paid if r["CHARGE_ID"] in self.plain]

    def receipts(self, many: int, **more: str) -> Rows:
        known = [b for b in self.bills if b["CONS_NO"] < KNOWN]
        made = [self.receipt(self.rnd.choice(known), **more) for _ in range(many)]
        self.paid += made
        return made

    def base(self) -> dict[str, Rows]:
        receipts = self.receipts(120)
        self.unnumbered = self.receipts(3, RCVED_AMT_ID="")
        receipts += self.unnumbered
        payments = [self.payment(r, self.rnd.choice(("10", "10", "31"))) for r in receipts]
        self.plain = {p["CHARGE_ID"] for p in payments if p["TYPE_CODE"] == "10"}
        return {
            "A_RCVBL_FLOW": self.bills,
            "A_RCVED_FLOW": receipts,
            "A_PAY_FLOW": payments,
            "C_CONS": [
                {"CONS_ID": str(n), "CONS_NO": f"00{n:04d}", "CONS_NAME": f"客户{n}", "ORG_NO": "33401"}
                | {"CONS_SORT_CODE": self.rnd.choice(("01", "02"))}
                for n in range(CUSTOMERS - 2)
            ],
            "O_ORG": [{"ORG_NO": o, "ORG_NAME": f"{o}所"} for o in ("33401", "33402")],
            "C_MP": [{"MP_ID": str(n), "CONS_ID": str(n), "TG_ID": str(n % 2)} for n in range(6)],
            "G_TG": [
                {"TG_ID": str(n), "TG_NO": f"T{n}", "TG_NAME": f"台{n}", "ORG_NO": "33401"} for n in (0, 1)
            ],
            "S_OUTAGE": [{"CONS_NO": f"00{n:04d}", "ACTUAL_DATE": "20240410"} for n in range(0, 10, 3)],
            "A_BAD_DEBT": [
                {
                    "RCVBL_AMT_ID": b["RCVBL_AMT_ID"],
                    "CONS_NO": b["CONS_NO"],
                    "OWE_AMT": "1",
                    "APPR_DATE": "20240501",
                    "CANCEL_DATE": "20240601",
                }
                for b in self.bills[::9]
            ],
        }


def written(folder: Path, tables: dict[str, Rows]) -> Path:
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_text(text_of(rows, COLUMNS[name]), encoding="utf-8")
    return folder


def new_receipts(w: World) -> dict[str, Rows]:
    receipts = w.receipts(25)
    numbers = [{"RCVBL_AMT_ID": "999999"}, {"RCVBL_AMT_ID": "", "RCVBL_YM": ""}, {"RCVED_DATE": ""}]
    receipts += [r for more in numbers for r in w.receipts(1, **more)]
    return {
        "A_RCVED_FLOW": receipts,
        "A_PAY_FLOW": [w.payment(r, w.rnd.choice(("10", "31"))) for r in receipts],
    }


def receipts_alone(w: World) -> dict[str, Rows]:
    return {"A_RCVED_FLOW": [*w.receipts(20), *w.receipts(1, THIS_RCVED_AMT="x")]}


def some_as_fractions(w: World) -> dict[str, Rows]:
    """Keys that a program kept as fractions: one in the midst of others, in a file with neighbours."""
    receipts = sorted(w.receipts(5), key=lambda r: r["RCVBL_AMT_ID"])
    receipts[2] = receipts[2] | {"RCVBL_AMT_ID": receipts[2]["RCVBL_AMT_ID"] + ".0"}
    receipts[3] = receipts[3] | {"RCVED_AMT_ID": receipts[3]["RCVED_AMT_ID"] + ".0"}
    return {"A_RCVED_FLOW": receipts}


def all_as_fractions(w: World) -> dict[str, Rows]:
    keys = ("RCVED_AMT_ID", "RCVBL_AMT_ID", "CHARGE_ID")
    return {"A_RCVED_FLOW": [r | {k: f"{r[k]}.0" for k in keys} for r in w.receipts(5)]}


def payments_alone(w: World) -> dict[str, Rows]:
    return {"A_PAY_FLOW": [w.payment(r) for r in w.receipts(5)]}


def set_off_later(w: World) -> dict[str, Rows]:
    return {"A_PAY_FLOW": [w.payment(w.rnd.choice(w.paid) | {"CHARGE_ID": w.paid[-1]["CHARGE_ID"]}, "31")]}


def of_payments_before(w: World) -> dict[str, Rows]:
    """Some are set off by them, some have their day from them."""
    paid = [r for r in w.paid if r["CHARGE_ID"] in w.payments]
    days = ({}, {"RCVED_DATE": "", "RCVED_YM": ""})
    return {
        "A_RCVED_FLOW": [
            w.receipts(1, CHARGE_ID=r["CHARGE_ID"], **w.rnd.choice(days))[0] for r in w.rnd.sample(paid, 8)
        ]
    }


def all_of_the_month(w: World) -> dict[str, Rows]:
    """What came before, set-offs too, as it was, and more of it."""
    paid = [r for r in w.paid if r["RCVED_AMT_ID"]][-40:]
    more = w.receipts(5)
    made = [w.payment(r, w.rnd.choice(("10", "31"))) for r in more]
    again = [w.payments[r["CHARGE_ID"]] for r in paid if r["CHARGE_ID"] in w.payments]
    return {"A_RCVED_FLOW": paid + more, "A_PAY_FLOW": again + made}


def read_again(w: World) -> dict[str, Rows]:
    """As an extract of the last days does: the same again, corrected, of another bill, gone bad."""
    numbered = [r for r in w.plainly_paid() if r["RCVED_AMT_ID"]]
    other = w.rnd.choice([b for b in w.bills if b["CONS_NO"] < KNOWN])
    more = ({}, {}, {"THIS_RCVED_AMT": "33"}, {"THIS_RCVED_AMT": "33"}, {"RCVED_DATE": "20240719"})
    more = (*more, {"RCVBL_AMT_ID": other["RCVBL_AMT_ID"]}, {"RCVBL_AMT_ID": "999998"}, {"RCVED_YM": "x"})
    receipts = [r | change for r, change in zip(w.rnd.sample(numbered, len(more)), more, strict=True)]
    payments = [w.payment(r) for r in w.rnd.sample(w.plainly_paid(), 5)]
    return {"A_RCVED_FLOW": receipts + w.receipts(4), "A_PAY_FLOW": payments}


def set_off_again(w: World) -> dict[str, Rows]:
    return {"A_PAY_FLOW": [w.payment(r, "31") for r in w.plainly_paid()[:3]]}


def without_a_bill(w: World) -> dict[str, Rows]:
    bill = w.rnd.choice(w.bills)
    calculation = w.receipts(1, RCVBL_AMT_ID="", CALC_ID=bill["CALC_ID"])
    return {"A_RCVED_FLOW": w.receipts(3, RCVBL_AMT_ID="") + calculation}


def of_strangers(w: World) -> dict[str, Rows]:
    return {"A_RCVED_FLOW": w.receipts(2, CONS_NO="990000") + w.receipts(2, CONS_NO="000011", ORG_NO="33499")}


def without_numbers(w: World) -> dict[str, Rows]:
    """The second time they are read they are merged, but for one more of a kind."""
    return {"A_RCVED_FLOW": w.unnumbered + w.unnumbered[:1]}


def corrected_bills(w: World) -> dict[str, Rows]:
    bills = [b | {"RCVBL_AMT": "77"} for b in w.rnd.sample(w.bills, 5)]
    w.bills += (new := [w.bill(202406, 3)])
    return {"A_RCVBL_FLOW": bills + new, "A_RCVED_FLOW": w.receipts(5)}


def another_dictionary(w: World) -> dict[str, Rows]:
    one = {"PROP_TYPE_ID": "C_CONS_SORT", "PROP_LIST_ID": "01", "PROP_LIST_NAME": f"类{w.number}"}
    return {"SA_PROP_LIST": [one], "A_RCVED_FLOW": w.receipts(3)}


Came = Callable[[World], dict[str, Rows]]
ON_TOP_OF_IT: tuple[Came, ...] = (
    *(new_receipts, receipts_alone, read_again, payments_alone),
    *(some_as_fractions, all_as_fractions, all_of_the_month, of_payments_before),
)
MADE_ANEW: tuple[Came, ...] = (
    *(set_off_later, set_off_again, without_a_bill, of_strangers, without_numbers),
    *(corrected_bills, another_dictionary),
)


def tables_of(house: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables of the snapshot, sorted; of keys, days and money to the last bit."""
    with open_snapshot(house) as snapshot:
        con = snapshot.cursor()
        listed = "select table_name from duckdb_tables() where database_name = current_database()"
        names = [n for (n,) in con.execute(listed).fetchall()]
        return {n: sorted(con.table(n).fetchall(), key=repr) for n in names if n not in APART} | {
            "meta_snapshot": con.execute(
                "select layout, made_by, extract_on, first_ym, last_ym, holds, billing, loads"
                " from meta_snapshot"
            ).fetchall()
        }


def differing(house: Path, other: Path) -> list[str]:
    """The tables in which a warehouse is not what `rebuild` makes of a copy of it."""
    shutil.rmtree(other, ignore_errors=True)
    shutil.copytree(house, other)
    rebuild(other)
    mine, made = tables_of(house), tables_of(other)
    assert mine.keys() == made.keys() and len(mine) > 40
    return [name for name in mine if mine[name] != made[name]]


def ways(records: Iterable[logging.LogRecord]) -> list[str]:
    """How snapshots were made, load by load, as the log tells."""
    told = [r.getMessage() for r in records if r.name == "data.load.increment"]
    return [t.split(":")[0].split(" in ")[0] for t in told if t.startswith(("put on top", "all is made"))]


def put(house: Path, folder: Path) -> None:
    """Load a folder; what is held is published later, by somebody."""
    with suppress(HeldError):
        loaded(folder, house)


@pytest.fixture(autouse=True)
def _told(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DENGTA_STATE", raising=False)
    caplog.set_level(logging.INFO, "data.load.increment")


def begun(place: Path, seed: int) -> tuple[World, Path]:
    w = World(random.Random(seed))
    loaded(written(place / "20240701", w.base()), place / "wh", limits=NO_LIMITS)
    return w, place / "wh"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    return begun(tmp_path_factory.mktemp("on top"), 1)


@pytest.fixture
def made(first: tuple[World, Path], tmp_path: Path) -> tuple[World, Path]:
    """A world of its own for one test, and the warehouse that holds it."""
    return copy.deepcopy(first[0]), Path(shutil.copytree(first[1], tmp_path / "wh"))


def test_receipts_on_top_make_the_snapshot_that_all_loads_make(
    made: tuple[World, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    w, house = made
    for n, came in enumerate(ON_TOP_OF_IT):  # the last ones of one day: a rebuild reads them in one go
        loaded(written(tmp_path / f"{n}-2024080{min(n + 1, 5)}", came(w)), house)
    assert ways(caplog.records) == ["put on top"] * len(ON_TOP_OF_IT)
    assert [x.built for x in published_loads(Warehouse(house))] == ["first", *["on_top"] * len(ON_TOP_OF_IT)]
    assert differing(house, tmp_path / "other") == []


def test_how_a_load_is_built_can_be_said_in_words() -> None:
    """Each reason for making all anew has a sentence, and each sentence a reason."""
    sql = "".join(path.read_text() for path in increment.FOLDER.glob("doubts*.sql"))
    source = Path(increment.__file__).read_text(encoding="utf-8")
    reasons = {*re.findall(r"select '(\w+)'", sql), *re.findall(r'return "(\w+)"', source), increment.ON_TOP}
    for language in ("zh", "en"):
        keys = (key for key in catalogue(language) if key.startswith("load.built."))
        assert {key.removeprefix("load.built.") for key in keys} == reasons


def test_equal_files_are_told_as_what_they_are(made: tuple[World, Path], tmp_path: Path) -> None:
    """In one load, in one of the same day before, and what only stands before others."""
    w, house = made
    came = written(tmp_path / "a-20240802", receipts_alone(w))
    (name,) = [path.name for path in came.iterdir()]
    shutil.copy(came / name, came / f"2{name}")
    alone = tmp_path / "b-20240802"
    alone.mkdir()
    shutil.copy(came / name, alone)
    for folder in (came, alone, written(tmp_path / "c-20240615", receipts_alone(w))):
        loaded(folder, house)
    assert [x.built for x in published_loads(Warehouse(house))] == ["first", "twice", "again", "order"]


def test_a_file_of_which_more_was_counted_is_one_that_was_loaded_before(
    made: tuple[World, Path], tmp_path: Path
) -> None:
    """Of another day it would be put on top, and what is said of it before stayed as it was."""
    w, house = made
    rows = receipts_alone(w)
    rows["A_RCVED_FLOW"][0]["RCVED_DATE"] = "NULL"
    loaded(written(tmp_path / "20240802", rows), house)
    (raw,) = [x.files[0].raw for x in published_loads(Warehouse(house))[1:]]
    write_note(Warehouse(house).raw, replace(raw, nothing=()))  # as an earlier program kept it
    loaded(written(tmp_path / "20240803", rows), house)
    assert [x.built for x in published_loads(Warehouse(house))] == ["first", "on_top", "again"]
    assert differing(house, tmp_path / "other") == []


def test_every_step_of_the_marts_says_what_receipts_do_to_it() -> None:
    """A mart that nobody thought of here would stand still: until it is named, all is made anew."""
    named = [*increment.READ, *increment.MADE, *increment.SUMMED, *increment.AS_IT_IS, *increment.BY_HAND]
    assert sorted(named) == sorted(step.stem for step in mart_steps())


@pytest.mark.full
@pytest.mark.parametrize("came", MADE_ANEW)
def test_what_is_in_doubt_is_made_anew(
    made: tuple[World, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture, came: Came
) -> None:
    w, house = made
    loaded(written(tmp_path / "20240801", came(w)), house)
    assert ways(caplog.records) in ([], ["all is made anew"])
    assert differing(house, tmp_path / "other") == []


@pytest.mark.full
@pytest.mark.parametrize("seed", range(how_many(ON_TOP)))
def test_whatever_comes_in_whatever_order(tmp_path: Path, seed: int) -> None:
    """New receipts, corrected bills, late files, a folder twice, loads that are held and published later."""
    w, house = begun(tmp_path, 100 + seed)
    folders: list[Path] = []
    for n in range(6):
        came = w.rnd.choice((*ON_TOP_OF_IT, *ON_TOP_OF_IT, *MADE_ANEW))
        again = folders and w.rnd.random() < 0.15
        day = w.rnd.choice((f"202408{10 + n}", f"202408{10 + n}", "20240615"))
        folder = w.rnd.choice(folders) if again else written(tmp_path / f"{n}-{day}", came(w))
        folders.append(folder)
        put(house, folder)
        held = held_loads(house).held
        if held and w.rnd.random() < 0.5:
            publish_held(house, held[0].id, by("li"), "seen")
        assert differing(house, tmp_path / "other") == [], (seed, n, came.__name__, day)


def test_a_damaged_snapshot_or_other_rules_or_part_of_a_program_are_nothing_to_put_on(
    made: tuple[World, Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    w, house = made
    snapshot = Warehouse(house).snapshot_path(str(Warehouse(house).current()))
    with snapshot.open("r+b") as f:
        f.seek(snapshot.stat().st_size - 3)  # where nothing of it is read
        f.write(b"x")
    loaded(written(tmp_path / "20240801", receipts_alone(w)), house)
    assert "not as it was written" in caplog.text and "put on top" not in caplog.text
    rules = BillingRules(due_days=11)
    for module in (increment, loading_facts):  # a program that was replaced while it ran
        monkeypatch.setattr(module, "made_by", str)
    for n in (2, 3):
        loaded(written(tmp_path / f"2024080{n}", receipts_alone(w)), house, billing=rules)
    assert "put on top" not in caplog.text


def test_a_load_on_top_says_how_far_it_is_and_ends_where_it_is_told_to(
    made: tuple[World, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    w, house = made
    folder, before, told = written(tmp_path / "20240801", new_receipts(w)), tables_of(house), list[float]()

    def stop(step: str, share: float) -> None:
        if share > 0.8:
            raise InputError("load_stopped")

    with pytest.raises(InputError, match="load_stopped"):
        loaded(folder, house, progress=stop)
    assert "increment work" in caplog.text and tables_of(house) == before
    caplog.clear()
    loaded(folder, house, progress=lambda step, share: told.append(share))
    assert ways(caplog.records) == ["put on top"] and told == sorted(told)
    between = [0.35, *(share for share in told if 0.35 < share < 0.95), 0.96]
    assert len(between) > 8 and max(b - a for a, b in pairwise(between)) < 0.15


def test_a_snapshot_that_is_half_empty_is_nothing_to_put_on(
    made: tuple[World, Path],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with duckdb.connect(tmp_path / "x.duckdb") as con:
        con.execute("create table gone as select hash(range) as x from range(1000000)")
        con.execute("create table kept as select hash(range) as x from range(300000)")
        con.execute("checkpoint")
        assert not increment.is_loose(con)
        con.execute("drop table gone")
        con.execute("checkpoint")
        assert increment.is_loose(con)
    monkeypatch.setattr(increment, "is_loose", lambda con: True)
    loaded(written(tmp_path / "20240801", receipts_alone(made[0])), made[1])
    assert "put on top" not in caplog.text


def test_what_doubtful_receipts_do_is_made_anew_one_after_another(
    made: tuple[World, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    w, house = made
    doubtful = (set_off_later, without_a_bill)  # each of them by the full run
    for n, came in enumerate(doubtful):
        loaded(written(tmp_path / f"{n}-20240801", came(w)), house, limits=NO_LIMITS)
    assert ways(caplog.records) == ["all is made anew"] * len(doubtful)
    assert differing(house, tmp_path / "other") == []


@pytest.mark.full
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")
def test_kill_9_while_receipts_are_put_on_top(made: tuple[World, Path], tmp_path: Path, tried: Tried) -> None:
    w, first = made
    day, measured, house = written(tmp_path / "20240801", new_receipts(w)), tmp_path / "m", tmp_path / "h"
    shutil.copytree(first, measured)
    began = time.monotonic()
    assert run(day, measured, None) == 0
    whole, old, new = time.monotonic() - began, tables_of(first), tables_of(measured)
    for _ in range(size("kills")):
        shutil.rmtree(house, ignore_errors=True)
        shutil.copytree(first, house)
        code, found = run(day, house, w.rnd.uniform(0, whole)), tables_of(house)
        assert code in (0, -signal.SIGKILL)
        assert found["fct_bill_row"] == new["fct_bill_row"] or (code != 0 and found == old)
        tried("Loads killed (kill -9) at any instant: one snapshot or the other, whole", 1)
        assert run(day, house, None) == 0 and tables_of(house)["fct_bill_row"] == new["fct_bill_row"]
