"""The numbers of the body model, as a pack has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from math import isfinite
from typing import Annotated, Any

from ...dataclass import dataclass

Scores = tuple[float, float, float, float]  # one for each state, see `body`


@dataclass(frozen=True)
class Parameters:
    """The `body` table of a pack."""

    prose_words: Annotated[int, "A line of so many words that ends like a sentence is prose."]
    block_words: Annotated[int, "And so is one of so many words with a stop within it."]
    long_words: Annotated[int, "And one of so many words, however it ends."]
    bullets: Annotated[str, "Characters that begin an item of a list."]
    least_evidence: Annotated[
        int,
        "On a page in which fewer other rules find anything nothing is left out: it is clean already. A line that "
        "stands on many pages counts by itself.",
    ]
    evidence_share: Annotated[float, "But where there are this many for each of its lines, fewer will do."]
    least_words: Annotated[int, "An article of fewer words of prose is not believed, but for `least-share`."]
    least_share: Annotated[float, "An article of this share (0 to 1) of the page's words is believed, however short."]
    edge_least: Annotated[int, "The fewest words of a sentence at an end of the article that belongs to it."]
    edge_most: Annotated[int, "The most words of such a sentence."]
    enter: Annotated[tuple[float, ...], "Score of a path that begins in each state: before, article, gap, after."]
    move: Annotated[tuple[float, ...], "Scores of the steps before-article, article-gap, gap-article, article-after."]
    weights: Annotated[
        Mapping[str, Scores],
        "What a line looks like -> score of each state; or the name of the file beside the pack that has these, with "
        "`enter` and `move`.",
    ]
    words: Annotated[
        Mapping[str, Sequence[float]],
        "Folded word, or two with a space between them -> how much it speaks for an article (log-odds, below 0 for "
        "what stands around one) in a line that is no prose, and in one that is; one number says both, and 0 nothing. "
        "Or the name of the file beside the pack that has these.",
    ]
    confidence: Annotated[
        tuple[float, ...],
        "What the confidence follows from: a base; by expected F1, length, share of sentences, held back rules.",
    ] = ()

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Parameters:
        """Read the table; raises ValueError that names the key that is wrong."""
        given = {key.replace("-", "_"): value for key, value in table.items()}
        given.setdefault("confidence", [])
        names = {item.name for item in fields(cls)}
        for name in sorted(given.keys() ^ names):
            raise ValueError(f"{name.replace('_', '-')}: {'unknown key' if name in given else 'missing'}")
        for name, kind in (("bullets", str), ("weights", Mapping), ("words", Mapping)):
            if not isinstance(given[name], kind):
                raise ValueError(f"{name}: must be a {'string' if kind is str else 'table'}")
        for name in sorted(names - {"bullets", "weights", "words", "enter", "move", "confidence"}):
            _numbers(name.replace("_", "-"), [given[name]], 1)
        for name in ("enter", "move"):
            given[name] = _numbers(name, given[name], 4)
        given["confidence"] = given["confidence"] and _numbers("confidence", given["confidence"], 5)
        weights, words = given["weights"], dict(given["words"])
        if not _are_rows(weights.values(), 4):
            weights = {name: _numbers(f"weights.{name}", row, 4) for name, row in weights.items()}
        given["weights"] = dict(zip(weights, map(tuple, weights.values()), strict=True))
        if not _are_rows(words.values(), 2):
            for word, scores in words.items():
                words[word] = [scores, scores] if _are_numbers([scores]) else scores
                if not _are_rows([words[word]], 2):
                    raise ValueError(f"words.{word}: must be a number, or two")
        given["words"] = words
        return cls(**given)


def _are_numbers(values: Iterable[Any]) -> bool:
    values = list(values)
    return {int, float}.issuperset(map(type, values)) and isfinite(sum(values))  # as each of them is


def _are_rows(rows: Iterable[Any], count: int) -> bool:
    """Whether all are lists of so many numbers, told at once: there are thousands of them."""
    rows = list(rows)
    return {list}.issuperset(map(type, rows)) and {count}.issuperset(map(len, rows)) and _are_numbers(chain(*rows))


def _numbers(key: str, values: Any, count: int) -> tuple[float, ...]:
    if not _are_rows([values], count):
        raise ValueError(f"{key}: must be {f'{count} numbers' if count > 1 else 'a number'}")
    return tuple(values)
