"""The standfirst: what says more right below the title, a line or a short list; names and dates part it from the
article.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.page import Page
from ..reading.words import ends_with
from .body.line_shapes import LineShape
from .body.model import ARTICLE, BEFORE
from .verdicts import Verdicts

WORDS = 10  # or more in it
ITEMS, ITEM = 4, 6  # of a list at most, and words of each at least
REACH = 30  # lines from the title to the article
SIGNED = {"byline", "dateline"}  # categories of what stands below one that is no sentence
BELOW = 2  # lines


def standfirst(
    title: int, page: Page, verdicts: Verdicts, states: Sequence[int], shapes: Sequence[LineShape]
) -> set[int]:
    """The lines of the standfirst; none where rules know what stands there, or no article begins soon below it."""
    line = title + 1
    if ARTICLE not in states[line : line + REACH] or states[line] != BEFORE or not verdicts.free(line):
        return set()
    if ends_with(page.folded[line], page.folded[title]):
        return set()  # it is the title once more
    if page.marks[line].kind == "item":
        return _items_from(line, page, verdicts, states)
    is_signed = not SIGNED.isdisjoint(page.category[line + 1 : line + 1 + BELOW]) and not shapes[line].separators
    return {line} if page.words[line] >= WORDS and (is_signed or page.is_prose(line, WORDS)) else set()


def _items_from(line: int, page: Page, verdicts: Verdicts, states: Sequence[int]) -> set[int]:
    """The lines of a short list of what is no link and too long for a menu."""
    rows = zip(page.blocks[line : line + ITEMS + 1], range(line, len(page)), strict=False)
    items = [each for block, each in rows if block == page.blocks[line]]
    is_text = all(states[each] == BEFORE and verdicts.free(each) and page.words[each] >= ITEM for each in items)
    return set(items) if is_text and len(items) <= ITEMS and not any(page.links[each] for each in items) else set()
