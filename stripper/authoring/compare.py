"""What another rule set does to the same pages: which lines change their fate, and by which rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from ..model import Decision, Outcome
from ..rules.ruleset import RuleSet
from .pages import Pages, Source


class Change(NamedTuple):
    """A line, or a part of one, that stays under one rule set and goes under the other.

    `rule` is the one that takes it, under the new rules if it `goes` now, else under the old ones.
    """

    line: int
    goes: bool
    rule: str
    text: str


def compare_rules(pages: Pages, old: RuleSet, new: RuleSet) -> Iterator[tuple[Source, list[Change]]]:
    """The changes of each page, in order of the page's text."""
    for (source, before, _), (_, after, _) in zip(pages.outcomes(old), pages.outcomes(new), strict=True):
        yield source, changes(before, after)


def changes(before: Outcome, after: Outcome) -> list[Change]:
    was, now = _spans(before), _spans(after)
    text = before.document.text
    found = [(each, False) for span, each in was.items() if span not in now]
    found += [(each, True) for span, each in now.items() if span not in was]
    found.sort(key=lambda item: (item[0].start, item[0].end))
    return [
        Change(each.line, goes, each.rule, text[each.start : each.end].strip())
        for each, goes in found
        if not text[each.start : each.end].isspace()
    ]


def _spans(outcome: Outcome) -> dict[tuple[int, int], Decision]:
    return {(each.start, each.end): each for each in outcome.removed}


def by_rule(found: list[Change]) -> Counter[tuple[str, bool]]:
    """How many changes each rule has a part in: those that go by it now, and those that it took and leaves."""
    return Counter((each.rule, each.goes) for each in found)
