"""Work load and cost follow from the table: bands that begin in 90 days, and the first one for each bill."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from analytics.collection_policy import ActionCost, CollectionPolicy
from analytics.collection_rules import ACTIONS, CollectionRules, TableRow
from analytics.collection_work import WORK, is_asked, work_of
from services.credit import work_load
from services.credit.policy_files import read_policy

SHIPPED = read_policy().collection
NOTHING = dict.fromkeys((*WORK, "hours"), 0)


def told(counts: tuple[int, ...]) -> dict[str, int]:
    """The counts that are any."""
    return {a: n for a, n in zip(WORK, counts, strict=True) if n}


def test_the_projects_own_table_asks_for_one_action_a_band_within_90_days() -> None:
    best, worst, none = (work_of(SHIPPED, g) for g in ("A", "E", ""))
    assert told(best.after) == {"sms": 1, "bill": 1, "phone": 1}, "the stop notice of day 91 is beyond"
    assert told(worst.after) == {"phone": 1, "visit": 1, "prepayment_meter": 1, "stop_notice": 1}
    assert told(none.after) == {"sms": 1, "slip": 1, "phone": 1, "stop_notice": 1}
    assert not any(told(w.ahead) for w in (best, worst, none))
    assert worst.pursues and not worst.disturbs


def test_the_first_band_is_done_for_each_of_three_bills() -> None:
    rules = CollectionRules((0, 90, 91), (TableRow("A", ("phone", "sms", "visit")),))
    work = work_of(CollectionPolicy(rules), "A")
    assert told(work.ahead) == {"phone": 3} and told(work.after) == {"sms": 1}
    assert work.disturbs and not work.pursues, "a message is no person"


def test_without_a_table_or_a_row_nothing_is_asked() -> None:
    assert not is_asked(CollectionPolicy()) and is_asked(SHIPPED)
    assert told(work_of(SHIPPED, "Z").after) == told(work_of(CollectionPolicy(), "A").after) == {}
    nothing = replace(SHIPPED, rules=CollectionRules((0,), (TableRow("A", ("none",)),)))
    assert not is_asked(nothing)
    table = pd.DataFrame({"grade": ["A"], "households": [9], "late": [9]})
    assert work_load.in_all(nothing, table) == NOTHING and work_load.cost(nothing, table) == 0
    assert work_load.in_use(NOTHING) == ["hours"]


def test_nobody_is_no_work() -> None:
    table = pd.DataFrame({"grade": ["A", ""], "households": [0, 0], "late": [0, 0]})
    assert work_load.in_all(SHIPPED, table) == NOTHING
    assert work_load.in_all(SHIPPED, table.head(0)) == NOTHING


actions = st.lists(st.sampled_from(ACTIONS), min_size=4, max_size=4)


@given(
    edges=st.lists(st.integers(1, 200), min_size=3, max_size=3, unique=True).map(sorted),
    rows=st.tuples(actions, actions),
    people=st.lists(st.tuples(st.sampled_from(("A", "", "Q")), st.booleans()), max_size=12),
    costs=st.lists(st.tuples(st.integers(0, 999), st.integers(0, 99)), min_size=3, max_size=3),
)
def test_the_work_load_is_the_sum_over_people(
    edges: list[int],
    rows: tuple[list[str], list[str]],
    people: list[tuple[str, bool]],
    costs: list[tuple[int, int]],
) -> None:
    """Counted person by person, band by band."""
    bands = [0, *edges]
    table = dict(zip(("A", "-"), rows, strict=True))
    rules = CollectionRules(tuple(bands), tuple(TableRow(g, tuple(a)) for g, a in table.items()))
    each = dict(zip(("phone", "visit", "legal"), costs, strict=True))
    policy = CollectionPolicy(rules, costs=tuple(ActionCost(a, *c) for a, c in each.items()))
    want: Counter[str] = Counter()
    for grade, is_late in people:
        for day, action in zip(bands, table.get(grade or "-", []), strict=False):
            want[action] += 3 if day == 0 else int(is_late and day <= 90)
    want.pop("none", None)
    grades = ("A", "", "Q")
    frame = pd.DataFrame(
        {
            "grade": grades,
            "households": [sum(g == p for p, _ in people) for g in grades],
            "late": [sum(g == p and is_late for p, is_late in people) for g in grades],
        }
    )
    got = work_load.in_all(policy, frame)
    assert {a: got[a] for a in WORK} == {a: want[a] for a in WORK}
    assert got["hours"] == round(sum(want[a] * m for a, (_, m) in each.items()) / 60)
    assert work_load.cost(policy, frame) == sum(want[a] * f for a, (f, _) in each.items())
    assert work_load.in_use(got) == [a for a in WORK if want[a]] + ["hours"]
