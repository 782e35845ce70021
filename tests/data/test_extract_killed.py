"""An extract that is killed at any instant hands over nothing or everything, and goes on where it stopped."""

from __future__ import annotations

import os
import random
import signal
import time
from multiprocessing import get_context
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import create_engine

from dashboard.__main__ import main
from data.errors import InputError
from data.extract import reading
from data.load.arrivals import arrived_paths
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.data.databases import Rows, fill
from tests.data.load_folder import bill, receipt
from tests.ending import ended

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal"),
]
ROWS, BATCH = 2_000, 50
SERVER = get_context("forkserver")
SERVER.set_forkserver_preload([__name__])


def test_kill_9_at_random_instants(tmp_path: Path, tried: Tried) -> None:
    tables = {
        "A_RCVBL_FLOW": Rows(list(bill(1)), [bill(n) for n in range(ROWS)]),
        "A_RCVED_FLOW": Rows(list(receipt(1)), [receipt(n) for n in range(ROWS)]),
    }
    kinds = {"A_RCVBL_FLOW.RCVBL_AMT": "numeric", "A_RCVBL_FLOW.RCVBL_AMT_ID": "integer"}
    fill(create_engine(f"sqlite:///{tmp_path / 'db'}"), tables, kinds)
    assert ended(SERVER.Process(), None) == 0, "the server itself took its time to begin"
    began = time.monotonic()
    assert _run(tmp_path / "db", tmp_path / "measured", None) == 0
    whole = time.monotonic() - began
    rnd, out, went_on = random.Random(17), tmp_path / "out-0", 0
    for number in range(size("kills")):
        before = len(list((out / ".extract").glob("*.part")))
        code = _run(tmp_path / "db", out, rnd.uniform(0, whole))
        assert code in (0, -signal.SIGKILL)
        went_on += before > 0 and code == 0
        if (out / ".extract").exists():
            with pytest.raises(InputError, match="extract_unfinished"):
                arrived_paths(out)
        elif out.exists():
            _is_whole(out)
            out = tmp_path / f"out-{number + 1}"
        assert code != 0 or not (out / ".extract").exists()
        tried(
            "Extracts from a database killed (kill -9) at any instant: everything or nothing handed over", 1
        )
    if out.exists():
        assert _run(tmp_path / "db", out, None) == 0
        _is_whole(out)
    assert went_on > 0 or size("kills") < 20


def _is_whole(out: Path) -> None:
    for name, key in (("A_RCVBL_FLOW", "RCVBL_AMT_ID"), ("A_RCVED_FLOW", "RCVED_AMT_ID")):
        keys = pq.read_table(out / f"{name}.parquet").column(key).to_pylist()
        assert len(keys) == len(set(keys)) == ROWS


def _run(database: Path, out: Path, seconds: float | None) -> int:
    return ended(SERVER.Process(target=_extract, args=(database, out)), seconds)


def _extract(database: Path, out: Path) -> None:
    """The command, in small batches, without a word said."""
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    reading.BATCH = BATCH
    raise SystemExit(main(["extract", "--url", f"sqlite:///{database}", "--out", str(out)]))
