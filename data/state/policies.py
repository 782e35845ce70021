"""Adopted policies: each adoption and undoing is a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from data.errors import BusyError, InputError
from data.state import tables
from data.state.engine import StateEngine, now, required


@dataclass(frozen=True)
class AdoptedPolicy:
    """One adoption or undoing: `content` is the rules' TOML, None where undoing led back to the default."""

    id: int
    at: datetime
    who: str
    why: str
    version: str | None
    content: str | None
    undoes: int | None


@dataclass(frozen=True)
class PolicyCalled:
    """What the last adoption of some rules called them ("" nothing), and when it was (UTC)."""

    name: str
    at: datetime


class PolicyRecords(StateEngine):
    """Reads and adds adoptions."""

    def policies(self) -> list[AdoptedPolicy]:
        """Every adoption and undoing, oldest first."""
        with self._read() as c:
            rows = c.execute(select(tables.policy).order_by(tables.policy.c.id)).mappings()
            return [AdoptedPolicy(**row) for row in rows]

    def policy_id(self) -> int | None:
        """The number of the newest adoption or undoing; None before the first."""
        with self._read() as c:
            newest: int | None = c.scalar(select(func.max(tables.policy.c.id)))
        return newest

    def current_policy(self) -> AdoptedPolicy | None:
        """The rules in force; None before the first adoption (the project's default holds)."""
        with self._read() as c:
            row = c.execute(select(tables.policy).order_by(tables.policy.c.id.desc()).limit(1)).mappings()
            adopted = row.first()
            return AdoptedPolicy(**adopted) if adopted else None

    def policies_called(self) -> dict[str, PolicyCalled]:
        """What adopted rules are called, by version."""
        own, names = tables.policy.c, tables.policy_name.c
        joined = tables.policy.outerjoin(tables.policy_name, names.adoption == own.id)
        asked = select(own.version, own.at, names.name).select_from(joined)
        with self._read() as c:
            rows = c.execute(asked.where(own.undoes.is_(None)).order_by(own.id))
            return {version: PolicyCalled(name or "", at) for version, at, name in rows}

    def adopt(
        self, content: str, version: str, who: str, why: str, after: int | None, name: str = ""
    ) -> AdoptedPolicy:
        """Put rules in force, by a name if one is given.

        Refused where another adoption came after number `after`, the last one seen."""
        required(why)
        with self._write() as c:
            _nothing_since(c, after)
            values = {"at": now(), "who": who, "why": why, "version": version, "content": content}
            made = c.execute(insert(tables.policy).values(**values, undoes=None))
            if name.strip() and made.inserted_primary_key:
                number = made.inserted_primary_key[0]
                c.execute(insert(tables.policy_name).values(adoption=number, name=name.strip()[:60]))
        return self._last()

    def undo(self, who: str, why: str, after: int | None) -> AdoptedPolicy:
        """Put the rules before the ones in force back in force, as a new record."""
        required(why)
        with self._write() as c:
            _nothing_since(c, after)
            rows = c.execute(select(tables.policy).order_by(tables.policy.c.id)).mappings()
            standing: list[AdoptedPolicy] = []
            for row in rows:
                record = AdoptedPolicy(**row)
                if record.undoes is None:
                    standing.append(record)
                elif standing:
                    standing.pop()
            if not standing:
                raise InputError("policy_nothing_to_undo")
            undone = standing.pop()
            former = standing[-1] if standing else None
            values = {
                "version": former.version if former else None,
                "content": former.content if former else None,
            }
            c.execute(insert(tables.policy).values(at=now(), who=who, why=why, undoes=undone.id, **values))
        return self._last()

    def _last(self) -> AdoptedPolicy:
        last = self.current_policy()
        if last is None:
            raise InputError("policy_nothing_to_undo")
        return last


def _nothing_since(c: Connection, after: int | None) -> None:
    newest = c.scalar(select(func.max(tables.policy.c.id)))
    if newest != after:
        raise BusyError("state_changed_meanwhile")
