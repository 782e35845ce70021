"""`python -m benchmarks load|queries|fresh|days|pages|collect|all`: measures and keeps tables.

What is missing is made.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import any_day, collection, fresh_day, load, pages, queries
from benchmarks.measure import ROOT
from benchmarks.table import publish, render
from services.warehouse.prepared import prepare

RESULTS = ROOT / "benchmarks" / "results"


def main() -> None:
    """Read the options, do what was asked."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    options.add_argument("what", choices=("load", "pages", "queries", "fresh", "days", "collect", "all"))
    options.add_argument("--customers", type=int, default=20_000, help="size of the extract to generate")
    options.add_argument("--months", type=int, default=36)
    options.add_argument("--folder", type=Path, help="an extract that is already there (CSV, UTF-8)")
    options.add_argument(
        "--beside",
        type=Path,
        action="append",
        default=[],
        help="the extract of --folder in another format or encoding, to load as well; without --folder "
        "Parquet and GBK are made",
    )
    options.add_argument("--warehouse", type=Path, help="a warehouse that is there, or is to be kept")
    options.add_argument("--page", action="append", help="pages to time; default overview, recovery, ageing")
    options.add_argument(
        "--before",
        type=Path,
        nargs=2,
        metavar=("TREE", "WAREHOUSE"),
        help="queries: another checkout and its warehouse of the same extract, to ask the same in turn",
    )
    options.add_argument("--series", action="append", help="which of them to ask in turn; default all")
    options.add_argument("--keep", help="keep the tables under benchmarks/results with this name")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        warehouse = given.warehouse or Path(place) / "warehouse"
        loaded = (
            given.what in ("queries", "fresh", "days", "pages", "collect")
            and (warehouse / "current.json").exists()
        )
        folder = given.folder or Path(place) / "extract"
        if not (loaded or given.folder):
            _sample(folder, given.customers, given.months)
        size = folder.name if given.folder else f"{given.customers:,} customers × {given.months} months"
        size = _held(warehouse) if loaded else size
        if given.what in ("load", "all"):
            own = Path(place) / "loaded"
            beside = given.beside if given.folder else _others(Path(place), given.customers, given.months)
            rows = load.run(folder, own, beside)
            _say(f"Loading {size}", "Ratios in one run; files in the page cache.", rows, given.keep, "load")
            if not warehouse.exists():
                shutil.move(own, warehouse)
        if given.what != "load" and not (warehouse / "current.json").exists():
            from services.warehouse.loading import load as load_folder

            load_folder(folder, warehouse)
        if given.what == "queries" and given.before:
            about = "CPU of this program over that of another checkout, each in turn, nothing asked before."
            rows = queries.run_beside(warehouse, *(p.absolute() for p in given.before), given.series)
            _say(f"Queries on {size}, beside another checkout", about, rows, given.keep, "beside")
        elif given.what in ("queries", "all"):
            about = (
                "Each series in a process of its own, nothing asked before; parts in seconds on the clock."
            )
            _say(f"Queries on {size}", about, queries.run(warehouse), given.keep, "queries")
        if given.what in ("fresh", "all"):
            about = (
                "A day nobody asked about, each run in a process of its own; pieces and one piece in one run."
            )
            _say(f"A fresh day of {size}", about, fresh_day.run(warehouse), given.keep, "fresh")
        if given.what in ("collect", "all"):
            about = "The proposal of the extract's day, each run in a process of its own."
            _say(f"Collection of {size}", about, collection.run(warehouse), given.keep, "collection")
        if given.what in ("days", "pages", "all") and not prepare(warehouse):  # as a load's command does
            raise SystemExit("the warehouse could not be prepared")
        if given.what in ("days", "all"):
            about = "Days drawn at random, one after the other in one process, each asked for the first time."
            _say(f"Any day of {size}", about, any_day.run(warehouse), given.keep, "days")
        if given.what in ("pages", "all"):
            shown = ["" if p == "overview" else p for p in given.page or ("overview", "recovery", "ageing")]
            rows = pages.run(warehouse, shown)
            about = "p50 / p95 in a real browser, from the click to the last change on the screen."
            _say(f"Pages on {size}", about, rows, given.keep, "pages")


def _held(warehouse: Path) -> str:
    from data.warehouse.snapshots import open_snapshot
    from services.recovery.figures import facts

    with open_snapshot(warehouse) as db:
        found = facts(db)
    return f"{found.customers:,} customers, {found.bills:,} bills"


def _sample(folder: Path, customers: int, months: int, **kind: Any) -> None:
    from services.warehouse.sampling import make_sample

    make_sample(folder, customers=customers, months=months, **kind)


def _others(place: Path, customers: int, months: int) -> list[Path]:
    kinds: dict[str, dict[str, str]] = {"parquet": {"format": "parquet"}, "gbk": {"encoding": "gbk"}}
    for name, kind in kinds.items():
        _sample(place / name, customers, months, **kind)
    return [place / name for name in kinds]


def _say(title: str, about: str, rows: list, keep: str | None, what: str) -> None:  # type: ignore[type-arg]
    publish(render(title, about, rows), RESULTS / f"{what}-{keep}.md" if keep else None)


if __name__ == "__main__":
    main()
