"""run.py: nothing but the standard library, installs only when the pins change, says what is missing."""

from __future__ import annotations

import ast
import builtins
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from dashboard.nav import ROOT
from tests.attack.sizes import ORACLE, SIZES, how_many, size


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """run.py as a module, its folder a temporary one with the project's pins."""
    monkeypatch.syspath_prepend(str(ROOT))
    monkeypatch.delitem(sys.modules, "run", raising=False)
    import run as module

    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return module


@pytest.fixture
def called(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands it would run; making the environment leaves a file where its Python would be."""
    commands: list[list[str]] = []

    def note(command: Any, environment: Any = None) -> int:
        commands.append([str(part) for part in command])
        return 0

    def made(uv: str | None) -> int:
        run.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        run.PYTHON.touch()
        return 0

    monkeypatch.setattr(run, "call", note)
    monkeypatch.setattr(run, "make_venv", made)
    return commands


def test_it_needs_nothing_installed() -> None:
    tree = ast.parse((ROOT / "run.py").read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names
    }
    names |= {str(n.module).split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert names <= set(sys.stdlib_module_names)


def test_it_installs_once_and_again_when_a_pin_changes(run: ModuleType, called: list[list[str]]) -> None:
    assert run.set_up("requirements.lock") == 0
    assert run.set_up("requirements.lock") == 0
    assert len(called) == 1
    pins = run.ROOT / "requirements.lock"
    pins.write_text(pins.read_text(encoding="utf-8") + "colorama==0.4.6\n", encoding="utf-8")
    assert run.set_up("requirements.lock") == 0
    assert len(called) == 2


def test_the_tests_need_their_own_pins(run: ModuleType, called: list[list[str]]) -> None:
    run.set_up("requirements.lock")
    run.set_up("requirements-dev.lock")
    assert called[-1][-1].endswith("requirements-dev.lock")


def test_every_check_runs_and_one_that_fails_fails_all(
    run: ModuleType, called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run.set_up("requirements-dev.lock")

    def fails_at_mypy(command: Any, environment: Any = None) -> int:
        called.append([Path(command[0]).name, *command[1:]])
        return int(Path(command[0]).name == "mypy")

    monkeypatch.setattr(run, "call", fails_at_mypy)
    called.clear()
    assert run.main(["test", "-k", "x"]) == 1
    assert sorted(c[0] for c in called[:-1]) == ["lint-imports", "mypy", "ruff", "ruff", "sqlfluff"]
    assert called[-1][0] == "pytest"
    assert called[-1][-4:] == ["-m", "not full", "-k", "x"] and "--dist=loadscope" in called[-1]


def test_what_tests_write_lies_in_memory_where_there_is_enough_and_is_gone_after(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(run, "free_memory", lambda: run.MEMORY_NEEDED)
    monkeypatch.setattr(run, "room", lambda _: run.MEMORY_NEEDED)
    with run.fast_disk(memory) as folder:
        assert Path(folder).parent == memory and Path(folder).is_dir()
    assert list(memory.iterdir()) == []
    with run.fast_disk(None) as folder:
        assert folder is None
    for little in ("free_memory", "room"):
        with monkeypatch.context() as short:
            short.setattr(run, little, lambda *_: run.MEMORY_NEEDED - 1)
            with run.fast_disk(memory) as folder:
                assert folder is None, little


def test_a_full_run_leaves_nothing_out_and_takes_the_full_sizes(
    run: ModuleType, called: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[dict[str, str]] = []

    def note(command: Any, environment: Any = None) -> int:
        called.append(list(command))
        known.append(environment)
        return 0

    monkeypatch.setattr(run, "call", note)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert run.main(["test", "--full", "tests/data"]) == 0
    assert "PYTHONDONTWRITEBYTECODE" not in known[-1], "what is compiled once is kept for all who run it"
    assert called[-1][-2:] == ["--dist=loadscope", "tests/data"]
    for name, value in known[-1].items():
        monkeypatch.setenv(name, value)
    assert (size("kills"), how_many(ORACLE)) == (SIZES["kills"].full, ORACLE.full)
    monkeypatch.setenv("DENGTA_KILLS", "7")
    assert size("kills") == 7, "a size that is given goes before"


def test_a_quick_run_has_tests_of_every_room(run: ModuleType, called: list[list[str]]) -> None:
    assert run.main(["test", "--quick"]) == 0
    assert not any("sqlfluff" in part for command in called for part in command)
    assert called[-1][-len(run.QUICK) :] == list(run.QUICK)
    chosen = [ROOT / name for name in run.QUICK]
    assert [place for place in chosen if not place.exists()] == []
    files = [file for place in chosen for file in (place.rglob("*.py") if place.is_dir() else [place])]
    rooms = {f"services.{made.parent.name}" for made in (ROOT / "services").glob("*/__init__.py")}
    rooms.remove("services.access")  # a protocol alone
    assert rooms | {"analytics", "data", "dashboard"} <= {room for file in files for room in rooms_of(file)}


def rooms_of(file: Path) -> set[str]:
    """The packages that a file of tests imports from, and the packages in them."""
    names = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    return {".".join(name.split(".")[:n]) for name in names for n in (1, 2)}


def test_a_failed_install_is_one_sentence(
    run: ModuleType,
    called: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(run, "call", lambda command, environment=None: 1)
    assert run.set_up("requirements.lock") == 1
    assert "did not work" in capsys.readouterr().err
    monkeypatch.setattr(run, "call", lambda command, environment=None: called.append(list(command)) or 0)
    assert run.set_up("requirements.lock") == 0
    assert called, "a failed install is tried again"


def test_without_venv_it_says_what_to_type(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name == "ensurepip":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert run.make_venv(None) == 4
    said = capsys.readouterr().err
    assert f"sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in said


def test_other_words_are_refused(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["deploy"]) == 2
    assert "python run.py" in capsys.readouterr().err
