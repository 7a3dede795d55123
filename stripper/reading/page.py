"""A document as rules see it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import accumulate, pairwise

from ..model import Document
from .clock import Clock
from .folding import fold_all
from .forms import Form, read_units
from .invisible import seen_lines, seen_positions
from .joining import sentence_starts
from .orthography import Orthography
from .units import PLAIN, Units

Place = tuple[int, int, int]  # a line of the document, from 0, and from where to where in it
_NOTE = re.compile(r"\s\[[^\[\]\d]{0,20}\d[^\[\]]{0,20}\]$")


class Page:
    """A document as rules see it: folded and counted once, not once for each rule.

    What rules call a line is a line with words, or several that are pieces of one sentence: `lines` holds, for each,
    the numbers (from 0) of those in `raw`, the lines of the document without what no reader sees of them, such as soft
    hyphens; `written` are these lines as they are. All other lists have an entry for each. `text` is
    what a reader sees, without the white space around it, pieces joined by a space; `folded` is that text folded,
    without the bullets, arrows and punctuation around it; `marks`, `links` and `blocks` are as in `Units`, and so are
    `asides`, the lines without words, and `spans`; `category` is what has been found so far, "" at first. `timed_out`
    holds the ids of rules that ran out of time, and `clock` what each took so far; `spoken_of`, of rules that are not
    for all pages, whether they are for this one; `scanned` is how many lines were gone through for sections,
    `steps_of_cuts` how much for `places`. `language` is what the page is written in as far as that is known, else "",
    and `languages` are those whose rules apply to it; found with the first rules.
    """

    __slots__ = (
        "_blanks", "_counts", "_last_headings", "_positions", "_prose", "_starts", "asides", "blocks", "category",
        "clock", "document", "folded", "form", "language", "languages", "lines", "links", "marks", "orthography",
        "raw", "scanned", "spans", "spoken_of", "steps_of_cuts", "text", "timed_out", "words", "written",
    )  # fmt: skip

    def __init__(self, document: Document, orthography: Orthography) -> None:
        self.document, self.orthography, self.written = document, orthography, document.lines
        self.raw = seen_lines(document.text, self.written)
        self.form, units = _read_lines(document, self.written, self.raw, orthography)
        self.text, self.lines, self.asides = units.texts, units.numbers, units.asides
        self.marks, self.links, self.blocks, self.spans = units.marks, units.links, units.blocks, units.spans
        folded = fold_all(self.text)
        self.folded = [line.strip(orthography.trimmings) for line in folded]
        if orthography.is_unspaced("\n".join([line for line in folded if not line.isascii()])):
            self.words = [orthography.words(line) or 1 for line in folded]
        else:
            self.words = [line.count(" ") + 1 for line in folded]
        self._blanks: list[bool] | None = None
        self._starts: list[int] | None = None
        self._counts: Counter[str] | None = None
        self._last_headings: dict[str, int] | None = None
        self._prose: dict[int, Sequence[int]] = {}
        self._positions: tuple[int, list[int]] = (-1, [])  # of a line in `raw`, where its characters stand in `written`
        self.category = [""] * len(self.text)
        self.language = ""
        self.languages: frozenset[str] = frozenset()
        self.timed_out: set[str] = set()
        self.clock = Clock()
        self.spoken_of: dict[str, bool] = {}
        self.scanned = self.steps_of_cuts = 0

    def left(self, lines: Sequence[int]) -> Page:
        """The page without its other lines, of which nothing is found yet."""
        page = copy(self)
        for name in ("text", "lines", "marks", "links", "blocks", "folded", "words"):
            whole = getattr(self, name)
            setattr(page, name, [whole[line] for line in lines])
        page.category, page.spans, page.asides = [""] * len(lines), {}, []
        page._blanks = page._counts = page._last_headings = None
        page._prose = {}
        return page

    def saying(self, texts: list[str], changed: Iterable[int]) -> Page:
        """The page with these texts, of which those of some lines are others; what is found of lines is of both."""
        page = copy(self)
        page.text, page.words = texts, self.words.copy()
        for line in changed:
            page.words[line] = self.orthography.words(texts[line])
        page._prose = {}
        return page

    def __len__(self) -> int:
        return len(self.text)

    @property
    def counts(self) -> Counter[str]:
        """How often each folded text stands on the page."""
        if self._counts is None:
            self._counts = Counter(self.folded)
        return self._counts

    @property
    def is_marked(self) -> bool:
        """Whether any line is more than plain text, or is known to be links."""
        return self.shows_links or any(self.links) or self.marks.count(PLAIN) < len(self.marks)

    @property
    def shows_links(self) -> bool:
        """Whether it is known what is a link."""
        return self.form in ("markdown", "html")

    def starts(self) -> list[int]:
        """Where each line of `written` begins in the text, and where the last one ends."""
        if self._starts is None:
            self._starts = list(accumulate(map(len, self.written), initial=0))
        return self._starts

    def headings(self) -> list[int]:
        """The lines that are marked as headings."""
        return [line for line, mark in enumerate(self.marks) if mark.kind == "heading"]

    def last_heading(self, text: str) -> int:
        """The last marked heading with a folded text; -1 where none has it."""
        if self._last_headings is None:
            self._last_headings = {self.folded[line]: line for line in self.headings()}
        return self._last_headings.get(text, -1)

    def top_heading(self) -> int | None:
        """The only heading of the first level; None where there is none, or several."""
        tops = [line for line in self.headings() if self.marks[line].level == 1]
        return tops[0] if len(tops) == 1 else None

    def is_prose(self, line: int, words: int) -> bool:
        """Whether the line begins with sentences that have that many words, whatever note stands behind them.

        A note that has a number stands behind a sentence also where that has lost its stop.
        """
        if self.words[line] < words:
            return False
        text, orthography = self.text[line], self.orthography
        if orthography.is_sentence(text) or orthography.words(text[: orthography.sentences_end(text)]) >= words:
            return True
        noted = _NOTE.search(text) if text.endswith("]") else None
        return noted is not None and orthography.words(text[: noted.start()]) >= words

    def prose(self, words: int) -> Sequence[int]:
        """The lines that `is_prose` is true of."""
        if words not in self._prose:
            lines = enumerate(self.words)
            self._prose[words] = [line for line, count in lines if count >= words and self.is_prose(line, words)]
        return self._prose[words]

    def is_label(self, line: int, words: int) -> bool:
        """Whether the line has that many words at most, and is no sentence."""
        return self.words[line] <= words and not self.orthography.is_sentence(self.text[line])

    def places(self, line: int, left: int, right: int) -> list[Place]:
        """The parts of lines of the document that a part of `text` stands in; none if it cannot be cut out of them
        without tearing the marks around it, or if so many parts of long lines were asked for that it takes too long."""
        return [self.as_written(*place) for place in self._places_seen(line, left, right)]

    def as_written(self, number: int, first: int, last: int) -> Place:
        """A part of a line in `raw` as that of the same line in `written`."""
        if self.raw is self.written or first == last or self.raw[number] == self.written[number]:
            return number, first, last
        if number != self._positions[0]:  # kept, since a line may have any number of blocks
            self.steps_of_cuts += len(self.written[number]) * STEPS_IN_SEVERAL
            self._positions = number, seen_positions(self.written[number])
        at = self._positions[1]
        return number, at[first], at[last - 1] + 1

    def _places_seen(self, line: int, left: int, right: int) -> list[Place]:
        numbers, text = self.lines[line], self.text[line]
        self.steps_of_cuts += len(text) * (STEPS_IN_SEVERAL if len(numbers) > 1 else 1)
        if self.steps_of_cuts > MOST_STEPS_OF_CUTS:
            return []
        if len(numbers) > 1:
            return self._places_in(numbers, text, left, right)
        raw = self.raw[numbers[0]]
        start = self.spans[line][0] if line in self.spans else raw.find(text)
        if start >= 0:
            return [(numbers[0], start + left, start + right)]
        span = self._find_span(raw, text, left, right)
        return [] if span is None else [(numbers[0], *span)]

    def _places_in(self, numbers: Sequence[int], text: str, left: int, right: int) -> list[Place]:
        """The same of a text that goes on over lines of the document, which must be in it as they are written."""
        starts, end = [0], len(self.raw[numbers[0]].strip())
        for number in numbers[1:]:
            piece = self.raw[number].strip()
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
            raw, piece = self.raw[number], text[start:end].strip()
            if (offset := raw.find(piece)) < 0:
                return []
            first, last = offset + max(left - start, 0), offset + min(right - start, len(piece))
            if not (raw[:first].strip() or raw[last:].strip()):
                first, last = 0, len(raw)
            elif not any(map(str.isalnum, raw[:first] + raw[last:])):
                return []  # marks that would stand alone
            places.append((number, first, last))
        return places

    def _find_span(self, raw: str, text: str, left: int, right: int) -> tuple[int, int] | None:
        if self.form != "markdown":
            return None
        from .inline import find_span  # loads slowly, and few pages need it

        self.steps_of_cuts += len(raw) * STEPS_IN_MARKDOWN
        return find_span(raw, text, left, right)

    def blank_before(self, line: int) -> bool:
        """Whether a blank line stands before this one, or none at all."""
        number = self.lines[line][0]
        return number == 0 or self.raw[number - 1].isspace()

    def blanks_before(self) -> list[bool]:
        """`blank_before` of each line."""
        if self._blanks is None:
            blank = [True, *map(str.isspace, self.raw)]
            self._blanks = [blank[numbers[0]] for numbers in self.lines]
        return self._blanks

    def blank_after(self, line: int) -> bool:
        """Whether a blank line stands after this one, or none at all."""
        number = self.lines[line][-1] + 1
        return number == len(self.raw) or self.raw[number].isspace()


# What it takes to place a cut grows with its line: a character takes a nanosecond, and so many times as much in a line
# that goes on over several, or is read as Markdown. All cuts of a page take a second.
MOST_STEPS_OF_CUTS = 1_000_000_000
STEPS_IN_SEVERAL, STEPS_IN_MARKDOWN = 20, 500


def folded_lines(document: Document, orthography: Orthography) -> list[str]:
    """`Page.folded` of a document, by itself."""
    lines = document.lines
    _, units = _read_lines(document, lines, seen_lines(document.text, lines), orthography)
    return [line.strip(orthography.trimmings) for line in fold_all(units.texts)]


def _read_lines(
    document: Document, written: Sequence[str], raw: Sequence[str], orthography: Orthography
) -> tuple[Form, Units]:
    """The form of a document and its lines, pieces of one sentence joined."""
    text = document.text if raw is written else "".join(raw)
    form, units = read_units(text, raw, document.form, orthography, document.marks)
    starts = sentence_starts(units.texts, units.numbers, units.apart, orthography)
    return form, units if len(starts) == len(units.texts) else units.joined(starts)
