"""Refusals of the analytics layer: values that contradict themselves."""

from __future__ import annotations

from collections.abc import Mapping


class RefusedError(ValueError):
    """A value is refused. `key` names the sentence in the locales' `errors` table, `params` fill it.

    `place` says where in a file or link the value stands, where it came from one; `called` is what the keys
    of that file or link are called, (Chinese, English), where it says so.
    """

    exit_code = 2

    def __init__(self, key: str, /, **params: object) -> None:
        super().__init__(f"{key} {params}" if params else key)
        self.key = key
        self.params = params
        self.place: str | None = None
        self.called: Mapping[str, tuple[str, str]] = {}
