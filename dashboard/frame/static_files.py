"""Scripts of the project that run in the reader's browser: files of `static/`, served by the app itself."""

from __future__ import annotations

import html

import streamlit as st

TAKES_NO_ROOM = "<style>[data-testid=stElementContainer]:has(> .stHtml > script) { display: none }</style>"

OWN = ("static/folded_side.js", "static/charts_on_paper.js", "static/scrolled_by_keys.js")
"""What every page runs: the side folded where it has no room (decision 0152), charts fitted to paper, tables
and maps that scroll reached by keys."""


def script(name: str, base: str, **data: str) -> str:
    """The tag of one script below the root that the application is served under, with its `data-` values."""
    source = "/".join(("", *base.strip("/").split("/"), "app", name)).replace("//", "/")
    given = "".join(f' data-{key}="{html.escape(value, quote=True)}"' for key, value in data.items())
    return f'<script src="{html.escape(source)}"{given}></script>'


def run(tag: str) -> None:
    """Have the browser run a script's tag; its element takes no room on the page."""
    st.html(TAKES_NO_ROOM + tag, unsafe_allow_javascript=True)


def base() -> str:
    """The root that the application is served under."""
    return str(st.get_option("server.baseUrlPath") or "")


def run_own() -> None:
    """Have the browser run the scripts of every page."""
    run("".join(script(name, base()) for name in OWN))
