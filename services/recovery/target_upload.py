"""Targets as they are written, in a table or in boxes: checked row by row; nothing is kept here."""

from __future__ import annotations

import unicodedata
from decimal import Decimal, InvalidOperation

from analytics.targets import AMOUNTS, MEASURES, WHOLE, Book
from data.ask.sql_files import Database
from data.state import TargetFigure
from services.access.actor import Actor, allow
from services.files.filled_in import Checked, Form, Refused, Row, month_of
from services.recovery.targets import changed, is_month, is_value, units

FORM = Form(("org_no", "org_name", "from_month", *MEASURES), ("org_no", "from_month"), 50_000)
TAKEN_AWAY = frozenset("-—–")
"""What a cell says that takes a target away; an empty one leaves it as it is."""
NOISE = Decimal("1e-6")
"""What a spreadsheet's arithmetic may add to a figure as it is kept."""
MOST_PLACES = 15
"""Places before or after the point of a figure that is read: nothing larger is a target."""


def check(db: Database, actor: Actor, held: Book, rows: list[Row]) -> Checked[TargetFigure]:
    """Each row against the units that somebody may set targets for; what stands already changes nothing."""
    allow(actor, "targets")
    everywhere, mine = set(units(db, ())["org_no"]), set(units(db, actor.orgs)["org_no"])
    lines: dict[tuple[str, int], int] = {}
    taken: list[TargetFigure] = []
    refused: list[Refused] = []
    unchanged = 0
    for row in rows:
        figures = _figures(row, everywhere, mine)
        if isinstance(figures, Refused):
            refused.append(figures)
        elif (
            figures
            and (first := lines.setdefault((figures[0].org_no, figures[0].month), row.line)) != row.line
        ):
            refused.append(Refused(row, "twice", str(first)))
        elif new := changed(held, figures):
            taken += new
        else:
            unchanged += 1
    return Checked(tuple(taken), tuple(refused), unchanged)


def value_of(text: str, measure: str) -> int | None:
    """A cell as a target: a rate in per cent (99.5, 99.5%) or as a spreadsheet keeps it (0.995), an amount in
    yuan.

    Up to 1 without the sign is a fraction. None for what is neither, or finer than can be kept.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    in_percent = plain.endswith("%")
    try:
        number = Decimal(plain.removesuffix("%"))
    except InvalidOperation:
        return None
    if not number.is_finite() or (in_percent and measure in AMOUNTS) or abs(number.adjusted()) > MOST_PLACES:
        return None
    if measure in AMOUNTS:
        kept = number * 100
    else:
        kept = (number / 100 if in_percent or number > 1 else number) * WHOLE
    nearest = round(kept)
    return nearest if abs(kept - nearest) <= NOISE else None


def _figures(row: Row, everywhere: set[str], mine: set[str]) -> list[TargetFigure] | Refused:
    if row.has_formula:
        return Refused(row, "formula")
    org_no, month = row["org_no"], month_of(row["from_month"])
    if org_no not in mine:
        return Refused(row, "elsewhere" if org_no in everywhere else "unit")
    if month is None or not is_month(month):
        return Refused(row, "month")
    made = []
    for measure in (m for m in MEASURES if row[m]):
        text, gone = row[measure], row[measure] in TAKEN_AWAY
        figure = TargetFigure(org_no, month, measure, None if gone else value_of(text, measure))
        if not gone and (figure.value is None or not is_value(figure)):
            return Refused(row, "amount" if measure in AMOUNTS else "rate", text)
        made.append(figure)
    return made
