"""The table of collection that a page tries, changed step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analytics.collection_rules import CollectionRules
from analytics.policy import Policy
from dashboard.grades import choice as chosen
from dashboard.page import Page


def change(page: Page, make: Callable[[CollectionRules], CollectionRules]) -> None:
    """Try another table from the next run on; where it is refused, say why and leave all as it is."""

    def made(policy: Policy) -> Policy:
        rules = make(policy.collection.rules)
        return replace(policy, collection=replace(policy.collection, rules=rules))

    chosen.change(page, made)
