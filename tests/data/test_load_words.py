"""Words and numbers that say less, or other, than they seem to: yes and no, zeros, names for a number."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from data.load.extract_tables import TABLES
from data.load.loads import published_loads
from data.load.staging import FOLDER
from data.load.text_views import make_macros
from data.warehouse.snapshots import Warehouse
from tests.data.load_folder import BILL, bill, loaded, report_of, rows_of, text_of, write_bills

NO = ("0", "00", "0.0", "0.00", "N", "n", "No", "false", "False", "F", "否", "无")
YES = ("1", "01", "1.0", "Y", "yes", "True", "TRUE", "T", "是", "有")


@pytest.mark.parametrize(
    ("words", "meant"), [(NO, False), (YES, True), (("2", "02", "10", "maybe", "X"), None)], ids=str
)
def test_yes_and_no_are_told_in_one_place(words: tuple[str, ...], meant: bool | None) -> None:
    with duckdb.connect() as con:
        make_macros(con)
        asked = "select list(is_yes(word)) from (select unnest($words::varchar[]) as word)"
        assert con.execute(asked, {"words": list(words)}).fetchone() == ([meant] * len(words),)


def test_an_identifier_of_zeros_is_none() -> None:
    said = {
        "0": None,
        "000": None,
        " 0 ": None,
        "0.0": None,
        "": None,
        "0010": "0010",
        " 7 ": "7",
        "A0": "A0",
    }
    with duckdb.connect() as con:
        make_macros(con)
        asked = "select list(id_of(word)) from (select unnest($words::varchar[]) as word)"
        assert con.execute(asked, {"words": list(said)}).fetchone() == (list(said.values()),)


def test_bills_are_invisible_where_it_says_so_and_quarantined_where_nobody_can_tell(tmp_path: Path) -> None:
    words = ["", *NO, *YES, "02", "隐"]
    bills = [bill(n, INVISIBLE_FLAG=word) for n, word in enumerate(words)]
    bills += [bill(50, CONS_NO="合计"), bill(51, CONS_NO="00000051户")]
    folder = tmp_path / "in"
    folder.mkdir()
    text = text_of(bills, [*BILL, "INVISIBLE_FLAG"])
    (folder / "A_RCVBL_FLOW.csv").write_text(text, encoding="utf-8")
    loaded(folder, tmp_path / "wh")
    found = rows_of(tmp_path / "wh", "select is_billed, count(*) from fct_bill group by all order by all")
    assert found == [(False, len(YES)), (True, 1 + len(NO))]
    asked = "select column_name, reason, value from quarantine order by line"
    assert rows_of(tmp_path / "wh", asked) == [
        ("INVISIBLE_FLAG", "not_yes_or_no", "02"),
        ("INVISIBLE_FLAG", "not_yes_or_no", "隐"),
        ("CONS_NO", "words", "合计"),
        ("CONS_NO", "words", "00000051户"),
    ]


def test_characters_in_a_customers_number_are_no_words_of_a_total() -> None:
    said = dict.fromkeys(["00000001", "A栋00000000", "3号楼201", "K-1", ""], False)
    said |= dict.fromkeys(["合计", "张三", "1月合计", "00000051户", "180 笔", "A栋小计3"], True)
    with duckdb.connect() as con:
        make_macros(con)
        asked = "select list(is_worded(word)) from (select unnest($words::varchar[]) as word)"
        assert con.execute(asked, {"words": list(said)}).fetchone() == (list(said.values()),)


@pytest.mark.parametrize("name", sorted(n for n, t in TABLES.items() if "CONS_NO" in t.columns))
def test_no_table_takes_words_for_a_customers_number(name: str) -> None:
    if name != "ARC_E_CONS_SNAP":  # its customer is the bill's
        text = (FOLDER / "typed" / f"{name}.sql").read_text(encoding="utf-8")
        assert "when is_worded(cons_no) then 'CONS_NO:words'" in text


MANY = 120
"""Records enough for a total in their midst to be none of the first or last lines."""
HALF = MANY // 2
TOTALS = ("合计", "合计(户)", "合计30户", "合计：180笔", "1月合计", "2024年1月合计", "白榆供电所小计", "累计")


def _written(folder: Path, name: str, rows: list[list[str]]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")


@pytest.mark.parametrize("place", ["end", "middle"])
def test_a_total_of_balances_is_no_balance_though_all_its_cells_are_filled(
    place: str, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    write_bills(folder, [bill(n) for n in range(1, 4)])
    balances = [[f"{n:08d}", f"{n}.00"] for n in range(1, MANY + 1)]
    totals = [[word, "6.00"] for word in TOTALS]
    rows = [*balances, *totals] if place == "end" else [*balances[:HALF], *totals, *balances[HALF:]]
    _written(folder, "A_ACCT_BAL.csv", [["CONS_NO", "PREPAY_BAL"], *rows])
    named = ["单位", "CONS_NO", "PREPAY_AMT", "PREPAY_YM"]
    flows = [["白榆所", f"{n:08d}", "1.00", "202401"] for n in range(1, MANY + 1)]
    total = ["合计", "3", "3.00", "202401"]
    rows = [*flows, total] if place == "end" else [*flows[:HALF], total, *flows[HALF:]]
    _written(folder, "A_PREPAY_FLOW.csv", [named, *rows])
    report = loaded(folder, tmp_path / "wh")
    for name, lines in (("A_ACCT_BAL.csv", len(TOTALS)), ("A_PREPAY_FLOW.csv", 1)):
        told = report_of(report, name)
        assert (told.read, told.loaded, told.quarantined, told.named) == (MANY, MANY, 0, {"total": lines})
    assert rows_of(tmp_path / "wh", "select sum(balance) from fct_prepaid") == [
        (MANY * (MANY + 1) // 2 * 100,)
    ]


def test_codes_units_and_customers_may_be_called_like_a_total(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write_bills(folder, [bill(1)])
    codes = [[name, str(code), "01", ""] for code, name in enumerate(("合计", "汇总", "农业"), start=77)]
    _written(
        folder, "SA_PROP_LIST.csv", [["PROP_LIST_NAME", "PROP_LIST_ID", "PROP_TYPE_ID", "REMARK"], *codes]
    )
    units = [["334", "浙江", "", "02"], ["33401", "汇总", "334", ""], ["33402", "总计", "334", ""]]
    _written(folder, "O_ORG.csv", [["ORG_NO", "ORG_NAME", "P_ORG_NO", "ORG_TYPE"], *units])
    people = [["合计", "00000001", "33401", ""], ["总计", "00000002", "33401", ""], ["合计", "", "2户", ""]]
    _written(folder, "C_CONS.csv", [["CONS_NAME", "CONS_NO", "ORG_NO", "ELEC_ADDR"], *people])
    report = loaded(folder, tmp_path / "wh")
    told = {f.file: (f.read, f.loaded, f.named.get("total", 0)) for f in report.files}
    assert told["SA_PROP_LIST.csv"] == (3, 3, 0) and told["O_ORG.csv"] == (3, 3, 0)
    assert told["C_CONS.csv"] == (2, 2, 1)
    kept = {path.name.split(".")[0] for path in (tmp_path / "wh" / "raw").iterdir()}
    (load,) = published_loads(Warehouse(tmp_path / "wh"))
    assert kept == {f.raw.key for f in load.files}, "no reading that nobody names is left"
    again = loaded(folder, tmp_path / "wh")
    assert {f.file: (f.read, f.loaded) for f in again.files}["O_ORG.csv"] == (3, 0)
