"""The way back of files of records that have the column of what was taken: the texts as they were."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..engine.columns import PREFIX, REMOVED, VALUES, restored
from ..errors import InputError
from .files import open_regular, write_whole
from .folders import Root
from .formats.options import RecordOptions
from .formats.records import Piece, Record, Written
from .records import Way, pieces_of, way_of

COLUMN = PREFIX + REMOVED
_ADDED = [PREFIX + name for name in VALUES]


def restore_records(
    path: Path,
    root: Path | Root,
    target: Path | None,
    output: Path | Root | None,
    scratch: Path | None,
    options: RecordOptions,
) -> None:
    """Write a file as it was but for how its records are spelled, without the columns that were added.

    `path` is below `root`, and replaced unless there is a `target` below `output`, where another file is left as it is.
    Raises InputError if a record was edited since, or has nothing to restore it from; OutputError.
    """
    format = options.format_for(path.name)
    assert format is not None
    way = way_of(str(path), format, options)

    def originals() -> Iterator[bytes]:
        problem, is_any_whole = "", False
        with open_regular(path, root) as stream:
            for piece in pieces_of(way, stream, format.compression):
                records = _records(piece, way)
                bad = next((record for record in records if record.problem), None)
                problem = problem or (f"{way.form.unit} {bad.number}: {bad.problem}" if bad is not None else "")
                is_any_whole |= not all(record.problem for record in records)
                yield way.output.pack(_restored(piece, records, way))
        if problem and not is_any_whole:  # as where another column has the text; a few bad ones were left as they were
            raise InputError(f"{path}: {problem}; nothing is restored")

    with open_regular(path, root) as file:
        status = os.fstat(file.fileno())
    data, below = way.output.whole(originals), output if target else root
    write_whole(target or path, data, status, scratch, below=below, lasting=target is None, spare=target is not None)


def _records(piece: Piece, way: Way) -> Sequence[Record]:
    if piece.is_broken:
        raise InputError(f"{way.form.name}: {way.form.unit} {piece.number}: {piece.problem}; nothing is restored")
    return way.form.records(piece)


def _restored(piece: Piece, records: Sequence[Record], way: Way) -> bytes:
    whole = [record for record in records if not record.problem]
    try:
        found = way.form.values(piece, whole, COLUMN)
    except InputError as error:
        raise InputError(f"{way.form.name}: {error}; nothing is restored") from None
    taken = dict(zip((record.number for record in whole), found, strict=True))
    rows = [Written(record, _original(record, taken[record.number], way) if record.number in taken else None, {})
            for record in records]  # fmt: skip
    return way.form.write(piece, rows, without=_ADDED)


def _original(record: Record, taken: Any, way: Way) -> str | None:
    """The text of a record as it was; None if it is that."""
    if taken == "":  # an empty cell of a row that was bad, and with the columns that were added is so no more
        return None
    try:
        if isinstance(taken, str):  # a cell of a table holds JSON
            taken = json.loads(taken)
        if taken is None:
            raise InputError(f"has no {COLUMN}, which --add removed adds; it is left as it is")
        original = restored(record.text, taken)
    except (ValueError, RecursionError):
        raise InputError(f"{way.form.name}: {way.form.unit} {record.number}: {COLUMN} is no JSON") from None
    except InputError as error:
        raise InputError(f"{way.form.name}: {way.form.unit} {record.number}: {error}") from None
    return None if original == record.text else original
