"""Folders that are open. What is done by way of an open folder is done in that one, whatever is put in its place.

Where the platform has no handles of folders (Windows), paths are used, and links looked for before.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

LINKED = "a symbolic link leads out of its folder there"
_CALLS = {os.open, os.mkdir, os.stat, os.unlink, os.rename, os.rmdir}
_HANDLES = hasattr(os, "O_DIRECTORY") and _CALLS.issubset(os.supports_dir_fd)
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


@dataclass(frozen=True, slots=True)
class Folder:
    """Its methods take names of files in it, and raise OSError."""

    path: Path
    handle: int | None = None

    def at(self, name: str) -> str | Path:
        """The name as calls take it that are given the `handle` as their `dir_fd`."""
        return self.path / name if self.handle is None else name

    def open_file(self, name: str, flags: int, mode: int = 0o666) -> int:
        return os.open(self.at(name), flags, mode, dir_fd=self.handle)

    def move(self, name: str, to: Folder, new_name: str) -> None:
        os.replace(self.at(name), to.at(new_name), src_dir_fd=self.handle, dst_dir_fd=to.handle)

    def remove(self, name: str) -> None:
        os.unlink(self.at(name), dir_fd=self.handle)

    def status(self, name: str) -> os.stat_result:
        """Of what has the name, which may be a link."""
        return os.stat(self.at(name), dir_fd=self.handle, follow_symlinks=False)

    def remove_tree(self, name: str) -> None:
        """Take a folder away with all that is in it, or a link. What cannot be is left."""
        with suppress(OSError):
            self.remove(name)
        shutil.rmtree(self.at(name), ignore_errors=True, dir_fd=self.handle)

    def remove_empty(self, name: str) -> None:
        os.rmdir(self.at(name), dir_fd=self.handle)

    def sync(self) -> None:
        """Once this returns, the names in it outlast a power cut."""
        if self.handle is not None:
            os.fsync(self.handle)


class Root(NamedTuple):
    """A folder as it was when a run began; another that has its path since is not taken for it."""

    path: Path
    device: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Root:
        """Raises OSError if there is none."""
        status = path.stat()
        return cls(path, status.st_dev, status.st_ino)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it, unless they are there. Raises OSError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:  # where a folder is to be
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename) from None


@contextmanager
def open_folder(path: Path, below: Path | Root | None = None, make: bool = False) -> Iterator[Folder]:
    """A folder, made if it is to be; none of its parts `below` a folder may be a symbolic link. Raises OSError."""
    if not _HANDLES:
        if make:
            make_folder(path)
        root = below.path if isinstance(below, Root) else below
        if root is not None and path.resolve() != root.resolve() / path.relative_to(root):
            raise OSError(errno.ELOOP, LINKED)
        yield Folder(path)
        return
    handle = _descend(path, below, make)
    try:
        yield Folder(path, handle)
    finally:
        os.close(handle)


def _descend(path: Path, below: Path | Root | None, make: bool) -> int:
    root = below.path if isinstance(below, Root) else below or path
    if make and not isinstance(below, Root) and not root.is_dir():
        make_folder(root)
    handle = os.open(root, _FOLDER)
    if isinstance(below, Root):
        status = os.fstat(handle)
        if (status.st_dev, status.st_ino) != below[1:]:
            os.close(handle)
            raise OSError(errno.ELOOP, LINKED)
    for part in path.relative_to(root).parts:
        try:
            deeper = _step(part, handle, make)
        finally:
            os.close(handle)
        handle = deeper
    return handle


def _step(part: str, handle: int, make: bool) -> int:
    try:
        return os.open(part, _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
    except FileNotFoundError:
        if not make:
            raise
    except OSError:  # what is said of a link is not the same everywhere
        if stat.S_ISLNK(os.stat(part, dir_fd=handle, follow_symlinks=False).st_mode):
            raise OSError(errno.ELOOP, LINKED) from None
        raise
    try:
        os.mkdir(part, dir_fd=handle)
    except FileExistsError:  # by another worker, just now
        return _step(part, handle, False)
    return _step(part, handle, False)
