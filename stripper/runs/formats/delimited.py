"""CSV and TSV: one row a record, the first row its names. A cell may hold line breaks and quotation marks."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from ...errors import InputError
from .records import PIECE_RECORDS, Piece, Record, RecordFormat, Written, check_columns, check_distinct
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

    @property
    def row(self) -> str:
        """What was read of the row."""
        return "".join(self._row)

    def row_to_its_end(self) -> Iterator[str]:
        """What was read of a row that is too long, and the rest of its line, in pieces."""
        text = self.row
        while text:
            yield text
            text = "" if text.endswith(("\n", "\r")) else self._lines.readline(1 << 20)


class Rows(NamedTuple):
    """Rows as they stand there, each with the number of its first line; `mark` and `head` come before the first ones.

    `problem` is with each of them.
    """

    head: str
    names: list[str]
    delimiter: str
    ending: str
    encoding: str
    mark: bytes
    first: bool
    rows: list[tuple[int, str]]
    problem: str = ""

    def written(self, row: _Row) -> list[str]:
        """The cells of a row as they stand there, or as they would be written where a quotation mark is not closed."""
        text, at, cells = row.text.rstrip("\r\n"), 0, []
        pattern = _cell(self.delimiter)
        while found := pattern.match(text, at):
            cells.append(found[1])
            if found.end() == len(text) and not found[2]:
                break
            at = found.end()
        return cells if len(cells) == len(row.cells) else [self.cell(each) for each in row.cells]

    def cell(self, value: str, like: str = "") -> str:
        """A cell as it is written: in quotation marks if it has to be, or if one that it is `like` has them."""
        if like.startswith('"') or any(each in value for each in (self.delimiter, '"', "\r", "\n")):
            return '"' + value.replace('"', '""') + '"'
        return value

    def line(self, cells: list[str], before: str) -> str:
        """A row as it is written, which ends as it did `before`."""
        ending = before[len(before.rstrip("\r\n")) :] or self.ending
        return (self.delimiter.join(cells) or '""') + ending  # an empty line would be none


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
            first_line = next(lines, "")
            delimiter = self._delimiter(first_line)
            names = next(csv.reader(chain([first_line], lines), delimiter=delimiter), [])
            check_columns(self.columns, names)
            check_distinct([name for name in names if name in self.columns])
            ending = "\r\n" if lines.row.endswith("\r\n") else "\n"
            table = Rows(lines.row, names, delimiter, ending, encoding, mark, True, [])
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
        number, size = lines.number + 1, 0
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
                table.rows.append((start, lines.row))
                size += len(lines.row)
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
        table: Rows = piece.data
        at = {name: table.names.index(name) for name in self.columns if name is not None and name in table.names}
        cells = csv.reader((text for _, text in table.rows), delimiter=table.delimiter)
        return [
            self._record(_Row(table.names, row, text), number, table, at)
            for (number, text), row in zip(table.rows, cells, strict=True)
        ]

    def _record(self, row: _Row, number: int, table: Rows, at: dict[str, int]) -> Record:
        problem = table.problem
        if not problem and len(row.cells) != len(row.names):
            problem = f"has {len(row.cells)} cells, not {len(row.names)}"
        if not problem and self.delimiter == "\t" and _is_rows(row):
            problem = "a quotation mark opens in one line and closes in another, and each may be a row of its own"
        if not problem and '"' in row.text and not _is_doubled(row.text, table.delimiter):
            cell = table.written(row)[at[self.columns.text]]  # others stay as they stand there
            if not _is_doubled(cell, table.delimiter):
                problem = "a quotation mark in the text is not doubled"
        if problem:
            return Record(number, problem=problem, rest=row)
        text, url, name = (
            row.cells[at[column]] if column is not None and column in at else None for column in self.columns
        )
        try:
            (text or "").encode("utf-8")
        except UnicodeEncodeError:
            message = f"is not {self.encoding or 'UTF-8'}; say --encoding NAME"
            return Record(number, problem=message, rest=row)
        return Record(number, text or "", url, name or "", rest=row)

    def apart(self, piece: Piece) -> Sequence[Piece]:
        rows = piece.data.rows
        parts = [Piece(row[0], piece.data._replace(rows=[row], first=piece.data.first and not at))
                 for at, row in enumerate(rows)]  # fmt: skip
        return parts or [piece]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        check_distinct(piece.data.names)
        return [dict(zip(record.rest.names, record.rest.cells, strict=True)) for record in records]

    def values(self, piece: Piece, records: Sequence[Record], name: str) -> list[Any]:
        names: list[str] = piece.data.names
        return [record.rest.cells[names.index(name)] if name in names else None for record in records]

    def write(
        self, piece: Piece, rows: Sequence[Written], added: Sequence[str] = (), without: Sequence[str] = ()
    ) -> bytes:
        table: Rows = piece.data
        check_distinct([*added, *dict.fromkeys(table.names)])
        kept = [at for at, name in enumerate(table.names) if name not in without]
        text = table.names.index(self.columns.text)
        lines = []
        if table.first:
            head = table.written(_Row(table.names, table.names, table.head))
            lines.append(table.line([*(head[at] for at in kept), *map(table.cell, added)], table.head))
        for row in rows:
            if row.text is None and not added and not without:
                lines.append(table.line([row.record.rest.text.rstrip("\r\n")], row.record.rest.text))
                continue
            cells = table.written(row.record.rest)
            if row.text is not None:
                cells[text] = table.cell(row.text, like=cells[text])
            if len(cells) == len(table.names):
                cells = [cells[at] for at in kept]
            elif without:  # one that does not fit has as many cells too many, or too few, as before
                cells = cells[: len(kept) - len(table.names) or None]
            more = (_plain(row.added.get(name, "")) for name in added)
            lines.append(table.line([*cells, *map(table.cell, more)], row.record.rest.text))
        data = "".join(lines).encode(table.encoding, _errors(table.encoding))
        return table.mark + data if table.first else data


class _Row(NamedTuple):
    """The cells of a row, of columns of some names, and the row as it stands there."""

    names: list[str]
    cells: list[str]
    text: str


class TabDelimited(Delimited):
    delimiter = "\t"


# What spreadsheets begin a file with, in place of saying its encoding.
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def _is_doubled(text: str, delimiter: str) -> bool:
    """Whether quotation marks in cells that stand in such are doubled.

    Where they are not, as some programs put a backslash before them, what is read has lost them.
    """
    try:
        next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


def _is_rows(row: _Row) -> bool:
    """Whether each line of a row would be one by itself: many tables with tabs know no quotation marks."""
    lines = re.split(r"\r\n?|\n", row.text.rstrip("\r\n"))
    return len(lines) > 1 and all(line.count("\t") == len(row.names) - 1 for line in lines)


def _errors(encoding: str) -> str:
    """How bytes that are not in the encoding are kept."""
    return "surrogatepass" if encoding.startswith("utf-16") else "surrogateescape"


def _plain(value: Any) -> str:
    """What is added, as the text of a cell."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    """A cell as csv reads it, from its first character on, and the delimiter behind it, if there is one."""
    rest = f"[^{delimiter}]*"
    return re.compile(rf'("[^"]*+(?:""[^"]*+)*+"{rest}|(?!"){rest})({delimiter}?)')
