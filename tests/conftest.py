"""What all tests share: the real data, one generated sample and its warehouse, an own environment."""

from __future__ import annotations

import gc
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.attack.tally import tried as tried
from tests.copying import copied
from tests.missing import missing

ROOT = Path(__file__).resolve().parents[1]
BROWSER = "tests/browser"
READING, ACTING = f"{BROWSER} reading", f"{BROWSER} acting"
OF_THEIR_OWN = ("serving(", "served", "guarded", "asking(")
"""What browser tests say that have a server of their own; the rest read pages of the one that they share."""
SERVED = ("from tests.attack.served import",)
MANY_THREADS = ("data", "figures", "reconcile")
"""Tests that the database answers with as many threads as it would: they hold every figure against an oracle.
Elsewhere it answers with one, since every processor has a worker already.
"""
TODAY = "2026-11-20"
SAMPLE_CUSTOMERS, SAMPLE_MONTHS, SAMPLE_SEED = 600, 26, 7

settings.register_profile(
    "dengta",
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("dengta")


class MadeOnce(LoadScopeScheduling):
    """Tests go to whichever worker is free, but what a module makes once for its tests is made by one worker,
    and two workers have a browser: one reads the pages, one acts on them. Xdist's own groups are marks that
    pytest 9 no longer lets it read. The browsers are given out first: they are the longest, and all else can
    be done beside them.
    """

    def _split_scope(self, nodeid: str) -> str:
        """What goes to one worker together: all who read pages in a browser, all who act in one, all who
        speak to the server that asks who is there, the tests of such a module, else a test.
        """
        path = nodeid.partition("::")[0]
        if path.startswith(f"{BROWSER}/"):
            return ACTING if _says(path, OF_THEIR_OWN) else READING
        if _says(path, SERVED):
            return SERVED[0]
        return path if _says(path, ('scope="module"',)) else nodeid

    def _assign_work_unit(self, node: WorkerController) -> None:
        """The next group for a worker."""
        for group in (ACTING, READING):
            if group in self.workqueue:
                self.workqueue.move_to_end(group, last=False)
        super()._assign_work_unit(node)


@cache
def _says(path: str, words: tuple[str, ...]) -> bool:
    said = (ROOT / path).read_text(encoding="utf-8")
    return any(word in said for word in words)


def pytest_configure() -> None:
    """One thread for the database, for servers and commands too (`MANY_THREADS`)."""
    os.environ.setdefault("DENGTA_THREADS", "1")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: whoever collects garbage does not look through it each time, nor often."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> MadeOnce:
    """How tests are spread over workers."""
    return MadeOnce(config, log)


@dataclass(frozen=True)
class Sample:
    """A generated extract folder and how it was made."""

    folder: Path
    customers: int
    months: int
    seed: int


@pytest.fixture(autouse=True)
def own_environment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No test sees, or writes into, a warehouse or a state store that it was not given."""
    nowhere = tmp_path_factory.getbasetemp() / "no-warehouse-was-given"
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(nowhere))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{nowhere / 'state.db'}")
    monkeypatch.setenv("DENGTA_TODAY", TODAY)
    monkeypatch.delenv("DENGTA_USERS", raising=False)
    if request.path.relative_to(ROOT).parts[1] in MANY_THREADS:
        monkeypatch.delenv("DENGTA_THREADS", raising=False)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data, read in place; tests that need it are skipped where it does not lie, in CI they fail."""
    given = os.environ.get("DENGTA_SHARED")
    folder = (Path(given) if given else ROOT.parent / "shared") / "data"
    if not folder.is_dir():
        missing(f"no real data at {folder}: put it beside the checkout, or set DENGTA_SHARED")
    return folder


@pytest.fixture(scope="session")
def once_per_run(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Call `make(folder)` once however many workers run, and give each of them the folder."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def ready(name: str, make: Callable[[Path], object]) -> Path:
        final, done = shared / name, shared / f"{name}.done"
        with _alone(shared / f"{name}.lock", still_wanted=lambda: not done.exists()):
            if not done.exists():
                shutil.rmtree(final, ignore_errors=True)
                make(final)
                done.touch()
        return final

    return ready


@pytest.fixture(scope="session")
def sample(once_per_run: Callable[[str, Callable[[Path], object]], Path]) -> Sample:
    """A clean extract of 600 customers and 26 months."""
    from services.warehouse.sampling import make_sample

    folder = once_per_run(
        "sample",
        lambda to: make_sample(to, customers=SAMPLE_CUSTOMERS, months=SAMPLE_MONTHS, seed=SAMPLE_SEED),
    )
    return Sample(folder, SAMPLE_CUSTOMERS, SAMPLE_MONTHS, SAMPLE_SEED)


@pytest.fixture(scope="session")
def sample_folder(sample: Sample) -> Path:
    """The folder of the clean extract. Do not write into it: other tests read it."""
    return sample.folder


@pytest.fixture(scope="session")
def sample_warehouse(sample: Sample, once_per_run: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A warehouse that holds the clean extract. Do not load into it: other tests read it."""
    from services.warehouse.loading import load

    folder = once_per_run("warehouse", lambda to: load(sample.folder, to))
    pointer = json.loads((folder / "current.json").read_text(encoding="utf-8"))
    assert pointer["snapshot"], "the load published nothing"
    return folder


@pytest.fixture(scope="session")
def warehouse_of(once_per_run: Callable[[str, Callable[[Path], object]], Path]) -> Callable[[int], Path]:
    """A warehouse of 400 customers and 26 months, by its seed, for what has to hold of several samples.

    Do not load into it: other tests read it.
    """
    from services.warehouse.loading import load
    from services.warehouse.sampling import make_sample

    def of(seed: int) -> Path:
        def make(folder: Path) -> None:
            make_sample(folder / "extract", customers=400, months=SAMPLE_MONTHS, seed=seed)
            load(folder / "extract", folder / "house")

        return once_per_run(f"seed_{seed}", make) / "house"

    return of


@pytest.fixture(scope="session")
def asked_ahead(
    sample_warehouse: Path, once_per_run: Callable[[str, Callable[[Path], object]], Path]
) -> Path:
    """A warehouse whose questions were asked ahead, as of many customers; not to be written to.

    Of its days the newest, the two month ends before it, that of a year ago and the oldest: each takes half
    a second, and the others are asked alike.
    """
    from services.warehouse import prepared

    every = prepared._days

    def few(facts: Any) -> tuple[Any, ...]:
        days = every(facts)
        assert len(days) == 14
        return tuple(days[n] for n in (0, 1, 2, 12, 13))

    def make(folder: Path) -> None:
        copied(sample_warehouse, folder, "graded", "raw")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(prepared, "MANY", 0)
            patch.setattr(prepared, "_days", few)
            assert prepared.prepare(folder)

    return once_per_run("asked_ahead", make)


@pytest.fixture
def warehouse_env(sample_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shared warehouse as this process's own, with a state store that is only this test's."""
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(sample_warehouse))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    return sample_warehouse


@contextmanager
def _alone(lock: Path, still_wanted: Callable[[], bool], patience_s: float = 300) -> Iterator[None]:
    """Hold `lock` (a folder: making one is atomic), or return when its holder has done the work."""
    give_up = time.monotonic() + patience_s
    held = False
    while still_wanted() and not held:
        try:
            lock.mkdir()
            held = True
        except FileExistsError:
            if time.monotonic() > give_up:
                raise TimeoutError(f"another worker has held {lock.name} for {patience_s:.0f} s") from None
            time.sleep(0.1)
    try:
        yield
    finally:
        if held:
            lock.rmdir()
