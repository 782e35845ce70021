"""What was decided about loads in which something was found: published all the same, or discarded."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from data.state import tables
from data.state.engine import StateEngine, now, required


@dataclass(frozen=True)
class LoadDecision:
    """One decision: `forced` at its load, `published` or `discarded` after it was held as `held`.

    `load` is the name under which it was published; `findings` are what was known to be found.
    """

    id: int
    at: datetime
    who: str
    why: str
    kind: str
    load: str
    held: str
    folder: str
    findings: tuple[Mapping[str, Any], ...]


class LoadDecisions(StateEngine):
    """Reads and adds decisions about loads."""

    def record_load(
        self,
        kind: str,
        load: str,
        held: str,
        folder: str,
        findings: Sequence[Mapping[str, Any]],
        who: str,
        why: str,
    ) -> None:
        """Keep who decided about a load, and why."""
        values = {"kind": kind, "load": load, "held": held, "folder": folder}
        said = {"findings": json.dumps(list(findings), ensure_ascii=False), "why": required(why)}
        with self._write() as c:
            c.execute(insert(tables.load_decision).values(at=now(), who=who, **values, **said))

    def load_decisions(self) -> list[LoadDecision]:
        """Every decision, newest first."""
        with self._read() as c:
            rows = c.execute(select(tables.load_decision).order_by(tables.load_decision.c.id.desc()))
            return [
                LoadDecision(**{**row, "findings": tuple(json.loads(row["findings"]))})
                for row in rows.mappings()
            ]
