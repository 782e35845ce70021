"""What a policy is called where its version is shown: name, day of adoption, version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.i18n import wordless
from dashboard.state_store import existing_state
from data.state import State
from data.state.policies import PolicyCalled
from services.policy_files import DEFAULT, read_policy

if TYPE_CHECKING:
    from dashboard.shell import Page


def policy_label(page: Page, version: str) -> str:
    """`居民从严（2026年11月21日启用）1a2b…`; 默认方案 is the project's own; else the version alone."""
    t, kept = page.t, existing_state()
    told = _called(kept.name, kept.policy_id(), kept) if kept else {}
    if (one := told.get(version)) is None:
        own = version == _default(DEFAULT.stat().st_mtime_ns)
        return f"{t('grades.default_policy')} {version}" if own else version
    on = page.fmt.local(one.at)
    name = one.name or t("grades.policy_of", day=f"{on:%Y-%m-%d}")
    return t("grades.policy_label", name=name, day=page.fmt.date(on), version=version)


@st.cache_resource(max_entries=4, show_spinner=False)
@wordless
def _called(state: str, number: int | None, _kept: State) -> dict[str, PolicyCalled]:
    return _kept.policies_called()


@st.cache_resource(max_entries=2, show_spinner=False)
@wordless
def _default(changed: int) -> str:
    return read_policy().version
