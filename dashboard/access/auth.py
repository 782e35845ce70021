"""Who is looking: from a sign-in's claims to an organisation prefix and permissions. Knows no Streamlit.

A person is who the provider says they are: its `iss` and their `sub` (docs/decisions/0171). The prefix
becomes `Scope.allowed_orgs` and is applied in every query; nothing here is read from a link.
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
    "collect",  # record contacts, promises, deliveries; strike and re-order in one's own units
    "issue",  # propose and issue orders of collection, and take a batch back
    "targets",  # set targets of recovery for one's own units
    "tie_out",
    "administer",
)
LOOKING = frozenset({"model"})
"""The permissions that only let something be seen, and no person's details: what a stand-in keeps."""
ALL_UNITS = "*"
ENTRY = frozenset({"orgs", "permissions", "issuer", "subject", "email"})
"""What an entry of the users' file may say."""


@dataclass(frozen=True)
class User:
    """A reader: `orgs` are the unit prefixes that may be seen (empty: all).

    `seen_as` names the administrator who looks with this reader's eyes, and may do nothing meanwhile.
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
        return permission in self.permissions and (self.seen_as is None or permission in LOOKING)

    def covers(self, orgs: tuple[str, ...]) -> bool:
        """Whether this reader may see every unit that somebody with `orgs` sees."""
        return not self.orgs or bool(orgs and all(org.startswith(self.orgs) for org in orgs))

    @property
    def key(self) -> str:
        """What caches must be told apart by: the units and permissions, not the person."""
        return f"{','.join(self.orgs)}|{','.join(p for p in sorted(PERMISSIONS) if self.may(p))}"


LOCAL_USER = User("local", (), frozenset(PERMISSIONS))


@dataclass(frozen=True)
class Directory:
    """Who may do what: users by the name that records keep, and the claims that may say so themselves."""

    users: Mapping[str, Mapping[str, Any]]
    orgs_claim: str | None = None
    permissions_claim: str | None = None


def read_directory(path: Path | None = None) -> Directory:
    """Read the users' TOML (`DENGTA_USERS`); none set is an empty directory, an unclear one is refused.

    `[users.li] issuer = "…", subject = "…", orgs = ["33401"], permissions = ["unmask"]`; `orgs = ["*"]` sees
    every unit. `[users."li@company"]` without a subject is whoever has that e-mail, verified by the provider.
    `[claims] orgs = "...", permissions = "..."` names claims of the identity provider to take instead.
    """
    raw = people_file(path)
    users, claims = raw.get("users", {}), raw.get("claims", {})
    if not all(isinstance(named, str) and named.strip() for named in claims.values()):
        raise InputError("users_entry_unclear", name="claims")
    known: set[tuple[str, str]] = set()
    for name, listed in users.items():
        who = _identity(name, listed)
        if who is None or who in known:
            raise InputError("users_entry_unclear", name=name)
        known.add(who)
    return Directory(users, claims.get("orgs"), claims.get("permissions"))


def _identity(name: str, listed: Any) -> tuple[str, str] | None:
    """Whom an entry is about: issuer and subject, else an e-mail; None where nobody is meant for certain."""
    if not isinstance(listed, dict) or listed.keys() - ENTRY:
        return None
    said = [listed.get(key) for key in ("issuer", "subject", "email")]
    if any(value is not None and not (isinstance(value, str) and value.strip()) for value in said):
        return None
    issuer, subject, email = said
    if subject:
        return (issuer, subject) if issuer and not email else None
    address = str(email or name)
    return ("", address) if "@" in address else None


def user_from_claims(claims: Mapping[str, Any], directory: Directory, now: datetime) -> User:
    """The reader behind a sign-in; expired, nameless and unlisted ones are refused."""
    expires = claims.get("exp")
    if not isinstance(expires, (int, float)) or isinstance(expires, bool) or now.timestamp() >= expires:
        raise InputError("sign_in_expired")
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not (isinstance(issuer, str) and isinstance(subject, str) and issuer.strip() and subject.strip()):
        raise InputError("sign_in_nameless")
    email = claims.get("email") if claims.get("email_verified") is True else None
    if name := _listed(directory, issuer, subject, email if isinstance(email, str) else None):
        listed = directory.users[name]
        return _user(name, listed.get("orgs"), listed.get("permissions"))
    if directory.orgs_claim:
        permissions = claims.get(directory.permissions_claim) if directory.permissions_claim else ()
        return _user(f"{subject} ({issuer})", claims.get(directory.orgs_claim), permissions)
    raise InputError("user_not_listed", name=email or subject, issuer=issuer, subject=subject)


def _listed(directory: Directory, issuer: str, subject: str, email: str | None) -> str | None:
    """The name of the entry about this person: one by issuer and subject goes before one by e-mail."""
    for name, listed in directory.users.items():
        if listed.get("subject") == subject and listed.get("issuer") == issuer:
            return name
    for name, listed in directory.users.items():
        by_email = "subject" not in listed and listed.get("issuer", issuer) == issuer
        if email and by_email and listed.get("email", name) == email:
            return name
    return None


def stand_in(administrator: User, name: str, directory: Directory) -> User:
    """What another listed user sees, for administrators: to look only, inside their own units."""
    if not administrator.may("administer") or name not in directory.users:
        raise InputError("stand_in_refused", name=name)
    listed = directory.users[name]
    other = _user(name, listed.get("orgs"), listed.get("permissions"))
    if not administrator.covers(other.orgs):
        raise InputError("stand_in_refused", name=name)
    return replace(other, seen_as=administrator.name)


def stand_ins(administrator: User, directory: Directory) -> tuple[str, ...]:
    """Whom an administrator may stand in for."""
    if not administrator.may("administer"):
        return ()
    names = []
    for name, listed in directory.users.items():
        units = _texts(listed.get("orgs"))
        if units and administrator.covers(() if ALL_UNITS in units else units):
            names.append(name)
    return tuple(sorted(names))


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
