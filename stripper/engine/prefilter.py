"""From a page to the rules that take its lines, without asking each rule of each line.

Whole lines and their first characters are looked up; all other phrases and pattern literals of all rules are looked
for at once, in one pass over the folded page (Aho and Corasick, 1975). Conditions and patterns are then tried on the
lines so found. Anchors are part of what is looked for: "starts" is the phrase after a line feed, "ends" the phrase
before one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from ..errors import Problem, RuleError
from ..reading.page import Page
from ..rules.characters import initial_class, missing_characters
from ..rules.format import matches_of
from ..rules.phrase_index import PREFIX_LENGTH, PatternUse
from ..rules.ruleset import CachedRules, RuleSet
from .compiled_rule import CompiledRule
from .matcher import holds_phrase, inside_word
from .patterns import PatternLibrary, PatternTimeout, spaced

SHORT = 160  # characters; what is found of longer lines, which are hardly met again, is not remembered
REMEMBERED = 100_000  # lines; with their keys they take about 30 MB
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
        may_run_out = bool(page.timed_out)  # so might the first that takes the line, and then the others have a say
        for each in sorted(candidates, key=_by_index) if len(candidates) > 1 else candidates:
            if taken and not each.always_asked:
                continue
            if each.suits(page, line) and self._takes(each, candidates[each], page, line, text, answers):
                rules.append(each)
                taken = taken or (each.decides and not may_run_out)
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
            found = not chosen or each.match.patterns.found(text, chosen, answers, page.seconds)
            return found and each.allows(page, line)
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
        wholes, all_prefixes = (
            map(self._whole.get, bare),
            map(self._prefixes.get, [text[:PREFIX_LENGTH] for text in bare]),
        )
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
