"""What a form tells of a line beside its words: what it is marked as, and how much of it and of its surroundings is
links. Plain text tells nothing of links, and of marks only those of lists."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat

from ...reading.page import Page
from ...reading.units import Mark
from .clusters import Side
from .line_shapes import FADE, Key, LineShape

LINKED = (0.01, 0.25, 0.75, 0.99)  # share of links: none, few, some, most, all
MOST = 3
LINKED_NEAR = (0.01, 0.1, 0.3, 0.6, 0.9)
RUN = (1, 2, 4, 9)  # lines in a row that are links
UNMARKED: Key = ()
UNKNOWN = -1


def marking(page: Page, is_prose: Sequence[bool], shapes: Sequence[LineShape], sides: Sequence[Side]) -> Iterator[Key]:
    """For each line its mark and how much of it is links, the same of its neighbours, and the share of links around."""
    if not page.is_marked:
        return repeat(UNMARKED, len(page))
    marks = [_code(mark) for mark in page.marks]
    if page.shows_links:
        linked = [bisect_right(LINKED, share) for share in page.links]
        pairs = list(zip(page.links, page.words, strict=True))
        behind, ahead = _near(pairs), _near(pairs[::-1])[::-1]
        runs = _runs(linked)
    else:
        linked = behind = ahead = runs = [UNKNOWN] * len(page)
    beyond = ("", UNKNOWN)
    beside = [beyond, *zip(marks, linked, strict=True), beyond]
    small, to = [shape.small for shape in shapes], [side for side, _ in sides]
    own = (marks, linked, beside, beside[2:])
    return zip(*own, behind, ahead, runs, _below_images(page), small, is_prose, to, strict=False)


def is_no_prose(mark: Mark, share: float) -> bool:
    """Whether a line of so much links cannot be prose, whatever its words look like."""
    return share >= LINKED[MOST - 1] or mark.kind == "metadata"


def _code(mark: Mark) -> str:
    return f"{mark.kind}{min(mark.level, 4) or ''}{'>' if mark.quoted else ''}" or "text"


def _below_images(page: Page) -> list[bool]:
    """Whether an image stands at the head of a line, right above it, or above the one blank line over it."""
    images = {aside.numbers[-1] for aside in page.asides if aside.kind == "image"}
    return [
        numbers[0] - 1 in images or numbers[0] - 2 in images or page.raw[numbers[0]].lstrip(" \t[*_").startswith("![")
        for numbers in page.lines
    ]


def _near(lines: Iterable[tuple[float, int]]) -> list[int]:
    """For each line the step of the share of links among the words of those before it."""
    steps: list[int] = []
    total = of = 0.0
    for share, words in lines:
        steps.append(bisect_right(LINKED_NEAR, total / of) if of else UNKNOWN)
        total = FADE * total + share * words
        of = FADE * of + words
    return steps


def _runs(linked: Sequence[int]) -> list[int]:
    """For each line the step of how many lines in a row are links, with it among them."""
    found: list[int] = []
    start = 0
    for line in range(len(linked) + 1):
        if line == len(linked) or linked[line] < MOST:
            found += [bisect_right(RUN, line - start)] * (line - start)
            found += [0] * (line < len(linked))
            start = line + 1
    return found
