"""Files written whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

from ..errors import OutputError

REMOVED = ".removed.jsonl"  # the ending of the file beside a cleaned one that holds what was taken out of it


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
