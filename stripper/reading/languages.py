"""Which languages a page is written in, told by the most frequent words and letters of each."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import filterfalse
from math import fsum

from ..dataclass import dataclass

SURE = 5.0  # signs of a language, below which nothing is said: a line or two, figures, a language that no pack knows
PRESENT = 3.0  # signs of a further language of a page, as where a menu is in English,
SHARE = 0.25  # and how many of them for each sign of the one that has most
SAMPLE = 6_000  # characters; of a page that has more, so many are looked at, in lines from all over it


@dataclass(frozen=True)
class Language:
    """What tells a language: `signs`, folded, are words that nearly each page of it holds, and letters that few of the
    others have.

    A `widespread` one is met on pages in any other, in the labels that the makers of their software gave them.
    """

    code: str
    signs: tuple[str, ...]
    widespread: bool = False


class LanguageFinder:
    """Finds the languages of pages in one pass over their words, without a model.

    Counts the different signs of each language that a page holds. A sign that several languages share counts for each
    of them by its part.
    """

    def __init__(self, languages: Sequence[Language]) -> None:
        owners: dict[str, dict[str, None]] = {}
        for each in languages:
            for sign in each.signs:
                owners.setdefault(sign, {})[each.code] = None
        self._signs = {sign: tuple(codes) for sign, codes in owners.items()}
        self._known = frozenset(self._signs)  # what a page has in common with a set is found by its own words
        self.codes = frozenset(code for codes in self._signs.values() for code in codes)
        self.widespread = frozenset(each.code for each in languages if each.widespread)

    def signs(self, lines: Sequence[str]) -> dict[str, float]:
        """How many signs of each language the folded lines of a page hold; of languages without any, nothing."""
        step = sum(map(len, lines)) // SAMPLE + 1
        words = set(" ".join(lines[::step]).split())
        words.update("".join(filterfalse(str.isascii, words)))  # single letters
        parts: dict[str, list[float]] = {}
        for sign in words & self._known:
            codes = self._signs[sign]
            for code in codes:
                parts.setdefault(code, []).append(1 / len(codes))
        return {code: fsum(some) for code, some in parts.items()}  # the same in whatever order they come


@lru_cache(maxsize=8)
def language_finder(languages: tuple[Language, ...]) -> LanguageFinder:
    return LanguageFinder(languages)


def likely_languages(signs: dict[str, float]) -> tuple[str, ...]:
    """The languages that a page may be written in, likeliest first; none if its signs are too few to tell."""
    most = max(signs.values(), default=0.0)
    if most < SURE:
        return ()
    least = max(PRESENT, SHARE * most)
    return tuple(
        sorted((code for code, count in signs.items() if count >= least), key=lambda code: (-signs[code], code))
    )
