"""What stands around each post of a thread again and again: the rank of its writer, how much he wrote, a signature.

Rules know the dates and the buttons of posts. A short line that stands beside these most of the times that it stands
on the page, whatever its numbers and what follows its colon, is of the frame as they are, and so is what stands beside
it as often. A signature is what several posts end with.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import MutableSequence, Sequence
from itertools import pairwise

from ...reading.page import Page
from ..body.model import ARTICLE, GAP, article_ends, settle_rest
from ..verdicts import Verdicts
from .posts import OF_POSTS, without_numbers

POSTS = 3  # stretches of text between dates and buttons
TEXT = 10  # words of a line of one
LEAST = 4  # dates and buttons on the page, and times that a line stands there
LONGEST = 8  # words of such a line
REACH = 2  # lines from one of the frame to its next
BESIDE = 0.6  # of the times that it stands on the page
PASSES = 3
SIGNED = 2  # posts that end with a signature
SIGNATURE, ITS_LINE = 6, 4  # lines of one at most, and words of each at least, which is no sentence
_VALUE = re.compile(r": .*$")


def leave_frames(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Take the frames of posts from the article, and note the lines that stand in several. `states` is the state of
    each line, which is changed in place.
    """
    if sum(map(page.category.count, OF_POSTS)) < LEAST:
        return
    framed = [category in OF_POSTS for category in page.category]
    if _posts_between(framed, page) < POSTS:
        return
    _grow(framed, page)
    for line in _signatures(framed, page):
        framed[line] = True
    first, last = article_ends(states)
    amid = Counter([page.folded[line] for line in range(first, last) if framed[line]])
    for line, text in enumerate(page.folded):
        if framed[line] and verdicts.free(line):
            states[line] = GAP if states[line] == ARTICLE else states[line]
            if amid[text] >= SIGNED:
                verdicts.frames.add(line)
    settle_rest(states)


def _posts_between(framed: Sequence[bool], page: Page) -> int:
    """How many stretches of lines below those of frames have text."""
    texts = [not is_frame and words >= TEXT for is_frame, words in zip(framed, page.words, strict=True)]
    ends = [line for line, is_frame in enumerate(framed) if is_frame]
    return sum([any(texts[start:end]) for start, end in pairwise([*ends, len(page)])])


def _grow(framed: MutableSequence[bool], page: Page) -> None:
    """Give the frames the lines that stand beside them again and again."""
    texts = without_numbers(page.folded)
    places: dict[str, list[int]] = defaultdict(list)
    for line, text in enumerate(texts):
        counts_items = text == "0" and page.orthography.is_sentence(page.text[line])  # the "3." of a list
        if page.words[line] <= LONGEST and not page.blocks[line] and not counts_items:
            places[_VALUE.sub(":", text)].append(line)
    rest = {text: lines for text, lines in places.items() if len(lines) >= LEAST}
    for _ in range(PASSES):
        found = [text for text, lines in rest.items() if _beside(lines, framed) >= BESIDE * len(lines)]
        for line in [line for text in found for line in rest.pop(text)]:
            framed[line] = True


def _beside(lines: Sequence[int], framed: Sequence[bool]) -> int:
    """How many of some lines stand beside the frames."""
    return sum([any(framed[max(0, line - REACH) : line + REACH + 1]) for line in lines])


def _signatures(framed: Sequence[bool], page: Page) -> list[int]:
    """The lines with which several posts end, each below text of its own: a post may be quoted whole."""
    counts = page.counts
    ends: dict[str, list[int]] = defaultdict(list)
    run: list[int] | None = None
    for line in range(len(page) - 1, -1, -1):
        if framed[line]:
            run = []
        elif run is not None and counts[page.folded[line]] >= SIGNED:
            run.append(line)
        else:
            for each in run if run and len(run) <= SIGNATURE else ():
                if page.words[each] >= ITS_LINE and not page.orthography.is_sentence(page.text[each]):
                    ends[page.folded[each]].append(each)
            run = None
    return [line for text, lines in ends.items() if len(lines) >= max(SIGNED, BESIDE * counts[text]) for line in lines]
