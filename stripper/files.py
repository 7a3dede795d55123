"""Files written whole or not at all, and what tells whether a file is the one that it was."""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from .errors import OutputError

REMOVED = ".removed.jsonl"  # the ending of the file beside a cleaned one that holds what was taken out of it


def digest(data: bytes) -> bytes:
    """16 bytes that no other content of a file has."""
    return blake2b(data, digest_size=16).digest()


def write_whole(path: Path, data: bytes, mode: int | None = None, scratch: Path | None = None) -> None:
    """Write a file whole or not at all: elsewhere first, then moved to its place. Raises OutputError.

    A symbolic link at the place is replaced, not followed. `mode` are the permissions to give the file, those of a
    new one if None. `scratch` is a folder on the same device where unfinished files are looked for and taken away
    after a crash; without it they stand beside `path`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(path, data, mode, scratch or path.parent)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _write(path, data, mode, path.parent)  # another device is mounted inside the output folder
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


def _write(path: Path, data: bytes, mode: int | None, scratch: Path) -> None:
    handle, unfinished = tempfile.mkstemp(prefix=".stripper-", dir=scratch)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(unfinished).chmod(0o666 & ~_UMASK if mode is None else mode)
        Path(unfinished).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(unfinished).unlink()
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_UMASK = _umask()  # read once: it can only be read by setting it, which other threads would notice
