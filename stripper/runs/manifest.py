"""What a run into a folder knows, on disk: the files found, what became of each, and that no other run is at it.

One SQLite file within the output folder. Its lock is the operating system's, so it ends with the process however that
ends; its transactions are whole or not at all. Nothing depends on it for correctness: an entry counts only if the
hashes of the files that it speaks of are those of the files that are there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize

from ..engine.records import digest
from ..errors import OptionError, OutputError
from .discovery import OWN, Found, Grouping
from .files import REMOVED, check_opened, check_own, no_room, open_own, readable_text, remove_file
from .folders import Root, open_folder

_NAME = "manifest.sqlite"
_UNFINISHED, _PARTS = "unfinished", "parts"
STATISTICS = "statistics.sqlite"  # of a run in place, for the one that resumes it
_BATCH = 512  # files recorded at once; so many are done again at most after a crash

# What one run found is in a database of its own that is gone at its end; what is to last is attached as `kept`.
_FOUND = """
CREATE TABLE found (
    target BLOB PRIMARY KEY, grp BLOB, source BLOB NOT NULL, size INTEGER NOT NULL, problem BLOB NOT NULL,
    failed INTEGER NOT NULL, linked INTEGER NOT NULL, shard INTEGER NOT NULL
)
"""
_ORDERED = """
CREATE TABLE ordered AS
SELECT rowid AS file, sum(problem = x'') OVER (PARTITION BY shard, grp) AS members FROM found
ORDER BY shard, grp, target
"""
_KEPT = (
    """runs (id INTEGER PRIMARY KEY, version TEXT NOT NULL, settings BLOB NOT NULL)""",
    """done (
    target BLOB PRIMARY KEY, run INTEGER NOT NULL, input BLOB NOT NULL, output BLOB NOT NULL, removed BLOB NOT NULL,
    shared BLOB NOT NULL, result TEXT NOT NULL
)""",
)


class Done(NamedTuple):
    """What is known of a file that was cleaned: hashes of its bytes, of the output's, of the file beside that with what
    was taken (empty if there is none), and of what it was measured by.

    `version` and `settings` are of the program and the rules and options of that run.
    """

    input: bytes
    output: bytes
    removed: bytes
    shared: bytes
    version: str
    settings: bytes


class Entry(NamedTuple):
    """A file found, the group that it belongs to with so many `members`, and what is known of it from earlier."""

    found: Found
    group: str | None
    members: int
    done: Done | None


class Manifest:
    """Begins with what a run finds; `open` then adds what lasts, within the output folder, and takes its lock."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.root: Root | None = None  # the output folder
        self.damaged = False  # whether what earlier runs did could not be read
        self._unsaved: list[tuple[bytes, int, bytes, bytes, bytes, bytes, str]] = []
        self._run = 0
        self._lasting = False
        self._db = sqlite3.connect("", timeout=0, isolation_level=None)
        self._db.text_factory = readable_text
        self._db.execute(_FOUND)

    def open(
        self, output: Path | None, version: str, settings: bytes, resume: bool = False, lasting: bool = False,
        own: str = OWN,
    ) -> None:  # fmt: skip
        """Open the manifest of an output folder and hold its lock; without a folder, one that is gone at the end.

        `own` is the name of the folder within the output folder that holds all this.

        `resume` keeps what earlier runs did; with `lasting`, what is saved outlasts a power cut. Raises
        OutputError if another run holds the lock or nothing can be written.
        """
        folder = output / own if output is not None else None
        self._lasting = lasting
        try:
            if folder is not None and output is not None:
                output.mkdir(parents=True, exist_ok=True)
                self.root = Root.of(output)
                with open_folder(folder, self.root, make=True) as opened:
                    for name in (_NAME, f"{_NAME}-journal", f"{_NAME}-wal", f"{_NAME}-shm", STATISTICS):
                        check_own(opened, name)
            try:
                self._attach(folder, resume)
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # the latter is of what is said about it
                code = getattr(error, "sqlite_errorcode", None)
                if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
                    raise
                # A power cut, say, or another encoding; what the manifest says only saves time.
                assert folder is not None and self.root is not None
                self.damaged = resume
                self._detach()
                remove_file(folder / _NAME, self.root)
                self._attach(folder, resume)
            self._run = self._run_of(version, settings)
            self._db.execute("COMMIT")
            self.folder = folder  # not before: until the lock is held, all that is in there is another run's
            self._clear_scratch(resume)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                message = f"{output}: another run is writing to this folder; wait for it, or name another --output"
                raise OutputError(message) from None
            raise OutputError(f"{output}: cannot be written: {error}") from None
        except OSError as error:
            raise OutputError(f"{error.filename or output}: cannot be written: {error.strerror or error}") from None

    def _attach(self, folder: Path | None, resume: bool) -> None:
        if folder is not None and self.root is not None:
            open_own(folder / _NAME, self.root).close()  # or SQLite would make it, wherever the path leads
        # The name as bytes, which may be no text.
        self._db.execute("ATTACH ? AS kept", (os.fsencode(folder / _NAME) if folder else "",))
        # Taken with the first transaction and held to the end: two runs must not write to one folder.
        self._db.execute("PRAGMA kept.locking_mode = EXCLUSIVE")
        self._db.execute(f"PRAGMA kept.synchronous = {'FULL' if self._lasting else 'OFF'}")
        self._db.execute("BEGIN EXCLUSIVE")
        if folder is not None and self.root is not None:
            check_opened(folder / _NAME, self.root)
        if not self._db.execute("SELECT 1 FROM kept.sqlite_master").fetchone():
            for statement in _KEPT:
                self._db.execute(f"CREATE TABLE kept.{statement}")
        # Another version's tables, or a view or a trigger that someone put there: not asked, since it might never end.
        made = self._db.execute("SELECT sql FROM kept.sqlite_master WHERE sql IS NOT NULL ORDER BY rowid").fetchall()
        if made != [(f"CREATE TABLE {statement}",) for statement in _KEPT]:
            raise sqlite3.DatabaseError
        if not resume:
            self._db.execute("DELETE FROM kept.done")
            self._db.execute("DELETE FROM kept.runs")
        elif self._db.execute("PRAGMA kept.integrity_check(1)").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError  # here, and not from the middle of the run

    def _detach(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        with suppress(sqlite3.OperationalError):  # there is nothing to detach if that is what failed
            self._db.execute("DETACH kept")

    def _run_of(self, version: str, settings: bytes) -> int:
        run = (version, settings)
        row = self._db.execute("SELECT id FROM kept.runs WHERE version = ? AND settings = ?", run).fetchone()
        if row is None:
            cursor = self._db.execute("INSERT INTO kept.runs (version, settings) VALUES (?, ?)", run)
            return int(cursor.lastrowid or 0)
        return int(row[0])

    @property
    def scratch(self) -> Path | None:
        """A folder for unfinished files. What a run that was killed left there goes with the next one."""
        return self.folder / _UNFINISHED if self.folder else None

    def parts(self, target: str) -> Path | None:
        """Where what is written of a large file is kept while it grows; None if nothing is written."""
        return self.folder / _PARTS / f"{digest(_bytes(target)).hex()}.part" if self.folder else None

    def _clear_scratch(self, resume: bool) -> None:
        """Take away what earlier runs have left unfinished, unless this one goes on with it."""
        if self.folder is None:
            return
        with open_folder(self.folder, self.root) as folder:
            folder.remove_tree(_UNFINISHED)
            if not resume:
                folder.remove_tree(_PARTS)
        with open_folder(self.folder / _UNFINISHED, self.root, make=True):
            pass

    def find(self, files: Iterable[Found], grouping: Grouping) -> None:
        """Note the files of this run. Raises OptionError if two of them would share an output."""
        try:
            self._find(files, grouping)
        except sqlite3.OperationalError as error:
            raise no_room(error) from None

    def check_endings(self) -> None:
        """Raises OptionError if a file is named as what is taken out of another will be."""
        query = """
            SELECT e.source, e.target, o.target FROM found e
            JOIN found o ON o.target = substr(e.target, 1, length(e.target) - ?1) WHERE substr(e.target, -?1) = ?2
        """
        for source, target, other in self._db.execute(query, (len(REMOVED), REMOVED.encode())).fetchmany(1):
            raise self._shared(_str(source), _str(other), _str(target))

    def check_case(self) -> None:
        """Raises OptionError if the file system of the output folder takes the names of two outputs for one."""
        if self.scratch is None or not self.scratch.with_name(self.scratch.name.upper()).exists():
            return
        self._db.create_function("folded", 1, _folded, deterministic=True)
        query = "SELECT min(target), max(target) FROM found GROUP BY folded(target) HAVING count(*) > 1"
        for one, other in self._db.execute(query).fetchmany(1):
            source = self._db.execute("SELECT source FROM found WHERE target = ?", (one,)).fetchone()[0]
            raise self._shared(_str(source), _str(other), _str(one))

    def _find(self, files: Iterable[Found], grouping: Grouping) -> None:
        self._db.execute("BEGIN")
        for each in files:
            group = grouping.of(each.target)
            row = (
                _bytes(each.target), None if group is None else _bytes(group), _bytes(each.source), each.size,
                _bytes(each.problem), each.failed, each.linked, each.shard,
            )  # fmt: skip
            try:
                self._db.execute("INSERT INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            except sqlite3.IntegrityError:
                raise self._shared(each.source, each.target, each.target) from None
        self._db.execute(_ORDERED)
        self._db.execute("COMMIT")

    def _shared(self, source: str, other_target: str, target: str) -> OptionError:
        query = "SELECT source FROM found WHERE target = ?"
        other = _str(self._db.execute(query, (_bytes(other_target),)).fetchone()[0])
        return OptionError(f"{source} and {other} would both be written to {target}; clean them apart")

    def fail(self, problems: dict[str, str]) -> None:
        """Note why some of the files found, by their targets, cannot be cleaned."""
        rows = [(_bytes(problem), _bytes(target)) for target, problem in problems.items()]
        self._db.executemany("UPDATE found SET problem = ?, failed = 1 WHERE target = ?", rows)

    def count(self, shards: bool = False) -> int:
        """How many files were found, or how many of them hold records."""
        return int(self._db.execute("SELECT count(*) FROM found WHERE shard >= ?", (shards,)).fetchone()[0])

    def entries(self, shards: bool = False) -> Iterator[Entry]:
        """The files found that are pages, or hold records, by group and by where their outputs go."""
        # In slices, each by a query of its own, so that what is recorded meanwhile is in nobody's way.
        query = """
            SELECT o.rowid, o.members, f.grp, f.target, f.source, f.size, f.problem, f.failed,
                   f.linked, f.shard, d.input, d.output, d.removed, d.shared, r.version, r.settings
            FROM ordered o JOIN found f ON f.rowid = o.file
            LEFT JOIN kept.done d ON d.target = f.target LEFT JOIN kept.runs r ON r.id = d.run
            WHERE o.rowid > ? AND f.shard = ? ORDER BY o.rowid LIMIT 500
        """
        at = 0
        while rows := self._db.execute(query, (at, shards)).fetchall():
            at = rows[-1][0]
            for _, members, group, target, source, size, problem, failed, linked, shard, *done in rows:
                found = Found(_str(source), _str(target), size, _str(problem), bool(failed), bool(linked), bool(shard))
                known = Done(*done) if None not in done else None
                yield Entry(found, None if group is None else _str(group), members, known)

    def record(self, target: str, input: bytes, output: bytes, removed: bytes, shared: bytes, result: str) -> None:
        """Note that a file is done. Raises OutputError if that cannot be written; it is then done again some day."""
        self._unsaved.append((_bytes(target), self._run, input, output, removed, shared, result))
        if len(self._unsaved) >= _BATCH:
            self.save()

    def save(self) -> None:
        """Write what was recorded so far."""
        rows, self._unsaved = self._unsaved, []
        try:
            self._db.execute("BEGIN")
            self._db.executemany("INSERT OR REPLACE INTO kept.done VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise OutputError(f"{self.folder}: cannot be written: {error}") from None

    def result(self, target: str) -> str:
        """What was recorded of a file that was done before."""
        row = self._db.execute("SELECT result FROM kept.done WHERE target = ?", (_bytes(target),)).fetchone()
        return str(row[0])

    def stale(self, most: int) -> tuple[int, list[str]]:
        """Outputs of earlier runs whose inputs are no longer found: how many, and the first of them."""
        where = "FROM kept.done WHERE target NOT IN (SELECT target FROM found)"
        count = int(self._db.execute(f"SELECT count(*) {where}").fetchone()[0])
        rows = self._db.execute(f"SELECT target {where} ORDER BY target LIMIT ?", (most,)).fetchall() if count else ()
        return count, [readable_text(name) if isinstance(name, bytes) else str(name) for (name,) in rows]

    def close(self) -> None:
        """Write what is recorded, and let go of the folder."""
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if self._unsaved:
                self.save()
        finally:
            with suppress(OSError):
                if self.folder is not None:  # while the lock is held: what is there next belongs to the next run
                    with open_folder(self.folder, self.root) as folder:
                        folder.remove_tree(_UNFINISHED)
                        folder.remove_empty(_PARTS)  # if nothing is left for another run
            self._db.close()


def _bytes(name: str) -> bytes:
    """A name as SQLite takes it whatever it holds."""
    return name.encode("utf-8", "surrogatepass")


def _folded(name: bytes) -> bytes:
    """A name as file systems compare it that do not tell A from a."""
    return _bytes(normalize("NFC", normalize("NFC", _str(name)).casefold()))


def _str(name: bytes) -> str:
    return name.decode("utf-8", "surrogatepass")
