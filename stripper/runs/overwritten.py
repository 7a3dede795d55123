"""What stands where a run will write that begins anew: outputs that are there, and what is known of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from .databases import name_of

SHOWN = 3  # of which the names are kept
_STANDING = "CREATE TEMP TABLE standing (target BLOB PRIMARY KEY, source BLOB NOT NULL, made_of BLOB)"


class Names(NamedTuple):
    """How many outputs, and the first of them in the order of their names."""

    number: int = 0
    some: tuple[str, ...] = ()

    def with_one(self, name: bytes) -> Names:
        some = self.some if self.number >= SHOWN else (*self.some, name_of(name))
        return Names(self.number + 1, some)


class Overwritten(NamedTuple):
    """Outputs that runs made of `other` inputs than this one will, and those that are of no run that is `known`."""

    other: Names = Names()
    unknown: Names = Names()


def find_overwritten(
    found: sqlite3.Connection,
    output: Path | None,
    inputs: Iterable[tuple[bytes, bytes]],
    place: Callable[[str], bytes],
) -> Overwritten:
    """What of the table `found` stands in the folder `output` already; without a folder, any of it may.

    `inputs` holds, for each output that a run has made, the place of its input and then the output; of several for one
    output the last counts. It is iterated only if anything stands there. `place` tells the place of an input.
    """
    found.execute(_STANDING)
    try:
        wanted = found.execute("SELECT target, source FROM found WHERE problem = x''")
        there = (row for row in wanted if output is None or _stands(output, row[0]))
        if not found.executemany("INSERT INTO standing VALUES (?, ?, NULL)", there).rowcount:
            return Overwritten()
        found.executemany("UPDATE standing SET made_of = ? WHERE target = ?", inputs)
        other, unknown = Names(), Names()
        for target, source, made_of in found.execute("SELECT * FROM standing ORDER BY target"):
            if made_of is None:
                unknown = unknown.with_one(target) if output is not None else unknown
            elif made_of != place(name_of(source)):
                other = other.with_one(target)
        return Overwritten(other, unknown)
    finally:
        found.execute("DROP TABLE standing")


def _stands(output: Path, target: bytes) -> bool:
    return os.path.lexists(output / name_of(target))
