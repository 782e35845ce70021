"""What a customer list can be filtered and sorted by: each is declared once, here, as one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from services.customers.masking import masked_name

Kind = Literal["money", "count", "number", "share", "date", "flag", "codes"]
Group = Literal["arrears", "credit", "billing", "apart", "facts", "attributes"]


@dataclass(frozen=True)
class ListFilter:
    """One filter.

    `key` names its parameters (`key_min`, `key_max`, or `key`), its words and its place in a link.
    """

    key: str
    kind: Kind
    group: Group

    @property
    def is_range(self) -> bool:
        """Whether it has a lower and an upper bound."""
        return self.kind in ("money", "count", "number", "share", "date")


FILTERS = (
    ListFilter("overdue", "money", "arrears"),
    ListFilter("balance", "money", "arrears"),
    ListFilter("old_debt", "money", "arrears"),
    ListFilter("past_months", "money", "arrears"),
    ListFilter("days_overdue", "count", "arrears"),
    ListFilter("oldest_due_on", "date", "arrears"),
    ListFilter("months_late", "count", "arrears"),
    ListFilter("arrears_12m", "count", "arrears"),
    ListFilter("arrears_year", "count", "arrears"),
    ListFilter("late_days", "count", "arrears"),
    ListFilter("on_time", "share", "arrears"),
    ListFilter("grade", "codes", "credit"),
    ListFilter("score", "number", "credit"),
    ListFilter("light", "codes", "credit"),
    ListFilter("kwh_12m", "number", "billing"),
    ListFilter("billed_12m", "money", "billing"),
    ListFilter("mean_bill", "money", "billing"),
    ListFilter("periods_12m", "count", "billing"),
    ListFilter("capacity", "number", "billing"),
    ListFilter("prepaid", "money", "apart"),
    ListFilter("in_transit", "money", "apart"),
    ListFilter("credit", "money", "apart"),
    ListFilter("written_off", "money", "apart"),
    ListFilter("recovered_after", "money", "apart"),
    ListFilter("days_since_payment", "count", "apart"),
    ListFilter("theft_count", "count", "facts"),
    ListFilter("theft_12m", "count", "facts"),
    ListFilter("theft_last_on", "date", "facts"),
    ListFilter("violation_count", "count", "facts"),
    ListFilter("unknown_violation_count", "count", "facts"),
    ListFilter("last_cut_on", "date", "facts"),
    ListFilter("built_on", "date", "attributes"),
    ListFilter("is_closed", "flag", "attributes"),
    ListFilter("is_prepaid_control", "flag", "attributes"),
    ListFilter("is_cut", "flag", "attributes"),
    ListFilter("is_high_energy", "flag", "attributes"),
    ListFilter("is_temporary", "flag", "attributes"),
    ListFilter("exists_in_extract", "flag", "attributes"),
    ListFilter("has_mobile", "flag", "attributes"),
    ListFilter("status_code", "codes", "attributes"),
    ListFilter("urban_rural", "codes", "attributes"),
    ListFilter("importance", "codes", "attributes"),
    ListFilter("settle_mode", "codes", "attributes"),
    ListFilter("notify_mode", "codes", "attributes"),
    ListFilter("load_attr", "codes", "attributes"),
    ListFilter("reader", "codes", "attributes"),
)

SORTS = (
    *(
        "overdue",
        "balance",
        "old_debt",
        "past_months",
        "days_overdue",
        "months_late",
        "arrears_12m",
        "arrears_year",
    ),
    *("grade", "score", "light"),
    *(
        "late_days_max_12m",
        "billed_12m",
        "kwh_12m",
        "capacity",
        "periods_12m",
        "prepaid",
        "in_transit",
        "credit",
    ),
    *("written_off", "days_since_payment", "theft_count", "violation_count", "cons_no", "org_no", "class"),
)
"""Columns that a list can be ordered by."""

Bound = float | date | None
Value = tuple[Bound, Bound] | bool | tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """What a reader chose of a list.

    Values by filter key (ranges in fen, counts, fractions or days), text, order. The text is looked for in
    what the list shows; a person's whole name finds everybody who is masked alike.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    search: str = ""
    sort: str = "overdue"
    descending: bool = True
    sees_names: bool = False
    """Whether the reader may see persons' names, and so may find by them."""

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise KeyError(f"{self.sort} is no order; orders are {', '.join(SORTS)}")
        known = {f.key for f in FILTERS}
        if unknown := set(self.values) - known:
            raise KeyError(
                f"{', '.join(sorted(unknown))} is no filter; filters are {', '.join(sorted(known))}"
            )

    def parameters(self) -> dict[str, Any]:
        """The values as parameters of the list's queries; what is not chosen is NULL, or an empty list."""
        text = self.search.strip()
        plain = text.lower() or None
        made: dict[str, Any] = {
            "search": plain,
            "search_masked": None if self.sees_names or not text else masked_name(text),
            "search_whole": plain if self.sees_names else None,
        }
        for one in FILTERS:
            value = self.values.get(one.key)
            if one.is_range:
                low, high = value if isinstance(value, tuple) and len(value) == 2 else (None, None)
                made[f"{one.key}_min"], made[f"{one.key}_max"] = low, high
            elif one.kind == "flag":
                made[one.key] = value
            else:
                made[one.key] = list(value) if isinstance(value, tuple) else []
        return made
