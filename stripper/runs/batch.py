"""A run over a folder: count the lines that many pages share, then clean each page and write whole files or none.

What happens to one file is a result, never the end of the run. Results come in the order of the files, and neither
they nor the outputs depend on the number of workers. A rule that runs out of time on three pages is switched off for
those that follow; pages behind it that other workers have cleaned by then are cleaned again without it, so that this
does not depend on the number of workers either (but, like every limit of time, on the machine).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path
from types import TracebackType
from typing import Any

from ..engine.plan import plan
from ..engine.records import digest
from ..engine.statistics import least_of
from ..errors import OptionError, OutputError
from ..model import Note
from ..rules.ruleset import RuleSet
from ..version import __version__
from .cleaning import Job, clean_chunk, count_chunk, lost_chunk, uncounted_chunk
from .discovery import Found, Grouping, find, is_same
from .files import remove_file
from .folders import Root
from .formats.names import is_remote, output_format, stem_of
from .in_place import discard, replace_pages
from .line_counts import LineCounter
from .manifest import STATISTICS, Entry, Manifest
from .overwritten import Overwritten
from .pool import Pass, WorkerPool, cores
from .record_counts import Counts, GroupCounter, count_task, count_tasks
from .remote import find_remote
from .results import Chunk, Cleaned, Options, Result
from .shards import ShardRun, Task, clean_task, lost_task
from .store import Store, lookup_in

COUNT_PAGES = Pass(count_chunk, Chunk.parts, uncounted_chunk)
CLEAN_PAGES = Pass(clean_chunk, Chunk.parts, lost_chunk)
COUNT_RECORDS = Pass[Task, Counts](count_task, Task.parts, lambda _: {})
CLEAN_RECORDS = Pass(clean_task, Task.parts, lost_task)
CHUNK_FILES = 64  # files handed to a worker at once: enough to make the hand-over cheap, and no more
CHUNK_BYTES = 400_000  # than keeps every worker busy to the end
MOST_JOBS = 4  # processes for each core, which are all started at once; more would but wait
STRIKES = 3  # pages on which a rule runs out of time before it is switched off for the rest of the run


class Run:
    """One run, from finding the files to the last result; holds the lock of the output folder until it is closed.

    `found` is the number of files, which pass through `watch` as they are found. Raises InputError, OptionError or
    OutputError if the run cannot begin.
    """

    def __init__(
        self,
        inputs: Sequence[Path | str],
        rules: RuleSet,
        options: Options,
        watch: Callable[[Iterator[Found]], Iterator[Found]] = iter,
    ) -> None:
        self.rules, self.options = rules, options
        self.disabled: frozenset[str] = frozenset()
        self.unsaved = ""  # why the manifest could not be written, if so
        self.records = 0  # of files of records, that the pass which goes on has seen
        self._strikes: Counter[str] = Counter()
        self._pool: WorkerPool | None = None
        self._shard_run: ShardRun | None = None
        self.manifest = Manifest()
        try:
            away = options.output / options.own if options.single or options.address else options.output
            here = [str(each) for each in inputs if not is_remote(str(each))]
            elsewhere = (find_remote(each, options.search) for each in map(str, inputs) if is_remote(each))
            self._inputs = _pinned(here)
            files = chain(find(here, str(away), options.search, options.in_place), *elsewhere)
            self.manifest.find(map(self._as_shard, watch(files)), options.grouping or Grouping())
            self.manifest.check_endings()
            folder = None if options.dry_run else options.output
            self._settings = settings_digest(rules, options)
            self.manifest.open(folder, options.resume, options.in_place, options.own, bool(options.address))
            self._root = self.manifest.root or options.output
            self.manifest.check_case()
            self.found, self.shards = self.manifest.count(), self.manifest.count(shards=True)
            self._store = self._open_store()
            if self.found:
                self.manifest.begin(__version__, self._settings)
        except BaseException:
            self.manifest.close()
            raise

    def _as_shard(self, found: Found) -> Found:
        """A file as it is, or, if it holds records or is to, as that. Raises OptionError."""
        options = self.options
        if found.problem or not (found.shard or options.address or options.records.format_for(found.source)):
            return found
        format = options.records.format_within(found.source)
        if options.facts:
            told = "--add title,confidence and so on tells of each record in columns of its own"
            raise OptionError(f"{found.source}: holds records; --records is for pages that are files, and {told}")
        if options.in_place:
            problem = f"{found.source}: holds records, which are not written in place; name an --output"
            return found._replace(problem=problem, failed=True)
        written = output_format(format, options.records.to)
        target = found.target if written == format else stem_of(found.target) + written.suffix
        target = options.single or target
        if not options.address and is_same(options.output / target, found.source):
            raise OptionError(f"{found.source}: is input and output at once; name another --output")
        return found._replace(target=target, shard=True)

    def _open_store(self) -> Store | None:
        """Where statistics are kept. None if they are not wanted.

        What stands in the store is used as it is, what does not is counted. A run in place that does not keep what it
        takes leaves it to the one that resumes it, when the pages that were counted are there no more.
        """
        options = self.options
        if options.grouping is None:
            return None
        path, below = options.statistics, None
        if path is None and options.in_place and not options.removed and self.manifest.folder is not None:
            path, below = self.manifest.folder / STATISTICS, self.manifest.root
            if not options.resume:
                remove_file(path, below)
        store = Store(path, options.grouping.by, below=below)
        if store.group_by != options.grouping.by:
            store.close()
            raise OptionError(f"{path}: was counted with --group-by {store.group_by}; say so, or name another file")
        return store

    @property
    def deaths(self) -> int:
        """How often workers died. What they were at was done again, and fails if one died of it alone."""
        return self._pool.deaths if self._pool is not None else 0

    @property
    def damaged(self) -> bool:
        """Whether what earlier runs did could not be read."""
        return self.manifest.damaged

    @property
    def overwritten(self) -> Overwritten:
        """Outputs that stand where a run without `resume` will write, and were not made of its own inputs."""
        return self.manifest.overwritten

    def stale(self, most: int = 3) -> tuple[int, list[str]]:
        """How many outputs of earlier runs have no input any more, and the first of them."""
        return self.manifest.stale(most)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:  # before the folder is let go of
            self._pool.close() if error is None else self._pool.stop()
        if self._shard_run is not None:
            self._shard_run.close()
        if self._store is not None:
            self._store.close()
        try:
            self.manifest.close()
        except OutputError as problem:
            self.unsaved = str(problem)

    def count_lines(self) -> Iterator[int]:
        """First pass: count the lines of groups that the store does not know; yields how many files each step counts.

        What cannot be counted fails, and is not read again: what is taken from others is then what would be without it.
        """
        least = least_of(self.rules)
        if self._store is None or least is None:
            return
        answers = self._workers.answers(self._uncounted(self._store, least), COUNT_PAGES)
        for group, pieces in groupby(answers, key=lambda answer: answer[0].group):
            tally = LineCounter()
            for chunk, (statistics, problems) in pieces:
                tally.merge(statistics)
                self.manifest.fail(problems)
                yield len(chunk.entries)
            self._store.put(tally.frozen(str(group), least))
        if self.shards:
            yield from self._count_records(self._store, least)
        self._keep_counts()

    def _keep_counts(self) -> None:
        if self._store is not None and not self.options.dry_run:
            self._store.save()

    def _count_records(self, store: Store, least: Callable[[int], float]) -> Iterator[int]:
        counter = GroupCounter()
        tasks = count_tasks(self.manifest.entries(shards=True), self._job, self.manifest.fail)
        for task, counts in self._workers.answers(tasks, COUNT_RECORDS):
            counter.merge(counts)
            self.records += sum(each.documents for each in counts.values())
            if task.piece is None:
                yield 1
        for statistics in counter.frozen(least):
            if store.get(statistics.name) is None:
                store.put(statistics)

    def _uncounted(self, store: Store, least: Callable[[int], float]) -> Iterator[Chunk]:
        """The files of those groups that are large enough for any rule, and not known."""
        for group, entries in groupby(self.manifest.entries(), key=lambda entry: entry.group):
            first = next(entries)
            if group is not None and first.members >= least(first.members) and store.get(group) is None:
                yield from chunks_of(group, (each for each in chain([first], entries) if not each.found.problem))

    def clean(self) -> Iterator[Result]:
        """Second pass: clean and write each file; a result for each, in order, pages first."""
        if self.found > self.shards:
            yield from self._clean_pages()
        if self.shards:
            yield from self._clean_shards()

    def _clean_pages(self) -> Iterator[Result]:
        pool = self._workers
        for chunk, answers in pool.answers(self._chunks(), CLEAN_PAGES):
            answers = [self._recalled(*each) for each in zip(chunk.entries, answers, strict=True)]
            upto = next(
                (at for at, cleaned in enumerate(answers, 1) if self._strike(cleaned.result.notes)), len(answers)
            )
            yield from self._finish(chunk, answers[:upto])
            if upto < len(answers) or self.disabled - chunk.disabled:
                rest = replace(chunk, entries=chunk.entries[upto:])
                pool.requeue([rest] if rest.entries else [], lambda piece: replace(piece, disabled=self.disabled))

    def _recalled(self, entry: Entry, cleaned: Cleaned) -> Cleaned:
        """With what an earlier run noted of a page that was done then: rules that ran out of time count again."""
        if not cleaned.result.done:
            return cleaned
        return cleaned._replace(result=cleaned.result.with_json(self.manifest.result(entry.found.target)))

    def _finish(self, chunk: Chunk, answers: Sequence[Cleaned]) -> Iterator[Result]:
        """Note what became of files, then replace them if that is to be: a run that is killed in between will know
        what it has cleaned."""
        shared, problems = chunk.shared, dict[Path, str]()
        waiting = [cleaned.waiting for cleaned in answers if cleaned.waiting is not None]
        for entry, cleaned in zip(chunk.entries, answers, strict=False):
            if cleaned.output and not self.options.dry_run:
                self._record(entry, cleaned, shared)
        if waiting:
            try:
                self.manifest.save()
                problems = replace_pages(waiting, self._job.root)
            except OutputError as error:
                self.unsaved = str(error)
                problems = {page.target: f"{page.target}: is left as it is: {error}" for page in waiting}
                discard(waiting, self._job.root)
        for cleaned in answers:
            result = cleaned.result
            if cleaned.waiting is not None and cleaned.waiting.target in problems:
                yield Result(result.name, "failed", problems[cleaned.waiting.target])
            else:
                yield result

    def _clean_shards(self) -> Iterator[Result]:
        lookup_in.cache_clear()  # an earlier run in this process may have had a file of the same name
        counts, shared = (self._store.copy, self._store.digest()) if self._store is not None else (None, b"")
        self.records = 0
        self._shard_run = shards = ShardRun(self._job, self.manifest, counts, shared)
        pool, tasks = self._workers, shards.tasks(self.manifest.entries(shards=True), lambda: self.disabled)
        for task, answer in pool.answers(tasks, CLEAN_RECORDS):
            self.records += answer[1].found
            result, notes = shards.take(task, answer)
            self.unsaved = shards.unsaved or self.unsaved
            if result is not None:
                yield result
            if self._strike(notes):
                pool.requeue([], lambda each: each._replace(disabled=self.disabled))

    def _chunks(self) -> Iterator[Chunk]:
        for group, entries in groupby(self.manifest.entries(), key=lambda entry: entry.group):
            statistics = self._store.get(group) if self._store is not None and group is not None else None
            for chunk in chunks_of(group, entries):
                yield replace(chunk, statistics=statistics, disabled=self.disabled)

    def _strike(self, notes: Iterable[Note]) -> bool:
        """Count pages on which rules ran out of time; True if that switches any of them off."""
        slow = Counter(note.rule for note in notes if note.kind == "timeout")
        self._strikes.update(slow)
        before, self.disabled = self.disabled, self.disabled | {rule for rule in slow if self._strikes[rule] >= STRIKES}
        return self.disabled != before

    def _record(self, entry: Entry, cleaned: Cleaned, shared: bytes) -> None:
        try:
            self.manifest.record(entry.found, cleaned.input, cleaned.output, cleaned.removed, shared, cleaned.record)
        except OutputError as error:  # the folder is full, say; the files themselves are said one by one
            self.unsaved = str(error)

    @property
    def _workers(self) -> WorkerPool:
        """Those of all passes: what they know of lines that they have counted, they need not find out again."""
        if self._pool is None:
            plan(self.rules)  # made here, it is there in each process that is forked
            jobs = min(self.options.jobs, MOST_JOBS * cores())
            self._pool = WorkerPool((self._job,), jobs if self.shards else min(jobs, self.found) or 1)
        return self._pool

    @property
    def _job(self) -> Job:
        return Job(self.rules, self.options, self._settings, self.manifest.scratch, self._root, self._inputs)


def _pinned(inputs: Iterable[str]) -> dict[Path, Root]:
    """The folders that inputs are, or stand in, as they are now; those that are not there are said by the search."""
    found: dict[Path, Root] = {}
    for path in map(Path, inputs):
        folder = path if path.is_dir() else path.parent
        if folder not in found:
            with suppress(OSError):
                found[folder] = Root.of(folder)
    return found


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
    sections = [(under, _plainly(own.rules), own[1:]) for under, own in options.sections]
    groups = options.grouping.by if options.grouping is not None and rules.are_scoped() else ""
    of_options = (groups, options.site, options.facts, options.removed, options.encoding, options.form, options.records)
    return digest(repr((_plainly(rules), sections, of_options)).encode())


def _plainly(rules: RuleSet) -> tuple[Any, ...]:
    return rules.contents(), rules.orthography, rules.languages, sorted(rules.kept), sorted(rules.spoken)
