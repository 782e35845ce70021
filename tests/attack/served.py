"""A server that asks who is there, for those who speak to it by hand: whom it knows, and what is whose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashboard.auth import PERMISSIONS
from data.warehouse import open_snapshot
from tests.attack.raw_client import RawClient, raw_client, text
from tests.browser.server import free_port, serving

ISSUER, SECRET = "https://sso.grid.example", "s" * 40
SEES_ALL = ("*",)
DOES_ALL = frozenset(PERMISSIONS)
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

    def people(self, clerk: frozenset[str] | None = DOES_ALL - {"administer", "unmask"}) -> None:
        """Write the users' file: a boss of all, a reader, a clerk who may what is said (None: struck off)."""
        people = [("boss", SEES_ALL, DOES_ALL), ("reader", (self.whose.mine,), frozenset())]
        if clerk is not None:
            people.append(("clerk", (self.whose.mine,), clerk))
        entries = [
            f'[users.{name}]\nissuer = "{ISSUER}"\nsubject = "{name}"\n'
            f"orgs = {list(orgs)}\npermissions = {sorted(permissions)}\n"
            for name, orgs, permissions in people
        ]
        beside = self.folder / "users.new"
        beside.write_text("".join(entries).replace("'", '"'), encoding="utf-8")
        beside.replace(self.folder / "users.toml")

    @contextmanager
    def session(self, who: str) -> Iterator[RawClient]:
        """Somebody's session; `stand-in` is the boss who looks as the clerk."""
        claims = {"iss": ISSUER, "sub": "boss" if who == "stand-in" else who}
        with raw_client(self.base, SECRET, claims) as client:
            if who == "stand-in":
                client.send(text(client.open().named("seen_as_box"), "clerk"))
            yield client


@contextmanager
def guarded(warehouse: Path, state: str, folder: Path) -> Iterator[Served]:
    """Run the application over a warehouse and a store until the block ends."""
    port = free_port()
    served = Served(f"http://127.0.0.1:{port}", folder, Whose.of(warehouse))
    served.people()
    (folder / "secrets.toml").write_text(
        f'[auth]\nredirect_uri = "{served.base}/oauth2callback"\ncookie_secret = "{SECRET}"\n'
        f'client_id = "dengta"\nclient_secret = "x"\nserver_metadata_url = "{ISSUER}/known"\n',
        encoding="utf-8",
    )
    environment = {
        "DENGTA_WAREHOUSE": str(warehouse),
        "DENGTA_STATE": state,
        "DENGTA_USERS": str(folder / "users.toml"),
    }
    options = (f"--secrets.files={folder / 'secrets.toml'}",)
    with serving(environment, folder / "server.log", port=port, options=options):
        yield served
