"""What a page asked of one day is asked of the other days that readers take most, while nobody waits.

After a load these questions were asked for the last month ends, and the rows lie beside the snapshot. A page
that takes another month end would still read a dozen of them and work out its figures; here they are in
memory before.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date
from threading import Lock, Thread

SLOW_SECONDS = 0.25
"""What takes longer is left to those who ask for it."""
FIRST_SECONDS, PAUSE_SECONDS = 1.0, 0.02
"""Pages come first: so long the work waits before it begins, and between two questions."""

_log = logging.getLogger(__name__)


class ReadAhead:
    """Asks each noted question of all `days`, in a thread that ends when nothing is left to ask.

    `clock` gives seconds.
    """

    def __init__(self, days: Sequence[date], clock: Callable[[], float] = time.monotonic) -> None:
        self._days = tuple(days)
        self._clock = clock
        self._noted: set[str] = set()
        self._waiting: deque[Callable[[date], object]] = deque()
        self._at_work = False
        self._lock = Lock()

    def note(self, question: str, ask: Callable[[date], object], seconds: float) -> None:
        """Ask it of all days, once, where it did not take the page too many `seconds`."""
        if seconds > SLOW_SECONDS:
            return
        with self._lock:
            if question in self._noted or not self._days:
                return
            self._noted.add(question)
            self._waiting.append(ask)
            if not self._at_work:
                self._at_work = True
                Thread(target=self._work, name="read ahead", daemon=True).start()

    def is_done(self) -> bool:
        """Whether nothing is left to ask."""
        with self._lock:
            return not self._at_work

    def _work(self) -> None:
        time.sleep(FIRST_SECONDS)
        while ask := self._next():
            try:
                self._ask(ask)
            except Exception as wrong:  # nobody waits for it; who asks it himself is told
                _log.info("not read ahead: %s", wrong)

    def _next(self) -> Callable[[date], object] | None:
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._at_work = False
            return None

    def _ask(self, ask: Callable[[date], object]) -> None:
        for day in self._days:
            began = self._clock()
            ask(day)
            if self._clock() - began > SLOW_SECONDS:
                return
            time.sleep(PAUSE_SECONDS)
