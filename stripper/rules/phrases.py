"""The phrases of rules as they are looked for: folded, and each once.

Works on rules as plain tables (see `tables.to_table`), so that what is made here can be kept from one run to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any

from ..reading.folding import fold, fold_all
from ..reading.orthography import Orthography

KINDS = ("whole", "starts", "ends", "contains")  # of phrases that match by themselves
FoldedPhrases = Mapping[str, tuple[Any, ...]]
Table = dict[Any, Any]


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
    asked = {number for _, numbers in folded["by_literal"] for number in numbers}
    return [number for number in range(len(patterns)) if number not in asked]


def add_folded_phrases(tables: Sequence[Table], orthography: Orthography) -> None:
    """Add to match tables, as `folded`, the phrases of `KINDS`, and under `by_literal` each literal with the numbers of
    the patterns that it asks for: folded, without what is stripped of the ends of lines; and under `needs`, for each
    pattern, what it requires of a line, see `PatternNeeds`.

    A `starts` or `ends` phrase that is all of its line is a `whole` one too. A pattern is asked for by those literals
    that tell of it: by month names, say, and not by the label that another pattern of the rule begins with. All tables
    come at once, since folding is quick for many phrases and slow for each.
    """
    lists = [table.get(kind, ()) for table in tables for kind in (*KINDS, "literals")]
    lists += [literals for table in tables for _, literals, _ in table.get("made", ())]
    phrases = list({phrase for some in lists for phrase in some})
    folded = dict(zip(phrases, fold_all([phrase.replace("\n", " ") for phrase in phrases]), strict=True))
    same: dict[str, str] = {}  # one object for each phrase, so that it is kept once

    def once(phrases: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(same.setdefault(phrase, phrase) for phrase in phrases if phrase.strip("*")))

    def forms(table: Table, kind: str, strip: Callable[[str, str], str]) -> list[str]:
        return [strip(folded[phrase], orthography.trimmings) for phrase in table.get(kind, ())]

    def folded_literals(literals: Sequence[str]) -> list[str]:  # "*" marks an open end, and is a trimming too
        return [
            "*" * (each[:1] == "*") + folded[each].strip(orthography.trimmings) + "*" * (each[-1:] == "*")
            for each in literals
        ]

    as_found = cache(partial(_as_found, orthography))
    for table in tables:
        found = {
            "starts": forms(table, "starts", str.lstrip),
            "ends": forms(table, "ends", str.rstrip),
            "contains": forms(table, "contains", str.strip),
        }
        # Where nothing is stripped, a line that is all phrase is found by its start or end as well.
        alone = [(each, each.strip(orthography.trimmings)) for each in (*found["starts"], *found["ends"])]
        found["whole"] = forms(table, "whole", str.strip) + [bare for each, bare in alone if bare != each]
        patterns, made = table.get("pattern", ()), table.get("made", ())
        given = folded_literals(table.get("literals", ()))
        by_literal: dict[str, list[int]] = {}
        needs: list[PatternNeeds] = []
        for number, source in enumerate(patterns):
            of_template = number - (len(patterns) - len(made))
            if of_template >= 0:
                telling: Sequence[str] = folded_literals(made[of_template][1])
            else:
                telling = _telling(source, given, orthography)
            asking = once(telling)
            for phrase in asking:
                by_literal.setdefault(phrase, []).append(number)
            needs.append(_needs(source, [phrase.strip("*") for phrase in asking], as_found))
        table["folded"] = {kind: once(some) for kind, some in found.items()} | {
            "by_literal": tuple((phrase, tuple(numbers)) for phrase, numbers in by_literal.items()),
            "needs": tuple(needs),
        }


# What a pattern requires of a line: flags of characters (see `missing_characters`), the classes that the first one may
# be of (see `initial_class`; empty for any), the most characters, and sets of texts, of each of which the line as it is
# written or as it is folded must hold one.
PatternNeeds = tuple[int, str, float, tuple[tuple[str, ...], ...]]
MOST_TEXTS, MOST_SETS = 12, 3  # of a set, and of a pattern; to look for more takes as long as to search


def _as_found(orthography: Orthography, text: str) -> str:
    """As a text that a pattern requires stands in folded lines; marks are looked for as they are written."""
    if any(map(str.isalnum, text)):
        return " ".join(fold(text).split()).strip(orthography.trimmings)
    return "" if len(text.split()) > 1 else text.strip()


def _needs(source: str, literals: Sequence[str], as_found: Callable[[str], str]) -> PatternNeeds:
    """What a pattern requires beside one of the literals that ask for it, if any."""
    from . import requirements  # not needed where the rules come from the cache

    sets: dict[tuple[str, ...], None] = {}
    for texts in requirements.required_sets(source):
        forms = _shortest(set(map(as_found, texts)))
        tells = all(form and (len(form) > 1 or not form.isalnum()) for form in forms)
        is_known = literals and all(any(form in literal for form in forms) for literal in literals)
        if tells and not is_known and len(forms) <= MOST_TEXTS:
            sets[tuple(forms)] = None
    return (
        requirements.required_characters(source),
        requirements.possible_initials(source),
        requirements.longest_match(source),
        tuple(sorted(sets, key=len)[:MOST_SETS]),
    )


def _shortest(texts: Iterable[str]) -> list[str]:
    """Those that hold no other one: where one of the others stands, one of these does."""
    found: list[str] = []
    for text in sorted(texts, key=lambda text: (len(text), text)):
        if not any(other in text for other in found):
            found.append(text)
    return found


def _telling(source: str, literals: Sequence[str], orthography: Orthography) -> Sequence[str]:
    """Those literals of which each text that a pattern matches holds one, as far as the pattern shows it; else all."""
    from .requirements import required_texts  # not needed where the rules come from the cache

    @cache
    def related(text: str) -> list[str]:
        text = fold(text).strip(orthography.trimmings)
        cores = [(each, each.strip("*")) for each in literals]
        return [each for each, core in cores if text and core and (core in text or text in core)]

    texts = required_texts(source, lambda text: bool(related(text)))
    return list(dict.fromkeys(each for text in sorted(texts) for each in related(text))) or literals
