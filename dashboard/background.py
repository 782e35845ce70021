"""Work that is longer than a reader should wait for: a thread of its own, known by the files that it makes.

What it makes is a file, all or nothing, so nothing here is lost or half done when the server ends. A reader
who leaves the page does not stop it, and everybody who needs the same waits for the same thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

import streamlit as st

LOOK_SECONDS = 1.0
"""How often a page looks how far it is."""

Told = Callable[[int], None]
_log = logging.getLogger(__name__)
_works: dict[Path, Work] = {}
_guard = Lock()


@dataclass(eq=False)
class Work:
    """One thread and how much it has done, in units of whoever began it."""

    make: Callable[[Told], object]
    done: int = 0

    def __post_init__(self) -> None:
        self._thread = Thread(target=self._run, name="background work", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def is_alive(self) -> bool:
        """Whether it still makes something."""
        return self._thread.is_alive()

    def wait(self, seconds: float | None = None) -> None:
        """Until it has ended."""
        self._thread.join(seconds)

    def _run(self) -> None:
        try:
            self.make(self._told)
        except Exception as wrong:  # whoever needs it makes it himself then, and is told
            _log.info("not made ahead: %s", wrong)

    def _told(self, done: int) -> None:
        self.done = done


def begin(paths: Sequence[Path], make: Callable[[Told], object]) -> Work | None:
    """Have these files made, once: the work that makes the first; None where it ended without it."""
    with _guard:
        work = _works.get(paths[0])
        if work is None:
            work = Work(make)
            _works.update(dict.fromkeys(paths, work))
            work.start()
    return None if has_failed(paths[0]) else work


def has_failed(path: Path) -> bool:
    """Whether the work that should have made a file ended without it."""
    work = _works.get(path)
    return work is not None and not work.is_alive() and not path.exists()


def is_at_work(path: Path) -> bool:
    """Whether a thread is making a file, or will before it ends."""
    work = _works.get(path)
    return work is not None and work.is_alive() and not path.exists()


@st.fragment(run_every=LOOK_SECONDS)
def look(path: Path, words: str) -> None:
    """Say that a file is being made, and draw the page anew once it is there."""
    if not is_at_work(path):
        st.rerun()
    st.caption(words)


@st.fragment(run_every=LOOK_SECONDS)
def show_progress(path: Path, work: Work, whole: int, words: Callable[[int], str]) -> None:
    """The same with how far it is, of a `whole`; `words` say what is done."""
    if not is_at_work(path):
        st.rerun()
    st.progress(min(1.0, work.done / max(1, whole)), words(work.done))
