"""A folder among the temporary files, for what several processes of a run open.

A process that is killed leaves its folder there. So each holds a lock, which ends with its process however that ends,
and whoever makes a folder takes those away that nobody holds any more.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

try:
    import fcntl
except ImportError:  # on Windows, where what is left is left
    fcntl = None  # type: ignore[assignment]

_PREFIX = "stripper-"
_LOCK = "lock"


class TemporaryFolder:
    """A new folder of this user's alone. Raises OSError."""

    def __init__(self) -> None:
        _remove_left(Path(tempfile.gettempdir()))
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX)
        self.path = Path(self._folder.name)
        unlocked = self.path / "new"
        self._lock = unlocked.open("xb")
        with suppress(OSError):  # not every file system has locks
            if _lock(self._lock):
                unlocked.rename(self.path / _LOCK)  # so what has this name is locked, or nobody's any more

    def close(self) -> None:
        self._lock.close()
        self._folder.cleanup()


def _lock(file: BinaryIO) -> bool:
    """Raises OSError if another has the lock of a file."""
    if fcntl is None:
        return False
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def _remove_left(folder: Path) -> None:
    for left in folder.glob(_PREFIX + "*"):
        with suppress(OSError):
            if hasattr(os, "geteuid") and left.lstat().st_uid != os.geteuid():
                continue
            with (left / _LOCK).open("r+b") as file:
                if _lock(file):
                    shutil.rmtree(left, ignore_errors=True)
