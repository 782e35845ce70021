"""Policies in files: those that ship with the project, and those of others, which are parsed apart."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from analytics.policy import Policy, read_plain
from data.errors import InputError
from data.read.apart import read_apart

DEFAULT = Path(__file__).parents[2] / "policies" / "default.toml"
SHIPPED = {"default": DEFAULT, "wuhan_2005": DEFAULT.with_name("wuhan_2005.toml")}
"""The policies that come with the project, by name."""


MAX_BYTES = 500_000
"""A policy of twelve grades and every indicator takes a tenth of this."""


def read_policy(path: Path | None = None) -> Policy:
    """The policy in `path`, else the default; InputError where there is none, and as `import_text`."""
    chosen = path or DEFAULT
    try:
        with chosen.open("rb") as f:
            content = f.read(MAX_BYTES + 1)
    except OSError as e:
        raise InputError("policy_not_readable", path=str(chosen)) from e
    if chosen in SHIPPED.values():
        return _shipped(content)
    return import_text(content, chosen.name)


@lru_cache(maxsize=len(SHIPPED))
def _shipped(content: bytes) -> Policy:
    return Policy.from_toml(content.decode("utf-8"))


def import_text(content: bytes, name: str = "policy.toml") -> Policy:
    """The policy in somebody's file; refused with one sentence where it is none.

    InputError `policy_file_too_big`, `toml_*`, `reading_*`; RefusedError for what it says.
    """
    if len(content) > MAX_BYTES:
        raise InputError("policy_file_too_big", name=name, most=MAX_BYTES)
    (raw,) = read_apart("toml", content, name)
    return read_plain(raw)
