"""The floor: a Streamlit page that draws what a real page drew, in the same layout, from constants alone.

`DENGTA_FLOOR` names the recorded states. The side's first select box (or the link's `asof`) alternates
between them, or the first slider where `DENGTA_FLOOR_BY` says so.
"""

from __future__ import annotations

import base64
import gc
import io
import json
import os
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io
import pyarrow as pa
import streamlit as st
from streamlit.elements.lib.grid_container import GridContainer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from benchmarks.floor import elements

KEY = "steers"
BY_SLIDER = os.environ.get("DENGTA_FLOOR_BY") == "slider"

Node = dict[str, Any]


@st.cache_resource
def states() -> list[list[Node]]:
    """The recorded states, built once; then the collector is relieved, as in the product."""
    recorded: list[list[Node]] = json.loads(Path(os.environ["DENGTA_FLOOR"]).read_text(encoding="utf-8"))
    for state in recorded:
        for element in (e for root in state for e in elements(root)):
            if element["kind"] == "plotly_chart":
                element["figure"] = plotly.io.from_json(element["spec"], skip_invalid=True)
            if element["kind"] in ("dataframe", "table"):
                element["frame"] = _frame(base64.b64decode(element["data"]))
    gc.collect()
    gc.freeze()
    return recorded


def _frame(raw: bytes) -> pd.DataFrame:
    try:
        return pa.ipc.open_stream(io.BytesIO(raw)).read_pandas() if raw else pd.DataFrame()
    except pa.ArrowInvalid:
        return pd.DataFrame()


def opened(node: Node, above: Any, key: str) -> Any:
    """A container as the real page has it; a child of a grid is a cell of it."""
    kind = node["kind"]
    if kind == "grid_container":
        return st.grid(4, min_column_width=160, gap="xsmall", border=True)
    if isinstance(above, GridContainer):
        return above.cell()
    if kind == "popover":
        return st.popover(node["label"], key=key)
    if kind == "expandable":
        return st.expander(node["label"], key=key, on_change="rerun")
    return st.container(horizontal=node.get("horizontal", False), gap="xsmall")


def draw(element: Node, key: str) -> None:
    """One element as the real page has it."""
    kind = element["kind"]
    if kind == "plotly_chart":
        figure: go.Figure = element["figure"]
        if element["selects"]:
            st.plotly_chart(figure, key=key, theme=None, on_select="rerun", selection_mode=("points",))
        else:
            st.plotly_chart(figure, key=key, theme=None)
    elif kind == "dataframe":
        st.dataframe(element["frame"], key=key)
    elif kind == "table":
        st.table(element["frame"])
    elif kind == "metric":
        st.metric(element["label"], element["body"], element["delta"] or None)
    elif kind == "heading":
        (st.title if element["tag"] == "h1" else st.subheader)(element["body"], anchor=False)
    elif kind == "markdown":
        st.markdown(element["body"])
    elif kind == "html":
        st.html(element["body"])
    elif kind == "alert":
        st.info(element["body"])
    elif kind == "selectbox":
        st.selectbox(element["label"], element["options"], key=key)
    elif kind == "multiselect":
        st.multiselect(element["label"], element["options"], key=key)
    elif kind == "button_group":
        st.segmented_control(element["label"], element["options"], key=key)
    elif kind == "slider":
        low, high = float(element["min"]), float(element["max"])
        st.slider(element["label"], low, high, step=(high - low) / 100, key=key)
    elif kind == "text_input":
        st.text_input(element["label"], key=key)
    elif kind == "number_input":
        st.number_input(element["label"], key=key)
    elif kind == "checkbox":
        st.checkbox(element["label"], key=key)
    elif kind == "page_link":
        st.page_link("https://localhost/", label=element["label"])
    elif kind == "download_button":
        st.download_button(element["label"], bytes, key=key, file_name=key, on_click="ignore")
    elif kind == "button":
        st.button(element["label"] or "…", key=key)


def draw_all(nodes: list[Node], above: Any, keys: Iterator[str], steers: Node, steering: Node) -> None:
    """The nodes of one container; `steering` stands in the place of `steers`, its counterpart."""
    for node in nodes:
        key = next(keys)
        if "children" not in node:
            with above.cell() if isinstance(above, GridContainer) else nullcontext():
                draw(steering if node is steers else node, KEY if node is steers else key)
            continue
        box = opened(node, above, key)
        with box:
            draw_all(node["children"], box, keys, steers, steering)


def main() -> None:
    """Draw the state that the steering widget asks for."""
    st.set_page_config(layout="wide")
    known = states()
    steering = [_steers(state) for state in known]
    value = st.session_state.get(KEY)
    chosen = 0
    if BY_SLIDER:
        low, high = steering[0]["min"], steering[0]["max"]
        chosen = round(100 * ((low if value is None else value) - low) / (high - low)) % len(known)
    elif "asof" in st.query_params:
        chosen = sum(map(ord, st.query_params["asof"])) % len(known)
    elif value in steering[0].get("options", ()):
        chosen = steering[0]["options"].index(value) % len(known)
    page, side = known[chosen]
    keys = (f"e{i}" for i in count())
    draw_all(page["children"], st, keys, steering[chosen], steering[0])
    with st.sidebar:
        draw_all(side["children"], st.sidebar, keys, steering[chosen], steering[0])


def _steers(state: list[Node]) -> Node:
    """The widget that decides what is drawn; nothing where the page has none."""
    kind, root = ("slider", state[0]) if BY_SLIDER else ("selectbox", state[1])
    return next((e for e in elements(root) if e["kind"] == kind), {})


main()
