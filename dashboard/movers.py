"""Who changes grade between two sides: the first as a list that opens, all of them as a file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.bench import Side
from dashboard.credit_terms import grade_names, model_name
from dashboard.downloads import BigList, download_big
from dashboard.page import Page
from dashboard.tables import table
from data.credit_queries import named_customers
from services.credit import moves
from services.files.adding_up import adding
from services.files.export_cells import Kind
from services.files.exports import Column

SHOWN = 200
KINDS: dict[str, Kind] = {
    "old_score": "decimal",
    "new_score": "decimal",
    "overdue": "money",
    "balance": "money",
}


def show(page: Page, old: Side, new: Side, models: Sequence[str], rows: int, words: tuple[str, ...]) -> None:
    """The list; `rows` is how many move, `words` what its file says beside the page's filters."""
    t, db = page.t, page.store.db
    frame = named_customers(db, moves.movers(old, new, models, SHOWN), SHOWN).read_all().to_pandas()
    named = {
        "old": grade_names(page.t, old.credit),
        "new": grade_names(page.t, new.credit),
        "model": {m: model_name(page.t, (new if m in new.models else old).credit, m) for m in models},
    }
    titles = _titles(page, old, new)
    st.caption(t("grades.first_movers", shown=page.fmt.count(len(frame)), rows=page.fmt.count(rows)))
    adds = adding("grade_movers", titles)
    heads = titles | {c: page.fmt.in_yuan(titles[c]) for c in titles if KINDS.get(c) == "money"}
    biggest = BigList(
        [Column(c, heads[c], KINDS.get(c, "text"), named.get(c), adds=c in adds) for c in titles],
        lambda: named_customers(db, moves.movers(old, new, models), rows),
        rows,
        (old.known, new.known, old.policy.version, new.policy.version, *models),
    )
    row = table(
        page,
        "grade_movers",
        _written(page, frame, named),
        titles,
        files=False,
        height=min(38 + 35 * len(frame), 420),
        select=True,
        is_whole=rows <= len(frame),
    )
    download_big(page, "grade_movers", biggest, title=t("tables.grade_movers"), filters=words)
    if row is not None:
        page.open_customer(str(frame["cons_no"].iloc[row]))


def _titles(page: Page, old: Side, new: Side) -> dict[str, str]:
    """The columns; one score where both sides' rules give the same."""
    t, same = page.t, old.given.key == new.given.key
    scores = {"new_score": t("grades.columns.score")}
    if not same:
        scores = {c: t(f"grades.columns.{c}") for c in ("old_score", "new_score")}
    first, last = ("cons_no", "name", "org_name", "model", "old", "new"), ("overdue", "balance")
    return {c: t(f"grades.columns.{c}") for c in first} | scores | {c: t(f"grades.columns.{c}") for c in last}


def _written(page: Page, frame: pd.DataFrame, named: dict[str, dict[str, str]]) -> pd.DataFrame:
    return frame.assign(
        **{c: frame[c].map(names) for c, names in named.items()},
        **{c: [page.fmt.score(v) for v in frame[c]] for c in ("old_score", "new_score")},
    )
