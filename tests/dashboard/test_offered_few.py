"""A box that offers but some of what there is says so, and takes the others' codes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from dashboard.frame import sidebar
from dashboard.words.i18n import LANGUAGES, Translator
from data.warehouse.snapshots import open_snapshot
from services.recovery import figures
from tests.dashboard.test_links import opened

FEW = 3


@pytest.fixture
def few_offered(warehouse_env: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Boxes that carry three choices."""
    monkeypatch.setattr(sidebar, "MOST_OFFERED", FEW)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cut_list_is_said_and_any_other_code_is_taken(
    language: str, few_offered: None, sample_warehouse: Path
) -> None:
    with open_snapshot(sample_warehouse) as db:
        areas = figures.choices(db, "area").sort_values("customers", kind="stable")
    rare = str(areas["key"].iloc[0])
    app = opened("overview", lang=language, area=rare)
    assert not app.exception
    boxes = {box.key.removeprefix("filter_"): box for box in app.multiselect if box.key}
    t = Translator(language)
    for name in ("areas", "collectors", "owners"):
        assert boxes[name].proto.accept_new_options, name
        assert len(boxes[name].options) == FEW + (name == "areas"), "what the link holds is offered beside"
    assert not boxes["classes"].proto.accept_new_options
    said = [c.value for c in app.caption]
    words = t("filters.offered_few", few="3", every=f"{len(areas):,}", search=t("customers.list.search"))
    assert words in said
