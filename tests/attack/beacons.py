"""Texts that would act where a medium takes them for its own, put into everything that comes from outside."""

from __future__ import annotations

import csv
import itertools
import json
import re
from datetime import date
from pathlib import Path

from data.state import State
from data.state.targets import TargetFigure
from data.warehouse.snapshots import open_snapshot
from services.credit import adoption
from services.credit.policy_files import DEFAULT, import_text
from services.decided import facts_by_hand, grade_decisions, inputs
from services.publication import publication_flow, publishing_grades
from services.recovery import targets
from services.warehouse.loading import load
from services.warehouse.sampling import make_sample
from tests.actors import by

HOST = "beacon.invalid"
PHONE = "13812345678"
"""A number that stands in the wrong column: in every name and address of the extract."""
AS_OF = date(2026, 11, 20)
PARTS = (
    f"![x](http://{HOST}/i)",
    f"[x](http://{HOST}/l)",
    f"<img src=http://{HOST}/t>",
    "$\\frac{x}{2}$",
    ":red[x]",
    "\x1b[31mx",
    "`x`",
    "**x**",
)
"""A picture, a link, a tag, a formula, a colour, a terminal's order, code and a heavy type."""
LIVE = re.compile(
    r"(?<!\\)!?\[x|(?<!\\)\]\(http|(?<!\\)<img|(?<!\\)\$\\frac|:red(?<!\\)\[x|\x1b|(?<!\\)`x|(?<!\\)\*\*x"
    rf"|http://{re.escape(HOST)}"
)
"""What of them would act in Markdown."""
NAME_WORDS = """
ORG_NAME TG_NAME INST_ADDR LINE_NAME EMP_NAME SECT_NAME CONS_NAME ELEC_ADDR PROP_LIST_NAME MOBILE
"""
CODE_WORDS = "ORG_NO TG_NO LINE_NO EMP_NO TRADE_CODE VOLT_CODE ELEC_TYPE_CODE PAY_MODE"
NAMES, CODES = frozenset(NAME_WORDS.split()), frozenset(CODE_WORDS.split())
LEAST_CODE = {"ORG_NO": 9}
"""A unit's number that others begin with stays as it is."""


def beacon(turn: int) -> str:
    """All parts in one text; each turn begins with another, since long texts are cut."""
    start = turn % len(PARTS)
    return "".join((*PARTS[start:], *PARTS[:start]))


def sow(folder: Path, to: Path) -> None:
    """A copy of an extract (CSV in UTF-8): every name a phone and a beacon, most codes end in a beacon."""
    to.mkdir(parents=True)
    turn, codes = itertools.count(), {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if not rows:
            continue
        for row in rows:
            for column, old in row.items():
                if column in NAMES and old:
                    row[column] = PHONE + beacon(next(turn))
                elif column in CODES and len(old) >= LEAST_CODE.get(column, 1):
                    row[column] = codes.setdefault((column, old), old + _ending(len(codes)))
        with (to / path.name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def make(to: Path) -> None:
    """A warehouse (`wh`) of beacons, and beside it the state (`state.db`) of what people decided in them."""
    make_sample(to / "sample", customers=60, months=26, seed=7, encoding="utf-8")
    sow(to / "sample", to / "extract")
    load(to / "extract", to / "wh")
    decide(to / "wh", f"sqlite:///{to / 'state.db'}", AS_OF)


def _ending(turn: int) -> str:
    return "" if turn % 3 == 2 else PARTS[turn % len(PARTS)]


def policy_of_beacons() -> bytes:
    """The project's own policy, whatever it calls by a name called by a beacon."""
    turn = itertools.count()
    text = DEFAULT.read_text(encoding="utf-8")
    named = re.compile(r'\b((?:zh|en|what_zh|what_en|when_zh|when_en|how_zh|how_en) = )"[^"]*"')
    return named.sub(lambda m: m[1] + json.dumps(beacon(next(turn))), text).encode()


def decide(warehouse: Path, url: str, day: date) -> None:
    """Adopt, publish, set targets, overrule, object and enter facts, each in words that are beacons."""
    state, words = State(url), iter(map(beacon, itertools.count()))
    policy, who = import_text(policy_of_beacons()), by(next(words))
    adoption.adopt(state, policy, who, next(words), state.policy_id(), next(words))
    with open_snapshot(warehouse) as db:
        made = publishing_grades.draft(state, db, policy, day, day)
        publication_flow.publish(state, made, who, next(words))
        cons_no, fact = made.customers["cons_no"][0].as_py(), inputs.enterable()[0]
        grade_decisions.overrule(db, state, who, policy, cons_no, "B", day, day, next(words))
        grade_decisions.take_objection(db, state, who, cons_no, next(words), day)
        facts_by_hand.record_fact(db, state, who, cons_no, fact, 1.0, next(words), day, next(words))
        units = targets.units(db, ())["org_no"]
        figures = [TargetFigure(unit, 202611, "combined", 990_000) for unit in units]
        targets.record(db, state, who, figures, next(words), state.targets_version(), next(words))
