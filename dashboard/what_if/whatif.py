"""The what-if: rules that are tried and not adopted. It lives in the link, as what differs."""

from __future__ import annotations

from functools import lru_cache

from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.policy_link import MAX_LENGTH, from_link, to_link
from dashboard.links.filters import Param
from dashboard.page import Page


def _refusal(text: str, adopted: Policy) -> RefusedError | None:
    try:
        _read(text, adopted)
    except RefusedError as refusal:
        return refusal
    return None


TRY: Param[str] = Param("try", "", lambda text: text, longest=MAX_LENGTH, refuse=_refusal)
"""Credit grades and credit evaluation have it in common, and the menu carries it from one to the other."""


def tried(page: Page) -> Policy:
    """The rules that the page tries: the adopted ones with the link's changes.

    RefusedError where the link says what no policy can be: an opened page has a link without that.
    """
    return _read(page.get(TRY), page.policy)


def put(page: Page, policy: Policy) -> None:
    """Try these rules from the next run on; RefusedError where no link can hold the difference."""
    page.put(TRY, to_link(policy, page.policy))


def clear(page: Page) -> None:
    """Try the adopted rules: nothing differs."""
    page.put(TRY, "")


@lru_cache(maxsize=256)
def _read(text: str, adopted: Policy) -> Policy:
    return from_link(text, adopted)
