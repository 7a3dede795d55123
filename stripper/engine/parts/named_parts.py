"""A label amid an article above a sentence that has its word, as "Cookies" above "We use a cookie": it heads the text.

Of 4 such lines of the benchmark that were left out, all were of the article. Where headings are marked, what is not may
be the caption of a picture.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...reading.page import Page
from ..body.model import ARTICLE, GAP
from ..title import telling_words
from ..verdicts import Verdicts

LONGEST = 5  # words
PROSE = 8  # words of a line that ends like a sentence
STEM = 5  # letters that words have in common


def take_named_parts(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article such labels that no rule knows. `states` is the state of each line, changed in place."""
    if page.shows_links:
        return
    for line in range(1, len(page) - 1):
        if states[line - 1 : line + 2] != [ARTICLE, GAP, ARTICLE] or not verdicts.free(line):
            continue
        is_label = page.words[line] <= LONGEST and not page.orthography.is_sentence(page.text[line])
        if is_label and page.is_prose(line + 1, PROSE) and _share_a_stem(line, line + 1, page):
            states[line] = ARTICLE


def _share_a_stem(line: int, other: int, page: Page) -> bool:
    stems, others = (
        {word[:STEM] for word in telling_words(page.folded[each], page.orthography)} for each in (line, other)
    )
    return any(len(stem) == STEM for stem in stems & others)
