"""Why the body model judged a line as it did: the chance of each state, and what each name of the line told.

Nothing here decides anything; it is for those who want to see a decision from within.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import exp, inf, log
from typing import TYPE_CHECKING, NamedTuple, cast

from ..model import Document
from ..reading.page import Page
from ..rules.ruleset import RuleSet
from .body.feature_names import written_names
from .body.features import extract_features
from .body.model import BodyModel
from .body.parameters import Parameters, Scores
from .cleaning import stretches
from .evidence import find_evidence
from .plan import IN_TURN, plan

if TYPE_CHECKING:
    from .statistics import Statistics

STATES = ("before", "article", "gap", "after")
ARTICLE = STATES.index("article")


class Why(NamedTuple):
    """What the model found of a line of a page, or of several lines that are pieces of one sentence.

    `lines` are their numbers in the document. `chances` are the probabilities of the four STATES (forward-backward);
    `best` the score of the best path through each state, so that the differences between them are what it would take
    to turn the line. `names` holds each name that has a weight, with what it adds to the score of each state.
    """

    lines: tuple[int, ...]
    chances: Scores
    best: Scores
    names: tuple[tuple[str, Scores], ...]

    @property
    def article(self) -> float:
        """The chance that the line is one of the article."""
        return self.chances[ARTICLE]

    def told(self, state: int, rival: int) -> list[tuple[str, float]]:
        """The names and how much they spoke for `state` against `rival`; those that told most first."""
        found = [(name, row[state] - row[rival]) for name, row in self.names]
        return sorted((each for each in found if each[1]), key=lambda each: -abs(each[1]))


def explain_body(document: Document, rules: RuleSet, statistics: Statistics | None = None) -> list[Why]:
    """What the body model of a rule set found of each line with text; empty if the rules have no body model."""
    found: list[Why] = []
    for _, lines, part in stretches(document):
        page = Page(part, rules.orthography)
        with IN_TURN:
            evidence = find_evidence(page, rules, statistics)
            if (of_page := plan(rules).body_of(page)) is not None:
                some = _explain(of_page[1], page, evidence)
                found += [why._replace(lines=tuple(n + lines for n in why.lines)) for why in some]
    return found


def _explain(model: BodyModel, page: Page, evidence: Sequence[str]) -> Iterator[Why]:
    parameters = model.parameters
    names = [
        tuple(name for name in written_names(keys) if name in parameters.weights)
        for keys in extract_features(page, model.lines_of(page), evidence).rows
    ]
    weights = [tuple((name, parameters.weights[name]) for name in some) for some in names]
    scores = [tuple(sum(row[state] for _, row in some) for state in range(4)) for some in weights]
    steps = _steps(parameters)
    chances = _path_scores(scores, parameters, steps, _log_sum)
    best = _path_scores(scores, parameters, steps, max)
    for numbers, some, row, path in zip(page.lines, weights, chances, best, strict=True):
        whole = _log_sum(row)
        likely = (exp(row[0] - whole), exp(row[1] - whole), exp(row[2] - whole), exp(row[3] - whole))
        yield Why(tuple(number + 1 for number in numbers), likely, path, some)


def _steps(parameters: Parameters) -> list[list[float]]:
    """The score of each step from state to state; that of one which the model does not know is -inf."""
    begin, leave, back, finish = parameters.move
    return [
        [0.0, begin, -inf, -inf],
        [-inf, 0.0, leave, finish],
        [-inf, back, 0.0, -inf],
        [-inf, -inf, -inf, 0.0],
    ]


def _path_scores(
    scores: Sequence[Sequence[float]],
    parameters: Parameters,
    steps: list[list[float]],
    join: Callable[[Sequence[float]], float],
) -> list[Scores]:
    """For each line the scores of all paths (or, with `max`, of the best) through each state of it."""
    enter = (*parameters.enter[:2], -inf, parameters.enter[3])
    leave = (0.0, 0.0, -inf, 0.0)  # no page ends in a gap
    states = range(len(STATES))
    forward = [list(enter)]
    for row in scores[:-1]:
        last = [sum(each) for each in zip(forward[-1], row, strict=True)]
        forward.append([join([last[before] + steps[before][state] for before in states]) for state in states])
    backward = [list(leave)]
    for row in reversed(scores[1:]):
        following = [sum(each) for each in zip(backward[-1], row, strict=True)]
        backward.append([join([steps[state][after] + following[after] for after in states]) for state in states])
    through = zip(forward, scores, reversed(backward), strict=True)
    return [cast(Scores, tuple(map(sum, zip(*each, strict=True)))) for each in through]


def _log_sum(values: Sequence[float]) -> float:
    most = max(values)
    return most if most == -inf else most + log(sum(exp(each - most) for each in values))
