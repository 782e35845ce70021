"""What server sessions share: a moved pointer is followed, the same question is asked once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from analytics.policy import Policy
from dashboard.shared import store
from data.ask.queries import Database
from data.kept.sealed import read_sealed, write_sealed
from data.scope import Scope
from data.state import ServiceRecord, State
from tests.copying import copied
from tests.spoilt import named_anew

DAY = date(2026, 3, 31)
asked: list[Scope] = []


def question(db: Database, scope: Scope, factor: int = 1) -> pd.DataFrame:
    asked.append(scope)
    return pd.DataFrame({"a": [factor]})


@pytest.fixture
def own_warehouse(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sample's warehouse that a test may change."""
    folder = tmp_path / "warehouse"
    copied(sample_warehouse, folder)
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(folder))
    return folder


def test_there_is_no_store_before_the_first_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path / "none"))
    assert store.open_store() is None


def test_a_new_snapshot_is_picked_up_without_a_restart(own_warehouse: Path) -> None:
    first = store.open_store()
    assert first is not None
    again = f"{first.id}next"
    snapshots = own_warehouse / "snapshots"
    (snapshots / f"{again}.duckdb").write_bytes(named_anew(snapshots / f"{first.id}.duckdb", again))
    pointer = own_warehouse / "current.json"
    write_sealed(pointer, read_sealed(pointer)[0] | {"snapshot": again})
    second = store.open_store()
    assert second is not None and second.id == again
    assert first.db.cursor().execute("select 1").fetchall() == [(1,)], "pages that still read are let finish"


def test_the_same_question_is_asked_once_and_another_scope_again(own_warehouse: Path) -> None:
    opened = store.open_store()
    assert opened is not None
    asked.clear()
    load = store.Loader(opened, Scope(as_of=DAY), Policy())
    assert load(question)["a"].tolist() == [1]
    load(question)
    assert len(asked) == 1
    load(question, factor=2)
    store.Loader(opened, Scope(as_of=DAY, allowed_orgs=("33401",)), Policy())(question)
    assert len(asked) == 3


def test_an_answer_that_a_page_changes_stays_as_it_was(own_warehouse: Path) -> None:
    opened = store.open_store()
    assert opened is not None
    load = store.Loader(opened, Scope(as_of=DAY), Policy())
    mine = load(question, factor=7)
    mine.loc[0, "a"] = 8
    assert load(question, factor=7)["a"].tolist() == [7]


def test_a_frame_is_no_cache_key(own_warehouse: Path) -> None:
    opened = store.open_store()
    assert opened is not None
    with pytest.raises(TypeError, match="frame"):
        store.Loader(opened, Scope(as_of=DAY), Policy())(question, factor=pd.DataFrame())


def about(customer: str) -> Callable[[], str]:
    """A question that holds more than its arguments, and so more than its key."""

    def ask() -> str:
        return customer

    return ask


def test_two_questions_that_captured_different_values_never_share_an_answer(own_warehouse: Path) -> None:
    opened = store.open_store()
    assert opened is not None
    load = store.Loader(opened, Scope(as_of=DAY), Policy())
    answers: list[object] = []
    asks: list[Callable[..., object]] = [about("0000000001"), about("0000000002"), lambda: "3"]
    for ask in (*asks, partial(question, opened.db), opened.db.cursor):
        try:
            answers.append(load(ask))
        except TypeError as refused:
            assert "arguments" in str(refused)
    assert not answers, "one key, whatever was captured"


def recorded(state: State | None) -> int:
    return len(state.services_done()) if state else 0


def test_what_was_recorded_meanwhile_is_part_of_the_question(
    own_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DENGTA_STATE")
    opened = store.open_store()
    assert opened is not None
    load = store.Loader(opened, Scope(as_of=DAY), Policy())
    assert load(recorded) == 0
    done = ServiceRecord("0000000001", "visit", DAY, DAY, "", "A")
    State.open(own_warehouse).record_services([done], "alice")
    assert load(recorded) == 1
