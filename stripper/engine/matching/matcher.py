"""One match table by itself: the definition that the prefilter must agree with."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ...reading.orthography import Orthography
from ...reading.page import Page
from ...rules.format import Match
from ...rules.phrases import KINDS, FoldedPhrases, patterns_without_literal
from ...rules.tables import folded_phrases
from .budget import Budget
from .patterns import PatternLibrary, Patterns, spaced


def inside_word(text: str, position: int, orthography: Orthography) -> bool:
    """Whether a word goes on across this position."""
    if not 0 < position < len(text):
        return False
    left = text[position - 1]
    if not left.isalnum():  # first, since it is so of nearly all positions that are asked for
        return False
    right = text[position]
    if left.isascii() and right.isascii():
        return right.isalnum()
    if orthography.is_unspaced(left) or orthography.is_unspaced(right):
        return False
    return right.isalnum() or unicodedata.category(right)[0] == "M"


class Matcher:
    """One match table by itself: the definition that the prefilter must agree with."""

    __slots__ = ("_match", "_phrases", "_whole", "as_it_stands", "orthography", "patterns")

    def __init__(
        self, match: Match, orthography: Orthography, library: PatternLibrary, budget: Budget,
        as_it_stands: bool = False,
    ) -> None:  # fmt: skip
        self.orthography, self.as_it_stands = orthography, as_it_stands
        self.patterns = Patterns(match.pattern, library, budget)
        self._match = match
        self._phrases: FoldedPhrases | None = None
        self._whole: frozenset[str] = frozenset()

    @property
    def phrases(self) -> FoldedPhrases:
        """Its phrases as they are looked for; made when first needed, since the prefilter has its own."""
        if self._phrases is None:
            self._phrases = folded_phrases(self._match, self.orthography)
            self._whole = frozenset(self._phrases["whole"])
        return self._phrases

    def matches(self, page: Page, line: int) -> bool:
        if any(self.has_phrase(kind, page, line) for kind in KINDS):
            return True
        numbers = set(patterns_without_literal(self.phrases, self.patterns.sources))
        for literal, asked in self.phrases["by_literal"]:
            if holds_phrase(page.folded[line], literal, self.orthography):
                numbers.update(asked)
        chosen = sum(1 << number for number in numbers)
        text = page.text[line] if self.as_it_stands else spaced(page.text[line])
        return bool(chosen) and self.patterns.found(text, chosen, {}, page.clock)

    def has_phrase(self, kind: str, page: Page, line: int) -> bool:
        text, phrases = page.folded[line], self.phrases[kind]
        if kind == "whole":
            return text in self._whole
        for phrase in phrases:
            if kind == "starts":
                if text.startswith(phrase) and not inside_word(text, len(phrase), self.orthography):
                    return True
            elif kind == "ends":
                if text.endswith(phrase) and not inside_word(text, len(text) - len(phrase), self.orthography):
                    return True
            elif holds_phrase(text, phrase, self.orthography):
                return True
        return False


def holds_phrase(text: str, phrase: str, orthography: Orthography) -> bool:
    """Whether a phrase stands anywhere in the text as whole words; a `*` at its ends lets words go on there."""
    core = phrase.strip("*")
    return any(_bounded(text, at, at + len(core), phrase, orthography) for at in _places(core, text))


def _places(folded: str, text: str) -> Iterator[int]:
    """Where a text stands in another."""
    at = text.find(folded)
    while at >= 0:
        yield at
        at = text.find(folded, at + 1)


def _bounded(text: str, start: int, end: int, phrase: str, orthography: Orthography) -> bool:
    return (phrase[0] == "*" or not inside_word(text, start, orthography)) and (
        phrase[-1] == "*" or not inside_word(text, end, orthography)
    )
