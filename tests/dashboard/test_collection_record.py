"""One customer of collection on its page: what is recorded, refused, proven, reversed; who may not."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER, PERMISSIONS, User
from dashboard.links.link_codes import hidden
from dashboard.words.i18n import Translator
from data.state import CollectionRecord, State
from data.warehouse.snapshots import Snapshot
from services.collection import orders, records
from tests.actors import by
from tests.dashboard.opening import page_of
from tests.dashboard.test_collection_batches import button, db, kept, press, state, tick
from tests.dashboard.test_collection_page import DAY, EN, ZH, both, fine, opened, rows_of, said

__all__ = ["db", "state"]


def of(t: Translator, cons_no: str, kind: str = "contact") -> AppTest:
    """The record of a customer, with the form for a kind."""
    return opened(t, view="record", c=hidden(cons_no), kind=kind)


def fill(app: AppTest, cons_no: str, kind: str, **typed: str) -> AppTest:
    """Type into the boxes of the form."""
    for name, value in typed.items():
        app.text_input(key=f"collection_record_{kind}_{cons_no}_{name}").input(value)
    return app


@pytest.fixture
def someone(db: Snapshot, state: State) -> str:
    """A customer with an issued order."""
    batch = kept(db, state)
    orders.issue(state, by("wang"), batch, "go")
    return str(orders.order_states(state, batch.id)["cons_no"].iloc[2])


@both
def test_a_promise_is_recorded_suspends_and_is_reversed(
    db: Snapshot, state: State, someone: str, t: Translator
) -> None:
    app = fill(of(t, someone, "promise"), someone, "promise", time="09:30", amount="1,200.50")
    app.date_input(key=f"collection_record_promise_{someone}_until").set_value(date(2026, 11, 30))
    fine(button(app, t("collection.record")).click().run())
    assert t("collection.recorded") in said(app)
    why = t("collection_rules.why_promise")
    assert t("collection.suspended_until", why=why, day=t.day(date(2026, 11, 30))) in said(app)
    [told] = records.of_customer(state, someone)
    assert (told.kind, told.on_day, told.at_time, told.amount) == ("promise", DAY, "09:30", 120_050)
    assert told.until == date(2026, 11, 30) and told.who == LOCAL_USER.name and told.order_no
    states = orders.order_states(state, 1).set_index("cons_no")["state"]
    assert states[someone] == "done"
    press(app, f"collection_reverse_{told.id}_why", "another customer", t("collection.reverse"))
    assert t("collection.reversed", number=told.id) in said(app)
    assert not app.info or why not in said(app)
    assert orders.order_states(state, 1).set_index("cons_no")["state"][someone] == "issued"
    table = app.dataframe[-1].value
    assert t("collection.taken_back_by", who=t("downloads.local_user"), why="another customer") in list(
        table["status"]
    )


def test_a_delivery_counts_with_all_of_its_evidence_alone(db: Snapshot, state: State, someone: str) -> None:
    app = fill(of(ZH, someone, "delivery"), someone, "delivery", time="10:00", receiver="本人")
    app.selectbox(key=f"collection_record_delivery_{someone}_outcome").set_value("demand")
    fine(button(app, ZH("collection.record")).click().run())
    assert ZH("collection.not_proven") in said(app) and records.deliveries(state, DAY).empty
    app = of(ZH, someone, "delivery")
    app.get("file_uploader")[0].upload("photo.jpg", b"a photo").run()
    fill(app, someone, "delivery", time="10:00", receiver="本人", reference="R-7")
    app.selectbox(key=f"collection_record_delivery_{someone}_outcome").set_value("demand")
    fine(button(app, ZH("collection.record")).click().run())
    assert ZH("collection.not_proven") not in said(app)
    [proven] = records.deliveries(state, DAY).to_dict("records")
    assert proven["cons_no"] == someone and proven["demanded_on"].date() == DAY
    assert records.of_customer(state, someone)[-1].evidence == hashlib.sha256(b"a photo").hexdigest()


def test_the_same_twice_is_recorded_once(db: Snapshot, state: State, someone: str) -> None:
    for said_so in ("collection.recorded", "collection.recorded_before"):
        app = fill(of(ZH, someone), someone, "contact", time="09:30")
        app.selectbox(key=f"collection_record_contact_{someone}_order").set_value("")
        fine(button(app, ZH("collection.record")).click().run())
        assert ZH(said_so) in said(app)
    assert len(records.of_customer(state, someone)) == 1


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("contact", {"time": "25:00"}),
        ("promise", {"amount": "a lot"}),
        ("paid", {"amount": "-3"}),
        ("paid", {"amount": "1e9"}),
    ],
)
def test_what_does_not_fit_is_refused_with_a_sentence(
    db: Snapshot, state: State, someone: str, kind: str, typed: dict[str, str]
) -> None:
    app = fill(of(EN, someone, kind), someone, kind, **typed)
    fine(button(app, EN("collection.record")).click().run())
    assert len(app.warning) == 1 and records.of_customer(state, someone) == []


def test_a_call_at_night_is_recorded_and_remarked(db: Snapshot, state: State, someone: str) -> None:
    app = fill(of(ZH, someone), someone, "contact", time="22:10")
    fine(button(app, ZH("collection.record")).click().run())
    assert ZH("collection.in_quiet_hours") in said(app) and len(records.of_customer(state, someone)) == 1


def test_a_number_is_entered_and_stands_in_the_link_as_a_code(db: Snapshot, state: State) -> None:
    someone = rows_of(db)[0]["cons_no"]
    app = opened(ZH, view="record")
    assert ZH("collection.record_none") in said(app)
    fine(app.text_input(key="collection_record_no").input(someone).run())
    assert someone not in str(app.query_params) and app.query_params["c"]
    assert ZH("collection.no_orders") in said(app) and ZH("collection.no_records") in said(app)
    fine(app.text_input(key="collection_record_no").input("nobody").run())
    assert ZH("collection.record_unknown", cons_no="nobody") in said(app) and not app.button
    assert ZH("collection.record_bad_code") in said(opened(ZH, view="record", c="xxxx"))


def test_a_row_of_the_list_leads_to_its_record(db: Snapshot, state: State) -> None:
    app = tick(opened(ZH), 1)
    someone = app.dataframe[0].value["cons_no"].iloc[1]
    fine(button(app, ZH("collection.to_record")).click().run())
    assert app.text_input(key="collection_record_no").value == someone
    assert app.query_params["view"] in ("record", ["record"])


def test_who_may_not_record_sees_why_and_no_box(
    db: Snapshot, state: State, someone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rights = frozenset(PERMISSIONS) - {"collect"}
    monkeypatch.setattr(signin, "user_or_stop", lambda t: User("chen", (), rights))
    app = of(EN, someone)
    assert EN("collection.may_not_collect") in said(app)
    assert [b.key for b in app.text_input] == ["collection_record_no"]


def test_a_customer_of_another_unit_is_not_there(
    db: Snapshot, state: State, someone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = next(r["org_no"] for r in rows_of(db) if r["cons_no"] == someone)
    others = next(str(r["org_no"]) for r in rows_of(db) if not r["org_no"].startswith(unit))
    monkeypatch.setattr(signin, "user_or_stop", lambda t: replace(LOCAL_USER, orgs=(others,)))
    app = of(ZH, someone)
    assert ZH("collection.record_unknown", cons_no=someone) in said(app) and not app.button


def test_the_customers_number_is_nowhere_in_a_kept_file_name(db: Snapshot, warehouse_env: Path) -> None:
    opened(ZH, view="record", c=hidden(rows_of(db)[0]["cons_no"]))
    names = [p.name for p in (warehouse_env / "graded").rglob("*") if "collection" in p.parts]
    assert not [n for n in names if rows_of(db)[0]["cons_no"] in n]


def test_the_customers_file_shows_orders_and_leads_to_the_record(
    db: Snapshot, state: State, someone: str
) -> None:
    until = date(2026, 11, 30)
    records.record(db, state, by("wang"), [CollectionRecord(someone, "dispute", DAY, until=until)])
    app = page_of("customers", lang="zh", c=hidden(someone), asof=DAY.isoformat())
    fine(app.run())
    why = ZH("collection_rules.why_dispute")
    assert ZH("collection.suspended_until", why=why, day=ZH.day(until)) in said(app)
    assert [d for d in app.dataframe if "order_no" in d.value and "state_name" in d.value]
    links = [link.proto.query_string for link in app.main.get("page_link")]
    assert [q for q in links if "view=record" in q and someone not in q]
