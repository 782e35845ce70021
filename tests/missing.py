"""What a test needs of its machine and does not find there."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(sentence: str) -> NoReturn:
    """Skip out loud; on a checking machine (`CI`) fail, since a kind of tests would be gone unseen."""
    if os.environ.get("CI"):
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
