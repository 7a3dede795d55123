"""What a run is to remember, in a file that is only added to, so that a crash costs what came last and no more.

A line is a JSON array behind its checksum. The file is opened once, by way of its folder, and all is done to what is
open then, whatever is put in its place. Its lock is the operating system's, and ends with the process however that
ends.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from io import BufferedReader
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

from ..errors import OutputError
from .files import open_own, open_regular, remove_file, write_whole
from .folders import Root, open_folder

LONGEST = 1 << 24  # bytes of a line
_HEAD = ["stripper", "manifest", 1]
_LOCKED: set[tuple[int, int]] = set()  # files that this process has locked, to which it could open them again
_FAR = 1 << 30  # where Windows locks a byte, which nobody can read then


class Log:
    """The file at a path below the folder `root`, made if it is not there; with `lasting`, what is added outlasts a
    power cut. Raises BlockingIOError if another run has it, OutputError if it cannot be written.
    """

    def __init__(self, path: Path, root: Path | Root, lasting: bool = False) -> None:
        self.path, self._root, self.lasting = path, root, lasting
        self.damaged = False  # whether something was not what was written
        self._open()

    def _open(self) -> None:
        self._file = open_own(self.path, self._root)
        try:
            self._file_id = _lock(self._file)
            with open_folder(self.path.parent, self._root) as folder:
                if not os.path.samestat(folder.status(self.path.name), os.fstat(self._file.fileno())):
                    raise BlockingIOError  # it was put there meanwhile, by another run
        except BaseException:
            self._file.close()
            raise
        self._end = 0  # of what is whole

    def rows(self, before: bytes = b"") -> Iterator[list[Any]]:
        """What was added, from the first line to the first that is not whole.

        Of a line that holds the bytes `before`, what stands before those alone, which spares the time for the rest.
        """
        self._end = self._file.seek(0)
        for line, row in _lines(self._file, before):
            if row is None:
                self.damaged = line.endswith(b"\n") or len(line) == LONGEST or not self._end  # the last is cut by kills
                return
            if self._end:
                yield row
            self._end += len(line)

    def forget(self) -> None:
        """Begin anew: with another file, if this one was no log."""
        if os.fstat(self._file.fileno()).st_size and not self._end:
            self.close()
            remove_file(self.path, self._root)
            self._open()
        self._end = 0

    def add(self, rows: Iterable[list[Any]]) -> None:
        """Raises OutputError if that cannot be written; nothing of it is there then."""
        lines = [_line(row) for row in ([] if self._end else [_HEAD])] + [_line(row) for row in rows]
        try:
            self._file.seek(self._end)
            self._file.truncate()
            self._file.write(b"".join(lines))
            self._file.flush()
            if self.lasting:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written: {error.strerror or error}") from None
        self._end += sum(map(len, lines))

    def rewrite(self, rows: Iterable[list[Any]]) -> None:
        """Have these rows in place of all that was added, if there is room for that. Raises as the class does."""
        lines = map(_line, chain([_HEAD], rows))
        try:
            write_whole(self.path, lambda to: to.writelines(lines), below=self._root, readers=0, lasting=self.lasting)
        except OutputError:
            return
        self.close()
        self._open()  # another run may have it by now, and knows all
        self._end = self._file.seek(0, os.SEEK_END)

    def close(self) -> None:
        _LOCKED.discard(self._file_id)
        with suppress(OSError):  # of what could not be added, and was said then
            self._file.close()


def rows_at(path: Path, root: Path | Root) -> Iterator[list[Any]]:
    """What a log holds that may be another run's, up to the first line that is not whole. Raises InputError."""
    with open_regular(path, root) as file:
        lines = BufferedReader(file)
        yield from (row for _, row in islice(_lines(lines), 1, None) if row is not None)
        lines.detach()


def _lines(file: BinaryIO | BufferedReader, before: bytes = b"") -> Iterator[tuple[bytes, list[Any] | None]]:
    """The lines of a log, the first of which is its head, and their rows; None for the one that is not whole, if any,
    which is the last that is read.
    """
    row: list[Any] | None = _HEAD
    is_first = True
    while row is not None and (line := file.readline(LONGEST)):
        row = _read(line, before)
        if is_first and row != _HEAD:
            row = None
        is_first = False
        yield line, row


def _line(row: list[Any]) -> bytes:
    data = json.dumps(row, separators=(",", ":")).encode("ascii")
    return b"%08x %s\n" % (crc32(data), data)


def _read(line: bytes, before: bytes = b"") -> list[Any] | None:
    data = line[9:].removesuffix(b"\n")
    if not line.endswith(b"\n") or line[:9] != b"%08x " % crc32(data):
        return None
    if before and (at := data.find(before)) >= 0:
        data = data[:at] + b"]"
    try:
        row = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, list) else None


def _lock(file: BinaryIO) -> tuple[int, int]:
    """Raises BlockingIOError if another has the lock of a file."""
    status = os.fstat(file.fileno())
    file_id = status.st_dev, status.st_ino
    if file_id in _LOCKED:
        raise BlockingIOError
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(_FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            file.seek(0)
        else:
            import fcntl

            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except PermissionError:  # as some systems say it
        raise BlockingIOError from None
    _LOCKED.add(file_id)
    return file_id
