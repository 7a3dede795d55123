"""Long runs of short lines, such as the options of a menu: hundreds of them must not outvote an article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import TypeVar

Row = TypeVar("Row")
SHORT = 5  # words
LONG = 40  # lines
ENDS = 8  # lines at either end of a run that count


def long_runs(words: Sequence[int]) -> list[tuple[int, int]]:
    """Where long runs of short lines begin and end, their own ends left out; `words` are those of each line."""
    found: list[tuple[int, int]] = []
    at = 0
    for is_short, lines in groupby(words, SHORT.__ge__):
        count = sum(1 for _ in lines)
        if is_short and count >= LONG:
            found.append((at + ENDS, at + count - ENDS))
        at += count
    return found


def without(rows: Iterable[Row], runs: Sequence[tuple[int, int]]) -> Iterator[Row]:
    """The rows of all lines but those within the runs."""
    left = iter(runs)
    start, end = next(left, (-1, -1))
    for line, row in enumerate(rows):
        if line == end:
            start, end = next(left, (-1, -1))
        if not start <= line < end:
            yield row


def filled(states: Sequence[int], runs: Sequence[tuple[int, int]]) -> list[int]:
    """The states of all lines, given those of `without`: within a run they are as at its head."""
    found: list[int] = []
    at = 0
    for (_, before), (start, end) in pairwise([(0, 0), *runs]):
        found += states[at : at + start - before]
        at += start - before
        found += found[-1:] * (end - start)
    return found + list(states[at:])
