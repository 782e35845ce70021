"""Publishing on the page: draft, reason, record, replacement, review, the file and who may not."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from dashboard.access import signin
from dashboard.access.auth import PERMISSIONS, User
from dashboard.nav import PAGES, ROOT
from dashboard.words.i18n import Translator, catalogue
from data.environment import second_person
from data.errors import InputError
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import open_snapshot
from services.credit.policy_files import read_policy
from services.credit.risk_light import light_counts
from services.decided import published_grades
from services.publication import publication_facts, publication_flow, publishing_grades, write_back
from services.recovery.headline import arrears
from tests.actors import by
from tests.dashboard import file_rules

AS_OF = date(2026, 10, 31)
EN = Translator("en")


@pytest.fixture
def state(warehouse_env: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """A store of this test's own."""
    url = f"sqlite:///{tmp_path / 'state.db'}"
    monkeypatch.setenv("DENGTA_STATE", url)
    return State(url)


@pytest.fixture
def published(state: State, sample_warehouse: Path) -> State:
    """A store in which the grades of the test's day were published."""
    with open_snapshot(sample_warehouse) as db:
        made = publishing_grades.draft(state, db, read_policy(), AS_OF, AS_OF)
        publication_flow.publish(state, made, by("li"), "the yearly run")
    return state


def publish_page(**query: str) -> AppTest:
    """The view, drawn."""
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=90)
    app.switch_page(next(p.path for p in PAGES if p.key == "grades"))
    for name, value in {"view": "publish", "lang": "en", "asof": AS_OF.isoformat(), **query}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception and not app.error
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press a button by the key of its words."""
    next(b for b in app.button if b.label == EN(f"grades.{label}")).click()
    app.run()
    assert not app.exception and not app.error
    return app


def said(app: AppTest) -> str:
    """The sentences on the page."""
    kinds = ("success", "warning", "caption", "info", "markdown")
    return " ".join(str(e.value) for kind in kinds for e in app.get(kind))


def tables(app: AppTest) -> list[pd.DataFrame]:
    """What the tables hold."""
    return [d.value for d in app.dataframe]


def test_a_draft_is_published_with_a_reason_and_stands_in_the_records(state: State) -> None:
    app = publish_page()
    assert EN("grades.no_publications") in said(app)
    press(app, "make_draft")
    draft = tables(app)[0]
    assert EN("grades.whole_company") in said(app) and EN("grades.total") in set(draft["grade"])
    draft = draft[draft["grade"] != EN("grades.total")]
    assert state.publications() == [], "a draft is not a publication"
    press(app, "publish_button")
    assert state.publications() == [] and app.warning, "published without a reason"
    app.text_input(key="publish_why").input("Committee of November")
    press(app, "publish_button")
    (done,) = state.publications()
    assert (done.as_of, done.valid_from, done.why) == (AS_OF, date(2026, 11, 1), "Committee of November")
    assert EN("grades.published", number=done.id) in said(app)
    assert done.customers == int(draft["published"].sum()) > 500
    assert "Committee of November" in tables(app)[0].to_string()
    assert "To come into force: no. 1" in said(app), "from the day after on"
    assert "No publication is in force" in said(app)


def test_a_publication_is_withdrawn_with_a_reason_that_is_kept(published: State) -> None:
    app = publish_page()
    press(app, "withdraw_publication_button")
    assert published.publications_in_force() and app.warning, "withdrawn without a reason"
    app.text_input(key="withdraw_publication_why").input("wrong day")
    press(app, "withdraw_publication_button")
    assert published.publications_in_force() == [] and "wrong day" in tables(app)[0].to_string()


def ties(app: AppTest) -> int:
    """How many sums of graded and ungraded are said to be the overview's."""
    between = EN("grades.rest.ties", graded="|", rest="|", overdue="|", customers="|").split("|")
    return said(app).count(between[2].strip())


@pytest.mark.parametrize("org", ["", "3340101"])
def test_what_is_in_force_has_its_rest_and_ties_to_the_overview(published: State, org: str) -> None:
    app = publish_page(**({"org": org} if org else {}))
    assert ties(app) == 1
    reasons = [str(v) for frame in app.table for v in frame.value.iloc[:, 0]]
    assert {EN("grades.rest.graded"), EN("grades.reason.closed"), EN("grades.rest.all")} <= set(reasons)


@pytest.mark.parametrize(("org", "klass"), [("", ""), ("3340101", ""), ("3340101", "03")])
def test_the_file_of_a_publication_says_whom_it_leaves_out_and_why(
    published: State, org: str, klass: str, sample_warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units alone narrow it: what else is filtered by is not said of the file."""
    files = file_rules.collected(monkeypatch)
    publish_page(**{name: code for name, code in (("org", org), ("class", klass)) if code})
    book = openpyxl.load_workbook(
        io.BytesIO(next(f for f in files if f.table.startswith("write_back")).make())
    )
    holders, rest, about = (list(sheet.values) for sheet in book.worksheets)
    assert book.sheetnames[1] == EN("grades.rest.sheet")
    (_, *graded), *reasons = [r for r in rest[1:] if r[0] in known_reasons()]
    held = sum(str(row[0]).isdigit() for row in holders)
    assert graded[0] == held and str(held) in {str(row[1]) for row in about}, (
        "the file's rows are the holders"
    )
    assert EN("grades.reason.closed") in {row[0] for row in reasons}
    assert EN("filters.dimension.class") + EN("common.colon") not in str(about)
    with open_snapshot(sample_warehouse) as db:
        scope = Scope(AS_OF, orgs=(org,) if org else ())
        owed = arrears(db, scope, 202609).overdue
    overdue = sum(round(row[4] * 100) for row in [(None, *graded), *reasons])
    late = sum(row[2] for row in [(None, *graded), *reasons])
    assert (overdue, late) == (owed.amount, owed.customers), "not the overview's overdue arrears"


def known_reasons() -> set[str]:
    """What a line of the rest may be called."""
    return {
        EN("grades.rest.graded"),
        *(w for k, w in catalogue("en").items() if k.startswith("grades.reason.")),
    }


def test_a_draft_waits_until_another_reader_has_looked(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DENGTA_SECOND_PERSON", "yes")

    def opened_by(name: str, *orgs: str, permissions: tuple[str, ...] = PERMISSIONS) -> AppTest:
        user = User(name, orgs, frozenset(permissions))
        monkeypatch.setattr(signin, "user_or_stop", lambda t: user)
        return publish_page()

    confirm = EN("grades.confirm_button", number=1)
    app = opened_by("li")
    assert EN("grades.second_look_on") in said(app)
    press(app, "make_draft")
    app.text_input(key="publish_why").input("Committee of November")
    press(app, "publish_button")
    [one] = state.publications()
    assert one.status == "proposed" and state.publications_in_force() == []
    assert EN("grades.second_person") in said(app) and confirm not in [b.label for b in app.button]
    for app in (opened_by("chen", permissions=("model",)), opened_by("zhao", "33401")):
        assert "No. 1 waits" in said(app) and confirm not in [b.label for b in app.button]
    late, app = opened_by("qian"), opened_by("wang")
    next(b for b in app.button if b.label == confirm).click().run()
    assert EN("grades.confirmed", number=1) in said(app)
    [one] = state.publications_in_force()
    assert [(a.kind, a.who) for a in one.acts] == [("proposed", "li"), ("confirmed", "wang")]
    monkeypatch.setattr(signin, "user_or_stop", lambda t: User("qian", (), frozenset(PERMISSIONS)))
    next(b for b in late.button if b.label == confirm).click().run()
    assert EN("errors.publication_decided", number=1) in said(late), "confirmed twice"
    assert len(state.publications()[0].acts) == 2


@pytest.mark.parametrize(
    ("text", "variable", "on"),
    [
        ("[publishing]\n", None, False),
        ("[publishing]\nsecond_person = true", None, True),
        ("[publishing]\nsecond_person = true", "0", False),
        ("", "yes", True),
        ("[publishing]\nsecond_person = 'maybe'", None, None),
        ("", "perhaps", None),
    ],
)
def test_the_second_look_is_set_by_the_users_file_or_the_machine(
    text: str, variable: str | None, on: bool | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    people = tmp_path / "users.toml"
    people.write_text(text, encoding="utf-8")
    monkeypatch.setenv("DENGTA_USERS", str(people))
    monkeypatch.setenv("DENGTA_SECOND_PERSON", variable or "")
    if on is None:
        with pytest.raises(InputError, match="second_person_unclear"):
            second_person()
    else:
        assert second_person() is on


def test_the_classes_of_a_draft_hold_each_customer_once(state: State, sample_warehouse: Path) -> None:
    policy = read_policy()
    with open_snapshot(sample_warehouse) as db:
        asked = "select cons_no, coalesce(cons_sort, '') from dim_customer"
        sorts = dict(db.cursor().execute(asked).fetchall())
        held = set(publishing_grades.draft(state, db, policy, AS_OF).customers["cons_no"].to_pylist())
        other = min(no for no in sorts if no not in held)
        state.overrule(other, "E", AS_OF, date(2027, 12, 31), "wang", "a closed account that owes")
        made = publishing_grades.draft(state, db, policy, AS_OF)
        found = publication_facts.by_class(state, db, made).set_index("model")
    model = {c: m.key for m in reversed(policy.credit.models) for c in m.classes}
    graded = {r["cons_no"]: r["grade"] for r in made.customers.to_pylist()}
    assert graded[other] == "E"
    expected = Counter((model[sorts[no]], grade) for no, grade in graded.items() if no != other)
    told = {(m, g): int(n) for m, row in found.iterrows() for g, n in row.items() if n}
    beyond = {k: n - expected.get(k, 0) for k, n in told.items() if n != expected.get(k, 0)}
    assert list(beyond.values()) == [1] and [g for _, g in beyond] == ["E"], "who is overruled is in a class"
    assert sum(told.values()) == len(graded)


def test_replacing_needs_a_yes_and_only_what_was_seen_is_published(published: State) -> None:
    app = press(publish_page(), "make_draft")
    assert EN("grades.stays", households="600", stay="600")[-10:] in said(app)
    app.text_input(key="publish_why").input("again")
    press(app, "publish_button")
    assert len(published.publications()) == 1 and app.warning
    app.checkbox(key="publish_confirm").check()
    published.overrule("0000000001", "A", AS_OF, date(2027, 1, 1), "wang", "a decision meanwhile")
    app.text_input(key="publish_why").input("again")
    press(app, "publish_button")
    assert len(published.publications()) == 1, "published what nobody saw"
    press(app, "make_draft")
    app.checkbox(key="publish_confirm").check()
    app.text_input(key="publish_why").input("again")
    press(app, "publish_button")
    assert [p.replaces for p in published.publications()] == [None, 1]
    press(app, "compare_button")
    assert not app.warning and ties(app) == 2
    assert any(
        EN("grades.replaced_by", number=2) in str(v) for frame in tables(app) for v in frame.to_numpy().flat
    )


def test_an_override_and_a_review_are_made_here_and_change_the_grade(published: State) -> None:
    first, second = (str(n) for n in published.published_rows(1)["cons_no"].to_pylist()[:2])
    app = publish_page()
    app.text_input(key="overrule_cons_no").input("no such number")
    app.text_input(key="overrule_why").input("x")
    press(app, "overrule_button")
    assert published.overrides() == [] and app.warning
    app.text_input(key="overrule_cons_no").input(first)
    app.selectbox(key="overrule_to").select("D")
    app.text_input(key="overrule_why").input("bank guarantee withdrawn")
    press(app, "overrule_button")
    app.text_input(key="object_cons_no").input(second)
    app.text_input(key="object_text").input("my payment was late in your books only")
    press(app, "object_button")
    (objection,) = published.objections()
    assert any(second in t.to_string() and objection.text in t.to_string() for t in tables(app))
    app.radio(key="review_outcome").set_value("changed")
    app.selectbox(key="review_grade").select("A")
    app.text_input(key="review_why").input("bank statement of May")
    press(app, "review_button")
    held = {n: published_grades.published_grade(published, n, AS_OF) for n in (first, second)}
    assert {n: (h.grade, h.source) for n, h in held.items() if h} == {
        first: ("D", "override"),
        second: ("A", "review"),
    }
    assert EN("grades.no_objections") in said(app)
    app.text_input(key="withdraw_why").input("renewed")
    press(app, "withdraw_button")
    assert published.overrides()[0].withdrawn_why == "renewed"


def test_the_file_holds_every_holder_of_the_readers_units(published: State, sample_warehouse: Path) -> None:
    publication = published.publications()[0]
    orgs = sorted({str(o)[:7] for o in published.published_rows(1)["org_no"].to_pylist()})
    whole, words = io.BytesIO(), Translator("zh")
    rows = write_back.write_back(whole, "csv", published, AS_OF, words, "zh")
    assert rows == publication.customers
    parts = 0
    for org in orgs:
        some = io.BytesIO()
        parts += write_back.write_back(some, "csv", published, AS_OF, words, "zh", allowed_orgs=(org,))
        lines = list(csv.reader(io.StringIO(some.getvalue().decode("utf-8-sig"))))
        held = publication_of(published, org)
        assert {line[0]: line[1] for line in lines[1:]} == held
    assert parts == rows


def publication_of(state: State, org: str) -> dict[str, str]:
    """Grades by customer of a unit, from the rows as they were kept."""
    rows = state.published_rows(1).to_pylist()
    return {r["cons_no"]: r["grade"] for r in rows if r["org_no"].startswith(org)}


def test_the_light_stands_apart_and_counts_every_lit_customer(state: State, sample_warehouse: Path) -> None:
    app = publish_page()
    with open_snapshot(sample_warehouse) as db:
        counts = light_counts(db, read_policy(), AS_OF)
    lit = next(t for t in tables(app) if "light" in t)
    words = {EN(f"credit.lights.{light}"): n for light, n in counts.items() if light != "none"}
    assert {k: v for k, v in zip(lit["light"], lit["households"], strict=True) if v} == words
    assert sum(words.values()) > 0


def test_money_of_a_draft_is_what_its_customers_owe(state: State, sample_warehouse: Path) -> None:
    with open_snapshot(sample_warehouse) as db:
        made = publishing_grades.draft(state, db, read_policy(), AS_OF)
        counted = publication_facts.by_grade(db, made)
        classes = publication_facts.by_class(state, db, made)
        owed = db.cursor().execute(
            "select cons_no, sum(open) from fct_balance join dim_customer using (cons_key)"
            " where ? >= from_on and ? < to_on group by cons_no",
            [AS_OF, AS_OF],
        ).fetchall()  # fmt: skip
    grade = dict(zip(made.customers["cons_no"].to_pylist(), made.customers["grade"].to_pylist(), strict=True))
    expected: dict[str, int] = {}
    for number, fen in owed:
        if number in grade:
            expected[grade[number]] = expected.get(grade[number], 0) + int(fen)
    found = dict(zip(counted["grade"], counted["balance"], strict=True))
    assert {g: m for g, m in found.items() if m} == {g: m for g, m in expected.items() if m}
    told = classes.set_index("model")
    assert told.sum().loc[lambda n: n > 0].to_dict() == dict(Counter(grade.values()))
    assert len(told) > 1 and int(told.to_numpy().sum()) == made.customers.num_rows


@pytest.mark.parametrize(
    ("user", "word"),
    [
        (User("reader", (), frozenset({"model"})), "may_not_publish"),
        (User("unit", ("33401",), frozenset(PERMISSIONS)), "restricted_publish"),
    ],
)
def test_who_may_not_publish_is_told_so(
    state: State, user: User, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "user_or_stop", lambda t: user)
    app = publish_page()
    assert EN(f"grades.{word}") in said(app)
    assert not [b for b in app.button if b.label == EN("grades.make_draft")]


def sent(patch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    """Have a browser send, of boxes by key, what they never offered."""
    honest = Selectbox._widget_state.fget  # type: ignore[attr-defined]

    def state_of(box: Selectbox[object]) -> object:
        told = honest(box)
        if box.key in values:
            told.string_value = values[box.key]
        return told

    patch.setattr(Selectbox, "_widget_state", property(state_of))


def test_a_reader_of_one_unit_sees_no_other_units_objections(
    published: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = published.published_rows(1).to_pylist()
    unit = str(rows[0]["org_no"])
    inside = rows[0]["cons_no"]
    outside = next(r["cons_no"] for r in rows if not r["org_no"].startswith(unit))
    for number in (inside, outside):
        published.object_to(1, number, f"objection of {number}", AS_OF, "li")
        published.overrule(number, "C", AS_OF, date(2027, 1, 1), "li", f"override of {number}")
    user = User("unit", (unit,), frozenset(PERMISSIONS) - {"administer"})
    monkeypatch.setattr(signin, "user_or_stop", lambda t: user)
    app = publish_page()
    shown = " ".join(t.to_string() for t in tables(app))
    assert inside in shown and outside not in shown
    app.text_input(key="overrule_cons_no").input(outside)
    app.text_input(key="overrule_why").input("x")
    press(app, "overrule_button")
    assert len(published.overrides()) == 2, "a customer outside the reader's units was overruled"
    for value in ("2", "x"):
        with monkeypatch.context() as browser:
            sent(browser, {"withdraw_which": value, "review_which": value})
            app.text_input(key="withdraw_why").input("x")
            press(app, "withdraw_button")
            assert app.warning
            app.text_input(key="review_why").input("x")
            press(app, "review_button")
            assert app.warning
    assert all(o.withdrawn_on is None for o in published.overrides()), "a number that was not offered"
    assert all(o.review is None for o in published.objections()), "a number that was not offered"
    with monkeypatch.context() as away:
        away.setattr(signin, "configured", lambda: True)
        away.setattr(signin.signin_setup, "lack", lambda: None)
        app.text_input(key="withdraw_why").input("signed out meanwhile")
        press(app, "withdraw_button")
    assert EN("errors.sign_in_over") in said(app)
    assert all(o.withdrawn_on is None for o in published.overrides())
