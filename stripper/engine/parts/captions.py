"""What a picture shows, told in a sentence of its own above the line that says whose picture it is.

A scraper that puts each element on a line of its own parts the two. Where lines are whole paragraphs, such a line
below a sentence is more often that of a picture without words. Of 100 such sentences amid articles of the benchmark 94
are of none.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...reading.page import Page
from ..body.line_shapes import STOPS, begin_of
from ..body.model import ARTICLE, GAP, article_ends
from ..verdicts import Verdicts

LEAST, MOST = 6, 40  # words of what a picture shows
CREDIT = range(3, 11)  # words of a line that says whose it is; shorter ones are labels and counters
LONG = 14  # words of lines that are paragraphs, some of which are in pieces on such a page
IN_PIECES = 0.05  # share of them
MOST_OF_ALL = 0.25  # share of the words of an article


def leave_captions(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Take such sentences from the article, for the rule that has the line below. `states` is the state of each line,
    changed in place.
    """
    if page.form != "plain":
        return
    first, last = article_ends(states)
    found = {
        line - 1: rule
        for line, (rule, category) in enumerate(zip(verdicts.rule, page.category, strict=True))
        if category == "caption" and rule is not None and first + 1 < line <= last
        if states[line - 1] == ARTICLE and _is_above_credit(line - 1, page, verdicts)
    }
    if not found or not _is_in_pieces(page):
        return
    held = sum([page.words[line] for line in range(first, last + 1) if states[line] == ARTICLE])
    if sum([page.words[line] for line in found]) > MOST_OF_ALL * held:
        return  # the steps of a guide, each with its picture
    for line, credit in found.items():
        states[line] = GAP
        verdicts.take(line, credit, reason=f"{credit.rule.reason}; this says what it shows")


def _is_above_credit(line: int, page: Page, verdicts: Verdicts) -> bool:
    return (
        line + 1 not in verdicts.protected
        and page.words[line + 1] in CREDIT
        and LEAST <= page.words[line] <= MOST
        and verdicts.free(line)
        and len(page.lines[line]) == 1
        and begin_of(page.text[line][0], "") != "q"  # somebody says something
        and page.orthography.is_sentence(page.text[line])
        and not any(map(page.text[line].__contains__, STOPS))
    )


def _is_in_pieces(page: Page) -> bool:
    """Whether the paragraphs of a page stand in pieces."""
    paragraphs = [numbers for numbers, words in zip(page.lines, page.words, strict=True) if words >= LONG]
    return sum([len(numbers) > 1 for numbers in paragraphs]) >= IN_PIECES * len(paragraphs)
