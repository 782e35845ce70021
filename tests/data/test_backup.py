"""A backup holds every figure and decision, taken while others read, decide and load; damage is refused."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import runpy
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine

from dashboard.__main__ import main
from data.errors import DengtaError
from data.kept.locking import writer_lock
from data.kept.private import keep_others_out, open_to_others
from data.kept.sealed import read_sealed, write_sealed
from data.state import OfficialFigure, State
from data.warehouse.link_key import key_of
from data.warehouse.snapshots import Warehouse, open_snapshot
from services.credit.adoption import in_force
from services.report.monthly_run import write_report
from services.warehouse import backup, prepared
from services.warehouse.backup import back_up, restore
from services.warehouse.loading import load
from services.warehouse.verifying import verify
from tests.attack.tally import Tried
from tests.conftest import ROOT
from tests.copying import copied
from tests.data.load_folder import bill, rows_of, write_bills

DAY = date(2026, 10, 31)


@pytest.fixture
def house(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A warehouse with data and decisions."""
    monkeypatch.delenv("DENGTA_STATE")
    folder = tmp_path / "wh"
    copied(sample_warehouse, folder, "state.*", "key")
    store = State.open(folder)
    store.overrule("1", "A", DAY, date(2026, 12, 31), "li", "evidence")
    store.record_official([OfficialFigure(202610, "assessment", "334", "billed", 7)], "wang")
    store.close()
    key_of(folder)
    return folder


def decided(folder: Path) -> list[object]:
    store = State.open(folder)
    return [store.overrides(), store.official(202610, "assessment"), store.reached]


def figures(folder: Path, out: Path) -> tuple[bytes, object]:
    """What the monthly run says: each figure, and each customer's row."""
    made = write_report(folder, DAY, out, policy=in_force(State.existing(folder)))
    return made.summary.read_bytes(), pq.read_table(made.customers).to_pylist()


def files(folder: Path) -> dict[str, bytes]:
    """What is kept of loads, by its place; which stores of decisions there were is no part of it."""
    found = [p for name in ("loads", "raw", "snapshots") for p in (folder / name).rglob("*")]
    found = [p for p in found if p.name != "decided.json"]
    return {str(p.relative_to(folder)): p.read_bytes() for p in found if p.is_file()}


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_what_is_restored_into_an_empty_folder_is_every_file_and_decision(
    house: Path, tmp_path: Path, name: str
) -> None:
    told, kept = decided(house), files(house)
    with open_snapshot(house) as reader, writer_lock(house / "lock"):  # as while a load runs
        made = back_up(house, tmp_path / "kept" / name)
        assert reader.cursor().execute("select count(*) from fct_bill").fetchone()
    shutil.rmtree(house)
    new = tmp_path / "new"
    new.mkdir()
    again = restore(tmp_path / "kept" / name, new)
    assert again.files == made.files and not again.has_key
    assert decided(new) == told
    assert files(new) == kept
    assert sorted(p.name for p in tmp_path.iterdir()) == ["kept", "new"], "drafts are left"
    assert [p.name for p in (tmp_path / "kept").iterdir()] == [name]


def test_what_is_restored_says_every_figure(house: Path, tmp_path: Path) -> None:
    was = figures(house, tmp_path / "before")
    back_up(house, tmp_path / "kept")
    shutil.rmtree(house)
    restore(tmp_path / "kept", tmp_path / "new")
    assert figures(tmp_path / "new", tmp_path / "after") == was


def test_a_backup_is_whole_while_others_decide(house: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def decide() -> None:
        store, n = State.open(house), 0
        while not stop.wait(0.02):
            n += 1
            store.record_official([OfficialFigure(n, "assessment", str(k), "x", k) for k in range(20)], "li")

    writer = threading.Thread(target=decide)
    writer.start()
    try:
        counts = [back_up(house, tmp_path / f"b{n}").decisions for n in range(2)]
    finally:
        stop.set()
        writer.join()
    State.open(house).record_official([OfficialFigure(1, "assessment", "1", "x", 1)], "li")
    assert counts == sorted(counts) and counts[-1] > counts[0]
    for n, count in enumerate(counts):
        restore(tmp_path / f"b{n}", tmp_path / f"r{n}")
        assert State.open(tmp_path / f"r{n}").reached.number == count
    assert decided(house)[2] != decided(tmp_path / "r1")[2]


def test_backups_beside_a_running_load_are_of_before_or_after_it(tmp_path: Path, tried: Tried) -> None:
    """The load is a process of its own, and takes the snapshot of before away."""
    home, figures = tmp_path / "wh", "select bill_no, amount, rcvbl_ym from fct_bill order by all"
    write_bills(tmp_path / "first", [bill(n) for n in range(1, 40)])
    load(tmp_path / "first", home, extract_date=date(2024, 2, 20))
    write_bills(tmp_path / "second", [bill(3, RCVBL_AMT="77.00"), *map(bill, range(40, 90))])
    said = {Warehouse(home).current(): rows_of(home, figures)}
    words = [sys.executable, "-m", "dashboard", "load", str(tmp_path / "second"), "--warehouse", str(home)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    made = [back_up(home, tmp_path / "b0")]
    env = os.environ | {"DENGTA_KEEP": "0"}
    with subprocess.Popen([*words, "--extract-date", "2024-02-21"], cwd=ROOT, env=env, **quiet) as process:  # type: ignore[call-overload]
        while process.poll() is None:
            made.append(back_up(home, tmp_path / f"b{len(made)}"))
            with suppress(subprocess.TimeoutExpired):  # rarer and rarer, however long the load takes
                process.wait(0.05 * 1.5 ** len(made))
    assert process.returncode == 0
    made.append(back_up(home, tmp_path / f"b{len(made)}"))
    said[Warehouse(home).current()] = rows_of(home, figures)
    assert list(dict.fromkeys(one.snapshot for one in made)) == list(said), "of before, then of after"
    for number in {0, 1, len(made) // 2, len(made) - 2, len(made) - 1}:
        restore(tmp_path / f"b{number}", tmp_path / f"r{number}")
        assert rows_of(tmp_path / f"r{number}", figures) == said[made[number].snapshot]
        assert not verify(tmp_path / f"r{number}").findings
    tried("Backups taken while a load ran, restored: each has the figures of before or of after", len(made))


def test_the_snapshot_may_go_while_it_is_copied(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load that publishes meanwhile and keeps no former snapshot: the newer one is backed up."""
    pointer, _ = read_sealed(house / "current.json")
    old, new = pointer["snapshot"], pointer["snapshot"] + "-001"
    sources = backup._sources

    def turned(*given: object) -> object:
        if (house / "snapshots" / f"{old}.duckdb").exists():
            (house / "snapshots" / f"{old}.duckdb").rename(house / "snapshots" / f"{new}.duckdb")
            write_sealed(house / "current.json", pointer | {"snapshot": new})
        return sources(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(backup, "_sources", turned)
    assert back_up(house, tmp_path / "b").snapshot == new
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


RESTORED = """
mount -t tmpfs none "$2" && mkdir "$2/lost+found" "$2/.restored.left" || exit 77
"$0" -m dashboard restore "$1" --warehouse "$2" && "$0" -m dashboard status --verify --warehouse "$2" || exit
ls -A "$2"
"""


def test_a_mounted_disk_is_restored_into(house: Path, tmp_path: Path) -> None:
    """The folder where it is mounted cannot be replaced by another, and may hold a `lost+found`."""
    back_up(house, tmp_path / "b")
    (tmp_path / "new").mkdir()
    words = [
        "unshare",
        "-rm",
        "sh",
        "-c",
        RESTORED,
        sys.executable,
        str(tmp_path / "b"),
        str(tmp_path / "new"),
    ]
    if shutil.which("unshare") is None:
        pytest.skip("needs Linux's unshare to mount a disk")
    run = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if run.returncode in (1, 77) and "mount" in run.stderr + run.stdout:
        pytest.skip("needs to mount a disk, which this machine does not let a test do")
    assert run.returncode == 0, run.stdout + run.stderr
    names = run.stdout.split("\n")
    assert {"current.json", "state.db", "state.json", "lost+found"} <= set(names)
    assert not any(name.startswith(".restored") for name in names)


def test_a_full_disk_is_not_said_to_be_a_damaged_backup(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(house, tmp_path / "b.tar")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("data.warehouse.backup_files.os.fsync", full)
    with pytest.raises(DengtaError, match="backup_failed"):
        restore(tmp_path / "b.tar", tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("place", ["state.db", "own/decided.db"])
def test_a_store_that_is_named_inside_the_warehouse_comes_with_the_rest(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    told = decided(house)
    back_up(house, tmp_path / "b")
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'new' / place}")
    restore(tmp_path / "b", tmp_path / "new")
    assert decided(tmp_path / "new") == told
    assert (tmp_path / "new" / "state.db").exists() == (place == "state.db")


@pytest.mark.parametrize("how", ["flipped", "missing", "no manifest", "endless", "deep", "outside", "cut"])
def test_a_damaged_backup_restores_nothing(house: Path, tmp_path: Path, how: str, tried: Tried) -> None:
    place = tmp_path / ("b.tar" if how == "cut" else "b")
    made = back_up(house, place)
    if how == "cut":
        place.write_bytes(place.read_bytes()[:200_000])
    else:
        largest, manifest = place / max(made.files, key=lambda f: f.bytes).path, place / "backup.json"
        if how == "flipped":
            content = bytearray(largest.read_bytes())
            content[len(content) // 2] ^= 1
            largest.write_bytes(content)
        elif how == "missing":
            largest.unlink()
        elif how == "no manifest":
            manifest.unlink()
        elif how == "deep":
            manifest.write_text("[" * 200_000)
        else:
            told = json.loads(manifest.read_text())
            told["files"][0] |= {"path": "../outside"} if how == "outside" else {"bytes": float("inf")}
            manifest.write_text(json.dumps(told))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DengtaError, match="backup_damaged"):
        restore(place, tmp_path / "new")
    assert sorted(tmp_path.rglob("*")) == before
    tried("Backups that are damaged or lead elsewhere: refused, and nothing restored")


def test_a_backup_that_fits_its_manifest_but_not_the_chain_restores_nothing(
    house: Path, tmp_path: Path
) -> None:
    back_up(house, tmp_path / "b")
    store, manifest = tmp_path / "b" / "state.db", tmp_path / "b" / "backup.json"
    with closing(sqlite3.connect(store)) as c:
        c.execute("update grade_override set grade = 'E'")
        c.commit()
    content, told = store.read_bytes(), json.loads(manifest.read_text())
    [entry] = [f for f in told["files"] if f["path"] == "state.db"]
    entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    manifest.write_text(json.dumps(told))
    with pytest.raises(DengtaError, match="state_damaged"):
        restore(tmp_path / "b", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_nothing_is_overwritten(house: Path, tmp_path: Path) -> None:
    house = house.rename(tmp_path / "what? 100%")
    made = back_up(house, tmp_path / "b", with_key=True)
    assert made.has_key
    for key, act in {
        "backup_exists": lambda: back_up(house, tmp_path / "b"),
        "backup_inside": lambda: back_up(house, house / "b"),
        "restore_not_empty": lambda: restore(tmp_path / "b", house),
        "backup_not_found": lambda: restore(tmp_path / "c", tmp_path / "new"),
        "backup_failed": lambda: back_up(house, tmp_path / ("c" * 300)),
        "File name too long": lambda: restore(tmp_path / "b", tmp_path / ("c" * 300)),
        "no_snapshot": lambda: back_up(tmp_path / "nothing", tmp_path / "c"),
    }.items():
        with pytest.raises(DengtaError, match=key):
            act()
    restore(tmp_path / "b", tmp_path / "new")
    assert key_of(tmp_path / "new") == key_of(house)


def test_a_damaged_state_is_not_backed_up(house: Path, tmp_path: Path) -> None:
    (house / "state.db").write_bytes(b"")
    with pytest.raises(DengtaError, match="state_missing"):
        back_up(house, tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_store_on_postgresql_is_backed_up_and_restored(
    house: Path, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(house, tmp_path / "b")
    told = decided(house)
    monkeypatch.setenv("DENGTA_STATE", url)
    restore(tmp_path / "b", tmp_path / "new")
    assert not (tmp_path / "new" / "state.db").exists() and decided(tmp_path / "new") == told
    State.open(tmp_path / "new").overrule("2", "A", DAY, DAY, "li", "numbered after the others")
    after = decided(tmp_path / "new")
    back_up(tmp_path / "new", tmp_path / "b2")
    with pytest.raises(DengtaError, match="restore_state_not_empty"):
        restore(tmp_path / "b2", tmp_path / "third")
    assert not (tmp_path / "third").exists()
    monkeypatch.delenv("DENGTA_STATE")
    restore(tmp_path / "b2", tmp_path / "third")
    assert decided(tmp_path / "third") == after
    create_engine(url).dispose()


def test_the_commands_let_nobody_else_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DENGTA_STATE")
    monkeypatch.setenv("DENGTA_LANG", "en")
    monkeypatch.setattr(prepared, "prepare", lambda warehouse: True)
    new, at = str(tmp_path / "new"), ["--warehouse", str(tmp_path / "wh")]
    write_bills(tmp_path / "in", [bill(1), bill(2)])
    assert main(["load", str(tmp_path / "in"), "--extract-date", "2024-02-20", *at]) == 0
    mask = keep_others_out()
    State.open(tmp_path / "wh").overrule("1", "A", DAY, DAY, "li", "evidence")
    key_of(tmp_path / "wh")
    os.umask(mask)
    assert main(["report", "--as-of", "2024-01-31", "--out", str(tmp_path / "out"), *at]) == 0
    assert main(["backup", "--out", str(tmp_path / "b"), *at]) == 0
    assert main(["restore", str(tmp_path / "b"), "--warehouse", new]) == 0
    assert "verified" in capsys.readouterr().out
    for folder in ("wh", "b", "new"):
        assert open_to_others(tmp_path / folder) == [], folder
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "out" / "summary.json").stat().st_mode) == 0o644
    assert main(["status", *at]) == 0
    assert "chmod" not in capsys.readouterr().out
    (tmp_path / "wh" / "loads").chmod(0o755)
    again = ["load", str(tmp_path / "in"), "--extract-date", "2024-02-21"]
    for words in (["status"], again, ["rebuild"]):
        assert main([*words, *at]) == 0
        said = capsys.readouterr().out
        assert f"{tmp_path / 'wh' / 'loads'} first" in said and "chmod -R go=" in said, words


def test_the_server_of_pages_lets_nobody_else_in() -> None:
    before = os.umask(0o022)
    try:
        runpy.run_path(str(ROOT / "streamlit_app.py"), run_name="server")
        assert os.umask(before) == 0o077
    finally:
        os.umask(before)


def test_a_backup_and_a_restore_name_what_was_damaged_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DENGTA_STATE")
    home, at = tmp_path / "wh", ["--warehouse", str(tmp_path / "wh")]
    write_bills(tmp_path / "in", [bill(1), bill(2)])
    load(tmp_path / "in", home, extract_date=date(2024, 2, 20))
    raw = next((home / "raw").glob("*.parquet"))
    content = bytearray(raw.read_bytes())
    content[len(content) // 2] ^= 1
    raw.write_bytes(content)
    assert main(["backup", "--out", str(tmp_path / "b"), *at]) == 4
    assert raw.name in capsys.readouterr().out
    assert main(["restore", str(tmp_path / "b"), "--warehouse", str(tmp_path / "new")]) == 4
    assert raw.name in capsys.readouterr().out
