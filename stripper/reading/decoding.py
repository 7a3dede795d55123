"""Bytes -> `Document`, and back. `encode(document.text, document)` gives the bytes that `decode` was given, exactly."""

from __future__ import annotations

import codecs

from ..errors import InputError
from ..model import Document
from .formats import binary_format

# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# For names of hosts and for source code: no page is in them, and some take time by the square of the length.
_NO_PAGES = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"})


def decode(data: bytes, name: str = "-", encoding: str | None = None) -> Document:
    """Decode a file.

    A byte order mark decides, then `encoding` if it is given, then UTF-8 if the bytes are that, then what
    charset-normalizer finds. An encoding that would not give the same bytes back is not taken. Raises InputError for
    bytes that are no text (NUL, or not of the encoding that was asked for) and for an unknown encoding.
    """
    if encoding is not None:
        check_encoding(encoding)
    if message := binary_format(data):
        raise InputError(f"{name}: {message}")
    bom, asked = b"", encoding
    for mark, marked in _MARKS:
        if data.startswith(mark) and (encoding is None or _same_family(encoding, marked)):
            bom, asked = mark, marked
            break
    body = data[len(bom) :]
    if asked is not None:
        document = _decode_as(body, name, asked, bom)
    else:
        try:
            document = Document(body.decode("utf-8"), name)
        except UnicodeDecodeError:
            document = _guess(body, name)
    if "\0" in document.text:
        raise _no_text(data, name)
    return document


def _no_text(data: bytes, name: str) -> InputError:
    """For bytes of which some are NUL. In UTF-16 half of each ASCII character is, and never the other half; and hardly
    anything else can be read as UTF-32."""
    at = data.find(0)
    likely = [] if data[1 - at % 2 :: 2].count(0) else [("UTF-16", "utf-16-le" if at % 2 else "utf-16-be")]
    likely += [("UTF-32", encoding) for encoding in ("utf-32-le", "utf-32-be") if _reads_as(data[:4000], encoding)]
    hint = "".join(f"; if it is {kind}, say --encoding {encoding}" for kind, encoding in likely[:1])
    return InputError(f"{name}: is no text (a NUL at byte {at}){hint}")


def _reads_as(data: bytes, encoding: str) -> bool:
    try:
        return "\0" not in data.decode(encoding)
    except UnicodeDecodeError:
        return False


def encode(text: str, document: Document) -> bytes:
    """A text in the document's encoding, with its byte order mark."""
    return document.bom + text.encode(document.encoding)


def check_encoding(encoding: str) -> None:
    """Raises InputError if Python knows no text encoding of this name."""
    try:
        found = codecs.lookup(encoding)
        known = found._is_text_encoding and found.name.replace("_", "-") not in _NO_PAGES
    except (LookupError, ValueError):  # ValueError: a name that is itself no text
        known = False
    if not known:
        raise InputError(f"unknown encoding {encoding!r}; names are such as utf-8, latin-1, windows-1252, shift_jis")


def _same_family(encoding: str, marked: str) -> bool:
    """Whether the mark belongs to the encoding that was asked for: utf-16 and utf-16-le agree, latin-1 has no mark."""
    name = codecs.lookup(encoding).name
    return marked.startswith(name.removesuffix("-sig")) or name.startswith(marked)


def _decode_as(body: bytes, name: str, encoding: str, bom: bytes) -> Document:
    plain = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
    encoding = plain.get(codecs.lookup(encoding).name, encoding)
    try:
        text = body.decode(encoding)
        same = text.encode(encoding) == body
    except UnicodeDecodeError as error:
        at = error.start + len(bom)
        raise InputError(f"{name}: is not {encoding}: {error.reason} at byte {at}; try another --encoding") from None
    except UnicodeError as error:  # what some say of the whole, or of a text that they would not have given
        raise InputError(f"{name}: is not {encoding}: {error}; try another --encoding") from None
    if not same:
        raise InputError(f"{name}: would not come out of {encoding} with the same bytes; try another --encoding")
    return Document(text, name, encoding, bom)


def _guess(body: bytes, name: str) -> Document:
    if b"\0" in body:
        raise _no_text(body, name)
    from charset_normalizer import from_bytes  # takes longer to import than most files take to clean

    best = from_bytes(body).best()
    # Where it is unsure, as of a short text, the encoding that most such files have, and then one that fits any bytes.
    for encoding in (*([best.encoding] if best else []), "cp1252", "latin-1"):
        try:
            return _decode_as(body, name, encoding, b"")
        except InputError:
            continue
    raise InputError(f"{name}: is in no known encoding; say --encoding NAME")
