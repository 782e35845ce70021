"""What `data/read/apart.py` gives a stranger's file to: content in, a line of JSON per row out."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable
from itertools import islice
from typing import Any

from data.errors import InputError
from data.read.brought_tables import brought_rows

MIB = 1 << 20
MOST_MEMORY, MOST_SECONDS, MOST_SENT = 1024 * MIB, 25, 64 * MIB
DEEPEST = 40
"""Levels of a TOML file, about four times those of a policy."""


def do_without(*packages: str) -> None:
    """Have packages not found that others look for and nobody needs here: to load them is most of the time
    that a small file takes.
    """
    for name in packages:
        sys.modules[name] = None  # type: ignore[assignment]


def limit_this_process(
    memory: int = MOST_MEMORY, seconds: int = MOST_SECONDS, written: int = MOST_SENT + MIB
) -> None:
    """Bound memory, processor and what can be written, where the system knows such bounds."""
    try:
        import resource
    except ImportError:
        return
    bounds = {"AS": memory, "CPU": seconds, "FSIZE": written, "CORE": 0}
    for kind, most in bounds.items():
        number = getattr(resource, f"RLIMIT_{kind}")
        _, hard = resource.getrlimit(number)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(number, (least, least))
        except (ValueError, OSError):  # macOS knows some of them by name only
            continue


def read(reader: str, content: bytes, options: dict[str, Any]) -> Iterable[object]:
    """What the reader makes of the content, item by item."""
    if reader == "table":
        return islice(
            brought_rows(content, options["formulas"], options["every_sheet"]), options["most_rows"]
        )
    return [_toml(content)]


def _toml(content: bytes) -> object:
    try:
        parsed = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as e:
        raise InputError("toml_not_text", name="") from e
    except (ValueError, RecursionError, OverflowError) as e:
        raise InputError("toml_not_valid", name="", detail=str(e)[:200]) from e
    level: list[object] = [parsed]
    for _ in range(DEEPEST):
        level = [inner for value in level for inner in _inside(value)]
    if level:  # whoever reads what is sent would run out of stack
        raise InputError("toml_not_valid", name="", detail=f"more than {DEEPEST} levels")
    return parsed


def _inside(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _strange(value: object) -> dict[str, str]:
    """A day of TOML, which JSON does not know: no text, so that nobody takes it for one."""
    return {"day": str(value)}


def main() -> None:
    """Write `{"item": …}` lines, and at the end that it is done, or why not; whoever dies says nothing."""
    limit_this_process()
    do_without("numpy")  # openpyxl looks for it
    reader, options = sys.argv[1:]
    sent = 0

    def say(**line: object) -> None:
        nonlocal sent
        text = json.dumps(line, ensure_ascii=False, default=_strange, separators=(",", ":"))
        sent += sys.stdout.buffer.write(f"{text}\n".encode())
        if sent > MOST_SENT:
            raise InputError("reading_too_much", name="")

    try:
        for item in read(reader, sys.stdin.buffer.read(), json.loads(options)):
            say(item=item)
        say(done=True)
    except InputError as e:
        sys.stdout.buffer.write(f"{json.dumps({'refused': e.key, 'params': e.params})}\n".encode())


if __name__ == "__main__":
    main()
