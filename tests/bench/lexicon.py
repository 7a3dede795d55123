"""Counts what words speak for: in articles against elsewhere, on labelled pages, each site once."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from chain import is_told
from labels import ONLY_ARTICLE

from stripper.engine.body.wording import READ
from stripper.reading.page import Page

PARTS = 12  # the sites are counted in so many parts, so that a page can be fitted without what its own site says
LEAST_SITES = 6
LEAST_SITES_OF_PAIR = 10
PRIOR = 2.0  # sites that a word is taken to have been seen on before, with the share that all words have
MOST = 0.98  # of a word's lines that are taken to be of articles, or of anything else
LEAST_SCORE = 0.5  # of a pair of words
LEAST_MORE = 0.4  # that a pair must tell beyond the mean of its two words
NAME = 0.9  # share of the pages that write a word with a capital amid sentences, from which it is a name
NOUNS = 0.22  # a page that writes more of its words so writes all nouns so, and shows no names

_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def part_of(site: str) -> int:
    return int(hashlib.blake2b(site.encode(), digest_size=4).hexdigest(), 16) % PARTS


_Sites = defaultdict[str, defaultdict[str, list[int]]]


def _no_sites() -> _Sites:
    return defaultdict(lambda: defaultdict(lambda: [0, 0]))


class Lexicon:
    """`add` pages, then ask for `scores`."""

    def __init__(self) -> None:
        # For lines that are no prose, and for those that are: word, or two -> site -> lines of articles, and all.
        self._sites: tuple[_Sites, _Sites] = (_no_sites(), _no_sites())
        self._large: Counter[str] = Counter()
        self._small: Counter[str] = Counter()

    def add(self, site: str, page: Page, states: Iterable[int], prose: Iterable[int]) -> None:
        for text, known, words in zip(page.folded, states, prose, strict=True):
            if is_told(known):
                sites, read = self._sites[words > 0], text[:READ].split()
                for name in {*read, *map(" ".join, pairwise(read))}:
                    lines = sites[name][site]
                    lines[0] += known == ONLY_ARTICLE
                    lines[1] += 1
        self._look_for_names(page)

    def _look_for_names(self, page: Page) -> None:
        large: set[str] = set()
        small: set[str] = set()
        for line, text in enumerate(page.text):
            for match in _LETTERS.finditer(text) if page.words[line] >= 10 else ():
                start = match.start()
                if start < 2 or text[start - 1] != " " or not (text[start - 2].islower() or text[start - 2] == ","):
                    continue
                (large if match[0][0].isupper() else small).add(match[0].lower())
        if len(large) <= NOUNS * (len(large) + len(small)):
            self._large.update(large)
            self._small.update(small)

    def scores(self, without: Iterable[int] = ()) -> dict[str, tuple[float, float]]:
        """Word, or two with a space between them -> log-odds in lines that are no prose, and in those that are, by the
        sites that are not of these parts."""
        left_out = set(without)
        labels, prose = (self._log_odds(sites, left_out) for sites in self._sites)
        return {word: (labels.get(word, 0.0), prose.get(word, 0.0)) for word in labels.keys() | prose.keys()}

    def _log_odds(self, sites: _Sites, left_out: set[int]) -> dict[str, float]:
        shares: dict[str, list[float]] = {}
        for word, lines in sites.items():
            some = [inside / total for site, (inside, total) in lines.items() if part_of(site) not in left_out]
            if len(some) >= (LEAST_SITES_OF_PAIR if " " in word else LEAST_SITES):
                shares[word] = some
        single = [share for word, some in shares.items() if " " not in word for share in some]
        base = sum(single) / len(single)
        found: dict[str, float] = {}
        for word, some in sorted(shares.items(), key=lambda item: " " in item[0]):  # pairs last, which need the others
            first, _, second = word.partition(" ")
            share = (sum(some) + PRIOR * base) / (len(some) + PRIOR)
            share = min(max(share, 1 - MOST), MOST)
            score = round(math.log(share / (1 - share)) - math.log(base / (1 - base)), 2)
            if second:
                by_itself = (found.get(first, 0.0) + found.get(second, 0.0)) / 2
                if abs(score) < LEAST_SCORE or abs(score - by_itself) < LEAST_MORE:
                    continue
            if score and not any(self._is_name(each) or not _is_word(each) for each in word.split()):
                found[word] = score
        return found

    def _is_name(self, word: str) -> bool:
        large = self._large[word]
        return large > 0 and large >= NAME * (large + self._small[word])


def _is_word(text: str) -> bool:
    """Whether a text is of letters alone, with the marks that some scripts write on them."""
    return all(char.isalpha() or unicodedata.category(char)[0] == "M" for char in text)
