"""A rule ready to run."""

from __future__ import annotations

from ...reading.orthography import Orthography
from ...reading.page import Page
from ...rules.format import Rule
from .budget import Budget, OutOfTime
from .conditions import Checks, checks_of, none_of, phrases_of, steps_of
from .matcher import Matcher
from .patterns import PatternLibrary
from .scope import speaks_of

CHARACTERS_OF_A_STEP = 1000  # of a line that is searched


class CompiledRule:
    """A rule with its conditions as checks; `until` ends its section, `index` is its place in the order of precedence.
    It is `own` if it comes from a pack that is not shipped, and so is there since a person wants it.

    A `late` rule asks what the lines around it are, so where it stands is checked after the independent pass. One that
    `decides` takes a line whatever stands around it; one that is `always_asked` does not take it.
    """

    __slots__ = (
        "_budget", "_everywhere", "_of_line", "_of_place", "_of_words", "_steps", "_steps_to_end", "always_asked",
        "decides", "index", "kind", "late", "match", "own", "rule", "until",
    )  # fmt: skip

    def __init__(
        self, rule: Rule, index: int, orthography: Orthography, library: PatternLibrary, own: bool = False
    ) -> None:
        self.own, self._budget = own, Budget(rule.id, own)
        until = rule.section.until_match if rule.section else None
        self.rule, self.index, self.kind = rule, index, rule.kind
        self.match: Matcher | None = None
        if rule.match:
            self.match = Matcher(rule.match, orthography, library, self._budget, rule.action == "trim")
        self.until = Matcher(until, orthography, library, self._budget) if until else None
        self._of_line, self._of_words, self._of_place = checks_of(rule.where, orthography, library, self._budget)
        unless = checks_of(rule.unless, orthography, library, self._budget)
        self._steps, self._steps_to_end = steps_of(rule.where) + steps_of(rule.unless), 1 + phrases_of(until)
        if any(unless):
            exception = (none_of(sum(unless, ())),)
            if unless[2]:
                self._of_place += exception
            elif unless[1]:
                self._of_words += exception
            else:
                self._of_line += exception
        self._everywhere = not (any(rule.scope) or rule.off_in)
        if not self._everywhere:
            self._of_place = (lambda page, line: self.speaks_of(page), *self._of_place)
        if rule.section and rule.section.needs_end:
            self._of_place += (self._has_end,)
        self.late = rule.asks_category()
        self.always_asked = rule.action != "remove"
        self.decides = rule.evidence and not (self.always_asked or self.late or self._of_place)

    @property
    def heads_reviews(self) -> bool:
        return self.rule.section is not None and self.rule.section.until == "reviews"

    def speaks_of(self, page: Page) -> bool:
        """Whether a page is one that the rule is for, see `Rule`."""
        if self._everywhere:
            return True
        answer = page.spoken_of.get(self.rule.id)
        if answer is None:
            answer = page.spoken_of[self.rule.id] = speaks_of(self.rule, page)
        return answer

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

    def has_time(self, page: Page, steps: int) -> bool:
        """Count steps of the rule on a page, and tell whether it has time left there."""
        if self.rule.id in page.timed_out:
            return False
        if not self._budget.spend_steps(page.clock, steps):
            page.timed_out.add(self.rule.id)
            return False
        return True

    def _has_time_for(self, page: Page, line: int, steps: int) -> bool:
        """`has_time`, for what is asked of one line: more of a long one."""
        return self.has_time(page, steps * (1 + len(page.text[line]) // CHARACTERS_OF_A_STEP))

    def _all(self, checks: Checks, page: Page, line: int) -> bool:
        # Only rules that are not shipped have their steps counted, which takes some time itself.
        if self.rule.id in page.timed_out or (self.own and not self._has_time_for(page, line, self._steps)):
            return False
        try:
            for check in checks:
                if not check(page, line):
                    return False
        except OutOfTime:
            page.timed_out.add(self.rule.id)
            return False
        return True

    def ends(self, page: Page, line: int) -> bool:
        """Whether a line is one that ends the rule's section; any does, once the rule ran out of time."""
        if self.until is None:
            return False
        try:
            return not self._has_time_for(page, line, self._steps_to_end) or self.until.matches(page, line)
        except OutOfTime:
            page.timed_out.add(self.rule.id)
            return True

    def _has_end(self, page: Page, marker: int) -> bool:
        assert self.rule.section is not None
        last = min(marker + self.rule.section.max_lines + 1, len(page) - 1)
        return any(self.ends(page, line) for line in range(marker + 1, last + 1))

    def spans(self, page: Page, line: int) -> list[tuple[int, int]]:
        """What the rule cuts out of a line, as offsets into the page's text of it."""
        assert self.match is not None
        try:
            if self.rule.id in page.timed_out:
                return []
            return list(self.match.patterns.spans(page.text[line], page.clock))
        except OutOfTime:
            page.timed_out.add(self.rule.id)
            return []

    def matches(self, page: Page, line: int) -> bool:
        """Whether a line holds what the rule looks for, found without the prefilter."""
        assert self.match is not None
        codes = self.rule.language or self.rule.written_in
        if not codes or not page.languages.isdisjoint(codes):
            return self.match.matches(page, line)
        return not self.rule.language and self.match.has_phrase("whole", page, line)

    def applies(self, page: Page, line: int) -> bool:
        """Whether match, `where` and `unless` all say yes, found without the prefilter."""
        return self.meets(page, line) and (self.match is None or self._all((self.matches,), page, line))
