"""The workbooks of the monthly run: recovery by unit, ageing, and what is not cleared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from analytics.policy import Policy
from data.queries import Database
from data.scope import Scope
from services.ageing import ageing, ageing_by
from services.clearing import cleared_by, not_cleared
from services.compare import comparison
from services.exports import Manifest, Sheet, columns_of, write_workbook
from services.units import EVERY_STATION

TITLES = {
    "key": "供电单位编号",
    "name": "名称",
    "cons_no": "户号",
    "org_no": "供电单位编号",
    "org_name": "供电单位",
    "class": "用电类别",
    "tg_no": "台区",
    "collector": "催费员",
    "bucket": "账龄段（天）",
    "billed": "应收电费（综合）",
    "collected": "实收电费（综合）",
    "rate": "综合回收率（含陈欠）",
    "cy_billed": "当年应收电费",
    "cy_collected": "当年实收电费",
    "cy_rate": "当年电费回收率",
    "old_billed": "陈欠",
    "old_collected": "陈欠实收",
    "old_rate": "陈欠回收率",
    "month_billed": "当月应收电费",
    "month_collected": "当月实收电费",
    "month_rate": "当月回收率",
    "hh_billed": "应收户次",
    "hh_settled": "结清户次",
    "hh_rate": "户数回收率",
    "on_time_rate": "按期缴费率",
    "open": "未收",
    "overdue": "逾期欠费",
    "amount": "应收余额",
    "customers": "户数",
    "bills": "笔数",
    "share": "占比",
    "old_open": "陈欠未收",
    "old_customers": "陈欠户数",
    "last_year_open": "去年同日未收",
    "last_year_customers": "去年同日户数",
    "last_year_rate": "去年同期当年电费回收率",
    "cleared": "月结零",
    "year_cleared": "年末双结零",
    "first_month": "最早应收年月",
    "last_month": "最近应收年月",
    "oldest_due": "最早缴费截止日",
    "days_overdue": "逾期天数",
}
MONEY = [
    *("billed", "collected", "cy_billed", "cy_collected", "old_billed", "old_collected", "month_billed"),
    *("month_collected", "open", "overdue", "amount", "old_open", "last_year_open"),
]
RATES = ["rate", "cy_rate", "old_rate", "month_rate", "hh_rate", "on_time_rate", "share", "last_year_rate"]
MONTHS = ["first_month", "last_month"]
TEXTS = [
    *("key", "name", "cons_no", "org_no", "org_name", "class", "tg_no", "collector", "bucket"),
    *("cleared", "year_cleared"),
]
RECOVERY = (
    *("key", "name", "billed", "collected", "rate", "cy_billed", "cy_collected", "cy_rate", "last_year_rate"),
    *("old_billed", "old_collected", "old_rate", "month_billed", "month_collected", "month_rate"),
    *("hh_billed", "hh_settled", "hh_rate", "on_time_rate", "open", "overdue", "customers"),
)
UNITS_OPEN = (
    *("key", "name", "open", "customers", "bills", "old_open", "old_customers", "last_year_open"),
    *("last_year_customers", "cleared", "year_cleared"),
)
CUSTOMERS_OPEN = (
    *("cons_no", "org_no", "org_name", "class", "tg_no", "collector", "open", "overdue", "old_open", "bills"),
    *("first_month", "last_month", "oldest_due", "days_overdue"),
)

Table = tuple[str, Sequence[str], pd.DataFrame]


def write_workbooks(
    db: Database, snapshot: str, as_of: date, out: Path, policy: Policy
) -> tuple[Path, Path, Path]:
    """Write the three workbooks into `out`; the list has numbers of customers but no names."""
    scope, rules = Scope(as_of), policy.recovery
    paths = (out / "recovery_by_org.xlsx", out / "ageing.xlsx", out / "not_cleared.xlsx")
    contents: tuple[list[Table], ...] = (
        [
            ("回收率·下级单位", RECOVERY, comparison(db, scope, rules, "org")),
            ("回收率·各所", RECOVERY, comparison(db, scope, rules, "org", EVERY_STATION)),
        ],
        [
            ("账龄", ("bucket", "amount", "customers", "bills", "share"), ageing(db, scope, rules)),
            (
                "账龄·各所",
                ("key", "name", "bucket", "amount", "customers", "bills"),
                ageing_by(db, scope, rules, "org", EVERY_STATION),
            ),
        ],
        [
            ("结零·各所", UNITS_OPEN, _yes_no(cleared_by(db, scope, rules, "org", EVERY_STATION))),
            ("未结零客户", CUSTOMERS_OPEN, not_cleared(db, scope, rules, limit=None)),
        ],
    )
    titles = ("电费回收率（供电单位）", "欠费账龄", "未结零清单")
    for path, title, tables in zip(paths, titles, contents, strict=True):
        manifest = Manifest(
            title=title,
            as_of=as_of,
            basis="考核口径",
            snapshot=snapshot,
            policy=policy.version,
            filters=("全部供电单位",),
        )
        write_workbook(path, [_sheet(*table) for table in tables], manifest)
    return paths


def _sheet(name: str, keys: Sequence[str], rows: pd.DataFrame) -> Sheet:
    columns = columns_of(
        {key: TITLES[key] for key in keys},
        money=MONEY,
        rates=RATES,
        months=MONTHS,
        texts=TEXTS,
        dates=["oldest_due"],
        frame=rows,
    )
    return Sheet(name, columns, rows[list(keys)])


def _yes_no(rows: pd.DataFrame) -> pd.DataFrame:
    words = {True: "是", False: "否"}
    return rows.assign(**{c: rows[c].map(words) for c in ("cleared", "year_cleared")})
