"""Files read without following links, and written whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from hashlib import blake2b, file_digest
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from ..errors import InputError, OutputError
from .folders import LINKED, Folder, Root, open_folder

REMOVED = ".removed.jsonl"  # the ending of the file beside a cleaned one that holds what was taken out of it

# Opening a pipe would wait for somebody to write to it. Not every system has each of these.
_TO_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_OWN = os.O_RDWR | os.O_CREAT | _NO_LINK | getattr(os, "O_BINARY", 0)
_TO_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK | getattr(os, "O_BINARY", 0)


def read_regular(path: Path, below: Path | Root | None = None, follow: bool = False) -> bytes:
    """The bytes of a regular file. Raises InputError as `open_regular` does."""
    with open_regular(path, below, follow) as file:
        return file.readall()


@contextmanager
def open_regular(path: Path, below: Path | Root | None = None, follow: bool = False) -> Iterator[FileIO]:
    """A regular file to read. Errors while it is read are InputErrors too, and so is that it has changed meanwhile.

    Raises InputError for anything else: for a symbolic link, too, unless it may `follow`, and if there is one in the
    path `below` a folder.
    """
    try:
        with open_folder(path.parent, below) as folder:
            if not follow and not _NO_LINK and path.is_symlink():
                raise OSError(errno.ELOOP, "")
            descriptor = folder.open_file(path.name, _TO_READ | (0 if follow else _NO_LINK))
        with FileIO(descriptor) as file:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise InputError(f"{path}: is no regular file")
            yield file
            after = os.fstat(descriptor)
            if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
                raise InputError(f"{path}: was changed while it was read")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        if not follow and getattr(error, "errno", None) == errno.ELOOP and error.args[1:] != (LINKED,):
            raise InputError(f"{path}: is a symbolic link, and not read as a file") from None
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or error}") from None


def digest_of(file: FileIO) -> bytes:
    """The `digest` of an open file, which is then at its end."""
    return file_digest(file, lambda: blake2b(digest_size=16)).digest()


def open_own(path: Path, below: Path | Root) -> BinaryIO:
    """A file of the run's own to read and to write to, made if it is not there. Raises OutputError.

    One that has other names too, as in a backup of links, is left to those: a copy takes its place.
    """
    try:
        with open_folder(path.parent, below, make=True) as folder:
            file = os.fdopen(folder.open_file(path.name, _OWN, 0o600), "r+b")
            if os.fstat(file.fileno()).st_nlink == 1:
                return file
            with file:
                write_whole(path, partial(shutil.copyfileobj, file), below=below, readers=0)
            return os.fdopen(folder.open_file(path.name, _OWN, 0o600), "r+b")
    except OSError as error:
        raise _cannot_write(path, error) from None


def check_own(folder: Folder, name: str) -> None:
    """Raises OutputError if something else than a regular file stands where a run keeps what it knows."""
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(folder.status(name).st_mode):
            raise OutputError(f"{folder.path / name}: is no regular file, and is not written to; take it away")


def attributes_of(file: int | Path) -> dict[str, bytes]:
    """What the system knows of a file beside its mode, such as who else may read it, as far as it can be had."""
    found: dict[str, bytes] = {}
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(file):
                with suppress(OSError):
                    found[name] = os.getxattr(file, name)
    return found


def readers_of(file: int | Path | str, status: os.stat_result) -> int:
    """The mode of those who may read a file. Where there is a list of others who may, the bits for the group are those
    of the list, and the group itself may have less."""
    try:
        listed = any("acl" in name for name in os.listxattr(file))
    except (AttributeError, OSError):
        listed = False
    return status.st_mode & (0o707 if listed else 0o777)


Data = bytes | Callable[[BinaryIO], object]  # what a file is to hold, or a function that writes that


def write_whole(
    path: Path,
    data: Data,
    like: os.stat_result | None = None,
    scratch: Path | None = None,
    *,
    below: Path | Root | None = None,
    readers: int = 0o666,
    lasting: bool = False,
    attributes: Mapping[str, bytes] | None = None,
    spare: bool = False,
) -> None:
    """Write a file whole or not at all: elsewhere first, then moved to its place. Raises OutputError.

    A symbolic link at the place is replaced, not followed, and none is followed in the path `below` a folder. It gets
    the permissions of the file `like` and, as far as that is allowed, its owner and the `attributes`; without `like` it
    is a new file, which only those may read whom the mode `readers` lets. With `lasting` a power cut leaves no half of
    it, and once this returns, it stays. With `spare` what is there already and holds anything else is left as it is.
    `scratch` is a folder where unfinished files are looked for and taken away after a crash; without it, or if it
    cannot be used, they stand beside `path`.
    """
    unfinished = write_unfinished(
        path, data, like, scratch, below=below, readers=readers, lasting=lasting, attributes=attributes
    )
    if spare and os.path.lexists(path):
        same = _hold_the_same(unfinished, path, below)
        remove_file(unfinished, below)
        if not same:
            raise OutputError(f"{path}: exists, and holds something else; take it away, or name another folder")
        return
    move_into_place(unfinished, path, below)
    if lasting:
        sync_folder(path.parent, below)


def _hold_the_same(path: Path, other: Path, below: Path | Root | None) -> bool:
    with suppress(InputError), open_regular(path, below) as one, open_regular(other, below) as two:
        return digest_of(one) == digest_of(two)
    return False


def write_unfinished(
    path: Path,
    data: Data,
    like: os.stat_result | None = None,
    scratch: Path | None = None,
    *,
    below: Path | Root | None = None,
    readers: int = 0o666,
    lasting: bool = False,
    attributes: Mapping[str, bytes] | None = None,
) -> Path:
    """Write what `move_into_place` is to move to `path`; where it is till then. The rest is as in `write_whole`."""
    import secrets  # not needed where nothing is written, and slow to import

    name = f".stripper-{secrets.token_hex(8)}"
    mode = 0o600 if like is not None else 0o600 | (readers & 0o666)  # less what umask takes
    try:
        with ExitStack() as stack:
            folder = stack.enter_context(open_folder(path.parent, below, make=True))
            if scratch is not None:
                with suppress(OSError):
                    folder = stack.enter_context(open_folder(scratch, below))
            try:
                with os.fdopen(folder.open_file(name, _TO_CREATE, mode), "wb") as file:
                    file.write(data) if isinstance(data, bytes) else data(file)
                    if like is not None:
                        _make_like(file.fileno(), folder.path / name, like)
                    for attribute, value in (attributes or {}).items():
                        with suppress(OSError):
                            os.setxattr(file.fileno(), attribute, value)
                    if lasting:
                        file.flush()
                        os.fsync(file.fileno())
            except BaseException:
                with suppress(OSError):
                    folder.remove(name)
                raise
            return folder.path / name
    except OSError as error:
        raise _cannot_write(path, error) from None


def _make_like(descriptor: int, path: Path, like: os.stat_result) -> None:
    if not hasattr(os, "fchown"):
        path.chmod(like.st_mode & 0o7777)
        return
    if (like.st_uid, like.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(OSError):
            os.fchown(descriptor, like.st_uid, like.st_gid)
    os.fchmod(descriptor, like.st_mode & 0o7777)


def move_into_place(unfinished: Path, path: Path, below: Path | Root | None = None) -> None:
    """Move what `write_unfinished` wrote. Raises OutputError, and takes it away, if that cannot be."""
    try:
        with open_folder(unfinished.parent, below) as aside, open_folder(path.parent, below) as folder:
            try:
                _move(aside, unfinished.name, folder, path.name, below)
            except BaseException:
                with suppress(OSError):
                    aside.remove(unfinished.name)
                raise
    except OSError as error:
        raise _cannot_write(path, error) from None


def _move(aside: Folder, name: str, folder: Folder, new_name: str, below: Path | Root | None) -> None:
    try:
        aside.move(name, folder, new_name)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # Another device is mounted within the output folder.
        with os.fdopen(aside.open_file(name, _TO_READ | _NO_LINK), "rb") as file:
            like, copy = os.fstat(file.fileno()), partial(shutil.copyfileobj, file)
            known = attributes_of(file.fileno())
            beside = write_unfinished(folder.path / new_name, copy, like, below=below, lasting=True, attributes=known)
            folder.move(beside.name, folder, new_name)
        aside.remove(name)


def sync_folder(path: Path, below: Path | Root | None = None) -> None:
    """Once this returns, what was moved into a folder outlasts a power cut. Raises OutputError."""
    try:
        with open_folder(path, below) as folder:
            folder.sync()
    except OSError as error:
        raise _cannot_write(path, error) from None


def remove_file(path: Path, below: Path | Root | None = None) -> None:
    """Take a file away if it is there. Raises OutputError."""
    try:
        with open_folder(path.parent, below) as folder:
            folder.remove(path.name)
    except FileNotFoundError:
        pass
    except OSError as error:
        raise OutputError(f"{path}: cannot be taken away: {error.strerror or error}") from None


def _cannot_write(path: Path, error: OSError) -> OutputError:
    return OutputError(f"{path}: cannot be written: {error.strerror or error}")
