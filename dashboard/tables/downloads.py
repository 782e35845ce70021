"""What can be taken away from a page: a small popover with a workbook, CSV and Parquet, made when clicked."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import pandas as pd
import streamlit as st

from dashboard.access.given_files import Named, made_for
from dashboard.made_once import content_of, made_once
from dashboard.tables.cells import NO_KINDS, Own
from dashboard.tables.download_manifest import Form, manifest_of, named_file
from dashboard.words.i18n import Translator
from services.files.exports import (
    Column,
    Manifest,
    Rows,
    Sheet,
    columns_of,
    to_bytes,
    write_csv,
    write_csv_zip,
    write_parquet,
    write_workbook,
)

if TYPE_CHECKING:
    from dashboard.page import Page

AT_ONCE = 50_000
"""Up to so many rows a file is made while the reader waits for the click; longer ones show their progress."""
KEPT_SECONDS = 3600


Described: TypeAlias = tuple[list[Column], str]
"""The columns of a table's files, and a key of its content and headings."""


@dataclass(frozen=True)
class BigList:
    """A list too long to hold: how to read it, how many rows it has, and what tells it from any other.

    `beside` reads the sheets that stand beside it in a workbook.
    """

    columns: Sequence[Column]
    read: Callable[[], Rows]
    rows: int
    parts: tuple[str, ...]
    beside: Callable[[], Sequence[Sheet]] = tuple

    def sheets(self, title: str, form: str) -> list[Sheet]:
        """The list, and in a workbook what stands beside it."""
        beside = self.beside() if form == "xlsx" else ()
        return [Sheet(title, self.columns, self.read()), *beside]


def downloads(
    page: Page,
    name: str,
    frame: pd.DataFrame,
    columns: Mapping[str, str],
    *,
    own: Own = NO_KINDS,
    title: str | None = None,
    filters: Sequence[str] = (),
    definitions: Sequence[tuple[str, str]] = (),
    known: Described | None = None,
) -> None:
    """Offer a table as workbook, CSV and Parquet; `columns` are the headings by column, in order.

    What a column holds is in `services.files.columns`; `own` are the kinds of columns that data name.
    `filters` are sentences on what is chosen beyond the page's filters. Which columns come to a total is in
    `services.files.adding_up` by the file's `name`. `known`: what `described` gave of the table already.
    """
    kinds, digest = known or described(page.t.plain, name, frame, columns, own)
    manifest = manifest_of(page, title or page.t(f"nav.{page.key}"), filters, definitions)
    sheet = Sheet(manifest.title, kinds, frame)
    parts = (digest, *filters)
    with st.popover(page.t("downloads.button"), icon=":material/download:", key=f"downloads_{name}"):
        st.caption(
            page.t("data_checks.all_of", rows=page.fmt.count(len(frame))) + " · " + page.t("downloads.hint")
        )
        forms: tuple[Form, ...] = ("xlsx", "csv", "parquet")
        for form in forms:
            file = named_file(page, name, form, parts, manifest.title)
            _button(page, name, form, file, _maker([sheet], manifest, form))


def download_big(
    page: Page,
    name: str,
    biggest: BigList,
    *,
    title: str,
    file: str | None = None,
    filters: Sequence[str] = (),
    definitions: Sequence[tuple[str, str]] = (),
) -> None:
    """Offer a list of any length, read from a query while it is written; long ones show how far they are.

    The file is called `file`, else its title.
    """
    manifest = manifest_of(page, title, filters, definitions)
    forms: tuple[Form, ...] = ("xlsx", "csv_zip" if biggest.rows > AT_ONCE else "csv", "parquet")
    with st.popover(page.t("downloads.button"), icon=":material/download:", key=f"downloads_{name}"):
        st.caption(
            page.t("data_checks.all_of", rows=page.fmt.count(biggest.rows)) + " · " + page.t("downloads.hint")
        )
        for form in forms:
            of = named_file(page, name, form, biggest.parts, file or title)
            if biggest.rows <= AT_ONCE:
                _button(page, name, form, of, lambda f=form: _bytes(biggest, manifest, f))  # type: ignore[misc]
            else:
                _prepared(page, name, form, of, biggest, manifest)


@dataclass(frozen=True)
class SheetPart:
    """One sheet of a workbook that is read when the file is made."""

    title: str
    read: Callable[[], Sheet]


def download_parts(
    page: Page,
    name: str,
    parts: Sequence[SheetPart],
    *,
    title: str,
    filters: Sequence[str] = (),
    definitions: Sequence[tuple[str, str]] = (),
    label: str | None = None,
) -> None:
    """Offer one workbook with a sheet for each part."""
    manifest = manifest_of(page, title, filters, definitions)
    key = (*(part.title for part in parts), *filters)

    file = named_file(page, name, "xlsx", key, title)

    def made() -> bytes:
        return to_bytes(lambda out: write_workbook(out, [part.read() for part in parts], manifest))

    st.download_button(
        label or page.t("downloads.xlsx"),
        data=made_for(page.session, file, made),
        file_name=file.name,
        mime=file.mime,
        key=f"download_{name}_parts",
        icon=":material/download:",
        on_click="ignore",
    )


def download_made(
    page: Page,
    name: str,
    form: Form,
    parts: Sequence[str],
    make: Callable[[], bytes],
    *,
    label: str,
    help: str,
    title: str | None = None,
) -> None:
    """Offer one file that `make` makes when it is asked for; `parts` tell it from any other.

    It is called `title`, else as its button says.
    """
    file = named_file(page, name, form, parts, title or label)
    st.download_button(
        label,
        data=made_for(page.session, file, make),
        file_name=file.name,
        mime=file.mime,
        icon=":material/download:",
        key=f"download_{name}_made",
        on_click="ignore",
        help=help,
    )


@made_once
def described(
    t: Translator, name: str, frame: pd.DataFrame, columns: Mapping[str, str], own: Own
) -> Described:
    """The columns of a table's files, and a key of its content and headings."""
    digest = hashlib.sha256(content_of(frame[list(columns)], columns)).hexdigest()
    return columns_of(t, name, columns, own=own), digest


def _write(
    target: Path | BinaryIO, sheets: Sequence[Sheet], manifest: Manifest, form: str, progress: Progress
) -> object:
    if form == "xlsx":
        return write_workbook(target, sheets, manifest, progress=progress)
    [sheet] = sheets
    if form == "csv":
        return write_csv(target, sheet, progress=progress)
    return (write_csv_zip if form == "csv_zip" else write_parquet)(target, sheet, manifest, progress=progress)


Progress = Callable[[int], None] | None


def _maker(sheets: Sequence[Sheet], manifest: Manifest, form: str) -> Callable[[], bytes]:
    return lambda: to_bytes(lambda out: _write(out, sheets, manifest, form, None))


def _bytes(biggest: BigList, manifest: Manifest, form: str) -> bytes:
    return _maker(biggest.sheets(manifest.title, form), manifest, form)()


def _button(
    page: Page, name: str, form: Form, file: Named, data: Callable[[], bytes], saved: bool = False
) -> None:
    st.download_button(
        page.t("downloads.save", name=file.name) if saved else page.t(f"downloads.{form}"),
        data=made_for(page.session, file, data),
        file_name=file.name,
        mime=file.mime,
        key=f"download_{name}_{form}",
        on_click="ignore",
        width="stretch",
    )


def _prepared(page: Page, name: str, form: Form, file: Named, biggest: BigList, manifest: Manifest) -> None:
    """A long file: first made beside with its progress shown, then there to be saved."""
    path = _folder() / file.key
    if not path.exists():
        label = page.t(f"downloads.{form}") + " · " + page.t("downloads.prepare")
        if not st.button(label, key=f"prepare_{name}_{form}", width="stretch"):
            return
        bar = st.progress(0.0)
        rows = page.fmt.count(biggest.rows)

        def progress(done: int) -> None:
            words = page.t("downloads.preparing", done=page.fmt.count(done), rows=rows)
            bar.progress(min(1.0, done / max(1, biggest.rows)), words)

        progress(0)
        _write(path, biggest.sheets(manifest.title, form), manifest, form, progress)
        bar.empty()
    _button(page, name, form, file, path.read_bytes, saved=True)


@cache
def _folder_of(process: int) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"dengta-{process}-"))


def _folder() -> Path:
    """Where long files wait to be saved; those of an hour ago are gone."""
    folder = _folder_of(os.getpid())
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - KEPT_SECONDS:
            old.unlink(missing_ok=True)
    return folder
