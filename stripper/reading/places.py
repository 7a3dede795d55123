"""Where a part of a line, such as one that is to be cut out, stands in the document as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from .invisible import seen_positions
from .page import Page

Place = tuple[int, int, int]  # a line of the document, from 0, and from where to where in it

# What it takes to find a place grows with its line: a character takes a nanosecond, and so many times as much in a line
# that goes on over several, or is read as Markdown. All places of a page take a second.
MOST_STEPS = 1_000_000_000
STEPS_IN_SEVERAL, STEPS_IN_MARKDOWN = 20, 500


class Places:
    """Finds the places of a page, as long as there is time for it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._steps = 0
        self._positions: tuple[int, list[int]] = (-1, [])  # of a line in `raw`, where its characters stand in `written`

    def spend(self, characters: int, steps: int = 1) -> bool:
        """Count what it takes to go through some characters; whether there is time left for it."""
        self._steps += characters * steps
        return self._steps <= MOST_STEPS

    def of(self, line: int, left: int, right: int) -> list[Place]:
        """The parts of lines of the document that a part of `Page.text` of a line stands in; none if it cannot be cut
        out of them without tearing the marks around it, or if there is no time left."""
        return [self.as_written(*place) for place in self._as_seen(line, left, right)]

    def as_written(self, number: int, first: int, last: int) -> Place:
        """A part of a line in `Page.raw` as that of the same line in `Page.written`."""
        raw, written = self._page.raw, self._page.written
        if raw is written or first == last or raw[number] == written[number]:
            return number, first, last
        if number != self._positions[0]:  # kept, since a line may have any number of blocks
            self.spend(len(written[number]), STEPS_IN_SEVERAL)
            self._positions = number, seen_positions(written[number])
        at = self._positions[1]
        return number, at[first], at[last - 1] + 1

    def _as_seen(self, line: int, left: int, right: int) -> list[Place]:
        page = self._page
        numbers, text = page.lines[line], page.text[line]
        if not self.spend(len(text), STEPS_IN_SEVERAL if len(numbers) > 1 else 1):
            return []
        if len(numbers) > 1:
            return self._in_several(numbers, text, left, right)
        raw = page.raw[numbers[0]]
        start = page.spans[line][0] if line in page.spans else raw.find(text)
        if start >= 0:
            return [(numbers[0], start + left, start + right)]
        span = self._in_markdown(raw, text, left, right)
        return [] if span is None else [(numbers[0], *span)]

    def _in_several(self, numbers: Sequence[int], text: str, left: int, right: int) -> list[Place]:
        """The same of a text that goes on over lines of the document, which must be in it as they are written."""
        raw = self._page.raw
        starts, end = [0], len(raw[numbers[0]].strip())
        for number in numbers[1:]:
            piece = raw[number].strip()
            # Behind the piece before, which may say the same; its hyphen, or a mark before it, may be gone.
            start = text.find(piece, max(end - 1, starts[-1])) if piece else -1
            starts.append(text.find(piece, starts[-1]) if piece and start < 0 else start)
            if starts[-1] < 0:
                return []
            end = starts[-1] + len(piece)
        places: list[Place] = []
        for number, (start, end) in zip(numbers, pairwise([*starts, len(text)]), strict=True):
            if not text[max(start, left) : min(end, right)].strip():
                continue
            whole, piece = raw[number], text[start:end].strip()
            if (offset := whole.find(piece)) < 0:
                return []
            first, last = offset + max(left - start, 0), offset + min(right - start, len(piece))
            if not (whole[:first].strip() or whole[last:].strip()):
                first, last = 0, len(whole)
            elif not any(map(str.isalnum, whole[:first] + whole[last:])):
                return []  # marks that would stand alone
            places.append((number, first, last))
        return places

    def _in_markdown(self, raw: str, text: str, left: int, right: int) -> tuple[int, int] | None:
        if self._page.form != "markdown":
            return None
        from .inline import find_span  # loads slowly, and few pages need it

        self.spend(len(raw), STEPS_IN_MARKDOWN)
        return find_span(raw, text, left, right)
