"""What stands in the log of an output folder: a row for each run, and below it one for each file that it has done."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .databases import stored

RESULT = b',"{'  # where the result begins in the row of a file: no text before it can hold this


class RunRow(NamedTuple):
    """The version of the program, and a digest of the rules and options of a run."""

    version: str
    settings: bytes


class DoneRow(NamedTuple):
    """Hashes are as in `manifest.Done`; `result` is empty if the row was read up to RESULT alone."""

    target: bytes
    input: bytes
    output: bytes
    removed: bytes
    shared: bytes
    source: bytes
    result: str


def run_row(version: str, settings: bytes) -> list[str]:
    return ["run", version, settings.hex()]


def done_row(target: str, hashes: Iterable[bytes], result: str) -> list[str]:
    return ["done", target, *(each.hex() for each in hashes), result]


def read_row(row: list[Any]) -> RunRow | DoneRow:
    """Raises ValueError for a row that no run can have written, as where a stranger has made the log."""
    try:
        if row[0] == "run":
            _, version, settings = row
            return RunRow(str(version), bytes.fromhex(settings))
        _, target, *hashes = row[:7]
        (result,) = row[7:] or [""]
        input, output, removed, shared, source = map(bytes.fromhex, hashes)
        if not isinstance(result, str):
            raise TypeError
        return DoneRow(stored(target), input, output, removed, shared, source, result)
    except (TypeError, IndexError, AttributeError):
        raise ValueError("no run wrote this") from None
