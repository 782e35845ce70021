"""Small JSON files that tell whether they are as they were written: their checksum stands in them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import EnvironmentRefusedError
from data.kept.checksums import text_checksum
from data.kept.durable import write_text_durably

FORM = 1
"""Grows when a file of this kind means something else than before."""
_FORM, _SEAL = "form", "seal"


class DamagedError(ValueError):
    """What stands there is not what was written."""


def sealed(content: Mapping[str, Any]) -> str:
    """The text of a file: the content, its form and its checksum."""
    plain = json.loads(json.dumps({**content, _FORM: FORM}, ensure_ascii=False, default=str))
    return json.dumps({**plain, _SEAL: _of(plain)}, ensure_ascii=False, indent=1)


def unsealed(text: str) -> tuple[dict[str, Any], bool]:
    """The content, and whether a checksum stood for it: files of before have none.

    DamagedError; EnvironmentRefusedError `kept_newer` for a form that is not known here yet.
    """
    try:
        held = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise DamagedError(str(e)) from e
    if not isinstance(held, dict):
        raise DamagedError("no table")
    has_seal, seal = _SEAL in held, held.pop(_SEAL, None)
    if has_seal and seal != _of(held):
        raise DamagedError("not as it was written")
    form = held.pop(_FORM, None)
    if (form is None) == has_seal:
        raise DamagedError("half a seal")
    if has_seal and form != FORM:
        raise EnvironmentRefusedError("kept_newer", found=form, known=FORM)
    return held, has_seal


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a file durably."""
    write_text_durably(path, sealed(content))


def read_sealed(path: Path) -> tuple[dict[str, Any], bool]:
    """The content of a file; FileNotFoundError, DamagedError."""
    try:
        return unsealed(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as e:
        raise DamagedError("no text") from e


def _of(content: Mapping[str, Any]) -> str:
    return text_checksum(json.dumps(content, ensure_ascii=False, sort_keys=True))
