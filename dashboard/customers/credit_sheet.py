"""The explanation sheet of one customer's grade: an HTML file that prints on A4, whole in itself."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from html import escape

from dashboard.customers import credit_words as words
from dashboard.customers.credit_view import CreditView
from dashboard.frame.policy_label import policy_label
from dashboard.tables.download_manifest import maker
from dashboard.tables.downloads import download_made
from dashboard.theme import LIGHT
from dashboard.words.credit_terms import indicator_name, value_words
from services.customers.lists import CustomerFile
from services.entitlements.service_due import standard

STYLE = """
@page { size: A4; margin: 9mm 12mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 180mm; padding: 8mm 0; color: #111; background: #fff;
  font: 10.5pt/1.55 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC",
  "Source Han Sans SC", "WenQuanYi Micro Hei", SimSun, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; overflow-wrap: anywhere; }
h1 { font-size: 17pt; margin: 0 0 3mm; } h2 { font-size: 12pt; margin: 6mm 0 2mm; break-after: avoid; }
p { margin: 0 0 2mm; } ul { margin: 0 0 2mm; padding-left: 6mm; }
table { border-collapse: collapse; width: 100%; break-inside: auto; }
tr { break-inside: avoid; } thead { display: table-header-group; }
th, td { text-align: left; padding: 1.2mm 2mm; border-bottom: .3mm solid #ccc; vertical-align: top; }
th { font-weight: 600; } td.n, th.n { text-align: right; white-space: nowrap; }
.head { display: flex; gap: 6mm; flex-wrap: wrap; margin: 4mm 0; padding: 4mm 5mm; border: .4mm solid #888; }
.head b { display: block; font-size: 16pt; line-height: 1.3; } .head div { min-width: 40mm; }
.bar { display: flex; height: 3.2mm; width: 38mm; background: #eee; margin-top: 1.2mm; }
.say { border-left: 1mm solid #0b5cad; padding: 1mm 0 1mm 4mm; margin: 3mm 0; }
.small { font-size: 8.5pt; color: #444; } .sign { margin-top: 12mm; white-space: pre; }
@media (max-width: 190mm) { body { padding: 5mm; } }
@media print { body { padding: 0; max-width: none; font-size: 8pt; line-height: 1.3; }
  h1 { font-size: 14pt; margin: 0 0 1mm; } h2 { font-size: 9.5pt; margin: 2mm 0 .8mm; }
  p, ul { margin: 0 0 1mm; } th, td { padding: .4mm 1.5mm; } .small { font-size: 7pt; }
  .head { margin: 1.5mm 0; padding: 2mm 4mm; } .head b { font-size: 13pt; } .say { margin: 1.5mm 0; }
  .bar { height: 2mm; margin-top: .6mm; } .sign { margin-top: 4mm; } }
"""


def offer(view: CreditView, customer: CustomerFile, name: str) -> None:
    """The button that makes the sheet when it is pressed."""
    page, t = view.page, view.page.t
    if view.grade is None:
        return
    key = (view.cons_no, name, view.page.state_version, repr(view.now.day))
    download_made(
        page,
        "credit_sheet",
        "html",
        key,
        lambda: sheet(view, customer, name, datetime.now()).encode("utf-8"),
        label=t("credit.to_sheet"),
        help=t("credit.sheet_help"),
    )


def sheet(view: CreditView, customer: CustomerFile, name: str, at: datetime) -> str:
    """The whole document; every word from data is escaped."""
    view = replace(view, page=view.page.plain)
    t = view.page.t
    language = "zh-CN" if t.language == "zh" else "en"
    title = escape(t("credit.sheet.title"))
    body = "".join(
        (
            f"<h1>{title}</h1>",
            _facts(view, customer, name),
            _head(view, customer),
            f'<div class="say">{escape(words.to_read(view))}</div>',
            _points(view),
            _rules(view),
            _raise(view),
            _services(view),
            _foot(view, at),
        )
    )
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    return (
        f'<!doctype html><html lang="{language}"><head>{meta}<title>{title} {escape(view.cons_no)}</title>'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )


def _facts(view: CreditView, customer: CustomerFile, name: str) -> str:
    t, fmt = view.page.t, view.page.fmt
    org = customer.facts.get("org_name") or customer.facts.get("org_no") or "—"
    rows = (
        (t("credit.sheet.customer"), view.cons_no),
        (t("columns.masked_name"), name),
        (t("columns.org_name"), str(org)),
        (t("columns.now"), fmt.date(view.now.day)),
    )
    said = "　".join(f"{escape(label)}{escape(t('common.colon'))}{escape(text)}" for label, text in rows)
    return f"<p>{said}</p>"


def _head(view: CreditView, customer: CustomerFile) -> str:
    t, fmt = view.page.t, view.page.fmt
    best = t("credit.score_of", best=f"{view.credit.scores[0]:g}")
    late = t("columns.days_overdue") + t("common.colon") + fmt.days(customer.facts["days_overdue"])
    overdue, open_now = fmt.moneys(customer.facts["overdue"], customer.facts["balance"])
    balance = t("columns.balance") + t("common.colon") + open_now
    if view.underway:
        late = f"{late} · {t('credit.sheet.in_transit', transit=words.underway(view))}"
    boxes = (
        (t("columns.overdue"), overdue, f"{balance} · {late}"),
        (t("columns.register.grade"), words.named_grade(view, view.grade), words.standing(view)),
        (t("columns.score"), words.score_words(view.now.score), best),
    )
    made = "".join(
        f'<div>{escape(label)}<b>{escape(text)}</b><span class="small">{escape(below)}</span></div>'
        for label, text, below in boxes
    )
    return f'<div class="head">{made}</div>'


def _points(view: CreditView) -> str:
    t, page = view.page.t, view.page
    heads = [t(f"credit.reasons.{k}") for k in ("indicator", "indicator_value", "gained", "lost")]
    largest = max((f.gained + f.lost for f in view.now.factors if not math.isnan(f.lost)), default=1.0)
    rows = []
    for f in view.now.factors:
        value = t("credit.reasons.unknown")
        if not math.isnan(f.value):
            value = value_words(page.t, f.indicator, f.value)
        name = escape(indicator_name(page.t, f.indicator))
        bar = "" if math.isnan(f.lost) else _bar(f.gained / largest, f.lost / largest)
        cells = "".join(f'<td class="n">{page.fmt.number(n, 1)}</td>' for n in (f.gained, f.lost))
        rows.append(f"<tr><td>{name}</td><td>{escape(value)}</td>{cells}<td>{bar}</td></tr>")
    title = "".join(
        f'<th class="n">{escape(h)}</th>' if i > 1 else f"<th>{escape(h)}</th>" for i, h in enumerate(heads)
    )
    table = f"<table><thead><tr>{title}<th></th></tr></thead><tbody>{''.join(rows)}</tbody></table>"
    note = "additive" if view.credit.operator == "M(prod,sum)" else "not_additive"
    below = f'<p class="small">{escape(t(f"credit.reasons.{note}"))}</p>'
    return f"<h2>{escape(t('credit.reasons.chart'))}</h2>{table}{below}"


def _bar(gained: float, lost: float) -> str:
    parts = ((gained, LIGHT.main), (lost, LIGHT.bad))
    made = "".join(f'<i style="width:{100 * x:.1f}%;background:{colour}"></i>' for x, colour in parts)
    return f'<div class="bar">{made}</div>'


def _rules(view: CreditView) -> str:
    t = view.page.t
    applied = words.rules_applied(view)
    title = f"<h2>{escape(t('credit.reasons.rules'))}</h2>"
    return title + (_listed(applied) if applied else f"<p>{escape(t('credit.reasons.no_rules'))}</p>")


def _raise(view: CreditView) -> str:
    t, raising = view.page.t, view.raising
    title = f"<h2>{escape(t('credit.tabs.raise'))}</h2>"
    if raising is None or view.next_grade is None:
        return f"{title}<p>{escape(words.best(view, 'raise'))}</p>"
    if not raising.cheapest:
        held = t("credit.read.then").join(words.in_words(view, key) for key in raising.blocking)
        said = t("credit.raise.blocked" if held else "credit.raise.nothing", rules=held)
        said = t("credit.raise.pay_first", pay=words.paying(view), said=said) if raising.pay else said
        return f"{title}<p>{escape(said)}</p>"
    now, above = words.named_grade(view, view.now.grade), words.promised(view, raising)
    parts = [f"<p>{escape(t('credit.raise.to', grade=now, next=above))}</p>"]
    parts += [f"<p>{escape(t('credit.raise.cheapest'))}</p>"]
    parts += [_listed([words.change_words(view, c) for c in raising.cheapest])]
    if raising.single:
        parts += [f"<p>{escape(t('credit.raise.single'))}</p>"]
        parts += [_listed(words.ways_words(view, raising))]
    return title + "".join(parts) + f'<p class="small">{escape(t("credit.raise.note"))}</p>'


def _services(view: CreditView) -> str:
    t, owed = view.page.t, standard(view.page.policy, view.grade)
    if not owed:
        return ""
    heads = "".join(f"<th>{escape(t(f'services.{k}'))}</th>" for k in ("what", "when", "how"))
    zh = t.language == "zh"
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td>{escape(text)}</td>"
            for text in ((s.what_zh, s.when_zh, s.how_zh) if zh else (s.what_en, s.when_en, s.how_en))
        )
        + "</tr>"
        for s in owed
    )
    title = escape(t("services.standard", grade=words.named_grade(view, view.grade)))
    return f"<h2>{title}</h2><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _foot(view: CreditView, at: datetime) -> str:
    page, t = view.page, view.page.t
    who = maker(page)
    lines = [
        (t("credit.sheet.policy"), policy_label(page, page.policy.version)),
        (t("credit.sheet.snapshot"), page.store.id),
        (t("columns.now"), page.fmt.date(page.scope.as_of)),
        (t("credit.sheet.made"), t("credit.sheet.by", who=who, at=page.fmt.clock(at))),
    ]
    if view.published is not None:
        p = view.published.publication
        lines.append(
            (
                t("credit.sheet.publication"),
                f"{p.id} · {policy_label(page, p.policy_version)} · {page.fmt.date(p.as_of)}",
            )
        )
    said = "<br>".join(f"{escape(a)}{escape(t('common.colon'))}{escape(b)}" for a, b in lines)
    light = t("credit.sheet.light", light=t(f"credit.lights.{view.light.light}"))
    notes = t.sentences((light, t("credit.sheet.note"), t("credit.sheet.rights")))
    return (
        f'<h2></h2><p class="small">{escape(notes)}</p><p class="small">{said}</p>'
        f'<p class="sign">{escape(t("credit.sheet.sign"))}</p>'
    )


def _listed(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"
