"""Loads by hostile hands: mappings that are no mappings, days that cannot be, names of folders and codes."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.__main__ import main
from dashboard.links.link_codes import hidden
from dashboard.nav import ROOT
from data.errors import InputError
from data.load.mapping import mapping_file, mapping_of
from data.state import State
from services.credit.policy_files import read_policy
from services.report.monthly_run import write_report
from services.warehouse import reading_folder
from tests.data.load_folder import (
    BILL,
    RECEIPT,
    bill,
    bills_in,
    is_untouched,
    loaded,
    receipt,
    rows_of,
    text_of,
    write_bills,
)

VALUES = {
    "whole": "1",
    "huge": "9" * 400,
    "fraction": "1.5",
    "no_number": "nan",
    "endless": "-inf",
    "yes": "true",
    "day": "2024-01-01",
    "clock": "07:32:00",
    "empty": '""',
    "nul": r'"\u0000"',
    "numbers": "[1]",
    "lists": '[["a"]]',
    "none": "[]",
    "table": "{}",
    "tables": "{a={b=1}}",
    "long": f'"{"x" * 100_000}"',
    "no_form": '"%Q"',
    "bare_percent": '"%"',
    "quotes": r'''"a'b\"c;--"''',
    "slow_pattern": '"(a+)+$"',
}
COLUMNS = 'columns.CONS_NO="CONS_NO"\ncolumns.RCVBL_YM="RCVBL_YM"\n'
RULES = ("from", "constant", "date", "transform", "plus_days", "add_days", "values", "values.a")


def _mappings(value: str) -> Iterator[str]:
    for key in ("name", "extends", "requires_bills", "shared", "tables", "archives", "archives.suffix"):
        yield f"{key}={value}\n"
    yield f"tables.A_RCVBL_FLOW={value}\n"
    for key in (
        *("files", "archive", "needs", "unit", "columns", "facts", "key", "changed", "facts.a"),
        *("never", "skip", "skip.a"),
    ):
        yield f"[tables.A_RCVBL_FLOW]\n{key}={value}\n{'' if key == 'columns' else COLUMNS}"
    for key in RULES:
        start = "" if key == "from" else 'from="RELEASE_DATE",'
        yield f"[tables.A_RCVBL_FLOW]\n{COLUMNS}columns.RELEASE_DATE={{{start}{key}={value}}}\n"


@pytest.mark.parametrize("value", VALUES)
def test_a_mapping_of_wrong_values_is_refused_by_name_or_loads(value: str, tmp_path: Path) -> None:
    """Parsed by this process here: what the parser itself does is asked below."""
    import tomllib

    for text in _mappings(VALUES[value]):
        try:
            mapping_of(tomllib.loads(text), "mine.toml")
        except InputError as e:
            assert e.key.startswith("mapping_"), text[:80]
            assert all(len(str(v)) < 500 for v in e.params.values()), text[:80]


FILES = {
    "not_utf8": b'name="\xff"',
    "utf_16": 'name="x"'.encode("utf-16"),
    "nul": b"a=1\0",
    "a_name_twice": b'name="a"\nname="b"',
    "a_table_twice": b"[tables.A_RCVBL_FLOW]\n[tables.A_RCVBL_FLOW]\n",
    "boxes_in_boxes": b"a=" + b"[" * 100_000,
    "every_byte": bytes(range(256)),
    "nothing": b"",
    "too_big": b"#" * 2_000_000,
    "a_table": b"a,b\n1,2\n",
}
LOADED = {
    "a_form_of_no_day": 'columns.RELEASE_DATE={from="RELEASE_DATE",date="%Q"}',
    "a_fact_that_is_not_there": 'facts.a="CONS_NO"\nfacts.b="NOT_THERE"',
    "days_beyond_all_calendars": 'columns.RELEASE_DATE={from="RELEASE_DATE",add_days=999999999999}',
    "a_unit_that_is_a_list": 'unit=["yuan"]',
    "a_word_with_quotes": r"""columns.AMT_TYPE={from="AMT_TYPE",values={"0'1"="a'b\"c;--","0*"="01"}}""",
    "a_text_with_quotes": r"""skip={AMT_TYPE=["'; drop table stg_bill;--"]}""",
    "a_heading_with_quotes": r'''columns.RELEASE_DATE="a'b\"c;--"''',
}


@pytest.mark.parametrize("name", FILES)
def test_a_load_by_a_hostile_mapping_ends_in_a_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "en")
    write_bills(tmp_path / "in", [bill(1), bill(2)])
    mapping, house = tmp_path / "mine.toml", tmp_path / "house"
    mapping.write_bytes(FILES[name])
    code = main(["load", str(tmp_path / "in"), "--mapping", str(mapping), "--warehouse", str(house)])
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert code == 2, said
    assert len(said) < 600
    assert is_untouched(house)


@pytest.mark.parametrize("name", LOADED)
def test_a_rule_that_no_file_can_follow_is_refused_or_left_out(name: str, tmp_path: Path) -> None:
    write_bills(tmp_path / "in", [bill(1), bill(2)])
    mapping, house = tmp_path / "mine.toml", tmp_path / "house"
    more = f"[tables.A_RCVBL_FLOW]\n{LOADED[name]}\n{COLUMNS}columns.RCVBL_AMT=['RCVBL_AMT']\n"
    mapping.write_text(more, encoding="utf-8")
    try:
        loaded(tmp_path / "in", house, mapping=mapping)
    except InputError as e:
        assert e.key in ("mapping_wrong_value", "mapping_unknown_name")
        assert is_untouched(house)
    else:
        assert len(bills_in(house)) == 2


def test_a_load_that_was_published_is_done_though_its_report_cannot_be_kept(tmp_path: Path) -> None:
    """It was said that no data was changed."""
    write_bills(tmp_path / "in", [bill(1), bill(2)])
    (tmp_path / "house" / "load_report.json").mkdir(parents=True)
    assert loaded(tmp_path / "in", tmp_path / "house").totals()["loaded"] == 2
    assert len(bills_in(tmp_path / "house")) == 2


@pytest.mark.parametrize("where", ["", "raw"])
def test_a_warehouse_is_no_folder_of_extracts(tmp_path: Path, where: str) -> None:
    """Its raw files are read as any Parquet, and would win over what corrected them since."""
    home = tmp_path / "house"
    write_bills(tmp_path / "in", [bill(1), bill(2)])
    loaded(tmp_path / "in", home)
    for into in (home, tmp_path / "other"):
        with pytest.raises(InputError) as refused:
            loaded(home / where, into)
        assert refused.value.key == "folder_is_warehouse"
    assert len(bills_in(home)) == 2


def test_a_mapping_of_a_hundred_thousand_dots_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from data.read import apart

    monkeypatch.setattr(apart, "MOST_WAIT", 2.0)
    (tmp_path / "mine.toml").write_bytes(b".".join([b"a"] * 100_000) + b"=1")
    with pytest.raises(InputError) as refused:
        mapping_file(tmp_path / "mine.toml")
    assert refused.value.key == "reading_too_much"


def test_an_extract_that_is_small_on_the_disk_and_huge_in_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One text in a dictionary that every row has; more columns than any extract."""
    monkeypatch.setattr("data.load.raw_store.MOST_TEXT", 1 << 28)
    rows, text = 100_000, pa.array(["x" * 10_000])
    one = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), text)
    for name, table in {
        "rows": pa.table(dict.fromkeys(BILL, one)),
        "columns": pa.table({column: ["1"] for column in (*BILL, *map(str, range(2_000)))}),
    }.items():
        (tmp_path / name).mkdir()
        pq.write_table(table, tmp_path / name / "A_RCVBL_FLOW.parquet", compression="zstd")
        with pytest.raises(InputError) as refused:
            loaded(tmp_path / name, tmp_path / "house")
        assert refused.value.key == {"rows": "table_unpacks_too_much", "columns": "table_too_wide"}[name]
    assert is_untouched(tmp_path / "house")


def test_a_line_longer_than_any_record_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data.load.slow_csv.LONGEST_LINE", 300)
    file = write_bills(tmp_path / "in", [bill(1), bill(2), bill(3)])
    lines = file.read_text(encoding="utf-8").splitlines()
    lines[2:2] = ["," * 2_000, '"' + "a" * 1_000, "\0" * 301]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    loaded(tmp_path / "in", tmp_path / "house", extract_date=date(2024, 2, 20))
    assert len(bills_in(tmp_path / "house")) == 3
    aside = rows_of(tmp_path / "house", "select line, reason from quarantine order by line")
    assert aside == [(line, "line_too_long") for line in (3, 4)], "NUL alone is a blank line"


def _years() -> list[dict[str, str]]:
    months = [f"{year}{month:02d}" for year, month in itertools.product((2023, 2024, 2025), range(1, 13))]
    return [bill(n, RCVBL_YM=ym, RELEASE_DATE=f"{ym}28") for n, ym in enumerate(months, 1)]


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2019, 1, 1), "day_before_bills"),
        (date(2023, 12, 31), "day_before_bills"),
        (date(2062, 1, 10), "day_after_bills"),
        (date(2027, 6, 30), "day_ahead"),
        (date(2026, 12, 22), "day_ahead"),
        (date(2026, 12, 21), None),
    ],
)
def test_a_load_whose_day_is_years_away_from_its_bills_is_held(
    day: date, key: str | None, tmp_path: Path
) -> None:
    write_bills(tmp_path / "in", [*_years(), bill(99, RCVBL_YM="209912")])
    if key is None:
        loaded(tmp_path / "in", tmp_path / "house", extract_date=day)
        return
    with pytest.raises(InputError) as held:
        loaded(tmp_path / "in", tmp_path / "house", extract_date=day)
    assert held.value.key == key
    assert is_untouched(tmp_path / "house")


def test_a_load_without_bills_is_held_where_its_day_would_win_for_years(tmp_path: Path) -> None:
    write_bills(tmp_path / "in", _years())
    loaded(tmp_path / "in", tmp_path / "house")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "A_RCVED_FLOW.csv").write_text(text_of([receipt(1)], RECEIPT), encoding="utf-8")
    with pytest.raises(InputError) as held:
        loaded(tmp_path / "more", tmp_path / "house", extract_date=date(2062, 1, 10))
    assert held.value.key == "day_after_loads"
    assert loaded(tmp_path / "more", tmp_path / "house", extract_date=date(2026, 12, 21)).files


def test_one_date_of_a_clock_set_forward_does_not_make_the_day_of_a_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_folder, "today", lambda: date(2101, 1, 1))
    write_bills(tmp_path / "in", [*_years(), bill(99, RELEASE_DATE="20991231")])
    with pytest.raises(InputError) as held:
        loaded(tmp_path / "in", tmp_path / "house")
    assert held.value.key == "day_after_bills"


def test_a_clock_set_back_holds_the_load_and_keeps_what_was_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_bills(tmp_path / "in", _years())
    loaded(tmp_path / "in", tmp_path / "house")
    write_bills(tmp_path / "in", [bill(99, RCVBL_YM="202512", RELEASE_DATE="20251228")])
    monkeypatch.setattr(reading_folder, "today", lambda: date(2001, 1, 1))
    with pytest.raises(InputError) as held:
        loaded(tmp_path / "in", tmp_path / "house")
    assert held.value.key == "day_before_bills"
    assert len(bills_in(tmp_path / "house")) == 36
    report = loaded(tmp_path / "in", tmp_path / "house", accept_day=True)
    assert [f.loaded + f.quarantined for f in report.files] == [1]


def _report(house: Path, out: Path) -> None:
    write_report(house, date(2024, 2, 5), out, read_policy())
    assert (out / "summary.json").is_file()


NAMES = ("a?b", "a*b", "[ab]#%41'c\";$~!@+,={x,y} &z")


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_is_read_whatever_its_name_holds(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside folders that the name, read as a pattern or an address, would be."""
    monkeypatch.delenv("DENGTA_STATE", raising=False)
    for other in ("axb", "a", "b", name.partition("#")[0] + "?"):
        write_bills(tmp_path / other, [bill(7)])
    source, house = tmp_path / name, tmp_path / name / "house"
    write_bills(source, [bill(1), bill(2)])
    (source / "A_RCVED_FLOW.csv").write_text(text_of([receipt(1)], list(receipt(1))), encoding="gb18030")
    loaded(source, house)
    assert set(bills_in(house)) == {"1001", "1002"}
    _report(house, source / "out")
    with closing(State.open(house)) as state:
        assert state.policy_id() is None
    assert (house / "state.db").is_file()
    assert {p.name for p in tmp_path.iterdir()} <= {name, "axb", "a", "b", name.partition("#")[0] + "?"}


def test_codes_of_256_bytes_and_more_load_are_reported_and_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, unit = "9" * 256, "3" * 256
    made = [
        bill(1, CONS_NO=long, ORG_NO=unit, AMT_TYPE="码" * 86, RCVBL_AMT_ID="8" * 256),
        bill(2, RCVBL_AMT_ID="号" * 5_000, CONS_NO="户" * 5_000, ORG_NO="单" * 5_000),
        bill(3),
    ]
    write_bills(tmp_path / "in", made)
    report = loaded(tmp_path / "in", tmp_path / "house")
    assert sum(f.loaded + f.quarantined for f in report.files) == 3
    _report(tmp_path / "house", tmp_path / "out")
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path / "house"))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)
    app.switch_page("pages/customers.py")
    app.query_params["c"], app.query_params["org"] = hidden(long), unit
    app.run()
    assert not app.exception and not app.warning
    assert long in app.subheader[0].value
