"""From rule specs to a compiled rule set, and from a document to the lines that its rules match.

The only module that knows `regex` and the literal prefilter. Whole lines and their first characters are looked up;
all other phrases and pattern literals of all rules are looked for at once, in one pass over the folded document
(Aho-Corasick). Conditions and patterns are then tried on the lines so found. Anchors are part of what is looked for:
"starts" is the phrase after a line feed, "ends" the phrase before one.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import Any

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from ..errors import Problem, RuleError
from ..model import Document
from ..reading.text import Orthography, fold_all, sentence_starts, missing_characters, initial_class
from ..rules.cache import fingerprint, keep, recall
from ..rules.packs import Conditions, CachedRules, Match, Rule, RuleSet, matches_of, folded_phrases
from ..rules.phrases import PREFIX_LENGTH, KINDS, FoldedPhrases, PatternUse, patterns_without_literal

PATTERN_TIMEOUT = 0.25  # what one pattern may take on one line before its rule is skipped for the document
SHORT = 160  # characters; what is found of longer lines, which are hardly met again, is not remembered
REMEMBERED = 100_000  # lines; with their keys they take about 30 MB


class Page:
    """A document as rules see it: folded and counted once, not once for each rule.

    What rules call a line is a line with text, or several that are pieces of one sentence: `lines` holds, for each,
    the numbers (from 0) of those in `raw`, the lines of the document. All other lists have an entry for each. `text` is
    without the white space around it, pieces joined by a space; `bare` is folded and without the bullets, arrows and
    punctuation around it; `category` is what has been found so far, "" at first. `timed_out` holds the ids of rules of
    which a pattern ran out of time.
    """

    __slots__ = ("folded", "category", "timed_out", "lines", "raw", "text", "orthography", "words")

    def __init__(self, document: Document, orthography: Orthography) -> None:
        self.orthography, self.raw = orthography, document.lines
        stripped = [raw.strip() for raw in self.raw]
        numbers = [number for number, text in enumerate(stripped) if text]
        texts = [text for text in stripped if text]
        prefixes = sentence_starts(texts, numbers, orthography)
        if len(prefixes) == len(texts):
            self.lines: list[tuple[int, ...]] = [(number,) for number in numbers]
        else:
            groups = list(pairwise([*prefixes, len(texts)]))
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


Check = Callable[[Page, int], bool]


def letter_case(text: str) -> str:
    if text.isupper():
        return "upper"
    if text.islower():
        return "lower"
    words = [word for word in text.split() if word[0].isalpha()]
    return "title" if words and sum(word[0].isupper() for word in words) * 4 >= len(words) * 3 else ""


def first_character(text: str) -> str:
    first = text[0]
    if not first.isalnum():
        return "mark"
    return "upper" if first.isupper() else "lower" if first.islower() else "digit" if first.isdigit() else ""


def share_of_digits(text: str) -> float:
    if _DIGIT.search(text) is None:
        return 0.0
    signs = [char for char in text if char.isalnum()]
    return sum(char.isdigit() for char in signs) / len(signs) if signs else 0.0


# Each condition on its own: the value in a rule -> whether it holds of a line of a page. These look at the line alone,
_OF_LINE: dict[str, Callable[[Any], Check]] = {
    "min_words": lambda least: lambda page, line: page.words[line] >= least,
    "max_words": lambda most: lambda page, line: page.words[line] <= most,
    "min_chars": lambda least: lambda page, line: len(page.text[line]) >= least,
    "max_chars": lambda most: lambda page, line: len(page.text[line]) <= most,
    "sentence": lambda wanted: lambda page, line: page.orthography.is_sentence(page.text[line]) is wanted,
    "case": lambda wanted: lambda page, line: letter_case(page.text[line]) == wanted,
    "begins": lambda wanted: lambda page, line: first_character(page.text[line]) == wanted,
    "min_digits": lambda least: lambda page, line: share_of_digits(page.text[line]) >= least,
    "max_digits": lambda most: lambda page, line: share_of_digits(page.text[line]) <= most,
}
# and these at where it stands.
_OF_PLACE: dict[str, Callable[[Any], Check]] = {
    "first": lambda most: lambda page, line: line < most,
    "last": lambda most: lambda page, line: line >= len(page) - most,
    "after": lambda least: lambda page, line: line / len(page) >= least,
    "before": lambda most: lambda page, line: line / len(page) <= most,
    "blank_before": lambda wanted: lambda page, line: page.blank_before(line) is wanted,
    "blank_after": lambda wanted: lambda page, line: page.blank_after(line) is wanted,
    "category": lambda wanted: lambda page, line: page.category[line] in wanted,
}


class PatternTimeout(Exception):
    """A pattern took longer than PATTERN_TIMEOUT on one line, or all memory."""


@cache
def compile_pattern(source: str) -> Any:
    """A pattern; packs of several languages share some. Raises `regex.error` for what does not compile."""
    import regex

    try:
        return regex.compile(source)
    except Exception as error:  # `regex` stumbles over some, each time in another way
        raise regex.error(str(error)) from error


class PatternLibrary:
    """The patterns of a rule set. Those of a large one come from the cache, as `regex` pickles them: compiling them
    for one page would take ten times as long as cleaning it.
    """

    __slots__ = ("_codes", "_rebuild", "_sources")
    _rebuild: Callable[..., Any]

    def __init__(self, sources: Sequence[str]) -> None:
        self._sources = sources
        self._codes: dict[str, Any] | None = None  # source -> what `regex` makes a pattern of; read when first needed

    def pattern(self, source: str) -> Any:
        """Raises `regex.error` for what does not compile."""
        if self._codes is None:
            self._codes = self._load()
        code = self._codes.get(source)
        return compile_pattern(source) if code is None else self._rebuild(*code)

    def _load(self) -> dict[str, Any]:
        if len(self._sources) < WORTH_KEEPING:
            return {}
        import copyreg

        import regex

        parts: Callable[[Any], Any] = copyreg.dispatch_table[regex.Pattern]
        self._rebuild = parts(regex.compile(""))[0]

        def codes() -> dict[str, Any]:
            found = {}
            for source in self._sources:
                with suppress(regex.error):  # said where it is used
                    found[source] = parts(compile_pattern(source))[1]
            return found

        key = fingerprint(*(each.encode("utf-8", "surrogatepass") for each in (regex.__version__, *self._sources)))
        known: dict[str, Any] | None = recall(key)
        if known is None:
            keep(key, codes)
        return known or {}


WORTH_KEEPING = 20  # patterns; fewer are compiled sooner than a file is written


class Patterns:
    """The patterns of one match table; compiled when first needed, since that takes far longer than a search."""

    __slots__ = ("_compiled", "_library", "sources")

    def __init__(self, sources: tuple[str, ...], library: PatternLibrary) -> None:
        self.sources, self._library = sources, library
        self._compiled: list[Any] = []

    def compiled(self) -> list[Any]:
        if not self._compiled:
            self._compiled = [self._library.pattern(source) for source in self.sources]
        return self._compiled

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where the patterns match: the group `cut` where a pattern has one, else the whole match."""
        for pattern in self.compiled():
            group = "cut" if "cut" in pattern.groupindex else 0
            try:
                for found in pattern.finditer(text, timeout=PATTERN_TIMEOUT):
                    if found.end(group) > found.start(group):
                        yield found.span(group)
            except (TimeoutError, MemoryError) as error:
                raise PatternTimeout from error

    def found(self, text: str, chosen: int, answers: dict[str, bool]) -> bool:
        """Whether any of the `chosen` patterns (a bit for each) matches a text, each run of white space one space.

        `answers` holds, by pattern, what has been found of this text; packs of several languages share patterns.
        """
        number = 0
        while chosen:
            if chosen & 1:
                source = self.sources[number]
                if (answer := answers.get(source)) is None:
                    try:
                        found = self.compiled()[number].search(text, timeout=PATTERN_TIMEOUT)
                    except (TimeoutError, MemoryError) as error:
                        raise PatternTimeout from error
                    answer = answers[source] = found is not None
                if answer:
                    return True
            chosen >>= 1
            number += 1
        return False


def spaced(text: str) -> str:
    """As patterns see a line: each run of white space one space."""
    return " ".join(text.split())


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

    __slots__ = ("_match", "_phrases", "as_it_stands", "patterns", "orthography")

    def __init__(self, match: Match, orthography: Orthography, library: PatternLibrary, as_it_stands: bool = False) -> None:
        self.orthography, self.as_it_stands = orthography, as_it_stands
        self.patterns = Patterns(match.pattern, library)
        self._match = match
        self._phrases: FoldedPhrases | None = None

    @property
    def phrases(self) -> FoldedPhrases:
        """Its phrases as they are looked for; made when first needed, since the prefilter has its own."""
        if self._phrases is None:
            self._phrases = folded_phrases(self._match, self.orthography)
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
        return bool(chosen) and self.patterns.found(text, chosen, {})

    def has_phrase(self, kind: str, page: Page, line: int) -> bool:
        text = page.folded[line]
        for phrase in self.phrases[kind]:
            if kind == "whole":
                if text == phrase:
                    return True
            elif kind == "starts":
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


class CompiledRule:
    """A rule with its conditions as checks; `until` ends its section, `index` is its place in the order of precedence.

    A `late` rule asks what the lines around it are, so where it stands is checked after the independent pass. One that
    `decides` takes a line whatever stands around it; one that is `always_asked` does not take it.
    """

    __slots__ = (
        "_of_line", "_of_place", "_of_words", "always_asked", "decides", "index", "kind", "late", "match", "rule",
        "until",
    )  # fmt: skip

    def __init__(self, rule: Rule, index: int, orthography: Orthography, library: PatternLibrary) -> None:
        until = rule.section.until_match if rule.section else None
        self.rule, self.index, self.kind = rule, index, rule.kind
        self.match = Matcher(rule.match, orthography, library, rule.action == "trim") if rule.match else None
        self.until = Matcher(until, orthography, library) if until else None
        self._of_line, self._of_words, self._of_place = checks_of(rule.where, orthography, library)
        unless = checks_of(rule.unless, orthography, library)
        if any(unless):
            exception = (none_of(sum(unless, ())),)
            if unless[2]:
                self._of_place += exception
            elif unless[1]:
                self._of_words += exception
            else:
                self._of_line += exception
        self.late = rule.asks_category()
        self.always_asked = rule.action != "remove"
        self.decides = not (self.always_asked or self.late or self._of_place)

    def suits(self, page: Page, line: int) -> bool:
        """Whether what `where` and `unless` ask of the shape of the line holds, which takes no time to speak of."""
        for check in self._of_line:  # noqa: SIM110  # `all` would take twice as long
            if not check(page, line):
                return False
        return True

    def allows(self, page: Page, line: int) -> bool:
        """Whether what they ask of its words holds, which takes longer; never, once the rule ran out of time."""
        return not self._of_words or self._all(self._of_words, page, line)

    def fits(self, page: Page, line: int) -> bool:
        """Whether what they ask of the place where it stands holds; never, once the rule ran out of time."""
        return not self._of_place or self._all(self._of_place, page, line)

    def meets(self, page: Page, line: int) -> bool:
        """Whether the rule's `where` holds of a line and its `unless` does not."""
        return self.suits(page, line) and self.allows(page, line) and self.fits(page, line)

    def _all(self, checks: Checks, page: Page, line: int) -> bool:
        if page.timed_out and self.rule.id in page.timed_out:
            return False
        try:
            for check in checks:
                if not check(page, line):
                    return False
        except PatternTimeout:
            page.timed_out.add(self.rule.id)
            return False
        return True

    def ends(self, page: Page, line: int) -> bool:
        """Whether a line is one that ends the rule's section; any does, once the rule ran out of time."""
        if self.until is None:
            return False
        try:
            return self.rule.id in page.timed_out or self.until.matches(page, line)
        except PatternTimeout:
            page.timed_out.add(self.rule.id)
            return True

    def spans(self, page: Page, line: int) -> list[tuple[int, int]]:
        """What the rule cuts out of a line, as offsets into the page's text of it."""
        assert self.match is not None
        try:
            return [] if self.rule.id in page.timed_out else list(self.match.patterns.spans(page.text[line]))
        except PatternTimeout:
            page.timed_out.add(self.rule.id)
            return []

    def applies(self, page: Page, line: int) -> bool:
        """Whether match, `where` and `unless` all say yes, found without the prefilter."""
        return self.meets(page, line) and (self.match is None or self.match.matches(page, line))


Checks = tuple[Check, ...]


def checks_of(conditions: Conditions | None, orthography: Orthography, library: PatternLibrary) -> tuple[Checks, Checks, Checks]:
    """The conditions that are given, as functions: those of the line's shape, of its words, and of its place."""
    if conditions is None:
        return (), (), ()
    of_line, of_place = (_given(conditions, table) for table in (_OF_LINE, _OF_PLACE))
    for step, near in ((-1, conditions.previous), (1, conditions.next)):
        if near is not None:
            of_place.append(_neighbour(step, sum(checks_of(near, orthography, library), ())))
    of_words = (Matcher(conditions.match, orthography, library).matches,) if conditions.match is not None else ()
    return tuple(of_line), of_words, tuple(of_place)


def _given(conditions: Conditions, table: dict[str, Callable[[Any], Check]]) -> list[Check]:
    values = ((make, getattr(conditions, name)) for name, make in table.items())
    return [make(value) for make, value in values if value is not None and value != ()]


def none_of(checks: Checks) -> Check:
    return lambda page, line: not all(check(page, line) for check in checks)


def _neighbour(step: int, checks: Checks) -> Check:
    def holds(page: Page, line: int) -> bool:
        near = line + step
        return 0 <= near < len(page) and all(check(page, near) for check in checks)

    return holds


Candidates = Mapping[CompiledRule, int | None]  # rules to try on a line -> which of their patterns, a bit for each


class CompiledRules:
    """A rule set ready to run. Raises RuleError for patterns of packs not shipped that do not compile."""

    def __init__(self, rules: RuleSet, prefilter: bool = True) -> None:
        self._rules, self._traits = rules.rules, rules.orthography
        if not prefilter and isinstance(rules.rules, CachedRules):
            raise ValueError("rules from the cache have their phrases in the index alone; load them with examples")
        index = rules.phrases
        self._library = PatternLibrary(index["patterns"])
        compile_strangers(rules, self._library)
        kinds = rules.kinds()
        self._place = {name: place for place, (name, _) in enumerate(kinds)}
        self._compiled: dict[str, CompiledRule] = {}
        self._of_kind: dict[str, list[str]] = {}
        for name, kind in kinds:
            self._of_kind.setdefault(kind, []).append(name)
        self._prefilter = prefilter
        self._known: dict[str, tuple[CompiledRule, ...]] = {}  # line -> the rules that take it by itself
        self._whole, self._prefixes, self._starts = index["whole"], index["prefixes"], index["starts"]
        self._words, self._by_initial = index["words"], index["by_initial"]
        self._others = index["others"]
        self._automaton = AhoCorasick(
            index["texts"],
            matchkind=MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def rule(self, name: str) -> CompiledRule | None:
        """The rule of an id, compiled when it is first asked for; None if the set does not have it."""
        rule = self._compiled.get(name)
        if rule is None and (place := self._place.get(name)) is not None:
            rule = self._compiled[name] = CompiledRule(self._rules[place], place, self._traits, self._library)
        return rule

    def of_kind(self, *kinds: str) -> list[CompiledRule]:
        """The rules of some kinds, in order of precedence."""
        names = [name for kind in kinds for name in self._of_kind.get(kind, ())]
        return sorted(filter(None, map(self.rule, names)), key=_by_index)

    @property
    def lines(self) -> list[CompiledRule]:
        """The rules that look at single lines, in order of precedence."""
        return [each for each in self.of_kind(*self._of_kind) if each.match is not None]

    def found(self, page: Page) -> dict[int, list[CompiledRule]]:
        """For each line that any rule applies to: those rules, in order of precedence.

        A rule of which a pattern runs out of time is left out for the whole page, and named in `page.timed_out`.
        """
        result: dict[int, list[CompiledRule]] = {}
        for line, rules in enumerate(self._taking_by_itself(page)):
            if rules and (matching := [each for each in rules if each.late or each.fits(page, line)]):
                result[line] = matching
        if page.timed_out:
            for line, matching in result.items():
                result[line] = [each for each in matching if each.rule.id not in page.timed_out]
        return {line: matching for line, matching in result.items() if matching}

    def _taking_by_itself(self, page: Page) -> list[tuple[CompiledRule, ...]]:
        """For each line the rules that take it as far as it alone can tell, in order of precedence.

        A site prints its menus on every page, so what is found of a short line is remembered.
        """
        if not self._prefilter:
            return [self._taking(dict.fromkeys(self.lines), page, line) for line in range(len(page))]
        # What is remembered stops at the first rule that decides; where rules are off, others may come after it.
        known = {} if page.timed_out else self._known
        found = [known.get(text) for text in page.text]
        unknown = [line for line, rules in enumerate(found) if rules is None]
        if unknown:
            candidates = self._candidates(page, unknown)
            if len(known) > REMEMBERED:
                known.clear()
            for line in unknown:
                rules = self._taking(candidates[line], page, line) if line in candidates else ()
                found[line] = rules
                text = page.text[line]
                if len(text) <= SHORT and not page.timed_out:
                    known[text] = rules
        return found  # type: ignore[return-value]  # none is left unknown

    def _taking(self, candidates: Candidates, page: Page, line: int) -> tuple[CompiledRule, ...]:
        """Of the candidates those that take the line, up to the first that takes it whatever stands around it.

        What comes after that one has no say any more, but for rules that keep the line or cut parts of it.
        """
        answers: dict[str, bool] = {}
        rules: list[CompiledRule] = []
        taken = False
        text = spaced(page.text[line])
        for each in sorted(candidates, key=_by_index) if len(candidates) > 1 else candidates:
            if taken and not each.always_asked:
                continue
            if each.suits(page, line) and self._takes(each, candidates[each], page, line, text, answers):
                rules.append(each)
                taken = taken or each.decides
        return tuple(rules)

    def _takes(
        self, each: CompiledRule, chosen: int | None, page: Page, line: int, text: str, answers: dict[str, bool]
    ) -> bool:
        """`chosen`: the patterns to try; none if a phrase was found; None if nothing was looked for yet."""
        assert each.match is not None
        if each.rule.id in page.timed_out:
            return False
        try:
            if chosen is None:
                return each.match.matches(page, line) and each.allows(page, line)
            if each.match.as_it_stands:
                text, answers = page.text[line], {}
            return (not chosen or each.match.patterns.found(text, chosen, answers)) and each.allows(page, line)
        except PatternTimeout:
            page.timed_out.add(each.rule.id)
            return False

    def _candidates(self, page: Page, lines: list[int]) -> dict[int, dict[CompiledRule, int]]:
        """Of some lines: line -> rules to try on it -> which of their patterns; none where a phrase was found."""
        asked: dict[int, list[PatternUse]] = {}
        sure: list[tuple[int, str]] = []
        orthography, by_initial = page.orthography, self._by_initial
        whatever = by_initial.get("")
        bare = [page.folded[line] for line in lines]
        wholes, all_prefixes = map(self._whole.get, bare), map(self._prefixes.get, [text[:PREFIX_LENGTH] for text in bare])
        for line, text, names, prefixes in zip(lines, bare, wholes, all_prefixes, strict=True):
            if names is not None:
                sure += [(line, name) for name in names]
            if prefixes is not None and text.startswith(prefixes):
                for phrase in prefixes:
                    if text.startswith(phrase) and not inside_word(text, len(phrase), orthography):
                        sure += [(line, name) for name in self._starts[phrase]]
            plain = text.isascii()
            for word in self._words.keys() & (text.translate(_SPACES).split() if plain else _WORDS.findall(text)):
                if plain or holds_phrase(text, word, orthography):
                    asked.setdefault(line, []).extend(self._words[word])
            for uses in (by_initial.get(initial_class(page.text[line][0])), whatever):
                if uses:
                    asked.setdefault(line, []).extend(uses)
        text, starts = _joined(bare)
        for at, start, end in self._search(text):
            begins, ends, uses, names = self._others[at]
            if begins and text[start - 1].isalnum() and inside_word(text, start, orthography):
                continue
            if ends and text[end] not in " \n" and inside_word(text, end, orthography):
                continue
            line = lines[bisect_right(starts, end - 1) - 1]
            if uses:
                asked.setdefault(line, []).extend(uses)
            for name in names:
                sure.append((line, name))
        found = {line: _patterns_to_try(page, line, uses) for line, uses in asked.items()}
        for line, name in sure:
            found.setdefault(line, {})[name] = 0
        return {
            line: {rule: chosen for name, chosen in some.items() if (rule := self.rule(name)) is not None}
            for line, some in found.items()
            if some
        }

    def _search(self, text: str) -> list[tuple[int, int, int]]:
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:  # lone surrogates, which no phrase holds
            return self._search(text.encode("utf-8", "replace").decode("utf-8"))


def compile_strangers(rules: RuleSet, library: PatternLibrary) -> None:
    """Compile the patterns of packs that are not shipped, and so not tested, before any text is read.

    Raises RuleError with every pattern that does not compile.
    """
    matches = [(rule, key, match) for rule in rules.strangers() for key, match in matches_of(rule)]
    patterns = [(rule, key, source) for rule, key, match in matches for source in match.pattern]
    if not patterns:
        return
    import regex

    problems = []
    for rule, key, source in patterns:
        try:
            library.pattern(source)
        except regex.error as error:
            problems.append(
                Problem(rule.file, rule.id, f"{key}.pattern", f"{source!r:.150} does not compile: {error!s:.150}")
            )
    if problems:
        raise RuleError(tuple(problems))


_WORDS = re.compile("[0-9a-z]+")  # of folded text; short literals are of these, and may stand between other scripts
_SPACES = {code: " " for code in range(128) if not chr(code).isalnum()}  # finds the same in ASCII, in half the time
_DIGIT = re.compile(r"\d|[^\x00-\x7f]")  # digits of all kinds that str.isdigit knows, and much else


def _patterns_to_try(page: Page, line: int, uses: Iterable[PatternUse]) -> dict[str, int]:
    """Of the rules that literals ask for, those of which patterns may match a line, with these patterns."""
    text, words = page.text[line], page.words[line]
    lacking, first = missing_characters(text), initial_class(text[0])
    found: dict[str, int] = {}
    for name, patterns, needs, openings, most in uses:
        if words <= most and not needs & lacking and (not openings or first in openings):
            found[name] = found.get(name, 0) | patterns
    return found


def _by_index(each: CompiledRule) -> int:
    return each.index


def _joined(lines: list[str]) -> tuple[str, list[int]]:
    """Lines as one text, a line feed before and after each, and the offset of each in it."""
    return "\n" + "\n".join(lines) + "\n", [*accumulate([len(line) + 1 for line in lines], initial=1)]


@lru_cache(maxsize=8)
def compiled(rules: RuleSet) -> CompiledRules:
    """The compiled form of a rule set, made once; rule sets compare by identity."""
    return CompiledRules(rules)
