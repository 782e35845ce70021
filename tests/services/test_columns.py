"""One column: what it holds is told once, and every file and the screen go by it."""

from __future__ import annotations

import io
import re

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from dashboard.nav import ROOT
from dashboard.tables.cells import written
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from services.files.adding_up import EVERY, TABLES
from services.files.columns import KINDS, UndeclaredColumnError, kind_of
from services.files.exports import (
    Manifest,
    Sheet,
    columns_of,
    to_bytes,
    write_csv,
    write_parquet,
    write_workbook,
)
from services.files.kinds import ADDITIVE

T = Translator("en")
ROW = {
    "cons_no": "007",
    "bill_year": 2026,
    "overdue": 12_345,
    "rate": 0.5,
    "rate_change": -0.001,
    "score": 84.97,
    "rise": 3,
}
"""One value of a kind a column, of kinds that a file was told apart by name, by hand or by its values."""
SCALES = ("dashboard/tables/cells.py",)


def files(row: dict[str, object]) -> tuple[list[str], list[tuple[object, str]], list[object]]:
    """The row as CSV, as a workbook with its formats, and as Parquet."""
    sheet = Sheet("T", columns_of(T, "t", {key: key for key in row}), pd.DataFrame([row]))
    about = Manifest("T")
    lines = to_bytes(lambda out: write_csv(out, sheet)).decode("utf-8-sig").split("\r\n")
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(lambda out: write_workbook(out, [sheet], about))))
    stored = pq.read_table(io.BytesIO(to_bytes(lambda out: write_parquet(out, sheet, about))))
    cells = [(cell.value, cell.number_format) for cell in book.worksheets[0][2]]
    return lines, cells, list(stored.to_pylist()[0].values())


def test_every_file_and_the_screen_write_a_column_alike() -> None:
    lines, cells, stored = files(ROW)
    assert lines[0] == ("cons_no,bill_year,overdue (yuan),rate,rate_change (pp),score,rise"), (
        "a heading names the unit of its kind"
    )
    assert lines[1] == "007,2026,123.45,0.5,-0.1,84.9,3"
    assert cells == [
        *(("007", "@"), (2026, "0"), (123.45, "#,##0.00"), (0.5, "0.00%"), (-0.1, "+0.000;-0.000;0.000")),
        *((84.9, "#,##0.0"), (3, "+#,##0;-#,##0;0")),
    ]
    assert [str(v) for v in stored] == ["007", "2026", "123.45", "0.5", "-0.1", "84.9", "3"]
    shown, config = written(Format(T), pd.DataFrame([ROW]), {key: key for key in ROW})
    assert shown.iloc[0].tolist() == ["007", 2026, 123.45, 50.0, -0.1, 84.9, "+3"]
    assert [one["label"] for one in config.values()][2:5] == [
        *("overdue (yuan)", "rate (%)", "rate_change (pp)"),
    ]
    assert config["bill_year"]["type_config"]["format"] == "%d", "a year has no thousands"


def test_a_column_that_nobody_declared_is_refused_and_not_guessed() -> None:
    for draw in (
        lambda: columns_of(T, "t", {"height": "Height"}),
        lambda: written(Format(T), pd.DataFrame({"height": [1]}), {"height": "Height"}),
    ):
        with pytest.raises(UndeclaredColumnError, match="height"):
            draw()
    assert kind_of("AAA", {"AAA": "count"}) == "count", "a grade is a column that the policy names"


def test_what_comes_to_a_total_is_declared_and_can() -> None:
    listed = {key for keys in TABLES.values() if keys != EVERY for key in keys.split()}
    assert not {key for key in listed if KINDS.get(key) not in ADDITIVE}


def test_nothing_else_scales_a_column_or_draws_it_by_a_kind_of_its_own() -> None:
    own = re.compile(r"astype\(.Float64.\) ?[/*]|column_config\.(Number|Date|Datetime)Column")
    found = {
        str(path.relative_to(ROOT))
        for room in ("dashboard", "services", "pages")
        for path in (ROOT / room).glob("**/*.py")
        if own.search(path.read_text(encoding="utf-8"))
    }
    assert found == set(SCALES)
