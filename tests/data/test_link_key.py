"""The key of links is a file of its owner's alone, made once, and taken over from older stores."""

from __future__ import annotations

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data.errors import EnvironmentRefusedError
from data.state import State
from data.warehouse.link_key import key_of


@pytest.fixture(autouse=True)
def own_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DENGTA_STATE")


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "wh"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: key_of(home), range(8)))
    assert len(keys) == 1 and len(keys.pop()) == 32
    assert stat.S_IMODE((home / "key").stat().st_mode) == 0o600
    assert [p.name for p in home.iterdir()] == ["key"], "drafts stay, or a store was made"


def test_the_key_of_an_older_store_moves_out_of_it(tmp_path: Path) -> None:
    store, former = State.open(tmp_path), bytes(range(100, 132))
    store.adopt("a", "v", "li", "x", None)
    with sqlite3.connect(tmp_path / "state.db") as c:
        c.execute("insert into secret values ('customer_links', ?)", (former,))
    assert key_of(tmp_path) == former == key_of(tmp_path)
    assert former not in (tmp_path / "state.db").read_bytes()
    assert State.open(tmp_path).reached.number == 1


def test_a_store_without_its_table_of_keys_is_one_sentence(tmp_path: Path) -> None:
    State.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "state.db") as c:
        c.execute("drop table secret")
    with pytest.raises(EnvironmentRefusedError, match="state_unreadable"):
        key_of(tmp_path)


@pytest.mark.parametrize("content", ["", "abc", "zz" * 32, "ab" * 31])
def test_a_damaged_key_is_refused_and_stays(tmp_path: Path, content: str) -> None:
    (tmp_path / "key").write_text(content)
    with pytest.raises(EnvironmentRefusedError, match="link_key_damaged"):
        key_of(tmp_path)
    assert (tmp_path / "key").read_text() == content
