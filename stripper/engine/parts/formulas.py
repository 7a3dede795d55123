"""Text with formulas in it, between dollar signs or as `\\(x^2\\)`: what stands around an article has none."""

from __future__ import annotations

from collections.abc import MutableSequence

from ...late_pattern import late_pattern
from ...reading.page import Page
from ..body.edges import PROSE
from ..body.model import AFTER, ARTICLE, GAP, article_ends, settle_rest
from ..verdicts import Verdicts

CLOSING = ("\\]", "$$")  # what a formula that stands by itself ends with
APART = 2  # lines from the article, or from one of these, to the next, such as a heading
# No space stands right within the dollar signs of a formula, as it does between two prices.
_BETWEEN_SIGNS = late_pattern(r"(?<!\\)\$(?=\S)([^$]{1,200})(?<=\S)\$|\\\((.{1,200}?)\\\)")
_MATHEMATICAL = late_pattern(r"\\[A-Za-z]|[^\W_]\)?[_^]")  # a command of TeX, an index, a power


def take_text_with_formulas(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the lines with formulas in its gaps and right below it, and what stands above these.

    `states` is the state of each line, which is changed in place.
    """
    if ARTICLE not in states:
        return
    changed, last = _take_below_displayed(states, page, verdicts), states.index(ARTICLE)
    for line, state in enumerate(states):
        if state == ARTICLE:
            last = line
        elif state in (GAP, AFTER) and verdicts.free(line) and line - last <= APART and _has_formula(page, line):
            above = [each for each in range(last + 1, line) if verdicts.free(each)]
            for each in (*above, line):
                states[each] = ARTICLE
            changed, last = True, line
    if changed:
        settle_rest(states)


def _take_below_displayed(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> bool:
    """Give the article the text right below a formula that ends it and stands by itself; whether there is any."""
    below = article_ends(states)[1] + 1
    is_below = below < len(page) and page.text[below - 1].endswith(CLOSING)
    if not is_below or not page.is_prose(below, PROSE) or not verdicts.free(below):
        return False
    states[below] = ARTICLE
    return True


def _has_formula(page: Page, line: int) -> bool:
    text = "".join([page.raw[each] for each in page.lines[line]])
    if "$" not in text and "\\(" not in text:
        return False
    return any(_MATHEMATICAL.search(found[0]) for found in _BETWEEN_SIGNS.finditer(text))
