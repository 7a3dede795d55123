"""In how many documents of a group each line stands. Counts can be merged in any order, and are frozen before use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from .matching import Page
from .model import Document
from .text import Traits

_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


def key(bare: str) -> int:
    """What a folded line is counted under: a 64-bit hash of it with each number made one sign.

    The same in every process. Among ten million different lines the odds of any two meeting are 3 in a million.
    """
    return int.from_bytes(blake2b(_DIGITS.sub("0", bare).encode("utf-8", "replace"), digest_size=8).digest(), "big")


@dataclass(slots=True)
class Statistics:
    """Line counts of a group of documents: how many there are, and in how many of them each line stands."""

    documents: int = 0
    counts: Counter[int] = field(default_factory=Counter)

    def add(self, keys: Iterable[int]) -> None:
        """Count one document, by the keys of its lines (each once)."""
        self.documents += 1
        self.counts.update(keys)

    def merge(self, other: Statistics) -> None:
        self.documents += other.documents
        self.counts.update(other.counts)

    def count(self, bare: str) -> int:
        """In how many documents a line (folded, without marks at its ends) stands."""
        return self.counts.get(key(bare), 0)

    def frozen(self, least: int) -> Statistics:
        """The same without lines that fewer than `least` documents have; nothing may be added to it any more."""
        often = {line: count for line, count in self.counts.items() if count >= least}
        return Statistics(self.documents, Counter(often))


def line_keys(document: Document, traits: Traits) -> frozenset[int]:
    """The keys of a document's lines with text."""
    return frozenset(key(line) for line in set(Page(document, traits).bare) if line)
