"""Patterns compiled when first needed, and run under a time limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from time import perf_counter
from typing import Any

from ...reading.clock import Clock
from ...rules.cache import Parts, fingerprint, keep, recall_with_parts
from ...rules.phrase_index import PatternSources
from .budget import Budget, OutOfTime

PATTERN_TIMEOUT = 0.25  # seconds that one may take on one line, before its rule is left out for the page
# Characters of the longest texts that `rules check` leads each pattern astray with. On texts as long the patterns of
# shipped packs, which pass it, take some milliseconds at most. To ask `regex` for a limit takes ten times as long as
# most searches, so these go without.
TRIED = 1000


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

    __slots__ = ("_by_length", "_parts", "_rebuild", "_sources", "_strangers")
    _rebuild: Callable[..., Any]
    _parts: Parts

    def __init__(self, sources: PatternSources | None = None, strangers: frozenset[str] = frozenset()) -> None:
        """`strangers` are those of packs that are not shipped; without `sources` nothing is known of any."""
        self._sources, self._strangers = sources, strangers
        # Length -> part: source -> part: what `regex` makes a pattern of. Of 2,000 sources a page needs some fifty.
        self._by_length: dict[int, int] | None = None

    def are_tried(self, sources: Iterable[str]) -> bool:
        """Whether some patterns need no limit on texts of TRIED characters."""
        return self._sources is not None and self._strangers.isdisjoint(sources)

    def pattern(self, source: str) -> Any:
        """Raises `regex.error` for what does not compile."""
        if self._by_length is None:
            self._by_length = self._load(self._sources) if self._sources else {}
        near = self._by_length.get(len(source))
        code = None if near is None else self._parts.read(near).get(source)
        return compile_pattern(source) if code is None else self._rebuild(*self._parts.read(code))

    def _load(self, sources: PatternSources) -> dict[int, int]:
        import copyreg

        import regex

        pickled: Callable[[Any], Any] = copyreg.dispatch_table[regex.Pattern]
        self._rebuild = pickled(regex.compile(""))[0]
        key = fingerprint(regex.__version__.encode(), sources.key)
        known, self._parts = recall_with_parts(key)
        if known is None and len(sources.read()) >= WORTH_KEEPING:
            parts = Parts()
            keep(key, lambda: _codes(sources.read(), pickled, parts), parts)
        return known or {}


WORTH_KEEPING = 20  # patterns; fewer are compiled sooner than a file is written


def _codes(sources: Iterable[str], pickled: Callable[[Any], Any], parts: Parts) -> dict[int, int]:
    import regex

    found: dict[int, dict[str, int]] = {}
    for source in sources:
        with suppress(regex.error):  # said where it is used
            found.setdefault(len(source), {})[source] = parts.add(pickled(compile_pattern(source))[1])
    return {length: parts.add(some) for length, some in found.items()}


class Patterns:
    """The patterns of one match table; compiled when first needed, since that takes far longer than a search."""

    __slots__ = ("_budget", "_compiled", "_library", "_tried", "sources")

    def __init__(self, sources: tuple[str, ...], library: PatternLibrary, budget: Budget) -> None:
        self.sources, self._library, self._budget = sources, library, budget
        self._tried = library.are_tried(sources)
        self._compiled: dict[int, Any] = {}

    def compiled(self, number: int) -> Any:
        pattern = self._compiled.get(number)
        if pattern is None:
            pattern = self._compiled[number] = self._library.pattern(self.sources[number])
        return pattern

    def spans(self, text: str, clock: Clock) -> Iterator[tuple[int, int]]:
        """Where the patterns match: the group `cut` where a pattern has one, else the whole match."""
        for pattern in map(self.compiled, range(len(self.sources))):
            group = "cut" if "cut" in pattern.groupindex else 0
            for found in self._timed(_find_all(pattern), text, clock):
                if found.end(group) > found.start(group):
                    yield found.span(group)

    def found(self, text: str, chosen: int, answers: dict[str, bool], clock: Clock) -> bool:
        """Whether any of the `chosen` patterns (a bit for each) matches a text, each run of white space one space.

        `answers` holds, by pattern, what has been found of this text; packs of several languages share patterns.
        """
        while chosen:
            number = (chosen & -chosen).bit_length() - 1  # of the lowest bit
            source = self.sources[number]
            if (answer := answers.get(source)) is None:
                pattern = self._compiled.get(number) or self.compiled(number)
                answer = answers[source] = self._timed(pattern.search, text, clock) is not None
            if answer:
                return True
            chosen &= chosen - 1
        return False

    def _timed(self, search: Callable[..., Any], text: str, clock: Clock) -> Any:
        self._budget.check(clock)  # before a search: each further rule would have one more
        start = perf_counter()
        try:
            found = search(text) if self._tried and len(text) <= TRIED else search(text, timeout=PATTERN_TIMEOUT)
        except (TimeoutError, MemoryError) as error:
            found = error
        self._budget.spend(clock, perf_counter() - start)
        if isinstance(found, Exception):
            raise OutOfTime
        return found


def _find_all(pattern: Any) -> Callable[..., list[Any]]:
    return lambda text, **limit: list(pattern.finditer(text, **limit))


def spaced(text: str) -> str:
    """As patterns see a line: each run of white space one space."""
    even = text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " "  # as most lines are
    return text if even else " ".join(text.split())
