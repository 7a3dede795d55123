"""What a line looks like by itself, as small whole numbers and short codes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from ...reading.orthography import Orthography, without_notes
from .parameters import Parameters

Key = tuple[Any, ...]
FADE = 0.7  # what each line further away counts less, in sums over what lies around a line
SEPARATORS = ("|", " / ", " > ", "\t", "·", "•", "›", "»")
STOPS = (". ", "? ", "。")  # within a line
LINKS = ("@", "http", "www.")
QUESTION_MARKS = ("?", "？", "؟")
COLONS = (":", "：")  # what a line that leads up to a list ends with
SIZES = (0, 1, 2, 3, 5, 8, 12, 20, 35, 60, 100)  # lower ends of the word counts that are told apart
_SIZE_OF = [bisect_right(SIZES, count) - 1 for count in range(SIZES[-1] + 1)]


class LineShape:
    """What a line looks like by itself. Equal ones are one object, so that keys of them are told apart at once.

    `size` is a step of SIZES; `end`, `begin` and `capitals` are codes, see the functions; `commas`, `stops` and
    `separators` are counts cut short; `rights` and `links` say whether it has a copyright sign or an address. `kind` is
    what its neighbours see of it.
    """

    __slots__ = (
        "begin", "capitals", "commas", "end", "kind", "links", "rights", "separators", "size", "small", "stops",
    )  # fmt: skip

    def __init__(self, *values: Any) -> None:
        self.size, self.end, self.begin, self.capitals, self.commas, self.stops, *marks = values
        self.separators, self.rights, self.links = marks
        self.small = min(self.size, 7)
        self.kind = f"{min(self.size, 9) // 2}{self.end if self.end in 's!:' else '-'}"


def shapes_of(
    texts: Sequence[str], counts: Sequence[int], orthography: Orthography, wanted: Parameters
) -> Iterator[Key]:
    """The values of a `LineShape` for each text; `counts` are their words. Marks that no text has cost nothing."""
    rows = list(zip(texts, counts, strict=True))
    together = "\n".join(texts)
    stops, separators, links = (_present(marks, together) for marks in (STOPS, SEPARATORS, LINKS))
    marked = [sum([text.count(mark) for mark in separators]) for text in texts] if separators else [0] * len(texts)
    return zip(
        [_SIZE_OF[count] if count < SIZES[-1] else len(SIZES) - 1 for count in counts],
        [end_of(text, orthography) for text in texts],
        [begin_of(text[0], wanted.bullets) for text in texts],
        [_capitals(text, count) for text, count in rows],
        [min(text.count(","), 3) if count > 4 else 0 for text, count in rows],
        [min(sum([text.count(mark) for mark in stops]), 2) if count > 7 else 0 for text, count in rows],
        [0 if not marks else 2 if marks * 5 >= count else 1 for marks, count in zip(marked, counts, strict=True)],
        ["©" in text for text in texts],
        [any(map(text.__contains__, links)) for text in texts] if links else [False] * len(texts),
        strict=True,
    )


def _present(marks: Sequence[str], text: str) -> list[str]:
    """Those of some marks that a text has; where it has no such character, which is seen far sooner, none."""
    return [mark for mark in marks if mark.strip(" ")[0] in text and mark in text]


def end_of(text: str, orthography: Orthography) -> str:
    """s stop, ! question or exclamation, `:`, `,`, 1 digit, a anything else."""
    text = without_notes(text) or text
    last = text[-1]
    if last == ".":
        return "s"
    if last.isalpha():
        return "a"
    if last in orthography.closers and (text := text.rstrip(orthography.closers + " ")):
        last = text[-1]
    if last in "!?！？؟":
        return "!"
    if last in orthography.stops:
        return "s"
    return ":" if last in ":：" else "," if last in ",;،、" else "1" if last.isdigit() else "a"


@lru_cache(maxsize=1024)
def begin_of(first: str, bullets: str) -> str:
    """A upper, a lower, 1 digit, * bullet, x a letter without case, q quotation mark or dash, ? anything else."""
    if first.isupper():
        return "A"
    if first.islower():
        return "a"
    if first.isdigit():
        return "1"
    if first in bullets:
        return "*"
    return "x" if first.isalpha() else "q" if first in "\"'“‘„«»”「『—–-" else "?"


def _capitals(text: str, count: int) -> str:
    """U all upper case, T all words capital, t most, m some (of a longer line), l few."""
    if text.isupper():
        return "U"
    words = text.split(None, 24)
    large = sum(map(str.isupper, map(itemgetter(0), words)))
    if count > 12 and 2 * large <= len(words):
        return "m" if 4 * large > len(words) else "l"
    return "T" if large == len(words) else "t" if large * 2 > len(words) else "l"
