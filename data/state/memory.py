"""What a warehouse remembers of its state store: how far its chain reached when last seen.

It lies beside the pointer, so that a store that was removed, emptied or put back by an older copy shows;
and once more among the snapshots, so that whoever removes both does not leave a warehouse without a past.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from data.kept.sealed import DamagedError, read_sealed, write_sealed
from data.state.chain import START, Link

FILE, COPY = "state.json", "snapshots/decided.json"
_log = logging.getLogger(__name__)
_writing = RLock()


@dataclass(frozen=True)
class Memory:
    """The memory of one store; `name` tells it from others that the warehouse was used with."""

    path: Path
    name: str

    def last(self) -> Link:
        """How far the store is known to have reached; the start where nothing is remembered.

        A memory that is lost or damaged is read from its copy; where that is too, the store is verified all
        the same.
        """
        remembered = self._all().get(self.name)
        try:
            return Link(int(remembered["number"]), str(remembered["hash"])) if remembered else START
        except (ValueError, KeyError, TypeError, OverflowError):
            return START

    def note(self, link: Link) -> None:
        """Remember a link, unless a later one is remembered; a folder that is read-only remembers nothing."""
        with _writing:
            if link.number > self.last().number or (link.number and not self._is_twice()):
                self.replace(link)

    def replace(self, link: Link) -> None:
        """Remember a link, whatever was remembered."""
        with _writing:
            remembered = self._all() | {self.name: {"number": link.number, "hash": link.hash}}
            self._write(remembered)

    def forget(self) -> None:
        """Remember nothing of this store."""
        with _writing:
            self._write({name: known for name, known in self._all().items() if name != self.name})

    @property
    def _places(self) -> tuple[Path, Path]:
        return self.path, self.path.parent / COPY

    def _write(self, remembered: dict[str, Any]) -> None:
        try:
            for path in self._places:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_sealed(path, remembered)
        except OSError as e:
            _log.warning("the warehouse cannot remember its state: %s", e)

    def _is_twice(self) -> bool:
        try:
            first, second = (path.read_bytes() for path in self._places)
        except OSError:
            return False
        return first == second

    def _all(self) -> dict[str, Any]:
        for path in self._places:
            try:
                return read_sealed(path)[0]
            except FileNotFoundError:
                continue
            except (OSError, DamagedError) as e:
                _log.warning("what the warehouse remembers of its state is not readable: %s", e)
        return {}
