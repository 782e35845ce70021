"""Whose name stands in clear: companies and public bodies; a person's never, whatever stands around it."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.ask.sql_files import FOLDER
from services.customers import masking
from services.customers.masking import masked_name

CLEAR = (
    "临岚万和化工有限公司",
    "合肥第一棉纺织有限责任公司",
    "华为（安徽）有限公司",
    "徽商(集团)股份公司",
    "ABC材料有限公司",
    "青屿顺发镇人民政府",
    "临岚远航银行支行",
    "青屿远航初级中学",
    "临岚兴隆自来水公司",
    "临岚德昌蔬菜种植合作社",
)
MASKED = (
    "张三",
    "欧阳娜娜",
    "李",
    "张三超市",
    "临岚张三超市",
    "王小明饭店",
    "李四塑料厂",
    '张记"一口香"小吃店',
    "张三公司",
    "王小明 万和有限公司",
    "万和有限公司(张三)",
    "万和有限公司张三",
    "华为（张三）有限公司",
    "万和有限公司13812345678",
    "张三养殖合作社",
    "李四医院",
    "340123199001011234",
    "万和有限公司\n",
    " 有限公司",
    "有限公司",
    "=有限公司",
    "张三;有限公司",
    "王小明幼儿园",
    "司马相如银行",
    "John Smith",
    "a",
    "临岚万和超市",
    "临岚中润塑料制品厂",
    "𠮷田有限公司",
)


LARGE = ("临岚中润塑料制品厂", "青屿佳美砖瓦厂", "青屿鑫源大酒店", "临岚远航货运站", "临岚嘉禾百货商场")
"""In clear of a customer of high voltage alone."""
OPERATORS = ("张三", "王小明", "欧阳娜娜", "李四", "司马相如", "钱进", "何大勇")
TOWNS = ("", "临岚", "青屿市", "临岚县", "临岚县城关镇", "青屿市松浦区", "临岚东陂村")
FORMS = ("超市", "塑料制品厂", "砖瓦厂", "大酒店", "餐馆", "经营部", "养殖场", "洗浴中心", "货运站")


@pytest.mark.parametrize("name", LARGE)
def test_an_enterprise_of_high_voltage_stands_in_clear(name: str) -> None:
    assert masked_name(name, "01") == name
    assert all("***" in masked_name(name, other) for other in ("02", "03", "", None))


@given(
    st.sampled_from(TOWNS),
    st.sampled_from(OPERATORS),
    st.sampled_from(FORMS),
    st.sampled_from(("01", "02", "")),
)
def test_a_sole_trader_called_after_a_person_never_does(town: str, who: str, form: str, group: str) -> None:
    assert who not in masked_name(f"{town}{who}{form}", group)


@pytest.mark.parametrize("name", CLEAR)
def test_a_company_stands_in_clear(name: str) -> None:
    assert masked_name(name) == name


@pytest.mark.parametrize("name", MASKED)
def test_what_may_name_a_person_is_masked(name: str) -> None:
    shown = masked_name(name)
    assert "*" in shown and shown != name and len(shown.replace("*", "")) <= 4


def test_the_database_shows_what_the_screen_shows() -> None:
    told = (FOLDER / "include" / "shown_name.sql").read_text(encoding="utf-8")
    whole = re.sub(r"'\s*\|\| '", "", told)
    assert all(p in whole for p in (masking.COMPANY, masking.BODY, masking.TRADE, masking.SURNAMES))
    names = [*CLEAR, *MASKED, *LARGE, *(f"{s}{n}" for s in masking.SURNAMES[::17] for n in (*CLEAR, *LARGE))]
    names += [f"{town}{who}{form}" for town in TOWNS for who in OPERATORS for form in FORMS]
    with duckdb.connect() as db:
        db.execute("create table people as select unnest($names::varchar[]) as name", {"names": names})
        for group in ("01", "02", None):
            found = db.execute(f"select {told} from (select name, $c as class from people)", {"c": group})
            assert [shown for (shown,) in found.fetchall()] == [masked_name(n, group) for n in names]
    assert masked_name(None) == masked_name("") == ""


def test_a_phone_and_an_id_number_are_left_out_of_names_that_are_shown_whole() -> None:
    texts = [
        "张所长13812345678",
        "联系 138-1234 5678（张）",
        "云澜340123199001011234供电所",
        "34012319900101123X",
    ]
    plain = ["云澜供电所", "10kV人民1线", "梧桐1号公变", "334010101", "2026年11月20日", "020-87654321"]
    macro = (FOLDER.parent / "marts" / "05_macros.sql").read_text(encoding="utf-8")
    contact = (FOLDER / "include" / "shown_contact.sql").read_text(encoding="utf-8")
    assert masking.NUMBER in macro and masking.NUMBER in contact
    with duckdb.connect() as db:
        db.execute(macro)
        for text in [*texts, *plain]:
            shown = masking.without_numbers(text)
            assert not re.search(r"\d{9}", shown.replace(" ", "")) or text in plain
            assert (shown == text) == (text in plain)
            assert db.execute("select without_numbers($t)", {"t": text}).fetchall() == [(shown,)]


@pytest.mark.parametrize(
    ("address", "mobile", "hidden"),
    [
        ("13812345678", "13812345678", "12345"),
        ("340123199001011234", "张三丰", "三丰"),
        ("欧阳娜娜", "梧桐村211号", "桐村"),
    ],
)
def test_what_stands_in_the_wrong_column_is_masked_there(address: str, mobile: str, hidden: str) -> None:
    told = (FOLDER / "include" / "shown_contact.sql").read_text(encoding="utf-8")
    with duckdb.connect() as db:
        db.execute(
            "create table dim_customer as select $a as address, $m as mobile", {"a": address, "m": mobile}
        )
        [shown] = db.execute(f"select {told} from dim_customer").fetchall()
    assert all(len(s.replace("*", "")) <= 6 and hidden not in s and not re.search(r"\d{6}", s) for s in shown)
