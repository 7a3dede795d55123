"""A label amid an article right above a sentence heads what it says: "Cookies" above "We use a cookie".

It does where the sentence has its word, and of 4 such lines of the benchmark that were left out all were of the
article. And it does where it is one that pages have in their frame, as "Contact", and stands below a sentence of the
article: of 10 lines 8. Where headings are marked, what is not may be the caption of a picture.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...reading.page import Page
from ...reading.words import telling_words
from ..body.model import ARTICLE, GAP
from ..verdicts import Verdicts

LONGEST = 5  # words
PROSE = 8  # words of a line that ends like a sentence
STEM = 5  # letters that words have in common
FRAME = frozenset({"navigation", "legal", "tags"})  # categories of labels of a page's frame


def take_named_parts(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article such labels. `states` is the state of each line, changed in place."""
    if page.shows_links:
        return
    free = verdicts.free
    for line in range(1, len(page) - 1):
        if states[line] not in (ARTICLE, GAP) or (states[line] == ARTICLE and free(line)):
            continue
        is_amid = all(states[each] == ARTICLE and free(each) for each in (line - 1, line + 1))
        if not (is_amid and page.is_label(line, LONGEST) and page.is_prose(line + 1, PROSE)):
            continue
        if free(line):
            is_heading = _share_a_stem(line, line + 1, page)
        else:
            is_named = page.category[line] in FRAME and page.text[line][0].isalpha()  # "© Harbour Press" is no heading
            is_heading = is_named and page.orthography.is_sentence(page.text[line - 1])
        if is_heading:
            verdicts.undo(line)
            states[line] = ARTICLE


def _share_a_stem(line: int, other: int, page: Page) -> bool:
    stems, others = (
        {word[:STEM] for word in telling_words(page.folded[each], page.orthography)} for each in (line, other)
    )
    return any(len(stem) == STEM for stem in stems & others)
