"""What a list or a chart of the first few leaves out."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Rest:
    """How many of how many are shown, and what the others come to (fen)."""

    shown: int
    whole: int
    amount: int

    @property
    def others(self) -> int:
        """How many are left out."""
        return self.whole - self.shown


def rest_of(whole: pd.DataFrame, shown: pd.DataFrame, column: str) -> Rest:
    """Of rows, some are shown; `column` is what they hold."""
    return Rest(len(shown), len(whole), int(whole[column].sum()) - int(shown[column].sum()))
