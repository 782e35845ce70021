"""Works in the background: one thread for all who ask, forgotten at its end, tried again after a failure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from dashboard.shared import background


@pytest.fixture(autouse=True)
def nothing_begun() -> Iterator[None]:
    background._failures.clear()
    yield
    background._failures.clear()


def _fail(_: background.Told) -> None:
    raise OSError("no room")


def test_all_who_ask_wait_for_one_thread_which_is_forgotten_at_its_end(tmp_path: Path) -> None:
    paths, go = [tmp_path / "first", tmp_path / "second"], Event()

    def make(told: background.Told) -> None:
        told(7)
        assert go.wait(30)
        for path in paths:
            path.touch()

    work = background.begin(paths, make)
    assert background.begin(paths[:1], _fail) is work
    assert all(background.is_at_work(path) for path in paths)
    go.set()
    work.wait(30)
    assert work.done == 7 and background.failure(paths[0]) is None
    assert not set(paths) & set(background._works) and not background.is_at_work(paths[1])


def test_a_failure_is_told_once_and_then_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "made"
    background.begin([path, tmp_path / "beside"], _fail).wait(30)
    assert not background._works.keys() & {path, tmp_path / "beside"}
    assert isinstance(background.failure(path), OSError) and background.failure(path) is None
    background.begin([path], lambda _: path.touch()).wait(30)
    assert path.exists() and background.failure(path) is None


def test_work_that_ends_without_its_file_has_failed(tmp_path: Path) -> None:
    """Else every page that waits for it would begin it again each second."""
    background.begin([tmp_path / "made"], lambda _: None).wait(30)
    assert isinstance(background.failure(tmp_path / "made"), FileNotFoundError)


def test_failures_that_nobody_asks_about_do_not_pile_up(tmp_path: Path) -> None:
    for i in range(background.MOST_FAILURES + 5):
        background.begin([tmp_path / str(i)], _fail).wait(30)
    assert len(background._failures) == background.MOST_FAILURES
    assert background.failure(tmp_path / "0") is None
