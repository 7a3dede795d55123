"""Lines that stand where a rule wants them only once others are gone.

A rule may ask what stands before or behind a line, or how far down it stands. Without what is taken from the page that
may hold where it did not before, and the rule would take the line if the page was cleaned once more; so it is asked
again at once.
"""

from __future__ import annotations

from ..reading.page import Page
from .context import section_lines
from .verdicts import Verdicts

_OPEN = ("body", "heading")  # kinds of rules that have what no other has


def take_refused(page: Page, verdicts: Verdicts, kept: frozenset[str]) -> bool:
    """Take those of the lines that rules were refused which these would take of the page as it is left; True if any."""
    waiting = [line for line in verdicts.refused if _is_open(line, verdicts)]
    if not waiting:
        return False
    left = verdicts.staying(kept)
    rest, places = page.left(left), {line: at for at, line in enumerate(left)}
    taken = False
    for line in filter(places.__contains__, waiting):
        rule = next((each for each in verdicts.refused[line] if each.fits(rest, places[line])), None)
        if rule is None or not _is_open(line, verdicts):
            continue
        headed = section_lines(rule, places[line], rest) if rule.kind == "section" else []
        for each in (line, *(left[at] for at in headed)):
            if _is_open(each, verdicts):
                verdicts.take(each, rule)
        taken = True
    return taken


def _is_open(line: int, verdicts: Verdicts) -> bool:
    owner = verdicts.rule[line]
    return (owner is None or owner.kind in _OPEN) and line not in verdicts.protected and line not in verdicts.subject
