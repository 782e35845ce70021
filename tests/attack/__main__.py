"""`python -m tests.attack`: try everything that an attacker tries, and say in a table what held."""

from __future__ import annotations

import argparse
import os
import sys
import time
from datetime import date

import pytest

from benchmarks.measure import ROOT, machine
from benchmarks.table import commit
from tests.attack.sizes import SIZES
from tests.attack.tally import Tally

PLACES = (
    "tests/attack",
    "tests/browser/test_beacons.py",
    "tests/browser/test_behind_nginx.py",
    "tests/data/test_backup.py",
    "tests/data/test_load_killed.py",
    "tests/data/test_load_mutated.py",
    "tests/data/test_state.py",
    "tests/data/test_state_chain.py",
    "tests/services/test_graded_damaged.py",
)
"""Where attacks are: their own folder, and tests elsewhere that also stand for themselves."""
TABLE = ROOT / "docs" / "attack.md"


def main() -> int:
    """Read how much is asked, run it, print the table; the exit code is pytest's."""
    options = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    options.add_argument("--full", action="store_true", help="all sizes in full (hours on two cores)")
    for name, size in SIZES.items():
        options.add_argument(
            f"--{name}", type=int, metavar="N", help=f"{size.what} ({size.small}, in full {size.full:,})"
        )
    options.add_argument("--keep", action="store_true", help=f"keep the table as {TABLE.relative_to(ROOT)}")
    options.add_argument("places", nargs="*", default=PLACES, help="attacks to run alone")
    given = options.parse_args()
    for name, size in SIZES.items():
        asked = getattr(given, name)
        os.environ[size.variable] = str(
            asked if asked is not None else size.full if given.full else size.small
        )
    os.environ["PYTHONUTF8"] = "1"
    os.chdir(ROOT)
    tally, began = Tally(), time.monotonic()
    code = pytest.main(["-q", "--no-header", "-p", "no:cacheprovider", *given.places], plugins=[tally])
    text = render(tally, time.monotonic() - began)
    sys.stdout.write(f"\n{text}")
    if given.keep:
        TABLE.write_text(text, encoding="utf-8")
    return int(code)


def render(tally: Tally, seconds: float) -> str:
    """The table, with what it was taken on and in what sizes."""
    rows = sorted(tally.rows(), key=lambda row: -row[1])
    sizes = ", ".join(f"{int(os.environ[s.variable]):,} {s.what}" for s in SIZES.values())
    tried, held, fell = (sum(row[i] for row in rows) for i in (1, 2, 3))
    lines = [
        "# What an attacker tries, and what held",
        "",
        "The suite is `tests/attack` with the tests elsewhere that kill and damage. A little of it runs",
        "with all other tests; `python -m tests.attack --full --keep` runs all of it and writes this page.",
        "No line trusts a page: services are called by hand, files written to, sockets opened with a cookie.",
        "",
        f"Taken on {machine()}, {date.today().isoformat()}, at {commit()}, in {seconds / 60:.0f} minutes.",
        f"Sizes: {sizes}.",
        "",
        "| what was tried | how many | held | did not hold |",
        "|---|---:|---:|---:|",
        *(f"| {what} | {n:,} | {h:,} | {f'**{f:,}**' if f else '0'} |" for what, n, h, f in rows),
        f"| all | {tried:,} | {held:,} | {f'**{fell:,}**' if fell else '0'} |",
    ]
    for said, ids in (("Did not hold", tally.failures), ("Skipped", tally.skipped)):
        if ids:
            lines += ["", f"{said}:", "", *(f"- `{one}`" for one in sorted(set(ids)))]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
