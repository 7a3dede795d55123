"""The way back: a cleaned file and what was taken out of it -> the file as it was, byte for byte, or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

from ..engine.records import digest
from ..errors import InputError, OptionError, OutputError, problem_of
from ..reading.decoding import check_encoding
from ..version import __version__
from .discovery import OWN, Grouping, Search, is_same, walk
from .files import REMOVED, attributes_of, digest_of, open_regular, read_regular, remove_file, write_whole
from .folders import Root, make_folder
from .formats.names import PAGES, format_of
from .formats.options import RecordOptions
from .formats.pages import packed_as, unpacked
from .manifest import Manifest
from .restore_records import restore_records


def restore_bytes(cleaned: bytes, removed: bytes, name: str) -> bytes:
    """The original of a cleaned file, from what `render.removed_lines` wrote of it.

    Raises InputError, which names the file, if either was edited since, or is something else.
    """
    beside, lines = name + REMOVED, BytesIO(removed)
    try:
        header = json.loads(lines.readline())
        original, expected, encoding = header["original"], header["cleaned"], str(header["encoding"])
        bom = bytes.fromhex(header["bom"])
        check_encoding(encoding)
    except (ValueError, TypeError, KeyError, RecursionError, InputError):
        raise InputError(f"{beside}: is not what this program writes of one file; nothing is restored") from None
    if digest(cleaned).hex() == original:
        return cleaned  # nothing was taken; or an earlier restoring ended between the two files
    if digest(cleaned).hex() != expected:
        raise InputError(f"{name}: was edited since it was cleaned; undo that, or what was taken has no place in it")
    try:
        restored = bom + _filled(cleaned[len(bom) :].decode(encoding), map(json.loads, lines)).encode(encoding)
    except (ValueError, TypeError, KeyError, RecursionError):
        restored = None
    if restored is None or digest(restored).hex() != original:
        raise InputError(f"{beside}: was edited since it was written; undo that")
    return restored


def _filled(text: str, records: Iterable[dict[str, Any]]) -> str:
    """A cleaned text with what was taken put back."""
    pieces: list[str] = []
    at = taken = 0  # how far the cleaned text is used, and how much of what was taken stands before that
    for record in records:
        upto = record["at"] - taken
        if not at <= upto <= len(text):
            raise ValueError("records are out of order")
        pieces += [text[at:upto], record["text"]]
        at, taken = upto, taken + len(record["text"])
    return "".join([*pieces, text[at:]])


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of one cleaned file: it is restored, or `problem` says why not."""

    name: str
    problem: str = ""


def restore_files(
    paths: Sequence[Path], output: Path | None = None, options: RecordOptions | None = None
) -> Iterator[Restored]:
    """Restore files, and all in folders that have beside them what was taken out of them, or hold records.

    The originals go to their mirrored places below `output`, where other files are left as they are, or replace the
    cleaned files; what stood beside those then goes too, last. Raises InputError for a path that holds nothing to
    restore, OptionError if `output` is a path itself, OutputError if a run is writing to a folder.
    """
    is_new = output is not None and not os.path.lexists(output)
    try:
        yield from _restore_all(paths, output, options)
    finally:
        if output is not None and is_new:
            with suppress(OSError):  # as a rule it is not empty
                output.rmdir()


def _restore_all(paths: Sequence[Path], output: Path | None, options: RecordOptions | None) -> Iterator[Restored]:
    for path in paths:
        if not path.is_dir():
            cleaned = Path(str(path).removesuffix(REMOVED))
            yield _restore(cleaned, cleaned.parent, output and output / cleaned.name, _made(output), None, options)
            continue
        if output is not None and is_same(output, path):
            raise OptionError(f"{output}: is the folder to restore; leave out --output to restore it in place")
        with closing(Manifest()) as manifest:
            found = walk(str(path), Search(()))
            pages = walk(str(path), Search([f"**/*{REMOVED}"]))
            manifest.find(chain(pages, (each for each in found if _holds_records(each.target))), Grouping("run"))
            root = Root.of(path)
            lost = list(_without_removed(path))
            if not manifest.count() and not lost:
                raise InputError(f"{path}: holds no {REMOVED} files, which `stripper batch --removed` writes")
            away = _made(output)
            # Where a run was, its lock is held, and unfinished files stand where the next one finds them.
            own = path if (path / OWN).is_dir() and output is None else None
            manifest.open(own, resume=True)
            manifest.begin(__version__, b"")
            for each in (entry.found for entry in manifest.entries()):
                cleaned = Path(each.source.removesuffix(REMOVED))
                if each.problem:
                    yield Restored(str(cleaned), each.problem)
                else:
                    target = output / each.target.removesuffix(REMOVED) if output else None
                    yield _restore(cleaned, root, target, away, manifest.scratch, options)
            yield from lost


def _without_removed(path: Path) -> Iterator[Restored]:
    """Pages of a folder as a run left them, which noted that it wrote what it took out of them, and that is gone."""
    real = Path(os.path.realpath(path))
    with closing(Manifest()) as known, suppress(InputError):
        folder = next(each for each in (real, *real.parents) if (each / OWN).is_dir() or each == each.parent)
        known.look(folder)
        for target, expected in known.with_removed():
            page = folder / target
            if not page.is_relative_to(real) or os.path.lexists(f"{page}{REMOVED}"):
                continue
            with suppress(InputError), open_regular(page, folder) as file:
                if digest_of(file) == expected:
                    name = str(path / page.relative_to(real))
                    yield Restored(name, f"{name}{REMOVED}: is gone, without which {name} cannot be restored")


def _made(output: Path | None) -> Root | None:
    """The output folder, made if it is not there. Raises OutputError."""
    if output is None:
        return None
    try:
        make_folder(output)
        return Root.of(output)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written: {error.strerror or error}") from None


def _holds_records(name: str) -> bool:
    format = format_of(name)
    return format is not None and format.name not in PAGES and not name.endswith(REMOVED)


def _restore(
    cleaned: Path, root: Path | Root, target: Path | None, output: Path | Root | None, scratch: Path | None,
    options: RecordOptions | None,
) -> Restored:  # fmt: skip
    """Restore a file below `root`, to its own place or to the `target` below `output`."""
    beside = Path(str(cleaned) + REMOVED)
    try:
        if _holds_records(cleaned.name) and not beside.exists():
            restore_records(cleaned, root, target, output, scratch, options or RecordOptions())
            return Restored(str(cleaned))
        with open_regular(cleaned, root) as file:
            data, status, attributes = file.readall(), os.fstat(file.fileno()), attributes_of(file.fileno())
        if not os.path.lexists(beside):
            why = f"what was taken of {cleaned} must stand there, where `stripper batch --removed` writes it"
            raise InputError(f"{beside}: no such file; {why}")
        page = restore_bytes(unpacked(data, cleaned.name), read_regular(beside, root), str(cleaned))
        original = packed_as(page, cleaned.name)
        if target is not None:
            write_whole(target, original, status, scratch, below=output, attributes=attributes, spare=True)
        else:
            write_whole(cleaned, original, status, scratch, below=root, lasting=True, attributes=attributes)
            remove_file(beside, root)
    except Exception as error:
        return Restored(str(cleaned), problem_of(str(cleaned), error))
    return Restored(str(cleaned))
