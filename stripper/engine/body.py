"""Where the article begins and ends, from the shape of the text.

A linear-chain conditional random field (Lafferty, McCallum and Pereira, 2001) over the lines of a page, with four
states in a fixed order: before the article, in the article, in a gap inside it, after it. What a line looks like, its
neighbours, where it stands among the page's prose, what lies around it, its words and its marks each add to the score
of every state; the best path (Viterbi, 1967) is the answer. All numbers stand in the pack, under the names of
`feature_names.NAMES`; they are fitted by `tests/bench/fit_body.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..model import KEPT
from ..reading.page import Page
from .edges import sentence_before, sentences_after
from .feature_names import NAMES
from .features import PageFeatures, extract_features
from .line_shapes import Key, LineShape, LineShapeCache
from .long_runs import filled, long_runs, without
from .parameters import Parameters, Scores

BEFORE, ARTICLE, GAP, AFTER = range(4)
MEMO = 50_000  # keys remembered; a page has a few hundred


Step = tuple[int, int, int]  # where the article, the gap and the end were reached from
_STEPS = [[[(a, b, c) for c in range(4)] for b in range(4)] for a in range(4)]  # made once, not once for each line


class BodyModel:
    """Finds the article. Made once from a pack's table; the memos hold pure functions of their keys."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self._memos: tuple[dict[Key, Scores], ...] = ({}, {}, {}, {}, {}, {}, {})
        self._shapes = LineShapeCache()

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> BodyModel:
        """Raises ValueError that names the key that is wrong."""
        return cls(Parameters.of(table))

    def regions(self, page: Page, evidence: Sequence[str]) -> list[int] | None:
        """The state of each line of the page, or None if no article is found.

        `evidence` is the category that rules have found for each line, "" where none has.
        """
        # What is known to belong to the article is no evidence of anything around it: a cleaned page has no other.
        if sum([bool(each) and each not in KEPT for each in evidence]) < self.parameters.least_evidence:
            return [ARTICLE] * len(page)
        looks = extract_features(page, evidence, self.parameters, self._shapes)
        runs = long_runs(page.words)
        path = self.best_path(looks._replace(rows=without(looks.rows, runs)))
        path = filled(path, runs)
        prose = sum([words for words, state in zip(looks.prose, path, strict=True) if state == ARTICLE])
        if prose < self.parameters.least_words:
            kept = sum([words for words, state in zip(page.words, path, strict=True) if state == ARTICLE])
            if not kept or kept < self.parameters.least_share * sum(page.words):
                return None
        self._take_edges(path, page, evidence)
        return path

    def line_shapes(self, page: Page) -> list[LineShape]:
        """What each line of a page looks like by itself."""
        return self._shapes.of_lines(page, self.parameters)

    def _take_edges(self, path: list[int], page: Page, evidence: Sequence[str]) -> None:
        """Give the article the sentences at its ends, see `edges`."""
        if ARTICLE not in path:
            return
        first, last = path.index(ARTICLE), len(path) - 1 - path[::-1].index(ARTICLE)
        path[sentence_before(first, page, evidence, self.parameters)] = ARTICLE
        for line in sentences_after(last, page, evidence, self.parameters):
            path[last + 1 : line] = [GAP] * (line - last - 1)
            path[line] = ARTICLE
            last = line

    def best_path(self, features: PageFeatures) -> list[int]:
        """The state of each line on the path of the highest score."""
        wanted = self.parameters
        enter, (begin, leave, back, finish) = wanted.enter, wanted.move
        owns, nears, places, zones, arounds, wordings, markings = self._memos
        low = -1e9
        before, article, gap, after = enter[0], enter[1], low, enter[3]
        steps: list[Step] = []
        first = True
        for own, near, place, zone, around, words, marks in features.rows:
            own_before, own_article, own_gap, own_after = owns.get(own) or self._sum(0, own)
            near_before, near_article, near_gap, near_after = nears.get(near) or self._sum(1, near)
            place_before, place_article, place_gap, place_after = places.get(place) or self._sum(2, place)
            zone_before, zone_article, zone_gap, zone_after = zones.get(zone) or self._sum(3, zone)
            around_before, around_article, around_gap, around_after = arounds.get(around) or self._sum(4, around)
            words_before, words_article, words_gap, words_after = wordings.get(words) or self._sum(5, words)
            marks_before, marks_article, marks_gap, marks_after = markings.get(marks) or self._sum(6, marks)
            if first:
                first = False
                steps.append(_STEPS[ARTICLE][GAP][AFTER])
            else:
                from_article, into = ARTICLE, article
                if before + begin > into:
                    from_article, into = BEFORE, before + begin
                if gap + back > into:
                    from_article, into = GAP, gap + back
                if article + leave > gap:
                    from_gap, gap = ARTICLE, article + leave
                else:
                    from_gap = GAP
                if article + finish > after:
                    from_after, after = ARTICLE, article + finish
                else:
                    from_after = AFTER
                article = into
                steps.append(_STEPS[from_article][from_gap][from_after])
            before += (
                own_before + near_before + place_before + zone_before + around_before + words_before + marks_before
            )
            article += (
                own_article
                + near_article
                + place_article
                + zone_article
                + around_article
                + words_article
                + marks_article
            )
            gap += own_gap + near_gap + place_gap + zone_gap + around_gap + words_gap + marks_gap
            after += own_after + near_after + place_after + zone_after + around_after + words_after + marks_after
        state = max(range(4), key=(before, article, low, after).__getitem__)
        path: list[int] = []
        for step in reversed(steps):
            path.append(state)
            if state:
                state = step[state - 1]
        path.reverse()
        return path

    def _sum(self, memo: int, key: Key) -> Scores:
        before = article = gap = after = 0.0
        for row in filter(None, map(self.parameters.weights.get, NAMES[memo](key))):
            before += row[0]
            article += row[1]
            gap += row[2]
            after += row[3]
        scores = before, article, gap, after
        if len(self._memos[memo]) >= MEMO:
            self._memos[memo].clear()
        self._memos[memo][key] = scores
        return scores
