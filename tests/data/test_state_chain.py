"""What was decided cannot be altered, removed or put back by an older copy without anybody noticing."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import create_engine, text

from dashboard.words.i18n import LANGUAGES, Translator
from data.errors import DengtaError, EnvironmentRefusedError
from data.state import CollectionRecord, OfficialFigure, ServiceRecord, State, TargetFigure, engine
from data.state.acceptance import accept
from data.state.damage import DAMAGES
from data.state.publications import SCHEMA
from tests.attack.sizes import size
from tests.attack.tally import Tried
from tests.data.collection_orders import orders

FLIPS = 2 * size("flips")
ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def own_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DENGTA_STATE")


def decide(store: State, times: int = 1) -> None:
    """Something of every kind."""
    for n in range(times):
        newest = store.policy_id()
        store.adopt(f"a = {n}", f"v{n}", "li", "the reason", newest, name=f"name {n}")
        store.overrule(f"33{n}", "B", DAY, date(2026, 12, 31), "wang", "evidence")
        store.record_unmask([f"44{n}"], "li", "a complaint", "customers")
        store.record_official([OfficialFigure(202601, "assessment", "334", "billed", n)], "li")
        store.record_services([ServiceRecord(f"33{n}", "visit", DAY, DAY, "seen")], "li", "jan.xlsx")
        figures = [TargetFigure("334", 202601, "combined", 990_000 + n)]
        store.set_targets(figures, "li", "plan", store.targets_version())
        store.record_collection([CollectionRecord(f"33{n}", "reached", DAY, mark=f"m{n}")], "li", {})
        order = orders([f"33{n}"])
        batch = store.propose_orders(
            order, as_of=DAY, policy_version="v", policy="p", snapshot=f"s{n}", who="li", why="daily"
        )
        store.issue_orders(batch, 0, DAY, "li", "seen")
        store.record_fact(f"33{n}", "court_case", 1.0, "file 7", DAY, "zhao", "li")
    rows = [
        {"cons_no": f"55{i}", "org_no": "334", "model": "m", "computed": "B", "grade": "B", "score": 80.0 + i,
         "rules": [], "reasons": [], "override": None} for i in range(40)
    ]  # fmt: skip
    store.publish(
        pa.Table.from_pylist(rows, schema=SCHEMA), as_of=DAY, valid_from=DAY, valid_to=date(2026, 12, 31),
        policy_version="v", policy="p", snapshot="s", who="li", why="yearly",
    )  # fmt: skip


def told(store: State) -> list[object]:
    """All that a store tells, as text."""
    grades = [store.published_rows(p.id).to_pylist() for p in store.publications()]
    one = [store.published_row(p.id, "5517") for p in store.publications()]
    services = store.services_due(DAY, DAY), store.services("330"), store.batches()
    mine = store.overrides(), store.overrides("330"), store.facts(), store.facts("330")
    own = store.policies(), store.policies_called(), store.unmaskings(), store.official(202601, "assessment")
    return [grades, one, services, mine, own, store.publications(), store.targets(), store.target_entries()]


ALTERATIONS = (
    "update grade_override set cons_no = '999'",
    "update recovery_target set value = 5",
    "update adopted_policy_name set name = 'another'",
    "update grade_publication_part set first = '999'",
    "delete from unmask_log",
    "delete from target_entry",
    "insert into official_figure (id, at, who, why, month, basis, org_no, measure, value)"
    " values (99, '2026-01-01 00:00:00', 'x', '', 202601, 'assessment', '334', 'billed', 1)",
    "insert into grade_override (id, at, who, why, cons_no, grade, valid_from)"
    " values (-1, '2026-01-01 00:00:00', 'x', 'y', '330', 'A', '2026-01-01')",
    "update state_chain set hash = 'x' where number = 3",
    "delete from state_chain where number = 3",
    "delete from state_chain",
    "drop table grade_objection",
    "alter table grade_override drop column grade",
    "alter table state_chain drop column why",
    "alter table state_schema rename column version to other",
)
TRIGGER = (
    "create trigger t after insert on grade_override begin"
    " update grade_override set grade = 'A' where id = new.id; end"
)
VIEW = ("alter table grade_override rename to x", "create view grade_override as select * from x")


@pytest.mark.parametrize(
    ("url", "alteration"),
    [
        *(("sqlite", done) for done in ALTERATIONS),
        *(("postgresql", done) for done in ALTERATIONS[::5]),
        *(
            pytest.param("postgresql", done, marks=pytest.mark.full)
            for n, done in enumerate(ALTERATIONS)
            if n % 5
        ),
    ],
    indirect=["url"],
)
def test_a_store_that_was_altered_is_refused_in_one_sentence(url: str, alteration: str, tried: Tried) -> None:
    store = State(url)
    decide(store)
    store.close()
    State(url).close()
    with create_engine(url).begin() as c:
        c.execute(text(alteration))
    with pytest.raises(EnvironmentRefusedError) as refusal:
        State(url)
    assert refusal.value.key in DAMAGES
    tried("Alterations of what people decided, by SQL: refused in one sentence")
    for language in LANGUAGES:
        said = Translator(language).error(refusal.value)
        assert "accept" in said and "{" not in said and "@" not in said


@pytest.mark.parametrize("statements", [(TRIGGER,), VIEW])
def test_nothing_in_a_store_changes_what_is_written_or_stands_for_a_table(
    tmp_path: Path, statements: tuple[str, ...]
) -> None:
    """Each decision would be sealed as a trigger made it."""
    home = tmp_path / "wh"
    decide(State.open(home))
    with sqlite3.connect(home / "state.db") as c:
        for statement in statements:
            c.execute(statement)
    with pytest.raises(EnvironmentRefusedError, match="state_unreadable"):
        State.open(home)
    aside = accept(home, "li", "somebody's trigger was removed")
    assert (aside is None) == (statements == (TRIGGER,))
    store = State.open(home)
    store.overrule("7", "C", DAY, DAY, "li", "evidence")
    assert [o.grade for o in store.overrides("7")] == ["C"]


def test_of_what_flips_on_the_disk_nothing_is_told_as_if_it_had_been_decided(
    tmp_path: Path, tried: Tried
) -> None:
    home = tmp_path / "wh"
    store = State.open(home)
    decide(store, 3)
    before = told(store)
    store.close()
    whole, chance, refused = (home / "state.db").read_bytes(), random.Random(4), 0
    for _ in range(FLIPS):
        spoilt = bytearray(whole)
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        (home / "state.db").write_bytes(spoilt)
        try:
            opened = State.open(home)
            assert told(opened) == before
            opened.close()
        except DengtaError as e:
            assert e.key in (*DAMAGES, "state_newer", "state_not_writable"), e
            refused += 1
        tried("Bits flipped in what people decided: refused, or told as it was decided")
    assert refused > FLIPS / 12


@pytest.mark.parametrize("what", ["deleted", "deleted with its memory", "emptied", "cut", "older", "other"])
def test_a_store_that_is_gone_emptied_or_older_is_noticed(tmp_path: Path, what: str, tried: Tried) -> None:
    home = tmp_path / "wh"
    store = State.open(home)
    store.adopt("a", "v", "li", "x", None)
    store.close()
    file = home / "state.db"
    shutil.copy(file, tmp_path / "older.db")
    decide(State.open(home))
    if what.startswith("deleted"):
        file.unlink()
        if what != "deleted":
            (home / "state.json").unlink()
    elif what == "emptied":
        file.write_bytes(b"")
    elif what == "cut":
        file.write_bytes(file.read_bytes()[:9000])
    elif what == "older":
        shutil.copy(tmp_path / "older.db", file)
    else:
        file.unlink()
        decide(State(f"sqlite:///{file}"), 3)
    before = file.read_bytes() if file.exists() else None
    for _ in range(2):
        with pytest.raises(EnvironmentRefusedError) as refusal:
            State.existing(home)
        assert refusal.value.key in DAMAGES
        with pytest.raises(EnvironmentRefusedError):
            State.open(home)
    assert (file.read_bytes() if file.exists() else None) == before, "a refused store was written"
    tried(
        "What people decided, deleted (with the memory of it too), emptied, cut, older or another's: refused"
    )


def test_a_bit_of_what_a_warehouse_remembers_makes_no_damage(tmp_path: Path) -> None:
    store = State.open(tmp_path)
    decide(store)
    whole = (tmp_path / "state.json").read_bytes()
    for place in range(0, len(whole), 7):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        (tmp_path / "state.json").write_bytes(spoilt)
        with suppress(EnvironmentRefusedError):  # of a newer form
            assert State.open(tmp_path).reached == store.reached
    assert (tmp_path / "state.json").read_bytes() == whole


def test_a_warehouse_of_before_remembers_its_state_twice_once_it_is_opened(tmp_path: Path) -> None:
    """And its state put back by hand, from a backup with what it remembered then, is no damage."""
    home = tmp_path / "wh"
    decide(State.open(home))
    older = shutil.copytree(home, tmp_path / "older")
    later = State.open(home)
    later.adopt("b", "v", "li", "x", later.policy_id())
    for name in ("state.db", "state.json"):
        shutil.copy(older / name, home / name)
    assert State.open(home).reached == State.open(older).reached
    shutil.rmtree(home / "snapshots")
    State.open(home)
    (home / "state.db").unlink()
    (home / "state.json").unlink()
    with pytest.raises(EnvironmentRefusedError, match="state_missing"):
        State.exists(home)
    assert accept(home, "li", "begun anew on purpose") is None
    assert not State.open(home).policies()


def test_what_came_to_an_open_store_is_verified_too(tmp_path: Path) -> None:
    home = tmp_path / "wh"
    mine, other = State.open(home), State.open(home)
    decide(other)
    mine.refresh()
    assert mine.reached == other.reached != State.open(tmp_path / "new").reached
    with sqlite3.connect(home / "state.db") as c:
        c.execute("delete from grade_override")
    with pytest.raises(EnvironmentRefusedError, match="state_damaged"):
        mine.refresh()
    with pytest.raises(EnvironmentRefusedError, match="state_damaged"):
        State.open(home)


def test_a_kill_between_a_write_and_remembering_it_is_no_damage(tmp_path: Path) -> None:
    home = tmp_path / "wh"
    store = State.open(home)
    store.adopt("a", "v", "li", "x", None)
    behind = (home / "state.json").read_bytes()
    decide(store)
    (home / "state.json").write_bytes(behind)
    assert State.open(home).reached == store.reached
    assert (home / "state.json").read_bytes() != behind


def test_opening_waits_for_no_writer_and_writes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "wh"
    store = State.open(home)
    decide(store)
    store.close()
    before = {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in home.rglob("*")}
    writer = sqlite3.connect(home / "state.db", isolation_level=None)
    writer.execute("begin immediate")
    assert told(State.open(home))
    writer.execute("rollback")
    assert {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in home.rglob("*")} == before


def test_a_busy_store_is_waited_for_shortly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine.WAIT_SECONDS <= 5
    monkeypatch.setattr(engine, "WAIT_SECONDS", 0.05)
    store = State.open(tmp_path)
    writer = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
    writer.execute("begin immediate")
    with pytest.raises(DengtaError, match="state_busy"):
        store.adopt("a", "v", "li", "x", None)


@pytest.mark.parametrize("how", ["altered", "deleted", "older", "scrambled"])
def test_after_damage_somebody_answers_for_what_is_left(tmp_path: Path, how: str) -> None:
    home = tmp_path / "wh"
    store = State.open(home)
    decide(store)
    store.close()
    file, number = home / "state.db", store.reached.number
    shutil.copy(file, tmp_path / "older.db")
    with pytest.raises(DengtaError, match="state_not_damaged"):
        accept(home, "li", "for nothing")
    State.open(home).adopt("b", "v", "li", "x", 1)
    if how == "altered":
        with sqlite3.connect(file) as c:
            c.execute("update grade_override set grade = 'A'")
    elif how == "deleted":
        file.unlink()
    elif how == "older":
        shutil.copy(tmp_path / "older.db", file)
    else:
        file.write_bytes(b"\0" * 5000)
    with pytest.raises(EnvironmentRefusedError):
        State.existing(home)
    aside = accept(home, "zhao", "the disk failed")
    assert (aside is not None) == (how == "scrambled") and (aside is None or aside.exists())
    again = State.open(home)
    assert again.reached.number > number + 1
    assert (found := again.acceptance()) and found[1:] == ("zhao", "the disk failed")
    assert [o.grade for o in again.overrides()] == {"altered": ["A"], "older": ["B"]}.get(how, [])
    again.overrule("1", "A", DAY, DAY, "li", "evidence")
    assert State.open(home).reached == again.reached
    with sqlite3.connect(file) as c:
        c.execute("update grade_override set grade = 'C'")
    with pytest.raises(EnvironmentRefusedError, match="state_damaged"):
        State.open(home)


READS = """
import os, sys
sys.path.insert(0, sys.argv[2])
from data.state import State
store = State.existing(__import__("pathlib").Path(sys.argv[1]))
print(len(store.policies()), store.version() > 0)
try:
    store.adopt("b", "v", "li", "x", store.policy_id())
except Exception as e:
    print(e.key)
"""


def test_on_a_disk_that_is_read_only_decisions_can_be_read(tmp_path: Path) -> None:
    home = tmp_path / "wh"
    decide(State.open(home))
    if not mounted_read_only(home):
        pytest.skip("needs to mount a folder read-only, which this machine does not let a test do")
    command = ["unshare", "-rm", "sh", "-c", f'{MOUNT} && exec "$1" -c "$2" "$0" "$3"', str(home)]
    run = subprocess.run(
        [*command, sys.executable, READS, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert run.stdout.split() == ["1", "True", "state_not_writable"], run.stderr


MOUNT = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"'


def mounted_read_only(folder: Path) -> bool:
    """Whether a process of its own can see the folder so."""
    try:
        run = subprocess.run(
            ["unshare", "-rm", "sh", "-c", f'{MOUNT} && ! touch "$0/x"', str(folder)],
            capture_output=True,
            check=False,
        )
    except OSError:
        return False
    return run.returncode == 0
