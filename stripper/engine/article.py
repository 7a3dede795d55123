"""The article as a whole: its headings, and what lies before, between and after its lines."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from ..reading.page import Page
from .body.model import AFTER, ARTICLE, BEFORE, GAP
from .matching.compiled_rule import CompiledRule
from .verdicts import Verdicts

SIDES = {BEFORE: "before", GAP: "gap", AFTER: "after"}


class Article(NamedTuple):
    """The lines that an article holds, and whether it stands alone: nothing was found around it."""

    held: Set[int]
    alone: bool


NO_ARTICLE = Article(frozenset(), alone=False)


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
