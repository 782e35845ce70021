"""Time and peak memory of one piece of work in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Measure:
    """Seconds on the clock and the highest resident set of the process, with what the work says of itself."""

    seconds: float
    peak_mib: float
    said: dict[str, Any]


def report(work: Callable[[], dict[str, Any]]) -> None:
    """Do the work and print its measure as the last line (in the process of its own)."""
    started = time.perf_counter()
    said = work()
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak, "said": said}), flush=True)


def in_own_process(
    module: str, *arguments: str, environment: dict[str, str] | None = None, tree: Path = ROOT
) -> Measure:
    """Run `python -m module arguments` and read the measure from its last line; `tree` is the checkout."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=tree,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} ended with {done.returncode}")
    return Measure(**json.loads(done.stdout.strip().splitlines()[-1]))


def machine() -> str:
    """What the figures were taken on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {sys.version.split()[0]}"
