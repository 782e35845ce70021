"""The table of two days side by side, and its file: one form for every page that shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pandas as pd

from analytics.two_days import TwoDays
from dashboard.made_once import made_once
from dashboard.page import Page
from dashboard.tables.downloads import downloads
from dashboard.tables.table import small_table, titles
from dashboard.words.format import Format, MoneyUnit
from services.files.export_cells import WHOLE
from services.recovery import figures

AMOUNTS = ("before", "now", "change")


def side_by_side(page: Page, name: str, days: TwoDays, items: Collection[str] | None = None) -> None:
    """The figures of both days (some `items`, or all) under the days' names, with the differences."""
    frame = page.load(figures.side_by_side, against=page.filters.against)
    if items is not None:
        frame = frame[frame["item"].isin(items)].reset_index(drop=True)
    if frame.empty:
        return page.empty()
    heads = {"before": page.fmt.date(days.then.as_of), "now": page.fmt.date(days.now.as_of)}
    small_table(page, written(page.fmt, frame, days), titles(page, ("item", *AMOUNTS), **heads))
    columns = titles(page, ("item", "unit", *AMOUNTS, "reason"), "two_days", **heads)
    rows, title = numbers(page.fmt, frame, days), page.t(f"tables.{name}")
    return downloads(page, name, rows, columns, title=title)


@made_once
def numbers(fmt: Format, frame: pd.DataFrame, days: TwoDays) -> pd.DataFrame:
    """The figures of the file: each row in the unit that it names, and why there is no difference."""
    scale = frame["unit"].map({"fen": 0.01, "rate": 100.0, "count": 1.0})
    scaled = {c: (frame[c].astype(float) * scale).round(4) for c in AMOUNTS}
    units = [fmt.t(f"comparison.unit.{unit}") for unit in frame["unit"]]
    reasons = [fmt.t(f"comparison.not.{r}") if r else "" for r in frame["reason"]]
    items = [_item(fmt, item, days) for item in frame["item"]]
    whole = frame["unit"] == "count"
    return pd.DataFrame({"item": items, "unit": units, **scaled, "reason": reasons, WHOLE: whole})


@made_once
def written(fmt: Format, frame: pd.DataFrame, days: TwoDays) -> pd.DataFrame:
    """Every figure as text in its unit; amounts share one, which the row names."""
    fen = frame.loc[frame["unit"] == "fen", list(AMOUNTS)].astype(float)
    unit = fmt.common_unit(row for row in fen.to_numpy())
    return pd.DataFrame([_row(fmt, row, unit, days) for row in frame.to_dict("records")])


def _item(fmt: Format, item: str, days: TwoDays) -> str:
    """The item with the years or months that it is of on the two days."""
    now, then = days.now, days.then
    return fmt.t(
        f"comparison.item.{item}",
        year=_both(str(then.year), str(now.year)),
        month=_both(fmt.month(then.month), fmt.month(now.month)),
        calendar_year=_both(str(then.as_of.year), str(now.as_of.year)),
    )


def _both(then: str, now: str) -> str:
    return now if now == then else f"{then} / {now}"


def _row(fmt: Format, row: dict[Any, Any], unit: MoneyUnit, days: TwoDays) -> dict[str, str]:
    item = _item(fmt, row["item"], days)
    if row["unit"] == "fen":
        item = fmt.with_unit(item, unit.word.strip())
    write = _writer(fmt, row["unit"], unit)
    change = fmt.t(f"comparison.not.{row['reason']}") if row["reason"] else _change(fmt, row, unit)
    return {"item": item, "before": write(row["before"]), "now": write(row["now"]), "change": change}


def _writer(fmt: Format, kind: str, unit: MoneyUnit) -> Callable[[Any], str]:
    if kind == "fen":
        return lambda fen: fmt.amount(fen, unit)
    return fmt.rate if kind == "rate" else fmt.count


def _change(fmt: Format, row: dict[Any, Any], unit: MoneyUnit) -> str:
    now, before = row["now"], row["before"]
    if row["unit"] == "rate":
        return fmt.points_between(now, before)
    return fmt.signed(row["change"]) if row["unit"] == "count" else fmt.amount_between(now, before, unit)
