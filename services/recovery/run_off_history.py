"""The run-off of everything on the same day of every month, and what follows from it, held for all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from analytics import run_off
from analytics.run_off_cells import Past, RunOff
from data.kept.kept_values import Kept
from data.scope import Scope


@dataclass(frozen=True, eq=False)
class History:
    """What all units tell of the run-off, whoever asks, as of the same day of every month."""

    past: Past
    fits: Kept[date, RunOff | None] = field(default_factory=lambda: Kept(100))
    records: Kept[Scope, pd.DataFrame] = field(default_factory=lambda: Kept(300))
    """What was said on a day against what came, by scope: the records of neighbouring months share it."""

    def known(self, day: date) -> RunOff | None:
        """What the day knows; None where that is too little."""
        return self.fits.get(day, lambda: run_off.run_off(self.past, day) if day in self.past.days else None)

    def of(self, day: date) -> History:
        """What one of its days knows and holds, without the others: a hundredth of the memory."""
        past, fit = self.past, self.known(day)
        at = slice(*np.searchsorted(past.month, past.days.index(day) + np.array([0, 1])))
        codes = {name: getattr(past, name)[at].copy() for name in ("month", "cell", "unit")}
        amounts = {name: values[at].copy() for name, values in past.amounts.items()}
        own = History(replace(past, amounts=amounts, **codes))
        own.fits.get(day, lambda: fit)
        return own
