"""The workbooks of the monthly run: recovery by unit, ageing, and what is not cleared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from analytics.ageing import NOT_DUE
from analytics.calendar import year_before
from analytics.policy import Policy
from data.ask.queries import Database
from data.scope import Scope
from services.files.columns import OF_LAST_YEARS_DAY, title
from services.files.exports import Manifest, Sheet, columns_of, write_workbook
from services.files.manifest import Words, labels_of
from services.recovery.ageing import ageing, ageing_by
from services.recovery.clearing import cleared_by, not_cleared
from services.recovery.compare import comparison
from services.recovery.units import EVERY_STATION, code_names

RECOVERY = (
    *("key", "name", "billed", "collected", "rate", "cy_billed", "cy_collected", "cy_rate", "last_year_rate"),
    *("old_billed", "old_collected", "old_rate", "month_billed", "month_collected", "month_rate"),
    *("hh_billed", "hh_settled", "hh_rate", "on_time_rate", "open", "overdue", "customers"),
)
BUCKETS = ("bucket", "amount", "customers", "bills", "share")
UNITS_BUCKETS = ("key", "name", "bucket", "amount", "customers", "bills")
UNITS_OPEN = (
    *("key", "name", "open", "customers", "bills", "old_open", "old_customers", "last_year_open"),
    *("last_year_customers", "cleared", "year_cleared"),
)
CUSTOMERS_OPEN = (
    *("cons_no", "org_no", "org_name", "class", "tg_no", "collector", "open", "overdue", "old_open", "bills"),
    *("first_month", "last_month", "oldest_due", "days_overdue"),
)

Table = tuple[str, Sequence[str], pd.DataFrame]


def write_workbooks(
    db: Database, snapshot: str, as_of: date, out: Path, policy: Policy, words: Words, label: str
) -> tuple[Path, Path, Path]:
    """Write the three workbooks into `out`; the list has numbers of customers but no names.

    `label` is what the policy is called.
    """
    scope, rules = Scope(as_of), policy.recovery
    books: dict[str, list[Table]] = {
        "recovery_by_org": [
            ("units", RECOVERY, comparison(db, scope, rules, "org")),
            ("stations", RECOVERY, comparison(db, scope, rules, "org", EVERY_STATION)),
        ],
        "ageing": [
            ("buckets", BUCKETS, ageing(db, scope, rules)),
            ("stations", UNITS_BUCKETS, ageing_by(db, scope, rules, "org", EVERY_STATION)),
        ],
        "not_cleared": [
            ("stations", UNITS_OPEN, cleared_by(db, scope, rules, "org", EVERY_STATION)),
            ("customers", CUSTOMERS_OPEN, not_cleared(db, scope, rules, limit=None)),
        ],
    }
    classes = dict(code_names(db).get("class", {}))
    for name, tables in books.items():
        manifest = Manifest(
            title=words(f"report.{name}"),
            as_of=as_of,
            basis=words("common.basis.assessment"),
            snapshot=snapshot,
            policy=label,
            filters=(words("report.everything"),),
            labels=labels_of(words),
            day=words.day,
        )
        sheets = [_sheet(name, table, words, as_of, classes) for table in tables]
        write_workbook(out / f"{name}.xlsx", sheets, manifest)
    first, second, third = (out / f"{name}.xlsx" for name in books)
    return first, second, third


def _sheet(book: str, table: Table, words: Words, as_of: date, classes: Mapping[str, str]) -> Sheet:
    name, keys, rows = table
    titles = {key: title(words, key) for key in keys}
    then = words.day(year_before(as_of))
    titles |= {
        key: words("comparison.column", what=titles[key], day=then)
        for key in keys
        if key in OF_LAST_YEARS_DAY
    }
    shown = rows[list(keys)].copy()
    if "bucket" in shown:
        shown["bucket"] = [words("common.bucket.not_due") if b == NOT_DUE else b for b in shown["bucket"]]
    if "class" in shown:
        shown["class"] = [words.or_code(f"codes.class.{c}", classes.get(c, c or "")) for c in shown["class"]]
    return Sheet(words(f"report.{name}"), columns_of(words, f"report.{book}", titles), shown)
