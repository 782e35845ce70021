"""What was read out of a database as aligned lines, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.terminal.load_report import aligned
from dashboard.words.i18n import Translator
from services.warehouse.extracting import ExtractReport


def extract_lines(report: ExtractReport, t: Translator) -> Iterator[str]:
    """Each table with its rows and sums, then what was not read and why."""
    yield t("extract.title", database=report.database, mapping=report.mapping)
    if report.since:
        yield t("extract.since", day=t.day(report.since))
    rows = [[t("load.table"), t("extract.source"), t("extract.taken"), t("load.rows"), t("extract.amount")]]
    for table in report.tables:
        taken = t("extract.changed_by", column=table.since) if table.since else t("extract.whole_table")
        amount = table.totals.amount or ""
        rows.append([table.table, table.name, taken, f"{table.rows:,}", amount])
    yield from aligned(rows, left=3)
    yield ""
    for table in report.tables:
        if table.left_out:
            yield t("extract.left_out", table=table.name, columns=list(table.left_out))
    told = {
        "missing": list(report.missing),
        "beside": list(report.beside),
        "without_rows": [x.name for x in report.tables if not x.rows],
        "whole": [x.name for x in report.tables if report.since and not x.since],
        "begun_again": list(report.begun_again),
    }
    for key, tables in told.items():
        if tables:
            yield t(f"extract.{key}", tables=tables)
    rows_read = f"{sum(x.rows for x in report.tables):,}"
    seconds = f"{report.seconds:.1f}"
    yield t("extract.done", count=len(report.tables), rows=rows_read, seconds=seconds, path=report.out)
    yield t("extract.load_it", path=report.out)
