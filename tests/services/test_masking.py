"""Whose name stands in clear: companies and public bodies; a person's never, whatever stands around it."""

from __future__ import annotations

import re

import duckdb
import pytest

from data.sql_files import FOLDER
from services import masking
from services.masking import masked_name

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
    "𠮷田有限公司",
)


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
    assert masking.COMPANY in whole and masking.BODY in whole and masking.SURNAMES in whole
    names = [*CLEAR, *MASKED, *(f"{s}{n}" for s in masking.SURNAMES[::17] for n in CLEAR)]
    with duckdb.connect() as db:
        db.execute("create table people as select unnest($names::varchar[]) as name", {"names": names})
        found = db.execute(f"select {told} from people").fetchall()
    assert [shown for (shown,) in found] == [masked_name(n) for n in names]
    assert masked_name(None) == masked_name("") == ""
