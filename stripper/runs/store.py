"""Counts of shared lines as they are kept: the statistics of many groups in one file.

The file is SQLite's, and may come from a stranger. SQLite opens other files beside one that it reads or writes, by
names that follow from its own or stand in them; so it reads what does not change meanwhile, and writes to a copy.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import lru_cache, partial
from hashlib import blake2b
from pathlib import Path

from ..engine.statistics import COUNTING, Statistics
from ..errors import InputError, OutputError, StripperError
from .databases import name_of, no_room, readable_text, stored
from .files import open_regular, write_whole
from .folders import Root
from .locks import TemporaryFolder, alone_in

_MAGIC = b"SQLite format 3\0"
_TABLES = (
    "CREATE TABLE grouping (by TEXT NOT NULL)",
    "CREATE TABLE groups (name BLOB PRIMARY KEY, documents INTEGER, lines BLOB, counts BLOB)",
)


class Store:
    """The statistics of any number of groups, read from a file if it is there, and written to it by `save`.

    `group_by` is how documents were put into groups, see `folder.Grouping`. `copy` is where they stand till then, for
    other processes of the run; it is gone at the end. With `read_only`, `path` itself is read. No link is followed in
    the path `below` a folder. Raises InputError for a file that is something else, OutputError if none can be written.
    """

    def __init__(
        self, path: Path | None = None, group_by: str = "", read_only: bool = False, below: Root | None = None
    ) -> None:
        self._path, self._below, self._unsaved = path, below, False
        self._read: os.stat_result | None = None  # the file as it was then
        self._folder: TemporaryFolder | None = None
        try:
            if read_only and path is not None:
                self.copy = path
                self._check(path)
                self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
            else:
                self._folder = TemporaryFolder()
                self.copy = self._folder.path / "statistics.sqlite"
                if path is not None and os.path.lexists(path):
                    self._check(path)
                elif path is not None and not path.parent.is_dir():
                    raise OutputError(f"{path}: cannot be written: there is no such folder")
                self._db = sqlite3.connect(self.copy, isolation_level=None)
                self._db.execute("PRAGMA journal_mode = MEMORY")
                self._db.execute("PRAGMA synchronous = OFF")
            self._db.text_factory = readable_text
            self.group_by = self._begin(group_by)
        except StripperError:
            self.close()
            raise
        except (OSError, sqlite3.OperationalError) as error:
            self.close()
            raise OutputError(f"{path}: cannot be opened: {error}") if read_only else no_room(error) from None
        except (sqlite3.DatabaseError, TypeError, UnicodeDecodeError):
            self.close()
            raise InputError(f"{path}: is no file of statistics; name another") from None

    def _check(self, path: Path) -> None:
        """Copy a file, unless it is read where it is. Raises InputError, or TypeError for what is none."""
        with open_regular(path, self._below, follow=self._below is None) as file:
            self._read = os.fstat(file.fileno())
            # SQLite takes a file of a few bytes for an empty one.
            if (head := file.read(len(_MAGIC))) not in (b"", _MAGIC):
                raise TypeError
            if self._folder is not None:
                with self.copy.open("wb") as copy:
                    copy.write(head)
                    shutil.copyfileobj(file, copy, 1 << 20)

    def _begin(self, group_by: str) -> str:
        """How documents were put into groups."""
        if self._folder is not None and not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            self._db.execute(f"PRAGMA user_version = {COUNTING}")
            for table in _TABLES:
                self._db.execute(table)
            self._db.execute("INSERT INTO grouping VALUES (?)", (group_by,))
            self._unsaved = True
        if self._db.execute("PRAGMA user_version").fetchone()[0] != COUNTING:
            raise InputError(f"{self._path}: is of another version; delete it to have the pages counted anew")
        # A view or a trigger in their place might never end.
        made = self._db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid LIMIT 3")
        if made.fetchall() != [(table,) for table in _TABLES]:
            raise TypeError
        found = self._db.execute("SELECT by FROM grouping").fetchone()[0]
        if not isinstance(found, str):
            raise TypeError
        return found

    def get(self, name: str) -> Statistics | None:
        """The statistics of a group; None if it has none."""
        try:
            found = self._db.execute("SELECT documents, lines, counts FROM groups WHERE name = ?", (stored(name),))
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
        row = (stored(statistics.name), statistics.documents, lines.tobytes(), counts.tobytes())
        try:
            self._db.execute("INSERT OR REPLACE INTO groups VALUES (?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise no_room(error) from None
        self._unsaved = True

    def save(self) -> None:
        """Write the file, whole or not at all and lasting, if there is anything new. Raises OutputError.

        Groups that another run has written there since it was read stay, but for those that both have counted.
        """
        if self._path is None or not self._unsaved:
            return
        path = self._path
        if self._below is None and path.is_symlink():
            path = path.resolve()
        with alone_in(path.parent):
            like = path.stat() if self._below is None and path.exists() else None
            if like is not None and (self._read is None or _state(like) != _state(self._read)):
                self._take_over(path)
            with self.copy.open("rb") as copy:
                readers = 0o600 if self._below is not None else 0o666
                write = partial(shutil.copyfileobj, copy)
                write_whole(path, write, like, below=self._below, readers=readers, lasting=True)
        self._unsaved = False

    def _take_over(self, path: Path) -> None:
        with closing(Store(path, read_only=True)) as other:
            if other.group_by != self.group_by:
                how = f"counted with --group-by {other.group_by}"
                raise OutputError(f"{path}: another run wrote it meanwhile, {how}; name another file")
            self._db.execute("BEGIN")
            try:
                rows = other._db.execute("SELECT name, documents, lines, counts FROM groups")
                self._db.executemany("INSERT OR IGNORE INTO groups VALUES (?, ?, ?, ?)", rows)
            except sqlite3.DatabaseError:
                raise self._damaged() from None
            self._db.execute("COMMIT")

    def digest(self) -> bytes:
        """16 bytes that tell all counts from any others."""
        hashed = blake2b(digest_size=16)
        try:
            for name, documents, lines, counts in self._db.execute(
                "SELECT name, documents, lines, counts FROM groups ORDER BY name"
            ):
                hashed.update(b"%d %d %d %s" % (len(name), documents, len(lines), name + lines + counts))
        except (sqlite3.DatabaseError, TypeError):
            raise self._damaged() from None
        return hashed.digest()

    def names(self, most: int) -> list[str]:
        """The names of the first groups, `most` of them."""
        try:
            rows = self._db.execute("SELECT name FROM groups ORDER BY name LIMIT ?", (most,)).fetchall()
            return [name_of(name) for (name,) in rows]
        except (sqlite3.DatabaseError, AttributeError, ValueError):
            raise self._damaged() from None

    def _damaged(self) -> InputError:
        return InputError(f"{self._path}: is damaged; delete it to have the pages counted anew")

    def close(self) -> None:
        if hasattr(self, "_db"):
            self._db.close()
        if self._folder is not None:
            self._folder.close()


def _state(status: os.stat_result) -> tuple[int, ...]:
    """What of a file changes when it is written to, or another put in its place."""
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


@lru_cache(maxsize=2)
def lookup_in(path: Path) -> Callable[[str], Statistics | None]:
    """How to get the statistics of a group from a store that another process has made; those in use stay in memory."""
    return lru_cache(maxsize=256)(Store(path, read_only=True).get)
