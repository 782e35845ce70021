"""客户清单 and 数据核对 as readers use them, in both languages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event
from typing import Any

import pandas as pd
import pytest
from google.protobuf.text_format import MessageToString
from streamlit.testing.v1 import AppTest

from dashboard.access import signin
from dashboard.access.auth import LOCAL_USER
from dashboard.customers import measures
from dashboard.customers.columns import COLUMNS
from dashboard.customers.list_link import read_values, write_values
from dashboard.data_checks import quarantine
from dashboard.links.link_codes import link_key
from dashboard.shared import background
from dashboard.what_if import bench
from dashboard.words.i18n import Translator
from data.errors import EnvironmentRefusedError, InputError
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot, open_snapshot
from services.checks import data_checks
from services.checks.data_checks import Chosen
from services.credit.policy_files import read_policy
from services.customers import lists
from services.customers.customer_codes import code_of
from services.customers.customer_filters import FILTERS, Choice, Value
from services.recovery import figures
from services.tieout import tieout_pages
from tests.actors import by

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def opened(page: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=60)
    app.switch_page(f"pages/{page}.py")
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def words(app: AppTest) -> str:
    """Everything that the page and its side say, and what stands in its tables."""
    said: list[str] = []

    def walk(node: Any) -> None:
        proto = getattr(node, "proto", None)
        if proto is not None and not isinstance(proto, (str, int)):
            said.append(MessageToString(proto, as_utf8=True))
        for child in getattr(node, "children", {}).values():
            walk(child)

    walk(app.main)
    walk(app.sidebar)
    return "\n".join([*said, *(f.value.to_csv() for f in (*app.dataframe, *app.table))])


def fine(app: AppTest) -> str:
    """The page's words; it has no exception, no error and no missing word."""
    assert not app.exception and not app.error, [e.value for e in (*app.exception, *app.error)]
    text = words(app)
    assert app.title[0].value in text and len(text) > 500, "the page's words are not read"
    assert not re.findall("⟦.*?⟧", text)
    return text


@pytest.fixture
def snapshot(warehouse_env: Path) -> Snapshot:
    return open_snapshot(warehouse_env)


@pytest.fixture
def someone(snapshot: Snapshot) -> dict[str, Any]:
    """A customer with a full name, a phone and arrears."""
    found = snapshot.cursor().execute(
        "select cons_no, org_no, name, mobile, address from dim_customer"
        " where length(name) > 1 and mobile is not null and address is not null order by cons_key limit 1"
    )
    return found.df().iloc[0].to_dict()


@pytest.mark.parametrize("language", ["zh"])
@pytest.mark.parametrize(
    "query",
    [
        {"n": "1", "window": "year", "part": "both"},
        {"view": "list"},
        {
            "view": "list",
            "f": "overdue:100~;is_closed:0;on_time:~50",
            "sort": "arrears_12m",
            "p": "2",
            "size": "50",
        },
        {"view": "list", "f": "balance:999999999~"},
        {"view": "nonsense", "f": "x:1;overdue:a~b;is_closed:7", "sort": "; drop", "p": "-3", "n": "99"},
        {"c": "nonsense"},
    ],
)
def test_the_customers_page_opens_on_any_link(
    warehouse_env: Path, language: str, query: dict[str, str]
) -> None:
    fine(opened("customers", lang=language, **query))


@LANGUAGES
def test_grades_and_lights_stand_in_the_list_and_filter_it(snapshot: Snapshot, language: str) -> None:
    grades = read_policy().credit.grades
    held, last = grades[1], grades[-1]
    link = f"grade:{held.key},{last.key};light:none,red"
    app = opened("customers", lang=language, view="list", f=link, sort="grade", order="asc", size="200")
    fine(app)
    names = [f"{g.key} {g.zh if language == 'zh' else g.en}" for g in (held, last)]
    lights = {"zh": {"无", "红"}, "en": {"No light", "Red"}}[language]
    shown = app.dataframe[0].value
    assert set(shown["grade"]) <= set(names) and set(shown["light"]) <= lights and len(shown) > 5
    worth = [names.index(g) for g in shown["grade"]]
    assert worth == sorted(worth, reverse=True), "the worst grade is not first"
    chips = [m for m in app.multiselect if m.key == "box_grade:codes"]
    assert [m.value for m in chips] == [[held.key, last.key]]


@LANGUAGES
def test_a_link_by_number_becomes_an_opaque_code(
    snapshot: Snapshot, someone: dict[str, Any], language: str
) -> None:
    app = opened("customers", lang=language, cons_no=someone["cons_no"])
    text = fine(app)
    assert "cons_no" not in app.query_params
    assert app.query_params["c"] == code_of(link_key(), someone["cons_no"])
    assert someone["cons_no"] in text
    for whole in ("name", "mobile", "address"):
        assert str(someone[whole]) not in text, f"the full {whole} is on the page"


def test_a_link_gives_nobody_the_number_of_a_customer_beyond_their_units(
    snapshot: Snapshot, someone: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = (
        "select org_no from dim_org where not starts_with($mine, org_no) order by depth desc, org_no limit 1"
    )
    (other,) = snapshot.cursor().execute(ask, {"mine": someone["org_no"]}).fetchone() or ("",)
    reader = replace(LOCAL_USER, orgs=(other,), permissions=frozenset())
    monkeypatch.setattr(signin, "user_or_stop", lambda t: reader)
    app = opened("customers", c=code_of(link_key(), someone["cons_no"]))
    assert someone["cons_no"] not in fine(app)
    assert any(b.label == Translator("zh")("chips.customer_elsewhere") for b in app.button)


def test_every_chart_and_table_of_a_file_can_be_taken_away(warehouse_env: Path, snapshot: Snapshot) -> None:
    """Also the charts; and every amount says that it is in yuan."""
    ask = "select cons_no from dim_customer join fct_balance using (cons_key) where is_owed and open > 0"
    then = " and due_on < date '2026-11-20' and to_on > date '2026-11-20' order by cons_no"
    (cons_no,) = snapshot.cursor().execute(ask + then).fetchone() or ("",)
    text = fine(opened("customers", cons_no=cons_no, lang="zh"))
    for name in ("timeline", "ageing", "bills", "late_fee", "receipts"):
        assert f"download_customer_{name}_xlsx" in text
    for heading in ("金额", "实收电费", "未收", "逾期金额", "跨年分段"):
        assert json.dumps(f"{heading}（元）")[1:-1] in text.replace("\\\\", "\\"), heading


@LANGUAGES
def test_the_history_of_a_grade_can_be_taken_away(
    warehouse_env: Path, someone: dict[str, Any], language: str
) -> None:
    app = opened("customers", cons_no=someone["cons_no"], lang=language)
    app.session_state[f"credit_{someone['cons_no']}"] = Translator(language)("credit.tabs.history")
    assert "download_credit_history_xlsx" in fine(app.run())


def test_looking_at_a_full_name_is_recorded_before_it_is_shown(
    warehouse_env: Path, snapshot: Snapshot, someone: dict[str, Any]
) -> None:
    app = opened("customers", lang="zh", c=code_of(link_key(), someone["cons_no"]))
    assert someone["name"] not in fine(app)
    app.text_input(key=f"why_{someone['cons_no']}").input("客户来电核对").run()
    [button] = [b for b in app.button if b.label == "查看并记录"]
    button.click().run()
    assert someone["name"] in fine(app)
    [look] = State.open(warehouse_env).unmaskings()
    assert (look.cons_no, look.why, look.place) == (someone["cons_no"], "客户来电核对", "customers")


def test_an_unknown_customer_is_one_clear_sentence(warehouse_env: Path) -> None:
    app = opened("customers", lang="zh", cons_no="no-such-number")
    fine(app)
    assert [w.value for w in app.warning] == ["没有这个户号，或它不在您可查看的单位内。"]


def test_the_list_on_the_page_is_the_list_of_the_service(snapshot: Snapshot) -> None:
    app = opened("customers", lang="zh", view="list", f="overdue:1~", size="50")
    fine(app)
    scope = Scope(snapshot.meta.extract_on)
    choice = Choice({"overdue": (100, None)})
    wanted = lists.list_page(snapshot, scope, choice, 50, 1)
    shown = app.dataframe[0].value
    assert shown["cons_no"].tolist() == wanted["cons_no"].tolist()
    assert [round(v * 100) for v in shown["overdue"]] == wanted["overdue"].tolist()


def test_a_search_finds_what_is_shown_and_survives_a_customers_file(
    warehouse_env: Path, snapshot: Snapshot
) -> None:
    app = opened("customers", lang="en", view="list")
    shown = app.dataframe[0].value["masked_name"]
    text = str(shown.iloc[0])
    app.text_input(key="list_search").set_value(text).run()
    found = app.dataframe[0].value["masked_name"]
    assert len(found) and all(text in name for name in found)
    app.query_params["c"] = code_of(link_key(), str(app.dataframe[0].value["cons_no"].iloc[0]))
    app.run()
    assert not [box for box in app.text_input if box.key == "list_search"]
    next(b for b in app.button if "Back" in b.label or "back" in b.label).click().run()
    assert app.text_input(key="list_search").value == text
    assert list(app.dataframe[0].value["masked_name"]) == list(found)
    assert text not in str(app.query_params)


def test_moving_the_slider_changes_list_and_link(warehouse_env: Path) -> None:
    app = opened("customers", lang="zh")
    before = app.metric[0].value
    app.slider[0].set_value(1).run()
    fine(app)
    assert app.query_params["n"] == "1"
    assert int(re.sub(r"\D", "", app.metric[0].value)) >= int(re.sub(r"\D", "", before))


def test_a_number_in_the_link_holds_whatever_the_policy_in_force_says(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.shared import store
    from dashboard.shared.state_store import state

    in_force = store.policy()
    six = replace(in_force, recovery=replace(in_force.recovery, many_arrears=6))
    state().adopt("", six.version, "li", "arrears are many from six on", None, name="六次")
    monkeypatch.setattr(store, "policy", lambda: six)
    assert opened("customers", lang="zh").slider[0].value == 6
    app = opened("customers", lang="zh", n="5")
    assert app.slider[0].value == 5 and app.query_params["n"] == "5"
    app.slider[0].set_value(6).run()
    assert app.query_params["n"] == "6"
    fine(app)


def test_filters_survive_their_link() -> None:
    values = {"overdue": (10000, None), "on_time": (None, 0.5), "is_closed": False, "reader": ("E1", "E2")}
    assert read_values(write_values(values)) == values  # type: ignore[arg-type]
    assert read_values("overdue:1e9~;balance:~;x:1;is_closed:maybe;reader:") is None
    assert read_values("overdue:-5~0.01") == {"overdue": (-500, 1)}
    days: dict[str, Value] = {
        "theft_last_on": (date(2024, 2, 29), None),
        "built_on": (None, date(2020, 1, 1)),
    }
    assert write_values(days) == "theft_last_on:2024-02-29~;built_on:~2020-01-01"
    assert read_values(write_values(days)) == days
    assert read_values("built_on:2023-02-29~;theft_last_on:20240101~x;last_cut_on:1~;oldest_due_on:~") is None


def test_a_day_bounds_the_list_and_the_boxes_show_it(snapshot: Snapshot) -> None:
    bounds = (date(2015, 1, 1), date(2019, 12, 31))
    app = opened(
        "customers", lang="zh", view="list", f="built_on:2015-01-01~2019-12-31", cols="cons_no,built_on"
    )
    fine(app)
    assert [app.date_input(key=f"box_built_on:{end}").value for end in ("from", "to")] == list(bounds)
    scope = Scope(snapshot.meta.extract_on)
    within, everybody = (
        lists.list_totals(snapshot, scope, Choice(v)).customers for v in ({"built_on": bounds}, {})
    )
    assert 0 < within < everybody
    shown = pd.to_datetime(app.dataframe[0].value["built_on"]).dt.date
    assert len(shown) and shown.between(*bounds).all()


def test_a_long_link_is_read_whole(warehouse_env: Path) -> None:
    """Every range at once and every column: neither falls back to all customers or the usual columns."""
    ranges: dict[str, Value] = {
        f.key: (-1_000_000, 1_000_000) for f in FILTERS if f.kind in ("money", "count", "number")
    }
    link, names = write_values(ranges), ",".join(COLUMNS)
    assert len(link) > 256 and len(names) > 256
    app = opened("customers", lang="zh", view="list", f=link, cols=names)
    fine(app)
    assert [app.number_input(key=f"box_{key}:from").value is not None for key in ranges] == [True] * len(
        ranges
    )
    assert len(app.dataframe[0].value.columns) > len(COLUMNS) / 2


def test_reconciliation_on_the_page_adds_up(snapshot: Snapshot) -> None:
    summed = data_checks.reconciliation(snapshot)
    assert summed["adds_up"].all() and summed["read"].sum() > 1000
    shown = opened("data_checks", lang="zh").dataframe[0].value
    assert shown["read"].tolist() == summed["read"].tolist()


@pytest.fixture(scope="session")
def dirty(once_per_run: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """A warehouse of a dirty extract of 200 customers, one of them with a name and a wrong date."""
    from services.warehouse.loading import load
    from services.warehouse.sampling import make_sample

    def make(folder: Path) -> None:
        make_sample(folder / "extract", customers=200, months=6, seed=5, dirty=True)
        path = folder / "extract" / "C_CONS.csv"
        lines = path.read_bytes().decode("utf-8", "replace").splitlines()
        wrong = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
        wrong |= {"CONS_ID": "1", "CONS_NO": "1", "CONS_NAME": "诸葛某某", "BUILD_DATE": "20131301"}
        path.write_text("\r\n".join([*lines, ",".join(wrong.values()), ""]), encoding="utf-8", newline="")
        load(folder / "extract", folder / "house")

    return once_per_run("dirty-house", make) / "house"


@LANGUAGES
def test_quarantine_is_shown_without_personal_data(
    dirty: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    monkeypatch.setenv("DENGTA_WAREHOUSE", str(dirty))
    monkeypatch.setenv("DENGTA_STATE", f"sqlite:///{tmp_path / 'state.db'}")
    monkeypatch.setattr(quarantine, "MOST_GROUPS", 2)
    app = opened("data_checks", lang=language, view="quarantine")
    fine(app)
    db = open_snapshot(dirty)
    found = data_checks.quarantine_groups(db, Scope(db.meta.extract_on), Chosen())
    cut = Translator(language)("data_checks.first_of", shown="2", rows=str(len(found)))
    assert len(found) > 2 and cut in [c.value for c in app.caption], "which groups are left out is not said"
    assert len(app.dataframe[0].value) == min(100, int(found["records"].sum())) > 0
    records = app.dataframe[0].value["record"].dropna()
    assert records.str.contains("CONS_NAME").any()
    assert "诸葛某某" not in words(app)
    assert not records.str.contains(r'"CONS_NAME":\s*"[^"*]').any()


def test_corrections_come_back_by_table_with_the_text_as_it_came(dirty: Path) -> None:
    db = open_snapshot(dirty)
    scope = Scope(db.meta.extract_on)
    buffer, masked = io.BytesIO(), io.BytesIO()
    written = data_checks.write_corrections(buffer, db, scope, Chosen(), whole=True)
    assert written == int(data_checks.quarantine_groups(db, scope, Chosen())["records"].sum())
    with zipfile.ZipFile(buffer) as package:
        names = package.namelist()
        bills = pd.read_csv(package.open("A_RCVBL_FLOW_corrections.csv"), dtype=str, encoding="utf-8-sig")
    assert all(n.endswith(("_corrections.csv", "_lines.txt")) for n in names)
    raw = db.cursor().execute(
        "select json_extract_string(record, '$.RCVBL_AMT') from quarantine"
        " where table_name = 'A_RCVBL_FLOW' and record is not null order by load_id, file, line"
    )
    assert [None if pd.isna(v) else v for v in bills["RCVBL_AMT"]] == [v or None for (v,) in raw.fetchall()]
    data_checks.write_corrections(masked, db, scope, Chosen(), whole=False)
    with zipfile.ZipFile(masked) as package:
        for name in package.namelist():
            assert not re.search("CONS_NAME|ELEC_ADDR|MOBILE", package.read(name).decode("utf-8-sig"))


def test_official_figures_are_kept_withdrawn_and_compared(warehouse_env: Path, snapshot: Snapshot) -> None:
    from analytics.policy import RecoveryRules

    store, rules, scope = State.open(warehouse_env), RecoveryRules(), Scope(snapshot.meta.extract_on)
    units = tieout_pages.units_of(snapshot, scope)
    top = str(units["org_no"].iloc[0])
    rows: tuple[tieout_pages.Row, ...] = ((top, (None, None, 100, None, None, None, 7)),)
    tieout_pages.keep(store, by("li"), scope, rules, rows)
    assert tieout_pages.kept(store, scope, rules) == rows
    version = store.version()
    tieout_pages.keep(store, by("li"), scope, rules, rows)
    assert store.version() == version, "unchanged figures were recorded again"
    app = opened("data_checks", lang="zh", view="tieout")
    fine(app)
    [shown] = [f.value for f in app.dataframe if "月报" in f.value]
    assert shown["月报"].tolist()[:1] == ["1.00"] and len(shown) == 2
    tieout_pages.keep(store, by("li"), scope, rules, ((top, (None,) * 7),))
    assert tieout_pages.kept(store, scope, rules) == ()


def test_a_reader_confined_to_a_unit_sees_none_beyond(dirty: Path) -> None:
    db = open_snapshot(dirty)
    orgs = db.cursor().execute("select org_no from dim_org order by depth desc, org_no limit 1").fetchone()
    assert orgs is not None
    inside = Scope(db.meta.extract_on, allowed_orgs=(orgs[0],))
    found = data_checks.quarantine_list(db, inside, Chosen())
    assert found["org_no"].dropna().str.startswith(orgs[0]).all() and found["org_no"].notna().all()
    listed = lists.whole_list(db, inside, Choice()).read_all().to_pandas()
    assert len(listed) and listed["org_no"].str.startswith(orgs[0]).all()


class Held:
    """Something that the background makes only once it is let."""

    def __init__(self, make: Callable[..., Path]) -> None:
        self.make, self.started, self.go = make, Event(), Event()

    def __call__(self, *given: Any) -> Path:
        self.started.set()
        assert self.go.wait(60)
        return self.make(*given)


def finish() -> None:
    """Wait until the background has nothing more to do."""
    for work in set(background._works.values()):
        work.wait(60)


def graded_columns(app: AppTest) -> list[str]:
    return [str(c) for c in app.dataframe[0].value.columns if "grade" in str(c).lower()]


def test_of_many_the_largest_debtors_come_first_then_the_list_then_its_grades(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where customers are many nothing is waited for, nobody is shown as ungraded, and grade pages find what
    the list made: no button to compute the day, nor the day that its estimates start from.
    """
    measuring, grading = Held(lists.measures), Held(measures._make)
    monkeypatch.setattr(bench, "AT_ONCE", 0)
    monkeypatch.setattr(lists, "measures", measuring)
    monkeypatch.setattr(measures, "_make", grading)
    link = {"lang": "en", "asof": "2026-07-17"}
    app = opened("customers", view="list", **link)
    assert measuring.started.wait(60) and not grading.started.is_set()
    assert "Largest balances" in fine(app) and "customers" in words(app)
    debtors = app.dataframe[0].value
    with open_snapshot(warehouse_env) as db:
        owed = figures.top_debtors(db, Scope(date(2026, 7, 17)), read_policy().recovery, measures.MEANWHILE)
        assert debtors.iloc[:, 0].tolist() == owed["cons_no"].tolist()
        work = background._works[lists.measures_path(db, date(2026, 7, 17))]
    measuring.go.set()
    work.wait(60)

    app = opened("customers", view="list", **link)
    assert grading.started.wait(60) and len(app.dataframe[0].value) and not graded_columns(app)
    assert "being computed" in fine(app)
    page = opened("grades", **link)
    assert "being computed" in fine(page) and not [b for b in page.button if b.label == "Compute now"]
    grading.go.set()
    finish()
    assert graded_columns(opened("customers", view="list", **link))
    page = opened("grades", **link)
    assert "Likely collected" in fine(page) and not [b for b in page.button if b.label == "Compute now"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_day_that_could_not_be_measured_says_so_and_is_tried_again(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    day = date(2026, 7, 14) if language == "zh" else date(2026, 7, 15)
    tries: list[int] = []

    def refuse(*_: Any) -> Path:
        tries.append(1)
        assert drawn.wait(60)
        raise EnvironmentRefusedError("measures_not_writable", path="/full")

    monkeypatch.setattr(bench, "AT_ONCE", 0)
    link, drawn = {"lang": language, "asof": day.isoformat(), "view": "mission"}, Event()
    with monkeypatch.context() as wrong:
        wrong.setattr(lists, "measures", refuse)
        opened("customers", **link)
        drawn.set()
        finish()
        app = opened("customers", **link)
        assert len(tries) == 1 and len(app.dataframe), "the debtors are there whatever failed"
        [said] = [w.value for w in app.warning if "/full" in w.value]
        assert ("再次打开" if language == "zh" else "once more") in said
    opened("customers", **link)
    finish()
    assert "/full" not in fine(opened("customers", **link))
    finish()
    with open_snapshot(warehouse_env) as db:
        assert lists.is_measured(db, day)


def test_a_customers_file_of_another_day_measures_that_customer_alone(
    warehouse_env: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = date(2026, 6, 17)
    with open_snapshot(warehouse_env) as db:
        number = str(db.cursor().execute("select cons_no from dim_customer using sample 1").fetchall()[0][0])
        alone = lists.customer_file(db, Scope(day), number).facts
        assert not lists.is_measured(db, day)
        with pytest.raises(InputError, match="customer_unknown"):
            lists.customer_file(db, Scope(day), "nobody")
        lists.measures(db, day)
        assert lists.customer_file(db, Scope(day), number).facts == alone
