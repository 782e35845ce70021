"""What every section works with: the adopted and the tried rules, one model, and its customers' figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import streamlit as st

from analytics import indicators
from analytics.credit_parts import CreditModel
from analytics.errors import RefusedError
from analytics.policy import Policy
from analytics.policy_edits import ACROSS
from analytics.toml_values import called, to_plain
from dashboard.evaluation.choice import MODEL
from dashboard.frame.policy_label import policy_label
from dashboard.page import Page
from dashboard.what_if import bench, whatif
from dashboard.what_if import measured as shared
from dashboard.what_if.offered_models import offered
from dashboard.words import credit_terms
from dashboard.words.i18n import wordless
from data.errors import DengtaError
from data.kept.kept_values import name_in_keys
from services.credit.grading import Measured
from services.credit.slim import whose
from services.credit.whom import Rows

T = TypeVar("T")
REFUSED = "evaluation_refused"


@dataclass(frozen=True)
class Desk:
    """One run of the page: `adopted` and `tried` rules, and the tried model that is looked at."""

    page: Page
    adopted: Policy
    tried: Policy
    model: CreditModel

    @property
    def measured(self) -> Measured:
        """Every customer's indicators on the page's day."""
        return shared.measured(self.page.store.db, self.page.scope.as_of, self.tried.credit)

    def measure(self) -> int:
        """How many customers the model has in scope; their indicators take a while the first time."""
        return len(self.rows)

    @property
    def keys(self) -> Rows:
        """The places of the customers that the filters and the reader's units leave."""
        asked = bench.asked(self.page)
        return np.arange(len(self.measured.people)) if asked is None else asked

    @property
    def rows(self) -> Rows:
        """The places of the model's customers in scope."""
        return bench.rows(self.page, self.tried.credit, self.page.scope.as_of, self.model.key)

    def side(self, policy: Policy) -> bench.Side:
        """The scope's customers graded by some rules."""
        return bench.side(self.page, policy, self.page.scope.as_of, in_memory=True)

    def ask(self, what: Callable[..., T], *key: Any, of: object = None) -> T:
        """The answer of `what(desk, *key)`, kept per data, scope, model, key and tried rules.

        `of` stands for the tried rules where the answer depends on less than all of them.
        """
        page = self.page
        rules = self.tried.version if of is None else of
        whom = (whose(self.tried.credit), self.model.key)
        known = (page.store.id, page.scope, self._decided, rules, whom, key)
        return _answer(name_in_keys(what), repr(known), what, self, key)  # type: ignore[no-any-return]

    @property
    def _decided(self) -> str:
        return shared.decided_on(self.page.scope.as_of).key

    def words(self, key: str) -> str:
        """What an indicator, or a group, is called."""
        if key in indicators.REGISTRY:
            return credit_terms.indicator_name(self.page.t, key)
        return self.page.t(f"evaluation.group.{key}")

    def part_words(self, part: str) -> str:
        """What a part of the model's weights is called."""
        return self.page.t("evaluation.across") if part == ACROSS else self.words(part)

    def grade_words(self, policy: Policy, key: str | None) -> str:
        """What a grade of some rules is called: its key and its name."""
        return credit_terms.grade_name(self.page.t, policy.credit, key or "")

    def said(self) -> tuple[str, ...]:
        """Which model and rules a file is about, beside the adopted ones that its manifest names."""
        t = self.page.t.plain
        model = t("evaluation.model") + t("common.colon") + credit_terms.in_language(t, self.model)
        rules = t("evaluation.tried_rules", policy=policy_label(self.page, self.tried.version))
        return (model,) if self.tried.version == self.adopted.version else (model, rules)

    def change(self, made: Callable[[], Policy]) -> None:
        """Try the rules that `made` makes; what cannot be is said at the top of the next run."""
        try:
            whatif.put(self.page, made())
        except (RefusedError, DengtaError) as refusal:
            if isinstance(refusal, RefusedError):
                refusal.called = refusal.called or called(to_plain(self.tried))
            st.session_state[REFUSED] = self.page.t.error(refusal)


def open_desk(page: Page) -> Desk | None:
    """The rules and the model of the link; None, with a sentence, where the rules grade nobody."""
    tried = whatif.tried(page)
    if not tried.credit.models:
        page.empty(page.t("evaluation.no_models"))
        if tried is not page.policy:
            st.button(page.t("whatif.clear"), on_click=whatif.clear, args=(page,), key="whatif_clear")
        return None
    known = offered(page, tried.credit)
    asked = page.pick(MODEL, [m.key for m in tried.credit.models], next(iter(known)))
    return Desk(page, page.policy, tried, known.get(asked) or next(iter(known.values())))


@st.cache_data(max_entries=2000, show_spinner=False)
@wordless
def _answer(question: str, key: str, _what: Callable[..., Any], _desk: Desk, _given: tuple[Any, ...]) -> Any:
    return _what(_desk, *_given)
