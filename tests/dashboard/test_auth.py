"""From a sign-in's claims to units and permissions: nobody gets more than is written down for them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.auth import (
    LOCAL_USER,
    PERMISSIONS,
    Directory,
    read_directory,
    stand_in,
    stand_ins,
    user_from_claims,
)
from data.errors import InputError

NOW = datetime(2026, 3, 31, 8, tzinfo=UTC)
LATER = NOW.timestamp() + 60
DIRECTORY = Directory(
    {
        "li@grid": {"orgs": ["33401"], "permissions": ["unmask", "fly"]},
        "boss@grid": {"orgs": ["*"], "permissions": ["administer"]},
        "none@grid": {"orgs": [], "permissions": ["unmask"]},
        "chen": {"issuer": "https://sso", "subject": "77", "orgs": ["33402"]},
        "zhao": {
            "issuer": "https://sso",
            "email": "zhao@grid",
            "orgs": ["33401"],
            "permissions": ["administer"],
        },
    }
)


def signed(email: str | None = None, **claims: Any) -> dict[str, Any]:
    """What a provider says of somebody, of an e-mail that it has verified."""
    mail = {"email": email, "email_verified": True} if email else {}
    return {"exp": LATER, "iss": "https://sso", "sub": "7", **mail, **claims}


def refusal(claims: dict[str, Any], directory: Directory = DIRECTORY) -> str:
    with pytest.raises(InputError) as caught:
        user_from_claims(claims, directory, NOW)
    return caught.value.key


def test_the_local_user_may_everything_everywhere() -> None:
    assert LOCAL_USER.orgs == ()
    assert all(LOCAL_USER.may(p) for p in PERMISSIONS)


def test_a_listed_user_gets_units_and_known_permissions() -> None:
    user = user_from_claims(signed(email="li@grid"), DIRECTORY, NOW)
    assert (user.orgs, user.permissions, user.signed_in) == (("33401",), {"unmask"}, True)
    with pytest.raises(KeyError):
        user.may("fly")


def test_a_star_sees_every_unit() -> None:
    assert user_from_claims(signed(email="boss@grid"), DIRECTORY, NOW).orgs == ()


def test_an_expired_sign_in_is_refused_though_its_cookie_lives() -> None:
    for exp in (NOW.timestamp(), NOW.timestamp() - 1, None, "tomorrow", True):
        assert refusal({"email": "boss@grid", "exp": exp}) == "sign_in_expired"
    assert refusal({"email": "boss@grid"}) == "sign_in_expired"


def test_whoever_is_not_listed_or_has_no_units_sees_nothing() -> None:
    assert refusal(signed(email="eve@elsewhere")) == "user_not_listed"
    assert refusal(signed(email="none@grid")) == "user_without_units"
    for lost in ("iss", "sub"):
        for spoilt in (None, "", " ", 7):
            assert refusal(signed(email="boss@grid", **{lost: spoilt})) == "sign_in_nameless"


def test_a_person_is_the_issuer_and_the_subject_or_a_verified_e_mail() -> None:
    assert user_from_claims(signed(sub="77", email="boss@grid"), DIRECTORY, NOW).name == "chen"
    assert user_from_claims(signed(email="zhao@grid"), DIRECTORY, NOW).name == "zhao"
    for verified in (False, None, "true", 1):
        assert refusal(signed(email="boss@grid", email_verified=verified)) == "user_not_listed"
    for claims in (
        signed(sub="77", iss="https://other"),
        signed(email="zhao@grid", iss="https://other"),
        signed(sub="boss@grid", preferred_username="boss@grid", upn="boss@grid"),
        signed(email="chen"),
        signed(email="zhao"),
        signed(email="BOSS@GRID"),
    ):
        assert refusal(claims) == "user_not_listed", claims


def test_claims_may_carry_units_where_the_directory_says_so() -> None:
    claims = signed(units=["33401", "33402"], roles="unmask, load")
    by_claims = Directory({}, "units", "roles")
    user = user_from_claims(claims, by_claims, NOW)
    assert (user.orgs, user.permissions) == (("33401", "33402"), {"unmask", "load"})
    assert user.name == "7 (https://sso)", "a listed name can never be claimed"
    assert refusal(claims) == "user_not_listed"
    assert refusal(signed(), by_claims) == "user_without_units"


def test_only_an_administrator_sees_with_others_eyes_inside_their_own_units_and_does_nothing() -> None:
    boss = user_from_claims(signed(email="boss@grid"), DIRECTORY, NOW)
    seen = stand_in(boss, "li@grid", DIRECTORY)
    assert (seen.orgs, seen.seen_as) == (("33401",), "boss@grid")
    assert not any(seen.may(p) for p in PERMISSIONS if p != "model")
    assert stand_ins(boss, DIRECTORY) == ("boss@grid", "chen", "li@grid", "zhao")
    zhao = user_from_claims(signed(email="zhao@grid"), DIRECTORY, NOW)
    assert stand_ins(zhao, DIRECTORY) == ("li@grid", "zhao") and stand_ins(seen, DIRECTORY) == ()
    for who, other in ((seen, "boss@grid"), (zhao, "boss@grid"), (zhao, "chen"), (boss, "none")):
        with pytest.raises(InputError):
            stand_in(who, other, DIRECTORY)


def test_the_users_file_is_read_and_a_broken_one_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert read_directory().users == {}
    file = tmp_path / "users.toml"
    file.write_text('[users."li@grid"]\norgs = ["33401"]\n[claims]\norgs = "units"\n', encoding="utf-8")
    monkeypatch.setenv("DENGTA_USERS", str(file))
    assert (set(read_directory().users), read_directory().orgs_claim) == ({"li@grid"}, "units")
    file.write_text("[users", encoding="utf-8")
    with pytest.raises(InputError):
        read_directory()
    with pytest.raises(InputError):
        read_directory(tmp_path / "nowhere.toml")


def test_cache_keys_tell_readers_of_different_units_apart() -> None:
    li = user_from_claims(signed(email="li@grid"), DIRECTORY, NOW)
    assert li.key != LOCAL_USER.key
