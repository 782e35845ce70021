"""The same extract read four ways: by Dengta, by DuckDB alone, by polars alone, by pandas alone.

`python -m benchmarks.readers WAY FOLDER [WAREHOUSE]` prints the measure of one way as JSON.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import report

MONTH = re.compile(r"_\d{6}$")
BILLS = ("A_RCVBL_FLOW", "ARC_A_RCVBL_FLOW")
RECEIPTS = ("A_RCVED_FLOW", "ARC_A_RCVED_FLOW")
KEYS = {
    "RCVBL_AMT_ID",
    "CALC_ID",
    "RCVED_AMT_ID",
    "CHARGE_ID",
    "CONS_ID",
    "CUST_ID",
    "PREPAY_ID",
    "TG_ID",
    "LINE_ID",
}


def tables_of(folder: Path) -> dict[str, list[Path]]:
    """CSV files by table, as their names say."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.glob("*.csv")):
        found[MONTH.sub("", path.stem)].append(path)
    return dict(found)


def header(path: Path) -> list[str]:
    """The column names."""
    with path.open(encoding="utf-8-sig") as lines:
        return lines.readline().strip().split(",")


def type_of(column: str) -> str:
    """The DuckDB type that a person would declare for the column."""
    if column in KEYS:
        return "BIGINT"
    if column.endswith("_YM"):
        return "INTEGER"
    if column == "CHARGE_DATE":
        return "TIMESTAMP"
    if column.endswith("_DATE"):
        return "DATE"
    if column.endswith(("_AMT", "PENALTY", "_BAL")):
        return "DECIMAL(18,2)"
    if column.endswith(("_PQ", "_CAP")) or column in ("LON", "LAT"):
        return "DOUBLE"
    return "VARCHAR"


def scan(folder: Path) -> dict[str, Any]:
    """DuckDB reads every file once with declared types; each value of each column is cast and counted."""
    import duckdb

    rows = 0
    with duckdb.connect() as db:
        for files in tables_of(folder).values():
            columns = {name: type_of(name) for name in header(files[0])}
            relation = db.read_csv(
                [str(f) for f in files],
                columns=columns,
                header=True,
                delimiter=",",
                quotechar='"',
                date_format="%Y%m%d",
                timestamp_format="%Y-%m-%d %H:%M:%S",
            )
            counts = ", ".join(f'count("{name}")' for name in columns)
            row = relation.aggregate(f"count(*), {counts}").fetchall()
            rows += int(row[0][0])
    return {"rows": rows}


def polars_pipeline(folder: Path) -> dict[str, Any]:
    """Polars parses, drops duplicates, joins and aggregates by unit, bill month and class."""
    import polars as pl

    tables = tables_of(folder)
    kinds = {
        "BIGINT": pl.Int64,
        "INTEGER": pl.Int32,
        "DOUBLE": pl.Float64,
        "DECIMAL(18,2)": pl.Float64,
        "DATE": pl.String,
        "TIMESTAMP": pl.String,
        "VARCHAR": pl.String,
    }

    def read(names: tuple[str, ...]) -> pl.LazyFrame:
        files = [f for name in names for f in tables.get(name, [])]
        schema = {column: kinds[type_of(column)] for column in header(files[0])}
        frame = pl.scan_csv(files, schema=schema)
        days = [c for c in schema if type_of(c) == "DATE"]
        return frame.with_columns(pl.col(c).str.to_date("%Y%m%d", strict=False) for c in days)

    receipts = read(RECEIPTS).unique("RCVED_AMT_ID", keep="first")
    received = receipts.group_by("RCVBL_AMT_ID").agg(
        pl.col("THIS_RCVED_AMT").sum().alias("received"), pl.col("RCVED_DATE").max().alias("last_on")
    )
    bills = read(BILLS).unique("RCVBL_AMT_ID", keep="first")
    at_billing = read(("ARC_E_CONS_SNAP",)).select("CALC_ID", "CONS_SORT_CODE", "TRADE_CODE", "VOLT_CODE")
    customers = read(("C_CONS",)).select("CONS_NO", "MR_SECT_NO")
    paid = read(("A_PAY_FLOW",)).group_by("CHARGE_YM").agg(pl.col("RCV_AMT").sum())
    joined = (
        bills.join(received, on="RCVBL_AMT_ID", how="left")
        .join(at_billing, on="CALC_ID", how="left")
        .join(customers, on="CONS_NO", how="left")
    )
    figures = joined.group_by("ORG_NO", "RCVBL_YM", "CONS_SORT_CODE").agg(
        pl.len().alias("bills"),
        pl.col("RCVBL_AMT").sum().alias("billed"),
        pl.min_horizontal(pl.col("received").fill_null(0), "RCVBL_AMT").sum().alias("collected"),
        pl.col("RELEASE_DATE").max(),
        pl.col("last_on").max(),
    )
    out, cash = pl.collect_all([figures, paid], engine="streaming")
    return {"groups": out.height, "months": cash.height, "bills": int(out["bills"].sum())}


def pandas_pipeline(folder: Path) -> dict[str, Any]:
    """Pandas does the same file by file: all at once it would not fit, so rows are made unique per file."""
    import pandas as pd

    tables = tables_of(folder)

    def read(names: tuple[str, ...], *only: str) -> Iterator[pd.DataFrame]:
        for path in [f for name in names for f in tables.get(name, [])]:
            columns = [c for c in header(path) if not only or c in only]
            text = {c: "str" for c in columns if type_of(c) in ("VARCHAR", "DATE", "TIMESTAMP")}
            frame = pd.read_csv(path, dtype=text, usecols=columns)
            for column in [c for c in columns if type_of(c) == "DATE"]:
                frame[column] = pd.to_datetime(frame[column], format="%Y%m%d", errors="coerce")
            yield frame

    by_bill = [
        part.drop_duplicates("RCVED_AMT_ID")
        .groupby("RCVBL_AMT_ID")
        .agg(received=("THIS_RCVED_AMT", "sum"), last_on=("RCVED_DATE", "max"))
        for part in read(RECEIPTS, *("RCVED_AMT_ID", "RCVBL_AMT_ID", "THIS_RCVED_AMT", "RCVED_DATE"))
    ]
    received = pd.concat(by_bill).groupby(level=0).agg({"received": "sum", "last_on": "max"})
    del by_bill
    snaps = read(("ARC_E_CONS_SNAP",), "CALC_ID", "CONS_SORT_CODE", "TRADE_CODE", "VOLT_CODE")
    at_billing = pd.concat(part.astype(dict.fromkeys(list(part)[1:], "category")) for part in snaps)
    sort_code = at_billing.astype({"CONS_SORT_CODE": "category"}).set_index("CALC_ID")["CONS_SORT_CODE"]
    sort_code = sort_code[~sort_code.index.duplicated()]
    sections = pd.concat(read(("C_CONS",), "CONS_NO", "MR_SECT_NO")).set_index("CONS_NO")["MR_SECT_NO"]
    keys = ["ORG_NO", "RCVBL_YM", "CONS_SORT_CODE"]
    groups, count = [], 0
    for part in read(BILLS):
        bills = part.drop_duplicates("RCVBL_AMT_ID")
        count += len(bills)
        paid_of = received.reindex(bills["RCVBL_AMT_ID"]).set_index(bills.index)
        bills = bills.assign(
            CONS_SORT_CODE=bills["CALC_ID"].map(sort_code),
            MR_SECT_NO=bills["CONS_NO"].map(sections),
            collected=paid_of["received"].fillna(0).clip(upper=bills["RCVBL_AMT"]),
            last_on=paid_of["last_on"],
        )
        groups.append(
            bills.groupby(keys, observed=True, dropna=False).agg(
                bills=("RCVBL_AMT_ID", "size"),
                billed=("RCVBL_AMT", "sum"),
                collected=("collected", "sum"),
                RELEASE_DATE=("RELEASE_DATE", "max"),
                last_on=("last_on", "max"),
            )
        )
    ways = {"bills": "sum", "billed": "sum", "collected": "sum", "RELEASE_DATE": "max", "last_on": "max"}
    figures = pd.concat(g.reset_index() for g in groups).groupby(keys, dropna=False, observed=True).agg(ways)
    paid = [
        part.groupby("CHARGE_YM")["RCV_AMT"].sum() for part in read(("A_PAY_FLOW",), "CHARGE_YM", "RCV_AMT")
    ]
    cash = pd.concat(paid).groupby(level=0).sum()
    return {"groups": len(figures), "months": len(cash), "bills": count}


def dengta(folder: Path, warehouse: Path) -> dict[str, Any]:
    """Load the folder: validated, reconciled and published."""
    from services.warehouse.loading import load

    load(folder, warehouse)
    return {"warehouse_bytes": sum(f.stat().st_size for f in warehouse.rglob("*") if f.is_file())}


def main(way: str, folder: Path, *rest: str) -> None:
    """Measure one way."""
    ways = {"scan": scan, "polars": polars_pipeline, "pandas": pandas_pipeline}
    report(lambda: dengta(folder, Path(rest[0])) if way == "dengta" else ways[way](folder))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
