"""What a mapping may say of another schema: words, archives, records left out; and which mapping is meant."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.errors import InputError
from data.load.arrivals import Piece
from data.load.choosing import choose_mapping
from data.load.extract_files import ExtractFile
from data.load.mapping import Mapping, mapping_of, read_mapping, shipped_mappings
from tests.data.load_folder import BILL, RECEIPT, bill, loaded, receipt, rows_of, text_of, write_bills

REPLICA = next(m for m in shipped_mappings() if m.name == "replica")
TABLES = {
    "m_a_rcvbl_flow": "id,calc_id,amt_type,rcvbl_ym,cons_no,org_no,t_pq,rcvbl_amt,rcved_amt,settle_flag",
    "m_a_rcved_flow": "id,rcvbl_amt_id,charge_id,org_no,cons_no,rcved_date,this_rcved_amt,rcved_ym",
    "m_a_pay_flow": "id,cashchk_id,cons_no,org_no,charge_ym,charge_date,type_code,rcv_amt,charge_emp_no",
    "m_a_acct_bal": "id,cons_no,prepay_bal,freeze_amt,check_amt,transit_note_bal,card_bal,bal_type",
    "m_a_prepay_flow": "id,charge_id,prepay_amt,cons_no,prepay_date,prepay_ym,rcvbl_amt_id,bal_type",
    "m_e_cons_snap": "id,ym,cons_id,cons_no,org_no,calc_date,send_date,cons_sort_code,trade_type_code,"
    "elec_type_code,volt_code,mr_sect_no,contract_cap,run_cap,ctl_mode",
    "m_c_cons": "id,cust_id,cons_no,orgn_cons_no,cons_name,elec_addr,cons_sort_code,elec_type_code,"
    "trade_code,volt_code,contract_cap,run_cap,build_date,ps_date,notify_mode,status_code,org_no,ctl_mode",
    "m_c_contact": "id,contact_mode,contact_prio,contact_name,mobile,office_tel,homephone",
    "m_c_cons_contact_rela": "cons_id,contact_id",
    "m_c_mp": "id,cons_id,tg_id,line_id,type_code,status_code,GPS_LONGITUDE,GPS_LATITUDE,GPS_TYPE",
    "m_g_tg": "id,org_no,tg_no,tg_name,tg_cap,inst_addr,pub_priv_flag,run_status_code",
    "m_g_line_tg_rela": "tg_id,line_id,rela_flag",
    "m_p_code": "code_type,value,name",
    "ac_org": "id,name,code,short_code,pid,type,level",
    "m_r_sect": "id,name,org_no",
    "m_r_oper_activity": "mr_sect_no,act_code,operator_no,effect_flag",
}
"""Tables of the replica that Dengta reads, by the headings of its schema."""
OF = {
    "m_a_rcvbl_flow": "A_RCVBL_FLOW",
    "m_a_rcved_flow": "A_RCVED_FLOW",
    "m_a_pay_flow": "A_PAY_FLOW",
    "m_a_acct_bal": "A_ACCT_BAL",
    "m_a_prepay_flow": "A_PREPAY_FLOW",
    "m_e_cons_snap": "ARC_E_CONS_SNAP",
    "m_c_cons": "C_CONS",
    "m_c_contact": "C_CONTACT",
    "m_c_cons_contact_rela": "C_CONS_CONTACT_RELA",
    "m_c_mp": "C_MP",
    "m_g_tg": "G_TG",
    "m_g_line_tg_rela": "G_LINE_TG_RELA",
    "m_p_code": "SA_PROP_LIST",
    "ac_org": "O_ORG",
    "m_r_sect": "R_SECT",
    "m_r_oper_activity": "R_OPER_ACTIVITY",
}
STRANGERS = {
    "m_c_cust": "id,cust_no,name,economy_type_code,credit_level_code,risk_level_code,vip_flag,reg_capital",
    "m_a_transit": "id,transit_no,pay_mode,transit_num,t_amt,t_rcved_amt,transit_status,use_date",
    "m_a_transit_det": "id,rcvbl_amt_id,transit_id,cons_no,transit_amt,transit_penalty,rcved_amt",
    "m_g_tg_ll_det": "id,stat_id,tg_id,tg_no,read_ppq,t_ppq,t_spq,lpq,l_llr,ll_idx,resp_emp_no,tg_cap",
    "m_g_ll_stat": "id,bgn_date,end_date,gateway_bgn_date,gateway_end_date,data_status",
    "m_g_chkunit": "id,chkunit_type_code,org_no,exam_flag,resp_emp_no",
    "m_g_chkunit_comp": "id,chkunit_id,obj_id,obj_type_code",
    "m_g_io_mp": "id,chkunit_id,mp_id,io_id,gspq_comp_type",
    "m_e_cons_prc_amt_arc": "id,calc_id,ym,prc_code,level_num,t_settle_pq,t_amt,t_cat_kwh_amt,t_pl_amt",
    "m_e_kwh_amt_arc": "id,prc_amt_id,prc_ts_code,settle_apq,kwh_prc,kwh_amt",
    "m_st_sms_send_record": "id,sms_phone,sms_content,send_status,generate_time,send_time,rela_id",
}
"""Others of it, which have no home yet."""


def _file(name: str, headings: str) -> ExtractFile:
    piece = Piece(Path("nowhere"), name, "text", (Path(name).stem,))
    return ExtractFile(piece, name, 1, tuple(headings.split(",")))


def _read_as(name: str, headings: str, mapping: Mapping) -> str | None:
    from data.load.matching import fitting_tables

    try:
        found = fitting_tables(_file(name, headings), mapping)
    except InputError as e:
        return e.key
    return found[0].table if found else None


def _mapping(text: str, name: str = "mine") -> Mapping:
    return mapping_of(tomllib.loads(f'name = "{name}"\n{text}'), f"{name}.toml")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_replica_is_known_by_its_name_and_by_its_columns_alone(name: str) -> None:
    for called in (f"{name}.csv", f"{name}_202610.csv", "导出1.csv", "A_export.csv"):
        assert _read_as(called, TABLES[name], REPLICA) == OF[name], called
        assert _read_as(called, f"{TABLES[name]},create_time,create_user", REPLICA) == OF[name], called


@pytest.mark.parametrize("name", STRANGERS)
def test_a_table_without_a_home_is_taken_for_no_other(name: str) -> None:
    assert _read_as(f"{name}.csv", STRANGERS[name], REPLICA) is None
    assert _read_as("export.csv", STRANGERS[name], REPLICA) is None


def test_an_archive_is_known_by_what_its_name_ends_or_begins_with() -> None:
    from data.load.matching import fitting_tables

    mapping = _mapping(
        'archives = { suffix = ["_arc"], prefix = ["old_"] }\n'
        '[tables.A_RCVBL_FLOW]\nfiles = ["bills"]\nneeds = ["CONS_NO"]\n'
    )
    for name, archived in (
        ("bills", False),
        ("bills_arc", True),
        ("old_bills_202610", True),
        ("x_arc", False),
    ):
        (found,) = fitting_tables(_file(f"{name}.csv", "CONS_NO,RCVBL_YM"), mapping)
        assert found.archive is archived, name


def test_words_of_a_source_are_read_for_what_is_meant(tmp_path: Path) -> None:
    """Whole words before beginnings, the longest beginning first; what is not named stays as it came."""
    write_bills(
        tmp_path / "in", [bill(n, AMT_TYPE=k) for n, k in enumerate((" owed ", "30", "3012", "3099", "x"))]
    )
    (tmp_path / "m.toml").write_text(
        'extends = "sg186"\n[tables.A_RCVBL_FLOW]\nneeds = ["CONS_NO"]\n'
        "[tables.A_RCVBL_FLOW.columns.AMT_TYPE]\n"
        'from = ["AMT_TYPE"]\nvalues = { "owed" = "01", "30*" = "31", "301*" = "32", "30" = "33" }\n'
    )
    loaded(tmp_path / "in", tmp_path / "wh", mapping=tmp_path / "m.toml")
    assert [k for (k,) in rows_of(tmp_path / "wh", "select amt_type from fct_bill order by bill_no")] == [
        *("01", "33", "32", "31", "x")
    ]


def test_records_that_a_mapping_leaves_out_are_counted(tmp_path: Path) -> None:
    write_bills(tmp_path / "in", [bill(n, AMT_TYPE=k) for n, k in enumerate(("01", "99", " 99", "98", ""))])
    (tmp_path / "m.toml").write_text(
        'extends = "sg186"\n[tables.A_RCVBL_FLOW]\nneeds = ["CONS_NO"]\nskip = { amt_type = ["99", "98"] }\n'
    )
    report = loaded(tmp_path / "in", tmp_path / "wh", mapping=tmp_path / "m.toml")
    (file,) = report.files
    assert (file.read, file.loaded, file.named, file.yuan["read"]) == (2, 2, {"passed": 3}, 404)
    assert report.mapping == "m.toml"


def test_a_file_called_as_one_table_with_a_heading_of_another_is_refused(tmp_path: Path) -> None:
    write_bills(tmp_path / "in", [bill(1)])
    (tmp_path / "in" / "m_c_cons.csv").write_text(f"{TABLES['m_e_cons_snap']},cons_name\n{',' * 15}\n")
    (tmp_path / "m.toml").write_text(
        'extends = "sg186"\n[tables.C_CONS]\nfiles = ["m_c_cons"]\nnever = ["calc_date"]\n'
    )
    with pytest.raises(InputError) as e:
        loaded(tmp_path / "in", tmp_path / "wh", mapping=tmp_path / "m.toml")
    assert (e.value.key, e.value.params["heading"]) == ("heading_of_another_table", "calc_date")


WRONG: dict[str, tuple[str, str]] = {
    "a star in the middle": ('values = { "3*0" = "31" }', "values.3*0"),
    "a star alone": ('values = { "*" = "31" }', "values.*"),
    "a star in what is meant": ('values = { "30" = "3*" }', "values.30"),
    "no text": ('values = { "30" = 31 }', "values.30"),
    "nothing written": ('values = { " " = "31" }', "values. "),
    "no list of words": ('values = ["30"]', "A_PAY_FLOW.TYPE_CODE.values"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_words_that_say_nothing_are_refused_by_their_place(wrong: str) -> None:
    said, place = WRONG[wrong]
    with pytest.raises(InputError) as e:
        _mapping(f'[tables.A_PAY_FLOW.columns]\nTYPE_CODE = {{ from = ["TYPE_CODE"], {said} }}\n')
    assert e.value.key == "mapping_wrong_value"
    assert str(e.value.params["place"]).endswith(place)


@pytest.mark.parametrize(
    "said", ['skip = { a = "1" }', "skip = { a = [] }", "skip = { a = [1] }", "never = [1]"]
)
def test_what_leaves_out_nothing_is_refused(said: str) -> None:
    with pytest.raises(InputError) as e:
        _mapping(f"[tables.A_PAY_FLOW]\n{said}\n")
    assert e.value.key == "mapping_wrong_value"


def _bill_files(*names: str, headings: str = ",".join(BILL)) -> list[ExtractFile]:
    return [_file(name, headings) for name in names]


def _chosen(files: list[ExtractFile], mappings: Any) -> str:
    try:
        return choose_mapping(files, mappings).name
    except InputError as e:
        return f"{e.key}: {e.params['one']}, {e.params['other']}"


def test_the_mapping_is_told_by_columns_whatever_the_files_are_called() -> None:
    shipped = shipped_mappings()
    replica = [_file(f"{n}.csv", headings) for n, headings in enumerate(TABLES.values())]
    for mappings in (shipped, shipped[::-1]):
        assert _chosen(replica, mappings) == "replica"
        assert _chosen(_bill_files("1.csv"), mappings) == "sg186"
        assert _chosen(_bill_files("m_a_rcvbl_flow.csv"), mappings) == "sg186"
        assert _chosen([_file("A_RCVBL_FLOW.csv", TABLES["m_a_rcvbl_flow"])], mappings) == "replica"


def test_a_folder_of_both_schemas_is_refused_with_both_named() -> None:
    official = [_file(f"{n}.csv", "CONS_ID,CONS_NO,CONS_NAME,ORG_NO,TRADE_CODE") for n in range(3)]
    replica = [_file(f"r{n}.csv", TABLES["m_a_rcvbl_flow"]) for n in range(3)]
    said = _chosen([*official, *replica, *_bill_files("o.csv")], shipped_mappings())
    assert said in ("mappings_alike: sg186, replica", "mappings_alike: replica, sg186")


def test_one_file_of_the_other_schema_is_refused_where_it_would_be_read_for_less() -> None:
    """Nine official tables and the replica's bills, whose key none but the replica's mapping knows."""
    nine = _bill_files(*(f"{n}.csv" for n in range(9)))
    bills = [_file("x.csv", TABLES["m_a_rcvbl_flow"])]
    assert _chosen([*nine, *bills], shipped_mappings()).startswith("mappings_alike")
    units = [_file("x.csv", TABLES["ac_org"])]
    assert _chosen([*nine, *units], shipped_mappings()) == "sg186", "named as a file that is no table"
    assert _chosen([*nine[:3], *units], shipped_mappings()).startswith("mappings_alike")


def test_where_columns_do_not_tell_whole_names_do() -> None:
    """A column `id` beside the official key: each mapping reads one column that the other does not."""
    headings = ",".join(["id", *BILL])
    assert _chosen(_bill_files("A_RCVBL_FLOW.csv", headings=headings), shipped_mappings()) == "sg186"
    assert _chosen(_bill_files("m_a_rcvbl_flow.csv", headings=headings), shipped_mappings()) == "replica"
    said = _chosen(_bill_files("m_a_rcvbl_flow_new.csv", headings=headings), shipped_mappings())
    assert said.startswith("mappings_alike")


def test_mappings_that_read_alike_are_one_and_those_that_mean_otherwise_are_refused() -> None:
    own = '[tables.A_RCVBL_FLOW]\nneeds = ["CONS_NO"]\n'
    one, other, fen = (_mapping(own, name) for name in ("one", "other", "fen"))
    fen = replace(fen, tables={"A_RCVBL_FLOW": replace(fen.tables["A_RCVBL_FLOW"], unit="fen")})
    files = _bill_files("bills.csv")
    assert _chosen(files, (one, other)) == "one"
    assert _chosen(files, (other, one)) == "other"
    assert _chosen(files, (one, fen)) == "mappings_alike: one, fen"
    assert _chosen(files, (fen,)) == "fen"


def test_a_load_without_a_mapping_takes_the_replicas(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    rows = [{k.lower(): v for k, v in bill(1).items()} | {"id": "1001", "settle_flag": "owed"}]
    columns = ["id", *(c.lower() for c in BILL[1:]), "settle_flag"]
    (tmp_path / "in" / "甲.csv").write_text(text_of(rows, columns))
    paid = [{k.lower(): v for k, v in receipt(1).items()} | {"id": "5001"}]
    (tmp_path / "in" / "乙.csv").write_text(
        text_of(paid, ["id", "rcvbl_amt_id", "cons_no", "rcved_date", "this_rcved_amt"])
    )
    report = loaded(tmp_path / "in", tmp_path / "wh")
    assert report.mapping == "replica"
    assert rows_of(tmp_path / "wh", "select bill_no, settle_flag, received from fct_bill") == [
        ("1001", "01", 100)
    ]
    again = loaded(tmp_path / "in", tmp_path / "wh")
    assert (again.totals()["loaded"], again.totals()["merged"]) == (0, 2)


def test_the_built_in_mapping_is_no_file_of_its_own() -> None:
    assert read_mapping().raw is None and shipped_mappings()[0] is read_mapping()
    assert REPLICA.raw is not None


def _write(folder: Path, **tables: str) -> Path:
    """A folder of one bill, of customer 00000001, and these tables."""
    write_bills(folder, [bill(1)])
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_accounts_of_the_latest_extract_make_a_customers_balance(tmp_path: Path) -> None:
    """One that is gone, or told without its number, is not added to those that came after."""
    accounts = "ACCT_BAL_ID,CONS_NO,PREPAY_BAL,BAL_TYPE\n1,00000001,100.00,01\n2,00000001,50.00,03\n"
    steps = (
        (f"{accounts}3,00000001,900.00,12\n", 15000),
        ("ACCT_BAL_ID,CONS_NO,PREPAY_BAL,BAL_TYPE\n1,00000001,30.00,01\n", 3000),
        ("CONS_NO,PREPAY_BAL\n00000001,20.00\n", 2000),
        ("ACCT_BAL_ID,CONS_NO,PREPAY_BAL,BAL_TYPE\n9,00000001,70.00,11\n", 0),
    )
    for number, (text, balance) in enumerate(steps):
        folder = _write(tmp_path / f"2024060{number + 1}", A_ACCT_BAL=text)
        loaded(folder, tmp_path / "wh")
        assert rows_of(tmp_path / "wh", "select coalesce(sum(balance), 0) from fct_prepaid") == [(balance,)]


def test_a_contact_for_accounts_stands_before_all_others_and_a_line_in_force_before_former_ones(
    tmp_path: Path,
) -> None:
    folder = _write(
        tmp_path / "in",
        C_CONS="CONS_ID,CONS_NO,CONS_NAME\n7,00000001,a\n8,00000002,b\n",
        C_CONTACT="CONTACT_ID,MOBILE,CONTACT_MODE,CONTACT_PRIO\n"
        "1,131,03,1\n2,132,02,2\n3,133,02,1\n4,,02,0\n5,135,,\n6,136,01,1\n",
        C_CONS_CONTACT_RELA="CONS_ID,CONTACT_ID\n7,1\n7,2\n7,3\n7,4\n7,5\n8,5\n8,6\n",
        C_MP="MP_ID,CONS_ID,TG_ID,LINE_ID\n1,7,70,\n2,8,70,99\n",
        G_TG="TG_ID,TG_NO\n70,700\n",
        G_LINE_TG_RELA="TG_ID,LINE_ID,RELA_FLAG\n70,91,1\n70,92,0\n",
    )
    loaded(folder, tmp_path / "wh")
    mobiles = "select cons_no, mobile from dim_customer order by 1"
    assert rows_of(tmp_path / "wh", mobiles) == [("00000001", "133"), ("00000002", "135")]
    assert rows_of(tmp_path / "wh", "select line_id from stg_meter_point order by 1") == [("91",), ("99",)]


def test_keys_and_months_that_were_kept_as_fractions_are_read_as_they_were(tmp_path: Path) -> None:
    """As a program writes a column of whole numbers with a gap; amounts are left as they are."""
    rows = [bill(n, RCVBL_AMT_ID=f"{1000 + n}.0", RCVBL_YM="202401.0", ORG_NO="33401.0") for n in (1, 2)]
    write_bills(tmp_path / "in", [*rows, bill(3, RCVBL_YM="202401.0", ORG_NO="")])
    (tmp_path / "in" / "A_RCVED_FLOW.csv").write_text(text_of([receipt(1)], RECEIPT), encoding="utf-8")
    report = loaded(tmp_path / "in", tmp_path / "wh")
    assert report.totals()["quarantined"] == 0 and report.checks["receipts_without_bill"] == 0
    bills = rows_of(tmp_path / "wh", "select bill_no, rcvbl_ym, amount from fct_bill order by 1")
    assert bills == [("1001", 202401, 101), ("1002", 202401, 202), ("1003", 202401, 303)]
    units = rows_of(tmp_path / "wh", "select distinct org_no from dim_segment order by 1")
    assert units == [("-",), ("33401",)]
    told = rows_of(
        tmp_path / "wh", "select column_name, lines from reading where kind = 'fraction' order by 1"
    )
    assert told == [("ORG_NO", 2), ("RCVBL_AMT_ID", 2), ("RCVBL_YM", 3)]
