"""The first pass over files of records: line counts by group, where the pages of a group stand anywhere."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
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
                    page = Document(record.text, form=task.way.options.form, marks=record.marks)
                    keys = document_keys(page, job.rules.orthography)
                    counts.setdefault(group, Statistics()).add(keys)
    return counts


class GroupCounter:
    """Counts of any number of groups while they grow; exact, and on disk beyond `most` different lines."""

    def __init__(self, most: int = 300_000) -> None:
        self._most = most
        self._groups: dict[str, Statistics] = {}
        self._lines = 0  # that these hold
        self._disk: sqlite3.Connection | None = None

    def merge(self, counts: Counts) -> None:
        for name, statistics in counts.items():
            group = self._groups.setdefault(name, Statistics(name=name))
            self._lines -= len(group.counts)
            group.merge(statistics)
            self._lines += len(group.counts)
        if self._lines > self._most:
            self._spill()

    def _spill(self) -> None:
        try:
            if self._disk is None:
                self._disk = sqlite3.connect("", isolation_level=None)  # a file of its own, gone when it is closed
                self._disk.execute("CREATE TABLE lines (grp INTEGER, line INTEGER, count INTEGER)")
            self._disk.execute("BEGIN")
            for number, group in enumerate(self._groups.values()):
                rows = ((number, line, count) for line, count in group.counts.items())
                self._disk.executemany("INSERT INTO lines VALUES (?, ?, ?)", rows)
                group.counts.clear()
            self._disk.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise no_room(error) from None
        self._lines = 0

    def frozen(self, least: Callable[[int], float]) -> Iterator[Statistics]:
        """The counts of each group, of those lines that enough of its documents have; ends the count."""
        for group, items in self._items():
            enough = least(group.documents)
            yield replace(group, counts=Counter(dict(sorted(each for each in items if each[1] >= enough))))
        if self._disk is not None:
            self._disk.close()

    def _items(self) -> Iterable[tuple[Statistics, Iterable[tuple[int, int]]]]:
        """Each group, and its lines with their counts."""
        groups = list(self._groups.values())
        if self._disk is None:
            return ((group, group.counts.items()) for group in groups)
        self._spill()
        rows = self._disk.execute("SELECT grp, line, sum(count) FROM lines GROUP BY grp, line HAVING sum(count) > 1")
        return ((groups[at], (row[1:] for row in some)) for at, some in groupby(rows, itemgetter(0)))
