"""A load that is held changes nothing, waits, and is published or discarded by somebody who says why."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.__main__ import main
from dashboard.terminal.held import tell
from dashboard.words.i18n import Translator
from data.errors import DengtaError, EnvironmentRefusedError, InputError
from data.load.held_loads import held_path, keep_held
from data.load.loads import LoadedFile, read_load
from data.state import State
from data.warehouse.snapshots import Warehouse
from services.warehouse import backup
from services.warehouse.holding import discard_held, held_loads, publish_held
from services.warehouse.judging import Forced, HeldError
from services.warehouse.rebuilding import rebuild
from services.warehouse.status import warehouse_status
from services.warehouse.verifying import verify
from tests.actors import by
from tests.attack.sizes import size
from tests.data.load_folder import bills_in, loaded, rows_of
from tests.data.plausible_world import NOBODYS, held_house, spoilt, world, written
from tests.data.test_load_killed import run

HOSTILE = "  checked\nwith <script>alert('x')</script> [a](http://b) $x$ '; drop table load_decision; --  "
SAID = "checked with <script>alert('x')</script> [a](http://b) $x$ '; drop table load_decision; --"
LI = by("li")
OTHER = {"A_RCVBL_FLOW": "A_RCVED_FLOW"}


@pytest.fixture(scope="module")
def made(once_per_run: Callable[[str, Callable[[Path], object]], Path]) -> Path:
    """See `held_house`. Do not load into it."""
    return once_per_run("held", held_house)


@pytest.fixture
def house(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it for one test, with a store of its own."""
    monkeypatch.delenv("DENGTA_STATE", raising=False)
    return Path(shutil.copytree(made / "wh", tmp_path / "wh"))


def waiting(house: Path) -> str:
    (held,) = held_loads(house).held
    return held.id


def months_of(house: Path) -> list[object]:
    return [m for (m,) in rows_of(house, "select distinct rcvbl_ym from fct_bill order by 1")]


def seen(house: Path) -> dict[str, bytes]:
    """All that others read of a warehouse, by place: what is held is not among it, nor its raw files."""
    return {
        str(path.relative_to(house)): path.read_bytes()
        for folder in ("loads", "snapshots")
        for path in sorted((house / folder).rglob("*"))
        if path.name != "decided.json"
    } | {"current.json": (house / "current.json").read_bytes()}


def test_a_held_load_changes_nothing_and_a_second_of_the_same_files_takes_its_place(
    made: Path, house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By another mapping too: on Connect a held folder is loaded again with other columns. That is said."""
    (tmp_path / "ours.toml").write_text('name = "ours"\nextends = "sg186"\n', encoding="utf-8")
    before, first = seen(house), waiting(house)
    with pytest.raises(HeldError) as refused:
        loaded(made / "20240710", house, mapping=tmp_path / "ours.toml")
    tell(refused.value, house, Translator("en"))
    assert f"are held no more: {first}" in capsys.readouterr().out
    assert waiting(house) > first and seen(house) == before
    assert months_of(house)[-1] == 202405 and warehouse_status(house).held == 1
    assert not verify(house).findings


def test_the_same_files_taken_for_another_table_are_held_beside_it(house: Path) -> None:
    """Of receipts and bills in one wide file each load brings the one; a file that came twice is one."""
    (held,), wh = held_loads(house).held, Warehouse(house)

    def keep(name: str, files: tuple[LoadedFile, ...]) -> tuple[str, ...]:
        load = replace(held.load, id=name, files=files)
        return keep_held(wh, load, held.findings, "{}", held.billing, held.limits, held.held_at)[1]

    others = tuple(replace(f, table=OTHER.get(f.table, f.table)) for f in held.load.files)
    assert others != held.load.files and keep("other", others) == ()
    assert keep("again", held.load.files * 2) == (held.id,)
    assert {one.id for one in held_loads(house).held} == {"other", "again"}


def test_published_it_is_there_with_who_and_why(house: Path) -> None:
    name = waiting(house)
    report = publish_held(house, name, LI, HOSTILE)
    assert months_of(house)[-1] == 202406 and not held_loads(house).held
    load = read_load(Warehouse(house), Warehouse(house).published()[-1])
    assert load.accepted is not None and (load.accepted["who"], load.accepted["why"]) == ("li", SAID)
    assert (load.came, load.id) == (name, report.load) and load.id > name
    told = json.loads((house / "loads" / f"{load.id}.report.json").read_text(encoding="utf-8"))
    assert told["accepted"]["why"] == SAID and told["findings"][0]["what"] == "receipts_without_bill"
    store = State.open(house)
    (decision,) = store.load_decisions()
    store.close()
    assert (decision.who, decision.why, decision.kind, decision.held) == ("li", SAID, "published", name)
    assert decision.findings[0]["what"] == "receipts_without_bill" and decision.load == load.id
    with pytest.raises(InputError, match="held_unknown"):
        publish_held(house, name, LI, "again")


@pytest.mark.full
def test_published_after_another_load_neither_is_lost_and_the_later_one_keeps_its_place(house: Path) -> None:
    """What came later wins over what was held before it, though it was published first."""
    tables = {"A_RCVBL_FLOW": world((202406, 202407))["A_RCVBL_FLOW"]}
    for row in tables["A_RCVBL_FLOW"]:
        row["RCVBL_AMT"] = "77.00"
    loaded(written(house.parent / "20240710 later", tables), house)
    assert months_of(house)[-1] == 202407
    publish_held(house, waiting(house), LI, "the receipts are of another system")
    assert len(Warehouse(house).published()) == 3 and months_of(house)[-2:] == [202406, 202407]
    assert {fen for number, fen in bills_in(house).items() if number.startswith("202406")} == {7700}
    published, current = bills_in(house), Warehouse(house).published()
    shutil.rmtree(house / "snapshots")
    (house / "current.json").unlink()
    rebuild(house)
    assert bills_in(house) == published and Warehouse(house).published() == current


@pytest.mark.full
def test_what_is_found_only_on_top_of_a_later_load_is_shown_before_it_is_published(house: Path) -> None:
    """The later load has bills of June of its own: those that are held would double them."""
    bills = world((202406, 202407, 202408))["A_RCVBL_FLOW"]
    other = [row | {"RCVBL_AMT_ID": "8" + row["RCVBL_AMT_ID"], "RCVED_AMT": "0"} for row in bills]
    loaded(written(house.parent / "20240901", {"A_RCVBL_FLOW": other}), house)
    name, before = waiting(house), seen(house)
    with pytest.raises(HeldError) as refused:
        publish_held(house, name, LI, "because")
    assert refused.value.key == "held_changed" and waiting(house) == name and seen(house) == before
    found = [f.what for f in held_loads(house).held[0].findings]
    assert found == ["receipts_without_bill", "billed_change"]
    publish_held(house, name, LI, "both are right")
    assert len([n for n in bills_in(house) if n.startswith(("202406", "8202406"))]) == 60


def test_discarded_it_is_gone_and_who_did_it_is_known(house: Path) -> None:
    name, before = waiting(house), seen(house)
    discard_held(house, name, LI, "sent again tomorrow")
    assert not held_loads(house).held and not list((house / "held").iterdir()) and seen(house) == before
    store = State.open(house)
    (decision,) = store.load_decisions()
    store.close()
    assert (decision.kind, decision.load, decision.why) == ("discarded", name, "sent again tomorrow")


def test_the_service_refuses_who_may_not_and_whoever_gives_no_reason(house: Path) -> None:
    name, before = waiting(house), seen(house)
    for actor, why, key in (
        (by("wang", may=("publish", "adopt")), "because", "load_not_allowed"),
        (by("wang", "33401"), "because", "load_whole_company"),
        (LI, " \n ", "state_reason_missing"),
        (LI, "x" * 501, "state_text_long"),
        (LI, "a\0b", "state_text_unwritable"),
    ):
        for do in (publish_held, discard_held):
            with pytest.raises(InputError) as refused:
                do(house, name, actor, why)
            assert refused.value.key == key
        with pytest.raises(InputError) as refused:
            loaded(house.parent / "nowhere", house, force=Forced(actor, why))
        assert refused.value.key == key
    for strange in ("../current", "", "20240101T000000", f"../held/{name}"):
        with pytest.raises(InputError, match="held_unknown"):
            discard_held(house, strange, LI, "because")
    assert seen(house) == before and waiting(house) == name and not (house / "state.db").exists()


def test_forced_it_is_published_at_once_and_the_held_one_of_the_same_files_is_settled(
    made: Path, house: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DENGTA_LANG", "en")
    name, command = waiting(house), ["load", str(made / "20240710"), "--warehouse", str(house)]
    assert main(command) == 2
    said = capsys.readouterr()
    assert "30 of 30 receipts (100.0%) belong to no bill; the limit is 20%." in said.out
    assert "line 2" in said.out and "held" in said.err and "0000000" not in said.out and "⟦" not in said.out
    assert main([*command, "--force"]) == 2 and main([*command, "--why", "x"]) == 2
    capsys.readouterr()
    held = waiting(house)
    assert main([*command, "--force", "--why", "another system"]) == 0
    said = capsys.readouterr()
    assert "another system" in said.out and held in said.out and not held_loads(house).held
    assert months_of(house)[-1] == 202406 and held > name
    store = State.open(house)
    assert [(d.kind, d.why) for d in store.load_decisions()] == [("forced", "another system")]
    store.close()


def test_published_when_its_bills_have_come_it_is_still_somebodys_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receipts came before their bills: nothing is found any more, and who said so stands there."""
    monkeypatch.delenv("DENGTA_STATE", raising=False)
    house, all_of = tmp_path / "wh", world()
    loaded(written(tmp_path / "20240610", world(tuple(range(202401, 202406)))), house)
    new = {
        name: [r for r in rows if r.get("RCVBL_YM", "202406") == "202406"] for name, rows in all_of.items()
    }
    with pytest.raises(HeldError):
        loaded(written(tmp_path / "20240708", {"A_RCVED_FLOW": new["A_RCVED_FLOW"]}), house)
    name = waiting(house)
    loaded(written(tmp_path / "20240709", {"A_RCVBL_FLOW": new["A_RCVBL_FLOW"]}), house)
    report = publish_held(house, name, LI, "the bills came")
    assert not report.findings and report.accepted and report.accepted["why"] == "the bills came"
    store = State.open(house)
    assert [(d.kind, d.who, d.why) for d in store.load_decisions()] == [("published", "li", "the bills came")]
    store.close()
    assert main(["held", "--warehouse", str(house), "--why", "alone"]) == 2


def test_a_backup_has_what_is_held_and_restored_it_can_be_published(house: Path, tmp_path: Path) -> None:
    name = waiting(house)
    backup.back_up(house, tmp_path / "b.tar")
    backup.restore(tmp_path / "b.tar", tmp_path / "again")
    assert waiting(tmp_path / "again") == name and not verify(tmp_path / "again").findings
    rebuild(tmp_path / "again")
    assert waiting(tmp_path / "again") == name and months_of(tmp_path / "again")[-1] == 202405
    publish_held(tmp_path / "again", name, LI, "restored")
    assert months_of(tmp_path / "again")[-1] == 202406


def test_damage_to_what_is_held_is_named_and_can_be_discarded(house: Path) -> None:
    name = waiting(house)
    note = held_path(Warehouse(house), name)
    note.write_text(note.read_text(encoding="utf-8").replace("202406", "202407", 1), encoding="utf-8")
    assert [(f.what, f.kind) for f in verify(house).findings] == [("held", "damaged")]
    assert held_loads(house).damaged == (name,) and warehouse_status(house).held == 1
    with pytest.raises(EnvironmentRefusedError, match="held_damaged"):
        publish_held(house, name, LI, "because")
    discard_held(house, name, LI, "damaged")
    assert not verify(house).findings and held_loads(house).damaged == ()


def test_raw_files_of_a_held_load_are_verified_and_read_whole_before_it_is_published(house: Path) -> None:
    name = waiting(house)
    (held,) = held_loads(house).held
    (part, *_) = sorted((house / "raw").glob(f"{held.load.files[0].raw.key}*.parquet"))
    part.write_bytes(part.read_bytes()[:-9] + b"otherwise")
    assert [f.what for f in verify(house).findings] == ["raw"]
    with pytest.raises(DengtaError, match="raw_damaged"):
        publish_held(house, name, LI, "because")
    assert waiting(house) == name and months_of(house)[-1] == 202405


@pytest.mark.parametrize("at", ["publish", "remove_same"])
def test_broken_off_while_it_is_published_it_is_held_or_published_never_both(
    at: str, house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    name = waiting(house)
    with monkeypatch.context() as patched:
        patched.setattr(f"services.warehouse.loading.{at}", stop)
        with pytest.raises(KeyboardInterrupt):
            publish_held(house, name, LI, "because")
    is_published = months_of(house)[-1] == 202406
    assert is_published == (at == "remove_same") and is_published != bool(held_loads(house).held)
    if not is_published:
        publish_held(house, name, LI, "because")
    assert months_of(house)[-1] == 202406 and not held_loads(house).held


@pytest.mark.full
def test_broken_off_while_it_is_held_nothing_is_held_by_halves(
    house: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    name, before = waiting(house), seen(house)
    folder = spoilt(house.parent / "20240720", NOBODYS, world((202406, 202407)))
    with monkeypatch.context() as patched:
        patched.setattr("data.load.held_loads.write_sealed", stop)
        with pytest.raises(KeyboardInterrupt):
            loaded(folder, house)
    assert waiting(house) == name and seen(house) == before and not verify(house).findings
    with pytest.raises(HeldError):
        loaded(folder, house)
    assert len(held_loads(house).held) == 2 and seen(house) == before


@pytest.mark.full
@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a POSIX signal")
def test_kill_9_while_a_load_is_held_leaves_it_held_or_not_at_all(made: Path, house: Path) -> None:
    before, rnd = seen(house), random.Random(5)
    began = time.monotonic()
    assert run(made / "20240710", house, None) == 2
    whole = time.monotonic() - began
    for _ in range(size("kills")):
        code = run(made / "20240710", house, rnd.uniform(0, whole))
        assert code in (2, -signal.SIGKILL)
        assert seen(house) == before and not verify(house).findings
        assert waiting(house) and not held_loads(house).damaged
    publish_held(house, waiting(house), LI, "because")
    assert months_of(house)[-1] == 202406 and not list((house / "tmp").glob("build-*"))
