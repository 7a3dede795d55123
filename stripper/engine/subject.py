"""Pages about what is boilerplate on all others: how a site treats data, on which terms it may be used.

Their title is a label that other pages have in their foot, and their own paragraphs read like a banner. Such a page has
the label right above its prose, nearly all of the prose stands below it, and speaks of it throughout.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from itertools import pairwise

from ..reading.page import Page
from ..reading.words import telling_words
from .body.model import AFTER, ARTICLE, BEFORE, GAP, article_ends
from .matching.compiled_rule import CompiledRule
from .verdicts import Verdicts

ABOUT = frozenset({"legal", "cookies"})
PROSE = 10  # words of a line that ends like a sentence
LABEL = 6  # words
MOST_LABELS = 20  # that are looked at
BELOW = 3  # lines from the label to the prose
APART = 10  # lines from one paragraph to the next, such as a list of rights
MOST = 0.8  # share of the words of a page's prose
PLACES, LEGAL_PLACES = 2, 1  # lines that speak of it; a banner has no terms in its head, if its first prose does
STEM = 6  # letters that words have in common
UNSAID = 2  # lines of prose that no rule knows; a banner has none
MOST_ABOVE = 2  # such lines above the label; more are an article, which has a notice below it
NOTICE, ABOVE_NOTICE = 6, 30  # lines that speak of what a notice is, and words of prose above it
WIDEST_OF_COOKIES = 0.5  # a banner heads its page, and may have as many words as a short one
WIDEST = 0.8  # share of the words that may stand between two of these, or behind them


def free_subject(page: Page, verdicts: Verdicts) -> None:
    """Take back what rules found of the lines that a page is about, and note these."""
    labels = [line for line in range(len(page) // 2) if page.category[line] in ABOUT and _is_label(line, page)]
    if not labels:
        return
    prose = page.prose(PROSE)
    found = ((line, _places(line, page, verdicts, prose)) for line in labels[:MOST_LABELS])
    label, places = next(((line, places) for line, places in found if places), (0, []))
    if not places:
        return
    lines = range(label, max(place for place in places if place in prose) + 1)
    for line in lines:
        if page.category[line] in ABOUT and line not in verdicts.protected:
            verdicts.undo(line)
    verdicts.subject = lines


def keep_subject(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article all that it has not ended before of the lines that the page is about, and prose right below it.

    `states` is changed in place. What looks like a label of the page's frame above such prose is its heading.
    """
    if not verdicts.subject or ARTICLE not in states:
        return
    for line in verdicts.subject:
        if states[line] in (BEFORE, GAP) and verdicts.free(line):
            states[line] = ARTICLE
    _, last = article_ends(states)
    for line in range(last + 1, verdicts.subject.stop):
        if line - last > APART:
            break
        if not (page.is_prose(line, PROSE) and verdicts.free(line)):
            continue
        if line - 1 > last and _is_label(line - 1, page):
            verdicts.undo(line - 1)
        states[last + 1 : line + 1] = [ARTICLE] * (line - last)
        last = line


def notices_below(page: Page, verdicts: Verdicts) -> range:
    """The lines of notices that stand below the foot of a page, such as terms that a shop shows in windows of their
    own, and of what is below them; none where hardly any prose stands above, or where the page is about them.
    """
    foot = next((line for line, text in enumerate(page.folded) if "©" in text), len(page))
    labels = [line for line in range(foot, len(page)) if page.category[line] == "legal" and _is_label(line, page)]
    if verdicts.subject or not labels:
        return range(0)
    prose = page.prose(PROSE)
    for label in labels[:MOST_LABELS]:
        above = sum([page.words[line] for line in prose if line < label and verdicts.free(line)])
        below = [line for line in prose if line > label]
        if above < ABOVE_NOTICE or not below or below[0] > label + BELOW:
            continue
        if len(_places_below(label, page, below)) >= NOTICE:
            return range(label, len(page))
    return range(0)


def leave_notices(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Take notices below the foot of a page from the article above, if it goes on into them. `states` is the state of
    each line, changed in place.
    """
    notices = verdicts.notices
    if not notices:  # as on nearly all pages
        return
    held = [line for line in page.prose(PROSE) if states[line] == ARTICLE and line not in notices]
    if sum([page.words[line] for line in held]) >= ABOVE_NOTICE:
        states[notices.start :] = [AFTER] * len(notices)


def take_subject(rule: CompiledRule, verdicts: Verdicts) -> int:
    """The label that says what the page is about, which is its title."""
    verdicts.take(verdicts.subject.start, rule)
    return verdicts.subject.start


def _is_label(line: int, page: Page) -> bool:
    return page.is_label(line, LABEL) and page.text[line][0].isalpha()


def _places(line: int, page: Page, verdicts: Verdicts, prose: Sequence[int]) -> list[int]:
    """The lines that speak of what a label says, if that is what the page is about; else none."""
    below = [each for each in prose if each > line]
    if not below or below[0] > line + BELOW:
        return []
    if sum([page.words[each] for each in below]) < MOST * sum([page.words[each] for each in prose]):
        return []
    if sum(map(verdicts.free, below)) < UNSAID or sum(map(verdicts.free, prose[: -len(below)])) > MOST_ABOVE:
        return []
    if page.folded[line] in page.folded[line + 1 : below[-1] + 1]:
        return []
    return _places_below(line, page, below)


def _places_below(line: int, page: Page, below: Sequence[int]) -> list[int]:
    span = range(line + 1, below[-1] + 1)
    telling, is_legal = telling_words(page.folded[line], page.orthography), page.category[line] == "legal"
    places = [each for each in span if page.category[each] in ABOUT or _speaks_of(telling, page, each, is_legal)]
    least = LEGAL_PLACES if is_legal and below[0] in places else PLACES
    if len(places) < least or not (is_legal or below[0] in places) or set(places).isdisjoint(below):
        return []
    widest = max(sum(page.words[start + 1 : end]) for start, end in pairwise([*places, span.stop]))
    share = WIDEST if is_legal else WIDEST_OF_COOKIES
    return places if widest <= share * sum(page.words[line + 1 : span.stop]) else []


def _speaks_of(telling: Sequence[str], page: Page, line: int, by_stem: bool) -> bool:
    """Whether a line has one of the words; if `by_stem`, in whatever form, or as a part of a compound one."""
    words = set(telling_words(page.folded[line], page.orthography))
    if not words.isdisjoint(telling) or not by_stem:
        return not words.isdisjoint(telling)
    stems = {word[:STEM] for word in words if len(word) >= STEM}
    return any(stem in word for word in telling for stem in stems)
