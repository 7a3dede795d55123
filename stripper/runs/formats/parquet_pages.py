"""What the pages of a Parquet file claim to come to, told before the memory for that is taken.

A page says in its head how long it is and how long it is unpacked, in Thrift's compact protocol, see
https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift (`PageHeader`). pyarrow takes as
much memory as it says and then unpacks, and does not show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_MOST_HEAD = 16_000_000  # bytes of the head of a page, as pyarrow has it
_BOOLS, _BYTE, _NUMBERS, _DOUBLE, _BINARY, _LISTS, _MAP, _STRUCT = (1, 2), 3, (4, 5, 6), 7, 8, (9, 10), 11, 12


def largest_pages(file: Any, group: Any) -> int:
    """The bytes of the largest page of each column in a row group, summed: so much is unpacked at once at most."""
    columns = map(group.column, range(group.num_columns))
    return sum(max(_page_sizes(file, *_place(column)), default=0) for column in columns)


def _place(column: Any) -> tuple[int, int]:
    """Where the pages of a column begin and end."""
    start = column.data_page_offset
    if column.has_dictionary_page and 0 < column.dictionary_page_offset < start:
        start = column.dictionary_page_offset
    return start, start + column.total_compressed_size


def _page_sizes(file: Any, at: int, end: int) -> Iterator[int]:
    """What each page comes to; up to one whose head is none, at which pyarrow ends too."""
    while at < end:
        try:
            length, unpacked, packed = _head(file, at)
        except (ValueError, RecursionError):
            return
        yield unpacked
        at += length + packed


def _head(file: Any, at: int) -> tuple[int, int, int]:
    """The length of the head of a page, and those of the page unpacked and packed. Raises ValueError for none."""
    size = 256
    while size <= _MOST_HEAD:
        file.seek(at)
        data = file.read(size)
        try:
            numbers, length = _struct(data, 0)
            if min(numbers[2], numbers[3]) < 0:
                raise ValueError
            return length, numbers[2], numbers[3]
        except KeyError:
            raise ValueError from None
        except IndexError:
            if len(data) < size:
                raise ValueError from None
            size *= 16
    raise ValueError


def _struct(data: bytes, at: int) -> tuple[dict[int, int], int]:
    """The numbers among the fields of a struct, and where it ends. Raises IndexError if it goes on behind the data."""
    numbers: dict[int, int] = {}
    field = 0
    while kind := data[at]:
        at += 1
        if kind >> 4:
            field += kind >> 4
        else:
            field, at = _number(data, at)
        if kind & 15 in _NUMBERS:
            numbers[field], at = _number(data, at)
        elif kind & 15 not in _BOOLS:  # which have their value in their kind
            at = _behind(kind & 15, data, at)
    return numbers, at + 1


def _number(data: bytes, at: int) -> tuple[int, int]:
    value, at = _varint(data, at)
    return (value >> 1) ^ -(value & 1), at


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
        if shift > 63:
            raise ValueError


def _behind(kind: int, data: bytes, at: int) -> int:
    """Where a value ends. Raises IndexError if that is behind the data, ValueError if it is none."""
    if kind in (*_BOOLS, _BYTE):
        return at + 1
    if kind in _NUMBERS:
        return _varint(data, at)[1]
    if kind == _DOUBLE:
        return at + 8
    if kind == _BINARY:
        length, at = _varint(data, at)
        return at + length
    if kind == _STRUCT:
        return _struct(data, at)[1]
    if kind in _LISTS:
        size, kinds, at = data[at] >> 4, [data[at] & 15], at + 1
        if size == 15:
            size, at = _varint(data, at)
    elif kind == _MAP:
        size, at = _varint(data, at)
        kinds, at = ([data[at] >> 4, data[at] & 15], at + 1) if size else ([], at)
    else:
        raise ValueError
    for _ in range(size):
        for each in kinds:
            at = _behind(each, data, at)
            data[at - 1]  # or a list of any length would be gone through
    return at
