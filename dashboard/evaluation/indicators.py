"""指标: the registry as a table with what the data tell of each, and facts that people entered."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analytics import indicators
from analytics.indicators import Indicator
from dashboard.evaluation import facts
from dashboard.evaluation.desk import Desk
from dashboard.tables.downloads import downloads
from dashboard.tables.table import literal_cells
from dashboard.words.credit_terms import in_language, indicator_name
from dashboard.words.format import NOTHING
from dashboard.words.i18n import Translator
from dashboard.words.widths import wide_enough
from services.credit import model_facts
from services.credit.model_facts import QUANTILES

HEADS = (
    "name",
    "group",
    "used",
    "weight",
    "direction",
    "unit",
    "window",
    "source",
    "changeable",
    "classes",
)


def show(desk: Desk) -> None:
    """Every indicator: what it is, what the data say of it; then facts by hand."""
    page, t = desk.page, desk.page.t
    with page.part(t("evaluation.registry"), t("evaluation.registry_help")):
        st.caption(t("evaluation.registry_what", customers=page.fmt.count(len(desk.rows))))
        frame = _worded(desk, desk.ask(_measured))
        shown = frame.assign(coverage=[page.fmt.rate(v, 1) for v in frame["coverage"]])
        for q in QUANTILES:
            shown[_quantile(q)] = [page.fmt.number(v, 2) for v in frame[_quantile(q)]]
        shown["weight"] = [page.fmt.rate(v) if v > 0 else NOTHING for v in frame["weight"]]
        columns = {c: t(f"evaluation.registry_column.{c}") for c in (*HEADS, "coverage")}
        columns |= {_quantile(q): t("evaluation.quantile", share=f"{q * 100:.0f}") for q in QUANTILES}
        columns["formula"] = t("evaluation.formula")
        titled = shown[list(columns)].rename(columns=columns)
        st.dataframe(
            titled,
            hide_index=True,
            height=560,
            alt=t("evaluation.registry"),
            column_config=wide_enough(titled, {columns["name"]: st.column_config.TextColumn(pinned=True)}),
        )
        _download(desk, frame, columns)
        _one(desk)
    facts.show(desk)


def _download(desk: Desk, frame: pd.DataFrame, columns: dict[str, str]) -> None:
    t = desk.page.t
    downloads(
        desk.page,
        "registry",
        frame,
        {**columns, "ingredients": t("evaluation.registry_column.ingredients")},
        own={_quantile(q): "number" for q in QUANTILES},
        title=t("evaluation.registry"),
        filters=desk.said(),
    )


def _one(desk: Desk) -> None:
    """One indicator's formula: what it reads, its range and precision."""
    page, t = desk.page, desk.page.t
    keys = list(indicators.REGISTRY)
    key = st.selectbox(
        t("evaluation.formula_of"),
        keys,
        format_func=lambda k: indicator_name(page.t, k),
        key="evaluation_formula",
        placeholder="",
    )
    known = indicators.known(str(key))
    fmt = page.fmt
    rows = [
        (t("evaluation.formula"), t(f"evaluation.formulas.{known.key}")),
        (t("evaluation.range"), f"{fmt.number(known.low, 0)} – {fmt.number(known.high, 0)}"),
        (t("evaluation.precision"), f"{known.precision:g}"),
        (t("evaluation.source"), _sources(t, known)),
    ]
    heads = [t("evaluation.what_word"), t("evaluation.value")]
    st.table(literal_cells(pd.DataFrame(rows, columns=heads)), hide_index=True, border="horizontal")


def _sources(t: Translator, known: Indicator) -> str:
    """The tables that an indicator is read from; what people enter is no table."""
    by_hand = t("evaluation.by_hand")
    return t.listed(by_hand if name == "manual" else name for name in known.sources.split())


def _quantile(share: float) -> str:
    return f"q{share * 100:.0f}"


def _measured(desk: Desk) -> pd.DataFrame:
    """One row per indicator, of the model's customers in scope: `key, weight, coverage` and quantiles."""
    weights = desk.tried.credit.weights(desk.model)
    spreads = {key: model_facts.spread(desk.measured, key, desk.rows) for key in indicators.REGISTRY}
    return pd.DataFrame(
        [
            {
                "key": key,
                "weight": weights.get(key, 0.0),
                "coverage": spread.coverage,
                **{_quantile(q): v for q, v in zip(QUANTILES, spread.quantiles(), strict=True)},
            }
            for key, spread in spreads.items()
        ]
    )


def _worded(desk: Desk, measured: pd.DataFrame) -> pd.DataFrame:
    """The same with what the reader's language says of each indicator."""
    rows = measured.to_dict("records")
    return pd.DataFrame(
        [{**_words(desk, indicators.known(row["key"]), row["weight"]), **row} for row in rows]
    )


def _words(desk: Desk, known: Indicator, weight: float) -> dict[str, str]:
    t = desk.page.t
    return {
        "name": in_language(t, known),
        "group": t(f"evaluation.group.{known.group}"),
        "used": t("common.yes" if weight > 0 else "common.no"),
        "direction": t(f"evaluation.direction.{known.direction}"),
        "unit": t(f"evaluation.unit.{known.unit}"),
        "window": t(f"evaluation.window.{known.window}"),
        "source": _sources(t, known),
        "changeable": t("common.yes" if known.changeable else "common.no"),
        "formula": t(f"evaluation.formulas.{known.key}"),
        "classes": t.listed([desk.page.name("class", c) for c in known.classes]),
        "ingredients": ", ".join(known.formula.ingredients),
    }
