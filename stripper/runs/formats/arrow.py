"""Parquet and Arrow: columns, of which all but the text stay as they are, types and metadata included.

Neither can be added to, so pieces are written as Arrow streams one behind the other, which can be cut off at any of
them, and `assemble` makes the file of these.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from ...engine.columns import PREFIX
from ...errors import InputError
from ...extras import load
from ...tables import added_fields, is_text, with_texts
from .arrow_messages import most_at_once
from .parquet_pages import largest_pages
from .records import (
    PIECE_BYTES,
    PIECE_RECORDS,
    Columns,
    Piece,
    Record,
    RecordFormat,
    Written,
    check_columns,
    check_distinct,
)
from .streams import BLOCK, DamagedError, check_size

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
else:
    pa, pc, pq = (load(name, "parquet") for name in ("pyarrow", "pyarrow.compute", "pyarrow.parquet"))

pa.set_memory_pool(pa.system_memory_pool())  # as fast here, and does not keep what is given back, some 60 MB
_BROKEN = (pa.ArrowException, OSError, ValueError, MemoryError)  # what a file that is none, or was cut or made, raises
_NO_PYTHON = (ValueError, OverflowError)  # for nanoseconds, say, or the year 10,000, which other programs write
_STRINGS = (pa.string(), pa.large_string(), pa.binary(), pa.large_binary())
AT_ONCE = 4  # rows that are read at once: a text that many rows have may stand in a file once, and is written out here
ROW_BYTES = 16  # that any row takes, or one of nulls would take none, and of those there could be any number
ROW_GROUP_BYTES = 32_000_000  # of Arrow data: enough for a reader, and little to hold


class ArrowTable(RecordFormat):
    """Arrow's own files, and its streams. `streamed` tells which it was, `codec` how Parquet was packed within."""

    unit = "row"
    seeks = True
    begins = (b"ARROW1", b"\xff\xff\xff\xff")

    def __init__(self, columns: Columns, encoding: str | None = None, name: str = "", eager: bool = False) -> None:
        super().__init__(columns, encoding, name, eager)
        self.streamed = False
        self.codec = "zstd"

    def pieces(self, stream: Any) -> Iterator[Piece]:
        number, packed = 1, stream.seek(0, os.SEEK_END)
        stream.seek(0)
        try:
            schema, batches = self._open(stream)
            check_columns(self.columns, schema.names)
            head = _packed(schema, [])
        except _BROKEN as error:
            raise InputError(f"is no file of this format: {_short(error)}") from None
        kind = schema.types[schema.names.index(self.columns.text)]
        if not is_text(kind):
            raise InputError(f"column {self.columns.text!r} holds {kind}, not strings")
        yield Piece(1, head)  # or a table without rows would have no columns
        try:
            unpacked = 0
            for batch in batches:
                batch.validate(full=True)  # or offsets that lead elsewhere would be followed
                for part, size in _split(batch):
                    unpacked += size
                    check_size(unpacked, packed)
                    yield Piece(number, _packed(schema, [_with_schema(part, schema, size)]))
                    number += part.num_rows
            if self.streamed and stream.read(BLOCK).strip(b"\0"):
                yield Piece(number, problem="is another stream, or none, behind the end of the first: split them")
        except DamagedError as error:
            yield Piece(number, problem=str(error))
        except _BROKEN as error:
            yield Piece(number, problem=f"cannot be read on: {_short(error)}")

    def _open(self, stream: Any) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
        claimed, size = most_at_once(stream), stream.seek(0, os.SEEK_END)
        stream.seek(0)
        self.streamed = stream.read(6) != b"ARROW1"
        stream.seek(0)
        if self.streamed:
            reader = pa.ipc.open_stream(stream)
            return reader.schema, _checked(reader, claimed, size)
        file = pa.ipc.open_file(stream)
        return file.schema, _checked((file.get_batch(at) for at in range(file.num_record_batches)), claimed, size)

    def records(self, piece: Piece) -> Sequence[Record]:
        batch = _unpacked(piece.data)
        if not batch.num_rows:
            return []
        texts, urls, ids = (_column(batch, name) for name in self.columns)
        return [
            Record(piece.number + at, text or "", url if isinstance(url, str) else None, "" if id is None else str(id),
                   rest=(at, text))
            for at, (text, url, id) in enumerate(zip(texts, urls, ids, strict=True))
        ]  # fmt: skip

    def apart(self, piece: Piece) -> Sequence[Piece]:
        batch = _unpacked(piece.data)
        parts = [Piece(piece.number + at, _packed(batch.schema, [batch.slice(at, 1)])) for at in range(batch.num_rows)]
        return parts or [piece]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        batch = _unpacked(piece.data)
        check_distinct(batch.schema.names)
        try:
            found: list[dict[str, Any]] = _of(records, batch).to_pylist()
        except _NO_PYTHON as error:
            raise InputError(f"cannot be read: {_short(error)}") from None
        return found

    def values(self, piece: Piece, records: Sequence[Record], name: str) -> list[Any]:
        return _column(_of(records, _unpacked(piece.data)), name)

    def write(
        self, piece: Piece, rows: Sequence[Written], added: Sequence[str] = (), without: Sequence[str] = ()
    ) -> bytes:
        batch = _of([row.record for row in rows], _unpacked(piece.data))
        texts = [row.record.rest[1] if row.text is None else row.text for row in rows]
        names = [name.removeprefix(PREFIX) for name in added]
        batch = with_texts(batch, self.columns.text, texts, [row.added for row in rows], names)
        batch = batch.drop_columns([name for name in without if name in batch.schema.names])
        return _packed(batch.schema, [batch])


class ParquetTable(ArrowTable):
    begins = (b"PAR1", b"PARE")

    def _open(self, stream: Any) -> tuple[pa.Schema, Iterable[pa.RecordBatch]]:
        # A buffer, or a whole row group would be read at once.
        file = pq.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False)
        return file.schema_arrow, _gathered(self._batches(file, stream))

    def _batches(self, file: pq.ParquetFile, stream: Any) -> Iterator[pa.RecordBatch]:
        size = stream.seek(0, os.SEEK_END)
        for at in range(file.num_row_groups):  # over their ends some nested columns cannot be read
            check_size(largest_pages(stream, file.metadata.row_group(at)), size)
            for batch in file.iter_batches(AT_ONCE, [at], use_threads=False):
                # Asked before, for a codec that there is not, it would end the process.
                self.codec = file.metadata.row_group(0).column(0).compression.lower().replace("uncompressed", "none")
                yield batch


def _of(records: Sequence[Record], batch: pa.RecordBatch) -> pa.RecordBatch:
    """The rows of a batch that some of its records are."""
    if len(records) == batch.num_rows:
        return batch
    return batch.take(pa.array([record.rest[0] for record in records], pa.int64()))


def _column(batch: pa.RecordBatch, name: str | None) -> list[Any]:
    """The values of a column; None for each if there is none, or several of its name, or Python has no such values."""
    if batch.schema.names.count(name) == 1:
        with suppress(*_NO_PYTHON):
            found: list[Any] = batch.column(name).to_pylist()
            return found
    return [None] * len(batch)


def _checked(batches: Iterable[pa.RecordBatch], claimed: int, size: int) -> Iterator[pa.RecordBatch]:
    """Batches of a file of some size, of which none is read if it claims to hold more than that can."""
    check_size(claimed, size)
    yield from batches


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Batches of a few rows put together to such as are a piece."""
    held: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        held.append(batch)
        rows, size = rows + batch.num_rows, size + sum(_row_sizes(batch))
        if rows >= PIECE_RECORDS or size >= PIECE_BYTES:
            yield from _joined(held).to_batches()
            held, rows, size = [], 0, 0
    if held:
        yield from _joined(held).to_batches()


def _joined(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()


def _split(batch: pa.RecordBatch) -> Iterator[tuple[pa.RecordBatch, int]]:
    """A batch in parts of so few rows, and where these are large, so few bytes that one is a piece; and these bytes."""
    for start in range(0, batch.num_rows, PIECE_RECORDS):
        part = batch.slice(start, PIECE_RECORDS)
        begin = size = 0
        for row, own in enumerate(_row_sizes(part)):
            if size and size + own > PIECE_BYTES:
                yield part.slice(begin, row - begin), size
                begin, size = row, 0
            size += own
        yield part.slice(begin), size


def _row_sizes(part: pa.RecordBatch) -> list[int]:
    """The bytes of each row with its strings written out, of other columns as many as of any other row."""
    sizes, others = [0] * part.num_rows, 0
    for column in part.columns:
        if not _is_shared(column.type):
            others += column.nbytes
            continue
        lengths = pc.binary_length(column.dictionary).take(column.indices).to_pylist()
        sizes = [size + (length or 0) for size, length in zip(sizes, lengths, strict=True)]
    return [size + others // part.num_rows + ROW_BYTES for size in sizes]


def _is_shared(kind: pa.DataType) -> bool:
    return pa.types.is_dictionary(kind) and kind.value_type in _STRINGS


def _with_schema(part: pa.RecordBatch, schema: pa.Schema, size: int) -> pa.RecordBatch:
    """A part with the types that it is to have, and in its dictionaries no more than it needs."""
    columns = part.columns
    for at, (column, field) in enumerate(zip(part.columns, schema, strict=True)):
        if _is_shared(column.type) and not pa.types.is_dictionary(field.type):
            columns[at] = column.dictionary_decode().cast(field.type)
        elif _is_shared(column.type) and column.dictionary.nbytes > max(size, PIECE_BYTES):
            columns[at] = column.dictionary_decode().dictionary_encode().cast(field.type)
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _packed(schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> bytes:
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    data: bytes = out.getvalue().to_pybytes()
    return data


def _unpacked(data: bytes) -> pa.RecordBatch:
    reader = pa.ipc.open_stream(data)
    for batch in reader:
        return batch
    return pa.RecordBatch.from_arrays([pa.nulls(0, kind) for kind in reader.schema.types], schema=reader.schema)


def from_rows(rows: Sequence[dict[str, Any]], text: str, added: Sequence[str]) -> bytes:
    """A piece made of rows of another format, with their `text` and `added` columns of `stripper.engine.columns` among
    their fields.

    Raises InputError for what does not fit into columns.
    """
    fields = added_fields(added)
    own = {field.name for field in fields}
    names = dict.fromkeys(name for row in rows for name in row if name not in own)  # of any row, in their order
    try:
        kinds = {text: pa.string()}  # also where each is null
        table = pa.table({name: pa.array([row.get(name) for row in rows], kinds.get(name)) for name in names})
        for field in fields:
            table = table.append_column(field, pa.array([row.get(field.name) for row in rows], field.type))
        return _packed(table.schema, table.to_batches())
    except (pa.ArrowException, OverflowError, UnicodeEncodeError) as error:
        raise InputError(f"does not fit into columns: {_short(error)}; --to jsonl takes it") from None


def joined(parts: Sequence[bytes]) -> bytes:
    """A piece made of parts of it. Raises InputError for what does not fit into columns."""
    try:
        tables = [pa.ipc.open_stream(part).read_all() for part in parts]
        table = pa.concat_tables(tables, promote_options="permissive").unify_dictionaries().combine_chunks()
        return _packed(table.schema, table.to_batches())
    except pa.ArrowException as error:
        raise InputError(f"does not fit into columns: {_short(error)}; --to jsonl takes it") from None


def assemble(parts: BinaryIO, out: BinaryIO, form: RecordFormat, name: str) -> None:
    """A Parquet or Arrow file of Arrow streams one behind the other, with the columns that any of them has.

    Raises InputError if a column holds what cannot be one.
    """
    try:
        schemas = [*_schemas(parts)] or [pa.schema([])]
        schema = pa.unify_schemas(schemas, promote_options="permissive") if len(schemas) > 1 else schemas[0]
        if form.columns.text not in schema.names:  # as where there are no records
            schema = schema.append(pa.field(form.columns.text, pa.string()))
        with _writer(out, schema, form, name) as writer:
            held: list[pa.Table] = []
            size = 0
            for table in _tables(parts):
                if table.schema != schema:
                    table = pa.concat_tables([schema.empty_table(), table], promote_options="permissive")
                held.append(table)
                size += table.get_total_buffer_size()  # `nbytes` of a union without rows ends the process
                if size >= ROW_GROUP_BYTES:
                    _write_group(writer, held, name)
                    held, size = [], 0
            if held:
                _write_group(writer, held, name)
    except pa.ArrowException as error:
        raise InputError(f"{form.name}: does not fit into columns: {_short(error)}; --to jsonl takes it") from None


def _writer(out: BinaryIO, schema: pa.Schema, form: RecordFormat, name: str) -> Any:
    if name == "parquet":
        return pq.ParquetWriter(out, schema, compression=getattr(form, "codec", "zstd"))
    streamed = getattr(form, "streamed", False)
    return pa.ipc.new_stream(out, schema) if streamed else pa.ipc.new_file(out, schema)


def _write_group(writer: Any, tables: Sequence[pa.Table], name: str) -> None:
    table = pa.concat_tables(tables).unify_dictionaries()
    if table.num_rows:
        writer.write_table(table if name == "parquet" else table.combine_chunks())  # Parquet takes what is in parts


def _schemas(parts: BinaryIO) -> Iterator[pa.Schema]:
    seen: list[pa.Schema] = []
    for table in _tables(parts):
        if not seen or table.schema != seen[-1]:
            seen.append(table.schema)
            yield table.schema


def _tables(parts: BinaryIO) -> Iterator[pa.Table]:
    end = parts.seek(0, os.SEEK_END)
    parts.seek(0)
    while parts.tell() < end:
        yield pa.ipc.open_stream(parts).read_all()


def _short(error: Exception) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
