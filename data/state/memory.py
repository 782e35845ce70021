"""What a warehouse remembers of its state store: how far its chain reached when last seen.

It lies beside the pointer, so that a store that was removed, emptied or put back by an older copy shows.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.durable import write_text_durably
from data.state.chain import START, Link

FILE = "state.json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Memory:
    """The memory of one store; `name` tells it from others that the warehouse was used with."""

    path: Path
    name: str

    def last(self) -> Link:
        """How far the store is known to have reached; the start where nothing is remembered.

        A memory that cannot be read is none: the store itself is verified all the same.
        """
        told = self._all().get(self.name)
        try:
            return Link(int(told["number"]), str(told["hash"])) if told else START
        except (ValueError, KeyError, TypeError):
            return START

    def note(self, link: Link) -> None:
        """Remember a link, unless a later one is remembered; a folder that is read-only remembers nothing."""
        if link.number > self.last().number:
            self.replace(link)

    def replace(self, link: Link) -> None:
        """Remember a link, whatever was remembered."""
        told = self._all() | {self.name: {"number": link.number, "hash": link.hash}}
        try:
            write_text_durably(self.path, json.dumps(told, indent=1))
        except OSError as e:
            _log.warning("the warehouse cannot remember its state: %s", e)

    def _all(self) -> dict[str, Any]:
        try:
            told = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}
