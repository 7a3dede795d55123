"""What `where` and `unless` ask of a line, as functions of a page and a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ...reading.orthography import Orthography
from ...reading.page import Page
from ...rules.format import Conditions, Match
from ...rules.phrases import KINDS
from .budget import Budget
from .matcher import Matcher
from .patterns import PatternLibrary

Check = Callable[[Page, int], bool]
Checks = tuple[Check, ...]


def letter_case(text: str) -> str:
    if text.isupper():
        return "upper"
    if text.islower():
        return "lower"
    words = [word for word in text.split() if word[0].isalpha()]
    return "title" if words and sum(word[0].isupper() for word in words) * 4 >= len(words) * 3 else ""


def first_character(text: str) -> str:
    first = text[0]
    if not first.isalnum():
        return "mark"
    return "upper" if first.isupper() else "lower" if first.islower() else "digit" if first.isdigit() else ""


def share_of_digits(text: str) -> float:
    if _DIGIT.search(text) is None:
        return 0.0
    signs = [char for char in text if char.isalnum()]
    return sum(char.isdigit() for char in signs) / len(signs) if signs else 0.0


_DIGIT = re.compile(r"\d|[^\x00-\x7f]")  # digits of all kinds that str.isdigit knows, and much else
# Each condition on its own: the value in a rule -> whether it holds of a line of a page. These look at the line alone,
_OF_LINE: dict[str, Callable[[Any], Check]] = {
    "min_words": lambda least: lambda page, line: page.words[line] >= least,
    "max_words": lambda most: lambda page, line: page.words[line] <= most,
    "min_chars": lambda least: lambda page, line: len(page.text[line]) >= least,
    "max_chars": lambda most: lambda page, line: len(page.text[line]) <= most,
    "sentence": lambda wanted: lambda page, line: page.orthography.is_sentence(page.text[line]) is wanted,
    "case": lambda wanted: lambda page, line: letter_case(page.text[line]) == wanted,
    "begins": lambda wanted: lambda page, line: first_character(page.text[line]) == wanted,
    "min_digits": lambda least: lambda page, line: share_of_digits(page.text[line]) >= least,
    "max_digits": lambda most: lambda page, line: share_of_digits(page.text[line]) <= most,
}


def _heading_level(page: Page, line: int) -> int:
    mark = page.marks[line]
    return mark.level if mark.kind == "heading" else 0


# and these at where it stands and what it is marked as, which the same text is not everywhere.
_OF_PLACE: dict[str, Callable[[Any], Check]] = {
    "first": lambda most: lambda page, line: line < most,
    "last": lambda most: lambda page, line: line >= len(page) - most,
    "after": lambda least: lambda page, line: line / len(page) >= least,
    "before": lambda most: lambda page, line: line / len(page) <= most,
    "blank_before": lambda wanted: lambda page, line: page.blank_before(line) is wanted,
    "blank_after": lambda wanted: lambda page, line: page.blank_after(line) is wanted,
    "links": lambda least: lambda page, line: page.links[line] >= least,
    "heading": lambda wanted: lambda page, line: (page.marks[line].kind == "heading") is wanted,
    "heading_level": lambda most: lambda page, line: 0 < _heading_level(page, line) <= most,
    "list_item": lambda wanted: lambda page, line: (page.marks[line].kind == "item") is wanted,
    "table": lambda wanted: lambda page, line: (page.marks[line].kind == "row") is wanted,
    "quote": lambda wanted: lambda page, line: page.marks[line].quoted is wanted,
    "code": lambda wanted: lambda page, line: (page.marks[line].kind in ("code", "formula")) is wanted,
    "metadata": lambda wanted: lambda page, line: (page.marks[line].kind == "metadata") is wanted,
    "category": lambda wanted: lambda page, line: page.category[line] in wanted,
}


def checks_of(
    conditions: Conditions | None, orthography: Orthography, library: PatternLibrary, budget: Budget
) -> tuple[Checks, Checks, Checks]:
    """The conditions that are given, as functions: those of the line's shape, of its words, and of its place."""
    if conditions is None:
        return (), (), ()
    of_line, of_place = (_given(conditions, table) for table in (_OF_LINE, _OF_PLACE))
    for step, near in ((-1, conditions.previous), (1, conditions.next)):
        if near is not None:
            of_place.append(_neighbour(step, sum(checks_of(near, orthography, library, budget), ())))
    match = conditions.match
    of_words = (Matcher(match, orthography, library, budget).matches,) if match is not None else ()
    return tuple(of_line), of_words, tuple(of_place)


def steps_of(conditions: Conditions | None) -> int:
    """The steps that it takes at most to ask all this of a line, but for those of patterns, which are timed."""
    if conditions is None:
        return 0
    return 1 + phrases_of(conditions.match) + steps_of(conditions.previous) + steps_of(conditions.next)


def phrases_of(match: Match | None) -> int:
    """How many phrases and literals a line is searched for."""
    if match is None:
        return 0
    return sum(len(getattr(match, kind)) for kind in (*KINDS, "literals")) + sum(len(each[1]) for each in match.made)


def _given(conditions: Conditions, table: dict[str, Callable[[Any], Check]]) -> list[Check]:
    values = ((make, getattr(conditions, name)) for name, make in table.items())
    return [make(value) for make, value in values if value is not None and value != ()]


def none_of(checks: Checks) -> Check:
    return lambda page, line: not all(check(page, line) for check in checks)


def _neighbour(step: int, checks: Checks) -> Check:
    def holds(page: Page, line: int) -> bool:
        near = line + step
        return 0 <= near < len(page) and all(check(page, near) for check in checks)

    return holds
