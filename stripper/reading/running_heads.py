"""The heads and feet of printed pages, which stand amid a text that was taken out of a PDF: a title and a number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..late_pattern import late_pattern
from .orthography import Orthography

LEAST = 3  # pages
LONGEST = 100  # characters of a head
NEAR = 2  # lines from a head to the number of its page
WIDEST = 2 * NEAR + 1  # lines of a head with its number and a foot
STEPS = (1, 2)  # from one number to the next: the heads of left and right pages may differ
CUT = 0.25  # share of the pages at whose end a sentence goes on
SHORTEST = 40  # characters of the last line of such a page
CUT_ALONE = 2  # such pages at least where nothing stands beside the numbers
_NUMBER = late_pattern(r"\d{1,4}")
_MARK = late_pattern(r"[\W_]*\d+[\]).:,;]|[(\[]")  # of an item of a list, of a footnote


def running_heads(lines: Sequence[str], orthography: Orthography) -> list[int]:
    """The lines of a text, from 0, that are running heads, feet and numbers of pages, in order.

    The numbers rise from one page to the next, and sentences go on beyond some of them, as they do beyond no number of
    a step or of a chapter. What stands beside the numbers again and again is of the heads.
    """
    texts = [text for line in lines if (text := line.strip())]
    below = [at for at, text in enumerate(texts) if text[0].islower() and len(texts[at - 1]) <= LONGEST]
    above = [text for at in below for text in texts[max(0, at - WIDEST) : at] if len(text) <= LONGEST]
    if not _NUMBER.search("\n".join(above)):
        return []  # as on most pages
    counters: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        if len(text) <= LONGEST and _NUMBER.search(text) and not _MARK.match(text):
            counters[_NUMBER.sub("#", text)].append(at)
    found: set[int] = set()
    for places in counters.values():
        for run in _rising(places, texts):
            heads = _with_heads(run, texts)
            cuts = sum(_is_cut(start, end, texts, orthography) for start, end in _stretches(heads))
            if cuts >= max(CUT * len(run), 1 if len(heads) > len(run) else CUT_ALONE):
                found |= heads
    present = [at for at, line in enumerate(lines) if line.strip()]
    return [present[at] for at in sorted(found)]


def _rising(places: Sequence[int], texts: Sequence[str]) -> Iterator[list[int]]:
    """The stretches of enough lines whose first numbers rise from one to the next."""
    if len(places) < LEAST:
        return
    numbers = [int(found[0]) for found in map(_NUMBER.search, map(texts.__getitem__, places)) if found]
    start = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or numbers[end] - numbers[end - 1] not in STEPS:
            if end - start >= LEAST:
                yield list(places[start:end])
            start = end


def _with_heads(run: Sequence[int], texts: Sequence[str]) -> set[int]:
    """Some numbers, with the lines above and below them that are the same on several pages."""
    beside: dict[str, list[int]] = defaultdict(list)
    for at in run:
        for each in range(max(0, at - NEAR), min(len(texts), at + NEAR + 1)):
            beside[texts[each]].append(each)
    heads = [places for text, places in beside.items() if len(places) >= LEAST and any(map(str.isalpha, text))]
    return {*run, *(each for places in heads for each in places)}


def _stretches(found: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last of those that stand side by side."""
    ordered = sorted(found)
    ends = [at for at, (one, other) in enumerate(pairwise(ordered), 1) if other > one + 1]
    for start, end in pairwise([0, *ends, len(ordered)]):
        yield ordered[start], ordered[end - 1]


def _is_cut(first: int, last: int, texts: Sequence[str], orthography: Orthography) -> bool:
    """Whether a sentence goes on beyond some lines."""
    if first == 0 or last + 1 >= len(texts):
        return False
    before, after = texts[first - 1], texts[last + 1]
    is_open = before[-1].islower() or before[-1] in ",-"
    return is_open and len(before) >= SHORTEST and after[0].islower() and not orthography.is_sentence(before)
