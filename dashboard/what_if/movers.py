"""Who changes grade between two sides: the first as a list that opens, all of them as a file."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.page import Page
from dashboard.tables.downloads import BigList, download_big
from dashboard.tables.table import table, titles
from dashboard.what_if.bench import Side
from dashboard.words.credit_terms import grade_names, model_name
from data.ask.credit_queries import named_customers
from services.credit import moves
from services.files.columns import title
from services.files.exports import columns_of

SHOWN = 200


def show(page: Page, old: Side, new: Side, models: Sequence[str], rows: int, words: tuple[str, ...]) -> None:
    """The list; `rows` is how many move, `words` what its file says beside the page's filters."""
    t, db = page.t, page.store.db
    frame = named_customers(db, moves.movers(old, new, models, SHOWN), SHOWN).read_all().to_pandas()
    named = {
        "old": grade_names(page.t, old.credit),
        "new": grade_names(page.t, new.credit),
        "model": {m: model_name(page.t, (new if m in new.models else old).credit, m) for m in models},
    }
    heads = _titles(page, old, new)
    st.caption(t("grades.first_movers", shown=page.fmt.count(len(frame)), rows=page.fmt.count(rows)))
    biggest = BigList(
        columns_of(t.plain, "grade_movers", heads, labels=named),
        lambda: named_customers(db, moves.movers(old, new, models), rows),
        rows,
        (old.known, new.known, old.policy.version, new.policy.version, *models),
    )
    row = table(
        page,
        "grade_movers",
        _worded(frame, named),
        heads,
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
    scores = {"new_score": title(t, "score")} if same else titles(page, ("old_score", "new_score"))
    first, last = ("cons_no", "name", "org_name", "model", "old", "new"), ("overdue", "balance")
    return titles(page, first) | scores | titles(page, last)


def _worded(frame: pd.DataFrame, named: dict[str, dict[str, str]]) -> pd.DataFrame:
    return frame.assign(
        **{c: frame[c].map(names) for c, names in named.items()},
    )
