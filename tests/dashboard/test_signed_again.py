"""Who a reader is by now: asked of the users' file and the session again, never of the drawn page."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from dashboard.access import signin, signin_setup
from dashboard.access.auth import LOCAL_USER, User
from dashboard.access.signin import Session
from data.errors import InputError

LISTED = '[users."li@grid"]\norgs = ["33401"]\npermissions = ["overrule"]\n'
LI = User("li@grid", ("33401",), frozenset({"overrule"}), signed_in=True)


@pytest.fixture
def users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "users.toml"
    file.write_text(LISTED, encoding="utf-8")
    monkeypatch.setenv("DENGTA_USERS", str(file))
    monkeypatch.setattr(signin, "configured", lambda: True)
    monkeypatch.setattr(signin_setup, "lack", lambda: None)
    return file


def claims() -> dict[str, Any]:
    said = {
        "iss": "https://sso",
        "sub": "1",
        "email": "li@grid",
        "email_verified": True,
        "exp": time.time() + 60,
    }
    return {"is_logged_in": True, **said}


def refusal(of: Session) -> str:
    with pytest.raises(InputError) as caught:
        of.unchanged()
    return caught.value.key


def test_a_reader_is_read_again(users: Path) -> None:
    told = claims()
    page = Session(LI, told, None)
    assert page.again() == LI and page.unchanged() == LI
    users.write_text(LISTED.replace('"overrule"', '"overrule", "review"'), encoding="utf-8")
    assert page.unchanged().may("review")
    users.write_text(LISTED.replace('"overrule"', ""), encoding="utf-8")
    assert not page.again().may("overrule") and refusal(page) == "rights_changed"
    users.write_text(LISTED.replace("33401", "33402"), encoding="utf-8")
    assert page.again().orgs == ("33402",) and refusal(page) == "rights_changed"
    users.write_text(LISTED.replace("li@grid", "wu@grid"), encoding="utf-8")
    assert refusal(page) == "user_not_listed"
    users.write_text("", encoding="utf-8")
    assert refusal(page) == "users_file_empty"
    users.write_text(LISTED, encoding="utf-8")
    told["exp"] = time.time() - 1
    assert refusal(page) == "sign_in_expired"
    told.clear()
    assert refusal(page) == "sign_in_over"


def test_one_local_user_stays_and_nobody_becomes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "configured", lambda: False)
    assert Session(LOCAL_USER, {}, None).again() is LOCAL_USER
    assert refusal(Session(LI, claims(), None)) == "sign_in_over"
