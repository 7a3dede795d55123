"""A list of contents right above an article in plain text, of which nothing but its words tells what it is.

Each entry stands again below, over its part. The list is none of the article, and a part that it names is.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...reading.folding import fold_all
from ...reading.page import Page
from ..body.line_shapes import end_of
from ..body.model import ARTICLE, BEFORE, article_ends
from ..verdicts import Verdicts

LEAST = 3  # entries
LONGEST = 12  # words of one
ABOVE = 2  # lines between the list and the article that are in neither


def take_contents(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Take the entries from an article that begins with some of them, and give it the part with the last heading.

    `states` is the state of each line, which is changed in place.
    """
    if ARTICLE not in states:
        return
    first, last = article_ends(states)
    entries = _entries_above(first, last, page)
    if not entries:
        return
    for line in range(first, entries.stop):
        states[line] = BEFORE
    named = set(page.folded[entries.start : entries.stop])
    while last + 2 < len(page) and page.folded[last + 1] in named:
        end = last + 2
        while end < len(page) and verdicts.free(end) and end_of(page.text[end], page.orthography) == "s":
            end += 1
        if end == last + 2:
            break
        states[last + 1 : end] = [ARTICLE] * (end - last - 1)
        last = end - 1


def _entries_above(first: int, last: int, page: Page) -> range:
    """The lines of the list of contents above an article, which may be taken for its head in part; it may be none."""
    below = {text: line for line, text in enumerate(page.folded[: last + 2])}  # where each stands last
    for line in range(first, min(last + 2, len(page))):
        if len(page.lines[line]) > 1:  # a heading may be taken for a piece of the sentence around it
            pieces = fold_all([page.raw[number].strip() for number in page.lines[line]])
            below |= {text.strip(page.orthography.trimmings): line for text in pieces}
    for stop in range(min(first + LONGEST, last), max(first - ABOVE, 0), -1):
        start, place = stop, len(page)
        while start and page.words[start - 1] <= LONGEST:
            found = below[page.folded[start - 1]]
            # Verse that is sung again stands together there.
            if found <= stop or found > place or (found == place - 1 and len(page.lines[found]) == 1):
                break
            start, place = start - 1, found
        if stop - start >= LEAST and start < first:
            return range(start, stop)
    return range(0)
