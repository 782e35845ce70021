"""How a sample is made: the same bytes again, any size, both encodings and formats, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from data.errors import DengtaError, EnvironmentRefusedError, InputError
from services.warehouse import sampling
from services.warehouse.sampling import make_sample


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.iterdir())}


@pytest.mark.parametrize(("form", "encoding"), [("csv", "utf-8"), ("csv", "gbk"), ("parquet", "utf-8")])
@pytest.mark.parametrize("dirty", [False, True])
def test_equal_arguments_give_equal_bytes(tmp_path: Path, form: str, encoding: str, dirty: bool) -> None:
    for name in ("a", "b"):
        make_sample(tmp_path / name, 300, 5, seed=9, format=form, encoding=encoding, dirty=dirty)  # type: ignore[arg-type]
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_every_argument_matters_and_the_clock_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DENGTA_TODAY", raising=False)
    made = {}
    for name, given in {
        "base": {},
        "seed": {"seed": 2},
        "months": {"months": 4},
        "customers": {"customers": 201},
        "last": {"last_month": 202401},
    }.items():
        arguments = {"customers": 200, "months": 3, "seed": 1} | given
        make_sample(tmp_path / name, **arguments)
        made[name] = digests(tmp_path / name)["A_RCVBL_FLOW.csv"]
    assert len(set(made.values())) == len(made)
    monkeypatch.setattr(time, "time", lambda: 0.0)
    make_sample(tmp_path / "again", customers=200, months=3, seed=1)
    assert digests(tmp_path / "again")["A_RCVBL_FLOW.csv"] == made["base"]


@pytest.mark.parametrize(
    ("today", "last"),
    [("2026-03-31", 202602), ("2026-03-20", 202602), ("2026-03-19", 202601), ("2026-01-05", 202511)],
)
def test_today_says_the_newest_complete_extract(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, today: str, last: int
) -> None:
    monkeypatch.setenv("DENGTA_TODAY", today)
    report = make_sample(tmp_path, 20, 2)
    assert (
        report.last_month == last and report.extract_on.isoformat() <= today and report.extract_on.day == 20
    )


@pytest.mark.parametrize("customers", [1, 2, 3, 17])
@pytest.mark.parametrize("months", [1, 14])
def test_the_smallest_samples(tmp_path: Path, customers: int, months: int) -> None:
    report = make_sample(tmp_path, customers, months, dirty=True)
    with (tmp_path / "C_CONS.csv").open("rb") as f:
        assert f.readline().count(b",") == 25
    assert report.rows["C_CONS"] == customers and report.rows["ARC_E_CONS_SNAP"] <= customers * months * 2


def test_gbk_and_parquet_hold_what_utf8_holds(tmp_path: Path) -> None:
    make_sample(tmp_path / "u", 400, 4)
    make_sample(tmp_path / "g", 400, 4, encoding="gbk")
    make_sample(tmp_path / "p", 400, 4, format="parquet")
    for path in sorted((tmp_path / "u").glob("*.csv")):
        raw = (tmp_path / "g" / path.name).read_bytes()
        assert raw.decode("gbk") == path.read_bytes().decode("utf-8")
        with path.open(encoding="utf-8", newline="") as f:
            header, *rows = csv.reader(f)
        table = pq.read_table(tmp_path / "p" / f"{path.stem}.parquet")
        assert table.column_names == header
        assert [[v or "" for v in r.values()] for r in table.to_pylist()] == rows
    with pytest.raises(UnicodeDecodeError):
        (tmp_path / "g" / "C_CONS.csv").read_bytes().decode("utf-8")


def test_lines_end_as_exports_do(tmp_path: Path) -> None:
    make_sample(tmp_path, 50, 2)
    for path in tmp_path.glob("*.csv"):
        data = path.read_bytes()
        assert data.endswith(b"\r\n") and data.count(b"\r\n") == data.count(b"\n")


def test_progress_ends_at_one(tmp_path: Path) -> None:
    seen: list[tuple[float, str]] = []
    make_sample(tmp_path, 20, 3, last_month=202402, progress=lambda share, month: seen.append((share, month)))
    assert [m for _, m in seen] == ["202312", "202401", "202402"]
    assert [s for s, _ in seen] == sorted(s for s, _ in seen) and seen[-1][0] == 1.0


def test_a_former_sample_is_replaced_whole(tmp_path: Path) -> None:
    make_sample(tmp_path, 30, 14, dirty=True)
    make_sample(tmp_path, 30, 2, format="parquet")
    assert {p.suffix for p in tmp_path.iterdir() if p.name != sampling.SAMPLE_MARKER} == {".parquet"}
    assert not (tmp_path / "_planted.csv").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "C_CONS.csv").write_text("real data")
    with pytest.raises(InputError, match="sample_folder_not_empty"):
        make_sample(tmp_path, 10, 1)
    assert [p.name for p in tmp_path.iterdir()] == ["C_CONS.csv"]
    assert (tmp_path / "C_CONS.csv").read_text() == "real data"


def test_a_file_that_came_into_a_sample_keeps_it(tmp_path: Path) -> None:
    make_sample(tmp_path, 10, 1)
    (tmp_path / "notes.txt").write_text("mine")
    before = digests(tmp_path)
    with pytest.raises(InputError, match=r"notes\.txt"):
        make_sample(tmp_path, 10, 2)
    assert digests(tmp_path) == before


@pytest.mark.parametrize(
    "given",
    [
        {"customers": 0},
        {"customers": -5},
        {"months": 0},
        {"months": 999},
        {"seed": -1},
        {"last_month": 202413},
        {"last_month": 198001},
        {"encoding": "latin-1"},
        {"format": "xlsx"},
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path: Path, given: dict[str, object]) -> None:
    with pytest.raises(InputError):
        make_sample(tmp_path / "new", **({"customers": 5, "months": 1} | given))  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("x")
    with pytest.raises(InputError, match="sample_not_a_folder"):
        make_sample(tmp_path / "f", 5, 1)
    with pytest.raises(DengtaError):
        make_sample(tmp_path / "f" / "below", 5, 1)
    assert (tmp_path / "f").read_text() == "x"


def test_a_full_disk_leaves_the_former_sample(tmp_path: Path) -> None:
    make_sample(tmp_path, 20, 2)
    before = digests(tmp_path)
    code = (
        "import resource, signal, sys; from pathlib import Path\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))\n"
        "from services.warehouse.sampling import make_sample\n"
        "from data.errors import EnvironmentRefusedError\n"
        "try: make_sample(Path(sys.argv[1]), 500, 12)\n"
        "except EnvironmentRefusedError as e: print(e.key, e.exit_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["sample_not_written", "4"]
    assert digests(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_no_permission_is_the_machines_refusal(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(EnvironmentRefusedError, match="sample_no_permission"):
        make_sample(tmp_path / "new", 5, 1)


@pytest.mark.full
def test_memory_does_not_grow_with_the_size(tmp_path: Path) -> None:
    code = (
        "import re, sys; from pathlib import Path; from services.warehouse.sampling import make_sample\n"
        "make_sample(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text()).group(1))"
    )

    def peak(customers: int, months: int) -> int:
        out = tmp_path / f"{customers}-{months}"
        given = [sys.executable, "-c", code, str(out), str(customers), str(months)]
        return int(subprocess.run(given, capture_output=True, text=True, check=True).stdout)

    small, many, long = peak(40_000, 2), peak(100_000, 6), peak(40_000, 8)
    assert many < 400_000, f"{many} KiB"
    assert long < small + 40_000, "a month leaves nothing behind"
    assert many < small + 100_000, "a customer costs bytes, not rows"
