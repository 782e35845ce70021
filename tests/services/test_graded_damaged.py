"""What was worked out beside the snapshot and is damaged is made again: its figures are those of before."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from data.kept import kept_files
from data.kept.checksums import sum_path
from data.scope import Scope
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.credit import backtest_files, slim
from services.credit.grading import ensure_graded
from services.credit.policy_files import DEFAULT, read_policy
from services.credit.standing import ensure_standing
from services.customers import lists
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.copying import copied


def made(db: Snapshot) -> dict[str, Path]:
    """Every kind of file that is kept beside a snapshot."""
    policy, day = read_policy(DEFAULT), db.meta.extract_on
    slim.slim(db, policy.credit, day)
    return {
        "measures": lists.measures(db, day),
        "graded": ensure_graded(db, policy, day),
        "standing": ensure_standing(db, policy, day, None),
        "scores": slim.slim_path(db, policy.credit, day),
    }


def rows(path: Path) -> pd.DataFrame:
    """The file's content in an order of its own."""
    found = pq.read_table(path).to_pandas().astype(str)
    return found.sort_values(list(found.columns), ignore_index=True)


@pytest.fixture(scope="module")
def house(sample_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of its own, with what is kept beside its snapshot."""
    mine = tmp_path_factory.mktemp("graded") / "wh"
    copied(sample_warehouse, mine, "graded", "raw")
    with open_snapshot(mine) as db:
        made(db)
    return mine


def flipped(path: Path) -> None:
    """One bit of the middle half is another one; the footer is whole, so the file opens."""
    content = bytearray(path.read_bytes())
    place = random.Random(4).randrange(len(content) // 4, len(content) // 2)
    content[place] ^= 0x10
    path.write_bytes(content)


@pytest.mark.parametrize(
    "how", ["flipped", "cut", "emptied", "without its checksum", "of others", "exchanged"]
)
def test_a_damaged_file_is_made_again(house: Path, how: str) -> None:
    with open_snapshot(house) as db:
        files = made(db)
        whole = {name: rows(path) for name, path in files.items()}
        other = db.path.parent.parent / "graded" / db.id / "another.parquet"
        kept_files.keep(other, lambda part: shutil.copy(files["graded"], part) and None)
        for path in files.values():
            if how == "flipped":
                flipped(path)
            elif how == "cut":
                path.write_bytes(path.read_bytes()[:-300])
            elif how == "emptied":
                path.write_bytes(b"")
            elif how == "without its checksum":
                sum_path(path).unlink()
                path.write_bytes(path.read_bytes())
            elif how == "exchanged":  # another's, with its checksum; of another day as well
                shutil.copy(other, path)
                shutil.copy(sum_path(other), sum_path(path))
            else:
                pq.write_table(pq.read_table(path).slice(1), path)
            assert not kept_files.is_kept(path)
        again = made(db)
        for name, path in again.items():
            assert kept_files.is_kept(path)
            pd.testing.assert_frame_equal(rows(path), whole[name], obj=name)


def test_a_back_test_with_another_digit_is_made_again(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = {"score": {"auc": 0.75, "ks": 0.5, "lift": 2.5}}
    monkeypatch.setattr(backtest_files, "_back", lambda plain: plain)
    monkeypatch.setattr(backtest_files, "_plain", lambda made: made)
    monkeypatch.setattr(backtest_files, "back_test", lambda *_, **__: ranked)
    with open_snapshot(house) as db:
        of = db, read_policy(DEFAULT), db.meta.extract_on, Scope(db.meta.extract_on)
        backtest_files.make(*of, lambda share: None)
        assert backtest_files.kept(*of) == ranked
        path = backtest_files.path_of(*of)
        path.write_text(path.read_text(encoding="utf-8").replace("0.75", "0.95"), encoding="utf-8")
        assert backtest_files.kept(*of) is None
        backtest_files.make(*of, lambda share: None)
        assert backtest_files.kept(*of) == ranked


def test_no_bit_of_what_is_kept_beside_a_snapshot_turns_unseen(house: Path, tried: Tried) -> None:
    """A file is taken as it stands only where it is as it was written."""
    chance = random.Random(11)
    with open_snapshot(house) as db:
        files = list(made(db).values())
    for path in files:
        assert kept_files.is_kept(path)
    for number in range(size("flips")):
        path = files[number % len(files)]
        before = path.read_bytes()
        content = bytearray(before)
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(content)
        assert not kept_files.is_kept(path), path.name
        path.write_bytes(before)
        tried("Bits flipped in what was worked out beside a snapshot: noticed", 1)
