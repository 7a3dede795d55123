"""What the lines that may be the title show of a headline, as short texts to which a pack gives weights."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import compress
from operator import eq

from ..reading.page import Page
from ..reading.words import telling_words
from .body.line_cache import Lines
from .body.model import ARTICLE

AT_SIGHT = (
    "lines-to-prose", "lines-from-top", "words", "words-from-top", "end", "capitals", "indented", "blanks", "found",
    "found-before", "found-after", "found-second-after", "found-third-after", "menu", "kind-before", "kinds", "alike",
    "region", "mark", "linked", "byline-after", "wording", "wording-after", "unknown-before", "unknown-after",
)  # fmt: skip
# Told by the rest of the page, which takes longer.
COMPARED = ("again", "again-to-prose", "shared", "shared-wording", "often", "like-before")
TRAITS = AT_SIGHT + COMPARED
DISTANCES = (0, 1, 2, 3, 5, 9, 17, 33, 65, 129, 257)  # lower ends of the distances that are told apart
WORDS = (0, 1, 2, 3, 4, 5, 7, 10, 15, 21)  # and of the counts of words
ALIKE = (0, 5, 9, 17, 33)  # and of how many lines have the same look
OFTEN = (0, 0.5, 1, 2, 4, 7, 12)  # and of how often a word of a line stands in the article
LINKED = 0.5  # of a heading that is a link
SHORT = 3  # words; shorter lines are names of sites and sections more often
TOLD_APART = 12  # characters; shorter texts stand within others by chance
NAMED = 6  # words of a line that names a writer
MENU = 3  # lines above a headline that may be of a menu
DECK = 3  # lines beside a headline that may be its deck, or of which it may be the deck
MOST_READ = 40  # telling words of a line; no headline has as many


class Traits:
    """What each of the `lines` of a page that may be its title shows; `prose` is the first prose of the article.

    `regions` has an entry for each line of the page; `seen` is what `BodyModel.lines_of` gives.
    """

    def __init__(self, page: Page, regions: Sequence[int], seen: Lines, lines: Sequence[int], prose: int) -> None:
        self.lines = lines
        self._page, self._regions, self._prose = page, regions, prose
        self._shapes, self._word_steps = seen.shapes, seen.word_steps

    def at_sight(self) -> Iterator[Iterable[str]]:
        """The values of each of AT_SIGHT, for each of `lines`."""
        page, lines = self._page, self.lines
        shapes = [self._shapes[line] for line in lines]
        raw, numbers = page.raw, page.lines
        yield self._to_prose(lines)
        yield (from_top := [_DISTANCE[min(line, FAR)] for line in lines])
        yield (words := [_WORDS[min(page.words[line], WORDS[-1])] for line in lines])
        yield map(" ".join, zip(words, from_top, strict=True))
        yield [shape.end for shape in shapes]
        yield [shape.capitals for shape in shapes]
        yield [str(raw[numbers[line][0]][0].isspace()) for line in lines]
        begins = ["-", *map("01".__getitem__, self._begins_block), "-", "-"]
        yield ["".join(begins[line : line + 4]) for line in lines]
        found = ["", *page.category, "", "", ""]
        for offset in (1, 0, 2, 3, 4):
            yield map(found[offset:].__getitem__, lines)
        yield [str(page.category[max(0, line - MENU) : line].count("navigation")) for line in lines]
        kinds = ["", *[shape.kind for shape in self._shapes], ""]
        yield map(kinds.__getitem__, lines)
        yield [" ".join(kinds[line : line + 3]) for line in lines]
        looks = list(zip(kinds, kinds[1:], kinds[2:], begins[1:], begins[2:], strict=False))
        counts = Counter(looks)
        yield [_ALIKE[min(counts[looks[line]], ALIKE[-1])] for line in lines]
        yield [str(self._regions[line]) for line in lines]
        yield [f"{mark.kind}{mark.level or ''}" for mark in map(page.marks.__getitem__, lines)]
        yield ["True" if page.links[line] > LINKED else "False" for line in lines]
        yield [str(is_byline(line + 1, page)) for line in lines]
        yield map(self._wording.__getitem__, lines)
        yield map(self._wording[1:].__getitem__, lines)
        unknown = [not found and count > SHORT for found, count in zip(page.category, page.words, strict=True)]
        yield [str(sum(unknown[max(0, line - DECK) : line])) for line in lines]
        yield [str(sum(unknown[line + 1 : line + 1 + DECK])) for line in lines]

    def compared(self, line: int) -> Iterator[str]:
        """The value of each of COMPARED."""
        page, text = self._page, self._page.folded[line]
        yield (again := f"{self._copies(text)}{' short' if page.words[line] <= SHORT else ''}")
        yield f"{again} {self._to_prose([line])[0]}"
        orthography = page.orthography
        telling = telling_words(text, orthography)[:MOST_READ]  # each is looked for in the whole article
        start = "" if orthography.is_unspaced(text) else " "
        counts = [self._article.count(start + word) for word in telling]
        yield (shared := _share([count > 0 for count in counts]))
        yield f"{shared} {self._wording[line]}"
        yield str(_step(OFTEN, sum(counts) / len(counts))) if counts else "unknown"
        yield self._like_before(line, telling)

    def rows(self) -> list[tuple[str, ...]]:
        """The value of each of TRAITS, for each of `lines`."""
        rows = zip(*self.at_sight(), strict=True) if self.lines else ()
        return [(*seen, *self.compared(line)) for line, seen in zip(self.lines, rows, strict=True)]

    def _to_prose(self, lines: Sequence[int]) -> list[str]:
        """How far it is from each of some lines to the first prose, in steps."""
        prose = self._prose
        return [_DISTANCE[min(prose - line, FAR)] if line <= prose else "behind" for line in lines]

    @cached_property
    def _wording(self) -> list[str]:
        """What the words of each line speak for, in steps; and nothing below the last line."""
        return [*map(str, self._word_steps), ""]

    @cached_property
    def _whole_page(self) -> str:
        return "\n".join(["", *self._page.folded])

    @cached_property
    def _article(self) -> str:
        return article_text(self._page, self._regions)

    def _copies(self, text: str) -> str:
        """Where else a text stands: as other lines, at the start of them (a page title with the site's name behind
        it), within them (a path)."""
        whole, anywhere = self._page.counts[text], self._whole_page.count(text)
        begins = self._whole_page.count("\n" + text) - whole if anywhere > whole else 0
        within = len(text) > TOLD_APART and anywhere > whole + begins
        places = (("", "once", "twice")[min(whole - 1, 2)], "begins" if begins else "", "within" if within else "")
        return " ".join(filter(None, places)) or "nowhere"

    def _like_before(self, line: int, telling: Sequence[str]) -> str:
        """How many telling words a line and the one before it share, of all that they have."""
        if not line or not telling:
            return "unknown"
        mine = set(telling)
        before = set(telling_words(self._page.folded[line - 1], self._page.orthography))
        return _share([word in mine and word in before for word in mine | before])

    @cached_property
    def _begins_block(self) -> list[bool]:
        """Whether each line stands below a blank one. Pieces of a line are lines."""
        lines = self._page.lines
        pieces = [False, *map(eq, lines, lines[1:])]
        return [blank and not piece for blank, piece in zip(self._page.blanks_before(), pieces, strict=True)]


def article_text(page: Page, regions: Sequence[int]) -> str:
    """The folded text of the article, with a space on either side of each word."""
    return " ".join(["", *compress(page.folded, [state == ARTICLE for state in regions]), ""])


def is_byline(line: int, page: Page) -> bool:
    """Whether a short line begins as one that names a writer, whether rules know it or not."""
    if line == len(page) or page.words[line] > NAMED:
        return False
    return page.folded[line].startswith(page.orthography.byline_starts)


def _step(steps: Sequence[float], value: float) -> float:
    return steps[bisect_right(steps, value) - 1]


FAR = DISTANCES[-1]
_DISTANCE, _WORDS, _ALIKE = (
    [str(_step(steps, value)) for value in range(steps[-1] + 1)] for steps in (DISTANCES, WORDS, ALIKE)
)


def _share(has: Sequence[bool]) -> str:
    if not has:
        return "unknown"
    return ("none", "few", "half", "most", "all")[bisect_right((0.01, 0.26, 0.51, 0.76), sum(has) / len(has))]
