"""The ranking on the page: any level and measure, searched over all rows, one's own units alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import signin
from dashboard.auth import PERMISSIONS, User
from dashboard.i18n import LANGUAGES, Translator
from dashboard.recovery import ranking as page_of_ranking
from services.ranking import RANKED
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
    assert t("ranking.not_found") in said(fine(app.run()))


@both
def test_every_measure_of_every_level_is_drawn(warehouse_env: Path, t: Translator) -> None:
    for level, measure in zip(("station", "unit1", "unit2", "collector", "area") * 2, RANKED, strict=False):
        app = opened(t, view="ranking", rank_level=level, rank_by=measure, rank_order="last")
        assert names(app), (level, measure)
        assert "⟦" not in said(app) + str(list(app.dataframe[0].value))


def test_one_confined_to_a_county_finds_its_own_station_alone(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User("chen", ("3340102",), frozenset(PERMISSIONS), signed_in=True)
    monkeypatch.setattr(signin, "user_or_stop", lambda t: user)
    app = opened(Translator("zh"), view="ranking", rank_level="station")
    assert app.dataframe[0].value["key"].tolist() == ["334010201"]
