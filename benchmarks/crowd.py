"""Twenty readers at once on one page, beside the same on the floor that was recorded from it."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.client import alone, faults, reader
from benchmarks.table import Row
from tests.browser.server import serving

ONE_FILTER_BAR, MANY_FILTERS_BAR, FIRST_ASKED_BAR_S, MEMORY_BAR_GIB = 0.8, 0.4, 3.0, 3.0
FLOOR_APP = "benchmarks/floor_app.py"


def crowd(app: str, page: str, folder: Path, ends: list[date], units: list[str]) -> list[Row]:
    """Twenty readers on one page, without and with filters of their own."""
    same = [[f"asof={d}" for d in ends]] * 20
    own = [[f"asof={d}&org={units[i % len(units)]}" for d in ends] for i in range(20)]
    with serving(
        {"DENGTA_FLOOR": str(folder / f"{page or 'overview'}.json")}, folder / "floor.log", FLOOR_APP
    ) as ground:
        low = alone(reruns(ground, "", same))
    one = alone(reruns(app, page, same))
    many = alone(reruns(app, page, own))
    first_s = alone(each_once(app, page, own))
    again = alone(reruns(app, page, own))
    held = memory_gib(int(app.rsplit(":", 1)[1]))
    holds = [
        one.rate >= ONE_FILTER_BAR * low.rate,
        many.median <= FIRST_ASKED_BAR_S,
        again.rate >= MANY_FILTERS_BAR * low.rate,
    ]
    return [
        Row(
            "20 readers, one filter",
            str(one),
            f"floor {low}: {one.of(low)}",
            f"≥ {ONE_FILTER_BAR} ×, no error",
            holds[0] and not one.wrong,
        ),
        Row(
            "20 readers, 20 filters, nobody asked before",
            str(many),
            many.of(low),
            f"p50 ≤ {FIRST_ASKED_BAR_S:g} s, no error",
            holds[1] and not many.wrong,
        ),
        Row(
            f"the same 20 readers, once all was asked ({first_s:.0f} s more)",
            str(again),
            again.of(low),
            f"≥ {MANY_FILTERS_BAR} ×, no error",
            holds[2] and not again.wrong,
        ),
        Row(
            "memory of the app after them",
            f"{held:.2f} GiB",
            "",
            f"≤ {MEMORY_BAR_GIB:g} GiB",
            held <= MEMORY_BAR_GIB,
        ),
    ]


@dataclass(frozen=True)
class Crowd:
    """Reruns a second, median seconds, errors, and the server's processor time of a rerun, which tells on a
    busy machine too.
    """

    rate: float
    median: float
    wrong: int
    cpu_ms: float

    def __str__(self) -> str:
        return (
            f"{self.rate:.1f} reruns/s, p50 {self.median:.2f} s, {self.cpu_ms:.0f} ms of CPU each, "
            f"{self.wrong} errors"
        )

    def of(self, floor: Crowd) -> str:
        """Beside the floor: times its rate, and its processor time over this one."""
        return f"{self.rate / floor.rate:.2f} ×, by CPU {floor.cpu_ms / self.cpu_ms:.2f} ×"


async def reruns(base: str, page: str, queries: list[list[str]], seconds: float = 20) -> Crowd:
    """One reader per list of links, no think time."""
    took: list[float] = []
    wrong = 0
    end = time.perf_counter() + seconds

    async def one(links: list[str]) -> None:
        nonlocal wrong
        async with reader(base, page) as someone:
            turn = 0
            while time.perf_counter() < end:
                spent, messages = await someone.rerun(links[turn % len(links)])
                took.append(spent)
                wrong += bool(faults(messages))
                turn += 1

    port = int(base.rsplit(":", 1)[1])
    started, cpu = time.perf_counter(), server_seconds(port)
    await asyncio.gather(*(one(links) for links in queries))
    rate, cpu = len(took) / (time.perf_counter() - started), server_seconds(port) - cpu
    return Crowd(rate, statistics.median(took), wrong, 1000 * cpu / len(took))


async def each_once(base: str, page: str, queries: list[list[str]]) -> float:
    """Every reader takes each of their links once; seconds until the last has been answered."""

    async def one(links: list[str]) -> None:
        async with reader(base, page) as someone:
            for link in links:
                await someone.rerun(link)

    started = time.perf_counter()
    await asyncio.gather(*(one(links) for links in queries))
    return time.perf_counter() - started


def memory_gib(port: int) -> float:
    """The resident set of the server that listens on a port, from /proc."""
    told = _told_of(port, "status").splitlines()
    return next((int(x.split()[1]) / 2**20 for x in told if x.startswith("VmRSS")), float("nan"))


def server_seconds(port: int) -> float:
    """The processor time that the server on a port has taken."""
    told = _told_of(port, "stat").rpartition(")")[2].split()
    return sum(map(int, told[11:13])) / os.sysconf("SC_CLK_TCK") if told else float("nan")


def _told_of(port: int, what: str) -> str:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
            if "streamlit" in words and str(port) in words:
                return (folder / what).read_text()
        except OSError:
            continue
    return ""
