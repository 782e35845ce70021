"""Which action collection recommends for whom: a table of grade by days overdue, and ordered exceptions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from itertools import pairwise

import tomli_w

from analytics.credit_parts import refuse_key, refuse_number, repeated
from analytics.errors import RefusedError
from analytics.indicators import ALL as CLASSES
from analytics.risk_light import LIGHTS, REASONS
from analytics.toml_values import called, from_plain, to_plain

ACTIONS = (
    "none",
    "sms",
    "bill",
    "slip",
    "phone",
    "visit",
    "plan",
    "prepayment_meter",
    "media",
    "stop_notice",
    "legal",
)
"""In order of severity, the mildest first."""
CHECK_CONTACT = "check_contact"
"""What is done, outside the order, where an action of BY_PHONE has no valid phone."""
BY_PHONE = ("sms", "phone")
RESIDENT = "03"
UNGRADED = "-"
"""The table's row for customers without a grade."""
EFFECTS = ("use", "at_most", "at_least", "none")
NUMBER_TESTS = ("<", "<=", ">", ">=", "=")
TESTS = {
    "number": NUMBER_TESTS,
    "whole": NUMBER_TESTS,
    "text": ("=", "!=", "starts"),
    "texts": ("has",),
    "flag": ("=",),
    "day": ("set",),
}
"""By the kind of a fact: how it is compared."""
FACTS = {
    "cons_no": "text",
    "org_no": "text",
    "grade": "text",
    "class": "text",
    "elec_type": "text",
    "industry": "text",
    "person": "text",
    "light": "text",
    "light_reasons": "texts",
    "overdue": "number",
    "open": "number",
    "owed_now": "number",
    "late_fee": "number",
    "set_off": "number",
    "in_batch": "number",
    "in_transit": "number",
    "bills": "whole",
    "days_overdue": "whole",
    "contacts_12m": "whole",
    "tries_today": "whole",
    "deferred_until": "day",
    "promise_until": "day",
    "dispute_until": "day",
    "plan_until": "day",
    "last_contact_on": "day",
    "fee_control": "flag",
    "zero_use": "flag",
    "important": "flag",
    "weak": "flag",
    "has_phone": "flag",
    "exposure_large": "flag",
    "closed": "flag",
}
"""What a condition may read of a customer, and its kind: money in yuan, `days_overdue` of the oldest bill.

A day of the past that suspends nothing any more is empty.
"""
_MOST_BANDS = 12
_MOST_EXCEPTIONS = 60
_NAMED = {"class": CLASSES, "light": LIGHTS, "light_reasons": REASONS}


@dataclass(frozen=True)
class Condition:
    """`fact` `test` `value`; a fact that is unknown fulfils no condition.

    Numbers: < <= > >= =. Texts: = != starts; several by commas: has. Flags: = true or false. Days: set true
    or false.
    """

    fact: str
    test: str
    value: float | int | str | bool

    def __post_init__(self) -> None:
        kind = FACTS.get(self.fact)
        if kind is None:
            raise RefusedError("collection_fact", value=self.fact, known=", ".join(FACTS))
        if self.test not in TESTS[kind]:
            raise RefusedError(
                "collection_test", fact=self.fact, value=self.test, known=" ".join(TESTS[kind])
            )
        wanted = {"text": "text", "texts": "text", "flag": "true/false", "day": "true/false"}.get(
            kind, "number"
        )
        fits = {"text": str, "texts": str, "flag": bool, "day": bool}.get(kind, (int, float))
        if not isinstance(self.value, fits) or (wanted == "number" and isinstance(self.value, bool)):
            raise RefusedError("policy_wrong_type", name=self.fact, value=repr(self.value), wanted=wanted)
        if wanted == "number":
            refuse_number(self.fact, float(self.value))
            object.__setattr__(self, "value", float(self.value))
        known = _NAMED.get(self.fact)
        if self.value == "" or (known and self.test != "starts" and self.value not in known):
            known = known or ("…",)
            raise RefusedError("collection_value", fact=self.fact, value=self.value, known=", ".join(known))


@dataclass(frozen=True)
class TableRow:
    """The actions of a grade by band of days overdue; `milder`: a later band may have a milder one."""

    grade: str
    actions: tuple[str, ...]
    milder: bool = False

    def __post_init__(self) -> None:
        for action in self.actions:
            _refuse_action(f"{self.grade}.{action}", action)


@dataclass(frozen=True)
class Exempt:
    """Where all of `when` hold, it acts in the table's stead; the first that holds is the only one.

    use: exactly `action` · at_most, at_least: the cell's, but no harsher or milder than `action` · none:
    nothing is done (suspended). `milder`: it may act so that who owes more is treated milder.
    """

    key: str
    zh: str
    en: str
    effect: str
    when: tuple[Condition, ...]
    action: str = ""
    milder: bool = False

    def __post_init__(self) -> None:
        refuse_key(self.key)
        if self.effect not in EFFECTS:
            raise RefusedError(
                "collection_effect", name=self.key, value=self.effect, known=", ".join(EFFECTS)
            )
        if not self.when:
            raise RefusedError("collection_no_condition", name=self.key)
        if self.effect != "none":
            _refuse_action(self.key, self.action)
        elif self.action:
            raise RefusedError("collection_none_action", name=self.key, value=self.action)

    @property
    def level(self) -> int:
        """The place of its action among ACTIONS."""
        return ACTIONS.index(self.action) if self.action else 0


@dataclass(frozen=True)
class CollectionRules:
    """`edges`: the first day overdue of each band, from 0 on; one row of the table for each grade.

    Whether every grade has a row, every exception can act and nothing grows milder: `collection_check.check`.
    """

    edges: tuple[int, ...]
    table: tuple[TableRow, ...]
    exceptions: tuple[Exempt, ...] = ()

    def __post_init__(self) -> None:
        edges = self.edges
        if not edges or edges[0] != 0 or any(b <= a for a, b in pairwise(edges)) or len(edges) > _MOST_BANDS:
            raise RefusedError("collection_edges", value=list(edges), most=_MOST_BANDS)
        if len(self.exceptions) > _MOST_EXCEPTIONS:
            raise RefusedError("collection_exceptions", count=len(self.exceptions), most=_MOST_EXCEPTIONS)
        for row in self.table:
            if len(row.actions) != len(edges):
                raise RefusedError(
                    "collection_cells", grade=row.grade, count=len(row.actions), wanted=len(edges)
                )
        for names in ([row.grade for row in self.table], [e.key for e in self.exceptions]):
            if len(set(names)) < len(names):
                raise RefusedError("policy_twice", model="collection", names=repeated(names))

    def to_toml(self) -> str:
        """The rules as TOML; `from_toml` reads it back to an equal value."""
        return tomli_w.dumps(to_plain(self))

    @staticmethod
    def from_toml(text: str) -> CollectionRules:
        """Read rules; unknown names and wrong types are refused."""
        try:
            raw = tomllib.loads(text)
        except (tomllib.TOMLDecodeError, RecursionError, ValueError) as e:
            raise RefusedError("policy_not_toml", detail=str(e)[:200]) from e
        try:
            return from_plain(CollectionRules, raw, "collection")
        except RefusedError as e:
            e.called = called(raw)
            raise


def _refuse_action(name: str, action: str) -> None:
    if action not in ACTIONS:
        raise RefusedError("collection_action", name=name, value=action, known=", ".join(ACTIONS))
