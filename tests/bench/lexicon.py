"""Counts what words speak for: in articles against elsewhere, on labelled pages, each site once."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

from chain import is_told
from labels import ONLY_ARTICLE

from stripper.engine.body.wording import READ
from stripper.reading.page import Page

PARTS = 12  # the sites are counted in so many parts, so that a page can be fitted without what its own site says
LEAST_SITES = 6
PRIOR = 2.0  # sites that a word is taken to have been seen on before, with the share that all words have
MOST = 0.98  # of a word's lines that are taken to be of articles, or of anything else
NAME = 0.9  # share of the pages that write a word with a capital amid sentences, from which it is a name
NOUNS = 0.22  # a page that writes more of its words so writes all nouns so, and shows no names

_LETTERS = re.compile(r"[^\W\d_]+")


def part_of(site: str) -> int:
    return int(hashlib.blake2b(site.encode(), digest_size=4).hexdigest(), 16) % PARTS


class Lexicon:
    """`add` pages, then ask for `scores`."""

    def __init__(self) -> None:
        self._sites: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        self._large: Counter[str] = Counter()
        self._small: Counter[str] = Counter()

    def add(self, site: str, page: Page, states: Iterable[int]) -> None:
        words = self._sites[site]
        for text, known in zip(page.folded, states, strict=True):
            for word in set(text[:READ].split()) if is_told(known) else ():
                words[word][0] += known == ONLY_ARTICLE
                words[word][1] += 1
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

    def scores(self, without: Iterable[int] = ()) -> dict[str, float]:
        """Word -> log-odds, by the sites that are not of these parts."""
        left_out = set(without)
        sites: Counter[str] = Counter()
        shares: dict[str, float] = defaultdict(float)
        for site, words in self._sites.items():
            if part_of(site) not in left_out:
                for word, (inside, all_) in words.items():
                    sites[word] += 1
                    shares[word] += inside / all_
        base = sum(shares.values()) / sum(sites.values())
        found = {}
        for word, count in sites.items():
            if count >= LEAST_SITES and _is_word(word) and not self._is_name(word):
                share = (shares[word] + PRIOR * base) / (count + PRIOR)
                share = min(max(share, 1 - MOST), MOST)
                found[word] = round(math.log(share / (1 - share)) - math.log(base / (1 - base)), 2)
        return {word: score for word, score in found.items() if score}

    def _is_name(self, word: str) -> bool:
        large = self._large[word]
        return large > 0 and large >= NAME * (large + self._small[word])


def _is_word(text: str) -> bool:
    """Whether a text is of letters alone, with the marks that some scripts write on them."""
    return all(char.isalpha() or unicodedata.category(char)[0] == "M" for char in text)
