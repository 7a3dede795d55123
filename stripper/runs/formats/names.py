"""Which format a file is in, by its name."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...errors import OptionError
from ...late_pattern import late_pattern

SUFFIXES = {
    ".txt": "txt", ".md": "md", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv",
    ".parquet": "parquet", ".arrow": "arrow", ".wet": "wet", ".warc": "warc", ".html": "html", ".htm": "html",
}  # fmt: skip
COMPRESSIONS = {".gz": "gz", ".zst": "zst", ".bz2": "bz2", ".xz": "xz"}
FORMATS = tuple(dict.fromkeys(SUFFIXES.values()))
PAGES = ("txt", "md")  # a file of these is one page
NAMES = (*FORMATS, *(f"{name}.{packing}" for name in FORMATS for packing in COMPRESSIONS.values()))


_READ_ONLY = ("wet", "warc", "html")
_TO = ("jsonl", "parquet", "txt")  # what any other format can be written as
PACKED = ("parquet", "arrow")  # within, if at all
_ADDRESS = late_pattern(r"[a-z][a-z0-9+.-]+://", re.I)


class Format(NamedTuple):
    """What a file holds, and how that is compressed ("" if it is not)."""

    name: str
    compression: str = ""

    @property
    def is_page(self) -> bool:
        """Whether a file is itself a page of text, and nothing has to be unpacked to see it."""
        return self.name in PAGES and not self.compression

    @property
    def suffix(self) -> str:
        suffix = next(suffix for suffix, name in SUFFIXES.items() if name == self.name)
        return suffix + next((suffix for suffix, name in COMPRESSIONS.items() if name == self.compression), "")


def format_of(path: str) -> Format | None:
    """The format that a name ends in; None if it says nothing.

    >>> format_of("crawl/CC-MAIN-1.warc.gz")
    Format(name='warc', compression='gz')
    """
    stem, compression = _split(path, COMPRESSIONS)
    name = _split(stem, SUFFIXES)[1]
    return Format(name, compression) if name else None


def is_remote(name: str) -> bool:
    """Whether a name is the address of a file somewhere else."""
    return _ADDRESS.match(name) is not None


def stem_of(path: str) -> str:
    """A path without the endings that tell its format."""
    return _split(_split(path, COMPRESSIONS)[0], SUFFIXES)[0]


def output_format(read: Format, to: Format | None) -> Format:
    """What a file is written as: what it is read as, unless told otherwise or that cannot be written.

    Raises OptionError for `to` that it cannot be written as.
    """
    if to is None:
        if read.name in PACKED:
            return read._replace(compression="")
        return read._replace(name="jsonl") if read.name in _READ_ONLY else read
    written = to.name in _TO or (to.name == read.name and to.name not in _READ_ONLY)
    if not written or (to.name in PACKED and to.compression):
        raise OptionError(f"{read.name} is not written as {'.'.join(filter(None, to))}, but as {', '.join(_TO)}")
    return to


def _split(path: str, endings: dict[str, str]) -> tuple[str, str]:
    lower = path.lower()
    for ending, name in endings.items():
        if lower.endswith(ending):
            return path[: -len(ending)], name
    return path, ""
