"""Fits a linear-chain conditional random field with the four states of `stripper.engine.body.model`. Needs numpy alone.

The first epochs minimize the negative log likelihood of all paths that agree with what is known of a page; the others,
for the most part, one minus the F1 of the words that a page is expected to keep, with the marginal of each line as its
share (as in Jansche, 2005): what is scored is words of articles, not lines. At each step a page hides some of its
names, and Adam (Kingma and Ba, 2015) follows the gradient at a rate that rises once and then falls (Smith, 2018).
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

BEFORE, ARTICLE, GAP, AFTER = range(4)
STEPS = ((BEFORE, ARTICLE), (ARTICLE, GAP), (GAP, ARTICLE), (ARTICLE, AFTER))  # `move` has their scores
ANY = 15  # of `Example.allowed`: nothing is known
Floats = NDArray[np.float64]


def is_told(allowed: Any) -> Any:
    """Whether states that a line may have, or an array of such, tell that it is of the article, or that it is not."""
    return (allowed == 1 << ARTICLE) | (allowed & 1 << ARTICLE == 0)


@dataclass
class Example:
    """One page to learn from.

    names    numbers of the names of its lines, one line after another
    lengths  how many names each line has
    allowed  the states that each line may be in: the sum of 1 << state
    sizes    what each line counts for, such as its words
    weight   what the page counts for
    """

    names: NDArray[np.int32]
    lengths: NDArray[np.int32]
    allowed: NDArray[np.int8]
    sizes: Floats
    weight: float

    def __len__(self) -> int:
        return len(self.lengths)

    def renumbered(self, numbers: NDArray[np.int32]) -> Example:
        """With the new number of each name; those of which it is below 0 are left out."""
        new = numbers[self.names]
        line = np.repeat(np.arange(len(self)), self.lengths)[new >= 0]
        lengths = np.bincount(line, minlength=len(self)).astype(np.int32)
        return replace(self, names=new[new >= 0], lengths=lengths)


@dataclass(frozen=True)
class Knobs:
    epochs: int = 24
    rate: float = 0.03
    decay: float = 3.0
    hidden: float = 0.18  # share of the names that a page does not show at a step, so that no few carry the decision
    likelihood_alone: float = 0.3  # share of the epochs without the expected F1, which needs a start
    likelihood: float = 0.05  # what it counts for afterwards
    expected: float = 50.0  # and what the expected F1 counts for


@dataclass
class Fitted:
    """`table` has a row of four scores for each name, and one more of zeros."""

    table: Floats
    enter: Floats
    move: Floats
    loss: float = 0.0


def fit(examples: Sequence[Example], names: int, knobs: Knobs, seed: int) -> Fitted:
    chance, shuffle = np.random.default_rng(seed), random.Random(seed)
    batches = [_Batch(group) for group in _grouped(examples)]
    size = names * 4
    values = np.zeros(size + 8)  # the table, then enter, then move
    values[size + 4 :] = -2.0
    adam = _Adam(len(values), knobs.epochs * len(batches), knobs.rate)
    for epoch in range(knobs.epochs):
        shuffle.shuffle(batches)
        total = 0.0
        for batch in batches:
            now = Fitted(values[:size].reshape(-1, 4), values[size : size + 4], values[size + 4 :])
            loss, gradient = _step(batch, now, knobs, epoch >= knobs.likelihood_alone * knobs.epochs, chance)
            gradient[:size] += knobs.decay * 2 * batch.count / len(examples) * values[:size]
            adam.descend(values, gradient)
            total += loss
    table = np.concatenate([values[:size].reshape(-1, 4), np.zeros((1, 4))])
    return Fitted(table, values[size : size + 4], values[size + 4 :], total / len(examples))


def _grouped(examples: Sequence[Example]) -> Iterator[list[Example]]:
    """Pages of about the same length together."""
    group: list[Example] = []
    for each in sorted(examples, key=len):
        group.append(each)
        if len(group) == 96 or len(group) * len(each) > 40_000:
            yield group
            group = []
    if group:
        yield group


class _Batch:
    """Some pages side by side, the longest first. Arrays of lines have the axes line, page."""

    def __init__(self, group: list[Example]) -> None:
        group = group[::-1]
        lengths = [len(each) for each in group]
        self.count, longest = len(group), lengths[0]
        self.lengths = np.array(lengths)
        self.active = [sum(length > line for length in lengths) for line in range(longest)]  # pages with such a line
        self.known, self.sizes, self.gold = (np.zeros((longest, self.count, *more)) for more in ((4,), (), ()))
        for page, each in enumerate(group):
            states = each.allowed.astype(int)
            self.known[: len(each), page] = np.where(states[:, None] >> np.arange(4) & 1, 1.0, 1e-120)
            self.sizes[: len(each), page] = np.where(is_told(states), each.sizes, 0)
            self.gold[: len(each), page] = states == 1 << ARTICLE
        self.weights = np.array([each.weight for each in group])
        self.names = np.concatenate([each.names for each in group])
        self.page = np.repeat(np.arange(self.count), [len(each.names) for each in group])
        self.line = np.concatenate(
            [page + self.count * np.repeat(np.arange(len(each)), each.lengths) for page, each in enumerate(group)]
        )


def _step(
    batch: _Batch, now: Fitted, knobs: Knobs, expected: bool, chance: np.random.Generator
) -> tuple[float, Floats]:
    """The loss of a batch, and its gradient by the table, enter and move."""
    names = len(now.table)
    shown = ~(chance.random((batch.count, names), dtype=np.float32) < knobs.hidden)[batch.page, batch.names]
    ids, lines = batch.names[shown], batch.line[shown]
    shape = batch.known.shape
    cells = shape[0] * shape[1]
    scores = np.stack([np.bincount(lines, now.table[ids, state], cells) for state in range(4)], axis=1).reshape(shape)
    free = _through(scores, None, batch, now)
    right = _through(scores, batch.known, batch, now)
    share = knobs.likelihood if expected else 1.0
    weights = share * batch.weights
    loss = float((weights * (free.log_sum - right.log_sum)).sum())
    by_score = weights[:, None] * (free.marginals - right.marginals)
    by_enter = (weights[:, None] * (free.marginals[0] - right.marginals[0])).sum(0)
    by_move = (weights[:, None] * (free.moves - right.moves)).sum(0)
    if expected:
        lack, by_share = _lack(free.marginals[:, :, ARTICLE], batch)
        loss += knobs.expected * float(lack.sum())
        by_share *= knobs.expected
        # The product of the second derivatives of the log sum with `by_share`, by differences along it.
        step = 1e-4 / np.maximum(np.abs(by_share).max(0), 1e-12)
        along = np.zeros(shape)
        along[:, :, ARTICLE] = step * by_share
        up, down = (_through(scores + sign * along, None, batch, now) for sign in (1, -1))
        scale = np.where(np.abs(by_share).max(0) > 0, 0.5 / step, 0)[:, None]
        by_score += scale * (up.marginals - down.marginals)
        by_enter += (scale * (up.marginals[0] - down.marginals[0])).sum(0)
        by_move += (scale * (up.moves - down.moves)).sum(0)
    flat = by_score.reshape(cells, 4)
    by_table = np.stack([np.bincount(ids, flat[lines, state], names) for state in range(4)], axis=1)
    return loss, np.concatenate([by_table.ravel(), by_enter, by_move])


def _lack(share: Floats, batch: _Batch) -> tuple[Floats, Floats]:
    """One minus the expected F1 of each page, times its weight, and its derivative by the share of each line."""
    hit, kept, gold = ((part * batch.sizes).sum(0) for part in (share * batch.gold, share, batch.gold))
    whole = kept + gold + 1e-3
    weights = batch.weights * batch.gold.any(0)
    by_share = weights * batch.sizes * (2 * hit / whole**2 - 2 * batch.gold / whole)
    return weights * (1 - 2 * hit / whole), by_share


@dataclass
class _Through:
    """Of all paths: the log of the sum of their scores by page, and what they make of lines and moves."""

    log_sum: Floats
    marginals: Floats
    moves: Floats


def _through(scores: Floats, known: Floats | None, batch: _Batch, now: Fitted) -> _Through:
    """Forward and backward (Rabiner, 1989), each line scaled to a sum of one."""
    steps = np.eye(4)
    for (start, end), score in zip(STEPS, now.move, strict=True):
        steps[start, end] = math.exp(score)
    top = scores.max(2)
    likely = np.maximum(np.exp(scores - top[:, :, None]), 1e-60)
    if known is not None:
        likely = likely * known
    ahead, sums = np.empty_like(likely), np.ones(likely.shape[:2])
    first = np.exp(now.enter)
    first[GAP] = 0.0
    state = first
    for line, active in enumerate(batch.active):
        state = (state[:active] @ steps if line else state) * likely[line, :active]
        sums[line, :active] = whole = np.maximum(state.sum(1), 1e-280)
        state = state / whole[:, None]
        ahead[line, :active] = state
    likely /= sums[:, :, None]
    back = np.ones_like(likely)
    for line in range(len(batch.active) - 1, 0, -1):
        active = batch.active[line]
        back[line - 1, :active] = _bounded(likely[line, :active] * back[line, :active]) @ steps.T
    there = np.arange(len(batch.active))[:, None] < batch.lengths
    marginals = np.where(there[:, :, None], ahead * back, 0.0)
    marginals /= np.maximum(marginals.sum(2, keepdims=True), 1e-300)
    into = np.where(there[1:, :, None], _bounded(likely[1:] * back[1:]), 0.0)
    moves = np.stack([(ahead[:-1, :, a] * into[:, :, b]).sum(0) * steps[a, b] for a, b in STEPS], axis=1)
    log_sum = np.where(there, top + np.log(sums), 0.0).sum(0)
    return _Through(log_sum, marginals, moves)


def _bounded(back: Floats) -> Floats:
    """What would overflow belongs to states that hardly a path goes through: a marginal is one at most."""
    return np.minimum(back, 1e200)


class _Adam:
    def __init__(self, size: int, steps: int, rate: float) -> None:
        self.mean, self.square = np.zeros(size), np.zeros(size)
        self.at, self.steps, self.rate = 0, steps, rate

    def descend(self, values: Floats, gradient: Floats) -> None:
        rate, fade = self._schedule()
        self.at += 1
        self.mean += (1 - fade) * (gradient - self.mean)
        self.square += 0.001 * (gradient**2 - self.square)
        mean, square = self.mean / (1 - fade**self.at), self.square / (1 - 0.999**self.at)
        values -= rate * mean / (np.sqrt(square) + 1e-8)

    def _schedule(self) -> tuple[float, float]:
        """The rate, and how much of the mean of gradients is kept: one cycle, up for three tenths and then down."""
        up = 0.3 * self.steps - 1
        if self.at <= up:
            turned = (1 - math.cos(math.pi * self.at / up)) / 2
            return self.rate / 25 + self.rate * 24 / 25 * turned, 0.95 - 0.1 * turned
        turned = (1 - math.cos(math.pi * (self.at - up) / (self.steps - 1 - up))) / 2
        return self.rate + (self.rate / 25e4 - self.rate) * turned, 0.85 + 0.1 * turned
