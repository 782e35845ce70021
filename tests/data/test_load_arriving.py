"""The same table in every kind of file, decorated as programs and people do: the same bills must come out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.plausibility_rules import NO_LIMITS
from tests.attack.sizes import ARRIVING, how_many
from tests.data.arriving import KINDS, NUMBERS, Cell
from tests.data.load_folder import loaded, rows_of

HEADINGS = (
    *("应收电费标识", "应收年月", "用户编号", "供电单位编号", "应收电费（元）", "实收电费", "发行日期"),
    "违约金起算日期",
)
WIDTH = len(HEADINGS)
TITLES = ("某供电公司应收电费明细表", "制表日期：2026-11-01", "单位：元", "2026年10月")
TOTALS = ("合计", "总计", "小计", "合 计", "Total", "本页小计", "白榆供电所小计")
NOTES = (("制表人：张三", "审核：李四"), ("备注：以系统为准",), ("第1页，共1页",))
DAYS = (
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d.year}/{d.month}/{d.day} 0:00:00",
    lambda d: f"{d:%Y%m%d}000000",
    lambda d: f"{d:%Y-%m-%d}T00:00:00",
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: str((d - date(1899, 12, 30)).days),
)
NO_DAYS = ("NULL", r"\N", "00000000", "0000-00-00", "1900-01-01", "9999-12-31", "")
AMOUNTS = (
    lambda fen: f"{fen / 100:.2f}",
    lambda fen: f"￥{fen / 100:.2f}",
    lambda fen: f"{fen / 100:.2f}".translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")),
    lambda fen: f"({-fen / 100:.2f})" if fen < 0 else f"{fen / 100:.2f}",
    lambda fen: f"{-fen / 100:.2f}-" if fen < 0 else f"{fen / 100:.2f}",
    lambda fen: f"{-fen / 100:.2f}CR" if fen < 0 else f"{fen / 100:.2f}",
)
COMMA = lambda text: f"{text[:-6]},{text[-6:]}" if len(text) > 6 and text[-7].isdigit() else text  # noqa: E731


@dataclass(frozen=True)
class Arrival:
    """One file: what is in it, and what a loader must find there."""

    rows: list[list[Cell]]
    bills: list[tuple[str, int, str, str | None]]
    named: Counter[str]
    no_days: int


@st.composite
def arrivals(draw: st.DrawFn, kind: str, first: int) -> Arrival:
    """A table of 3 to 9 bills with what stands around them."""
    day_of, amount_of = draw(st.sampled_from(DAYS)), draw(st.sampled_from(AMOUNTS))
    as_numbers = kind in NUMBERS and draw(st.booleans())
    bills, rows, named, no_days = [], [], Counter[str](), 0
    for title in draw(st.lists(st.sampled_from(TITLES), max_size=3)):
        rows.append([title, *[""] * (WIDTH - 1)])
        named["title"] += 1
    rows.append(list(HEADINGS))
    for n in range(first, first + draw(st.integers(3, 9))):
        number, fen = f"{9000000000000001 + n}", draw(st.integers(-(10**7), 10**7))
        issued, due = date(2026, 9, 5) + timedelta(n % 20), date(2026, 9, 26) + timedelta(n % 20)
        has_due = draw(st.booleans()) or n == first
        due_cell: Cell = day_of(due) if has_due else draw(st.sampled_from(NO_DAYS))
        no_days += not has_due and due_cell != ""
        cells: list[Cell] = [number, "202609", f"{n + 1:010d}", "33401", amount_of(fen), "0", day_of(issued)]
        if as_numbers:
            cells[2:7] = [float(n + 1), 33401.0, fen / 100, 0.0, day_of(issued) if kind == "xlsb" else issued]
        rows.append([*cells, due_cell])
        bills.append((number, fen, issued.isoformat(), due.isoformat() if has_due else None))
        for what in draw(st.lists(st.sampled_from(("total", "heading", "blank")), max_size=1)):
            rows.append(_around(what, draw(st.sampled_from(TOTALS))))
            named[what] += 1
    if rows[-1] == [""] * WIDTH:  # what is blank at the end of a file is nothing
        named["blank"] -= 1
        rows.pop()
    if draw(st.booleans()):
        rows.append(_around("total", draw(st.sampled_from(TOTALS))))
        named["total"] += 1
    if draw(st.booleans()):
        note = draw(st.sampled_from(NOTES))
        rows.append([*note, *[""] * (WIDTH - len(note))])
        named["note"] += 1
    return Arrival(rows, bills, +named, no_days)


def _around(what: str, total: str) -> list[Cell]:
    if what == "heading":
        return list(HEADINGS)
    return [total, "", "", "", "123.45", "", "", ""] if what == "total" else [""] * WIDTH


def write_all(folder: Path, arrived: dict[str, Arrival]) -> dict[str, str]:
    """Every arrival in a folder of its own; their names in the report by kind."""
    names = {}
    for kind, arrival in arrived.items():
        name, content = KINDS[kind]
        (folder / kind).mkdir(parents=True)
        (folder / kind / name).write_bytes(content(arrival.rows))
        names[kind] = f"{kind}/{name}"
    (folder / "customers").mkdir()
    text = "CONS_NO,CONS_NAME\n" + "".join(f"{n + 1:010d},a\n" for n in range(10 * len(KINDS)))
    (folder / "customers" / "C_CONS.csv").write_text(text)
    return names


EVERY = st.fixed_dictionaries({kind: arrivals(kind, 10 * n) for n, kind in enumerate(KINDS)})


@settings(max_examples=how_many(ARRIVING))
@given(EVERY)
def test_every_kind_decorated_gives_its_bills_and_names_the_rest(
    tmp_path_factory: pytest.TempPathFactory, arrived: dict[str, Arrival]
) -> None:
    base = tmp_path_factory.mktemp("arriving")
    names = write_all(base / "in", arrived)
    report = loaded(base / "in", base / "wh")
    for kind, arrival in arrived.items():
        files = [f for f in report.files if f.file.startswith(f"{kind}/")]
        assert [(f.read, f.loaded, f.quarantined) for f in files] == [(len(arrival.bills),) * 2 + (0,)], kind
        named = dict(
            rows_of(
                base / "wh",
                "select kind, sum(lines)::int from reading"
                f" where file like '{kind}/%' and column_name is null group by 1",
            )
        )
        assert named == dict(arrival.named), kind
    found = rows_of(
        base / "wh",
        "select bill_no, amount, issued_on::varchar, due_on::varchar, cons_no from fct_bill"
        " join dim_customer using (cons_key) order by bill_no",
    )
    wanted = sorted(
        (number, fen, issued, due and (date.fromisoformat(due) - timedelta(1)).isoformat())
        for arrival in arrived.values()
        for number, fen, issued, due in arrival.bills
    )
    assert [
        (no, fen, issued, due if has else None)
        for (no, fen, issued, due, _), (*_, has) in zip(found, wanted, strict=True)
    ] == wanted
    assert names


ROUNDED = (123456789012345680.0, 123456789012345690.0, 987654321098765400.0)
"""Numbers of eighteen digits as a spreadsheet keeps them: which bills they were of is lost."""
EXACT = (9007199254740981.0, 9007199254740973.0, 123456789012345.0)
"""Numbers that it keeps whole: a program wrote them, and one of fifteen digits is nobody's loss."""


def test_numbers_that_a_spreadsheet_has_rounded_are_quarantined_each_with_its_reason(tmp_path: Path) -> None:
    folder = tmp_path / "20260930"
    for kind in ("xlsx", "xls"):
        for name, numbers in (("rounded", ROUNDED), ("exact", EXACT)):
            rows: list[list[Cell]] = [list(HEADINGS)]
            rows += [[n, "202609", "0000000001", "33401", "1.00", "0", "20260905", ""] for n in numbers]
            (folder / kind / name).mkdir(parents=True)
            file, content = KINDS[kind]
            (folder / kind / name / file).write_bytes(content(rows))
    report = loaded(folder, tmp_path / "wh", limits=NO_LIMITS)
    became = {f.file.rsplit("/", 1)[0]: (f.read, f.quarantined) for f in report.files}
    assert became == {f"{kind}/{name}": (3, 3 if name == "rounded" else 0) for kind, name in WRITTEN}
    told = rows_of(tmp_path / "wh", "select distinct column_name, reason from quarantine")
    assert told == [("RCVBL_AMT_ID", "scientific")]
    bills = rows_of(tmp_path / "wh", "select bill_no from fct_bill order by 1")
    assert bills == sorted((f"{int(n)}",) for n in EXACT)


WRITTEN = [(kind, name) for kind in ("xlsx", "xls") for name in ("rounded", "exact")]
