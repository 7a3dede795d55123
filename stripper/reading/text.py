"""What a line looks like once it is folded, and how words and sentences are told.

Folding makes texts that a reader takes for the same compare equal: case, width (full and half), quotation marks,
dashes, white space and invisible characters. Folded text may be shorter or longer than the original ('ß', 'İ'), so
an offset into folded text is never an offset into the document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

# Chained str.replace beats str.translate by an order of magnitude here: a character that is absent costs one memchr.
_FOLDED = [
    *((mark, "'") for mark in "“”„‟«»‹›‘’‚‛`´″′「」『』"),
    *((dash, "-") for dash in "‐‑‒–—―−"),
    *((invisible, "") for invisible in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
    *((dotted, "i") for dotted in "İı"),  # or Turkish capitals would not meet their small letters
    ("…", "..."),
    *((sign, "©") for sign in "ⓒⒸ"),  # letters in circles stand for it
    ("\u00a0", " "),
]


def fold(text: str) -> str:
    """Fold a text. Line ends stay where they are; white space is folded by `fold_lines` alone."""
    if not text.isascii():
        for old, new in _FOLDED:
            text = text.replace(old, new)
        text = _normalized(text)
    return text.casefold().replace('"', "'")


# Putting combining marks in order takes time by the square of their number: no run of them may be longer than this.
_MOST_MARKS = 512
_LONG = re.compile(f"([^\x00-\u02ff]{{{_MOST_MARKS},}})")  # no combining mark comes before U+0300
_STEP = _MOST_MARKS // 4  # a run that is too long shows as four marks in a row among every so many-th character


def _normalized(text: str) -> str:
    """The NFKC form, where runs of more combining marks than any script has are cut into shorter ones."""
    if b"\1\1\1\1" not in bytes(map(bool, map(unicodedata.combining, text[::_STEP]))):
        return _nfkc(text)
    parts = _LONG.split(text)  # every second part is long
    parts[1::2] = ["".join(map(_nfkc, _short_runs(part))) for part in parts[1::2]]
    parts[::2] = map(_nfkc, parts[::2])
    return "".join(parts)


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _short_runs(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > 2 * _MOST_MARKS:
        end = start + _MOST_MARKS
        while end < start + 2 * _MOST_MARKS and unicodedata.combining(text[end]):
            end += 1
        yield text[start:end]
        start = end
    yield text[start:]


def fold_all(texts: Sequence[str]) -> list[str]:
    """Each text (none has a line feed) folded, every run of white space made one space."""
    # All at once, since each call costs more than folding a line; most are ASCII, which folds faster by itself.
    parts = ([text for text in texts if text.isascii() is ascii] for ascii in (True, False))
    plain, other = (iter(fold("\n".join(part)).split("\n")) for part in parts)
    return [_evenly(next(plain if text.isascii() else other)) for text in texts]


def _evenly(text: str) -> str:
    even = text.isprintable() and "  " not in text and text == text.strip()  # as most lines are
    return text if even else " ".join(text.split())


DIGIT, NON_ASCII = 1, 2  # flags: a digit, a character that is not ASCII
_HAS_DIGIT = re.compile("[\\d\U00010000-\U0010ffff]")  # far characters may be digits that Python does not know yet


def missing_characters(text: str) -> int:
    """What a text does not hold, as flags."""
    return (NON_ASCII if text.isascii() else 0) | (0 if _HAS_DIGIT.search(text) else DIGIT)


@lru_cache(maxsize=1 << 16)
def initial_class(char: str) -> str:
    """The class of a character at the head of a text: its letter, whatever its case; 0 for a digit; a full stop else.

    Letters that patterns take for each other where case is ignored are of one class.
    """
    first = char.casefold()[0]
    if first.isalpha():
        return "i" if first == "ı" else first
    return "0" if first.isdecimal() else "."


def sentence_starts(texts: Sequence[str], numbers: Sequence[int], orthography: Orthography) -> list[int]:
    """Which texts are not pieces of the sentence of the one before them, as indices.

    `texts` are the lines of a document that are not blank, without the white space around them, `numbers` which lines
    they are. Scrapers that put each link and each bold word on a line of its own break sentences; lines wrapped to a
    width do so too.
    """
    openers, least = orthography.openers, orthography.join_words
    may_go_on = [text[0] in openers or text[0].islower() for text in texts]
    may_go_on.append(False)
    heads: list[int] = []
    joined = False  # the text before, to the one before it
    for at, text in enumerate(texts):
        goes_on = False
        if at and (may_go_on[at] or may_go_on[at + 1]):
            goes_on = text[0] in openers
            if not goes_on and _is_open(texts[at - 1]):
                count, long = text.count(" ") + 1, joined or texts[at - 1].count(" ") + 1 >= least
                goes_on = text[0].islower() and (long or count >= 2 * least)
                if not goes_on and may_go_on[at + 1] and count < 2 * least and numbers[at] == numbers[at - 1] + 1:
                    # A linked name in mid-sentence, right below its head: what follows begins with a comma, or in
                    # lower case.
                    goes_on = texts[at + 1][0] in openers or long
        joined = goes_on
        if not goes_on:
            heads.append(at)
    return heads


def _is_open(text: str) -> bool:
    """Whether a sentence may go on after a text."""
    last = text[-1]
    # A small letter after a script without capitals is no sign of anything.
    return last.islower() or last.isupper() or last.isdigit() or last in _OPEN_ENDS


_OPEN_ENDS = frozenset(',-–—("“„«')  # after these, as after a letter that has case or a digit, a sentence goes on


@dataclass(frozen=True)
class Orthography:
    """Marks and scripts that tell words and sentences, from the `[text]` table of a pack.

    stops              characters that end a sentence
    closers            quotation marks and brackets that may follow a stop
    trimmings          bullets, arrows and punctuation at the ends of a line that phrases look through
    openers            characters that go on with a sentence at the head of a line, such as a comma
    join_words         a piece of so many words, or one of twice as many behind it, is no label: the two may join
    unspaced           first and last character of each script that writes no spaces, as in "぀ヿ"
    characters_per_word  how many such characters count as one word
    """

    stops: str
    closers: str
    trimmings: str
    openers: str
    join_words: int
    unspaced: tuple[str, ...]
    characters_per_word: float

    @cached_property
    def _unspaced(self) -> re.Pattern[str]:
        scripts = "".join(f"{re.escape(pair[0])}-{re.escape(pair[-1])}" for pair in self.unspaced)
        return re.compile(f"[{scripts}]" if scripts else "(?!)")

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
