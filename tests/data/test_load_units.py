"""Amounts in another unit than yuan: scaled as the file says, or refused; never silently taken for yuan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from analytics.plausibility_rules import NO_LIMITS
from data.errors import InputError
from data.load.mapping import read_mapping, shipped_mappings
from data.load.money_units import FEN, MONEY, fen_of_one, heading_units, said_units
from data.load.raw_notes import RawFile
from tests.architecture.source import ROOT
from tests.data.arriving import Cell, as_text, as_xlsx
from tests.data.load_folder import bills_in, is_untouched, loaded, rows_of

AMOUNT = "1234.5678"
Rows = list[list[Cell]]


def _table(
    amount: str,
    received: str = "实收电费",
    above: Sequence[str] = (),
    below: str = "",
    units: str = "",
    cell: str = AMOUNT,
) -> Rows:
    """Two bills, the ids without their first digits."""
    rows: Rows = [[*above, *[""] * (7 - len(above))]] if above else []
    rows.append(["应收电费标识", "应收年月", "用户编号", "供电单位编号", amount, received, "发行日期"])
    rows += [["", "", "", "", units, units, ""]] if units else []
    rows += [[f"00{n}", "202609", f"000{n}", "33401", cell, "0", "20260905"] for n in (1, 2)]
    return [*rows, [below, *[""] * 6]] if below else rows


SCALED: tuple[tuple[Rows, str], ...] = (
    (_table("应收电费（万元）", "实收电费（万元）"), "万元"),
    (_table("应收电费(单位：千元)", "实收电费(千元)"), "千元"),
    (_table("应收电费", above=["某供电公司应收电费", "", "", "单位：万元"]), "万元"),
    (_table("应收电费", above=["应收明细表（万元）"]), "万元"),
    (_table("应收电费", above=["金额单位：", "千元"]), "千元"),
    (_table("应收电费", below="备注：本表金额以万元为单位"), "万元"),
    (_table("应收电费(万元)", above=["单位：万元、户"]), "万元"),
    (_table("应收电费", units="万元"), "万元"),
    (_table("应收电费(分)", "实收电费(分)", cell="123456"), "分"),
    (_table("应收电费【万元】", "实收电费_万元"), "万元"),
    (_table("应收电费（元）", cell="1234.56"), "元"),
)


def test_amounts_are_scaled_as_the_file_says(tmp_path: Path) -> None:
    folder, wanted = tmp_path / "20260930", {}
    for place, (rows, unit) in enumerate(SCALED):
        kinds = (("csv", as_text("gb18030")), ("xlsx", as_xlsx))
        for kind, write in kinds if place in (0, 3) else kinds[:1]:
            begin = f"9{place:02d}{len(kind)}"
            named = [
                [f"{begin}{row[0]}" if str(row[0]).startswith("00") else row[0], *row[1:]] for row in rows
            ]
            (folder / f"{place}{kind}").mkdir(parents=True)
            (folder / f"{place}{kind}" / f"应收电费.{kind}").write_bytes(write(named))
            cell = next(row[4] for row in rows if row[0] == "001")
            wanted |= {f"{begin}00{n}": int(Decimal(str(cell)) * FEN[unit]) for n in (1, 2)}
    loaded(folder, tmp_path / "wh", limits=NO_LIMITS)
    assert bills_in(tmp_path / "wh") == wanted
    rows = rows_of(
        tmp_path / "wh", "select sum(yuan_read)::bigint, sum(quarantined)::int from reconciliation"
    )
    assert rows == [(sum(wanted.values()), 0)]
    told = rows_of(
        tmp_path / "wh",
        "select distinct column_name, lines, count(*) from reading where kind = 'scaled' group by all",
    )
    assert told == [("RCVBL_AMT", 2, len(SCALED) - 1 + 2)]


def test_a_load_that_says_two_things_is_refused_with_both(tmp_path: Path) -> None:
    folder = tmp_path / "20260930"
    folder.mkdir()
    content = as_text("utf-8")(_table("应收电费(元)", above=["单位：万元"]))
    (folder / "应收电费.csv").write_bytes(content)
    with pytest.raises(InputError) as refused:
        loaded(folder, tmp_path / "wh")
    assert refused.value.key == "units_differ" and refused.value.params["units"] == ["元", "万元"]
    assert is_untouched(tmp_path / "wh")


@pytest.mark.parametrize(
    ("headings", "around", "unit", "said"),
    [
        (("应收(万元)", "实收"), (), "yuan", ["元", "万元"]),
        (("应收(万元)", "实收(元)"), (), "yuan", ["元", "万元"]),
        (("应收(元)", "实收"), (), "fen", ["分", "元"]),
        (("应收", "实收"), ("万元",), "fen", ["分", "万元"]),
        (("应收", "实收"), ("元", "万元"), "yuan", ["元", "万元"]),
        (("应收(分)", "实收"), (), "fen", None),
        (("应收", "实收"), ("万元",), "wan_yuan", None),
        (("应收(万元)", "实收"), (), "wan_yuan", None),
        (("应收", "实收"), (), "yuan", None),
        (("应收(元)", "实收"), (), "yuan", None),
    ],
)
def test_what_bears_no_unit_is_by_the_mapping(
    headings: tuple[str, str], around: tuple[str, ...], unit: str, said: list[str] | None
) -> None:
    rule = replace(read_mapping().tables["A_RCVBL_FLOW"], unit=unit)
    raw = RawFile("k", headings, 1, 0, 2, False, units=around)
    columns = dict(zip(("RCVBL_AMT", "RCVED_AMT"), headings, strict=True))
    if said is None:
        assert fen_of_one("f.csv", ("f",), raw, columns, rule) is None
        return
    with pytest.raises(InputError) as refused:
        fen_of_one("f.csv", ("f",), raw, columns, rule)
    assert refused.value.params["units"] == said


@pytest.mark.parametrize(
    ("unit", "headings"),
    [
        (
            "万元",
            "应收[万元] 应收【万元】 应收〔万元〕 应收<万元> 应收/万元 应收_万元 应收-万元 应收：万元"
            " 应收万元 应收万元) 应收(万元 应收(万) 应收_万 应收(单位：人民币万元) 应收(万元，含税)"
            " 应收(万元)合计 AMT_WAN_YUAN AMT_万元",
        ),
        ("千元", "应收[千元] 应收·千元 应收(千) 应收（人民币千元） AMT(THOUSAND_YUAN)"),
        ("元", "应收[元] 应收/元 应收元 应收(人民币) 应收(￥) AMT_RMB AMT_YUAN 应收(元/户) 应收（圆）"),
        ("分", "应收[分] 应收_分 应收/分 应收(分) AMT_FEN 应收(单位:分)"),
        ("百万元", "应收[百万元] 应收（百万） AMT(MILLION_RMB)"),
    ],
)
def test_a_unit_is_read_however_it_is_set_off(unit: str, headings: str) -> None:
    spaced = ["应收 万元", "应收 (万 元)", "AMT (wan yuan)"] if unit == "万元" else []
    for heading in (*headings.split(), *spaced):
        assert heading_units(heading) == ({unit}, False), heading


NOT_KNOWN = "应收(美元) 应收[港币] 应收_USD 应收(W) 应收（K） 应收(10^4元) 应收万 应收分 应收(十亿元) AMT_WAN"
NOT_KNOWN += " 应收(100) 应收(×10) 应收(K元) 应收(W，含税) 应收(10^4) AMT('000) 应收(W"


@pytest.mark.parametrize("heading", [*NOT_KNOWN.split(), "万元应收"])
def test_a_unit_that_is_not_known_is_refused_by_name(heading: str) -> None:
    rule, raw = read_mapping().tables["A_RCVBL_FLOW"], RawFile("k", (heading,), 1, 0, 2, False)
    with pytest.raises(InputError) as refused:
        fen_of_one("f.csv", ("f",), raw, {"RCVBL_AMT": heading}, rule)
    assert refused.value.key == "unit_unclear" and refused.value.params["heading"] == heading
    said = fen_of_one("f.csv", ("f",), raw, {"RCVBL_AMT": heading}, replace(rule, unit="wan_yuan"))
    assert said is None, "the mapping says it"


NONE = (
    "应收(含税) 应收部分 (分)公司应收 应收（分）公司 分时电费 元月应收 应收_单元 应收(本位币) RCVBL_AMT#2"
    " 应收（10月） 实收（10日） 应收(100%) 金额(Monthly) AMOUNT(with_tax) AMT(WITHOUT_VAT)"
    " AMT(W/O_VAT) 应收(1000户)"
)


@pytest.mark.parametrize("heading", NONE.split())
def test_a_heading_without_a_unit_has_none(heading: str) -> None:
    for written in (heading, heading.replace("_", " ")):
        assert heading_units(written) == (set(), False)


def test_no_heading_that_a_shipped_mapping_knows_is_unclear() -> None:
    rules = [rule for mapping in shipped_mappings() for rule in mapping.tables.values()]
    headings = {h for r in rules for c, one in r.columns.items() if c.endswith(MONEY) for h in one.headings}
    assert len(headings) > 20 and all(heading_units(h) == (set(), False) for h in headings)


@pytest.mark.parametrize(
    "text",
    [
        "某供电（分）公司",
        "单位：分公司",
        "填报单位：元氏县供电公司",
        "单位：户",
        "合计\t123.45",
        "电费（度）",
    ],
)
def test_words_that_only_look_like_a_unit_are_none(text: str) -> None:
    assert said_units(text) == set()


def test_every_amount_that_staging_reads_is_known_as_money() -> None:
    typed = "\n".join(path.read_text("utf-8") for path in (ROOT / "data/sql/staging/typed").glob("*.sql"))
    columns = set(re.findall(r"fen_of\((\w+)", typed))
    assert len(columns) > 8 and all(column.upper().endswith(MONEY) for column in columns)
