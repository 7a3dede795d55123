"""What other rules do to pages, or did in an earlier run: which lines change their fate, and by which rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from ..engine.cleaning import clean
from ..engine.records import digest
from ..engine.statistics import Statistics
from ..errors import InputError
from ..model import CATEGORIES, Decision, Document, Outcome
from ..reading.decoding import encode
from ..rules.ruleset import RuleSet
from ..runs.files import REMOVED, read_regular
from .pages import Judged, Pages, Source


class Taken(NamedTuple):
    """What took a line, or a part of one."""

    line: int
    rule: str
    category: str


Fates = Mapping[tuple[int, int], Taken]  # all that goes of a page, by start and end; all else stays


class Change(NamedTuple):
    """A line, or a part of one, that stayed before and goes now, or the other way round.

    `rule` is the one that takes it: now if it `goes`, else before.
    """

    line: int
    goes: bool
    rule: str
    category: str
    text: str


class Compared(NamedTuple):
    """What has changed on a page, and how it is now."""

    changes: list[Change]
    now: Judged


Before = Callable[[Source, Document, Statistics | None], Fates]


def compare(pages: Pages, before: Before) -> Iterator[Compared]:
    """The pages in order, each with its changes since `before`. What cannot be told of is named in `pages.unread`."""
    for now in pages.judged():
        document = now.outcome.document
        try:
            was = before(now.source, document, now.statistics)
        except InputError as error:
            pages.unread.append(str(error))
            continue
        yield Compared(changes(document.text, was, fates_of(now.outcome)), now)


def under(rules_of: Callable[[Source], RuleSet]) -> Before:
    """As other rules would have it."""
    return lambda source, document, counts: fates_of(clean(document, rules_of(source), counts))


def as_a_run_left(folder: Path) -> Before:
    """As a run with `--removed` did it whose output is in a folder."""

    def before(source: Source, document: Document, _: Statistics | None) -> Fates:
        beside = folder / (source.name + REMOVED)
        rows = _rows(read_regular(beside))
        if not rows or rows[0].get("original") != digest(encode(document.text, document)).hex():
            raise InputError(f"{beside}: is not what a run took out of {source.path} as it is now")
        with suppress(KeyError, TypeError):
            return {
                (row["at"], row["at"] + len(row["text"])): Taken(row["line"], str(row["rule"]), row["category"])
                for row in rows[1:]
                if type(row["at"]) is type(row["line"]) is int and row["category"] in CATEGORIES
            }
        raise InputError(f"{beside}: is not what this program writes")

    return before


def _rows(data: bytes) -> list[dict[str, Any]]:
    with suppress(ValueError, RecursionError):
        rows = [json.loads(line) for line in data.splitlines()]
        if all(isinstance(row, dict) for row in rows):
            return rows
    return []


def fates_of(outcome: Outcome) -> Fates:
    def taken(each: Decision) -> Taken:
        return Taken(each.line, each.rule, each.category)

    return {(each.start, each.end): taken(each) for each in outcome.removed}


def changes(text: str, was: Fates, now: Fates) -> list[Change]:
    """What changes, in order of the text, white space aside."""
    found = [(span, False, each) for span, each in was.items() if span not in now]
    found += [(span, True, each) for span, each in now.items() if span not in was]
    found.sort(key=lambda item: item[0])
    return [
        Change(each.line, goes, each.rule, each.category, text[start:end].strip())
        for (start, end), goes, each in found
        if text[start:end].strip()
    ]


def by_rule(found: list[Change]) -> Counter[tuple[str, bool]]:
    """How many changes each rule has a part in: those that go by it now, and those that it took and leaves."""
    return Counter((each.rule, each.goes) for each in found)
