"""Work that is longer than a reader should wait for: a thread of its own, known by the files that it makes.

What it makes is a file, all or nothing, so nothing here is lost or half done when the server ends. A reader
who leaves the page does not stop it, and everybody who needs the same waits for the same thread. Work that
has ended is forgotten. Why it failed is kept until a reader who asks has been told; whoever asks after that
has it tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock, Thread

import streamlit as st

from data.kept.kept_files import is_kept

LOOK_SECONDS = 1.0
"""How often a page looks how far it is."""
MOST_FAILURES = 64
"""So many failures wait for somebody to be told; the oldest go first."""

Progress = Callable[[int], None]
_log = logging.getLogger(__name__)
_works: dict[Path, Work] = {}
_failures: dict[Path, Exception] = {}
_guard = Lock()


class Work:
    """One thread and how much it has done, in units of whoever began it."""

    def __init__(self, paths: Sequence[Path], make: Callable[[Progress], object]) -> None:
        self.paths, self.done = tuple(paths), 0
        self._make = make
        self._thread = Thread(target=self._run, name="background work", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self, seconds: float | None = None) -> None:
        """Until it has ended."""
        self._thread.join(seconds)

    def _run(self) -> None:
        wrong: Exception | None = None
        try:
            self._make(self._progress)
            self.paths[0].stat()  # whoever waits for it would begin again and again
        except Exception as failed:
            _log.warning("not made in the background: %s", self.paths[0].name, exc_info=True)
            wrong = failed.with_traceback(None)  # it would hold on to all that the work had in hand
        with _guard:
            for path in self.paths:
                _works.pop(path, None)
            if wrong is not None and not is_kept(self.paths[0]):
                _failures[self.paths[0]] = wrong
                while len(_failures) > MOST_FAILURES:
                    del _failures[next(iter(_failures))]

    def _progress(self, done: int) -> None:
        self.done = done


def begin(paths: Sequence[Path], make: Callable[[Progress], object]) -> Work:
    """Have these files made: by the work that makes the first already, else by a new one."""
    with _guard:
        work = _works.get(paths[0])
        if work is None:
            _failures.pop(paths[0], None)
            work = Work(paths, make)
            _works.update(dict.fromkeys(paths, work))
            work.start()
    return work


def failure(path: Path) -> Exception | None:
    """Why the last work on a file failed: told once, so that asking again tries again."""
    with _guard:
        return _failures.pop(path, None)


def is_at_work(path: Path) -> bool:
    """Whether a thread is making a file, or will before it ends."""
    with _guard:
        return path in _works and not is_kept(path)


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
