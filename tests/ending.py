"""How a process of a test ended, by itself or killed."""

from __future__ import annotations

from multiprocessing.context import ForkServerProcess


def ended(process: ForkServerProcess, seconds: float | None) -> int:
    """What a process ended with: by itself, or killed after so many seconds."""
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode is not None
    return process.exitcode
