"""What a form gives of a document: what a reader sees of each line, and what it is beside its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from functools import cache
from itertools import chain, pairwise
from typing import Literal, NamedTuple

from ..dataclass import dataclass

Kind = Literal["", "heading", "item", "row", "code", "formula", "metadata"]


class Mark(NamedTuple):
    """What a form says of a line.

    `level` is that of a heading (1 to 6), or the depth of an item of a list (from 1), else 0; `quoted` says whether
    the line stands in a quotation.
    """

    kind: Kind = ""
    level: int = 0
    quoted: bool = False


PLAIN = Mark()
mark_of = cache(Mark)  # equal marks are one object


class Aside(NamedTuple):
    """Lines of a file that have no words to judge them by: an image, a rule of dashes, an empty link, a definition, the
    fences around a div; and the heads of printed pages, whose words interrupt a text.

    `numbers` are those lines, from 0; `label` is what the text calls a definition by.
    """

    kind: Literal["image", "rule", "empty", "definition", "div", "running-head"]
    numbers: tuple[int, ...]
    label: str = ""


@dataclass()
class Units:
    """The lines of a document that have words, as rules see them; one entry each in all but `asides` and `spans`.

    texts    what a reader sees, without white space around it
    numbers  the lines of the file, from 0, that it covers
    marks    what it is
    links    the share of its characters, white space aside, that are links
    blocks   the number, from 1, of the block that it is decided with, such as a list or a table; 0 for none
    apart    whether it begins something, and so does not go on with the one before
    asides   lines that are not judged
    spans    where a unit is a part of a line: its first and last character, as offsets into the line
    """

    texts: list[str] = field(default_factory=list)
    numbers: list[tuple[int, ...]] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    links: list[float] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)
    apart: list[bool] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)

    def add(
        self, text: str, numbers: tuple[int, ...], mark: Mark = PLAIN, block: int = 0, link: float = 0.0,
        apart: bool = False,
    ) -> None:  # fmt: skip
        self.texts.append(text)
        self.numbers.append(numbers)
        self.marks.append(mark)
        self.blocks.append(block)
        self.links.append(link)
        self.apart.append(apart)

    def joined(self, starts: list[int]) -> Units:
        """The same where the units from one of `starts` to the next are one, with the mark and block of the first."""
        groups = list(pairwise([*starts, len(self.texts)]))
        return Units(
            [" ".join(self.texts[start:end]) if end > start + 1 else self.texts[start] for start, end in groups],
            [
                tuple(chain.from_iterable(self.numbers[start:end])) if end > start + 1 else self.numbers[start]
                for start, end in groups
            ],
            [self.marks[start] for start in starts],
            [_mean(self.links[start:end], self.texts[start:end]) for start, end in groups],
            [self.blocks[start] for start in starts],
            [self.apart[start] for start in starts],
            self.asides,
            {at: self.spans[start] for at, start in enumerate(starts) if start in self.spans} if self.spans else {},
        )


def _mean(shares: list[float], texts: list[str]) -> float:
    """The share of all texts together, given the share of each."""
    if len(shares) == 1 or not any(shares):
        return shares[0]
    return sum(share * len(text) for share, text in zip(shares, texts, strict=True)) / sum(map(len, texts))


class Lists:
    """The list that one is in while lines are read, and how deep, by the indentation of its items.

    `block` is the number of the list, which `new_block` gives; 0 if none goes on.
    """

    def __init__(self, new_block: Callable[[], int]) -> None:
        self.block = 0
        self._new_block = new_block
        self._indents: list[int] = []  # of the items that one is in, the outermost first
        self._mark = ""  # of the outermost items: their bullet, or what stands behind their numbers

    @property
    def depth(self) -> int:
        return len(self._indents)

    def begin_item(self, indent: int, mark: str = "") -> None:
        """An item is of the list that goes on, unless it is an outermost one with another mark."""
        if not self._indents or indent <= self._indents[0]:
            self.block, self._mark = self.block if mark == self._mark else 0, mark
        self.block = self.block or self._new_block()

    def enter(self, indent: int) -> int:
        """Go into the item that has begun; returns its depth, from 1."""
        while self._indents and self._indents[-1] > indent:
            self._indents.pop()
        if not self._indents or self._indents[-1] < indent:
            self._indents.append(indent)
        return len(self._indents)

    def holds(self, indent: int) -> bool:
        """Whether a line of this indentation is of the item that one is in."""
        return bool(self._indents) and indent > self._indents[0]

    def leave(self) -> None:
        self.block = 0
        self._indents.clear()
