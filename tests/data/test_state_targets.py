"""Targets are kept: the last word stands, what is taken back does not, and nobody writes over another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from data.errors import BusyError
from data.state import State, TargetFigure


@pytest.fixture
def state(url: str) -> Iterator[State]:
    made = State(url)
    yield made
    made.close()


def test_what_stands_is_the_last_word_that_was_not_taken_back(state: State) -> None:
    place = ("33401", 202610, "current_year")
    assert state.targets() == [] and state.targets_version() == 0
    first = state.set_targets([TargetFigure(*place, 980_000)], "li", "plan", 0)
    second = state.set_targets([TargetFigure(*place, 990_000)], "wang", "stricter", first)
    assert [f.value for f in state.targets()] == [990_000]
    with pytest.raises(BusyError, match="targets_changed_meanwhile"):
        state.set_targets([TargetFigure(*place, 1)], "li", "late", first)
    state.undo_targets(first, "li", "a slip")
    assert [f.value for f in state.targets()] == [990_000], "a later word stays"
    state.undo_targets(second, "li", "also a slip")
    assert state.targets() == [], "what was taken back does not come again"
    with pytest.raises(BusyError, match="targets_undone_before"):
        state.undo_targets(second, "li", "twice")
    told = [(e.who, e.targets, e.undoes, e.undone_by) for e in state.target_entries()]
    assert told == [
        ("li", 0, second, None),
        ("li", 0, first, None),
        ("wang", 1, None, "li"),
        ("li", 1, None, "li"),
    ]
    third = state.set_targets([TargetFigure(*place, 970_000)], "li", "again", state.targets_version())
    state.set_targets([TargetFigure(*place, None)], "li", "none", third)
    assert state.targets() == []
