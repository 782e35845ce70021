"""What a policy is called where its version is shown; the store is asked once for each adoption."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.shared.state_store import existing_state
from dashboard.words.i18n import wordless
from dashboard.words.literal import literal
from data.state import State
from data.state.policies import PolicyCalled
from services.credit import policy_names
from services.credit.adoption import export_text

if TYPE_CHECKING:
    from analytics.policy import Policy
    from dashboard.page import Page


def policy_label(page: Page, version: str) -> str:
    """`居民从严（2026年11月21日启用）1a2b…`; 默认方案 is the project's own; else the version alone."""
    kept = existing_state()
    called = _called(kept.name, kept.policy_id(), kept) if kept else {}
    return policy_names.policy_label(page.t.plain, version, called.get(version))


def policy_said(page: Page, version: str) -> str:
    """The same in Markdown: a name is free text, and nothing in it may be markup on everybody's pages."""
    return literal(policy_label(page, version))


def policy_file(page: Page, policy: Policy) -> bytes:
    """The policy as TOML below comments that say what it is."""
    t, colon = page.t.plain, page.t("common.colon")
    label, adopted = policy_label(page, policy.version), policy_label(page, page.policy.version)
    lines = (
        t("evaluation.file_line", version=label, adopted=adopted),
        t("downloads.manifest.snapshot") + colon + page.store.id,
        t("downloads.manifest.as_of") + colon + page.fmt.date(page.scope.as_of),
    )
    head = "".join(f"# {' '.join(line.split())}\n" for line in lines)
    return (head + export_text(policy)).encode()


@st.cache_resource(max_entries=4, show_spinner=False)
@wordless
def _called(state: str, number: int | None, _kept: State) -> dict[str, PolicyCalled]:
    return _kept.policies_called()
