"""Figures set out line by line, such as a table that has lost its columns: a run of them is decided as one.

Amid the article it is of it: a menu has no figures, and what has some, such as a list of prices, has words that rules
know. Below the article it is of it if a heading with a mark before it stands on top, as over the record of a player.
"""

from __future__ import annotations

from collections.abc import MutableSequence
from itertools import pairwise

from ..reading.page import Page
from .body import ARTICLE
from .conditions import first_character, share_of_digits
from .line_shapes import begin_of
from .verdicts import Verdicts

FIGURE = 0.5  # share of digits of a line that is a figure
MIXED = 0.25  # and of one with words beside it
LEAST = 4  # lines of a run
LONGEST = 8  # lines of the figures below an article


def take_figures(states: MutableSequence[int], page: Page, verdicts: Verdicts) -> None:
    """Give the article its runs of figures. `states` is the state of each line, which is changed in place."""
    held = [line for line, state in enumerate(states) if state == ARTICLE]
    for before, after in pairwise(held):
        if after - before <= LEAST:
            continue
        run = range(before + 1, after)
        if _are_free(run, verdicts) and 2 * _figures(run, page, FIGURE) >= len(run):
            states[before + 1 : after] = [ARTICLE] * len(run)
    if held:
        start = end = held[-1] + 1
        while end < len(page) and verdicts.free(end):
            end += 1
        below = range(start + 1, end)
        if 0 < len(below) < LONGEST and _has_mark(page, start) and _figures(below, page, MIXED) == len(below):
            states[start:end] = [ARTICLE] * (end - start)


def _are_free(lines: range, verdicts: Verdicts) -> bool:
    return all(map(verdicts.free, lines))


def _figures(lines: range, page: Page, share: float) -> int:
    return sum([share_of_digits(page.text[line]) >= share for line in lines])


def _has_mark(page: Page, line: int) -> bool:
    text = page.text[line]
    return first_character(text) == "mark" and begin_of(text[0], "") == "?"
