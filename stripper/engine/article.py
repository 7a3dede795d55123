"""The article as a whole: its title and headings, and what lies before, between and after its lines."""

from __future__ import annotations

from collections.abc import Sequence

from ..reading.page import Page
from .body import AFTER, ARTICLE, BEFORE, GAP
from .compiled_rule import CompiledRule
from .verdicts import Verdicts

SIDES = {BEFORE: "before", GAP: "gap", AFTER: "after"}


def find_title(rule: CompiledRule, page: Page, verdicts: Verdicts, regions: Sequence[int]) -> int | None:
    """The line that heads the article, see `Title`; its verdict is given. None if there is none."""
    title = rule.rule.title
    assert title is not None
    opening = next((line for line, state in enumerate(regions) if state == ARTICLE and verdicts.free(line)), None)
    if opening is None:
        return None
    best, top = None, title.least
    lines = "\n".join(["", *page.folded])
    near = [line for line in range(max(0, opening - title.reach), opening + 1) if verdicts.free(line)]
    for distance, line in enumerate(reversed(near)):
        if not rule.meets(page, line):
            continue
        worth = -title.distance * distance + (title.opening if line == opening else 0.0)
        if worth + title.repeated > top and _stands_again("\n" + page.folded[line], lines):
            worth += title.repeated
        if worth > top:
            best, top = line, worth
    if best is not None:
        verdicts.take(best, rule)
    return best


def _stands_again(text: str, lines: str) -> bool:
    """Whether more than one line is or begins with a text; it and they begin with a line feed."""
    return lines.find(text, lines.find(text) + 1) >= 0


def label_headings(rule: CompiledRule, page: Page, verdicts: Verdicts, regions: Sequence[int]) -> None:
    for line in range(len(page)):
        if regions[line] == ARTICLE and verdicts.free(line) and rule.meets(page, line):
            verdicts.take(line, rule)


def take_regions(rules: Sequence[CompiledRule], page: Page, verdicts: Verdicts, regions: Sequence[int]) -> None:
    """Give the free lines outside the article to the rules of their side."""
    by_side = {rule.rule.region.side: rule for rule in rules if rule.rule.region is not None}
    for line in range(len(page)):
        if (side := SIDES.get(regions[line])) in by_side:
            verdicts.outside[line] = by_side[side]
            if verdicts.free(line):
                verdicts.take(line, by_side[side])
