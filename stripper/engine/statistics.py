"""In how many documents of a group each line stands: the counts that rules on shared lines look at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from ..model import Document
from ..reading.orthography import Orthography
from ..reading.page import Page
from ..rules.ruleset import RuleSet
from .prefilter import SHORT

_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


def line_key(bare: str) -> int:
    """What a folded line is counted under: a 64-bit hash (signed) of it with each number made one sign.

    The same in every process. Among ten million different lines the odds of any two meeting are 3 in a million.
    """
    return _known_line_key(bare) if len(bare) <= SHORT else _line_key(bare)


def _line_key(bare: str) -> int:
    hashed = blake2b(_DIGITS.sub("0", bare).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(hashed, "big", signed=True)


_known_line_key = lru_cache(maxsize=1 << 16)(_line_key)  # a site prints its menus on every page


@dataclass(slots=True)
class Statistics:
    """Line counts of a group of documents: how many there are, and in how many of them each line stands.

    `name` is the group's, as reasons call it.
    """

    documents: int = 0
    counts: Counter[int] = field(default_factory=Counter)
    name: str = ""

    def add(self, keys: Iterable[int]) -> None:
        """Count one document, by the keys of its lines (each once)."""
        self.documents += 1
        self.counts.update(keys)

    def merge(self, other: Statistics) -> None:
        self.documents += other.documents
        self.counts.update(other.counts)

    def count(self, bare: str) -> int:
        """In how many documents a line (folded, without marks at its ends) stands."""
        return self.counts.get(line_key(bare), 0)

    def digest(self) -> bytes:
        """16 bytes that tell these counts from any others."""
        counted = repr((self.name, self.documents, sorted(self.counts.items())))
        return blake2b(counted.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def line_keys(document: Document, orthography: Orthography) -> frozenset[int]:
    """The keys of a document's lines with text."""
    return frozenset(line_key(line) for line in set(Page(document, orthography).folded) if line)


def least_of(rules: RuleSet) -> Callable[[int], float] | None:
    """How many of so many documents must have a line for any rule to take it; None if no rule looks at that."""
    specs = [rule.duplicate for rule in rules.rules if rule.duplicate and rule.duplicate.scope == "documents"]
    if not specs:
        return None
    return lambda documents: min(max(spec.min_documents, spec.min_share * documents) for spec in specs)
