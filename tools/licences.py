"""The licences of what `requirements.lock` installs, as a table: `python tools/licences.py`.

Read from the packages themselves; one that is for another system is not installed here and is left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "
HEAD = """# Licences

Dengta itself: [Apache License 2.0](../LICENSE). What it installs (`requirements.lock`), as the packages say
of themselves; made by `python tools/licences.py`.

| package | version | licence |
|---|---|---|
"""


def locked(name: str = "requirements.lock") -> dict[str, str]:
    """Version by package of a lock file."""
    return dict(LOCKED.findall((ROOT / name).read_text(encoding="utf-8")))


def licence(package: Distribution) -> str:
    """What a package says of its licence: an expression, classifiers, a line; else it ships a text."""
    told = package.metadata
    if expression := told.get("License-Expression"):
        return expression
    classes = [
        c.removeprefix(CLASSIFIER) for c in told.get_all("Classifier") or () if c.startswith(CLASSIFIER)
    ]
    line = ", ".join(classes) or (told.get("License") or "").strip().split("\n")[0][:60]
    texts = told.get_all("License-File") or ()
    return line or f"{_of_text(d=package, name=texts[0])} (its {texts[0]})" if texts or line else ""


def _of_text(d: Distribution, name: str) -> str:
    """The licence that a text is of, by what only its conditions say."""
    text = (d.read_text(name) or d.read_text(f"licenses/{name}") or "").lower()
    if "redistributions in binary form" in text:
        return "BSD-3-Clause" if "endorse or promote" in text else "BSD-2-Clause"
    return (
        "Apache-2.0" if "apache license" in text else "MIT" if "permission is hereby granted" in text else "?"
    )


def installed() -> Iterator[Distribution]:
    """The locked packages that are installed here."""
    for name in locked():
        try:
            yield distribution(name)
        except PackageNotFoundError:
            continue


def page() -> str:
    """The table of all of them."""
    rows = sorted((d.metadata["Name"], d.version, licence(d)) for d in installed())
    return HEAD + "".join(f"| {name} | {version} | {said} |\n" for name, version, said in rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")
