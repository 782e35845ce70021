"""Loading against reading the same files: ratios in one run."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.measure import Measure, in_own_process
from benchmarks.readers import tables_of
from benchmarks.table import Row

SCAN_BAR, POLARS_BAR, MEMORY_BAR_GIB = 6.0, 5.0, 8.0


def run(folder: Path, warehouse: Path, environment: dict[str, str] | None = None) -> list[Row]:
    """Scan, polars, pandas (on a part) and the load itself, one after the other."""
    shutil.rmtree(warehouse, ignore_errors=True)
    size = sum(f.stat().st_size for f in folder.glob("*.csv"))
    _warm_file_cache(folder)
    scan = in_own_process("benchmarks.readers", "scan", str(folder))
    polars = in_own_process("benchmarks.readers", "polars", str(folder))
    pandas = in_own_process("benchmarks.readers", "pandas", str(folder))
    ours = in_own_process(
        "benchmarks.readers", "dengta", str(folder), str(warehouse), environment=environment
    )
    again = in_own_process("benchmarks.readers", "scan", str(folder))
    reference = min(scan.seconds, again.seconds)
    part = pandas.said["bytes"] / sum(f.stat().st_size for t in _same_tables(folder) for f in t)
    return [
        Row(f"DuckDB scan with declared types ({size / 1e9:.2f} GB, {scan.said['rows']:,} rows)", _say(scan)),
        Row("the same scan again, after the load", _say(again)),
        Row(f"bare polars pipeline ({polars.said['bills']:,} bills)", _say(polars)),
        Row(
            f"bare pandas pipeline on {part:.1%} of the bytes of its tables",
            _say(pandas),
            f"{pandas.seconds / part:,.0f} s for all, if it stayed linear and fitted",
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
            "peak memory of the load",
            f"{ours.peak_mib / 1024:.2f} GiB",
            f"polars {polars.peak_mib / 1024:.2f} GiB, scan {scan.peak_mib / 1024:.2f} GiB",
            f"≤ {MEMORY_BAR_GIB:g} GiB",
            ours.peak_mib / 1024 <= MEMORY_BAR_GIB,
        ),
        Row(
            "warehouse on disk", f"{ours.said['warehouse_bytes'] / 1e9:.2f} GB", f"{size / 1e9:.2f} GB of CSV"
        ),
    ]


def _same_tables(folder: Path) -> list[list[Path]]:
    names = (
        "A_RCVBL_FLOW",
        "ARC_A_RCVBL_FLOW",
        "A_RCVED_FLOW",
        "ARC_A_RCVED_FLOW",
        "ARC_E_CONS_SNAP",
        "A_PAY_FLOW",
    )
    return [files for name, files in tables_of(folder).items() if name in names]


def _warm_file_cache(folder: Path) -> None:
    for path in folder.glob("*.csv"):
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


def _say(measure: Measure) -> str:
    return f"{measure.seconds:,.1f} s, {measure.peak_mib / 1024:.2f} GiB"
