"""Who has no grade, by reason: the rest of every distribution, so that it ties to what is overdue in all.

Frames of this module have `reason` (a key of REASONS), `customers`, `late` (of them with something overdue),
`balance` and `overdue` (fen), in the order of REASONS, reasons that nobody has left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.parquet as pq

from analytics import ungraded
from analytics.grading import UNGRADED
from analytics.policy import Policy
from data.ask.credit_queries import customer_holdings
from data.scope import Scope
from data.state import State
from data.warehouse.snapshots import Snapshot
from services.credit.grading import ensure_graded
from services.credit.slim import ModelScores, Slim
from services.customers import lists
from services.decided.inputs import decided
from services.recovery import headline

Index = npt.NDArray[np.int16]
MEASURES = ("customers", "late", "balance", "overdue")
NOT_PUBLISHED, NOT_BEFORE, NOTHING_DUE, TESTED = "not_published", "not_before", "nothing_due", "tested"
REASONS = (TESTED, *ungraded.REASONS, NOT_PUBLISHED, NOT_BEFORE, NOTHING_DUE)
"""Those of one day's grading; graded on the day but not in a publication, not on the earlier day of two, or
without a bill to test the grade by. `tested` is none: who a back-test judges by."""


@dataclass(frozen=True)
class Tie:
    """Graded and ungraded beside the overview's overdue arrears: customers and money (fen)."""

    graded_late: int
    graded_overdue: int
    rest_late: int
    rest_overdue: int
    late: int
    overdue: int

    @property
    def holds(self) -> bool:
        """Whether both together are what the overview says, to the fen."""
        return self.gap_late == 0 and self.gap_overdue == 0

    @property
    def gap_late(self) -> int:
        """Customers that the overview has beyond both."""
        return self.late - self.graded_late - self.rest_late

    @property
    def gap_overdue(self) -> int:
        """Money that the overview has beyond both."""
        return self.overdue - self.graded_overdue - self.rest_overdue


def rest(
    given: Slim, grades: Mapping[str, Index], models: Sequence[str] | None = None, before: Index | None = None
) -> pd.DataFrame:
    """Who of a day's customers has no grade, of some classes or all; with the positions `before` by customer
    key also who had none then.
    """
    sides = [(p, grades[p.model] == UNGRADED) for p in given.parts]
    sides += [(p, np.ones(len(p.rows), dtype=bool)) for p in given.rest]
    parts = [
        _of_part(part, none, None if before is None else before[part.rows])
        for part, none in sides
        if models is None or part.model in models
    ]
    return by_reason(pd.concat(parts, ignore_index=True) if parts else _of_nobody())


def on_both(
    given: Slim, grades: Mapping[str, Index], before: Index, models: Sequence[str] | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Who has a grade on the day and had one `before` (positions by customer key), and the rest."""
    left = rest(given, grades, models, before)
    whole = pd.concat(
        [
            pd.DataFrame({"reason": TESTED, "balance": p.balance, "overdue": p.overdue})
            for p in (*given.parts, *given.rest)
            if models is None or p.model in models
        ]
    )
    both = by_reason(whole)[list(MEASURES)].sum() - left[list(MEASURES)].sum()
    return both.to_frame().T, left


def by_reason(people: pd.DataFrame) -> pd.DataFrame:
    """The sums of customers with `reason`, `balance` and `overdue`, one row each."""
    counted = people.assign(customers=1, late=(people["overdue"] > 0).astype("int64"))
    sums = counted.groupby("reason")[list(MEASURES)].sum().astype("int64")
    return sums.reindex([r for r in REASONS if r in sums.index]).rename_axis("reason").reset_index()


def beside(
    db: Snapshot, policy: Policy, scope: Scope, state: State | None, held: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scope's customers by the grades `held` (grade by customer number), and the rest by reason.

    The first frame has `grade` and the same measures, as of the scope's day. Whom nobody gave a grade though
    they have one as computed on that day is `not_published`.
    """
    owed = customer_holdings(db, scope, lists.measures(db, scope.as_of)).to_pandas()
    path = ensure_graded(db, policy, scope.as_of, decided(state, scope.as_of))
    why = pq.read_table(path, columns=["cons_no", "ungraded"]).to_pandas().set_index("cons_no")["ungraded"]
    people = owed.assign(
        grade=owed["cons_no"].map(held),
        reason=owed["cons_no"].map(why).fillna(NOT_PUBLISHED),
        customers=1,
        late=(owed["overdue"] > 0).astype("int64"),
    )
    has = people["grade"].notna()
    graded = people[has].groupby("grade", as_index=False)[list(MEASURES)].sum()
    return graded, by_reason(people[~has])


def tie(db: Snapshot, scope: Scope, graded: pd.DataFrame, left: pd.DataFrame) -> Tie:
    """What frames with `late` and `overdue` come to, beside the overview's overdue arrears of the scope."""
    said = headline.arrears(db, scope).overdue
    late, overdue = ([int(f[name].sum()) for f in (graded, left)] for name in ("late", "overdue"))
    return Tie(late[0], overdue[0], late[1], overdue[1], said.customers, said.amount)


def _of_part(part: ModelScores, none: npt.NDArray[np.bool_], before: Index | None) -> pd.DataFrame:
    reason = np.where(none, np.array(ungraded.REASONS, dtype=object)[part.why], NOT_BEFORE)
    out = none if before is None else none | (before == UNGRADED)
    return pd.DataFrame({"reason": reason[out], "balance": part.balance[out], "overdue": part.overdue[out]})


def _of_nobody() -> pd.DataFrame:
    return pd.DataFrame({"reason": pd.Series(dtype=object), "balance": [], "overdue": []}, dtype="int64")
