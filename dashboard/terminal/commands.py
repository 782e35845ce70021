"""What each command does: call one service, print what came of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from functools import partial

from analytics.policy import Policy
from dashboard.terminal import keeping
from dashboard.terminal.progress import progress_line
from dashboard.words.collection_words import rule_name
from dashboard.words.credit_terms import grade_names
from dashboard.words.i18n import Translator
from dashboard.words.literal import in_terminal
from data.environment import warehouse_path
from data.kept.private import share
from data.state import State
from services.credit.adoption import in_force
from services.credit.policy_files import read_policy

Command = Callable[[argparse.Namespace, Translator], int]


def run_sample(given: argparse.Namespace, t: Translator) -> int:
    """Write a sample extract."""
    from services.warehouse import sampling

    show = progress_line(t)
    sampling.make_sample(
        given.out,
        customers=given.customers,
        months=given.months,
        seed=given.seed,
        encoding=given.encoding,
        format=given.format,
        dirty=given.dirty,
        progress=lambda share, _month: show("sample", share),
    )
    _print(t("cli.sample_done", path=given.out))
    return 0


def run_load(given: argparse.Namespace, t: Translator) -> int:
    """Load a folder of extracts and print what was matched and the reconciliation; or what it is held for."""
    from dashboard.terminal import held
    from dashboard.terminal.load_report import load_report_lines
    from services.warehouse import loading, prepared
    from services.warehouse.judging import HeldError

    force, policy = held.forced(given), _policy(given)
    try:
        report = loading.load(
            given.folder,
            warehouse_path(given.warehouse),
            mapping=given.mapping,
            extract_date=given.extract_date,
            accept_day=given.accept_day,
            billing=policy.billing,
            limits=policy.plausibility,
            force=force,
            progress=progress_line(t),
        )
    except HeldError as refusal:
        held.tell(refusal, warehouse_path(given.warehouse), t)
        raise
    for line in (*load_report_lines(report, t), *keeping.open_lines(warehouse_path(given.warehouse), t)):
        _print(line)
    if force and not report.findings:
        _print(t("held.forced_nothing"))
    prepared.prepare(warehouse_path(given.warehouse))
    return 0


def run_extract(given: argparse.Namespace, t: Translator) -> int:
    """Read a database into a folder, and print what was read and compared."""
    from dashboard.terminal.extract_report import extract_lines
    from services.warehouse import extracting

    report = extracting.extract(
        given.url,
        given.out,
        mapping=given.mapping,
        since=given.since,
        schema=given.schema,
        password_file=given.password_file,
        progress=progress_line(t),
    )
    for line in extract_lines(report, t):
        _print(line)
    return 0


def run_held(given: argparse.Namespace, t: Translator) -> int:
    """List the loads that are held, publish or discard one."""
    from dashboard.terminal import held

    return held.run_held(given, t)


def run_report(given: argparse.Namespace, t: Translator) -> int:
    """Write what the monthly run writes."""
    from services.report import monthly_run

    given_to = () if given.out.exists() else (given.out,)
    made = monthly_run.write_report(
        warehouse_path(given.warehouse),
        given.as_of,
        given.out,
        policy=_policy(given),
        progress=progress_line(t),
        words=t,
    )
    share((*given_to, made.summary, made.customers, *made.workbooks), given.mask)
    _print(t("cli.report_done", path=given.out))
    return 0


def run_collect(given: argparse.Namespace, t: Translator) -> int:
    """Keep a proposal of collection and write its work lists."""
    from dashboard.terminal.held import actor
    from services.collection import collect

    given_to = () if given.out.exists() else (given.out,)
    tells = collect.Telling(t, partial(rule_of, t))
    made = collect.collect(
        warehouse_path(given.warehouse),
        given.as_of,
        given.out,
        _policy(given),
        actor(),
        tells,
        progress=progress_line(t),
    )
    share((*given_to, *made.files), given.mask)
    told = made.totals
    orders = {name: told["orders"][name] for name in ("customers", "amount")}
    _print(t("cli.collect_done", path=given.out, day=told["extract_on"], **orders))
    if made.batch:
        _print(t("cli.collect_batch", number=made.batch))
    refused = sum(row["customers"] for row in told["refused"])
    for name, count in (("refused", refused), ("provisional", told["provisional"])):
        if count:
            _print(t(f"cli.collect_{name}", customers=count))
    return 0


def rule_of(t: Translator, policy: Policy, rule: str) -> str:
    """What a recommendation names, by the policy that made it."""
    return rule_name(t, policy.collection.rules, grade_names(t, policy.credit), rule)


def run_rebuild(given: argparse.Namespace, t: Translator) -> int:
    """Make the snapshot again from loads and raw files, and print what was done."""
    from dashboard.terminal.kept_report import rebuild_lines
    from services.warehouse import prepared, rebuilding

    warehouse = warehouse_path(given.warehouse)
    otherwise = in_force(State.existing(warehouse)).billing
    done = rebuilding.rebuild(warehouse, otherwise, progress_line(t))
    for line in (*rebuild_lines(done, t), *keeping.open_lines(warehouse, t)):
        _print(line)
    prepared.prepare(warehouse)
    return 0


def run_status(given: argparse.Namespace, t: Translator) -> int:
    """Print what the warehouse holds; with `--verify` first whether all of it is as it was written."""
    from dashboard.terminal.load_report import status_lines
    from services.warehouse import status

    warehouse = warehouse_path(given.warehouse)
    unsound = keeping.verified(warehouse, t) if given.verify else 0
    for line in status_lines(status.warehouse_status(warehouse), t):
        _print(line)
    for line in keeping.kept_lines(warehouse, t):
        _print(line)
    return unsound


COMMANDS: Mapping[str, Command] = {
    "sample": run_sample,
    "load": run_load,
    "held": run_held,
    "extract": run_extract,
    "report": run_report,
    "collect": run_collect,
    "rebuild": run_rebuild,
    "status": run_status,
    "accept": keeping.run_accept,
    "backup": keeping.run_backup,
    "restore": keeping.run_restore,
}


def _policy(given: argparse.Namespace) -> Policy:
    """The policy in the file that was named, else the one in force."""
    if given.policy:
        return read_policy(given.policy)
    return in_force(State.existing(warehouse_path(given.warehouse)))


def _print(line: str) -> None:
    sys.stdout.write(in_terminal(line) + "\n")
