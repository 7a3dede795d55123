"""Headlines of others amid an article, below a marker on a line of its own.

The rule of the marker takes the headline right below it, and that is often all: what stands below may be a heading of
the article. Where two lines or more are left above its next sentence, they are headlines, too; and so is a single one
right below the first in an article that has no heading elsewhere.
"""

from __future__ import annotations

from collections.abc import MutableSequence

from ...reading.page import Page
from ..body.line_shapes import COLONS
from ..body.model import ARTICLE, GAP
from ..verdicts import Verdicts

HEADLINE = range(3, 21)  # words
MOST = 4  # headlines besides the first
PROSE = 8  # words of a line that ends like a sentence


def leave_links_amid(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Take such headlines from the article. `states` is the state of each line, changed in place."""
    if page.is_marked:
        return
    for line in range(2, len(page) - 1):
        if page.category[line - 1] != "related" or not _is_headline(line, page, verdicts):
            continue
        marker = verdicts.rule[line - 2]
        if marker is None or marker.kind != "section" or verdicts.rule[line - 1] is not marker:
            continue
        end = line
        while end < len(page) and end - line <= MOST and _is_headline(end, page, verdicts):
            end += 1
        is_right_below = page.lines[line][0] == page.lines[line - 1][-1] + 1
        is_lone = end - line == 1 and (not is_right_below or _has_headings(states, range(line, end), page, verdicts))
        goes_on = end < len(page) and states[end] == ARTICLE and page.orthography.is_sentence(page.text[end])
        if goes_on and not is_lone:
            states[line:end] = [GAP] * (end - line)


def _is_headline(line: int, page: Page, verdicts: Verdicts) -> bool:
    is_label = page.words[line] in HEADLINE and page.is_label(line, HEADLINE[-1])
    return verdicts.free(line) and is_label and not page.text[line].endswith(COLONS) and page.marks[line].kind != "item"


def _has_headings(states: MutableSequence[int], but: range, page: Page, verdicts: Verdicts) -> bool:
    """Whether the article has labels between its sentences, besides some lines."""
    return any(
        line not in but
        and states[line] == ARTICLE == states[line + 1]
        and verdicts.free(line)
        and page.is_label(line, HEADLINE[-1])
        and page.is_prose(line + 1, PROSE)
        and ARTICLE in states[:line]
        for line in range(1, len(page) - 1)
    )
