"""What was made once and is kept: answers of a snapshot; figures, tables and file keys made of equal values.

A rerun draws mostly what was drawn before. No Streamlit here: its own caches look at the signature at
every call, and tell long frames apart by a sample.
"""

from __future__ import annotations

import functools
import hashlib
import pickle
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, ParamSpec, TypeVar

K = TypeVar("K", bound=Hashable)
P = ParamSpec("P")
T = TypeVar("T")

MOST = 1000
"""So many values of one function are kept."""
MOST_BYTES = 200_000
"""What is made of more than this is made again: it would weigh more than it saves."""


class Kept(Generic[K, T]):
    """The values last used, by key; who asks for what is being made waits for it. Nobody may change them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, T] = OrderedDict()
        self._being_made: dict[K, Lock] = {}
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], T]) -> T:
        """The value of `key`, made where it is not there; nothing is kept where `make` raises."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            gate = self._being_made.setdefault(key, Lock())
        with gate:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
            finally:
                with self._lock:
                    self._being_made.pop(key, None)
            with self._lock:
                self._values[key] = value
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            return value


def content_of(*values: Any) -> bytes:
    """All that the values hold. Equal bytes mean equal values; equal values may have other bytes.

    PicklingError, AttributeError or TypeError where they hold code (a lambda, a handle).
    """
    return pickle.dumps(values, protocol=5)


def made_once(make: Callable[P, T]) -> Callable[P, T]:
    """Keep what a pure function gives, by all of its arguments' content: nothing can be stale.

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
