"""Dates are shown in one style: `fmt.date`. ISO days are for links, keys and boxes to be typed in."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2] / "dashboard"
WRITERS = (".isoformat", "strftime", ":%Y", ":%m", ":%d")
NOT_SHOWN = {
    "links/link_reading.py": "a link's own text, read back",
    "links/filters.py": "a link",
    "customers/list_link.py": "a link",
    "grades/backtest.py": "a link",
    "grades/migration.py": "a link",
    "grades/publish.py": "a file's key",
    "tables/download_manifest.py": "a file's name",
    "evaluation/facts.py": "a day to be typed over",
    "ageing/late_fee.py": "a day to be typed over",
    "terminal/load_report.py": "the command line, whose days are given as ISO days",
    "charts/customer.py": "the places of an axis, which has its own words",
    "charts/credit.py": "the places of an axis, which has its own words",
}


def test_pages_write_days_by_the_format_alone() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        if any(writer in path.read_text(encoding="utf-8") for writer in WRITERS)
    }
    assert found == set(NOT_SHOWN), "fmt.date, fmt.clock or fmt.moment; or say why it is not shown"


def test_columns_and_boxes_of_days_have_one_form() -> None:
    """Columns take the reader's form from the words; a box to be typed in has the one form of `TYPED`."""
    sources = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in ROOT.rglob("*.py")}
    assert [name for name, text in sources.items() if "YYYY" in text] == ["frame/day_boxes.py"]
    boxes = [box[:260] for text in sources.values() for box in text.split(".date_input(")[1:]]
    assert boxes
    assert not [box for box in boxes if "format=TYPED" not in box]
