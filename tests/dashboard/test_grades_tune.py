"""Every control of tuning: households from–to, rules, number and names of grades, undo; the back-test."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from analytics.policy import Policy
from analytics.policy_link import from_link
from dashboard.grades import verdict
from dashboard.nav import PAGES, ROOT
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from services.credit.estimates import Estimate, Estimates
from services.credit.policy_files import read_policy
from tests.dashboard.opening import in_turn

ADOPTED = read_policy()
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def opened(language: str = "zh", **query: str) -> AppTest:
    """The grades page by a link, drawn without a fault."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    app.switch_page(next(p.path for p in PAGES if p.key == "grades"))
    for key, value in {"view": "tune", "model": "resident", "lang": language, **query}.items():
        app.query_params[key] = value
    return fine(app.run())


def fine(app: AppTest) -> AppTest:
    """The app, which has no fault on the screen."""
    assert not app.exception and not app.error, [e.value for e in (*app.exception, *app.error)]
    return app


def tried(app: AppTest) -> Policy:
    """The policy that the link tries."""
    found = app.query_params.get("try", "")
    return from_link(found[0] if isinstance(found, list) else found, ADOPTED)


def box(widgets: Iterable[Any], name: str) -> Any:
    """The slider or box of that name, whichever turn it has."""
    return next(w for w in widgets if re.fullmatch(rf"{name}(_[\d.]+)+", str(w.key)))


def cutoffs(policy: Policy) -> tuple[float, ...]:
    """The residents' cut-offs."""
    return next(m.cutoffs for m in policy.credit.models if m.key == "resident")


@pytest.mark.parametrize("place", range(4))
def test_each_slider_moves_its_cut_off_and_undo_takes_it_back(warehouse_env: Path, place: int) -> None:
    app = opened()
    before = cutoffs(ADOPTED)
    slider = box(app.slider, f"cut_resident_{place}")
    assert slider.value == before[place]
    fine(slider.set_value(before[place] + 1.5).run())
    now = cutoffs(tried(app))
    assert now[place] == before[place] + 1.5 and sorted(now, reverse=True) == list(now)
    fine(app.button(key="grades_undo_button").click().run())
    assert tried(app) == ADOPTED and box(app.slider, f"cut_resident_{place}").value == before[place]


def test_a_cut_off_is_typed_beside_its_slider_and_each_follows_the_other(warehouse_env: Path) -> None:
    app = opened()
    fine(box(app.number_input, "cut_typed_resident_1").set_value(77.5).run())
    assert cutoffs(tried(app))[1] == box(app.slider, "cut_resident_1").value == 77.5
    fine(box(app.slider, "cut_resident_1").set_value(78.0).run())
    assert cutoffs(tried(app))[1] == box(app.number_input, "cut_typed_resident_1").value == 78.0


def test_what_a_reader_moves_is_not_written_into_and_what_they_did_not_is_another_widget(
    warehouse_env: Path,
) -> None:
    """Else a key that comes while the page runs is taken back, or an old value comes again as if given."""
    app = opened()
    slider, typed = box(app.slider, "cut_resident_0"), box(app.number_input, "cut_typed_resident_0")
    fine(slider.set_value(91.0).run())
    moved, follows = box(app.slider, "cut_resident_0"), box(app.number_input, "cut_typed_resident_0")
    assert moved.key == slider.key and not moved.proto.set_value
    assert follows.key != typed.key and follows.value == 91.0
    fine(app.run())
    assert box(app.number_input, "cut_typed_resident_0").key == follows.key, "it stays while nothing moves"


def test_a_move_before_the_browser_heard_of_the_last_one_loses_neither(warehouse_env: Path) -> None:
    """The second message carries the link that the first move replaced."""
    app = opened()
    before = dict(app.query_params)
    fine(box(app.slider, "cut_resident_0").set_value(94.0).run())
    app.query_params.clear()
    for name, value in before.items():
        app.query_params[name] = value
    fine(box(app.slider, "cut_resident_3").set_value(40.0).run())
    assert cutoffs(tried(app)) == (94.0, 75.0, 60.0, 40.0)
    app.query_params.clear()
    for name, value in before.items():
        app.query_params[name] = value
    fine(app.run())
    assert tried(app) == ADOPTED, "who goes back in the browser goes back"


def test_the_result_is_a_sentence_of_those_who_move_and_work_load_is_in_view(warehouse_env: Path) -> None:
    app = opened("en")
    assert not [m.value for m in app.markdown if "Estimated:" in m.value], "nothing is tried yet"
    fine(box(app.slider, "cut_resident_0").set_value(99.0).run())
    said = next(m.value for m in app.markdown if "Estimated:" in m.value)
    facts, _, guess = said.partition("Estimated:")
    moved = sum(int(n.replace(",", "")) for n in re.findall(r"([\d,]+) (?:households|others)", facts))
    told = {m.label: m for m in app.metric}
    assert moved == int(told["Change grade"].value.replace(",", "")) > 0 and "A→B" in facts
    cost = told["Cost of actions (estimate)"].delta
    assert f"cost {cost}" in guess if cost.startswith(("+", "-")) else "cost unchanged" in guess
    for name in ("Phone call", "Visit", "Stop notice", "Hours of staff"):
        assert told[name].delta, "the work load and its difference are not folded away"
    assert all(
        m.proto.color == m.proto.GRAY for m in app.metric if m.delta and not re.search("[1-9]", m.delta)
    )


@pytest.mark.parametrize(("view", "key"), [("tune", "grades_model"), ("migration", "migration_model")])
def test_the_sides_class_drives_the_pages(warehouse_env: Path, view: str, key: str) -> None:
    residents = next(m for m in ADOPTED.credit.models if m.key == "resident")
    other = next(m.key for m in ADOPTED.credit.models if m.key != "resident")
    app = opened(view=view, model=other, **{"class": residents.classes[0]})
    assert app.segmented_control(key=key).value == "resident", "the page's class contradicts the side's"
    assert len(app.segmented_control(key=key).options) == 1


@LANGUAGES
@pytest.mark.parametrize("change", [-10_700, 0, 10_700])
def test_signs_of_the_sentence_are_those_of_the_differences(language: str, change: int) -> None:
    t = Translator(language)
    before = Estimates(*(Estimate(20_000.0, 0, 0) for _ in range(3)))
    after = Estimates(*(Estimate(20_000.0 + change, 0, 0) for _ in range(3)))
    said = verdict.guessed(SimpleNamespace(t=t, fmt=Format(t)), before, after)  # type: ignore[arg-type]
    less, more = ("少", "多") if language == "zh" else ("less", "more")
    assert (f"{less}收" in said or "less collected" in said) == (change < 0)
    assert (f"{more}收" in said or "more collected" in said) == (change > 0)
    assert ("+107" in said, "-107" in said) == (change > 0, change < 0)


def demand(app: AppTest, t: Translator, shares: list[tuple[float, float]]) -> AppTest:
    """Ask for so many households in each grade."""
    for key, (low, high) in zip(ADOPTED.credit.grade_keys, shares, strict=True):
        app.number_input(key=f"low_resident_{key}_share").set_value(low)
        app.number_input(key=f"high_resident_{key}_share").set_value(high)
    next(b for b in app.button if b.label == t("grades.solve")).click()
    return fine(app.run())


def test_households_from_to_are_solved_for(warehouse_env: Path) -> None:
    app = opened("en", how="range")
    demand(app, Translator("en"), [(0, 100), (5, 100), (0, 100), (0, 100), (0, 100)])
    solved = cutoffs(tried(app))
    assert solved != cutoffs(ADOPTED) or not app.warning
    assert sorted(solved, reverse=True) == list(solved)


@LANGUAGES
def test_an_impossible_demand_is_a_sentence_and_changes_nothing(warehouse_env: Path, language: str) -> None:
    app = opened(language, how="range")
    demand(app, Translator(language), [(80, 90), (80, 90), (0, 5), (0, 5), (0, 5)])
    assert len(app.warning) == 1 and len(app.warning[0].value) > 10
    assert tried(app) == ADOPTED


def test_a_rule_is_switched_set_and_named_by_its_value(warehouse_env: Path) -> None:
    rule = next(r for r in ADOPTED.credit.rules if r.indicator and r.on)
    app = opened()
    fine(box(app.number_input, f"rule_value_{rule.key}").set_value(rule.value + 2).run())
    assert next(r for r in tried(app).credit.rules if r.key == rule.key).value == rule.value + 2
    aimed = next(k for k in ADOPTED.credit.grade_keys if k != rule.grade)
    fine(app.selectbox(key=f"rule_grade_{rule.key}").select(aimed).run())
    assert next(r for r in tried(app).credit.rules if r.key == rule.key).grade == aimed
    fine(app.toggle(key=f"rule_on_{rule.key}").set_value(False).run())
    assert not next(r for r in tried(app).credit.rules if r.key == rule.key).on
    assert not [n.key for n in app.number_input if str(n.key).startswith(f"rule_value_{rule.key}")]


@pytest.mark.parametrize(("count", "language"), in_turn([3, 7]))
def test_the_number_of_grades_and_their_names(warehouse_env: Path, language: str, count: int) -> None:
    app = opened(language)
    fine(box(app.number_input, "grade_count").set_value(count).run())
    made = tried(app).credit
    assert len(made.grades) == count and all(len(m.cutoffs) == count - 1 for m in made.models)
    assert len([s for s in app.slider if str(s.key).startswith("cut_resident")]) == count - 1
    first = made.grades[0].key
    fine(box(app.text_input, f"grade_name_{first}_{language}").set_value("金牌").run())
    assert getattr(tried(app).credit.grades[0], language) == "金牌"


@LANGUAGES
def test_the_back_test_is_run_and_kept(warehouse_env: Path, language: str) -> None:
    t = Translator(language)
    app = opened(language, view="backtest", **{"try": f"cut.resident:{90 + len(language)}-80-60-40"})
    label = t("grades.run_backtest")
    if run := [b for b in app.button if b.label == label]:
        run[0].click()
        fine(app.run())
    metrics = {m.label: m.value for m in app.metric}
    assert any("AUC" in name for name in metrics), metrics
    assert label not in [b.label for b in fine(app.run()).button]
    assert len(app.dataframe) + len(app.table) >= 2
