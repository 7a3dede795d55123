"""What took long to work out, kept in the user's cache folder; never needed, and gone without harm.

A file holds plain values as `marshal` writes them, which is read a hundred times as fast as the packs and, unlike a
pickle, runs nothing: one that is read at once, behind parts that are read when they are asked for. What was made from
patterns goes to `regex` unchecked, though, so a file is believed only if it belongs to this user, no one else can write
to it, and its checksum, which covers the key too, is right.
`STRIPPER_CACHE` names another folder, or says `off`.
"""

from __future__ import annotations

import marshal
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.util import source_hash  # SipHash, as Python marks its own compiled files with; hashlib loads slowly
from itertools import chain
from pathlib import Path
from typing import Any

from ..version import __version__

VARIABLE = "STRIPPER_CACHE"
MOST_BYTES = 64_000_000
MOST_FILES = 17  # two for the shipped packs, two for each set of packs in use
_SUFFIX = ".cache"


class Parts:
    """Many plain values of which few are ever read, each as `marshal` writes it, behind each other."""

    def __init__(self, data: bytes | None = None) -> None:
        self.data = bytearray() if data is None else data

    def add(self, value: Any) -> int:
        """Add a value; gives the number to read it by. Raises ValueError for what is not plain."""
        at = len(self.data)
        self.data += marshal.dumps(value)
        return at

    def read(self, at: int) -> Any:
        return marshal.loads(memoryview(self.data)[at:])

    def __reduce__(self) -> tuple[Any, ...]:
        return Parts, (bytes(self.data),)


def recall(key: bytes) -> Any:
    """What was kept under a key by the same version of Stripper and of Python; None if there is nothing to believe."""
    return recall_with_parts(key)[0]


def recall_with_parts(key: bytes) -> tuple[Any, Parts]:
    """The same with its parts; none where there is nothing to believe."""
    path = _path(key)
    if path is None:
        return None, Parts()
    try:
        found = _read(path, key)
        with suppress(OSError):
            os.utime(path)  # those that were not used for longest go first
        return found
    except (OSError, ValueError, EOFError, TypeError):  # what `marshal` says of what it does not understand
        return None, Parts()


def keep(key: bytes, make: Callable[[], Any], parts: Parts | None = None) -> None:
    """Keep what `make` gives, plain values alone, and parts. It is not called if nothing could be written."""
    path = _path(key)
    if path is not None:
        with suppress(OSError, ValueError):  # ValueError: not plain
            _write(path, key, make, parts or Parts())


def fingerprint(*parts: bytes) -> bytes:
    """A short key for some contents. It tells apart what changes by chance, not what is made to be mistaken."""
    return b"".join(source_hash(part) + len(part).to_bytes(8, "little") for part in parts)


def folder() -> Path | None:
    """Where the files are, whether or not it exists; None if there is to be no cache."""
    named = os.environ.get(VARIABLE)
    if named == "off":
        return None
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")  # noqa: PTH111  # Path.expanduser raises where there is no home
    else:
        base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111
    return Path(base, "stripper") if base and Path(base).is_absolute() else None


def _path(key: bytes) -> Path | None:
    place = folder()
    return place and place / (source_hash(_versions() + key).hex() + _SUFFIX)


@cache
def _versions() -> bytes:
    """What decides how values are made and written: of this program, in a checkout, the newest file too."""
    inside = [*os.scandir(Path(__file__).parents[1])]
    rooms = (os.scandir(each) for each in inside if each.is_dir())
    code = [each.stat().st_mtime_ns for each in chain(inside, *rooms) if each.name.endswith(".py")]
    return f"{__version__} {max(code, default=0)} {sys.version} {marshal.version}\n".encode()


def _read(path: Path, key: bytes) -> tuple[Any, Parts]:
    """Raises OSError or ValueError for what is not to be believed."""
    flags = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a named pipe must not hold the program up
    with open(path, "rb", opener=lambda name, mode: os.open(name, mode | flags)) as file:
        found = os.fstat(file.fileno())
        own = not hasattr(os, "geteuid") or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)
        if not own or not stat.S_ISREG(found.st_mode) or found.st_size > MOST_BYTES:
            raise ValueError(path)
        data = file.read()
    if data[-8:] != _checksum(key, memoryview(data)[:-8]):
        raise ValueError(path)
    parts = Parts(data)  # which come first, so that their numbers hold
    return parts.read(int.from_bytes(data[-16:-8], "little")), parts


def _write(path: Path, key: bytes, make: Callable[[], Any], parts: Parts) -> None:
    """Write a file whole or not at all, and take away those of too many that were used longest ago."""
    from tempfile import mkstemp

    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    handle, beside = mkstemp(_SUFFIX, dir=path.parent)  # readable and writable by this user alone
    try:
        with os.fdopen(handle, "wb") as file:
            value = marshal.dumps(make())
            body = b"".join((parts.data, value, len(parts.data).to_bytes(8, "little")))
            file.write(body + _checksum(key, body))
        Path(beside).replace(path)
    except BaseException:  # an interrupt too must leave nothing behind
        Path(beside).unlink(missing_ok=True)
        raise
    kept = sorted(path.parent.glob("*" + _SUFFIX), key=lambda each: each.stat().st_mtime_ns)
    for each in kept[:-MOST_FILES]:
        each.unlink(missing_ok=True)


def _checksum(key: bytes, body: bytes | memoryview) -> bytes:
    return source_hash(source_hash(_versions() + key) + source_hash(body))
