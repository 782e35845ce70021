"""A warehouse that was spoilt from outside is refused with one known error, and opens again once mended."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data.errors import DengtaError
from data.warehouse import open_snapshot
from tests.spoilt import SPOILT, put, snapshot_file


@pytest.mark.parametrize("what", SPOILT)
def test_what_was_spoilt_is_refused_until_it_is_mended(
    sample_warehouse: Path, tmp_path: Path, what: str
) -> None:
    mine = tmp_path / "warehouse"
    shutil.copytree(sample_warehouse, mine)
    with open_snapshot(mine) as db:
        customers = db.cursor().execute("select count(*) from dim_customer").fetchone()
    file, spoil = snapshot_file(mine), SPOILT[what]
    spoil[0](mine)
    with pytest.raises(DengtaError) as refused:
        open_snapshot(mine)
    assert refused.value.key == spoil[1]
    if (mine / "current.json").is_dir():
        (mine / "current.json").rmdir()
    put(mine / "current.json", (sample_warehouse / "current.json").read_bytes())
    put(file, snapshot_file(sample_warehouse).read_bytes())
    with open_snapshot(mine) as db:
        assert db.cursor().execute("select count(*) from dim_customer").fetchone() == customers
