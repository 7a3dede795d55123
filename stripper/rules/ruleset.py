"""Rules in order of precedence, with what stays and what is switched off."""

from __future__ import annotations

import marshal
import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import lru_cache, partial
from typing import Any

from ..dataclass import dataclass
from ..errors import OptionError
from ..model import CATEGORIES, KEPT
from ..reading.languages import Language
from ..reading.orthography import Orthography
from ..version import __version__
from .finding import shipped_prefix
from .format import LINE_KINDS, MECHANISMS, Match, Rule, kind_of
from .names import require_name
from .phrase_index import PhraseIndexes, build_phrase_indexes
from .phrases import Table, add_folded_phrases, tables_of
from .tables import from_table, to_table

ALL_LANGUAGES = "all"


# What is read of a rule before it is built, and its table as `marshal` writes it: few are ever built.
WrittenRule = tuple[Table, bytes | Table]


class CachedRules(Sequence[Rule]):
    """Rules as they come from the cache, each built when it is first asked for: a page needs few of them.

    The index of their `phrases` may name rules that are not among these.
    """

    def __init__(self, tables: Sequence[WrittenRule], phrases: PhraseIndexes) -> None:
        self.phrases, self._tables = phrases, tables
        self._built: dict[int, Rule] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return CachedRules, (self._tables, self.phrases)  # the same bytes, whatever was built by then

    def __len__(self) -> int:
        return len(self._tables)

    @typing.overload
    def __getitem__(self, at: int) -> Rule: ...
    @typing.overload
    def __getitem__(self, at: slice) -> Sequence[Rule]: ...
    def __getitem__(self, at: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(at, slice):
            return tuple(self)[at]
        if at not in self._built:
            self._built[at] = from_table(_read(self._tables[at][1]))
        return self._built[at]

    def seen(self) -> Iterator[Callable[[str], Any]]:
        """For each rule a way to read its fields without building it; None stands for defaults."""
        return (head.get for head, _ in self._tables)

    def without(self, disabled: frozenset[str]) -> CachedRules:
        """Those whose id and category are not among these."""
        left = [each for each in self._tables if disabled.isdisjoint((each[0]["id"], each[0]["category"]))]
        return CachedRules(left, self.phrases)


def written_rule(table: Table) -> WrittenRule:
    """The table of a rule as it is kept."""
    head = {name: table[name] for name in ("id", "category", "action", "file") if name in table}
    head |= {name: True for name in (*MECHANISMS, "match") if name in table}
    try:
        return head, marshal.dumps(table)
    except ValueError:  # it holds what is no plain value, such as a date; the rule says so itself
        return head, table


def _read(written: bytes | Table) -> Table:
    return marshal.loads(written) if isinstance(written, bytes) else written


@dataclass(frozen=True, eq=False)
class RuleSet:
    """Rules in order of precedence, first wins: sites, languages, core. Made once, shared, picklable.

    `languages` are those that can be told, `kept` the categories whose lines stay. Rules that are written in some
    language apply to pages in one of those that are `spoken`; where none are named, they are found for each page.
    However often a rule set is unpickled, a process has it once, and so compiles it once: an engine that sends it
    along with each task loses nothing by that.
    """

    rules: Sequence[Rule]
    orthography: Orthography
    languages: tuple[Language, ...] = ()
    kept: frozenset[str] = KEPT
    spoken: frozenset[str] = frozenset()

    def __reduce__(self) -> tuple[Any, ...]:
        import pickle  # loads slowly, and few runs need it

        return _unpickled, (__version__, pickle.dumps(tuple(getattr(self, each.name) for each in fields(self))))

    @property
    def phrases(self) -> PhraseIndexes:
        """The phrases of all rules, made anew unless the rules come with it."""
        if isinstance(self.rules, CachedRules):
            return self.rules.phrases
        tables: tuple[Table, ...] = to_table(tuple(self.rules))
        add_folded_phrases(
            [table for table in tables_of(Match.__name__, tables) if "folded" not in table], self.orthography
        )
        return build_phrase_indexes(tables)

    def kinds(self) -> list[tuple[str, str]]:
        """Id and kind of each rule."""
        return [(get("id"), kind_of(get)) for get in self._seen()]

    def by_marks(self) -> list[str]:
        """Ids of the rules that go by the marks of lines alone, and by none of their words."""
        return [get("id") for get in self._seen() if get("match") is None and kind_of(get) in LINE_KINDS]

    def strangers(self) -> list[Rule]:
        """The rules of packs that are not shipped."""
        shipped = shipped_prefix()
        return [self.rules[at] for at, get in enumerate(self._seen()) if not (get("file") or "").startswith(shipped)]

    def _seen(self) -> Iterator[Callable[[str], Any]]:
        if isinstance(self.rules, CachedRules):
            return self.rules.seen()
        return (partial(getattr, rule) for rule in self.rules)

    def with_options(
        self,
        keep: Iterable[str] = (),
        drop: Iterable[str] = (),
        disable: Iterable[str] = (),
        languages: Iterable[str] = (),
    ) -> RuleSet:
        """Keep or drop whole categories, switch off rules by id or category, name the languages of all pages.

        ALL_LANGUAGES stands for all of them. Raises UnknownNameError for a name that no category (or, with `disable`,
        no rule; with `languages`, no language) has.
        """
        keep, drop, disabled = frozenset(keep), frozenset(drop), frozenset(disable)
        codes = dict.fromkeys(each.code for each in self.languages)
        spoken = frozenset(languages)
        for name in sorted(spoken):
            require_name(name, (ALL_LANGUAGES, *codes), "language")
        if ALL_LANGUAGES in spoken:
            spoken = frozenset(codes)
        for name in sorted(keep | drop):
            require_name(name, CATEGORIES, "category")
        for name in sorted(disabled):
            require_name(name, (*CATEGORIES, *(get("id") for get in self._seen())), "category or rule")
        if not (keep or drop or disabled or spoken):
            return self
        rules = self.rules
        if disabled and isinstance(rules, CachedRules):
            rules = rules.without(disabled)
        elif disabled:
            rules = tuple(rule for rule in rules if rule.id not in disabled and rule.category not in disabled)
        return replace(self, rules=rules, kept=(self.kept | keep) - drop, spoken=spoken or self.spoken)


@lru_cache(maxsize=8)  # as many as are compiled
def _unpickled(version: str, pickled: bytes) -> RuleSet:
    """Raises OptionError for rules of another version of this package: they would not be understood, or misread."""
    import pickle

    if version != __version__:
        raise OptionError(f"rules come from stripper {version}, and here is {__version__}: install one of them on all")
    return RuleSet(*pickle.loads(pickled))


def find_rule(rules: RuleSet, name: str) -> Rule:
    """The rule of an id. Raises UnknownNameError with the nearest one."""
    require_name(name, [rule.id for rule in rules.rules], "rule")
    return next(rule for rule in rules.rules if rule.id == name)
