"""The editor of the table of collection: cells, bands, exceptions, refusals, adoption, as by a reader."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.collection_policy import ActionCost, CollectionPolicy
from analytics.policy import Policy
from analytics.policy_link import from_link
from dashboard.collection import rules
from dashboard.evaluation import policy_file
from dashboard.nav import PAGES, ROOT
from dashboard.words import collection_words as words
from dashboard.words.i18n import Translator
from data.scope import Scope
from data.state import CollectionRecord, State
from data.warehouse.snapshots import open_snapshot
from services.collection import records
from services.collection.proposal import propose
from services.credit import adoption
from services.credit.policy_files import read_policy
from tests.actors import by

ADOPTED = read_policy()
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def state(warehouse_env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """A store of this test's own."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    monkeypatch.setenv("DENGTA_STATE", url)
    monkeypatch.setattr(policy_file, "show", lambda desk: rules.show(desk.page))
    return State(url)


def opened(language: str = "en", tried: str = "") -> AppTest:
    """A page with this section in it, drawn without a fault."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    app.switch_page(next(p.path for p in PAGES if p.key == "evaluation"))
    app.query_params["lang"], app.query_params["view"] = language, "file"
    if tried:
        app.query_params["try"] = tried
    return fine(app.run())


def fine(app: AppTest) -> AppTest:
    assert not app.exception and not app.error, [e.value for e in (*app.exception, *app.error)]
    return app


def tried(app: AppTest) -> Policy:
    found = app.query_params.get("try", "")
    return from_link(found[0] if isinstance(found, list) else found, ADOPTED)


def warned(app: AppTest) -> str:
    return " ".join(str(w.value) for w in app.warning)


def numbers(app: AppTest) -> list[int]:
    """The customers of each caption of a cell or an exception, in the order of the page."""
    said = (re.fullmatch(r"([\d,]+|No) customers?(?:, owed now .+)?", c.value) for c in app.caption)
    return [int(m[1].replace(",", "").replace("No", "0")) for m in said if m]


def test_each_cell_says_whom_it_decides_about_and_all_are_counted_once(
    state: State, sample_warehouse: Path
) -> None:
    app = opened()
    rules_ = ADOPTED.collection.rules
    told = numbers(app)
    assert len(told) == len(rules_.table) * len(rules_.edges) + len(rules_.exceptions)
    with open_snapshot(sample_warehouse) as db:
        (owing,) = db.cursor().execute(
            "select count(distinct cons_key) from fct_balance where is_owed and ? >= from_on and ? < to_on",
            [db.meta.extract_on, db.meta.extract_on],
        ).fetchone()  # fmt: skip
    assert sum(told) == owing > 20


@LANGUAGES
def test_a_cell_is_changed_in_plain_words_and_tried(state: State, language: str) -> None:
    app, t = opened(language), Translator(language)
    box = app.selectbox(key="rule_cell_A_1")
    assert box.value == "none" and box.options[1] == t("collection_rules.action_sms")
    assert box.label == words.band_name(t, ADOPTED.collection.rules.edges, 1)
    fine(box.set_value("sms").run())
    assert tried(app).collection.rules.table[0].actions[1] == "sms"
    assert replace(tried(app), collection=ADOPTED.collection) == ADOPTED
    assert not app.warning and app.success
    fine(app.button(key="grades_undo_button").click().run())
    assert tried(app) == ADOPTED


def test_what_is_milder_for_more_is_refused_in_a_sentence_until_it_is_allowed(state: State) -> None:
    app = opened()
    fine(app.selectbox(key="rule_cell_A_5").set_value("sms").run())
    assert "In the row of grade A the action from day 91 is milder" in warned(app)
    assert not [b for b in app.button if b.label == "Adopt"], "what is refused has no form"
    fine(app.checkbox(key="rule_milder_A").check().run())
    assert tried(app).collection.rules.table[0].milder and not app.warning


def test_bands_move_come_and_go(state: State) -> None:
    app = opened()
    edge = next(n for n in app.number_input if str(n.key).startswith("rule_edge_2"))
    fine(edge.set_value(10).run())
    assert tried(app).collection.rules.edges == (0, 1, 10, 15, 31, 91)
    fine(app.button(key="rules_band_more").click().run())
    assert tried(app).collection.rules.edges[-1] == 121
    assert app.selectbox(key="rule_cell_E_6").value == "stop_notice"
    fine(app.button(key="rules_band_less").click().run())
    edge = next(n for n in app.number_input if str(n.key).startswith("rule_edge_2"))
    fine(edge.set_value(40).run())
    assert "must begin at 0 and rise" in warned(app), "the link stays as it was"
    assert tried(app).collection.rules.edges == (0, 1, 10, 15, 31, 91)


def test_exceptions_move_change_go_and_come_back(state: State) -> None:
    app = opened()
    keys = [e.key for e in ADOPTED.collection.rules.exceptions]
    assert app.button(key=f"rule_up_{keys[0]}").disabled and app.button(key=f"rule_down_{keys[-1]}").disabled
    fine(app.button(key="rule_down_dispute").click().run())
    assert [e.key for e in tried(app).collection.rules.exceptions][:2] == [keys[1], keys[0]]
    fine(app.selectbox(key="rule_action_away").set_value("slip").run())
    assert next(e for e in tried(app).collection.rules.exceptions if e.key == "away").action == "slip"
    fine(app.selectbox(key="rule_does_away").set_value("none").run())
    away = next(e for e in tried(app).collection.rules.exceptions if e.key == "away")
    assert (away.effect, away.action) == ("none", "")
    fine(app.button(key="rule_off_away").click().run())
    assert "away" not in [e.key for e in tried(app).collection.rules.exceptions]
    fine(app.button(key="rule_back_away").click().run())
    assert tried(app).collection.rules.exceptions[-1].key == "away"


def test_another_exception_is_written_and_one_that_can_never_act_is_told(state: State) -> None:
    app = opened()
    fine(app.button(key="rule_new_add").click().run())
    assert "Say what the exception is called" in warned(app)
    app.text_input(key="rule_new_name").input("Grid_staff *no*")
    fine(app.selectbox(key="rule_new_fact_0").set_value("light").run())
    app.selectbox(key="rule_new_value_0_light").set_value("red")
    fine(app.checkbox(key="rule_new_second").check().run())
    fine(app.number_input(key="rule_new_value_1_owed_now").set_value(50.0).run())
    fine(app.selectbox(key="rule_new_does").set_value("at_least").run())
    fine(app.button(key="rule_new_add").click().run())
    made = tried(app).collection.rules.exceptions[-1]
    assert (made.key, made.zh, made.effect, made.action) == ("own_1", "Grid_staff *no*", "at_least", "visit")
    assert [(c.fact, c.test, c.value) for c in made.when] == [("light", "=", "red"), ("owed_now", "<", 50.0)]
    assert "Grid" in warned(app) and "less for more" not in warned(app)
    assert not [m.value for m in app.markdown if " *no*" in m.value], "a name is no markup"


def test_the_table_is_adopted_with_a_reason(state: State) -> None:
    app = opened()
    fine(app.selectbox(key="rule_cell_B_2").set_value("phone").run())
    app.text_input(key="adopt_why").input("Calls work")
    fine(next(b for b in app.button if b.label == "Adopt").click().run())
    now = adoption.in_force(state)
    assert now.collection.rules.table[1].actions[2] == "phone" and not app.warning
    assert [r.why for r in state.policies()] == ["Calls work"]


def test_a_policy_of_before_begins_with_the_projects_own_table(state: State) -> None:
    before = replace(ADOPTED, collection=CollectionPolicy(costs=(ActionCost("sms", 9),)))
    state.adopt(before.to_toml(), before.version, "li", "old", None)
    app = opened()
    assert not [s for s in app.selectbox if str(s.key).startswith("rule_cell")]
    fine(app.button(key="rules_begin").click().run())
    found = app.query_params["try"]
    made = from_link(found[0] if isinstance(found, list) else found, before).collection
    assert made.rules == ADOPTED.collection.rules and made.texts == ADOPTED.collection.texts
    assert made.cost("sms").fen == 9 and made.cost("visit") == ADOPTED.collection.cost("visit")
    assert app.selectbox(key="rule_cell_E_4").value == "stop_notice"


def text_area(app: AppTest) -> Any:
    (area,) = (a for a in app.text_area if str(a.key).startswith("rule_text_"))
    return area


def test_a_text_is_seen_on_real_customers_and_one_with_a_wrong_place_is_refused(state: State) -> None:
    app = opened()
    fine(app.selectbox(key="rule_text_new_action").set_value("visit").run())
    fine(app.button(key="rule_text_new_add").click().run())
    fine(app.selectbox(key="rule_text_picked").set_value("visit_zh").run())
    began = tried(app)
    seen = [m.value for m in app.markdown if m.value.startswith("【国网电力】")]
    assert len(seen) == 3 and all(re.fullmatch(r"【国网电力】\d+ [\d,.]+", x.replace("\\", "")) for x in seen)
    fine(text_area(app).set_value("欠{amount}元，请联系{fax}").run())
    assert "“fax”, which is not known" in warned(app) and tried(app) == began
    fine(text_area(app).set_value("欠{amount}元 *急*，{name}").run())
    seen = [m.value for m in app.markdown if m.value.startswith("【国网电力】")]
    assert len(seen) == 3 and not [x for x in seen if " *急*" in x or "{" in x], "no markup of a text's own"
    fine(text_area(app).set_value("欠{amount}元，请联系{phone}").run())
    assert any("lack: phone. They are sent nothing" in c.value for c in app.caption)
    fine(app.button(key="rule_text_off_visit_zh").click().run())
    assert tried(app) == ADOPTED


def test_another_text_is_for_a_case_that_has_none(state: State) -> None:
    app = opened()
    app.selectbox(key="rule_text_new_action").set_value("sms")
    fine(app.selectbox(key="rule_text_new_grade").set_value("E").run())
    fine(app.button(key="rule_text_new_add").click().run())
    made = tried(app).collection.texts[-1]
    assert (made.key, made.action, made.grade, made.language) == ("sms_E_zh", "sms", "E", "zh")
    assert made.text == next(x.text for x in ADOPTED.collection.texts if x.key == "sms_zh")
    fine(app.button(key="rule_text_new_add").click().run())
    assert "same key or are for the same action" in warned(app)


def test_settings_and_costs_are_in_yuan_and_kept_in_fen(state: State) -> None:
    app = opened()

    def box(name: str) -> Any:
        return next(n for n in app.number_input if re.fullmatch(rf"rule_{name}_\d+", str(n.key)))

    fine(box("quiet_from").set_value(20).run())
    fine(box("least").set_value(12.34).run())
    fine(box("cost_visit").set_value(29.9).run())
    fine(box("minutes_visit").set_value(35).run())
    made = tried(app).collection
    assert (made.quiet_from, made.set_off.least) == (20, 1_234)
    assert made.cost("visit") == ActionCost("visit", 2_990, 35)
    assert [c.action for c in made.costs] == [c.action for c in ADOPTED.collection.costs]
    assert made.rules == ADOPTED.collection.rules


def test_a_promise_that_was_recorded_decides_at_once(
    state: State, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = len(ADOPTED.collection.rules.table) * len(ADOPTED.collection.rules.edges)
    at = place + [e.key for e in ADOPTED.collection.rules.exceptions].index("promise")
    app = opened()
    before = numbers(app)
    with open_snapshot(sample_warehouse) as db:
        day = db.meta.extract_on
        monkeypatch.setenv("DENGTA_TODAY", day.isoformat())
        rows = propose(db, ADOPTED, None, Scope(day)).rows
        owing = str(rows.loc[rows["owed_now"] > 100_00, "cons_no"].iloc[0])
        records.record(db, state, by("li"), [CollectionRecord(owing, "promise", day, until=day)])
    after = numbers(fine(app.run()))
    assert (before[at], after[at]) == (0, 1) and sum(after) == sum(before)
