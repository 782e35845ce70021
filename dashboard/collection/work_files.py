"""The work lists of an issued batch: a workbook for each person in charge, zipped with an index."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pandas as pd

from dashboard.collection import listing, made
from dashboard.page import Page
from dashboard.tables.download_manifest import manifest_of
from dashboard.tables.downloads import download_made
from data.state import Batch
from services.collection.batch_lists import rows_of
from services.collection.workbooks import work_lists, write_zip


def show(page: Page, batch: Batch, orders: pd.DataFrame) -> None:
    """Offer the zip; what is not made yet of the day is made first."""
    t = page.t
    page = replace(page, scope=page.scope.at(batch.as_of))
    proposal = made.proposal(page)
    if proposal is None:
        return
    title = t.plain("collection_files.title")
    number = t.plain("collection_files.batch", number=batch.id)

    def zipped() -> bytes:
        out, words = BytesIO(), t.plain
        rows = rows_of(proposal.rows, orders)
        lists = work_lists(
            page.store.db, page.scope, rows, words, lambda rule: listing.rule_words(page, rule)
        )
        write_zip(out, lists, manifest_of(page, title, (number,)), words)
        return out.getvalue()

    parts = (str(batch.id), str(batch.seen), repr(page.scope), page.state_version, t.language)
    label, help_ = t("collection.work_files"), t("collection.work_files_help")
    download_made(
        page, "collection_work", "zip", parts, zipped, label=label, help=help_, title=f"{title}_{batch.id}"
    )
