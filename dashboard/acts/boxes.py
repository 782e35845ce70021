"""Values typed into the boxes of a form, as the reader writes them, and read when the form is sent.

No grid is typed into: its cell opens an editor of its own at the first key and loses what comes before that
stands, and it changes a value out of bounds without a word (docs/decisions/0148).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.acts import acts

WIDTH = 240


@dataclass(frozen=True)
class Box:
    """One box: its key within the form, its label, and what stands in it at first."""

    key: str
    label: str
    value: str = ""


def draw(name: str, given: Sequence[Box]) -> None:
    """The boxes side by side. Another `name` makes others: it holds what their first values follow from."""
    with st.container(horizontal=True):
        for box in given:
            st.text_input(box.label, box.value, key=f"{name}_{box.key}", max_chars=40, width=WIDTH)


def typed(name: str, keys: Iterable[str]) -> dict[str, str]:
    """What stands in the boxes, by key; refused where one of them was not sent."""
    return {key: acts.text(f"{name}_{key}").strip() for key in keys}
