"""What the body model looks at: of each line its own shape, its neighbours, where it stands, and the zone around it.

Everything is told by small whole numbers and short codes, so that pages share a few thousand keys, whose scores are
remembered. `NAMES` turns a key into the names under which a pack gives its weights.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from operator import itemgetter
from typing import Any, NamedTuple

from ..reading.text import Orthography
from .matching import Page
from .parameters import Parameters

Key = tuple[Any, ...]


class PageFeatures(NamedTuple):
    """A page as the model sees it: the words of each line if it is prose, else 0, and five keys for each line.

    The keys come as they are asked for, and once: those of a large page would take more memory than all else.
    """

    prose: list[int]
    rows: Iterator[tuple[Key, Key, Key, Key, Key]]


def extract_features(page: Page, evidence: Sequence[str], wanted: Parameters, known: LineShapeCache) -> PageFeatures:
    """`evidence` is the category that rules have found for each line, "" where none has. `known` holds the shapes of
    lines that were met before, on any page; new ones are added.
    """
    shapes = known.of_lines(page, wanted)
    least = wanted.prose_words
    rows = zip(page.words, shapes, strict=True)
    prose = [_prose(count, shape, wanted) if count >= least else 0 for count, shape in rows]
    blank = [page.blank_before(line) for line in range(len(page))]
    keys = (
        own_shape(page, shapes, evidence),
        neighbours(shapes, evidence, blank),
        place_among_prose(page, prose),
        zone(prose, shapes),
        surroundings(page, prose, shapes, evidence, blank),
    )
    return PageFeatures(prose, zip(*keys, strict=True))


# --- a line by itself --------------------------------------------------------------------------------------------

SHORT = 12  # words; longer lines are hardly met again
MEMO = 50_000  # lines remembered; a page has a few hundred
SEPARATORS = ("|", " / ", " > ", "\t", "·", "•", "›", "»")
STOPS = (". ", "? ", "。")  # within a line
LINKS = ("@", "http", "www.")
SIZES = (0, 1, 2, 3, 5, 8, 12, 20, 35, 60, 100)  # lower ends of the word counts that are told apart
_SIZE_OF = [bisect_right(SIZES, count) - 1 for count in range(SIZES[-1] + 1)]


class LineShape:
    """What a line looks like by itself. Equal ones are one object, so that keys of them are told apart at once.

    `size` is a step of SIZES; `end`, `begin` and `capitals` are codes, see the functions; `commas`, `stops` and
    `separators` are counts cut short; `rights` and `links` say whether it has a copyright sign or an address. `kind` is
    what its neighbours see of it.
    """

    __slots__ = (
        "begin", "capitals", "commas", "end", "kind", "links", "rights", "separators", "size", "small", "stops",
    )  # fmt: skip

    def __init__(self, *values: Any) -> None:
        self.size, self.end, self.begin, self.capitals, self.commas, self.stops, *marks = values
        self.separators, self.rights, self.links = marks
        self.small = min(self.size, 7)
        self.kind = f"{min(self.size, 9) // 2}{self.end if self.end in 's!:' else '-'}"


class LineShapeCache:
    """The shapes that were met: of short lines by their text, and each once. Pure functions of their keys."""

    def __init__(self) -> None:
        self._of: dict[str, LineShape] = {}
        self._made: dict[Key, LineShape] = {}

    def of_lines(self, page: Page, wanted: Parameters) -> list[LineShape]:
        """The shape of each line of a page."""
        if len(self._of) >= MEMO:
            self._of.clear()
        shapes = list(map(self._of.get, page.text))
        unknown = [line for line, shape in enumerate(shapes) if shape is None]
        texts, counts = [page.text[line] for line in unknown], [page.words[line] for line in unknown]
        for line, values in zip(unknown, shapes_of(texts, counts, page.orthography, wanted), strict=True):
            shape = self._made.get(values)
            if shape is None:
                shape = self._made[values] = LineShape(*values)
            shapes[line] = shape
            if page.words[line] <= SHORT:
                self._of[page.text[line]] = shape
        return shapes  # type: ignore[return-value]  # none is left unknown


def own_shape(page: Page, shapes: Sequence[LineShape], evidence: Sequence[str]) -> Iterator[Key]:
    """The shape of a line, whether it is indented, whether it stands elsewhere too, and what rules have found of it."""
    copies = Counter(page.folded)
    indents = [page.raw[numbers[0]][0].isspace() for numbers in page.lines]
    return zip(shapes, indents, [copies[bare] > 1 for bare in page.folded], evidence, strict=True)


def shapes_of(texts: Sequence[str], counts: Sequence[int], orthography: Orthography, wanted: Parameters) -> Iterator[Key]:
    """The values of a `LineShape` for each text; `counts` are their words. Marks that no text has cost nothing."""
    rows = list(zip(texts, counts, strict=True))
    together = "\n".join(texts)
    stops, separators, links = ([mark for mark in marks if mark in together] for marks in (STOPS, SEPARATORS, LINKS))
    marked = [sum([text.count(mark) for mark in separators]) for text in texts] if separators else [0] * len(texts)
    return zip(
        [_SIZE_OF[count] if count < SIZES[-1] else len(SIZES) - 1 for count in counts],
        [_end(text, orthography) for text in texts],
        [_begin(text[0], wanted.bullets) for text in texts],
        [_capitals(text, count) for text, count in rows],
        [min(text.count(","), 3) if count > 4 else 0 for text, count in rows],
        [min(sum([text.count(mark) for mark in stops]), 2) if count > 7 else 0 for text, count in rows],
        [0 if not marks else 2 if marks * 5 >= count else 1 for marks, count in zip(marked, counts, strict=True)],
        ["©" in text for text in texts],
        [any(mark in text for mark in links) for text in texts] if links else [False] * len(texts),
        strict=True,
    )


def _end(text: str, orthography: Orthography) -> str:
    """s stop, ! question or exclamation, `:`, `,`, 1 digit, a anything else."""
    last = text[-1]
    if last == ".":
        return "s"
    if last.isalpha():
        return "a"
    if last in orthography.closers and (text := text.rstrip(orthography.closers)):
        last = text[-1]
    if last in "!?！？؟":
        return "!"
    if last in orthography.stops:
        return "s"
    return ":" if last in ":：" else "," if last in ",;،、" else "1" if last.isdigit() else "a"


def _begin(first: str, bullets: str) -> str:
    """A upper, a lower, 1 digit, * bullet, x a letter without case, q quotation mark or dash, ? anything else."""
    if first.isupper():
        return "A"
    if first.islower():
        return "a"
    if first.isdigit():
        return "1"
    if first in bullets:
        return "*"
    return "x" if first.isalpha() else "q" if first in "\"'“‘„«»”「『—–-" else "?"


def _capitals(text: str, count: int) -> str:
    """U all upper case, T all words capital, t most, m some (of a longer line), l few."""
    if text.isupper():
        return "U"
    words = text.split(None, 24)
    large = sum(map(str.isupper, map(itemgetter(0), words)))
    if count > 12 and 2 * large <= len(words):
        return "m" if 4 * large > len(words) else "l"
    return "T" if large == len(words) else "t" if large * 2 > len(words) else "l"


def _prose(count: int, shape: LineShape, wanted: Parameters) -> int:
    """The words of a line of `prose_words` or more if it reads as prose does, else 0."""
    ends_well = shape.end in "s!" or (shape.stops and count >= wanted.block_words)
    return count if ends_well or count >= wanted.long_words else 0


# --- a line among others -----------------------------------------------------------------------------------------


def neighbours(shapes: Sequence[LineShape], evidence: Sequence[str], blank: Sequence[bool]) -> Iterator[Key]:
    """Kind of the line before, of the line after and of the line itself; blank lines and evidence beside it."""
    kinds = [EDGE, *[shape.kind for shape in shapes], EDGE]
    found = ["", *evidence, ""]
    return zip(kinds, kinds[2:], kinds[1:], blank, [*blank[1:], True], found, found[2:], strict=False)


EDGE = "-1"  # the kind of what lies beyond the page
FEW = (0, 1, 2, 3, 5, 9, 17)
_FEW_OF = [bisect_right(FEW, count) for count in range(FEW[-1])]
MANY = (0, 1, 15, 40, 100, 250, 600)
MASS = (0.03, 0.2, 0.8, 0.97)
FADE = 0.7  # what a line further away counts less


def place_among_prose(page: Page, prose: Sequence[int]) -> Iterator[Key]:
    """Where a line stands among the page's prose: the share of it that lies behind, lines since the last of it and to
    the next, how much of it is near on either side; and the share of prose among all words."""
    total = sum(prose)
    share = bisect_right((0.2, 0.5, 0.8), total / (sum(page.words) or 1))
    ahead = list(_reach(reversed(prose)))
    behind = mass = 0
    for words, (gap, near), (gap_ahead, near_ahead) in zip(prose, _reach(prose), reversed(ahead), strict=True):
        yield mass, gap, gap_ahead, near, near_ahead, share, words > 0
        if words:
            behind += words
            mass = _mass(behind, total)


def _reach(prose: Iterator[int] | Sequence[int]) -> Iterator[tuple[int, int]]:
    """For each line: lines since the last one of prose, and how much prose is near; both as steps of a scale."""
    gap, near = 0, 0.0
    for words in prose:
        yield _FEW_OF[gap] if gap < FEW[-1] else len(FEW), bisect_right(MANY, near)
        near = FADE * near + words
        gap = 0 if words else gap + 1


def _mass(behind: int, total: int) -> int:
    return 6 if behind == total else 1 + bisect_right(MASS, behind / total)


# --- the zone around a line --------------------------------------------------------------------------------------

REACH = 4  # lines of prose no further apart than this are one cluster
AROUND = 4  # lines on either side in which evidence is counted
SINCE = 6  # lines for which evidence is remembered
SHARES = (0.03, 0.1, 0.25, 0.5, 0.8)
MAIN_WORDS = (30, 60, 120, 250, 600)
DISTANCES = (1, 2, 3, 5, 9, 17, 40)


def zone(prose: Sequence[int], shapes: Sequence[LineShape]) -> Iterator[Key]:
    """Where a line stands to the clusters of prose, the largest above all; its size and end."""
    clusters = find_clusters(prose)
    where = relations_to_clusters(clusters, len(prose))
    size = bisect_right(MAIN_WORDS, max((words for _, _, words in clusters), default=0))
    rows = zip(prose, where, shapes, strict=True)
    return ((words > 0, to, size, shape.small, shape.end) for words, to, shape in rows)


def find_clusters(prose: Sequence[int]) -> list[tuple[int, int, int]]:
    """First line, last line and words of each cluster of prose."""
    clusters: list[tuple[int, int, int]] = []
    for line, words in enumerate(prose):
        if not words:
            continue
        if clusters and line - clusters[-1][1] <= REACH:
            first, _, sum_ = clusters[-1]
            clusters[-1] = (first, line, sum_ + words)
        else:
            clusters.append((line, line, words))
    return clusters


def relations_to_clusters(clusters: Sequence[tuple[int, int, int]], count: int) -> list[Key | None]:
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


def surroundings(
    page: Page, prose: Sequence[int], shapes: Sequence[LineShape], evidence: Sequence[str], blank: Sequence[bool]
) -> Iterator[Key]:
    """The block of lines between blank ones that a line is in, how much evidence lies on either side of it, and what
    the last of it was. A caption is no evidence here: it stands in the midst of articles."""
    telling = [found if found != "caption" else "" for found in evidence]
    sums = [0] * AROUND + list(accumulate([1 if found else 0 for found in telling], initial=0))
    sums += sums[-1:] * (AROUND + 1)
    behind = [_UP_TO_3[end - start] for start, end in zip(sums, sums[AROUND:], strict=False)]
    ahead = behind[AROUND + 1 :]
    since, last = SINCE + 1, _recent("")
    rows = zip(prose, _blocks(page.words, blank), behind, ahead, shapes, telling, strict=False)
    for words, block, before, after, shape, found in rows:
        yield words > 0, block, before, after, shape.small, last[since] if since <= SINCE else ""
        if found:
            since, last = 1, _recent(found)
        else:
            since += 1


_UP_TO_3 = [min(count, 3) for count in range(AROUND + 1)]


@cache
def _recent(found: str) -> list[str]:
    """What the last evidence was, with how long ago it was: for each number of lines since then."""
    return [f"{found} {bisect_right((2, 4), since)}" for since in range(SINCE + 1)]


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


# --- names of weights --------------------------------------------------------------------------------------------


def _own_names(key: Key) -> list[str]:
    shape, indent, copy, evidence = key
    size, small = shape.size, min(shape.size, 6)
    return [
        f"words {size} ends {shape.end}",
        f"words {small} begins {shape.begin}",
        f"words {min(size, 8)} capitals {shape.capitals}",
        f"words {small} indent {indent:d}",
        f"words {small} copy {copy:d}",
        f"commas {shape.commas} words {size}",
        f"stops {shape.stops} words {size}",
        f"separators {shape.separators} words {min(size, 9)}",
        *(["copyright"] if shape.rights else []),
        f"links {shape.links:d} words {small}",
        *([f"evidence {evidence}", f"evidence {evidence} words {min(size, 7) // 2}"] if evidence else []),
    ]


def _near_names(key: Key) -> list[str]:
    before, after, own, blank_before, blank_after, evidence_before, evidence_after = key
    told = f"before evidence {evidence_before}"
    return [
        f"before {before} own {own}",
        f"after {after} own {own}",
        f"before {before} after {after}",
        f"blank {blank_before:d}{blank_after:d} own {own}",
        *([told, f"{told} own {own} blank {blank_before:d}"] if evidence_before else []),
        *([f"after evidence {evidence_after}"] if evidence_after else []),
    ]


def _place_names(key: Key) -> list[str]:
    mass, gap, ahead, near, near_ahead, share, prose = key
    kind = "prose" if prose else "other"
    return [
        f"{kind} mass {mass}",
        f"{kind} gap {gap} ahead {ahead}",
        f"{kind} near {near} ahead {near_ahead}",
        f"{kind} share {share}",
    ]


def _zone_names(key: Key) -> list[str]:
    prose, where, size, words, end = key
    kind = "prose" if prose else "other"
    if where is None:
        return [f"no prose words {words} ends {end}"]
    side, distance, share, ahead, inside = where
    short = kind if prose else min(words, 5)
    return [
        f"zone {kind} {side} size {size}",
        f"zone {kind} {side} {distance}",
        f"zone {short} {side} {distance} ends {end if end in 's!:' else '-'}",
        f"zone {kind} {side} {share} {ahead} {inside:d}",
        f"zone {kind} {side} {share} {ahead} {inside:d} size {size}",
    ]


def _around_names(key: Key) -> list[str]:
    prose, block, behind, ahead, words, recent = key
    kind = "prose" if prose else "other"
    return [
        f"block {block} words {words}",
        f"block {block} {kind}",
        f"around {behind}{ahead} {kind}",
        f"around {behind}{ahead} words {words}",
        *([f"since {recent} {kind}"] if recent else []),
    ]


NAMES = (_own_names, _near_names, _place_names, _zone_names, _around_names)
