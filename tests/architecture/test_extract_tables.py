"""A table of the extract is declared once, and lies in each of its places; nothing lies there without it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dashboard.words.i18n import LANGUAGES, catalogue
from data.load.absent_tables import ABSENT
from data.load.extract_tables import TABLES, ExtractTable
from data.load.mapping import read_mapping
from data.load.staging import FOLDER
from data.warehouse.layout import STAGED
from tests.architecture.source import python_files, sql_files

WORDS = "data_checks.table."
NOBODY = ExtractTable("S_NOBODY", ("CONS_NO",), "nobody", kept="joined")


def forgotten(table: ExtractTable) -> list[str]:
    """The places that do not know the table yet."""
    typed = FOLDER / "typed" / f"{table.name}.sql"
    text = typed.read_text(encoding="utf-8") if typed.exists() else ""
    joined = "".join(path.read_text(encoding="utf-8") for path in (FOLDER / "joined").glob("*.sql"))
    sample = "".join(path.read_text(encoding="utf-8") for path in python_files("data/sample"))
    known = {
        f"data/sql/staging/typed/{table.name}.sql, made of {table.view}": f"from {table.view}\n" in text,
        f"table staging.{table.typed_table} in it": f"table staging.{table.typed_table} as" in text,
        "a file in data/sql/staging/joined": table.kept != "joined" or f".{table.kept_table}" in joined,
        "python -m tools.absent_tables": f"{table.kept_in}.{table.kept_table} (" in ABSENT.read_text("utf-8"),
        "data/mappings/sg186.toml": table.name in read_mapping().tables,
        "data/sample": not table.sampled or re.search(rf'"(ARC_)?{table.name}"', sample) is not None,
        **{
            f"dashboard/locales/{language}/data_checks.toml": WORDS + table.name in catalogue(language)
            for language in LANGUAGES
        },
    }
    return [place for place, knows in known.items() if not knows]


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_a_table_is_whole(table: ExtractTable) -> None:
    assert not forgotten(table), f"{table.name} is not in {forgotten(table)}"


def test_what_is_forgotten_is_named() -> None:
    assert len(forgotten(NOBODY)) == 6 + len(LANGUAGES)
    bills = TABLES["A_RCVBL_FLOW"]
    assert forgotten(replace(bills, typed="nobody")) == [
        *("table staging.typed_nobody in it", "python -m tools.absent_tables"),
    ]


def test_nothing_is_left_of_a_table_that_is_gone() -> None:
    assert {path.stem for path in (FOLDER / "typed").glob("*.sql")} == set(TABLES)
    for language in LANGUAGES:
        named = {key.removeprefix(WORDS) for key in catalogue(language) if key.startswith(WORDS)}
        assert named == set(TABLES)


def test_tables_are_called_by_names_of_their_own() -> None:
    for names in ([t.typed for t in TABLES.values()], [t.holds for t in TABLES.values() if t.holds]):
        assert len(names) == len(set(names))
        assert all(re.fullmatch("[a-z_]+", name) for name in names), "names stand in SQL as they are"


def test_a_snapshot_is_held_to_the_staging_tables_that_pages_ask() -> None:
    """A staging table that only the load reads leaves older snapshots as they are."""
    asked = (path.read_text(encoding="utf-8") for path in (*sql_files("queries"), *sql_files("checks")))
    building = {t.kept_table for t in TABLES.values() if t.kept == "build"}
    assert set(re.findall(r"\bstg_\w+", " ".join(asked))) - building == set(STAGED)
