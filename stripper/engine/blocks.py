"""Blocks that are decided as one where they stand in the article: code, formulas, tables and lists."""

from __future__ import annotations

from collections.abc import Iterator, MutableSequence, Sequence
from itertools import groupby

from ..reading.page import Page
from .body import AFTER, ARTICLE, BEFORE, GAP
from .verdicts import Verdicts

BESIDE = 2  # lines between a block and the article that it belongs to, the one that heads it among them
LINKS = 0.5  # of a list or table that is a menu
LONGEST = 60  # lines of a list or table; longer ones are rather how the page is laid out
SET_APART = ("code", "formula")  # hardly any page has these outside its article


def settle_blocks(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give all lines of a block that stands in the article, or right beside it, or largely in it, to the article.

    `states` is the state of each line, which is changed in place. Of such a block no rule has single lines.
    """
    headings = {page.folded[line] for line, mark in enumerate(page.marks) if mark.kind == "heading"}
    for start, end in _blocks(page):
        if page.marks[start].kind == "metadata" or ARTICLE not in states:
            continue
        listed = [text in headings for text in page.folded[start:end]]
        if 2 * sum(listed) >= max(len(listed), 2):  # a table of contents
            states[start:end] = [_beyond(start, end, states)] * (end - start)
        elif _belongs(start, end, states, page, verdicts):
            above = start - 1
            if above > 0 and states[above] != ARTICLE and states[above - 1] == ARTICLE and verdicts.free(above):
                states[above] = ARTICLE  # what leads up to it
            states[start:end] = [ARTICLE] * (end - start)
            _fill_gaps(states)
            for line in set(range(start, end)) - verdicts.protected:
                verdicts.undo(line)
        elif page.marks[start].kind == "item" and end - start <= LONGEST and not _is_held(start, end, states, page):
            states[start:end] = [_beyond(start, end, states)] * (end - start)


def begin_at_heading(states: MutableSequence[int], page: Page) -> None:
    """Take what stands above the only heading of the first level from the article, if most of it stands below.

    Of 241 such pages 288 words above it were kept, 7 of them rightly.
    """
    tops = [line for line, mark in enumerate(page.marks) if mark.kind == "heading" and mark.level == 1]
    if len(tops) != 1:
        return
    held = [words if state == ARTICLE else 0 for words, state in zip(page.words, states, strict=True)]
    if sum(held[tops[0] + 1 :]) > sum(held[: tops[0]]):
        states[: tops[0]] = [BEFORE] * tops[0]


def _blocks(page: Page) -> Iterator[tuple[int, int]]:
    for block, lines in groupby(range(len(page)), page.blocks.__getitem__):
        numbers = list(lines)
        if block:
            yield numbers[0], numbers[-1] + 1


def _belongs(start: int, end: int, states: Sequence[int], page: Page, verdicts: Verdicts) -> bool:
    before = ARTICLE in states[max(0, start - BESIDE) : start]
    after = ARTICLE in states[end : end + BESIDE]
    if page.marks[start].kind in SET_APART:
        return before or after or (ARTICLE in states[:start] and ARTICLE in states[end:])
    lines = range(start, end)
    known = sum(not verdicts.free(line) for line in lines)
    words = sum(page.words[start:end])
    linked = sum(page.words[line] * page.links[line] for line in lines)
    if 2 * known > len(lines) or len(lines) > LONGEST or linked > LINKS * words:
        return False
    return (before and after) or _is_held(start, end, states, page)


def _is_held(start: int, end: int, states: Sequence[int], page: Page) -> bool:
    """Whether most words of a block are of the article."""
    held = sum(page.words[line] for line in range(start, end) if states[line] == ARTICLE)
    return 2 * held > sum(page.words[start:end])


def _beyond(start: int, end: int, states: Sequence[int]) -> int:
    """The state of a block that is not of the article, by where it stands to it."""
    if ARTICLE not in states[:start]:
        return BEFORE
    return GAP if ARTICLE in states[end:] else AFTER


def _fill_gaps(states: MutableSequence[int]) -> None:
    """What lies between two lines of the article, and is none, is a gap in it."""
    first, last = states.index(ARTICLE), len(states) - 1 - states[::-1].index(ARTICLE)
    for line in range(first, last):
        if states[line] != ARTICLE:
            states[line] = GAP
