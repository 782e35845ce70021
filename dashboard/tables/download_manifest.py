"""What a file that is taken away says of itself, and how it is named.

A file is named as a person would name it. The server knows large files by their edges, name and type only, so
two readers' files of one length must differ in one of them: the type carries a key of the content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from dashboard.access.given_files import Named
from dashboard.frame.policy_label import policy_label
from dashboard.words.literal import visible
from data.dimensions import DECLARED
from services.files.manifest import Manifest, labels_of

if TYPE_CHECKING:
    from dashboard.page import Page

Form = Literal["xlsx", "csv", "csv_zip", "parquet", "toml", "html", "zip"]
MIMES: Mapping[Form, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "csv_zip": "application/zip",
    "zip": "application/zip",
    "parquet": "application/vnd.apache.parquet",
    "html": "text/html",
    "toml": "application/toml",
}
MOST_WORDS, MOST_LETTERS = 2, 40


def manifest_of(
    page: Page, title: str, filters: Sequence[str] = (), definitions: Sequence[tuple[str, str]] = ()
) -> Manifest:
    """What a file of this page says of itself, in the reader's language."""
    said = page.once(_manifest)
    return replace(
        said,
        title=title,
        filters=tuple(dict.fromkeys((*said.filters, *filters)))
        or (page.t.plain("downloads.manifest.no_filters"),),
        definitions=tuple(definitions),
    )


def _manifest(page: Page) -> Manifest:
    """What all files of a page say alike."""
    t = page.t.plain
    return Manifest(
        title="",
        filters=filter_words(page),
        as_of=page.scope.as_of,
        basis=t(f"common.basis.{page.scope.basis}"),
        snapshot=page.store.id,
        policy=policy_label(page, page.policy.version),
        state=page.state_version,
        user=maker(page),
        made_at=datetime.now().replace(microsecond=0),
        definitions=(),
        labels=labels_of(t),
        day=t.day,
    )


def maker(page: Page) -> str:
    """Who takes a file away; of a stand-in both names."""
    name, other = page.person(page.user.name), page.user.seen_as
    return page.t("downloads.seen_as", who=other, name=name) if other else name


def filter_words(page: Page) -> tuple[str, ...]:
    """The page's filters and its own, a sentence each; the units a reader is confined to are one of them."""
    from dashboard.frame import sidebar

    t = page.t.plain
    words = [t("chips.company")] if page.is_company else []
    for name in () if page.is_company else DECLARED:
        if codes := getattr(page.scope, name):
            known = sidebar.offers(page, name)
            named = [f"{known[c].strip()} ({c})" if c in known and known[c] != c else c for c in codes]
            words.append(sidebar.word_of(t, name) + t("common.colon") + t.listed(named))
    if page.scope.allowed_orgs and not page.is_company:
        words.append(
            t("downloads.manifest.allowed_orgs") + t("common.colon") + t.listed(page.scope.allowed_orgs)
        )
    own = {param.name for param in page.params}
    return (*words, *(chip.text for chip in page.chips if chip.param in own))


def named_file(page: Page, name: str, form: Form, parts: Iterable[str], title: str) -> Named:
    """How a file is called: what, of whom, as of when; `name` and `parts` tell it from any other."""
    text = "\x1f".join((*page.once(_who), name, form, title, *parts))
    key = hashlib.sha256(text.encode()).hexdigest()[:12]
    shown = "_".join((*_plain(title), *page.once(_where), f"{page.scope.as_of:%Y%m%d}"))
    ending = "zip" if form == "csv_zip" else form
    return Named(f"{shown}.{ending}", f"{MIMES[form]}; key={key}", f"{key}.{ending}")


def _who(page: Page) -> tuple[str, ...]:
    """Of what, of whom and for whom the files of a page are."""
    return (
        page.store.id,
        repr(page.scope),
        page.place,
        maker(page),
        page.user.key,
        page.t.language,
        page.policy.version,
        page.state_version,
    )


def _where(page: Page) -> list[str]:
    """What narrows the page, as its chips say: the first few, as they stand in a file's name."""
    filters = [c.short for c in page.chips if c.key not in ("asof", "basis")]
    return _plain(*filters[:MOST_WORDS], *(["…"] if len(filters) > MOST_WORDS else []))


def _plain(*words: str) -> list[str]:
    """Words as any system takes them in a file's name."""
    seen = (re.sub(r'[\\/:*?"<>|\s]+', " ", visible(re.sub(r"\s+", " ", w))) for w in words)
    plain = (w.strip(" .")[:MOST_LETTERS].strip() for w in seen)
    return [w for w in plain if w]
