"""Rules in order of precedence, with what stays and what is switched off."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from ..dataclass import dataclass
from ..errors import OptionError
from ..model import CATEGORIES, KEPT
from ..reading.languages import Language
from ..reading.orthography import Orthography
from ..version import __version__
from .cache import Parts, fingerprint
from .finding import shipped_prefix
from .format import LINE_KINDS, Match, Rule
from .names import require_name
from .phrase_index import PhraseIndexes, build_phrase_indexes
from .phrases import Table, add_folded_phrases, tables_of
from .tables import from_table, to_table

ALL_LANGUAGES = "all"


# What is read of a rule before it is built: id, category, kind, whether it has a match table, whether it is for some
# sites alone, whether its pack is not shipped.
Head = tuple[str, str, str, bool, bool, bool]


def heads_of(rules: Iterable[Rule]) -> tuple[Head, ...]:
    shipped = shipped_prefix()
    return tuple(
        (each.id, each.category, each.kind, each.match is not None, bool(each.site), not each.file.startswith(shipped))
        for each in rules
    )


class CachedRules(Sequence[Rule]):
    """Rules as they are kept, each built when it is first asked for: a page needs few of them.

    `numbers` are those of their tables in `parts`, `key` tells them from rules that take other lines. The index of
    `phrases` may name rules that are not among these.
    """

    def __init__(
        self, heads: Sequence[Head], numbers: Sequence[int], phrases: PhraseIndexes, parts: Parts, key: bytes
    ) -> None:
        self.heads, self.phrases, self.key = heads, phrases, key
        self._numbers, self._parts = numbers, parts
        self._built: dict[int, Rule] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        # The same bytes, whatever was built by then.
        return CachedRules, (self.heads, self._numbers, self.phrases, self._parts, self.key)

    def __len__(self) -> int:
        return len(self.heads)

    @typing.overload
    def __getitem__(self, at: int) -> Rule: ...
    @typing.overload
    def __getitem__(self, at: slice) -> Sequence[Rule]: ...
    def __getitem__(self, at: int | slice) -> Rule | Sequence[Rule]:
        if isinstance(at, slice):
            return tuple(self)[at]
        if at not in self._built:
            self._built[at] = from_table(self._parts.read(self._numbers[at]))
        return self._built[at]

    def without(self, disabled: frozenset[str]) -> CachedRules:
        """Those whose id and category are not among these."""
        left = [at for at, head in enumerate(self.heads) if disabled.isdisjoint(head[:2])]
        heads, numbers = [self.heads[at] for at in left], [self._numbers[at] for at in left]
        key = fingerprint(self.key, "\0".join(name for name, *_ in heads).encode("utf-8", "surrogatepass"))
        return CachedRules(heads, numbers, self.phrases, self._parts, key)


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

    def __repr__(self) -> str:
        """A line: all that the shipped rules say is millions of characters, too many for a prompt or a traceback."""
        return f"<RuleSet of {len(self.rules):,} rules, keeps {', '.join(sorted(self.kept))}>"

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

    def heads(self) -> Sequence[Head]:
        """What is to be known of each rule before it is asked for."""
        return self.rules.heads if isinstance(self.rules, CachedRules) else heads_of(self.rules)

    def of_kind(self, wanted: str) -> list[Rule]:
        """The rules of a kind, in order of precedence."""
        return [self.rules[at] for at, (_, _, kind, *_) in enumerate(self.heads()) if kind == wanted]

    def by_marks(self) -> list[str]:
        """Ids of the rules that go by the marks of lines alone, and by none of their words."""
        return [name for name, _, kind, has_match, *_ in self.heads() if not has_match and kind in LINE_KINDS]

    def are_scoped(self) -> bool:
        """Whether any of the rules is for some sites alone."""
        return any(has_site for *_, has_site, _ in self.heads())

    def contents(self) -> Any:
        """What tells the rules from others, wherever their packs are; its `repr` is the same in each process."""
        if isinstance(self.rules, CachedRules):
            return self.rules.key
        return [replace(rule, file="") for rule in self.rules]

    def strangers(self) -> list[Rule]:
        """The rules of packs that are not shipped."""
        return [self.rules[at] for at, (*_, is_own) in enumerate(self.heads()) if is_own]

    def with_options(
        self,
        keep: Iterable[str] = (),
        drop: Iterable[str] = (),
        disable: Iterable[str] = (),
        languages: Iterable[str] = (),
    ) -> RuleSet:
        """Keep or drop whole categories, switch off rules by id or category, name the languages of all pages.

        ALL_LANGUAGES stands for all of them. Raises UnknownNameError for a name that no category (or, with `disable`,
        no rule; with `languages`, no language) has, OptionError for a category that is to be kept and dropped at once.
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
        for name in sorted(keep & drop):
            raise OptionError(f"{name!r} is to be kept and dropped at once; say one of the two")
        for name in sorted(disabled):
            require_name(name, (*CATEGORIES, *(name for name, *_ in self.heads())), "category or rule")
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
