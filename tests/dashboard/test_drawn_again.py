"""What a rerun takes from the run before is what it would have made anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes, convert_pandas_df_to_arrow_bytes
from streamlit.testing.v1 import AppTest

from dashboard.charts.look import Drawn, Look
from dashboard.frame import sidebar
from dashboard.page import Page
from dashboard.tables import table as tables
from dashboard.theme import LIGHT
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from tests.dashboard.opening import page_of

T = Translator("zh")
LISTED = pd.DataFrame(
    {
        "cons_no": ["1", "2", "3"],
        "name": ["王*", None, "电力*****司"],
        "open": pd.array([100, None, 3_000_000], dtype="Int64"),
        "as_of": pd.to_datetime(["2026-03-31", None, "2026-01-31"]),
        "is_in_band": [True, False, True],
    }
)


def test_a_figure_is_the_same_the_second_time_and_what_was_done_to_the_first_is_not_in_it() -> None:
    bars = go.Bar(x=["a", "b"], y=[1.5, 2.5], uid="1")
    figure = Look(T, Format(T), LIGHT).figure([bars], yaxis={"title": {"text": "元"}})
    assert isinstance(figure, Drawn)
    wanted = json.loads(go.Figure(figure).to_json())
    first = figure.to_dict()
    first.pop("layout")
    assert json.loads(figure.to_json()) == wanted
    assert json.loads(figure.to_json()) == wanted


@pytest.mark.parametrize(
    "change",
    [
        lambda f: f.update_layout(title={"text": "later"}),
        lambda f: f.add_hline(y=3),
        lambda f: f.update_traces(name="later"),
        lambda f: f.data[0].marker.update(color="red"),
        lambda f: f.add_bar(x=["c"], y=[3.5]),
        lambda f: f.layout.xaxis.tickfont.update(size=9),
        lambda f: setattr(f, "data", ()),
        lambda f: setattr(f, "frames", [{"name": "later"}]),
        lambda f: f.plotly_restyle({"name": "later"}),
        lambda f: f.plotly_relayout({"title.text": "later"}),
    ],
)
def test_a_figure_that_is_changed_after_it_was_drawn_is_drawn_as_it_is(
    change: Callable[[go.Figure], object],
) -> None:
    figure = Look(T, Format(T), LIGHT).figure([go.Bar(x=["a", "b"], y=[1.5, 2.5], uid="1")])
    before = json.loads(figure.to_json())
    change(figure)
    assert json.loads(figure.to_json()) == json.loads(go.Figure(figure).to_json()) != before


def test_a_table_goes_to_the_browser_as_its_cells_would() -> None:
    columns = dict.fromkeys(LISTED.columns, "") | {c: f"标题{c}" for c in LISTED}
    for _ in range(2):
        laid = tables._laid_out(Format(T), "t", LISTED, columns, {}, 12, {}, True)
        assert convert_arrow_table_to_arrow_bytes(laid.in_arrow) == convert_pandas_df_to_arrow_bytes(
            laid.shown
        )
        assert laid.described == tables.described(T, "t", LISTED, columns, {})


def test_what_is_made_once_for_a_page_is_made_anew_for_another() -> None:
    given: Any = {f.name: None for f in fields(Page) if f.init}
    page, made = Page(**given), []

    def key(of: Page) -> str:
        made.append(of.key)
        return f"of {of.key}"

    other = replace(page, key="other")
    assert [page.once(key), page.once(key), other.once(key), other.once(key)] == ["of None"] * 2 + [
        "of other"
    ] * 2
    assert made == [None, "other"]


def test_links_to_pages_are_those_of_their_paths(
    warehouse_env: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = _links(page_of("overview"))
    monkeypatch.setattr(sidebar, "target", lambda path: path)
    assert drawn == _links(page_of("overview"))
    assert {page for page, _ in drawn} >= {"", "recovery", "customers"}


def _links(app: AppTest) -> list[tuple[str, str]]:
    return [(link.proto.page, link.proto.SerializeToString().hex()) for link in app.run().get("page_link")]
