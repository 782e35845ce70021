"""Loading against reading the same files: ratios in one run."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks.day import write_day
from benchmarks.measure import Measure, in_own_process
from benchmarks.table import Row
from data.read.text_encoding import EncodingVote

SCAN_BAR, POLARS_BAR, MEMORY_BAR_GIB, DAY_BAR = 6.0, 5.0, 8.0, 0.24


def run(folder: Path, warehouse: Path, beside: Sequence[Path] = ()) -> list[Row]:
    """Scan, polars, pandas and the load itself, one after the other, a day on top of it; then the loads of
    the folders `beside`, which hold the same in another format or encoding.
    """
    shutil.rmtree(warehouse, ignore_errors=True)
    size = sum(f.stat().st_size for f in folder.glob("*.csv"))
    _warm_file_cache(folder)
    scan = in_own_process("benchmarks.readers", "scan", str(folder))
    polars = in_own_process("benchmarks.readers", "polars", str(folder))
    pandas = in_own_process("benchmarks.readers", "pandas", str(folder))
    ours = in_own_process("benchmarks.readers", "dengta", str(folder), str(warehouse))
    again = in_own_process("benchmarks.readers", "scan", str(folder))
    reference = min(scan.seconds, again.seconds)
    on_top, receipts = _day(warehouse)
    loads = [(other, _loaded(other, warehouse.with_name("beside"))) for other in beside]
    return [
        Row(f"DuckDB scan with declared types ({size / 1e9:.2f} GB, {scan.said['rows']:,} rows)", _say(scan)),
        Row("the same scan again, after the load", _say(again)),
        Row(f"bare polars pipeline ({polars.said['bills']:,} bills)", _say(polars)),
        Row(
            f"bare pandas pipeline, file by file ({pandas.said['bills']:,} bills)",
            _say(pandas),
            f"load: {ours.seconds / pandas.seconds:.2f} × pandas",
        ),
        Row(
            "load: validated, reconciled, published",
            _say(ours),
            f"{ours.seconds / reference:.2f} × scan",
            f"≤ {SCAN_BAR:g} × scan",
            ours.seconds <= SCAN_BAR * reference,
        ),
        Row(
            "",
            "",
            f"{ours.seconds / polars.seconds:.2f} × polars",
            f"≤ {POLARS_BAR:g} × polars",
            ours.seconds <= POLARS_BAR * polars.seconds,
        ),
        Row(
            f"a day's {receipts:,} receipts and payments on top of it",
            _say(on_top),
            f"{on_top.seconds / ours.seconds:.2f} × the load",
            f"≤ {DAY_BAR:g} × the load",
            on_top.seconds <= DAY_BAR * ours.seconds,
        ),
        Row(
            "peak memory of the load",
            f"{ours.peak_mib / 1024:.2f} GiB",
            f"polars {polars.peak_mib / 1024:.2f} GiB, scan {scan.peak_mib / 1024:.2f} GiB",
            f"≤ {MEMORY_BAR_GIB:g} GiB",
            ours.peak_mib / 1024 <= MEMORY_BAR_GIB,
        ),
        Row(
            "warehouse on disk", f"{ours.said['warehouse_bytes'] / 1e9:.2f} GB", f"{size / 1e9:.2f} GB of CSV"
        ),
        *(
            Row(
                f"load of the same: {_kind(other)}",
                _say(load),
                f"{load.seconds / ours.seconds:.2f} × the load above",
            )
            for other, load in loads
        ),
    ]


def _day(warehouse: Path) -> tuple[Measure, int]:
    """A day on top of a warehouse, in a copy that shares its files: they are replaced, never written to."""
    place = warehouse.with_name("day")
    try:
        shutil.copytree(warehouse, place / "on top", copy_function=os.link)
        day, receipts = write_day(warehouse, place)
        return in_own_process("benchmarks.readers", "dengta", str(day), str(place / "on top")), receipts
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _loaded(folder: Path, warehouse: Path) -> Measure:
    shutil.rmtree(warehouse, ignore_errors=True)
    _warm_file_cache(folder)
    try:
        return in_own_process("benchmarks.readers", "dengta", str(folder), str(warehouse))
    finally:
        shutil.rmtree(warehouse, ignore_errors=True)


def _kind(folder: Path) -> str:
    """What tells one extract from another: format, encoding, size."""
    files = [f for f in folder.iterdir() if f.suffix in (".csv", ".parquet")]
    size = sum(f.stat().st_size for f in files) / 1e9
    if files[0].suffix == ".parquet":
        return f"Parquet ({size:.2f} GB)"
    vote = EncodingVote()
    vote.feed((folder / "O_ORG.csv").read_bytes())
    return f"CSV, {'UTF-8' if vote.finish() else 'GBK'} ({size:.2f} GB)"


def _warm_file_cache(folder: Path) -> None:
    for path in folder.iterdir():
        if not path.is_file():
            continue
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


def _say(measure: Measure) -> str:
    return f"{measure.seconds:,.1f} s, {measure.peak_mib / 1024:.2f} GiB"
