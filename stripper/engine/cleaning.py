"""A document and a rule set -> decisions and what they leave. Pure: no I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Decision, Document, Note, Outcome
from ..rules.ruleset import RuleSet
from .judging import judge
from .plan import IN_TURN

if TYPE_CHECKING:
    from .statistics import Statistics


STRETCH = 2_000_000  # characters; no page is as long, and what is known of each line takes many times its size
_END_OF_LINE = re.compile(r"\r\n?|\n")


def clean(document: Document, rules: RuleSet, statistics: Statistics | None = None) -> Outcome:
    """Decide what stays of a document. `statistics` are of the group of documents that it belongs to.

    What is longer than any page is judged in stretches, each by itself.
    """
    if statistics is not None and not hasattr(statistics, "counts_of"):  # its class loads slowly
        kind = type(statistics).__name__
        message = f"expected the Statistics of one group, not {kind}; of those by group, give one: statistics[name]"
        raise TypeError(message)
    decisions: list[Decision] = []
    notes: dict[Note, None] = {}
    language = ""
    for start, lines, part in stretches(document):
        with IN_TURN:
            page, some, said = judge(part, rules, statistics)
        decisions += [_shifted(each, lines, start) for each in some] if start else some
        notes.update(dict.fromkeys(said))
        language = language or page.language
    return Outcome(document, text_left(document.text, decisions), tuple(decisions), tuple(notes), language)


def stretches(document: Document) -> Iterator[tuple[int, int, Document]]:
    """The stretches that are judged by themselves, with the characters and lines before each; a page is one."""
    text, start, lines = document.text, 0, 0
    while len(text) - start > STRETCH and (found := _END_OF_LINE.search(text, start + STRETCH)):
        part = _part(document, start, found.end(), lines)
        yield start, lines, part
        start, lines = found.end(), lines + len(part.lines)
    yield start, lines, _part(document, start, len(text), lines) if start else document


def _part(document: Document, start: int, end: int, lines: int) -> Document:
    marks = document.marks
    if marks is not None:
        marks = tuple(mark._replace(number=mark.number - lines) for mark in marks if mark.number >= lines)
    return replace(document, text=document.text[start:end], marks=marks)


def _shifted(decision: Decision, lines: int, characters: int) -> Decision:
    return decision._replace(
        line=decision.line + lines, start=decision.start + characters, end=decision.end + characters
    )


def text_left(text: str, decisions: list[Decision]) -> str:
    """What the removing decisions leave of a text."""
    pieces, at = [], 0
    for each in decisions:
        if each.action == "remove":
            pieces.append(text[at : each.start])
            at = max(at, each.end)
    pieces.append(text[at:])
    return "".join(pieces)
