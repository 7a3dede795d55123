"""A run over a folder: count the lines that many pages share, then clean each page and write whole files or none.

What happens to one file is a result, never the end of the run. Results come in the order of the files, and neither
they nor the outputs depend on the number of workers. A rule that runs out of time on three pages is switched off for
those that follow; pages behind it that other workers have cleaned by then are cleaned again without it, so that this
does not depend on the number of workers either (but, like every limit of time, on the machine).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, groupby
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from ..api import read, select, strip_bytes
from ..engine import plan
from ..engine.rendering import removed_lines
from ..errors import InputError, OptionError, OutputError, StripperError
from ..model import Note, Outcome
from ..reading.decoding import decode, encode
from ..rules.packs import RuleSet
from ..version import __version__
from .discovery import Grouping, Search, find
from .files import REMOVED, digest, write_whole
from .manifest import Done, Entry, Manifest
from .pool import WorkerPool
from .restore import restore_bytes
from .statistics import Statistics, Store, LineCounter, least_of, line_keys

Answer = TypeVar("Answer")

CHUNK_FILES = 64  # files handed to a worker at once: enough to make the hand-over cheap, and no more
CHUNK_BYTES = 400_000  # than keeps every worker busy to the end
STRIKES = 3  # pages on which a rule runs out of time before it is switched off for the rest of the run


@dataclass(frozen=True, slots=True)
class Options:
    """How a folder is cleaned. Paths are as the user gave them; `output` is the input folder for a run `in_place`."""

    output: Path
    search: Search = field(default_factory=Search)
    grouping: Grouping | None = field(default_factory=Grouping)  # None: lines that pages share are left
    statistics: Path | None = None
    jobs: int = 1
    removed: bool = False
    dry_run: bool = False
    in_place: bool = False
    resume: bool = False
    encoding: str | None = None


class Result(NamedTuple):
    """What became of one file.

    `status` is cleaned, unchanged (nothing was to go), skipped (done before, or not to be read) or failed; `message`
    says why of the last two. Counts are of lines with text and of bytes; a file that was `done` before has them from
    then. `again` says why a file that an earlier run had done was done once more, or "new".
    """

    name: str
    status: str
    message: str = ""
    again: str = ""
    done: bool = False
    lines: int = 0
    lines_removed: int = 0
    bytes: int = 0
    bytes_kept: int = 0
    categories: tuple[tuple[str, int], ...] = ()
    rules: tuple[tuple[str, int], ...] = ()
    notes: tuple[Note, ...] = ()

    def to_json(self) -> str:
        """The counts and notes, for the manifest."""
        counts = [self.lines, self.lines_removed, self.bytes, self.bytes_kept, self.categories, self.rules]
        return json.dumps([*counts, [[note.kind, note.rule, note.message] for note in self.notes]])

    def with_json(self, text: str) -> Result:
        """The same result with counts and notes from the manifest."""
        *counts, notes = json.loads(text)
        names = ("lines", "lines_removed", "bytes", "bytes_kept", "categories", "rules")
        return self._replace(
            done=True, notes=tuple(Note(*note) for note in notes), **dict(zip(names, counts, strict=True))
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """Files of one group for one worker, with the group's statistics, and the rules that are switched `off` by now."""

    group: str | None
    entries: tuple[Entry, ...]
    statistics: Statistics | None = None
    off: frozenset[str] = frozenset()

    @property
    def measure(self) -> bytes:
        """16 bytes that tell what else than itself, the rules and the options a page's output depends on."""
        shared = self.statistics.digest() if self.statistics is not None else b""
        return digest(shared + repr(sorted(self.off)).encode())

    def parts(self) -> list[Chunk]:
        return [replace(self, entries=(entry,)) for entry in self.entries]


class Cleaned(NamedTuple):
    """A worker's result for one file, and what goes to the manifest: hashes of its bytes and its output's, the counts."""

    result: Result
    input: bytes = b""
    output: bytes = b""
    record: str = ""


class Run:
    """One run, from finding the files to the last result; holds the lock of the output folder until it is closed.

    `found` is the number of files. Raises InputError, OptionError or OutputError if the run cannot begin.
    """

    def __init__(self, inputs: Sequence[Path], rules: RuleSet, options: Options) -> None:
        self.rules, self.options = rules, options
        self.off: frozenset[str] = frozenset()
        self.unsaved = ""  # why the manifest could not be written, if so
        self._strikes: Counter[str] = Counter()
        self._active: WorkerPool[Chunk, Any] | None = None
        self.manifest = Manifest()
        try:
            files = find([str(path) for path in inputs], str(options.output), options.search, options.in_place)
            self.manifest.find(files, options.grouping or Grouping())
            self.manifest.check_endings()
            folder = None if options.dry_run else options.output
            self.manifest.open(folder, __version__, settings_digest(rules, options), options.resume)
            self.found = self.manifest.count()
            self._store = self._open_store()
        except BaseException:
            self.manifest.close()
            raise

    def _open_store(self) -> Store | None:
        """Where statistics are kept. None if they are not wanted.

        What stands in the store is used as it is, what does not is counted. A run in place that does not keep what it
        takes leaves it to the one that resumes it, when the pages that were counted are there no more.
        """
        options = self.options
        if options.grouping is None:
            return None
        path = options.statistics
        if path is None and options.in_place and not options.removed and self.manifest.folder is not None:
            path = self.manifest.folder / "statistics.sqlite"
            if not options.resume:
                path.unlink(missing_ok=True)
        store = Store(path, options.grouping.by)
        if store.group_by != options.grouping.by:
            store.close()
            raise OptionError(f"{path}: was counted with --group-by {store.group_by}; say so, or name another file")
        return store

    @property
    def damaged(self) -> bool:
        """Whether what earlier runs did could not be read."""
        return self.manifest.damaged

    def stale(self, most: int = 3) -> tuple[int, list[str]]:
        """How many outputs of earlier runs have no input any more, and the first of them."""
        return self.manifest.stale(most)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is not None and self._active is not None:
            self._active.stop()  # before the folder is let go of
        if self._store is not None:
            self._store.close()
        try:
            self.manifest.close()
        except OutputError as problem:
            self.unsaved = str(problem)

    def count_lines(self) -> Iterator[int]:
        """First pass: count the lines of each group that the store does not know; yields how many files are counted."""
        least = least_of(self.rules)
        if self._store is None or least is None:
            return
        counted = 0
        answers = self._spread(count_chunk, lambda _: Statistics()).answers(self._uncounted(self._store, least))
        for group, pieces in groupby(answers, key=lambda answer: answer[0].group):
            tally = LineCounter()
            for chunk, statistics in pieces:
                tally.merge(statistics)
                counted += len(chunk.entries)
                yield counted
            self._store.put(tally.frozen(str(group), least))

    def _uncounted(self, store: Store, least: Callable[[int], float]) -> Iterator[Chunk]:
        """The files of those groups that are large enough for any rule, and not known."""
        for group, entries in groupby(self.manifest.entries(), key=lambda entry: entry.group):
            first = next(entries)
            if group is not None and first.members >= least(first.members) and store.get(group) is None:
                yield from chunks_of(group, (each for each in chain([first], entries) if not each.found.problem))

    def clean(self) -> Iterator[Result]:
        """Second pass: clean and write each file; a result for each, in order."""
        plan(self.rules)  # made here, it is there in each process that is forked
        spread = self._spread(clean_chunk, lost_chunk)
        for chunk, answers in spread.answers(self._chunks()):
            measure = chunk.measure
            for at, (entry, cleaned) in enumerate(zip(chunk.entries, answers, strict=True)):
                result = cleaned.result
                if result.done:
                    result = result.with_json(self.manifest.result(entry.found.target))
                elif cleaned.output and not self.options.dry_run:
                    self._record(entry, cleaned, measure)
                yield result
                if self._strike(result):
                    rest = replace(chunk, entries=chunk.entries[at + 1 :])
                    spread.take_back([rest] if rest.entries else [], lambda piece: replace(piece, off=self.off))
                    break

    def _chunks(self) -> Iterator[Chunk]:
        for group, entries in groupby(self.manifest.entries(), key=lambda entry: entry.group):
            statistics = self._store.get(group) if self._store is not None and group is not None else None
            for chunk in chunks_of(group, entries):
                yield replace(chunk, statistics=statistics, off=self.off)

    def _strike(self, result: Result) -> bool:
        """Count a page on which rules ran out of time; True if that switches any of them off."""
        slow = {note.rule for note in result.notes if note.kind == "timeout"}
        self._strikes.update(slow)
        before, self.off = self.off, self.off | {rule for rule in slow if self._strikes[rule] >= STRIKES}
        return self.off != before

    def _record(self, entry: Entry, cleaned: Cleaned, measure: bytes) -> None:
        try:
            self.manifest.record(entry.found.target, cleaned.input, cleaned.output, measure, cleaned.record)
        except OutputError as error:  # the folder is full, say; the files themselves are said one by one
            self.unsaved = str(error)

    def _spread(self, do: Callable[..., Answer], lost: Callable[[Chunk], Answer]) -> WorkerPool[Chunk, Answer]:
        job = Job(self.rules, self.options, settings_digest(self.rules, self.options), self.manifest.scratch)
        spread = WorkerPool(do, (job,), min(self.options.jobs, self.found) or 1, Chunk.parts, lost)
        self._active = spread
        return spread


def chunks_of(group: str | None, entries: Iterable[Entry]) -> Iterator[Chunk]:
    some: list[Entry] = []
    size = 0
    for entry in entries:
        some.append(entry)
        size += entry.found.size
        if len(some) == CHUNK_FILES or size > CHUNK_BYTES:
            yield Chunk(group, tuple(some))
            some, size = [], 0
    if some:
        yield Chunk(group, tuple(some))


def settings_digest(rules: RuleSet, options: Options) -> bytes:
    """16 bytes that tell the rules, and the options that outputs depend on, from any others."""
    packs = [replace(rule, file="") for rule in rules.rules]
    return digest(repr((packs, rules.orthography, sorted(rules.kept), options.removed, options.encoding)).encode("utf-8"))


# --- in a worker -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """What all chunks of a run have in common."""

    rules: RuleSet
    options: Options
    settings: bytes
    scratch: Path | None


def _read(source: str, job: Job) -> tuple[bytes, bytes]:
    """The bytes of a file, and those of the page in it. Raises InputError.

    In place they differ once the file is cleaned: the page is what it was before, as far as what was taken is there.
    So it makes no difference whether a run in place is the first one, or goes on where another stopped.
    """
    data = read(source)
    beside = _removed_path(Path(source))
    if not job.options.in_place or not beside.is_file():
        return data, data
    try:
        return data, restore_bytes(data, read(beside), source)
    except InputError as error:
        raise InputError(f"{error}; take {beside} away to have the file cleaned as it is") from None


def count_chunk(chunk: Chunk, job: Job) -> Statistics:
    statistics = Statistics()
    for entry in chunk.entries:
        source = entry.found.source
        with suppress(InputError):  # said when its turn to be cleaned comes
            page = decode(_read(source, job)[1], source, job.options.encoding)
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
        now, data = _read(name, job)
        target = options.output / entry.found.target
        again = _again(entry.done, now, data, target, chunk, job)
        if not again:
            return Cleaned(Result(name, "skipped", "done before", done=True))
        outcome = strip_bytes(
            data, name=name, encoding=options.encoding, rules=select(job.rules, disable=chunk.off),
            statistics=chunk.statistics,
        )  # fmt: skip
        kept = encode(outcome.text, outcome.document)
        if not options.dry_run:
            _write(target, now, kept, outcome, job)
    except StripperError as error:
        return Cleaned(Result(name, "failed", str(error)))
    except Exception as error:  # a fault of this program must not end a run of a whole folder; it is named and counted
        return Cleaned(Result(name, "failed", f"{name}: {type(error).__name__}: {error}"))
    result = _result(name, outcome, again, len(data), len(kept))
    return Cleaned(result, digest(data), digest(kept), result.to_json())


def _again(done: Done | None, now: bytes, data: bytes, target: Path, chunk: Chunk, job: Job) -> str:
    """Why a file is to be cleaned: "new", or what is not as it was when it was done; empty if all is."""
    if done is None:
        return "new"
    in_place = job.options.in_place
    if digest(data) != done.input and not (in_place and digest(now) == done.output):
        return "changed"
    if done.version != __version__:
        return "version"
    if done.settings != job.settings:
        return "rules"
    if done.shared != chunk.measure:
        return "shared lines"
    try:
        if digest(now if in_place else target.read_bytes()) != done.output:
            return "output"
    except OSError:
        return "output"
    return "" if not job.options.removed or _removed_path(target).is_file() else "output"


def _removed_path(target: Path) -> Path:
    return target.with_name(target.name + REMOVED)


def _write(target: Path, now: bytes, kept: bytes, outcome: Outcome, job: Job) -> None:
    """Write the cleaned file, what was taken out of it first. Raises OutputError."""
    _check_folder(target.parent, job.options.output)
    like = None
    if job.options.in_place:
        like = target.stat()
        if target.is_symlink() or read(target) != now:
            raise OutputError(f"{target}: was changed while it was cleaned, and is left as it is now")
    if job.options.removed or (job.options.in_place and _removed_path(target).is_file()):
        write_whole(_removed_path(target), removed_lines(outcome).encode("utf-8"), None, job.scratch)
    if not job.options.in_place or kept != now:
        write_whole(target, kept, like, job.scratch)


@lru_cache(maxsize=64)  # for each folder, not for each file in it
def _check_folder(folder: Path, output: Path) -> None:
    if folder.resolve() != output.resolve() / folder.relative_to(output):
        raise OutputError(f"{folder}: is not written to, since a symbolic link leads out of the output folder there")


def _result(name: str, outcome: Outcome, again: str, size: int, kept: int) -> Result:
    removed = outcome.removed
    gone = {each.line for each in removed if each.category != "layout"}
    gone -= {each.line for each in outcome.decisions if each.action == "keep"}
    lines = len({each.line for each in outcome.decisions if each.category != "layout"})
    categories = tuple(Counter(each.category for each in removed).items())
    rules = tuple(Counter(each.rule for each in removed).items())
    return Result(
        name, "cleaned" if removed else "unchanged", again=again, lines=lines, lines_removed=len(gone), bytes=size,
        bytes_kept=kept, categories=categories, rules=rules, notes=outcome.notes,
    )  # fmt: skip
