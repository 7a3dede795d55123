"""What a text looks like once it is folded, so that texts that a reader takes for the same compare equal.

Case, width (full and half), quotation marks, dashes, white space and invisible characters are folded. Folded text may
be shorter or longer than the original ('ß', 'İ'), so an offset into folded text is never an offset into the document.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

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
    # Line by line, since one that is in this form already, as most are, is only looked at.
    return "\n".join([unicodedata.normalize("NFKC", line) for line in text.split("\n")])


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
    folded = [next(plain if text.isascii() else other) for text in texts]
    return [
        text if text.isprintable() and "  " not in text and text == text.strip() else " ".join(text.split())
        for text in folded
    ]  # most lines are even as they are
