"""Days and times of day as people and programs write them, and the zone that may move the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.load.text_views import make_macros
from tests.data.load_folder import bill, loaded, receipt, rows_of, write_bills

CHINA = timezone(timedelta(hours=8))
FORMS = (
    lambda d: f"{d:%Y%m%d%H%M%S}",
    lambda d: f"{d:%Y-%m-%d %H:%M:%S}",
    lambda d: f"{d:%Y-%m-%dT%H:%M:%S}",
    lambda d: f"{d:%Y%m%dT%H%M%S}",
    lambda d: f"{d:%Y-%m-%d %H.%M.%S.000000}",
    lambda d: f"{d:%Y-%m-%d-%H.%M.%S.000000}",
    lambda d: f"{d.year}年{d.month}月{d.day}日 {d.hour}:{d:%M:%S}",
    lambda d: f"{d.year}年{d.month}月{d.day}日{d.hour}时{d.minute}分{d.second}秒",
    lambda d: f"{d.year}/{d.month}/{d.day} {d.hour}:{d:%M:%S}",
    lambda d: (
        f"{d.year}/{d.month}/{d.day} {'下午' if d.hour >= 12 else '上午'} {d.hour % 12 or 12}:{d:%M:%S}"
    ),
    lambda d: f"{d:%Y-%m-%d %I:%M:%S %p}",
    lambda d: f" {d:%Y.%m.%d %H:%M:%S} ",
)
"""Of an instant of whole seconds in China's time."""
ZONES = st.integers(-11 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))
INSTANTS = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30))


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        make_macros(connection)
        yield connection


def _read(con: duckdb.DuckDBPyConnection, *texts: str) -> list[tuple[object, ...]]:
    """The day and the instant of each."""
    asked = "select day_of(x), instant_of(x) from (select unnest($texts) as x)"
    return con.execute(asked, {"texts": list(texts)}).fetchall()


@settings(max_examples=12)
@given(INSTANTS)
def test_the_time_of_day_is_kept_in_every_form(con: duckdb.DuckDBPyConnection, d: datetime) -> None:
    whole = d.replace(microsecond=0)
    texts = [form(whole) for form in FORMS]
    assert dict(zip(texts, _read(con, *texts), strict=True)) == dict.fromkeys(texts, (whole.date(), whole))
    micro, milli = d.isoformat(sep=" ", timespec="microseconds"), d.isoformat(timespec="milliseconds")
    thousands = d.replace(microsecond=d.microsecond // 1000 * 1000)
    assert _read(con, micro, milli) == [(d.date(), d), (d.date(), thousands)]
    minute, minutes = (
        whole.replace(second=0),
        (f"{d:%Y/%m/%d %H:%M}", f"{d:%Y%m%d%H%M}", f"{d:%Y年%m月%d日%H:%M}"),
    )
    assert _read(con, *minutes) == [(d.date(), minute)] * 3
    midnight = datetime(d.year, d.month, d.day)
    days = (f"{d:%Y%m%d}", f"{d.year}/{d.month}/{d.day}", f"{d.year}年{d.month}月{d.day}日", f"{d:%Y-%m-%d}")
    assert _read(con, *days) == [(d.date(), midnight)] * 4


@settings(max_examples=12)
@given(INSTANTS, ZONES)
def test_a_zone_moves_the_day_to_chinas(con: duckdb.DuckDBPyConnection, d: datetime, zone: timezone) -> None:
    here = d.replace(tzinfo=zone).astimezone(CHINA).replace(tzinfo=None)
    texts = [d.replace(tzinfo=zone).isoformat(), d.replace(tzinfo=zone).isoformat(sep=" ")]
    if zone == UTC:
        texts += [f"{d.isoformat()}Z", f"{d:%Y%m%dT%H%M%S.%f}Z", f"{d.isoformat(sep=' ')}+00"]
    assert dict(zip(texts, _read(con, *texts), strict=True)) == dict.fromkeys(texts, (here.date(), here))


@pytest.mark.parametrize(
    "text", ["2026-10-05T99:15:00Z", "2026-10-05T08:75:00+08:00", "20261305081500", "2026年2月30日 08:15"]
)
def test_what_is_no_instant_is_not_guessed_at(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert _read(con, text) == [(None, None)]


def test_a_clock_that_is_none_is_no_midnight(con: duckdb.DuckDBPyConnection) -> None:
    assert [at for _, at in _read(con, "2026/10/5 nine", "20261005 25:00", "2026年9月5日 8:75")] == [None] * 3


@pytest.mark.parametrize(
    "text", ["2024/2/5 08:15-09:15", "2024-02-05 8:15-17:45", "2024年2月5日08:15-09:15", "20240205 0815-0915"]
)
def test_a_span_of_time_is_no_zone_and_no_instant(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert _read(con, text) == [(date(2024, 2, 5), None)]


MONTHS = (
    "202401",
    "2024-01",
    "2024/1",
    "2024年1月",
    "2024/1/1",
    "2024.1.1",
    "20240101",
    "20240101000000",
    "2024-01-01 00:00:00",
    "2024-01-01T00:00:00",
    "2024年1月1日",
    "2024年01月01日 0:00:00",
    "Jan-24",
    "JAN-2024",
    " 2024/1/1 ",
)


def test_a_month_may_be_written_as_its_first_day(con: duckdb.DuckDBPyConnection) -> None:
    asked = "select month_of(x) from (select unnest($texts) as x)"
    assert con.execute(asked, {"texts": list(MONTHS)}).fetchall() == [(202401,)] * len(MONTHS)
    none = [
        "20240131",
        "2024/1/15",
        "2024-01-02 00:00:00",
        "2024年1月10日",
        "2024/13/1",
        "20241301",
        "24-Jan",
    ]
    none += ["2024/1/11", "202413", "2024011", "20240100", "01/2024", "Foo-24", "1 Jan 24", "24-Jan"]
    assert con.execute(asked, {"texts": none}).fetchall() == [(None,)] * len(none)


def test_a_mapping_may_take_the_month_of_any_day(con: duckdb.DuckDBPyConnection) -> None:
    texts = ["20240131", "2024/1/15", "2024-01-31 08:15:00", "2024年1月31日", "202401", "x"]
    asked = "select month_text(x) from (select unnest($texts) as x)"
    assert con.execute(asked, {"texts": texts}).fetchall() == [("202401",)] * 5 + [("x",)]


def test_a_time_of_a_mapping_is_kept(con: duckdb.DuckDBPyConnection) -> None:
    form = "%d-%m-%Y %H:%M"
    row = con.execute("select instant_of(day_text('05-10-2026 23:15', $form))", {"form": form}).fetchone()
    assert row == (datetime(2026, 10, 5, 23, 15),)


def test_instants_with_a_zone_in_parquet_are_of_chinas_day(tmp_path: Path) -> None:
    folder = tmp_path / "20240430"
    write_bills(folder, [bill(1), bill(2)])
    rows = [receipt(n) for n in (1, 2)]
    table = pa.Table.from_pylist(rows)
    at = [datetime(2024, 2, 10, 15, 59, tzinfo=UTC), datetime(2024, 2, 10, 16, 1, tzinfo=UTC)]
    place = table.column_names.index("RCVED_DATE")
    days = pa.array(at, pa.timestamp("us", "UTC"))
    pq.write_table(table.set_column(place, "RCVED_DATE", days), folder / "A_RCVED_FLOW.parquet")
    loaded(folder, tmp_path / "wh")
    found = rows_of(tmp_path / "wh", "select received_on::varchar from fct_receipt order by 1")
    assert found == [("2024-02-10",), ("2024-02-11",)]
