"""A damaged state store is one sentence on pages and commands, and opens again once it is put back."""

from __future__ import annotations

import sqlite3
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.__main__ import main
from dashboard.nav import PAGES
from data.state import State
from tests.conftest import ROOT


def opened() -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)
    app.switch_page(next(p.path for p in PAGES if p.key == "data_checks"))
    app.query_params["lang"] = "en"
    return app.run()


def said_by(*command: str) -> tuple[int, list[str]]:
    """A command's exit and what it says of a failure."""
    with redirect_stderr(StringIO()) as said:
        code = main(command)
    return code, said.getvalue().strip().splitlines()


def refused(app: AppTest) -> list[str]:
    assert not app.exception
    return [str(e.value) for e in app.error if "python -m dashboard accept" in str(e.value)]


@pytest.mark.parametrize("how", ["deleted", "emptied", "altered"])
def test_damage_is_one_sentence_and_ends_when_a_copy_is_put_back(
    warehouse_env: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    how: str,
) -> None:
    file = tmp_path / "state.db"
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{file}")
    monkeypatch.setenv("DENGTA_LANG", "en")
    store = State.open(warehouse_env)
    store.adopt((ROOT / "policies" / "default.toml").read_text(encoding="utf-8"), "v", "li", "x", None)
    store.close()
    whole = file.read_bytes()
    assert not refused(opened())
    if how == "deleted":
        file.unlink()
    elif how == "emptied":
        file.write_bytes(b"")
    else:
        with sqlite3.connect(file) as c:
            c.execute("update adopted_policy set who = 'wang'")
    app = opened()
    assert len(refused(app)) == 1 and not app.get("arrow_data_frame"), "shown beside the damage"
    assert not [r for r in caplog.records if r.exc_info], "the damage reached a page as an exception"
    at = ("--warehouse", str(warehouse_env))
    code, said = said_by("status", *at)
    assert code == 4 and "python -m dashboard accept" in said[-1]
    assert not [line for line in said if "Traceback" in line]
    file.write_bytes(whole)
    assert not refused(opened())
    assert said_by("accept", "--why", "x", *at)[0] == 2


def test_pages_go_on_when_an_older_copy_was_put_in_place_and_accepted(
    warehouse_env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "state.db"
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{file}")
    policy = (ROOT / "policies" / "default.toml").read_text(encoding="utf-8")
    store = State.open(warehouse_env)
    store.adopt(policy, "v", "li", "x", None)
    older = file.read_bytes()
    store.adopt(policy, "w", "li", "x", store.policy_id())
    assert not refused(opened())
    file.write_bytes(older)
    assert len(refused(opened())) == 1
    assert said_by("accept", "--why", "the disk failed", "--warehouse", str(warehouse_env))[0] == 0
    assert not refused(opened())
