"""Services as the reader calls them."""

from __future__ import annotations

from analytics.credit_policy import CreditRules
from analytics.service_standards import Service
from dashboard.words.i18n import Translator


def service_words(t: Translator, service: Service) -> dict[str, str]:
    """What, when and how in the reader's language."""
    zh = t.language == "zh"
    return {
        "what": service.what_zh if zh else service.what_en,
        "when": service.when_zh if zh else service.when_en,
        "how": service.how_zh if zh else service.how_en,
    }


def service_name(t: Translator, credit: CreditRules, key: str, grade: str | None = None) -> str:
    """What a service is called for a grade, else for any; its key where the policy has it no more."""
    of_key = [s for s in credit.services if s.key == key]
    standard = next((s for s in of_key if s.grade == grade), of_key[0] if of_key else None)
    return service_words(t, standard)["what"] if standard else key
