"""The phrases of all rules as they are looked for: folded, shared, and in one index, so that no rule is asked alone.

Works on rules as plain tables (see `rules.to_table`), so that what is made here can be kept from one run to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypedDict

from ..reading.text import Orthography, fold, fold_all

KINDS = ("whole", "starts", "ends", "contains")  # of phrases that match by themselves
PREFIX_LENGTH = 5  # characters; phrases at the start of a line are looked up by so many, and few of them share these

FoldedPhrases = Mapping[str, tuple[Any, ...]]
Table = dict[Any, Any]
NO_WORD_LIMIT = 1 << 30  # words; more than a line has


# A rule that a literal asks for: its id, which of its patterns to try (a bit for each), flags of what those need a line
# to hold (see `missing_characters`), what they need it to begin with (classes, see `initial_class`; empty for anything), and the
# most words that the rule lets a line have.
PatternUse = tuple[str, int, int, str, int]


class PhraseIndex(TypedDict):
    """What the lines of a page are looked up in, for all rules that look at single lines.

    whole      a line -> ids of the rules that take it
    prefixes      the first PREFIX_LENGTH characters of a line -> phrases that begin with them
    starts     each of these phrases -> ids of its rules
    words      a short literal -> its uses
    texts      all other phrases and literals, with a line feed for the end of a line where they are bound to it
    others     for each of these: whether a word must begin with it, whether one must end with it, the uses of the
               literal, and the ids of the rules of the phrase
    by_initial     the class of a first character, see `initial_class` -> uses of those patterns that no literal asks for;
               those that may match whatever its first character is are under ""
    patterns   the source of each pattern that a rule has anywhere, in order
    """

    whole: dict[str, tuple[str, ...]]
    prefixes: dict[str, tuple[str, ...]]
    starts: dict[str, tuple[str, ...]]
    words: dict[str, tuple[PatternUse, ...]]
    texts: tuple[str, ...]
    others: tuple[tuple[bool, bool, tuple[PatternUse, ...], tuple[str, ...]], ...]
    by_initial: dict[str, tuple[PatternUse, ...]]
    patterns: tuple[str, ...]


def build_phrase_index(rules: Sequence[Table]) -> PhraseIndex:
    """The index of rules, whose match tables hold their phrases as they are `folded`."""
    from .patterns import required_characters, possible_initials  # not required_texts where the index comes from the cache

    whole: dict[str, list[str]] = {}
    starts: dict[str, list[str]] = {}
    prefixes: dict[str, list[str]] = {}
    words: dict[str, list[PatternUse]] = {}
    by_initial: dict[str, list[PatternUse]] = {}
    others: dict[tuple[str, bool, bool], tuple[list[PatternUse], list[str]]] = {}

    def searched(kind: str, phrase: str) -> tuple[list[PatternUse], list[str]]:
        text = "\n" + phrase if kind == "starts" else phrase + "\n" if kind == "ends" else phrase.strip("*")
        key = text, kind != "starts" and phrase[0] != "*", kind != "ends" and phrase[-1] != "*"
        return others.setdefault(key, ([], []))

    for rule in rules:
        if (match := rule.get("match")) is None:
            continue
        name, folded, patterns = rule["id"], match["folded"], match.get("pattern", ())
        most = rule.get("where", {}).get("max_words", NO_WORD_LIMIT)
        needs = [(required_characters(pattern), possible_initials(pattern)) for pattern in patterns]
        for phrase in folded["whole"]:
            whole.setdefault(phrase, []).append(name)
        for phrase in folded["starts"]:
            if len(phrase) < PREFIX_LENGTH:
                searched("starts", phrase)[1].append(name)
            else:
                starts.setdefault(phrase, []).append(name)
        for kind in ("ends", "contains"):
            for phrase in folded[kind]:
                searched(kind, phrase)[1].append(name)
        for phrase, numbers in folded["by_literal"]:
            uses = [(name, bits, *each, most) for each, bits in _by_needs(numbers, needs)]
            some = words.setdefault(phrase, []) if _is_word(phrase) else searched("literal", phrase)[0]
            some += uses
        for (flags, begins), bits in _by_needs(patterns_without_literal(folded, patterns), needs):
            for first in begins or ("",):
                by_initial.setdefault(first, []).append((name, bits, flags, begins, most))
    for phrase in starts:
        prefixes.setdefault(phrase[:PREFIX_LENGTH], []).append(phrase)
    same: dict[tuple[str, ...], tuple[str, ...]] = {}  # one object for equal tuples, so that it is kept and read once

    def once(names: dict[str, list[str]]) -> dict[str, tuple[str, ...]]:
        return {phrase: same.setdefault(tuple(some), tuple(some)) for phrase, some in names.items()}

    return {
        "whole": once(whole),
        "prefixes": once(prefixes),
        "starts": once(starts),
        "words": {phrase: tuple(uses) for phrase, uses in words.items()},
        "texts": tuple(text for text, *_ in others),
        "others": tuple(
            (begins, ends, tuple(uses), tuple(names)) for (_, begins, ends), (uses, names) in others.items()
        ),
        "by_initial": {first: tuple(uses) for first, uses in by_initial.items()},
        "patterns": tuple(
            sorted({source for match in tables_of("Match", rules) for source in match.get("pattern", ())})
        ),
    }


def tables_of(name: str, table: Any) -> Iterator[Table]:
    """All tables of a dataclass within one, or within several."""
    if isinstance(table, dict):
        if table.get(None) == name:
            yield table
        table = tuple(table.values())
    if isinstance(table, (tuple, list)):
        for each in table:
            yield from tables_of(name, each)


def patterns_without_literal(folded: FoldedPhrases, patterns: Sequence[str]) -> Sequence[int]:
    """The numbers of the patterns that no literal asks for, and that are tried on each line."""
    return () if folded["by_literal"] else range(len(patterns))


def _by_needs(numbers: Sequence[int], needs: Sequence[tuple[int, str]]) -> Iterable[tuple[tuple[int, str], int]]:
    """What patterns need, with those that need it, as bits."""
    found: dict[tuple[int, str], int] = {}
    for number in numbers:
        found[needs[number]] = found.get(needs[number], 0) | 1 << number
    return found.items()


def _is_word(literal: str) -> bool:
    """Whether a literal is a short word that stands between others of the same script.

    Nearly all places of "of" or "ap" lie inside words: such literals are looked up among the words of a line.
    """
    return len(literal) <= 3 and literal.isascii() and literal.isalnum()


def add_folded_phrases(tables: Sequence[Table], orthography: Orthography) -> None:
    """Add to match tables, as `folded`, the phrases of `KINDS`, and under `by_literal` each literal with the numbers of the
    patterns that it by_literal for: folded, without what is stripped of the ends of lines.

    A `starts` or `ends` phrase that is all of its line is a `whole` one too. A pattern is asked for by those literals
    that tell of it: by month names, say, and not by the label that another pattern of the rule begins with. All tables
    come at once, since folding is quick for many phrases and slow for each.
    """
    phrases = list({phrase for table in tables for kind in (*KINDS, "literals") for phrase in table.get(kind, ())})
    folded = dict(zip(phrases, fold_all([phrase.replace("\n", " ") for phrase in phrases]), strict=True))
    same: dict[str, str] = {}  # one object for each phrase, so that it is kept once

    def once(phrases: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(same.setdefault(phrase, phrase) for phrase in phrases if phrase.strip("*")))

    def forms(table: Table, kind: str, strip: Callable[[str, str], str]) -> list[str]:
        return [strip(folded[phrase], orthography.trimmings) for phrase in table.get(kind, ())]

    for table in tables:
        found = {
            "starts": forms(table, "starts", str.lstrip),
            "ends": forms(table, "ends", str.rstrip),
            "contains": forms(table, "contains", str.strip),
        }
        # Where nothing is stripped, a line that is all phrase is found by its start or end as well.
        alone = [(each, each.strip(orthography.trimmings)) for each in (*found["starts"], *found["ends"])]
        found["whole"] = forms(table, "whole", str.strip) + [bare for each, bare in alone if bare != each]
        literals = [  # "*" marks an open end, and is a trimming too
            "*" * (raw[:1] == "*") + text + "*" * (raw[-1:] == "*")
            for raw, text in zip(table.get("literals", ()), forms(table, "literals", str.strip), strict=True)
        ]
        by_literal: dict[str, list[int]] = {}
        for number, source in enumerate(table.get("pattern", ())):
            for phrase in once(_telling(source, literals, orthography)):
                by_literal.setdefault(phrase, []).append(number)
        table["folded"] = {kind: once(some) for kind, some in found.items()} | {
            "by_literal": tuple((phrase, tuple(numbers)) for phrase, numbers in by_literal.items())
        }


def _telling(source: str, literals: Sequence[str], orthography: Orthography) -> Sequence[str]:
    """Those literals of which each text that a pattern matches required_characters one, as far as the pattern shows it; else all."""
    from .patterns import required_texts  # not required_texts where the rules come from the cache

    @cache
    def related(text: str) -> list[str]:
        text = fold(text).strip(orthography.trimmings)
        cores = [(each, each.strip("*")) for each in literals]
        return [each for each, core in cores if text and core and (core in text or text in core)]

    texts = required_texts(source, lambda text: bool(related(text)))
    return list(dict.fromkeys(each for text in texts for each in related(text))) or literals
