"""Connecting on its page: what is seen, changed, tried, kept, undone and refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access.auth import User
from dashboard.connect import files, trial
from dashboard.connect.reader import Reader
from dashboard.words.format import Format
from dashboard.words.i18n import Translator
from dashboard.words.literal import literal
from data.ask import load_queries
from data.errors import InputError
from data.load.kept_mappings import kept_mappings
from data.warehouse.snapshots import Warehouse, open_snapshot
from services.warehouse.connecting import Desk, connect_folder
from services.warehouse.seeing import NO_TABLE, Seen
from services.warehouse.trying import Trial
from tests.actors import by
from tests.dashboard.opening import page_of
from tests.services import odd_folder as odd

ZH, EN = Translator("zh"), Translator("en")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse without data, and a folder that the operator opened."""
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(tmp_path / "house"))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setenv("DENGTA_CONNECT_FOLDERS", str(tmp_path / "open"))
    odd.write(tmp_path / "open" / "odd")
    return Warehouse(tmp_path / "house")


def opened(house: Warehouse, t: Translator, *, with_desk: bool = True) -> AppTest:
    """The first run, on the odd folder."""
    app = page_of("overview", lang=t.of)
    if with_desk:
        folder = house.path.parent / "open" / "odd"
        app.session_state["connect_desk"] = connect_folder(by("li"), house, str(folder))
    return app.run()


def said(app: AppTest) -> str:
    assert not app.exception
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.success, *app.error]
    text = "\n".join(str(p.value) for p in parts)
    assert "⟦" not in text
    return text


def box(app: AppTest, label: str) -> object:
    return next(b for b in app.selectbox if b.label == label)


def press(app: AppTest, label: str) -> AppTest:
    return next(b for b in app.button if b.label == label).click().run()


def choose_all(app: AppTest, t: Translator) -> None:
    """All that a person would choose, box by box."""
    for name, choice in odd.CHOSEN.items():
        box(app, t("connect.pick")).set_value(name).run()  # type: ignore[attr-defined]
        box(app, t("connect.table")).set_value(choice.table).run()  # type: ignore[attr-defined]
        for column, heading in choice.columns.items():
            words = t(f"extract_columns.{column}")
            label = next(b.label for b in app.selectbox if b.label in (words, f"{words} *"))
            box(app, label).set_value(heading).run()  # type: ignore[attr-defined]


def test_a_server_without_data_offers_uploads_and_the_folders_that_are_open(house: Warehouse) -> None:
    app = opened(house, ZH, with_desk=False)
    assert str(house.path.parent / "open" / "odd") in box(app, ZH("connect.folder")).options  # type: ignore[attr-defined]
    assert ZH("connect.upload_help", files=200, each=50, together=200) in said(app)
    assert house.current() is None


def test_where_no_folder_is_open_the_page_says_so(house: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DENGTA_CONNECT_FOLDERS")
    app = opened(house, EN, with_desk=False)
    assert EN("connect.no_folders") in said(app)
    assert not [b for b in app.selectbox if b.label == EN("connect.folder")]


def test_a_folder_that_is_closed_meanwhile_is_refused_in_a_sentence(
    house: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, folder = opened(house, ZH, with_desk=False), str(house.path.parent / "open" / "odd")
    box(app, ZH("connect.folder")).set_value(folder).run()  # type: ignore[attr-defined]
    monkeypatch.setenv("DENGTA_CONNECT_FOLDERS", str(house.path.parent / "elsewhere"))
    press(app, ZH("connect.look_folder"))
    assert ZH("errors.connect_folder_closed", path="").split("{")[0][-10:] in said(app)
    assert "connect_desk" not in app.session_state


@pytest.mark.parametrize("t", [ZH, EN], ids=["zh", "en"])
def test_unknown_files_say_what_they_wait_for(house: Warehouse, t: Translator) -> None:
    app = opened(house, t)
    text = said(app)
    assert (
        t("connect.some_lack", count="3", files=[odd.BILLS, odd.PEOPLE, odd.RECEIPTS]).split("_")[0] in text
    )
    assert t("connect.unknown_left") in text
    assert t("connect.nothing_to_try") in text
    assert next(b for b in app.button if b.label == t("connect.run_button")).disabled
    heading = box(app, t("connect.heading_line"))
    assert "票号 · 哪户" in heading.options[heading.index]  # type: ignore[attr-defined]
    rows = next(d.value for d in app.dataframe if "票号" in d.value)
    assert rows["哪户"].tolist()[0] == "0***00", "nobody said yet that it is a customer's number"
    assert rows["哪月"].tolist()[0] == "202401"
    box(app, t("connect.pick")).set_value(odd.PEOPLE).run()  # type: ignore[attr-defined]
    shown = next(d.value for d in app.dataframe if "叫啥" in d.value).to_string()
    assert "小明" not in shown and "某某路" not in shown and "欧" in shown


def test_the_first_customer_of_a_file_without_headings_is_masked_wherever_it_stands(house: Warehouse) -> None:
    folder = house.path.parent / "open" / "bare"
    folder.mkdir()
    rows = [f"0571{n:08d},欧阳小{'明' * n},某某路{n}号,Zhang San{n},{n}.50" for n in range(1, 4)]
    (folder / "名单.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    app = opened(house, EN, with_desk=False)
    app.session_state["connect_desk"] = connect_folder(by("li"), house, str(folder))
    app.run()
    box(app, EN("connect.table")).set_value("C_CONS").run()  # type: ignore[attr-defined]

    def needed() -> object:
        return next(b for b in app.selectbox if b.label == EN("extract_columns.CONS_NO") + " *")

    needed().set_value("欧阳小明").run()  # type: ignore[attr-defined]
    assert EN("connect.may_be_record") in said(app)
    shown = [said(app), *(d.value.to_string() for d in app.dataframe)]
    shown += [str(b.options) for b in app.selectbox]
    assert needed().options[needed().index] == EN("connect.place_said", place=2, said="欧***")  # type: ignore[attr-defined]
    for word in ("小明", "某某路1", "057100", "San"):
        assert not [text for text in shown if word in text], word


def test_a_file_that_lacks_a_column_is_waited_for_by_name_and_not_tried(house: Warehouse) -> None:
    app = opened(house, ZH)
    box(app, ZH("connect.pick")).set_value(odd.PEOPLE).run()  # type: ignore[attr-defined]
    box(app, ZH("connect.table")).set_value("C_CONS").run()  # type: ignore[attr-defined]
    text = said(app)
    assert ZH("connect.wait_for", files=[odd.PEOPLE]) in text
    assert "CONS_NO" not in text, "codes are for who writes a mapping"
    assert app.get("html"), "the first page is styled as the others are"


def test_a_folder_of_which_nothing_can_be_read_shows_no_empty_table(house: Warehouse) -> None:
    folder = house.path.parent / "open" / "bad"
    folder.mkdir()
    (folder / "A_RCVBL_FLOW.csv").touch()
    strange = ":red[now] [pay](http:evil.example) 是.csv"
    (folder / strange).touch()
    app = page_of("overview", lang="zh")
    app.session_state["connect_desk"] = connect_folder(by("li"), house, str(folder))
    text = said(app.run())
    assert text.count(literal("A_RCVBL_FLOW.csv")) == 1, "said once"
    assert text.count(literal(strange)) == 1 and strange not in text, "in words, not in markup"
    assert not app.dataframe and not [b for b in app.selectbox if b.label == ZH("connect.base")]


def test_a_refusal_that_does_not_name_its_file_is_said_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(files.st, "warning", lambda text, **_: told.append(text))
    t = Translator("en", is_markdown=True)
    refused = {"a": InputError("file_damaged", file="a/b.csv"), "*b*": InputError("file_damaged", file="*b*")}
    files._refused(cast(Reader, SimpleNamespace(t=t, plain=t.plain)), refused)
    assert told == [
        t("connect.cannot", file="a", why=t("errors.file_damaged", file="a/b.csv")),
        t("errors.file_damaged", file="*b*"),
    ]


def test_a_sentence_names_the_first_of_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    for kind in ("info", "caption"):
        monkeypatch.setattr(trial.st, kind, lambda text, **_: told.append(text))
    names = tuple(f"z{n}.csv" for n in range(500))
    reader = cast(Reader, SimpleNamespace(t=EN, plain=EN, fmt=Format(EN)))
    waiting = [SimpleNamespace(name=name, lacks=("CONS_NO",), table="C_CONS") for name in names]
    assert not trial.show(reader, cast(Desk, None), cast(list[Seen], waiting))
    report = SimpleNamespace(
        totals=lambda: dict.fromkeys(("read", "loaded", "merged", "quarantined"), 0), extract_on=None
    )
    nothing = {"links": (), "findings": (), "quarantine": pd.DataFrame(), "months": pd.DataFrame()}
    made = SimpleNamespace(report=report, cut=names, untried=names, **nothing)
    desk = SimpleNamespace(house=SimpleNamespace(current=lambda: None))
    monkeypatch.setattr(trial, "_months", lambda *_: None)
    trial._show(reader, cast(Desk, desk), cast(Trial, made))
    named = [text for text in told if "z0.csv" in text]
    assert len(named) == 3
    for text in named:
        assert "z5.csv, … 500 files in all" in text and "z6.csv" not in text


def test_a_sample_is_known_by_its_own_list_of_files_whatever_its_folder_is_called(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_snapshot(sample_warehouse) as db:  # made by the command's own function
        assert load_queries.holds_sample(db)
        for names, wanted in ((["in/.sample.json"], True), (["my.sample.json", "~$a.xlsx"], False)):
            monkeypatch.setattr(load_queries, "load_left_out", lambda _, n=names: pd.DataFrame({"file": n}))
            assert load_queries.holds_sample(db) is wanted


def test_a_file_is_left_out_and_taken_back(house: Warehouse) -> None:
    app = opened(house, EN)
    box(app, EN("connect.table")).set_value(NO_TABLE).run()  # type: ignore[attr-defined]
    assert EN("connect.files_said", files="3", known="0", left="1") in said(app)
    assert EN("connect.why_said.left_out") in said(app)
    press(app, EN("connect.undo_all"))
    assert EN("connect.files_said", files="3", known="0", left="0") in said(app)


@pytest.mark.full
@pytest.mark.parametrize("t", [ZH, EN], ids=["zh", "en"])
def test_boxes_lead_to_figures_a_kept_mapping_and_undo(house: Warehouse, t: Translator) -> None:
    app = opened(house, t)
    choose_all(app, t)
    text = said(app)
    assert t("connect.all_known") in text and t("connect.no_quarantine") in text
    paid = sum(map(odd.is_paid, range(odd.CUSTOMERS)))
    assert t("connect.link_share", found=str(paid), records=str(paid)) in text
    first = sum(odd.fen_of(n) for n in range(odd.CUSTOMERS) if odd.month_of(n) == odd.MONTHS[0])
    assert any(f"{first / 100:,.2f}" in table.value.to_string() for table in app.table)
    app.text_input(key="connect_name").set_value("我们")
    press(app, t("connect.keep_button"))
    assert t("connect.kept", name="我们") in said(app)
    assert [m.name for m in kept_mappings(house)] == ["我们"] and house.current() is None
    press(app, t("connect.undo"))
    assert t("connect.undone") in said(app)


@pytest.mark.parametrize(
    "user",
    [User("a", (), frozenset({"adopt"})), User("b", ("33401",), frozenset({"load"}))],
    ids=["may", "unit"],
)
def test_who_may_not_load_for_the_company_sees_no_desk(
    sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch, user: User
) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(sample_warehouse))
    monkeypatch.setattr("dashboard.access.signin.LOCAL_USER", user)
    app = page_of("data_checks", lang="zh", view="connect").run()
    assert ZH("connect.others") in said(app)
    assert not [b for b in app.button if b.label in (ZH("connect.look"), ZH("connect.look_folder"))]
