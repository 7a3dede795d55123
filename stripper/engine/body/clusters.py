"""Clusters of prose on a page, and where each line stands to the largest of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import itemgetter

from .line_shapes import Key, LineShape

REACH = 4  # lines of prose no further apart than this are one cluster
SHARES = (0.03, 0.1, 0.25, 0.5, 0.8)
MAIN_WORDS = (30, 60, 120, 250, 600)
DISTANCES = (1, 2, 3, 5, 9, 17, 40)


Cluster = tuple[int, int, int]  # first line, last line, and words of prose
Side = tuple[str, int]  # before, in or after the largest cluster, by a letter, and the step of DISTANCES from it
NO_SIDE: Side = ("", 0)


def zone(
    clusters: Sequence[Cluster], sides: Sequence[Side], is_prose: Sequence[bool], shapes: Sequence[LineShape]
) -> Iterator[Key]:
    """Where a line stands to the largest cluster of prose; the shares of all prose that the clusters before and after
    it have, and whether it lies in one; how large the largest is; its own size and end."""
    size = bisect_right(MAIN_WORDS, max((words for _, _, words in clusters), default=0))
    total = sum(words for _, _, words in clusters)
    shares: list[tuple[int, int, bool]] = []
    previous = -1
    for first, last, words in [*clusters, (len(sides), len(sides) - 1, 0)]:
        share = bisect_right(SHARES, words / total) if words else -1
        shares += [(previous, share, False)] * (first - len(shares))
        shares += [(share, share, True)] * (last + 1 - first)
        previous = share
    small, ends = [shape.small for shape in shapes], [shape.end for shape in shapes]
    return zip(is_prose, sides, shares, repeat(size), small, ends, strict=False)


def find_clusters(prose: Sequence[int]) -> list[Cluster]:
    """The clusters of a page, in order; `prose` has the words of each line of prose, and 0 for each other line."""
    clusters: list[Cluster] = []
    for line, words in enumerate(prose):
        if not words:
            continue
        if clusters and line - clusters[-1][1] <= REACH:
            first, _, sum_ = clusters[-1]
            clusters[-1] = (first, line, sum_ + words)
        else:
            clusters.append((line, line, words))
    return clusters


def sides_of_main(clusters: Sequence[Cluster], count: int) -> list[Side]:
    """For each line: on which side of the largest cluster (before, in, after), and how far from it. None where there
    is no prose."""
    if not clusters:
        return [NO_SIDE] * count
    first, last, _ = max(clusters, key=itemgetter(2))
    return [*_far("b", first)[::-1], *[("i", 0)] * (last + 1 - first), *_far("a", count - 1 - last)]


def _far(side: str, count: int) -> list[Side]:
    """Those of so many lines on one side, the nearest first."""
    steps = [(side, bisect_right(DISTANCES, distance)) for distance in range(1, min(count, DISTANCES[-1]) + 1)]
    return steps + steps[-1:] * (count - len(steps))
