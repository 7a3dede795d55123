"""Clusters of prose on a page, and where each line stands to the largest of them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from .line_shapes import Key, LineShape

REACH = 4  # lines of prose no further apart than this are one cluster
SHARES = (0.03, 0.1, 0.25, 0.5, 0.8)
MAIN_WORDS = (30, 60, 120, 250, 600)
DISTANCES = (1, 2, 3, 5, 9, 17, 40)


Cluster = tuple[int, int, int]  # first line, last line, and words of prose


def zone(
    prose: Sequence[int], shapes: Sequence[LineShape], clusters: Sequence[Cluster], where: Sequence[Key | None]
) -> Iterator[Key]:
    """Where a line stands to the clusters of prose, the largest above all; its size and end."""
    size = bisect_right(MAIN_WORDS, max((words for _, _, words in clusters), default=0))
    rows = zip(prose, where, shapes, strict=True)
    return ((words > 0, to, size, shape.small, shape.end) for words, to, shape in rows)


def find_clusters(prose: Sequence[int]) -> list[Cluster]:
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


def relations_to_clusters(clusters: Sequence[Cluster], count: int) -> list[Key | None]:
    """For each line: on which side of the largest cluster and how far from it; the shares of all prose that the
    clusters before and after it have, and whether it lies in one. None where there is no prose."""
    if not clusters:
        return [None] * count
    total = sum(words for _, _, words in clusters)
    main_first, main_last, _ = max(clusters, key=lambda cluster: cluster[2])
    found: list[Key | None] = []
    previous = -1
    for first, last, words in [*clusters, (count, count, 0)]:
        share = bisect_right(SHARES, words / total) if words else -1
        for line in range(len(found), min(last + 1, count)):
            if line < main_first:
                side = ("b", bisect_right(DISTANCES, main_first - line))
            elif line > main_last:
                side = ("a", bisect_right(DISTANCES, line - main_last))
            else:
                side = ("i", 0)
            inside = line >= first
            found.append((*side, share if inside else previous, share, inside))
        previous = share
    return found
