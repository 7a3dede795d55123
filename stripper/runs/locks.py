"""Locks that end with their process however that ends, and temporary folders that hardly outlive it.

Such a folder holds what several processes of a run open. Whoever makes one takes those away that nobody holds any more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows, where what is left is left
    fcntl = None  # type: ignore[assignment]

_PREFIX = "stripper-"
_LOCK = "lock"
MOST_SECONDS = 10.0  # to wait for others


class TemporaryFolder:
    """A new folder of this user's alone. Raises OSError."""

    def __init__(self) -> None:
        _remove_left(Path(tempfile.gettempdir()))
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX)
        self.path = Path(self._folder.name)
        unlocked = self.path / "new"
        self._lock = unlocked.open("xb")
        with suppress(OSError):  # not every file system has locks
            if _lock(self._lock.fileno()):
                unlocked.rename(self.path / _LOCK)  # so what has this name is locked, or nobody's any more

    def close(self) -> None:
        self._lock.close()
        self._folder.cleanup()


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait for others that are in here with the same folder; not for ever, and not where there are no locks."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # it may not be looked into, or is on Windows
        yield
        return
    end = time.monotonic() + MOST_SECONDS
    try:
        while _is_held(handle) and time.monotonic() < end:
            time.sleep(0.01)
        yield
    finally:
        os.close(handle)


def _is_held(handle: int) -> bool:
    """Whether another has the lock of a file or folder; this process has it else, if it can be had at all."""
    try:
        _lock(handle)
    except BlockingIOError:
        return True
    except OSError:  # not every file system has locks
        pass
    return False


def _lock(handle: int) -> bool:
    """Whether there are locks. Raises OSError if this one cannot be had."""
    if fcntl is None:
        return False
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def _remove_left(folder: Path) -> None:
    for left in folder.glob(_PREFIX + "*"):
        with suppress(OSError):
            if hasattr(os, "geteuid") and left.lstat().st_uid != os.geteuid():
                continue
            with (left / _LOCK).open("r+b") as file:
                if _lock(file.fileno()):
                    shutil.rmtree(left, ignore_errors=True)
