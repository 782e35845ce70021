"""Values that were made once and are kept in memory: answers of a snapshot, what is drawn of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from types import FunctionType
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


def name_in_keys(ask: Callable[..., object]) -> str:
    """What a question is called in keys: a module's own function, which knows its arguments alone.

    TypeError for what brings along more (a lambda, a function within another, a method of an object, a
    partial one): two that captured different values would be one question.
    """
    if not isinstance(ask, FunctionType) or "<" in ask.__qualname__:
        raise TypeError(f"{ask!r} may hold what no key says: hand over a module's function and its arguments")
    return f"{ask.__module__}.{ask.__qualname__}"


class Kept(Generic[K, T]):
    """The `most` values last used, by key, that are `worth` it; who asks for what is being made waits for it.

    Nobody may change them.
    """

    def __init__(self, most: int, worth: Callable[[T], bool] = lambda value: True) -> None:
        self._most, self._worth = most, worth
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
            if not self._worth(value):
                return value
            with self._lock:
                self._values[key] = value
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
            return value
