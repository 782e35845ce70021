"""PAGES: the registry of pages, in menu order. Menu, links and tests derive from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Entry:
    """One page: its key (also the locale key `nav.<key>`), its file, and the permission it asks for."""

    key: str
    path: str
    icon: str
    permission: str | None = None


PAGES = (
    Entry("overview", "streamlit_app.py", ":material/home:"),
    Entry("recovery", "pages/recovery.py", ":material/trending_up:"),
    Entry("ageing", "pages/ageing.py", ":material/hourglass_bottom:"),
    Entry("customers", "pages/customers.py", ":material/groups:"),
    Entry("collection", "pages/collection.py", ":material/phone_in_talk:"),
    Entry("grades", "pages/grades.py", ":material/workspace_premium:"),
    Entry("evaluation", "pages/evaluation.py", ":material/tune:", "model"),
    Entry("data_checks", "pages/data_checks.py", ":material/fact_check:"),
)


def entry(key: str) -> Entry:
    """The page with this key; a KeyError names those that exist."""
    for page in PAGES:
        if page.key == key:
            return page
    raise KeyError(f"{key} is no page; pages are {', '.join(p.key for p in PAGES)}")


@cache
def menu() -> tuple[Entry, ...]:
    """The pages whose file is there."""
    return tuple(p for p in PAGES if (ROOT / p.path).exists())
