"""A place in a policy, in the reader's words: model, group, indicator, and what of it."""

from __future__ import annotations

import re

from analytics import indicators
from analytics.policy import Policy
from dashboard.i18n import Translator

_CELL = re.compile(r"\[(\d+)\]\[(\d+)\]$")
_BETWEEN = frozenset(("credit", "models", "groups", "factors", "weighting"))


def place_words(t: Translator, path: str, *policies: Policy) -> str:
    """`credit.models.hv.groups.behaviour.weighting.judgements[1][3]` as a reader says it."""
    cell = _CELL.search(path)
    named = _named(t, policies)
    parts = (p for p in _CELL.sub("", path).split(".") if p not in _BETWEEN)
    said = [named.get(p) or t.or_code(f"evaluation.places.{p}", p) for p in parts]
    if cell:
        said.append(t("evaluation.cell", row=cell[1], column=cell[2]))
    return " · ".join(said)


def _named(t: Translator, policies: tuple[Policy, ...]) -> dict[str, str]:
    zh = t.language == "zh"
    made = {key: i.zh if zh else i.en for key, i in indicators.REGISTRY.items()}
    made |= {g: t(f"evaluation.group.{g}") for g in indicators.GROUPS}
    for policy in policies:
        made |= {m.key: m.zh if zh else m.en for m in policy.credit.models}
        made |= {r.key: r.name(t.language) for r in policy.credit.rules}
    return made
