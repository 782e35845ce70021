"""A client of one's own making that holds a valid cookie: what no page offers it is refused all the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from dashboard.words.i18n import Translator
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit.policy_files import read_policy
from services.decided import grade_decisions
from tests.actors import by
from tests.attack.raw_client import Drawn, RawClient, click, days_as_drawn, text
from tests.attack.served import DOES_ALL, Served
from tests.attack.test_acts import content

EN = Translator("en")
DAY = date(2026, 11, 20)
DECIDING = ("grades", {"view": "publish"})
DECIDED = ("grades.overrule_button", "grades.object_button", "grades.withdraw_button")
ACTS_ON = (
    ("grades", "publish", DECIDED),
    ("recovery", "targets", ("targets.save",)),
    ("data_checks", "tieout", ("data_checks.tie.save",)),
)


@pytest.fixture
def state(served: Served, sample_warehouse: Path) -> Iterator[State]:
    """The store that the server writes to: an override of another unit's customer stands in it."""
    store = State(f"sqlite:///{served.folder / 'state.db'}")
    with open_snapshot(sample_warehouse) as db:
        whose = served.whose.their_customer
        grade_decisions.overrule(db, store, by("li"), read_policy(), whose, "B", DAY, DAY, "seen")
    yield store
    store.close()


def overrule(client: RawClient, drawn: Drawn, cons_no: str, *other: WidgetState) -> Drawn:
    """Send the form that overrules a customer's grade, filled in."""
    days = [days_as_drawn(drawn, f"overrule_{which}") for which in ("first", "last")]
    held = {
        "overrule_cons_no": cons_no,
        "overrule_why": "seen",
        "overrule_to": drawn.options("overrule_to")[1],
    }
    said = [text(drawn.named(key), value) for key, value in held.items()]
    [button] = drawn.buttons(EN("grades.overrule_button"))
    return client.send(*said, *days, *other, click(button))


def withdraw(client: RawClient, drawn: Drawn, which: str) -> Drawn:
    """Send the form that ends an override, with this one chosen."""
    said = [text(drawn.named("withdraw_which"), which), text(drawn.named("withdraw_why"), "wrong")]
    [button] = drawn.buttons(EN("grades.withdraw_button"))
    return client.send(*said, click(button))


def deciding(client: RawClient) -> Drawn:
    """The page on which grades are decided."""
    return client.open(DECIDING[0], **DECIDING[1])


def test_an_act_is_done_while_the_permission_lasts_and_refused_when_it_is_gone(
    served: Served, state: State
) -> None:
    """The socket, the page and what was drawn are the same: only what the users' file says is not."""
    with served.session("clerk") as clerk:
        drawn = deciding(clerk)
        overrule(clerk, drawn, served.whose.my_customer)
        assert [o.who for o in state.overrides(served.whose.my_customer)][-1] == "clerk"
        for left in (DOES_ALL - {"overrule", "administer", "unmask"}, frozenset[str](), None):
            before = content(state)
            served.people(left)
            said = overrule(clerk, drawn, served.whose.my_customer)
            assert content(state) == before
            assert EN("grades.overruled") not in said.words


@pytest.mark.parametrize(("page", "view", "words"), ACTS_ON)
def test_an_act_whose_controls_are_gone_is_refused_in_a_sentence(
    served: Served, state: State, page: str, view: str, words: tuple[str, ...]
) -> None:
    """A button of a page that was left comes without what its boxes held."""
    with served.session("boss") as boss:
        drawn = boss.open(page, view=view)
        for button in [drawn.buttons(EN(word))[0] for word in words]:
            boss.open("ageing")
            before = content(state)
            assert not boss.send(click(button)).raised()
            assert EN("errors.not_offered") in boss.open(page, view=view).words
            assert content(state) == before


def test_an_override_that_was_not_offered_is_not_ended(served: Served, state: State) -> None:
    with served.session("clerk") as clerk:
        overrule(clerk, deciding(clerk), served.whose.my_customer)
        theirs, mine = (
            state.overrides(whose)[-1].id for whose in (served.whose.their_customer, served.whose.my_customer)
        )
        before, drawn = content(state), deciding(clerk)
        for which in (str(theirs), "0", "-1", "x"):
            withdraw(clerk, drawn, which)
            assert content(state) == before, which
        [offered] = [o for o in drawn.options("withdraw_which") if o.startswith(f"{mine} ")]
        withdraw(clerk, drawn, offered)
        assert content(state) != before


def test_a_reason_that_is_no_text_is_not_written_down(served: Served, state: State) -> None:
    with served.session("clerk") as clerk:
        drawn, before = deciding(clerk), content(state)
        listed = WidgetState(id=drawn.named("overrule_why"))
        listed.string_array_value.data.extend(["seen"])
        overrule(clerk, drawn, served.whose.my_customer, listed)
        assert content(state) == before


def test_a_customer_of_another_unit_is_not_overruled(served: Served, state: State) -> None:
    with served.session("clerk") as clerk:
        before, drawn = content(state), deciding(clerk)
        for cons_no in (served.whose.their_customer, "", "%", f"{served.whose.my_customer}' or 1=1 --"):
            overrule(clerk, drawn, cons_no)
            assert content(state) == before, cons_no


def test_a_control_that_another_was_drawn_does_nothing(served: Served, state: State) -> None:
    """Numbers of controls are no secret: they are sent from a session that was not given them."""
    with (
        served.session("boss") as boss,
        served.session("reader") as reader,
        served.session("stand-in") as eyes,
    ):
        drawn, before = deciding(boss), content(state)
        for other in (reader, eyes):
            deciding(other)
            overrule(other, drawn, served.whose.my_customer)
            withdraw(other, drawn, str(state.overrides()[-1].id))
            assert content(state) == before
        overrule(boss, drawn, served.whose.my_customer)
        assert content(state) != before


def test_a_file_is_made_for_who_was_offered_it_while_they_may_see_it(served: Served) -> None:
    with served.session("boss") as boss, served.session("clerk") as clerk:
        number, own = (who.open("customers", view="list").files()[0] for who in (boss, clerk))
        place, _ = boss.redeem(number)
        assert boss.fetch(place)[0] == 200
        assert clerk.redeem(number)[0] == "", "a file of another session was made"
        assert clerk.fetch(place)[0] != 200, "a file of another session was given out"
        assert clerk.fetch(clerk.redeem(own)[0])[0] == 200
        served.people(frozenset())
        assert clerk.redeem(own)[0] == "", "a file was made after what it needs was taken away"
