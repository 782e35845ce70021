"""What is found in a load that is held, in sentences: how many of how many, the limit, where to look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dashboard.words.i18n import Translator

if TYPE_CHECKING:
    from data.load.findings import Finding

MONTHS = 12
_MONEY = ("before", "amount", "claimed", "usual", "each", "mean", "billed", "received")
_SAID = ("cons_no", "month", "class", "column_name", "value", *_MONEY, "alike")


def finding_said(t: Translator, finding: Finding) -> str:
    """The finding as a sentence."""
    return t(
        f"held.finding.{finding.what}",
        table=table_said(t, finding.table),
        found=f"{finding.found:,}",
        of=f"{finding.of:,}",
        share=f"{finding.found / finding.of:.1%}" if finding.of else "",
        limit=limit_said(t, finding),
        months=_months(t, finding.months),
    )


def limit_said(t: Translator, finding: Finding) -> str:
    """The limit: a share, how many months, how many times as much, or yuan."""
    if finding.what.endswith("_times"):
        return t("held.limit.times", value=f"{finding.limit:g}")
    if finding.what.startswith("household_"):
        return t("credit.unit.yuan", value=f"{finding.limit:,g}")
    if finding.what == "missing_months":
        return f"{finding.limit:g}"
    return f"{finding.limit * 100:.3g}%"


def table_said(t: Translator, name: str) -> str:
    """A table of the extract: its name in words and as the extract calls it."""
    return f"{t.or_code(f'data_checks.table.{name}', '')} {name}".strip()


def examples_said(t: Translator, finding: Finding) -> list[str]:
    """Where the first ones stand, one by one; none where none are told."""
    return [_example(t, example) for example in finding.examples]


def finding_lines(finding: Finding, t: Translator) -> Iterator[str]:
    """The finding, what to look at, and the first examples, a line each."""
    yield finding_said(t, finding)
    yield "  " + t(f"held.look.{finding.what}")
    yield from ("  - " + said for said in examples_said(t, finding))


def _months(t: Translator, months: tuple[int, ...]) -> str:
    said = [f"{month // 100}-{month % 100:02d}" for month in months[:MONTHS]]
    more = [t("held.more", count=len(months) - MONTHS)] if len(months) > MONTHS else []
    return t.listed([*said, *more])


def _example(t: Translator, example: Mapping[str, Any]) -> str:
    place = [t("held.example.line", file=example["file"], line=example["line"])] if "line" in example else []
    told = [t(_key(name, example), value=_value(t, name, example[name])) for name in _SAID if name in example]
    why = [t(f"quarantine.{example['reason']}")] if "reason" in example else []
    return t.listed([*place, *told, *why])


def _key(name: str, example: Mapping[str, Any]) -> str:
    if name == "amount":
        return "held.example.now" if "before" in example else "credit.unit.yuan"
    return f"held.example.{name}"


def _value(t: Translator, name: str, value: Any) -> str:
    if name == "class":
        return t.plain.or_code(f"codes.class.{value}", value)
    if name in _MONEY:
        return f"{value / 100:,.2f}"
    if name == "month":
        return f"{value // 100}-{value % 100:02d}"
    return f"{value:,}" if isinstance(value, int) else str(value)
