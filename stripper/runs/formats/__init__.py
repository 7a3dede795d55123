"""Files of many records: each format reads them in pieces and writes them again."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from .names import Format

if TYPE_CHECKING:
    from .records import Columns, RecordFormat

_CLASSES = {
    "txt": ("pages", "PlainText"),
    "md": ("pages", "PlainText"),
    "jsonl": ("json_lines", "JsonLines"),
    "csv": ("delimited", "Delimited"),
    "tsv": ("delimited", "TabDelimited"),
    "parquet": ("arrow", "ParquetTable"),
    "arrow": ("arrow", "ArrowTable"),
    "wet": ("crawl", "Archive"),
    "warc": ("crawl", "Archive"),
    "html": ("html", "Html"),
}  # format -> module and class; imported when first needed, since most need a library of their own


def open_format(
    format: Format, columns: Columns, encoding: str | None = None, name: str = "-", eager: bool = False
) -> RecordFormat:
    """What reads and writes a format. Raises InputError if its library is not installed.

    With `eager` pieces are as small as they come, for one who waits at the end of a pipe.
    """
    module, kind = _CLASSES[format.name]
    found: RecordFormat = getattr(import_module(f".{module}", __name__), kind)(columns, encoding, name, eager)
    return found
