"""From files that nobody described to a mapping: what each holds, what it was taken for and why, choices.

What is shown of a file is what the load itself finds in it by the mapping that the choices make: nothing is
read a second way. Large files are looked at by their first rows.
"""

from __future__ import annotations

import shutil
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from data.errors import DengtaError, InputError
from data.load.arrivals import Piece, arrived, arrived_paths
from data.load.extract_files import ExtractFile, inspect
from data.load.first_rows import first_rows
from data.load.kept_mappings import Offered, best_mapping, offered, shape_of
from data.load.mapping import bare_name, mapping_of
from data.load.mapping_text import Edit, changed, toml_text
from data.warehouse.snapshots import Warehouse
from services.access.actor import Actor, allow_company
from services.warehouse.connect_sources import new_desk, opened_folder, refuse_links_outside, take_uploads
from services.warehouse.seeing import NO_TABLE, Choice, Seen, Survey, looked_at

MOST_FILES = 500


class Desk:
    """A folder on trial, and what its reader chose. Its own copies go when nobody holds it any more."""

    def __init__(self, house: Warehouse) -> None:
        self.house = house
        self.folder = new_desk(house)
        self.choices: dict[str, Choice] = {}
        self.source, self.is_upload = self.folder / "uploads", True
        self.survey = Survey({}, (), {}, frozenset())
        self.base: Offered = offered(house)[0]
        self.unclear: DengtaError | None = None
        weakref.finalize(self, shutil.rmtree, self.folder, True)

    @property
    def given(self) -> Path:
        """What is tried, in a folder that is called as the one it came from: its name may hold a day."""
        return self.folder / "given" / (self.source.name or "folder")

    def start_from(self, name: str) -> None:
        """Propose by another mapping: the built-in one (no name) or one that is kept; choices are gone."""
        self.base = next((one for one in offered(self.house) if one.name == name), self.base)
        self.choices, self.unclear = {}, None

    def choose(self, name: str, choice: Choice) -> None:
        """Put a choice for one file in the place of the last one; refused for a file that is not there."""
        if name not in {one.name for one in self.seen()}:
            raise InputError("not_offered")
        self.choices[name] = choice

    def restore(self, name: str | None = None) -> None:
        """Back to what was proposed, for one file or all."""
        self.choices = {} if name is None else {n: c for n, c in self.choices.items() if n != name}

    def seen(self) -> list[Seen]:
        """Every table of the files, as a load finds it by the mapping so far."""
        return self.looked()[0]

    def looked(self) -> tuple[list[Seen], dict[str, DengtaError]]:
        """The same, and the files that cannot be read, with the reason."""
        seen, refused = looked_at(self.survey, mapping_of(self.raw(), "connect"), self.choices)
        return seen, {**self.survey.refused, **refused}

    def raw(self, name: str = "connect") -> dict[str, Any]:
        """The mapping that the choices make of the one that was begun with."""
        if not self.choices:
            return changed(self.base.raw, self.base.name or name, [])
        before = {s.name: s for s in looked_at(self.survey, self.base.rules, self.choices)[0]}
        edits, left_out = [], []
        for file, choice in self.choices.items():
            if (seen := before.get(file)) is None:
                continue
            called = bare_name(seen.file.piece.hints[0])
            if choice.table == NO_TABLE:
                left_out.append(called)
            elif table := choice.table or seen.table:
                edits.append(
                    Edit(called, table, seen.file.headings, choice.columns, choice.unit, choice.heading == ())
                )
        return changed(self.base.raw, name, edits, left_out)

    def mapping_text(self, name: str) -> str:
        """The same as the text of a mapping of that name."""
        return toml_text(self.raw(name))

    def trial_text(self) -> str:
        """The same for a trial: receipts alone add to bills that were loaded before."""
        raw = self.raw()
        return toml_text({**raw, "requires_bills": False} if self.house.current() else raw)

    def shapes(self) -> list[str]:
        """By what the files are known again for which this mapping is made."""
        return [shape_of(s.file) for s in self.seen() if s.table is not None]


def connect_folder(actor: Actor, house: Warehouse, named: str) -> Desk:
    """Survey a folder of the server; refused who may not load, and what is not opened."""
    folder = opened_folder(actor, named)
    desk = Desk(house)
    desk.source, desk.is_upload = folder, False
    return _surveyed(desk)


def connect_uploads(actor: Actor, house: Warehouse, given: Sequence[tuple[str, bytes]]) -> Desk:
    """Survey uploaded files; refused who may not load."""
    allow_company(actor, "load")
    desk = Desk(house)
    take_uploads(actor, given, desk.source)
    return _surveyed(desk)


def _surveyed(desk: Desk) -> Desk:
    paths, left_out = arrived_paths(desk.source)
    if not desk.is_upload:
        refuse_links_outside(paths)
    if len(paths) > MOST_FILES:
        raise InputError("connect_too_many_files", most=MOST_FILES)
    pieces: dict[str, tuple[Piece, ...]] = {}
    refused: dict[str, DengtaError] = {}
    cut = set()
    for number, path in enumerate(paths):
        name = path.relative_to(desk.source).as_posix()
        try:
            if not first_rows(path, desk.given / name):
                cut.add(name)
            scratch = desk.folder / f"unpacked-{number}"
            scratch.mkdir()
            came = arrived(desk.given / name, name, scratch)
        except DengtaError as refusal:
            refused[name] = refusal
            continue
        pieces[name] = tuple(came.pieces)
        left_out += came.left_out
    desk.survey = Survey(pieces, tuple(left_out), refused, frozenset(cut))
    tried = offered(desk.house)
    words = frozenset().union(*(one.rules.vocabulary() for one in tried))
    try:
        desk.base = best_mapping([f for p in pieces.values() for f in _inspected(p, words)], tried)
    except InputError as unclear:  # a load would refuse: here its reader is asked
        desk.unclear = unclear
    return desk


def _inspected(pieces: Sequence[Piece], words: frozenset[str]) -> list[ExtractFile]:
    """What can be inspected of them."""
    try:
        return inspect(pieces, words)
    except DengtaError:
        return []
