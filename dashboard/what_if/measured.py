"""Every customer's indicators on a day, held once in the server for all readers and every what-if."""

from __future__ import annotations

from datetime import date

import streamlit as st

from analytics.credit_policy import CreditRules
from dashboard.shared.state_store import existing_state
from dashboard.words.i18n import wordless
from data.warehouse.snapshots import Snapshot
from services.credit.grading import Measured, measure
from services.decided.inputs import Decided, decided


def decided_on(as_of: date) -> Decided:
    """What people decided that grading as of a day reads."""
    return decided(existing_state(), as_of)


def measured(db: Snapshot, as_of: date, credit: CreditRules) -> Measured:
    """The indicators as of a day; of the rules only the industries' risk classes matter to them."""
    known = decided_on(as_of)
    return _measured(db.id, as_of, credit.industry_risk, known.key, db, known)


@st.cache_resource(max_entries=2, show_spinner=False)
@wordless
def _measured(snapshot: str, as_of: date, risk: object, key: str, _db: Snapshot, _known: Decided) -> Measured:
    return measure(_db, as_of, CreditRules(industry_risk=risk), facts=_known.facts)  # type: ignore[arg-type]
