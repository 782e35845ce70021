"""A server that asks who is there, for those who speak to it by hand: whom it knows, and what is whose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard.access.auth import PERMISSIONS
from data.warehouse.snapshots import open_snapshot
from tests.attack.raw_client import RawClient, raw_client, text
from tests.signing_in import ISSUER, SECRET, asking

SEES_ALL = ("*",)
NUMBERED = ("1", "2")
"""Two who see all and may do nothing, by their subjects."""
DOES_ALL = frozenset(PERMISSIONS)
CLERK = DOES_ALL - {"administer", "unmask"}
UNITS = "select left(org_no, 7) from dim_customer group by 1 order by count(*) desc, 1 limit 2"
CUSTOMER = "select min(cons_no) from dim_customer where starts_with(org_no, ?)"
CODES = """
select unnest([min(org_no), min(tg_no), min(collector), min(owner)]) from dim_customer
where starts_with(org_no, ?)
"""
NUMBERS = """
select cons_no, org_no from dim_customer
union all select org_no, org_no from dim_org where length(org_no) > 6
union all select b.bill_key::varchar, c.org_no from fct_bill b join dim_customer c using (cons_key)
"""


@dataclass(frozen=True)
class Whose:
    """A customer of each of two units; the numbers of customers, bills, parts of the first and of others."""

    mine: str
    my_customer: str
    their_customer: str
    their_codes: tuple[str, ...]
    own: frozenset[str]
    foreign: frozenset[str]

    @classmethod
    def of(cls, warehouse: Path) -> Whose:
        """By questions that no page asks."""
        with open_snapshot(warehouse) as db:
            (mine,), (theirs,) = db.cursor().execute(UNITS).fetchall()
            rows = db.cursor().execute(NUMBERS).fetchall()
            [[me], [them]] = [db.cursor().execute(CUSTOMER, [u]).fetchall()[0] for u in (mine, theirs)]
            codes = tuple(str(c) for (c,) in db.cursor().execute(CODES, [theirs]).fetchall() if c)
        own = frozenset(number for number, org_no in rows if str(org_no).startswith(mine))
        return cls(mine, me, them, codes, own, frozenset(number for number, _ in rows) - own)


@dataclass(frozen=True)
class Served:
    """A server, its state store, and who may do what on it."""

    base: str
    folder: Path
    whose: Whose

    def people(self, clerk: frozenset[str] | None = CLERK) -> None:
        """Write the users' file anew."""
        beside = self.folder / "users.new"
        beside.write_text(self.who_may(clerk), encoding="utf-8")
        beside.replace(self.folder / "users.toml")

    def who_may(self, clerk: frozenset[str] | None = CLERK) -> str:
        """A users' file: a boss of all, a reader, the numbered, a clerk who may this (None: struck off)."""
        people = [("boss", SEES_ALL, DOES_ALL), ("reader", (self.whose.mine,), frozenset())]
        people += [(number, SEES_ALL, frozenset()) for number in NUMBERED]
        if clerk is not None:
            people.append(("clerk", (self.whose.mine,), clerk))
        entries = [
            f'[users.{name}]\nissuer = "{ISSUER}"\nsubject = "{name}"\n'
            f"orgs = {list(orgs)}\npermissions = {sorted(permissions)}\n"
            for name, orgs, permissions in people
        ]
        return "".join(entries).replace("'", '"')

    @contextmanager
    def session(self, who: str) -> Iterator[RawClient]:
        """Somebody's session; `stand-in` is the boss who looks as the clerk."""
        claims = {"iss": ISSUER, "sub": "boss" if who == "stand-in" else who}
        with raw_client(self.base, SECRET, claims) as client:
            if who == "stand-in":
                client.send(text(client.open().named("seen_as_box"), "clerk"))
            yield client


@contextmanager
def guarded(warehouse: Path, folder: Path) -> Iterator[Served]:
    """Run the application over a warehouse and a store (`state.db` in the folder) until the block ends."""
    whose = Whose.of(warehouse)
    with asking(warehouse, folder, Served("", folder, whose).who_may()) as base:
        yield Served(base, folder, whose)
