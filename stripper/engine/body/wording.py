"""What the words of a line speak for: the article, or what stands around one.

A pack gives words a score: the log-odds of a word in articles against all else that pages show. Of a line and of what
lies near it on either side the mean is told, in steps; one of few known words is drawn towards nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from .clusters import Side
from .line_shapes import FADE, Key, LineShape

READ = 120  # characters of a line; more would take time, and tell little
STEPS = (-1.5, -1.0, -0.7, -0.45, -0.25, -0.1, 0.05, 0.2, 0.35, 0.5, 0.7)
STEPS_NEAR = (-0.8, -0.45, -0.2, 0.0, 0.2, 0.45)
UNKNOWN = 0

Told = tuple[float, int]  # the sum of the scores of the known words of a line, and how many there are


def wording(
    told: Sequence[Told], is_prose: Sequence[bool], shapes: Sequence[LineShape], sides: Sequence[Side]
) -> Iterator[Key]:
    """For each line the step of its own words and of those before and after it; its size, and where it stands to the
    largest cluster of prose."""
    own = steps_of(told)
    before, after = _near(told), _near(told[::-1])[::-1]
    small = [shape.small for shape in shapes]
    return zip(own, before, after, small, is_prose, [side for side, _ in sides], strict=True)


def steps_of(told: Sequence[Told]) -> list[int]:
    """The step of the words of each line; UNKNOWN of one without known words."""
    return [bisect_right(STEPS, total / (known + 1)) + 1 if known else UNKNOWN for total, known in told]


def told_by_words(folded: Sequence[str], scores: Mapping[str, float]) -> list[Told]:
    """What stands between white space is a word; one with a mark at its end is not known, and tells nothing."""
    words = [text[:READ].split() for text in folded]
    known = [[score for score in map(scores.get, some) if score is not None] for some in words]
    return list(zip(map(sum, known), map(len, known), strict=True))


def _near(told: Sequence[Told]) -> list[int]:
    """For each line the step of the words of those before it."""
    steps: list[int] = []
    total = known = 0.0
    for sum_, count in told:
        steps.append(bisect_right(STEPS_NEAR, total / (known + 1)) + 1 if known >= 1 else UNKNOWN)
        total = FADE * total + sum_
        known = FADE * known + count
    return steps
