"""In how many documents of a group each line stands. Counts can be merged in any order, and are frozen before use.

Memory is bounded: what is counted goes to disk beyond a size, and what is kept of a group, the lines that a rule
could take, cannot be more than a few pages hold.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from ..engine.matching import SHORT, Page
from ..errors import InputError, OutputError
from ..model import Document
from ..reading.text import Orthography
from ..rules.packs import RuleSet
from .files import no_room

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


class LineCounter:
    """Counts of one group while they grow; exact, and on disk beyond `most` different lines."""

    def __init__(self, most: int = 40_000) -> None:
        self._held = Statistics()
        self._most = most
        self._disk: sqlite3.Connection | None = None

    def merge(self, statistics: Statistics) -> None:
        self._held.merge(statistics)
        if len(self._held.counts) > self._most:
            self._spill()

    def _spill(self) -> None:
        try:
            self._to_disk()
        except sqlite3.OperationalError as error:
            raise no_room(error) from None

    def _to_disk(self) -> None:
        if self._disk is None:
            self._disk = sqlite3.connect("", isolation_level=None)  # a file of its own, gone when it is closed
            self._disk.execute("CREATE TABLE lines (line INTEGER NOT NULL, count INTEGER NOT NULL)")
        # Written one after the other and sorted once, in the end: an index would be gone through for each spill.
        self._disk.execute("BEGIN")
        self._disk.executemany("INSERT INTO lines VALUES (?, ?)", self._held.counts.items())
        self._disk.execute("COMMIT")
        self._held.counts = Counter()

    def frozen(self, name: str, least: Callable[[int], float]) -> Statistics:
        """The counts of lines that enough documents have; ends the tally."""
        documents = self._held.documents
        enough = least(documents)
        items: Iterable[tuple[int, int]] = self._held.counts.items()
        if self._disk is not None:
            self._spill()
            sums = "SELECT line, sum(count) FROM lines GROUP BY line HAVING sum(count) >= ?"
            items = self._disk.execute(sums, (enough,)).fetchall()
            self._disk.close()
        return Statistics(documents, Counter({line: count for line, count in items if count >= enough}), name)


_MAGIC = b"SQLite format 3\0"
_FORMAT = 1  # of the file; to be raised when lines come to be folded in another way, too


class Store:
    """The statistics of any number of groups, in a file (or, without a path, in one that is gone at the end).

    `group_by` is how documents were put into groups, see `folder.Grouping`. Raises InputError for a file that is
    something else, OutputError if it cannot be written.
    """

    def __init__(self, path: Path | None = None, group_by: str = "") -> None:
        self.path = path
        try:
            # SQLite takes a file of a few bytes for an empty one, and would write over it.
            if path is not None and path.exists() and path.open("rb").read(16) not in (b"", _MAGIC):
                raise sqlite3.DatabaseError
            self._db = sqlite3.connect(path or "", timeout=30, isolation_level=None)
            self._db.execute("PRAGMA synchronous = OFF")  # what a power cut spoils is found out, and counted anew
            known = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not known:
                with self._db:
                    self._db.execute("BEGIN IMMEDIATE")
                    self._db.execute(f"PRAGMA user_version = {_FORMAT}")
                    self._db.execute("CREATE TABLE grouping (by TEXT NOT NULL)")
                    self._db.execute(
                        "CREATE TABLE groups (name BLOB PRIMARY KEY, documents INTEGER, lines BLOB, counts BLOB)"
                    )
                    self._db.execute("INSERT INTO grouping VALUES (?)", (group_by,))
            if self._db.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
                raise InputError(f"{path}: is of another version; delete it to have the pages counted anew")
            self.group_by: str = self._db.execute("SELECT by FROM grouping").fetchone()[0]
        except (OSError, sqlite3.OperationalError) as error:
            raise OutputError(f"{path}: cannot be opened: {error}") from None
        except (sqlite3.DatabaseError, TypeError):
            raise InputError(f"{path}: is no file of statistics; name another") from None

    def get(self, name: str) -> Statistics | None:
        """The statistics of a group; None if it has none."""
        try:
            found = self._db.execute("SELECT documents, lines, counts FROM groups WHERE name = ?", (_bytes(name),))
            row = found.fetchone()
            if row is None:
                return None
            lines, counts = array("q", row[1]), array("q", row[2])
            return Statistics(int(row[0]), Counter(dict(zip(lines, counts, strict=True))), name)
        except (sqlite3.DatabaseError, TypeError, ValueError):
            raise self._damaged() from None

    def put(self, statistics: Statistics) -> None:
        lines, counts = array("q", statistics.counts.keys()), array("q", statistics.counts.values())
        row = (_bytes(statistics.name), statistics.documents, lines.tobytes(), counts.tobytes())
        try:
            self._db.execute("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise OutputError(f"{self.path}: cannot be written: {error}") from None

    def names(self, most: int) -> list[str]:
        """The names of the first groups, `most` of them."""
        try:
            rows = self._db.execute("SELECT name FROM groups ORDER BY name LIMIT ?", (most,)).fetchall()
            return [name.decode("utf-8", "surrogatepass") for (name,) in rows]
        except (sqlite3.DatabaseError, AttributeError, ValueError):
            raise self._damaged() from None

    def _damaged(self) -> InputError:
        return InputError(f"{self.path}: is damaged; delete it to have the pages counted anew")

    def close(self) -> None:
        self._db.close()


def _bytes(name: str) -> bytes:
    """A group's name as SQLite takes it whatever it holds: names of files can have bytes that are no text."""
    return name.encode("utf-8", "surrogatepass")
