"""The plan for each customer: what the rules recommend, what the law lets be done today, why not more."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.collection_action import recommend
from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import ACTIONS, BY_PHONE, CHECK_CONTACT, RESIDENT, UNGRADED
from analytics.indicators import ALL as CLASSES
from analytics.lawful_days import ProvinceLaw, law_of
from analytics.lawful_many import lawful_frame
from analytics.working_days import WorkingDays

CONTACTS = ("sms", "bill", "slip", "phone", "visit", "plan", "prepayment_meter", "media", CHECK_CONTACT)
"""What reaches a customer, so that days between contacts and tries a day count.

Checking contact data is among them: in the place of a call it waits as long as the call would.
"""
STOP = "stop_notice"
MEDIA = ACTIONS.index("media")
NATIONAL = ProvinceLaw("全国")
"""The law where a policy has no table of provinces."""
WITHHELD = ("suspended", "in_batch", "covered", "below_least", "fee_open")
"""States of `set_off` in which nobody is called, whatever the rules say."""
MET = ("in_batch", "covered", "fee_open")
"""States of those whose debt is met: they are named whatever exception holds as well."""
DAYS = ("phone", "sms", "slip", "visit", "legal", "stop_notice", "cut")
_DAY: dict[str, str] = {"plan": "visit", "prepayment_meter": "visit", "media": "slip", "bill": "slip"}
"""The action whose lawful day another goes by."""
_LEVELS = pd.Index([*ACTIONS, CHECK_CONTACT])
_NONE, _CHECK = 0, len(ACTIONS)

Levels = np.ndarray[Any, np.dtype[np.int16]]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


def plan(policy: CollectionPolicy, facts: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """By row of `facts`: FACTS, money in yuan, and resident, due_on, state, demanded_on, noticed_on,
    delivered.

    action, rule: what is done and the rule that says so: a cell or an exception, else `state:<state>` (of
    WITHHELD, or clear), `gap` or `tries`. refused_action, refused_why: what the rules recommend and the law
    does not let be done on the day, with the reason and the article; the harshest milder action of the
    grade's row that is lawful stands in its place. Where `failed_channels` (by commas) has the action, the
    policy's fallback stands in its place, under the same rule. lawful_<action>, printed_<action> (days, of
    DAYS): the earliest lawful day, and the same counted from the due day as printed; provisional: a year in
    them is not announced. effort_minutes: of the action.
    """
    made = recommend(policy.rules, facts)
    level = cast(Levels, made["action"].cat.codes.to_numpy(dtype=np.int16).copy())
    rule = made["rule"].astype(object).to_numpy(dtype=object).copy()
    _withhold(facts, level, rule)
    days = WorkingDays(policy.company_days)
    lawful = _lawful(policy, facts, days)
    refused, why = _refuse(policy, facts, as_of, level, lawful, days)
    _fall_back(policy, facts, as_of, level, lawful)
    _not_again(policy, facts, as_of, level, rule)
    minutes = np.array([policy.cost(str(a)).minutes for a in _LEVELS], dtype=np.int64)
    return pd.DataFrame(
        {
            "action": pd.Categorical.from_codes(level, _LEVELS),
            "rule": rule,
            "refused_action": refused,
            "refused_why": why,
            **{f"lawful_{name}": lawful[name] for name in DAYS},
            **{f"printed_{name}": lawful[f"printed_{name}"] for name in DAYS},
            "provisional": lawful["provisional"] & facts["due_on"].notna(),
            "effort_minutes": minutes[level],
        },
        index=facts.index,
    )


def goes_by(action: str) -> str:
    """The name of the lawful day that an action goes by, as the list calls it; its own for most."""
    return {STOP: "stop"}.get(action, _DAY.get(action, action))


def _fall_back(
    policy: CollectionPolicy, facts: pd.DataFrame, as_of: date, level: Levels, lawful: pd.DataFrame
) -> None:
    """Where a channel failed at its last try the policy's other one is taken, if it is lawful on the day.

    One step: where that one failed too, it is tried all the same. Never a stop notice or a media notice.
    """
    if "failed_channels" not in facts:
        return
    codes, texts = pd.factorize(facts["failed_channels"].astype(object).fillna(""))
    was = level.copy()
    for fallback in policy.fallbacks:
        if fallback.instead in (STOP, "media") or fallback.action not in ACTIONS:
            continue
        failed = np.array([fallback.action in str(text).split(",") for text in texts], dtype=np.bool_)[codes]
        day = lawful[_DAY.get(fallback.instead, fallback.instead)] if fallback.instead in ACTIONS else None
        lawfully = True if day is None else (day.isna() | (day <= pd.Timestamp(as_of))).to_numpy(bool)
        place = _LEVELS.tolist().index(fallback.instead)
        level[failed & (was == ACTIONS.index(fallback.action)) & lawfully] = place


def _withhold(facts: pd.DataFrame, level: Levels, rule: Texts) -> None:
    """Nobody is called who owes nothing now; where money meets the debt, that is the reason, not its size."""
    acts = level != _NONE
    nothing = facts["open"].to_numpy(dtype=np.float64) <= 0
    rule[nothing] = "state:clear"
    level[nothing] = _NONE
    for state in WITHHELD:
        held = facts["state"].eq(state).to_numpy(bool) & ~nothing & (acts | (state in MET))
        level[held], rule[held] = _NONE, f"state:{state}"


def _not_again(
    policy: CollectionPolicy, facts: pd.DataFrame, as_of: date, level: Levels, rule: Texts
) -> None:
    """Nobody is called who was called a moment ago, or as often as one may be on a day."""
    contact = np.isin(level, np.flatnonzero(_LEVELS.isin(CONTACTS)))
    last = pd.to_datetime(facts["last_contact_on"]).to_numpy().astype("M8[D]")
    near = np.datetime64(as_of, "D") - last < np.timedelta64(policy.contact_gap_days, "D")
    often = pd.to_numeric(facts["tries_today"]).to_numpy(dtype=np.float64) >= policy.tries_a_day
    for held, name in ((contact & near & ~np.isnat(last), "gap"), (contact & often, "tries")):
        level[held], rule[held] = _NONE, name


def _lawful(policy: CollectionPolicy, facts: pd.DataFrame, days: WorkingDays) -> pd.DataFrame:
    """The lawful days of each customer by the law of its unit; none where nothing is due."""
    laws = policy.laws or (NATIONAL,)
    codes, units = pd.factorize(facts["org_no"].astype(object).fillna(""))
    places = {law.name: i for i, law in enumerate(laws)}
    of = np.array([places[law_of(laws, str(unit)).name] for unit in units], dtype=np.intp)[codes]
    late = facts["due_on"].notna().to_numpy(bool)
    parts = [
        lawful_frame(facts[rows], law, days) for i, law in enumerate(laws) if (rows := (of == i) & late).any()
    ]
    wanted = [*DAYS, *(f"printed_{name}" for name in DAYS), "provisional", "stop_rule"]
    if not parts:
        parts = [lawful_frame(facts.iloc[:0], laws[0], days)]
    made = pd.concat(parts)[wanted].reindex(facts.index)
    return made.assign(provisional=made["provisional"].eq(True), law=of)


def _refuse(
    policy: CollectionPolicy,
    facts: pd.DataFrame,
    as_of: date,
    level: Levels,
    lawful: pd.DataFrame,
    days: WorkingDays,
) -> tuple[Texts, Texts]:
    """Put the next milder lawful action in the place of what may not be done today; what, and why not."""
    today = pd.Timestamp(as_of)
    may = np.ones((len(facts), len(_LEVELS)), dtype=np.bool_)
    for place, action in enumerate(ACTIONS[1:], 1):
        day = lawful[_DAY.get(action, action)]
        # Before the due day a reminder is no demand: only what the law asks something for has a day.
        may[:, place] = (day.isna() & (action != STOP) | (day <= today)).to_numpy(bool)
    if not days.is_announced(as_of.year):
        may[:, ACTIONS.index(STOP)] = False
    may[:, ACTIONS.index(STOP)] &= ~lawful["provisional"].to_numpy(bool)
    rows = np.arange(len(facts))
    refused = ~may[rows, level]
    what = np.full(len(facts), "", dtype=object)
    what[refused] = _LEVELS.to_numpy(dtype=object)[level[refused]]
    why = np.full(len(facts), "", dtype=object)
    why[refused] = _reasons(policy, lawful[refused], level[refused], days.is_announced(as_of.year))
    level[refused] = _milder(policy, facts[refused], level[refused], may[refused])
    return what, why


def _milder(policy: CollectionPolicy, facts: pd.DataFrame, level: Levels, may: Flags) -> Levels:
    """The harshest action of the grade's own row that is milder and lawful; none where there is none."""
    rows = {row.grade: sorted({ACTIONS.index(a) for a in row.actions}) for row in policy.rules.table}
    grades = facts["grade"].astype(object).where(facts["grade"].notna(), UNGRADED).map(str)
    firms = (facts["class"].isin(CLASSES) & facts["class"].ne(RESIDENT)).to_numpy(bool)
    found = np.full(len(facts), _NONE, dtype=np.int16)
    for grade in grades.unique():
        mine = grades.eq(grade).to_numpy(bool)
        for place in rows.get(UNGRADED if grade.startswith(UNGRADED) else grade, []):
            fits = mine & (place < level) & may[:, place]
            if place == MEDIA:
                fits &= firms
            found[fits] = place
    by_phone = np.isin(found, [ACTIONS.index(a) for a in BY_PHONE])
    found[by_phone & ~facts["has_phone"].eq(True).to_numpy(bool)] = _CHECK
    return found


def _reasons(policy: CollectionPolicy, lawful: pd.DataFrame, level: Levels, announced: bool) -> list[str]:
    """`<reason>: <article>` of each refusal."""
    laws = policy.laws or (NATIONAL,)
    told = []
    said = lawful["law"], lawful["provisional"], lawful[STOP].isna(), lawful["stop_rule"]
    for place, law, provisional, undemanded, stop_rule in zip(level, *said, strict=True):
        article = laws[law].article
        if ACTIONS[place] != STOP:
            told.append(f"too_early: {article('legal' if ACTIONS[place] == 'legal' else 'due')}")
        elif provisional or not announced:
            told.append(f"not_announced: {article('announced')}")
        elif undemanded:
            told.append(f"not_demanded: {article('demand')}")
        else:
            told.append(f"too_early: {article(stop_rule)}")
    return told
