"""Record what a page draws, so that a floor page can draw the same from constants."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

Place = tuple[int, ...]
Node = dict[str, Any]


def tree(messages: list[ForwardMsg]) -> list[Node]:
    """What stands on the page and in its side, in order: blocks with `children`, elements as plain values.

    The first node is the page (`main`), the second its side, others are left out.
    """
    places: dict[Place, Node] = {}
    for message in messages:
        if not message.HasField("delta"):
            continue
        place, what = tuple(message.metadata.delta_path), message.delta.WhichOneof("type")
        drawn = None
        if what == "new_element":
            drawn = _element(message.delta.new_element)
        elif what == "add_block":
            drawn = _block(message.delta.add_block)
        places.pop(place, None)
        if drawn:
            places[place] = drawn
    roots: list[Node] = [{"kind": "main", "children": []}, {"kind": "side", "children": []}]
    for place in sorted(places, key=lambda p: (len(p), p)):
        above = roots[place[0]] if len(place) == 2 and place[0] < len(roots) else places.get(place[:-1])
        if above is not None and "children" in above:
            above["children"].append(places[place])
    return roots


def elements(node: Node) -> list[Node]:
    """The elements below a node, in the order in which they are drawn."""
    if "children" not in node:
        return [node]
    return [element for child in node["children"] for element in elements(child)]


def save(states: list[list[Node]], to: Path) -> None:
    """Keep the states that the floor page alternates between."""
    to.write_text(json.dumps(states), encoding="utf-8")


def summary(state: list[Node]) -> str:
    """How many of each kind, for the result's table."""
    counts: dict[str, int] = {}
    for root in state:
        for element in elements(root):
            counts[element["kind"]] = counts.get(element["kind"], 0) + 1
    return ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items()))


def _block(proto: Any) -> Node:
    kind = proto.WhichOneof("type") or "vertical"
    node: Node = {"kind": kind, "children": []}
    if kind == "flex_container":
        node["horizontal"] = proto.flex_container.direction == proto.flex_container.HORIZONTAL
    if kind == "popover":
        node["label"] = proto.popover.label
    if kind == "expandable":
        node["label"] = proto.expandable.label
    return node


def _element(proto: Any) -> Node | None:
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
    if kind == "html":
        return {"kind": kind, "body": proto.html.body}
    if kind == "table":
        return {"kind": kind, "data": base64.b64encode(proto.table.arrow_data.data).decode()}
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
