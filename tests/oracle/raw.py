"""Read a folder of raw extracts into valid, deduplicated text rows, and count what happened to each row."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

Row = dict[str, str]

KEYS = {
    "A_RCVBL_FLOW": "RCVBL_AMT_ID",
    "A_RCVED_FLOW": "RCVED_AMT_ID",
    "A_PAY_FLOW": "CHARGE_ID",
    "C_CONS": "CONS_NO",
    "O_ORG": "ORG_NO",
    "ARC_E_CONS_SNAP": "CALC_ID",
    "A_CASHCHK_FLOW": "CASHCHK_ID",
    "A_PREPAY_FLOW": "PREPAY_ID",
    "A_ACCT_BAL": "CONS_NO",
    "A_BAD_DEBT": "RCVBL_AMT_ID",
    "C_MP": "MP_ID",
    "G_TG": "TG_ID",
    "A_CR_SECT": "REMIND_SECT_NO",
    "A_CR_RELA": "CONS_NO",
}
LASTING = {
    "A_RCVBL_FLOW": ["CONS_NO", "RCVBL_YM", "AMT_TYPE", "RCVBL_AMT", "T_PQ", "CALC_ID", "RELEASE_DATE"],
    "A_RCVED_FLOW": [
        "CONS_NO",
        "RCVED_DATE",
        "THIS_RCVED_AMT",
        "THIS_PENALTY",
        "RCVBL_YM",
        "ORG_NO",
        "RCVBL_AMT_ID",
        "CHARGE_ID",
        "RCVED_YM",
    ],
}
"""What makes a record without an id the same one in a later extract: what does not grow."""
AMOUNTS = {
    "A_RCVBL_FLOW": "RCVBL_AMT",
    "A_RCVED_FLOW": "THIS_RCVED_AMT",
    "A_PAY_FLOW": "RCV_AMT",
    "A_CASHCHK_FLOW": "CASHCHK_AMT",
    "A_PREPAY_FLOW": "PREPAY_AMT",
    "A_ACCT_BAL": "PREPAY_BAL",
    "A_BAD_DEBT": "OWE_AMT",
    "A_GP_PLAN": "PLAN_AMT",
    "S_POWER_VIOLATE_STEAL": "ADD_AMT",
}
MOST = 10**15
RAGGED = "(ragged)"
MANY = 50_000
"""So many days and months as written are kept as read: an extract repeats them."""
ARCHIVES = {"ARC_A_RCVBL_FLOW": "A_RCVBL_FLOW", "ARC_A_RCVED_FLOW": "A_RCVED_FLOW"}


class BadCellError(Exception):
    """A cell that cannot be read: the row goes to quarantine."""

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def fen(text: str, column: str = "") -> int:
    """Yuan as written (thousands separators allowed) in fen, exactly; BadCellError when it is no amount."""
    bare = text.strip().replace(",", "")
    try:
        value = Decimal(bare) * 100
    except InvalidOperation as e:
        raise BadCellError(column) from e
    if not value.is_finite() or value != value.to_integral_value() or abs(value) > MOST:
        raise BadCellError(column)
    return int(value)


@lru_cache(MANY)
def month(text: str, column: str = "") -> int:
    """yyyymm as an integer."""
    bare = text.strip()
    if not re.fullmatch(r"\d{6}", bare) or not 1 <= int(bare[4:]) <= 12:
        raise BadCellError(column)
    return int(bare)


@lru_cache(MANY)
def day(text: str, column: str = "") -> date:
    """yyyymmdd, yyyy-mm-dd or yyyy/m/d, with or without a time of day."""
    bare = text.strip().split(" ")[0]
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", bare) or re.fullmatch(
        r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", bare
    )
    try:
        if found:
            return date(*(int(part) for part in found.groups()))
    except ValueError as e:
        raise BadCellError(column) from e
    raise BadCellError(column)


def optional(read: Callable[[str, str], object], row: Row, column: str) -> object | None:
    """The cell read, or None when it is empty or the column is absent."""
    text = row.get(column, "")
    return read(text, column) if text.strip() else None


@dataclass
class Counts:
    """What became of one file's records; yuan in fen, over records whose amount can be read."""

    read: int = 0
    loaded: int = 0
    merged: int = 0
    quarantined: int = 0
    amount_unreadable: int = 0
    fen: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("read", "loaded", "merged", "quarantined"), 0)
    )

    def move(self, source: str, target: str, amount: int) -> None:
        """One record from one fate to another."""
        for fate, sign in ((source, -1), (target, 1)):
            setattr(self, fate, getattr(self, fate) + sign)
            self.fen[fate] += sign * amount


@dataclass
class Kept:
    """The row that stands for an identity so far: a higher rank wins, the later of equal ones."""

    rank: int
    row: Row
    tally: Counts
    amount: int


@dataclass
class Extract:
    """The valid, deduplicated rows of each table, the tables that were there, and the counts by file."""

    rows: dict[str, list[Row]]
    present: set[str]
    counts: dict[str, Counts]
    bad: list[tuple[str, int, str]]


def decode(content: bytes) -> str:
    """UTF-8 or GB18030, whichever more lines can be read in; other bytes stay as lone surrogates."""
    bare = content.removeprefix(b"\xef\xbb\xbf")
    wrong = {code: sum(not _reads(line, code) for line in bare.split(b"\n")) for code in ("utf-8", "gb18030")}
    return bare.decode(min(wrong, key=lambda code: wrong[code]), errors="surrogateescape")


def _reads(line: bytes, code: str) -> bool:
    try:
        line.decode(code)
    except UnicodeDecodeError:
        return False
    return True


def table_of(path: Path) -> str | None:
    """`A_RCVBL_FLOW_202401.csv` → `A_RCVBL_FLOW`, archives keep their prefix."""
    found = re.fullmatch(r"(.+?)(_\d{6,8})?", path.stem)
    return found.group(1) if found else None


def records(path: Path) -> list[Row]:
    """The records of one delimited file as text."""
    text = decode(path.read_bytes())
    delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
    found: list[Row] = []
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return found
        except csv.Error:  # a quote that is never closed: one record, to the end of the file
            return [*found, {RAGGED: "1"}]
        if [*row.values()] == [*row]:  # the heading once more, as on every page of a print
            found.append({})
            continue
        ragged = None in row or None in row.values()
        found.append({RAGGED: "1"} if ragged else {k.strip(): v for k, v in row.items()})


def check_bill(row: Row) -> None:
    """Raises BadCellError for a receivable that cannot be used."""
    need(row, "CONS_NO")
    month(row.get("RCVBL_YM", ""), "RCVBL_YM")
    fen(row.get("RCVBL_AMT", ""), "RCVBL_AMT")
    for column in ("RELEASE_DATE", "PENALTY_BGN_DATE"):
        optional(day, row, column)
    optional(fen, row, "RCVED_AMT")


def check_receipt(row: Row) -> None:
    """Raises BadCellError for a receipt line that cannot be used."""
    need(row, "CONS_NO")
    fen(row.get("THIS_RCVED_AMT", ""), "THIS_RCVED_AMT")
    optional(day, row, "RCVED_DATE")
    optional(month, row, "RCVED_YM")


def need(row: Row, column: str) -> None:
    """Raises BadCellError when the key cell is empty."""
    if not row.get(column, "").strip():
        raise BadCellError(column)


def check_customer(row: Row) -> None:
    """Raises BadCellError for a customer that cannot be used."""
    need(row, "CONS_NO")
    for column in ("BUILD_DATE", "CANCEL_DATE"):
        optional(day, row, column)


CHECKS: dict[str, Callable[[Row], None]] = {
    "A_RCVBL_FLOW": check_bill,
    "A_RCVED_FLOW": check_receipt,
    "C_CONS": check_customer,
    "C_CONTACT": lambda row: need(row, "CONS_ID"),
}


UNREADABLE = re.compile("[\udc80-\udcff\0]")


def check(row: Row, table: str) -> None:
    """Raises BadCellError for a record with too many or too few cells, undecodable text, or a bad cell."""
    if RAGGED in row:
        raise BadCellError(RAGGED)
    for column, text in row.items():
        if UNREADABLE.search(text):
            raise BadCellError(column)
    CHECKS.get(table, lambda _: None)(row)


DATED = {"A_RCVBL_FLOW": "RELEASE_DATE", "A_RCVED_FLOW": "RCVED_DATE", "A_PAY_FLOW": "CHARGE_DATE"}


def check_sane(row: Row, table: str, extract_on: date | None) -> None:
    """Raises BadCellError for a day in the tenth year after the extract or later."""
    on = optional(day, row, DATED[table]) if table in DATED and extract_on else None
    if isinstance(on, date) and extract_on and on.year >= extract_on.year + 10:
        raise BadCellError(DATED[table])


def read_folders(folders: Iterable[Path], extract_on: date | None = None) -> Extract:
    """Several loads in the order of their extract: a later row of the same identity wins."""
    kept: dict[str, dict[object, Kept]] = {}
    present: set[str] = set()
    counts: dict[str, Counts] = {}
    bad: list[tuple[str, int, str]] = []
    every = [(load, path) for load, folder in enumerate(folders) for path in _paths(folder)]
    width = _width_of_numbers(path for _, path in every)
    for load, path in every:
        name = table_of(path) or ""
        table = ARCHIVES.get(name, name)
        present.add(table)
        seen: Counter[tuple[str, ...]] = Counter()
        tally = counts.setdefault(f"{path.parent.name}/{path.name}", Counts())
        rank = load * 2 + (0 if name in ARCHIVES else 1)
        rows_of_file = records(path)
        has_lost = _has_lost_zeros(rows_of_file, width)
        for number, row in enumerate(rows_of_file, start=2):
            if not row:
                continue
            if has_lost:
                _give_zeros_back(row, width)
            try:
                check_sane(row, table, extract_on)
            except BadCellError:
                row[RAGGED] = "1"
            _place(row, table, rank, seen, kept.setdefault(table, {}), tally, bad, path.name, number)
    rows = {t: [k.row for k in found.values()] for t, found in kept.items()}
    for found in kept.values():
        for k in found.values():
            k.tally.move("merged", "loaded", k.amount)
    return Extract(rows, present, counts, bad)


def _paths(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in (".csv", ".txt") and p.name[0] != "_")


def _width_of_numbers(paths: Iterable[Path]) -> int:
    """How long all customer numbers are by the files of the customer table; 0 where they disagree."""
    widths: set[int] = set()
    for path in paths:
        if table_of(path) == "C_CONS":
            numbers = [n for row in records(path) if (n := row.get("CONS_NO", "").strip())]
            if len(lengths := {len(n) for n in numbers}) == 1:
                widths |= lengths if all(re.fullmatch("[0-9]+", n) for n in numbers) else {0}
    return widths.pop() if len(widths) == 1 else 0


def _has_lost_zeros(rows: Iterable[Row], width: int) -> bool:
    """Whether most numbers of a text are short and none begins with a zero: what wrote it took them away."""
    numbers = [n for row in rows if re.fullmatch("[0-9]+", n := row.get("CONS_NO", "").strip())]
    return 2 * sum(len(n) < width for n in numbers) > len(numbers) and not any(n[0] == "0" for n in numbers)


def _give_zeros_back(row: Row, width: int) -> None:
    """A customer number that a program took for a number."""
    number = row.get("CONS_NO", "").strip()
    if re.fullmatch("[0-9]+", number) and len(number) < width:
        row["CONS_NO"] = number.zfill(width)


def _place(
    row: Row,
    table: str,
    rank: int,
    seen: Counter[tuple[str, ...]],
    kept: dict[object, Kept],
    tally: Counts,
    bad: list[tuple[str, int, str]],
    file: str,
    number: int,
) -> None:
    tally.read += 1
    amount: int | None = 0
    if table in AMOUNTS:
        try:
            amount = fen(row.get(AMOUNTS[table], ""))
        except BadCellError:
            amount = None
    if amount is None:
        tally.amount_unreadable += 1
    tally.fen["read"] += amount or 0
    try:
        check(row, table)
    except BadCellError as e:
        tally.quarantined += 1
        tally.fen["quarantined"] += amount or 0
        bad.append((file, number, e.column))
        return
    identity: object = row.get(KEYS.get(table, ""), "").strip()
    if not identity:
        content = tuple(row.get(k, "").strip() for k in LASTING.get(table, sorted(row)))
        seen[content] += 1
        identity = (content, seen[content])
    old = kept.get(identity)
    if old is None or rank >= old.rank:
        kept[identity] = Kept(rank, row, tally, amount or 0)
    tally.merged += 1
    tally.fen["merged"] += amount or 0
