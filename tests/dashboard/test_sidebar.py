"""The filter bar: units are found by any part of their path."""

from __future__ import annotations

from dashboard.sidebar import MOST_ABOVE, _with_units_above

NAMES = {"33": "Province", "3301": "City", "330101": "County", "33010101": "Station", "99": "Loose"}
PARENTS = [None, "33", "3301", "330101", "nowhere"]


def test_a_unit_is_followed_by_those_above_it_but_for_the_top() -> None:
    made = _with_units_above(NAMES, PARENTS)
    assert made["33010101"] == "Station ‹ County ‹ City"
    assert (made["33"], made["3301"], made["99"]) == ("Province", "City", "Loose")


def test_units_that_name_each_other_as_parents_do_not_hang_the_page() -> None:
    made = _with_units_above({"1": "a", "2": "b"}, ["2", "1"])
    assert made["1"].count("‹") == MOST_ABOVE - 1
