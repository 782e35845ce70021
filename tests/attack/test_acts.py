"""Every act that writes down what somebody decided, tried by those who may not and by those of other units.

The acts are found in the source: a new one that is not tried here fails the first test.
"""

from __future__ import annotations

import ast
import io
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pytest

from analytics.policy import Policy, RecoveryRules
from dashboard.access.auth import PERMISSIONS
from data.environment import today
from data.errors import InputError
from data.scope import Scope
from data.state import CollectionRecord, ServiceRecord, State, TargetFigure
from data.state.order_acts import OnOrder
from services.checks import unmasking
from services.checks.data_checks import Chosen
from services.collection import messages, records, retraction
from services.collection import orders as collection_orders
from services.credit import adoption
from services.credit.policy_files import read_policy
from services.decided import facts_by_hand, grade_decisions
from services.entitlements import service_due, service_upload
from services.files.manifest import Keys
from services.publication import publication_flow
from services.publication.publishing_grades import Draft
from services.recovery import targets
from services.tieout import tieout_pages
from services.warehouse import judging
from tests.actors import Someone, by
from tests.architecture.source import ROOT, calls, name_of, python_files, tree
from tests.data.collection_orders import DAY as DAY_OF_ORDERS
from tests.data.collection_orders import orders
from tests.data.test_state_grades import grades, publish
from tests.figures.world import World

POLICY = read_policy()
DAY = date(2026, 3, 31)
SCOPE = Scope(DAY)
MINE, THEIRS = "33401", "33402"
NOT_ACTS = {"secret": "a key that the program makes for itself", "save_view": "no page keeps links yet"}
"""Writers of the store that write down nothing that anybody decided."""


class Place(NamedTuple):
    """A snapshot of one customer in each of two units; a store with a record of each kind of THEIRS."""

    db: Any
    state: State


@pytest.fixture(scope="module")
def db() -> duckdb.DuckDBPyConnection:
    world = World()
    for org_no in (MINE, THEIRS):
        world.add("stg_org", org_no=org_no, org_name=org_no)
        world.customer(f"of {org_no}", org_no)
    return world.built()


THEIR_CUSTOMER, MY_CUSTOMER = f"of {THEIRS}", f"of {MINE}"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store with a record of each kind of THEIRS."""
    file = tmp_path_factory.mktemp("decided") / "state.db"
    state = State(f"sqlite:///{file}")
    state.adopt(POLICY.to_toml(), POLICY.version, "li", "first", None)
    publish(state, grades([MY_CUSTOMER, THEIR_CUSTOMER]), policy=POLICY.to_toml())
    state.publish(
        grades([MY_CUSTOMER]), as_of=DAY, valid_from=date(2028, 1, 1), valid_to=date(2028, 12, 31),
        policy_version=POLICY.version, policy="", snapshot="s", who="wang", why="next", propose=True,
    )  # fmt: skip
    state.overrule(THEIR_CUSTOMER, "B", DAY, date(2026, 12, 31), "li", "seen")
    state.object_to(1, THEIR_CUSTOMER, "paid", DAY, "li")
    state.record_fact(THEIR_CUSTOMER, "reviewer_rating", 50, "visit", DAY, "sun", "li")
    state.record_services([done(THEIR_CUSTOMER)], "li", "theirs")
    state.record_services([done(MY_CUSTOMER)], "wang", "a colleague's of my unit")
    for snapshot, whose, org in (
        ("s1", THEIR_CUSTOMER, THEIRS),
        ("s2", THEIR_CUSTOMER, THEIRS),
        ("s3", MY_CUSTOMER, MINE),
    ):
        state.propose_orders(
            orders([whose], org=org), as_of=today(), policy_version="v", policy=POLICY.to_toml(),
            snapshot=snapshot, who="li", why="daily",
        )  # fmt: skip
    state.issue_orders(1, 0, today(), "wang", "seen")
    state.issue_orders(3, 0, today(), "wang", "seen")
    state.act_on_orders(1, "strike", [OnOrder(1)], "wang", "reviewed")
    state.record_collection([CollectionRecord(THEIR_CUSTOMER, "reached", DAY, mark="m")], "li", {})
    state.set_targets([TargetFigure(THEIRS, 202603, "combined", 990_000)], "li", "why", 0)
    state.close()
    return file


@pytest.fixture
def place(db: Any, decided: Path, tmp_path: Path) -> Iterator[Place]:
    """The store is this test's own."""
    state = State(f"sqlite:///{shutil.copy(decided, tmp_path)}")
    yield Place(db, state)
    state.close()


def done(cons_no: str) -> ServiceRecord:
    return ServiceRecord(cons_no, POLICY.credit.services[0].key, DAY, DAY, "", "B")


def drafted() -> Draft:
    years = date(2029, 1, 1), date(2029, 12, 31)
    return Draft(POLICY, "s", DAY, *years, grades([MY_CUSTOMER]), pd.DataFrame(), ())


class Dated:
    """The snapshot as of a day."""

    def __init__(self, db: Any) -> None:
        self._db, self.id, self.meta = db, "s9", SimpleNamespace(extract_on=DAY_OF_ORDERS)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)


def _listed() -> pd.DataFrame:
    return orders([THEIR_CUSTOMER], org=THEIRS).to_pandas()


Act = Callable[[Place, Someone], object]
COMPANY: dict[str, Act] = {
    "adoption.adopt": lambda p, a: adoption.adopt(p.state, _other(), a, "why", 1),
    "adoption.undo": lambda p, a: adoption.undo(p.state, a, "why", 1),
    "judging.record": lambda p, a: judging.record(p.state, a, "why", "forced", "20260331T000000", ()),
    "retraction.retract": lambda p, a: retraction.retract(Dated(p.db), p.state, a, POLICY),
    "publication_flow.publish": lambda p, a: publication_flow.publish(p.state, drafted(), a, "why"),
    "publication_flow.confirm": lambda p, a: publication_flow.confirm(p.state, 2, a),
    "publication_flow.withdraw": lambda p, a: publication_flow.withdraw(p.state, 1, a, "why"),
}
"""Acts for the whole company."""
OF_UNITS: dict[str, Act] = {
    "orders.propose_batch": lambda p, a: collection_orders.propose_batch(
        p.state,
        a,
        orders([THEIR_CUSTOMER], org=THEIRS).to_pandas(),
        POLICY,
        "why",
        as_of=DAY_OF_ORDERS,
        snapshot="s3",
    ),
    "orders.issue": lambda p, a: collection_orders.issue(p.state, a, p.state.order_batch(2), "why"),
    "orders.withdraw": lambda p, a: collection_orders.withdraw(p.state, a, 2, "why"),
    "orders.strike": lambda p, a: collection_orders.strike(p.state, a, 2, [1], "why"),
    "orders.rank": lambda p, a: collection_orders.rank(p.state, a, 2, [1], "why"),
    "orders.reopen": lambda p, a: collection_orders.reopen(p.state, a, 1, [1], "why"),
    "messages.to_send": lambda p, a: messages.to_send(
        p.db, p.state, a, POLICY.collection, _theirs(p), DAY, Keys(), "zh", "why"
    ),
    "records.record": lambda p, a: records.record(
        p.db, p.state, a, [CollectionRecord(THEIR_CUSTOMER, "refused", DAY)]
    ),
    "records.reverse": lambda p, a: records.reverse(p.db, p.state, a, 1, "why"),
    "facts_by_hand.record_fact": lambda p, a: facts_by_hand.record_fact(
        p.db, p.state, a, THEIR_CUSTOMER, "reviewer_rating", 40, "visit", DAY, "sun"
    ),
    "facts_by_hand.withdraw_fact": lambda p, a: facts_by_hand.withdraw_fact(p.db, p.state, a, 1, "why"),
    "grade_decisions.overrule": lambda p, a: grade_decisions.overrule(
        p.db, p.state, a, POLICY, THEIR_CUSTOMER, "B", DAY, DAY, "why"
    ),
    "grade_decisions.withdraw_override": lambda p, a: grade_decisions.withdraw_override(
        p.db, p.state, a, 1, DAY, "why"
    ),
    "grade_decisions.take_objection": lambda p, a: grade_decisions.take_objection(
        p.db, p.state, a, THEIR_CUSTOMER, "paid", date(2026, 4, 1)
    ),
    "grade_decisions.review_objection": lambda p, a: grade_decisions.review_objection(
        p.db, p.state, a, POLICY, 1, "upheld", None, DAY, "why"
    ),
    "service_due.record_done": lambda p, a: service_due.record_done(
        p.db, p.state, a, POLICY, [], DAY, back=[done(THEIR_CUSTOMER)]
    ),
    "service_upload.take_back": lambda p, a: service_upload.take_back(p.db, p.state, a, 1),
    "targets.record": lambda p, a: targets.record(
        p.db, p.state, a, [TargetFigure(THEIRS, 202604, "combined", 980_000)], "why", 1, ""
    ),
    "targets.take_back": lambda p, a: targets.take_back(p.state, a, 1, "why"),
    "tieout_pages.keep": lambda p, a: tieout_pages.keep(
        p.state, a, SCOPE, RecoveryRules(), ((THEIRS, FIGURES),)
    ),
    "unmasking.unmask": lambda p, a: unmasking.unmask(p.db, p.state, a, THEIR_CUSTOMER, "why"),
}
"""Acts on what belongs to a unit: here always to THEIRS."""
MASKED_WITHOUT = {"unmasking.corrections"}
"""What is for everybody, less of it for who has not the permission."""
FIGURES = (None, None, 100, None, None, None, 7)


def _theirs(p: Place) -> pd.DataFrame:
    """A row of a list of whom to write to."""
    keys = dict(p.db.cursor().execute("select cons_no, cons_key from dim_customer").fetchall())
    said = {"org_no": THEIRS, "grade": "C", "action": "sms", "owed_now": 1, "late_fee": 0, "days_overdue": 1}
    return pd.DataFrame([{"cons_no": THEIR_CUSTOMER, "cons_key": keys[THEIR_CUSTOMER], **said}])


def _other() -> Policy:
    return read_policy().__class__.from_toml(
        POLICY.to_toml().replace("valid_months = 12", "valid_months = 6")
    )


def content(state: State) -> list[object]:
    """All that the store holds, row by row."""
    with state.engine.connect() as c:
        names = [r[0] for r in c.exec_driver_sql("select name from sqlite_master where type = 'table'")]
        return [(n, c.exec_driver_sql(f'select * from "{n}"').fetchall()) for n in sorted(names)]


@cache
def writers() -> frozenset[str]:
    """The store's methods that write, by the source."""
    found = {
        node.name
        for path in python_files("data")
        if path.parent.name == "state"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and "self._write()" in ast.unparse(node)
    }
    return frozenset(found - set(NOT_ACTS))


def written_by(path: Path) -> Iterator[tuple[ast.FunctionDef, ast.Call]]:
    """The calls in a file that write into the store: a writer's name, on no imported module."""
    imported = {
        a.asname or a.name
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for a in node.names
    }
    for function in [n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef)]:
        for node in ast.walk(function):
            called = node.func if isinstance(node, ast.Call) else None
            if not isinstance(called, ast.Attribute) or called.attr not in writers():
                continue
            if ast.unparse(called.value) not in imported:
                assert isinstance(node, ast.Call)
                yield function, node


def test_every_act_is_tried_here_and_takes_who_acts() -> None:
    found, wrong = set(), []
    assert len(writers()) >= 17
    for path in python_files("services"):
        for function, call in written_by(path):
            name = f"{path.stem}.{function.name}"
            found.add(name)
            given = {a.arg: ast.unparse(a.annotation) for a in function.args.args if a.annotation}
            body = ast.unparse(function)
            if given.get("actor") != "Actor" or not ("allow" in body or "actor.may(" in body):
                wrong.append(f"{name} asks nobody whether they may")
            if "actor.name" not in ast.unparse(call):
                wrong.append(f"{name} writes down another name")
    assert not wrong
    assert found == {*COMPANY, *OF_UNITS} | MASKED_WITHOUT


def test_no_page_writes_past_the_services() -> None:
    past = [
        f"{name_of(path)}:{call.lineno}: {ast.unparse(call.func)}"
        for path in python_files("dashboard", "pages")
        for _, call in written_by(path)
    ]
    assert not past


def test_pages_give_services_who_the_reader_is_by_now() -> None:
    """An act in a page gets `actor`, or asks for it there and then; never the user it was drawn for."""
    acts = {name.split(".")[1] for name in {*COMPANY, *OF_UNITS} | MASKED_WITHOUT}
    modules = {name.split(".")[0] for name in {*COMPANY, *OF_UNITS}} | {"flow", "decisions"}
    wrong, seen = [], 0
    for path in python_files("dashboard"):
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in acts and ast.unparse(node.func.value) in modules:
                seen += 1
                if not {ast.unparse(a) for a in node.args} & {"actor", "page.actor()", "desk.page.actor()"}:
                    wrong.append(f"{name_of(path)}:{node.lineno}: {ast.unparse(node.func)}")
    assert seen >= 15 and not wrong


def test_every_file_is_made_only_for_who_may_see_it_by_now() -> None:
    """All downloads go through one place, whose callable reads the reader again."""
    drawn = [
        (path, node)
        for path in python_files("dashboard", "pages")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.download_button"
    ]
    assert drawn and {name_of(path) for path, _ in drawn} == {"dashboard/tables/downloads.py"}
    for _, node in drawn:
        [data] = [ast.unparse(k.value) for k in node.keywords if k.arg == "data"]
        assert data.startswith("made_for(page.session, file, ")
    assert any(
        name == "session.unchanged" for _, name in calls(ROOT / "dashboard" / "access" / "given_files.py")
    )


@pytest.mark.parametrize("name", [*COMPANY, *OF_UNITS])
def test_who_may_not_is_refused_by_the_service(place: Place, name: str) -> None:
    before, act = content(place.state), {**COMPANY, **OF_UNITS}[name]
    for permissions in ((), ("unmask",) if "unmask" not in name else ("review",)):
        with pytest.raises(InputError, match="_not_allowed"):
            act(place, by("chen", may=permissions))
    assert content(place.state) == before


@pytest.mark.parametrize("name", [*COMPANY, *OF_UNITS])
def test_what_belongs_to_another_unit_is_refused_by_the_service(place: Place, name: str) -> None:
    """The number, code or customer was never offered to who sends it."""
    before, act = content(place.state), {**COMPANY, **OF_UNITS}[name]
    with pytest.raises(InputError) as caught:
        act(place, by("chen", MINE))
    wanted = ("whole_company",) if name in COMPANY else ("not_here", "elsewhere", "of_others")
    assert caught.value.key.endswith(wanted)
    assert content(place.state) == before


@pytest.mark.parametrize("name", [*COMPANY, *(n for n in OF_UNITS if n != "grade_decisions.take_objection")])
def test_who_may_does_it_under_their_own_name(place: Place, name: str) -> None:
    """The two tests above refuse what is otherwise done: by one of the whole company, by one of the unit."""
    before, act = repr(content(place.state)), {**COMPANY, **OF_UNITS}[name]
    assert "zhao" not in before
    # What was recorded in one go is taken back by who recorded it, or by who may see every unit.
    act(place, by("zhao") if name in COMPANY or name == "service_upload.take_back" else by("zhao", THEIRS))
    assert "zhao" in repr(content(place.state))


def test_a_colleagues_batch_stays_though_its_customers_are_mine(place: Place) -> None:
    with pytest.raises(InputError, match="service_batch_of_others"):
        service_upload.take_back(place.db, place.state, by("chen", MINE), 2)
    with pytest.raises(InputError, match="service_batch_unknown"):
        service_upload.take_back(place.db, place.state, by("chen", MINE), 99)
    assert service_upload.take_back(place.db, place.state, by("wang", MINE), 2) == 1


def test_a_number_of_nobody_is_refused_to_everybody(place: Place) -> None:
    for who in (by("zhao"), by("chen", MINE)):
        for cons_no in ("", "no such customer", f"{MY_CUSTOMER}' or 1=1 --"):
            with pytest.raises(InputError, match="customer_not_here"):
                grade_decisions.overrule(place.db, place.state, who, POLICY, cons_no, "B", DAY, DAY, "why")
        with pytest.raises(InputError, match="override_unknown"):
            grade_decisions.withdraw_override(place.db, place.state, who, 99, DAY, "why")
        with pytest.raises(InputError, match="fact_unknown"):
            facts_by_hand.withdraw_fact(place.db, place.state, who, 99, "why")
        with pytest.raises(InputError, match="objection_unknown"):
            grade_decisions.review_objection(
                place.db, place.state, who, POLICY, 99, "upheld", None, DAY, "why"
            )


def test_records_as_they_came_are_whole_for_who_may_see_names_and_of_their_units(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[tuple[str, ...], bool]] = []
    monkeypatch.setattr(
        unmasking,
        "write_corrections",
        lambda out, db, scope, chosen, whole: written.append((scope.allowed_orgs, whole)),
    )
    for who in (by("chen", MINE, may=PERMISSIONS[1:]), by("zhao", MINE)):
        unmasking.corrections(io.BytesIO(), place.db, place.state, who, SCOPE, Chosen(), "why")
    assert written == [((MINE,), False), ((MINE,), True)]
    assert [(u.who, u.cons_no) for u in place.state.unmaskings()] == [("zhao", "*")]
