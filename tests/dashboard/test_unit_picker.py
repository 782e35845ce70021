"""Choosing a unit: found by any part of its path, or level by level from the top to the station."""

from __future__ import annotations

from dashboard.frame.unit_picker import MOST_ABOVE, Level, UnitTree, levels

NAMES = {
    "33": "Province",
    "3301": "City",
    "330101": "County",
    "33010101": "Station",
    "330102": "Other county",
    "3302": "Other city",
    "330201": "Far county",
}
PARENTS = {"33": None, "3301": "33", "330101": "3301", "33010101": "330101", "330102": "3301"}
TREE = UnitTree(NAMES, {**PARENTS, "3302": "33", "330201": "3302"})


def boxes(tree: UnitTree, *orgs: str) -> list[tuple[str | None, list[str], str | None, tuple[str, ...]]]:
    """The levels as plain values."""
    return [(level.unit, list(level.words), level.value, level.up) for level in levels(tree, orgs)]


def test_a_unit_is_followed_by_those_above_it_but_for_the_top() -> None:
    made = UnitTree({**NAMES, "99": "Loose"}, {**TREE.parents, "99": "nowhere"}).with_path
    assert made["33010101"] == "Station ‹ County ‹ City"
    assert (made["33"], made["3301"], made["99"]) == ("Province", "City", "Loose")


def test_units_that_name_each_other_as_parents_do_not_hang_the_page() -> None:
    tree = UnitTree({"1": "a", "2": "b"}, {"1": "2", "2": "1"})
    assert tree.with_path["1"].count("‹") == MOST_ABOVE - 1
    assert tree.trunk == () and levels(tree, ()) == []
    assert len(levels(tree, ("1",))) <= MOST_ABOVE


def test_before_a_choice_there_is_the_first_level_that_branches() -> None:
    assert boxes(TREE) == [("33", ["3301", "3302"], None, ())]
    assert boxes(TREE, "33") == boxes(TREE) == boxes(TREE, "3301", "3302") == boxes(TREE, "none")


def test_each_choice_opens_the_level_below_and_taking_it_back_goes_up_one() -> None:
    first = ("33", ["3301", "3302"], "3301", ())
    assert boxes(TREE, "3301") == [first, ("3301", ["330101", "330102"], None, ("3301",))]
    county = ("3301", ["330101", "330102"], "330101", ("3301",))
    assert boxes(TREE, "330101") == [first, county, ("330101", ["33010101"], None, ("330101",))]
    station = ("330101", ["33010101"], "33010101", ("330101",))
    assert boxes(TREE, "33010101") == [first, county, station]


def test_a_reader_of_two_units_begins_at_them() -> None:
    seen = {unit: name for unit, name in NAMES.items() if unit.startswith(("330101", "3302"))}
    tree = UnitTree(seen, TREE.parents)
    assert levels(tree, ())[0] == Level(None, "orgs", {"330101": "County", "3302": "Other city"}, None)
    assert levels(tree, ("330201",))[-1].up == ("3302",)


def test_stations_are_where_the_tree_ends() -> None:
    assert [u for u in NAMES if TREE.is_station(u)] == ["33010101", "330102", "330201"]
    assert not TREE.is_station("unknown")
