"""What a load may be like before somebody has to look at it: the limits of its plausibility."""

from __future__ import annotations

from dataclasses import dataclass, fields

from analytics.errors import RefusedError

LARGEST = 1000.0
"""A change by more than so many times, and more missing months, are never asked for: such a limit is off."""


@dataclass(frozen=True)
class PlausibilityRules:
    """Limits beyond which a load is held instead of published; shares are of what the load itself brings.

    Nothing is held for fewer than `least_records` records. A month is missing where it has no more than
    `month_share` of a usual month's bills. Changes are of a month's total that the last snapshot had. A share
    of 1 switches a limit off.
    """

    least_records: int = 20
    receipts_without_bill: float = 0.2
    bills_without_customer: float = 0.1
    customers_without_unit: float = 0.1
    quarantined: float = 0.1
    repeated_keys: float = 0.02
    received_differs: float = 0.2
    missing_months: int = 0
    month_share: float = 0.02
    billed_change: float = 0.2
    received_change: float = 0.2

    def __post_init__(self) -> None:
        for name in (f.name for f in fields(self)):
            most = LARGEST if name.endswith(("_change", "_months", "_records")) else 1
            if not 0 <= getattr(self, name) <= most:
                raise RefusedError("policy_plausibility", name=name, value=getattr(self, name), most=most)


NO_LIMITS = PlausibilityRules(1000, 1, 1, 1, 1, 1, 1, 1000, 0, LARGEST, LARGEST)
"""Nothing is held: for a load that nobody else sees."""
