#!/usr/bin/env python3
"""Set up and run Dengta with nothing but Python: `python run.py` the pages, `python run.py test` the tests.

Standard library only: it has to work before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LEAST = (3, 11)
PORT = 8501
CHECKS: tuple[tuple[str, ...], ...] = (
    ("mypy", "-n", "2"),
    ("sqlfluff", "lint", "-p", "2", "data/sql"),
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("lint-imports",),
)
"""One after another: the two that take long work on two processors themselves."""
LOCKED = ("--require-hashes", "-r")
WORKERS = (
    min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 3) + 1
)
"""One more than processors, at most four: who waits for a page, or for a command, leaves them to another."""
MEMORY = Path("/dev/shm")  # noqa: S108
MEMORY_NEEDED = 12 << 30
"""Four times what the tests write: where so much is free they write into memory, not onto the disk."""
PYTEST = ("pytest", "-n", str(WORKERS), "--dist=loadscope")
QUICK = (
    "tests/analytics",
    "tests/architecture",
    "tests/docs",
    "tests/attack/test_gate.py",
    "tests/dashboard/test_auth.py",
    "tests/dashboard/test_chart_forms.py",
    "tests/dashboard/test_credit_words.py",
    "tests/dashboard/test_data_checks_page.py",
    "tests/dashboard/test_debt_lists.py",
    "tests/dashboard/test_downloads.py",
    "tests/dashboard/test_file_rules.py",
    "tests/dashboard/test_filters.py",
    "tests/dashboard/test_format.py",
    "tests/dashboard/test_fulfilment_card.py",
    "tests/dashboard/test_tables.py",
    "tests/data/test_link_key.py",
    "tests/data/test_open_days.py",
    "tests/data/test_state_targets.py",
    "tests/reconcile/test_found.py",
    "tests/services/test_masking.py",
    "tests/services/test_model_tools.py",
    "tests/services/test_official_report.py",
    "tests/services/test_targets.py",
    "tests/services/test_ungraded.py",
)
"""Sharp tests of each room that are done in a moment; a test holds that no room is left out."""


class Mode(NamedTuple):
    """How much is tested: the checks, what pytest is told, what the tests find in their environment,
    and whether what they write can lie in memory.
    """

    checks: tuple[tuple[str, ...], ...] = CHECKS
    chosen: tuple[str, ...] = ("-m", "not full")
    environment: Mapping[str, str] = {}
    in_memory: bool = True


USUAL = Mode()
MODES = {
    "--quick": Mode(tuple(check for check in CHECKS if check[0] != "sqlfluff"), (*USUAL.chosen, *QUICK)),
    "--full": Mode(chosen=(), environment={"DENGTA_FULL": "1"}, in_memory=False),
}
USAGE = """python run.py                             set up, load a sample on first run, start the dashboard
python run.py test [pytest args]          set up what tests need, run the linters and the tests
python run.py test --quick                for the working hour: the sharp tests of each room
python run.py test --full [pytest args]   with the long runs, in their full sizes (hours)
"""


def main(arguments: Sequence[str]) -> int:
    """Do what the first word says."""
    if sys.version_info < LEAST:
        have = sys.version.split()[0]
        return refuse(f"Dengta needs Python {LEAST[0]}.{LEAST[1]} or newer; this is {have}.")
    match list(arguments):
        case []:
            return run()
        case ["test", *rest]:
            return test(rest)
        case _:
            sys.stderr.write(USAGE)
            return 0 if arguments[0] in ("-h", "--help") else 2


def run() -> int:
    """Install, make the sample where there is no data, start the dashboard."""
    if failed := set_up("requirements.lock"):
        return failed
    warehouse = Path(os.environ.get("DENGTA_WAREHOUSE") or ROOT / ".dengta").expanduser().absolute()
    environment = {**os.environ, "DENGTA_WAREHOUSE": str(warehouse), "PYTHONUTF8": "1"}
    if is_new(warehouse):
        say("No data yet: making and loading a sample of 20,000 customers × 36 months (about a minute).")
        if failed := call((str(PYTHON), "-m", "dashboard.terminal.sample_run"), environment):
            return failed
    url = f"http://localhost:{PORT}"
    say(f"Dengta is starting at {url} (stop it with Ctrl+C).")
    command = (str(PYTHON), "-m", "streamlit", "run", "streamlit_app.py", f"--server.port={PORT}")
    try:
        server = subprocess.Popen(command, cwd=ROOT, env=environment)
        if sys.stdout.isatty() and not os.environ.get("CI"):
            webbrowser.open(url)
        return server.wait()
    except KeyboardInterrupt:
        server.wait()
        return 0


def is_new(warehouse: Path) -> bool:
    """Whether nothing was loaded there yet; where a pointer was lost, the pages say what to do."""
    pointer = warehouse / "current.json"
    if pointer.exists():
        return '"snapshot": null' in pointer.read_text(encoding="utf-8", errors="replace")
    return not any((*warehouse.glob("snapshots/*.duckdb"), *warehouse.glob("loads/*.json")))


def test(rest: Sequence[str]) -> int:
    """Run every check, all of them even when one fails; 0 only when all pass."""
    if failed := set_up("requirements-dev.lock"):
        return failed
    mode = next((MODES[word] for word in rest if word in MODES), USUAL)
    given = [word for word in rest if word not in MODES]
    environment = {**os.environ, "PYTHONUTF8": "1", **mode.environment}
    # Every worker, command and server of the tests would compile all of it again.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    failures = [check[0] for check in mode.checks if tool(check, environment)]
    with fast_disk(MEMORY if mode.in_memory else None) as folder:
        if folder:
            environment.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
        if tool((*PYTEST, *mode.chosen, *given), environment):
            failures.append("pytest")
    say(f"failed: {', '.join(dict.fromkeys(failures))}" if failures else "everything passed")
    return 1 if failures else 0


@contextmanager
def fast_disk(memory: Path | None) -> Iterator[str | None]:
    """A folder in memory for as long as tests run; None where there is too little of it."""
    if memory is None or min(free_memory(), room(memory)) < MEMORY_NEEDED:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="dengta-", dir=memory, ignore_cleanup_errors=True) as folder:
        yield folder


def room(folder: Path) -> int:
    """Bytes that are free there; 0 where there is no such folder."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0


def free_memory() -> int:
    """Bytes of memory that can be had, as Linux tells; 0 elsewhere."""
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii")
    except (OSError, ValueError):
        return 0
    return next((int(line.split()[1]) << 10 for line in told.splitlines() if line.startswith("MemAvail")), 0)


def tool(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run one of the tools that tests need; its exit code."""
    say(" ".join(command[:7]))
    return call((str(PYTHON.parent / command[0]), *command[1:]), environment)


def set_up(requirements: str) -> int:
    """Make `.venv` and install what is locked, by its hashes; again only when that changes."""
    stamp = VENV / f".installed-{Path(requirements).stem}"
    wanted = pins(requirements)
    if PYTHON.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return 0
    uv = shutil.which("uv")
    if not PYTHON.exists() and (failed := make_venv(uv)):
        return failed
    say(f"Installing {requirements} (once, until it changes).")
    file = str(ROOT / requirements)
    installer = (
        (uv, "pip", "install", "--python", str(PYTHON), *LOCKED, file)
        if uv
        else (str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "-q", *LOCKED, file)
    )
    if failed := call(installer):
        return refuse(f"Installing {requirements} did not work: is a package index within reach?", failed)
    stamp.write_text(wanted, encoding="utf-8")
    return 0


def make_venv(uv: str | None) -> int:
    """Make the virtual environment, by uv where it is; where Debian left venv out, say what to type."""
    say(f"Making {VENV.name}.")
    if uv:
        return call((uv, "venv", "--python", sys.executable, str(VENV)))
    try:
        import ensurepip  # noqa: F401  (python3-venv is missing exactly when this is)
        import venv
    except ImportError:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        return refuse(f"Python's venv is missing. Type:  sudo apt install python{version}-venv")
    venv.EnvBuilder(with_pip=True).create(VENV)
    return 0


def pins(requirements: str) -> str:
    """A hash of what is locked and of the Python it is for."""
    return hashlib.sha256(sys.version.encode() + (ROOT / requirements).read_bytes()).hexdigest()


def call(command: Sequence[str], environment: dict[str, str] | None = None) -> int:
    """Run a command in the project's folder; its exit code."""
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    except OSError as e:
        return refuse(f"{command[0]} cannot be started: {e.strerror or e}")


def say(words: str) -> None:
    """One line of what is going on."""
    sys.stdout.write(f"· {words}\n")
    sys.stdout.flush()


def refuse(words: str, code: int = 4) -> int:
    """One clear sentence, and an exit code."""
    sys.stderr.write(f"{words}\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
