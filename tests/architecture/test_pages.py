"""The registry of pages and the files are one list."""

from __future__ import annotations

import tomllib

from dashboard.nav import PAGES
from tests.architecture.source import ROOT, name_of, page_files


def test_every_page_of_the_registry_has_a_file_and_the_reverse() -> None:
    registered = [page.path for page in PAGES]
    assert len(set(registered)) == len(registered)
    assert sorted(registered) == sorted(name_of(path) for path in page_files())


def test_keys_are_unique_and_name_the_file() -> None:
    keys = [page.key for page in PAGES]
    assert len(set(keys)) == len(keys)
    assert all(page.path == "streamlit_app.py" or page.path == f"pages/{page.key}.py" for page in PAGES)


def test_nothing_else_lies_under_pages() -> None:
    allowed = {*(ROOT / "pages").glob("*.py"), ROOT / "pages" / "__pycache__"}
    assert set((ROOT / "pages").iterdir()) <= allowed


def test_the_menu_is_our_own() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
    assert config["client"]["showSidebarNavigation"] is False
    for path in page_files():
        assert "st.navigation" not in path.read_text(encoding="utf-8"), "see the decision on pages"
