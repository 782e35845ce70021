"""What users do wrong: one sentence in their language, the right exit code, and nothing changed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.__main__ import main
from data.locking import writer_lock
from data.warehouse import Warehouse
from services import loading
from tests.data.load_folder import BILL, bill, bills_in, is_untouched, loaded, receipt, text_of, write_bills

Make = Callable[[Path], list[str]]


def _empty(folder: Path) -> list[str]:
    folder.mkdir()
    return []


def _missing(folder: Path) -> list[str]:
    return []


def _a_file(folder: Path) -> list[str]:
    folder.write_text("x")
    return []


def _word(folder: Path) -> list[str]:
    write_bills(folder, [bill(1)])
    (folder / "说明.docx").write_bytes(b"PK\x03\x04word")
    return []


def _binary_csv(folder: Path) -> list[str]:
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.csv").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 20)
    return []


def _half_a_csv(folder: Path) -> list[str]:
    path = write_bills(folder, [bill(n) for n in range(50)])
    path.write_text(path.read_text()[:-40])
    return []


def _half_a_parquet(folder: Path) -> list[str]:
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.parquet").write_bytes(b"PAR1" + b"\0" * 100)
    return []


def _half_a_workbook(folder: Path) -> list[str]:
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    return []


def _zero_bytes(folder: Path) -> list[str]:
    write_bills(folder, [bill(1)])
    (folder / "C_CONS.csv").write_bytes(b"")
    return []


def _wrong_months(folder: Path) -> list[str]:
    write_bills(folder, [bill(n, RCVBL_YM=f"{n}月") for n in range(1, 9)])
    return []


def _no_receivables(folder: Path) -> list[str]:
    folder.mkdir()
    (folder / "A_RCVED_FLOW.csv").write_text(text_of([receipt(1)], list(receipt(1))))
    return []


def _unknown_columns(folder: Path) -> list[str]:
    path = write_bills(folder, [bill(1)])
    path.write_text(path.read_text().replace("RCVBL_AMT,", "RCVBL_AMNT,"))
    return []


def _strange_file(folder: Path) -> list[str]:
    folder.mkdir()
    (folder / "shopping.csv").write_text("apples,pears\n1,2\n")
    return []


def _double_heading(folder: Path) -> list[str]:
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.csv").write_text("CONS_NO,RCVBL_YM,RCVBL_AMT,RCVBL_AMT\n1,202401,1,2\n")
    return []


def _open_quote(folder: Path) -> list[str]:
    path = write_bills(folder, [bill(n) for n in range(9)])
    path.write_text(path.read_text().replace("RCVBL_AMT,", '"RCVBL_AMT,', 1))
    return []


def _no_mapping(folder: Path) -> list[str]:
    write_bills(folder, [bill(1)])
    return ["--mapping", str(folder / "none.toml")]


def _mapping(text: str) -> Make:
    def make(folder: Path) -> list[str]:
        write_bills(folder, [bill(1)])
        path = folder.parent / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return ["--mapping", str(path)]

    return make


MISTAKES: dict[str, tuple[Make, str, str]] = {
    "empty_folder": (_empty, "没有抽取文件", "no extracts"),
    "no_folder": (_missing, "没有文件夹", "no folder"),
    "a_file_for_a_folder": (_a_file, "不是文件夹", "not a folder"),
    "a_word_file": (_word, "说明.docx", "说明.docx"),
    "binary": (_binary_csv, "不是 CSV 文本", "not CSV text"),
    "half_a_csv": (_half_a_csv, "不完整", "incomplete"),
    "half_a_parquet": (_half_a_parquet, "不完整", "incomplete"),
    "half_a_workbook": (_half_a_workbook, "xlsx", "xlsx"),
    "zero_bytes": (_zero_bytes, "C_CONS.csv 是空的", "C_CONS.csv is empty"),
    "wrong_months": (_wrong_months, "RCVBL_YM 全部读不出", "readable RCVBL_YM"),
    "no_receivables": (_no_receivables, "没有应收电费", "no receivables"),
    "unknown_columns": (_unknown_columns, "“RCVBL_AMNT”是不是", "did you mean “RCVBL_AMNT”"),
    "strange_file": (_strange_file, "shopping.csv", "shopping.csv"),
    "double_heading": (_double_heading, "出现了两次", "twice"),
    "open_quote": (_open_quote, "引号没有成对", "is not closed"),
    "no_mapping": (_no_mapping, "没有映射文件", "no mapping file"),
    "bad_toml": (_mapping("name = "), "不是正确的 TOML", "not valid TOML"),
    "unknown_table": (_mapping("[tables.A_RCVBL_FLO]\n"), "A_RCVBL_FLOW", "A_RCVBL_FLOW"),
    "unknown_column": (_mapping("[tables.C_CONS.columns]\nCONS_NA = []\n"), "CONS_NA", "CONS_NA"),
    "unknown_transform": (
        _mapping('[tables.C_CONS.columns]\nCONS_NO = { from = ["x"], transform = "eval" }\n'),
        "eval",
        "eval",
    ),
    "empty_mapping": (_mapping("name = 'x'\n"), "没有任何表", "no tables"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_gets_one_sentence_in_both_languages(
    mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make, chinese, english = MISTAKES[mistake]
    options = make(tmp_path / "in")
    house = tmp_path / "wh"
    for language, words in (("zh", chinese), ("en", english)):
        monkeypatch.setenv("DENGTA_LANG", language)
        code = main(["load", str(tmp_path / "in"), "--warehouse", str(house), *options])
        said = capsys.readouterr().err.strip().splitlines()
        assert code == 2
        assert words in said[-1] and "Traceback" not in "".join(said) and "⟦" not in said[-1]
        assert "{" not in said[-1]
    assert is_untouched(house)


def test_a_mistake_leaves_the_former_snapshot_in_place(tmp_path: Path) -> None:
    write_bills(tmp_path / "in", [bill(1)])
    loaded(tmp_path / "in", tmp_path / "wh")
    before = (tmp_path / "wh" / "current.json").read_text()
    report = (tmp_path / "wh" / "load_report.json").read_text()
    _wrong_months(tmp_path / "bad")
    assert main(["load", str(tmp_path / "bad"), "--warehouse", str(tmp_path / "wh")]) == 2
    assert (tmp_path / "wh" / "current.json").read_text() == before
    assert (tmp_path / "wh" / "load_report.json").read_text() == report
    assert bills_in(tmp_path / "wh") == {"1001": 101}


def test_a_second_load_at_once_is_refused_with_exit_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "zh")
    write_bills(tmp_path / "in", [bill(1)])
    (tmp_path / "wh").mkdir()
    with writer_lock(Warehouse(tmp_path / "wh").lock):
        assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / "wh")]) == 3
    assert "另一个读入正在进行" in capsys.readouterr().err
    assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / "wh")]) == 0


@pytest.mark.parametrize("step", ["write_load", "build_staging", "build_marts", "publish"])
def test_a_full_disk_is_exit_4_and_changes_nothing(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk itself cannot be filled here, so the system's answer is given at each step that writes."""
    monkeypatch.setenv("DENGTA_LANG", "en")
    write_bills(tmp_path / "in", [bill(1)])
    loaded(tmp_path / "in", tmp_path / "wh")
    write_bills(tmp_path / "in", [bill(1), bill(2)])

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(loading, step, full)
        assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / "wh")]) == 4
    assert "room" in capsys.readouterr().err
    assert bills_in(tmp_path / "wh") == {"1001": 101}
    assert loaded(tmp_path / "in", tmp_path / "wh").totals()["loaded"] == 1 + 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere: permissions bind others only")
def test_no_permission_is_exit_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_bills(tmp_path / "in", [bill(1)])
    (tmp_path / "wh").mkdir()
    (tmp_path / "wh").chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / "wh")]) == 4
    assert "Traceback" not in capsys.readouterr().err


def test_a_warehouse_that_cannot_be_made_is_exit_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "en")
    write_bills(tmp_path / "in", [bill(1)])
    (tmp_path / "occupied").write_text("a file")
    assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / "occupied" / "wh")]) == 4
    assert "no data was changed" in capsys.readouterr().err


def test_wrong_words_on_the_command_line_are_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["load"],
        ["load", "x", "--extract-date", "2024"],
        ["fly"],
        ["sample", "--out", "x", "--months", "0"],
    ):
        assert main(words) == 2
        assert "Traceback" not in capsys.readouterr().err


def test_the_reconciliation_is_printed_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bills(tmp_path / "in", [bill(1), bill(2, RCVBL_YM="x")])
    for language, words in (("zh", "待更正（元）"), ("en", "yuan quarantined")):
        monkeypatch.setenv("DENGTA_LANG", language)
        assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / language)]) == 0
        out = capsys.readouterr().out
        assert words in out and "A_RCVBL_FLOW.csv" in out and "2.02" in out and "⟦" not in out
        assert main(["status", "--warehouse", str(tmp_path / language)]) == 0
        assert "fct_bill" in capsys.readouterr().out
    assert main(["status", "--warehouse", str(tmp_path / "none")]) == 0
    assert BILL[0] not in capsys.readouterr().out
