"""The numbers of the body model, as a pack has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import isfinite
from typing import Any

Scores = tuple[float, float, float, float]  # one for each state, see `body`


@dataclass(frozen=True, slots=True)
class Parameters:
    """The `body` table of a pack.

    prose_words    a line of so many words that ends like a sentence is prose
    block_words    and so is one of so many words with a stop within it
    long_words     and one of so many words, however it ends
    bullets        characters that begin an item of a list
    least_evidence on a page of which other rules take fewer lines nothing is left out: it is clean already
    least_words    an article of fewer words of prose is not believed, unless it is `least_share` of the page's words
    edge_least     a line at an end of the article that reads as a sentence of so many words
    edge_most      up to so many is of it, if no rule has found anything of it
    enter          score of a path that begins in each state
    move           scores of the steps before-article, article-gap, gap-article, article-after
    weights        what a line looks like -> score of each state; a pack may name the file beside it that has these,
                   `enter` and `move`: "body.weights" beside body.toml
    """

    prose_words: int
    block_words: int
    long_words: int
    bullets: str
    least_evidence: int
    least_words: int
    least_share: float
    edge_least: int
    edge_most: int
    enter: tuple[float, ...]
    move: tuple[float, ...]
    weights: Mapping[str, Scores]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> Parameters:
        """Read the table; raises ValueError that names the key that is wrong."""
        given = {key.replace("-", "_"): value for key, value in table.items()}
        names = {item.name for item in fields(cls)}
        for name in sorted(given.keys() ^ names):
            raise ValueError(f"{name.replace('_', '-')}: {'unknown key' if name in given else 'missing'}")
        for name, kind in (("bullets", str), ("weights", Mapping)):
            if not isinstance(given[name], kind):
                raise ValueError(f"{name}: must be a {'string' if kind is str else 'table'}")
        for name in sorted(names - {"bullets", "weights", "enter", "move"}):
            _numbers(name.replace("_", "-"), [given[name]], 1)
        for name in ("enter", "move"):
            given[name] = _numbers(name, given[name], 4)
        given["weights"] = {name: _numbers(f"weights.{name}", row, 4) for name, row in given["weights"].items()}
        return cls(**given)


def _numbers(key: str, values: Any, count: int) -> tuple[float, ...]:
    right = isinstance(values, list) and len(values) == count
    if not right or not all(type(value) in (int, float) and isfinite(value) for value in values):
        raise ValueError(f"{key}: must be {f'{count} numbers' if count > 1 else 'a number'}")
    return tuple(values)
