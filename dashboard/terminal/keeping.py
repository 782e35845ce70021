"""The commands that keep what a warehouse holds, and what `status` says of its keeping."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from dashboard.terminal.progress import progress_line
from dashboard.words.i18n import Translator
from dashboard.words.literal import in_terminal
from data.environment import warehouse_path
from data.errors import EnvironmentRefusedError
from data.kept.private import open_to_others
from data.state import State
from data.state.acceptance import accept
from services.warehouse import backup


def run_backup(given: argparse.Namespace, t: Translator) -> int:
    """Write a backup."""
    house = warehouse_path(given.warehouse)
    made = backup.back_up(house, given.out, given.with_key, progress_line(t))
    _told("backup_done", made, made.path, t)
    if not made.has_key:
        _print(t("cli.backup_no_key"))
    return verified(house, t)


def run_restore(given: argparse.Namespace, t: Translator) -> int:
    """Restore a backup into an empty folder."""
    house = warehouse_path(given.warehouse)
    _told("restore_done", backup.restore(given.place, house, progress_line(t)), house, t)
    return verified(house, t)


def verified(house: Path, t: Translator) -> int:
    """Print whether all that a warehouse keeps of its loads is as it was written; the exit code for that."""
    from dashboard.terminal.kept_report import verify_lines
    from services.warehouse import verifying

    checked = verifying.verify(house)
    for line in verify_lines(checked, t):
        _print(line)
    return EnvironmentRefusedError.exit_code if checked.findings else 0


def _told(key: str, made: backup.Backup, path: Path, t: Translator) -> None:
    size, count = f"{made.bytes / 1e6:,.1f}", f"{len(made.files):,}"
    said = {"snapshot": made.snapshot or "—", "decisions": f"{made.decisions:,}", "size": size}
    _print(t(f"cli.{key}", path=path, count=count, **said))


def run_accept(given: argparse.Namespace, t: Translator) -> int:
    """Take a damaged state store as it is."""
    who = given.who.strip() or account()
    aside = accept(warehouse_path(given.warehouse), who, given.why)
    _print(t("cli.accepted", who=who))
    if aside:
        _print(t("cli.put_aside", path=aside))
    return 0


def account() -> str:
    """The name of the account that a command runs under."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return f"uid {os.getuid()}"


def open_lines(warehouse: Path, t: Translator) -> Iterator[str]:
    """Who else may read a warehouse, and how it is closed; nothing where it is its owner's alone."""
    if others := open_to_others(warehouse):
        yield t("cli.open_to_others", count=f"{len(others):,}", path=others[0], folder=warehouse)


def kept_lines(warehouse: Path, t: Translator) -> Iterator[str]:
    """Who else may read it, and whether what was decided is whole: verified now, refused where it is not."""
    yield from open_lines(warehouse, t)
    store = State.existing(warehouse)
    if store is None:
        yield t("cli.no_state")
        return
    yield t("cli.state", store=store.called, count=f"{store.reached.number:,}", hash=store.reached.hash[:12])
    if before := store.taken_over():
        yield t("cli.state_taken_over", version=before[0], day=t.day(before[1].date()))
    if accepted := store.acceptance():
        at, who, why = accepted
        yield t("cli.state_accepted", day=t.day(at.date()), who=who, why=why)


def _print(line: str) -> None:
    sys.stdout.write(in_terminal(line) + "\n")
