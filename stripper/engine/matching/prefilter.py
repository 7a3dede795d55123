"""From a page to the rules that take its lines: what is worth trying is looked up, see `Lookup`, and tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from ...errors import Problem, RuleError
from ...reading.languages import language_finder, likely_languages
from ...reading.page import Page
from ...rules.format import Rule, matches_of
from ...rules.phrase_index import ANY_LANGUAGE, OWN
from ...rules.ruleset import CachedRules, RuleSet
from .budget import OutOfTime
from .compiled_rule import CompiledRule
from .lookup import MOST_ASKED, Lookup
from .patterns import PatternLibrary, spaced

SHORT = 160  # characters; what is found of longer lines, which are hardly met again, is not remembered
AT_ONCE = 200  # lines that rules which are not shipped are looked up for
REMEMBERED = 100_000  # lines; with their keys they take about 30 MB
MOST_LOOKUPS = 16  # for as many different sets of languages; each takes a few milliseconds to make
Candidates = Mapping[CompiledRule, int | None]  # rules to try on a line -> which of their patterns, a bit for each


class CompiledRules:
    """A rule set ready to run. Raises RuleError for patterns of packs not shipped that do not compile."""

    def __init__(self, rules: RuleSet, prefilter: bool = True) -> None:
        self._rules, self._traits = rules.rules, rules.orthography
        if not prefilter and isinstance(rules.rules, CachedRules):
            raise ValueError("rules from the cache have their phrases in the index alone; load them with examples")
        indexes = rules.phrases
        own = rules.strangers()
        self._own = frozenset(rule.id for rule in own)
        strangers = list(_patterns(own))
        self._library = PatternLibrary(indexes["patterns"], frozenset(source for _, _, source in strangers))
        _compile(strangers, self._library)
        heads = rules.heads()
        self._place = {name: place for place, (name, *_) in enumerate(heads)}
        self._compiled: dict[str, CompiledRule] = {}
        self._of_kind: dict[str, list[str]] = {}
        for name, _, kind, *_ in heads:
            self._of_kind.setdefault(kind, []).append(name)
        self._prefilter = prefilter
        self._indexes = indexes
        self._finder, self._spoken = language_finder(rules.languages), rules.spoken
        self._lookups: dict[frozenset[str], Lookup] = {}  # by languages, those used last at the end

    def rule(self, name: str) -> CompiledRule | None:
        """The rule of an id, compiled when it is first asked for; None if the set does not have it."""
        rule = self._compiled.get(name)
        if rule is None and (place := self._place.get(name)) is not None:
            own = name in self._own
            rule = self._compiled[name] = CompiledRule(self._rules[place], place, self._traits, self._library, own)
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

        Finds the languages of the page first. A rule of which a pattern runs out of time is left out for the whole
        page, and named in `page.timed_out`.
        """
        return self.found_and_refused(page)[0]

    def found_and_refused(self, page: Page) -> tuple[dict[int, list[CompiledRule]], dict[int, list[CompiledRule]]]:
        """What `found` gives, and for lines the rules that would take them if they stood elsewhere."""
        self._find_languages(page)
        result: dict[int, list[CompiledRule]] = {}
        refused: dict[int, list[CompiledRule]] = {}
        for line, rules in enumerate(self._taking_by_itself(page)):
            if not rules:
                continue
            if matching := [each for each in rules if each.late or each.fits(page, line)]:
                result[line] = matching
            if len(matching) < len(rules):
                refused[line] = [each for each in rules if each not in matching and not each.always_asked]
        if page.timed_out:
            for line, matching in result.items():
                result[line] = [each for each in matching if each.rule.id not in page.timed_out]
        return {line: matching for line, matching in result.items() if matching}, refused

    def _find_languages(self, page: Page) -> None:
        """Note the language of a page, and those whose rules apply to it: all where too little tells."""
        signs = self._finder.signs(page.folded)
        if self._spoken:
            signs = {code: count for code, count in signs.items() if code in self._spoken}
        found = likely_languages(signs) or tuple(self._spoken if len(self._spoken) == 1 else ())
        page.spoken_of.clear()
        page.language = found[0] if found else ""
        page.languages = self._spoken or frozenset((*found, *self._finder.widespread) if found else self._finder.codes)

    def _lookup(self, languages: frozenset[str]) -> Lookup:
        """The lookup for pages in some languages, made when first needed."""
        lookup = self._lookups.pop(languages, None)
        if lookup is None:
            codes = [code for code in self._indexes["by_language"] if code in languages or code == ANY_LANGUAGE]
            names = {OWN + code for code in (*languages, ANY_LANGUAGE)}
            own = [code for code in self._indexes["by_language"] if code in names]
            lookup = Lookup(codes, self._indexes, Lookup(own, self._indexes) if own else None)
        self._lookups[languages] = lookup
        if len(self._lookups) > MOST_LOOKUPS:
            del self._lookups[next(iter(self._lookups))]
        if sum(len(each.known) for each in self._lookups.values()) > REMEMBERED:
            for each in self._lookups.values():
                each.known.clear()
                each.asked.clear()
        return lookup

    def _taking_by_itself(self, page: Page) -> list[tuple[CompiledRule, ...]]:
        """For each line the rules that take it as far as it alone can tell, in order of precedence.

        A site prints its menus on every page, so what is found of a short line is remembered.
        """
        if not self._prefilter:
            return [self._taking(dict.fromkeys(self.lines), page, line) for line in range(len(page))]
        # What is remembered stops at the first rule that decides; where rules are off, others may come after it.
        lookup = self._lookup(page.languages)
        known = {} if page.timed_out else lookup.known
        found = [known.get(text) if len(text) <= SHORT else None for text in page.text]
        unknown = [line for line, rules in enumerate(found) if rules is None]
        if unknown or lookup.own is not None:
            candidates = self._candidates(lookup, page, unknown) if unknown else {}
            for some, own in self._own_candidates(lookup, page, unknown):
                for line in some:
                    mine, theirs = own.get(line), candidates.get(line)
                    both = {**theirs, **mine} if theirs and mine else theirs or mine
                    rules = self._taking(both, page, line) if both else ()
                    found[line] = rules
                    text = page.text[line]
                    if len(text) <= SHORT and not page.timed_out:
                        known[text] = rules
        return found  # type: ignore[return-value]  # none is left unknown

    def _own_candidates(
        self, lookup: Lookup, page: Page, unknown: list[int]
    ) -> Iterator[tuple[list[int], dict[int, dict[CompiledRule, int]]]]:
        """`_candidates` of rules that are not shipped, for some lines after the others: packs of strangers may ask for
        any number. Where a page asks for too much, all such rules are out of time, whatever is known of its lines.
        """
        if lookup.own is None or page.timed_out.issuperset(self._own):
            yield unknown, {}
            return
        left = set(unknown)
        asking = dict[int, int]()
        total = sum(lookup.asked.get(text, 0) for line, text in enumerate(page.text) if line not in left)
        for at in range(0, len(unknown) or 1, AT_ONCE):
            some, found = unknown[at : at + AT_ONCE], dict[int, dict[CompiledRule, int]]()
            if not page.timed_out.issuperset(self._own):
                try:
                    found = self._candidates(lookup.own, page, some, asking, MOST_ASKED - total)
                except OutOfTime:
                    page.timed_out |= self._own
            total += sum(asking.values())
            for line, count in asking.items():
                if len(page.text[line]) <= SHORT:
                    lookup.asked[page.text[line]] = count
            asking.clear()
            yield some, found

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
                return each.matches(page, line) and each.allows(page, line)
            if each.match.as_it_stands:
                text, answers = page.text[line], {}
            found = not chosen or each.match.patterns.found(text, chosen, answers, page.clock)
            return found and each.allows(page, line)
        except OutOfTime:
            page.timed_out.add(each.rule.id)
            return False

    def _candidates(
        self, lookup: Lookup, page: Page, lines: list[int], asking: dict[int, int] | None = None, most: int = 0
    ) -> dict[int, dict[CompiledRule, int]]:
        """Of some lines: line -> rules to try on it -> which of their patterns; none where a phrase was found."""
        return {
            line: {rule: chosen for name, chosen in some.items() if (rule := self.rule(name)) is not None}
            for line, some in lookup.candidates(page, lines, asking, most).items()
            if some
        }


def _patterns(rules: Sequence[Rule]) -> Iterator[tuple[Rule, str, str]]:
    """The patterns of rules, each with its rule and the key of its table."""
    for rule in rules:
        for key, match in matches_of(rule):
            yield from ((rule, key, source) for source in match.pattern)


def _compile(patterns: Sequence[tuple[Rule, str, str]], library: PatternLibrary) -> None:
    """Compile the patterns of packs that are not shipped, and so not tested, before any text is read.

    Raises RuleError with every pattern that does not compile.
    """
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


def _by_index(each: CompiledRule) -> int:
    return each.index


@lru_cache(maxsize=8)
def compiled(rules: RuleSet) -> CompiledRules:
    """The compiled form of a rule set, made once; rule sets compare by identity."""
    return CompiledRules(rules)
