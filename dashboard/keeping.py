"""The commands that keep what a warehouse holds, and what `status` says of its keeping."""

from __future__ import annotations

import argparse
import getpass
import sys
from collections.abc import Iterator
from pathlib import Path

from dashboard.i18n import Translator
from data.environment import warehouse_path
from data.state import State
from data.state.acceptance import accept


def run_accept(given: argparse.Namespace, t: Translator) -> int:
    """Take a damaged state store as it is."""
    who = given.who.strip() or getpass.getuser()
    aside = accept(warehouse_path(given.warehouse), who, given.why)
    sys.stdout.write(t("cli.accepted", who=who) + "\n")
    if aside:
        sys.stdout.write(t("cli.put_aside", path=aside) + "\n")
    return 0


def kept_lines(warehouse: Path, t: Translator) -> Iterator[str]:
    """Whether what was decided is whole, verified now; refused with its sentence where it is not."""
    store = State.existing(warehouse)
    if store is None:
        yield t("cli.no_state")
        return
    yield t("cli.state", store=store.called, count=f"{store.reached.number:,}", hash=store.reached.hash[:12])
    if told := store.acceptance():
        at, who, why = told
        yield t("cli.state_accepted", day=at.date().isoformat(), who=who, why=why)
