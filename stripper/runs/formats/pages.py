"""Files that are one page each: text, and HTML, of which the visible text is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ...errors import InputError
from ...extras import load
from ...model import Document
from ...reading.decoding import decode, encode
from .records import Piece, Record, RecordFormat, Written
from .streams import LONGEST, DamagedError, Steady


def _whole(stream: Steady) -> Iterator[Piece]:
    held: list[bytes] = []
    size = 0
    try:
        for block in stream.blocks():
            held.append(block)
            size += len(block)
            if size > LONGEST:
                yield Piece(1, problem=f"is longer than {LONGEST // 1_000_000} MB")
                return
    except DamagedError as error:
        yield Piece(1, problem=str(error))
        return
    yield Piece(1, b"".join(held))


class PlainText(RecordFormat):
    """A page of text, for runs that write records, and where it is compressed."""

    unit = "page"

    def pieces(self, stream: Steady) -> Iterator[Piece]:
        return _whole(stream)

    def records(self, piece: Piece) -> Sequence[Record]:
        try:
            document = decode(piece.data, self.name, self.encoding)
        except InputError as error:
            return [Record(1, problem=str(error).removeprefix(f"{self.name}: "), rest=piece.data)]
        return [Record(1, document.text, rest=document)]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        return [{"file": self.name, self.columns.text: record.text} for record in records]

    def write(
        self, piece: Piece, rows: Sequence[Written], added: Sequence[str] = (), without: Sequence[str] = ()
    ) -> bytes:
        return b"".join(self._page(row) for row in rows)

    def _page(self, row: Written) -> bytes:
        document: Document | bytes = row.record.rest
        if isinstance(document, bytes):
            return document
        return encode(document.text if row.text is None else row.text, document)


class Html(RecordFormat):
    """A page of HTML: its visible text, each block on a line of its own. It is read, not written."""

    unit = "page"

    def pieces(self, stream: Steady) -> Iterator[Piece]:
        return _whole(stream)

    def records(self, piece: Piece) -> Sequence[Record]:
        try:
            page = read_html(piece.data, self.encoding)
        except InputError as error:
            return [Record(1, problem=str(error), rest=piece.data)]
        return [Record(1, page.text, page.url, rest=page)]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        return [
            {"file": self.name, "url": record.rest.url, "date": record.rest.date, self.columns.text: record.text}
            for record in records
        ]


class HtmlPage(NamedTuple):
    """What a page of HTML says: its visible text, its own address and date where it tells them."""

    text: str
    url: str | None
    date: str | None


LONGEST_HTML = 16_000_000  # bytes; the tree of a page takes up to a hundred times as much memory
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]+)", re.I)


def read_html(data: bytes, encoding: str | None = None) -> HtmlPage:
    """The visible text of a page. `encoding` is what a server or the user says; a byte order mark comes first.

    Raises InputError for what is too large to be a page.
    """
    if len(data) > LONGEST_HTML:
        raise InputError(f"is longer than {LONGEST_HTML // 1_000_000} MB of HTML, and no page")
    encodings = load("resiliparse.parse.encoding", "html")
    if encoding is None and (found := _CHARSET.search(data, 0, 4096)):
        encoding = found[1].decode("ascii")
    encoding = encodings.map_encoding_to_html5(encoding) if encoding else None
    encoding = encoding or encodings.detect_encoding(data, html5_compatible=True)
    tree = load("resiliparse.parse.html", "html").HTMLTree.parse(encodings.bytes_to_str(data, encoding))
    extract = load("resiliparse.extract.html2text", "html").extract_plain_text
    text = extract(tree, preserve_formatting=True, list_bullets=False, alt_texts=False)
    return HtmlPage(
        str(text),
        _attribute(tree, 'link[rel="canonical"]', "href"),
        _attribute(tree, 'meta[property="article:published_time"]', "content"),
    )


def _attribute(tree: Any, selector: str, name: str) -> str | None:
    found = tree.document.query_selector(selector)
    return (found.getattr(name) or None) if found is not None else None
