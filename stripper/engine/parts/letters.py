"""What ends a letter: a wish, and the name below it.

A rule may know the words, of category `body` with a section: they are of the article right below it, and elsewhere of
somebody's remark. Below a text that greets its readers, "Dear members,", a short line or two end it whatever they say.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...reading.page import Page
from ..body.model import ARTICLE, article_ends
from ..verdicts import Verdicts

SHORT = 5  # words of a greeting, of a wish, of a name
PROSE = 8  # words of a sentence below a greeting
COMMAS = (",", "，", "،")
MOST = 2  # lines of a wish and a name


def take_letter_ends(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the end of a letter right below it. `states` is the state of each line, changed in place."""
    if ARTICLE not in states:
        return
    for line, rule in enumerate(verdicts.rule):
        if rule is not None and rule.kind == "section" and page.category[line] == "body":
            if line and states[line - 1] == ARTICLE:
                states[line] = ARTICLE
            else:
                verdicts.undo(line)
    first, last = article_ends(states)
    if not _greets(first, page) and not (first and _greets(first - 1, page)):
        return
    end = last + 1
    while end < min(last + 1 + MOST, len(page)) and verdicts.free(end) and _is_short(end, page):
        end += 1
    if any(page.text[line][0].isupper() for line in range(last + 1, end)):
        states[last + 1 : end] = [ARTICLE] * (end - last - 1)


def _greets(line: int, page: Page) -> bool:
    return page.text[line].endswith(COMMAS) and page.words[line] <= SHORT and page.is_prose(line + 1, PROSE)


def _is_short(line: int, page: Page) -> bool:
    return page.is_label(line, SHORT - 1) and page.text[line][-1] != ":"
