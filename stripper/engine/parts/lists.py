"""The last items of a list in an article: "Salt", then a button.

Short lines at an end of the article are a matter of doubt by themselves, but a list goes on up to a box that rules
know, and rows of names and values go on as long as they are such rows.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...late_pattern import late_pattern
from ...reading.page import Page
from ..body.line_shapes import COLONS, QUESTION_MARKS, end_of
from ..body.model import ARTICLE, GAP, article_ends
from ..verdicts import Verdicts

SHORT = 6  # words of an item
LEAST = 3  # items that are of the article
MOST = 3  # items that follow them
LONGEST_ROW = 12  # words
LONGEST_LIST = 12  # lines, with what leads up to it
LEADING_UP = (*COLONS, *QUESTION_MARKS)
_ROW = late_pattern(r"[^\W\d_][^:.!?]{1,30}: +\S")


def take_last_items(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the items at the head of its gaps. `states` is the state of each line, changed in place."""
    if GAP not in states:
        return
    for line in range(LEAST, len(page) - 1):
        if states[line] != GAP or states[line - 1] != ARTICLE:
            continue
        end = line
        while states[end] == GAP and verdicts.free(end) and page.is_label(end, SHORT) and end + 1 < len(page):
            end += 1
        is_boxed = states[end] == GAP and not verdicts.free(end)
        above = range(line - LEAST, line)
        goes_on = all(states[each] == ARTICLE and page.is_label(each, SHORT) for each in above)
        if 0 < end - line <= MOST and is_boxed and goes_on:
            states[line:end] = [ARTICLE] * (end - line)


def take_led_up(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the labels amid it right below a line that leads up to them: "It holds:", "What goes in?".

    Some of several may be words of a menu, too, such as "Food". Of 22 such gaps on pages of the benchmark that have no
    other figures, 20 were of the text.
    """
    for above, text in enumerate(page.text):
        if states[above] != ARTICLE or not text.endswith(LEADING_UP) or (above and _is_item(above, page, verdicts)):
            continue
        end = start = above + 1
        while end < len(page) and states[end] in (ARTICLE, GAP) and _is_item(end, page, verdicts):
            end += 1
        known = sum(not verdicts.free(line) for line in range(start, end))
        is_amid = start < end < len(page) and states[end] == ARTICLE
        if is_amid and (not known or known < end - start >= LEAST):
            for line in range(start, end):
                verdicts.undo(line)
                states[line] = ARTICLE


def _is_item(line: int, page: Page, verdicts: Verdicts) -> bool:
    is_word = page.is_label(line, SHORT) and page.text[line][0].isalpha() and "://" not in page.text[line]
    return is_word and (verdicts.free(line) or page.category[line] == "navigation")


def take_rows(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the rows right below one of its own, such as "Weight: 92 g", and several under a heading.

    Of 21 such rows on articles of the benchmark that were left out, 19 were of the text.
    """
    if ARTICLE not in states:
        return

    def are_rows(lines: range) -> bool:
        return all(verdicts.free(line) and _is_row(line, page) for line in lines)

    head = article_ends(states)[1] + 1
    rows = range(head + 1, head + 1 + LEAST)
    if rows.stop <= len(page) and are_rows(rows) and verdicts.free(head) and page.is_label(head, SHORT):
        states[head : head + 2] = [ARTICLE] * 2
    for line in range(1, len(page)):
        if states[line] != ARTICLE == states[line - 1] and are_rows(range(line - 1, line + 1)):
            states[line] = ARTICLE


def take_rest_of_list(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give an article the list at its end, where a sentence stands below it.

    The article ended within the list, or above what leads up to it: "You need:".
    """
    if ARTICLE not in states:
        return
    first, last = article_ends(states)
    is_sentence = page.orthography.is_sentence
    end = last + 1
    while end < len(page) and verdicts.free(end) and not is_sentence(page.text[end]):
        end += 1
    if end == len(page) or end == last + 1 or not verdicts.free(end) or page.blocks[end]:
        return
    beyond = range(last + 1, end)
    if page.text[last + 1].endswith(COLONS):
        is_list = LEAST <= len(beyond) <= LONGEST_LIST
    else:
        ends_in_list = not any(map(is_sentence, page.text[max(first, last - 1) : last + 1]))
        is_rest = len(beyond) <= MOST and all(page.is_label(line, SHORT) for line in beyond)
        is_list = ends_in_list and is_rest and page.words[last] <= LONGEST_ROW
    if is_list and page.is_prose(end, SHORT) and end_of(page.text[end], page.orthography) == "s":
        states[last + 1 : end + 1] = [ARTICLE] * (end - last)


def _is_row(line: int, page: Page) -> bool:
    return page.is_label(line, LONGEST_ROW) and _ROW.match(page.text[line]) is not None
