"""What is left to be corrected: of one file of one extract, what its last whole load could not read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.checks.data_checks import Chosen, quarantine_groups, quarantine_list, reconciliation
from tests.data.load_folder import bill, loaded, write_bills

SOUND = [bill(n) for n in range(1, 5)]
SPOILT = [*SOUND[:2], bill(3, RCVBL_AMT="3O03"), bill(4, RCVBL_YM="202413")]


def left(house: Path) -> list[int]:
    """The numbers of the records to be corrected; the groups count the same ones, and it all adds up."""
    scope = Scope(date(2024, 2, 28))
    with open_snapshot(house) as db:
        found = quarantine_list(db, scope, Chosen())
        assert quarantine_groups(db, scope, Chosen())["records"].sum() == len(found)
        assert reconciliation(db)["adds_up"].all()
    return [int(record.split('"RCVBL_AMT_ID": "')[1][:4]) - 1000 for record in found["record"]]


def test_a_record_is_gone_once_its_corrected_file_is_loaded(tmp_path: Path) -> None:
    folder, house = tmp_path / "in", tmp_path / "wh"
    write_bills(folder, SPOILT)
    for _ in range(2):
        loaded(folder, house)
        assert left(house) == [3, 4], "the same spoilt file twice is to be corrected once"
    write_bills(folder, [*SOUND[:3], SPOILT[3]])
    loaded(folder, house)
    assert left(house) == [4], "what is still wrong stays, once"
    write_bills(folder, SOUND)
    loaded(folder, house)
    assert left(house) == []


def test_a_shorter_file_another_file_and_another_extract_take_nothing_away(tmp_path: Path) -> None:
    house = tmp_path / "wh"
    write_bills(tmp_path / "20240201", SPOILT)
    loaded(tmp_path / "20240201", house)
    write_bills(tmp_path / "short" / "20240201", SOUND[2:3])
    write_bills(tmp_path / "other" / "20240201", SOUND, "A_RCVBL_FLOW_202401.csv")
    write_bills(tmp_path / "20240301", SOUND)
    for name in ("short/20240201", "other/20240201", "20240301"):
        loaded(tmp_path / name, house)
        assert left(house) == [3, 4], name
