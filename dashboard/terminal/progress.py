"""How far long work is, on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable

from dashboard.words.i18n import Translator
from dashboard.words.literal import in_terminal


def progress_line(t: Translator) -> Callable[[str, float], None]:
    """A function that shows `(step, share done)` on a terminal's line, or a line per step elsewhere."""
    live = sys.stderr.isatty()
    shown: list[str] = []

    def show(step: str, share: float) -> None:
        words = t(f"progress.{step}") if t.has(f"progress.{step}") else in_terminal(step)
        if live:
            sys.stderr.write(f"\r\x1b[K{words} {share:4.0%}" + ("\n" if share >= 1 else ""))
        elif step not in shown:
            shown.append(step)
            sys.stderr.write(words + "\n")
        sys.stderr.flush()

    return show
