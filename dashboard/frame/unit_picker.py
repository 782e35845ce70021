"""Choosing a unit level by level: one select box per level, the next one below the unit that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboard.links import filters as bar
from dashboard.links.filters import widget_key
from dashboard.words.format import coded

if TYPE_CHECKING:
    from dashboard.page import Page

MOST_ABOVE = 8


@dataclass(frozen=True)
class UnitTree:
    """What a reader may choose from: each one's name, and the unit above it (None, or one not seen)."""

    names: Mapping[str, str]
    parents: Mapping[str, str | None]
    in_all: int = 0
    """How many there are, where fewer are named: what has no levels, a long list, is cut."""

    @property
    def is_cut(self) -> bool:
        """Whether there are more than are named."""
        return self.in_all > len(self.names)

    @cached_property
    def below(self) -> Mapping[str | None, tuple[str, ...]]:
        """The units right below each unit; under None those that have none above."""
        units: dict[str | None, list[str]] = {}
        for unit in self.names:
            units.setdefault(self.above(unit), []).append(unit)
        return {unit: tuple(children) for unit, children in units.items()}

    @cached_property
    def trunk(self) -> tuple[str, ...]:
        """The units at the top that have no other beside them: there is nothing to choose."""
        units: list[str] = []
        level = self.below.get(None, ())
        while len(level) == 1 and self.below.get(level[0]) and len(units) < MOST_ABOVE:
            units.append(level[0])
            level = self.below[level[0]]
        return tuple(units)

    def above(self, unit: str) -> str | None:
        """The unit above, None at the top of what is seen."""
        parent = self.parents.get(unit)
        return parent if parent in self.names else None

    def path(self, unit: str) -> tuple[str, ...]:
        """From the top to this unit; units that name each other as parents end it."""
        steps, up = [unit], self.above(unit)
        while up is not None and len(steps) < MOST_ABOVE:
            steps.append(up)
            up = self.above(up)
        return tuple(reversed(steps))

    def is_station(self, unit: str) -> bool:
        """Whether no unit stands below: then transformer areas do."""
        return unit in self.names and unit not in self.below

    @cached_property
    def with_path(self) -> Mapping[str, str]:
        """`所 ‹ 县 ‹ 市`: any part of a path is found by typing it; the top unit is left out of the paths."""
        made: dict[str, str] = {}
        for unit, name in self.names.items():
            higher = [self.names[u] for u in self.path(unit)[:-1] if self.above(u) is not None]
            made[unit] = " ‹ ".join((name, *reversed(higher)))
        return made


@dataclass(frozen=True)
class Level:
    """One select box: what stands below `unit`, what of it is chosen, and what taking that back leaves."""

    unit: str | None
    field: Literal["orgs", "areas"]
    words: Mapping[str, str]
    value: str | None
    up: tuple[str, ...] = ()


def levels(tree: UnitTree, orgs: tuple[str, ...]) -> list[Level]:
    """The levels of units down to the one that is chosen, and the one below it; several are no place."""
    trunk = tree.trunk
    placed = len(orgs) == 1 and orgs[0] in tree.names and orgs[0] not in trunk
    steps = [None, *(tree.path(orgs[0]) if placed else trunk)][len(trunk) :]
    shown: list[Level] = []
    for unit, chosen in zip(steps, [*steps[1:], None], strict=True):
        words = {below: tree.names[below] for below in tree.below.get(unit, ())}
        up = () if unit is None or unit in trunk else (unit,)
        shown.append(Level(unit, "orgs", words, chosen, up))
    return [level for level in shown if level.words]


def draw(page: Page, tree: UnitTree, areas_of: Callable[[str], UnitTree]) -> None:
    """Below the filter of units, folded: a box per level; below a station, its transformer areas."""
    if len(tree.names) <= len(tree.trunk) + 1:
        return
    orgs, areas = page.filters.orgs, page.filters.areas
    box = st.expander(
        page.t("filters.levels"), expanded=len(orgs) == 1, on_change="rerun", key="filters_levels"
    )
    if not box.open:
        return
    shown, below = levels(tree, orgs), None
    if len(orgs) == 1 and tree.is_station(orgs[0]) and (below := areas_of(orgs[0])).names:
        area = areas[0] if len(areas) == 1 and areas[0] in below.names else None
        shown.append(Level(orgs[0], "areas", below.names, area))
    with box, st.container(gap="xsmall"):
        for level in shown:
            name = page.t(f"filters.below_{level.field}", unit=tree.names[level.unit]) if level.unit else ""
            _box(level, name or page.t("filters.dimension.org"), page.t(f"filters.choose_{level.field}"))
        if below is not None:
            say_cut(page, below)


def say_cut(page: Page, offered: UnitTree) -> None:
    """How many of how many a box offers, and how to reach the rest."""
    if offered.is_cut:
        few, every = page.fmt.count(len(offered.names)), page.fmt.count(offered.in_all)
        st.caption(
            page.t("filters.offered_few", few=few, every=every, search=page.t("customers.list.search"))
        )


def _box(level: Level, label: str, hint: str) -> None:
    key = widget_key(f"{level.field}_below_{level.unit}")
    st.session_state[key] = level.value

    def chose() -> None:
        code = st.session_state[key]
        change: dict[str, Any] = {
            "areas": (),
            level.field: (code,) if code else level.up,
        }  # areas go with their unit
        bar.change_filters(**change)

    st.selectbox(
        label,
        list(level.words),
        index=None,
        format_func=lambda code: coded(level.words[code], code),
        key=key,
        on_change=chose,
        placeholder=hint,
        label_visibility="collapsed",
    )
