"""Blocks that are decided as one where they stand in the article: code, formulas, tables and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableSequence, Sequence
from itertools import groupby

from ...reading.page import Page
from ...reading.units import PLAIN
from ..body.line_shapes import COLONS
from ..body.model import AFTER, ARTICLE, BEFORE, GAP, article_ends
from ..verdicts import Verdicts

BESIDE = 2  # lines between a block and the article that it belongs to, the one that heads it among them
LINKS = 0.5  # of a list or table that is a menu
ALL_LINKS = 0.9  # of each item of a menu
LABELS_OF_MENUS = ("navigation", "tags")
PAGES = 2  # other pages of a work, at least
LONGEST = 60  # lines of a list or table; longer ones are rather how the page is laid out
LABEL = 3  # words of what heads contents; what leads up to a list has more
BELOW = 4  # lines from a formula to the prose that goes on with it
PROSE = 10  # words of a line that ends like a sentence
SET_APART = ("code", "formula")  # hardly any page has these outside its article


def settle_blocks(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give all lines of a block that stands in the article, or right beside it, or largely in it, to the article.

    `states` is the state of each line, which is changed in place. Of such a block no rule has single lines.
    """
    first, last = article_ends(states)
    named: set[str] = set()  # what lists of contents hold
    headings = {_named_part(page.folded[line]) for line in page.headings()}
    for start, end in _blocks(page):
        kind = page.marks[start].kind
        beyond = BEFORE if first >= start else GAP if last >= end else AFTER
        if _is_announced(start, end, states, page, verdicts):
            _give_to_article(start, end, states, page, verdicts)
        elif _is_contents(start, end, page, headings):
            named.update(map(_named_part, page.folded[start:end]))
            start -= start > 0 and _heads_contents(start - 1, end, page, verdicts)
            states[start:end] = [beyond] * (end - start)
        elif _is_menu(start, end, page):
            states[start:end] = [beyond] * (end - start)
        elif _belongs(start, end, first < start and end <= last, states, page, verdicts):
            _give_to_article(start, end, states, page, verdicts)
            if kind == "formula" and end > last:
                end = _text_below(end, states, page, verdicts)
            first, last = min(first, start), max(last, end - 1)
        elif kind in SET_APART or (end - start <= LONGEST and not _is_held(start, end, states, page)):
            states[start:end] = [beyond] * (end - start)
    if named and last < len(page):
        end = _end_of_sections(last, named, page, verdicts)
        states[last + 1 : end + 1] = [ARTICLE] * (end - last)
    for line in range(*article_ends(states)):
        if states[line] != ARTICLE:
            states[line] = GAP


def _blocks(page: Page) -> Iterator[tuple[int, int]]:
    for block, lines in groupby(range(len(page)), page.blocks.__getitem__):
        numbers = list(lines)
        kind = page.marks[numbers[0]].kind
        if block and kind != "metadata" and not (kind == "heading" and len(numbers) == 1):
            yield numbers[0], numbers[-1] + 1


def _end_of_sections(last: int, named: set[str], page: Page, verdicts: Verdicts) -> int:
    """Where an article that ended at `last` ends, with the text below headings that lists of contents name."""
    end, is_named = last, False
    for line in range(last + 1, len(page)):
        if not verdicts.free(line) or page.links[line] > LINKS:
            break
        if page.marks[line].kind == "heading":
            is_named = _named_part(page.folded[line]) in named
        elif is_named and _is_sentence(line, page, verdicts):
            end = line
    return end


def _is_announced(start: int, end: int, states: Sequence[int], page: Page, verdicts: Verdicts) -> bool:
    """Whether a list stands between two lines of the article, of which the first one leads up to it: "These are:"."""
    if not (start > 0 and end < len(page) and states[start - 1] == states[end] == ARTICLE):
        return False
    known = sum(not verdicts.free(line) for line in range(start, end))
    return _leads_up(start - 1, page, verdicts) and 2 * known <= end - start <= LONGEST


def _leads_up(line: int, page: Page, verdicts: Verdicts) -> bool:
    """Whether a line that no rule knows leads up to what stands below: "These are:"."""
    return page.text[line].endswith(COLONS) and page.words[line] > LABEL and verdicts.free(line)


def _is_menu(start: int, end: int, page: Page) -> bool:
    """Whether a list holds nothing but links, and stands right below what rules know for a label of one."""
    is_headed = start > 0 and page.marks[start - 1].kind != "item" and page.category[start - 1] in LABELS_OF_MENUS
    return is_headed and min(page.links[start:end]) >= ALL_LINKS


def _is_contents(start: int, end: int, page: Page, headings: set[str]) -> bool:
    """Whether a list names the headings of its own page, and so leads to its parts; or one of them alone, where all
    else leads to the other pages of a work of which this is one.
    """
    named = [line for line in range(start, end) if _named_part(page.folded[line]) in headings]
    if 2 * len(named) >= max(end - start, 2):
        return True
    rest = [page.links[line] for line in range(start, end) if line not in named]
    return len(named) == 1 and not page.links[named[0]] and len(rest) >= PAGES and min(rest) >= ALL_LINKS


def _heads_contents(line: int, below: int, page: Page, verdicts: Verdicts) -> bool:
    """Whether a line heads the contents that end above another line, and nothing else: it is a label that may head
    parts of articles, or a heading of a few words above one that is not further in.
    """
    if not verdicts.free(line):
        return False
    if line in verdicts.refused:
        return True
    marks = page.marks[line], page.marks[below] if below < len(page) else PLAIN
    is_label = marks[0].kind == marks[1].kind == "heading" and page.words[line] <= LABEL
    return is_label and not page.links[line] and marks[1].level <= marks[0].level


def _named_part(heading: str) -> str:
    """A heading without its number, and without what stands in brackets behind it, such as a link that edits it."""
    return _NUMBERED.sub("", heading).partition("[")[0].rstrip() or heading


_NUMBERED = re.compile(r"^(?:\d+\.)*\d+[.)]? ")


def _belongs(start: int, end: int, amid: bool, states: Sequence[int], page: Page, verdicts: Verdicts) -> bool:
    """`amid`: whether the article goes on behind the block, which a menu or a gap may part from it."""
    before = ARTICLE in states[max(0, start - BESIDE) : start]
    after = ARTICLE in states[end : end + BESIDE]
    if page.marks[start].kind in SET_APART:
        return before or after or amid
    if not _may_be_text(start, end, sum(not verdicts.free(line) for line in range(start, end)), page):
        return False
    headed = ARTICLE in states[max(0, start - 1) : start] and page.marks[start - 1].kind == "heading"
    unlinked = page.shows_links and not any(page.links[start:end])
    closed = before and unlinked and (_is_sentence(end, page, verdicts) or _leads_up_to_block(end, page, verdicts))
    led = before and unlinked and _leads_up(start - 1, page, verdicts) and not page.links[start - 1]
    goes_on = (before and after) or (amid and page.marks[start].kind == "row")
    return goes_on or headed or closed or led or _is_held(start, end, states, page)


def _leads_up_to_block(line: int, page: Page, verdicts: Verdicts) -> bool:
    """Whether a line leads up to a block that leads nowhere, as the text between two tables does."""
    if line + 1 >= len(page) or not page.blocks[line + 1] or page.links[line] or page.links[line + 1]:
        return False
    return _leads_up(line, page, verdicts)


def _is_sentence(line: int, page: Page, verdicts: Verdicts) -> bool:
    """Whether no rule knows the line, and it leads nowhere and ends like a sentence."""
    if line == len(page) or not verdicts.free(line):
        return False
    return not page.links[line] and page.orthography.is_sentence(page.text[line])


def _may_be_text(start: int, end: int, known: int, page: Page) -> bool:
    """Whether a list or table is no menu, as far as is known of so many of its lines."""
    linked = sum(page.words[line] * page.links[line] for line in range(start, end))
    return 2 * known <= end - start <= LONGEST and linked <= LINKS * sum(page.words[start:end])


def outside_text(page: Page, evidence: Sequence[str]) -> list[str]:
    """What rules have found, but for single lines of a list or table, which tell of nothing around an article.

    They do where no sentence or heading stands above: what a page begins with is rather a menu than a list of its text.
    """
    outside = list(evidence)
    lines = range(len(page))
    above = (line for line in lines if page.is_prose(line, PROSE) or page.marks[line].kind == "heading")
    first = next(above, len(page))
    for start, end in _blocks(page):
        if start > first and _may_be_text(start, end, sum(map(bool, evidence[start:end])), page):
            outside[start:end] = [""] * (end - start)
    return outside


def _is_held(start: int, end: int, states: Sequence[int], page: Page) -> bool:
    """Whether most words of a block are of the article."""
    held = sum(page.words[line] for line in range(start, end) if states[line] == ARTICLE)
    return 2 * held > sum(page.words[start:end])


def _text_below(end: int, states: MutableSequence[int], page: Page, verdicts: Verdicts) -> int:
    """Give the article the text that goes on below a formula; returns where it ends."""
    below = range(end, min(end + BELOW, len(page)))
    prose = next((line for line in below if page.is_prose(line, PROSE) or not verdicts.free(line)), end)
    if prose == end or not verdicts.free(prose):
        return end
    states[end : prose + 1] = [ARTICLE] * (prose + 1 - end)
    return prose + 1


def _give_to_article(start: int, end: int, states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """With the line that leads up to the block, and free of the rules that took its lines."""
    above = start - 1
    if above > 0 and states[above - 1] == ARTICLE:
        if page.marks[above].kind == "heading" and page.category[above] == "navigation" and not page.links[above]:
            verdicts.undo(above)  # the word of a menu, but no menu stands below it
        if states[above] != ARTICLE and verdicts.free(above):
            states[above] = ARTICLE
    states[start:end] = [ARTICLE] * (end - start)
    for line in range(start, end):
        if line not in verdicts.protected:
            verdicts.undo(line)
