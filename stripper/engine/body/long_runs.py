"""Long runs of short lines, such as the options of a menu: hundreds of them must not outvote an article."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise

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


def outside_of(runs: Sequence[tuple[int, int]], count: int) -> list[bool]:
    """For each of so many lines whether it lies outside of the runs."""
    outside = [True] * count
    for start, end in runs:
        outside[start:end] = [False] * (end - start)
    return outside


def filled(states: Sequence[int], runs: Sequence[tuple[int, int]]) -> list[int]:
    """The states of all lines, given those outside of the runs: within a run they are as at its head."""
    found: list[int] = []
    at = 0
    for (_, before), (start, end) in pairwise([(0, 0), *runs]):
        found += states[at : at + start - before]
        at += start - before
        found += found[-1:] * (end - start)
    return found + list(states[at:])
