"""What a run into a folder knows, on disk: the files found, what became of each, and that no other run is at it.

What lasts stands in a log within the output folder, see `log`. It is read into a database that is gone at the end of
the run; no file that SQLite opens has a name, since whoever may write to the folder could put something else there.
Nothing depends on the log for correctness: an entry counts only if the hashes of the files that it speaks of are those
of the files that are there.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

from ..engine.records import digest
from ..errors import OptionError, OutputError
from .databases import name_of, no_room, stored
from .discovery import OWN, Found, Grouping
from .files import REMOVED, check_own, sync_folder
from .folders import Root, make_folder, open_folder
from .formats.names import is_remote
from .log import Log, rows_at
from .log_rows import RESULT, DoneRow, RunRow, done_row, read_row, run_row
from .overwritten import Overwritten, find_overwritten

_NAME = "manifest.jsonl"
_UNFINISHED, _PARTS = "unfinished", "parts"
STATISTICS = "statistics.sqlite"  # of a run in place, for the one that resumes it
_BATCH = 512  # files recorded at once; so many are done again at most after a crash

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
_DONE = """
CREATE TABLE done (
    target BLOB PRIMARY KEY, run INTEGER NOT NULL, input BLOB NOT NULL, output BLOB NOT NULL, removed BLOB NOT NULL,
    shared BLOB NOT NULL, source BLOB NOT NULL, result TEXT NOT NULL
)
"""


class Done(NamedTuple):
    """What is known of a file that was cleaned: hashes of its bytes, of the output's, of the file beside that with what
    was taken (empty if there is none), of what it was measured by, and of where it was.

    `version` and `settings` are of the program and the rules and options of that run.
    """

    input: bytes
    output: bytes
    removed: bytes
    shared: bytes
    source: bytes
    version: str
    settings: bytes

    def changed(self, source: str) -> str:
        """Why a file is done again that holds something else than then: it has changed, or is another."""
        return "changed" if self.source == _place(source) else "another"


class Entry(NamedTuple):
    """A file found, the group that it belongs to with so many `members`, and what is known of it from earlier."""

    found: Found
    group: str | None
    members: int
    done: Done | None


class Manifest:
    """Begins with what a run finds; `open` then adds what lasts, within the output folder, and takes its lock. Nothing
    that is there is lost before `begin`: what was asked for may turn out to be impossible."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.root: Root | None = None  # the output folder
        self.damaged = False  # whether what earlier runs did could not be read
        self.overwritten = Overwritten()  # what stands where this run will write, unless it resumes earlier ones
        self._resumes = False
        self._unsaved: list[list[str]] = []
        self._log: Log | None = None
        self._runs: list[RunRow] = []  # those that the log knows
        self._db = sqlite3.connect("", isolation_level=None)  # a file without a name, and in memory while it is small
        self._db.execute(_FOUND)
        self._db.execute(_DONE)

    def open(
        self, output: Path | None, resume: bool = False, in_place: bool = False, own: str = OWN, elsewhere: bool = False
    ) -> None:
        """Open the manifest of an output folder and hold its lock; without a folder, one that is gone at the end.

        `own` is the name of the folder within the output folder that holds all this; the outputs themselves may go
        `elsewhere`. `resume` takes over what earlier runs did, without it `overwritten` tells what is written over.
        What is saved of a run `in_place` outlasts a power cut. Raises OutputError if another run holds the lock or
        nothing can be written.
        """
        if output is None:
            return
        folder = output / own
        self._resumes = resume
        with _told(output, folder):
            make_folder(output)
            self.root = Root.of(output)
            with open_folder(folder, self.root, make=True) as opened:
                for name in (_NAME, STATISTICS):
                    check_own(opened, name)
            self._log = Log(folder / _NAME, self.root, lasting=in_place)
            self._db.execute("BEGIN")
            if resume:
                self._read(self._log)
            if not self._runs and not in_place:
                self.overwritten = find_overwritten(self._db, None if elsewhere else output, _inputs(self._log), _place)
            self._db.execute("COMMIT")
            self.folder = folder  # not before: until the lock is held, all that is in there is another run's
            with open_folder(folder / _UNFINISHED, self.root, make=True):
                pass

    def begin(self, version: str, settings: bytes) -> None:
        """Note the run in the folder that is open, and forget what it does not resume. Raises OutputError."""
        if self.folder is None or self._log is None or self.root is None:
            return
        with _told(self.root.path, self.folder):
            if not self._runs:
                self._log.forget()
            if not self._runs or self._runs[-1] != (version, settings):
                self._log.add([run_row(version, settings)])
                if self._log.lasting:  # the log's name, and its folder's
                    sync_folder(self.folder, self.root)
                    sync_folder(self.root.path, self.root)
            self._clear_scratch(self._resumes)

    def look(self, folder: Path) -> None:
        """Take over what runs into an output folder have noted, without its lock. Raises InputError."""
        self._add(rows_at(folder / OWN / _NAME, folder))

    def _add(self, rows: Iterator[list[Any]]) -> int | None:
        """Take over what a log holds, and say how many rows that are; None, and nothing is, if no run wrote them."""
        read = 0
        try:
            while some := [self._done(read_row(row)) for row in islice(rows, _BATCH)]:
                read += len(some)
                done = [row for row in some if row is not None]
                self._db.executemany("INSERT OR REPLACE INTO done VALUES (?, ?, ?, ?, ?, ?, ?, ?)", done)
        except ValueError:
            self._runs.clear()
            self._db.execute("DELETE FROM done")
            return None
        return read

    def _read(self, log: Log) -> None:
        """Take over what earlier runs did. Up to where the log is damaged it is right."""
        if (read := self._add(log.rows())) is None:
            log.damaged = True
        self.damaged = log.damaged
        if self.damaged and self._runs:
            log.add([])  # or it would be said of the next run too
        if self._runs and (read or 0) > _BATCH + 2 * self._db.execute("SELECT count(*) FROM done").fetchone()[0]:
            log.rewrite(self._known())

    def _known(self) -> Iterator[list[str]]:
        """What is known of earlier runs, as rows of the log."""
        query = "SELECT target, input, output, removed, shared, source, result FROM done WHERE run = ?"
        used = {number for (number,) in self._db.execute("SELECT DISTINCT run FROM done")} | {len(self._runs) - 1}
        for number in sorted(used):
            version, settings = self._runs[number]
            yield run_row(version, settings)
            for target, *hashes, result in self._db.execute(query, (number,)):
                yield done_row(name_of(target), hashes, result)

    def _done(self, row: RunRow | DoneRow) -> tuple[Any, ...] | None:
        """A row of the log as one of `done`; None for that of a run, whose files follow. Raises ValueError."""
        if isinstance(row, RunRow):
            self._runs.append(row)
            return None
        if not self._runs or not row.result:
            raise ValueError("no run wrote this")
        target, *rest = row
        return target, len(self._runs) - 1, *rest

    @property
    def scratch(self) -> Path | None:
        """A folder for unfinished files. What a run that was killed left there goes with the next one."""
        return self.folder / _UNFINISHED if self.folder else None

    def parts(self, target: str) -> Path | None:
        """Where what is written of a large file is kept while it grows; None if nothing is written."""
        return self.folder / _PARTS / f"{digest(stored(target)).hex()}.part" if self.folder else None

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
            raise self._shared(name_of(source), name_of(other), name_of(target))

    def check_case(self) -> None:
        """Raises OptionError if the file system of the output folder takes the names of two outputs for one, or that of
        what is taken out of one for that of another."""
        if self.scratch is None or not self.scratch.with_name(self.scratch.name.upper()).exists():
            return
        self._db.create_function("folded", 1, _folded, deterministic=True)
        query = """
            SELECT min(target), max(target)
            FROM (SELECT target, target AS name FROM found
                  UNION ALL SELECT target, CAST(target || ? AS BLOB) FROM found)
            GROUP BY folded(name) HAVING count(*) > 1
        """
        for one, other in self._db.execute(query, (REMOVED,)).fetchmany(1):
            source = self._db.execute("SELECT source FROM found WHERE target = ?", (one,)).fetchone()[0]
            raise self._shared(name_of(source), name_of(other), name_of(max(one, other, key=len)))

    def _find(self, files: Iterable[Found], grouping: Grouping) -> None:
        self._db.execute("BEGIN")
        for each in files:
            group = grouping.of(each.target)
            row = (
                stored(each.target), None if group is None else stored(group), stored(each.source), each.size,
                stored(each.problem), each.failed, each.linked, each.shard,
            )  # fmt: skip
            try:
                self._db.execute("INSERT INTO found VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            except sqlite3.IntegrityError:
                raise self._shared(each.source, each.target, each.target) from None
        self._db.execute(_ORDERED)
        self._db.execute("COMMIT")

    def _shared(self, source: str, other_target: str, target: str) -> OptionError:
        query = "SELECT source FROM found WHERE target = ?"
        other = name_of(self._db.execute(query, (stored(other_target),)).fetchone()[0])
        return OptionError(f"{source} and {other} would both be written to {target}; clean them apart")

    def fail(self, problems: dict[str, str]) -> None:
        """Note why some of the files found, by their targets, cannot be cleaned."""
        rows = [(stored(problem), stored(target)) for target, problem in problems.items()]
        self._db.executemany("UPDATE found SET problem = ?, failed = 1 WHERE target = ?", rows)

    def count(self, shards: bool = False) -> int:
        """How many files were found, or how many of them hold records."""
        return int(self._db.execute("SELECT count(*) FROM found WHERE shard >= ?", (shards,)).fetchone()[0])

    def entries(self, shards: bool = False) -> Iterator[Entry]:
        """The files found that are pages, or hold records, by group and by where their outputs go."""
        # In slices, each by a query of its own, so that what is recorded meanwhile is in nobody's way.
        query = """
            SELECT o.rowid, o.members, f.grp, f.target, f.source, f.size, f.problem, f.failed,
                   f.linked, f.shard, d.run, d.input, d.output, d.removed, d.shared, d.source
            FROM ordered o JOIN found f ON f.rowid = o.file LEFT JOIN done d ON d.target = f.target
            WHERE o.rowid > ? AND f.shard = ? ORDER BY o.rowid LIMIT 500
        """
        at = 0
        while rows := self._db.execute(query, (at, shards)).fetchall():
            at = rows[-1][0]
            for _, members, group, target, source, size, problem, failed, linked, shard, run, *done in rows:
                where, why = (name_of(source), name_of(target)), name_of(problem)
                found = Found(*where, size, why, bool(failed), bool(linked), bool(shard))
                known = Done(*done, *self._runs[run]) if run is not None else None
                yield Entry(found, None if group is None else name_of(group), members, known)

    def record(self, found: Found, input: bytes, output: bytes, removed: bytes, shared: bytes, result: str) -> None:
        """Note that a file is done. Raises OutputError if that cannot be written; it is then done again some day."""
        self._unsaved.append(done_row(found.target, (input, output, removed, shared, _place(found.source)), result))
        if len(self._unsaved) >= _BATCH:
            self.save()

    def save(self) -> None:
        """Write what was recorded so far."""
        rows, self._unsaved = self._unsaved, []
        if self._log is not None and rows:
            self._log.add(rows)

    def result(self, target: str) -> str:
        """What was recorded of a file that was done before."""
        row = self._db.execute("SELECT result FROM done WHERE target = ?", (stored(target),)).fetchone()
        return str(row[0])

    def stale(self, most: int) -> tuple[int, list[str]]:
        """Outputs of earlier runs whose inputs are no longer found: how many, and the first of them."""
        where = "FROM done WHERE target NOT IN (SELECT target FROM found)"
        count = int(self._db.execute(f"SELECT count(*) {where}").fetchone()[0])
        rows = self._db.execute(f"SELECT target {where} ORDER BY target LIMIT ?", (most,)).fetchall() if count else ()
        return count, [name_of(name) for (name,) in rows]

    def with_removed(self) -> Iterator[tuple[str, bytes]]:
        """Outputs of earlier runs that have beside them what was taken out of them: their places, and the hashes of
        what they held."""
        query = "SELECT target, output FROM done WHERE removed != x'' AND input != output ORDER BY target"
        return ((name_of(target), output) for target, output in self._db.execute(query))

    def close(self) -> None:
        """Write what is recorded, and let go of the folder."""
        try:
            self.save()
        finally:
            with suppress(OSError):
                if self.folder is not None:  # while the lock is held: what is there next belongs to the next run
                    with open_folder(self.folder, self.root) as folder:
                        folder.remove_tree(_UNFINISHED)
                        folder.remove_empty(_PARTS)  # if nothing is left for another run
            self._db.close()
            if self._log is not None:
                self._log.close()


@contextmanager
def _told(output: Path, folder: Path) -> Iterator[None]:
    """Raises OutputError for what goes wrong with the `folder` of an output folder that holds what runs know."""
    try:
        yield
    except BlockingIOError:
        message = f"{output}: another run is writing to this folder; wait for it, or name another --output"
        raise OutputError(message) from None
    except sqlite3.OperationalError as error:
        raise no_room(error) from None
    except OSError as error:
        place = folder if error.filename == folder.name else error.filename or output  # a name within an open folder
        raise OutputError(f"{place}: cannot be written: {error.strerror or error}") from None


def _inputs(log: Log) -> Iterator[tuple[bytes, bytes]]:
    """The outputs that a log tells of, up to a row that no run can have written: the place of the input, the output."""
    with suppress(ValueError):
        rows = map(read_row, log.rows(RESULT))
        yield from ((row.source, row.target) for row in rows if isinstance(row, DoneRow))


def _place(source: str) -> bytes:
    """What tells where a file is from any other place, and not where that is: outputs may be handed on."""
    if is_remote(source):
        return digest(stored(source))
    folder, name = os.path.split(source)
    return digest(stored(f"{os.path.realpath(folder)}/{name}"))


def _folded(name: bytes) -> bytes:
    """A name as file systems compare it that do not tell A from a."""
    return stored(normalize("NFC", normalize("NFC", name_of(name)).casefold()))
