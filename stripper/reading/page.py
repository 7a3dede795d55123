"""A document as rules see it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import accumulate

from ..model import Document
from .clock import Clock
from .folding import fold_all
from .forms import Form, read_units
from .invisible import seen_lines
from .joining import sentence_starts
from .orthography import Orthography
from .units import PLAIN, Units

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
    for all pages, whether they are for this one; `scanned` is how many lines were gone through for sections.
    `language` is what the page is written in as far as that is known, else "", and `languages` are those whose rules
    apply to it; found with the first rules.
    """

    __slots__ = (
        "_blanks", "_counts", "_last_headings", "_prose", "_starts", "asides", "blocks", "category", "clock",
        "document", "folded", "form", "language", "languages", "lines", "links", "marks", "orthography", "raw",
        "scanned", "spans", "spoken_of", "text", "timed_out", "words", "written",
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
        self.category = [""] * len(self.text)
        self.language = ""
        self.languages: frozenset[str] = frozenset()
        self.timed_out: set[str] = set()
        self.clock = Clock()
        self.spoken_of: dict[str, bool] = {}
        self.scanned = 0

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
