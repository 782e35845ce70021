"""A policy's name and day stand beside its version."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import create_engine, text

from analytics.policy import Policy
from dashboard.frame.policy_label import policy_file, policy_label, policy_said
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from data.state import State
from services.credit.policy_files import read_policy


def _page(language: str = "zh") -> Any:
    t = Translator(language)
    return cast(Any, SimpleNamespace(t=t, fmt=Format(t)))


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    url = f"sqlite:///{tmp_path / 'state.db'}"
    monkeypatch.setenv("DENGTA_STATE", url)
    return State(url)


def test_a_policy_is_called_by_its_name_its_day_or_the_default(state: State) -> None:
    own = read_policy().version
    assert policy_label(_page(), own) == f"默认方案 {own}"
    assert policy_label(_page("en"), own).endswith(f" {own}")
    first = state.adopt("a", "va", "li", "x", None, name=" 居民从严 ")
    state.adopt("b", "vb", "li", "x", first.id)
    now = datetime.now(UTC).astimezone()
    day = Format(Translator("zh")).date(now)
    assert policy_label(_page(), "va") == f"居民从严（{day}启用）va"
    assert policy_label(_page(), "vb") == f"{day}启用的方案 vb"
    assert policy_label(_page(), "never adopted") == "never adopted"


def test_a_name_is_no_markup_where_it_is_told(state: State) -> None:
    state.adopt("a", "va", "li", "x", None, name="![a](http://elsewhere.example/x.png) $x$ :red[y]")
    assert "http" in policy_label(_page(), "va")
    said = policy_said(_page(), "va")
    assert not re.search(r"(?<!\\)[\[\]$]|:(?=//|red)", said)


def test_a_state_written_before_names_opens_and_keeps_its_adoptions(state: State, tmp_path: Path) -> None:
    state.adopt("a", "va", "li", "x", None)
    url = f"sqlite:///{tmp_path / 'state.db'}"
    with create_engine(url).begin() as c:
        c.execute(text("drop table adopted_policy_name"))
        c.execute(text("update state_schema set version = 5"))
    assert State(url).policies_called()["va"].name == ""


def test_a_policy_file_says_at_its_head_what_it_is_and_reads_back(state: State) -> None:
    policy = read_policy()
    tried = replace(policy, recovery=replace(policy.recovery, many_arrears=7))
    state.adopt(policy.to_toml(), policy.version, "li", "x", None, name="居民从严")
    page = _page()
    page.policy, page.store, page.scope = (
        policy,
        SimpleNamespace(id="s1"),
        SimpleNamespace(as_of=date(2026, 3, 31)),
    )
    head, *_ = (content := policy_file(page, tried).decode()).splitlines()
    assert tried.version in head and policy_label(page, policy.version) in head and "居民从严" in head
    assert Policy.from_toml(content) == tried
