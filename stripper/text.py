"""What a line looks like once it is folded, and how words and sentences are told.

Folding makes texts that a reader takes for the same compare equal: case, width (full and half), quotation marks,
dashes, white space and invisible characters. Folded text may be shorter or longer than the original ('ß', 'İ'), so
an offset into folded text is never an offset into the document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

# Chained str.replace beats str.translate by an order of magnitude here: a character that is absent costs one memchr.
_FOLDED = [
    *((mark, "'") for mark in "“”„‟«»‹›‘’‚‛`´″′「」『』"),
    *((dash, "-") for dash in "‐‑‒–—―−"),
    *((invisible, "") for invisible in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
    ("…", "..."),
    ("\u00a0", " "),
]


def fold(text: str) -> str:
    """Fold a text. Line ends stay where they are; white space is folded by `fold_lines` alone."""
    if not text.isascii():
        for old, new in _FOLDED:
            text = text.replace(old, new)
        text = unicodedata.normalize("NFKC", text)
    return text.casefold().replace('"', "'")


def fold_lines(lines: Sequence[str]) -> list[str]:
    """Each line folded, without its ending, every run of white space made one space."""
    folded = fold("\n".join([line.rstrip("\r\n") for line in lines])).split("\n")
    return [" ".join(line.split()) for line in folded]


@dataclass(frozen=True)
class Traits:
    """Marks and scripts that tell words and sentences, from the `[text]` table of a pack.

    stops              characters that end a sentence
    closers            quotation marks and brackets that may follow a stop
    trimmings          bullets, arrows and punctuation at the ends of a line that phrases look through
    unspaced           first and last character of each script that writes no spaces, as in "぀ヿ"
    characters_per_word  how many such characters count as one word
    """

    stops: str
    closers: str
    trimmings: str
    unspaced: tuple[str, ...]
    characters_per_word: float

    @cached_property
    def _unspaced(self) -> re.Pattern[str]:
        return re.compile("[" + "".join(f"{re.escape(pair[0])}-{re.escape(pair[-1])}" for pair in self.unspaced) + "]")

    @cached_property
    def _stops(self) -> tuple[str, ...]:
        return tuple(self.stops)

    @cached_property
    def _blank_and_closers(self) -> str:
        return self.closers + " \t\r\n\u00a0\u3000"

    def is_unspaced(self, text: str) -> bool:
        """Whether any character of the text belongs to a script that writes no spaces."""
        return not text.isascii() and self._unspaced.search(text) is not None

    def words(self, text: str) -> int:
        """The number of words, where scripts without spaces count by characters."""
        count = len(text.split())
        if self.is_unspaced(text):
            count += int(len(self._unspaced.findall(text)) / self.characters_per_word)
        return count

    def is_sentence(self, text: str) -> bool:
        """Whether the line ends as a sentence does, closing quotation marks and brackets aside."""
        return text.rstrip(self._blank_and_closers).endswith(self._stops)
