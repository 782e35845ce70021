"""What a warehouse remembers of its state store: how far its chain reached when last seen.

It lies beside the pointer, so that a store that was removed, emptied or put back by an older copy shows.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from data.sealed import DamagedError, read_sealed, write_sealed
from data.state.chain import START, Link

FILE = "state.json"
_log = logging.getLogger(__name__)
_writing = RLock()


@dataclass(frozen=True)
class Memory:
    """The memory of one store; `name` tells it from others that the warehouse was used with."""

    path: Path
    name: str

    def last(self) -> Link:
        """How far the store is known to have reached; the start where nothing is remembered.

        A memory that is damaged itself is none: the store is verified all the same.
        """
        told = self._all().get(self.name)
        try:
            return Link(int(told["number"]), str(told["hash"])) if told else START
        except (ValueError, KeyError, TypeError):
            return START

    def note(self, link: Link) -> None:
        """Remember a link, unless a later one is remembered; a folder that is read-only remembers nothing."""
        with _writing:
            if link.number > self.last().number:
                self.replace(link)

    def replace(self, link: Link) -> None:
        """Remember a link, whatever was remembered."""
        with _writing:
            told = self._all() | {self.name: {"number": link.number, "hash": link.hash}}
            try:
                write_sealed(self.path, told)
            except OSError as e:
                _log.warning("the warehouse cannot remember its state: %s", e)

    def _all(self) -> dict[str, Any]:
        try:
            return read_sealed(self.path)[0]
        except FileNotFoundError:
            return {}
        except (OSError, DamagedError) as e:
            _log.warning("what the warehouse remembers of its state is not readable: %s", e)
            return {}
