"""Cleaned records as they are written: in the format that they were read in, or in another.

What workers write of the pieces of a file is put one behind the other; `finish` makes the file of that.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import BinaryIO, NamedTuple

from ...engine.columns import PREFIX
from .names import PACKED, Format
from .records import Piece, RecordFormat, Written
from .streams import Steady, packed, zstd

_AT_ONCE = ("zst",)  # many readers stop at the end of its first frame, so that a file must be a single one


class Output(NamedTuple):
    """How records that are read as `form` are written as `format`, with `added` columns. Picklable."""

    form: RecordFormat
    format: Format
    converts: bool
    added: tuple[str, ...] = ()

    def write(self, piece: Piece, rows: Sequence[Written]) -> bytes:
        """What becomes of a piece, packed where that can be done piece by piece. Raises InputError."""
        data = self._convert(piece, rows) if self.converts else self.form.write(piece, rows, self._names)
        return self.pack(data)

    def pack(self, data: bytes) -> bytes:
        return packed(data, self.format.compression) if self.format.compression not in _AT_ONCE else data

    def joined(self, parts: Sequence[bytes]) -> bytes:
        """What is written of a piece, from what was written of parts of it. Raises InputError."""
        if len(parts) == 1:
            return parts[0]
        if self.format.name in PACKED:
            from .arrow import joined

            return joined(parts)
        if not self.pack(b""):
            return b"".join(parts)
        return self.pack(b"".join(Steady(BytesIO(part), self.format.compression).readall() for part in parts))

    @property
    def _names(self) -> list[str]:
        return [PREFIX + name for name in self.added]

    def _convert(self, piece: Piece, rows: Sequence[Written]) -> bytes:
        if self.format.name == "txt":
            return b"".join(self._page(row) for row in rows)
        text = self.form.columns.text
        before = self.form.rows(piece, [row.record for row in rows])
        after = [
            {**fields, **({} if row.text is None else {text: row.text}), **row.added}  # one that was null stays null
            for fields, row in zip(before, rows, strict=True)
        ]
        if self.format.name == "parquet":
            from .arrow import from_rows

            return from_rows(after, text, self.added)
        from .json_lines import to_line

        return b"".join(to_line(fields) + b"\n" for fields in after)

    def _page(self, row: Written) -> bytes:
        """A text, and a blank line after it where a file has several."""
        text = _text(row)
        if self.form.unit != "page":
            text += "\n" * (2 - text.endswith("\n")) if text else ""
        return text.encode("utf-8", "backslashreplace")

    @property
    def streams(self) -> bool:
        """Whether what is written of each piece can be used at once, without `finish`."""
        return self.format.compression not in _AT_ONCE and self.format.name not in PACKED

    def whole(self, pieces: Callable[[], Iterable[bytes]]) -> Callable[[BinaryIO], None]:
        """What writes the file, given what gives what is written of each piece."""

        def write(out: BinaryIO) -> None:
            is_empty = True
            for data in pieces():
                is_empty = is_empty and not data
                out.write(data)
                out.flush()
            if is_empty:  # what is packed and holds nothing is not without bytes
                out.write(self.pack(b""))

        def write_at_end(out: BinaryIO) -> None:
            from tempfile import TemporaryFile  # loads slowly, and few calls need it

            with TemporaryFile() as parts:
                write(parts)
                self.finish(parts, out)
                out.flush()

        return write if self.streams else write_at_end

    def finish(self, parts: BinaryIO, out: BinaryIO) -> None:
        """The file, from one in which stands what was written of its pieces. Raises InputError."""
        if self.format.name in PACKED:
            from .arrow import assemble

            assemble(parts, out, self.form, self.format.name)
            return
        size = parts.seek(0, os.SEEK_END)
        parts.seek(0)
        if not size:
            out.write(packed(b"", self.format.compression))
        elif self.format.compression == "zst":
            with zstd().ZstdFile(out, "wb") as file:
                shutil.copyfileobj(parts, file, 1 << 20)
        else:
            shutil.copyfileobj(parts, out, 1 << 20)


def _text(row: Written) -> str:
    return row.record.text if row.text is None else row.text
