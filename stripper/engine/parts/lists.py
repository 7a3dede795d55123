"""The last items of a list amid an article, where a box that rules know follows them: "Salt", then a button.

The list above goes on up to the box. Short lines in a gap are a matter of doubt by themselves.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...reading.page import Page
from ..body.model import ARTICLE, GAP
from ..verdicts import Verdicts

SHORT = 6  # words of an item
LEAST = 3  # items that are of the article
MOST = 3  # items that follow them


def take_last_items(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the items at the head of its gaps. `states` is the state of each line, changed in place."""
    if GAP not in states:
        return
    for line in range(LEAST, len(page) - 1):
        if states[line] != GAP or states[line - 1] != ARTICLE:
            continue
        end = line
        while states[end] == GAP and verdicts.free(end) and _is_item(end, page) and end + 1 < len(page):
            end += 1
        is_boxed = states[end] == GAP and not verdicts.free(end)
        above = range(line - LEAST, line)
        goes_on = all(states[each] == ARTICLE and _is_item(each, page) for each in above)
        if 0 < end - line <= MOST and is_boxed and goes_on:
            states[line:end] = [ARTICLE] * (end - line)


def _is_item(line: int, page: Page) -> bool:
    return page.words[line] <= SHORT and not page.orthography.is_sentence(page.text[line])
