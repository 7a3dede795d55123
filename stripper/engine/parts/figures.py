"""Figures set out line by line, such as a table that has lost its columns: a run of them is decided as one.

Amid the article it is of it: a menu has no figures, and what has some, such as a list of prices, has words that rules
know. Below the article it is of it if a heading with a mark before it stands on top, as over the record of a player, if
it is a run of nothing but figures, or if a sentence closes it; the same goes for a table that a sentence closes.
"""

from __future__ import annotations

import re
from collections.abc import MutableSequence
from itertools import groupby, pairwise

from ...reading.page import Page
from ..body.line_shapes import begin_of
from ..body.model import ARTICLE
from ..matching.conditions import first_character, share_of_digits
from ..verdicts import Verdicts

FIGURE = 0.5  # share of digits of a line that is a figure
MIXED = 0.25  # and of one with words beside it
LEAST = 4  # lines of a run
LONGEST = 8  # lines of the figures below an article
LABELS = 3  # lines between an article and figures below it
LONE = 6  # lines of a run below an article that no sentence closes
DIGITS = 3  # of one of its figures; what counts likes and pages has fewer
MOST = 60  # lines of tables and figures that a sentence closes


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
        is_record = 0 < len(below) < LONGEST and _has_mark(page, start) and _figures(below, page, MIXED) == len(below)
        if not is_record:
            end = _end_of_figures(start, end, page)
        states[start:end] = [ARTICLE] * (end - start)


def _end_of_figures(start: int, end: int, page: Page) -> int:
    """Where figures and tables end that go on with an article above them; `start` if there are none.

    From `start` to `end` no rule knows any line.
    """
    runs = _runs_of_figures(start, end, page)
    rows = [line for line in range(start, end) if page.marks[line].kind == "row"]
    last = max([*rows, *[run[-1] for run in runs]], default=start)
    below = range(last + 1, min(end, start + MOST))
    closing = next((line for line in below if page.orthography.is_sentence(page.text[line])), None)
    if last > start and closing is not None:
        return closing + 1
    if runs and runs[0][0] <= start + LABELS and len(runs[0]) >= LONE:
        return runs[0][-1] + 1
    return start


def _runs_of_figures(start: int, end: int, page: Page) -> list[list[int]]:
    """The runs of lines that are no more than figures."""
    rows = groupby(range(start, end), lambda line: _is_figure(page.text[line]))
    found = [list(lines) for is_figure, lines in rows if is_figure]
    return [run for run in found if len(run) >= LEAST and _tells(run, page)]


def _is_figure(text: str) -> bool:
    return _LETTER.search(text) is None and share_of_digits(text) == 1


_LETTER = re.compile("[A-Za-z]")  # is found far sooner than what share of a text is digits


def _tells(run: list[int], page: Page) -> bool:
    """Whether figures are not those of a pager, a calendar or an archive, which count by one."""
    numbers = [int("".join(filter(str.isdecimal, page.text[line])) or 0) for line in run]
    return max(numbers) >= 10 ** (DIGITS - 1) and not any(abs(one - two) == 1 for one, two in pairwise(numbers))


def _are_free(lines: range, verdicts: Verdicts) -> bool:
    return all(map(verdicts.free, lines))


def _figures(lines: range, page: Page, share: float) -> int:
    return sum([share_of_digits(page.text[line]) >= share for line in lines])


def _has_mark(page: Page, line: int) -> bool:
    text = page.text[line]
    return first_character(text) == "mark" and begin_of(text[0], "") == "?"
