"""Where a figure of the official report stands: equal, explained, perhaps, not, or asked about first."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

VERDICTS = ("equal", "claimed", "possible", "open", "asked")
FAR = 9.5
"""An entry so many times the books, or of which the books are so many times, is asked about first."""
APART = 2
"""So many times, either way, is asked about where no readings account for it."""
POSSIBLE = 0.5
"""Readings that leave less than this share of a difference may be its cause; others are no explanation."""
SURE = 20
"""A difference so many times the rounding can be said to be closed; a smaller one may be closed by chance."""
ROUNDINGS = {"fen": 0, "yuan": 50, "hundred": 5_000, "wan": 500_000}
"""Half of what a report rounds to, in fen: fen, yuan, 0.01 万元, 万元."""
TWINS = {
    "billed": "billed_month",
    "collected": "collected_month",
    "billed_month": "billed",
    "collected_month": "collected",
}
"""The measure that one is easily entered for: the month's for the year to date, and back."""

PARTNERS = {
    "billed": "collected",
    "collected": "billed",
    "billed_month": "collected_month",
    "collected_month": "billed_month",
}
ABOVE = 1.05
"""So many times what was billed cannot have been collected of it, whatever is counted."""
YUAN = 100
DIGITS = {"ten": 10, "tenth": 0.1}
SCALES = {
    "fen_more": 1e2,
    "fen_less": 1e-2,
    "thousand_more": 1e3,
    "thousand_less": 1e-3,
    "unit_more": 1e4,
    "unit_less": 1e-4,
    "yi_more": 1e8,
    "yi_less": 1e-8,
}
"""What an entry is times the books where its unit was taken for another; counts have none."""
DOUBLE, HALF, NOTHING = "double", "half", "nothing"
SOFT = (DOUBLE, HALF, NOTHING)
"""What is a question only where no readings account for the entry: until then it is evidence."""

Mask = npt.NDArray[np.bool_]


def suspects(figures: pd.DataFrame, half: int = 0) -> pd.Series[str]:
    """What an entry looks like beside the books (`dengta`; `twin`: their other span): empty where fine.

    sign: below 0 beside figures above, or back. exchanged: billed and collected are each other's. above: more
    collected than billed. month, year: it is the other span's figure, to `half` of what the report rounds to;
    month_near, year_near: within one per cent of it. ten, tenth: a digit more or less. SCALES: a unit taken
    for another. far: only far off. SOFT: double, half, or nothing in the books.
    """
    official, dengta = (figures[c].astype("float64").abs() for c in ("official", "dengta"))
    ratio = official / dengta.where(dengta > 0)
    times = _times(figures, ratio)
    twin = figures["twin"].astype("float64").abs()
    other = (ratio - 1).abs() > 0.2
    alike = other & (twin > 0) & ((official / twin.where(twin > 0) - 1).abs() < 0.01)
    same = other & (twin > 0) & ((official - twin).abs() <= max(half, YUAN))
    span = pd.Series("month", index=figures.index, dtype="object")
    span[figures["measure"].astype(str).str.endswith("_month")] = "year"
    times[alike] = span[alike] + "_near"
    times[same] = span[same]
    for name, rows in (("above", _above(figures)), ("exchanged", _exchanged(figures, half))):
        times[rows] = name
    times[figures["official"].astype("float64") * figures["dengta"].astype("float64") < 0] = "sign"
    return times


def _times(figures: pd.DataFrame, ratio: pd.Series[float]) -> pd.Series[str]:
    """What the entry's size alone says: `ratio` is how many times the books it is (missing: they have 0)."""
    words = pd.Series("", index=figures.index, dtype="object")
    words[ratio.isna() & (figures["official"] != 0)] = NOTHING
    words[ratio >= APART] = DOUBLE
    words[ratio <= 1 / APART] = HALF
    far = (ratio >= FAR) | (ratio <= 1 / FAR)
    words[far] = "far"
    of_money = figures["measure"] != "households"
    for names, rows in ((DIGITS, far), (SCALES, far & of_money)):
        for name, times in names.items():
            words[rows & ((ratio / times - 1).abs() < 0.05)] = name
    return words


def _partner(figures: pd.DataFrame, column: str) -> pd.Series[float]:
    """A column of the same unit's line of PARTNERS; missing where it has none."""
    known = figures.set_index(["org_no", "measure"])[column].astype("float64")
    places = pd.MultiIndex.from_arrays([figures["org_no"], figures["measure"].map(PARTNERS)])
    return pd.Series(known.reindex(places).to_numpy(), index=figures.index)


def _exchanged(figures: pd.DataFrame, half: int) -> pd.Series[bool]:
    """Billed and collected of a unit that hold each other's books, to the yuan or what is rounded to."""
    most = max(half, YUAN)
    official, dengta = (figures[c].astype("float64") for c in ("official", "dengta"))
    mine = ((official - _partner(figures, "dengta")).abs() <= most) & ((official - dengta).abs() > most)
    theirs = _partner(figures.assign(mine=mine), "mine")
    return mine & (theirs == 1)


def _above(figures: pd.DataFrame) -> pd.Series[bool]:
    """Collected figures clearly above the billed ones that are entered beside them, and above the books."""
    official, dengta = (figures[c].astype("float64") for c in ("official", "dengta"))
    of_collected = figures["measure"].astype(str).str.startswith("collected")
    return (
        of_collected & (official > ABOVE * _partner(figures, "official")) & (official > ABOVE * dengta.abs())
    )


def verdict_of(figures: pd.DataFrame, tolerance: int, found: bool, ask: bool) -> pd.Series[str]:
    """One of VERDICTS for each line: org_no, measure, difference, explained, unexplained, suspect.

    `tolerance` is half of what the report's money rounds to. `found`: the readings were found, not chosen by
    a reader. `ask`: entries that look wrong are asked about unless they are closed to the fen; those of SOFT
    only where nothing accounts for them.
    """
    half = pd.Series(np.where(figures["measure"] == "households", 0, tolerance), index=figures.index)
    difference, rest = figures["difference"].abs(), figures["unexplained"].abs()
    equal, closes = difference <= half, (rest <= half) & (figures["explained"] != 0)
    broken = figures["org_no"].map((equal & (rest > half)).groupby(figures["org_no"]).any()).astype(bool)
    claimed = ~equal & closes & (difference >= SURE * half) & ~broken
    moved = figures["explained"] != 0
    possible = moved & ((rest < POSSIBLE * difference) if found else True)
    soft = figures["suspect"].isin(SOFT) & ask
    asked = (figures["suspect"] != "") & ~soft & ~(claimed & (rest == 0)) & ask
    kinds = {"equal": equal, "asked": asked, "claimed": claimed, "possible": possible}
    verdict = np.select([*kinds.values(), soft], [*kinds, "asked"], "open")
    return pd.Series(verdict, index=figures.index, dtype="object")
