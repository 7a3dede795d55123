"""Files that are one page of text each, for runs that write records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...errors import InputError
from ...model import Document
from ...reading.decoding import decode, encode
from .records import Piece, Record, RecordFormat, Written
from .streams import LONGEST, DamagedError, Steady


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


class PlainText(RecordFormat):
    """A page of text, for runs that write records, and where it is compressed."""

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
