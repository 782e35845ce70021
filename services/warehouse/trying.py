"""Load what lies on a desk into a warehouse of its own, by the load's own code, and tell what came of it."""

from __future__ import annotations

import shutil
import uuid
from dataclasses import dataclass
from datetime import date

import pandas as pd

from analytics.plausibility_rules import NO_LIMITS, PlausibilityRules
from analytics.policy import BillingRules
from analytics.recovery import ratio
from data.ask import load_queries as queries
from data.ask.queries import flows
from data.load.findings import Finding
from data.scope import Scope
from data.warehouse.snapshots import open_snapshot
from services.access.actor import Actor, allow_company
from services.warehouse.connecting import Desk
from services.warehouse.judging import HeldError
from services.warehouse.loading import LoadReport, Progress, load

LINK_NEEDS = {
    "receipt_bill": ("A_RCVED_FLOW", "A_RCVBL_FLOW"),
    "bill_customer": ("A_RCVBL_FLOW", "C_CONS"),
    "customer_unit": ("C_CONS", "O_ORG"),
}
"""The tables without which a link says nothing."""


@dataclass(frozen=True)
class Link:
    """How many records of one kind find what they belong to."""

    name: str
    records: int
    found: int


@dataclass(frozen=True)
class Trial:
    """What a load would do. `quarantine` by table, column and reason; `months` by bill month, in fen:
    rcvbl_ym, billed, collected, rate, the one begun too.

    `cut`: files of which only first rows were tried, so that links come out lower than they are.
    `untried` are files that are too large to be tried at all; `findings` what it would be held for.
    """

    report: LoadReport
    links: tuple[Link, ...]
    quarantine: pd.DataFrame
    months: pd.DataFrame
    cut: tuple[str, ...]
    untried: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


def try_load(
    actor: Actor,
    desk: Desk,
    billing: BillingRules,
    limits: PlausibilityRules,
    extract_date: date | None = None,
    accept_day: bool = False,
    progress: Progress | None = None,
) -> Trial:
    """Load the desk's files, large ones by their first rows; refused as the load itself would be.

    A folder with payments alone adds to what was loaded before, and is tried without it.
    """
    allow_company(actor, "load")
    scratch = desk.folder / f"trial-{uuid.uuid4().hex}"
    scratch.mkdir()
    mapping = scratch / "connect.toml"
    mapping.write_text(desk.trial_text(), encoding="utf-8")
    try:
        asked = (desk.given, scratch / "house", mapping, extract_date, billing, progress, accept_day)
        findings: tuple[Finding, ...] = ()
        try:
            report = load(*asked, limits, is_trial=True)
        except HeldError as refusal:  # what it would be held for is told beside its figures
            findings = refusal.held.findings
            report = load(*asked, NO_LIMITS, is_trial=True)
        tables = {f.table for f in report.files}
        with open_snapshot(scratch / "house") as db:
            scope = Scope(db.meta.extract_on)
            found = queries.connected(db)
            links = tuple(
                Link(str(row["link"]), int(row["records"]), int(row["found"]))
                for row in found.to_dict("records")
                if row["records"] and tables.issuperset(LINK_NEEDS[str(row["link"])])
            )
            quarantine = queries.quarantine_groups(db, scope, None, None, None)
            months = _months(flows(db, scope))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    untried = (n for n, refusal in desk.survey.refused.items() if refusal.key == "connect_too_big")
    return Trial(report, links, quarantine, months, tuple(sorted(desk.survey.cut)), tuple(untried), findings)


def _months(moved: pd.DataFrame) -> pd.DataFrame:
    rows = moved.groupby("rcvbl_ym", sort=True)[["billed", "collected"]].sum().reset_index()
    return rows.assign(rate=ratio(rows["collected"], rows["billed"]))
