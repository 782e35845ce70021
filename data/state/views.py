"""Links kept under a name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import insert, select

from data.state import tables
from data.state.engine import StateEngine, now


@dataclass(frozen=True)
class SavedView:
    """A page's link kept under a name."""

    name: str
    page: str
    query: str


class ViewRecords(StateEngine):
    """Reads and adds saved links."""

    def save_view(self, view: SavedView, who: str) -> None:
        """Keep a link under a name; an empty link takes the name away."""
        with self._write() as c:
            values = {"name": view.name, "page": view.page, "query": view.query or None}
            c.execute(insert(tables.view).values(at=now(), who=who, **values))

    def views(self, who: str, page: str) -> list[SavedView]:
        """A person's saved links of a page, by name."""
        of = tables.view.c
        standing: dict[str, str | None] = {}
        with self._read() as c:
            asked = select(of.name, of.query).where(of.who == who, of.page == page).order_by(of.id)
            for row in c.execute(asked):
                standing[row.name] = row.query
        return [SavedView(name, page, query) for name, query in sorted(standing.items()) if query]
