"""What the body model looks at: of each line its own shape, its neighbours, where it stands, and what lies around it.

Everything is told by small whole numbers and short codes, so that pages share a few thousand keys, whose scores are
remembered. `feature_names.NAMES` turns a key into the names under which a pack gives its weights.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, chain, repeat
from typing import NamedTuple

from ...reading.page import Page
from .clusters import find_clusters, sides_of_main, zone
from .line_cache import Lines
from .line_shapes import FADE, Key, LineShape
from .marking import is_no_prose, marking
from .wording import wording


class PageFeatures(NamedTuple):
    """A page as the model sees it: the words of each line if it is prose, else 0, and for each line seven keys, those
    of NAMES, in as many columns.

    The keys come as they are asked for, and once: those of a large page would take more memory than all else.
    """

    prose: list[int]
    columns: tuple[Iterator[Key], ...]

    @property
    def rows(self) -> Iterator[tuple[Key, ...]]:
        """The seven keys of each line."""
        return zip(*self.columns, strict=True)


def extract_features(page: Page, lines: Lines, evidence: Sequence[str]) -> PageFeatures:
    """`evidence` is the category that rules have found for each line, "" where none has."""
    shapes, prose = lines.shapes, lines.prose
    if page.is_marked:
        prose = [
            0 if is_no_prose(mark, share) else count
            for count, mark, share in zip(prose, page.marks, page.links, strict=True)
        ]
    is_prose = [words > 0 for words in prose]
    blank = page.blanks_before()
    clusters = find_clusters(prose)
    sides = sides_of_main(clusters, len(prose))
    columns = (
        own_shape(page, shapes, evidence),
        neighbours(shapes, evidence, blank),
        place_among_prose(page, prose, is_prose),
        zone(clusters, sides, is_prose, shapes),
        surroundings(page, is_prose, shapes, evidence, blank),
        wording(lines.word_steps, lines.word_scores, is_prose, shapes, sides),
        marking(page, is_prose, shapes, sides),
    )
    return PageFeatures(prose, columns)


def own_shape(page: Page, shapes: Sequence[LineShape], evidence: Sequence[str]) -> Iterator[Key]:
    """The shape of a line, whether it is indented, whether it stands elsewhere too, and what rules have found of it."""
    copies = page.counts
    indents = [page.raw[numbers[0]][0].isspace() for numbers in page.lines]
    return zip(shapes, indents, [copies[bare] > 1 for bare in page.folded], evidence, strict=True)


def neighbours(shapes: Sequence[LineShape], evidence: Sequence[str], blank: Sequence[bool]) -> Iterator[Key]:
    """Kind of the line before, of the line after and of the line itself; blank lines and evidence beside it."""
    kinds = [EDGE, *[shape.kind for shape in shapes], EDGE]
    found = ["", *evidence, ""]
    return zip(kinds, kinds[2:], kinds[1:], blank, [*blank[1:], True], found, found[2:], strict=False)


EDGE = "-1"  # the kind of what lies beyond the page
FEW = (0, 1, 2, 3, 5, 9, 17)
MANY = (0, 1, 15, 40, 100, 250, 600)
MASS = (0.03, 0.2, 0.8, 0.97)
_FEW_OF = [bisect_right(FEW, count) for count in range(FEW[-1])]


def place_among_prose(page: Page, prose: Sequence[int], is_prose: Sequence[bool]) -> Iterator[Key]:
    """Where a line stands among the page's prose: the share of it that lies behind, lines since the last of it and to
    the next, how much of it is near on either side; and the share of prose among all words."""
    total = sum(prose)
    share = bisect_right((0.2, 0.5, 0.8), total / (sum(page.words) or 1))
    gaps, near = _reach(prose)
    gaps_ahead, near_ahead = _reach(prose[::-1])
    masses: list[int] = []
    behind = mass = 0
    for end, words in _stretches(prose):
        masses += [mass] * (end - len(masses))
        behind += words
        mass = _mass(behind, total)
    sides = masses, gaps, reversed(gaps_ahead), near, reversed(near_ahead)
    return zip(*sides, repeat(share), is_prose, strict=False)


def _stretches(prose: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The lines up to each one of prose and with it: the line after them, and the words of prose; then the others."""
    return chain(((line + 1, words) for line, words in enumerate(prose) if words), [(len(prose), 0)])


def _reach(prose: Sequence[int]) -> tuple[list[int], list[int]]:
    """For each line: lines since the last one of prose, and how much prose is near; both as steps of a scale."""
    gaps: list[int] = []
    near: list[int] = []
    sum_ = 0.0
    for end, words in _stretches(prose):
        count = end - len(gaps)
        gaps += _FEW_OF[:count]
        gaps += [len(FEW)] * (count - len(_FEW_OF))
        while len(near) < end and sum_ >= MANY[1]:
            near.append(bisect_right(MANY, sum_))
            sum_ *= FADE
        count = end - len(near)
        near += [1] * count
        sum_ = sum_ * FADE**count + words
    return gaps, near


def _mass(behind: int, total: int) -> int:
    return 6 if behind == total else 1 + bisect_right(MASS, behind / total)


AROUND = 4  # lines on either side in which evidence is counted
SINCE = 6  # lines for which evidence is remembered


def surroundings(
    page: Page, is_prose: Sequence[bool], shapes: Sequence[LineShape], evidence: Sequence[str], blank: Sequence[bool]
) -> Iterator[Key]:
    """The block of lines between blank ones that a line is in, how much evidence lies on either side of it, and what
    the last of it was. A caption is no evidence here: it stands in the midst of articles."""
    telling = [found if found != "caption" else "" for found in evidence]
    sums = [0] * AROUND + list(accumulate([1 if found else 0 for found in telling], initial=0))
    sums += sums[-1:] * (AROUND + 1)
    behind = [_UP_TO_3[end - start] for start, end in zip(sums, sums[AROUND:], strict=False)]
    last: list[str] = []
    recent: Sequence[str] = ()
    for line in [*(line for line, found in enumerate(telling) if found), len(telling) - 1]:
        count = line + 1 - len(last)
        last += recent[:count]
        last += [""] * (count - len(recent))
        recent = _recent(telling[line])
    blocks, small = _blocks(page.words, blank), [shape.small for shape in shapes]
    return zip(is_prose, blocks, behind, behind[AROUND + 1 :], small, last, strict=False)


_UP_TO_3 = [min(count, 3) for count in range(AROUND + 1)]


@cache
def _recent(found: str) -> list[str]:
    """What the last evidence was, with how long ago it was: for each of the lines behind it."""
    return [f"{found} {bisect_right((2, 4), since)}" for since in range(1, SINCE + 1)]


def _blocks(words: Sequence[int], blank: Sequence[bool]) -> list[str]:
    """Of the block of lines without a blank one that a line is in: how many lines it has and how long they are.

    Where a page has hardly a blank line, blocks mean nothing, and all are the same.
    """
    count = len(words)
    if sum(blank) * 12 <= count:
        return ["99"] * count
    blocks: list[str] = []
    starts = [line for line in range(count) if blank[line] or not line]
    for start, end in zip(starts, [*starts[1:], count], strict=True):
        lines = end - start
        mean = sum(words[start:end]) / lines
        blocks += [f"{bisect_right((1, 2, 5, 12), lines)}{bisect_right((2, 4, 8, 16), mean)}"] * lines
    return blocks
