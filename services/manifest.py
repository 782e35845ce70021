"""What a file says of itself: filters, day, versions, rows, person and time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

_LABELS: Mapping[str, str] = {
    "sheet": "About",
    "title": "Title",
    "filters": "Filters",
    "as_of": "As of",
    "basis": "Basis",
    "snapshot": "Snapshot",
    "policy": "Policy version",
    "state": "State version",
    "rows": "Rows",
    "user": "User",
    "made_at": "Made at",
    "definitions": "Definitions",
    "item": "Item",
    "value": "Value",
}


@dataclass(frozen=True)
class Manifest:
    """What a file says of itself. `rows` is counted while writing; `labels` are its headings."""

    title: str
    filters: tuple[str, ...] = ()
    as_of: date | None = None
    basis: str = ""
    snapshot: str = ""
    policy: str = ""
    state: str = ""
    rows: int = 0
    user: str = ""
    made_at: datetime = field(default_factory=lambda: datetime.now().replace(microsecond=0))
    definitions: tuple[tuple[str, str], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict, compare=False)

    def label(self, key: str) -> str:
        """The heading of one entry."""
        return self.labels.get(key, _LABELS[key])

    def lines(self) -> list[tuple[str, str]]:
        """The entries in reading order, each a heading and a text."""
        made = [
            ("title", self.title),
            *[("filters", line) for line in self.filters or ("—",)],
            ("as_of", self.as_of.isoformat() if self.as_of else "—"),
            ("basis", self.basis),
            ("snapshot", self.snapshot),
            ("policy", self.policy),
            ("state", self.state),
            ("rows", str(self.rows)),
            ("user", self.user),
            ("made_at", self.made_at.isoformat(sep=" ")),
        ]
        words = [(f"{self.label('definitions')} · {name}", text) for name, text in self.definitions]
        return [(self.label(key), text or "—") for key, text in made] + words

    def as_json(self) -> str:
        """The manifest as one JSON object, for the metadata of a Parquet file."""
        values = {k: v for k, v in asdict(self).items() if k != "labels"}
        return json.dumps(values, ensure_ascii=False, default=str)
