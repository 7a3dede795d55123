"""CSV and TSV: one row a record, the first row its names. A cell may hold line breaks and quotation marks."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...errors import InputError
from .records import PIECE_RECORDS, Piece, Record, RecordFormat, Written, check_distinct
from .streams import DamagedError, Steady

LONGEST_ROW = 64_000_000  # characters, each of which takes up to ten bytes while a row is read
csv.field_size_limit(LONGEST_ROW)


class Lines:
    """The lines of a table for `csv`, counted; of a row that is too long no more is held than its limit.

    `is_open` tells that the table ends within the row: no other is asked for more lines than it has.
    """

    def __init__(self, lines: io.TextIOWrapper) -> None:
        self._lines = lines
        self._left = LONGEST_ROW
        self._row: list[str] = []  # its lines up to here
        self.number = 0  # of the last line
        self.is_open = False

    def begin_row(self) -> None:
        self._left = LONGEST_ROW
        self._row = []

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        line = self._lines.readline(self._left + 1)
        if not line:
            self.is_open = bool(self._row)
            raise StopIteration
        self.number += 1
        self._row.append(line)
        self._left -= len(line)
        if self._left < 0:
            raise csv.Error(f"a row is longer than {LONGEST_ROW // 1_000_000} million characters")
        return line

    def row_to_its_end(self) -> Iterator[str]:
        """What was read of a row that is too long, and the rest of its line, in pieces."""
        text = "".join(self._row)
        while text:
            yield text
            text = "" if text.endswith(("\n", "\r")) else self._lines.readline(1 << 20)


class Rows(NamedTuple):
    """Rows with the number of the line on which each begins; `mark` and `names` are written before the first ones.

    `problem` is with each of them.
    """

    names: list[str]
    delimiter: str
    ending: str
    encoding: str
    mark: bytes
    first: bool
    rows: list[tuple[int, list[str]]]
    problem: str = ""


class Delimited(RecordFormat):
    """Cells that are not in the encoding keep their bytes; only a text has to be right."""

    unit = "line"
    delimiter = ","

    def pieces(self, stream: Steady) -> Iterator[Piece]:
        buffered = io.BufferedReader(stream, 1 << 16)
        first = buffered.peek(3)
        mark = next((mark for mark in _MARKS if first.startswith(mark)), b"")
        encoding = _MARKS.get(mark) or self.encoding or "utf-8"
        if codecs.lookup(encoding).name == "utf-8-sig":  # with which each piece would get a mark
            encoding = "utf-8"
        buffered.read(len(mark))
        text = io.TextIOWrapper(buffered, encoding, errors=_errors(encoding), newline="")
        lines = Lines(text)
        try:
            head = next(lines, "")
            delimiter = self._delimiter(head)
            ending = "\r\n" if head.endswith("\r\n") else "\n"
            names = next(csv.reader([head], delimiter=delimiter), [])
            if self.columns.text not in names:
                shown = ", ".join(names[:20]) or "nothing"
                raise InputError(f"has no column {self.columns.text!r}; its first line names {shown}")
            table = Rows(names, delimiter, ending, encoding, mark, True, [])
            yield from self._rows(lines, table)
        except (csv.Error, UnicodeError) as error:
            raise InputError(f"is no table: {error}") from None
        finally:
            text.detach()

    def _delimiter(self, head: str) -> str:
        """The usual one, or the semicolon that spreadsheets write where a comma is in numbers."""
        return ";" if self.delimiter == "," and head.count(";") > head.count(",") else self.delimiter

    def _rows(self, lines: Lines, table: Rows) -> Iterator[Piece]:
        reader = csv.reader(lines, delimiter=table.delimiter)
        number, size = 2, 0
        while True:
            start = lines.number + 1
            lines.begin_row()
            problem = ""
            row: list[str] | None = None
            try:
                row = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                problem = f"{error}; is a quotation mark not closed?"
            except (DamagedError, UnicodeError) as error:
                yield Piece(number, table)
                yield Piece(start, problem=str(error))
                return
            if row and lines.is_open:
                yield Piece(number, table)
                table = table._replace(first=False, rows=[], problem="a quotation mark is not closed")
                number = start
            if row:
                table.rows.append((start, row))
                size += sum(map(len, row))
            if problem or size >= self.piece_bytes or len(table.rows) >= PIECE_RECORDS:
                yield Piece(number, table)
                table, number, size = table._replace(first=False, rows=[]), lines.number + 1, 0
            if problem:
                for text in lines.row_to_its_end():
                    yield Piece(start, problem=problem, raw=text.encode(table.encoding, _errors(table.encoding)))
                    problem = ""
        if table.rows or table.first:
            yield Piece(number, table)

    def records(self, piece: Piece) -> Sequence[Record]:
        names: list[str] = piece.data.names
        at = {name: names.index(name) for name in self.columns if name is not None and name in names}
        problem = piece.data.problem
        return [
            Record(number, problem=problem, rest=(names, row)) if problem else self._record(number, row, names, at)
            for number, row in piece.data.rows
        ]

    def _record(self, number: int, row: list[str], names: list[str], at: dict[str, int]) -> Record:
        if len(row) != len(names):
            return Record(number, problem=f"has {len(row)} cells, not {len(names)}", rest=(names, row))
        text, url, name = (row[at[column]] if column is not None and column in at else None for column in self.columns)
        try:
            (text or "").encode("utf-8")
        except UnicodeEncodeError:
            message = f"is not {self.encoding or 'UTF-8'}; say --encoding NAME"
            return Record(number, problem=message, rest=(names, row))
        return Record(number, text or "", url, name or "", rest=(names, row))

    def apart(self, piece: Piece) -> Sequence[Piece]:
        rows = piece.data.rows
        parts = [Piece(row[0], piece.data._replace(rows=[row], first=piece.data.first and not at))
                 for at, row in enumerate(rows)]  # fmt: skip
        return parts or [piece]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        check_distinct(piece.data.names)
        return [dict(zip(*record.rest, strict=True)) for record in records]

    def values(self, piece: Piece, records: Sequence[Record], name: str) -> list[Any]:
        names: list[str] = piece.data.names
        return [record.rest[1][names.index(name)] if name in names else None for record in records]

    def write(
        self, piece: Piece, rows: Sequence[Written], added: Sequence[str] = (), without: Sequence[str] = ()
    ) -> bytes:
        table: Rows = piece.data
        check_distinct([*added, *dict.fromkeys(table.names)])
        out = io.StringIO()
        writer = csv.writer(out, delimiter=table.delimiter, lineterminator=table.ending)
        kept = [at for at, name in enumerate(table.names) if name not in without]
        if table.first:
            writer.writerow([*(table.names[at] for at in kept), *added])
        text = table.names.index(self.columns.text)
        for row in rows:
            cells = list(row.record.rest[1])
            if row.text is not None:
                cells[text] = row.text
            if len(cells) == len(table.names):
                cells = [cells[at] for at in kept]
            elif without:  # one that does not fit has as many cells too many, or too few, as before
                cells = cells[: len(kept) - len(table.names) or None]
            writer.writerow([*cells, *(_cell(row.added.get(name, "")) for name in added)])
        data = out.getvalue().encode(table.encoding, _errors(table.encoding))
        return table.mark + data if table.first else data


class TabDelimited(Delimited):
    delimiter = "\t"


# What spreadsheets begin a file with, in place of saying its encoding.
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def _errors(encoding: str) -> str:
    """How bytes that are not in the encoding are kept."""
    return "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
