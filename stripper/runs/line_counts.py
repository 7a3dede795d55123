"""Counts of shared lines while they grow, and as they are kept: exact, and on disk beyond a size."""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from ..engine.statistics import COUNTING, Statistics
from ..errors import InputError, OutputError
from .files import no_room, readable_text


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
_TABLES = (
    "CREATE TABLE grouping (by TEXT NOT NULL)",
    "CREATE TABLE groups (name BLOB PRIMARY KEY, documents INTEGER, lines BLOB, counts BLOB)",
)


class Store:
    """The statistics of any number of groups, in a file (or, without a path, in one that is gone at the end).

    `group_by` is how documents were put into groups, see `folder.Grouping`. Raises InputError for a file that is
    something else, OutputError if it cannot be written. With `write` off, the file is left as it is, or not made; with
    `shared`, it is one that another process has made, and is only read.
    """

    def __init__(
        self,
        path: Path | None = None,
        group_by: str = "",
        write: bool = True,
        shared: bool = False,
        lasting: bool = False,
    ) -> None:
        self.path = path
        if shared and path is not None:
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            return
        try:
            # SQLite takes a file of a few bytes for an empty one, and would write over it.
            if path is not None and path.exists() and path.open("rb").read(16) not in (b"", _MAGIC):
                raise sqlite3.DatabaseError
            self._db = sqlite3.connect(path if path and write else "", timeout=30, isolation_level=None)
            self._db.text_factory = readable_text
            if path is not None and not write and path.exists():
                with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as kept:
                    kept.backup(self._db)
            # What a power cut spoils is found out, and counted anew, unless it is to be `lasting`.
            self._db.execute(f"PRAGMA synchronous = {'FULL' if lasting else 'OFF'}")
            known = self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if not known:
                with self._db:
                    self._db.execute("BEGIN IMMEDIATE")
                    self._db.execute(f"PRAGMA user_version = {COUNTING}")
                    for table in _TABLES:
                        self._db.execute(table)
                    self._db.execute("INSERT INTO grouping VALUES (?)", (group_by,))
            if self._db.execute("PRAGMA user_version").fetchone()[0] != COUNTING:
                raise InputError(f"{path}: is of another version; delete it to have the pages counted anew")
            # A view or a trigger in their place might never end.
            made = self._db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid LIMIT 3")
            if made.fetchall() != [(table,) for table in _TABLES]:
                raise TypeError
            self.group_by: str = self._db.execute("SELECT by FROM grouping").fetchone()[0]
            if not isinstance(self.group_by, str):
                raise TypeError
        except (OSError, sqlite3.OperationalError) as error:
            raise OutputError(f"{path}: cannot be opened: {error}") from None
        except (sqlite3.DatabaseError, TypeError, UnicodeDecodeError):
            raise InputError(f"{path}: is no file of statistics; name another") from None

    def get(self, name: str) -> Statistics | None:
        """The statistics of a group; None if it has none."""
        try:
            found = self._db.execute("SELECT documents, lines, counts FROM groups WHERE name = ?", (_bytes(name),))
            row = found.fetchone()
            if row is None:
                return None
            lines, counts = array("q", row[1]), array("q", row[2])
            documents = int(row[0])
            if documents < 0 or min(counts, default=0) < 0:
                raise ValueError
            return Statistics(documents, Counter(dict(zip(lines, counts, strict=True))), name)
        except (sqlite3.DatabaseError, TypeError, ValueError, OverflowError):
            raise self._damaged() from None

    def put(self, statistics: Statistics) -> None:
        lines, counts = array("q", statistics.counts.keys()), array("q", statistics.counts.values())
        row = (_bytes(statistics.name), statistics.documents, lines.tobytes(), counts.tobytes())
        try:
            self._db.execute("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise OutputError(f"{self.path}: cannot be written: {error}") from None

    def digest(self) -> bytes:
        """16 bytes that tell all counts from any others."""
        rows = self._db.execute("SELECT name, documents, lines, counts FROM groups ORDER BY name")
        hashed = blake2b(digest_size=16)
        for name, documents, lines, counts in rows:
            hashed.update(b"%d %d %d %s" % (len(name), documents, len(lines), name + lines + counts))
        return hashed.digest()

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


@lru_cache(maxsize=2)
def lookup_in(path: Path) -> Callable[[str], Statistics | None]:
    """How to get the statistics of a group from a store that another process has made; those in use stay in memory."""
    return lru_cache(maxsize=256)(Store(path, shared=True).get)
