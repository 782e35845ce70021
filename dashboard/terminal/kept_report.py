"""What a rebuild did and what a check of the kept files found, as lines in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.terminal.load_report import aligned
from dashboard.words.i18n import Translator
from services.warehouse.backup import POINTER
from services.warehouse.rebuilding import Rebuilt
from services.warehouse.verifying import Verified


def rebuild_lines(done: Rebuilt, t: Translator) -> Iterator[str]:
    """What told of the loads, the loads, what was mended on the way, and the new snapshot."""
    yield t(f"kept.from_{done.source}", loads=len(done.loads))
    rows = [[t("load.load"), t("load.folder"), t("load.extract_on"), t("load.files")]]
    rows += [[x.id, x.folder, t.day(x.extract_on), str(len(x.files))] for x in done.loads]
    yield from aligned(rows, left=3)
    if done.notes.restored:
        yield t("kept.notes_restored", loads=list(done.notes.restored))
    if done.notes.sealed or done.adopted:
        yield t("kept.adopted", files=done.adopted + len(done.notes.sealed))
    if done.by_other_rules:
        yield t("kept.by_other_rules")
    if done.before:
        yield t("kept.before", snapshot=done.before)
    numbers = {"records": f"{done.records:,}", "files": done.files, "seconds": f"{done.seconds:.1f}"}
    yield t("kept.rebuilt", snapshot=done.snapshot, day=t.day(done.extract_on), **numbers)


def verify_lines(checked: Verified, t: Translator) -> Iterator[str]:
    """Each file that is missing or damaged, what can be done about it, and how much was read."""
    for one in checked.findings:
        yield t(f"kept.{one.kind}_{one.what}", path=one.path, of=list(one.of))
    for what in dict.fromkeys(one.what for one in checked.findings):
        yield t(f"kept.mend_{what}")
    if checked.newer:
        yield t("kept.newer", snapshot=checked.newer, pointer=POINTER)
    if checked.without_sums:
        yield t("kept.without_sums", files=checked.without_sums)
    read = {
        "size": f"{checked.bytes / 1e6:,.1f}",
        "seconds": f"{checked.seconds:.1f}",
        "files": checked.files,
    }
    yield t("kept.verified_bad" if checked.findings else "kept.verified", count=len(checked.findings), **read)
