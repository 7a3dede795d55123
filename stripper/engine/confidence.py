"""How sure a cleaned page is: the chance that it is the article, the whole of it and nothing else.

The body model gives each line the chance that it is of the article (forward-backward). From these follow the characters
that the kept lines are expected to get right, and so the F1 that the page is expected to have. A model is surer of
itself than it should be; a logistic regression on pages whose article is known (Platt, 1999) makes of the expected F1
the share of such pages that came out with an F1 of GOOD or more. `tests/bench/reliability.py` fits it, and shows how
well it holds.
"""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

from ..model import Outcome
from ..rules.ruleset import RuleSet
from .plan import plan
from .why import explain_body

if TYPE_CHECKING:
    from .statistics import Statistics

GOOD = 0.9  # F1 against the article
MOST_SURE = 1e-4  # of an expected F1: as near to 0 or 1 as is told apart


def confidence(outcome: Outcome, rules: RuleSet, statistics: Statistics | None = None) -> float | None:
    """The chance that a page came out with an F1 of GOOD or more, from 0 to 1; None if the rules cannot tell.

    `rules` and `statistics` are those that it was cleaned with. Takes longer than cleaning it.
    """
    numbers = next((model.parameters.confidence for _, model in plan(rules).body), ())
    if not numbers:
        return None
    score = sum(number * sign for number, sign in zip(numbers, signs(outcome, rules, statistics), strict=True))
    return round(1 / (1 + exp(-score)), 4)


def signs(outcome: Outcome, rules: RuleSet, statistics: Statistics | None = None) -> tuple[float, ...]:
    """What the chance follows from, as the numbers in the pack weigh it: nothing, the log odds of the expected F1, the
    logarithm of the length of the text, the share of it that stands in sentences, and whether something was held back
    or no article found."""
    share = min(max(expected_f1(outcome, rules, statistics), MOST_SURE), 1 - MOST_SURE)
    held_back = any(note.kind in ("guard", "no-body") for note in outcome.notes)
    is_sentence = rules.orthography.is_sentence
    sentences = sum(len(line) for line in outcome.text.splitlines() if is_sentence(line))
    in_sentences = sentences / (len(outcome.text) or 1)
    return 1.0, log(share / (1 - share)), log(1 + len(outcome.text)), in_sentences, float(held_back)


def expected_f1(outcome: Outcome, rules: RuleSet, statistics: Statistics | None = None) -> float:
    """The F1, by characters, of the kept lines against the article as the body model sees it; titles aside."""
    kept: dict[int, int] = {}  # number of a line -> its characters, if it stays
    for each in outcome.decisions:
        if each.action == "keep" and each.category != "title":
            kept[each.line] = len(outcome.document.text[each.start : each.end].strip())
    sizes = {number: len(line.strip()) for number, line in enumerate(outcome.document.lines, 1)}
    right = wanted = 0.0
    for why in explain_body(outcome.document, rules, statistics):
        wanted += why.article * sum(sizes[line] for line in why.lines)
        right += why.article * sum(kept.get(line, 0) for line in why.lines)
    total = wanted + sum(kept.values())
    return 2 * right / total if total else 0.0
