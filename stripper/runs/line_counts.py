"""Counts of shared lines while they grow: exact, and on disk beyond a size."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable

from ..engine.statistics import Statistics
from .databases import no_room


class LineCounter:
    """Counts of one group while they grow; exact, and on disk beyond `most` different lines."""

    def __init__(self, most: int = 40_000) -> None:
        self._held = Statistics()
        self._most = most
        self._disk: sqlite3.Connection | None = None

    def merge(self, statistics: Statistics) -> None:
        self._held.merge(statistics)
        if len(self._held.counts) > self._most:
            self._spill()

    def _spill(self) -> None:
        try:
            self._to_disk()
        except sqlite3.OperationalError as error:
            raise no_room(error) from None

    def _to_disk(self) -> None:
        if self._disk is None:
            self._disk = sqlite3.connect("", isolation_level=None)  # a file of its own, gone when it is closed
            self._disk.execute("CREATE TABLE lines (line INTEGER NOT NULL, count INTEGER NOT NULL)")
        # Written one after the other and sorted once, in the end: an index would be gone through for each spill.
        self._disk.execute("BEGIN")
        self._disk.executemany("INSERT INTO lines VALUES (?, ?)", self._held.counts.items())
        self._disk.execute("COMMIT")
        self._held.counts = Counter()

    def frozen(self, name: str, least: Callable[[int], float]) -> Statistics:
        """The counts of lines that enough documents have; ends the tally."""
        documents = self._held.documents
        enough = least(documents)
        items: Iterable[tuple[int, int]] = self._held.counts.items()
        if self._disk is not None:
            self._spill()
            sums = "SELECT line, sum(count) FROM lines GROUP BY line HAVING sum(count) >= ?"
            items = self._disk.execute(sums, (enough,)).fetchall()
            self._disk.close()
        return Statistics(documents, Counter({line: count for line, count in items if count >= enough}), name)
