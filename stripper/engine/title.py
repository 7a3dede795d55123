"""The title of the article: of the lines around its opening, the one that looks most like a headline.

Each candidate shows some traits, and each adds to its score what the rule's `weights` give for it: a multinomial
logistic regression over the candidates of a page (McFadden, 1974), of which one may be that there is no title. The
weights are fitted by `tests/bench/fit_title.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import repeat
from operator import neg

from ..reading.page import Page
from .beside_title import as_in_path, beside_title, quoted_above
from .body.line_cache import Lines
from .body.model import ARTICLE
from .matching.compiled_rule import CompiledRule
from .title_candidates import PROSE, Candidates
from .title_traits import AT_SIGHT, COMPARED, Traits
from .verdicts import Verdicts

Weights = Mapping[str, Mapping[str, float]]
SLACK = 1e-9  # of a score; sums of the same numbers differ by their order
DOUBT = 2.4  # what a single word or a line that rules know scores more; others are entries of menus
BUTTONS = frozenset({"navigation", "comments", "share", "dateline", "byline"})  # what rules know seldom heads a text
BUTTON_COST = 1.0  # of the score of a line of these


def find_title(rule: CompiledRule, page: Page, verdicts: Verdicts, regions: Sequence[int], lines: Lines) -> int | None:
    """The line that heads the article; its verdict is given. None if there is none.

    `regions` has an entry for each line of the page; `lines` is what `BodyModel.lines_of` gives.
    """
    title = rule.rule.title
    assert title is not None
    found = Candidates(page, verdicts, regions, lines, title.reach)
    is_clean = set(regions) == {ARTICLE} and bool(page.prose(PROSE))
    best = _highest(rule, title.weights, title.least_clean if is_clean else title.least, page, found.traits())
    is_top = best is not None and page.marks[best].kind == "heading" and page.marks[best].level == 1
    if not is_top and (top_heading := found.top_heading()) is not None:
        best = top_heading
    if (named := found.named_on_top()) is not None:
        best = named
    if best is None or found.is_verse(best):
        best = found.above_verse(rule, verdicts) or best
    if best is None and not is_clean:
        best = found.only_unknown(rule)
    if best is not None:
        best = quoted_above(found.above_writer(best), found)
        best = as_in_path(found.below_name(best), found)
        for line in (*beside_title(best, found, verdicts), best):
            verdicts.take(line, rule)
    return best


def _highest(rule: CompiledRule, weights: Weights, least: float, page: Page, traits: Traits) -> int | None:
    """The candidate with the highest score above `least`; of equal ones the first."""
    if not traits.lines:
        return None
    at_sight = zip(_of(weights, AT_SIGHT), traits.at_sight(), strict=True)
    columns = [map(some.get, values, repeat(0.0)) for some, values in at_sight]
    scores = sorted(zip(map(sum, zip(*columns, strict=True)), map(neg, traits.lines), strict=True), reverse=True)
    compared = _of(weights, COMPARED)
    most = [max((0.0, *some.values())) for some in compared]
    reserve = sum(most) + SLACK
    best: int | None = None
    top = least
    for seen, at in scores:
        if seen + reserve < top:
            break  # whatever else is told of these lines, they cannot win
        line, score, limit = -at, float(seen), seen + reserve
        for some, highest, value in zip(compared, most, traits.compared(line), strict=True):
            weight = some.get(value, 0.0)
            score, limit = score + weight, limit + weight - highest
            if limit < top:
                break
        else:
            if page.category[line] in BUTTONS:
                score -= BUTTON_COST
            wins = score > top or (score == top and best is not None and line < best)
            is_doubtful = page.words[line] == 1 or page.category[line]
            if wins and (score > least + DOUBT or not is_doubtful) and rule.meets(page, line):
                best, top = line, score
    return best


def _of(weights: Weights, names: Sequence[str]) -> list[Mapping[str, float]]:
    return [weights.get(name, {}) for name in names]
