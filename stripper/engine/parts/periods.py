"""Threads and lists of items: pages in which a short line stands again and again, with text between, to the end.

The posts of a forum and the items of a listing all have the same lines in them, such as "Reply", "Joined 2009" or "3
min read". Where such a line parts most of the text, and no part has most of it, the page is no article with such a list
beside it: the text of all parts is of the page. An article that was found in them, and is a good part of them, stays
as it is, unless rules know the line for a date or for what leads on, which each post and each item has.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import MutableSequence, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from ...reading.page import Page
from ..body.model import ARTICLE, settle_rest
from ..verdicts import Verdicts
from .posts import DATED, without_numbers

LEAST = 4  # times that the line stands on the page
MARK = 8  # words of such a line
TEXT = 5  # words of a line that counts as text
PART = 8  # words of text in a part that is no empty one
FILLED = 0.75  # of the parts have text
COVERED = 0.5  # of the text of the page stands in the parts
LARGEST = 0.4  # of that text stands in one part
FOUND, FOUND_AMID_KNOWN = 0.4, 0.8  # of the text of the page is of the article that was found
KNOWN = (DATED, "related")  # categories of lines that part a page for sure
ONE = 0.7  # of that article stands in one part, unless it is
SMALL = 100  # words or shorter
TEASERS = 3  # lines that may be taken for an article
SENTENCE = 8  # words of a line below the last mark that is of the last part
COMMON = 3  # times that a line stands there which is no text
_COUNTED = re.compile(r"#[0-9]{1,4}")
LEAST_COUNTED = 2


class Parts(NamedTuple):
    """The lines that part a page, and the words of text between them and on all the page."""

    marks: list[int]
    words: list[int]
    text: int


def take_parts(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the text of all parts. `states` is the state of each line, which is changed in place."""
    parts = _parts_of(page)
    if parts is None or not _are_the_page(parts, states, page):
        return
    first, last = parts.marks[0], parts.marks[-1]
    end = min(len(page), last + 1 + sorted(b - a for a, b in pairwise(parts.marks))[len(parts.words) // 2])
    texts = without_numbers(page.folded)
    times = Counter(texts)
    for line in range(first, end):
        is_text = page.words[line] >= TEXT - 1 and not verdicts.evidence[line] and times[texts[line]] < COMMON
        if is_text and (line < last or page.is_prose(line, SENTENCE)):
            states[line] = ARTICLE
    settle_rest(states)


def take_counted(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the text right below lines that count posts, "#1", "#2", however few these are. `states` is the
    state of each line, which is changed in place.
    """
    begun = [line for line, text in enumerate(page.text[:-1]) if text[0] == "#"]
    marks = [line for line in begun if _COUNTED.fullmatch(page.text[line]) and not page.links[line]]
    numbers = [int(page.text[line][1:]) for line in marks]
    if len(marks) < LEAST_COUNTED or numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
        return
    for line in marks:
        while line + 1 < len(page) and verdicts.free(line + 1) and page.is_prose(line + 1, TEXT):
            line += 1
            states[line] = ARTICLE
    settle_rest(states)


def _parts_of(page: Page) -> Parts | None:
    """The parts of the line that has the most of them with text, and then the most text."""
    short = [line for line, words in enumerate(page.words) if words <= MARK and page.folded[line]]
    if not short:
        return None
    texts = without_numbers([page.folded[line] for line in short])
    counts = Counter(texts)
    places: dict[str, list[int]] = defaultdict(list)
    for line, text in zip(short, texts, strict=True):
        if counts[text] >= LEAST:
            places[text].append(line)
        if page.category[line] == DATED:
            places[""].append(line)  # they may all be different
    if not places:
        return None
    until = list(accumulate([words if words >= TEXT else 0 for words in page.words], initial=0))
    best, most = None, (0, 0)
    for marks in places.values():
        words = [until[after] - until[before + 1] for before, after in pairwise(marks)]
        filled, inside = sum([each >= PART for each in words]), until[marks[-1]] - until[marks[0]]
        if filled >= max(LEAST - 1, FILLED * len(words)) and inside >= COVERED * until[-1] and (filled, inside) > most:
            best, most = Parts(marks, words, until[-1]), (filled, inside)
    return best


def _are_the_page(parts: Parts, states: Sequence[int], page: Page) -> bool:
    """Whether little was found, and no part is most of that or of the text. What stands above them all is one, too,
    but for teasers.
    """
    lines = [line for line, state in enumerate(states) if state == ARTICLE and page.words[line] >= TEXT]
    found: Counter[int] = Counter()
    for line in lines:
        found[bisect_right(parts.marks, line)] += page.words[line]
    total = sum(found.values())
    are_known = 2 * sum([page.category[mark] in KNOWN for mark in parts.marks]) > len(parts.marks)
    most = FOUND_AMID_KNOWN if are_known else FOUND
    if max(parts.words) > LARGEST * sum(parts.words) or total > most * parts.text:
        return False
    if total < SMALL or max(found.values()) <= ONE * total:
        return True
    below = set(page.folded[parts.marks[0] :])
    shown = [line for line in lines if line < parts.marks[0] and page.folded[line] in below]
    if 2 * sum([page.words[line] for line in shown]) > total:
        return True  # the first post, shown on top, too
    # Teasers have counts and dates between them, paragraphs do not.
    return len(lines) >= TEASERS and not any(after == before + 1 for before, after in pairwise(lines))
