"""What is different from the last month's end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from dashboard.format import MoneyUnit
from dashboard.shell import Page
from dashboard.tables import offer, small_table, titles
from services import figures

AMOUNTS = ["before", "now", "change"]


def changes(page: Page) -> None:
    """The as-of date against the last month's end: balances as they stand, flows since 1 January."""
    with page.part(page.t("overview.changes"), page.t("overview.changes_help")):
        frame = page.load(figures.changes)
        if frame.empty:
            return page.empty()
        fen = frame.loc[frame["unit"] == "fen", AMOUNTS].astype(float).abs()
        unit = page.fmt.common_unit(fen[["before", "now"]].max(axis=1))
        rows = [_row(page, row, unit) for row in frame.to_dict("records")]
        shown = pd.DataFrame(rows)
        columns = titles(page, ("item", *AMOUNTS))
        small_table(page, shown, columns)
        offer(page, "overview_changes", shown, columns)
    return None


def _row(page: Page, row: dict[Any, Any], unit: MoneyUnit) -> dict[str, str]:
    item = page.t(f"overview.item.{row['item']}", year=page.scope.as_of.year)
    if row["unit"] == "fen":
        item = page.t("charts.unit_axis", what=item, unit=unit.word.strip())
    write = _writer(page, row["unit"], unit)
    change = _change(page, row["unit"], row["change"], unit)
    return {"item": item, "before": write(row["before"]), "now": write(row["now"]), "change": change}


def _writer(page: Page, kind: str, unit: MoneyUnit) -> Callable[[Any], str]:
    if kind == "fen":
        return lambda fen: page.fmt.amount(fen, unit)
    return page.fmt.rate if kind == "rate" else page.fmt.count


def _change(page: Page, kind: str, value: float, unit: MoneyUnit) -> str:
    if pd.isna(value):
        return "—"
    if kind == "rate":
        return page.fmt.points(value)
    if kind == "count":
        return page.fmt.signed(value)
    return ("+" if value > 0 else "-" if value < 0 else "") + page.fmt.amount(abs(value), unit)
