"""A terminal and a log write what comes from outside: it moves no cursor, sets no colour, begins no line."""

from __future__ import annotations

import io
import logging
import re
import sys
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.words.log_lines import LogLine
from services.warehouse import prepared
from services.warehouse.sampling import make_sample

ORDER = "\x1b[31m"
TURNS = "\u202e"
ACTS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def test_reports_of_a_load_and_refusals_move_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "zh")
    monkeypatch.setattr(prepared, "prepare", lambda warehouse: True)  # says nothing, and takes the longest
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path / f"wh{ORDER}"))
    folder = tmp_path / f"extract{ORDER}{TURNS}"
    make_sample(folder, customers=20, months=3, seed=7, encoding="utf-8")
    (folder / "O_EMP.csv").rename(folder / f"O_EMP{ORDER}.csv")
    (folder / f"stranger{TURNS}\x9b2J.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert main(["load", str(folder)]) == 0
    assert main(["status"]) == 0
    assert main(["load", str(folder / f"nowhere{ORDER}\rDone")]) == 2
    assert main(["load", str(folder), f"--{ORDER}"]) == 2
    said = "".join(capsys.readouterr())
    assert "␛[31m" in said and "stranger" in said
    assert not ACTS.findall(said)


def test_a_log_has_a_line_for_each_record() -> None:
    told = io.StringIO()
    handler = logging.StreamHandler(told)
    handler.setFormatter(LogLine("%(name)s %(message)s"))
    try:
        raise ValueError(f"{ORDER}x")
    except ValueError:
        raised = sys.exc_info()
    handler.emit(logging.LogRecord("d", 40, "", 1, "page %s", (f"a\nd all is well{ORDER}",), raised))
    lines = told.getvalue().splitlines()
    assert lines[0] == "d page a␊d all is well␛[31m" and lines[-1].endswith("␛[31mx")
