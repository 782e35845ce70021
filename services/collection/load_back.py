"""Work lists that collectors bring back: each row read by its order's number, checked, and recorded once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from analytics.errors import RefusedError
from analytics.order_numbers import number as order_number
from analytics.order_numbers import parse
from data.ask.sql_files import Database
from data.state import CollectionRecord, State
from services.access.actor import Actor, allow
from services.collection import records
from services.collection.records import KeptRecords
from services.collection.workbooks import RESULTS, TOLD
from services.files.filled_in import Checked, Form, Refused, Row, day_of

FORM = Form(("order_no", "cons_no", *TOLD), ("order_no", "result"), 200_000, every_sheet=True)
"""The columns are found by their headings on every sheet that has them; all others are passed over."""
DELIVERED = {"stop_notice": "notice", "bill": "bill", "sms": "message"}
"""What was delivered, by the order's action; a demand for all others."""
SAME = {
    "collection_record_time": "clock",
    "collection_record_evidence": "proof",
    "collection_order_not_issued": "order_proposed",
    "collection_order_other": "order_other",
}
"""Refusals of the records that a row has a reason of its own for."""
_CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})(?::\d{2})?")
_DIGEST = re.compile(r"[0-9A-Fa-f]{64}")


def check(
    db: Database, state: State, actor: Actor, rows: list[Row], results: Mapping[str, str]
) -> Checked[CollectionRecord]:
    """Each filled row against its order; nothing is kept. `results`: what a result is called, to its key.

    Rows read are those taken, those there already, those refused and those with nothing filled in.
    Refused with a reason: a number that is none or was edited (`order_edited`), of a batch that was never
    issued, was taken back or is not known (`order_unknown`), an order that was taken off the list
    (`order_<state>`), another customer's (`order_other`), formulas, a result that is none (`result`), no day
    or one that is none (`day`, `until`), what the records refuse (`record`, with its sentence), and the same
    order's result twice (`twice`).
    """
    allow(actor, "collect")
    orders = _Orders(state)
    filled = [row for row in rows if any(row[name] for name in TOLD)]
    refused: list[Refused] = []
    told: list[tuple[Row, CollectionRecord]] = []
    lines: dict[tuple[str, str], int] = {}
    for row in filled:
        made = _record(row, orders, results)
        if isinstance(made, CollectionRecord):
            first = lines.setdefault((made.order_no, made.kind), row.line)
            made = made if first == row.line else Refused(row, "twice", str(first))
        if isinstance(made, Refused):
            refused.append(made)
        else:
            told.append((row, made))
    said = records.check(db, state, actor.orgs, [record for _, record in told])
    fit = [pair for pair, no in zip(told, said, strict=True) if no is None]
    refused += [
        Refused(row, SAME.get(no.key, no.key))
        for (row, _), no in zip(told, said, strict=True)
        if no is not None
    ]
    known = records.standing(state, [record for _, record in fit])
    taken = tuple(record for (_, record), stands in zip(fit, known, strict=True) if not stands)
    refused.sort(key=lambda r: (r.row.sheet, r.row.line))
    return Checked(taken, tuple(refused), len(rows) - len(filled), sum(known))


def keep(db: Database, state: State, actor: Actor, taken: tuple[CollectionRecord, ...]) -> KeptRecords:
    """Record what was taken, all or none; what stands by now is not recorded again."""
    return records.record(db, state, actor, taken)


def _record(row: Row, orders: _Orders, results: Mapping[str, str]) -> CollectionRecord | Refused:
    if row.has_formula:
        return Refused(row, "formula")
    order = orders.of(row)
    if isinstance(order, Refused):
        return order
    kind = results.get(row["result"])
    if kind not in RESULTS:
        return Refused(row, "result" if row["result"] else "no_result")
    on, until = day_of(row["result_on"]), day_of(row["result_until"])
    if on is None:
        return Refused(row, "day" if row["result_on"] else "no_day")
    if row["result_until"] and until is None:
        return Refused(row, "until")
    clock = _CLOCK.search(row["result_at"])
    proof = row["proof"]
    if (row["result_at"] and clock is None) or (proof and not _DIGEST.fullmatch(proof)):
        return Refused(row, "proof" if clock or not row["result_at"] else "clock")
    return CollectionRecord(
        cons_no=order.cons_no,
        kind=kind,
        on_day=on,
        at_time=f"{int(clock[1]):02d}:{clock[2]}" if clock else "",
        order_no=order.number,
        outcome=DELIVERED.get(order.action, "demand") if kind == "delivery" else "",
        until=until,
        method=row["method"],
        receiver=row["receiver"],
        reference=row["reference"],
        evidence=proof.lower(),
        note=row["remark"],
    )


@dataclass(frozen=True)
class _Order:
    number: str
    cons_no: str
    action: str


class _Orders:
    """The orders that rows name: each batch is read once."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._numbers = {batch.id: batch.status for batch in state.order_batches()}
        self._held: dict[int, list[tuple[str, str]]] = {}

    def of(self, row: Row) -> _Order | Refused:
        try:
            number, place = parse(row["order_no"])
        except RefusedError:
            return Refused(row, "order_edited" if row["order_no"] else "no_order")
        if number not in self._numbers:
            return Refused(row, "order_unknown", row["order_no"])
        if self._numbers[number] == "proposed":
            return Refused(row, "order_proposed", row["order_no"])
        if self._numbers[number] == "withdrawn":
            return Refused(row, "order_withdrawn", row["order_no"])
        if number not in self._held:
            rows, _ = self._state.order_rows(number)
            columns = (rows[name].to_pylist() for name in ("cons_no", "action"))
            self._held[number] = list(zip(*columns, strict=True))
        held = self._held[number]
        if not 0 < place <= len(held):
            return Refused(row, "order_unknown", row["order_no"])
        cons_no, action = held[place - 1]
        if row["cons_no"] and row["cons_no"] != cons_no:
            return Refused(row, "order_other", row["cons_no"])
        return _Order(order_number(number, place), cons_no, action)


def results_of(words: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What results are called in every language, and their own keys, to the keys."""
    named = {name: key for called in words.values() for key, name in called.items()}
    return {**named, **{key: key for key in RESULTS}}
