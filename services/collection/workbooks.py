"""The work lists of a proposal: a workbook for each person in charge, zipped with an index."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from data.ask import collection_queries as queries
from data.scope import Scope
from data.warehouse.snapshots import Snapshot
from services.files.columns import title
from services.files.exports import Column, Manifest, Sheet, columns_of, write_workbook
from services.files.manifest import Words
from services.recovery.units import code_names

TODAY_MINUTES = 420
"""A day of seven hours: what yields most an hour stands in today's list, as far as it goes."""
LARGE_FEN = 1_000_000
"""A debt of 10,000 yuan stands in the list of large ones too."""
RESULTS = ("reached", "promise", "dispute", "paid", "moved", "refused", "delivery", "cut", "restore")
"""What a collector may say came of an order, as `collection_rules.record_<key>` names it."""
TOLD = (
    *("result", "result_on", "result_at", "result_until", "method", "receiver", "reference", "proof"),
    "remark",
)
"""The columns that are filled in by hand."""
WHO = ("cons_no", "masked_name", "masked_mobile", "masked_address", "org_name", "grade", "light_words")
OWES = ("owed_now", "overdue", "days_overdue", "bills", "bill_lines", "late_fee", "set_off", "in_batch")
ORDERS = (
    *("order_no", "action_name", *WHO, *OWES, "refused_name", "refused_why", "lawful_stop", "lawful_cut"),
    *("rule_name", "last_contact_on", "minutes"),
)
WATCHED = (*WHO, *OWES, "suspended_name", "suspended_until", "rule_name", "last_contact_on")
INDEX = ("person", "person_name", "org_name", "file", "orders", "watched", "owed_now", "minutes")
_WRITTEN = frozenset((*ORDERS, *WATCHED, "person", "person_name", "org_no", "works"))
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class WorkLists:
    """What the workbooks hold, a row a customer: `orders` (with order_no), `watched`: what a person knows of,
    though nothing is done now. Both have person, person_name, org_no and the columns of the sheets.
    """

    orders: pd.DataFrame
    watched: pd.DataFrame


def work_lists(
    db: Snapshot, scope: Scope, rows: pd.DataFrame, words: Words, rule_name: Callable[[str], str]
) -> WorkLists:
    """The lists of a proposal's rows (`proposal.rows`, with order_no), by `rank` where they have one, else in
    the order of yield for effort.

    Names, addresses and phones are masked. `rule_name` says what a rule is called.
    """
    acts = rows["action"].astype(object) != "none"
    watch = ~acts & ((rows["light"] != "none") | (rows["suspended_why"] != "") | (rows["in_batch"] > 0))
    kept = rows[acts | watch]
    shown = kept.merge(queries.people(db, kept["cons_key"]), on="cons_key", how="left")
    shown["bill_lines"] = shown["cons_key"].map(_lines(db, scope, kept)).fillna("")
    names = code_names(db)
    shown["person_name"] = shown["person"].map({**names.get("reader", {}), **names.get("collector", {})})
    shown["person_name"] = shown["person_name"].fillna(shown["person"])
    for column, shows, named in (
        ("action", "action_name", "collection_rules.action"),
        ("refused_action", "refused_name", "collection_rules.action"),
        ("suspended_why", "suspended_name", "collection_rules.why"),
        ("light", "light_words", "credit.lights"),
    ):
        shown[shows] = _named(words, shown[column], named)
    shown["refused_why"] = shown["refused_why"].map(
        {w: _why(words, w) for w in shown["refused_why"].unique()}
    )
    shown["rule_name"] = shown["rule"].map({r: rule_name(str(r)) for r in shown["rule"].unique()})
    shown["grade"] = shown["grade"].fillna("—")
    shown["minutes"], shown["expected_in"] = shown["effort_minutes"], shown["expected_yuan"]
    hourly = shown["expected_in"] / shown["minutes"].clip(lower=1)
    shown = shown.assign(hourly=hourly).sort_values(
        ["hourly", "owed_now", "cons_no"], ascending=[False, False, True], kind="stable"
    )
    if "rank" in shown:
        shown = shown.sort_values(["rank", "cons_no"], kind="stable")
    works = shown["action"].astype(object) != "none"
    return WorkLists(shown[works], shown[~works])


def write_zip(target: Path | BinaryIO, lists: WorkLists, manifest: Manifest, words: Words) -> int:
    """Write the zip: `index.xlsx` and a workbook for each person; how many workbooks there are beside it.

    Customers without a person in charge stand in a workbook of their unit. Equal lists make equal bytes but
    for the time that the manifest bears.
    """
    at = manifest.made_at.timetuple()[:6]
    told = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:

        def put(name: str, write: Callable[[BinaryIO], object]) -> None:
            out = BytesIO()
            write(out)
            entry = zipfile.ZipInfo(name, date_time=at)
            entry.external_attr = 0o600 << 16
            package.writestr(entry, out.getvalue())

        for book in _books(lists):
            sheets = _sheets(words, book)
            mine = replace(manifest, title=f"{manifest.title} · {book.name}")
            put(book.file_name, partial(_written, sheets, mine))
            told.append(book.in_index())
        index = pd.DataFrame(told, columns=list(INDEX))
        sheet = Sheet(words("collection_files.index"), _columns(words, "work_index", INDEX), index)
        put("index.xlsx", partial(_written, [sheet], manifest))
    return len(told)


def _written(sheets: Sequence[Sheet], manifest: Manifest, out: BinaryIO) -> None:
    write_workbook(out, sheets, manifest)


@dataclass(frozen=True)
class _Book:
    """One person's lists, or those of a unit where nobody is in charge."""

    person: str
    name: str
    file_name: str
    orders: pd.DataFrame
    watched: pd.DataFrame

    def in_index(self) -> tuple[Any, ...]:
        both = pd.concat([self.orders, self.watched])
        units = "、".join(sorted(both["org_name"].dropna().unique())[:3])
        sums = int(self.orders["owed_now"].sum()), int(self.orders["minutes"].sum())
        counts = len(self.orders), len(self.watched)
        return self.person, self.name, units, self.file_name, *counts, *sums


def _books(lists: WorkLists) -> Iterator[_Book]:
    both = pd.concat([lists.orders.assign(works=True), lists.watched.assign(works=False)])
    both = both[[c for c in both if c in _WRITTEN]]
    # Thousands of small frames are cut from it: Python's own texts are cut in a fraction of the time.
    both = both.astype({c: object for c in both if isinstance(both[c].dtype, pd.StringDtype)})
    charge = both["person"].where(both["person"] != "", "@" + both["org_no"].astype(str))
    taken: set[str] = set()
    for key, mine in both.groupby(charge, sort=True):
        first = mine.iloc[0]
        unit = str(key).startswith("@")
        name = str(first["org_name"] if unit else first["person_name"])
        file = _UNSAFE.sub("_", f"{first['org_no']}_{name}" if unit else f"{first['person']}_{name}")[:80]
        while file.lower() in taken:
            file += "_"
        taken.add(file.lower())
        works = mine["works"].to_numpy(bool)
        yield _Book(str(first["person"]), name, f"{file}.xlsx", mine[works], mine[~works])


def _sheets(words: Words, book: _Book) -> list[Sheet]:
    """today, this week, watch, large, summary: an order stands to be filled in on one sheet alone."""
    orders = book.orders
    within = orders["minutes"].cumsum() <= TODAY_MINUTES
    if len(orders):
        within.iloc[0] = True
    columns = [*_columns(words, "work_orders", ORDERS), *_told(words)]
    blank = {name: pd.Series([None] * len(orders), index=orders.index, dtype=object) for name in TOLD}
    filled = orders.assign(**blank)
    for name in ("result_on", "result_until"):
        filled[name] = pd.Series(pd.NaT, index=orders.index, dtype="datetime64[s]")
    large = pd.concat([part[part["owed_now"] >= LARGE_FEN] for part in (orders, book.watched)])
    large = large.sort_values("owed_now", ascending=False, kind="stable")
    summary = orders.groupby("action_name", sort=True).agg(
        orders=("cons_no", "size"), owed_now=("owed_now", "sum"), minutes=("minutes", "sum")
    )
    looked = ("action_name", *WATCHED)
    return [
        Sheet(words("collection_files.today"), columns, filled[within]),
        Sheet(words("collection_files.week"), columns, filled[~within]),
        Sheet(words("collection_files.watch"), _columns(words, "work_watched", WATCHED), book.watched),
        Sheet(words("collection_files.large"), _columns(words, "work_large", looked), large, beside=True),
        Sheet(
            words("collection_files.summary"),
            _columns(words, "work_summary", ("action_name", "orders", "owed_now", "minutes")),
            summary.reset_index(),
            beside=True,
        ),
    ]


def _columns(words: Words, table: str, keys: Sequence[str]) -> list[Column]:
    return columns_of(words, table, {key: title(words, key) for key in keys})


def _told(words: Words) -> list[Column]:
    choices = tuple(words(f"collection_rules.record_{r}") for r in RESULTS)
    made = _columns(words, "work_orders", TOLD)
    return [replace(c, choices=choices) if c.key == "result" else c for c in made]


def _named(words: Words, codes: pd.Series[Any], room: str) -> pd.Series[Any]:
    """What codes are called: `collection_rules.action_<code>`, `credit.lights.<code>`; nothing stays so."""
    between = "." if room == "credit.lights" else "_"
    plain = codes.astype(object).fillna("")
    called = {c: words.or_code(f"{room}{between}{c}", str(c)) if c else "" for c in plain.unique()}
    return plain.map(called)


def _why(words: Words, told: str) -> str:
    """`not_demanded: 民法典 654` in words."""
    reason, _, article = str(told).partition(": ")
    said = words.or_code(f"collection_rules.refused_{reason}", reason)
    return f"{said}（{article}）" if article else ""


def _lines(db: Snapshot, scope: Scope, rows: pd.DataFrame) -> dict[int, str]:
    """By cons_key the overdue bills of a customer: `2026-09 123.45；2026-10 50.00`."""
    lines = queries.bills(db, Scope(scope.as_of))
    late = lines[(lines["due_on"] < pd.Timestamp(scope.as_of)) & (lines["principal_open"] > 0)]
    late = late[late["cons_key"].isin(rows["cons_key"])]
    sums = late.groupby(["cons_key", "rcvbl_ym", "bill_key"], sort=True)["principal_open"].sum()
    told: dict[int, list[str]] = {}
    keys, months = (sums.index.get_level_values(i).tolist() for i in (0, 1))
    for key, ym, fen in zip(keys, months, sums.tolist(), strict=True):
        told.setdefault(key, []).append(f"{ym // 100}-{ym % 100:02d} {fen // 100}.{fen % 100:02d}")
    return {key: "；".join(texts) for key, texts in told.items()}
