"""Files that are one page of text each: packed, or for runs that write records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from ...errors import InputError
from ...model import Document
from ...reading.decoding import decode, encode
from .names import format_of
from .records import Piece, Record, RecordFormat, Written
from .streams import LONGEST, DamagedError, Steady, packed


def whole(stream: Steady) -> Iterator[Piece]:
    """A file as one piece."""
    held: list[bytes] = []
    size = 0
    try:
        for block in stream.blocks():
            held.append(block)
            size += len(block)
            if size > LONGEST:
                yield Piece(1, problem=f"is longer than {LONGEST // 1_000_000} MB")
                return
    except DamagedError as error:
        yield Piece(1, problem=str(error))
        return
    yield Piece(1, b"".join(held))


def unpacked(data: bytes, name: str) -> bytes:
    """The page in a file, as the name of that tells. Raises InputError."""
    format = format_of(name)
    if format is None or not format.compression:
        return data
    [piece] = whole(Steady(BytesIO(data), format.compression))
    if piece.problem:
        raise InputError(f"{name}: {piece.problem}")
    page: bytes = piece.data
    return page


def packed_as(page: bytes, name: str) -> bytes:
    """What a file of some name is to hold, that `unpacked` gives the page of."""
    format = format_of(name)
    return packed(page, format.compression) if format is not None else page


class PlainText(RecordFormat):
    """A page of text, for runs that write records."""

    unit = "page"

    def pieces(self, stream: Steady) -> Iterator[Piece]:
        return whole(stream)

    def records(self, piece: Piece) -> Sequence[Record]:
        try:
            document = decode(piece.data, self.name, self.encoding)
        except InputError as error:
            return [Record(1, problem=str(error).removeprefix(f"{self.name}: "), rest=piece.data)]
        return [Record(1, document.text, rest=document)]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        return [{"file": self.name, self.columns.text: record.text} for record in records]

    def write(
        self, piece: Piece, rows: Sequence[Written], added: Sequence[str] = (), without: Sequence[str] = ()
    ) -> bytes:
        return b"".join(self._page(row) for row in rows)

    def _page(self, row: Written) -> bytes:
        document: Document | bytes = row.record.rest
        if isinstance(document, bytes):
            return document
        return encode(document.text if row.text is None else row.text, document)
