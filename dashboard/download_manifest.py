"""What a file that is taken away says of itself, and how it is named.

Every file name ends in a content key: the server knows large files by their edges and name only, so two
readers' files of one length must not share a name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from services.exports import Manifest

if TYPE_CHECKING:
    from dashboard.shell import Page

Form = Literal["xlsx", "csv", "csv_zip", "parquet", "toml", "html"]
MIMES: Mapping[Form, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "csv_zip": "application/zip",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
    "toml": "application/toml",
}
_MANIFEST_KEYS = (
    "sheet",
    "title",
    "filters",
    "as_of",
    "basis",
    "snapshot",
    "policy",
    "state",
    "rows",
    "user",
    "made_at",
    "definitions",
    "item",
    "value",
)


def manifest_of(
    page: Page, title: str, filters: Sequence[str] = (), definitions: Sequence[tuple[str, str]] = ()
) -> Manifest:
    """What a file of this page says of itself, in the reader's language."""
    t = page.t
    labels = {key: t(f"downloads.manifest.{key}") for key in _MANIFEST_KEYS}
    return Manifest(
        title=title,
        filters=(*filter_words(page), *filters) or (t("downloads.manifest.no_filters"),),
        as_of=page.scope.as_of,
        basis=t(f"common.basis.{page.scope.basis}"),
        snapshot=page.store.id,
        policy=f"{page.policy.name} {page.policy.version}",
        state=page.state_version,
        user=page.person(page.user.name),
        made_at=datetime.now().replace(microsecond=0),
        definitions=tuple(definitions),
        labels=labels,
    )


def filter_words(page: Page) -> tuple[str, ...]:
    """The page's filters, a sentence each; the units a reader is confined to are one of them."""
    from dashboard import sidebar

    t = page.t
    words = []
    for name in sidebar.DIMENSION_OF:
        if codes := getattr(page.scope, name):
            known = sidebar.offers(page, name)
            named = [f"{known[c].strip()} ({c})" if c in known and known[c] != c else c for c in codes]
            words.append(t(f"filters.{name}") + t("common.colon") + t.listed(named))
    if page.scope.allowed_orgs:
        words.append(
            t("downloads.manifest.allowed_orgs") + t("common.colon") + t.listed(page.scope.allowed_orgs)
        )
    return tuple(words)


def file_name(page: Page, name: str, form: Form, parts: Iterable[str]) -> str:
    """A file's name: what, as of when, and the key of its content."""
    who = (
        page.store.id,
        repr(page.scope),
        page.user.name,
        page.user.key,
        page.t.language,
        page.policy.version,
    )
    text = "\x1f".join((*who, page.state_version, name, form, *parts))
    key = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"dengta_{name}_{page.scope.as_of:%Y%m%d}_{key}.{'zip' if form == 'csv_zip' else form}"
