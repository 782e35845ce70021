"""What a policy is called where its version is shown: name, day of adoption, version."""

from __future__ import annotations

from datetime import UTC
from functools import lru_cache

from data.state.policies import PolicyCalled
from services.credit.policy_files import DEFAULT, read_policy
from services.files.manifest import Words


def policy_label(words: Words, version: str, called: PolicyCalled | None) -> str:
    """`居民从严（2026年11月21日启用）1a2b…`; 默认方案 is the project's own; else the version alone."""
    if called is None:
        own = version == _default(DEFAULT.stat().st_mtime_ns)
        return f"{words('grades.default_policy')} {version}" if own else version
    on = called.at.replace(tzinfo=UTC).astimezone().date()
    said = {"day": words.day(on), "version": version}
    if not called.name:
        return words("grades.policy_of", **said)
    return words("grades.policy_label", name=called.name, **said)


@lru_cache(maxsize=2)
def _default(changed: int) -> str:
    return read_policy().version
