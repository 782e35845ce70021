"""What is held of a day is what the spells say of it, whatever else is held, let go and asked meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest

from data.scope import Scope
from data.warehouse import open_days
from data.warehouse.open_days import cursor_on
from data.warehouse.snapshot_rows import row_counts
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.recovery import figures
from tests.copying import copied

SAID = "select count(*), sum(open), sum(hash(bill_key, cons_key, segment_key, due_on, open)) from fct_balance"
ALIVE = f"{SAID} where is_owed and from_on <= $as_of and to_on > $as_of"
HELD = f"{SAID.replace('fct_balance', 'held.alive')} where as_of = $as_of"


def held(db: Snapshot, day: date) -> tuple[object, ...]:
    cursor = cursor_on(db, day)
    try:
        row = cursor.execute(HELD, {"as_of": day}).fetchone()
    finally:
        cursor.close()
    assert row is not None
    return row


def days(db: Snapshot, count: int) -> list[date]:
    return [db.meta.extract_on - timedelta(days=37 * i) for i in range(count)]


def expected(db: Snapshot, day: date) -> tuple[object, ...]:
    row = db.cursor().execute(ALIVE, {"as_of": day}).fetchone()
    assert row is not None
    return row


def test_a_day_is_what_its_spells_say_before_the_first_bill_and_after_the_last_too(
    sample_warehouse: Path,
) -> None:
    with open_snapshot(sample_warehouse) as db:
        for day in (*days(db, 5), date(1999, 1, 1), date(2099, 12, 31)):
            assert held(db, day) == expected(db, day)
            assert held(db, day) == expected(db, day), "and when it is asked again"


def test_the_cursor_of_a_day_reads_batch_by_batch_too(sample_warehouse: Path) -> None:
    with open_snapshot(sample_warehouse) as db:
        for day in days(db, 3):
            cursor = cursor_on(db, day)
            reader = cursor.sql("select open from held.alive where as_of = $as_of", params={"as_of": day})
            assert reader.to_arrow_reader(1000).read_all().num_rows == expected(db, day)[0]
            cursor.close()


def test_a_day_is_held_once_and_never_more_than_so_many(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = copied(sample_warehouse, tmp_path / "own")  # whoever reads the shared one fills it too
    monkeypatch.setattr(open_days, "MOST_DAYS", 3)
    with open_snapshot(own) as db:
        for day in (*days(db, 7), *days(db, 2)):
            held(db, day)
            count, unlike = (
                db.cursor().execute("select count(*), count(distinct as_of) from held.days").fetchall()[0]
            )
            assert count == unlike <= 3


def test_readers_who_push_each_others_days_out_still_read_their_own(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_days, "MOST_DAYS", 2)
    with open_snapshot(sample_warehouse) as db, ThreadPoolExecutor(8) as readers:
        asked = days(db, 5) * 12
        said = {day: expected(db, day) for day in set(asked)}
        for day, found in zip(asked, readers.map(lambda day: held(db, day), asked), strict=True):
            assert found == said[day]


def test_two_handles_of_one_file_share_what_is_held(sample_warehouse: Path) -> None:
    with open_snapshot(sample_warehouse) as one, open_snapshot(sample_warehouse) as two:
        day = days(one, 2)[1]
        assert held(one, day) == held(two, day) == expected(two, day)
        assert figures.arrears(one, Scope(day)) == figures.arrears(two, Scope(day))


def test_what_is_held_is_no_table_of_the_snapshot(sample_warehouse: Path) -> None:
    with open_snapshot(sample_warehouse) as db:
        tables = row_counts(db.cursor())
        assert tables["dim_customer"]
        assert not {"alive", "days"} & set(tables)
