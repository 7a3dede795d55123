"""What buyers say, or have bought too, below the description of a product, whose text ends where that begins.

A line that rules know heads it; but such a line may also be a tab above the description, or a button beside the name.
It is believed where most of what was found stands above it, or where dates and buttons of reviews follow.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...reading.page import Page
from ..body.model import AFTER, ARTICLE
from ..verdicts import Verdicts
from .posts import OF_POSTS

PROSE = 8  # words of a line that ends like a sentence
LEAST = 30  # words of prose that a description has
MOST = 0.5  # of the prose that was found stands above the reviews, if nothing else tells
MARKS, REACH = 2, 80  # dates and buttons of reviews, and lines in which they stand
FIRST = 30  # lines in which the first of these stands


def leave_reviews(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Take reviews and what is below them from the article. `states` is the state of each line, changed in place."""
    heads = [line for line, rule in enumerate(verdicts.rule) if rule is not None and rule.heads_reviews]
    if not heads:
        return
    held = [
        words if state == ARTICLE and page.is_prose(line, PROSE) else 0
        for line, (words, state) in enumerate(zip(page.words, states, strict=True))
    ]
    for head in heads:
        above = sum(held[:head])
        if above >= LEAST and (above >= MOST * sum(held) or _are_below(head, page)):
            states[head:] = [AFTER] * (len(page) - head)
            break


def _are_below(head: int, page: Page) -> bool:
    marks = [found in OF_POSTS for found in page.category[head + 1 : head + REACH]]
    return sum(marks) >= MARKS and any(marks[:FIRST])
