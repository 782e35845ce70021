"""Every page on a spoilt warehouse: its title and one clear sentence in the reader's language."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.nav import PAGES, ROOT, Entry
from dashboard.words.i18n import LANGUAGES, Translator
from tests.copying import copied
from tests.dashboard.test_words_across_readers import forget
from tests.spoilt import SPOILT, damage_block_of

SAID = ("errors.snapshot_not_readable", "shell.part_failed")


@pytest.fixture
def mine(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the warehouse, without what lies beside the snapshot, is this process's own."""
    forget()  # what pages have read of a sound copy of the same name
    mine = tmp_path / "warehouse"
    for name in ("snapshots", "loads"):
        copied(sample_warehouse / name, mine / name)
    shutil.copy(sample_warehouse / "current.json", mine)
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(mine))
    yield mine
    forget()


@pytest.fixture(params=SPOILT)
def expected(request: pytest.FixtureRequest, mine: Path) -> str:
    """The error that a warehouse gives that is spoilt in one way."""
    spoil, key = SPOILT[request.param]
    spoil(mine)
    return key


def drawn(page: Entry, language: str) -> AppTest:
    """A page as a reader gets it."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    if page.path != "streamlit_app.py":
        app.switch_page(page.path)
    app.query_params["lang"] = language
    return app.run()


def test_each_page_says_what_is_wrong(expected: str) -> None:
    for place, page in enumerate(PAGES):
        language = LANGUAGES[place % len(LANGUAGES)]
        app = drawn(page, language)
        t = Translator(language)
        assert not app.exception, page.key
        assert [title.value for title in app.title] == [t(f"nav.{page.key}")]
        begin = t(f"errors.{expected}", path="\0", snapshot="19990101T000000", kept="\0").split("\0")[0]
        (said,) = [error.value for error in app.error]
        assert said.startswith(begin) and "Traceback" not in said


@pytest.mark.parametrize("table", ["dim_org_path", "fct_bill_row"])
def test_a_damaged_block_is_told_where_it_is_read(mine: Path, table: str) -> None:
    damage_block_of(mine, table)
    t, told = Translator("en"), set()
    begin, failed = (t(f"{words}", path="\0", kind="\0").split("\0")[0] for words in SAID)
    for page in PAGES:
        app = drawn(page, "en")
        said = [box.value for box in (*app.error, *app.warning)]
        assert not app.exception and not [words for words in said if words.startswith(failed)], page.key
        told |= {page.key for words in said if words.startswith(begin)}
    assert {"customers", "grades"} <= told
