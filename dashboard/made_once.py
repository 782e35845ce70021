"""Figures, tables and file keys are made once of equal values.

A rerun draws mostly what was drawn before. No Streamlit here: its own caches look at the signature at
every call, and tell long frames apart by a sample.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from data.kept.kept_values import Kept

P = ParamSpec("P")
T = TypeVar("T")

MOST = 1000
"""So many values of one function are kept."""
MOST_BYTES = 200_000
"""What is made of more than this is made again: it would weigh more than it saves."""


def content_of(*values: Any) -> bytes:
    """All that the values hold. Equal bytes mean equal values; equal values may have other bytes.

    PicklingError, AttributeError or TypeError where they hold code (a lambda, a handle).
    """
    return pickle.dumps(values, protocol=5)


def made_once(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a pure function gives, by all of its arguments' content: nothing can be stale.

    A translator among them is told apart by its language, and refused where others share what is being made.

    What is made of code (a lambda) or of much is made each time.
    """
    kept: Kept[bytes, T] = Kept(MOST)

    @functools.wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            content = content_of(args, kwargs)
        except (pickle.PicklingError, AttributeError, TypeError):
            return make(*args, **kwargs)
        if len(content) > MOST_BYTES:
            return make(*args, **kwargs)
        return kept.get(hashlib.sha256(content).digest(), lambda: make(*args, **kwargs))

    return made
