"""A policy in a link and in a file: it comes back as it was, reads plainly, and hostile ones are refused."""

from __future__ import annotations

import string
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.credit_parts import Weighting
from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.policy_diff import differences
from analytics.policy_link import MAX_LENGTH, from_link, to_link
from analytics.risk_light import LightLevel, LightRules
from tests.analytics.credit_worlds import default_policy, random_credit

BASE = default_policy()
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
SHARES = st.floats(0, 1, allow_nan=False)


def matrix(seed: int, n: int) -> tuple[tuple[float, ...], ...]:
    """A reciprocal matrix of judgements from 1/9 to 9."""
    random = np.random.default_rng(seed)
    a = np.ones((n, n))
    for i in range(n):
        for j in range(i + 1, n):
            k = int(random.integers(1, 10))
            a[i, j], a[j, i] = (k, 1 / k) if random.uniform() < 0.5 else (1 / k, k)
    return tuple(map(tuple, a.tolist()))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy: a random one, or the default with some of its parts changed."""
    if draw(st.booleans()):
        return replace(BASE, name=draw(WORDS), credit=random_credit(draw(st.integers(0, 999))))
    credit, seed = BASE.credit, draw(st.integers(0, 10**6))
    random = np.random.default_rng(seed)
    models = []
    for model in credit.models:
        cuts = tuple(np.sort(random.choice(np.arange(-500, 1500) / 10, 4, replace=False))[::-1].tolist())
        model = replace(model, cutoffs=cuts) if random.uniform() < 0.5 else model
        if random.uniform() < 0.3:
            first = model.groups[0]
            judged = replace(first.weighting, judgements=matrix(seed, len(first.factors)))
            model = replace(model, groups=(replace(first, weighting=judged), *model.groups[1:]))
        models.append(model)
    rules = [replace(r, on=bool(random.integers(2)), zh=draw(WORDS)) for r in credit.rules]
    if random.uniform() < 0.3:
        rules = [rules[i] for i in random.permutation(len(rules))[:3]]
    changed = replace(
        credit,
        models=tuple(models),
        rules=tuple(rules),
        min_coverage=draw(SHARES),
        operator=draw(st.sampled_from([credit.operator, "M(min,max)"])),
    )
    light = LightRules(red=LightLevel(draw(st.integers(31, 900)), draw(st.floats(3, 99)), 6))
    types = tuple(draw(st.lists(WORDS, max_size=2)))
    return replace(BASE, credit=changed, light=light, billing=replace(BASE.billing, not_owed_types=types))


@settings(max_examples=60)
@given(policies(), policies())
def test_a_policy_round_trips_through_file_and_link(policy: Policy, base: Policy) -> None:
    assert Policy.from_toml(policy.to_toml()) == policy
    try:
        link = to_link(policy, base)
    except RefusedError as e:
        assert e.key == "policy_link_too_long"
        return
    again = from_link(link, base)
    assert again == policy and again.version == policy.version
    assert (link == "") == (policy == base) == (differences(base, policy) == ())


def test_cutoffs_read_plainly() -> None:
    models = tuple(
        replace(m, cutoffs=(91.5, 75.0, 60.0, 45.0)) if m.key == "hv" else m for m in BASE.credit.models
    )
    policy = replace(BASE, credit=replace(BASE.credit, models=models, min_coverage=0.5))
    assert to_link(policy, BASE) == "cut.hv:91.5-75-60-45~credit.min_coverage:0.5"
    said = {d.path: (d.old, d.new) for d in differences(BASE, policy)}
    assert said == {
        "credit.models.hv.cutoffs": ("90, 75, 60, 45", "91.5, 75, 60, 45"),
        "credit.min_coverage": ("0.25", "0.5"),
    }


def test_differences_name_cells_and_entries() -> None:
    model = BASE.credit.models[1]
    a = [list(row) for row in model.weighting.judgements]
    a[0][2], a[2][0] = 5.0, 0.2
    judged = replace(model, weighting=replace(model.weighting, judgements=tuple(map(tuple, a))))
    models = (BASE.credit.models[0], judged, *BASE.credit.models[2:])
    rules = tuple(r for r in BASE.credit.rules if r.key != "repair")
    changed = replace(BASE, credit=replace(BASE.credit, models=models, rules=rules))
    said = {d.path: (d.old, d.new) for d in differences(BASE, changed)}
    assert said.pop("credit.models.lv_nonresident.weighting.judgements[0][2]") == ("6", "5")
    gone = said.pop("credit.rules.repair")
    assert gone[1] == "" and "key = repair" in gone[0]
    assert said == {}


HOSTILE = [
    "x", "~", ":", "cut.hv", "cut.hv:", "cut.nobody:90-75-60-45", "cut.hv:90-75", "cut.hv:1-2-3-4",
    "cut.hv:nan-75-60-45", "cut.hv:j[NaN,75,60,45]", "cut.hv:j[1e999,75,60,45]", "cut.hv:yes", "cut.hv:'90",
    "cut.hv:1e999-75-60-45", "credit.models.hv:j[]", "credit.models:j{}", "credit.grades:j[]", "version:'x",
    "credit.models:j" + "[" * 5000, "credit.rules.theft.on:1", "credit.rules.theft.effect:'explode",
    "light.red.days:999999999999999999", "light.red.days:1", "__class__:'x", "credit.__class__.x:1",
    "billing.due_days:'__import__(\"os\")", "name:j{\"a\":1}", "name", "credit.min_coverage:2", "..:1",
    "credit.operator:'M(rm,-rf)", "%:%", "a" * (MAX_LENGTH + 1), "~".join(["light.red.days:40"] * 400),
    "credit.models.hv.groups.behaviour.factors.on_time_share.points:100-50-70-85-95",
    "credit.models.hv.weighting.judgements:j[[1,2,2],[2,1,1],[2,1,1]]",
]  # fmt: skip


@pytest.mark.parametrize("link", HOSTILE, ids=lambda s: s[:30])
def test_a_hostile_link_is_refused(link: str) -> None:
    with pytest.raises(RefusedError):
        from_link(link, BASE)


@settings(max_examples=150)
@given(st.text(string.printable + "级", max_size=60))
def test_no_text_breaks_the_reader(link: str) -> None:
    try:
        made = from_link(link, BASE)
    except RefusedError:
        return
    assert isinstance(made, Policy)


def test_too_much_for_a_link_is_said() -> None:
    long = replace(BASE, name="x" * (MAX_LENGTH + 1))
    with pytest.raises(RefusedError, match="policy_link_too_long"):
        to_link(long, BASE)


@pytest.mark.parametrize(
    "toml",
    ["x = " + "9" * 5000, "x = " + "[" * 5000, f"[billing]\ndue_days = {'9' * 400}", "[light]\nred = 1"],
    ids=["digits", "nested", "huge", "kind"],
)
def test_a_hostile_file_is_refused(toml: str) -> None:
    with pytest.raises(RefusedError):
        Policy.from_toml(toml)


def test_hand_weights_are_kept_exactly() -> None:
    odd = Weighting("hand", hand=(0.1 + 0.2, 1e-17, 3e22))
    model = replace(BASE.credit.models[1], weighting=odd)
    policy = replace(BASE, credit=replace(BASE.credit, models=(model,)))
    assert from_link(to_link(policy, BASE), BASE).credit.models[0].weighting == odd


def test_whole_numbers_and_floats_are_one_version() -> None:
    models = tuple(replace(m, cutoffs=(90, 75, 60, 45)) for m in BASE.credit.models)
    same = replace(BASE, credit=replace(BASE.credit, models=models))
    assert same == BASE and same.version == BASE.version and to_link(same, BASE) == ""
