"""The grade that customers hold on a day: as published, overruled, or changed on review."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics.credit_policy import CreditRules
from analytics.errors import RefusedError
from analytics.policy import Policy
from data.state import Override, Publication, State

Source = Literal["computed", "override", "review"]
COLUMNS = ("cons_no", "org_no", "model", "computed", "grade", "score")
KEPT = 2
"""Publications kept in memory, 100 MB each at a million customers."""

_kept: OrderedDict[tuple[str, int, str], pa.Table] = OrderedDict()
_guard = threading.Lock()


@dataclass(frozen=True)
class Decision:
    """A person's word on one customer's grade: an override or a review that changed it.

    It holds from `valid_from` through `valid_to`; None is the publication's own last day.
    """

    cons_no: str
    grade: str
    source: Source
    number: int
    who: str
    why: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class PublishedGrade:
    """The grade of one customer on a day, and where it comes from.

    `computed`, `score`, `rules` and `reasons` (indicators that cost most) are as published; `decision` is
    the person's word that stands, None where the grade is the computed one.
    """

    cons_no: str
    grade: str
    valid_from: date
    valid_to: date
    publication: Publication
    model: str | None
    computed: str | None
    score: float | None
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    decision: Decision | None

    @property
    def source(self) -> Source:
        """Whose word the grade is."""
        return self.decision.source if self.decision else "computed"


def rules_of(publication: Publication) -> CreditRules:
    """The rules that were published by; none where this program cannot read them any more."""
    return _rules_in(publication.policy)


def publication_on(state: State, on: date) -> Publication | None:
    """The publication whose grades hold on a day."""
    valid = [p for p in state.publications_in_force() if p.valid_from <= on <= p.valid_to]
    return valid[-1] if valid else None


def publication_after(state: State, on: date) -> Publication | None:
    """The next publication whose grades begin to hold after a day."""
    return next((p for p in state.publications_in_force() if p.valid_from > on), None)


def published_grade(state: State, cons_no: str, on: date) -> PublishedGrade | None:
    """The grade that a customer holds on a day; None where none was published."""
    publication = publication_on(state, on)
    if publication is None:
        return None
    row = state.published_row(publication.id, cons_no)
    decision = next((d for d in decisions(state, publication, on, cons_no)), None)
    if row is None and decision is None:
        return None
    fields: dict[str, Any] = row or {}
    if decision is None and fields["computed"] is None:
        return None
    return PublishedGrade(
        cons_no,
        decision.grade if decision else str(fields["computed"]),
        *period(publication, decision),
        publication,
        fields.get("model"),
        fields.get("computed"),
        fields.get("score"),
        tuple(fields.get("rules") or ()),
        tuple(fields.get("reasons") or ()),
        decision,
    )


def period(publication: Publication, decision: Decision | None) -> tuple[date, date]:
    """The first and the last day on which a customer holds the grade."""
    first, last = publication.valid_from, publication.valid_to
    if decision is None:
        return first, last
    return max(first, decision.valid_from), min(last, decision.valid_to or last)


def published(state: State, on: date) -> pd.DataFrame:
    """All customers' grades on a day: COLUMNS, `source` and `decision` (its number); empty without any."""
    publication = publication_on(state, on)
    if publication is None:
        return pd.DataFrame(columns=[*COLUMNS, "source", "decision"])
    return in_period(state, publication, on)


def in_period(state: State, publication: Publication, on: date, with_reasons: bool = False) -> pd.DataFrame:
    """All customers' grades by a publication on a day of its period.

    With reasons, also `rules` (those that applied) and `reasons` (indicators that cost most), keys by commas.
    """
    table = rows(state, publication)
    kept = table.select(list(COLUMNS))
    for name in ("rules", "reasons") if with_reasons else ():
        kept = kept.append_column(name, pc.binary_join(table[name], ","))
    frame: pd.DataFrame = kept.to_pandas()
    nothing = pd.Series(pd.NA, index=frame.index, dtype="Int64")
    frame = frame.assign(grade=frame["computed"], source="computed", decision=nothing)
    said = {d.cons_no: d for d in decisions(state, publication, on)}
    if said:
        new = sorted(set(said) - set(frame["cons_no"]))
        frame = pd.concat([frame, pd.DataFrame({"cons_no": new})], ignore_index=True) if new else frame
        places = frame.index[frame["cons_no"].isin(list(said))]
        ordered = [said[number] for number in frame.loc[places, "cons_no"]]
        frame.loc[places, "grade"] = [d.grade for d in ordered]
        frame.loc[places, "source"] = [d.source for d in ordered]
        frame.loc[places, "decision"] = [d.number for d in ordered]
    return frame[frame["grade"].notna()].reset_index(drop=True)


def decisions(state: State, publication: Publication, on: date, cons_no: str | None = None) -> list[Decision]:
    """The word that stands on a day for each customer somebody decided about, by customer number.

    An override counts while it holds; a review that changed the grade counts from its day on, also where it
    was of a publication that this one replaces. Of several, the one written down last stands.
    """
    chain = _chain(state, publication)
    said: list[tuple[Any, Decision]] = [
        (o.at, _overruled(o)) for o in state.overrides(cons_no) if o.holds(on)
    ]
    for objection in state.objections(cons_no):
        review = objection.review
        if review and review.grade and review.decided_on <= on and objection.publication in chain:
            decision = (review.id, review.who, review.why, review.decided_on)
            said.append((review.at, Decision(objection.cons_no, review.grade, "review", *decision, None)))
    said.sort(key=lambda pair: pair[0])
    standing = {d.cons_no: d for _, d in said}
    return [standing[number] for number in sorted(standing)]


def rows(state: State, publication: Publication) -> pa.Table:
    """The customers of a publication as published, kept in memory: they never change."""
    key = (state.name, publication.id, publication.content_hash)
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        _kept[key] = state.published_rows(publication.id)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
        return _kept[key]


def _chain(state: State, publication: Publication) -> set[int]:
    """The publication and those that it replaced, one after another."""
    by_id = {p.id: p for p in state.publications()}
    chain: set[int] = set()
    number: int | None = publication.id
    while number is not None and number not in chain:
        chain.add(number)
        number = by_id[number].replaces if number in by_id else None
    return chain


def _overruled(o: Override) -> Decision:
    last = o.valid_to if o.withdrawn_on is None else min(o.valid_to, o.withdrawn_on - timedelta(days=1))
    return Decision(o.cons_no, o.grade, "override", o.id, o.who, o.why, o.valid_from, last)


@lru_cache(maxsize=8)
def _rules_in(policy: str) -> CreditRules:
    try:
        return Policy.from_toml(policy).credit
    except RefusedError:
        return CreditRules()
