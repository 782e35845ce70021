"""A load that is killed at any instant loses nothing: the former snapshot stays, the next load works.

DENGTA_KILLS sets how often (once by default), DENGTA_KILL_SEED when. What a kill left behind is
what the next load begins with, until one of them is published.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from dashboard.__main__ import main
from data.warehouse.snapshots import Warehouse
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.data.arriving import KINDS
from tests.data.load_folder import BILL, bill, bills_in, loaded, opens, write_bills
from tests.ending import ended

KILLS = size("kills")
SERVER = get_context("forkserver")
"""Processes that have everything imported: what is killed is at work, not on its way to it."""
SERVER.set_forkserver_preload([__name__])


def _of_every_kind(folder: Path, rows: list[dict[str, str]]) -> None:
    """The bills dealt to files of every kind: readers of their own are at work while the load is killed."""
    for place, (kind, (name, content)) in enumerate(KINDS.items()):
        own = [list(BILL), *([row[column] for column in BILL] for row in rows[place :: len(KINDS)])]
        (folder / kind).mkdir(parents=True)
        (folder / kind / name).write_bytes(content(own))


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")
@pytest.mark.parametrize("write", [write_bills, pytest.param(_of_every_kind, marks=pytest.mark.full)])
def test_kill_9_at_random_instants(
    tmp_path: Path, tried: Tried, write: Callable[[Path, list[dict[str, str]]], object]
) -> None:
    house, before, after = tmp_path / "wh", tmp_path / "20240131", tmp_path / "20240229"
    old, new = {str(1000 + n) for n in range(40)}, {str(1000 + n) for n in range(80)}
    write(before, [bill(n) for n in range(40)])
    write(after, [bill(n) for n in range(80)])
    loaded(before, house)
    shutil.copytree(house, tmp_path / "first")
    assert ended(SERVER.Process(), None) == 0, "the server itself took its time to begin"
    began = time.monotonic()
    assert run(after, tmp_path / "measured", None) == 0
    whole = time.monotonic() - began
    rnd = random.Random(int(os.environ.get("DENGTA_KILL_SEED", "9")))
    for _ in range(KILLS):
        code = run(after, house, rnd.uniform(0, whole))
        current = Warehouse(house).current()
        assert current is not None and opens(Warehouse(house).snapshot_path(current))
        found = set(bills_in(house))
        assert found in (old, new)
        assert code in (0, -signal.SIGKILL)
        assert code != 0 or found == new
        tried("Loads killed (kill -9) at any instant: one snapshot or the other, whole", 1)
        if found == new:
            shutil.rmtree(house)
            shutil.copytree(tmp_path / "first", house)
    report = loaded(after, house)
    assert set(bills_in(house)) == new
    assert report.totals()["read"] == 80 and not list((house / "tmp").glob("build-*"))
    assert len(Warehouse(house).kept_snapshots()) <= 4


def run(folder: Path, house: Path, seconds: float | None) -> int:
    """Load a folder in a process of its own; killed after so many seconds."""
    return ended(SERVER.Process(target=_load, args=(folder, house)), seconds)


def _load(folder: Path, house: Path) -> None:
    """The command, without a word said."""
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    raise SystemExit(main(["load", str(folder), "--warehouse", str(house)]))
