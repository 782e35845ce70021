"""What pages and jobs ask about recovery, arrears, clearing and ageing: one call, one frozen value or
small frame.

Every call takes `(db, scope, rules)`: `db` is an open snapshot (anything with `.cursor()`), `scope` the
as-of date, basis and filters, `rules` the policy's `RecoveryRules`. Money is integer fen, rates are floats
(NaN: nothing billed), months integers yyyymm, days `datetime.date`. `key` columns hold codes, `name` columns
what the extract calls them (or the code). Rows come in a fixed order. With `by="org"` rows are the children
of `parent` (None: of the scope's single unit, else of the only top unit; "*": every station), and what sits
on the parent itself has the parent's own row.
"""

from __future__ import annotations

from analytics.all_paid import HARDLY, LIKELY
from analytics.calendar import Period
from analytics.collection_kpis import Cei, Concentration, Dso
from analytics.forecast import Forecast
from analytics.recovery import Households, Rate, Recovery
from data.dimensions import DIMENSIONS, Dimension
from services.recovery.ageing import (
    ageing,
    ageing_by,
    ageing_by_year,
    ageing_trend,
    claims_near_limit,
    claims_total,
    top_debtors,
)
from services.recovery.attention import Finding, attention
from services.recovery.clearing import (
    Cleared,
    cleared,
    cleared_by,
    cleared_customers,
    medians_apart,
    not_cleared,
    not_cleared_total,
)
from services.recovery.collection_analysis import (
    cei,
    concentration,
    cure,
    dso,
    first_payment_default,
    roll_rates,
    vintage,
)
from services.recovery.compare import choices, codes, comparison, org_path
from services.recovery.deciding import Deciding, deciding
from services.recovery.headline import (
    Arrears,
    Headline,
    Holding,
    SnapshotFacts,
    arrears,
    facts,
    headline,
    receipts_alone,
    recovery,
)
from services.recovery.run_off import Said, said
from services.recovery.trends import (
    by_bill_month,
    by_cash_month,
    heatmap,
    known_alone,
    recovery_curve,
    trend,
    trend_by,
)
from services.recovery.two_days import side_by_side, two_days
from services.recovery.two_days_by import side_by_side_by
from services.recovery.units import EVERY_STATION, code_names
from services.recovery.why import Explanation, why
from services.recovery.year_end import SaidOfYear, forecast, said_of_year

__all__ = [
    "DIMENSIONS",
    "EVERY_STATION",
    "HARDLY",
    "LIKELY",
    "Arrears",
    "Cei",
    "Cleared",
    "Concentration",
    "Deciding",
    "Dimension",
    "Dso",
    "Explanation",
    "Finding",
    "Forecast",
    "Headline",
    "Holding",
    "Households",
    "Period",
    "Rate",
    "Recovery",
    "Said",
    "SaidOfYear",
    "SnapshotFacts",
    "ageing",
    "ageing_by",
    "ageing_by_year",
    "ageing_trend",
    "arrears",
    "attention",
    "by_bill_month",
    "by_cash_month",
    "cei",
    "choices",
    "claims_near_limit",
    "claims_total",
    "cleared",
    "cleared_by",
    "cleared_customers",
    "code_names",
    "codes",
    "comparison",
    "concentration",
    "cure",
    "deciding",
    "dso",
    "facts",
    "first_payment_default",
    "forecast",
    "headline",
    "heatmap",
    "known_alone",
    "medians_apart",
    "not_cleared",
    "not_cleared_total",
    "org_path",
    "receipts_alone",
    "recovery",
    "recovery_curve",
    "roll_rates",
    "said",
    "said_of_year",
    "side_by_side",
    "side_by_side_by",
    "top_debtors",
    "trend",
    "trend_by",
    "two_days",
    "vintage",
    "why",
]
