"""What pages offer to take away: files that are told apart by their content, and say what they hold."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import openpyxl
import pandas as pd
import pytest

from analytics.policy import Policy
from dashboard.access.auth import LOCAL_USER, User
from dashboard.frame.scope_words import Chip
from dashboard.page import Page as RealPage
from dashboard.shared.state_store import state
from dashboard.tables import download_manifest
from dashboard.tables import downloads as offered
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.scope import Scope
from services.files.exports import Sheet, columns_of, to_bytes, write_workbook


@dataclass(frozen=True)
class Opened:
    id: str = "20260101T000000"


@dataclass(frozen=True)
class Page:
    """The parts of a page that a download reads."""

    scope: Scope = Scope(date(2026, 3, 31))  # noqa: RUF009
    user: User = LOCAL_USER
    key: str = "customers"
    t: Translator = Translator("zh")  # noqa: RUF009
    policy: Policy = field(default_factory=Policy)
    store: Opened = Opened()
    chips: tuple[Chip, ...] = ()
    person = RealPage.person
    place: str = ""
    is_company: bool = False
    params: tuple[Any, ...] = ()

    @property
    def state_version(self) -> str:
        return str(state().version())

    def once(self, make: Any) -> Any:
        return make(self)

    @property
    def fmt(self) -> Format:
        return Format(self.t)


@pytest.fixture(autouse=True)
def store(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")


def name(page: Any, parts: tuple[str, ...] = ("x",)) -> str:
    """What tells the file from any other on the server."""
    return download_manifest.named_file(page, "customers", "xlsx", parts, "客户清单").mime


def test_a_files_name_leads_nowhere_and_turns_no_direction() -> None:
    file = download_manifest.named_file(
        Page(), "customers", "csv", (), "清单\u202egpj.\x9b2J\x7f/..\\x\n:y"
    ).name
    assert file.isprintable() and not set(file) & set('\\/:*?"<>|') and file.endswith("_20260331.csv")


def test_equal_questions_have_equal_names_and_different_ones_do_not() -> None:
    pages = [
        Page(),
        Page(scope=Scope(date(2026, 3, 31), allowed_orgs=("33401",))),
        Page(user=User("li", ("33401",))),
        Page(user=User("wang", ("33401",))),
        Page(scope=Scope(date(2026, 3, 30))),
        Page(scope=Scope(date(2026, 3, 31), basis="point")),
        Page(scope=Scope(date(2026, 3, 31), orgs=("334",))),
        Page(t=Translator("en")),
        Page(store=Opened("20260201T000000")),
        Page(policy=Policy("other")),
    ]
    names = [name(p) for p in pages] + [name(Page(), ("y",))]
    assert len(set(names)) == len(names), "two readers' files share a name"
    assert name(Page()) == names[0], "the same file changes its name"


def test_a_file_is_called_as_a_person_would_call_it() -> None:
    chips = tuple(
        Chip(key, text, text, {}) for key, text in (("orgs", "城区: 所"), ("asof", "2026年3月31日"))
    )
    of: Any = Page(chips=chips)
    assert (
        download_manifest.named_file(of, "x", "xlsx", (), "回写_第1号").name
        == "回写_第1号_城区 所_20260331.xlsx"
    )
    assert download_manifest.named_file(of, "x", "csv_zip", (), "A/B").name == "A B_城区 所_20260331.zip"


def test_a_decision_changes_the_name() -> None:
    from dashboard.shared.state_store import state

    before = name(Page())
    state().adopt("x = 1", "v", "li", "stricter", None)
    assert name(Page()) != before


def test_a_tables_key_follows_its_content_and_headings() -> None:
    def key_of(frame: pd.DataFrame, columns: dict[str, str]) -> str:
        return offered.described(Translator("zh"), "t", frame, columns, {"a": "count", "b": "text"})[1]

    columns = {"a": "A", "b": "B"}
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    key = key_of(frame, columns)
    assert key == key_of(frame.copy(), columns)
    assert key != key_of(frame.assign(a=[1, 3]), columns)
    assert key != key_of(frame.iloc[::-1], columns)
    assert key != key_of(frame, {"a": "A", "b": "C"})
    assert key_of(frame.assign(b=[["x"], ["y"]]), columns) != key


def test_a_file_made_with_another_s_eyes_names_both_and_is_kept_apart() -> None:
    plain: Any = Page(user=User("li", ("33401",)))
    seen: Any = Page(user=User("li", ("33401",), seen_as="boss"))
    assert download_manifest.manifest_of(plain, "T").user == "li"
    assert {"li", "boss"} <= set(re.findall(r"[a-z]+", download_manifest.manifest_of(seen, "T").user))
    assert name(plain) != name(seen)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_says_its_filters_in_the_readers_language(language: str) -> None:
    page: Any = Page(
        t=Translator(language),
        user=User("li", ("33401",)),
        scope=Scope(date(2026, 3, 31), allowed_orgs=("33401",)),
    )
    manifest = download_manifest.manifest_of(page, "T", ("extra",), (("word", "meaning"),))
    frame = pd.DataFrame({"a": ["001"]})
    sheet = Sheet("T", columns_of(Translator("zh"), "t", {"a": "A"}, own={"a": "count"}), frame)
    book = openpyxl.load_workbook(io.BytesIO(to_bytes(lambda out: write_workbook(out, [sheet], manifest))))
    said = dict(book.worksheets[-1].iter_rows(values_only=True))
    t = page.t
    assert said[t("downloads.manifest.as_of")] == t.day(date(2026, 3, 31))
    assert said[t("downloads.manifest.made_at")].startswith(t.day(manifest.made_at.date()))
    assert '"as_of": "2026-03-31"' in manifest.as_json(), "machines read another style"
    assert said[t("downloads.manifest.user")] == "li"
    assert said[t("downloads.manifest.snapshot")] == "20260101T000000"
    assert said[t("downloads.manifest.rows")] == "1"
    assert page.policy.version in said[t("downloads.manifest.policy")]
    values = [b for _, b in book.worksheets[-1].iter_rows(values_only=True)]
    assert "extra" in values and any("33401" in str(v) for v in values)
    assert not [k for k in said if "⟦" in str(k)]
