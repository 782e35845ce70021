"""Names as everybody may see them. The same rule stands in SQL where a list is masked in the database."""

from __future__ import annotations


def masked_name(name: str | None) -> str:
    """A long name keeps two characters at each end, a short one its first; what is missing stays empty."""
    if not isinstance(name, str) or not name:
        return ""
    if len(name) > 4:
        return f"{name[:2]}***{name[-2:]}"
    return name[:1] + "*" * max(len(name) - 1, 1)
