"""Lines of a log: what a name or a file holds writes into its line, and neither moves nor begins one."""

from __future__ import annotations

import logging

from dashboard.words.literal import in_terminal


class LogLine(logging.Formatter):
    """A record as one line, and what was raised below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line itself."""
        return in_terminal(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802
        """The lines of what was raised; its own words may hold names too."""
        return "\n".join(map(in_terminal, super().formatException(ei).split("\n")))  # type: ignore[arg-type]


def by_default() -> None:
    """Have what no handler of its own takes (the server's log) written so."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(LogLine())
