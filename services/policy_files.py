"""Read a policy from a file, or the default that ships with the project."""

from __future__ import annotations

from pathlib import Path

from analytics.policy import Policy
from data.errors import InputError

DEFAULT = Path(__file__).parent.parent / "policies" / "default.toml"
SHIPPED = {"default": DEFAULT, "wuhan_2005": DEFAULT.with_name("wuhan_2005.toml")}
"""The policies that come with the project, by name."""


def read_policy(path: Path | None = None) -> Policy:
    """The policy in `path`, else the default; InputError where there is no such file."""
    chosen = path or DEFAULT
    try:
        text = chosen.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise InputError("policy_not_readable", path=str(chosen)) from e
    return Policy.from_toml(text)
