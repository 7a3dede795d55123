"""The standfirst: the line right below the title that says more, which names and dates part from the article."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.page import Page
from .body import ARTICLE, BEFORE
from .line_shapes import LineShape
from .title import ends_with
from .verdicts import Verdicts

WORDS = 10  # or more in it
REACH = 30  # lines from the title to the article
SIGNED = {"byline", "dateline"}  # categories of what stands below one that is no sentence
BELOW = 2  # lines


def standfirst(
    title: int, page: Page, verdicts: Verdicts, states: Sequence[int], shapes: Sequence[LineShape]
) -> set[int]:
    """The line of the standfirst; none where rules know what stands there, or no article begins soon below it."""
    line = title + 1
    if ARTICLE not in states[line : line + REACH] or states[line] != BEFORE or not verdicts.free(line):
        return set()
    if ends_with(page, line, title):
        return set()  # it is the title once more
    is_signed = not SIGNED.isdisjoint(page.category[line + 1 : line + 1 + BELOW]) and not shapes[line].separators
    return {line} if page.words[line] >= WORDS and (is_signed or page.is_prose(line, WORDS)) else set()
