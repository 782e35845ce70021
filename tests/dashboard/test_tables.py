"""Tables: a row stays a row whatever order the frame is in."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from dashboard.format import Format
from dashboard.i18n import Translator
from dashboard.shell import Page
from dashboard.tables import _written, write


def page() -> Page:
    t = Translator("en")
    fake: Any = SimpleNamespace(t=t, fmt=Format(t))
    return cast(Page, fake)


def test_a_sorted_frame_keeps_its_rows_together() -> None:
    frame = pd.DataFrame({"name": ["a", "b", "c"], "rate": [0.1, 0.3, 0.2], "open": [100, 300, 200]})
    shown, _ = _written(page(), frame.sort_values("rate", ascending=False), {c: c for c in frame})
    assert shown["name"].tolist() == ["b", "c", "a"]
    assert shown["rate"].tolist() == [30.0, 20.0, 10.0]
    assert shown["open"].tolist() == [3.0, 2.0, 1.0]


def test_empty_and_missing_values() -> None:
    empty = pd.DataFrame({"name": [], "rate": [], "open": []})
    assert _written(page(), empty, {c: c for c in empty})[0].empty
    assert write(page(), "rate", float("nan")) == "—"
    assert write(page(), "in_time", True) == "yes"
    assert write(page(), "rcvbl_ym", 202603) == "Mar 2026"
