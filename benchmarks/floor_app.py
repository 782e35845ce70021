"""The floor: a Streamlit page that draws what a real page drew, from constants; no database, no arithmetic.

`DENGTA_FLOOR` names the recorded states. The side's first select box (or the link's `asof`) alternates
between them, or the first slider where `DENGTA_FLOOR_BY` says so.
"""

from __future__ import annotations

import base64
import gc
import io
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import plotly.io
import pyarrow as pa
import streamlit as st


@st.cache_resource
def states() -> list[list[dict[str, Any]]]:
    """The recorded states, built once; then the collector is relieved, as in the product."""
    recorded = json.loads(Path(os.environ["DENGTA_FLOOR"]).read_text(encoding="utf-8"))
    for state in recorded:
        for element in state:
            if element["kind"] == "plotly_chart":
                element["figure"] = plotly.io.from_json(element["spec"], skip_invalid=True)
            if element["kind"] == "dataframe":
                element["frame"] = _frame(base64.b64decode(element["data"]))
    gc.collect()
    gc.freeze()
    return recorded


def _frame(raw: bytes) -> pd.DataFrame:
    try:
        return pa.ipc.open_stream(io.BytesIO(raw)).read_pandas() if raw else pd.DataFrame()
    except pa.ArrowInvalid:
        return pd.DataFrame()


def draw(element: dict[str, Any], key: str) -> None:
    """One element as the real page has it."""
    place = st.sidebar if element["side"] else st
    kind = element["kind"]
    if kind == "plotly_chart":
        figure: go.Figure = element["figure"]
        if element["selects"]:
            st.plotly_chart(figure, key=key, theme=None, on_select="rerun", selection_mode=("points",))
        else:
            st.plotly_chart(figure, key=key, theme=None)
    elif kind == "dataframe":
        place.dataframe(element["frame"], key=key)
    elif kind == "metric":
        place.metric(element["label"], element["body"], element["delta"] or None)
    elif kind == "heading":
        (place.title if element["tag"] == "h1" else place.subheader)(element["body"], anchor=False)
    elif kind == "markdown":
        place.markdown(element["body"])
    elif kind == "alert":
        place.info(element["body"])
    elif kind == "selectbox":
        place.selectbox(element["label"], element["options"], key=key)
    elif kind == "multiselect":
        place.multiselect(element["label"], element["options"], key=key)
    elif kind == "button_group":
        place.segmented_control(element["label"], element["options"], key=key)
    elif kind == "slider":
        low, high = float(element["min"]), float(element["max"])
        place.slider(element["label"], low, high, step=(high - low) / 100, key=key)
    elif kind == "text_input":
        place.text_input(element["label"], key=key)
    elif kind == "number_input":
        place.number_input(element["label"], key=key)
    elif kind == "checkbox":
        place.checkbox(element["label"], key=key)
    elif kind == "page_link":
        place.page_link("https://localhost/", label=element["label"])
    elif kind in ("button", "download_button"):
        place.button(element["label"] or "…", key=key)


def main() -> None:
    """Draw the state that the first select box asks for."""
    st.set_page_config(layout="wide")
    known = states()
    first = next((i for i, e in enumerate(known[0]) if e["kind"] == "selectbox" and e["side"]), None)
    chosen = 0
    if first is not None:
        options = known[0][first]["options"]
        picked = st.session_state.get(f"e{first}", options[0] if options else None)
        chosen = options.index(picked) % len(known) if picked in options else 0
    if "asof" in st.query_params:
        chosen = sum(map(ord, st.query_params["asof"])) % len(known)
    if os.environ.get("DENGTA_FLOOR_BY") == "slider":
        first = next(i for i, e in enumerate(known[0]) if e["kind"] == "slider")
        low, high = known[0][first]["min"], known[0][first]["max"]
        value = st.session_state.get(f"e{first}", low)
        chosen = round(100 * (value - low) / (high - low)) % len(known)
    for i, element in enumerate(known[chosen]):
        draw(element if i != first else known[0][i], f"e{i}")


main()
