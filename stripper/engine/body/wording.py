"""What the words of a line speak for: the article, or what stands around one.

A pack gives words and pairs of words scores: the log-odds of a word in articles against all else that pages show, among
lines that are no prose and among those that are, since what tells a heading from a button tells little of a sentence.
All known words of a line together are told in steps, and so is the mean of what lies near it on either side; a line of
few known words is drawn towards nothing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from math import sqrt

from .clusters import Side
from .line_shapes import FADE, Key, LineShape

READ = 240  # characters of a line; more would take time, and tell little
STEPS = (-3.0, -2.0, -1.4, -0.9, -0.5, -0.2, 0.1, 0.4, 0.7, 1.1, 1.6)
STEPS_NEAR = (-0.8, -0.45, -0.2, 0.0, 0.2, 0.45)
UNKNOWN = 0

WordScores = tuple[float, int]  # the sum of the scores of the known words of a line, and how many there are
Lexicon = Mapping[str | tuple[str, ...], float]  # word, or two of them, -> score


def wording(
    own: Sequence[int],
    scores: Sequence[WordScores],
    is_prose: Sequence[bool],
    shapes: Sequence[LineShape],
    sides: Sequence[Side],
) -> Iterator[Key]:
    """For each line the step of its own words, as `step_of` gives it, and of those before and after it; its size, and
    where it stands to the largest cluster of prose."""
    before, after = _near(scores), _near(scores[::-1])[::-1]
    small = [shape.small for shape in shapes]
    return zip(own, before, after, small, is_prose, [side for side, _ in sides], strict=True)


def step_of(scores: WordScores) -> int:
    """The step of the words of a line; UNKNOWN of one without known words."""
    total, known = scores
    return bisect_right(STEPS, total / sqrt(known + 1)) + 1 if known else UNKNOWN


def lexicons(words: Mapping[str, Sequence[float]]) -> tuple[Lexicon, Lexicon]:
    """That of lines that are no prose, and that of prose: of prose if the index is true. A score of 0 tells nothing."""
    rows = [(tuple(name.split(" ")) if " " in name else name, scores) for name, scores in words.items()]
    of_labels = {word: score for word, (score, _) in rows if score}
    of_prose = {word: score for word, (_, score) in rows if score}
    return of_labels, of_prose


def word_scores(folded: str, lexicon: Lexicon) -> WordScores:
    """Those of the words of a line and of its pairs of words.

    What stands between white space is a word; one with a mark at its end is another word.
    """
    words = folded[:READ].split()
    parts: Iterable[str | tuple[str, ...]] = chain(words, pairwise(words))
    known = list(filter(None, map(lexicon.get, parts)))
    return sum(known), len(known)


def _near(scores: Sequence[WordScores]) -> list[int]:
    """For each line the step of the words of those before it."""
    steps: list[int] = []
    total = known = 0.0
    for sum_, count in scores:
        steps.append(bisect_right(STEPS_NEAR, total / (known + 1)) + 1 if known >= 1 else UNKNOWN)
        total = FADE * total + sum_
        known = FADE * known + count
    return steps
