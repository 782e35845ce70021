"""Write a sample month by month, some customers at a time: memory does not grow with the months."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from data.sample.behaviour import end_spells, live_month, new_book, part_of
from data.sample.bills import make_bills
from data.sample.customers import Customers, make_customers
from data.sample.flows import Chunk, Serials
from data.sample.geography import Geography, make_geography
from data.sample.layout import issue_offset
from data.sample.month import write_caught, write_cuts, write_month
from data.sample.payments import pay
from data.sample.places import write_places, write_units
from data.sample.receipts import last_receipt_on_extract_day
from data.sample.reference import write_customers
from data.sample.spec import SampleReport, SampleSpec, as_date, first_day, yyyymm
from data.sample.writers import Writers

Progress = Callable[[float, str], None]


def generate(folder: Path, spec: SampleSpec, progress: Progress | None = None) -> SampleReport:
    """Write all tables into an existing folder; the progress is called with a share and a bill month."""
    geo = make_geography(spec)
    people = make_customers(spec, geo)
    out = Writers(folder, spec)
    try:
        write_units(spec, geo, out)
        _write_flows(spec, geo, people, out, progress)
        write_places(spec, geo, people, out)
    finally:
        out.close()
    files = {p.name: p.stat().st_size for p in sorted(folder.iterdir())}
    return SampleReport(
        out=folder,
        first_month=yyyymm(spec.first_index),
        last_month=spec.last_month,
        extract_on=as_date(spec.extract_on),
        rows=out.rows,
        files=files,
    )


def _write_flows(
    spec: SampleSpec, geo: Geography, people: Customers, out: Writers, progress: Progress | None
) -> None:
    book, serials = new_book(spec), Serials()
    for t in range(spec.months):
        for number, rows in enumerate(spec.chunks):
            chunk = Chunk(part_of(people, rows), rows.start, spec, geo, t, serials, out)
            state, rng = book.part(rows), spec.rng(5, t, number)
            issued = first_day(spec.first_index + t) + issue_offset(chunk.people)
            write_caught(chunk, end_spells(state, issued))
            write_cuts(chunk, live_month(chunk.people, state, spec, t, rng))
            bills = make_bills(chunk.people, state, spec, t, rng)
            paid = pay(chunk.people, state, bills, spec, rng)
            if t == spec.months - 1 and number == 0:
                last_receipt_on_extract_day(paid, spec)
            write_month(chunk, bills, paid, state.spells)
        if progress is not None:
            progress((t + 1) / spec.months, str(yyyymm(spec.first_index + t)))
    for rows in spec.chunks:
        chunk = Chunk(part_of(people, rows), rows.start, spec, geo, spec.months - 1, serials, out)
        state = book.part(rows)
        write_caught(chunk, end_spells(state, spec.extract_on))
        write_customers(chunk, state)
