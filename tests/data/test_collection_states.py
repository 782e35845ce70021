"""Orders under any acts in any order, against plain Python: in two stores at once, and opened anew."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from data.errors import BusyError, InputError
from data.state import CollectionRecord, State
from data.state.order_acts import OnOrder
from tests.data.collection_orders import DAY, orders

CUSTOMERS = ("a", "b", "c", "d")
EFFECTS = {("reached", ""): "done", ("contact", "failed"): "failed"}
ENDED = {"done", "failed", "retracted", "struck"}


class Oracle:
    """What the states are, told the plain way: a dictionary of (batch, customer)."""

    def __init__(self) -> None:
        self.status: dict[int, str] = {}
        self.state: dict[tuple[int, str], str] = {}
        self.by: dict[tuple[int, str], int] = {}
        self.records: list[tuple[int, int, str, str, bool, str]] = []

    def open_of(self, cons_no: str, but: int = 0) -> list[int]:
        return [b for (b, n), s in self.state.items() if n == cons_no and s == "issued" and b != but]

    def propose(self, batch: int, cons_nos: set[str]) -> None:
        self.status[batch] = "proposed"
        self.state.update({(batch, n): "proposed" for n in cons_nos})

    def issue(self, batch: int) -> None:
        self.status[batch] = "issued"
        for key in [k for k, s in self.state.items() if k[0] == batch and s == "proposed"]:
            for other in self.open_of(key[1]):
                self.supersede(other, key[1], batch)
            self.state[key] = "issued"

    def supersede(self, batch: int, cons_no: str, by: int) -> None:
        self.state[batch, cons_no], self.by[batch, cons_no] = "superseded", by

    def withdraw(self, batch: int) -> None:
        was = {n: s for (b, n), s in self.state.items() if b == batch}
        self.status[batch] = "withdrawn"
        for n, s in was.items():
            if s in ("proposed", "issued"):
                self.state[batch, n] = "struck" if s == "proposed" else "retracted"
        for (b, n), s in list(self.state.items()):
            if s == "superseded" and self.by[b, n] == batch and self.status[b] == "issued":
                if was[n] == "issued":
                    self.state[b, n] = "issued"
                elif was[n] == "superseded":
                    self.by[b, n] = self.by[batch, n]


class Acts(RuleBasedStateMachine):
    batches = Bundle("batches")

    @initialize()
    def opened(self) -> None:
        self.folder = TemporaryDirectory()
        self.url = f"sqlite:///{Path(self.folder.name) / 'state.db'}"
        self.store, self.other = State(self.url), State(self.url)
        self.oracle, self.times = Oracle(), 0

    def teardown(self) -> None:
        if hasattr(self, "store"):
            again = State(self.url)
            assert told(again) == told(self.store) == told(self.other)
            for store in (again, self.store, self.other):
                store.close()
            self.folder.cleanup()

    @rule(target=batches, cons_nos=st.sets(st.sampled_from(CUSTOMERS), min_size=1))
    def propose(self, cons_nos: set[str]) -> int:
        self.times += 1
        given = orders(sorted(cons_nos, reverse=True))
        said = {"as_of": DAY, "policy_version": "v", "policy": "p", "who": "li", "why": "daily"}
        number = self.store.propose_orders(given, snapshot=f"s{self.times}", **said)  # type: ignore[arg-type]
        assert number == self.other.propose_orders(given, snapshot=f"s{self.times}", **said)  # type: ignore[arg-type]
        self.oracle.propose(number, cons_nos)
        return number

    @rule(batch=batches, mine=st.booleans())
    def issue(self, batch: int, mine: bool) -> None:
        store = self.store if mine else self.other
        mine_of = [s for (b, _), s in self.oracle.state.items() if b == batch]
        seen = self.store.order_batch(batch).seen
        if self.oracle.status[batch] != "proposed":
            with pytest.raises(BusyError, match="collection_batch_decided"):
                store.issue_orders(batch, seen, DAY, "wang", "seen")
        elif "proposed" not in mine_of:
            with pytest.raises(InputError, match="collection_batch_empty"):
                store.issue_orders(batch, seen, DAY, "wang", "seen")
        else:
            with pytest.raises(BusyError, match="collection_batch_changed"):
                store.issue_orders(batch, seen + 1, DAY, "wang", "saw something else")
            store.issue_orders(batch, seen, DAY, "wang", "seen")
            self.oracle.issue(batch)

    @rule(batch=batches)
    def withdraw(self, batch: int) -> None:
        if self.oracle.status[batch] == "withdrawn":
            with pytest.raises(BusyError, match="collection_batch_decided"):
                self.other.withdraw_orders(batch, "li", "wrong day")
        else:
            self.other.withdraw_orders(batch, "li", "wrong day")
            self.oracle.withdraw(batch)

    @rule(batch=batches, cons_no=st.sampled_from(CUSTOMERS), kind=st.sampled_from(("strike", "reopen")))
    def decide(self, batch: int, cons_no: str, kind: str) -> None:
        o, key = self.oracle, (batch, cons_no)
        if key not in o.state:
            return
        act = (batch, kind, [OnOrder(place_of(self.store, batch, cons_no))], "li", "reviewed")
        can = o.state[key] in (("proposed", "issued") if kind == "strike" else ENDED)
        second = kind == "reopen" and o.status[batch] == "issued" and o.open_of(cons_no)
        if o.status[batch] == "withdrawn" or not can:
            with pytest.raises(BusyError):
                self.store.act_on_orders(*act)
        elif second:
            with pytest.raises(InputError, match="collection_order_second"):
                self.store.act_on_orders(*act)
        else:
            assert self.store.act_on_orders(*act) == 1
            opened = "issued" if o.status[batch] == "issued" else "proposed"
            o.state[key] = "struck" if kind == "strike" else opened

    @rule(batch=batches, cons_no=st.sampled_from(CUSTOMERS))
    def retract(self, batch: int, cons_no: str) -> None:
        key = batch, cons_no
        if self.oracle.status[batch] == "issued" and key in self.oracle.state:
            on = [OnOrder(place_of(self.other, batch, cons_no), "paid", 0, 10_000)]
            done = self.other.act_on_orders(batch, "retract", on, "load", "s9", "s9")
            assert done == (self.oracle.state[key] == "issued")
            if done:
                self.oracle.state[key] = "retracted"

    @rule(batch=batches, cons_no=st.sampled_from(CUSTOMERS), what=st.sampled_from(sorted(EFFECTS)))
    def record(self, batch: int, cons_no: str, what: tuple[str, str]) -> None:
        key, o = (batch, cons_no), self.oracle
        if key not in o.state or o.status[batch] == "proposed":
            return
        place, mark = place_of(self.store, batch, cons_no), f"{batch} {cons_no} {what}"
        made = CollectionRecord(
            cons_no, what[0], DAY, outcome=what[1], batch=batch, place=place, mark=mark
        )  # fmt: skip
        stands = any(r[3] == mark and r[4] for r in o.records)
        ids, already = self.store.record_collection([made, made], "sun", EFFECTS)
        assert (len(ids), already) == ((0, 1) if stands else (1, 0)), "nothing is recorded twice"
        if not stands:
            effect = EFFECTS[what]
            o.records.append((ids[0], batch, cons_no, mark, True, effect))
            if o.status[batch] == "issued" and o.state[key] in ("issued", *(["failed"] * (effect == "done"))):
                o.state[key] = effect

    @rule(at=st.integers(0, 30))
    def reverse(self, at: int) -> None:
        o = self.oracle
        if not o.records:
            return
        at %= len(o.records)
        number, batch, cons_no, mark, stands, effect = o.records[at]
        if not stands:
            with pytest.raises(BusyError, match="collection_record_reversed"):
                self.other.reverse_collection(number, "li", "a slip", EFFECTS)
            return
        self.other.reverse_collection(number, "li", "a slip", EFFECTS)
        o.records[at] = number, batch, cons_no, mark, False, effect
        left = {r[5] for r in o.records if r[4] and r[1:3] == (batch, cons_no)}
        key = batch, cons_no
        after = "done" if "done" in left else "failed" if "failed" in left else None
        if o.status[batch] != "issued" or o.state[key] not in ("done", "failed") or after == o.state[key]:
            return
        if after:
            o.state[key] = after
        elif others := o.open_of(cons_no):
            o.supersede(batch, cons_no, others[0])
        else:
            o.state[key] = "issued"

    @invariant()
    def states_are_the_oracles(self) -> None:
        if not hasattr(self, "store"):
            return
        assert told(self.store) == told(self.other) == self.oracle.state
        for cons_no in CUSTOMERS:
            assert len(self.oracle.open_of(cons_no)) <= 1, "one open order a customer"
        found = {b.id: (b.status, b.open) for b in self.store.order_batches()}
        wanted = {
            b: (s, sum(k[0] == b and v == "issued" for k, v in self.oracle.state.items()))
            for b, s in self.oracle.status.items()
        }
        assert found == wanted


def told(store: State) -> dict[tuple[int, str], str]:
    found = {}
    for batch in store.order_batches():
        rows, held = store.order_rows(batch.id)
        for place, cons_no in zip(rows["place"].to_pylist(), rows["cons_no"].to_pylist(), strict=True):
            found[batch.id, cons_no] = held.of(place)
    return found


def place_of(store: State, batch: int, cons_no: str) -> int:
    rows, _ = store.order_rows(batch)
    return int(rows["cons_no"].to_pylist().index(cons_no)) + 1


Acts.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestAnyActs = Acts.TestCase
