"""What a file looks like if it is not the plain text of one page: said to the user, never guessed at."""

from __future__ import annotations

import re

from .glued import has_no_lines

_BINARY = (
    (b"\x1f\x8b", "is compressed with gzip; unpack it, or say --from txt.gz or jsonl.gz to strip or batch"),
    (b"\x28\xb5\x2f\xfd", "is compressed with zstd; unpack it, or say --from txt.zst or jsonl.zst to strip or batch"),
    (b"BZh", "is compressed with bzip2; unpack it, or say --from txt.bz2 or jsonl.bz2 to strip or batch"),
    (b"\xfd7zXZ\0", "is compressed with xz; unpack it, or say --from txt.xz or jsonl.xz to strip or batch"),
    (b"PK\x03\x04", "is a ZIP archive, or an office document; give its text"),
    (b"%PDF-", "is a PDF document; give its text, as `pdftotext` makes it"),
    (b"ARROW1\0\0", "is an Arrow file; say --from arrow to strip or batch"),
    (b"PAR1", "is a Parquet file; say --from parquet to strip or batch"),
)  # how a file begins -> what is said of it
_HEAD = 4096  # characters that are looked at
_MARKED = (
    (re.compile(r"WARC/\d"), "looks like a WARC or WET file of many pages; say --from warc to strip or batch"),
    (
        re.compile(r"\s*<(?:!doctype\s+html|html|head|body)\b", re.I),
        "looks like HTML; say --from html to strip or batch",
    ),
    (
        re.compile(r'\s*\{"[^"\n]{1,200}":.*\}[ \t]*\r?(?:\n\s*\{"|\n?\Z)'),
        "looks like JSON Lines, with a page in each line; say --from jsonl to strip or batch",
    ),
    (
        re.compile(r'\s*\{\s*"[^"\n]{1,200}"\s*:[^\n]{3000}'),
        "looks like JSON Lines; say --from jsonl to strip or batch",
    ),
    (
        re.compile(
            r'"?[a-z_]{1,30}"?(?:(?P<mark>[,\t])"?[a-z_]{1,30}"?)(?:(?P=mark)"?[a-z_]{1,30}"?)*\r?\n[^\n]*(?P=mark)'
        ),
        "looks like a table with a page in each row; say --from csv or --from tsv to strip or batch",
    ),
)
_LONG = 2000  # characters; a page of so many has more than one line


def binary_format(data: bytes) -> str:
    """What a file is that holds no text, and what to do with it; empty if it is none of these."""
    message = next((message for mark, message in _BINARY if data.startswith(mark)), "")
    return message if message and not _is_text(data[:_HEAD]) else ""


def _is_text(head: bytes) -> bool:
    """Whether bytes, which may end within a character, are text in UTF-8."""
    return b"\0" not in head and len(head.decode("utf-8", "ignore").encode("utf-8")) > len(head) - 4


def other_format(text: str) -> str:
    """What a text looks like that is not that of one page, with lines; empty for one that is."""
    if message := named_format(text):
        return message
    if len(text) > _LONG and "\n" not in text.strip() and "\r" not in text.strip() and has_no_lines(text):
        return "is all on one line, so there are no lines to judge by; extract it with line breaks between its blocks"
    return ""


def named_format(text: str) -> str:
    """Which of the formats that are read a text looks like, and how to say so; empty for none."""
    head = text[:_HEAD]
    return next((message for pattern, message in _MARKED if pattern.match(head)), "")
