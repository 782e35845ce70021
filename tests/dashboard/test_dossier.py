"""The file on a customer: whole in itself, each section there, safe whatever people wrote."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from dashboard.customers import dossier
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from data.scope import Scope
from data.state import CollectionRecord, State
from data.warehouse.snapshots import open_snapshot
from services.collection import records
from services.collection.proposal import propose
from services.credit.policy_files import read_policy
from services.customers import lists
from tests.actors import by
from tests.dashboard.opening import page_of

EVIL = '<script>alert(1)</script>"><img src=//evil.example/x onerror=y>'


class Read(HTMLParser):
    """What a document shows, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags, self.loads = "", set[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loads += [
            str(v) for k, v in attrs if k in ("src", "href", "style") and not str(v).startswith("#")
        ]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_on_a_customer_is_whole_and_safe(
    sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(sample_warehouse))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    t, proof = Translator(language), hashlib.sha256(b"photo").hexdigest()
    with open_snapshot(sample_warehouse) as db:
        day = db.meta.extract_on
        rows = propose(db, read_policy(), None, Scope(day)).rows
        row = rows[rows["refused_action"] == "stop_notice"].iloc[0]
        cons_no, due = str(row["cons_no"]), row["due_on"].date()
        state = State.open(sample_warehouse)
        told = {"method": "hand", "receiver": EVIL, "reference": "A-1", "at_time": "09:30", "evidence": proof}
        records.record(
            db,
            state,
            by("li"),
            [
                CollectionRecord(cons_no, "delivery", due - timedelta(60), outcome="demand", **told),
                CollectionRecord(cons_no, "delivery", due + timedelta(3), outcome="demand", **told),
                CollectionRecord(cons_no, "delivery", due + timedelta(9), outcome="demand", **told),
                CollectionRecord(cons_no, "contact", day, outcome="reached", note=EVIL),
            ],
        )
        wrong = records.of_customer(state, cons_no)[-1]
        records.reverse(db, state, by("li"), wrong.id, EVIL)
    kept: list[bytes] = []
    monkeypatch.setattr(dossier, "download_made", lambda *a, **_: kept.append(a[4]()))
    app = page_of("customers", lang=language, asof=day.isoformat(), cons_no=cons_no).run()
    assert not app.exception and kept
    made = kept[-1].decode()
    read = Read()
    read.feed(made)
    assert not read.tags & {"script", "img", "iframe", "link", "object"} and read.loads == []
    assert EVIL in read.text, "what people wrote stands as they wrote it"
    for section in dossier.SECTIONS:
        assert t.plain(f"dossier.{section}") in read.text
    assert cons_no in read.text and proof in read.text and read_policy().version in read.text
    with open_snapshot(sample_warehouse) as db:
        customer = lists.customer_file(db, Scope(day), cons_no)
        assert db.id in read.text
    for word, on in (
        ("due_on", due),
        ("demanded_on", due + timedelta(3)),
        ("limit_on", (pd.Timestamp(due + timedelta(9)) + pd.DateOffset(years=3)).date()),
    ):
        named = t.plain(f"dossier.{word}", years=3) + t.plain("common.colon")
        assert named + Format(t).date(on) in read.text, word
    assert f"hand A-1 {proof}" in read.text
    version = t.plain("dossier.collection_version") + t.plain("common.colon")
    assert f"{version}{state.collection_version()}" in read.text and state.collection_version() > 3
    assert ":material/" not in read.text and "\\" not in read.text
    numbers = customer.bills["bill_no"].dropna()
    assert len(numbers) > 3 and all(str(number) in read.text for number in numbers)
