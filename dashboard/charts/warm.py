"""What makes the first figure of a reader as quick as the second, and keeps later ones as quick."""

from __future__ import annotations

import gc
import itertools
import mmap
import time
from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import rate_trend
from dashboard.charts.look import Look
from dashboard.charts.ranks import ranking
from dashboard.theme import LIGHT
from dashboard.words.format import Format
from dashboard.words.i18n import Translator

STATM, PAGE_BYTES = Path("/proc/self/statm"), mmap.PAGESIZE
_runs = itertools.count(1)


class Relief:
    """Takes what stays out of the collector's sight, and looks at all of it again before that costs more.

    Each rerun ends in a full collection, which walks over whatever lives: answers, figures, what sessions
    hold. What is frozen is not walked over, and freezing costs nothing, so each run begins with it; but a
    cycle that lived then is not freed when nobody needs it any more. So when the collections since the last
    look have taken `TIMES` as long as that look, or the process has grown by `MOST_BYTES`, there is another:
    everything is thawed, collected and frozen. No cycle is kept for longer than that.
    """

    TIMES = 2.0
    MOST_BYTES = 256 << 20

    def __init__(self) -> None:
        self._looked = self._since = self._began = 0.0
        self._size = 0
        self._lock = Lock()

    def watch(self, phase: str, told: dict[str, Any]) -> None:
        """What the collector calls: adds up the processor's time of full collections."""
        if told["generation"] < 2:
            return
        if phase == "start":
            self._began = time.thread_time()
        else:
            self._since += time.thread_time() - self._began

    def relieve(self) -> None:
        """Freeze, or look at everything again where it is due; one reader does, nobody waits for them."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._since > self.TIMES * self._looked or _resident() > self._size + self.MOST_BYTES:
                self._look()
            else:
                gc.freeze()
        finally:
            self._lock.release()

    def _look(self) -> None:
        began = time.thread_time()
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._looked, self._since, self._size = time.thread_time() - began, 0.0, _resident()


def _resident() -> int:
    """Bytes of memory that the process has; 0 where the system does not say."""
    try:
        return int(STATM.read_text(encoding="ascii").split()[1]) * PAGE_BYTES
    except OSError:
        return 0


_relief = Relief()


def warm_up() -> None:
    """Build what every page needs once, and relieve the collector of what stays."""
    if next(_runs) == 1:
        _first_figures()
        gc.callbacks.append(_relief.watch)
    _relief.relieve()


def _first_figures() -> None:
    """Build one figure of each common trace, so that Plotly's validators are imported and made."""
    t = Translator("zh")
    look = Look(t, Format(t), LIGHT)
    frame = pd.DataFrame({"ym": [202601], "r": [0.9], "key": ["1"], "name": ["1"]})
    rate_trend(frame, look, {"r": "r"}, title="", target=0.9).to_json()
    ranking(frame, look, "r", title="").to_json()
    look.figure([go.Heatmap(z=[[1.0]])]).to_json()
