"""Policy: what a company decides about figures, grades and collection, as one frozen, versioned value."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any, cast

import tomli_w

from analytics.collection_policy import CollectionPolicy
from analytics.credit_policy import CreditRules
from analytics.errors import RefusedError
from analytics.plausibility_rules import PlausibilityRules
from analytics.risk_light import LightRules
from analytics.toml_values import called, from_plain, to_plain

_PLAN = {"sms_fen", "phone_fen", "visit_fen", "phone_minutes", "visit_minutes", "actions"}
"""What a policy said of collection before there was a table."""


@dataclass(frozen=True)
class BillingRules:
    """Which receivables count, and when they fall due where the extract does not say.

    These are applied when a snapshot is built; a snapshot names the ones it was built with.
    """

    not_billed_types: tuple[str, ...] = ("04", "11", "12")
    not_owed_types: tuple[str, ...] = ("05",)
    due_days: int = 15

    def __post_init__(self) -> None:
        if not 0 <= self.due_days <= 366:
            raise RefusedError("policy_due_days", value=self.due_days)


@dataclass(frozen=True)
class RecoveryRules:
    """How recovery, ageing and old debt are read."""

    assessment_day: int = 5
    ageing_edges: tuple[int, ...] = (0, 30, 60, 90, 180, 365, 730, 1095)
    limit_of_action_years: int = 3
    limit_of_action_warn_days: int = 90
    recovery_target: float = 0.995
    many_arrears: int = 5
    late_fee_reading: str = "split_at_new_year"

    def __post_init__(self) -> None:
        if not 0 <= self.assessment_day <= 28:
            raise RefusedError("policy_assessment_day", value=self.assessment_day)
        edges = self.ageing_edges
        if not edges or edges[0] != 0 or any(b <= a for a, b in pairwise(edges)):
            raise RefusedError("policy_ageing_edges", value=list(edges))
        if not 0 < self.recovery_target <= 1:
            raise RefusedError("policy_recovery_target", value=self.recovery_target)


@dataclass(frozen=True)
class Policy:
    """All rules together; `version` is derived from the content, so equal rules have equal versions.

    Without credit rules nothing is graded; the project's own stand in `policies/default.toml`.
    """

    name: str = "default"
    billing: BillingRules = field(default_factory=BillingRules)
    recovery: RecoveryRules = field(default_factory=RecoveryRules)
    credit: CreditRules = field(default_factory=CreditRules)
    light: LightRules = field(default_factory=LightRules)
    plausibility: PlausibilityRules = field(default_factory=PlausibilityRules)
    collection: CollectionPolicy = field(default_factory=CollectionPolicy)

    @cached_property
    def version(self) -> str:
        """Twelve hexadecimal digits of the content's hash.

        Parts that came later are left out where they are the default: versions from before them still stand.
        """
        return _digits(to_plain(self), self)

    def to_toml(self) -> str:
        """The policy as TOML; `from_toml` reads it back to an equal value."""
        return tomli_w.dumps(to_plain(self))

    @staticmethod
    def from_toml(text: str) -> Policy:
        """Read a policy; missing parts take their defaults, unknown names and wrong types are refused."""
        try:
            raw = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError, ValueError) as e:
            raise RefusedError("policy_not_toml", detail=str(e)[:200]) from e
        return read_plain(raw)


def read_plain(raw: object) -> Policy:
    """The policy of TOML's values; a refusal knows what the policy's own keys are called.

    One from before the table of collection keeps its version, under which it was stored and published.
    """
    now = _of_before(raw)
    try:
        policy = from_plain(Policy, raw if now is None else now, "policy")
    except RefusedError as e:
        e.called = called(raw)
        raise
    if now is not None:
        policy.__dict__["version"] = _digits(dict(cast("dict[str, Any]", raw)), policy)
    return policy


def _digits(plain: dict[str, Any], policy: Policy) -> str:
    """The version of a policy that is written so."""
    for name, default in (("plausibility", PlausibilityRules()), ("collection", CollectionPolicy())):
        if getattr(policy, name) == default:
            plain.pop(name, None)
    return hashlib.sha256(tomli_w.dumps(plain).encode()).hexdigest()[:12]


def _of_before(raw: object) -> dict[str, Any] | None:
    """Values of a policy from before the table of collection as they are now; None for any other.

    It counted actions by grade, without a day: no table can be made of them, what one costs is kept.
    """
    credit = raw.get("credit") if isinstance(raw, dict) else None
    plan = credit.get("collection") if isinstance(credit, dict) else None
    if not isinstance(raw, dict) or not isinstance(plan, dict) or set(plan) - _PLAN:
        return None
    costs = [
        {"action": a, **{n: plan[f"{a}_{n}"] for n in ("fen", "minutes") if f"{a}_{n}" in plan}}
        for a in ("sms", "phone", "visit")
    ]
    kept = {name: value for name, value in dict(credit or {}).items() if name != "collection"}
    return {"collection": {"costs": costs}, **raw, "credit": kept}
