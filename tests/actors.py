"""Who acts in tests of services: somebody with a name, units (none: all) and permissions (None: all)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Someone:
    """Satisfies `services.access.actor.Actor`."""

    name: str
    orgs: tuple[str, ...] = ()
    permissions: Collection[str] | None = None

    def may(self, permission: str) -> bool:
        return self.permissions is None or permission in self.permissions


def by(name: str, *orgs: str, may: Collection[str] | None = None) -> Someone:
    """Somebody by name, who may do everything unless it is said what they may."""
    return Someone(name, orgs, may)
