"""What a folder holds: each file that a pattern names, or why it is not read. Nothing is opened here.

Folders are read one at a time, so memory grows neither with the number of files nor with the depth. Names are those
of the file system: they may hold line feeds, or bytes that are no text, which Python carries as lone surrogates.
"""

from __future__ import annotations

import fnmatch
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from ..engine.matching.patterns import PATTERN_TIMEOUT, compile_pattern
from ..errors import InputError, OptionError
from .files import REMOVED
from .formats.names import format_of

OWN = ".stripper"  # the folder within an output folder that holds what a run knows; never an input


class Found(NamedTuple):
    """A file that a run came upon.

    `target` is its path below the output folder, with `/` between the parts. `problem` says why it is not read;
    such a file has `failed` if it should have been, and is skipped else. A `linked` one was named as it is, and is
    read through its link. A `shard` holds records, not one page.
    """

    source: str
    target: str
    size: int = 0
    problem: str = ""
    failed: bool = False
    linked: bool = False
    shard: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """Which files are wanted: those whose path below the input folder matches one of the globs `patterns`; if there are
    none, those whose name tells a format that can be read, or, if `pages` alone are wanted, that it is a page.

    Symbolic links are reported, and read if `follow` is set and they stay within the input folder.
    """

    patterns: Sequence[str] = ("**/*.txt",)
    follow: bool = False
    pages: bool = False
    parts: tuple[tuple[str, ...], ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        object.__setattr__(self, "parts", tuple(_parts(pattern) for pattern in self.patterns))

    def __str__(self) -> str:
        known = "a page of text (.txt, .md)" if self.pages else "any known format"
        return " or ".join(map(repr, self.patterns)) or known

    def wants(self, path: str) -> bool:
        if not self.patterns:
            format = format_of(path)
            return format is not None and (format.is_page or not self.pages)
        parts = path.split("/")
        return any(_matches(parts, pattern) for pattern in self.parts)


def _parts(pattern: str) -> tuple[str, ...]:
    parts = tuple(part for part in pattern.replace(os.sep, "/").split("/") if part not in ("", "."))
    if not parts or pattern.startswith("/") or ".." in parts:
        raise OptionError(f"{pattern!r} names no files below a folder; patterns are such as '**/*.txt'")
    return parts


def _matches(path: Sequence[str], pattern: Sequence[str]) -> bool:
    taken = {0}  # how many parts of the path the pattern may have taken so far
    for part in (*pattern, "*") if pattern[-1] == "**" else pattern:
        if part == "**":
            taken = set(range(min(taken), len(path)))
        else:
            taken = {at + 1 for at in taken if at < len(path) and fnmatch.fnmatch(path[at], part)}
        if not taken:
            return False
    return len(path) in taken


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which pages are measured by the same shared lines: those of a `folder`, of the whole `run`, or those for which
    a regular expression captures the same text of their path."""

    by: str = "folder"
    pattern: Any = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.by not in ("folder", "run"):
            from ..rules.patterns import too_large  # loads slowly

            if problem := too_large(self.by):
                raise OptionError(f"{self.by[:80]!r} {problem}; group pages by something simpler")
            try:
                pattern = compile_pattern(self.by)
            except Exception as error:
                raise OptionError(f"{self.by!r} is neither folder nor run nor a regular expression: {error}") from None
            if pattern.groups != 1:
                raise OptionError(f"{self.by!r} must have one capture, which names the group, as in '([^/]+)/'")
            object.__setattr__(self, "pattern", pattern)

    def of(self, target: str) -> str | None:
        """The name of the group that a path belongs to; None if it belongs to none."""
        if self.pattern is not None:
            try:
                found = self.pattern.search(target, timeout=PATTERN_TIMEOUT)
            except (TimeoutError, MemoryError):  # it may come with statistics, from a stranger
                raise OptionError(f"{self.by!r} runs away on {target}; group pages by something simpler") from None
            return found[1] if found else None
        return "the run" if self.by == "run" else (target.rpartition("/")[0] or ".") + "/"

    def guesses(self, path: str) -> Iterator[str]:
        """The groups that a file may belong to of which it is not known below which folder its path begins."""
        parts = path.replace(os.sep, "/").split("/")
        for start in range(len(parts) if self.by == "folder" else 1):
            if (name := self.of("/".join(parts[start:]))) is not None:
                yield name


class Under(NamedTuple):
    """The files below a folder whose paths from there on fit any of some globs, in which `*` is any characters."""

    folder: str
    globs: tuple[str, ...]

    def holds(self, path: str) -> bool:
        try:
            below = os.path.relpath(path, self.folder).replace(os.sep, "/")
        except ValueError:  # on another drive
            return False
        return any(fnmatch.fnmatchcase(below, glob) for glob in self.globs)


def find(inputs: Sequence[str], output: str, search: Search, in_place: bool = False) -> Iterator[Found]:
    """Each wanted file of some folders, and each file of `inputs`, in no order.

    Raises InputError for an input that does not exist, OptionError if the output folder is an input, or holds one,
    and so would be read and written at once.
    """
    for path in inputs:
        if os.path.isdir(path):
            if not in_place and is_same(path, output):
                raise OptionError(f"{output}: is the input folder too; name another --output, or say --in-place")
            if not in_place and _lies_in(path, output):
                raise OptionError(f"{path}: lies in the output folder {output}; name another --output")
            for each in walk(path, search, "" if in_place else output):
                yield from read_or_left(each, search, os.path.lexists, in_place)
        elif os.path.lexists(path):
            if _lies_in(path, output):
                raise OptionError(f"{path}: lies in the output folder {output}; name another --output")
            found = _file(path, os.path.basename(path), os.path.islink(path))
            yield found._replace(failed=bool(found.problem))  # it was asked for
        else:
            raise InputError(f"{path}: no such file or folder")


def read_or_left(
    found: Found, search: Search, is_there: Callable[[str], object], in_place: bool = False
) -> Iterator[Found]:
    """A file that was found, unless it is what was taken out of one that is beside it, and was not asked for; named so
    without one beside it, it is not read."""
    if found.source.endswith(REMOVED) and (in_place or not search.patterns):
        if is_there(found.source.removesuffix(REMOVED)):
            return
        if not search.patterns:
            why = f"is named as what is taken out of a page, and not read; --glob '**/*{REMOVED}' reads it"
            found = found._replace(problem=found.problem or f"{found.source}: {why}")
    yield found


def walk(root: str, search: Search, away: str = "") -> Iterator[Found]:
    """Each wanted file below a folder, in no order; `away` is a folder in it that is left out."""
    return _Walk(root, away, search).files()


def _file(path: str, target: str, linked: bool = False) -> Found:
    """A file to be read, or why it cannot be."""
    try:
        status = os.stat(path)
    except (OSError, ValueError) as error:
        return Found(path, target, 0, f"{path}: {getattr(error, 'strerror', None) or error}", True)
    if not stat.S_ISREG(status.st_mode):
        return Found(path, target, 0, f"{path}: is no regular file")
    return Found(path, target, status.st_size, linked=linked)


class _Walk:
    """One input folder. `away` is a folder in it that is left out."""

    def __init__(self, root: str, away: str, search: Search) -> None:
        self.root, self.away, self.search = root, away, search
        self.real = os.path.realpath(root)
        self.followed: dict[str, str] = {}  # real path of each folder that a link has led to -> that link

    def files(self) -> Iterator[Found]:
        todo = [(self.root, "")]
        while todo:
            folder, prefix = todo.pop()
            try:
                with os.scandir(folder) as entries:
                    for entry in sorted(entries, key=lambda entry: entry.name) if self.search.follow else entries:
                        target = prefix + entry.name
                        if entry.is_symlink():
                            found = self._link(entry.path, target)
                        elif entry.is_dir():
                            name = entry.name.casefold()  # not every system tells A from a
                            own = name == OWN or name.startswith(f"{OWN}-")
                            if not own and not is_same(entry.path, self.away):
                                todo.append((entry.path, target + "/"))
                            continue
                        else:
                            found = _file(entry.path, target) if self.search.wants(target) else None
                        if found is not None:
                            yield found
                        elif entry.is_symlink() and self.search.follow and os.path.isdir(entry.path):
                            todo.append((entry.path, target + "/"))
            except OSError as error:
                yield Found(folder, prefix.rstrip("/") or ".", 0, f"{folder}: {error.strerror or error}", True)

    def _link(self, path: str, target: str) -> Found | None:
        """What a symbolic link is to a run: a file to read, a reason not to, or None: no file that is wanted.

        A folder that may be followed is None too, and noted in `followed`.
        """
        is_folder = os.path.isdir(path)
        if not is_folder and not self.search.wants(target):
            return None
        if not self.search.follow:
            return Found(path, target, 0, f"{path}: is a symbolic link; --follow-symlinks reads it")
        if not os.path.exists(path):
            return _file(path, target)
        real = os.path.realpath(path)
        if not _within(real, self.real):
            message = f"{path}: leads out of the folder, to {real}; name that as an input of its own"
            return Found(path, target, 0, message, True)
        if is_same(real, self.away) or _lies_in(real, self.away):
            return Found(path, target, 0, f"{path}: leads to the output folder")
        if not is_folder:
            return _file(path, target)
        if any(_within(os.path.realpath(parent), real) for parent in _parents(path, self.root)):
            return Found(path, target, 0, f"{path}: leads back to {real}, which holds it", True)
        if (first := self.followed.setdefault(real, path)) != path:
            return Found(path, target, 0, f"{path}: leads to {real}, which was read by way of {first}")
        return None


def _within(path: str, folder: str) -> bool:
    return os.path.join(path, "").startswith(os.path.join(folder, ""))


def is_same(path: str | Path, other: str | Path) -> bool:
    """Whether two paths are of one file or folder, which their spelling does not say where A is not told from a."""
    with suppress(OSError):
        return os.path.samefile(path, other)
    return False


def _lies_in(path: str, folder: str) -> bool:
    return any(is_same(parent, folder) for parent in Path(os.path.realpath(path)).parents)


def _parents(path: str, root: str) -> Iterator[str]:
    while len(path) > len(root):
        path = os.path.dirname(path)
        yield path
