"""Policy: what a company decides about figures, grades and collection, as one frozen, versioned value."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import tomli_w

from analytics.collection_policy import CollectionPolicy
from analytics.credit_policy import CreditRules
from analytics.errors import RefusedError
from analytics.plausibility_rules import PlausibilityRules
from analytics.risk_light import LightRules
from analytics.toml_values import called, from_plain, to_plain


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
        plain = to_plain(self)
        for name, default in (("plausibility", PlausibilityRules()), ("collection", CollectionPolicy())):
            if getattr(self, name) == default:
                del plain[name]
        return hashlib.sha256(tomli_w.dumps(plain).encode()).hexdigest()[:12]

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
    """The policy of TOML's values; a refusal knows what the policy's own keys are called."""
    try:
        return from_plain(Policy, raw, "policy")
    except RefusedError as e:
        e.called = called(raw)
        raise
