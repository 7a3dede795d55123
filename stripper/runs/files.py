"""Files read without following links, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b, file_digest
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from ..errors import InputError, OutputError

REMOVED = ".removed.jsonl"  # the ending of the file beside a cleaned one that holds what was taken out of it


# Opening a pipe would wait for somebody to write to it. Not every system has each of these.
_TO_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_OWN = os.O_RDWR | os.O_CREAT | _NO_LINK | getattr(os, "O_BINARY", 0)
_TO_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_BINARY", 0)


def read_regular(path: str | Path, follow: bool = False) -> bytes:
    """The bytes of a regular file. Raises InputError for anything else, for a symbolic link unless it may `follow`."""
    with open_regular(path, follow) as file:
        return file.readall()


@contextmanager
def open_regular(path: str | Path, follow: bool = False) -> Iterator[FileIO]:
    """A regular file to read, as `read_regular` does. Errors while it is read are InputErrors too."""
    try:
        if not follow and not _NO_LINK and Path(path).is_symlink():
            raise OSError(errno.ELOOP, "")
        descriptor = os.open(path, _TO_READ | (0 if follow else _NO_LINK))
        with FileIO(descriptor) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InputError(f"{path}: is no regular file")
            yield file
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if not follow and getattr(error, "errno", None) == errno.ELOOP:
            raise InputError(f"{path}: is a symbolic link, and not read as a file") from None
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def digest_of(file: FileIO) -> bytes:
    """The `digest` of an open file, which is then at its end."""
    return file_digest(file, lambda: blake2b(digest_size=16)).digest()


def open_own(path: Path) -> BinaryIO:
    """A file of the run's own to read and to write to, made if it is not there. Raises OutputError."""
    try:
        path.parent.mkdir(exist_ok=True)
        return os.fdopen(os.open(path, _OWN, 0o600), "r+b", buffering=0)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


def _sync_folder(folder: Path) -> None:
    if hasattr(os, "O_DIRECTORY"):  # elsewhere folders cannot be opened, nor need they be
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def check_own(path: Path) -> None:
    """Raises OutputError if something else than a regular file stands where a run keeps what it knows."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise OutputError(f"{path}: is no regular file, and is not written to; take it away")


def no_room(error: Exception) -> OutputError:
    """For what goes to SQLite's temporary files, and is gone at the end, where that cannot be written."""
    return OutputError(f"temporary files cannot be written: {error}; name another folder for them with TMPDIR")


def write_whole(
    path: Path,
    data: bytes | Callable[[BinaryIO], object],
    like: os.stat_result | None = None,
    scratch: Path | None = None,
    *,
    readers: int = 0o666,
    lasting: bool = False,
) -> None:
    """Write a file whole or not at all: elsewhere first, then moved to its place. Raises OutputError.

    `data` is what it is to hold, or a function that writes that.
    A symbolic link at the place is replaced, not followed. `like` is the file whose permissions and, as far as that
    is allowed, owner it gets; those of a new one if None, of which only those
    whom the mode `readers` lets may read it. With `lasting` a power cut leaves no half of it, and once this returns,
    it stays. `scratch` is a folder on the same device where unfinished
    files are looked for and taken away after a crash; without it they stand beside `path`.
    """
    try:
        try:
            _write(path, data, like, scratch or path.parent, readers, lasting)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data, like, scratch or path.parent, readers, lasting)
    except OSError as error:
        if error.errno == errno.EXDEV and scratch is not None:  # another device is mounted inside the output folder
            return write_whole(path, data, like, readers=readers, lasting=lasting)
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


def _write(
    path: Path, data: bytes | Callable[[BinaryIO], object], like: os.stat_result | None, scratch: Path, readers: int,
    lasting: bool,
) -> None:  # fmt: skip
    import secrets  # as slow

    unfinished = scratch / f".stripper-{secrets.token_hex(8)}"
    try:
        mode = 0o600 if like is not None else 0o600 | (readers & 0o666)  # less what umask takes
        with os.fdopen(os.open(unfinished, _TO_CREATE, mode), "wb") as file:
            file.write(data) if isinstance(data, bytes) else data(file)
            if lasting:
                file.flush()
                os.fsync(file.fileno())
        if like is not None:
            if hasattr(os, "chown") and (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
                with suppress(OSError):
                    os.chown(unfinished, like.st_uid, like.st_gid)
            unfinished.chmod(like.st_mode & 0o7777)
        unfinished.replace(path)
        if lasting:
            _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
