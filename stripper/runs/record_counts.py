"""The first pass over files of records: line counts by group, where the pages of a group stand anywhere."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter

from ..engine.statistics import ALL_DOCUMENTS, Statistics, document_keys
from ..errors import problem_of
from ..model import Document
from .cleaning import Job
from .databases import name_of, no_room, stored
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
    if task.way is None or task.piece is None or task.piece.is_broken:
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
        self._groups: Counts = {}
        self._lines = 0  # that these hold
        self._disk: sqlite3.Connection | None = None

    def merge(self, counts: Counts) -> None:
        for name, statistics in counts.items():
            group = self._groups.setdefault(name, Statistics())
            self._lines -= len(group.counts)
            group.merge(statistics)
            self._lines += len(group.counts)
        if self._lines > self._most:
            self._spill()

    def _spill(self) -> None:
        try:
            if self._disk is None:
                self._disk = sqlite3.connect("", isolation_level=None)  # a file of its own, gone when it is closed
                self._disk.execute("CREATE TABLE names (grp INTEGER, name BLOB)")
                self._disk.execute("CREATE TABLE lines (grp INTEGER, line INTEGER, count INTEGER)")
            self._disk.execute("BEGIN")
            for name, group in self._groups.items():
                data = stored(name)
                number = int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)
                self._disk.execute("INSERT INTO names VALUES (?, ?)", (number, data))
                rows = [(ALL_DOCUMENTS, group.documents), *group.counts.items()]
                self._disk.executemany(f"INSERT INTO lines VALUES ({number}, ?, ?)", rows)
            self._disk.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise no_room(error) from None
        self._groups, self._lines = {}, 0

    def frozen(self, least: Callable[[int], float]) -> Iterator[Statistics]:
        """The counts of each group, of those lines that enough of its documents have; ends the count.

        Groups that are too small for any line to count are left out.
        """
        for name, documents, items in self._items(least(0)) if self._disk is not None else self._held():
            enough = least(documents)
            if documents >= enough:
                yield Statistics(documents, Counter(dict(sorted(each for each in items if each[1] >= enough))), name)

    def _held(self) -> Iterator[tuple[str, int, Iterable[tuple[int, int]]]]:
        """The name of each group, how many documents it has, and its lines with their counts."""
        return ((name, group.documents, group.counts.items()) for name, group in self._groups.items())

    def _items(self, fewest: float) -> Iterator[tuple[str, int, Iterable[tuple[int, int]]]]:
        """The same from the disk, but for lines that fewer documents have."""
        assert self._disk is not None
        self._spill()
        names = self._disk.execute("SELECT min(name) FROM names GROUP BY grp ORDER BY grp")
        sums = "SELECT grp, line, sum(count) FROM lines GROUP BY grp, line HAVING sum(count) >= ? OR line = ?"
        rows = self._disk.execute(f"{sums} ORDER BY grp", (fewest, ALL_DOCUMENTS))
        for (name,), (_, some) in zip(names, groupby(rows, itemgetter(0)), strict=True):
            counts = {line: count for _, line, count in some}
            yield name_of(name), counts.pop(ALL_DOCUMENTS), counts.items()
        self._disk.close()
