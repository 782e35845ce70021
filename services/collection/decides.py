"""Whom the rules of collection decide about on a day: customers and money by cell, exception and action."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analytics.collection_action import recommend
from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import ACTIONS, CHECK_CONTACT, FACTS
from services.collection.facts import facts_in_yuan

FEN = "owed_fen"
_TEXTS = [fact for fact, kind in FACTS.items() if kind in ("text", "texts")]


def deciding(facts: pd.DataFrame) -> pd.DataFrame:
    """Of `facts.facts_of` what rules read (money in yuan), and owed_fen; who has no open bill is left out."""
    owing = facts[facts["open"] > 0]
    read = facts_in_yuan(owing)[list(FACTS)].assign(**{FEN: owing["owed_now"]})
    # A text is kept once: a million customers are a hundred megabytes less.
    return read.astype(dict.fromkeys(_TEXTS, "category")).reset_index(drop=True)


@dataclass(frozen=True)
class Decided:
    """Customers and money (fen) by what decides about them, and by what it recommends.

    by_rule: cells first, then exceptions in their order, `customers, owed_now`. by_action: the mildest first,
    the same and `minutes` of all of them.
    """

    by_rule: pd.DataFrame
    by_action: pd.DataFrame


def decide(policy: CollectionPolicy, facts: pd.DataFrame) -> Decided:
    """Whom the table decides about, of `facts` as `deciding` gives them; who is there is counted once.

    RefusedError for a grade that the table has not.
    """
    made = recommend(policy.rules, facts)
    by_action = _summed(made["action"], facts[FEN]).reindex([*ACTIONS, CHECK_CONTACT], fill_value=0)
    each = [policy.cost(str(action)).minutes for action in by_action.index]
    minutes = by_action["customers"] * each
    return Decided(_summed(made["rule"], facts[FEN]), by_action.assign(minutes=minutes))


def _summed(by: pd.Series, owed: pd.Series) -> pd.DataFrame:
    grouped = owed.groupby(by, observed=False)
    made = pd.DataFrame({"customers": grouped.size(), "owed_now": grouped.sum()})
    return made.astype("int64")
