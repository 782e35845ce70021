"""What a load did, file by file, and the same as other programs read it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from data.load.arrivals import LeftOut
from data.load.findings import Finding
from services.collection.retraction import Retracted

YUAN = ("read", "loaded", "merged", "quarantined")
COUNTS = (*YUAN, "amount_unreadable")
BUILT_IN = "sg186"


@dataclass(frozen=True)
class FileReport:
    """What became of one file read as one table; `yuan` in fen.

    `named` are its lines that are no records, by what they are: title, heading, total, note, blank.
    """

    file: str
    table: str
    read: int
    loaded: int
    merged: int
    quarantined: int
    amount_unreadable: int
    yuan: dict[str, int]
    columns: dict[str, str] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()
    named: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadReport:
    """What a load did; `strangers` are files that are no table of the mapping, `left_out` no table at all.

    `mapped_by` names the mapping, empty for the built-in one.

    `healed` were missing or damaged in the warehouse and are kept anew; `adopted` raw files of before got
    their checksums. `built` tells that it was put on top of the last snapshot, or why all was made anew;
    nothing where no file was new. `retracted` is what became of open orders of collection, if there were any.
    """

    load: str
    snapshot: str
    extract_on: date
    files: tuple[FileReport, ...]
    strangers: tuple[str, ...]
    checks: dict[str, int]
    seconds: float
    path: Path
    healed: tuple[str, ...] = ()
    adopted: int = 0
    left_out: tuple[LeftOut, ...] = ()
    mapped_by: str = ""
    findings: tuple[Finding, ...] = ()
    accepted: dict[str, Any] | None = None
    settled: tuple[str, ...] = ()
    built: str = ""
    retracted: Retracted | None = None

    @property
    def mapping(self) -> str:
        """The name of the mapping that was taken."""
        return self.mapped_by or BUILT_IN

    def not_read(self) -> list[LeftOut]:
        """All that lay there and was not read, with the reason."""
        return [*(LeftOut(name, "stranger") for name in self.strangers), *self.left_out]

    def totals(self) -> dict[str, Any]:
        """Records and fen over all files."""
        totals: dict[str, Any] = {name: sum(getattr(f, name) for f in self.files) for name in COUNTS}
        totals["yuan"] = {name: sum(f.yuan[name] for f in self.files) for name in YUAN}
        return totals


def report_json(report: LoadReport) -> str:
    """The report as other programs read it: yuan as decimal strings."""
    files = [
        {**{k: v for k, v in asdict(f).items() if k not in ("columns", "unmatched")}, "yuan": _yuan(f.yuan)}
        for f in report.files
    ]
    totals = {**report.totals(), "yuan": _yuan(report.totals()["yuan"])}
    said = {
        "mapping": report.mapping,
        "built": report.built,
        "files": files,
        "totals": totals,
        "left_out": [asdict(item) for item in report.not_read()],
        "findings": [asdict(f) for f in report.findings],
        "accepted": report.accepted,
        "retracted": asdict(report.retracted) if report.retracted else None,
    }
    return json.dumps(said, ensure_ascii=False, indent=1)


def _yuan(fen: dict[str, int]) -> dict[str, str]:
    return {k: f"{'-' if v < 0 else ''}{abs(v) // 100}.{abs(v) % 100:02d}" for k, v in fen.items()}
