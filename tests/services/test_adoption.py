"""The policy in force: what a proposal changes, who may not adopt what, two at once, undo, files."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from analytics.credit_parts import CreditModel
from analytics.credit_policy import Rule
from analytics.errors import RefusedError
from analytics.policy import Policy
from dashboard.__main__ import main
from dashboard.shared import store
from dashboard.words.i18n import LANGUAGES, Translator
from data.errors import BusyError, DengtaError, InputError
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit import adoption
from services.credit.policy_files import DEFAULT, MAX_BYTES, import_text, read_policy
from services.warehouse import prepared
from tests.actors import by
from tests.data.load_folder import bill, write_bills

POLICY = read_policy()


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(f"sqlite:///{tmp_path / 'state.db'}")


def with_cutoffs(*cuts: float, policy: Policy = POLICY) -> Policy:
    """The policy with the residents' cut-offs changed."""
    models = tuple(replace(m, cutoffs=cuts) if m.key == "resident" else m for m in policy.credit.models)
    return replace(policy, credit=replace(policy.credit, models=models))


def inconsistent() -> Policy:
    """The default with one judgement turned round, so that a matrix contradicts itself."""
    model = POLICY.credit.models[1]
    a = [list(row) for row in model.weighting.judgements]
    a[0][1], a[1][0] = 1 / 9, 9.0
    return _with(replace(model, weighting=replace(model.weighting, judgements=tuple(map(tuple, a)))))


def started_by_arrears() -> Policy:
    """The default with a rule that gives the middle grade for many arrears, to good and bad alike."""
    rule = Rule("odd", "怪", "Odd", "start", "C", "arrears_12m", ">", 2.0)
    return replace(POLICY, credit=replace(POLICY.credit, rules=(*POLICY.credit.rules, rule)))


def _with(model: CreditModel) -> Policy:
    return replace(POLICY, credit=replace(POLICY.credit, models=(model,)))


def test_adopting_undoing_and_the_history(state: State) -> None:
    assert adoption.in_force(state) == POLICY == adoption.in_force(None)
    stricter = with_cutoffs(95, 80, 60, 45)
    first = adoption.adopt(state, stricter, by("li"), "stricter", None)
    assert adoption.in_force(state) == stricter and first.version == stricter.version
    with pytest.raises(InputError, match="adopt_no_change"):
        adoption.adopt(state, stricter, by("li"), "again", first.id)
    back = adoption.undo(state, by("wang"), "too strict", first.id)
    assert adoption.in_force(state) == POLICY
    assert [(r.who, r.why) for r in adoption.history(state)] == [("wang", "too strict"), ("li", "stricter")]
    assert adoption.of_record(first) == stricter and adoption.of_record(back) == POLICY


@pytest.mark.parametrize(
    ("policy", "key"),
    [
        (inconsistent(), "adopt_inconsistent"),
        (replace(POLICY, credit=replace(POLICY.credit, operator="M(min,max)")), "adopt_not_monotone"),
        (replace(POLICY, credit=replace(POLICY.credit, method="max_membership")), "adopt_not_monotone"),
        (Policy(), "adopt_nothing_graded"),
        (started_by_arrears(), "adopt_rule_not_monotone"),
    ],
    ids=["cr", "operator", "method", "empty", "rule"],
)
def test_what_cannot_be_adopted_is_refused_with_a_sentence(state: State, policy: Policy, key: str) -> None:
    with pytest.raises(RefusedError, match=key) as refused:
        adoption.adopt(state, policy, by("li"), "x", None)
    assert state.policies() == []
    for language in LANGUAGES:
        sentence = Translator(language)(f"errors.{key}", **refused.value.params)
        assert "⟦" not in sentence and "{" not in sentence and len(sentence) > 10


def test_of_two_adopters_at_once_one_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'state.db'}"
    State(url)

    def adopt(n: int) -> str:
        try:
            adoption.adopt(State(url), with_cutoffs(95, 80, 60, 40 + n), by(f"u{n}"), "mine", None)
        except BusyError as e:
            return e.key
        return "adopted"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(adopt, range(4)))
    assert said == ["adopted", *["state_changed_meanwhile"] * 3]


HOSTILE = {
    "nan": DEFAULT.read_text().replace("cutoffs = [90.0, 75.0", "cutoffs = [nan, 75.0"),
    "one grade": '[credit]\ngrades = [{ key = "A", zh = "a", en = "a", score = 1 }]',
    "overlap": DEFAULT.read_text().replace("cutoffs = [90.0, 75.0", "cutoffs = [75.0, 90.0"),
    "knots": DEFAULT.read_text().replace("[50, 70, 85, 95, 100]", "[50, 85, 70, 95, 100]"),
    "not reciprocal": DEFAULT.read_text().replace(
        '[1, 3, 6],\n    ["1/3", 1, 2]', "[1, 3, 6],\n    [3, 1, 2]"
    ),
    "unknown": "[credit]\nsurprise = 1",
    "no toml": "]]]",
    "weights": DEFAULT.read_text().replace(
        'method = "ahp"\njudgements = [\n    [1],\n]', 'method = "hand"\nhand = [0]'
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_both_languages(name: str) -> None:
    with pytest.raises((RefusedError, InputError)) as refused:
        import_text(HOSTILE[name].encode())
    for language in LANGUAGES:
        sentence = Translator(language)(f"errors.{refused.value.key}", **refused.value.params)
        assert "⟦" not in sentence and "{" not in sentence.replace("{'", "")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("nan", ""),
        ("one grade", ""),
        ("knots", "低压居民 · 行为特征 · 近12个月按期缴费率"),
        ("not reciprocal", "低压非居民 · 权重"),
        ("weights", "低压居民 · 权重"),
        ("overlap", "低压居民"),
    ],
)
def test_a_refusal_says_which_of_many_entries_is_meant(name: str, place: str) -> None:
    with pytest.raises(RefusedError) as refused:
        import_text(HOSTILE[name].encode())
    said = Translator("zh").error(refused.value)
    assert said.endswith(f"（在 {place}）") if place else "（在 " not in said


@pytest.mark.parametrize(
    ("content", "key"),
    [(b"#" * (MAX_BYTES + 1), "policy_file_too_big"), (b"\xff\xfe\x00", "toml_not_text")],
)
def test_a_file_that_is_no_text_is_refused(content: bytes, key: str) -> None:
    with pytest.raises(InputError, match=key):
        import_text(content)


def test_export_and_import_give_the_same_policy_back() -> None:
    policy = with_cutoffs(95, 80, 60, 45)
    assert import_text(b"\xef\xbb\xbf" + adoption.export_text(policy).encode()) == policy


@pytest.mark.slow
def test_pages_and_report_use_what_was_adopted(warehouse_env: Path, tmp_path: Path) -> None:
    assert store.policy() == POLICY
    state = State.open(warehouse_env)
    adopted = with_cutoffs(97, 85, 60, 45)
    record = adoption.adopt(state, adopted, by("li"), "stricter", None)
    assert store.policy() == adopted
    day, out = "2025-12-31", tmp_path / "out"
    with open_snapshot(warehouse_env) as db:
        day = date(db.meta.extract_on.year - 1, 12, 31).isoformat()

    def version() -> str:
        assert main(["report", "--as-of", day, "--out", str(out)]) == 0
        return str(json.loads((out / "summary.json").read_text(encoding="utf-8"))["policy"])

    assert version() == adopted.version
    adoption.undo(state, by("li"), "back", record.id)
    assert store.policy() == POLICY and version() == POLICY.version


@pytest.mark.slow
def test_a_load_uses_the_billing_rules_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setattr(prepared, "prepare", lambda warehouse: True)
    extract, warehouse = tmp_path / "extract", tmp_path / "warehouse"
    write_bills(extract, [bill(1)])
    adopted = replace(POLICY, billing=replace(POLICY.billing, due_days=21))
    adoption.adopt(State.open(warehouse), adopted, by("li"), "as the contract says", None)
    assert main(["load", str(extract), "--warehouse", str(warehouse)]) == 0
    with open_snapshot(warehouse) as db:
        assert db.meta.billing["due_days"] == 21


def test_an_adopted_policy_that_cannot_be_read_is_never_replaced_silently(state: State) -> None:
    state.adopt("[credit]\ngone = 1", "v", "li", "of another program", None)
    with pytest.raises(DengtaError, match="policy_in_force_unreadable"):
        adoption.in_force(state)
    adoption.undo(state, by("li"), "cannot be read", state.policy_id())
    assert adoption.in_force(state) == POLICY
