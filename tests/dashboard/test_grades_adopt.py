"""Adopting on the page: what differs and for whom, a reason, one record, the way back, and who may not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.collection_rules import ACTIONS
from analytics.policy import Policy
from analytics.policy_link import from_link, to_link
from dashboard.access import signin
from dashboard.access.auth import User
from dashboard.nav import PAGES, ROOT
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit import adoption, grading
from services.credit.policy_files import SHIPPED, read_policy
from services.decided.inputs import Decided

TRIED = "cut.resident:95-80-60-40"
CALLED = f'{TRIED}~collection.rules.table.B.actions:j["sms","phone","phone","phone","visit","stop_notice"]'
"""Grade B is told of each bill, and called from the first day overdue."""


@pytest.fixture
def state(warehouse_env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """A store of this test's own."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    monkeypatch.setenv("DENGTA_STATE", url)
    return State(url)


def adopt_page(tried: str = TRIED, **link: str) -> AppTest:
    """The view with a what-if in its link, drawn."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)
    app.switch_page(next(p.path for p in PAGES if p.key == "grades"))
    app.query_params["view"] = "adopt"
    app.query_params["lang"] = "en"
    for name, value in link.items():
        app.query_params[name] = value
    if tried:
        app.query_params["try"] = tried
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press a button by its label."""
    next(b for b in app.button if b.label == label).click()
    return app.run()


def said(app: AppTest) -> str:
    """The sentences of success and refusal on the page."""
    return " ".join(str(e.value) for kind in ("success", "warning", "caption", "info") for e in app.get(kind))


def test_a_what_if_is_adopted_with_a_reason_and_undone(state: State) -> None:
    default = read_policy()
    app = adopt_page()
    changes = [
        d for d in app.dataframe if "Before" in " ".join(map(str, d.value.columns)) or len(d.value) > 0
    ]
    assert changes, "the page shows what changes"
    app.text_input(key="adopt_why").input("Committee of November")
    press(app, "Adopt")
    assert not app.exception
    adopted = adoption.in_force(state)
    model = next(m for m in adopted.credit.models if m.key == "resident")
    assert model.cutoffs == (95.0, 80.0, 60.0, 40.0)
    assert adopted.version in said(app)
    assert "try" not in app.query_params
    assert [r.why for r in state.policies()] == ["Committee of November"]
    app.text_input(key="undo_why").input("Too strict")
    press(app, "Undo the adoption")
    assert adoption.in_force(state).version == default.version
    assert [r.undoes is None for r in state.policies()] == [True, False]


def test_what_an_adoption_costs_and_asks_of_people_is_counted_customer_by_customer(
    state: State, sample_warehouse: Path
) -> None:
    app, t, fmt = adopt_page(CALLED), Translator("en"), Format(Translator("en"))
    old = read_policy()
    with open_snapshot(sample_warehouse) as db:
        day = db.meta.extract_on
        owing = {
            no
            for (no,) in db.cursor().execute(
                "select distinct cons_no from fct_balance join dim_customer using (cons_key)"
                " where is_owed and due_on < ? and ? >= from_on and ? < to_on",
                [day, day, day],
            ).fetchall()
        }  # fmt: skip

        def asked(policy: Policy) -> tuple[list[float], float]:
            """Each action, and the hours; and the cost in fen."""
            sums, rules = dict.fromkeys(ACTIONS[1:], 0.0), policy.collection.rules
            everybody = db.cursor().execute("select cons_no from dim_customer").fetchall()
            grades = dict.fromkeys((no for (no,) in everybody), "-")
            for row in grading.grade_table(db, policy, day)[0].to_pylist():
                grades[row["cons_no"]] = row["grade"] or "-"
            for cons_no, grade in grades.items():
                (actions,) = (r.actions for r in rules.table if r.grade == grade)
                for edge, action in zip(rules.edges, actions, strict=True):
                    if action != "none":
                        sums[action] += 3 if edge == 0 else (cons_no in owing) * (edge <= 90)
            of = {c.action: c for c in policy.collection.costs}
            hours = sum(n * of[a].minutes for a, n in sums.items()) / 60
            return [*sums.values(), hours], sum(n * of[a].fen for a, n in sums.items())

        (was, before), (now, after) = asked(old), asked(from_link(CALLED, old))
    words = t("grades.adopt_costs", before=fmt.money(round(before)), after=fmt.money(round(after)))
    assert words in [m.value for m in app.markdown]
    names = [*(t(f"collection_rules.action_{a}") for a in ACTIONS[1:]), t("columns.hours")]
    shown = {m.label: (m.value, m.delta) for m in app.metric if m.label in names}
    assert shown == {
        n: (fmt.count(round(b)), fmt.signed(round(b) - round(a)))
        for n, a, b in zip(names, was, now, strict=True)
        if n in shown
    }
    assert len(shown) >= 6 and before != after and was[0] != now[0] > 100


def test_other_classes_are_compared_in_the_scope_and_with_what_was_decided(
    state: State, monkeypatch: pytest.MonkeyPatch, warehouse_env: Path
) -> None:
    """Rules for other classes: the filters leave a unit, and nobody rises two grades above last year's."""
    with open_snapshot(warehouse_env) as db:
        people = grading.measure(db, db.meta.extract_on, read_policy().credit).people
    unit = str(people["org_no"].dropna().str[:7].value_counts().index[0])
    last_year = Decided(previous=dict.fromkeys(people["cons_no"], "E"), key="all E")
    monkeypatch.setattr("dashboard.what_if.bench.decided", lambda state, as_of: last_year)
    default, other = read_policy(), read_policy(SHIPPED["wuhan_2005"])
    app = adopt_page(to_link(other, default), org=unit)
    whole = bench_flows(warehouse_env, default, other, last_year, people["org_no"].str.startswith(unit))
    moved = whole[whole["old"] != whole["new"]]
    [table] = [d.value for d in app.dataframe if {"model", "households"} <= set(d.value.columns)]
    assert sum(int(str(n).replace(",", "")) for n in table["households"]) == moved["households"].sum() > 0
    stay = whole["households"].sum() - moved["households"].sum()
    assert f"{stay:,} of {whole['households'].sum():,}" in said(app)
    assert not {"A", "B"} & {str(name).split()[0] for name in table["old"]}, "two grades in one year"


def bench_flows(warehouse: Path, old: Policy, new: Policy, known: Decided, inside: pd.Series) -> pd.DataFrame:
    """Customers from grade to grade by the grading itself, of those inside whom either grades."""
    sides = []
    with open_snapshot(warehouse) as db:
        for policy in (old, new):
            held = known.held_before(policy.credit.grade_keys)
            table = grading.grade_table(db, policy, db.meta.extract_on, held).table.to_pandas()
            sides.append(table[["model", "grade"]].where(table["model"].notna()))
    before, after = (s.fillna("").reset_index(drop=True) for s in sides)
    pairs = pd.DataFrame({"old": before["grade"], "new": after["grade"], "households": 1})
    fits = (before["model"] != "") | (after["model"] != "")
    return (
        pairs[fits & inside.reset_index(drop=True).fillna(False)]
        .groupby(["old", "new"], as_index=False)
        .sum()
    )


def test_no_reason_no_adoption(state: State) -> None:
    app = press(adopt_page(), "Adopt")
    assert state.policies() == []
    assert app.warning


def test_who_saw_an_older_policy_is_stopped(state: State) -> None:
    app = adopt_page()
    other = adopt_page("cut.hv:91-76-61-46")
    other.text_input(key="adopt_why").input("First")
    press(other, "Adopt")
    app.text_input(key="adopt_why").input("Second")
    press(app, "Adopt")
    assert [r.why for r in state.policies()] == ["First"]
    assert app.warning


def test_nothing_tried_nothing_to_adopt(state: State) -> None:
    app = adopt_page("")
    assert not [b for b in app.button if b.label == "Adopt"]
    assert app.info


@pytest.mark.parametrize(
    "user", [User("reader", (), frozenset()), User("unit", ("33401",), frozenset({"adopt"}))]
)
def test_who_may_not_adopt_is_told_so(state: State, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signin, "user_or_stop", lambda t: user)
    app = adopt_page()
    assert not [b for b in app.button if b.label == "Adopt"]
    assert "may not adopt" in said(app) or "every unit" in said(app)
