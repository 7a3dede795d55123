"""Some tries of `fuzz.py`, the same each time; `-m long` makes more."""

from __future__ import annotations

import pytest
from fuzz import KINDS, attempt

SOME, MANY = 12, 200  # `fuzz.py` itself makes as many as one has time for


@pytest.mark.parametrize("kind", KINDS)
def test_what_strangers_and_crashes_leave_is_borne(kind: str) -> None:
    for number in range(SOME):
        attempt(kind, number)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_much_that_strangers_and_crashes_leave_is_borne(kind: str) -> None:
    for number in range(SOME, MANY):
        attempt(kind, number)
