"""Markers: lines below which, on every page that has them, stands what is none of the article.

Two kinds. After some no article goes on, and all goes until the end; others head a box among the paragraphs. That the
lines below are none of the article is told by the rules, which take most of them, and by other pages that have them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from .proposals import Below, Proposal, Seen

KNOWN_SHARE = 0.7  # of the lines below a marker that rules take or other pages have, at least
END_SHARE = 0.2  # of the pages that a marker of the end must stand on
TEASER_WORDS = 4  # a line of so many words that another page has is no matter of chance
BOX_LINES = 12  # at most


class Row(NamedTuple):
    """A line with text of a page. `stays` tells what the rules do, `by_shape` whether they take it for its place alone.

    `prose` counts its words if it is prose, and `article` tells whether that stays.
    """

    key: str
    stays: bool
    by_shape: bool
    prose: int
    article: bool


Sequences = dict[str, list[Row]]  # the lines of each page, by its name


class Marked(NamedTuple):
    """A marker on one page, by its place there."""

    page: str
    at: int


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of a site and what its lines are; `shared` are those that many pages have, `proposed` go anyway."""

    pages: Sequences
    lines: Mapping[str, Seen]
    shared: frozenset[str]
    proposed: frozenset[str]

    def is_known(self, row: Row) -> bool:
        seen = self.lines[row.key]
        teaser = seen.words >= TEASER_WORDS and len(seen.pages) > 1
        return not row.stays or row.key in self.shared or teaser

    def are_known(self, rows: Iterable[Row]) -> bool:
        known = [self.is_known(row) for row in rows]
        return sum(known) >= KNOWN_SHARE * len(known)

    def below(self, taken: list[list[Row]]) -> Below:
        """What is told of the lines below a marker on some pages, and those of one page as an example."""
        rows = [row for some in taken for row in some]
        example = tuple(self.lines[row.key].text for row in max(taken, key=len))
        left, by_shape = sum(row.stays for row in rows), sum(row.by_shape for row in rows)
        return Below(len(rows), left, by_shape, example)


class Markers(NamedTuple):
    """Those of a site, and the keys of all lines that are ever met above the end of a page."""

    found: list[Proposal]
    above: set[str]


def find_markers(pages: Sequences, lines: Mapping[str, Seen], proposed: Iterable[str], least: float) -> Markers:
    """Markers of lines that no line `proposed` takes, those that stand on most pages first.

    `least` is the number of pages that must have a line for it to be one that they share.
    """
    shared = frozenset(key for key, seen in lines.items() if len(seen.pages) >= least)
    site = Site(pages, lines, shared, frozenset(proposed))
    places: dict[str, list[Marked]] = {}
    for name, rows in sorted(pages.items()):
        for at, row in enumerate(rows):
            if row.key in shared:
                places.setdefault(row.key, []).append(Marked(name, at))
    once = [(key, found) for key, found in places.items() if _may_head(key, lines[key], found)]
    once.sort(key=lambda item: (-len(item[1]), sum(each.at - len(pages[each.page]) for each in item[1]), item[0]))
    ends: dict[str, int] = {}  # where the end of a page begins
    of_ends = [_end(site, *each, ends, max(least, END_SHARE * len(pages))) for each in once]
    boxed: set[Marked] = set()  # what stands in a box
    of_boxes = [_box(site, *each, ends, boxed, least) for each in once]
    above = {row.key for name, rows in pages.items() for row in rows[: ends.get(name)]}
    return Markers([each for each in (*of_ends, *of_boxes) if each is not None], above)


def _may_head(key: str, seen: Seen, found: list[Marked]) -> bool:
    return len(found) == len(seen.pages) and not seen.prose and not seen.titles and any(map(str.isalpha, key))


def _end(site: Site, key: str, found: list[Marked], ends: dict[str, int], least: float) -> Proposal | None:
    """The marker, if nothing of an article stands below it on any page; then `ends` tells of it."""
    taken: list[list[Row]] = []
    prose = gains = 0
    for page, at in found:
        rows = site.pages[page]
        if any(row.article for row in rows[at:]) or not any(row.article for row in rows[:at]):
            return None
        some = rows[at + 1 : ends.get(page)]
        taken.append(some)
        prose = max(prose, sum(row.prose for row in rows[at + 1 :]))
        gains += any((row.stays or row.by_shape) and row.key not in site.proposed for row in some)
    if gains < least or not site.are_known(row for some in taken for row in some):
        return None
    for page, at in found:
        ends[page] = min(at, ends.get(page, at))
    return Proposal("end", key, site.lines[key], site.below(taken), most=prose)


def _box(
    site: Site, key: str, found: list[Marked], ends: dict[str, int], boxed: set[Marked], least: float
) -> Proposal | None:
    """The marker, if it stands within articles, over lines that are none of them; then `boxed` tells of these.

    What stands in other boxes alone heads none of its own.
    """
    if boxed.issuperset(found):
        return None
    boxes: list[list[Row]] = []
    for page, at in found:
        above, below = site.pages[page][:at], site.pages[page][at + 1 : ends.get(page)]
        until = next((place for place, row in enumerate(below) if row.prose), None)
        if until is None or not (any(row.article for row in above) and any(row.article for row in below)):
            return None
        boxes.append(below[:until])
    filled = [box for box in boxes if box]
    most = min(map(len, filled), default=0)  # what stands lower may be a heading of the article
    if len(filled) < max(least, len(found) / 2) or most > BOX_LINES:
        return None
    filled = [box[:most] for box in filled]
    own = [[row for row in box if row.key not in site.proposed] for box in filled]
    gains = sum(any(row.stays for row in box) for box in own)
    if gains < least or not site.are_known(row for box in own for row in box):
        return None
    boxed.update(
        Marked(page, at + below)
        for (page, at), box in zip(found, boxes, strict=True)
        for below in range(1, min(len(box), most) + 1)
    )
    return Proposal("box", key, site.lines[key], site.below(filled), most=most)
