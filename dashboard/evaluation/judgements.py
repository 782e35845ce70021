"""The AHP editor: one item against the others on the 1–9 scale in words, the matrix and its consistency."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from analytics import ahp
from analytics.credit_parts import Weighting
from analytics.credit_policy import CR_LIMIT
from analytics.policy import Policy
from analytics.policy_edits import with_judgement, with_weighting
from dashboard.evaluation.choice import ROW
from dashboard.evaluation.desk import Desk
from dashboard.parts import figure_grid
from dashboard.tables.cells import Own
from dashboard.tables.downloads import downloads

Array = npt.NDArray[np.float64]
SCALE = (*(float(k) for k in range(9, 0, -1)), *(1 / k for k in range(2, 10)))
"""From much more to much less important."""
NONE = 0.0


def editor(desk: Desk, part: str, items: tuple[str, ...], weighting: Weighting) -> None:
    """Compare one item with the others; the matrix and its consistency stand below."""
    row = _row(desk, items)
    _comparisons(desk, part, items, weighting, row)
    full = weighting.matrix()
    _consistency(desk, part, items, weighting, full)
    _matrix(desk, part, items, weighting, full)


def _row(desk: Desk, items: tuple[str, ...]) -> int:
    page, t, key = desk.page, desk.page.t, "evaluation_row"
    row = page.pick(ROW, items, items[0])
    st.session_state[key] = row
    st.selectbox(
        t("evaluation.compare"),
        items,
        format_func=desk.words,
        key=key,
        on_change=lambda: page.put(ROW, str(st.session_state[key])),
        help=t("evaluation.compare_help"),
        placeholder="",
    )
    return items.index(row)


def _comparisons(desk: Desk, part: str, items: tuple[str, ...], weighting: Weighting, row: int) -> None:
    """A choice in words for each other item."""
    t = desk.page.t
    place = st.grid(3, min_column_width=260, gap="small")
    for column, item in enumerate(items):
        if column == row:
            continue
        value = weighting.judgements[row][column]
        options = SCALE if _on_scale(value) or not value else tuple(sorted({*SCALE, value}, reverse=True))
        key = f"evaluation_judge_{desk.model.key}_{part}_{items[row]}_{item}"
        st.session_state[key] = next((s for s in options if np.isclose(s, value)), NONE)

        def changed(column: int = column, key: str = key) -> None:
            wanted = float(st.session_state[key])
            desk.change(lambda: _judged(desk, part, with_judgement(weighting, row, column, wanted)))

        with place.cell():
            st.selectbox(
                t("evaluation.against", item=desk.words(item)),
                (*options, NONE),
                format_func=lambda v: scale_words(desk, float(v)),
                key=key,
                on_change=changed,
                placeholder="",
            )


def scale_words(desk: Desk, value: float) -> str:
    """A place of Saaty's scale in words; a value between its places as the number it is."""
    t = desk.page.t
    if value == NONE:
        return t("evaluation.scale.none")
    if not _on_scale(value):
        return t("evaluation.scale.odd", value=fraction(value))
    k = round(value if value >= 1 else 1 / value)
    if k == 1:
        return t("evaluation.scale.equal")
    return t(f"evaluation.scale.{'more' if value > 1 else 'less'}{k}", value=fraction(value))


def fraction(value: float) -> str:
    """3, 1/3, 2.5."""
    if value < 1 and np.isclose(1 / value, round(1 / value)):
        return f"1/{round(1 / value)}"
    return f"{value:.3g}"


def _on_scale(value: float) -> bool:
    return bool(np.isclose(value, SCALE).any())


def _judged(desk: Desk, part: str, weighting: Weighting) -> Policy:
    return with_weighting(desk.tried, desk.model.key, part, weighting)


def _consistency(desk: Desk, part: str, items: tuple[str, ...], weighting: Weighting, full: Array) -> None:
    page, t = desk.page, desk.page.t
    table = desk.tried.credit.random_index
    weighed = ahp.weights(full, random_index=table)
    good = weighed.cr < CR_LIMIT
    number = page.fmt.number
    figure_grid(
        page,
        [
            (
                t("evaluation.cr"),
                number(weighed.cr, 3),
                None,
                t("evaluation.cr_good" if good else "evaluation.cr_bad", limit=CR_LIMIT),
            ),
            (
                t("evaluation.lambda_max"),
                number(weighed.lambda_max, 3),
                None,
                t("evaluation.items", n=len(items)),
            ),
            (t("evaluation.ci"), number(weighed.ci, 4), None, t("evaluation.ci_what")),
            (t("evaluation.ri"), number(weighed.ri, 2), None, t(f"evaluation.ri_table.{table}")),
        ],
    )
    _random_index(desk)
    worst = ahp.worst_judgement(full, table)
    if worst is None or good:
        st.caption(t("evaluation.consistent" if worst is None else "evaluation.consistent_enough"))
        return
    said = t(
        "evaluation.worst",
        row=desk.words(items[worst.row]),
        column=desk.words(items[worst.column]),
        value=fraction(worst.value),
        mended=fraction(worst.mended),
        cr=number(worst.cr, 3),
        better=number(worst.cr_mended, 3),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.warning(said)
        st.button(
            t("evaluation.mend", value=fraction(worst.mended)),
            key="evaluation_mend",
            icon=":material/build:",
            on_click=lambda: desk.change(
                lambda: _judged(desk, part, with_judgement(weighting, worst.row, worst.column, worst.mended))
            ),
        )


def _random_index(desk: Desk) -> None:
    t, key = desk.page.t, "evaluation_ri"
    st.session_state[key] = desk.tried.credit.random_index

    def changed() -> None:
        credit = replace(desk.tried.credit, random_index=str(st.session_state[key]))
        desk.change(lambda: replace(desk.tried, credit=credit))

    st.selectbox(
        t("evaluation.ri_choice"),
        list(ahp.RANDOM_INDEX),
        format_func=lambda name: t(f"evaluation.ri_table.{name}"),
        key=key,
        on_change=changed,
        help=t("evaluation.ri_help"),
        placeholder="",
        width=320,
    )


def _matrix(desk: Desk, part: str, items: tuple[str, ...], weighting: Weighting, full: Array) -> None:
    """The whole matrix: the lower half are reciprocals, what was completed is marked."""
    t = desk.page.t
    names = [desk.words(i) for i in items]
    worst = ahp.worst_judgement(full, desk.tried.credit.random_index)
    cells = [
        [("≈" if given == 0 and i != j else "") + fraction(value) for j, (given, value) in enumerate(pairs)]
        for i, pairs in enumerate(
            list(zip(row, line, strict=True)) for row, line in zip(weighting.judgements, full, strict=True)
        )
    ]
    table = pd.DataFrame(cells, columns=names, index=pd.Index(names, name=t("evaluation.item")))
    muted, marked = desk.page.look.theme.muted, desk.page.look.theme.bad
    css = [
        [
            f"color: {muted}"
            if j <= i
            else f"color: {marked}; font-weight: 600"
            if worst and worst.cr >= CR_LIMIT and (i, j) == (worst.row, worst.column)
            else ""
            for j in range(len(items))
        ]
        for i in range(len(items))
    ]
    styled = table.style.apply(
        lambda _: pd.DataFrame(css, index=table.index, columns=table.columns), axis=None
    )
    st.dataframe(styled, alt=t("evaluation.matrix_alt"), key=f"evaluation_matrix_{part}")
    missing = any(v == 0 for line in weighting.judgements for v in line)
    st.caption(t("evaluation.matrix_what") + (t("evaluation.matrix_completed") if missing else ""))
    exact = pd.DataFrame(full, columns=list(items)).assign(item=names)
    titles = {"item": t("evaluation.item"), **dict(zip(items, names, strict=True))}
    own: Own = dict.fromkeys(items, "number")
    title = t("evaluation.matrix_alt")
    downloads(desk.page, "judgements", exact, titles, own=own, title=title, filters=desk.said())
