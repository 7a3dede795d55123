"""Footnotes right below an article, which its text refers to."""

from __future__ import annotations

from collections.abc import MutableSequence

from ...late_pattern import late_pattern
from ...reading.page import Page
from ..body.model import ARTICLE, GAP
from ..verdicts import Verdicts

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NOTE = late_pattern(r"[\[(^]*(?P<number>\d{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})[\]).:]*\s+<?\w")
_NOTE_BELOW = late_pattern(r"(?P<number>\d{1,3})[.)]\s+:::")  # a note that stands in a div of its own, as of pandoc
BACK = ("↩", "↩︎", "↑")  # what leads back from a footnote to the text
LEADS_BACK = ("↑", "^ ", "↩")  # at the head of one, as wikis have it
# One of these stands on a page with footnotes.
SIGNS = ("¹", "[1]", *[f"{back}\n" for back in BACK], *[f"\n{back}" for back in LEADS_BACK])
RARE = "¹[↩↑^"  # one of which each of them has; a single character is found far sooner
NEAR = 3  # lines from the article to the first note, its heading and one that rules know among them


def take_footnotes(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article the lines numbered 1, 2, 3 that follow it, if its text has their numbers, or they lead back.

    `states` is the state of each line, which is changed in place; the line that heads the notes goes with them.
    """
    together = "\n".join([*page.text, ""])
    if not any(map(together.__contains__, RARE)) or not any(sign in together for sign in SIGNS):
        return
    held = [line for line, state in enumerate(states) if state == ARTICLE]
    near = {line + beyond for line in held for beyond in range(1, NEAR + 1) if line + beyond < len(page)}
    first = next((line for line in sorted(near, reverse=True) if _number(page, line) == 1), None)
    if first is None:
        first = next((line for line in sorted({*held, *near}) if _leads_back(line, page, verdicts)), None)
    if first is None:
        return
    end = first
    while end < len(page) and (_number(page, end) == end - first + 1 or _leads_back(end, page, verdicts)):
        end += 1
    start = _head(first, page, verdicts)
    for line in (start, *range(first, end)):
        states[line] = ARTICLE
        if line not in verdicts.protected:
            verdicts.undo(line)
    for line in range(max(held[0], first - NEAR), first):
        if states[line] != ARTICLE:
            states[line] = GAP


def _leads_back(line: int, page: Page, verdicts: Verdicts) -> bool:
    return page.text[line].startswith(LEADS_BACK) and verdicts.free(line)


def _head(first: int, page: Page, verdicts: Verdicts) -> int:
    """The line that heads the notes from `first` on, which a link that edits them may part from it."""
    if verdicts.free(first - 1):
        return first - 1
    return first - 2 if first > 1 and page.marks[first - 2].kind == "heading" and verdicts.free(first - 2) else first


def _number(page: Page, line: int) -> int:
    """The number that a line begins with, or the div that it stands in; 0 for none."""
    number = page.lines[line][0]
    found = _NOTE.match(page.raw[number].lstrip())
    if found is None and number and page.raw[number][0].isspace():
        found = _NOTE_BELOW.match(page.raw[number - 1].lstrip())
    return int(found["number"].translate(_RAISED)) if found else 0
