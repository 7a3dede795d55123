"""What stands where a run will write that begins anew: outputs that are there, and what is known of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

SHOWN = 3  # of which the names are kept
_STANDING = "CREATE TEMP TABLE standing (target BLOB PRIMARY KEY, source BLOB NOT NULL, made_of BLOB)"
_DONE = b',"{'  # where in a row of the log the counts begin, which nobody asks for here: no text in it can hold this


class Names(NamedTuple):
    """How many outputs, and the first of them in the order of their names."""

    number: int = 0
    some: tuple[str, ...] = ()

    def with_one(self, name: bytes) -> Names:
        some = self.some if self.number >= SHOWN else (*self.some, name.decode("utf-8", "surrogatepass"))
        return Names(self.number + 1, some)


class Overwritten(NamedTuple):
    """Outputs that runs made of `other` inputs than this one will, and those that are of no run that is `known`."""

    other: Names = Names()
    unknown: Names = Names()


def find_overwritten(
    found: sqlite3.Connection,
    output: Path | None,
    rows: Callable[[bytes], Iterable[list[Any]]],
    place: Callable[[bytes], bytes],
) -> Overwritten:
    """What of the table `found` stands in the folder `output` already; without a folder, any of it may.

    `rows` are those of the log, up to some bytes of each, and are read only if anything stands there. `place` tells
    where an input is as the log has it.
    """
    found.execute(_STANDING)
    try:
        wanted = found.execute("SELECT target, source FROM found WHERE problem = x''")
        there = (row for row in wanted if output is None or _stands(output, row[0]))
        if not found.executemany("INSERT INTO standing VALUES (?, ?, NULL)", there).rowcount:
            return Overwritten()
        found.executemany("UPDATE standing SET made_of = ? WHERE target = ?", _inputs(rows(_DONE)))
        other, unknown = Names(), Names()
        for target, source, made_of in found.execute("SELECT * FROM standing ORDER BY target"):
            if made_of is None:
                unknown = unknown.with_one(target) if output is not None else unknown
            elif made_of != place(source):
                other = other.with_one(target)
        return Overwritten(other, unknown)
    finally:
        found.execute("DROP TABLE standing")


def _stands(output: Path, target: bytes) -> bool:
    return os.path.lexists(output / target.decode("utf-8", "surrogatepass"))


def _inputs(rows: Iterable[list[Any]]) -> Iterator[tuple[bytes, bytes]]:
    """Of what was done, up to what no run can have written: of which input it was made, and its output."""
    for row in rows:
        try:
            kind, target, *_, source = row
            if kind != "done":
                continue
            made_of, output = bytes.fromhex(source), target.encode("utf-8", "surrogatepass")
        except (TypeError, ValueError, AttributeError):
            return
        yield made_of, output
