"""What is different from the last month's end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from dashboard.format import Format, MoneyUnit
from dashboard.made_once import made_once
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
        shown = _written(page.fmt, frame, page.scope.as_of.year)
        small_table(page, shown, titles(page, ("item", *AMOUNTS)))
        numbers = _numbers(page.fmt, frame, page.scope.as_of.year)
        offer(page, "overview_changes", numbers, titles(page, ("item", "unit", *AMOUNTS)))
    return None


def _numbers(fmt: Format, frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """The figures of the file: each row in the unit that it names."""
    scale = frame["unit"].map({"fen": 0.01, "rate": 100.0, "count": 1.0})
    scaled = {c: (frame[c].astype(float) * scale).round(4) for c in AMOUNTS}
    items = [fmt.t(f"overview.item.{item}", year=year) for item in frame["item"]]
    units = [fmt.t(f"overview.unit.{unit}") for unit in frame["unit"]]
    return pd.DataFrame({"item": items, "unit": units, **scaled})


@made_once
def _written(fmt: Format, frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Every figure as text in its unit; amounts share one, which the row names."""
    fen = frame.loc[frame["unit"] == "fen", AMOUNTS].astype(float).abs()
    unit = fmt.common_unit(fen[["before", "now"]].max(axis=1))
    return pd.DataFrame([_row(fmt, row, unit, year) for row in frame.to_dict("records")])


def _row(fmt: Format, row: dict[Any, Any], unit: MoneyUnit, year: int) -> dict[str, str]:
    item = fmt.t(f"overview.item.{row['item']}", year=year)
    if row["unit"] == "fen":
        item = fmt.t("charts.unit_axis", what=item, unit=unit.word.strip())
    write = _writer(fmt, row["unit"], unit)
    change = _change(fmt, row["unit"], row["change"], unit)
    return {"item": item, "before": write(row["before"]), "now": write(row["now"]), "change": change}


def _writer(fmt: Format, kind: str, unit: MoneyUnit) -> Callable[[Any], str]:
    if kind == "fen":
        return lambda fen: fmt.amount(fen, unit)
    return fmt.rate if kind == "rate" else fmt.count


def _change(fmt: Format, kind: str, value: float, unit: MoneyUnit) -> str:
    if pd.isna(value):
        return "—"
    if kind == "rate":
        return fmt.points(value)
    if kind == "count":
        return fmt.signed(value)
    return ("+" if value > 0 else "-" if value < 0 else "") + fmt.amount(abs(value), unit)
