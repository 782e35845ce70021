"""What people decide is kept: in order, whole, by whoever writes at once, and through a kill."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from dashboard.words.i18n import LANGUAGES, Translator
from data.errors import BusyError, EnvironmentRefusedError, InputError
from data.state import OfficialFigure, SavedView, State
from data.state.tables import SCHEMA_VERSION
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.data.conftest import MOST_ON_SQLITE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(url: str) -> Iterator[State]:
    made = State(url)
    yield made
    made.close()


def test_an_empty_store_has_decided_nothing(store: State) -> None:
    assert store.version() == 0
    assert store.current_policy() is None
    assert store.policies() == [] and store.unmaskings() == []
    assert store.official(202601, "assessment") == []


def test_adopting_and_undoing_are_both_kept(store: State) -> None:
    first = store.adopt("a = 1", "v1", "li", "the first", None)
    second = store.adopt("a = 2", "v2", "wang", "stricter", first.id)
    third = store.undo("li", "too strict", second.id)
    assert (third.content, third.version, third.undoes) == ("a = 1", "v1", second.id)
    fourth = store.undo("li", "back to the default", third.id)
    assert (fourth.content, fourth.version, fourth.undoes) == (None, None, first.id)
    assert [p.who for p in store.policies()] == ["li", "wang", "li", "li"]
    with pytest.raises(InputError, match="policy_nothing_to_undo"):
        store.undo("li", "again", fourth.id)
    assert len(store.policies()) == 4, "a refused undo was written"


def test_undoing_after_a_new_adoption_goes_back_one_step_only(store: State) -> None:
    a = store.adopt("a", "va", "li", "x", None)
    b = store.adopt("b", "vb", "li", "x", a.id)
    undone = store.undo("li", "x", b.id)
    c = store.adopt("c", "vc", "li", "x", undone.id)
    assert store.undo("li", "x", c.id).content == "a"


def test_a_decision_on_what_is_no_longer_the_newest_is_refused(store: State) -> None:
    store.adopt("a", "v", "li", "x", None)
    with pytest.raises(BusyError, match="state_changed_meanwhile"):
        store.adopt("b", "v", "wang", "did not see it", None)
    assert [p.content for p in store.policies()] == ["a"]


@pytest.mark.parametrize("why", ["", "   "])
def test_a_reason_is_needed(store: State, why: str) -> None:
    with pytest.raises(InputError, match="state_reason_missing"):
        store.adopt("a", "v", "li", why, None)
    with pytest.raises(InputError, match="state_reason_missing"):
        store.record_unmask(["001"], "li", why, "customers")


def test_looks_are_recorded_and_do_not_change_the_version(store: State) -> None:
    store.record_unmask(["001", "002"], "li", "a complaint", "customers")
    seen = store.unmaskings()
    assert [(u.cons_no, u.who, u.why, u.place) for u in seen] == [
        ("002", "li", "a complaint", "customers"),
        ("001", "li", "a complaint", "customers"),
    ]
    assert store.version() == 0


def test_the_last_official_figure_of_a_place_is_read_and_can_be_withdrawn(store: State) -> None:
    def figure(org: str, value: int | None) -> OfficialFigure:
        return OfficialFigure(202601, "assessment", org, "billed", value)

    store.record_official([figure("334", 100), figure("335", 7)], "li")
    store.record_official([figure("334", 250), figure("335", None)], "wang")
    assert store.official(202601, "assessment") == [figure("334", 250)]
    assert store.official(202512, "assessment") == [] == store.official(202601, "point")
    assert store.version() == 4


def test_views_are_a_persons_own(store: State) -> None:
    store.save_view(SavedView("debtors", "customers", "f=overdue:100~"), "li")
    store.save_view(SavedView("old", "customers", "x=1"), "li")
    store.save_view(SavedView("old", "customers", ""), "li")
    assert store.views("li", "customers") == [SavedView("debtors", "customers", "f=overdue:100~")]
    assert store.views("wang", "customers") == []


def test_ten_writers_at_once_lose_nothing(url: str) -> None:

    def write(n: int) -> None:
        own = State(url)
        for i in range(10):
            own.record_unmask([f"{n}-{i}"], f"user{n}", "load", "test")

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(10)))
    seen = [u.cons_no for u in State(url).unmaskings()]
    assert sorted(seen) == sorted(f"{n}-{i}" for n in range(10) for i in range(10))


def test_of_two_who_adopt_at_once_one_is_refused(url: str) -> None:
    State(url)

    def adopt(n: int) -> str:
        try:
            State(url).adopt(f"p{n}", f"v{n}", f"user{n}", "at once", None)
        except BusyError as e:
            return e.key
        return "adopted"

    with ThreadPoolExecutor(6) as pool:
        said = sorted(pool.map(adopt, range(6)))
    assert said == ["adopted", *["state_changed_meanwhile"] * 5]
    assert len(State(url).policies()) == 1


@MOST_ON_SQLITE
def test_a_kill_leaves_whole_records_only(url: str, tried: Tried) -> None:
    State(url)
    program = textwrap.dedent(f"""
        from data.state import OfficialFigure, State
        store = State({url!r})
        n = 0
        while True:
            n += 1
            figures = [OfficialFigure(n, "assessment", str(k), "billed", n) for k in range(50)]
            store.record_official(figures, "li")
            print("recorded", flush=True)
    """)
    engine = create_engine(url)
    for _ in range(size("kills")):
        run = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE)
        assert run.stdout is not None and run.stdout.readline()
        time.sleep(0.15)  # into the middle of another one
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        with engine.connect() as c:
            counts = c.execute(text("select at, count(*) from official_figure group by at")).fetchall()
        assert counts and {n for _, n in counts} == {50}
        tried("Decisions killed (kill -9) while they are written down: each whole, or not there")
    State(url).record_official([OfficialFigure(1, "assessment", "x", "billed", 1)], "li")


def test_a_store_of_a_newer_program_is_refused(url: str) -> None:
    State(url)
    with create_engine(url).begin() as c:
        c.execute(text("update state_schema set version = 99"))
    with pytest.raises(InputError, match="state_newer") as refusal:
        State(url)
    for language in LANGUAGES:
        said = Translator(language).error(refusal.value)
        assert "99" in said and str(SCHEMA_VERSION) in said


@pytest.mark.parametrize("url", ["nonsense", "sqlserver://x", "oracle+nothing://x"])
def test_an_address_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="state_url_unusable"):
        State(url)


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentRefusedError, match="state_not_writable"):
        State(f"sqlite:///{tmp_path / 'missing' / 'state.db'}")


def test_records_are_only_ever_added() -> None:
    files = sorted((ROOT / "data" / "state").glob("*.py"))
    assert len(files) >= 8
    for file in files:
        source = file.read_text(encoding="utf-8").replace("drop trigger", "")  # a trigger is no record
        assert ".delete(" not in source and ".update(" not in source and "drop" not in source, file.name
        assert "import delete" not in source and "import update" not in source, file.name


def test_opening_makes_the_tables_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DENGTA_STATE", raising=False)
    State.open(tmp_path / "warehouse")
    State.open(tmp_path / "warehouse")
    engine = create_engine(f"sqlite:///{tmp_path / 'warehouse' / 'state.db'}")
    assert {"adopted_policy", "official_figure", "unmask_log", "saved_view"} <= set(
        inspect(engine).get_table_names()
    )
    with engine.connect() as c:
        assert c.scalar(text("select count(*) from state_schema")) == 1
