"""数据核对: what of the files is no record, what was not read, and what was read for what it means."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from dashboard.words.i18n import Translator
from tests.dashboard.test_customers_page import fine, opened
from tests.data.load_folder import loaded

HEADINGS = ["应收电费标识", "应收年月", "用户编号", "供电单位编号", "应收电费", "发行日期", "违约金起算日期"]
BILLS = [
    ["9000000000000001", "202609", 1234567, "33401", 100.5, "20260905", 46291],
    ["9000000000000002", "202609", 1234568, "33401", 200.5, "20260905", 46292],
]


def _workbook(path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["应收电费明细表"],
        HEADINGS,
        *BILLS,
        HEADINGS,
        ["合计", *[None] * 3, 301],
        [],
        ["制表人：张三"],
    ):
        sheet.append(row)
    hidden = book.create_sheet("底稿")
    hidden.sheet_state = "hidden"
    hidden.append(["x"])
    book.create_sheet("Sheet3")
    book.save(path)


@pytest.fixture(scope="module")
def arrived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of one decorated folder that was loaded twice."""
    base = tmp_path_factory.mktemp("arrived")
    folder = base / "20260930"
    folder.mkdir()
    _workbook(folder / "应收电费.xlsx")
    (folder / "说明.pdf").write_bytes(b"%PDF-1.7 x")
    (folder / "~$应收电费.xlsx").write_bytes(b"x")
    text = "CONS_NO,CONS_NAME,BUILD_DATE\n0001234567,a,00000000\n0001234568,b,20200101\n"
    (folder / "C_CONS.csv").write_text(text)
    for _ in range(2):
        loaded(folder, base / "wh")
    return base / "wh"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_load_tells_what_was_left_out_and_how_it_was_read(
    arrived: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(arrived))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    t = Translator(language)
    app = opened("data_checks", lang=language, view="loads")
    fine(app)
    tables = {tuple(f.value)[-1]: f.value for f in app.dataframe}
    kinds = {t(f"data_checks.line_kind.{kind}") for kind in ("title", "heading", "total", "blank", "note")}
    lines = tables["lines"]
    assert set(lines["line_kind"]) == kinds and len(lines) == 10, "each load names them"
    assert set(lines["file"]) == {"应收电费.xlsx[Sheet]"} and set(lines["lines"]) == {1}
    left = tables["reason"]
    reasons = ("no_table", "hidden_sheet", "empty_sheet", "temporary")
    assert left[["file", "reason"]].drop_duplicates().to_numpy().tolist() == [
        [file, t(f"load.left_out.{reason}")]
        for file, reason in sorted(
            zip(
                ("说明.pdf", "应收电费.xlsx[底稿]", "应收电费.xlsx[Sheet3]", "~$应收电费.xlsx"),
                reasons,
                strict=True,
            )
        )
    ]
    assert len(left) == 8 and left["load_id"].nunique() == 2
    found = tables["found"]
    assert found.drop(columns=["load_id", "file", "table_name"]).drop_duplicates().to_numpy().tolist() == [
        ["CONS_NO", t("data_checks.read_as.zeros"), 2],
        ["PENALTY_BGN_DATE", t("data_checks.read_as.serial"), 2],
        ["BUILD_DATE", t("data_checks.read_as.no_day"), 1],
    ]


def test_where_all_was_plain_that_is_said(warehouse_env: Path) -> None:
    app = opened("data_checks", lang="en", view="loads")
    fine(app)
    said = [c.value for c in app.caption]
    assert all(Translator("en")(f"data_checks.{key}") in said for key in ("no_other_lines", "no_readings"))
