"""A load that is killed at any instant loses nothing: the former snapshot stays, the next load works.

DENGTA_KILLS sets how often (3 by default), DENGTA_KILL_SEED when. What a kill left behind is
what the next load begins with, until one of them is published.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data.warehouse.snapshots import Warehouse
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.data.load_folder import bill, bills_in, loaded, opens, write_bills

KILLS = size("kills")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")
def test_kill_9_at_random_instants(tmp_path: Path, tried: Tried) -> None:
    house, before, after = tmp_path / "wh", tmp_path / "20240131", tmp_path / "20240229"
    old, new = {str(1000 + n) for n in range(40)}, {str(1000 + n) for n in range(80)}
    write_bills(before, [bill(n) for n in range(40)])
    write_bills(after, [bill(n) for n in range(80)])
    loaded(before, house)
    shutil.copytree(house, tmp_path / "first")
    began = time.monotonic()
    assert _run(after, tmp_path / "measured", None) == 0
    whole = time.monotonic() - began
    rnd = random.Random(int(os.environ.get("DENGTA_KILL_SEED", "9")))
    for _ in range(KILLS):
        code = _run(after, house, rnd.uniform(0.2 * whole, whole))
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


def _run(folder: Path, house: Path, seconds: float | None) -> int:
    words = [sys.executable, "-m", "dashboard", "load", str(folder), "--warehouse", str(house)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
