"""The ranking on the page: any level and measure, searched over all rows, one's own units alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER
from dashboard.recovery import ranking as page_of_ranking
from dashboard.tables.cells import written
from dashboard.words.format import Format
from dashboard.words.i18n import LANGUAGES, Translator
from services.recovery.ranking import RANKED
from tests.dashboard.test_targets_page import fine, opened, said

both = pytest.mark.parametrize("t", [Translator(language) for language in LANGUAGES], ids=LANGUAGES)


def names(app: AppTest) -> list[str]:
    """The names in the table, as it stands."""
    frame = app.dataframe[0].value
    return [str(v) for v in frame["name"]]


@both
def test_any_part_of_a_name_is_found_on_whatever_page_it_stands(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch, t: Translator
) -> None:
    monkeypatch.setattr(page_of_ranking, "A_PAGE", 5)
    app = opened(t, view="ranking", rank_level="area")
    first = names(app)
    assert len(first) == 5
    last = names(opened(t, view="ranking", rank_level="area", rank_p="99"))
    assert last and last[-1] not in first
    app.text_input(key="ranking_search").input(last[-1])
    fine(app.run())
    assert last[-1] in names(app) and len(names(app)) < len(first)
    assert last[-1] not in str(app.query_params), "the text went into the link"
    app.text_input(key="ranking_search").input("no such name")
    assert t("debt_lists.not_found") in said(fine(app.run()))


def test_what_a_search_finds_is_turned_through_page_by_page(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = names(opened(Translator("zh"), view="ranking", rank_level="area"))
    holders = {c: [n for n in every if c in n] for c in sorted(set("".join(every)))}
    text, wanted = max(((c, n) for c, n in holders.items() if len(n) < len(every)), key=lambda e: len(e[1]))
    monkeypatch.setattr(page_of_ranking, "A_PAGE", 2)
    app = opened(Translator("zh"), view="ranking", rank_level="area", rank_p="2")
    app.text_input(key="ranking_search").input(text)
    found: list[str] = []
    for number in range(1, -(-len(wanted) // 2) + 1):
        app.query_params["rank_p"] = str(number)
        found += names(fine(app.run()))
    assert found == wanted and 4 < len(wanted) < len(every)


@both
def test_every_measure_of_every_level_is_drawn(warehouse_env: Path, t: Translator) -> None:
    for level, measure in zip(("station", "unit1", "unit2", "collector", "area") * 2, RANKED, strict=False):
        app = opened(t, view="ranking", rank_level=level, rank_by=measure, rank_order="last")
        assert names(app), (level, measure)
        assert "⟦" not in said(app) + str(list(app.dataframe[0].value))


def test_one_confined_to_a_county_finds_its_own_station_alone(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = replace(LOCAL_USER, orgs=("3340102",))
    monkeypatch.setattr(signin, "user_or_stop", lambda t: user)
    app = opened(Translator("zh"), view="ranking", rank_level="station")
    assert app.dataframe[0].value["key"].tolist() == ["334010201"]


ROWS = pd.DataFrame(
    {
        "name": ["潘娟", "黄秀", "周平", "吴明"],
        "rank": [1, 1, 3, 4],
        "rise": pd.array([0, 2, -1, None], dtype="Int64"),
        "value": [1.0, 1.0, 0.99499999, 0.99],
        "target": [0.995] * 4,
        "missing": [0, 0, 1_200, 90_000],
    }
)


@pytest.mark.parametrize(
    ("language", "first"), [("zh", "潘娟和另外 1 个并列"), ("en", "潘娟 and 1 more, equal,")]
)
def test_what_is_said_of_a_ranking_is_what_is_true_of_it(
    language: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr("dashboard.recovery.ranking.st.markdown", told.append)
    t = Translator(language)
    page = SimpleNamespace(t=t, fmt=Format(t))
    page_of_ranking._said(page, ROWS, "current_year")  # type: ignore[arg-type]
    assert f"{first} 100.00%" in told[0] and "吴明 99.00%" in told[0]
    page_of_ranking._said(page, ROWS.head(2), "current_year")  # type: ignore[arg-type]
    assert told[1] == t("ranking.all_equal", count="2", best="100.00%")
    shown, config = written(page.fmt, ROWS, {c: c for c in ROWS})
    assert config["value"]["type_config"]["format"] == config["target"]["type_config"]["format"] == "%.4f"
    assert list(shown["value"].round(6)) == [100, 100, 99.4999, 99]
    assert list(shown["rise"]) == [t("common.same_place"), "+2", "-1", "—"]
