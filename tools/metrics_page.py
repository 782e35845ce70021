"""Write docs/metrics.md from the registries: `python -m tools.metrics_page`. A test holds the file to it."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from pathlib import Path

from analytics.indicators import GROUPS, REGISTRY
from analytics.meanings import CHAPTERS, Meaning
from analytics.policy import Policy

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "metrics.md"
GROUP_WORDS = {
    "behaviour": ("行为特征", "Behaviour"),
    "surface": ("表面特征", "Surface"),
    "environment": ("环境特征", "Environment"),
}
HEAD = """# 指标说明 · What each figure means

Written by `python -m tools.metrics_page` from the registries in `analytics/`; do not edit.
Every figure has an as-of date: receipts after it do not exist, bills issued after it do not exist.
Money is integer fen inside; a rate is one division of two sums, and — where nothing was billed.
"""


NO_LOOK_AHEAD = """## 不往前看 · No look-ahead

A grade of a day reads what is dated by that day: bills issued, receipts, reversals, write-offs,
violations, outside facts, plans. Class, industry, voltage and unit are those at billing, of the newest bill
by the day. An extract tells some things as of its own day alone; a grade of the past reads them as they are
today, and a test holds the list to this: capacity (and use of capacity), high-energy industry, contact data,
the transformer area (and its on-time payment); class, industry, voltage and unit of a customer without a
bill by the day; outside facts without a date. Of prepayments only the month is told: those months count that
have ended by the day.
"""


def render() -> str:
    """The whole page."""
    parts = [HEAD]
    for chapter in CHAPTERS:
        parts.append(f"## {chapter.zh} · {chapter.en}\n")
        parts.append(
            _table(("指标", "figure", "formula", "reading", "computed in"), map(_row, chapter.meanings))
        )
    for group in GROUPS:
        zh, en = GROUP_WORDS[group]
        parts.append(f"## 信用指标：{zh} · Indicators: {en}\n")
        rows = (
            (
                f"{i.zh} · {i.en}",
                f"`{i.key}`",
                i.unit,
                i.window,
                i.sources,
                i.direction,
                "yes" if i.changeable else "",
            )
            for i in REGISTRY.values()
            if i.group == group
        )
        parts.append(
            _table(("指标 · indicator", "key", "unit", "window", "from", "direction", "changeable"), rows)
        )
    parts.append(NO_LOOK_AHEAD)
    parts.append("## 默认值 · Settings with their defaults\n")
    parts.append(_table(("setting", "default"), _settings()))
    return "\n".join(parts)


def place(meaning: Meaning) -> object:
    """The function, class or field that `computed` names; an AttributeError where there is none."""
    module, _, name = meaning.computed.partition(":")
    owner, _, member = name.partition(".")
    found = getattr(importlib.import_module(module), owner)
    if not member:
        return found
    if is_dataclass(found) and member in {f.name for f in fields(found)}:
        return found
    return getattr(found, member)


def _row(meaning: Meaning) -> tuple[str, ...]:
    module, _, name = meaning.computed.partition(":")
    return meaning.zh, meaning.en, meaning.formula, meaning.reading, f"`{module}` {name}"


def _yes(said: bool) -> str:
    return "yes" if said else ""


def _settings() -> Iterable[tuple[str, str]]:
    policy = Policy()
    for part in (policy.billing, policy.recovery):
        for field in fields(part):
            yield f"`{field.name}`", str(getattr(part, field.name))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(str(cell).replace('|', chr(0x2223)) for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
