"""Who connects data, on what: words, rules, and the desk that a session holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from analytics.errors import RefusedError
from analytics.plausibility_rules import PlausibilityRules
from analytics.policy import BillingRules
from dashboard.access.auth import User
from dashboard.access.signin import Session
from dashboard.acts import acts
from dashboard.page import Page
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.errors import DengtaError
from data.load.mapping import read_mapping
from data.warehouse.snapshots import Warehouse
from services.warehouse.connect_load import Running
from services.warehouse.connecting import Desk
from services.warehouse.first_lines import is_heading, masked
from services.warehouse.seeing import NO_TABLE, Choice, Seen

_DESK, _RUNNING, _TURN = "connect_desk", "connect_running", "connect_turn"
TRIED = "connect_tried"


@dataclass(frozen=True)
class Reader:
    """What the sections of connecting work with; `page` is None before the first load."""

    t: Translator
    fmt: Format
    session: Session
    billing: BillingRules
    limits: PlausibilityRules
    warehouse: Path
    page: Page | None = None

    @property
    def plain(self) -> Translator:
        """The words for what reads no markup."""
        return self.t.plain

    @property
    def house(self) -> Warehouse:
        """The warehouse that is loaded into."""
        return Warehouse(self.warehouse)

    @property
    def desk(self) -> Desk | None:
        """What this session has on trial."""
        held = st.session_state.get(_DESK)
        return held if isinstance(held, Desk) else None

    @property
    def running(self) -> Running | None:
        """The load that this session began."""
        held = st.session_state.get(_RUNNING)
        return held if isinstance(held, Running) else None

    @property
    def is_busy(self) -> bool:
        """Whether files are on trial, or loaded."""
        return self.desk is not None or self.running is not None

    def hold(self, desk: Desk | None) -> None:
        """Put another desk in the place of the one held."""
        st.session_state[_DESK] = desk
        st.session_state.pop(TRIED, None)
        self.turn()

    def hold_running(self, running: Running | None) -> None:
        """Remember a load."""
        st.session_state[_RUNNING] = running

    def turn(self) -> None:
        """Have all boxes drawn anew from what stands."""
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1

    def key(self, *parts: object) -> str:
        """A widget's key that lasts as long as the desk stands as it is."""
        return "_".join(["connect", str(st.session_state.get(_TURN, 0)), *map(str, parts)])

    def act(self, do: Callable[[User], str | None]) -> None:
        """Do it as who the reader is by now; refused, it is a sentence."""
        try:
            acts.note(said=do(self.session.again()))
        except (DengtaError, RefusedError) as refusal:
            acts.note(wrong=self.t.error(refusal))

    def table(self, name: str | None) -> str:
        """A table in words."""
        if name == NO_TABLE:
            return self.plain("connect.not_a_table")
        if not name:
            return self.plain("connect.no_table_yet")
        return self.plain.or_code(f"data_checks.table.{name}", name)

    def column(self, name: str) -> str:
        """A column of the extract in words."""
        return self.plain.or_code(f"extract_columns.{name}", name)

    def headings(self, seen: Seen) -> dict[str, str]:
        """The headings of a file as they are shown: by its place where one is missing, masked where the line
        may be the first record.
        """
        is_clear = self.has_headings(seen)
        return {
            heading: self._heading(heading, place, is_clear)
            for place, heading in enumerate(seen.file.headings, 1)
        }

    def has_headings(self, seen: Seen) -> bool:
        """Whether what was taken for the headings of a file can be no record."""
        rules = self.desk.base.rules if self.desk else read_mapping()
        after = seen.top[seen.file.above :]
        return seen.file.piece.kind == "parquet" or is_heading(seen.file.headings, after, rules.vocabulary())

    def _heading(self, heading: str, place: int, is_clear: bool) -> str:
        told = heading.removeprefix("#")
        if heading.startswith("#") and told.isdecimal():
            return self.plain("connect.place", place=int(told))
        if is_clear:
            return heading
        return self.plain("connect.place_said", place=place, said=masked(heading))

    def choice(self, seen: Seen) -> Choice:
        """What is chosen of a file so far."""
        return self.desk.choices.get(seen.name, Choice()) if self.desk else Choice()
