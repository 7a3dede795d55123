"""A document as rules see it."""

from __future__ import annotations

from itertools import pairwise

from ..model import Document
from .folding import fold_all
from .joining import sentence_starts
from .orthography import Orthography


class Page:
    """A document as rules see it: folded and counted once, not once for each rule.

    What rules call a line is a line with text, or several that are pieces of one sentence: `lines` holds, for each,
    the numbers (from 0) of those in `raw`, the lines of the document. All other lists have an entry for each. `text` is
    without the white space around it, pieces joined by a space; `folded` is that text folded, without the bullets,
    arrows and punctuation around it; `category` is what has been found so far, "" at first. `timed_out` holds the ids
    of rules of which a pattern ran out of time; `seconds` what the patterns of each took so far, and of all under "".
    """

    __slots__ = ("category", "folded", "lines", "orthography", "raw", "seconds", "text", "timed_out", "words")

    def __init__(self, document: Document, orthography: Orthography) -> None:
        self.orthography, self.raw = orthography, document.lines
        stripped = [raw.strip() for raw in self.raw]
        numbers = [number for number, text in enumerate(stripped) if text]
        texts = [text for text in stripped if text]
        starts = sentence_starts(texts, numbers, orthography)
        if len(starts) == len(texts):
            self.lines: list[tuple[int, ...]] = [(number,) for number in numbers]
        else:
            groups = list(pairwise([*starts, len(texts)]))
            self.lines = [tuple(numbers[start:end]) for start, end in groups]
            texts = [" ".join(texts[start:end]) for start, end in groups]
        self.text = texts
        folded = fold_all(texts)
        self.folded = [line.strip(orthography.trimmings) for line in folded]
        if orthography.is_unspaced("\n".join(folded)):
            self.words = [orthography.words(line) or 1 for line in folded]
        else:
            self.words = [line.count(" ") + 1 for line in folded]
        self.category = [""] * len(texts)
        self.timed_out: set[str] = set()
        self.seconds: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self.text)

    def is_prose(self, line: int, words: int) -> bool:
        """Whether the line ends like a sentence and has that many words."""
        return self.words[line] >= words and self.orthography.is_sentence(self.text[line])

    def blank_before(self, line: int) -> bool:
        """Whether a blank line stands before this one, or none at all."""
        number = self.lines[line][0]
        return number == 0 or self.raw[number - 1].isspace()

    def blank_after(self, line: int) -> bool:
        """Whether a blank line stands after this one, or none at all."""
        number = self.lines[line][-1] + 1
        return number == len(self.raw) or self.raw[number].isspace()
