"""What a file says of itself: filters, day, versions, rows, person and time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Protocol

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
    "total": "Total",
}


class Words(Protocol):
    """Words by key, such as `report.units`, and days, in a reader's language."""

    def __call__(self, key: str, /, **params: object) -> str: ...

    def day(self, day: date, /) -> str: ...

    def or_code(self, key: str, code: str, /) -> str: ...


class Keys:
    """No words: the last part of a key and what it is filled with, days as machines write them."""

    def __call__(self, key: str, /, **params: object) -> str:
        return " ".join((key.rpartition(".")[2], *map(str, params.values())))

    def day(self, day: date, /) -> str:
        return day.isoformat()

    def or_code(self, key: str, code: str, /) -> str:
        return code


def labels_of(words: Words) -> dict[str, str]:
    """The headings of a manifest's entries in words."""
    return {key: words(f"downloads.manifest.{key}") for key in _LABELS}


@dataclass(frozen=True)
class Manifest:
    """What a file says of itself. `rows` is counted while writing; `labels` are its headings.

    `day` writes its days where a reader sees them; as JSON they are ISO.
    """

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
    day: Callable[[date], str] = field(default=date.isoformat, compare=False)

    def label(self, key: str) -> str:
        """The heading of one entry."""
        return self.labels.get(key, _LABELS[key])

    def lines(self) -> list[tuple[str, str]]:
        """The entries in reading order, each a heading and a text."""
        made = [
            ("title", self.title),
            *[("filters", line) for line in self.filters or ("—",)],
            ("as_of", self.day(self.as_of) if self.as_of else "—"),
            ("basis", self.basis),
            ("snapshot", self.snapshot),
            ("policy", self.policy),
            ("state", self.state),
            ("rows", str(self.rows)),
            ("user", self.user),
            ("made_at", f"{self.day(self.made_at.date())} {self.made_at:%H:%M}"),
        ]
        words = [(f"{self.label('definitions')} · {name}", text) for name, text in self.definitions]
        return [(self.label(key), text or "—") for key, text in made] + words

    def as_json(self) -> str:
        """The manifest as one JSON object, for the metadata of a Parquet file."""
        values = {k: v for k, v in asdict(self).items() if k not in ("labels", "day")}
        return json.dumps(values, ensure_ascii=False, default=str)
