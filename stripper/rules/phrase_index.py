"""The phrases and literals of all rules in one index, so that no rule is asked alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypedDict, TypeVar

from .cache import Parts, fingerprint
from .finding import shipped_prefix
from .phrases import PatternNeeds, Table, patterns_without_literal, tables_of

Value = TypeVar("Value")
OPENING_LENGTH = 2  # characters; whole lines are kept by so many, of which a page has some fifty that are known
PREFIX_LENGTH = 5  # characters; phrases at the start of a line are looked up by so many, and few of them share these
NO_WORD_LIMIT = 1 << 30  # words; more than a line has

# Patterns of a rule that a literal asks for: the rule's id, which of its patterns to try (a bit for each), what those
# need, and the most words that the rule lets a line have.
PatternUse = tuple[str, int, PatternNeeds, int]


class PhraseIndex(TypedDict):
    """What the lines of a page are looked up in, for all rules that look at single lines and apply to its language, but
    for phrases that are whole lines.

    prefixes      the first PREFIX_LENGTH characters of a line -> phrases that begin with them
    starts     each of these phrases -> ids of its rules
    words      a short literal -> its uses
    texts      all other phrases and literals, with a line feed for the end of a line where they are bound to it
    others     for each of these: whether a word must begin with it, whether one must end with it, the uses of the
               literal, and the ids of the rules of the phrase
    by_initial the class of a first character, see `initial_class` -> uses of the patterns that no literal asks for;
               those that may match whatever its first character is are under ""
    """

    prefixes: dict[str, tuple[str, ...]]
    starts: dict[str, tuple[str, ...]]
    words: dict[str, tuple[PatternUse, ...]]
    texts: tuple[str, ...]
    others: tuple[tuple[bool, bool, tuple[PatternUse, ...], tuple[str, ...]], ...]
    by_initial: dict[str, tuple[PatternUse, ...]]


WholeLines = dict[str, tuple[str, ...]]  # a line -> ids of the rules that take it


class PatternSources(NamedTuple):
    """Pattern sources, in order, and a short key for all of them."""

    key: bytes
    read: Callable[[], tuple[str, ...]]


class PhraseIndexes(TypedDict):
    """An index for each language, under "" what applies whatever the language of a page is.

    by_language  the index itself; that of rules that are not shipped is under OWN and the language
    whole        the phrases that are whole lines, by their first OPENING_LENGTH characters
    patterns     the source of each pattern that a rule has anywhere
    """

    by_language: Mapping[str, PhraseIndex]
    whole: Mapping[str, Mapping[str, WholeLines]]
    patterns: PatternSources


class Kept(Mapping[str, Value]):
    """Values that are parts of what is kept, each read when it is first asked for: a page needs few of many."""

    def __init__(self, numbers: Mapping[str, int], parts: Parts) -> None:
        self._numbers, self._parts = numbers, parts
        self._read: dict[str, Value] = {}

    def __getitem__(self, key: str) -> Value:
        if key not in self._read:
            self._read[key] = self._parts.read(self._numbers[key])
        return self._read[key]

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __reduce__(self) -> tuple[Any, ...]:
        return Kept, (self._numbers, self._parts)


def kept_indexes(indexes: PhraseIndexes, parts: Parts) -> Table:
    """Indexes as plain values, most of it in `parts`."""

    def added(values: Mapping[str, Any]) -> dict[str, int]:
        return {key: parts.add(value) for key, value in values.items()}

    whole = {language: added(lines) for language, lines in indexes["whole"].items()}
    key, sources = indexes["patterns"]
    return {"by_language": added(indexes["by_language"]), "whole": whole, "patterns": (key, parts.add(sources()))}


def read_indexes(table: Table, parts: Parts) -> PhraseIndexes:
    """What `kept_indexes` was given."""
    whole = {language: Kept[WholeLines](lines, parts) for language, lines in table["whole"].items()}
    key, sources = table["patterns"]
    patterns = PatternSources(key, partial(parts.read, sources))
    return {"by_language": Kept(table["by_language"], parts), "whole": whole, "patterns": patterns}


ANY_LANGUAGE = ""
OWN = "own "  # heads the language where an index is of rules that are not shipped


def build_phrase_indexes(rules: Sequence[Table]) -> PhraseIndexes:
    """The indexes of rules, whose match tables hold their phrases as they are `folded`."""
    builders = {ANY_LANGUAGE: _Builder()}
    shipped = shipped_prefix()
    for rule in rules:
        if "match" not in rule:
            continue
        named = rule.get("language", ())
        origin = "" if rule.get("file", "").startswith(shipped) else OWN
        for language in named or rule.get("written_in") or (ANY_LANGUAGE,):
            builders.setdefault(origin + language, _Builder()).add(rule)
        for language in named or (ANY_LANGUAGE,):  # a label is the same on whatever page it stands
            builders.setdefault(origin + language, _Builder()).add_whole(rule)
    patterns = tuple(sorted({each for match in tables_of("Match", rules) for each in match.get("pattern", ())}))
    key = fingerprint("\0".join(patterns).encode("utf-8", "surrogatepass"))
    return {
        "by_language": {language: builder.built() for language, builder in builders.items()},
        "whole": {language: builder.by_opening() for language, builder in builders.items()},
        "patterns": PatternSources(key, lambda: patterns),
    }


class _Builder:
    """The lists of an index while rules are added to them, in order of precedence."""

    def __init__(self) -> None:
        self.whole: dict[str, list[str]] = {}
        self.starts: dict[str, list[str]] = {}
        self.words: dict[str, list[PatternUse]] = {}
        self.by_initial: dict[str, list[PatternUse]] = {}
        self.others: dict[tuple[str, bool, bool], tuple[list[PatternUse], list[str]]] = {}

    def add_whole(self, rule: Table) -> None:
        """Add the phrases of a rule that are whole lines."""
        for phrase in rule["match"]["folded"]["whole"]:
            self.whole.setdefault(phrase, []).append(rule["id"])

    def add(self, rule: Table) -> None:
        """Add all else that a rule looks for."""
        name, folded = rule["id"], rule["match"]["folded"]
        for phrase in folded["starts"]:
            if len(phrase) < PREFIX_LENGTH:
                self._other("starts", phrase)[1].append(name)
            else:
                self.starts.setdefault(phrase, []).append(name)
        for kind in ("ends", "contains"):
            for phrase in folded[kind]:
                self._other(kind, phrase)[1].append(name)
        self._add_patterns(rule)

    def _add_patterns(self, rule: Table) -> None:
        name, folded, patterns = rule["id"], rule["match"]["folded"], rule["match"].get("pattern", ())
        most = rule.get("where", {}).get("max_words", NO_WORD_LIMIT)
        needs = folded["needs"]
        for phrase, numbers in folded["by_literal"]:
            uses = [(name, bits, each, most) for each, bits in _by_needs(numbers, needs)]
            some = self.words.setdefault(phrase, []) if _is_word(phrase) else self._other("literal", phrase)[0]
            some += uses
        for each, bits in _by_needs(patterns_without_literal(folded, patterns), needs):
            _, begins, *_ = each
            for first in begins or ("",):
                self.by_initial.setdefault(first, []).append((name, bits, each, most))

    def _other(self, kind: str, phrase: str) -> tuple[list[PatternUse], list[str]]:
        text = "\n" + phrase if kind == "starts" else phrase + "\n" if kind == "ends" else phrase.strip("*")
        key = text, kind != "starts" and phrase[0] != "*", kind != "ends" and phrase[-1] != "*"
        return self.others.setdefault(key, ([], []))

    def built(self) -> PhraseIndex:
        prefixes: dict[str, list[str]] = {}
        for phrase in self.starts:
            prefixes.setdefault(phrase[:PREFIX_LENGTH], []).append(phrase)
        others = self.others.items()
        return {
            "prefixes": _once(prefixes),
            "starts": _once(self.starts),
            "words": {phrase: tuple(uses) for phrase, uses in self.words.items()},
            "texts": tuple(text for text, *_ in self.others),
            "others": tuple((begins, ends, tuple(uses), tuple(names)) for (_, begins, ends), (uses, names) in others),
            "by_initial": {first: tuple(uses) for first, uses in self.by_initial.items()},
        }

    def by_opening(self) -> dict[str, WholeLines]:
        found: dict[str, WholeLines] = {}
        for line, names in _once(self.whole).items():
            found.setdefault(line[:OPENING_LENGTH], {})[line] = names
        return found


def _once(names: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
    """The lists as tuples, equal ones as one object, so that it is kept and read once."""
    same: dict[tuple[str, ...], tuple[str, ...]] = {}
    return {phrase: same.setdefault(tuple(some), tuple(some)) for phrase, some in names.items()}


def _by_needs(numbers: Sequence[int], needs: Sequence[PatternNeeds]) -> Iterable[tuple[PatternNeeds, int]]:
    """What patterns need, with those that need it, as bits."""
    found: dict[PatternNeeds, int] = {}
    for number in numbers:
        found[needs[number]] = found.get(needs[number], 0) | 1 << number
    return found.items()


def _is_word(literal: str) -> bool:
    """Whether a literal is a short word that stands between others of the same script.

    Nearly all places of "of" or "ap" lie inside words: such literals are looked up among the words of a line.
    """
    return len(literal) <= 3 and literal.isascii() and literal.isalnum()
