"""From a sign-in's claims to units and permissions: nobody gets more than is written down for them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.auth import LOCAL_USER, PERMISSIONS, Directory, read_directory, stand_in, user_from_claims
from data.errors import InputError

NOW = datetime(2026, 3, 31, 8, tzinfo=UTC)
LATER = NOW.timestamp() + 60
DIRECTORY = Directory(
    {
        "li@grid": {"orgs": ["33401"], "permissions": ["unmask", "fly"]},
        "boss@grid": {"orgs": ["*"], "permissions": ["administer"]},
        "none@grid": {"orgs": [], "permissions": ["unmask"]},
    }
)


def signed(**claims: Any) -> dict[str, Any]:
    return {"exp": LATER, **claims}


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
    assert refusal(signed()) == "sign_in_nameless"
    assert refusal(signed(email="boss@grid", email_verified=False)) == "sign_in_nameless"


def test_claims_may_carry_units_where_the_directory_says_so() -> None:
    claims = signed(sub="7", units=["33401", "33402"], roles="unmask, load")
    by_claims = Directory({}, "units", "roles")
    user = user_from_claims(claims, by_claims, NOW)
    assert (user.orgs, user.permissions) == (("33401", "33402"), {"unmask", "load"})
    assert refusal(claims) == "user_not_listed"
    assert refusal(signed(sub="7"), by_claims) == "user_without_units"


def test_only_an_administrator_sees_with_others_eyes_and_with_no_more_than_theirs() -> None:
    boss = user_from_claims(signed(email="boss@grid"), DIRECTORY, NOW)
    seen = stand_in(boss, "li@grid", DIRECTORY)
    assert (seen.orgs, seen.permissions, seen.seen_as) == (("33401",), {"unmask"}, "boss@grid")
    with pytest.raises(InputError):
        stand_in(seen, "boss@grid", DIRECTORY)


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
