"""Folders: find the files, count the lines that many of them share, clean each one, write whole files or none.

What happens to one file is a result, never the end of the run. Results come in the order of the files, and neither
they nor the outputs depend on the number of workers.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from .api import read, strip_bytes
from .corpus import Statistics, line_keys
from .decode import decode, encode
from .errors import InputError, OutputError, StripperError
from .model import Note, Outcome
from .render import removed_lines
from .rules import RuleSet

CHUNK = 32  # files handed to a worker at once: enough to make the hand-over cheap, few enough to share the work evenly
AHEAD = 4  # chunks in flight for each worker, so that memory does not grow with the folder
REMOVED = ".removed.jsonl"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run does beside cleaning. Paths are as the user gave them."""

    output: Path
    jobs: int = 1
    removed: bool = False
    dry_run: bool = False
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One file: where it is, where its output goes, and the group whose shared lines it is measured by."""

    source: Path
    target: Path
    group: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file. `error` is empty if it was cleaned; counts are of lines with text and of bytes."""

    name: str
    error: str = ""
    lines: int = 0
    lines_removed: int = 0
    bytes: int = 0
    bytes_kept: int = 0
    categories: Counter[str] | None = None
    rules: Counter[str] | None = None
    notes: tuple[Note, ...] = ()


def discover(inputs: Iterable[Path], output: Path, pattern: str) -> list[Task]:
    """The files to clean, sorted by where their outputs go.

    A folder is mirrored below `output`; a file goes to its own name. What lies in the output folder is not an input.
    Raises InputError for an input that does not exist, OutputError if two inputs would share an output or an input
    would be overwritten.
    """
    inside = output.resolve()
    tasks: list[Task] = []
    for path in inputs:
        if path.is_dir():
            if path.resolve() == inside:
                raise OutputError(f"{output}: is the input folder too; name another --output")
            for file in sorted(path.glob(pattern)):
                if not file.is_dir() and inside not in file.resolve().parents:
                    relative = file.relative_to(path)
                    tasks.append(Task(file, output / relative, str(path / relative.parent)))
        elif path.exists() or path.is_symlink():
            tasks.append(Task(path, output / path.name, str(path.parent)))
        else:
            raise InputError(f"{path}: no such file or folder")
    tasks.sort(key=lambda task: (str(task.target.parent), task.target.name))
    taken: dict[Path, Path] = {}
    for task in tasks:
        for target in (task.target, _removed_path(task.target)):
            if (other := taken.setdefault(target, task.source)) != task.source:
                raise OutputError(f"{task.source} and {other} would both be written to {target}; clean them apart")
        if task.target.resolve() == task.source.resolve():
            raise OutputError(f"{task.source}: would be overwritten; name another --output")
    return tasks


def _removed_path(target: Path) -> Path:
    return target.with_name(target.name + REMOVED)


def count_lines(tasks: Sequence[Task], rules: RuleSet, options: Options) -> dict[str, Statistics]:
    """First pass: for each group in which a rule could find shared lines, in how many documents each line stands."""
    specs = [rule.duplicate for rule in rules.rules if rule.duplicate and rule.duplicate.scope == "documents"]
    if not specs:
        return {}
    fewest = min(spec.min_documents for spec in specs)
    sizes = Counter(task.group for task in tasks)
    wanted = [task for task in tasks if sizes[task.group] >= fewest]
    totals: dict[str, Statistics] = {}
    for group, statistics in _spread(_count, _chunks(wanted, {}), rules, options):
        totals.setdefault(group, Statistics()).merge(statistics)
    return {group: statistics.frozen(fewest) for group, statistics in totals.items()}


def clean_files(
    tasks: Sequence[Task], rules: RuleSet, options: Options, statistics: dict[str, Statistics]
) -> Iterator[Result]:
    """Second pass: clean and write each file; a result for each, in order."""
    return _spread(_clean, _chunks(tasks, statistics), rules, options)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Files of one group, for one worker."""

    tasks: tuple[Task, ...]
    statistics: Statistics | None


def _chunks(tasks: Sequence[Task], statistics: dict[str, Statistics]) -> Iterator[Chunk]:
    for group, members in groupby(tasks, key=lambda task: task.group):
        some = tuple(members)
        for start in range(0, len(some), CHUNK):
            yield Chunk(some[start : start + CHUNK], statistics.get(group))


# --- in a worker -------------------------------------------------------------------------------------------------


def _count(chunk: Chunk, rules: RuleSet, options: Options) -> list[tuple[str, Statistics]]:
    statistics = Statistics()
    for task in chunk.tasks:
        with suppress(InputError):  # said when its turn to be cleaned comes
            statistics.add(line_keys(decode(read(task.source), str(task.source), options.encoding), rules.traits))
    return [(chunk.tasks[0].group, statistics)]


def _clean(chunk: Chunk, rules: RuleSet, options: Options) -> list[Result]:
    return [_clean_one(task, chunk.statistics, rules, options) for task in chunk.tasks]


def _clean_one(task: Task, statistics: Statistics | None, rules: RuleSet, options: Options) -> Result:
    name = str(task.source)
    try:
        data = read(task.source)
        outcome = strip_bytes(data, name=name, encoding=options.encoding, rules=rules, statistics=statistics)
        kept = encode(outcome.text, outcome.document)
        if not options.dry_run:
            write_whole(task.target, kept)
            if options.removed:
                write_whole(_removed_path(task.target), removed_lines(outcome).encode("utf-8"))
    except StripperError as error:
        return Result(name, str(error))
    except Exception as error:  # a fault of this program must not end a run of a whole folder; it is named and counted
        return Result(name, f"{name}: {type(error).__name__}: {error}")
    return _result(name, outcome, len(data), len(kept))


def _result(name: str, outcome: Outcome, size: int, kept: int) -> Result:
    removed = outcome.removed
    gone = {each.line for each in removed if each.category != "layout"}
    gone -= {each.line for each in outcome.decisions if each.action == "keep"}
    lines = len({each.line for each in outcome.decisions if each.category != "layout"})
    categories = Counter(each.category for each in removed)
    rules = Counter(each.rule for each in removed)
    return Result(name, "", lines, len(gone), size, kept, categories, rules, outcome.notes)


def write_whole(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file whole or not at all: beside its place first, then moved there. Raises OutputError.

    `mode` are the permissions to give it; those of a new file if None.
    """
    beside = None
    try:
        try:
            handle, beside = tempfile.mkstemp(prefix=".stripper-", dir=path.parent)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(prefix=".stripper-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(beside).chmod(0o666 & ~_UMASK if mode is None else mode)
        Path(beside).replace(path)
    except OSError as error:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


_UMASK = _umask()  # read once: it can only be read by setting it, which other threads would notice

# --- spreading the work ------------------------------------------------------------------------------------------

_shared: tuple[RuleSet, Options]  # what every chunk needs, given to a worker once


def _start_worker(rules: RuleSet, options: Options) -> None:
    global _shared
    _shared = (rules, options)


def _work(do: Callable[[Chunk, RuleSet, Options], list[Any]], chunk: Chunk) -> list[Any]:
    return do(chunk, *_shared)


def _spread(
    do: Callable[[Chunk, RuleSet, Options], list[Any]], chunks: Iterator[Chunk], rules: RuleSet, options: Options
) -> Iterator[Any]:
    """Do something for each chunk, in as many processes as asked for; results in the order of the chunks."""
    if options.jobs <= 1:
        for chunk in chunks:
            yield from do(chunk, rules, options)
        return
    pool = _pool(options.jobs, rules, options)
    flying: deque[tuple[Chunk, Future[list[Any]]]] = deque()
    try:
        while True:
            while len(flying) < AHEAD * options.jobs and (following := next(chunks, None)) is not None:
                flying.append((following, pool.submit(_work, do, following)))
            if not flying:
                return
            chunk, future = flying.popleft()
            try:
                yield from future.result()
            except BrokenProcessPool:
                # A worker died, and every chunk in flight with it: do them file by file, to find which one it was.
                lost = [chunk, *(each for each, _ in flying)]
                flying.clear()
                pool.shutdown(cancel_futures=True)
                for each in lost:
                    yield from _one_by_one(do, each, rules, options)
                pool = _pool(options.jobs, rules, options)
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(jobs: int, rules: RuleSet, options: Options) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, initializer=_start_worker, initargs=(rules, options))


def _one_by_one(
    do: Callable[[Chunk, RuleSet, Options], list[Any]], chunk: Chunk, rules: RuleSet, options: Options
) -> Iterator[Any]:
    for task in chunk.tasks:
        with _pool(1, rules, options) as pool:
            try:
                yield from pool.submit(_work, do, Chunk((task,), chunk.statistics)).result()
            except BrokenProcessPool:
                if do is _clean:
                    yield Result(str(task.source), f"{task.source}: the process that cleaned it died; out of memory?")
