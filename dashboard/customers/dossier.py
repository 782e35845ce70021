"""The file on one customer: one document to print that answers a complaint or a court, whole in itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from html import escape
from typing import Any

import pandas as pd

from analytics.limit_of_action import limit_on
from dashboard.collection import record_history
from dashboard.collection.record_history import COLUMNS as RECORDS
from dashboard.customers import credit_services
from dashboard.customers import credit_words as words
from dashboard.customers.credit_sheet import STYLE
from dashboard.customers.credit_view import CreditView, history_of
from dashboard.frame.policy_label import policy_label
from dashboard.page import Page
from dashboard.shared.state_store import existing_state
from dashboard.tables.cells import as_text
from dashboard.tables.download_manifest import maker
from dashboard.tables.downloads import download_made
from dashboard.tables.table import titles
from dashboard.words.collection_words import action_name, rule_name
from dashboard.words.credit_terms import grade_names
from services.collection import orders, records
from services.collection.recommended import Recommended, recommended
from services.customers.customer_late_fee import late_fees
from services.customers.lists import CustomerFile
from services.entitlements import service_due

BILLS = ("rcvbl_ym", "issued_on", "due_on", "amount", "collected", "open", "days_overdue", "bill_no")
RECEIPTS = ("received_on", "rcvbl_ym", "amount", "collected", "is_set_off", "bill_no")
EVENTS = ("kind", "event_on", "ended_on", "amount")
SECTIONS = (
    *("dates", "money", "bills", "receipts", "late_fee", "records", "orders", "grade", "services"),
    "events",
)


def offer(
    page: Page, customer: CustomerFile, view: CreditView | None, name: str, whole: Mapping[str, str]
) -> None:
    """The button that makes the document when it is pressed; `name` as this reader may see it, and `whole`
    what they have unmasked (nothing: all is masked).
    """
    t, cons_no = page.t, str(customer.facts["cons_no"])
    address = whole.get("address") or str(customer.facts.get("masked_address") or "—")
    key = (cons_no, name, address, page.state_version, page.policy.version, repr(page.scope))
    download_made(
        page,
        "dossier",
        "html",
        key,
        lambda: document(page.plain, customer, view, (name, address), datetime.now()).encode("utf-8"),
        label=t("dossier.make"),
        help=t("dossier.help"),
        title=t("dossier.title"),
    )


def document(
    page: Page, customer: CustomerFile, view: CreditView | None, who: tuple[str, str], at: datetime
) -> str:
    """The whole document in the reader's language; every word from data is escaped.

    who: name and address as this reader may see them.
    """
    t, cons_no = page.t, str(customer.facts["cons_no"])
    told: Recommended | None = page.load(recommended, cons_no=cons_no)
    made = {
        "dates": _dates(page, customer, told),
        "money": _money(page, customer, told),
        "bills": _table(page, customer.bills, BILLS),
        "receipts": _table(page, customer.receipts, RECEIPTS),
        "late_fee": _late_fee(page, customer),
        "records": _records(page, cons_no),
        "orders": _orders(page, cons_no),
        "grade": _grade(replace(view, page=page)) if view else _none(page),
        "services": _services(replace(view, page=page)) if view else _none(page),
        "events": _table(page, customer.events, EVENTS),
    }
    contents = "".join(f'<li><a href="#{key}">{escape(t(f"dossier.{key}"))}</a></li>' for key in SECTIONS)
    parts = "".join(f'<h2 id="{key}">{escape(t(f"dossier.{key}"))}</h2>{made[key]}' for key in SECTIONS)
    language = "zh-CN" if t.language == "zh" else "en"
    title = escape(t("dossier.title"))
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    head = f"<title>{title} {escape(cons_no)}</title><style>{STYLE}</style>"
    body = f"<h1>{title}</h1>{_who(page, customer, *who)}<ol>{contents}</ol>{parts}{_foot(page, at)}"
    return f'<!doctype html><html lang="{language}"><head>{meta}{head}</head><body>{body}</body></html>'


def _who(page: Page, customer: CustomerFile, name: str, address: str) -> str:
    facts = customer.facts
    rows = {
        "cons_no": str(facts["cons_no"]),
        "masked_name": name,
        "org_name": str(facts.get("org_name") or facts.get("org_no") or "—"),
        "masked_address": address,
    }
    return f"<p>{_pairs(page, {page.t(f'columns.{k}'): v for k, v in rows.items()})}</p>"


def _dates(page: Page, customer: CustomerFile, told: Recommended | None) -> str:
    """Due, demanded, delivered, earliest lawful stop and cut by both countings, and the limit of action.

    Demands and notices are those with whole evidence after the due day of the oldest line that is owed.
    """
    t, fmt = page.t, page.fmt
    due = told.due_on if told else _oldest_due(customer, page.scope.as_of)
    demands, notices = (_delivered(page, customer, what, due) for what in ("demand", "notice"))
    years = page.policy.recovery.limit_of_action_years
    days: dict[str, date | None] = {
        t("dossier.due_on"): due,
        t("dossier.demanded_on"): min(demands, default=None),
        t("dossier.noticed_on"): max(notices, default=None),
        t("dossier.limit_on", years=years): limit_on(due, demands, years) if due else None,
    }
    if told:
        printed = t("columns.printed_on")
        days[t("columns.lawful_stop")] = told.lawful_stop
        days[t("dossier.beside", what=t("columns.lawful_stop"), how=printed)] = told.printed_stop
        days[t("columns.lawful_cut")] = told.lawful_cut
        days[t("dossier.beside", what=t("columns.lawful_cut"), how=printed)] = told.printed_cut
    said = {name: fmt.date(day) if day else t("dossier.not_known") for name, day in days.items()}
    return f"<p>{_pairs(page, said)}</p>{_refused(page, told)}"


def _delivered(page: Page, customer: CustomerFile, what: str, since: date | None) -> list[date]:
    """The days on which a demand or a notice was delivered with whole evidence, after `since`."""
    kept = existing_state()
    if kept is None or since is None:
        return []
    return [
        one.on_day
        for one in records.of_customer(kept, str(customer.facts["cons_no"]))
        if one.kind == "delivery"
        and one.outcome == what
        and one.withdrawn_by is None
        and all(getattr(one, name) for name in records.EVIDENCE)
        and since < one.on_day <= page.scope.as_of
    ]


def _oldest_due(customer: CustomerFile, as_of: date) -> date | None:
    """The due day of the oldest bill that is overdue."""
    bills = customer.bills
    due = pd.to_datetime(bills["due_on"][bills["open"] > 0])
    overdue = due[due < pd.Timestamp(as_of)]
    return None if overdue.empty else overdue.min().date()


def _refused(page: Page, told: Recommended | None) -> str:
    """What may not be done yet, and by which article; that nothing is reckoned without rules."""
    t = page.t
    if told is None:
        return f"<p>{escape(t('errors.collection_no_rules'))}</p>"
    if not told.refused_action:
        return ""
    reason, _, article = told.refused_why.partition(": ")
    why = t.or_code(f"collection_rules.refused_{reason}", reason)
    said = t("card.refused", action=action_name(t, told.refused_action), why=why, article=article)
    return f"<p>{escape(said)}</p>"


def _money(page: Page, customer: CustomerFile, told: Recommended | None) -> str:
    t, fmt = page.t, page.fmt
    fen = {"overdue": int(customer.facts["overdue"] or 0), "balance": int(customer.facts["balance"] or 0)}
    if told:
        fen |= {"owed_now": told.owed_now, "set_off": told.set_off, "late_fee": told.late_fee}
    said = {t(f"columns.{k}"): t("late_fee.yuan", number=fmt.yuan(v)) for k, v in fen.items()}
    if told:
        names = grade_names(t, page.policy.credit)
        rule = rule_name(t, page.policy.collection.rules, names, told.rule)
        said[t("columns.action_name")] = f"{action_name(t, told.action)} · {rule}"
    return f"<p>{_pairs(page, said)}</p>"


def _late_fee(page: Page, customer: CustomerFile) -> str:
    t, class_ = page.t, customer.facts.get("class")
    of = class_ if isinstance(class_, str) else None
    fees = late_fees(customer.bills, customer.receipts, of, page.scope.as_of)
    if fees.empty:
        return _none(page)
    chosen = page.policy.recovery.late_fee_reading
    heads = {
        "rcvbl_ym": t("columns.rcvbl_ym"),
        "due_on": t("columns.due_on"),
        "late_amount": t("columns.late_amount"),
        "days": t("columns.days_overdue"),
        **{r: t(f"late_fee.reading.{r}") for r in (chosen, *sorted(set(fees.columns[4:]) - {chosen}))},
    }
    rule = t("customers.file.late_fee_what", rule=t(f"late_fee.rule.{chosen}"))
    return f"<p>{escape(rule)}</p>{_html(as_text(page.fmt, fees, heads, exact=True))}"


def _records(page: Page, cons_no: str) -> str:
    kept = existing_state()
    found = records.of_customer(kept, cons_no) if kept else []
    if not found:
        return _none(page)
    rows = pd.DataFrame([record_history.row_of(page, one, digits=64) for one in found])
    return _html(as_text(page.fmt, rows, titles(page, RECORDS, "collection"), exact=True))


def _orders(page: Page, cons_no: str) -> str:
    t, kept = page.t, existing_state()
    found = orders.of_customer(kept, cons_no) if kept else pd.DataFrame()
    if found.empty:
        return _none(page)
    shown = pd.DataFrame(
        {
            t("columns.order_no"): found["order_no"],
            t("columns.as_of"): [page.fmt.date(day) for day in found["as_of"]],
            t("columns.action_name"): [action_name(t, str(a)) for a in found["action"]],
            t("dossier.state"): [t.or_code(f"collection_rules.order_{s}", str(s)) for s in found["state"]],
            t("columns.why"): found["state_why"].fillna(""),
            t("columns.who"): [page.person(str(w)) for w in found["who"]],
        }
    )
    return _html(shown)


def _grade(view: CreditView) -> str:
    page, t = view.page, view.page.t
    light = t("credit.sheet.light", light=t(f"credit.lights.{view.light.light}"))
    rows = [
        (page.fmt.date(now.day), words.score_words(now.score), str(now.grade or "—"), str(held or "—"))
        for now, held in history_of(view, date(page.scope.as_of.year - 2, 1, 1))
    ]
    heads = [t("columns.event_on"), t("columns.score"), t("columns.register.grade"), t("dossier.published")]
    if view.light.reasons:
        why = t.listed(t(f"credit.light_reason.{r}") for r in view.light.reasons)
        light += t("dossier.light_by", why=why)
    said = f"<p>{escape(words.to_read(view))}</p><p>{escape(light)}</p>"
    return said + _html(pd.DataFrame(rows, columns=heads))


def _services(view: CreditView) -> str:
    if view.grade is None:
        return _none(view.page)
    of = {"cons_key": view.cons_key, "cons_no": view.cons_no, "grade": view.grade}
    frame: pd.DataFrame = view.page.load(service_due.of_customer, **of)
    if frame.empty:
        return _none(view.page)
    lines = [" · ".join(credit_services.words_of(view, row)) for row in frame.to_dict("records")]
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _foot(page: Page, at: datetime) -> str:
    t, kept = page.t, existing_state()
    said = {
        t("credit.sheet.policy"): policy_label(page, page.policy.version),
        t("credit.sheet.snapshot"): page.store.id,
        t("dossier.state_version"): page.state_version,
        t("dossier.collection_version"): str(kept.collection_version() if kept else 0),
        t("columns.now"): page.fmt.date(page.scope.as_of),
        t("credit.sheet.made"): t("credit.sheet.by", who=maker(page), at=page.fmt.clock(at)),
    }
    return f'<p class="small">{escape(t("dossier.note"))}</p><p class="small">{_pairs(page, said)}</p>'


def _table(page: Page, frame: pd.DataFrame, keys: Sequence[str]) -> str:
    if frame.empty:
        return _none(page)
    if "kind" in keys:
        named = {k: page.t.or_code(f"customers.event.{k}", str(k)) for k in frame["kind"].unique()}
        frame = frame.assign(kind=frame["kind"].map(named))
    return _html(as_text(page.fmt, frame, titles(page, keys), exact=True))


def _html(frame: pd.DataFrame) -> str:
    heads = "".join(f"<th>{escape(str(name))}</th>" for name in frame.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(_text(cell))}</td>" for cell in row) + "</tr>"
        for row in frame.itertuples(index=False)
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _pairs(page: Page, said: Mapping[str, str]) -> str:
    colon = page.t("common.colon")
    return "<br>".join(f"{escape(name)}{escape(colon)}{escape(text)}" for name, text in said.items())


def _none(page: Page) -> str:
    return f"<p>{escape(page.t('dossier.nothing'))}</p>"


def _text(cell: Any) -> str:
    return "" if cell is None or (not isinstance(cell, str) and pd.isna(cell)) else str(cell)
