"""The phrases of rules as they are looked for: folded, and each once.

Works on rules as plain tables (see `tables.to_table`), so that what is made here can be kept from one run to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
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
    pattern, the characters that it requires and the initials that it may have, see `requirements`.

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
        for number, source in enumerate(patterns):
            of_template = number - (len(patterns) - len(made))
            if of_template >= 0:
                telling: Sequence[str] = folded_literals(made[of_template][1])
            else:
                telling = _telling(source, given, orthography)
            for phrase in once(telling):
                by_literal.setdefault(phrase, []).append(number)
        table["folded"] = {kind: once(some) for kind, some in found.items()} | {
            "by_literal": tuple((phrase, tuple(numbers)) for phrase, numbers in by_literal.items()),
            "needs": tuple(map(_needs, patterns)),
        }


def _needs(source: str) -> tuple[int, str]:
    from .requirements import possible_initials, required_characters  # not needed where the rules come from the cache

    return required_characters(source), possible_initials(source)


def _telling(source: str, literals: Sequence[str], orthography: Orthography) -> Sequence[str]:
    """Those literals of which each text that a pattern matches holds one, as far as the pattern shows it; else all."""
    from .requirements import required_texts  # not required_texts where the rules come from the cache

    @cache
    def related(text: str) -> list[str]:
        text = fold(text).strip(orthography.trimmings)
        cores = [(each, each.strip("*")) for each in literals]
        return [each for each, core in cores if text and core and (core in text or text in core)]

    texts = required_texts(source, lambda text: bool(related(text)))
    return list(dict.fromkeys(each for text in sorted(texts) for each in related(text))) or literals
