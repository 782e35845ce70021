"""Why a figure changed between two days, as a sentence, a waterfall and a table; and the two days whole."""

from __future__ import annotations

from typing import cast

import pandas as pd
import streamlit as st

from analytics import change
from analytics.recovery import ratio
from dashboard import comparison
from dashboard.charts.change import Ends, waterfall
from dashboard.links.filters import choice
from dashboard.page import Page
from dashboard.parts import dimension_box, drill, level_below, parent_of, people, select_param, widget_key
from dashboard.recovery.sections import MONTH, VIEW
from dashboard.recovery.units import BY
from dashboard.tables.side_by_side import side_by_side
from dashboard.tables.table import table, titles
from dashboard.words.format import MoneyUnit
from dashboard.words.literal import literal
from services.recovery import figures
from services.recovery.why import MEASURES, REST, By, Explanation, Measure

WHAT = choice("what", MEASURES)
STEPS: tuple[By, ...] = (
    *("org", "class", "industry", "bill_month", "customer"),
    *("elec_type", "volt", "pay_mode", "area", "collector"),
)
STEP = choice("step", STEPS)
PARAMS = (WHAT, STEP)
FEW, NAMED = 9, 3
DECIMALS = 3
NOTHING_WRITTEN = 0.4 / 10 ** (DECIMALS + 2)
"""A step of a rate below this is written as 0.000 points."""


def why(page: Page) -> None:
    """What a chosen figure's change is made of; each step leads down to it."""
    t = page.t
    with page.part(t("why.title"), t("why.help")):
        left, right = st.columns(2)
        with left:
            what = cast(Measure, select_param(page, WHAT, MEASURES, t("why.what"), "why.measure"))
        steps = _steps(page, what)
        with right:
            by = cast(By, select_param(page, STEP, steps, t("why.by"), lambda s: _step_word(page, s)))
        explained = _explained(page, what, by)
        if explained.reason:
            return page.empty(_refused(page, explained))
        if not len(explained.rows):
            return page.empty()
        rows = _named(page, by, explained)
        few = _few(page, explained, rows, by)
        for sentence in _sentences(page, explained, few, by):
            st.markdown(sentence)
        _draw(page, explained, few, by)
        _table(page, explained, rows, by)
    return None


def two_days(page: Page) -> None:
    """Every headline figure of both days, of the scope and by unit or class."""
    t, days = page.t, comparison.two_days(page)
    with page.part(t("why.two_days"), comparison.named(page, days)):
        side_by_side(page, "two_days", days)
    with page.part(t("why.two_days_by"), comparison.named(page, days)):
        by = dimension_box(page, BY, figures.DIMENSIONS)
        against, parent = page.filters.against, parent_of(page, by)
        frame = page.load(figures.side_by_side_by, against=against, by=by, parent=parent)
        if frame.empty:
            return page.empty()
        names = [page.name(by, str(k), n) for k, n in zip(frame["key"], frame["name"], strict=True)]
        heads = {"then": page.fmt.date(days.then.as_of), "now": page.fmt.date(days.now.as_of)}
        heads["change"] = t("columns.change")
        columns = {
            f"{m}_{day}": t("why.of_day", what=t(f"why.measure.{m}"), day=said)
            for m in MEASURES
            for day, said in heads.items()
        }
        head = {"key": t("columns.key"), "name": t(f"filters.dimension.{by}")}
        key = widget_key(page, f"table_two_days_{by}")
        row = table(page, "two_days_by", frame.assign(name=names), {**head, **columns}, select=True, key=key)
        if row is not None:
            drill(page, by, str(frame["key"].iloc[row]))
    return None


def _explained(page: Page, what: Measure, by: By) -> Explanation:
    asked: By = level_below(page, by) if by not in ("bill_month", "customer") else by  # type: ignore[arg-type]
    parent = parent_of(page, asked)
    return page.load(figures.why, against=page.filters.against, measure=what, by=asked, parent=parent)


def _steps(page: Page, what: Measure) -> tuple[By, ...]:
    """What a change can be split by: one bill month has no months, units below a station are its areas."""
    left_out = {"bill_month"} if what == "month" else set()
    if level_below(page, "org") == "area":
        left_out.add("area")
    return tuple(step for step in STEPS if step not in left_out)


def _step_word(page: Page, step: str) -> str:
    own = step in ("bill_month", "customer")
    if not own and step == "org":
        step = level_below(page, "org")
    return page.t(f"why.step.{step}") if own else page.t(f"filters.dimension.{step}")


def _refused(page: Page, explained: Explanation) -> str:
    fmt, days = page.fmt, explained.days
    before, after = (
        map(fmt.rate, (explained.then, explained.now))
        if explained.is_rate
        else fmt.moneys(explained.then, explained.now)
    )
    return page.t(
        f"why.refused.{explained.reason}",
        what=page.t(f"why.measure.{explained.measure}"),
        then=fmt.date(days.then.as_of),
        now=fmt.date(days.now.as_of),
        before=before,
        after=after,
    )


def _named(page: Page, by: By, explained: Explanation) -> pd.DataFrame:
    """The rows with the names that a reader sees."""
    rest, t = explained.rows["key"] == REST, page.t
    rows = pd.concat([explained.rows[~rest], explained.rows[rest]], ignore_index=True)
    if by == "bill_month":
        return rows.assign(name=[page.fmt.month(int(key)) for key in rows["key"]])
    if by == "customer":
        others = t("why.other_customers", count=page.fmt.count(explained.rest))
        shown = people(page, rows)
        names = [others if k == REST else n for k, n in zip(rows["key"], shown["name"], strict=True)]
        return shown.assign(name=names)
    dimension = level_below(page, by)
    names = [page.name(dimension, str(k), n) for k, n in zip(rows["key"], rows["name"], strict=True)]
    return rows.assign(name=names)


def _few(page: Page, explained: Explanation, rows: pd.DataFrame, by: By) -> pd.DataFrame:
    """The largest steps, and all others in one: key, name, change as it is written, so that it adds up."""
    few, others = rows[["key", "name", "change"]], len(rows) - FEW
    if by != "customer" and others > 1:
        left = explained.now - explained.then - float(few["change"].head(FEW).sum())
        more = pd.DataFrame(
            {"key": [REST], "name": [page.t("why.others", count=page.fmt.count(others))], "change": [left]}
        )
        few = pd.concat([few.head(FEW), more], ignore_index=True)
    last = few["key"] == REST
    few = pd.concat([few[~last], few[last]], ignore_index=True)
    if explained.is_rate:
        few["change"] = change.apportioned(few["change"] * 100, DECIMALS, _written(explained) * 100) / 100
    return few


def _written(explained: Explanation) -> float:
    """The change between the two values as they are written."""
    if not explained.is_rate:
        return explained.now - explained.then
    return round(round(explained.now * 100, DECIMALS) - round(explained.then * 100, DECIMALS), DECIMALS) / 100


def _sentences(page: Page, explained: Explanation, few: pd.DataFrame, by: By) -> list[str]:
    """What changed and by what: no step that is written as nothing, all others where they weigh most."""
    t, what = page.t, page.t(f"why.measure.{explained.measure}")
    written = _written(explained)
    days = {"then": page.fmt.date(explained.days.then.as_of), "now": page.fmt.date(explained.days.now.as_of)}
    ends = {
        "before": _value(page, explained, explained.then),
        "after": _value(page, explained, explained.now),
    }
    named = few[(few["change"].abs() > NOTHING_WRITTEN) & (few["key"] != REST)].head(NAMED)
    if named.empty and not written:
        return [t("why.says_same", what=what, **days, **ends)]
    steps = [
        t("why.step_says", name=literal(str(n)), change=_signed(page, explained, c))
        for n, c in zip(named["name"], named["change"], strict=True)
    ]
    said = t("why.says", what=what, change=_signed(page, explained, written), **days, **ends)
    if steps:
        said += t("why.largest", steps=t.listed(steps))
    rest = few[few["key"] == REST]
    if len(rest) and abs(rest["change"].iloc[0]) > max(named["change"].abs(), default=0):
        name, rest_change = str(rest["name"].iloc[0]), float(rest["change"].iloc[0])
        said += t("why.rest", name=literal(name), change=_signed(page, explained, rest_change))
    return [said, *_without(page, explained, few, by, what)]


def _without(page: Page, explained: Explanation, few: pd.DataFrame, by: By, what: str) -> list[str]:
    """The figure without the customer who adds most, where that can be seen."""
    first = explained.rows[explained.rows["key"] != REST].head(1)
    if by != "customer" or first.empty or pd.isna(first["without"].iloc[0]):
        return []
    value = _value(page, explained, first["without"].iloc[0])
    if value == _value(page, explained, explained.now):
        return []
    name, day = literal(str(few["name"].iloc[0])), page.fmt.date(explained.days.now.as_of)
    return [page.t("why.without", name=name, day=day, what=what, value=value)]


def _value(page: Page, explained: Explanation, value: float) -> str:
    return (
        page.fmt.rate(value, DECIMALS) if explained.is_rate else page.fmt.money(value, _unit(page, explained))
    )


def _signed(page: Page, explained: Explanation, value: float) -> str:
    if explained.is_rate:
        return page.fmt.points(value, DECIMALS)
    return page.fmt.signed_money(value, _unit(page, explained))


def _unit(page: Page, explained: Explanation) -> MoneyUnit:
    """The unit of all amounts that sentences about one change compare."""
    return page.fmt.shared(explained.then, explained.now, explained.now - explained.then)


def _draw(page: Page, explained: Explanation, few: pd.DataFrame, by: By) -> None:
    fmt, days, what = page.fmt, explained.days, page.t(f"why.measure.{explained.measure}")
    ends = Ends(explained.then, explained.now, fmt.date(days.then.as_of), fmt.date(days.now.as_of))
    if ends.then_name == ends.now_name:
        return
    good = 1 if explained.is_rate else -1
    figure = waterfall(few, ends, page.look, title=what, money=not explained.is_rate, good=good)
    for point in page.chart(figure, f"why_{explained.measure}_{by}", page.t("why.alt"), select=True):
        if point.get("customdata"):
            _open(page, by, str(point["customdata"][0]))


def _table(page: Page, explained: Explanation, rows: pd.DataFrame, by: By) -> None:
    """Every key with what it adds, the figure without it, and its sums on both days."""
    shown = _in_columns(explained, rows)
    if by == "bill_month":
        head = titles(page, ["rcvbl_ym"])
        shown = shown.assign(rcvbl_ym=shown["key"].astype(int))
    elif by == "customer":
        head = {**titles(page, ("cons_no", "org_name")), "name": _step_word(page, by)}
        shown = shown.assign(cons_no=shown["key"])
    else:
        head = {"key": page.t("columns.key"), "name": _step_word(page, by)}
    columns = {**head, **_columns(page, explained)}
    row = table(page, "why", shown, columns, select=True, key=widget_key(page, f"table_why_{by}"))
    if row is not None:
        _open(page, by, str(shown["key"].iloc[row]))


def _sums_of(explained: Explanation) -> tuple[str, str]:
    """The columns that the part and the whole of the figure are called by."""
    if explained.measure == "household_months":
        return "hh_settled", "hh_billed"
    return ("collected", "billed") if explained.is_rate else ("amount", "")


def _columns(page: Page, explained: Explanation) -> dict[str, str]:
    t, days = page.t, explained.days
    part, whole = _sums_of(explained)
    own = [whole, part, "rate"] if explained.is_rate else [part]
    heads = (("then", page.fmt.date(days.then.as_of)), ("now", page.fmt.date(days.now.as_of)))
    adds = ("rate_change", "rate_effect", "weight_effect", "rate_without")
    columns = titles(page, adds if explained.is_rate else ("amount_change", "amount_without"))
    return columns | {
        f"{name}_{day}": t("why.of_day", what=t(f"columns.{name}"), day=said)
        for day, said in heads
        for name in own
    }


def _in_columns(explained: Explanation, rows: pd.DataFrame) -> pd.DataFrame:
    part, whole = _sums_of(explained)
    kind = "rate" if explained.is_rate else "amount"
    names = {"change": f"{kind}_change", "without": f"{kind}_without"}
    for day in ("then", "now"):
        names |= {f"part_{day}": f"{part}_{day}", f"whole_{day}": f"{whole}_{day}"}
    shown = rows.rename(columns=names)
    if not explained.is_rate:
        return shown
    return shown.assign(
        **{f"rate_{day}": ratio(rows[f"part_{day}"], rows[f"whole_{day}"]) for day in ("then", "now")}
    )


def _open(page: Page, by: By, key: str) -> None:
    """Go down to a step: the unit or class as a filter, the customer's file, the curve of the bill month."""
    if key == REST:
        return
    if by == "customer":
        page.open_customer(key)
    elif by == "bill_month":
        page.put(VIEW, "outlook")
        page.put(MONTH, int(key))
        st.rerun()
    else:
        drill(page, level_below(page, by), key)
