"""What the messages of an Arrow file claim to come to, told before the memory for that is taken.

A file, or a stream, is a chain of messages, each a head in FlatBuffers behind its length, and a body; see
https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc. Where the buffers
of a body are packed, each begins with how long it is unpacked. pyarrow takes as much memory as it says, and does not
show it.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

_DICTIONARY, _BATCH = 2, 3  # kinds of message
_END = b"ARROW1"


class _Table(NamedTuple):
    """A table of FlatBuffers at a place in some data. What leads out of the data raises struct.error."""

    data: bytes
    at: int

    @classmethod
    def root(cls, data: bytes) -> _Table:
        return cls(data, *struct.unpack_from("<I", data))

    def place(self, number: int) -> int:
        """Where a field is; 0 if it is not there."""
        (back,) = struct.unpack_from("<i", self.data, self.at)
        (size,) = struct.unpack_from("<H", self.data, self.at - back)
        if 4 + 2 * number >= size:
            return 0
        (offset,) = struct.unpack_from("<H", self.data, self.at - back + 4 + 2 * number)
        return self.at + offset if offset else 0

    def number(self, number: int, kind: str) -> int:
        place = self.place(number)
        return int(struct.unpack_from(kind, self.data, place)[0]) if place else 0

    def table(self, number: int) -> _Table:
        place = self.place(number)
        return self._replace(at=place + struct.unpack_from("<I", self.data, place)[0])

    def structs(self, number: int, kind: str) -> Iterator[tuple[Any, ...]]:
        """The structs in a vector."""
        if place := self.place(number):
            start = place + struct.unpack_from("<I", self.data, place)[0]
            (count,) = struct.unpack_from("<I", self.data, start)
            for at in range(count):
                yield struct.unpack_from(kind, self.data, start + 4 + at * struct.calcsize(kind))


def most_at_once(file: Any) -> int:
    """The bytes that are unpacked at once at most: of all dictionaries, and of the largest batch.

    What comes behind a message that is none is not told; there pyarrow ends too.
    """
    dictionaries = batch = 0
    try:
        for at in _places(file):
            kind, size, _ = _message(file, at)
            if kind == _DICTIONARY:
                dictionaries += size
            else:
                batch = max(batch, size)
    except struct.error:
        pass
    return dictionaries + batch


def _places(file: Any) -> Iterator[int]:
    """Where the messages begin: at the end of a file stands where, those of a stream follow one another."""
    size = file.seek(0, os.SEEK_END)
    if _read(file, 0, len(_END)) == _END:
        (length,) = struct.unpack("<I", _read(file, size - 10, 4))
        footer = _Table.root(_read(file, size - 10 - length, length))
        for number in (2, 3):
            yield from (at for at, *_ in footer.structs(number, "<qi4xq"))
        return
    at = 0
    while at < size:
        yield at
        _, _, at = _message(file, at)


def _message(file: Any, at: int) -> tuple[int, int, int]:
    """The kind of a message, what it comes to unpacked, and where it ends. Raises struct.error for none."""
    mark, length = struct.unpack("<II", _read(file, at, 8))
    if mark != 0xFFFFFFFF:  # as older ones have it
        at, length = at - 4, mark
    message, body = _Table.root(_read(file, at + 8, length)), at + 8 + length
    kind, unpacked = message.number(1, "<B"), message.number(3, "<q")
    end = body + unpacked
    if kind in (_DICTIONARY, _BATCH):
        head = message.table(2)
        batch = head.table(1) if kind == _DICTIONARY else head
        if batch.place(3):
            unpacked += sum(_unpacked(file, body + start) for start, long in batch.structs(2, "<qq") if long > 8)
    if end < body:
        raise struct.error
    return kind, unpacked, end


def _unpacked(file: Any, at: int) -> int:
    """How long a packed buffer is unpacked; -1 is one that was left as it is."""
    (size,) = struct.unpack("<q", _read(file, at, 8))
    return max(0, int(size))


def _read(file: Any, at: int, length: int) -> bytes:
    """Some bytes. Raises struct.error if they are not there."""
    if not 0 <= at <= at + length <= file.seek(0, os.SEEK_END):
        raise struct.error
    file.seek(at)
    data: bytes = file.read(length)
    return data
