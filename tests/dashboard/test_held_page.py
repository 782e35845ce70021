"""A load that is held, in a browser's session: seen by who may load, published or discarded with a reason."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.words.held_words import examples_said
from dashboard.words.i18n import Translator
from data.load.plausibility import Finding
from data.state import State
from data.warehouse.snapshots import Warehouse
from services.warehouse.holding import held_loads
from services.warehouse.judging import HeldError
from tests.dashboard.test_customers_page import opened, words
from tests.data.load_folder import loaded
from tests.data.plausible_world import NOBODYS, held_house, spoilt, world


@pytest.fixture(scope="module")
def made(
    tmp_path_factory: pytest.TempPathFactory, once_per_run: Callable[[str, Callable[[Path], object]], Path]
) -> Path:
    """A warehouse where June is held, and one where nothing was published yet."""
    base = tmp_path_factory.mktemp("held page")
    shutil.copytree(once_per_run("held", held_house) / "wh", base / "wh")
    june = spoilt(base / "20240710 <b>[x](http://y)", NOBODYS, world((202406,)))
    with pytest.raises(HeldError):
        loaded(june, base / "first")
    return base


def own(made: Path, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    house = Path(shutil.copytree(made / name, tmp_path / "wh"))
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(house))
    monkeypatch.delenv("DENGTA_STATE", raising=False)
    return house


def decide(app: AppTest, house: Path, why: str, label: str) -> AppTest:
    (held,) = held_loads(house).held
    app.text_input(key=f"held_why_{held.id}").input(why)
    next(b for b in app.button if b.label == label).click()
    return app.run()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_data_page_tells_what_was_found_and_discards_with_a_reason(
    language: str, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, t = own(made, "wh", tmp_path, monkeypatch), Translator(language)
    app = opened("data_checks", lang=language)
    assert not app.exception
    said = words(app)
    assert t("held.title") in said and "100.0%" in said and r"0\\*\\*\\*" in said and "0000000" not in said
    (found,) = held_loads(house).held[0].findings
    assert t("held.look_at", what=t(f"held.look.{found.what}").split("'")[0]) in said
    app = decide(app, house, "  ", t("held.discard"))
    assert not app.exception and t("errors.state_reason_missing") in words(app) and held_loads(house).held
    app = decide(app, house, "<b>sent</b> again", t("held.discard"))
    assert not app.exception and not held_loads(house).held
    assert t("held.decisions") in words(app) and "again" in words(app)
    store = State.open(house)
    assert [(d.kind, d.who, d.why) for d in store.load_decisions()] == [
        ("discarded", "local", "<b>sent</b> again")
    ]
    store.close()


def test_an_example_tells_what_was_before_from_what_is_now() -> None:
    months = Finding(
        "received_change", "", 1, 5, 0.2, examples=({"month": 202605, "before": 1000, "amount": 0},)
    )
    assert examples_said(Translator("en").plain, months) == [
        "month 2026-05, 10.00 yuan before, 0.00 yuan now"
    ]


def test_a_first_load_that_is_held_is_published_from_the_first_page(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, t = own(made, "first", tmp_path, monkeypatch), Translator("zh")
    app = opened("data_checks")
    assert not app.exception and t("first_run.title") in words(app) and t("held.title") in words(app)
    app = decide(app, house, "另一系统的实收", t("held.publish"))
    assert not app.exception and not held_loads(house).held
    assert Warehouse(house).current() is not None and t("first_run.title") not in words(app)
    assert t("data_checks.reconciliation") in words(app)


def test_who_may_not_load_sees_nothing_of_it(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own(made, "wh", tmp_path, monkeypatch)
    monkeypatch.setattr("dashboard.access.auth.User.may", lambda self, permission: permission != "load")
    app = opened("data_checks", lang="en")
    assert not app.exception and Translator("en")("held.title") not in words(app)
