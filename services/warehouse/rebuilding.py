"""Make the snapshot again from the loads and raw files that are kept: a pointer or snapshot was lost."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analytics.policy import BillingRules
from analytics.toml_values import from_plain
from data.errors import EnvironmentRefusedError, InputError
from data.kept.locking import writer_lock
from data.load.kept_loads import Mended, Source, billing_before, loads_to_rebuild, mend_notes
from data.load.loads import Load, read_load, with_raw_held
from data.load.raw_store import RawStore
from data.load.text_views import make_macros
from data.warehouse.publishing import Build, clear_leftovers, make_folders, new_name, prune, publish
from data.warehouse.snapshots import Warehouse
from services.warehouse.loading import Progress, build_snapshot
from services.warehouse.machine import machine_refusals


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did; `source` says what told of the loads, `before` the snapshot that stood there.

    `adopted` raw files of before got their checksums; `by_other_rules`: no snapshot told its billing rules.
    """

    snapshot: str
    before: str | None
    source: Source
    loads: tuple[Load, ...]
    records: int
    files: int
    notes: Mended
    adopted: int
    by_other_rules: bool
    seconds: float

    @property
    def extract_on(self) -> date:
        """The newest day of its extracts."""
        return max(load.extract_on for load in self.loads)


def rebuild(
    warehouse: Path, otherwise: BillingRules | None = None, progress: Progress | None = None
) -> Rebuilt:
    """Publish a new snapshot of the loads that the warehouse has; nothing is loaded.

    Bills are read by the rules of the newest snapshot that opens, so that figures stay; where none does, by
    `otherwise`.
    InputError `nothing_to_rebuild`; EnvironmentRefusedError `load_damaged`, `raw_damaged` for what is kept
    and is not as it was written. Refused and broken off as a load: after that the warehouse is as it was.
    """
    began, house = time.monotonic(), Warehouse(Path(warehouse))
    with machine_refusals(house):
        if not loads_to_rebuild(house)[0]:
            raise InputError("nothing_to_rebuild", path=str(house.path))
        make_folders(house)
        with writer_lock(house.lock):
            clear_leftovers(house)
            names, source = loads_to_rebuild(house)
            build = Build(house, new_name(names))
            try:
                return _rebuild(house, build, names, source, otherwise or BillingRules(), progress, began)
            finally:
                build.drop()


def _rebuild(
    house: Warehouse,
    build: Build,
    names: tuple[str, ...],
    source: Source,
    otherwise: BillingRules,
    progress: Progress | None,
    began: float,
) -> Rebuilt:
    say = progress or (lambda step, share: None)
    before, notes = _named_before(house), mend_notes(house, names)
    store = RawStore(house.raw, build.folder, build.con)
    say("verify", 0.05)
    loads = with_raw_held([read_load(house, name) for name in names], store)
    rules_before = billing_before(house)
    billing = otherwise if rules_before is None else from_plain(BillingRules, rules_before, "billing")
    make_macros(build.con)
    built = build_snapshot(build, house, store, loads, billing, say)
    build.finish()
    say("publish", 0.98)
    publish(house, build.path, built.snapshot, names)
    prune(house)
    say("done", 1.0)
    raw = {f.raw.key: f.raw for load in loads for f in load.files}
    records, seconds = sum(f.records for f in raw.values()), time.monotonic() - began
    told_of = (built.snapshot, before, source, tuple(loads), records, len(raw), notes, store.adopted)
    return Rebuilt(*told_of, rules_before is None, seconds)


def _named_before(house: Warehouse) -> str | None:
    try:
        return house.current()
    except EnvironmentRefusedError:
        return None
