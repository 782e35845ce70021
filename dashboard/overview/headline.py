"""The year's recovery against target and last year, and how it went."""

from __future__ import annotations

from dashboard import charts, comparison, targets
from dashboard.month_parts import say_part, with_parts
from dashboard.page import Page
from dashboard.parts import Card, figure_grid
from dashboard.shared.state_store import existing_state
from dashboard.tables.table import offer, titles
from services.entitlements import service_due
from services.recovery import figures


def headline(page: Page) -> None:
    """The year's recovery against target and another day, and the other rates beside it."""
    with page.part():
        days = comparison.choose(page)
        now = page.load(figures.headline)
        r, then = now.recovery, page.load(figures.recovery, scope=page.scope.at(days.then.as_of))
        t, fmt = page.t, page.fmt
        held = targets.attainments(page, r)
        rates = (
            (t("recovery.current_year", year=r.period.year), "current_year", _of(page, r.current_year)),
            (t("recovery.combined"), "combined", _of(page, r.combined)),
            (t("recovery.old_debt"), "old_debt", _of(page, r.old_debt)),
            (t("recovery.month", month=fmt.month(r.period.month)), "month", _of(page, r.month)),
            (t("recovery.households"), "household_months", _households(page, r.household_months)),
            (t("recovery.on_time"), "on_time", _of(page, r.on_time)),
        )
        cards: list[Card] = []
        for label, name, below in rates:
            both = getattr(r, name).rate, getattr(then, name).rate
            aimed = targets.line(page, held[name]) if name in held else None
            target = targets.rate_of(held.get(name))
            cards.append(comparison.rate_card(page, label, both, name, days, aimed or below, target))
        links = comparison.why_links(page, {label: name for label, name, _ in rates})
        fulfilment = _fulfilment(page)
        figure_grid(
            page,
            [*cards, fulfilment],
            below_of={**links, fulfilment[0]: lambda: _to_services(page)},
            beside=comparison.beside(page, days),
        )


def _fulfilment(page: Page) -> Card:
    """Services done by their day; opening the page never computes the grades that they hang on."""
    t, fmt, kept = page.t, page.fmt, existing_state()
    label, db = t("overview.fulfilment"), page.store.db
    if not service_due.is_gradable(db, page.policy, kept, page.scope.as_of):
        return label, "—", None, t("overview.fulfilment_ungraded")
    fulfilled, _ = page.load(service_due.fulfilment)
    if not fulfilled.due:
        return label, "—", None, t("overview.fulfilment_none")
    said = t("overview.fulfilment_of", in_time=fmt.count(fulfilled.in_time), due=fmt.count(fulfilled.due))
    return label, fmt.rate(fulfilled.rate), None, said


def _to_services(page: Page) -> None:
    page.link("grades", page.t("overview.fulfilment_link"), view="services")


def _households(page: Page, households: figures.Households) -> str:
    fmt = page.fmt
    return page.t(
        "recovery.households_of", settled=fmt.count(households.settled), billed=fmt.count(households.billed)
    )


def _of(page: Page, rate: figures.Rate) -> str:
    collected, billed = page.fmt.moneys(rate.collected, rate.billed)
    return page.t("recovery.of", collected=collected, billed=billed)


def trend(page: Page) -> None:
    """The year's rate at each month end, last year and the target."""
    with page.part(page.t("overview.trend"), page.t("recovery.trend_help")):
        frame = page.load(figures.trend, months=13)
        if frame.empty:
            return page.empty()
        frame = figures.known_alone(targets.with_line(page, frame), page.store.facts.first_month)
        title = page.t("recovery.current_year_rate")
        figure = charts.rate_trend(
            frame,
            page.look,
            {"cy_rate": title},
            title=title,
            last_year="last_year_cy_rate",
            target="target",
            year="year",
        )
        page.chart(figure, "overview_trend", page.t("overview.trend_alt"))
        say_part(page, frame)
        columns = "ym as_of month_part cy_billed cy_collected cy_rate target last_year_cy_rate balance"
        offer(page, "overview_trend", with_parts(page, frame), titles(page, columns.split()))
    return None
