"""Whoever is not let in sees nothing: sign-in spoilt in any part, borrowed names, another's eyes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.runtime.secrets import secrets_singleton
from streamlit.testing.v1 import AppTest

from dashboard.access import sign_ins, signin, signin_setup
from dashboard.access.auth import LOCAL_USER, PERMISSIONS
from dashboard.words.i18n import Translator, reader_language
from data.environment import second_person
from data.errors import InputError
from services.warehouse.first_run import make_and_load_sample
from tests.conftest import ROOT

EN = Translator("en")
ISSUER = "https://sso.grid.example"
SECRETS = (
    '[auth]\nredirect_uri = "http://127.0.0.1:8501/oauth2callback"\ncookie_secret = "0123456789abcdef"\n'
    f'client_id = "dengta"\nclient_secret = "x"\n'
    f'server_metadata_url = "{ISSUER}/.well-known/openid-configuration"\n'
)
PEOPLE = (
    f'[users.li]\nissuer = "{ISSUER}"\nsubject = "1"\norgs = ["33401"]\npermissions = ["model", "unmask"]\n'
    f'[users.boss]\nissuer = "{ISSUER}"\nsubject = "2"\norgs = ["*"]\npermissions = ["administer", "load"]\n'
    f'[users.chief]\nissuer = "{ISSUER}"\nsubject = "3"\norgs = ["33401"]\npermissions = ["administer"]\n'
)
Say = Callable[..., None]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Say]:
    """Write (or leave out) the secrets and the users' file, and have Streamlit and Dengta read them."""
    before = config.get_option("secrets.files")
    where = config.get_where_defined("secrets.files")

    def said(secrets: str | bytes | None, people: str | bytes | None) -> None:
        secrets_singleton._reset()
        config.set_option("secrets.files", [str(tmp_path / "secrets.toml")])
        for name, text in (("secrets.toml", secrets), ("users.toml", people)):
            if text is not None:
                (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        if people is not None:
            monkeypatch.setenv("DENGTA_USERS", str(tmp_path / "users.toml"))

    signin_setup._tell.cache_clear()
    yield said
    config.set_option("secrets.files", before, where)
    secrets_singleton._reset()


def opened(**claims: Any) -> AppTest:
    """The first page as a browser without (or with these) claims gets it."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.query_params["lang"] = "en"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signin, "_claims", lambda: claims)
        return app.run()


def signed(subject: str, **claims: Any) -> dict[str, Any]:
    return {"is_logged_in": True, "iss": ISSUER, "sub": subject, "exp": time.time() + 60, **claims}


SPOILT = {
    "no secrets": (None, PEOPLE, "sign_in_secrets_unreadable"),
    "empty secrets": ("", PEOPLE, "sign_in_without_provider"),
    "cut secrets": (SECRETS[:55], PEOPLE, "sign_in_secrets_unreadable"),
    "cut at a line": (SECRETS[: SECRETS.index("client_secret")], PEOPLE, "sign_in_provider_incomplete"),
    "no text": (b"\xff\xfe\x00", PEOPLE, "sign_in_secrets_unreadable"),
    "miscased": (SECRETS.replace("[auth]", "[Auth]"), PEOPLE, "sign_in_without_provider"),
    "a value in its place": ('auth = "yes"\n', PEOPLE, "sign_in_without_provider"),
    "no secret": (SECRETS.replace("0123456789abcdef", ""), PEOPLE, "sign_in_provider_incomplete"),
    "a short secret": (SECRETS.replace("0123456789abcdef", "changeme"), PEOPLE, "sign_in_secret_short"),
    "a host of its own": (SECRETS.replace("127.0.0.1", "dengta.x"), PEOPLE, "sign_in_host_not_allowed"),
    "no host at all": (SECRETS.replace("127.0.0.1", "[x"), PEOPLE, "sign_in_host_not_allowed"),
    "no scheme": (SECRETS.replace("http:", ""), PEOPLE, "sign_in_without_tls"),
    "claims of no name": (SECRETS, PEOPLE + '[claims]\norgs = ["org"]\n', "users_entry_unclear"),
    "no people": (SECRETS, None, "sign_in_without_people"),
    "empty people": (SECRETS, "", "users_file_empty"),
    "cut people": (SECRETS, PEOPLE[:40], "users_file_unreadable"),
    "people of nobody": (SECRETS, "[publishing]\nsecond_person = true\n", "sign_in_nobody_listed"),
    "miscased people": (SECRETS, PEOPLE.replace("[users.", "[Users."), "users_file_unheeded"),
    "a slip": (SECRETS, PEOPLE + '[users."z@grid"]\nsubjekt = "9"\norgs = ["*"]\n', "users_entry_unclear"),
    "twice": (SECRETS, PEOPLE + PEOPLE.replace("users.", "users.x"), "users_entry_unclear"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_sign_in_that_is_spoilt_in_any_part_is_closed(
    spoilt: str, say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    secrets, people, told = SPOILT[spoilt]
    say(secrets, people)
    for claims in ({}, signed("2")):
        with caplog.at_level(logging.ERROR, logger="dashboard.access.signin_setup"):
            app = opened(**claims)
        assert [w.value for w in app.warning] == [EN("errors.sign_in_closed")]
        assert (
            not app.exception and not app.button and [one.value for one in app.title] == [EN("shell.product")]
        )
    lack = signin_setup.lack()
    assert lack is not None and lack.key == told
    assert len(caplog.records) == 1, "the operator is told once, not once for each visitor"


def test_a_public_name_without_tls_is_closed_and_the_operator_is_told_before_anybody_comes(
    say: Say, caplog: pytest.LogCaptureFixture
) -> None:
    hosts = config.get_option("server.allowedHosts"), config.get_where_defined("server.allowedHosts")
    config.set_option("server.allowedHosts", ["dengta.grid", "127.0.0.1"])
    try:
        for scheme, told in (("http", "sign_in_without_tls"), ("https", None)):
            say(SECRETS.replace("http://127.0.0.1", f"{scheme}://dengta.grid"), PEOPLE)
            signin_setup.at_start()
            lack = signin_setup.lack()
            assert (lack.key if lack else None) == told
        assert [r.getMessage() for r in caplog.records] == [
            Translator(reader_language())("errors.sign_in_without_tls", host="dengta.grid:8501")
        ]
    finally:
        config.set_option("server.allowedHosts", *hosts)


def test_the_operator_is_told_at_start_that_sign_outs_cannot_be_kept(
    say: Say, caplog: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path / "wh"))
    say(SECRETS, PEOPLE)
    signin_setup.at_start()
    (tmp_path / "wh").mkdir()
    signin_setup.at_start()
    assert not caplog.records
    (tmp_path / "wh" / sign_ins.FOLDER).write_text("a file in the place of the folder", encoding="utf-8")
    signin_setup.at_start()
    sign_ins.end(signed("1"))
    told = Translator(reader_language())("errors.sign_outs_not_kept", folder=str(tmp_path / "wh"))
    assert [r.getMessage()[:40] for r in caplog.records] == [
        told[:40],
        "a sign-out is kept by this process alone",
    ]


def side_of_an_administrator() -> None:
    """As Streamlit runs it: what stands below is not reached by who is let in no more."""
    import streamlit as st

    from dashboard.access import signin
    from dashboard.access.auth import LOCAL_USER
    from dashboard.words.i18n import Translator

    signin.choose_stand_in(Translator("en"), LOCAL_USER)
    st.title("all there is")


def test_who_is_let_in_no_more_while_the_page_is_drawn_gets_a_sentence(say: Say) -> None:
    for secrets, told in ((SECRETS, "sign_in_over"), ("", "sign_in_closed")):
        say(secrets, PEOPLE)
        app = AppTest.from_function(side_of_an_administrator).run()
        assert not app.exception and not app.title
        assert [w.value for w in app.warning] == [EN(f"errors.{told}")]


def test_a_folder_of_secrets_that_may_not_be_looked_into_is_no_empty_one(
    say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(None, None)
    assert not signin.configured()

    def refused(file: object) -> None:
        raise PermissionError(13, "Permission denied", file)

    with monkeypatch.context() as patch:
        patch.setattr(signin_setup.os, "lstat", refused)
        assert signin.configured()


def test_headers_do_not_sign_anybody_in(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    say(None, None)
    assert not signin.configured() and not opened().warning
    real = config.get_option
    headers = {"X-User": "email"}
    monkeypatch.setattr(
        signin_setup.st,
        "get_option",
        lambda key: headers if key == "server.trustedUserHeaders" else real(key),
    )
    assert [w.value for w in opened().warning] == [EN("errors.sign_in_closed")]


def test_whole_it_asks_who_is_there_and_lets_in_who_is_listed(say: Say) -> None:
    say(SECRETS, PEOPLE)
    assert [b.label for b in opened().button] == [EN("shell.sign_in")]
    for borrowed in (
        signed("9", preferred_username="boss", email="boss", name="boss"),
        signed("9", preferred_username="boss", email="boss", email_verified=True),
        signed("boss"),
        {**signed("2"), "iss": "https://elsewhere.example"},
        {**signed("2"), "exp": time.time() - 1},
    ):
        app = opened(**borrowed)
        assert app.warning and [one.value for one in app.title] == [EN("shell.product")], borrowed
    assert [one.value for one in opened(**signed("2")).title] == [EN("first_run.title")]


def test_a_load_begins_for_who_may_load(say: Say, tmp_path: Path) -> None:
    say(SECRETS, PEOPLE)
    make = EN("first_run.make")
    assert make in [b.label for b in opened(**signed("2")).button]
    assert make not in [b.label for b in opened(**signed("1")).button]
    reader = replace(LOCAL_USER, permissions=frozenset(PERMISSIONS) - {"load"})
    with pytest.raises(InputError, match="load_not_allowed"):
        make_and_load_sample(tmp_path / "house", reader)
    assert not (tmp_path / "house").exists()


def test_an_emptied_users_file_does_not_take_the_second_person_away(say: Say) -> None:
    for spoilt in ("", "[Publishing]\nsecond_person = true\n", "[publishing]\nsecond_persons = true\n"):
        say(SECRETS, spoilt)
        with pytest.raises(InputError, match="users_file"):
            second_person()


def test_another_s_eyes_see_no_more_and_do_nothing(say: Say, caplog: pytest.LogCaptureFixture) -> None:
    say(SECRETS, PEOPLE)
    boss = signin.Session(signin.reader_of(signed("2")), signed("2"), "li")
    assert boss.again().orgs == ("33401",) and boss.again().seen_as == "boss"
    assert [p for p in PERMISSIONS if boss.again().may(p)] == ["model"]
    for subject, other in (("3", "boss"), ("1", "chief"), ("2", "nobody")):
        with pytest.raises(InputError, match="stand_in_refused"):
            signin.Session(boss.user, signed(subject), other).again()
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.session_state[signin.STAND_IN] = "li"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signin, "_claims", lambda: signed("2"))
        app.run().run()
        assert app.session_state[signin.STAND_IN] == "li"
        patch.setattr(signin, "_claims", lambda: signed("3", is_logged_in=True))
        app.session_state[signin.STAND_IN] = "boss"
        app.run()
    assert signin.STAND_IN not in app.session_state, "a stand-in outside one's own units"
    told = [record.getMessage() for record in caplog.records if "view as" in record.getMessage()]
    assert told == ["view as begins: 'boss' looks as 'li'", "view as ends: 'chief'"]
