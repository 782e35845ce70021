"""A result as a Markdown table on the screen and in a file."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.measure import ROOT, machine


@dataclass(frozen=True)
class Row:
    """One line: what, its figure, what it is held against, and whether the bar holds (None: no bar)."""

    what: str
    figure: str
    against: str = ""
    bar: str = ""
    holds: bool | None = None


def render(title: str, about: str, rows: Sequence[Row]) -> str:
    """The table with a heading and where it was taken."""
    lines = [
        f"# {title}",
        "",
        f"{about} Taken on {machine()}, {date.today().isoformat()}, at {commit()}.",
        "",
    ]
    lines += ["| what | figure | against | bar | holds |", "|---|---|---|---|---|"]
    says = {True: "yes", False: "**no**", None: ""}
    lines += [f"| {r.what} | {r.figure} | {r.against} | {r.bar} | {says[r.holds]} |" for r in rows]
    return "\n".join(lines) + "\n"


def publish(text: str, out: Path | None) -> None:
    """Print the result, and keep it where a file was asked for."""
    print(text)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")


def commit() -> str:
    """The commit that is checked out, in words."""
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return f"commit {done.stdout.strip()}" if done.returncode == 0 else "an unversioned checkout"
