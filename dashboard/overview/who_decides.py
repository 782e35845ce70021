"""The countdown where one customer decides: what is left if they pay and if not, in the place of a band."""

from __future__ import annotations

from dashboard.links.link_codes import hidden
from dashboard.page import Page
from dashboard.words.literal import literal
from services.customers.masking import masked_name
from services.recovery.deciding import Deciding


def verdict(page: Page, one: Deciding, chance: str) -> str:
    """Whether it clears, or how much is left, by what this customer does."""
    t, words = page.t, _told(page, one)
    if not one.others_may_clear:
        return t("overview.one_decides_rest", **words)
    others = t("overview.others_left", **words) if one.others_open else t("overview.others_none")
    return t("overview.one_decides", others=others, chance=chance, **words)


def below(page: Page, one: Deciding) -> str:
    """The same for the place below a card."""
    return page.t("overview.depends_on", **_told(page, one))


def link(page: Page, one: Deciding) -> None:
    """To the file of this customer."""
    label = page.t("overview.who_decides", who=_who(one), cons_no=one.cons_no)
    page.link_to("customers", label, {"c": hidden(one.cons_no)})


def _told(page: Page, one: Deciding) -> dict[str, str]:
    amounts = page.fmt.moneys(one.open, one.if_paid, one.if_unpaid)
    return {"who": _who(one), **dict(zip(("open", "paid", "unpaid"), amounts, strict=True))}


def _who(one: Deciding) -> str:
    return literal(masked_name(one.name, one.customer_class))
