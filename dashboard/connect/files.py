"""What each file was taken for and why: the first thing that is shown of a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard.access.auth import User
from dashboard.acts import acts
from dashboard.connect.reader import Reader
from dashboard.words.format import NOTHING
from dashboard.words.widths import wide_enough
from data.errors import DengtaError
from data.load.arrivals import LeftOut
from data.load.kept_mappings import offered
from services.warehouse.connecting import Desk
from services.warehouse.seeing import NO_TABLE, Seen

HEADS = ("file", "table", "state", "why", "columns", "kind", "line")
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "pipe"}
MOST_NAMED = 6


def show(reader: Reader, desk: Desk, seen: Sequence[Seen], refused: Mapping[str, DengtaError]) -> None:
    """How many are known, the table of all, and what is not read."""
    t, fmt = reader.t, reader.fmt
    st.subheader(t("connect.files"), anchor=False, help=t("connect.files_help"))
    source = t("connect.of_upload") if desk.is_upload else t("connect.of_folder", folder=str(desk.source))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(source)
        st.button(
            t("connect.another"),
            icon=":material/folder_open:",
            key="connect_another",
            on_click=_leave,
            args=(reader,),
        )
    known = [s for s in seen if s.table not in (None, NO_TABLE)]
    left = sum(s.table == NO_TABLE for s in seen) + len(desk.survey.left_out)
    counts = {"files": len(seen), "known": len(known), "left": left}
    st.markdown(t("connect.files_said", **{k: fmt.count(n) for k, n in counts.items()}))
    waiting = [s.name for s in seen if state_of(s) in ("lacks", "unknown")]
    if waiting:
        said = [t("connect.some_lack", count=fmt.count(len(waiting)), files=first_named(reader, waiting))]
        said += [t("connect.unknown_left")] * any(s.table is None for s in seen)
        st.warning(t.sentences(said), icon=":material/help:")
    elif known:
        st.success(t("connect.all_known"), icon=":material/check:")
    if seen:
        _table(reader, seen)
    if desk.unclear is not None:
        st.warning(t.error(desk.unclear), icon=":material/help:")
    _refused(reader, refused)
    show_left_out(reader, desk.survey.left_out)
    if seen:
        _start(reader, desk)


def first_named(reader: Reader, names: Sequence[str]) -> list[str]:
    """Files as a sentence names them, of many the first and how many they are: a folder may hold hundreds."""
    if len(names) <= MOST_NAMED:
        return list(names)
    return [*names[:MOST_NAMED], reader.plain("connect.and_more", count=reader.fmt.count(len(names)))]


def show_left_out(reader: Reader, left_out: Sequence[LeftOut]) -> None:
    """What is not read and why, folded: a folder may hold hundreds of files that are no tables."""
    if left_out:
        rows = [(item.name, reader.plain(f"load.left_out.{item.reason}")) for item in left_out]
        with st.expander(reader.t("connect.left_out_files", count=reader.fmt.count(len(rows)))):
            _named(reader, rows, reader.key("left_out"))


def _refused(reader: Reader, refused: Mapping[str, DengtaError]) -> None:
    """What cannot be read, file by file; the rest of many in a table."""
    rows = list(refused.items())
    for name, refusal in rows[:MOST_NAMED]:
        why = reader.t.error(refusal)
        is_named = name in refusal.params.values()
        said = why if is_named else reader.t("connect.cannot", file=name, why=why)
        st.warning(said, icon=":material/block:")
    if rest := [(name, reader.plain.error(refusal)) for name, refusal in rows[MOST_NAMED:]]:
        with st.expander(reader.t("connect.cannot_rest", count=reader.fmt.count(len(rest)))):
            _named(reader, rest, reader.key("refused"))


def _named(reader: Reader, rows: Sequence[tuple[str, str]], key: str) -> None:
    t = reader.plain
    shown = pd.DataFrame(rows, columns=[t("connect.heads.file"), t("connect.heads.reason")])
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=NOTHING,
        column_config=wide_enough(shown, {}),
        alt=t("connect.left_out_files", count=reader.fmt.count(len(rows))),
        key=key,
    )


def state_of(seen: Seen) -> str:
    """Whether a file waits for its reader."""
    if seen.table == NO_TABLE:
        return "left_out"
    if seen.table is None:
        return "unknown"
    return "lacks" if seen.lacks or seen.refusal is not None else "fine"


def _table(reader: Reader, seen: Sequence[Seen]) -> None:
    t = reader.plain
    rows = [
        (
            s.name,
            reader.table(s.table),
            t(f"connect.state.{state_of(s)}"),
            t(f"connect.why.{s.why}"),
            t("connect.link_share", found=len(set(s.columns.values())), records=len(s.file.headings)),
            kind_words(reader, s),
            str(s.file.above or "") if s.file.piece.kind != "parquet" and not s.file.continues else "",
        )
        for s in seen
    ]
    shown = pd.DataFrame(rows, columns=[t(f"connect.heads.{h}") for h in HEADS])
    st.dataframe(
        shown,
        hide_index=True,
        placeholder=NOTHING,
        column_config=wide_enough(shown, {}),
        alt=t("connect.files"),
        key=reader.key("files"),
    )


def kind_words(reader: Reader, seen: Seen) -> str:
    """What kind of file it is, its encoding and what parts its columns."""
    t, text = reader.plain, seen.file.text
    if text is None:
        return t(f"connect.kind_{seen.file.piece.kind}")
    parted = t(f"connect.delimiter.{DELIMITERS.get(text.delimiter, 'other')}")
    return t("connect.kind_text", encoding=text.encoding.upper(), delimiter=parted)


def _leave(reader: Reader) -> None:
    reader.hold(None)
    reader.hold_running(None)


def _start(reader: Reader, desk: Desk) -> None:
    """Another mapping to begin with, where one is kept; back to what was proposed."""
    t = reader.t
    names = [one.name for one in offered(desk.house)]
    key = reader.key("base")

    def begin(_: User) -> None:
        desk.start_from(acts.text(key))
        reader.turn()

    def undo(_: User) -> str:
        desk.restore()
        reader.turn()
        return t("connect.undone")

    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(names) > 1:
            st.session_state[key] = desk.base.name
            st.selectbox(
                t("connect.base"),
                names,
                key=key,
                format_func=lambda name: _mapping_said(reader, name),
                help=t("connect.base_help"),
                on_change=reader.act,
                args=(begin,),
            )
        st.button(
            t("connect.undo_all"),
            icon=":material/undo:",
            disabled=not desk.choices,
            key="connect_undo_all",
            on_click=reader.act,
            args=(undo,),
        )


def _mapping_said(reader: Reader, name: str) -> str:
    """A mapping that ships, in words; one that is kept by its name."""
    if not name:
        return reader.plain("connect.base_built_in")
    return reader.plain.or_code(f"connect.base_of.{name}", name)
