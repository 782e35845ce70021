"""What each figure means: the registry that the page on metrics is written from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Meaning:
    """One figure: names, formula, how it is read, and `module:name[.field]` of where it is computed."""

    key: str
    zh: str
    en: str
    formula: str
    reading: str
    computed: str


@dataclass(frozen=True)
class Chapter:
    """Figures that belong together."""

    zh: str
    en: str
    meanings: tuple[Meaning, ...]


BILLS = Chapter(
    "账单与收款",
    "Bills and receipts",
    (
        Meaning("billed", "应收电费", "Billed", "Σ amount of billed bills", "One receivable is one bill; it exists from its issue (missing: the last day of its month, flagged). Left out: charge kinds of `not_billed_types` and invisible rows.", "data.load.marts:build_marts"),
        Meaning("due", "缴费截止日", "Due date", "first day of the late fee − 1; missing: issue + `due_days`", "Filled dates are flagged. Days overdue = as-of date − due date.", "data.load.marts:build_marts"),
        Meaning("collected", "实收电费", "Collected", "min(net receipts effective by the as-of date, billed)", "Receipts net of reversals; a receipt is effective on its own day or the bill's issue, whichever is later. A negative bill is collected in full when issued.", "services.recovery.figures:Rate.collected"),
        Meaning("open", "未收", "Open", "billed − collected", "Part payments and reversals never multiply a bill.", "services.recovery.figures:Arrears.balance"),
        Meaning("credit", "多缴", "Credit", "Σ max(0, net receipts − max(billed, 0))", "What was paid beyond the bill; apart, in no rate.", "services.recovery.figures:Headline.credit"),
        Meaning("prepaid", "预收结存", "Prepaid balance", "Σ balances of their own extract", "Balances now; a bill set off against it is collected, but no cash of that day.", "services.recovery.figures:Headline.prepaid"),
        Meaning("in_transit", "在途", "In transit", "Σ cheques and transfers without a disposal date", "Apart; nobody is dunned for it.", "services.recovery.figures:Headline.in_transit"),
        Meaning("written_off", "核销", "Written off", "Σ open at the write-off of bills written off by the as-of date", "From then on in no balance; the bill stays billed, its unpaid part is never collected.", "services.recovery.figures:Headline.written_off"),
        Meaning("recovered_after", "核销后收回", "Recovered after", "Σ receipts after the write-off", "Apart; in no collected.", "services.recovery.figures:Headline.recovered_after"),
    ),
)  # fmt: skip

PERIODS = Chapter(
    "口径与年份",
    "Bases and years",
    (
        Meaning("closed_month", "关账月", "Closed month", "month before the as-of month when its day > `assessment_day`, else the one before that", "The latest month of the assessment basis.", "analytics.calendar:closed_month"),
        Meaning("assessment", "考核口径", "Assessment basis", "bill months ≤ closed month; receipts to the as-of date; year of the closed month", "The headline.", "analytics.calendar:period"),
        Meaning("point", "时点口径", "Point-in-time basis", "every bill issued by the as-of date; year of the as-of date", "The other reading, always named.", "analytics.calendar:period"),
        Meaning("bill_year", "账单年份", "A bill's year", "the later of the years of bill month and issue", "A December bill issued in January is the new year's (跨年发行), shown as such.", "services.recovery.figures:Recovery.issued_in_new_year"),
    ),
)  # fmt: skip

RECOVERY = Chapter(
    "回收率",
    "Recovery",
    (
        Meaning("current_year", "当年电费回收率", "Current-year recovery rate", "Σ collected ÷ Σ billed of bills of the year", "NaN, shown —, where nothing was billed.", "services.recovery.figures:Recovery.current_year"),
        Meaning("old_debt", "陈欠回收率", "Old-debt recovery rate", "collected since 1 January ÷ open at the end of 31 December, bills of earlier years", "The base is frozen; bills written off by then are left out.", "services.recovery.figures:Recovery.old_debt"),
        Meaning("combined", "综合回收率（含陈欠）", "Combined recovery rate", "(current + old collected) ÷ (current + old billed)", "Sums first, then one division.", "services.recovery.figures:Recovery.combined"),
        Meaning("month", "当月回收率", "Month's recovery rate", "Σ collected ÷ Σ billed of one bill month", "The closed month (assessment) or the as-of month (point), whatever its year.", "services.recovery.figures:Recovery.month"),
        Meaning("households", "户数回收率", "Household recovery rate", "household-months settled ÷ billed", "A household-month is a pair (customer, bill month) of the year billed > 0; settled when none of its bills is open.", "services.recovery.figures:Recovery.household_months"),
        Meaning("no_open_bill", "当年无欠费户", "No open bill this year", "customers billed this year without an open bill of it", "Apart from the rate of household-months.", "services.recovery.figures:Headline.clean_customers"),
        Meaning("on_time", "按期缴费率", "On-time payment rate", "Σ collected by the due date ÷ Σ billed of bills due by the as-of date", "By money.", "services.recovery.figures:Recovery.on_time"),
        Meaning("fulfilment", "服务履约率", "Service fulfilment", "services done by their day ÷ services due by the as-of date", "Due by the policy's schedule, from the first service ever done on; NaN, shown —, where none was due.", "services.entitlements.service_due:Fulfilment.rate"),
        Meaning("late", "超期缴费", "Late", "Σ collected after the due date", "A part of collected.", "services.recovery.figures:Recovery.late"),
        Meaning("after_cutoff", "停电后缴费", "After cut-off", "Σ collected after a cut that fell after the due date", "A part of late.", "services.recovery.figures:Recovery.after_cutoff"),
        Meaning("curve", "回收曲线", "Recovery curve", "share of a bill month collected by days since issue", "Days that have not come yet are left out.", "services.recovery.figures:recovery_curve"),
        Meaning("forecast", "年末预测", "Year-end forecast", "1 − (open of closed months × chance that it is left + later months' billed × share such months left) ÷ billed", "From the as-of day on, month by month. Chances as in the countdown, over the months to the year's end, evenly in between; later months' billed is last year's times this year's growth. Expected is the middle of the outcomes drawn. The band is widened for few independent past outcomes, and not drawn with fewer than two.", "services.recovery.figures:forecast"),
    ),
)  # fmt: skip

ARREARS = Chapter(
    "欠费、结零与账龄",
    "Arrears, clearing, ageing",
    (
        Meaning("balance", "应收余额", "Balance", "Σ open of owed bills", "Left out: kinds of `not_owed_types`, bills written off.", "services.recovery.figures:Arrears.balance"),
        Meaning("past_months", "往月欠费", "Past-months arrears", "the balance of bill months before the as-of month", "What monthly lists show.", "services.recovery.figures:Arrears.past_months"),
        Meaning("overdue", "逾期欠费", "Overdue arrears", "the balance past its due date", "Only this drives actions.", "services.recovery.figures:Arrears.overdue"),
        Meaning("ageing", "账龄段", "Ageing bucket", "the balance by days overdue: not due (≤ 0), then `ageing_edges`", "All buckets, always, in order.", "services.recovery.figures:ageing"),
        Meaning("limit", "诉讼时效", "Limit of action", "due date + `limit_of_action_years` (or the last delivered demand)", "Claims within `limit_of_action_warn_days` are listed.", "services.recovery.figures:claims_near_limit"),
        Meaning("cleared", "月结零", "Cleared (month)", "nothing open of bills of the closed month's year up to the closed month", "By unit, with the list of what is not. A December bill issued in January is of the new year: it counts from 6 February.", "services.recovery.figures:Cleared.month_cleared"),
        Meaning("cleared_year", "年末双结零", "Cleared (both)", "month cleared, and no old debt", "", "services.recovery.figures:Cleared.year_cleared"),
        Meaning("all_paid", "全部收清的可能", "Chance to clear", "Π over customers with something open of closed months: 1 − chance that something is left", "Averaged over what moves all of them together in a month. From 80 % it is said that it will clear in time (能够), up to 20 % that it will not (不能), in between that it is not certain (不能确定).", "services.recovery.figures:Cleared.chance"),
        Meaning("clearing", "考核日预计未收", "Expected on the assessment day", "the middle of drawn outcomes: each customer with something open of closed months leaves it with their chance, or not; many small ones together as their sum", "More and less are equally likely; units do not add up to the whole. The chance is that of alike customers (closed account, oldest month owed, overdue yet or not, months slow in the last year, class, amount) from the same day of past months to their assessment day, moved by the same month of earlier years and by the unit's own pace. Eight outcomes of ten lie in the band. Missing with fewer than 12 past assessment days; on the assessment day it is what is open.", "services.recovery.figures:Cleared.expected"),
        Meaning("arrears_count", "欠费一次", "An arrear in the count", "a pair (customer, bill month) with overdue money on the day after its due date", "However many bills; N scales with the periods that fell due in the same window.", "services.customers.lists:mission"),
    ),
)  # fmt: skip

ANALYSIS = Chapter(
    "分析",
    "Analysis",
    (
        Meaning("roll_rate", "账龄迁徙率", "Roll rate", "balance in bucket j now that was in i at the last month end ÷ balance in i then", "Settled and written off are destinations too.", "services.recovery.figures:roll_rates"),
        Meaning("vintage", "应收月回收跟踪", "Vintage", "collected by age m ÷ billed, by bill month", "Unripe cells stay empty.", "services.recovery.figures:vintage"),
        Meaning("cure", "欠费清偿率", "Cure rate", "overdue at t and current at t + k ÷ overdue at t", "By money and by customers.", "services.recovery.figures:cure"),
        Meaning("first_payment_default", "新户首期欠费率", "First-payment default", "new customers whose first bill is open d days after its due date ÷ new customers", "NaN while unripe.", "services.recovery.figures:first_payment_default"),
        Meaning("dso", "应收周转天数（DSO）", "Days sales outstanding", "balance × days ÷ sales; count-back; best possible (not yet due only)", "Prints the days of the period.", "services.recovery.figures:dso"),
        Meaning("cei", "催收效率指数（CEI）", "Collection effectiveness index", "(Beg + S/N − EndTotal) ÷ (Beg + S/N − EndCurrent) × 100", "S sales over N months; N is printed.", "services.recovery.figures:cei"),
        Meaning("contribution", "对变化的影响", "Contribution to a change", "amount: its own change; rate: w₁(r₁ − R*) − w₀(r₀ − R*), R* the mean of both days' rates, w the share of billed", "Contributions sum to the change; of a rate they are the effect of the item's own rate, ½(w₀ + w₁)(r₁ − r₀), and of its weight, (w₁ − w₀)(½(r₀ + r₁) − R*) (Bennet 1920).", "services.recovery.figures:why"),
        Meaning("without", "不计某户的回收率", "Rate without one", "(Σ collected − its collected) ÷ (Σ billed − its billed)", "Of the later day.", "analytics.change:of_rate"),
        Meaning("comparison", "两日之差", "Difference of two days", "value of the as-of date − value of the other day", "Not formed of what adds up through a year across years, unless both are the same day of their years; nor of two bill months with unequal time to be paid.", "analytics.two_days:TwoDays.reason"),
        Meaning("concentration", "欠费集中度", "Concentration", "share of the balance held by the top k %; Lorenz curve; Gini", "", "services.recovery.figures:concentration"),
    ),
)  # fmt: skip

CREDIT = Chapter(
    "信用",
    "Credit",
    (
        Meaning("score", "得分", "Score", "Σ membership(grade) × score(grade), two levels, weights from AHP, entropy or both", "Missing indicators leave their weight to the others; coverage is shown.", "analytics.evaluation:evaluate"),
        Meaning("grade", "信用等级", "Grade", "score against cut-offs, then rules outside the arithmetic", "Each rule that was applied is named.", "analytics.grading:grade"),
        Meaning("auc", "AUC", "AUC, Gini", "P(score of a good > score of a bad); Gini = 2·AUC − 1", "Ties count one half.", "analytics.validation:auc"),
        Meaning("ks", "KS", "KS", "max |F_bad − F_good|", "", "analytics.validation:ks"),
        Meaning("psi", "稳定性（PSI）", "Population stability", "Σ (a − e)·ln(a / e)", "On counts.", "analytics.validation:psi"),
        Meaning("migration", "等级迁移", "Migration", "in g at t and in h later ÷ in g", "Rows sum to 1; also by money.", "analytics.validation:migration"),
    ),
)  # fmt: skip

CHAPTERS = (BILLS, PERIODS, RECOVERY, ARREARS, ANALYSIS, CREDIT)
