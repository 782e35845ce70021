"""Loads that are held, on the command line: listed, published, discarded."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dashboard.access.auth import LOCAL_USER, User
from dashboard.terminal import keeping
from dashboard.terminal.progress import progress_line
from dashboard.words.format import Format
from dashboard.words.held_words import finding_lines
from dashboard.words.i18n import Translator
from dashboard.words.literal import in_terminal
from data.environment import warehouse_path
from data.errors import InputError
from data.load.held_loads import HeldLoad, held_report
from data.warehouse.snapshots import Warehouse
from services.warehouse import holding
from services.warehouse.judging import Forced, HeldError


def actor() -> User:
    """Who types: whoever reaches a warehouse's files may load into it."""
    return replace(LOCAL_USER, name=keeping.account())


def forced(given: argparse.Namespace) -> Forced | None:
    """Whether the load is to be published whatever is found, by whom and why."""
    if given.force and not (given.why or "").strip():
        raise InputError("force_without_why")
    if given.why is not None and not given.force:
        raise InputError("why_without_force")
    return Forced(actor(), given.why) if given.force else None


def run_held(given: argparse.Namespace, t: Translator) -> int:
    """List what is held, or publish or discard one of it."""
    house = warehouse_path(given.warehouse)
    if given.publish and given.discard:
        raise InputError("held_both")
    if given.publish:
        return _publish(house, given.publish, given.why, t)
    if given.discard:
        holding.discard_held(house, given.discard, actor(), given.why)
        _print(t("held.discarded", load=given.discard))
        return 0
    if given.why:
        raise InputError("why_without_decision")
    waiting = holding.held_loads(house)
    for held in waiting.held:
        for line in held_lines(held, house, t):
            _print(line)
    for name in waiting.damaged:
        _print(t("held.damaged", load=name))
    if not waiting.held and not waiting.damaged:
        _print(t("held.none"))
    return 0


def _publish(house: Path, name: str, why: str, t: Translator) -> int:
    from dashboard.terminal.load_report import load_report_lines
    from services.warehouse import prepared

    try:
        report = holding.publish_held(house, name, actor(), why, progress_line(t))
    except HeldError as e:
        tell(e, house, t)
        raise
    for line in load_report_lines(report, t):
        _print(line)
    _print(t("held.published", load=name, snapshot=report.snapshot))
    prepared.prepare(house)
    return 0


def tell(refusal: HeldError, house: Path, t: Translator) -> None:
    """Print what was found in a load that is held now, and what is held no more for it."""
    for line in held_lines(refusal.held, house, t):
        _print(line)
    if refusal.replaced:
        _print(t("held.settled", loads=list(refusal.replaced)))


def held_lines(held: HeldLoad, house: Path, t: Translator) -> Iterator[str]:
    """What a held load is, what was found in it, and what can be done about it."""
    load, at = held.load, Format(t).moment(held.held_at)
    about = {"folder": load.folder, "day": t.day(load.extract_on), "files": len(load.files)}
    yield t("held.of_load", load=held.id, at=at, **about)
    for finding in held.findings:
        yield from ("  " + line for line in finding_lines(finding, t))
    yield "  " + t("held.report", path=held_report(Warehouse(house), held.id))
    yield "  " + t("held.how", load=held.id)


def _print(line: str) -> None:
    sys.stdout.write(in_terminal(line) + "\n")
