"""The command line: `python -m dashboard sample | load | report | collect | ...`. Knows no Streamlit."""

from __future__ import annotations

import argparse
import logging
import os
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dashboard.terminal.commands import COMMANDS
from dashboard.words.i18n import Translator, reader_language
from dashboard.words.literal import in_terminal
from dashboard.words.log_lines import LogLine
from data.errors import DengtaError
from data.extract.address import without_secrets
from data.kept.private import keep_others_out

UNFORESEEN = 4
MISTAKES = {
    r"argument (?P<name>.+): invalid _day value: '(?P<value>.*)'": "day",
    r"argument (?P<name>.+): invalid _count value: '(?P<value>.*)'": "count",
    r"argument (?P<name>.+): invalid int value: '(?P<value>.*)'": "whole",
    r"argument (?P<name>.+): invalid choice: '(?P<value>.*)' \(choose from (?P<known>.*)\)": "choice",
    r"argument (?P<name>.+): expected .*": "no_value",
    r"the following arguments are required: (?P<name>.+)": "missing",
    r"unrecognized arguments: (?P<name>.+)": "unknown",
}
"""What argparse says, in English only, and the word of the reader's sentence `errors.command_<word>`."""


class _WordsError(Exception):
    """The words of the command line cannot be read; the message is argparse's."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise _WordsError(message)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def parser(t: Translator) -> argparse.ArgumentParser:
    """The commands and their options (kept stable: scheduled jobs rely on them)."""
    top = _Parser(prog="python -m dashboard", description=t("cli.about"))
    top.add_argument("--verbose", action="store_true", help=t("cli.verbose"))
    commands = top.add_subparsers(dest="command", metavar=t("cli.command"), required=True)
    sample = commands.add_parser("sample", help=t("cli.sample"))
    sample.add_argument("--customers", type=_count, default=20_000)
    sample.add_argument("--months", type=_count, default=36)
    sample.add_argument("--seed", type=int, default=1)
    sample.add_argument("--out", type=Path, required=True)
    sample.add_argument("--encoding", choices=("gbk", "utf-8"), default="gbk")
    sample.add_argument("--format", choices=("csv", "parquet"), default="csv")
    sample.add_argument("--dirty", action="store_true")
    load = commands.add_parser("load", help=t("cli.load"))
    load.add_argument("folder", type=Path)
    load.add_argument("--mapping", type=Path)
    load.add_argument("--extract-date", type=_day)
    load.add_argument("--accept-day", action="store_true", help=t("cli.accept_day"))
    load.add_argument("--policy", type=Path)
    load.add_argument("--force", action="store_true", help=t("cli.force"))
    load.add_argument("--why", help=t("cli.held_why"))
    held = commands.add_parser("held", help=t("cli.held"))
    held.add_argument("--publish", metavar="LOAD", help=t("cli.held_publish"))
    held.add_argument("--discard", metavar="LOAD", help=t("cli.held_discard"))
    held.add_argument("--why", default="", help=t("cli.held_why"))
    extract = _extract(commands, t)
    report = commands.add_parser("report", help=t("cli.report"))
    report.add_argument("--as-of", type=_day, required=True)
    report.add_argument("--out", type=Path, required=True)
    report.add_argument("--policy", type=Path)
    collect = commands.add_parser("collect", help=t("cli.collect"))
    collect.add_argument("--as-of", type=_day, required=True)
    collect.add_argument("--out", type=Path, required=True)
    collect.add_argument("--policy", type=Path)
    rebuild = commands.add_parser("rebuild", help=t("cli.rebuild"))
    status = commands.add_parser("status", help=t("cli.status"))
    status.add_argument("--verify", action="store_true", help=t("cli.verify"))
    of_a_warehouse = (load, held, report, collect, rebuild, status, *_keeping(commands, t))
    for command in of_a_warehouse:
        command.add_argument("--warehouse", type=Path)
    for command in (sample, extract, *of_a_warehouse):
        command.add_argument(
            "--verbose", action="store_true", default=argparse.SUPPRESS, help=t("cli.verbose")
        )
    return top


def _extract(commands: argparse._SubParsersAction[_Parser], t: Translator) -> _Parser:
    """The command that reads a database; it knows no warehouse."""
    extract = commands.add_parser("extract", help=t("cli.extract"))
    extract.add_argument("--url", required=True, help=t("cli.extract_url"))
    extract.add_argument("--mapping", type=Path)
    extract.add_argument("--since", type=_day, help=t("cli.extract_since"))
    extract.add_argument("--schema", help=t("cli.extract_schema"))
    extract.add_argument("--password-file", type=Path, help=t("cli.extract_password"))
    extract.add_argument("--out", type=Path, required=True, help=t("cli.extract_out"))
    return extract


def _keeping(commands: argparse._SubParsersAction[_Parser], t: Translator) -> tuple[_Parser, ...]:
    """The commands of backups and of damage."""
    backup = commands.add_parser("backup", help=t("cli.backup"))
    backup.add_argument("--out", type=Path, required=True, help=t("cli.backup_out"))
    backup.add_argument("--with-key", action="store_true", help=t("cli.backup_key"))
    restore = commands.add_parser("restore", help=t("cli.restore"))
    restore.add_argument("place", type=Path)
    accept = commands.add_parser("accept", help=t("cli.accept"))
    accept.add_argument("--why", required=True)
    accept.add_argument("--who", default="")
    return backup, restore, accept


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 2 bad input, 3 busy, 4 environment; every failure is one sentence."""
    t = Translator(reader_language())
    try:
        given = parser(t).parse_args(arguments)
        log = logging.StreamHandler()
        log.setFormatter(LogLine("%(asctime)s %(name)s %(message)s"))
        logging.basicConfig(level=logging.INFO if given.verbose else logging.ERROR, handlers=[log])
        return _run(given, t)
    except _WordsError as e:
        return _say(t("errors.command_line", detail=_detail(str(e), t)), 2)
    except KeyboardInterrupt:
        return _say(t("errors.interrupted"), 130)
    except BrokenPipeError:
        return 0
    except Exception as e:
        logging.getLogger(__name__).info("failed", exc_info=True)
        return _say(t.error(e), exit_code_of(e))


def _run(given: argparse.Namespace, t: Translator) -> int:
    """Run a command; what it makes in a warehouse is its owner's alone, `mask` was the machine's own."""
    if given.command == "sample":
        return COMMANDS[given.command](given, t)
    given.mask = keep_others_out()
    try:
        return COMMANDS[given.command](given, t)
    finally:
        os.umask(given.mask)


def _detail(said: str, t: Translator) -> str:
    """What is wrong with the words of the command, in the reader's language."""
    for pattern, word in MISTAKES.items():
        if match := re.fullmatch(pattern, said):
            words = {name: without_secrets(value) for name, value in match.groupdict().items()}
            return t(f"errors.command_{word}", **words).replace("'", "")
    return without_secrets(said)


def exit_code_of(failure: Exception) -> int:
    """The exit code that tells a scheduler what kind of failure it was."""
    if isinstance(failure, DengtaError) or hasattr(failure, "key"):
        return int(getattr(failure, "exit_code", 2))
    return UNFORESEEN


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(in_terminal(" ".join(sentence.split())) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
