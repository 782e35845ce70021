"""Tables: a row stays a row whatever order the frame is in."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.calendar import period
from analytics.two_days import TwoDays
from dashboard.parts import widget_key
from dashboard.tables.cells import write, written
from dashboard.tables.side_by_side import numbers
from dashboard.tables.table import fitted
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.scope import Scope
from services.recovery.two_days import COLUMNS

st_language = st.sampled_from(["zh", "en"])


def form(language: str = "en") -> Format:
    return Format(Translator(language))


def test_a_sorted_frame_keeps_its_rows_together() -> None:
    frame = pd.DataFrame({"name": ["a", "b", "c"], "rate": [0.1, 0.3, 0.2], "open": [100, 300, 200]})
    shown, _ = written(form(), frame.sort_values("rate", ascending=False), {c: c for c in frame})
    assert shown["name"].tolist() == ["b", "c", "a"]
    assert shown["rate"].tolist() == [30.0, 20.0, 10.0]
    assert shown["open"].tolist() == [3.0, 2.0, 1.0]


def test_a_difference_that_is_written_as_nothing_has_no_minus() -> None:
    points = "rate_change"
    shown, _ = written(form(), pd.DataFrame({points: [-0.0000001, -0.00066]}), {points: "Change"})
    assert [f"{v:+.3f}" for v in shown[points]] == ["+0.000", "-0.066"]


def test_a_wide_table_pins_what_names_a_row_and_hides_what_comes_last() -> None:
    t, frame = Translator("zh"), pd.DataFrame({"name": ["a"], "target_gap": [0.1], "open": [100]})
    words = {c: t(f"columns.{c}") for c in frame}
    _, config = written(form("zh"), frame, {c: t.or_code(f"short.{c}", w) for c, w in words.items()})
    made = fitted(config, 2, words)
    assert [made[c]["pinned"] for c in frame] == [True, False, False]
    assert [made[c]["hidden"] for c in frame] == [False, False, True]
    assert made["target_gap"]["label"] == "差距（个百分点）"
    assert [made[c]["help"] for c in frame] == [None, "与目标相差", None]


def test_empty_and_missing_values() -> None:
    empty = pd.DataFrame({"name": [], "rate": [], "open": []})
    assert written(form(), empty, {c: c for c in empty})[0].empty
    assert write(form(), "rate", float("nan")) == "—"
    assert write(form(), "is_in_band", True) == "yes"
    assert write(form(), "rcvbl_ym", 202603) == "Mar 2026"
    for column in ("customers", "name", "open", "rate", "ym", "is_in_band"):
        assert write(form(), column, pd.NA) == "—", column


AMOUNTS = st.lists(st.integers(0, 10**14), min_size=1, max_size=4)


@given(AMOUNTS, AMOUNTS, st_language)
def test_a_tables_amounts_have_one_unit_in_which_each_column_shows(
    first: list[int], second: list[int], language: str
) -> None:
    rows = min(len(first), len(second))
    frame = pd.DataFrame({"billed": first[:rows], "open": second[:rows]})
    drawn, config = written(form(language), frame, {"billed": "A", "open": "B"})
    units = {config["billed"]["label"].removeprefix("A"), config["open"]["label"].removeprefix("B")}
    assert len(units) == 1, "two scales in one table"
    scales = set()
    for column in frame:
        peak, shown = int(frame[column].max()), float(drawn[column].max())
        assert shown >= 1 or peak < 100, "figures lost behind the decimals"
        scales |= {round(peak / shown)} if peak else set()
        decimals = int(config[column]["type_config"]["format"][-2])
        for fen, value in zip(frame[column], drawn[column], strict=True):
            assert (round(float(value), decimals) == 0) == (fen == 0), "a sum that reads 0.00"
    assert len(scales) <= 1, "one unit in the headings, another in the cells"


@given(AMOUNTS, st_language)
def test_a_list_of_customers_is_in_yuan_to_the_cent(amounts: list[int], language: str) -> None:
    frame = pd.DataFrame({"cons_no": [str(i) for i in range(len(amounts))], "open": amounts})
    drawn, config = written(form(language), frame, {"cons_no": "N", "open": "A"})
    assert config["open"]["label"] == {"zh": "A（元）", "en": "A (yuan)"}[language]
    assert [round(v * 100) for v in drawn["open"]] == amounts


def test_a_short_table_names_its_unit_in_the_heading_not_in_each_cell() -> None:
    assert write(form(), "billed", 12_345_600, form().unit(12_345_600)) == "123.46"


def test_the_file_of_changes_holds_numbers_in_the_unit_that_each_row_names() -> None:
    frame = pd.DataFrame(
        [
            ("cy_rate", "rate", 0.9712, 0.98, 0.0088, ""),
            ("balance", "fen", 123_456, 100, -123_356, ""),
            ("overdue_customers", "count", float("nan"), 7, float("nan"), "no_data"),
        ],
        columns=COLUMNS,
    )
    days = TwoDays(*(period(day, "assessment", 5) for day in (date(2026, 3, 31), date(2026, 2, 28))))
    made = numbers(form("zh"), frame, days)
    assert made["reason"].tolist() == ["", "", "那天没有数据"]
    assert made["unit"].tolist() == ["%（变化为百分点）", "元", "户"]
    assert made["before"].tolist()[:2] == [97.12, 1234.56] and pd.isna(made["before"].iloc[2])
    assert made["change"].tolist()[:2] == [0.88, -1233.56] and made["now"].iloc[2] == 7


def test_a_table_keeps_its_key_on_another_day_unless_something_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another scope always forgets what was chosen: the same row of it is somebody else."""
    state: dict[str, Any] = {}
    monkeypatch.setattr("dashboard.parts.st.session_state", state)

    def key(scope: Scope) -> str:
        return widget_key(SimpleNamespace(scope=scope), "list")  # type: ignore[arg-type]

    march, april = Scope(date(2026, 3, 31)), Scope(date(2026, 4, 30))
    first = key(march)
    state[first] = {"selection": {"rows": [], "columns": []}}
    assert key(april) == first
    state[first] = {"selection": {"rows": [2], "columns": []}}
    assert key(april) == first, "what is chosen stays while the day does"
    second = key(march)
    assert second != first
    assert key(march) == second
    state[second] = "33401"
    assert key(april) not in (first, second), "an entry of a box is a choice too"
    below = Scope(date(2026, 3, 31), orgs=("33401",))
    assert key(below) not in (first, second, key(march))
