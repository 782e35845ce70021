"""A load's report and a warehouse's state as aligned lines, in the reader's language."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from dashboard.words.held_words import finding_lines
from dashboard.words.i18n import Translator
from dashboard.words.literal import in_terminal
from services.collection.retraction import Retracted
from services.warehouse.loading import COUNTS, YUAN, FileReport, LoadReport
from services.warehouse.status import WarehouseStatus


def load_report_lines(report: LoadReport, t: Translator) -> Iterator[str]:
    """What was matched to what, the reconciliation by file, the checks, where the report lies."""
    yield t("load.mapping", name=report.mapping)
    yield t("load.matched_title")
    for f in report.files:
        yield from _matched(f, t)
    for item in report.not_read():
        yield "  " + t("load.not_read", file=item.name, reason=t(f"load.left_out.{item.reason}"))
    yield ""
    yield t("load.reconciliation_title")
    heads = [
        t("load.file"),
        t("load.table"),
        *(t(f"load.{c}") for c in COUNTS),
        *(t(f"load.yuan_{c}") for c in YUAN),
    ]
    totals = report.totals()
    rows = [_row(f.file, f.table, [getattr(f, c) for c in COUNTS], f.yuan) for f in report.files]
    rows.append(_row(t("load.total"), "", [totals[c] for c in COUNTS], totals["yuan"]))
    yield from aligned([heads, *rows], left=2)
    yield ""
    if report.healed:
        yield t("load.healed", files=list(report.healed))
    if report.adopted:
        yield t("kept.adopted", files=report.adopted)
    if report.accepted:
        yield from (said for f in report.findings for said in finding_lines(f, t))
        yield t("held.forced", who=report.accepted["who"], why=report.accepted["why"])
    if report.settled:
        yield t("held.settled", loads=list(report.settled))
    named = [(k, n) for k, n in report.checks.items() if n]
    for name, count in named:
        yield t("load.check", name=t.or_code(f"load.checks.{name}", name), count=f"{count:,}")
    if report.totals()["quarantined"]:
        yield t("load.has_quarantine", count=f"{totals['quarantined']:,}")
    if report.built:
        yield t("load.built_said", built=built(report.built, t))
    yield from retracted_lines(report.retracted, t)
    day = report.extract_on.isoformat()
    yield t("load.done", snapshot=report.snapshot, day=day, seconds=f"{report.seconds:.1f}", path=report.path)


def _matched(f: FileReport, t: Translator) -> Iterator[str]:
    renamed = [f"{heading}→{column}" for column, heading in f.columns.items() if heading.upper() != column]
    words = t("load.matched", file=f.file, table=f.table, count=len(f.columns))
    yield "  " + t.sentences([words, *([t("load.renamed", columns=renamed)] if renamed else [])])
    if f.unmatched:
        yield "    " + t("load.unmatched", columns=list(f.unmatched))
    if f.named:
        yield "    " + t(
            "load.named_lines", lines=[t(f"load.named.{k}", lines=n) for k, n in f.named.items()]
        )


def built(how: str, t: Translator) -> str:
    """How a load was built, in words; nothing of one of before."""
    return t(f"load.built.{how}") if how else ""


def retracted_lines(made: Retracted | None, t: Translator) -> Iterator[str]:
    """What became of the open orders of collection when the extract came, if there were any."""
    if made is None:
        return
    if made.is_due:
        yield t("load.retraction_due", detail=made.refusal or "-")
    if made.retracted or made.part_paid or made.failed:
        counts = {name: f"{getattr(made, name):,}" for name in ("retracted", "stops", "part_paid", "failed")}
        yield t("load.retracted", **counts)


def status_lines(status: WarehouseStatus, t: Translator) -> Iterator[str]:
    """The snapshot, its loads and rows, and the room on the disk."""
    yield t("load.status_path", path=status.path)
    if status.held:
        yield t("held.status", count=status.held)
    if status.snapshot is None:
        yield t("load.status_empty")
        return
    yield t("load.status_snapshot", snapshot=status.snapshot, day=status.extract_on, kept=status.kept)
    rows = [[t("load.load"), t("load.folder"), t("columns.built"), t("load.extract_on"), t("load.files")]]
    rows += [
        [x.id, x.folder, built(x.built, t), x.extract_on.isoformat(), str(x.files)] for x in status.loads
    ]
    yield from aligned(rows, left=4)
    yield ""
    rows = [[t("load.table"), t("load.rows")], *([name, f"{count:,}"] for name, count in status.rows.items())]
    yield from aligned(rows, left=1)
    yield ""
    yield from retracted_lines(status.retracted, t)
    yield t("load.status_disk", size=f"{status.bytes / 1e6:,.1f}", free=f"{status.free / 1e9:,.1f}")


def _row(name: str, table: str, counts: Sequence[int], fen: dict[str, int]) -> list[str]:
    money = [f"{'-' if fen[c] < 0 else ''}{abs(fen[c]) // 100:,}.{abs(fen[c]) % 100:02d}" for c in YUAN]
    return [name, table, *(f"{c:,}" for c in counts), *money]


def aligned(rows: Sequence[Sequence[str]], left: int) -> Iterator[str]:
    """Columns under each other in a terminal; the first `left` ones to the left, numbers to the right."""
    rows = [[in_terminal(cell) for cell in row] for row in rows]
    widths = [max(width(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell + " " * (w - width(cell)) if i < left else " " * (w - width(cell)) + cell
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def width(text: str) -> int:
    """Columns that a text takes in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
