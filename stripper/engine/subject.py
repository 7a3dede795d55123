"""Pages about what is boilerplate on all others: how a site treats data, on which terms it may be used.

Their title is a label that other pages have in their foot, and their own paragraphs read like a banner. Such a page has
the label right above its prose, nearly all of the prose stands below it, and speaks of it throughout.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from itertools import pairwise

from ..reading.page import Page
from .body import ARTICLE, BEFORE, GAP
from .title import telling_words
from .verdicts import Verdicts

ABOUT = frozenset({"legal", "cookies"})
PROSE = 10  # words of a line that ends like a sentence
LABEL = 6  # words
MOST_LABELS = 20  # that are looked at
BELOW = 3  # lines from the label to the prose
MOST = 0.8  # share of the words of a page's prose
PLACES = 2  # lines that speak of it, the first of prose among them
UNSAID = 2  # lines of prose that no rule knows; a banner has none
WIDEST = 0.8  # share of the words that may stand between two of these, or behind them


def free_subject(page: Page, verdicts: Verdicts) -> None:
    """Take back what rules found of the lines that a page is about, and note these."""
    labels = [line for line in range(len(page) // 2) if page.category[line] in ABOUT and _is_label(line, page)]
    if not labels:
        return
    prose = [line for line in range(len(page)) if page.is_prose(line, PROSE)]
    label = next((line for line in labels[:MOST_LABELS] if _heads(line, page, verdicts, prose)), None)
    if label is None:
        return
    lines = range(label, prose[-1] + 1)
    for line in lines:
        if page.category[line] in ABOUT and line not in verdicts.protected:
            verdicts.undo(line)
    verdicts.subject = lines


def keep_subject(states: MutableSequence[int], verdicts: Verdicts) -> None:
    """Give the article all that it has not ended before of the lines that the page is about, their label too.

    `states` is changed in place.
    """
    for line in verdicts.subject:
        if states[line] in (BEFORE, GAP) and verdicts.free(line):
            states[line] = ARTICLE


def _is_label(line: int, page: Page) -> bool:
    text = page.text[line]
    return page.words[line] <= LABEL and text[0].isalpha() and not page.orthography.is_sentence(text)


def _heads(line: int, page: Page, verdicts: Verdicts, prose: Sequence[int]) -> bool:
    below = [each for each in prose if each > line]
    if not below or below[0] > line + BELOW:
        return False
    if sum([page.words[each] for each in below]) < MOST * sum([page.words[each] for each in prose]):
        return False
    if sum(map(verdicts.free, below)) < UNSAID:
        return False
    span = range(line + 1, below[-1] + 1)
    if page.folded[line] in page.folded[span.start : span.stop]:
        return False
    telling = set(telling_words(page.folded[line], page.orthography))
    places = [each for each in span if page.category[each] in ABOUT or telling & _words(page, each)]
    if below[0] not in places or len(places) < PLACES:
        return False
    widest = max(sum(page.words[start + 1 : end]) for start, end in pairwise([*places, span.stop]))
    return widest <= WIDEST * sum(page.words[line + 1 : span.stop])


def _words(page: Page, line: int) -> set[str]:
    return set(telling_words(page.folded[line], page.orthography))
