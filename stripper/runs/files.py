"""Files read without following links, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from ..errors import InputError, OutputError

REMOVED = ".removed.jsonl"  # the ending of the file beside a cleaned one that holds what was taken out of it


# Opening a pipe would wait for somebody to write to it. Not every system has each of these.
_TO_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read_regular(path: str | Path, follow: bool = False) -> bytes:
    """The bytes of a regular file. Raises InputError for anything else, for a symbolic link unless it may `follow`."""
    try:
        if not follow and not _NO_LINK and os.path.islink(path):
            raise OSError(errno.ELOOP, "")
        descriptor = os.open(path, _TO_READ | (0 if follow else _NO_LINK))
        with open(descriptor, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise InputError(f"{path}: is no regular file")
            return file.readall()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if not follow and getattr(error, "errno", None) == errno.ELOOP:
            raise InputError(f"{path}: is a symbolic link, and not read as a file") from None
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def no_room(error: Exception) -> OutputError:
    """For what goes to SQLite's temporary files, and is gone at the end, where that cannot be written."""
    return OutputError(f"temporary files cannot be written: {error}; name another folder for them with TMPDIR")


def write_whole(path: Path, data: bytes, like: os.stat_result | None = None, scratch: Path | None = None) -> None:
    """Write a file whole or not at all: elsewhere first, then moved to its place. Raises OutputError.

    A symbolic link at the place is replaced, not followed. `like` is the file whose permissions and, as far as that
    is allowed, owner it gets; those of a new one if None. `scratch` is a folder on the same device where unfinished
    files are looked for and taken away after a crash; without it they stand beside `path`.
    """
    try:
        try:
            _write(path, data, like, scratch or path.parent)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data, like, scratch or path.parent)
    except OSError as error:
        if error.errno == errno.EXDEV and scratch is not None:  # another device is mounted inside the output folder
            return write_whole(path, data, like)
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


def _write(path: Path, data: bytes, like: os.stat_result | None, scratch: Path) -> None:
    import secrets  # as slow

    unfinished = scratch / f".stripper-{secrets.token_hex(8)}"
    try:
        with unfinished.open("xb") as file:
            file.write(data)
        if like is not None:
            if hasattr(os, "chown") and (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
                with suppress(OSError):
                    os.chown(unfinished, like.st_uid, like.st_gid)
            unfinished.chmod(like.st_mode & 0o7777)
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
