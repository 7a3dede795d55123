"""What a worker does: read files, clean them, write them whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ..api import select, strip_bytes
from ..engine.columns import facts
from ..engine.records import digest, removed_lines
from ..engine.statistics import Statistics, document_keys
from ..errors import InputError, problem_of
from ..model import Outcome
from ..reading.decoding import decode, encode
from ..reading.forms import named_form
from ..rules.ruleset import RuleSet
from ..version import __version__
from .discovery import Found
from .files import (
    REMOVED,
    attributes_of,
    open_regular,
    read_regular,
    readers_of,
    remove_file,
    write_unfinished,
    write_whole,
)
from .folders import Root
from .formats.pages import packed_as, unpacked
from .manifest import Done, Entry
from .restore import restore_bytes
from .results import Chunk, Cleaned, Options, PageOptions, Result, Waiting, counts_of, options_for
from .sites import site_of


@dataclass(frozen=True, slots=True)
class Job:
    """What all chunks of a run have in common."""

    rules: RuleSet
    options: Options
    settings: bytes
    scratch: Path | None
    root: Path | Root  # the output folder
    inputs: Mapping[Path, Root]  # the folders that are read, by their paths

    def of(self, source: str) -> PageOptions:
        """How one file is cleaned."""
        options = self.options
        common = PageOptions(self.rules, options.encoding, options.form, options.site)
        return options_for(source, common, options.sections)


class _Read(NamedTuple):
    """The bytes of a file, those of the page in it, and what the system tells of the file."""

    now: bytes
    page: bytes
    status: os.stat_result
    attributes: Mapping[str, bytes]
    readers: int


def _read(found: Found, job: Job) -> _Read:
    """Raises InputError.

    In place a file and its page differ once the file is cleaned: the page is what it was before, as far as what was
    taken is there. So it makes no difference whether a run in place is the first one, or goes on where another stopped.
    """
    source, root = locate(found, job)
    with open_regular(source, root, found.linked) as file:
        data, status, attributes = file.readall(), os.fstat(file.fileno()), attributes_of(file.fileno())
        readers = readers_of(file.fileno(), status)
    beside = removed_path(source)
    page = unpacked(data, found.source)
    if not job.options.in_place or not os.path.lexists(beside):
        return _Read(data, page, status, attributes, readers)
    try:
        return _Read(data, restore_bytes(page, read_regular(beside, root), found.source), status, attributes, readers)
    except InputError as error:
        raise InputError(f"{error}; take {beside} away to have the file cleaned as it is") from None


def locate(found: Found, job: Job) -> tuple[Path, Path | Root]:
    """Where a file is to be read, and the folder below which no part of that may be a symbolic link. Raises InputError.

    Links that are to be followed were followed then: what is a link after that has become one.
    """
    source = Path(found.source)
    folder = source.parents[found.target.count("/")]
    root = job.inputs.get(folder, folder)
    if found.linked or not job.options.search.follow:
        return source, root
    real, real_folder = source.resolve(), folder.resolve()
    if not real.is_relative_to(real_folder):
        raise InputError(f"{source}: leads out of the folder, to {real}")
    return real, root._replace(path=real_folder) if isinstance(root, Root) else real_folder


class Counted(NamedTuple):
    """Counts of some pages, and why others could not be counted, by their targets."""

    statistics: Statistics
    problems: dict[str, str]


def count_chunk(chunk: Chunk, job: Job) -> Counted:
    counted = Counted(Statistics(), {})
    for entry in chunk.entries:
        source = entry.found.source
        try:
            own = job.of(source)
            page = decode(_read(entry.found, job).page, source, own.encoding)
            page = replace(page, form=named_form(own.form, source))
            counted.statistics.add(document_keys(page, job.rules.orthography))
        except Exception as error:
            counted.problems[entry.found.target] = problem_of(source, error)
    return counted


def uncounted_chunk(chunk: Chunk) -> Counted:
    return Counted(Statistics(), {entry.found.target: _lost(entry) for entry in chunk.entries})


def _lost(entry: Entry) -> str:
    return f"{entry.found.source}: the process that cleaned it died; out of memory?"


def clean_chunk(chunk: Chunk, job: Job) -> list[Cleaned]:
    return [_clean_one(entry, chunk, job) for entry in chunk.entries]


def without(rules: RuleSet, disabled: frozenset[str]) -> RuleSet:
    """The rules but for those of some ids, which not all rule sets of a run need to have."""
    return select(rules, disable=[name for name, *_ in rules.heads() if name in disabled]) if disabled else rules


def lost_chunk(chunk: Chunk) -> list[Cleaned]:
    return [Cleaned(Result(entry.found.source, "failed", _lost(entry))) for entry in chunk.entries]


def _clean_one(entry: Entry, chunk: Chunk, job: Job) -> Cleaned:
    name, options = entry.found.source, job.options
    if entry.found.problem:
        return Cleaned(Result(name, "failed" if entry.found.failed else "skipped", entry.found.problem))
    try:
        read = _read(entry.found, job)
        target = options.output / entry.found.target
        again = _again(entry, read, target, chunk, job)
        if not again:
            return Cleaned(Result(name, "skipped", "done before", done=True))
        own = job.of(name)
        outcome = strip_bytes(
            read.page, name=name, encoding=own.encoding, form=own.form, site=own.site or site_of(name, chunk.group),
            rules=without(own.rules, chunk.disabled), statistics=chunk.statistics,
        )  # fmt: skip
        kept = encode(outcome.text, outcome.document)
        output = packed_as(kept, name)
        removed, waiting = (b"", None) if options.dry_run else _write(target, read, output, outcome, job)
        told = facts(outcome, without(own.rules, chunk.disabled), chunk.statistics) if options.facts else None
    except Exception as error:
        return Cleaned(Result(name, "failed", problem_of(name, error)))
    result = _result(name, outcome, again, len(read.page), len(kept))._replace(facts=told)
    return Cleaned(result, digest(read.page), digest(output), removed, result.to_json(), waiting)


def _again(entry: Entry, read: _Read, target: Path, chunk: Chunk, job: Job) -> str:
    """Why a file is to be cleaned: "new", or what is not as it was when it was done; empty if all is."""
    done = entry.done
    if done is None:
        return "new"
    in_place, root = job.options.in_place, job.root
    if digest(read.page) != done.input and not (in_place and digest(read.now) == done.output):
        return done.changed(entry.found.source)
    if reason := out_of_date(done, job.settings, chunk.shared):
        return reason
    try:
        if digest(read.now if in_place else read_regular(target, root)) != done.output:
            return "output"
        if job.options.removed and digest(read_regular(removed_path(target), root)) != done.removed:
            return "output"
    except InputError:
        return "output"
    return ""


def out_of_date(done: Done, settings: bytes, shared: bytes) -> str:
    """Which of the things beside its input a file was done with are others now; empty if none are."""
    if done.version != __version__:
        return "version"
    if done.settings != settings:
        return "rules"
    return "shared lines" if done.shared != shared else ""


def removed_path(target: Path) -> Path:
    return target.with_name(target.name + REMOVED)


def _write(target: Path, read: _Read, output: bytes, outcome: Outcome, job: Job) -> tuple[bytes, Waiting | None]:
    """Write the cleaned file, what was taken out of it first; the hash of that, if it is written. Raises OutputError.

    Neither may be read by anybody who may not read the page. In place, both wait for `replace_pages`.
    """
    root, beside = job.root, removed_path(target)
    taken = b""
    if job.options.in_place:
        prepare = partial(
            write_unfinished, like=read.status, attributes=read.attributes, scratch=job.scratch, below=root,
            lasting=True,
        )  # fmt: skip
        taken_file = None
        if job.options.removed or os.path.lexists(beside):
            removed = removed_lines(outcome).encode("utf-8")
            taken, taken_file = digest(removed), prepare(beside, removed)
        page = prepare(target, output) if output != read.now else None
        return taken, Waiting(target, digest(read.now), page, taken_file)
    write = partial(write_whole, scratch=job.scratch, below=root, readers=read.readers)
    if job.options.removed:
        removed = removed_lines(outcome).encode("utf-8")
        taken = digest(removed)
        write(beside, removed)
    elif os.path.lexists(beside):
        remove_file(beside, root)  # it speaks of an output that is there no more
    write(target, output)
    return taken, None


def _result(name: str, outcome: Outcome, again: str, size: int, kept: int) -> Result:
    lines, gone, categories, rules = counts_of(outcome)
    return Result(
        name, "cleaned" if rules else "unchanged", again=again, lines=lines, lines_removed=gone, bytes=size,
        bytes_kept=kept, categories=tuple(categories.items()), rules=tuple(rules.items()), notes=outcome.notes,
    )  # fmt: skip
