"""Reports that are added to in the course of a day: lines with a time of day, in order, and text below each.

Rules know such a line for the date of the page, and the next report is no part of what stands above it. Where most of
the prose of a page stands below times, times and text are of the article.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from itertools import pairwise

from ...late_pattern import late_pattern
from ...reading.page import Page
from ..body.model import ARTICLE, settle_rest
from ..verdicts import Verdicts

LEAST = 3  # times
WORDS = 4  # of a line with a time
PROSE = 5  # words of a line that ends like a sentence
COVERED = 0.6  # of the prose of the page, but for a paragraph above them, stands below times
LARGEST = 0.6  # of that prose stands below one of them, at most; an article may have a ticker below it
TURNS = 1  # times out of order, as past noon where a day has twice twelve hours
_TIME = late_pattern(r"(?P<hour>[01]?\d|2[0-4])[:.h](?P<minute>[0-5]\d)(?: ?[^\W\d_][^\W\d]{0,2}| [ap]\.m\.)?$")


def take_entries(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the times and what stands below them. `states` is the state of each line, changed in place."""
    begun = [line for line, text in enumerate(page.text) if text[0].isdigit()]
    times = {line: time for line in begun if (time := _time_of(line, page)) is not None}
    if len(times) < LEAST or not _in_order(list(times.values())):
        return
    marks = list(times)
    prose = [line for line in page.prose(PROSE) if verdicts.free(line)]
    parts = [[line for line in prose if start < line < end] for start, end in pairwise([*marks, len(page)])]
    if not all(parts):
        return
    last = marks[-1] + 1
    while last + 1 < len(page) and verdicts.free(last) and verdicts.free(last + 1) and last + 1 in parts[-1]:
        last += 1
    below = [line for line in prose if marks[0] < line <= last]
    summary = [line for line in prose if line < marks[0]][-1:]
    total = sum([page.words[line] for line in below])
    largest = max([sum([page.words[line] for line in part if line <= last]) for part in parts])
    others = sum([page.words[line] for line in prose]) - sum([page.words[line] for line in summary])
    if total < COVERED * others or largest > LARGEST * total:
        return
    for mark in marks:
        verdicts.undo(mark)
    heads = [mark + 1 for mark in marks if verdicts.free(mark + 1)]
    for line in (*marks, *heads, *below):
        states[line] = ARTICLE
    settle_rest(states)


def _time_of(line: int, page: Page) -> int | None:
    """The minutes since midnight of a line without links that holds a time of day and hardly more, else None."""
    if page.words[line] > WORDS or page.links[line]:
        return None
    found = _TIME.match(page.folded[line])
    return 60 * int(found["hour"]) + int(found["minute"]) if found else None


def _in_order(times: Sequence[int]) -> bool:
    rises = sum([before < after for before, after in pairwise(times)])
    falls = sum([before > after for before, after in pairwise(times)])
    return min(rises, falls) <= TURNS < max(rises, falls)
