"""What each line of a page is by itself, remembered for short lines: a site prints its menus on every page."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from ...reading.page import Page
from .line_shapes import Key, LineShape, shapes_of
from .parameters import Parameters
from .wording import WordScores, lexicons, step_of, word_scores

SHORT = 12  # words; longer lines are hardly met again
MEMO = 50_000  # lines remembered; a page has a few hundred


class Lines(NamedTuple):
    """The shape of each line of a page, its words if it reads as prose does, else 0, the scores of its words, and the
    step of what they speak for."""

    shapes: list[LineShape]
    prose: list[int]
    word_scores: list[WordScores]
    word_steps: list[int]

    def without_prose(self, outside: Collection[int]) -> Lines:
        """The same, but with lines that do not count as prose."""
        return self._replace(prose=[0 if line in outside else words for line, words in enumerate(self.prose)])


class _Shapes(dict[Key, int]):
    """Each shape once, under a number, made when it is first looked up."""

    def __init__(self) -> None:
        self.made: list[LineShape] = []

    def __missing__(self, values: Key) -> int:
        self[values] = number = len(self.made)
        self.made.append(LineShape(*values))
        return number


class LineCache:
    """Pure functions of lines, remembered by their text. Equal shapes are one object.

    What is remembered of a line has the number of its shape, so that it is made of numbers alone, and no garbage is
    looked for in it.
    """

    def __init__(self, wanted: Parameters) -> None:
        self._wanted = wanted
        self._lexicons = lexicons(wanted.words)
        self._of: dict[str, tuple[int, int, WordScores, int]] = {}
        self._shapes = _Shapes()

    def of_page(self, page: Page) -> Lines:
        """What each line of a page is by itself; of those that were met before it is remembered."""
        if len(self._of) >= MEMO:
            self._of.clear()
        rows = zip(page.text, page.words, strict=True)
        found = [self._of.get(text) if count <= SHORT else None for text, count in rows]
        unknown = [line for line, each in enumerate(found) if each is None]
        if unknown:
            texts, counts = [page.text[line] for line in unknown], [page.words[line] for line in unknown]
            values = shapes_of(texts, counts, page.orthography, self._wanted)
            shapes = list(map(self._shapes.__getitem__, values))
            prose = list(map(self._prose, counts, map(self._shapes.made.__getitem__, shapes)))
            scores = [
                word_scores(page.folded[line], self._lexicons[words > 0])
                for line, words in zip(unknown, prose, strict=True)
            ]
            new = list(zip(shapes, prose, scores, map(step_of, scores), strict=True))
            for line, each in zip(unknown, new, strict=True):
                found[line] = each
            self._of.update(
                {text: each for text, count, each in zip(texts, counts, new, strict=True) if count <= SHORT}
            )
        if not found:
            return Lines([], [], [], [])
        numbers, *others = map(list, zip(*found, strict=True))
        return Lines(list(map(self._shapes.made.__getitem__, numbers)), *others)

    def _prose(self, count: int, shape: LineShape) -> int:
        """The words of a line if it reads as prose does, else 0."""
        wanted = self._wanted
        if count < wanted.prose_words:
            return 0
        if shape.separators > 1:
            # Names with marks between them, however long: the countries of a shop, tags, a menu.
            return 0
        ends_well = shape.end in "s!" or (shape.stops and count >= wanted.block_words)
        return count if ends_well or count >= wanted.long_words else 0
