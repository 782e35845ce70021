"""A kept value is made once however many ask, and the longest unused one goes first."""

from __future__ import annotations

import threading
import time

import pytest

from data.kept.kept_values import Kept


def test_a_fault_is_raised_and_not_kept() -> None:
    kept: Kept[str, int] = Kept(10)

    def fails() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        kept.get("k", fails)
    assert kept.get("k", lambda: 3) == 3


def test_many_who_ask_at_once_get_one_value_and_others_need_not_wait() -> None:
    kept: Kept[str, object] = Kept(10)
    made: list[str] = []

    def slowly(key: str) -> object:
        time.sleep(0.05)
        made.append(key)
        return object()

    got: list[object] = []
    asking = [
        threading.Thread(target=lambda k=key: got.append(kept.get(k, lambda: slowly(k))))  # type: ignore[misc]
        for key in ("a", "a", "a", "b", "b")
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert sorted(made) == ["a", "b"]
    assert len({id(value) for value in got}) == 2


def test_the_longest_unused_goes_first() -> None:
    kept: Kept[int, int] = Kept(2)
    for key in (1, 2, 1, 3):
        kept.get(key, lambda k=key: k)  # type: ignore[misc]
    assert kept.get(1, lambda: -1) == 1
    assert kept.get(2, lambda: -2) == -2


def test_what_is_not_worth_it_is_given_and_not_kept() -> None:
    kept: Kept[str, int] = Kept(2, lambda value: value > 0)
    assert kept.get("k", lambda: -1) == -1
    assert kept.get("k", lambda: 1) == 1
    assert kept.get("k", lambda: 2) == 1
