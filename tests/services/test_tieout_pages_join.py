"""Reports that arrive one unit or one measure at a time stand together."""

from __future__ import annotations

from services.tieout_pages import joined


def test_a_report_adds_to_what_was_known_and_withdraws_nothing() -> None:
    known = (("33401", (100, 90, 10, None, 7)),)
    later = (("33401", (None, 91, None, None, None)), ("33402", (50, None, None, None, None)))
    assert joined(known, later) == (
        ("33401", (100, 91, 10, None, 7)),
        ("33402", (50, None, None, None, None)),
    )
    assert joined((), later[1:]) == later[1:]
