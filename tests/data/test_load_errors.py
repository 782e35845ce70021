"""What users do wrong: one sentence in their language, the right exit code, and nothing changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.nav import ROOT
from data.kept import locking
from data.kept.locking import writer_lock
from data.warehouse.snapshots import Warehouse
from services.warehouse import loading, prepared
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
    "bad_toml": (_mapping("name = "), "不是有效的 TOML", "not valid TOML"),
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
    monkeypatch.setattr(locking, "WAIT_SECONDS", 0.1)
    write_bills(tmp_path / "in", [bill(1)])
    (tmp_path / "wh").mkdir()
    with writer_lock(Warehouse(tmp_path / "wh").lock):
        assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / "wh")]) == 3
    assert "另一个读入正在进行" in capsys.readouterr().err
    assert loaded(tmp_path / "in", tmp_path / "wh").totals()["loaded"] == 1


def test_a_load_waits_for_one_that_is_about_to_end(tmp_path: Path) -> None:
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with writer_lock(tmp_path / "lock"):
            entered.set()
            leave.wait()

    first = threading.Thread(target=other)
    first.start()
    entered.wait()
    threading.Timer(0.2, leave.set).start()
    with writer_lock(tmp_path / "lock"):
        assert leave.is_set()
    first.join()


def test_a_full_disk_is_exit_4_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk itself cannot be filled here, so the system's answer is given at each step that writes."""
    monkeypatch.setenv("DENGTA_LANG", "en")
    write_bills(tmp_path / "in", [bill(1)])
    loaded(tmp_path / "in", tmp_path / "wh")
    write_bills(tmp_path / "in", [bill(1), bill(2)])

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    for step in ("build_staging", "build_marts", "write_load", "publish"):
        with monkeypatch.context() as patch:
            patch.setattr(loading, step, full)
            assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / "wh")]) == 4
        assert "room" in capsys.readouterr().err, step
        assert bills_in(tmp_path / "wh") == {"1001": 101}, step
    assert loaded(tmp_path / "in", tmp_path / "wh").totals()["loaded"] == 1 + 1


NOBODY = 65534


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user of the machine may enter (pytest's own are the runner's alone)."""
    with tempfile.TemporaryDirectory(prefix="dengta-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


EACH = """
import contextlib, io, json, sys
from dashboard.__main__ import main
for words in json.loads(sys.argv[1]):
    with contextlib.redirect_stderr(io.StringIO()) as said:
        code = main(words)
    print(json.dumps([code, said.getvalue().strip().splitlines()[-1]]))
"""


def _as_somebody(*commands: Sequence[str | Path]) -> list[tuple[int, str]]:
    """Commands run by a user whom permissions bind, which root's do not: exit code and last line of each."""
    environment = {**os.environ, "DENGTA_LANG": "zh", "HOME": "/nonexistent"}
    del environment["DENGTA_STATE"]
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    command = [sys.executable, "-c", EACH, json.dumps([[str(word) for word in words] for words in commands])]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, **who)  # type: ignore[call-overload]
    if "No module named" in done.stderr:
        pytest.skip("other users may not read this checkout or its Python")
    assert done.returncode == 0, done.stderr
    return [(code, said) for code, said in map(json.loads, done.stdout.splitlines())]


def test_no_permission_is_one_sentence_and_changes_nothing(open_folder: Path) -> None:
    source, house = open_folder / "in", open_folder / "wh"
    write_bills(source, [bill(1)])
    loaded(source, house)
    before = {path: path.stat().st_mtime_ns for path in house.rglob("*")}
    write_bills(source, [bill(1), bill(2)])
    house.chmod(0o555)
    for path in house.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    locked, new = open_folder / "locked", open_folder / "new"
    locked.mkdir(0o000)
    kept, *behind, unmade = _as_somebody(
        ("load", source, "--warehouse", house),
        ("load", source, "--warehouse", locked / "wh"),
        ("report", "--as-of", "2024-02-01", "--out", open_folder, "--warehouse", locked / "wh"),
        ("load", source, "--warehouse", new),
    )
    assert kept == (4, f"没有权限读写 {house / 'lock'}；数据没有变化。")
    for code, said in behind:
        assert code == 4 and str(locked) in said and "没有权限" in said
    assert len(behind) == 2 and unmade == (4, f"没有权限读写 {new}；数据没有变化。")
    assert {path: path.stat().st_mtime_ns for path in house.rglob("*")} == before
    assert not new.exists()


def test_extracts_that_may_not_be_read(open_folder: Path) -> None:
    whole, one, house = open_folder / "whole", open_folder / "one", open_folder / "wh"
    locked = [whole, write_bills(one, [bill(1)])]
    write_bills(whole, [bill(1)])
    house.mkdir()
    house.chmod(0o777)
    for path in locked:
        path.chmod(0o000)
    said = _as_somebody(*(("load", folder, "--warehouse", house) for folder in (whole, one)))
    for path in locked:
        path.chmod(0o755)
    assert said == [(4, f"文件夹 {whole} 没有读取权限。"), (4, "文件 A_RCVBL_FLOW.csv 没有读取权限。")]


FULL_DISK = """
set -e
mount -t tmpfs -o size=48m tmpfs {house}
{python} -c "$LOAD" {source} {house}/wh
cp {house}/wh/current.json {house}/wh/load_report.json {kept}/
head -c 100m /dev/zero > {house}/filler 2>/dev/null || true
truncate -s -1M {house}/filler
code=0
{python} -m dashboard load {more} --warehouse {house}/wh >/dev/null || code=$?
cmp {house}/wh/current.json {kept}/current.json
cmp {house}/wh/load_report.json {kept}/load_report.json
rm {house}/filler
{python} -c "$LOAD" {more} {house}/wh
exit $code
"""
LOAD = """
import pathlib, sys
from services.warehouse.loading import load
load(*map(pathlib.Path, sys.argv[1:]))
"""


@pytest.mark.full  # above, each step that writes is told so
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """A small disk of its own, filled up to a little: refused, nothing changed; with room again it loads."""
    can = subprocess.run(["unshare", "-rm", "true"], capture_output=True) if shutil.which("unshare") else None
    if can is None or can.returncode:
        pytest.skip("a disk of its own cannot be mounted here")
    for name in ("in", "house", "kept"):
        (tmp_path / name).mkdir()
    write_bills(tmp_path / "in", [bill(1)])
    write_bills(tmp_path / "more", [bill(n) for n in range(2_000)])
    places = {name: tmp_path / name for name in ("house", "kept", "more")}
    script = FULL_DISK.format(python=sys.executable, source=tmp_path / "in", **places)
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        env={**os.environ, "DENGTA_LANG": "zh", "LOAD": LOAD}, capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert "磁盘空间或内存不够" in done.stderr.strip().splitlines()[-1]


def test_a_warehouse_that_cannot_be_made_is_exit_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "en")
    write_bills(tmp_path / "in", [bill(1)])
    (tmp_path / "occupied").write_text("a file")
    assert main(["load", str(tmp_path / "in"), "--warehouse", str(tmp_path / "occupied" / "wh")]) == 4
    assert "no data was changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("load", "缺少 folder"),
        ("load x --extract-date 2024", "--extract-date 应写成 YYYY-MM-DD，现在是“2024”"),
        ("load x --fast", "不认识 --fast"),
        (
            "fly",
            "命令 没有“fly”，可用：sample, load, held, extract, report, collect, rebuild, status, backup,"
            " restore, accept",
        ),
        ("", "缺少 命令"),
        ("sample --out x --months 0", "--months 应是正整数，现在是“0”"),
        ("sample --out x --seed one", "--seed 应是整数，现在是“one”"),
        ("sample --out x --format xml", "--format 没有“xml”，可用：csv, parquet"),
        ("report --as-of", "--as-of 后面缺少内容"),
    ],
)
def test_wrong_words_on_the_command_line_are_exit_2(
    words: str, sentence: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "zh")
    assert main(words.split()) == 2
    assert capsys.readouterr().err == f"命令写得不对：{sentence}。用 --help 查看写法。\n"
    monkeypatch.setenv("DENGTA_LANG", "en")
    assert main(words.split()) == 2
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1 and not re.search("[\u3400-\u9fff]|_day|_count", said)


def test_the_report_tells_its_steps_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bills(tmp_path / "in", [bill(1)])
    loaded(tmp_path / "in", tmp_path / "wh")
    for language, last in (("zh", "完成"), ("en", "Done")):
        monkeypatch.setenv("DENGTA_LANG", language)
        words = ["report", "--as-of", "2024-02-01", "--out", str(tmp_path / language)]
        assert main([*words, "--warehouse", str(tmp_path / "wh")]) == 0
        steps = capsys.readouterr().err.splitlines()
        assert len(steps) == 4 and steps[-1] == last
        assert not [step for step in steps if "_" in step]


def test_the_reconciliation_is_printed_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "prepare", lambda warehouse: True)  # what comes after is not printed
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
