"""Columns of texts are as wide as their widest text, wherever in the table it stands."""

from __future__ import annotations

import ast

import pandas as pd
import pytest
import streamlit as st

from dashboard.nav import ROOT
from dashboard.words.widths import MEASURED, wide_enough

COMPANY = "临岚华盛建筑工程有限公司"


@pytest.mark.parametrize(
    ("texts", "is_cut"),
    [
        (["青屿"] * MEASURED + [COMPANY], True),
        (["青屿"] * 5 + [COMPANY] + ["青屿"] * 9, True),
        ([COMPANY] * 9, False),
        (["青屿", "临岚"], False),
        ([], False),
    ],
)
def test_a_text_that_the_browser_would_cut_gets_its_room(texts: list[str], is_cut: bool) -> None:
    frame = pd.DataFrame({"name": pd.Series(texts, dtype="str"), "amount": 1.0})
    made = wide_enough(frame, {"name": st.column_config.TextColumn("名称"), "amount": "金额"})
    assert made["amount"] == "金额"
    assert (made["name"]["width"] is not None) is is_cut
    if is_cut:
        assert made["name"]["width"] > 14 * len(COMPANY) + 16


def test_a_heading_is_not_cut_for_it_and_what_was_set_stays() -> None:
    frame = pd.DataFrame({"unit": ["次"] * 12 + ["个月均"], "other": ["a"] * 12 + ["b" * 30]})
    other = st.column_config.TextColumn("其他", width=60)
    made = wide_enough(frame.style, {"unit": "计量单位（按指标登记）", "other": other})
    assert made["unit"]["width"] > 14 * len("计量单位（按指标登记）") and made["unit"]["label"]
    assert made["other"] == other


def test_every_table_that_scrolls_is_given_its_widths() -> None:
    lacking = []
    for path in sorted((ROOT / "dashboard").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "st.dataframe":
                config = {k.arg: ast.unparse(k.value) for k in call.keywords}.get("column_config", "")
                if not config.startswith("wide_enough(") and path.name not in ("opening.py", "judgements.py"):
                    lacking.append(f"{path.name}:{call.lineno}")
    assert not lacking, "rows_that_open gives them itself; the matrix of judgements has figures alone"
