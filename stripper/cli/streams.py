"""Reading inputs and writing outputs as the command line names them."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import click

from ..api import read, read_stream, strip_bytes
from ..errors import InputError, OptionError, OutputError, StripperError, problem_of
from ..model import Outcome
from ..reading.formats import named_format
from ..runs.formats.names import PAGES, format_of, is_remote
from ..runs.sites import site_of
from .messages import tell
from .options import Named, Shared

STDIN = "-"


def read_inputs(files: Iterable[str], in_place: bool = False) -> Iterator[tuple[str, bytes | StripperError]]:
    """Name and bytes of each input, or why it cannot be read; standard input if there are no files.

    What cannot be written `in_place` is not read either: a pipe would be waited for.
    """
    for name in files or (STDIN,):
        if name != STDIN and Path(name).is_dir():
            yield name, InputError(f"{name}: is a folder; {_way_with_folders(name, in_place)}")
            continue
        if in_place and Path(name).exists() and not Path(name).is_file():
            yield name, InputError(f"{name}: is no regular file")
            continue
        if name == STDIN and sys.stdin.isatty():
            tell("reading the page from the terminal; end it with Ctrl-D, or name a file")
        try:
            yield name, read_stream(sys.stdin.buffer, STDIN) if name == STDIN else read(name)
        except OSError as error:
            yield name, InputError(f"{STDIN}: {error.strerror or error}")
        except (InputError, MemoryError) as error:
            yield name, InputError(problem_of(name, error))


def _way_with_folders(name: str, in_place: bool) -> str:
    from shlex import quote  # loaded for a message alone

    where, name = "--in-place" if in_place else "--output DIR", quote(name)
    return f"`stripper batch {name} {where}` cleans its pages, `stripper review {name}` shows what would go"


def check_page(name: str) -> None:
    """Raises OptionError for a file of which the name tells that it is no page of text, where one is to be shown."""
    if (format := format_of(name)) is not None and format.name not in PAGES:
        from shlex import quote

        raise OptionError(
            f"{name}: holds records or markup, and only pages are shown, each a file of text (.txt, .md); "
            f"`stripper strip {quote(name)} --to jsonl --add removed` tells what goes of each record"
        )


def outcomes_of(files: Iterable[str], shared: Shared) -> Iterator[Outcome | StripperError]:
    """What becomes of each page. Raises OptionError for files that are no pages, before any is read."""
    for name in files:
        check_page(name)
    for name, data in read_inputs(files):
        if isinstance(data, StripperError):
            yield data
            continue
        own = shared.of(name)
        rules = own.load()
        try:
            data = page_in(data, name)
            site = own.site or site_of(name)
            outcome = strip_bytes(data, name=name, encoding=own.encoding, form=own.form, site=site, rules=rules)
            if name == STDIN and (message := named_format(outcome.document.text)):
                raise InputError(f"{name}: {message}; save it as a file that ends in .txt if it is a page of text")
            yield outcome
        except (InputError, MemoryError) as error:
            yield InputError(problem_of(name, error))


def page_in(data: bytes, name: str) -> bytes:
    """The page that a file holds, which may be packed. Raises InputError."""
    format = format_of(name)
    if format is None or format.is_page or format.name not in PAGES:
        return data
    from ..runs.formats.pages import unpacked

    return unpacked(data, name)


def write_stdout(data: bytes) -> None:
    """Raises OSError, of which `main` tells: what goes wrong with standard output is no fault of one page."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _writable(name: str) -> str:
    """A name that `write_file` can write to. Raises OutputError or OptionError: before what takes long, not after."""
    if is_remote(name):
        from ..runs.remote import check_output

        check_output(name)
    elif name != STDIN:
        try:
            _check_writable(Path(name))
        except OSError as error:
            raise OutputError(f"{name}: cannot be written: {error.strerror}") from None
    return name


def _check_writable(path: Path) -> None:
    """Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if _is_stream(path):
        return
    with suppress(FileNotFoundError):
        path.stat()  # which tells of names that are too long, and of links that lead in a circle
    folder = next(each for each in Path(os.path.realpath(path)).parents if each.exists())
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _is_stream(path: Path) -> bool:
    """Whether it is there and is written to, such as a pipe or /dev/stdout, rather than replaced."""
    named = path.is_symlink() and path.absolute().parts[1] in ("dev", "proc")
    return path.exists() and (named or not path.is_file())


OUTPUT = Named(_writable)


def check_overwritten(name: str, marks: Sequence[str], what: str, option: str) -> None:
    """Raises UsageError for a file, of which there may be no other copy, that is none of what is to be written there,
    as `marks` in its beginning tell.
    """
    path = Path(name)
    if name == STDIN or is_remote(name) or _is_stream(path) or not path.is_file() or not path.stat().st_size:
        return
    with path.open("rb") as file:
        beginning = file.read(1 << 16)
    if not all(mark.encode() in beginning for mark in marks):
        raise click.UsageError(f"{name}: exists, and is no {what}; {option} would overwrite it: name another file")


def readers_of(names: Iterable[str | Path]) -> int:
    """The mode of those who may read all of some files, and so what is made of them."""
    from ..runs.files import readers_of as of_file  # loads slowly

    readers = 0o666
    for name in names:
        with suppress(OSError, ValueError):
            status = os.stat(name)  # noqa: PTH116  # an input may be an address, which a Path would spell otherwise
            readers &= of_file(name, status) if stat.S_ISREG(status.st_mode) else readers
    return readers


def is_one_file(one: str, other: str) -> bool:
    """Whether two names are those of one file, or would be: there are systems that do not tell A from a."""
    one, other = os.path.realpath(one), os.path.realpath(other)
    if one == other or one.casefold() != other.casefold():
        return one == other
    import tempfile

    folder = next(each for each in Path(one).parents if each.exists())
    with suppress(OSError), tempfile.NamedTemporaryFile(prefix=".stripper-a", dir=folder) as probe:
        path = Path(probe.name)
        return path.with_name(path.name.swapcase()).exists()
    return False


def write_file(
    name: str, data: bytes | Callable[[BinaryIO], object], readers: int = 0o666, lasting: bool = False
) -> None:
    """Write `data`, or what that writes, to a file. Raises OutputError.

    `-` is standard output, and it may be an address; through a link, the file itself is written. A new one may be read
    by no others than `readers`, and is `lasting` or not, see `write_whole`; one that takes the place of another is.
    """
    from ..runs.files import write_whole

    if name == STDIN:
        write_stdout(data) if isinstance(data, bytes) else data(sys.stdout.buffer)
        return
    if is_remote(name):
        from ..runs.remote import write_remote

        write_remote(name, data)
        return
    path = Path(name)
    try:
        real = path.resolve() if path.is_symlink() else path
        if _is_stream(path):
            with path.open("ab") as file:  # nothing to move into place
                file.write(data) if isinstance(data, bytes) else data(file)
            return
        like = real.stat() if real.exists() else None
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        raise OutputError(f"{name}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
    write_whole(real, data, like, readers=readers, lasting=lasting or like is not None)


def replace_file(path: Path, original: bytes, cleaned: bytes, backup: str | None) -> None:
    """Write a cleaned file to its own place, the original beside it if asked for. Raises InputError or OutputError."""
    from ..runs.files import attributes_of, write_whole

    if cleaned == original:
        return
    try:
        like, attributes = path.stat(), attributes_of(path)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    if not path.is_file():
        raise InputError(f"{path}: is no regular file")
    if read(path) != original:
        raise OutputError(f"{path}: was changed while it was cleaned, and is left as it is now")
    if backup is not None:
        copy = Path(f"{path}{backup}")
        if copy.exists():
            raise OutputError(f"{copy}: exists already; take it away or name another --backup suffix")
        write_whole(copy, original, like, attributes=attributes, lasting=True)
    # Through a link, to the file itself.
    write_whole(path.resolve(), cleaned, like, attributes=attributes, lasting=True)


def replace_closed_streams() -> None:
    """For a standard stream that is closed (`>&-`), one that cannot be used, so that this is said where it matters.

    And so that no file that is opened later is taken for it.
    """
    for number, (name, mode, way) in enumerate(
        (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    ):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, way)
            if handle != number:
                os.dup2(handle, number)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
