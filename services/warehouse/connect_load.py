"""Load what was connected while its reader waits: how far it is, an end on demand, and what came of it."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Lock, Thread

from analytics.plausibility_rules import PlausibilityRules
from analytics.policy import BillingRules
from data.errors import DengtaError, InputError
from data.load.arrivals import arrived_paths
from data.load.kept_mappings import KeptMapping, forget_mapping, keep_mapping
from services.access.actor import Actor, allow_company
from services.warehouse.connect_sources import opened_folder, refuse_links_outside
from services.warehouse.connecting import Desk
from services.warehouse.loading import LoadReport, load
from services.warehouse.prepared import prepare

UNSTOPPABLE = frozenset({"publish", "done"})
"""Steps from which on a load is as good as done."""
_log = logging.getLogger(__name__)


class Running:
    """One load in a thread of its own: a reader who leaves does not stop it. `desk` holds its files."""

    def __init__(
        self,
        desk: Desk,
        mapping: Path,
        extract_date: date | None,
        accept_day: bool,
        billing: BillingRules,
        limits: PlausibilityRules,
    ) -> None:
        self.step, self.share = "inspect", 0.0
        self.report: LoadReport | None = None
        self.refusal: Exception | None = None
        self._asked = (desk, mapping, extract_date, accept_day, billing, limits)
        self._is_stopped, self._guard = False, Lock()
        self._thread = Thread(target=self._run, name="connected load", daemon=True)

    def start(self) -> Running:
        """Begin."""
        self._thread.start()
        return self

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return not self._thread.is_alive()

    @property
    def is_stopping(self) -> bool:
        """Whether it was asked to end."""
        return self._is_stopped

    def stop(self) -> None:
        """Have it end at its next step, with nothing changed; too late once it publishes."""
        with self._guard:
            self._is_stopped = True

    def wait(self, seconds: float | None = None) -> None:
        """Until it has ended."""
        self._thread.join(seconds)

    def _progress(self, step: str, share: float) -> None:
        with self._guard:
            if self._is_stopped and step not in UNSTOPPABLE:
                raise InputError("load_stopped")
            self.step, self.share = step, share

    def _run(self) -> None:
        desk, mapping, extract_date, accept_day, billing, limits = self._asked
        try:
            self.report = load(
                desk.source,
                desk.house.path,
                mapping,
                extract_date,
                billing,
                self._progress,
                accept_day,
                limits,
            )
            self.step = "prepare"
            prepare(desk.house.path)
        except Exception as wrong:
            if not isinstance(wrong, DengtaError) or isinstance(wrong.__cause__, OSError):
                _log.exception("load of a connected folder")
            if self.report is None:
                self.refusal = wrong.with_traceback(None)


def begin_load(
    actor: Actor,
    desk: Desk,
    billing: BillingRules,
    limits: PlausibilityRules,
    extract_date: date | None = None,
    accept_day: bool = False,
    name: str = "connect",
) -> Running:
    """Load the desk's folder, all of it, by the mapping that was made; refused who may not."""
    allow_company(actor, "load")
    if not desk.is_upload:  # what is open may be another now, and what lies there too
        refuse_links_outside(arrived_paths(opened_folder(actor, str(desk.source)))[0])
    mapping = desk.folder / "connect.toml"
    mapping.write_text(desk.mapping_text(name), encoding="utf-8")
    _log.warning("load begins: %r connects %s", actor.name, "an upload" if desk.is_upload else desk.source)
    return Running(desk, mapping, extract_date, accept_day, billing, limits).start()


def keep(actor: Actor, desk: Desk, name: str) -> KeptMapping:
    """Keep the mapping under a name, for the next folder of this kind; refused who may not."""
    allow_company(actor, "load")
    text, now = desk.mapping_text(name.strip()), datetime.now(UTC)
    return keep_mapping(desk.house, name, text, actor.name, now, desk.shapes())


def forget(actor: Actor, desk: Desk, name: str) -> None:
    """Let go of a kept mapping; refused who may not."""
    allow_company(actor, "load")
    forget_mapping(desk.house, name)
