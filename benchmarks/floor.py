"""Record what a page draws, so that a floor page can draw the same from constants."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

SIDEBAR = 1
Element = dict[str, Any]


def elements(messages: list[ForwardMsg]) -> list[Element]:
    """The last element at each place of the page, in order, as plain values."""
    places: dict[tuple[int, ...], Element] = {}
    for message in messages:
        if not message.HasField("delta") or message.delta.WhichOneof("type") != "new_element":
            continue
        path = tuple(message.metadata.delta_path)
        drawn = _element(message.delta.new_element)
        if drawn:
            places[path] = {**drawn, "side": path[0] == SIDEBAR}
        else:
            places.pop(path, None)
    return [places[path] for path in sorted(places)]


def save(states: list[list[Element]], to: Path) -> None:
    """Keep the states that the floor page alternates between."""
    to.write_text(json.dumps(states), encoding="utf-8")


def summary(state: list[Element]) -> str:
    """How many of each kind, for the result's table."""
    counts: dict[str, int] = {}
    for element in state:
        counts[element["kind"]] = counts.get(element["kind"], 0) + 1
    return ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items()))


def _element(proto: Any) -> Element | None:
    kind = proto.WhichOneof("type")
    if kind == "plotly_chart":
        spec = proto.plotly_chart.spec or proto.plotly_chart.figure.spec
        return {"kind": kind, "spec": spec, "selects": bool(proto.plotly_chart.selection_mode)}
    if kind in ("dataframe", "arrow_data_frame", "arrow_dataframe"):
        frame = getattr(proto, kind)
        data = getattr(frame, "data", None) or getattr(frame, "arrow_data", None)
        raw = data if isinstance(data, bytes) else getattr(data, "data", b"")
        return {"kind": "dataframe", "data": base64.b64encode(raw).decode()}
    if kind == "metric":
        return {
            "kind": kind,
            "label": proto.metric.label,
            "body": proto.metric.body,
            "delta": proto.metric.delta,
        }
    if kind == "heading":
        return {"kind": kind, "tag": proto.heading.tag, "body": proto.heading.body}
    if kind in ("markdown", "alert"):
        return {"kind": kind, "body": getattr(proto, kind).body}
    if kind in ("selectbox", "multiselect"):
        widget = getattr(proto, kind)
        return {"kind": kind, "label": widget.label, "options": list(widget.options)}
    if kind == "button_group":
        options = [o.content for o in proto.button_group.options]
        return {"kind": kind, "label": proto.button_group.label, "options": options}
    if kind == "slider":
        return {"kind": kind, "label": proto.slider.label, "min": proto.slider.min, "max": proto.slider.max}
    if kind in ("text_input", "number_input", "checkbox", "button", "download_button", "page_link"):
        return {"kind": kind, "label": getattr(proto, kind).label}
    return None
