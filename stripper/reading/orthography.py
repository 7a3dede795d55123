"""How words and sentences are told, from the `[text]` table of a pack."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated

from ..dataclass import dataclass


@dataclass(frozen=True)
class Orthography:
    """Marks and scripts that tell words and sentences, from the `[text]` table of a pack."""

    stops: Annotated[str, "Characters that end a sentence."]
    closers: Annotated[str, "Quotation marks and brackets that may follow a stop."]
    trimmings: Annotated[str, "Bullets, arrows and punctuation at the ends of a line that phrases look through."]
    openers: Annotated[str, "Characters that go on with a sentence at the head of a line, such as a comma."]
    join_words: Annotated[
        int, "A piece of so many words, or one of twice as many behind it, is no label: the two may join."
    ]
    unspaced: Annotated[tuple[str, ...], 'First and last character of each script that writes no spaces, as in "぀ヿ".']
    characters_per_word: Annotated[float, "How many such characters count as one word."]
    list_marks: Annotated[str, "Characters that begin an item of a list, before a space."] = ""
    indented_list_marks: Annotated[
        str, 'And those that do so only where the line is indented, such as the "o" of text browsers.'
    ] = ""
    furniture: Annotated[tuple[str, ...], "What text browsers print for a button, a frame or a picture."] = ()
    byline_words: Annotated[
        tuple[str, ...], "Words before the name of a writer that begin a line of their own, though they are small."
    ] = ()
    reader_heads: Annotated[
        tuple[str, ...], "The lines below what a reader puts on top of a page: its title, its address."
    ] = ()

    @cached_property
    def _unspaced(self) -> re.Pattern[str]:
        scripts = "".join(f"{re.escape(pair[0])}-{re.escape(pair[-1])}" for pair in self.unspaced)
        return re.compile(f"[{scripts}]" if scripts else "(?!)")

    @cached_property
    def byline_starts(self) -> tuple[str, ...]:
        """The words before the name of a writer, each with a space behind it."""
        return tuple([f"{word} " for word in self.byline_words])

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

    @cached_property
    def _inner_stop(self) -> re.Pattern[str]:
        stops, closers = re.escape(self.stops), re.escape(self.closers)
        return re.compile(rf"[{stops}][{closers}]*(?:(?=\s)|(?<=[^\x00-\x7f]))")

    def sentences_end(self, text: str) -> int:
        """Where the last sentence of a line ends; 0 if none does."""
        return max((found.end() for found in self._inner_stop.finditer(text)), default=0)

    def is_sentence(self, text: str) -> bool:
        """Whether the line ends as a sentence does, closing quotation marks, brackets and numbers of notes aside."""
        return without_notes(text).rstrip(self._blank_and_closers).endswith(self._stops)


def without_notes(text: str) -> str:
    """A line without the numbers of notes at its end, such as "[1]"."""
    end = len(text)
    while text.endswith("]", 0, end) and (note := _NOTE.search(text, max(0, end - _LONGEST_NOTE), end)):
        end = note.start()
    return text[:end]


_NOTE = re.compile(r"\s?\[[^\[\]\s]{1,4}\]\Z")
_LONGEST_NOTE = 7  # characters, with the space before it
