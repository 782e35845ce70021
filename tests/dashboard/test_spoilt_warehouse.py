"""Every page on a spoilt warehouse: its title and one clear sentence in the reader's language."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.i18n import LANGUAGES, Translator
from dashboard.nav import PAGES, ROOT
from tests.spoilt import SPOILT


@pytest.fixture(params=SPOILT)
def expected(
    request: pytest.FixtureRequest, sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A warehouse spoilt in one way is this process's own; the error that it gives."""
    mine = tmp_path / "warehouse"
    for name in ("snapshots", "loads"):
        shutil.copytree(sample_warehouse / name, mine / name)
    shutil.copy(sample_warehouse / "current.json", mine)
    spoil, key = SPOILT[request.param]
    spoil(mine)
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(mine))
    return key


def test_each_page_says_what_is_wrong(expected: str) -> None:
    for place, page in enumerate(PAGES):
        language = LANGUAGES[place % len(LANGUAGES)]
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
        if page.path != "streamlit_app.py":
            app.switch_page(page.path)
        app.query_params["lang"] = language
        app.run()
        t = Translator(language)
        assert not app.exception, page.key
        assert [title.value for title in app.title] == [t(f"nav.{page.key}")]
        begin = t(f"errors.{expected}", path="\0", snapshot="19990101T000000", kept="\0").split("\0")[0]
        (said,) = [error.value for error in app.error]
        assert said.startswith(begin) and "Traceback" not in said
