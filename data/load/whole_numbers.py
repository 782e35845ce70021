"""Keys, months and codes that a program kept as fractions: 334010101.0, where one of a column is missing."""

from __future__ import annotations

from collections.abc import Mapping

from data.load.raw_notes import RawFile

KEYS = ("_ID", "_NO", "_YM", "_FLAG", "_TYPE", "_CODE", "_MODE")
"""How the columns end in which a number is never a fraction."""


def fractions(raw: RawFile, columns: Mapping[str, str]) -> frozenset[str]:
    """Of a raw file's `columns` (heading by column) the keys, months and codes that may hold such numbers.

    Each cell is looked at by itself where its file's notes do not rule it out: how one is read depends on no
    other cell and no other file.
    """
    return frozenset(c for c, heading in columns.items() if c.endswith(KEYS) and not raw.is_shaped(heading))
