"""One match table by itself: the definition that the prefilter must agree with."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

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

    __slots__ = ("_always", "_kinds", "_match", "_phrases", "_whole", "as_it_stands", "orthography", "patterns")

    def __init__(
        self, match: Match, orthography: Orthography, library: PatternLibrary, budget: Budget,
        as_it_stands: bool = False,
    ) -> None:  # fmt: skip
        self.orthography, self.as_it_stands = orthography, as_it_stands
        self.patterns = Patterns(match.pattern, library, budget)
        self._match = match
        self._phrases: FoldedPhrases | None = None
        self._kinds: list[str] = []  # those of which it has phrases
        self._whole: frozenset[str] = frozenset()
        self._always: Sequence[int] = ()  # patterns that no literal asks for

    @property
    def phrases(self) -> FoldedPhrases:
        """Its phrases as they are looked for; made when first needed, since the prefilter has its own."""
        if self._phrases is None:
            self._phrases = folded_phrases(self._match, self.orthography)
            self._kinds = [kind for kind in KINDS if self._phrases[kind]]
            self._whole = frozenset(self._phrases["whole"])
            self._always = patterns_without_literal(self._phrases, self.patterns.sources)
        return self._phrases

    def matches(self, page: Page, line: int) -> bool:
        """Whether a line holds one of the phrases, or one of the patterns matches it."""
        phrases = self.phrases
        if any(self.has_phrase(kind, page, line) for kind in self._kinds):
            return True
        numbers = set(self._always)
        for literal, asked in phrases["by_literal"]:
            if holds_phrase(page.folded[line], literal, self.orthography):
                numbers.update(asked)
        if not numbers:
            return False
        text = page.text[line] if self.as_it_stands else spaced(page.text[line])
        return self.patterns.found(text, sum([1 << number for number in numbers]), {}, page.clock)

    def has_phrase(self, kind: str, page: Page, line: int) -> bool:
        """Whether a line is one of the phrases of a kind of KINDS, or begins with it, ends with it or holds it."""
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
    at = text.find(core)
    while at >= 0:
        is_begun = phrase[0] != "*" and inside_word(text, at, orthography)
        if not is_begun and (phrase[-1] == "*" or not inside_word(text, at + len(core), orthography)):
            return True
        at = text.find(core, at + 1)
    return False
