"""What is kept, deleted or with a bit flipped: refused by name, or the figures are those of before.

DENGTA_FLIPS sets how many bits are flipped, of raw files and of the snapshot (8 by default),
DENGTA_FLIP_SEED which.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from analytics.policy import BillingRules
from dashboard.__main__ import main
from data.ask.sql_files import frame
from data.errors import DengtaError, EnvironmentRefusedError
from data.kept.sealed import read_sealed, write_sealed
from data.load.raw_notes import SUMS
from data.warehouse.snapshots import Warehouse, open_snapshot
from services.warehouse import prepared, verifying
from services.warehouse.loading import load
from services.warehouse.rebuilding import rebuild
from services.warehouse.verifying import verify
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.data.load_folder import bill, rows_of, write_bills
from tests.data.test_load_spoilt import bills, folder_of
from tests.spoilt import HEADERS, snapshot_file

ROOT = Path(__file__).resolve().parents[2]
FLIPS = size("flips")
FIGURES = (
    "select bill_no, cons_key, amount, rcvbl_ym from fct_bill order by all",
    "select load_id, file, read, loaded, merged, quarantined, yuan_read from reconciliation order by all",
    "select file, line, reason, value from quarantine order by all",
    "select extract_on from meta_snapshot",
)
TABLES = "select table_name as name from duckdb_tables() where database_name = current_database()"


def figures(house: Path) -> list[object]:
    """What the snapshot says, by questions of the test's own."""
    return [rows_of(house, sql) for sql in FIGURES]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two loads: one with a record that cannot be decoded and a line that is no record, one that corrects."""
    base = tmp_path_factory.mktemp("kept")
    lines = bills("utf-8")
    lines[5] += b"\xff"
    lines[9] += b",more,than,there,are"
    folder_of(base / "first", lines)
    load(base / "first", base / "wh")
    write_bills(base / "second", [bill(3, RCVBL_AMT="77.00"), bill(90)])
    load(base / "second", base / "wh")
    return base


@pytest.fixture
def house(made: Path, tmp_path: Path) -> Path:
    """A copy of the warehouse for one test."""
    return Path(shutil.copytree(made / "wh", tmp_path / "wh"))


def raw_files(house: Path) -> list[Path]:
    """What is kept of the files that were read, with notes and companions."""
    found = sorted((house / "raw").iterdir())
    assert {"json", "parquet", "rejects.parquet", "spoilt.parquet"} == {
        p.name.partition(".")[2] for p in found
    }
    return found


def snapshots(house: Path) -> list[Path]:
    """The snapshots, the oldest first, by their names: by those of their files, `…-001.duckdb` of the same
    second would stand before `….duckdb`.
    """
    return sorted((house / "snapshots").glob("*.duckdb"), key=lambda path: path.stem)


def flip(path: Path, bit: int) -> bytes:
    """Turn one bit round; the content of before."""
    before = path.read_bytes()
    after = bytearray(before)
    after[bit // 8] ^= 1 << bit % 8
    path.write_bytes(after)
    return before


def harmless_or_refused(house: Path, expected: list[object]) -> str:
    """What a rebuild does of a warehouse where something is not as it was written."""
    before = (house / "current.json").read_bytes()
    try:
        rebuild(house)
    except EnvironmentRefusedError as refused:
        assert (house / "current.json").read_bytes() == before
        return refused.key
    assert figures(house) == expected
    return "harmless"


def test_no_bit_of_a_raw_file_changes_a_figure(house: Path, tried: Tried) -> None:
    expected, rnd = figures(house), random.Random(int(os.environ.get("DENGTA_FLIP_SEED", "11")))
    files = raw_files(house)
    for number in range(FLIPS):
        path = files[number % len(files)]
        before = flip(path, rnd.randrange(path.stat().st_size * 8))
        (finding, *others) = verify(house).findings
        assert (finding.path, finding.kind, others) == (f"raw/{path.name}", "damaged", [])
        assert harmless_or_refused(house, expected) == "raw_damaged"
        path.write_bytes(before)
        tried("Bits flipped in what is kept of files that were read: named, and no figure made of it")
    assert not verify(house).findings


def test_no_bit_of_pointer_and_notes_changes_a_figure(house: Path) -> None:
    expected, rnd = figures(house), random.Random(5)
    for pattern in ("loads/*[0-9].json", "current.json"):
        path = rnd.choice(sorted(house.glob(pattern)))
        flip(path, rnd.randrange(path.stat().st_size * 8))
        assert harmless_or_refused(house, expected) in ("harmless", "load_damaged")
        assert not verify(house).findings


def test_no_bit_of_the_pointer_leads_elsewhere(house: Path, tried: Tried) -> None:
    pointer, current = house / "current.json", Warehouse(house).current()
    for bit in range(0, pointer.stat().st_size * 8, 13):
        before = flip(pointer, bit)
        try:  # white space is no part of what it says
            assert Warehouse(house).current() == current
        except EnvironmentRefusedError as refused:
            assert refused.key == "pointer_not_readable"
        pointer.write_bytes(before)
        tried("Bits flipped in the pointer: refused, or it names the same snapshot")


def test_no_bit_of_a_snapshot_changes_a_row(house: Path, tried: Tried) -> None:
    def rows() -> list[object]:
        with open_snapshot(house) as db:
            tables = frame(db, TABLES, {})
            asked = 'select count(*) as rows, sum(hash(x)) as sum from "{}" as x'
            return [frame(db, asked.format(name), {}).to_dict() for name in sorted(tables["name"])]

    expected, rnd = rows(), random.Random(int(os.environ.get("DENGTA_FLIP_SEED", "11")))
    path = snapshot_file(house)
    for number in range(FLIPS):
        begin = path.stat().st_size if number % 4 else HEADERS
        before = flip(path, rnd.randrange(begin * 8))
        assert [finding.what for finding in verify(house).findings] == ["snapshot"]
        try:
            assert rows() == expected
        except EnvironmentRefusedError as refused:
            assert refused.key == "snapshot_not_readable"
        path.write_bytes(before)
        tried("Bits flipped in a snapshot: named by a check, and refused where they are read")


def test_a_former_snapshot_that_is_damaged_is_named_too(
    house: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    former, current = snapshots(house)
    monkeypatch.setenv("DENGTA_LANG", "en")
    flip(former, 8 * (former.stat().st_size // 2))
    assert main(["status", "--verify", "--warehouse", str(house)]) == 4
    said = capsys.readouterr().out
    assert f"damaged: snapshots/{former.name}" in said and current.name not in said
    assert "remove" in said
    former.unlink()
    assert main(["status", "--verify", "--warehouse", str(house)]) == 0


@pytest.mark.parametrize(
    "kind",
    [
        *("spoilt.parquet", "json"),
        *(pytest.param(kind, marks=pytest.mark.full) for kind in ("parquet", "rejects.parquet")),
    ],
)
def test_a_deleted_raw_file_is_named_and_comes_back_with_the_file_that_was_read(
    house: Path, made: Path, kind: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, other = figures(house), made / f"other-{kind}"
    write_bills(other, [bill(91)])
    lost = next(p for p in raw_files(house) if p.name.endswith(".spoilt.parquet"))
    lost = lost.with_name(f"{lost.name.partition('.')[0]}.{kind}")
    lost.unlink()
    with pytest.raises(EnvironmentRefusedError) as refused:
        load(other, house)
    assert refused.value.key == "raw_damaged"
    assert refused.value.params["files"] == ["A_RCVBL_FLOW.csv (first)"]
    assert figures(house) == expected
    monkeypatch.setenv("DENGTA_LANG", "en")
    assert main(["status", "--verify", "--warehouse", str(house)]) == 4
    assert f"missing: raw/{lost.name}, what was read of A_RCVBL_FLOW.csv (first)" in capsys.readouterr().out
    report = load(made / "first", house)
    assert report.healed == ("A_RCVBL_FLOW.csv",) and report.totals()["read"] == 39
    assert figures(house) == expected, "the correction of the second load was lost"
    assert main(["status", "--verify", "--warehouse", str(house)]) == 0


def test_a_snapshot_in_the_place_of_another_is_refused(house: Path) -> None:
    """With its checksum, or as what DuckDB reads besides."""
    expected = figures(house)
    former, current = snapshots(house)
    aside = house / "aside.duckdb"
    shutil.copy(current, aside)
    with duckdb.connect(str(aside)) as con:
        con.execute("pragma disable_checkpoint_on_shutdown")
        con.execute("set checkpoint_threshold = '1TB'")
        con.execute("update dim_org set org_name = 'another'")
        wal = aside.with_name(f"{aside.name}.wal")
        assert wal.stat().st_size
        shutil.copy(wal, current.with_name(f"{current.name}.wal"))
    with pytest.raises(EnvironmentRefusedError, match="snapshot_not_readable"):
        open_snapshot(house)
    assert [finding.what for finding in verify(house).findings] == ["snapshot"]
    current.with_name(f"{current.name}.wal").unlink()
    for path in (former, former.with_name(f"{former.name}.sum")):
        shutil.copy(path, path.with_name(path.name.replace(former.stem, current.stem)))
    with pytest.raises(EnvironmentRefusedError, match="snapshot_not_readable"):
        open_snapshot(house)
    assert [finding.what for finding in verify(house).findings] == ["snapshot"]
    rebuild(house)
    assert figures(house) == expected


def test_a_pointer_that_was_put_back_is_told_and_its_loads_come_back(
    house: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, pointer = figures(house), house / "current.json"
    former, current = (path.stem for path in snapshots(house))
    held, _ = read_sealed(pointer)
    write_sealed(pointer, held | {"snapshot": former, "loads": held["loads"][:1]})
    assert figures(house) != expected
    monkeypatch.setenv("DENGTA_LANG", "en")
    assert main(["status", "--verify", "--warehouse", str(house)]) == 0
    assert f"Snapshot {current} is newer" in capsys.readouterr().out
    pointer.unlink()
    rebuild(house)
    assert figures(house) == expected and verify(house).newer is None


def test_a_load_that_publishes_while_all_is_verified_makes_no_damage(
    house: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_KEEP", "0")
    loads, looked_at = iter([made / "second"]), verifying._snapshot

    def beside(*given: object) -> None:
        for folder in loads:
            load(folder, house)
        looked_at(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(verifying, "_snapshot", beside)
    assert not verify(house).findings


@pytest.mark.parametrize("what", ["current.json", "loads", "raw"])
def test_a_folder_or_endless_brackets_in_the_place_of_a_file_end_in_a_sentence(
    house: Path, what: str
) -> None:
    path = house / what if what == "current.json" else min((house / what).glob("*[0-9a-f].json"))
    path.write_text("[" * 200_000, encoding="utf-8")
    assert [finding.path for finding in verify(house).findings] == [str(path.relative_to(house))]
    path.unlink()
    path.mkdir()
    assert [finding.path for finding in verify(house).findings] == [str(path.relative_to(house))]


def _pointer(house: Path) -> None:
    (house / "current.json").unlink()


def _pointer_and_newest(house: Path) -> None:
    _pointer(house)
    snapshots(house)[-1].unlink()


def _pointer_and_snapshots(house: Path) -> None:
    _pointer(house)
    shutil.rmtree(house / "snapshots")


def _pointer_and_notes(house: Path) -> None:
    _pointer(house)
    shutil.rmtree(house / "loads")


def _a_note(house: Path) -> None:
    min((house / "loads").glob("*[0-9].json")).unlink()


def _snapshot(house: Path) -> None:
    snapshots(house)[-1].unlink()


LOSSES = [
    pytest.param(_pointer, "pointer_lost", "snapshot", marks=pytest.mark.full),
    (_pointer_and_newest, "pointer_lost", "notes"),
    pytest.param(_pointer_and_snapshots, "pointer_lost", "notes", marks=pytest.mark.full),
    (_pointer_and_notes, "pointer_lost", "snapshot"),
    (_a_note, None, "pointer"),
    (_snapshot, "unknown_snapshot", "pointer"),
]
"""The pointer alone is lost in other tests too; with the newest snapshot it is found by the same notes."""


@pytest.mark.parametrize(("lose", "key", "source"), LOSSES)
def test_what_was_lost_is_refused_and_made_again(
    house: Path, made: Path, lose: Callable[[Path], None], key: str | None, source: str
) -> None:
    expected = figures(house)
    lose(house)
    if key == "pointer_lost":
        for act in (lambda: load(made / "second", house), lambda: open_snapshot(house)):
            with pytest.raises(EnvironmentRefusedError) as refused:
                act()
            assert refused.value.key == key
        assert not (house / "current.json").exists()
    elif key:
        with pytest.raises(DengtaError) as refused_too:
            open_snapshot(house)
        assert refused_too.value.key == key
    assert verify(house).findings
    done = rebuild(house)
    assert (done.source, len(done.loads)) == (source, 2)
    assert figures(house) == expected and not verify(house).findings


def test_a_rebuild_says_what_it_did_and_reads_bills_by_the_rules_of_before(
    house: Path, made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "en")
    monkeypatch.setattr(prepared, "prepare", lambda warehouse: True)
    load(made / "second", house, billing=BillingRules(not_owed_types=("01",)))
    owed = "select bill_no, is_owed from fct_bill order by all"
    before, command = rows_of(house, owed), ["rebuild", "--warehouse", str(house)]
    (house / "current.json").unlink()
    assert main(command) == 0
    said = capsys.readouterr().out
    assert "the newest snapshot that opens names these loads (3):" in said and "Published snapshot" in said
    assert all(name in said for name in Warehouse(house).published()) and "billing rules" not in said
    assert rows_of(house, owed) == before
    shutil.rmtree(house / "snapshots")
    assert main(command) == 0
    assert "billing rules it was made with: those of the policy in force were used" in capsys.readouterr().out
    assert rows_of(house, owed) != before


def test_a_first_load_that_was_broken_off_is_no_lost_pointer(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("services.warehouse.loading.publish", stop)
        with pytest.raises(KeyboardInterrupt):
            load(made / "second", tmp_path / "wh")
    assert list((tmp_path / "wh" / "loads").glob("*.json"))
    with pytest.raises(DengtaError) as refused:
        open_snapshot(tmp_path / "wh")
    assert refused.value.key == "no_snapshot"
    assert load(made / "second", tmp_path / "wh").totals()["loaded"] == 2


def test_a_warehouse_of_before_gets_its_checksums(house: Path, made: Path) -> None:
    expected = figures(house)
    for note in [*(house / "raw").glob("*.json"), *(house / "loads").glob("*[0-9].json")]:
        held = json.loads(note.read_text(encoding="utf-8"))
        for name in (SUMS, "seal", "form", "after"):
            held.pop(name, None)
        note.write_text(json.dumps(held, ensure_ascii=False), encoding="utf-8")
    for path in (house / "snapshots").glob("*.sum"):
        path.unlink()
    found = verify(house)
    assert not found.findings and found.without_sums == 6
    done = rebuild(house)
    assert (done.adopted, len(done.notes.sealed)) == (2, 2) and figures(house) == expected
    assert verify(house).without_sums == 2, "former snapshots alone"


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")
def test_a_rebuild_that_is_killed_is_begun_again(house: Path) -> None:
    expected, rnd = figures(house), random.Random(3)
    (house / "current.json").unlink()
    words = [sys.executable, "-m", "dashboard", "rebuild", "--warehouse", str(house)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    for _ in range(2):
        with subprocess.Popen(words, cwd=ROOT, **quiet) as process:  # type: ignore[call-overload]
            until = time.monotonic() + 120
            while not list(house.glob("tmp/build-*")) and time.monotonic() < until:
                time.sleep(0.02)
            time.sleep(rnd.uniform(0.0, 0.3))
            process.kill()
            assert process.wait() == -signal.SIGKILL
        if not (house / "current.json").exists():
            with pytest.raises(EnvironmentRefusedError) as refused:
                open_snapshot(house)
            assert refused.value.key == "pointer_lost"
    rebuild(house)
    assert figures(house) == expected and not list(house.glob("tmp/build-*"))
