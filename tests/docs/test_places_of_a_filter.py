"""The places that a filter is added at, as architecture.md lists them: there, all of them, and no others."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from data.dimensions import DECLARED, FIELD_OF, Dimension
from tests.architecture.source import ROOT, name_of, nodes, python_files, sql_files

[LINE] = re.findall(
    r"^- a \*\*filter\*\*.*$", (ROOT / "docs/architecture.md").read_text(encoding="utf-8"), re.M
)
PLACES = tuple(place for place in re.findall(r"`([^`]+)`", LINE) if "/" in place)
IN_SQL = tuple(place for place in PLACES if place.endswith(".sql"))
ORG = "org"
"""Units are a tree: segments and customers have each their own condition on them."""


def of(declared_of: str) -> tuple[str, ...]:
    """The places of a dimension of customers, or of segments."""
    other = [p for p in IN_SQL if p.endswith("/customers.sql") == (declared_of != "customer")]
    return tuple(place for place in PLACES if place not in other)


def says(place: str, dimension: Dimension) -> bool:
    """Whether a place has what it has to have of a dimension."""
    text, field = (ROOT / place).read_text(encoding="utf-8"), FIELD_OF[dimension]
    wanted = {
        "dimensions.py": rf'"{dimension}"[\s\S]*\b{field}: Annotated',
        "customers.sql": rf"when '{dimension}' then[\s\S]*\${field}::",
        "segments.sql": rf"when '{dimension}' then",
        "of_segment.sql": rf"\${field}::",
        "filters.toml": rf"^{dimension} = ",
        "user-guide.md": rf"`{DECLARED[field].link}`",
        "attributes.py": rf'"{dimension}": "{field}"',
    }
    return re.search(wanted[place.rpartition("/")[2]], text, re.M) is not None


@pytest.mark.parametrize("dimension", [d for d in FIELD_OF if d != ORG])
def test_every_listed_place_has_every_dimension(dimension: Dimension) -> None:
    forgotten = [p for p in of(DECLARED[FIELD_OF[dimension]].of) if not says(p, dimension)]
    assert not forgotten, f"{dimension} is declared in data/dimensions.py and forgotten in {forgotten}"


def test_a_filter_takes_six_files() -> None:
    assert len(of("customer")) == 6
    assert len(of("segment")) == 7


def test_no_other_place_names_the_dimensions_one_by_one() -> None:
    """Fields that mean a filter and nothing else stand where they are declared, and in the listed SQL."""
    fields = {FIELD_OF[d] for d in ("elec_type", "volt", "industry", "pay_mode")}
    code = [p for p in python_files("analytics", "data", "services", "dashboard") if name_of(p) not in PLACES]
    guilty = [name_of(path) for path in code if fields & _names(path)]
    asked = re.compile(rf"\$({'|'.join(fields)})\b")
    guilty += [
        name_of(path)
        for path in sql_files()
        if asked.search(path.read_text(encoding="utf-8")) and name_of(path) not in PLACES
    ]
    assert not guilty, f"{guilty} name a filter by itself: derive it from data.dimensions"


def _names(path: Path) -> set[str]:
    """Attributes, keywords and texts of a module."""
    found = {node.attr for node in nodes(path, ast.Attribute)}
    found |= {node.arg for node in nodes(path, ast.keyword) if node.arg}
    return found | {node.value for node in nodes(path, ast.Constant) if isinstance(node.value, str)}
