"""English sentences that count: what is said of several, of one. Chinese has one form."""

from __future__ import annotations

import re

NOUNS = (
    *("areas", "bills", "bytes", "calls", "cells", "characters", "checks", "collectors", "columns"),
    *("customers", "days", "differences", "draws", "entries", "files", "grades", "hours", "households"),
    *("items", "lines", "months", "options", "others", "outcomes", "people", "places", "points"),
    *("records", "results", "rows", "services", "snapshots", "stations", "targets", "texts", "times"),
    *("findings", "units", "visits", "weights", "years"),
)
"""The things that sentences count, of several."""
IRREGULAR = {"people": "person", "entries": "entry"}
VERBS = {"are": "is", "were": "was", "have": "has", "do": "does", "come": "comes", "owe": "owes"}
_ONE = re.compile(
    r"(?<![\w.,/:-])(\*{0,2}1\*{0,2}) (" + "|".join(NOUNS) + r")(?: (" + "|".join(VERBS) + r"))?\b"
)


def of_one(sentence: str) -> str:
    """The sentence, where it counts one of something, in the singular: "1 bills are" is "1 bill is"."""
    return _ONE.sub(_singular, sentence)


def _singular(match: re.Match[str]) -> str:
    one, noun, verb = match.groups()
    said = f"{one} {IRREGULAR.get(noun) or noun.removesuffix('s')}"
    return f"{said} {VERBS[verb]}" if verb else said
