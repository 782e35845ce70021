"""A page of the application by its key, as AppTest runs it with URL parameters."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from dashboard.nav import PAGES, ROOT

ENTRY = "streamlit_app.py"


def page_of(key: str, *, patience_s: float = 60, **query: str | list[str]) -> AppTest:
    """The page, not yet run."""
    app = AppTest.from_file(str(ROOT / ENTRY), default_timeout=patience_s)
    if (path := next(p.path for p in PAGES if p.key == key)) != ENTRY:
        app.switch_page(path)
    for name, value in query.items():
        app.query_params[name] = value
    return app
