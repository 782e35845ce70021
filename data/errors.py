"""What can go wrong with files, stores and the database, each with the words' key and an exit code."""

from __future__ import annotations


class DengtaError(Exception):
    """Base of all refusals that a reader sees. `key` names the sentence in the locales' `errors` table.

    The sentence is rendered at the edge (command line or page) in the reader's language with `params`.
    """

    exit_code = 2

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(f"{key} {params}" if params else key)
        self.key = key
        self.params = params


class InputError(DengtaError):
    """The input (a folder, file, mapping, date or option) cannot be used as it is."""

    exit_code = 2


class BusyError(DengtaError):
    """Somebody else holds the warehouse's writer lock."""

    exit_code = 3


class EnvironmentRefusedError(DengtaError):
    """The machine refuses: no permission, no space, no such device."""

    exit_code = 4
