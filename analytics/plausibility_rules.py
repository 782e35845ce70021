"""What a load may be like before somebody has to look at it: the limits of its plausibility."""

from __future__ import annotations

from dataclasses import dataclass, fields

from analytics.errors import RefusedError

LARGEST = 1000.0
"""A change by more than so many times, and more missing months, are never asked for: such a limit is off."""
LARGE = ("_change", "_months", "_records", "_times")
MOST_YUAN = 1e6


@dataclass(frozen=True)
class PlausibilityRules:
    """Limits beyond which a load is held instead of published; shares are of what the load itself brings.

    Nothing is held for fewer than `least_records` records. A month is missing where it has no more than
    `month_share` of a usual month's bills. Changes are of a month's total that the last snapshot had. A share
    of 1 switches a limit off, as 0 does for sizes: how many times as much a month's bills may be of, each, as
    those of other months, or as little; the same of receipts and their bills; and yuan that most households'
    bills are of in a first load.
    """

    least_records: int = 20
    receipts_without_bill: float = 0.2
    receipts_of_several_bills: float = 0.2
    bills_without_customer: float = 0.1
    unknown_customers: float = 0.1
    bills_invisible: float = 0.5
    customers_without_unit: float = 0.1
    quarantined: float = 0.1
    repeated_keys: float = 0.02
    received_differs: float = 0.2
    missing_months: int = 0
    month_share: float = 0.02
    billed_change: float = 0.2
    received_change: float = 0.2
    bill_times: float = 20
    received_times: float = 5
    household_least: float = 2
    household_most: float = 2000

    def __post_init__(self) -> None:
        for name in (f.name for f in fields(self)):
            most = MOST_YUAN if name.startswith("household_") else LARGEST if name.endswith(LARGE) else 1
            if not 0 <= getattr(self, name) <= most:
                raise RefusedError("policy_plausibility", name=name, value=getattr(self, name), most=most)


NO_LIMITS = PlausibilityRules(1000, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1000, 0, LARGEST, LARGEST, 0, 0, 0, 0)
"""Nothing is held: for a load that nobody else sees."""
