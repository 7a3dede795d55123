"""Where the article begins and ends, from the shape of the text.

A linear-chain conditional random field (Lafferty, McCallum and Pereira, 2001) over the lines of a page, with four
states in a fixed order: before the article, in the article, in a gap inside it, after it. What a line looks like, its
neighbours, where it stands among the page's prose, what lies around it, its words and its marks each add to the score
of every state; the best path (Viterbi, 1967) is the answer. All numbers stand in the pack, under the names of
`feature_names.NAMES`; they are fitted by `tests/bench/fit_body.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableSequence, Sequence
from itertools import compress
from typing import Any

from ...model import KEPT
from ...reading.page import Page
from ..matching.compiled_rule import CompiledRule
from .continuation import list_after, part_below, rest_below, text_after_links, text_below
from .edges import (
    end_of_questions,
    end_of_refrain,
    lines_that_go_on,
    list_before,
    rest_of_sentence,
    sentence_before,
    sentences_above_links,
    sentences_after,
    speech_amid,
)
from .feature_names import NAMES, Name, written
from .features import PageFeatures, extract_features
from .line_cache import LineCache, Lines
from .line_shapes import Key
from .long_runs import filled, long_runs, outside_of
from .parameters import Parameters, Scores

BEFORE, ARTICLE, GAP, AFTER = range(4)
LEAST_DOUBT = 1.0  # how much more a gap that no rule knows may score than none; of single such lines 70 % are text
IN_DOUBT = 0.25  # and for each line but one
NEVER = 1e6
MEMO = 50_000  # keys remembered; a page has a few hundred


Step = tuple[int, int, int]  # where the article, the gap and the end were reached from
_STEPS = [[[(a, b, c) for c in range(4)] for b in range(4)] for a in range(4)]  # made once, not once for each line


def article_ends(states: Sequence[int]) -> tuple[int, int]:
    """The first and the last line of the article; the end of the page twice if there is none."""
    if ARTICLE not in states:
        return len(states), len(states)
    return states.index(ARTICLE), len(states) - 1 - states[::-1].index(ARTICLE)


def settle_rest(states: MutableSequence[int]) -> None:
    """Say of each line that is not of the article on which side of it, or in which gap, it stands now."""
    first, last = article_ends(states)
    for line, state in enumerate(states):
        if state != ARTICLE:
            states[line] = BEFORE if line < first else AFTER if line > last else GAP


def _finder(line: int, category: str, owner: CompiledRule | None) -> str | int:
    """What tells that a line is of a category: a rule, if any; of one that stands on many pages, the line itself."""
    if owner is None:
        return category
    return line if owner.kind == "duplicate" else owner.rule.id


def _no_article(is_known: bool, row: tuple[Scores, ...]) -> tuple[Scores, ...]:
    """The scores of a line, with which it cannot be of the article if rules know it."""
    before, article, gap, after = row[0]
    return ((before, article - NEVER, gap, after), *row[1:]) if is_known else row


class _Weights(dict[Name, Scores | None]):
    """The weights of names, which are written as the pack has them when first met. There are some thousands of names,
    as each has few values in its places."""

    def __init__(self, weights: Mapping[str, Scores]) -> None:
        self._weights = weights

    def __missing__(self, name: Name) -> Scores | None:
        self[name] = row = self._weights.get(written(name))
        return row


class _Memo(dict[Key, Scores]):
    """The scores of the keys of a column, those of a new one found when it is looked up."""

    def __init__(self, names: Callable[[Key], list[Name]], weights: _Weights) -> None:
        self._names, self._weights = names, weights

    def __missing__(self, key: Key) -> Scores:
        before = article = gap = after = 0.0
        for row in filter(None, map(self._weights.__getitem__, self._names(key))):
            before += row[0]
            article += row[1]
            gap += row[2]
            after += row[3]
        if len(self) >= MEMO:
            self.clear()
        self[key] = scores = before, article, gap, after
        return scores


class BodyModel:
    """Finds the article. Made once from a pack's table; the memos hold pure functions of their keys."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        weights = _Weights(parameters.weights)
        self._memos = [_Memo(names, weights) for names in NAMES]
        self._lines = LineCache(parameters)

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> BodyModel:
        """Raises ValueError that names the key that is wrong."""
        return cls(Parameters.of(table))

    def regions(
        self, page: Page, lines: Lines, evidence: Sequence[str], outside: Collection[int] = ()
    ) -> list[int] | None:
        """The state of each line of a page that has something around the article, or None if no article is found.

        `lines` is what `lines_of` gives; `evidence` is the category that rules have found for each, "" where none has.
        Lines that are known to be `outside` are no prose that the article could be sought in.
        """
        if outside:
            lines = lines.without_prose(outside)
        features = extract_features(page, lines, evidence)
        runs = long_runs(page.words)
        chosen = outside_of(runs, len(page))
        rows = list(self._scores(features, chosen))
        if outside:
            known = [line in outside for line in compress(range(len(page)), chosen)]
            rows = list(map(_no_article, known, rows))
        path = filled(self._best_path(rows), runs) if runs else self._likely_path(rows, evidence)
        prose = sum([words for words, state in zip(features.prose, path, strict=True) if state == ARTICLE])
        if prose < self.parameters.least_words:
            kept = sum([words for words, state in zip(page.words, path, strict=True) if state == ARTICLE])
            if not kept or kept < self.parameters.least_share * sum(page.words):
                return None
        self._take_edges(path, page, evidence)
        return path

    def is_around(self, page: Page, evidence: Sequence[str], owners: Sequence[CompiledRule | None]) -> bool:
        """Whether enough is found to believe that there is anything around the article: a cleaned page has nothing.

        `owners` are the rules that have found what `evidence` says of each line. A rule that is mistaken is mistaken as
        often as its words stand in a text, so each counts once; but that a line stands on many pages is no guess.
        """
        # What is known to belong to the article is no evidence of that; nor is a marked heading, such as "Download".
        headings = set(page.headings())
        known = [line for line, each in enumerate(evidence) if each and each not in KEPT and line not in headings]
        told = {_finder(line, evidence[line], owners[line]) for line in known}
        return len(told) >= min(self.parameters.least_evidence, max(2, self.parameters.evidence_share * len(evidence)))

    def lines_of(self, page: Page) -> Lines:
        """What each line of a page is by itself."""
        return self._lines.of_page(page)

    def _take_edges(self, path: list[int], page: Page, evidence: Sequence[str]) -> None:
        """Give the article the sentences at its ends, what goes on below them, and the headings right above it."""
        if ARTICLE not in path:
            return
        first, last = article_ends(path)
        for amid in (speech_amid, sentences_above_links):
            for line in amid(path[: last + 1], ARTICLE, page, evidence, self.parameters):
                path[line] = ARTICLE
        start = list_before(lines_that_go_on(first, page, evidence), page, evidence)
        path[start:first] = [ARTICLE] * (first - start)
        first = sentence_before(start, last, page, evidence, self.parameters)
        path[first] = ARTICLE
        last = self.take_last(path, page, evidence)
        if below := text_below(first, last, page, evidence):
            path[below.start : below.stop] = [ARTICLE] * len(below)
            last = self.take_last(path, page, evidence)
        end = part_below(first, last, page, evidence)
        if end > last:
            path[last + 1 : end + 1] = [ARTICLE] * (end - last)
            last = self.take_last(path, page, evidence)
        while beyond := text_after_links(first, last, page, evidence) or list_after(last, page, evidence):
            path[last + 1 : beyond.start] = [GAP] * (beyond.start - last - 1)
            path[beyond.start : beyond.stop] = [ARTICLE] * len(beyond)
            last = self.take_last(path, page, evidence)
        end = rest_below(first, last, page, evidence)
        path[last + 1 : end + 1] = [ARTICLE] * (end - last)
        while first and page.marks[first - 1].kind == "heading" and not evidence[first - 1]:
            first -= 1
            path[first] = ARTICLE

    def take_last(self, path: MutableSequence[int], page: Page, evidence: Sequence[str]) -> int:
        """Give the article the sentences at its end; returns its last line."""
        first, last = article_ends(path)
        end = rest_of_sentence(end_of_refrain(first, last, page, evidence), page, evidence)
        end = end_of_questions(first, end, page, evidence)
        path[last : end + 1] = [ARTICLE] * (end + 1 - last)
        last = end
        for line in sentences_after(last, page, evidence, self.parameters):
            path[last + 1 : line] = [GAP] * (line - last - 1)
            path[line] = ARTICLE
            last = line
        return last

    def _scores(self, features: PageFeatures, chosen: Sequence[bool]) -> Iterator[tuple[Scores, ...]]:
        """What each of the keys of each line that is chosen adds to the scores of its states."""
        columns = zip(self._memos, features.columns, strict=True)
        return zip(*[map(memo.__getitem__, compress(keys, chosen)) for memo, keys in columns], strict=True)

    def _likely_path(self, rows: Sequence[tuple[Scores, ...]], evidence: Sequence[str]) -> list[int]:
        """The state of each line. If rules know all of the article, a banner was taken for it, and another is found."""
        path = self._best_path(rows)
        known = [bool(each) and each not in KEPT for each in evidence]
        held = [is_known for is_known, state in zip(known, path, strict=True) if state == ARTICLE]
        if held and all(held):
            path = self._best_path(map(_no_article, known, rows))
        self._close_gaps(path, rows, evidence)
        return path

    def _close_gaps(self, path: list[int], rows: Sequence[tuple[Scores, ...]], evidence: Sequence[str]) -> None:
        """Give the article the gaps of a few lines that are hardly more likely than none and that no rule knows.

        They may be a list of the article, and to lose it is worse than to keep a box.
        """
        _, leave, back, _ = self.parameters.move
        end = 0
        while GAP in path[end:]:
            start = path.index(GAP, end)
            end = next((line for line in range(start, len(path)) if path[line] != GAP), len(path))
            if any(evidence[start:end]):
                continue
            more = leave + back + sum([scores[GAP] - scores[ARTICLE] for row in rows[start:end] for scores in row])
            if more < LEAST_DOUBT + IN_DOUBT * (end - start - 1):
                path[start:end] = [ARTICLE] * (end - start)

    def _best_path(self, rows: Iterable[tuple[Scores, ...]]) -> list[int]:
        """The state of each line on the path of the highest score."""
        enter, (begin, leave, back, finish) = self.parameters.enter, self.parameters.move
        low = -1e9
        before, article, gap, after = enter[0], enter[1], low, enter[3]
        steps: list[Step] = []
        first = True
        for own, near, place, zone, around, words, marks in rows:
            own_before, own_article, own_gap, own_after = own
            near_before, near_article, near_gap, near_after = near
            place_before, place_article, place_gap, place_after = place
            zone_before, zone_article, zone_gap, zone_after = zone
            around_before, around_article, around_gap, around_after = around
            words_before, words_article, words_gap, words_after = words
            marks_before, marks_article, marks_gap, marks_after = marks
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
