"""What a reader chose on 数据核对, in the link."""

from __future__ import annotations

from dashboard.links.filters import Param, choice, number
from services.tieout import differences

VIEWS = ("loads", "quarantine", "tieout", "checks", "holds", "connect")
VIEW = choice("view", VIEWS)
PAGE = number("p", 1, 1, 10_000_000)
TABLE: Param[str] = Param("table", "", lambda text: text)
REASON: Param[str] = Param("reason", "", lambda text: text)
CHECK: Param[str] = Param("check", "", lambda text: text)
UNIT: Param[str] = Param("unit", "", lambda text: text)
ENTRY: Param[str] = Param("entry", "", lambda text: text)
"""The unit whose figures are typed."""
MEASURE = choice("measure", differences.MEASURES)
CAUSE: Param[str] = Param("cause", "", lambda text: text)
AS_DENGTA = "as-dengta"


def _read(text: str) -> tuple[str, ...] | None:
    given = () if text == AS_DENGTA else tuple(dict.fromkeys(text.split(",")))
    return given if set(given) <= set(differences.READINGS) else None


READINGS: Param[tuple[str, ...] | None] = Param(
    "readings", None, _read, lambda readings: ",".join(readings or ()) or AS_DENGTA
)
"""The readings that a report takes; None, never in a link: they are found."""
ROUNDING = choice("rounding", tuple(differences.ROUNDINGS))
SURE: Param[str] = Param("sure", "", lambda text: text if text.isalnum() and len(text) <= 16 else None)
"""Which doubtful entries the reader says are right; others are asked about anew."""
PARAMS = (VIEW, PAGE, TABLE, REASON, CHECK, UNIT, ENTRY, MEASURE, CAUSE, READINGS, ROUNDING, SURE)
