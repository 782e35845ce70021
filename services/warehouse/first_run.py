"""The first run: a generated sample, loaded, so that there is something to look at within a minute."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from data.errors import InputError
from data.warehouse.snapshots import Warehouse
from services.access.actor import Actor, allow
from services.warehouse.loading import load
from services.warehouse.prepared import prepare
from services.warehouse.sampling import make_sample

CUSTOMERS, MONTHS = 20_000, 36
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
    folder = Path(tempfile.mkdtemp(prefix="dengta-sample-"))
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
