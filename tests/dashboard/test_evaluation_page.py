"""信用评价 as its readers use it: editors change the what-if in the link, and hostile ones are a sentence."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.credit_parts import Factor
from analytics.policy import Policy
from analytics.policy_diff import differences
from analytics.policy_edits import model_in, weighting_in, with_judgement, with_weighting
from analytics.policy_link import from_link, to_link
from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER
from dashboard.evaluation import frame, memberships
from dashboard.words.i18n import LANGUAGES, Translator
from dashboard.words.policy_words import difference
from data.state import State
from services.credit.policy_files import SHIPPED, read_policy
from tests.dashboard.test_grades_tune import box
from tests.dashboard.test_pages import broken, in_link, texts

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("trapezoid", "gaussian", "sigmoid")
"""The kinds of curves that no factor of the adopted rules has."""
POLICY = read_policy()
Open = Callable[..., AppTest]


@pytest.fixture
def page(warehouse_env: Path) -> Open:
    """Run the page with URL parameters, in English unless told."""

    def run(**query: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
        app.switch_page("pages/evaluation.py")
        for name, value in {"lang": "en", **query}.items():
            app.query_params[name] = value
        return app.run()

    return run


def tried(app: AppTest) -> Policy:
    """The rules that the link tries."""
    said = in_link(app, "try")
    return from_link(said[0] if said else "", POLICY)


def judge(app: AppTest, model: str, part: str, first: str, second: str) -> Any:
    return app.selectbox(key=f"evaluation_judge_{model}_{part}_{first}_{second}")


def uploader(app: AppTest) -> Any:
    return app.get("file_uploader")[0]


def warned(app: AppTest) -> str:
    return " ".join(w.value for w in app.warning)


def listed(app: AppTest) -> list[pd.DataFrame]:
    """The lists of who changes grade."""
    return [d.value for d in app.dataframe if "old_score" in d.value.columns]


def test_a_judgement_moves_weights_grades_and_the_link(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame, "SHOWN_FLOWS", 1)
    app = page(view="weights", model="lv_nonresident")
    assert not in_link(app, "try")
    judge(app, "lv_nonresident", "across", "behaviour", "environment").set_value(9.0).run()
    assert not broken(app)
    weighting = model_in(tried(app).credit, "lv_nonresident").weighting
    assert weighting.judgements[0][2] == 9 and weighting.judgements[2][0] == pytest.approx(1 / 9)
    assert next(m for m in app.metric if "CR" in m.label).value not in ("", "—", "0.000")
    assert [c.value for c in app.caption if c.value.startswith("Other moves: ")], "flows are left out unsaid"
    assert "Trying" in " ".join(m.value for m in app.markdown)
    assert not listed(app), "the list of a folded box is made at every step"
    app.session_state["evaluation_who_moves"] = True
    app.run()
    assert len(listed(app)) == 1
    app.button(key="whatif_clear").click().run()
    assert not in_link(app, "try") and not broken(app)


def test_inconsistent_judgements_are_named_and_mended(page: Open) -> None:
    weighting = weighting_in(model_in(POLICY.credit, "resident"), "behaviour")
    bad = with_weighting(POLICY, "resident", "behaviour", with_judgement(weighting, 0, 7, 1 / 9))
    app = page(view="weights", model="resident", **{"try": to_link(bad, POLICY)})
    said = warned(app)
    assert "Share paid on time in 12 months" in said and "Longest days late in 12 months" in said
    assert "cannot be adopted" in " ".join(texts(app))
    app.button(key="evaluation_mend").click().run()
    assert not warned(app) and not broken(app)
    mended = weighting_in(model_in(tried(app).credit, "resident"), "behaviour")
    assert mended.judgements[0][7] > 1


def test_a_comparison_taken_out_is_completed_and_the_last_one_is_kept(page: Open) -> None:
    app = page(view="weights", model="lv_nonresident", row="behaviour")
    judge(app, "lv_nonresident", "across", "behaviour", "environment").set_value(0.0).run()
    assert model_in(tried(app).credit, "lv_nonresident").weighting.judgements[0][2] == 0
    assert "≈" in " ".join(str(c) for d in app.dataframe for c in d.value.to_numpy().ravel())
    judge(app, "lv_nonresident", "across", "behaviour", "surface").set_value(0.0).run()
    assert "completed" in warned(app) and not broken(app)
    assert model_in(tried(app).credit, "lv_nonresident").weighting.judgements[0][1] == 3


@pytest.mark.parametrize("method", ["objective", "linear", "multiplicative", "geometric", "hand", "ahp"])
def test_every_way_of_weighing_is_one_click_away(page: Open, method: str) -> None:
    app = page(view="weights", model="hv", part="behaviour")
    app.segmented_control(key="evaluation_method").set_value(method).run()
    assert not broken(app) and not warned(app)
    found = weighting_in(model_in(tried(app).credit, "hv"), "behaviour")
    assert found.method == method
    if method in ("linear", "geometric"):
        box(app.slider, "evaluation_alpha").set_value(0.8).run()
        assert weighting_in(model_in(tried(app).credit, "hv"), "behaviour").alpha == pytest.approx(0.8)
    if method == "hand":
        box(app.number_input, "evaluation_hand_behaviour_on_time_share").set_value(60.0).run()
        weights = weighting_in(model_in(tried(app).credit, "hv"), "behaviour").weights(11, "saaty1980")
        assert weights[0] > 0.35
    assert not broken(app)


def test_weights_that_sum_to_nothing_are_a_sentence(page: Open) -> None:
    now = weighting_in(model_in(POLICY.credit, "lv_nonresident"), "across")
    hand = replace(now, method="hand", hand=(1.0, 0.0, 0.0))
    link = to_link(with_weighting(POLICY, "lv_nonresident", "across", hand), POLICY)
    app = page(view="weights", model="lv_nonresident", **{"try": link})
    box(app.number_input, "evaluation_hand_across_behaviour").set_value(0.0).run()
    assert "sum to 0" in warned(app) and not broken(app)
    assert in_link(app, "try") == [link]


def test_knots_move_by_numbers_and_stay_as_typed_where_they_are_out_of_order(page: Open) -> None:
    app = page(view="memberships", model="resident", ind="on_time_share")
    boxes = [f"evaluation_knot_resident_on_time_share_{i}" for i in range(5)]
    box(app.number_input, boxes[1]).set_value(60.0).run()
    assert model_in(tried(app).credit, "resident").groups[0].factors[0].points[1] == 60
    link = in_link(app, "try")
    box(app.number_input, boxes[1]).set_value(90.0).run()
    assert "out of order" in warned(app) and in_link(app, "try") == link
    assert box(app.number_input, boxes[1]).value == 90
    box(app.number_input, boxes[2]).set_value(92.0).run()
    assert not warned(app) and not broken(app)
    assert model_in(tried(app).credit, "resident").groups[0].factors[0].points == (50, 90, 92, 95, 100)
    box(app.number_input, boxes[0]).set_value(-5.0).run()
    assert "0" in warned(app) and not broken(app)
    app.button(key="evaluation_knots_back").click().run()
    assert not warned(app) and box(app.number_input, boxes[0]).value == 50


@pytest.mark.parametrize("model", ["resident", "hv"])
def test_another_kind_of_curve_can_be_tried_on_every_factor(page: Open, model: str) -> None:
    """The page tries each factor with one kind in its turn, and each kind of all factors is a policy."""
    kinds = cycle(KINDS if model == "hv" else KINDS[::-1])
    factors = [f for g in model_in(POLICY.credit, model).groups for f in g.factors[-2:]]
    assert len(factors) >= 2
    for factor, kind in zip(factors, kinds, strict=False):
        app = page(view="memberships", model=model, ind=factor.indicator)
        app.segmented_control(key=f"evaluation_kind_{model}_{factor.indicator}").set_value(kind).run()
        assert not broken(app) and not warned(app), (model, factor.indicator)
        assert factor_in(tried(app), model, factor.indicator).kind == kind
    for factor, kind in product(factors, KINDS):
        desk = SimpleNamespace(tried=POLICY, model=model_in(POLICY.credit, model))
        assert factor_in(memberships._converted(desk, factor, kind), model, factor.indicator).kind == kind


def factor_in(policy: Policy, model: str, indicator: str) -> Factor:
    """A factor of a model."""
    factors = (f for g in model_in(policy.credit, model).groups for f in g.factors)
    return next(f for f in factors if f.indicator == indicator)


def test_an_operator_is_compared_tried_and_cannot_be_adopted(page: Open) -> None:
    app = page(view="operators", model="hv")
    app.selectbox(key="evaluation_operator").set_value("M(min,max)").run()
    assert tried(app).credit.operator == "M(min,max)"
    assert "cannot be adopted" in " ".join(texts(app)) and not broken(app)
    app.selectbox(key="evaluation_worked_operator").set_value("M(min,bsum)").run()
    assert in_link(app, "op") == ["M(min,bsum)"]
    assert any("min(1, " in m.value and "∧" in m.value for m in app.markdown)


@pytest.mark.parametrize("model", ["resident", "hv"])
def test_the_steps_of_an_example_are_numbered_without_a_gap(page: Open, model: str) -> None:
    said = " ".join(m.value for m in page(view="operators", model=model).markdown)
    steps = [int(n) for n in re.findall(r"Step (\d+)", said)]
    assert steps == list(range(1, len(steps) + 1)) and len(steps) >= 2


def test_a_customer_enters_by_number_and_the_link_does_not_tell_it(page: Open) -> None:
    app = page(view="operators", model="resident")
    number = next(c.value for c in app.caption if c.value.startswith("Customer 0")).split()[-1]
    app.text_input(key="evaluation_number").set_value(number).run()
    code = in_link(app, "c")
    assert code and number not in code[0]
    assert any(c.value == f"Customer {number}" for c in app.caption) and not broken(app)
    app = page(view="operators", model="resident", c="nobody")
    assert not broken(app) and "nobody" in app.warning[0].value and not in_link(app, "c")
    assert not broken(page(view="operators", model="resident", c="x" * 3000))
    app = page(view="operators", model="hv", c=code[0])
    assert "another model" in " ".join(i.value for i in app.info)


def test_fitted_weights_are_proposed_and_tried(page: Open) -> None:
    app = page(view="fitted", model="resident")
    app.button(key="evaluation_fit").click().run()
    labels = {m.label: m.value for m in app.metric}
    assert 0.5 < float(labels["AUC, fitted weights"]) <= 1 and not broken(app)
    app.button(key="evaluation_try_fitted").click().run()
    assert weighting_in(model_in(tried(app).credit, "resident"), "behaviour").method == "hand"
    assert not broken(app) and not warned(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_published_rule_opens_as_a_what_if(page: Open, language: str) -> None:
    app = page(view="file", lang=language)
    app.button(key="evaluation_open_wuhan_2005").click().run()
    assert tried(app).credit == read_policy(SHIPPED["wuhan_2005"]).credit
    link = in_link(app, "try")[0]
    views = ("weights", "memberships", "operators", "indicators", "fitted")
    for view in views[LANGUAGES.index(language) :: 2]:
        app = page(view=view, lang=language, **{"try": link})
        assert not broken(app) and "⟦" not in " ".join(texts(app)), view


def test_a_policy_file_comes_in_as_a_what_if_or_is_refused_in_one_sentence(page: Open) -> None:
    text = POLICY.to_toml().replace("min_coverage = 0.25", "min_coverage = 0.5", 1)
    app = page(view="file")
    uploader(app).set_value(("policy.toml", text.encode(), "application/toml")).run()
    assert tried(app).credit.min_coverage == 0.5 and not broken(app)
    for bad in (b"\xff\xfe", b"x = [", text.replace("0.5", "nan", 1).encode(), b"[credit]\nnames = 1", b""):
        app = page(view="file")
        uploader(app).set_value(("policy.toml", bad, "application/toml")).run()
        assert not broken(app), bad
        assert warned(app) or not tried(app).credit.models, bad


HOSTILE = [
    *("x", "cut.hv:NaN", "credit.min_coverage:9", "credit:j[]", "credit.grades:j[]", "credit.models:j[]"),
    *("credit.operator:'M(x)", "%00", "j{", "credit.models.hv.groups:j[]", "~" * 400, "a" * 100_000),
    "credit.models.resident.groups.behaviour.weighting.judgements:j[[1,2],[2,1]]",
    "credit.models.resident.groups.behaviour.weighting.method:'hand",
    "credit.models.resident.groups.behaviour.factors.on_time_share.points:5-4-3-2-1",
    "credit.models.resident.groups.behaviour.weighting.judgements:j[[1,1e400],[0,1]]",
]


@pytest.mark.parametrize("link", HOSTILE, ids=lambda link: link[:40])
def test_a_hostile_what_if_is_a_sentence_and_the_adopted_rules_hold(page: Open, link: str) -> None:
    app = page(view="weights", lang="zh", **{"try": link})
    assert not broken(app)
    if link == "credit.models:j[]":
        assert "没有评级模型" in " ".join(texts(app))
        app.button(key="whatif_clear").click().run()
    else:
        assert "试算" in warned(app) and "地址栏已更正" in warned(app)
    assert not in_link(app, "try") and not broken(app)
    assert app.selectbox(key="evaluation_model").value == "resident"


def test_hostile_parameters_are_named_and_not_followed(page: Open) -> None:
    wild = {
        "model": "'; drop",
        "part": "../..",
        "row": "%00",
        "ind": "NaN",
        "op": "M()",
        "ex": "x",
        "c": "é" * 50,
    }
    for view in ("weights", "memberships", "operators", "indicators"):
        app = page(view=view, **wild)
        (said,) = [w.value for w in app.warning]
        assert not broken(app) and said.count("\n- ") >= len(wild) - 1, view
        assert set(app.query_params) <= {"view", "lang", "ind"}, "an indicator is sought where one is chosen"


def test_a_scope_with_nobody_is_a_designed_state(page: Open) -> None:
    for view in ("weights", "memberships", "operators", "indicators", "fitted", "file"):
        app = page(view=view, model="resident", **{"class": "01"})
        assert not broken(app) and not warned(app), view


def test_a_fact_is_entered_with_evidence_and_taken_back(page: Open, tmp_path: Path) -> None:
    app = page(view="operators", model="hv")
    number = next(c.value for c in app.caption if c.value.startswith("Customer 0")).split()[-1]
    app = page(view="indicators", model="hv")
    app.text_input(key="evaluation_fact_number").set_value(number)
    app.selectbox(key="evaluation_fact_key").set_value("reviewer_rating")
    app.number_input(key="evaluation_fact_value").set_value(85.0)
    submit = next(b for b in app.button if b.label == "Keep")
    submit.click().run()
    assert "evidence" in warned(app)
    app.text_input(key="evaluation_fact_evidence").set_value("minutes of 3 March")
    app.text_input(key="evaluation_fact_reviewer").set_value("Reviewer")
    next(b for b in app.button if b.label == "Keep").click().run()
    assert not broken(app) and not warned(app)
    state = State.open(tmp_path)
    assert [(f.cons_no, f.fact, f.value) for f in state.facts()] == [(number, "reviewer_rating", 85.0)]
    app.text_input(key="evaluation_fact_why").set_value("wrong customer")
    next(b for b in app.button if b.label == "Take back").click().run()
    assert state.facts()[0].withdrawn_by == "local" and not broken(app)


def test_without_the_permission_there_is_nothing_to_see(page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = replace(LOCAL_USER, permissions=LOCAL_USER.permissions - {"model"})
    monkeypatch.setattr(signin, "user_or_stop", lambda t: reader)
    app = page(view="weights")
    assert "permission" in " ".join(i.value for i in app.info)
    assert not app.metric and not app.dataframe
    assert "Credit evaluation" not in [getattr(link, "label", "") for link in app.get("page_link")]


def test_an_exported_policy_reads_back() -> None:
    assert Policy.from_toml(io.StringIO(POLICY.to_toml()).read()) == POLICY
    assert tomllib.loads(POLICY.to_toml())["credit"]["models"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_difference_is_said_in_words(language: str) -> None:
    t = Translator(language)
    weighting = weighting_in(model_in(POLICY.credit, "hv"), "behaviour")
    changed = with_weighting(POLICY, "hv", "behaviour", with_judgement(weighting, 0, 3, 7.0))
    (one,) = differences(POLICY, changed)
    said = difference(t, one.path, POLICY, changed)
    model = model_in(POLICY.credit, "hv")
    assert said.startswith(model.zh if language == "zh" else model.en)
    assert t("evaluation.group.behaviour") in said and "1" in said and "4" in said and "_" not in said
    published = replace(POLICY, credit=read_policy(SHIPPED["wuhan_2005"]).credit)
    for place in differences(POLICY, published):
        assert "⟦" not in difference(t, place.path, POLICY, published)
