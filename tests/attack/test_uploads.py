"""A table that somebody uploads is read in a bounded process that may die alone; the server stays small."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import nullcontext

import openpyxl
import pytest

from dashboard.nav import ROOT
from dashboard.words.i18n import LANGUAGES, Translator
from data.errors import BusyError, InputError
from data.read import apart
from data.read.workbooks import BROUGHT, refuse_bombs
from services.credit.policy_files import import_text
from services.files.uploaded_table import table_rows
from tests.attack.workbook_bombs import BOOK, ROW, rows, sheet, workbook

MOST_CHILD, MOST_SERVER = 600, 150
"""MiB of memory at the peak, and by how much the server may grow."""
posix = pytest.mark.skipif(os.name != "posix", reason="memory at the peak is told by POSIX systems")

READING = ("reading_too_much", "reading_busy", "reading_no_room")
UPLOADED = """
import json, resource, sys
from data.errors import DengtaError
from services.files.uploaded_table import table_rows
from tests.attack.workbook_bombs import bombs
thrown = bombs()
peak = lambda who: resource.getrusage(who).ru_maxrss // 1024
before, said = peak(resource.RUSAGE_SELF), {}
for name, (_, content) in thrown.items():
    try:
        said[name] = str(sum(1 for _ in table_rows(content, name)))
    except DengtaError as e:
        said[name] = e.key
grown = peak(resource.RUSAGE_SELF) - before
wanted = {name: key for name, (key, _) in thrown.items()}
print(json.dumps({"said": said, "wanted": wanted, "grown": grown, "child": peak(resource.RUSAGE_CHILDREN)}))
"""
LOADED = """
import io, json, resource
from itertools import islice
from data.errors import DengtaError
from data.read.workbooks import refuse_bombs, xlsx_rows
from tests.attack.workbook_bombs import bombs
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
streams = ("more_than_all_of_it", "millions_of_formatted_blanks", "a_text_in_a_million_cells")
thrown = {n: c for n, (_, c) in bombs().items() if c[:2] == b"PK" and n not in streams}
said = {}
before = peak()
for name, content in thrown.items():
    try:
        refuse_bombs(io.BytesIO(content), name)
        said[name] = str(sum(1 for _ in islice(xlsx_rows(io.BytesIO(content), name), 1000)))
    except DengtaError as e:
        said[name] = e.key
print(json.dumps({"said": said, "grown": peak() - before}))
"""


def _all_rows(content: bytes, **options: bool) -> list[tuple[int, list[str]]]:
    return list(table_rows(content, "表\0.xlsx", **options))


def _told(script: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, timeout=600
    )
    told: dict[str, object] = json.loads(done.stdout)
    return told


@posix
def test_every_bomb_is_refused_by_name_and_neither_process_grows() -> None:
    told = _told(UPLOADED)
    assert told["said"] == told["wanted"] and told["wanted"]
    assert int(str(told["child"])) < MOST_CHILD
    assert int(str(told["grown"])) < MOST_SERVER


@posix
def test_a_bomb_among_the_extracts_of_a_load_is_refused() -> None:
    told = _told(LOADED)
    assert int(str(told["grown"])) < MOST_CHILD, told
    said = [str(v) for v in dict(told["said"]).values()]  # type: ignore[call-overload]
    assert set(said) == {"table_unpacks_too_much", "table_too_wide", "not_a_workbook"}


def test_a_tag_longer_than_any_is_refused_before_it_is_read_to_its_end() -> None:
    """The parser begins a tag anew with every piece of it: a hundred megabytes took seconds."""
    for mib, is_refused in ((3, False), (5, True)):
        content = workbook(['<worksheet a="', *["a" * 2**20] * mib, '"/>'])
        with pytest.raises(InputError) if is_refused else nullcontext() as refused:
            refuse_bombs(io.BytesIO(content), "t", BROUGHT)
        assert not is_refused or refused.value.key == "table_unpacks_too_much"


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_are_one_sentence_with_the_files_name(language: str) -> None:
    t = Translator(language)
    for key in ("table_unpacks_too_much", "table_too_wide", "table_unreadable", *READING):
        sentence = t(f"errors.{key}", name="目标.xlsx", most="9")
        assert "目标.xlsx" in sentence
        assert "{" not in sentence


def test_a_process_that_is_stopped_or_killed_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_WAIT", 0.01)
    with pytest.raises(InputError) as refused:
        _all_rows(b"a,b\n1,2\n")
    assert refused.value.key == "reading_too_much"


BOUNDED = """
import json, resource, sys
from data.read import reading_apart
kinds = ("AS", "CPU", "FSIZE", "CORE")
reading_apart.read = lambda *_: [[resource.getrlimit(getattr(resource, f"RLIMIT_{k}"))[0] for k in kinds]]
sys.argv = ["reading_apart", "table", "{}"]
reading_apart.main()
"""


@posix
def test_memory_processor_and_answer_are_bounded_before_anything_is_read() -> None:
    told = subprocess.run(
        [sys.executable, "-c", BOUNDED], cwd=ROOT, capture_output=True, input=b"", check=True
    )
    memory, seconds, answer, core = json.loads(told.stdout.splitlines()[0])["item"]
    assert (memory, seconds, core) == (1 << 30, 25, 0) and 0 < answer < 100 << 20


def test_two_are_read_at_a_time_and_who_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_TURN", 0.01)
    with apart._turns, apart._turns, pytest.raises(BusyError) as busy:
        _all_rows(b"a,b\n1,2\n")
    assert busy.value.key == "reading_busy"
    assert _all_rows(b"a,b\n1,2\n")


def test_a_sheet_that_lies_about_its_size_is_read_whole() -> None:
    for lie in ("A1:XFD1048576", "A1", "A1:B1"):
        content = workbook(sheet(rows(50), f'<dimension ref="{lie}"/>'))
        assert len(_all_rows(content)) == 50, lie


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_as_spreadsheets_write_it_is_read(encoding: str) -> None:
    content = "单位编号\t应收\n33401\t12.5\n".encode(encoding)
    assert _all_rows(content) == [(1, ["单位编号", "应收"]), (2, ["33401", "12.5"])]


def test_a_large_table_is_read_as_it_was_written() -> None:
    written = [[f"户{r}", r, r / 8, None, "=1+1"] for r in range(10_000)]
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()
    for row in written:
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    read = _all_rows(out.getvalue(), formulas=True)
    assert [line for line, _ in read] == list(range(1, 10_001))
    for (_, cells), (name, whole, part, _, formula) in zip(read, written, strict=True):
        assert cells == [name, str(whole), str(part).removesuffix(".0"), "", formula]


def test_what_is_read_apart_sees_nothing_that_this_program_is_set_up_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: dict[str, str] = {}
    monkeypatch.setenv("DENGTA_STATE", "postgresql://secret")
    monkeypatch.setattr(apart.subprocess, "run", lambda *_, env, **__: seen.update(env))
    with pytest.raises(InputError):
        _all_rows(b"a\n")
    assert seen
    assert not any("DENGTA" in name or "secret" in value for name, value in seen.items())


POLICIES = {
    "dots_without_end": b".".join([b"a"] * 100_000) + b"=1",
    "boxes_in_boxes": b"a=" + b"[" * 200_000,
    "boxes_that_close": b"a=" + b"[" * 400 + b"]" * 400,
    "hundreds_of_dots": b".".join([b"a"] * 800) + b"=1",
    "tables_in_tables": b"a={b=" * 50_000 + b"1" + b"}" * 50_000,
    "a_number_without_end": b"a=" + b"9" * 400_000,
    "a_date_of_no_calendar": b"a=2024-13-45",
    "not_utf8": b"a='\xff'",
    "nul": b"a='\0'",
    "a_workbook": workbook([BOOK, ROW]),
    "a_name_twice": b"a=1\na=2",
    "a_number_for_the_rules": b"credit=1",
    "a_day_for_a_name": b"name=2024-01-01",
    "infinity": b"[recovery]\nrecovery_target=inf",
    "not_a_number": b"[recovery]\nrecovery_target=nan",
    "a_huge_count": b"[billing]\ndue_days=" + b"9" * 4000,
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_hostile_policy_file_is_refused_by_one_sentence(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MOST_WAIT", 1.0 if name == "dots_without_end" else 3.0)
    with pytest.raises(Exception) as refused:
        import_text(POLICIES[name])
    assert hasattr(refused.value, "key"), refused.value
    for language in LANGUAGES:
        sentence = Translator(language).error(refused.value)
        assert sentence != Translator(language)("errors.unforeseen", kind=type(refused.value).__name__)
        assert 0 < len(sentence) < 400
