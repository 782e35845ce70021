"""The rules of collection that a page tries, changed step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analytics.collection_policy import CollectionPolicy
from analytics.collection_rules import CollectionRules
from dashboard.grades import choice as chosen
from dashboard.page import Page


def change_collection(page: Page, make: Callable[[CollectionPolicy], CollectionPolicy]) -> None:
    """Try other rules from the next run on; where they are refused, say why and leave all as it is."""
    chosen.change(page, lambda policy: replace(policy, collection=make(policy.collection)))


def change(page: Page, make: Callable[[CollectionRules], CollectionRules]) -> None:
    """The same for the table and its exceptions alone."""
    change_collection(page, lambda policy: replace(policy, rules=make(policy.rules)))
