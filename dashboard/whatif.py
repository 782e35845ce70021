"""The what-if: rules that are tried and not adopted. It lives in the link, as what differs."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.policy_link import MAX_LENGTH, from_link, to_link
from dashboard.filters import Param
from dashboard.shell import Page

TRY: Param[str] = Param("try", "", lambda text: text, longest=MAX_LENGTH + 1)
"""Credit grades and credit evaluation have it in common, and the menu carries it from one to the other."""


def tried(page: Page) -> Policy:
    """The rules that the page tries: the adopted ones with the link's changes.

    RefusedError where the link says what no policy can be.
    """
    return _read(page.get(TRY), page.policy)


def put(page: Page, policy: Policy) -> None:
    """Try these rules from the next run on; RefusedError where no link can hold the difference."""
    page.put(TRY, to_link(policy, page.policy))


def clear(page: Page) -> None:
    """Try the adopted rules: nothing differs."""
    page.put(TRY, "")


def tried_or_adopted(page: Page) -> Policy:
    """The same, the adopted ones with a sentence where the link is refused."""
    try:
        return tried(page)
    except RefusedError as refusal:
        st.warning(page.t("whatif.refused", why=page.t.error(refusal)), icon=":material/link_off:")
        st.button(page.t("whatif.clear"), on_click=clear, args=(page,), key="whatif_clear_refused")
        return page.policy


@lru_cache(maxsize=256)
def _read(text: str, adopted: Policy) -> Policy:
    return from_link(text, adopted)
