"""The contents of a book or a manual beside one of its chapters, a line for each section: "2.1 Water", "2.2 Wind".

They are none of the text, though they read like its headings, and tell that something is around it. Headings have text
between them; of contents whose sections stand on the same page, see `own_contents`.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from itertools import pairwise

from ...late_pattern import late_pattern
from ...reading.page import Page
from ..body.model import BEFORE, settle_rest
from ..verdicts import Verdicts

LEAST = 10  # sections
CHAPTERS = 3  # that they are of
LONGEST = 12  # words of a line
APART = 3  # lines from one section to the next, between which headings of chapters stand
COUNTED = 0.8  # of the sections, each from the one before
_SECTION = late_pattern(r"(?P<numbers>\d{1,3}(?:\.\d{1,3})+)\.? [^\W\d_]")


def lines_of_contents(page: Page) -> list[int]:
    """The lines of lists of sections, with those between them."""
    numbered = [line for line, text in enumerate(page.text) if text[0].isdigit()]
    if len(numbered) < LEAST:
        return []
    counts = page.counts
    found: list[int] = []
    run: dict[int, list[int]] = {}
    until = 0
    for line in numbered:
        text = page.folded[line]
        section = _SECTION.match(text)
        if section is None or page.words[line] > LONGEST or counts[text] > 1 or text[section.end() - 1 :] in counts:
            continue
        if line >= until or not all(page.is_label(between, LONGEST) for between in range(until - APART, line)):
            found += _lines_of(run)
            run = {}
        run[line] = list(map(int, section["numbers"].split(".")))
        until = line + APART + 1
    return [*found, *_lines_of(run)]


def leave_contents(states: MutableSequence[int], _: Page, verdicts: Verdicts) -> None:
    """Take contents from the article. `states` is the state of each line, which is changed in place."""
    for line in verdicts.contents:
        states[line] = BEFORE
    if verdicts.contents:
        settle_rest(states)


def _lines_of(run: dict[int, list[int]]) -> range:
    """The lines from the first to the last section of a run, given with their numbers; none if it is too short."""
    chapters = {numbers[0] for numbers in run.values()}
    if len(run) < LEAST or len(chapters) < CHAPTERS:
        return range(0)
    counted = sum([_follows(after, before) for before, after in pairwise(run.values())])
    return range(min(run), max(run) + 1) if counted >= COUNTED * (len(run) - 1) else range(0)


def _follows(section: list[int], other: list[int]) -> bool:
    """Whether a section is the next one after another, or the first one of a later chapter or within the other."""
    return section > other and section[-1] in (1, other[min(len(section), len(other)) - 1] + 1)
