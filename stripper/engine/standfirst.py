"""The standfirst: a sentence right below the title, which the names and dates below it part from the article."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.page import Page
from .body import ARTICLE, BEFORE
from .verdicts import Verdicts

WORDS = 10  # of a line that ends like a sentence
REACH = 30  # lines from the title to the article


def standfirst(title: int, page: Page, verdicts: Verdicts, states: Sequence[int]) -> set[int]:
    """The line of the standfirst; none where rules know what stands there, or no article begins soon below it."""
    below = title + 1
    if below >= len(page) or states[below] != BEFORE or not verdicts.free(below) or not page.is_prose(below, WORDS):
        return set()
    return {below} if ARTICLE in states[below : below + REACH] else set()
