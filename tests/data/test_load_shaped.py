"""Columns whose texts all look alike: what is said of them holds, and their short way gives equal values."""

from __future__ import annotations

import csv
import json
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from data.load import plain_csv
from data.load.extract_tables import TABLES
from data.load.mapping import read_mapping
from data.load.no_values import may_hold
from data.load.plain_csv import write_plain
from data.load.raw_notes import RawFile
from data.load.shaped_values import SHORT, shortened
from data.load.text_shapes import SHAPES, Shapes
from data.load.text_views import RawPart, make_macros
from data.load.whole_numbers import fractions
from tests.data.load_folder import bill, loaded, rows_of, write_bills

LIKE = {
    "bare": r"[^ \t](.*[^ \t])?",
    "digits": r"[0-9]+",
    "key": r"[1-9][0-9]{0,17}",
    "cents": r"(?=.{4,15}$)-?[0-9]+[.][0-9]{2}",
    "month": r"[0-9]{6}",
    "day": r"[0-9]{8}",
    "dashed_day": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "instant": r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}",
}
"""What each shape means, text by text."""
NEAR = [
    "5 ",
    "-.50",
    "-0.50",
    "--5.00",
    "5-.00",
    ".500",
    "5.",
    "/5.00",
    "1 2",
    "\t5",
    "x",
    "合计",
    "20240105",
]
NEAR += [
    "2024-1-05",
    "18990101",
    "1899-01-01 00:00:00",
    "2024-01-05T08:15:00",
    "0",
    "01",
    "1" * 19,
    "1" * 13 + ".00",
]


def _digits(dice: random.Random, least: int, most: int) -> str:
    return "".join(dice.choices("0123456789", k=dice.randint(least, most)))


def _text(dice: random.Random, shape: str) -> str:
    """A text of a shape, often one at the edge of what its value can be."""
    year, number = (
        dice.choice(["20", "19", "00", "99"]) + _digits(dice, 2, 2),
        _digits(dice, 2, 18).lstrip("0"),
    )
    month, day = dice.choice("01") + _digits(dice, 1, 1), dice.choice("0123") + _digits(dice, 1, 1)
    moment = ":".join(dice.choice("0123456") + _digits(dice, 1, 1) for _ in range(3))
    return {
        "bare": dice.choice(["x", "a b", "　a", "1"]),
        "digits": _digits(dice, 1, 22),
        "key": dice.choice([number or "1", "9" * dice.randint(1, 18), f"1{'0' * dice.randint(0, 17)}"]),
        "cents": f"{dice.choice(['', '-'])}{_digits(dice, 1, 11)}.{_digits(dice, 2, 2)}",
        "month": year + month,
        "day": year + month + day,
        "dashed_day": f"{year}-{month}-{day}",
        "instant": f"20{year[2:]}-{month}-{day} {moment}",
    }[shape]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        make_macros(connection)
        yield connection


@pytest.mark.parametrize("seed", range(2))
def test_a_column_has_exactly_the_shapes_that_all_its_texts_have(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(400):
        kind = dice.choice(SHAPES)
        texts = [_text(dice, kind) if dice.random() < 0.9 else None for _ in range(dice.randint(0, 6))]
        texts += dice.sample(NEAR, dice.choice([0, 0, 1]))
        dice.shuffle(texts)
        shapes, cut = Shapes(["x"]), dice.randint(0, len(texts))
        for part in (texts[:cut], texts[cut:]):
            whole = pa.record_batch([pa.array(["before", *part], pa.string())], names=["x"])
            shapes.feed(whole.slice(1))
        wanted = {s for s, like in LIKE.items() if all(t is None or re.fullmatch(like, t) for t in texts)}
        assert set(dict(shapes.found()).get("x", ())) == wanted, texts


def test_the_short_way_gives_what_the_long_one_does(con: duckdb.DuckDBPyConnection) -> None:
    dice = random.Random(7)
    for macro, ways in SHORT.items():
        for shape, short in ways.items():
            texts = [None, *(_text(dice, shape) for _ in range(3000))]
            long = f"{macro}(x{', 100' if macro == 'fen_of' else ''})"
            unequal = con.execute(
                f"select x, {short}(x), {long} from (select unnest($texts::varchar[]) as x)"
                f" where {short}(x) is distinct from {long}",
                {"texts": texts},
            )
            assert unequal.fetchall() == [], short


def test_no_day_is_found_wherever_it_stands_in_the_order_of_texts(con: duckdb.DuckDBPyConnection) -> None:
    none = ["NULL", "n/a", "None", "无", "—", "-", ".", "/", "0", "00000000", "0000-00-00", "1900-01-01"]
    none += ["1900/1/1", "1900.01.01", "190011", "19000101"]
    none += [
        "19000101120000",
        "1900年1月1日",
        "1900-01-01 08:15:00.0",
        "9999-12-31",
        "99991231",
        "9999年12月31日",
    ]
    none += [" null ", "0000-00-00 00:00:00"]
    days = ["19010101", "1901-01-01", "20240105", "9998-12-31", "1900-01-02", "2024年1月1日", "46291"]
    asked = "select list(x) from (select unnest($texts) as x) where is_no_day(x)"
    row = con.execute(asked, {"texts": none + days}).fetchone()
    assert row == (none,)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_text_without_quotes_is_written_as_it_stands(tmp_path: Path, ending: str) -> None:
    rows = ["a,1.00,", ",NULL,x y", " b,\\N,中文"]
    source, target = tmp_path / "x.csv", tmp_path / "x.parquet"
    source.write_bytes(("h1,h2,h3" + ending + ending.join(rows) + ending).encode())
    nothing = ["", "NULL", "\\N"]
    written = write_plain(source, ["h1", "h2", "h3"], ",", 1, nothing, target)
    assert written is not None and written[0] == 3
    assert dict(written[1])["h2"] == ("bare", "cents") and "h1" not in dict(written[1])
    with duckdb.connect() as own:
        held = own.read_parquet(str(target)).fetchall()
    assert held == [("a", "1.00", None), (None, None, "x y"), (" b", None, "中文")]
    for spoilt in ("a,b", "a,b,c,d"):
        source.write_text("h1,h2,h3\n1,2,3\n" + spoilt + "\n", encoding="utf-8")
        assert write_plain(source, ["h1", "h2", "h3"], ",", 1, nothing, target) is None


def test_a_word_for_nothing_is_looked_for_where_a_column_of_digits_goes_on_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of columns that begin in a shape the least and the greatest text are not kept: others are looked at."""
    monkeypatch.setattr(plain_csv, "BLOCK", 1 << 10)
    source, target = tmp_path / "x.csv", tmp_path / "x.parquet"
    lines = ["CALC_ID,CHARGE_ID,ORG_NO", *(f"{n},{n},{n}A" for n in range(1000, 2000)), "nan,7,7A"]
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    names = ["CALC_ID", "CHARGE_ID", "ORG_NO"]
    written = plain_csv.write_plain(source, names, ",", 1, [""], target)
    assert written is not None
    raw = RawFile("k", tuple(names), 1001, 0, 1, False, shapes=written[1])
    assert may_hold(target, raw, {n: n for n in names}) == {"CALC_ID"}


def test_a_file_without_records_leaves_the_others_their_short_way() -> None:
    table, columns = TABLES["A_RCVBL_FLOW"], {"RCVBL_AMT": "A"}
    shaped = RawFile("k", ("A",), 5, 0, 1, False, shapes=(("A", ("bare", "cents")),))
    empty, other = RawFile("e", ("A",), 0, 0, 1, False), RawFile("o", ("A",), 1, 0, 1, False)
    rule, asked = read_mapping().tables[table.name], "select fen_of(rcvbl_amt, unit)"

    def said(*files: RawFile) -> str:
        return shortened(asked, table, [RawPart(1, date.min, Path(), f, rule, columns) for f in files])

    assert said(shaped) == said(shaped, empty) == "select shaped_fen(rcvbl_amt)"
    assert said(shaped, other) == asked
    assert fractions(empty, {"CALC_ID": "A"}) == frozenset() != fractions(other, {"CALC_ID": "A"})


def test_a_load_by_the_short_way_equals_one_by_the_long(tmp_path: Path) -> None:
    """Quoted cells are read by another reader, which tells no shapes; one file of the two has mixed cells."""
    plain = [bill(n, RCVBL_AMT=f"{n * 7}.50") for n in range(1, 30)]
    mixed = [bill(n, RCVBL_AMT_ID=f"0{n}", RELEASE_DATE="2024/2/5", RCVBL_AMT=f" {n}") for n in range(30, 40)]
    asked = "select * from fct_bill order by bill_no"
    found = []
    for quote in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        folder, house = tmp_path / f"in{quote}", tmp_path / f"wh{quote}"
        for name, rows in (("plain", plain), ("mixed", mixed)):
            path = write_bills(folder, [], f"A_RCVBL_FLOW_{name}.csv")
            with path.open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, list(rows[0]), quoting=quote, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
        loaded(folder, house)
        notes = [json.loads(n.read_text(encoding="utf-8")) for n in (house / "raw").glob("*.json")]
        assert [bool(n["shapes"]) for n in notes] == [quote == csv.QUOTE_MINIMAL] * 2
        found.append(rows_of(house, asked))
    assert found[0] == found[1] and len(found[0]) == 39
