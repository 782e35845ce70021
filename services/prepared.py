"""What is made ready after a load, so that the first reader need not wait for it."""

from __future__ import annotations

import logging
from pathlib import Path

from data.errors import DengtaError
from data.state import State
from data.warehouse import Warehouse, open_snapshot
from services import customers, figures
from services.adoption import in_force
from services.standing import ensure_standing

_log = logging.getLogger(__name__)


def prepare(warehouse: Path) -> bool:
    """Measure and grade every customer on the published snapshot's newest day; False where it could not be.

    The snapshot is published already: nothing here undoes a load.
    """
    snapshot = Warehouse(warehouse).current()
    if snapshot is None:
        return False
    db = open_snapshot(warehouse, snapshot)
    try:
        day = figures.facts(db).extract_on
        if day is not None:
            customers.measures(db, day)
            state = State.existing(warehouse)
            ensure_standing(db, in_force(state), day, state)
        return day is not None
    except DengtaError as refusal:
        _log.warning("customers are not measured or graded yet: %s", refusal)
        return False
    finally:
        db.close()
