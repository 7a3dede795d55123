"""JSON Lines: one object a line. All but the text stays as it is written, to the last digit of a number.

msgspec takes an object apart without looking into its values. What it refuses and Python's own json writes (NaN,
halves of a surrogate pair) is taken apart by that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ...errors import InputError
from ...extras import load
from .records import Piece, Record, RecordFormat, Written, named_twice
from .streams import LONGEST, DamagedError

msgspec = load("msgspec", "jsonl")

_take_apart: Callable[[bytes], dict[str, Any]] = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode  # type: ignore[name-defined]
_decode: Callable[[Any], Any] = msgspec.json.Decoder().decode
_encode: Callable[[Any], bytes] = msgspec.json.Encoder(enc_hook=lambda value: value.isoformat()).encode  # of pandas
_JSON = json.JSONDecoder(parse_int=str)  # of any length; nobody asks for their values
_NAME_END = re.compile(rb'"[ \t\r]*:')
_MOST_SEARCHED = 100_000_000  # bytes, for all names together
_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xff\xfe", b"\xfe\xff")


class JsonLines(RecordFormat):
    unit = "line"

    def pieces(self, stream: Any) -> Iterator[Piece]:
        number = 1
        held: list[bytes] = []  # what no piece has yet
        size = open_line = 0  # its bytes, and those since the last line feed
        skipping = False
        problem = ""
        try:
            for at, block in enumerate(stream.blocks()):
                if at == 0:
                    if block.startswith(_OTHER_MARKS):
                        raise InputError("is UTF-16; JSON Lines are UTF-8")
                    block = block.removeprefix(_MARK)
                if skipping:
                    end = block.find(b"\n") + 1
                    yield Piece(number, raw=block[: end or None])
                    if not end:
                        continue
                    block, number, skipping = block[end:], number + 1, False
                end = block.rfind(b"\n") + 1
                if end and size + end >= self.piece_bytes:
                    data = b"".join([*held, block[:end]])
                    yield Piece(number, data)
                    number += data.count(b"\n")
                    held, size, open_line, block, end = [], 0, 0, block[end:], 0
                held.append(block)
                size += len(block)
                open_line = len(block) - end if end else open_line + len(block)
                if open_line > LONGEST:
                    data = b"".join(held)
                    end = data.rfind(b"\n") + 1
                    yield Piece(number, data[:end])
                    number += data.count(b"\n")
                    yield Piece(number, problem=f"is longer than {LONGEST // 1_000_000} MB", raw=data[end:])
                    held, size, open_line, skipping = [], 0, 0, True
        except DamagedError as error:
            problem = str(error)
        if problem:
            whole = self._whole_lines(number, held)
            yield whole
            yield Piece(number + whole.data.count(b"\n"), problem=problem)
        elif size:
            yield Piece(number, b"".join(held))

    def _whole_lines(self, number: int, held: list[bytes]) -> Piece:
        data = b"".join(held)
        return Piece(number, data[: data.rfind(b"\n") + 1])

    def records(self, piece: Piece) -> Sequence[Record]:
        if piece.data.isspace():  # any number of blank lines
            return []
        lines = enumerate(piece.data.split(b"\n"), piece.number)
        return [self._record(number, line) for number, line in lines if line and not line.isspace()]

    def _record(self, number: int, line: bytes) -> Record:
        text, url, id = self.columns
        fields: dict[str, Any] = {}
        address, name = None, ""
        try:
            line.decode("utf-8")
            fields = _fields(line)
            address = _value(fields[url]) if url in fields else None
            name = str(_value(fields[id])) if id in fields else ""
            if text not in fields:
                raise ValueError(f"has no field {text!r}; {_named(fields)}")
            value = _value(fields[text])
            if not isinstance(value, str | None):
                raise ValueError(f"field {text!r} is no string")
        except UnicodeDecodeError as error:
            problem = f"is not UTF-8 (byte {error.start})"
        except RecursionError:
            problem = "is nested too deeply"
        except ValueError as error:
            problem = str(error)
        else:
            return Record(number, value or "", address if isinstance(address, str) else None, name, rest=(line, fields))
        return Record(number, id=name, problem=problem, rest=(line, {}))

    def fields(self, records: Sequence[Record]) -> Iterable[str]:
        return (name for record in records for name in record.rest[1])

    def apart(self, piece: Piece) -> Sequence[Piece]:
        return [Piece(number, line) for number, line in enumerate(piece.data.split(b"\n"), piece.number)]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        with _said():
            return [{name: _whole(raw) for name, raw in record.rest[1].items()} for record in records]

    def values(self, piece: Piece, records: Sequence[Record], name: str) -> list[Any]:
        with _said():
            return [_whole(record.rest[1][name]) if name in record.rest[1] else None for record in records]

    def write(
        self, piece: Piece, rows: Sequence[Written], added: Sequence[str] = (), without: Sequence[str] = ()
    ) -> bytes:
        return b"".join(self._line(row, without) + b"\n" for row in rows)

    def _line(self, row: Written, without: Sequence[str]) -> bytes:
        line: bytes
        line, fields = row.record.rest
        if row.text is None and not row.added and not (without and fields.keys() & without):
            return line.strip()
        if taken := fields.keys() & row.added:
            name = min(taken)
            raise InputError(f"has a field {name!r} already, which --add would replace; rename or drop it")
        if row.text is not None:
            fields = {**fields, self.columns.text: row.text}
        return to_line({name: value for name, value in {**fields, **row.added}.items() if name not in without})


@contextmanager
def _said() -> Iterator[None]:
    """For what is wrong with a value, an InputError."""
    try:
        yield
    except RecursionError:
        raise InputError("is nested too deeply") from None
    except ValueError as error:
        raise InputError(str(error)) from None


def to_line(fields: dict[str, Any]) -> bytes:
    """An object as a line, without the line feed."""
    try:
        return _encode(fields)
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can say
        return b"{%s}" % b",".join(b"%s:%s" % (_escaped(name), _escaped(value)) for name, value in fields.items())


def _escaped(value: Any) -> bytes:
    return bytes(value) if isinstance(value, msgspec.Raw) else json.dumps(value).encode("ascii")


def _fields(line: bytes) -> dict[str, Any]:
    """The fields of an object, unread. Raises ValueError for what is none, or has two of a name."""
    try:
        fields = _take_apart(line)
    except msgspec.ValidationError:
        raise ValueError("is no JSON object") from None
    except msgspec.DecodeError as error:
        try:
            text = line.decode("utf-8-sig")
            found = _JSON.decode(text)
        except ValueError:
            raise ValueError(f"is no JSON: {_reason(error)}") from None
        if not isinstance(found, dict):
            raise ValueError("is no JSON object") from None
        return _as_written(text) if found else {}
    # A name that stands once, between quotation marks, is that of one field, unless it is spelled with escapes too;
    # values seldom hold one so. To look for many names in a long line takes longer than to read it.
    once = len(fields) * len(line) <= _MOST_SEARCHED and all(
        line.count(b'"%s"' % name.encode()) == 1 for name in fields
    )
    return fields if once and not _may_escape_names(line) else _as_written(line.decode())


def _may_escape_names(line: bytes) -> bool:
    """Whether what stands between quotation marks before a colon holds a backslash, or such a mark after one."""
    if b"\\" not in line:
        return False
    ends = (found.start() for found in _NAME_END.finditer(line))
    return any(b"\\" in line[max(0, line.rfind(b'"', 0, end) - 1) : end] for end in ends)


def _as_written(text: str) -> dict[str, Any]:
    """The fields of an object that json can read, as they stand there. Raises ValueError for two of a name."""
    fields: dict[str, Any] = {}
    at = text.index("{")
    while text[at] != "}":
        name, at = _JSON.raw_decode(text, _behind_space(text, at + 1))
        if name in fields:
            raise ValueError(f"has two fields {name!r:.60}")
        start = _behind_space(text, _behind_space(text, at) + 1)  # and behind the colon
        _, end = _JSON.raw_decode(text, start)
        fields[name] = msgspec.Raw(text[start:end].encode("utf-8"))
        at = _behind_space(text, end)
    return fields


def _behind_space(text: str, at: int) -> int:
    while text[at] in " \t\n\r":
        at += 1
    return at


def _named(fields: Iterable[str]) -> str:
    return f"it has {', '.join(list(fields)[:20]) or 'none'}; --text names the one with the text"


def _reason(error: Exception) -> str:
    return str(error).removeprefix("JSON is malformed: ")


def _value(raw: Any) -> Any:
    try:
        return _decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return json.loads(bytes(raw))


def _whole(raw: Any) -> Any:
    """A value of which nothing is lost. Raises ValueError if two fields within it have one name."""
    if (data := bytes(raw)).startswith((b"{", b"[")):
        json.loads(data, object_pairs_hook=_distinct, parse_int=str)
    return _value(raw)


def _distinct(pairs: list[tuple[str, Any]]) -> None:
    if (twice := named_twice(name for name, _ in pairs)) is not None:
        raise ValueError(f"has two fields {twice!r:.60}")
