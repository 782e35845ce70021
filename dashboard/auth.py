"""Who is looking: from a sign-in's claims to an organisation prefix and permissions. Knows no Streamlit.

The prefix becomes `Scope.allowed_orgs` and is applied in every query; nothing here is read from a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from data.environment import people_file
from data.errors import InputError

PERMISSIONS = (
    "unmask",
    "load",
    "model",  # the page of the credit model
    "adopt",
    "overrule",  # overrule a grade, enter a fact, take an objection
    "review",  # decide an objection
    "publish",
    "services",  # record services due and done
    "targets",  # set targets of recovery for one's own units
    "tie_out",
    "administer",
)
ALL_UNITS = "*"


@dataclass(frozen=True)
class User:
    """A reader: `orgs` are the unit prefixes that may be seen (empty: all).

    `seen_as` names the administrator who looks with this reader's eyes.
    """

    name: str
    orgs: tuple[str, ...] = ()
    permissions: frozenset[str] = frozenset()
    signed_in: bool = False
    seen_as: str | None = None

    def may(self, permission: str) -> bool:
        """Whether this reader has a permission; an unknown one is a programming error."""
        if permission not in PERMISSIONS:
            raise KeyError(f"{permission} is no permission; they are {', '.join(PERMISSIONS)}")
        return permission in self.permissions

    @property
    def key(self) -> str:
        """What caches must be told apart by: the units and permissions, not the person."""
        return f"{','.join(self.orgs)}|{','.join(sorted(self.permissions))}"


LOCAL_USER = User("local", (), frozenset(PERMISSIONS))


@dataclass(frozen=True)
class Directory:
    """Who may do what: users by sign-in name, and the claims that may say so themselves."""

    users: Mapping[str, Mapping[str, Any]]
    orgs_claim: str | None = None
    permissions_claim: str | None = None


def read_directory(path: Path | None = None) -> Directory:
    """Read the users' TOML (`DENGTA_USERS`); a missing file is an empty directory, a broken one is refused.

    `[users."name@company"] orgs = ["33401"], permissions = ["unmask"]`; `orgs = ["*"]` sees every unit.
    `[claims] orgs = "...", permissions = "..."` names claims of the identity provider to take instead.
    """
    raw = people_file(path)
    claims = raw.get("claims", {})
    return Directory(raw.get("users", {}), claims.get("orgs"), claims.get("permissions"))


def user_from_claims(claims: Mapping[str, Any], directory: Directory, now: datetime) -> User:
    """The reader behind a sign-in; expired, nameless and unlisted ones are refused."""
    expires = claims.get("exp")
    if not isinstance(expires, (int, float)) or isinstance(expires, bool) or now.timestamp() >= expires:
        raise InputError("sign_in_expired")
    name = str(claims.get("email") or claims.get("preferred_username") or claims.get("sub") or "")
    if not name or (claims.get("email") and claims.get("email_verified") is False):
        raise InputError("sign_in_nameless")
    listed = directory.users.get(name)
    if listed is not None:
        return _user(name, listed.get("orgs"), listed.get("permissions"))
    if directory.orgs_claim:
        permissions = claims.get(directory.permissions_claim) if directory.permissions_claim else ()
        return _user(name, claims.get(directory.orgs_claim), permissions)
    raise InputError("user_not_listed", name=name)


def stand_in(administrator: User, name: str, directory: Directory) -> User:
    """The application as another listed user sees it; only for administrators."""
    if not administrator.may("administer") or name not in directory.users:
        raise InputError("user_not_listed", name=name)
    listed = directory.users[name]
    return replace(_user(name, listed.get("orgs"), listed.get("permissions")), seen_as=administrator.name)


def _user(name: str, orgs: Any, permissions: Any) -> User:
    units = _texts(orgs)
    if not units:
        raise InputError("user_without_units", name=name)
    known = frozenset(_texts(permissions)) & frozenset(PERMISSIONS)
    return User(name, () if ALL_UNITS in units else units, known, signed_in=True)


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    if not isinstance(value, (list, tuple)):
        return ()
    return tuple(dict.fromkeys(str(v).strip() for v in value if str(v).strip()))
