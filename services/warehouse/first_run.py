"""The first run: a generated sample, loaded, so that there is something to look at within a minute."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from data.errors import InputError
from data.load.loads import published_loads
from data.warehouse.snapshots import Warehouse
from services.access.actor import Actor, allow
from services.warehouse.loading import load
from services.warehouse.prepared import prepare
from services.warehouse.sampling import make_sample

CUSTOMERS, MONTHS = 20_000, 36
SAMPLE = "dengta-sample-"
"""How the folder of a sample is called that was made here; its load keeps the name."""
SAMPLE_SHARE = 0.4
"""How much of the whole is spent on making the sample; the rest is its load."""


def make_and_load_sample(
    warehouse: Path,
    actor: Actor,
    customers: int = CUSTOMERS,
    months: int = MONTHS,
    progress: Callable[[str, float], None] | None = None,
) -> None:
    """Make a sample and load it into `warehouse`; `progress` gets a step and the share done.

    Refused who may not load, and where data were loaded meanwhile.
    """
    allow(actor, "load")
    if Warehouse(warehouse).current():
        raise InputError("first_run_has_data")
    tell = progress or (lambda step, share: None)
    folder = Path(tempfile.mkdtemp(prefix=SAMPLE))
    try:
        make_sample(
            folder,
            customers=customers,
            months=months,
            format="parquet",
            progress=lambda share, _: tell("sample", share * SAMPLE_SHARE),
        )
        load(
            folder,
            warehouse,
            progress=lambda step, share: tell(step, SAMPLE_SHARE + share * (1 - SAMPLE_SHARE)),
        )
        prepare(warehouse)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def holds_sample(house: Warehouse) -> bool:
    """Whether a sample made by a first run is published: what is loaded beside it is added to it."""
    return house.current() is not None and any(x.folder.startswith(SAMPLE) for x in published_loads(house))
