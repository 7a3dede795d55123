"""The options of a dropdown amid an article: many short lines in the order of the alphabet.

Of 900 such lines of the benchmark that the body had kept 840 were none of the article. A list that a sentence
introduces is one of its own, and so is a table.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableSequence

from ...reading.page import Page
from ..body.line_shapes import COLONS
from ..body.model import AFTER, ARTICLE, GAP
from ..verdicts import Verdicts

SHORT = 5  # words
LEAST = 15  # lines
PROSE = 10  # words of a line that ends like a sentence
INTRODUCED = 6  # words of a line that ends in a colon


def leave_options(states: MutableSequence[int], page: Page, _: Verdicts) -> None:
    """Take runs of options from an article of more prose, with the label above them.

    `states` is the state of each line, which is changed in place.
    """
    for start, end in _sorted_runs(page):
        before, after = ARTICLE in states[:start], ARTICLE in states[end:]
        if ARTICLE not in states[start:end] or not before or _is_introduced(start, page):
            continue
        held = [line for line, state in enumerate(states) if state == ARTICLE and page.is_prose(line, PROSE)]
        if sum([page.words[line] for line in held]) > sum(page.words[start:end]):
            start -= page.is_label(start - 1, SHORT)
            states[start:end] = [GAP if after else AFTER] * (end - start)


def _sorted_runs(page: Page) -> Iterator[tuple[int, int]]:
    """Where runs of options begin and end. One of LEAST lines holds a line in each LEAST: no others need a look."""
    end = 0
    for line in range(LEAST - 1, len(page), LEAST):
        if line < end or not _may_be_option(line, page):
            continue
        start, end = line, line + 1
        while start > 0 and _goes_on(start, page):
            start -= 1
        while end < len(page) and _goes_on(end, page):
            end += 1
        if end - start >= LEAST:
            yield start, end


def _goes_on(line: int, page: Page) -> bool:
    """Whether a line and the one before it are options in order."""
    in_order = page.folded[line - 1] <= page.folded[line]
    return in_order and _may_be_option(line - 1, page) and _may_be_option(line, page)


def _may_be_option(line: int, page: Page) -> bool:
    text = page.folded[line]
    return page.words[line] <= SHORT and not page.blocks[line] and text[:1].isalpha()


def _is_introduced(start: int, page: Page) -> bool:
    return start > 0 and page.words[start - 1] >= INTRODUCED and page.text[start - 1].endswith(COLONS)
