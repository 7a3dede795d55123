"""Why a rule does not take an example as it should: which of its parts is against it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields

from ..engine.matching.budget import Budget, OutOfTime
from ..engine.matching.conditions import checks_of
from ..engine.matching.matcher import Matcher
from ..engine.matching.patterns import PatternLibrary
from ..model import Document
from ..reading.orthography import Orthography
from ..reading.page import Page
from ..rules.format import Conditions, Rule

_NEIGHBOURS = {"previous": (-1, "before"), "next": (1, "behind")}


def why_it_stays(rule: Rule, orthography: Orthography, text: str, at: int, first: int) -> str:
    """What keeps a rule from the line at an offset of an example; empty if that cannot be told.

    `first` is the offset of the first line that must go, which heads a section.
    """
    page, line = _page_and_line(orthography, text, at)
    if line is None or rule.asks_category():
        return ""
    head = _page_and_line(orthography, text, first)[1] if rule.section else line
    try:
        unmet = list(_unmet_of_rule(rule, page, line if head is None else head))
    except OutOfTime:
        return "a pattern took too much time"
    if not unmet and rule.section and head != line:
        return "the section ends before it"
    return "; ".join(unmet)


def why_it_goes(rule: Rule, orthography: Orthography, text: str, at: int) -> str:
    """Why the section of a rule goes on to a line; empty for other rules."""
    page, line = _page_and_line(orthography, text, at)
    if line is None or rule.section is None or rule.section.until != "prose":
        return ""
    least = rule.section.prose_words
    if page.is_prose(line, least):
        return ""
    return f"the section goes on to a line that ends like a sentence and has {least} words; it has {page.words[line]}"


def _page_and_line(orthography: Orthography, text: str, at: int) -> tuple[Page, int | None]:
    page = Page(Document(text), orthography)
    number = text.count("\n", 0, at)
    return page, next((line for line, numbers in enumerate(page.lines) if number in numbers), None)


def _unmet_of_rule(rule: Rule, page: Page, line: int) -> Iterator[str]:
    library = PatternLibrary()
    if rule.match is not None:
        trims = rule.action == "trim"
        matcher = Matcher(rule.match, page.orthography, library, Budget(rule.id), trims)
        spans = list(matcher.patterns.spans(page.text[line], page.clock)) if trims else []
        if spans:
            pieces = (repr(page.text[line][left:right]) for left, right in spans)
            yield f"the pattern takes {' and '.join(pieces)}"
        elif trims or not matcher.matches(page, line):
            yield "match finds nothing in it"
    if rule.where is not None:
        yield from _unmet(rule.where, "where", page, line, library)
    if rule.unless is not None and not list(_unmet(rule.unless, "unless", page, line, library)):
        yield "all of unless is true of it"


def _unmet(conditions: Conditions, key: str, page: Page, line: int, library: PatternLibrary) -> Iterator[str]:
    for item in fields(conditions):
        value, name = getattr(conditions, item.name), f"{key}.{item.name.replace('_', '-')}"
        if value in (None, ()):
            continue
        if item.name in _NEIGHBOURS:
            step, side = _NEIGHBOURS[item.name]
            if 0 <= line + step < len(page):
                yield from _unmet(value, name, page, line + step, library)
            else:
                yield f"{name} asks for a line {side} it, and the example has none"
        else:
            checks = sum(checks_of(Conditions(**{item.name: value}), page.orthography, library, Budget(name)), ())
            if not all(check(page, line) for check in checks):
                yield f"{name}{'' if item.name == 'match' else f' = {json.dumps(value)}'} does not hold"
