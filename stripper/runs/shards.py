"""Files of many records in a run: their pieces cleaned by all workers, written in order, whole or not at all."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..engine.records import digest
from ..errors import InputError, OutputError, StripperError
from ..model import Note
from .cleaning import Job, locate, out_of_date, without
from .discovery import Found
from .files import digest_of, open_regular, readers_of, remove_file, write_unfinished, write_whole
from .formats.names import is_remote
from .formats.records import Piece
from .manifest import Entry, Manifest
from .parts import Parts
from .records import Tally, Way, check_complete, clean_piece, leave_piece, pieces_of, tell_columns, way_of
from .remote import open_remote, put_remote, remote_digest
from .results import Options, Result
from .store import lookup_in

Answer = tuple[bytes, Tally]


class Task(NamedTuple):
    """A piece of a file for a worker; without one, the end of the file.

    `group` is that of records whose host is none, `counts` is where the statistics are, `disabled` are the rules that
    are switched off by now. A piece that is taken apart `ends` with the last part.
    """

    way: Way | None = None
    piece: Piece | None = None
    group: str | None = None
    counts: Path | None = None
    disabled: frozenset[str] = frozenset()
    ends: bool = True

    def parts(self) -> list[Task]:
        """Each record of the piece by itself, to find the one that kills a worker."""
        if self.way is None or self.piece is None or self.piece.is_broken:
            return [self]
        pieces = self.way.form.apart(self.piece)
        return [self._replace(piece=piece, ends=self.ends and piece is pieces[-1]) for piece in pieces]


def clean_task(task: Task, job: Job) -> Answer:
    if task.way is None or task.piece is None:
        return b"", Tally()
    try:
        lookup = lookup_in(task.counts) if task.counts is not None else None
        rules = without(job.of(task.way.form.name).rules, task.disabled)
        return clean_piece(task.piece, task.way, rules, lookup, task.group)
    except Exception as error:  # such as of memory; a fault must not end a run of a whole folder
        return lost_task(task, f"{type(error).__name__}: {error}")


def lost_task(task: Task, why: str = "the process that cleaned it died; out of memory?") -> Answer:
    assert task.way is not None and task.piece is not None
    try:
        data, tally = leave_piece(task.piece, task.way, why)
        tally.lost = True
        return data, tally
    except Exception as error:
        problem = f"the records from here on are left out: {type(error).__name__}: {error}"
        return leave_piece(Piece(task.piece.number, problem=problem), task.way, why)


def way_for(found: Found, options: Options) -> Way:
    """How a file is read and written. Raises InputError if a library is missing."""
    return way_of(found.source, options.records.format_within(found.source), options.records, options.encoding)


def read_pieces(found: Found, way: Way, job: Job) -> Iterator[Piece]:
    """The pieces of a file. Raises InputError, also if it changes while it is read."""
    compression = job.options.records.format_within(found.source).compression
    if is_remote(found.source):
        with open_remote(found.source) as file:
            yield from pieces_of(way, file, compression)
        return
    with open_regular(*locate(found, job), found.linked) as stream:
        yield from pieces_of(way, stream, compression)


class ShardRun:
    """The second pass over files of records. `counts` is where the statistics are that `shared` tells from others."""

    def __init__(self, job: Job, manifest: Manifest, counts: Path | None, shared: bytes) -> None:
        self.job, self.manifest, self.counts, self.shared = job, manifest, counts, shared
        self.unsaved = ""  # why the manifest could not be written, if so
        self._open: deque[_Shard] = deque()  # those of which pieces are with workers; the first is being written

    def tasks(self, entries: Iterator[Entry], disabled: Callable[[], frozenset[str]]) -> Iterator[Task]:
        """The pieces of all files that are to be cleaned, and an end after those of each."""
        for entry in entries:
            shard = _Shard(entry, self.job, self.manifest, self.shared)
            self._open.append(shard)
            try:
                if not entry.found.problem and shard.is_to_be_done():
                    for piece in shard.pieces():
                        yield Task(shard.way, piece, entry.group, self.counts, disabled())
            except StripperError as error:
                shard.fail(str(error))
            except Exception as error:  # a fault of this program or of a library must not end the run
                shard.fail(f"{entry.found.source}: {type(error).__name__}: {error}")
            yield Task()

    def take(self, task: Task, answer: Answer) -> tuple[Result | None, tuple[Note, ...]]:
        """Write what a worker made of a task. The result of the file, at its end, and the notes that are new."""
        shard = self._open[0]
        if task.piece is not None:
            shard.add(*answer, task.ends)
            return None, tuple(answer[1].notes)
        self._open.popleft()
        result = shard.end()
        self.unsaved = shard.unsaved or self.unsaved
        return result, result.notes if result.done else ()

    def close(self) -> None:
        """Note how far the file is that is being written."""
        for shard in self._open:
            shard.close()


class _Shard:
    """One file of records, while it is read and written."""

    def __init__(self, entry: Entry, job: Job, manifest: Manifest, shared: bytes) -> None:
        self.found, self.done, self.job, self.manifest, self.shared = entry.found, entry.done, job, manifest, shared
        self.target = job.options.output / self.found.target
        self.address = f"{job.options.address}/{self.found.target}" if job.options.address else ""
        self.way: Way | None = None
        self._tally = Tally()
        self._parts: Parts | None = None
        self._problem = self.found.problem
        self.unsaved = ""  # why the manifest could not be written, if so
        self._again = ""
        self._apart: list[Answer] = []  # what became of the parts of a piece, till its end
        self._input = b""
        self._mode = 0o666

    # --- as it is read

    def is_to_be_done(self) -> bool:
        """Whether no earlier run has done all of it. Raises InputError."""
        if is_remote(self.found.source):
            self._input = remote_digest(self.found.source)
        else:
            with open_regular(*locate(self.found, self.job), self.found.linked) as file:
                self._mode = readers_of(file.fileno(), os.fstat(file.fileno()))
                self._input = digest_of(file)
        if self.done is None:
            self._again = "new"
        elif self.done.input != self._input:
            self._again = self.done.changed(self.found.source)
        elif self.done.shared == self._shared_if_died:
            done = self.done._replace(shared=self.shared)
            self._again = out_of_date(done, self.job.settings, self.shared) or "died"
        else:
            self._again = out_of_date(self.done, self.job.settings, self.shared)
        if not self._again and self.done is not None and not self._is_written(self.done.output):
            self._again = "output"
        return bool(self._again)

    @property
    def _shared_if_died(self) -> bytes:
        """What is noted in place of `shared` of a file that a process died of: the run that goes on does it once more,
        and if one dies again, so it will each time."""
        return digest(self.shared + b"died")

    def _is_written(self, expected: bytes) -> bool:
        try:
            if self.address:
                return remote_digest(self.address) == expected
            with open_regular(self.target, self.job.root) as file:
                return digest_of(file) == expected
        except InputError:
            return False

    def pieces(self) -> Iterator[Piece]:
        """Those that are still to be cleaned. Raises InputError or OutputError."""
        key = digest(self._input + self.job.settings + self.shared)
        self._parts = Parts(self.manifest.parts(self.found.target), key, self.job.root)
        before = self._parts.pieces
        if self._parts.result:
            self._tally = Tally.of(Result(self.found.source, "").with_json(self._parts.result))
        self.way = way_for(self.found, self.job.options)
        for number, piece in enumerate(read_pieces(self.found, self.way, self.job)):
            if self._problem:
                return
            if number >= before:
                yield piece

    def fail(self, problem: str) -> None:
        """Nothing is written of it."""
        self._problem = self._problem or problem

    # --- as it is written

    def add(self, data: bytes, tally: Tally, ends: bool) -> None:
        """What became of the next piece, or of a part of it, with which it `ends` or not."""
        if self._problem or self._parts is None or self.way is None:
            return
        self._apart.append((data, tally))
        if not ends:
            return
        answers, self._apart = self._apart, []
        try:
            for _, each in answers:
                check_complete(each, self.job.options.records)
                self._tally.merge(each)
            self._parts.add(self.way.output.joined([each for each, _ in answers]))
            if self._parts.due:
                self._parts.save(self._so_far().to_json())
        except StripperError as error:
            self.fail(str(error))

    def _so_far(self) -> Result:
        return self._tally.result(self.found.source, self._again)

    def end(self) -> Result:
        """All pieces are there: write the file."""
        name = self.found.source
        try:
            if not self._again and not self._problem:
                done = Result(name, "skipped", "done before", done=True)
                return done.with_json(self.manifest.result(self.found.target))
            if not self._problem and self.way is not None:
                tell_columns(self._tally, self.way)
            if not self._problem and not self.job.options.dry_run:
                self._write()
        except StripperError as error:
            self.fail(str(error))
        except Exception as error:  # such as of a library that makes a file of the pieces
            self.fail(f"{name}: {type(error).__name__}: {error}")
        if self._parts is not None:
            self._parts.discard()
        if self._problem:
            return Result(name, "failed" if self.found.failed or not self.found.problem else "skipped", self._problem)
        return self._so_far()

    def _write(self) -> None:
        assert self.way is not None and self._parts is not None
        root = self.job.root
        finish = partial(self.way.output.finish, self._parts.written())
        if self.address:
            beside = self.job.options.output / self.target.name  # or folders would be made that stay empty
            output = self._put(write_unfinished(beside, finish, scratch=self.manifest.scratch, below=root))
        else:
            write_whole(self.target, finish, scratch=self.manifest.scratch, below=root, readers=self._mode)
            output = self._digest()
        shared = self._shared_if_died if self._tally.lost and self._again != "died" else self.shared
        try:
            self.manifest.record(self.found, self._input, output, b"", shared, self._so_far().to_json())
            if self._parts.pieces > 1:
                self.manifest.save()  # what took long is not to be done again
        except OutputError as error:  # the folder is full, say; the file itself is whole
            self.unsaved = str(error)

    def _put(self, unfinished: Path) -> bytes:
        try:
            return put_remote(unfinished, self.address)
        finally:
            remove_file(unfinished, self.job.root)

    def _digest(self) -> bytes:
        """Of what is written."""
        assert self.way is not None and self._parts is not None
        if self.way.output.streams and self._parts.size:
            return self._parts.digest
        with open_regular(self.target, self.job.root) as file:
            return digest_of(file)

    def close(self) -> None:
        if self._parts is not None and not self._problem:
            self._parts.save(self._so_far().to_json())
            self._parts.close()
