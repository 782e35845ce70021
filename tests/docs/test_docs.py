"""The documentation is held to the code: registries, commands, settings and links."""

from __future__ import annotations

import argparse
import re
from dataclasses import fields
from functools import cache

import pytest

from analytics.indicators import REGISTRY
from analytics.meanings import CHAPTERS
from analytics.policy import BillingRules, RecoveryRules
from dashboard.__main__ import parser
from dashboard.links.filters import LISTS
from dashboard.nav import PAGES
from dashboard.words.i18n import Translator, catalogue
from services.collection.proposal import WORKLIST
from tests.architecture.source import ROOT, name_of, python_files
from tools.metrics_page import PAGE, place, render

DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MEANINGS = [meaning for chapter in CHAPTERS for meaning in chapter.meanings]


@cache
def text(name: str) -> str:
    """A document."""
    return (ROOT / name).read_text(encoding="utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    """The command line's commands."""
    actions = parser(Translator("en"))._actions
    return dict(next(a for a in actions if isinstance(a, argparse._SubParsersAction)).choices)


def test_the_page_on_metrics_is_what_the_registries_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run python -m tools.metrics_page"


@pytest.mark.parametrize("meaning", MEANINGS, ids=lambda meaning: meaning.key)
def test_a_figure_says_where_it_is_computed_and_is_there(meaning: object) -> None:
    assert place(meaning) is not None  # type: ignore[arg-type]


def test_every_field_of_the_headline_figures_is_explained() -> None:
    from services.recovery.figures import Arrears, Headline, Recovery

    explained = {meaning.computed.split(":")[1] for meaning in MEANINGS}
    plain = {
        "period",
        "recovery",
        "last_year",
        "arrears",
        "customers",
        "billed_customers",
        "set_off",
    }
    missing = {
        f"{kind.__name__}.{field.name}"
        for kind in (Recovery, Arrears, Headline)
        for field in fields(kind)
        if field.name not in plain
    }
    assert missing <= explained


def test_every_indicator_and_setting_is_on_the_page() -> None:
    page = text("docs/metrics.md")
    assert all(f"`{key}`" in page for key in REGISTRY)
    assert all(f"`{f.name}`" in page for kind in (BillingRules, RecoveryRules) for f in fields(kind))


def test_the_guide_mentions_every_page_in_both_languages() -> None:
    guide = text("docs/user-guide.md")
    for page in PAGES:
        for language in ("zh", "en"):
            word = catalogue(language)[f"nav.{page.key}"]
            assert word in guide or word.split()[0] in guide, f"{page.key} in {language}"


def test_the_guide_mentions_every_filter_of_the_link() -> None:
    guide = text("docs/user-guide.md")
    assert not [name for name in ("asof", "basis", "lang", *LISTS.values()) if f"`{name}`" not in guide]


def test_every_variable_of_the_environment_is_documented_and_the_reverse() -> None:
    sources = "".join(p.read_text(encoding="utf-8") for p in python_files())
    read = set(re.findall(r"environ\b[^\n]*\"(DENGTA_[A-Z_]+)\"", sources))
    documented = set(re.findall(r"`(DENGTA_[A-Z_]+)`", text("docs/user-guide.md")))
    assert read and read == documented


def test_the_readme_shows_every_command_and_only_those() -> None:
    shown = set(re.findall(r"python -m dashboard (\w+)", text("README.md") + text("docs/loading.md")))
    assert shown == set(commands())


@pytest.mark.parametrize("name", ["README.md", "docs/loading.md", "docs/collection.md"])
def test_a_command_that_is_shown_is_understood(name: str) -> None:
    known = commands()
    for line in re.findall(r"^python -m dashboard (.+)$", text(name), re.MULTILINE):
        words = [w for w in line.split() if not w.startswith("[") and not w.endswith("]")]
        options = re.findall(r"--[a-z-]+", line)
        assert words[0] in known
        assert set(options) <= set(known[words[0]]._option_string_actions), line


def test_every_column_of_the_list_of_collection_is_documented_in_both_languages() -> None:
    chinese, english = text("docs/collection.md").split("## English")
    for half in (chinese, english):
        cells = [line.split("|")[1] for line in half.splitlines() if line.startswith("| `")]
        named = [name for cell in cells for name in re.findall(r"`([\w.]+)`", cell)]
        assert [name for name in named if "." not in name] == list(WORKLIST)


def test_the_two_commands_of_the_readme_exist() -> None:
    assert "python run.py" in text("README.md") and "python run.py test" in text("README.md")
    assert (ROOT / "run.py").exists() and (ROOT / "streamlit_app.py").exists()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_and_pictures_lead_somewhere(path: object) -> None:
    from pathlib import Path

    assert isinstance(path, Path)
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", path.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_the_mapping_that_the_loading_page_shows_is_read(tmp_path: object) -> None:
    from pathlib import Path

    from data.load.mapping import read_mapping

    shown = re.findall(r"```toml\n(.+?)```", text("docs/loading.md"), re.DOTALL)
    assert shown
    for number, example in enumerate(shown):
        file = Path(str(tmp_path)) / f"{number}.toml"
        file.write_text(example, encoding="utf-8")
        assert read_mapping(file)


KEEPS = re.compile(r"^ *@(functools\.|st\.)?(cache_\w+|lru_cache|asked_\w+)\b|\bKept\(", re.MULTILINE)


def section(number: int) -> str:
    """One section of the architecture."""
    return re.split(r"^## ", text("docs/architecture.md"), flags=re.MULTILINE)[number]


def named_in(number: int) -> set[str]:
    """The files and folders of the project that a section names."""
    roots = r"(?:analytics|benchmarks|dashboard|data|pages|policies|services|tests|tools|docs)/"
    return set(re.findall(rf"`({roots}[\w./-]*)", section(number)))


def test_every_place_that_the_architecture_names_is_there() -> None:
    named = named_in(4) | named_in(5) | named_in(6)
    assert len(named) > 40
    assert not [name for name in sorted(named) if not (ROOT / name).exists()]


def test_whatever_keeps_values_is_in_the_table_of_what_is_kept() -> None:
    """A newcomer finds each cache, its key and its end on one page."""
    known = tuple(named_in(6))
    keeping = [name_of(path) for path in python_files() if KEEPS.search(path.read_text(encoding="utf-8"))]
    assert len(keeping) > 20
    assert not [name for name in keeping if not name.startswith(known)]
