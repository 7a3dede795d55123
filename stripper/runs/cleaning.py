"""What a worker does: read files, clean them, write them whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

from ..api import select, strip_bytes
from ..engine.records import digest, removed_lines
from ..engine.statistics import Statistics, line_keys
from ..errors import InputError, OutputError, StripperError
from ..model import Outcome
from ..reading.decoding import decode, encode
from ..reading.forms import named_form
from ..rules.ruleset import RuleSet
from ..version import __version__
from .discovery import Found
from .files import REMOVED, read_regular, write_whole
from .manifest import Done, Entry
from .restore import restore_bytes
from .results import Chunk, Cleaned, Options, Result, counts_of


@dataclass(frozen=True, slots=True)
class Job:
    """What all chunks of a run have in common."""

    rules: RuleSet
    options: Options
    settings: bytes
    scratch: Path | None


def _read(found: Found, job: Job) -> tuple[bytes, bytes]:
    """The bytes of a file, and those of the page in it. Raises InputError.

    In place they differ once the file is cleaned: the page is what it was before, as far as what was taken is there.
    So it makes no difference whether a run in place is the first one, or goes on where another stopped.
    """
    source = found.source
    data = read_regular(source, found.linked)
    beside = _removed_path(Path(source))
    if not job.options.in_place or not beside.is_file():
        return data, data
    try:
        return data, restore_bytes(data, read_regular(beside), source)
    except InputError as error:
        raise InputError(f"{error}; take {beside} away to have the file cleaned as it is") from None


def count_chunk(chunk: Chunk, job: Job) -> Statistics:
    statistics = Statistics()
    for entry in chunk.entries:
        source = entry.found.source
        with suppress(InputError, MemoryError, RecursionError):  # said when its turn to be cleaned comes
            page = decode(_read(entry.found, job)[1], source, job.options.encoding)
            page = replace(page, form=named_form(job.options.form, source))
            statistics.add(line_keys(page, job.rules.orthography))
    return statistics


def clean_chunk(chunk: Chunk, job: Job) -> list[Cleaned]:
    return [_clean_one(entry, chunk, job) for entry in chunk.entries]


def lost_chunk(chunk: Chunk) -> list[Cleaned]:
    message = "{}: the process that cleaned it died; out of memory?"
    sources = [entry.found.source for entry in chunk.entries]
    return [Cleaned(Result(source, "failed", message.format(source))) for source in sources]


def _clean_one(entry: Entry, chunk: Chunk, job: Job) -> Cleaned:
    name, options = entry.found.source, job.options
    if entry.found.problem:
        return Cleaned(Result(name, "failed" if entry.found.failed else "skipped", entry.found.problem))
    try:
        now, data = _read(entry.found, job)
        target = options.output / entry.found.target
        again = _again(entry.done, now, data, target, chunk, job)
        if not again:
            return Cleaned(Result(name, "skipped", "done before", done=True))
        outcome = strip_bytes(
            data, name=name, encoding=options.encoding, form=options.form, site=options.site or chunk.group or "",
            rules=select(job.rules, disable=chunk.off), statistics=chunk.statistics,
        )  # fmt: skip
        kept = encode(outcome.text, outcome.document)
        removed = b"" if options.dry_run else _write(entry.found, target, now, kept, outcome, job)
    except StripperError as error:
        return Cleaned(Result(name, "failed", str(error)))
    except Exception as error:  # a fault of this program must not end a run of a whole folder; it is named and counted
        return Cleaned(Result(name, "failed", f"{name}: {type(error).__name__}: {error}"))
    result = _result(name, outcome, again, len(data), len(kept))
    return Cleaned(result, digest(data), digest(kept), removed, result.to_json())


def _again(done: Done | None, now: bytes, data: bytes, target: Path, chunk: Chunk, job: Job) -> str:
    """Why a file is to be cleaned: "new", or what is not as it was when it was done; empty if all is."""
    if done is None:
        return "new"
    in_place = job.options.in_place
    if digest(data) != done.input and not (in_place and digest(now) == done.output):
        return "changed"
    if reason := out_of_date(done, job.settings, chunk.measure):
        return reason
    try:
        if digest(now if in_place else read_regular(target)) != done.output:
            return "output"
        if job.options.removed and digest(read_regular(_removed_path(target))) != done.removed:
            return "output"
    except InputError:
        return "output"
    return ""


def out_of_date(done: Done, settings: bytes, measure: bytes) -> str:
    """Which of the things beside its input a file was done with are others now; empty if none are."""
    if done.version != __version__:
        return "version"
    if done.settings != settings:
        return "rules"
    return "shared lines" if done.shared != measure else ""


def _removed_path(target: Path) -> Path:
    return target.with_name(target.name + REMOVED)


def _write(found: Found, target: Path, now: bytes, kept: bytes, outcome: Outcome, job: Job) -> bytes:
    """Write the cleaned file, what was taken out of it first; the hash of that, if it is written. Raises OutputError.

    Neither may be read by anybody who may not read the page.
    """
    check_folder(target.parent, job.options.output)
    page, taken = Path(found.source).stat(), b""
    write = partial(write_whole, scratch=job.scratch, readers=page.st_mode)
    if job.options.in_place:
        # Or a power cut could leave the page cleaned, and nothing of what was taken.
        write = partial(write_whole, like=page, scratch=job.scratch, lasting=True)
        if read_regular(target) != now:
            raise OutputError(f"{target}: was changed while it was cleaned, and is left as it is now")
    if job.options.removed or (job.options.in_place and _removed_path(target).is_file()):
        removed = removed_lines(outcome).encode("utf-8")
        taken = digest(removed)
        write(_removed_path(target), removed)
    elif os.path.lexists(beside := _removed_path(target)):  # it speaks of an output that is there no more
        try:
            beside.unlink()
        except OSError as error:
            raise OutputError(f"{beside}: cannot be taken away: {error.strerror or error}") from None
    if not job.options.in_place or kept != now:
        write(target, kept)
    return taken


@lru_cache(maxsize=64)  # for each folder, not for each file in it
def check_folder(folder: Path, output: Path) -> None:
    """Raises OutputError if a symbolic link leads out of the output folder there."""
    if folder.resolve() != output.resolve() / folder.relative_to(output):
        raise OutputError(f"{folder}: is not written to, since a symbolic link leads out of the output folder there")


def _result(name: str, outcome: Outcome, again: str, size: int, kept: int) -> Result:
    lines, gone, categories, rules = counts_of(outcome)
    return Result(
        name, "cleaned" if rules else "unchanged", again=again, lines=lines, lines_removed=gone, bytes=size,
        bytes_kept=kept, categories=tuple(categories.items()), rules=tuple(rules.items()), notes=outcome.notes,
    )  # fmt: skip
