"""A document and a rule set -> decisions and what they leave. Pure: no I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from ..model import Decision, Document, Note, Outcome
from ..rules.ruleset import RuleSet
from .judging import judge

if TYPE_CHECKING:
    from .statistics import Statistics


STRETCH = 2_000_000  # characters; no page is as long, and what is known of each line takes many times its size
_END_OF_LINE = re.compile(r"\r\n?|\n")


def clean(document: Document, rules: RuleSet, statistics: Statistics | None = None) -> Outcome:
    """Decide what stays of a document. `statistics` are of the group of documents that it belongs to.

    What is longer than any page is judged in stretches, each by itself.
    """
    decisions: list[Decision] = []
    notes: dict[Note, None] = {}
    language, lines = "", 0
    for start, end in stretches(document.text):
        page, some, said = judge(replace(document, text=document.text[start:end]), rules, statistics)
        decisions += [_shifted(each, lines, start) for each in some] if start else some
        notes.update(dict.fromkeys(said))
        language = language or page.language
        lines += len(page.raw)
    return Outcome(document, text_left(document.text, decisions), tuple(decisions), tuple(notes), language)


def stretches(text: str) -> Iterator[tuple[int, int]]:
    """Where the stretches of a text begin and end that are judged by themselves; a page is one."""
    start = 0
    while len(text) - start > STRETCH and (found := _END_OF_LINE.search(text, start + STRETCH)):
        yield start, found.end()
        start = found.end()
    yield start, len(text)


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
