"""What all formats have in common: a file is read in pieces, a piece holds records, a record has a text.

Pieces are cut by the process that reads, as cheaply as the format allows, and depend on the file alone; records are
found in them, and written again, by whichever worker gets the piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, NamedTuple

from ...engine.columns import column_at
from ...errors import InputError
from ...model import LineMark

PIECE_BYTES = 400_000  # enough to make the hand-over cheap, and no more than keeps every worker busy to the end
PIECE_RECORDS = 64


class Columns(NamedTuple):
    """The names of the fields that hold a record's text, its URL and what it is called in messages."""

    text: str = "text"
    url: str = "url"
    id: str | None = None

    @property
    def named(self) -> dict[str, str]:
        """Those beside the text that must be there, since somebody named them, by what to say of them."""
        named = {"--url names the one with the address": self.url, "--id names the one that it is called by": self.id}
        return {said: name for said, name in named.items() if name is not None and name != Columns().url}


class Piece(NamedTuple):
    """Some records of a file as its format has them, from record or line `number` (the first is 1) on.

    Where there is a `problem`, it is with what stands at that number, and the piece holds no records. What stands there
    may be in `raw`, and in that of the pieces behind it.
    """

    number: int
    data: Any = None
    problem: str = ""
    raw: bytes = b""

    @property
    def is_broken(self) -> bool:
        """Whether it holds no records."""
        return bool(self.problem or self.raw)


class Record(NamedTuple):
    """One record: its text, or the `problem` with it. `rest` is the record as its format has it.

    `marks` are as in `Document`.
    """

    number: int
    text: str = ""
    url: str | None = None
    id: str = ""
    problem: str = ""
    rest: Any = None
    marks: tuple[LineMark, ...] | None = None


class Written(NamedTuple):
    """A record as it is to be written: `text` is None where it stays as it was. `added` are columns to add."""

    record: Record
    text: str | None
    added: dict[str, Any]


class RecordFormat:
    """How files of a format are read and written; `unit` is what the numbers of records count. Picklable.

    `name` is that of the file, as records of formats that have no other name for them tell it.
    """

    unit: ClassVar[str] = "record"
    seeks: ClassVar[bool] = False  # whether it must be able to jump in the file
    begins: ClassVar[tuple[bytes, ...]] = ()  # what such a file begins with, so that no other is copied for it

    def __init__(self, columns: Columns, encoding: str | None = None, name: str = "", eager: bool = False) -> None:
        self.columns, self.encoding, self.name = columns, encoding, name
        self.piece_bytes = 1 if eager else PIECE_BYTES  # a reader at the end of a pipe wants what is there

    def pieces(self, stream: Any) -> Iterator[Piece]:
        """The file in pieces, from a `Steady`, or a stream that can seek if it `seeks`.

        Raises InputError for what is no file of this format.
        """
        raise NotImplementedError

    def records(self, piece: Piece) -> Sequence[Record]:
        raise NotImplementedError

    def fields(self, records: Sequence[Record]) -> Iterable[str]:
        """The fields of each record, if only records tell which there are; a table says at once what it has not."""
        return ()

    def apart(self, piece: Piece) -> Sequence[Piece]:
        """Pieces of one record each; what they are written as, one behind the other, is what the piece is."""
        return [piece]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        """Some records of a piece, each by name and in the order of its fields, for another format.

        Raises InputError if one of them cannot be had so.
        """
        raise NotImplementedError

    def values(self, piece: Piece, records: Sequence[Record], name: str) -> list[Any]:
        """What some records of a piece have in one field, whatever else they hold; None for those without it.

        Raises InputError if one of them cannot be had.
        """
        raise NotImplementedError

    def write(
        self, piece: Piece, rows: Sequence[Written], added: Sequence[str] = (), without: Sequence[str] = ()
    ) -> bytes:
        """Records of a piece in the format that they were read in, with columns of the names `added`, `without` others.

        Raises InputError if that cannot be done.
        """
        raise NotImplementedError


def check_columns(columns: Columns, names: Sequence[str]) -> None:
    """Raises InputError if a table does not have one column for the text, and one for each that somebody named."""
    for said, name in {"--text names the one with the text": columns.text, **columns.named}.items():
        column_at(names, name, said)


def named_twice(names: Iterable[str]) -> str | None:
    """The name that is first to stand there again; None if none does."""
    met: set[str] = set()
    return next((name for name in names if name in met or met.add(name)), None)  # type: ignore[func-returns-value]


def check_distinct(names: Iterable[str]) -> None:
    """Raises InputError if two columns have one name: of two fields of a name, a reader has one."""
    if (twice := named_twice(names)) is not None:
        raise InputError(f"several columns are named {twice!r}: rename or drop all but one")
