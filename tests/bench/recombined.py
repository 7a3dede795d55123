"""Makes pages to learn from out of the parts of others: an article cut anywhere, a head and a foot of other sites.

On the pages of the benchmark articles are long, and begin and end as those of a few publishers do. Here the length of
an article, where it stands, and the sentence that it ends with tell nothing of where it begins and ends. The parts of a
page are of sites that count as one part of the lexicon, so that words tell no more of it than of a page not seen.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from chain import AFTER, ARTICLE, BEFORE, GAP

from stripper.reading.page import Page

PARAGRAPH = 15  # words
SHORT = 12  # words of a line in a gap that may stand before the last sentence
PARAGRAPHS = 8  # of an article whose sentences may open or close it
EDGE = 15  # words that lines near the ends of the article count for at least: it is the ends that are learned here

_BREAK = re.compile(r"""(?<=[.!?…])["”’»“]?\s+(?=["“„«‘»A-ZÄÖÜÀ-ÞА-Я])""")
Line = tuple[str, int]  # text and state


@dataclass
class Source:
    """A page that parts are taken from."""

    site: str
    weight: float
    head: list[str]
    article: list[Line]
    foot: list[str]
    spaced: bool  # whether blank lines stand between its lines


@dataclass
class Parts:
    """What the sites of one part of the lexicon have to give."""

    sources: list[Source] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)  # short lines amid articles that are not of them


@dataclass
class Recombined:
    site: str
    weight: float
    text: str
    states: list[int]  # of each line of the text; that of a blank one does not count


class Pool:
    """`add` pages, then `make` one of each."""

    def __init__(self) -> None:
        self._parts: dict[int, Parts] = defaultdict(Parts)

    def add(self, part: int, site: str, weight: float, page: Page, allowed: list[int]) -> None:
        """Add a page of which the state of each line is known, if it has an article."""
        states = [each.bit_length() - 1 for each in allowed]
        if ARTICLE not in states:
            return
        first, last = states.index(ARTICLE), len(states) - 1 - states[::-1].index(ARTICLE)
        lines = [" ".join(page.raw[number].strip() for number in numbers) for numbers in page.lines]
        spaced = sum(map(page.blank_before, range(len(page)))) > 0.4 * len(page)
        article = list(zip(lines, states, strict=True))[first : last + 1]
        parts = self._parts[part]
        parts.sources.append(Source(site, weight, lines[:first], article, lines[last + 1 :], spaced))
        parts.gaps += [text for text, state in article if state == GAP and len(text.split()) <= SHORT]

    def make(self, rng: random.Random) -> Iterator[Recombined]:
        for parts in self._parts.values():
            for source in parts.sources:
                if article := _article(source, parts, rng):
                    yield _page(source, article, parts, rng)


def _article(source: Source, parts: Parts, rng: random.Random) -> list[Line]:
    """A stretch of an article, at times with a sentence of its own as its first or last line."""
    texts = [text for text, state in source.article if state == ARTICLE and len(text.split()) >= PARAGRAPH]
    if not texts:
        return []
    some = [each for text in rng.sample(texts, min(PARAGRAPHS, len(texts))) for each in _sentences(text)]
    count = len(source.article)
    start = 0 if rng.random() < 0.5 else rng.randrange(max(1, count // 2))
    end = count if rng.random() < 0.2 else rng.randint(start + 1, count)
    article = _without_ends(source.article[start:end])
    if some and rng.random() < 0.6:
        if parts.gaps and rng.random() < 0.35:
            article.append((rng.choice(parts.gaps), GAP))
        article += [(_short(some, rng), ARTICLE) for _ in range(1 if rng.random() < 0.85 else 2)]
    if some and rng.random() < 0.35:
        article.insert(0, (_short(some, rng), ARTICLE))
    return article


def _without_ends(lines: list[Line]) -> list[Line]:
    """Lines without those at either end that are not of the article."""
    held = [at for at, (_, state) in enumerate(lines) if state == ARTICLE]
    return lines[held[0] : held[-1] + 1] if held else []


def _sentences(text: str) -> Iterable[str]:
    pieces = map(str.strip, _BREAK.split(text))
    return [piece for piece in pieces if 2 <= len(piece.split()) <= 40 and piece[-1] in '.!?”"»’“']


def _short(sentences: list[str], rng: random.Random) -> str:
    return min(rng.sample(sentences, min(len(sentences), rng.choice((1, 1, 2, 4, 8)))), key=len)


def _page(source: Source, article: list[Line], parts: Parts, rng: random.Random) -> Recombined:
    head = list(source.head if rng.random() < 0.5 else rng.choice(parts.sources).head)
    foot = list(rng.choice(parts.sources).foot)
    if rng.random() < 0.4:
        head = head[-rng.randint(1, 6) :]
    if rng.random() < 0.5:
        foot = foot[: rng.randint(0, 4)]
    elif len(foot) > 3 and rng.random() < 0.4:
        foot = foot[-rng.randint(1, 4) :]
    lines = [*((text, BEFORE) for text in head), *article, *((text, AFTER) for text in foot)]
    if source.spaced and rng.random() < 0.7:
        lines = [each for text, state in lines for each in ((text, state), ("", state))]
    text = "".join(f"{text}\n" for text, _ in lines)
    weight: float = 0.5 * source.weight**0.5
    return Recombined(source.site, weight, text, [state for _, state in lines])


def sizes_with_ends(page: Page, states: list[int]) -> list[int]:
    """The words of each line, those near the ends of the article no fewer than EDGE. `states` are `allowed` ones."""
    sizes = list(page.words)
    held = [line for line, state in enumerate(states) if state == 1 << ARTICLE]
    for end, reach in ((held[0], (-3, 3)), (held[-1], (-2, 4))) if held else ():
        for line in range(max(0, end + reach[0]), min(len(sizes), end + reach[1])):
            sizes[line] = max(sizes[line], EDGE)
    return sizes
