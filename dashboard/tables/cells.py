"""How a column is written on the screen, by what it holds: its heading, its cells and how they are drawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import pandas as pd
import streamlit as st

from dashboard.made_once import made_once
from dashboard.words.format import NOTHING, Format, MoneyUnit, decimals_beside, score_shown, short_of
from services.files.columns import kind_of
from services.files.kinds import TEXTS, Kind

Own: TypeAlias = Mapping[str, Kind]
"""The kinds of columns that data name."""
Labels: TypeAlias = Mapping[str, Mapping[str, str]]
"""The words of codes, by column."""
AIMED = frozenset(("value", "target"))
"""A rate and what it is held to, written with decimals that tell where it is missed."""
NO_KINDS: Own = {}
NO_LABELS: Labels = {}
_FORMATS: Mapping[Kind, str] = {
    "points": "%+.3f",
    "count": "%,d",
    "days": "%,d",
    "year": "%d",
    "quantity": "%,.0f",
    "score": "%.1f",
    "number": "%.3f",
}
"""How numbers are drawn whose form no other column decides."""


def money_unit(
    fmt: Format, frame: pd.DataFrame, columns: Iterable[str], own: Own = NO_KINDS, exact: bool = False
) -> MoneyUnit:
    """The one unit of a table's amounts, so that columns can be compared; `exact`, or of customers: yuan."""
    columns = tuple(columns)
    if exact or "cons_no" in columns:
        return fmt.unit(None)
    return fmt.common_unit(frame[c].dropna().unique() for c in columns if kind_of(c, own) == "money")


def heading(fmt: Format, title: str, kind: Kind, unit: MoneyUnit) -> str:
    """The heading on the screen, with the unit that its cells are written in."""
    if kind == "money":
        return fmt.with_unit(title, unit.word.strip())
    if kind == "points":
        return fmt.in_points(title)
    return fmt.with_unit(title, "%") if kind == "rate" else title


def write(
    fmt: Format, key: str, value: Any, unit: MoneyUnit | None = None, labels: Labels = NO_LABELS
) -> str:
    """One value as its column is written; amounts and rates without the unit that their heading names."""
    return _text(fmt, kind_of(key), value, unit, labels.get(key, {}))


def _text(fmt: Format, kind: Kind, value: Any, unit: MoneyUnit | None, words: Mapping[str, str]) -> str:
    if value is None or pd.isna(value):
        return words.get("none", NOTHING)
    if kind == "flag":
        return fmt.t("common.yes" if value else "common.no")
    if kind in TEXTS or isinstance(value, str):
        return words.get(str(value), str(value))
    if kind == "money":
        return fmt.amount(value, unit or fmt.unit(value))
    written: Mapping[Kind, Any] = {
        "rate": lambda: fmt.rate(value).rstrip("%"),
        "month": lambda: fmt.month(value),
        "date": lambda: fmt.date(value),
        "time": lambda: fmt.clock(value),
        "places": lambda: fmt.places(value),
        "quantity": lambda: fmt.number(value, 0),
        "score": lambda: fmt.score(value),
        "number": lambda: fmt.number(value, 3),
        "year": lambda: str(int(value)),
    }
    return str(written.get(kind, lambda: fmt.count(value))())


@made_once
def as_text(
    fmt: Format,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    own: Own = NO_KINDS,
    exact: bool = False,
) -> pd.DataFrame:
    """A short table as texts under its headings."""
    unit = money_unit(fmt, frame, columns, own, exact)
    return pd.DataFrame(
        {
            heading(fmt, title, kind_of(c, own), unit): [
                _text(fmt, kind_of(c, own), v, _of_column(unit, frame[c], kind_of(c, own)), {})
                for v in frame[c]
            ]
            for c, title in columns.items()
        }
    )


def _of_column(unit: MoneyUnit, values: Any, kind: Kind) -> MoneyUnit:
    """The table's unit with the decimals that a column of amounts needs."""
    return unit.tells(values.dropna().unique()) if kind == "money" else unit


@made_once
def written(
    fmt: Format,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    own: Own = NO_KINDS,
    labels: Labels = NO_LABELS,
    exact: bool = False,
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Cells and how they are drawn: numbers stay numbers, so that a reader can sort."""
    frame, rates = _beside_targets(frame.reset_index(drop=True), columns)
    unit = money_unit(fmt, frame, columns, own, exact)
    shown: dict[str, Any] = {}
    config: dict[str, Any] = {}
    for column, title in columns.items():
        kind, values = kind_of(column, own), frame[column]
        of_column = _of_column(unit, values, kind)
        decimals = {"money": of_column.decimals, "rate": rates if column in AIMED else 2}.get(kind)
        shown[column] = _cells(fmt, kind, values, of_column, labels.get(column, {}))
        config[column] = _drawn(fmt, heading(fmt, title, kind, unit), kind, decimals)
    return pd.DataFrame(shown, index=range(len(frame))), config


def _cells(fmt: Format, kind: Kind, values: Any, unit: MoneyUnit, words: Mapping[str, str]) -> Any:
    """The cells of one column: money in its unit, rates in percent, numbers and days as they are."""
    if kind == "money":
        return values.astype("Float64") / unit.fen
    if kind == "rate":
        return values.astype(float) * 100
    if kind == "points":
        return (values.astype(float) * 100).round(3) + 0.0
    if kind == "score":
        return values.map(score_shown, na_action="ignore")
    if kind in _FORMATS:
        return pd.to_numeric(values)
    return values if kind == "date" else [_text(fmt, kind, v, unit, words) for v in values]


def _drawn(fmt: Format, title: str, kind: Kind, decimals: int | None) -> Any:
    if kind == "money":
        return st.column_config.NumberColumn(title, format=f"%,.{decimals}f")
    if kind == "rate":
        return st.column_config.NumberColumn(title, format=f"%.{decimals}f")
    if kind in _FORMATS:
        return st.column_config.NumberColumn(title, format=_FORMATS[kind])
    if kind == "date":
        return st.column_config.DateColumn(title, format=fmt.t("common.date_column"))
    return st.column_config.TextColumn(title, alignment="right" if kind == "places" else None)


def _beside_targets(frame: pd.DataFrame, columns: Mapping[str, str]) -> tuple[pd.DataFrame, int]:
    """The frame with its rates as they are written beside their targets, and the decimals of both columns."""
    if not columns.keys() >= AIMED:
        return frame, 2
    decimals = decimals_beside(frame["value"], frame["target"])
    pairs = zip(frame["value"], frame["target"], strict=True)
    shorts = [short_of(value, target, decimals) for value, target in pairs]
    return frame.assign(value=pd.Series(shorts, frame.index, dtype=float)), decimals
