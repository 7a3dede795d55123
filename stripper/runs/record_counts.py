"""The first pass over files of records: line counts by group, where the pages of a group stand anywhere."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter

from ..engine.statistics import Statistics, document_keys
from ..model import Document
from .cleaning import Job, problem_of
from .files import no_room
from .manifest import Entry
from .shards import Task, read_pieces, way_for

Counts = dict[str, Statistics]


def count_tasks(entries: Iterable[Entry], job: Job, fail: Callable[[dict[str, str]], None]) -> Iterator[Task]:
    """The pieces of some files, and an end after those of each. Files that cannot be read `fail`."""
    for entry in entries:
        try:
            way = way_for(entry.found, job.options)
            for piece in read_pieces(entry.found, way, job):
                yield Task(way, piece, entry.group)
        except Exception as error:
            fail({entry.found.target: problem_of(entry.found.source, error)})
        yield Task()


def count_task(task: Task, job: Job) -> Counts:
    """Of each group with records in a piece, how many they are and in how many each line stands."""
    counts: Counts = {}
    if task.way is None or task.piece is None or task.piece.problem:
        return counts
    with suppress(Exception):  # what is wrong is said when its turn to be cleaned comes
        for record in task.way.form.records(task.piece):
            group = task.way.group_of(record, task.group)
            if group is not None and not record.problem:
                with suppress(Exception):
                    keys = document_keys(Document(record.text, form=task.way.options.form), job.rules.orthography)
                    counts.setdefault(group, Statistics()).add(keys)
    return counts


class GroupCounter:
    """Counts of any number of groups while they grow; exact, and on disk beyond `most` different lines."""

    def __init__(self, most: int = 300_000) -> None:
        self._most = most
        self._numbers: dict[str, int] = {}  # of groups
        self._documents: Counter[int] = Counter()
        self._held: Counter[tuple[int, int]] = Counter()
        self._disk: sqlite3.Connection | None = None

    def merge(self, counts: Counts) -> None:
        for name, statistics in counts.items():
            number = self._numbers.setdefault(name, len(self._numbers))
            self._documents[number] += statistics.documents
            for line, count in statistics.counts.items():
                self._held[number, line] += count
        if len(self._held) > self._most:
            self._spill()

    def _spill(self) -> None:
        try:
            if self._disk is None:
                self._disk = sqlite3.connect("", isolation_level=None)  # a file of its own, gone when it is closed
                self._disk.execute("CREATE TABLE lines (grp INTEGER, line INTEGER, count INTEGER)")
            rows = ((number, line, count) for (number, line), count in self._held.items())
            self._disk.execute("BEGIN")
            self._disk.executemany("INSERT INTO lines VALUES (?, ?, ?)", rows)
            self._disk.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise no_room(error) from None
        self._held.clear()

    def frozen(self, least: Callable[[int], float]) -> Iterator[Statistics]:
        """The counts of each group, of those lines that enough of its documents have; ends the count."""
        names = {number: name for name, number in self._numbers.items()}
        for number, rows in groupby(self._rows(), itemgetter(0)):
            documents = self._documents[number]
            enough = least(documents)
            counts = Counter({line: count for _, line, count in rows if count >= enough})
            yield Statistics(documents, counts, names[number])
        if self._disk is not None:
            self._disk.close()

    def _rows(self) -> Iterable[tuple[int, int, int]]:
        """Group, line and count of each line, by group."""
        if self._disk is None:
            return ((number, line, self._held[number, line]) for number, line in sorted(self._held))
        self._spill()
        return self._disk.execute("SELECT grp, line, sum(count) FROM lines GROUP BY grp, line HAVING sum(count) > 1")
