"""Classes of characters: what a pattern needs a line to hold or to begin with, told without a search."""

from __future__ import annotations

import re
from functools import lru_cache

# Flags of what a text holds: a digit, a character that is not ASCII, any of the two.
FIGURE = 4
DIGIT, NON_ASCII = 1 | FIGURE, 2 | FIGURE
_HAS_DIGIT = re.compile("[\\d\U00010000-\U0010ffff]")  # far characters may be digits that Python does not know yet


def missing_characters(text: str) -> int:
    """What a text does not hold, as flags."""
    if not text.isascii():
        return 0 if _HAS_DIGIT.search(text) else DIGIT & ~FIGURE
    plain = text.encode()
    return NON_ASCII | DIGIT if plain.translate(None, b"0123456789") == plain else NON_ASCII & ~FIGURE


@lru_cache(maxsize=1 << 16)
def initial_class(char: str) -> str:
    """The class of a character at the head of a text: its letter, whatever its case; 0 for a digit; a full stop else.

    Letters that patterns take for each other where case is ignored are of one class.
    """
    first = char.casefold()[0]
    if first.isalpha():
        return "i" if first == "ı" else first
    return "0" if first.isdecimal() else "."
