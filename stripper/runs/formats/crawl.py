"""WARC and WET, the archives of crawlers: records of responses (HTML) and of text that was taken from them.

What is no page (requests, images, answers that are errors) is passed over. A record becomes `url`, `date` and `text`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from ...errors import InputError
from ...extras import load
from ...model import LineMark
from .html import decoded, read_html
from .records import PIECE_RECORDS, Piece, Record, RecordFormat
from .streams import BLOCK, DamagedError, Steady, check_size

warc = load("fastwarc.warc", "warc")

MOST_BYTES = 64_000_000  # of one page, unpacked
_PAGES = warc.WarcRecordType.response | warc.WarcRecordType.resource | warc.WarcRecordType.conversion
_HTML = ("text/html", "application/xhtml+xml")
_HEAD = (
    b"WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
)


class Block(NamedTuple):
    """A record as it stands in an archive. `kind` is the media type of its block, `problem` is with its length."""

    number: int
    url: str | None
    date: str | None
    kind: str
    block: bytes
    problem: str


class Archive(RecordFormat):
    def pieces(self, stream: Steady) -> Iterator[Piece]:
        blocks: list[Block] = []
        number = size = 0
        try:
            for record in warc.ArchiveIterator(stream, parse_http=False, stream_detect=False):
                if record.headers.get("Content-Length") is None:  # such as of lines that end in a line feed alone
                    raise OSError("has a head that cannot be read")
                number += 1
                url = (record.headers.get("WARC-Target-URI") or "").strip("<>")  # in which wget puts it
                # wget keeps notes of itself as resources
                is_page = bool(record.record_type & _PAGES) and not url.startswith("metadata:")
                data = record.reader.read(MOST_BYTES + 1) if is_page else b""
                wrong = _wrong_length(record, len(data))
                if not is_page and not wrong:
                    continue
                default_type = "text/plain" if record.record_type is warc.WarcRecordType.conversion else ""
                block = Block(
                    number, url or None, record.headers.get("WARC-Date"),
                    record.headers.get("Content-Type", default_type).lower(), data, wrong,
                )  # fmt: skip
                blocks.append(block)
                size += len(block.block)
                if size >= self.piece_bytes or len(blocks) == PIECE_RECORDS:
                    yield Piece(blocks[0].number, blocks)
                    blocks, size = [], 0
        except (DamagedError, OSError) as error:
            if number == 0 and not isinstance(error, DamagedError):
                raise InputError(f"is no web archive: {error}") from None
            problem = str(error)
        else:
            problem = ""
        if blocks:
            yield Piece(blocks[0].number, blocks)
        if problem:
            yield Piece(number + 1, problem=problem)

    def records(self, piece: Piece) -> Sequence[Record]:
        found = (self._record(block) for block in piece.data)
        return [record for record in found if record is not None]

    def _record(self, block: Block) -> Record | None:
        """The page in a record; None if there is none in it."""
        if len(block.block) > MOST_BYTES:
            return Record(block.number, problem=f"is longer than {MOST_BYTES // 1_000_000} MB", rest=block)
        if block.problem:
            return Record(block.number, problem=block.problem, rest=block)
        try:
            page = _page(block)
        except (OSError, InputError) as error:
            return Record(block.number, url=block.url, problem=f"cannot be unpacked: {error}", rest=block)
        return None if page is None else Record(block.number, page[0], block.url, rest=block, marks=page[1])

    def apart(self, piece: Piece) -> Sequence[Piece]:
        return [Piece(block.number, [block]) for block in piece.data]

    def rows(self, piece: Piece, records: Sequence[Record]) -> list[dict[str, Any]]:
        return [
            {"url": record.rest.url, "date": record.rest.date, self.columns.text: record.text} for record in records
        ]


def _wrong_length(record: Any, size: int) -> str:
    """What is wrong with the length that the head of a record promises; "" if that is what follows.

    Of what follows, `size` bytes are read. Those behind them are read here, so a record that is passed over cannot take
    those after it along unseen.
    """
    told = record.headers.get("Content-Length").strip()
    if told != str(record.content_length).rjust(len(told), "0"):  # for what is no number, and one too large, it has 0
        return f"has no length that can be believed: {told:.40}"
    if size <= MOST_BYTES:
        size += sum(map(len, iter(partial(record.reader.read, BLOCK), b"")))
        if size < record.content_length:
            return f"is cut off: {size} of {record.content_length} bytes, which its head promises"
    return ""


def _page(block: Block) -> tuple[str, tuple[LineMark, ...] | None] | None:
    """The text of a record's page and its marks; None if it is no page. Raises OSError for what cannot be unpacked."""
    kind, charset, body = block.kind, None, block.block
    if kind.startswith("application/http"):
        answer = warc.WarcRecord.from_bytes(_HEAD % len(body) + body + b"\r\n\r\n")
        answer.parse_http(auto_decode="all", quirks_mode=True)
        status = answer.http_headers.status_code if answer.http_headers is not None else None
        if body and not isinstance(status, int):
            raise OSError("is no answer of a web server")
        if status != 200:
            return None
        kind, charset = (answer.http_content_type or "").lower(), answer.http_charset
        body = answer.reader.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise OSError(f"longer than {MOST_BYTES // 1_000_000} MB")
        check_size(len(body), len(block.block), at_least=1_000_000)
    if kind.startswith(_HTML):
        return read_html(body, told=charset)[:2]
    return (decoded(body, None, charset), None) if kind.startswith("text/plain") else None
