"""Which files are packs, and in which order they count."""

from __future__ import annotations

import errno
import fnmatch
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ..errors import Problem
from .weights import FITTED, MOST_BYTES

MOST_FILES = 50_000  # in a folder of packs and below, of any kind
MAX_PACK_BYTES = 8_000_000  # tomllib takes about a second for each; a larger pack is a mistake or an attack


def shipped_folder() -> Path:
    """The folder of the shipped packs: inside an installed wheel, or beside the package in a checkout."""
    here = Path(__file__).resolve().parents[1]
    inside = here / "packs"
    return inside if inside.is_dir() else here.parent / "rules"


def shipped_prefix() -> str:
    """What the path of each shipped pack begins with, and that of no other."""
    return str(shipped_folder() / "_")[:-1]  # with what parts it from the name of a pack


SECONDS_FOR_WRITER = 10.0  # to begin, who was started beside the program


Place = tuple[Path, str]  # where a pack is, and its name


def pack_files(path: Path, problems: list[Problem] | None = None) -> list[Place]:
    """The packs at a path, a file or a folder, each with its name. Order does not depend on the file system.

    To `problems`, if they are given, is added what of a folder cannot be read, and that it holds too much to be one of
    packs: settings may name any folder, and with it all of a disk.
    """
    if not path.is_dir():
        return [(path, path.stem)]
    files, unread, seen = list[Path](), list[OSError](), 0
    for folder, folders, names in os.walk(path, onerror=unread.append):
        # What is there but no file, such as a pipe, would hold the program up.
        found = (Path(folder, name) for name in fnmatch.filter(names, "*.toml"))
        files += [file for file in found if file.is_file() or not file.exists()]
        seen += len(folders) + len(names)
        if seen > MOST_FILES and problems is not None:
            why = f"holds more than {MOST_FILES:,} files; name the folder of the packs alone"
            problems.append(Problem(str(path), "", "", why))
            return []
    if problems is not None:
        problems += [Problem(error.filename, "", "", f"cannot be read: {error.strerror}") for error in unread]
    return [(file, file.relative_to(path).with_suffix("").as_posix()) for file in sorted(files)]


TEXT_PACK = "core/text"  # how words and sentences are told
SLOTS_PACK = "core/slots"  # what the templates of all packs may name
ALWAYS_READ = (TEXT_PACK, SLOTS_PACK)  # even where the shipped rules are not wanted
_PRECEDENCE = {"sites": 0, "languages": 1, "core": 2}  # the special before the general; a user's packs before all


class Pack(NamedTuple):
    """A file of rules: where it is, its name, what it holds, and what the files of fitted numbers beside it hold.

    One is `shipped` if it comes with the program, and was not asked for by its path.
    """

    file: Path
    name: str
    data: bytes
    fitted: Mapping[str, bytes]
    shipped: bool

    def held(self) -> Iterator[bytes]:
        """All that its rules depend on."""
        yield from (os.fsencode(self.file), os.fsencode(self.name), self.data)
        for key, data in self.fitted.items():
            yield from (key.encode(), data)


def own_packs(paths: Iterable[str | Path], problems: list[Problem], folder: Path) -> list[Place]:
    """The packs at some paths, in order of precedence. A shipped one, which is in `folder`, keeps its name."""
    own: list[Place] = []
    for path in map(Path, [paths] if isinstance(paths, (str, Path)) else paths):
        if "\0" in str(path):
            problems.append(Problem(str(path), "", "", "cannot be read: no file has such a name"))
            continue
        said = len(problems)
        found = pack_files(path, problems)
        if not found and len(problems) == said:
            problems.append(Problem(str(path), "", "", "holds no pack: no file in it ends in .toml"))
        own = [*found, *own]
    names = {os.path.realpath(file): name for file, name in pack_files(folder)} if own else {}
    return [(file, names.pop(os.path.realpath(file), name)) for file, name in own]


def shipped_packs(folder: Path, default: bool, own: Sequence[Place]) -> list[Place]:
    """The shipped packs, in order of precedence, but for a user's `own`; with `default` off those that all need."""
    found = [(file, name) for file, name in pack_files(folder) if default or name in ALWAYS_READ]
    taken = {os.path.realpath(file) for file, _ in own}
    left = [(file, name) for file, name in found if not taken or os.path.realpath(file) not in taken]
    return sorted(left, key=lambda place: (_PRECEDENCE.get(place[1].split("/")[0], 1), place[1]))


def read_packs(places: Iterable[Place], shipped: bool, problems: list[Problem]) -> Iterator[Pack]:
    """Those that can be read; the others are added to `problems`."""
    for file, name in places:
        try:
            beside = {key: file.with_suffix(f".{key}") for key in FITTED}
            fitted = {key: _read(path, MOST_BYTES) for key, path in beside.items() if path.is_file()}
            yield Pack(file, name, _read(file, MAX_PACK_BYTES), fitted, shipped)
        except OSError as error:
            problems.append(Problem(str(file), "", "", f"cannot be read: {error.strerror or error}"))


def stamp_of(folder: Path) -> bytes:
    """What changes when a file in a folder does: the place, size and times of each."""
    found = []
    for place, _, names in os.walk(folder):
        for path in (os.path.join(place, name) for name in names):  # noqa: PTH118  # a Path takes ten times as long
            with suppress(OSError):  # a link that leads nowhere
                about = os.stat(path)  # noqa: PTH116
                found.append((path, about.st_size, about.st_mtime_ns, about.st_ctime_ns))
    return repr(sorted(found)).encode("utf-8", "surrogateescape")


def _read(file: Path, most: int) -> bytes:
    """What a file holds, or as much of it as shows that it is larger than `most` bytes.

    It may be a pipe, as of a shell's `<(...)`; for one that nobody writes to, the system would wait for ever.
    """
    with open(file, "rb", opener=_open_at_once) as opened:  # a Path takes no opener
        if stat.S_ISFIFO(os.fstat(opened.fileno()).st_mode):
            _wait_for_writer(opened.fileno())
            os.set_blocking(opened.fileno(), True)
        return opened.read(most + 1)


def _open_at_once(file: str, flags: int) -> int:
    return os.open(file, flags | getattr(os, "O_NONBLOCK", 0))


def _wait_for_writer(pipe: int) -> None:
    """Till somebody has written to a pipe. Raises TimeoutError, which is an OSError."""
    import select  # a call with shipped rules alone needs none

    if not select.select([pipe], [], [], SECONDS_FOR_WRITER)[0]:
        raise TimeoutError(errno.ETIMEDOUT, "is a pipe, and nobody writes to it")
