"""The rules of collection in plain words: actions, bands, cells, conditions, exceptions. No Streamlit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from analytics.collection_rules import FACTS, UNGRADED, CollectionRules, Condition, Exempt, TableRow
from dashboard.words.i18n import Translator

TESTS = {
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
    "=": "eq",
    "!=": "ne",
    "starts": "starts",
    "has": "has",
}
"""What the comparison of a condition is called among the words."""
LASTS = ("deferred_until", "promise_until", "dispute_until", "plan_until")
"""Days to which something runs; other days say that something was."""


def action_name(t: Translator, action: str) -> str:
    """What an action is called."""
    return t.or_code(f"collection_rules.action_{action}", action)


def band_name(t: Translator, edges: tuple[int, ...], position: int) -> str:
    """The days overdue of a band."""
    first = edges[position]
    if position + 1 == len(edges):
        return t("collection_rules.band_last", first=first)
    last = edges[position + 1] - 1
    if last <= 0:
        return t("collection_rules.band_none")
    return t(
        "collection_rules.band_one" if first == last else "collection_rules.band", first=first, last=last
    )


def row_name(t: Translator, grade: str, names: Mapping[str, str]) -> str:
    """The grade of a row of the table; `names`: what the policy calls its grades."""
    return t("collection_rules.ungraded") if grade == UNGRADED else names.get(grade, grade)


def rule_name(t: Translator, rules: CollectionRules, names: Mapping[str, str], rule: str) -> str:
    """What a recommendation names, a cell or an exception; the code itself where the rules have it not."""
    of, _, rest = rule.partition(":")
    grade, _, edge = rest.rpartition(":")
    if of == "cell" and edge.isdecimal() and int(edge) in rules.edges:
        band = band_name(t, rules.edges, rules.edges.index(int(edge)))
        return t("collection_rules.cell_rule", grade=row_name(t, grade, names), band=band)
    if of == "state":
        state = t.or_code(f"collection_rules.state_{rest}", rest)
        return t("collection_rules.rule_state", state=state)
    exempt = next((e for e in rules.exceptions if e.key == rule), None)
    return exempt_name(t, exempt) if exempt else rule


def exempt_name(t: Translator, exempt: Exempt) -> str:
    """What an exception is called."""
    return exempt.zh if t.language == "zh" else exempt.en


def effect_words(t: Translator, exempt: Exempt) -> str:
    """What an exception does."""
    return t(f"collection_rules.effect_{exempt.effect}", action=action_name(t, exempt.action))


def condition_words(t: Translator, c: Condition, names: Mapping[str, str]) -> str:
    """One condition as a reader says it."""
    fact, kind = t(f"collection_rules.fact_{c.fact}"), FACTS[c.fact]
    if kind == "flag":
        return t("collection_rules.test_is" if c.value else "collection_rules.test_is_not", fact=fact)
    if kind == "day":
        what = "set" if c.fact in LASTS else "known"
        return t(f"collection_rules.test_{what if c.value else f'not_{what}'}", fact=fact)
    return t(f"collection_rules.test_{TESTS[c.test]}", fact=fact, value=_value(t, c, names))


def when_words(t: Translator, exempt: Exempt, names: Mapping[str, str]) -> str:
    """All conditions of an exception."""
    return t("collection_rules.and").join(condition_words(t, c, names) for c in exempt.when)


def in_words(t: Translator, rules: CollectionRules, names: Mapping[str, str]) -> list[str]:
    """The whole table and its exceptions, a sentence each; `names`: what the policy calls its grades."""
    return list(_sentences(t, rules, names))


def changed_value(
    t: Translator, path: str, value: str, rules: CollectionRules, names: Mapping[str, str]
) -> str:
    """A value of `policy_diff` in words where it is of the table of collection; any other as it is.

    `rules` and `names` are those of the value's own side.
    """
    *above, last = path.split(".")
    if above[:2] != ["collection", "rules"] or not value:
        return value
    if last in ("actions", "action"):
        return t.listed(action_name(t, a) for a in value.split(", "))
    if last == "effect":
        return t(f"collection_rules.does_{value}")
    called = {e.key: e for e in rules.exceptions}
    if above[2:] == ["exceptions"] and last == "order":
        return t.listed(exempt_name(t, called[key]) if key in called else key for key in value.split(", "))
    if above[2:] == ["exceptions"] and last in called:
        return exempt_sentence(t, called[last], names)
    row = next((r for r in rules.table if above[2:] == ["table"] and r.grade == last), None)
    return row_sentence(t, rules, row, names) if row else value


def row_sentence(t: Translator, rules: CollectionRules, row: TableRow, names: Mapping[str, str]) -> str:
    """What is done to customers of a grade, band by band."""
    bands = [band_name(t, rules.edges, i) for i in range(len(rules.edges))]
    cells = t.listed(
        t("collection_rules.cell_short", band=band, action=action_name(t, action))
        for band, action in zip(bands, row.actions, strict=True)
    )
    said = t("collection_rules.row", grade=row_name(t, row.grade, names), cells=cells)
    return said + (t("collection_rules.milder") if row.milder else "")


def exempt_sentence(t: Translator, exempt: Exempt, names: Mapping[str, str]) -> str:
    """An exception: its name, when it holds and what it does."""
    when, effect = when_words(t, exempt, names), effect_words(t, exempt)
    said = t("collection_rules.exception", name=exempt_name(t, exempt), when=when, effect=effect)
    return said + (t("collection_rules.milder") if exempt.milder else "")


def _sentences(t: Translator, rules: CollectionRules, names: Mapping[str, str]) -> Iterator[str]:
    yield from (row_sentence(t, rules, row, names) for row in rules.table)
    yield t("collection_rules.first_decides")
    yield from (exempt_sentence(t, e, names) for e in rules.exceptions)
    yield t("collection_rules.media_off")
    yield t("collection_rules.phone_off")


def value_name(t: Translator, fact: str, value: str, names: Mapping[str, str]) -> str:
    """A text that a fact may be, as a reader calls it."""
    if fact == "grade":
        return row_name(t, value, names)
    table = {"class": "codes.class", "light": "credit.lights", "light_reasons": "credit.light_reason"}.get(
        fact
    )
    return t.or_code(f"{table}.{value}", value) if table else value


def _value(t: Translator, c: Condition, names: Mapping[str, str]) -> str:
    if isinstance(c.value, float):
        whole = f"{c.value:,.2f}"
        return whole.rstrip("0").rstrip(".")
    return value_name(t, c.fact, str(c.value), names)
