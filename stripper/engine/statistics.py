"""In how many documents of a group each line stands: the counts that rules on shared lines look at."""

from __future__ import annotations

import math
import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from ..extras import load
from ..model import Document
from ..reading.orthography import Orthography
from ..reading.page import folded_lines
from ..rules.ruleset import RuleSet
from .matching.prefilter import SHORT

if TYPE_CHECKING:
    import pyarrow as pa

NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_DIGIT = re.compile(r"\d")


NEIGHBOURS = 2  # lines on either side: of a cell of a table with a label in between, the next cell is one of them


def line_keys(folded: Sequence[str]) -> list[int | None]:
    """What each of a page's folded lines is counted under, a 64-bit hash (signed); None for one with numbers.

    The same in every process. Among ten million different lines the odds of any two meeting are 3 in a million.
    """
    return [_known_key(line) if len(line) <= SHORT else _key(line) for line in folded]


def number_keys(folded: Sequence[str], at: int) -> list[int]:
    """What one of a page's folded lines, that has numbers, is counted under.

    Tables differ in nothing but their numbers, while a counter stands among the same lines on each page. So a line with
    numbers is counted together with a line without numbers before it or behind it, and, with its numbers made one sign,
    with all lines around it.
    """
    line = folded[at]
    before, behind = folded[max(0, at - NEIGHBOURS) : at], folded[at + 1 : at + 1 + NEIGHBOURS]
    keys = [_hash("\n".join([*before, "", NUMBER.sub("0", line), "", *behind]))]
    for neighbour, texts in ((before[-1:], [*before[-1:], line, ""]), (behind[:1], ["", line, *behind[:1]])):
        if not any(map(_DIGIT.search, neighbour)):
            keys.append(_hash("\n".join(texts)))
    return keys


def _key(line: str) -> int | None:
    """The key of a line by itself; None if it has numbers."""
    return None if _DIGIT.search(line) else _hash(line)


def _hash(text: str) -> int:
    hashed = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(hashed, "big", signed=True)


_known_key = lru_cache(maxsize=1 << 16)(_key)  # a site prints its menus on every page


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

    def counts_of(self, folded: Sequence[str]) -> list[int]:
        """In how many documents each of a page's lines (folded, without marks at their ends) stands."""
        count = self.counts.get
        return [
            count(key, 0) if key is not None else max([count(each, 0) for each in number_keys(folded, at)])
            for at, key in enumerate(line_keys(folded))
        ]

    @staticmethod
    def from_table(counts: pa.Table, rules: RuleSet | None = None) -> GroupStatistics:
        """The statistics of each group in a table of counts as `count_table` gives it, or several of them one after
        the other: what stands for the same line of the same group is summed.

        With `rules`, lines that too few documents have for any of these are left out. Raises InputError for a table
        that has not the columns `group`, `line` and `documents`, or has something else in them.
        """
        return GroupStatistics.of(counts, fewest_of(rules) if rules is not None else 0)

    def digest(self) -> bytes:
        """16 bytes that tell these counts from any others."""
        counted = repr((self.name, self.documents, sorted(self.counts.items())))
        return blake2b(counted.encode("utf-8", "surrogatepass"), digest_size=16).digest()


COUNTING = 2  # the way in which lines are counted; to be raised when they come to be folded or keyed in another
ALL_DOCUMENTS = _hash(f"\n{COUNTING}")  # in a table of counts, the key that all documents have


def counts_schema() -> pa.Schema:
    """The columns of a table of counts: in how many `documents` of a `group` stands the `line` of a key."""
    pa = load("pyarrow", "parquet")
    return pa.schema([("group", pa.string()), ("line", pa.int64()), ("documents", pa.int64())])


def sum_counts(counts: pa.Table, fewest: float = 0) -> pa.Table:
    """A table of counts in which each line of each group stands once, sorted; without what has fewer documents.

    Raises InputError if it is no table of counts.
    """
    pa, pc = load("pyarrow", "parquet"), load("pyarrow.compute", "parquet")
    schema = counts_schema()
    try:
        counts = counts.select(schema.names).cast(schema)
    except (KeyError, pa.ArrowException) as error:
        raise InputError(f"is no table of counts: {error}; count_table gives one") from None
    if any(column.null_count for column in counts.columns) or (pc.min(counts["documents"]).as_py() or 0) < 0:
        raise InputError("is no table of counts: it holds nulls, or numbers below 0")
    counts = counts.group_by(["group", "line"]).aggregate([("documents", "sum")]).rename_columns(schema.names)
    return counts.filter(pc.field("documents") >= fewest).sort_by([("group", "ascending"), ("line", "ascending")])


class GroupStatistics(Mapping[str, Statistics]):
    """Statistics by the name of their group, each made when it is asked for, from columns of Arrow's.

    Those take 16 bytes a line, and can lie in memory that processes share.
    """

    MOST = 64  # groups that are held ready

    def __init__(self, names: pa.Array, ends: array[int], lines: pa.ChunkedArray, counts: pa.ChunkedArray) -> None:
        """`names` are sorted; the lines of each and their counts stand before its place in `ends`, after the last's."""
        self._names, self._ends, self._lines, self._counts = names, ends, lines, counts
        self._held: dict[str, Statistics] = {}

    @classmethod
    def of(cls, counts: pa.Table, fewest: float = 0) -> GroupStatistics:
        """See `Statistics.from_table`; lines that fewer than so many documents have are left out."""
        counts = sum_counts(counts, fewest)
        groups = counts.group_by("group").aggregate([("line", "count")]).sort_by("group")
        ends = array("q", accumulate(groups["line_count"].to_pylist()))
        return cls(groups["group"].combine_chunks(), ends, counts["line"], counts["documents"])

    def __getitem__(self, name: str) -> Statistics:
        found = self._held.get(name)
        if found is None:
            found = self._held[name] = self._make(name)
            for other in list(self._held)[: -self.MOST]:
                self._held.pop(other, None)  # which another thread may have done
        return found

    def _make(self, name: str) -> Statistics:
        at = bisect_left(self._names, name, key=lambda each: each.as_py())
        if at == len(self) or self._names[at].as_py() != name:
            raise KeyError(name)
        start = self._ends[at - 1] if at else 0
        lines, counts = (each.slice(start, self._ends[at] - start).to_pylist() for each in (self._lines, self._counts))
        counter = Counter(dict(zip(lines, counts, strict=True)))
        documents = counter.pop(ALL_DOCUMENTS, None)
        if documents is None:
            raise InputError(f"the counts of {name!r} are of another version, or not whole: count its pages anew")
        return Statistics(documents, counter, name)

    def __iter__(self) -> Iterator[str]:
        return (name.as_py() for name in self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __reduce__(self) -> tuple[Any, ...]:
        return GroupStatistics, (self._names, self._ends, self._lines, self._counts)


def document_keys(document: Document, orthography: Orthography) -> frozenset[int]:
    """The keys of a document's lines with text."""
    folded = folded_lines(document, orthography)
    found: set[int] = set()
    for at, (line, key) in enumerate(zip(folded, line_keys(folded), strict=True)):
        if key is None:
            found.update(number_keys(folded, at))
        elif line:
            found.add(key)
    return frozenset(found)


def least_of(rules: RuleSet) -> Callable[[int], float] | None:
    """How many of so many documents must have a line for any rule to take it; None if no rule looks at that."""
    duplicates = [rule.duplicate for rule in rules.of_kind("duplicate") if rule.duplicate is not None]
    specs = [duplicate for duplicate in duplicates if duplicate.scope == "documents"]
    if not specs:
        return None
    return lambda documents: min(max(spec.min_documents, spec.min_share * documents) for spec in specs)


def fewest_of(rules: RuleSet) -> float:
    """What a line must be counted at to matter to any rule, however few documents its group has."""
    least = least_of(rules)
    return least(0) if least is not None else math.inf
