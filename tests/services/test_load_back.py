"""Filled-in work lists brought back: by number alone, once, and every row accounted for."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from analytics.order_numbers import number
from dashboard.words.i18n import LANGUAGES, Translator
from data.scope import Scope
from data.state import CollectionRecord, State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.collection import load_back, orders, records
from services.collection.load_back import FORM
from services.collection.proposal import propose
from services.collection.proposed_orders import as_batch
from services.collection.workbooks import RESULTS, work_lists, write_zip
from services.credit.policy_files import read_policy
from services.files.filled_in import Checked, rows_of
from services.files.manifest import Manifest
from tests.actors import by

DAY = date(2026, 11, 20)
POLICY = read_policy()
WHO = by("li", may=("collect", "issue"))
T = Translator("zh")
HEADINGS = {f: {f, *(Translator(x)(f"columns.{f}") for x in LANGUAGES)} for f in FORM.fields}
NAMED = load_back.results_of(
    {x: {r: Translator(x)(f"collection_rules.record_{r}") for r in RESULTS} for x in LANGUAGES}
)


class Issued:
    """A batch of the sample that was issued, and its biggest workbook."""

    def __init__(self, db: Snapshot, state: State) -> None:
        self.db, self.state = db, state
        scope = Scope(DAY)
        made = as_batch(state, WHO, propose(db, POLICY, None, scope), POLICY, scope, db.id, "monthly")
        assert made.batch is not None
        self.batch = made.batch
        orders.issue(state, WHO, made.batch, "looked at", DAY)
        out = io.BytesIO()
        write_zip(
            out, work_lists(db, scope, made.rows, T, str), Manifest("x", made_at=datetime(2026, 11, 20)), T
        )
        with zipfile.ZipFile(out) as package:
            self.book = max((package.read(n) for n in package.namelist() if n != "index.xlsx"), key=len)

    def check(self, content: bytes) -> Checked[CollectionRecord]:
        rows = rows_of(content, "a.xlsx", FORM, HEADINGS)
        found = load_back.check(self.db, self.state, WHO, rows, NAMED)
        assert len(rows) == len(found.taken) + found.already + len(found.refused) + found.rest
        return found

    def filled(self, change: Any) -> tuple[bytes, list[str]]:
        """The workbook with `change` made to each row of orders (a dict by key), and the numbers in it."""
        book = openpyxl.load_workbook(io.BytesIO(self.book))
        numbers: list[str] = []
        for name in ("today", "week"):
            sheet = book[T(f"collection_files.{name}")]
            titles = [c.value for c in sheet[1]]
            at = {f: titles.index(T(f"columns.{f}")) + 1 for f in FORM.fields}
            lines = [r for r in range(2, sheet.max_row + 1) if str(sheet.cell(r, 1).value).startswith("G")]
            for line in lines:
                numbers.append(sheet.cell(line, at["order_no"]).value)
                for field, value in change(numbers[-1]).items():
                    sheet.cell(line, at[field]).value = value
        out = io.BytesIO()
        book.save(out)
        return out.getvalue(), numbers


@pytest.fixture
def issued(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    with open_snapshot(sample_warehouse) as db:
        yield Issued(db, State.open(sample_warehouse))


def test_every_result_is_recorded_once_whatever_the_order_of_rows(issued: Issued) -> None:
    rnd, proof = random.Random(3), hashlib.sha256(b"photo").hexdigest()
    said: dict[str, str] = {}

    def change(no: str) -> dict[str, Any]:
        kind = said.setdefault(no, rnd.choice(RESULTS))
        told: dict[str, Any] = {"result": T(f"collection_rules.record_{kind}"), "result_on": "2026-11-20"}
        if kind in ("promise", "dispute"):
            told["result_until"] = date(2026, 11, 30)
        if kind == "delivery":
            told |= {
                "result_at": "9:30",
                "method": "当面",
                "receiver": "张三",
                "reference": "A1",
                "proof": proof,
            }
        return told

    content, numbers = issued.filled(change)
    content = shuffled(content)
    found = issued.check(content)
    assert found.refused == () and found.already == 0
    assert sorted(r.order_no for r in found.taken) == sorted(numbers)
    assert {r.order_no: r.kind for r in found.taken} == said
    kept = load_back.keep(issued.db, issued.state, WHO, found.taken)
    assert kept.new == len(numbers)
    again = issued.check(content)
    assert again.taken == () and again.already == len(numbers)
    states = orders.order_states(issued.state, issued.batch.id).set_index("order_no")["state"]
    assert set(states[numbers]) == {"done"}
    delivered = records.deliveries(issued.state, DAY)
    assert len(delivered) == sum(k == "delivery" for k in said.values())


def shuffled(content: bytes) -> bytes:
    """The rows of each sheet in another order, the last one deleted nowhere."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name in ("today", "week"):
        sheet = book[T(f"collection_files.{name}")]
        lines = [[c.value for c in row] for row in sheet.iter_rows(min_row=2)]
        random.Random(1).shuffle(lines)
        for r, line in enumerate(lines, 2):
            for c, value in enumerate(line, 1):
                sheet.cell(r, c).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_what_cannot_be_taken_is_refused_with_its_reason(issued: Issued) -> None:
    reasons = {
        "order_edited": {"order_no": "G000001-0000002-0"},
        "order_unknown": {"order_no": number(9, 1)},
        "order_other": {"cons_no": "999"},
        "result": {"result": "maybe"},
        "no_result": {"result": None, "remark": "x"},
        "no_day": {"result_on": None},
        "day": {"result_on": "soon"},
        "formula": {"remark": "=1+1"},
        "collection_record_future": {"result_on": "2026-12-24"},
        "collection_record_before": {"result_on": "2026-11-19"},
        "collection_record_until": {"result": T("collection_rules.record_promise")},
        "proof": {"proof": "abc"},
        "clock": {"result_at": "noon"},
    }
    left = list(reasons.items())
    used: list[str] = []

    def change(no: str) -> dict[str, Any]:
        fine = {"result": T("collection_rules.record_reached"), "result_on": "2026-11-20"}
        if not left:
            return {}
        reason, wrong = left.pop(0)
        used.append(reason)
        return fine | wrong

    content, numbers = issued.filled(change)
    found = issued.check(content)
    assert len(numbers) >= len(used) > 8
    assert sorted(r.reason for r in found.refused) == sorted(used)
    assert found.taken == () and found.rest >= len(numbers) - len(used)


def test_a_batch_that_was_taken_back_or_never_issued_takes_nothing(issued: Issued) -> None:
    fine = {"result": T("collection_rules.record_reached"), "result_on": "2026-11-20"}
    content, numbers = issued.filled(lambda _: fine)
    orders.withdraw(issued.state, WHO, issued.batch.id, "wrong day")
    found = issued.check(content)
    assert {r.reason for r in found.refused} == {"order_withdrawn"}
    assert len(found.refused) == len(numbers)


def test_a_file_without_the_headings_is_refused(issued: Issued) -> None:
    out = io.BytesIO()
    pd.DataFrame({"a": [1]}).to_excel(out, index=False)
    with pytest.raises(Exception, match="rows_no_heading"):
        issued.check(out.getvalue())
