"""Whom the rules of collection decide about on a day: customers and money by cell, exception and action."""

from __future__ import annotations

import pandas as pd

from analytics.collection_action import recommend
from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import ACTIONS, CHECK_CONTACT, FACTS, CollectionRules
from services.collection.facts import facts_in_yuan

FEN = "owed_fen"
_TEXTS = [fact for fact, kind in FACTS.items() if kind in ("text", "texts")]


def deciding(facts: pd.DataFrame) -> pd.DataFrame:
    """Of `facts.facts_of` what rules read (money in yuan), and owed_fen; who has no open bill is left out."""
    owing = facts[facts["open"] > 0]
    read = facts_in_yuan(owing)[list(FACTS)].assign(**{FEN: owing["owed_now"]})
    # A text is kept once: a million customers are a hundred megabytes less.
    return read.astype(dict.fromkeys(_TEXTS, "category")).reset_index(drop=True)


def by_rule(rules: CollectionRules, facts: pd.DataFrame) -> pd.DataFrame:
    """By rule, cells first and exceptions in their order: `customers` and `owed_now` (fen) it decides about.

    `facts` as `deciding`; RefusedError for a grade that the table has not.
    """
    return _summed(recommend(rules, facts)["rule"], facts[FEN])


def by_action(policy: CollectionPolicy, facts: pd.DataFrame) -> pd.DataFrame:
    """By action, the mildest first: `customers`, `owed_now` (fen) and `minutes` of all of them."""
    made = _summed(recommend(policy.rules, facts)["action"], facts[FEN])
    made = made.reindex([*ACTIONS, CHECK_CONTACT], fill_value=0)
    each = [policy.cost(str(action)).minutes for action in made.index]
    return made.assign(minutes=made["customers"] * each)


def _summed(by: pd.Series, owed: pd.Series) -> pd.DataFrame:
    grouped = owed.groupby(by, observed=False)
    made = pd.DataFrame({"customers": grouped.size(), "owed_now": grouped.sum()})
    return made.astype("int64")
