"""From the lines of a page to the rules and patterns that are worth trying on them, without asking each rule.

Whole lines and their first characters are looked up; all other phrases and pattern literals are looked for at once, in
one pass over the folded page (Aho and Corasick, 1975). Anchors are part of what is looked for: "starts" is the phrase
after a line feed, "ends" the phrase before one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import TypeVar

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation, MatchKind

from ...reading.page import Page
from ...rules.characters import initial_class, missing_characters
from ...rules.phrase_index import OPENING_LENGTH, PREFIX_LENGTH, PatternUse, PhraseIndexes, WholeLines
from .budget import OutOfTime
from .compiled_rule import CompiledRule
from .matcher import holds_phrase, inside_word
from .patterns import spaced

Item = TypeVar("Item")
Text = TypeVar("Text", str, bytes)
Matches = list[tuple[int, int, int]]  # which phrase or literal, and where it begins and ends

WINDOW = 1 << 16  # characters; most pages are shorter


class Lookup:
    """The indexes of some languages as one, and those of rules that are not shipped as another, `own`, if there are.

    `known` holds what was found of lines met before, and `asked` how much of `own` these asked for.
    """

    def __init__(self, languages: Sequence[str], every: PhraseIndexes, own: Lookup | None = None) -> None:
        self.own = own
        self.known: dict[str, tuple[CompiledRule, ...]] = {}  # a line -> the rules that take it by itself
        self.asked: dict[str, int] = {}
        self._whole = _WholeLines([every["whole"][language] for language in languages])
        indexes = [every["by_language"][language] for language in languages]
        self._prefixes = _merged([index["prefixes"] for index in indexes])
        self._starts = _merged([index["starts"] for index in indexes])
        words = _merged([index["words"] for index in indexes])
        self._words, self._uses_of_words = list(words), list(words.values())
        self._word_automaton = BytesAhoCorasick([b" %b " % word.encode() for word in words])
        self._initials = _Initials(_merged([index["by_initial"] for index in indexes]))
        self._others = [other for index in indexes for other in index["others"]]
        self._automaton = AhoCorasick(
            [text for index in indexes for text in index["texts"]],
            matchkind=MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )
        texts = chain.from_iterable((*index["texts"], *index["words"]) for index in indexes)
        self._longest = max(map(len, texts), default=0) + 2  # the spaces around a word

    def candidates(
        self, page: Page, lines: Sequence[int], asking: dict[int, int] | None = None, most: int = 0
    ) -> dict[int, dict[str, int]]:
        """Of some lines: line -> ids of rules to try on it -> which of their patterns; 0 where a phrase was found.

        To `asking`, if it is given, how much each line asks for is added. Raises OutOfTime if that is over `most`.
        """
        asked: dict[int, list[PatternUse]] = {}
        bare = [page.folded[line] for line in lines]
        sure = self._by_openings(page, lines, bare, asked) + self._anywhere(page, lines, bare, asked)
        if asking is not None:
            counts = Counter([line for line, _ in sure])
            counts.update({line: len(uses) for line, uses in asked.items()})
            if counts.total() > most:
                raise OutOfTime
            asking.update(counts)
        found = {line: _patterns_to_try(page, line, uses) for line, uses in asked.items()}
        for line, name in sure:
            found.setdefault(line, {})[name] = 0
        return found

    def _by_openings(
        self, page: Page, lines: Sequence[int], bare: Sequence[str], asked: dict[int, list[PatternUse]]
    ) -> list[tuple[int, str]]:
        """Lines, each with the id of a rule of which it is or begins with a phrase; `bare` are their folded texts. To
        `asked`, line -> patterns to try, those are added that go by its first character.
        """
        sure: list[tuple[int, str]] = []
        self._whole.read(bare)
        for line, names in zip(lines, map(self._whole.get, bare), strict=True):
            if names is not None:
                sure += [(line, name) for name in names]
        all_prefixes = map(self._prefixes.get, [text[:PREFIX_LENGTH] for text in bare])
        for line, text, prefixes in zip(lines, bare, all_prefixes, strict=True):
            if prefixes is not None and text.startswith(prefixes):
                for phrase in prefixes:
                    if text.startswith(phrase) and not inside_word(text, len(phrase), page.orthography):
                        sure += [(line, name) for name in self._starts[phrase]]
        initials = [page.text[line][0] for line in lines]
        for line, uses in zip(lines, map(self._initials.__getitem__, initials), strict=True):
            if uses:
                asked[line] = [*uses]
        return sure

    def _anywhere(
        self, page: Page, lines: Sequence[int], bare: Sequence[str], asked: dict[int, list[PatternUse]]
    ) -> list[tuple[int, str]]:
        """The same, by phrases and literals that stand anywhere in the lines."""
        sure: list[tuple[int, str]] = []
        orthography = page.orthography
        text, starts = _joined(bare)
        only_words = text.encode("ascii", "replace").translate(_ONLY_WORDS)
        is_long = len(text) > WINDOW  # what a line of it holds again and again is noted once for each window
        number = 0
        for matches in self._windows(self._search_words, only_words):
            looked_at = set()  # a line holds a word or not, wherever it is met
            for at, start, end in matches:
                number = bisect_right(starts, start + 1) - 1
                if (number, at) in looked_at:
                    continue
                looked_at.add((number, at))
                # Anything else than ASCII beside a word may be a letter that goes on with it.
                stands_alone = text[start].isascii() and text[end - 1].isascii()
                if stands_alone or holds_phrase(bare[number], self._words[at], orthography):
                    asked.setdefault(lines[number], []).extend(self._uses_of_words[at])
            if is_long:
                _ask_once(asked, lines[number])
        for matches in self._windows(self._search, text):
            here: list[tuple[int, str]] = []
            found = set()  # which phrases, and in which line
            for at, start, end in matches:
                if is_long and (bisect_right(starts, end - 1) - 1, at) in found:
                    continue
                begins, ends, uses, names = self._others[at]
                if begins and text[start - 1].isalnum() and inside_word(text, start, orthography):
                    continue
                if ends and text[end] not in " \n" and inside_word(text, end, orthography):
                    continue
                number = bisect_right(starts, end - 1) - 1
                if is_long:
                    found.add((number, at))
                if uses:
                    asked.setdefault(lines[number], []).extend(uses)
                for name in names:
                    here.append((lines[number], name))
            if is_long:
                _ask_once(asked, lines[number])
            sure += dict.fromkeys(here) if is_long else here
        return sure

    def _search(self, text: str) -> Matches:
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates, which no phrase holds
            return self._search(text.encode("utf-8", "replace").decode("utf-8"))

    def _search_words(self, text: bytes) -> Matches:
        return self._word_automaton.find_matches_as_indexes(text, overlapping=True)

    def _windows(self, search: Callable[[Text], Matches], text: Text) -> Iterator[Matches]:
        """All that is found in a text, by where it ends; in a long one window by window, as each takes 200 bytes."""
        yield search(text[:WINDOW])
        for at in range(WINDOW, len(text), WINDOW):
            first = max(0, at - self._longest)
            found = search(text[first : at + WINDOW])
            yield [(which, first + start, first + end) for which, start, end in found if first + end > at]


def _ask_once(asked: dict[int, list[PatternUse]], line: int) -> None:
    """So that a line with which a window ends, and the next may go on, asks for no more than there is."""
    if line in asked:
        asked[line] = _once(asked[line])


def _once(uses: list[PatternUse]) -> list[PatternUse]:
    """Those of a line, of which a literal asks for the same each time that the line holds it."""
    return [*{id(use): use for use in uses}.values()] if len(uses) > MANY_USES else uses


def _merged(tables: Iterable[dict[str, tuple[Item, ...]]]) -> dict[str, tuple[Item, ...]]:
    merged: dict[str, tuple[Item, ...]] = {}
    for table in tables:
        shared = merged.keys() & table.keys()
        merged |= table | {key: (*merged[key], *table[key]) for key in shared}
    return merged


# Phrases and patterns of rules that are not shipped, on all lines of a page: each takes a microsecond, and 100 bytes.
MOST_ASKED = 3_000_000


class _WholeLines(dict[str, tuple[str, ...]]):
    """Phrases that are whole lines, of those that begin as a line that was read for does -> ids of their rules."""

    def __init__(self, tables: Sequence[Mapping[str, WholeLines]]) -> None:
        self._tables, self._unread = tables, set(chain(*tables))

    def read(self, lines: Iterable[str]) -> None:
        openings = self._unread.intersection([line[:OPENING_LENGTH] for line in lines])
        self._unread -= openings
        for opening in openings:
            self |= _merged([table[opening] for table in self._tables if opening in table])


# Of folded text as bytes, all but words of ASCII made spaces; short literals are such words.
_ONLY_WORDS = bytes(code if code < 128 and chr(code).isalnum() else 32 for code in range(256))


class _Initials(dict[str, tuple[PatternUse, ...]]):
    """The uses to ask for by the first character of a line, found when it is first met."""

    def __init__(self, by_initial: dict[str, tuple[PatternUse, ...]]) -> None:
        self._by_initial = by_initial

    def __missing__(self, first: str) -> tuple[PatternUse, ...]:
        own, whatever = self._by_initial.get(initial_class(first), ()), self._by_initial.get("", ())
        if len(self) >= MOST_INITIALS:
            self.clear()
        self[first] = uses = (*own, *whatever)
        return uses


MOST_INITIALS = 10_000
MANY_USES = 100  # of a line; as a rule each of fewer is another


def _patterns_to_try(page: Page, line: int, uses: list[PatternUse]) -> dict[str, int]:
    """Of the rules that literals ask for, those of which patterns may match a line, with these patterns."""
    text, words = spaced(page.text[line]), page.words[line]
    first, length = initial_class(text[0]), len(text)
    lacking = -1  # found when it is first asked for
    holds = f"{text}\n{page.folded[line]}".__contains__
    found: dict[str, int] = {}
    for name, patterns, (needs, openings, longest, sets), most in _once(uses):
        if words > most or (openings and first not in openings) or length > longest:
            continue
        if needs:
            if lacking < 0:
                lacking = missing_characters(text)
            if needs & lacking:
                continue
        for texts in sets:
            if not any(map(holds, texts)):
                break
        else:
            found[name] = found.get(name, 0) | patterns
    return found


def _joined(lines: Sequence[str]) -> tuple[str, list[int]]:
    """Lines as one text, a line feed before and after each, and the offset of each in it."""
    return "\n" + "\n".join(lines) + "\n", [*accumulate([len(line) + 1 for line in lines], initial=1)]
