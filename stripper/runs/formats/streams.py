"""Bytes of files as they come: unpacked, in blocks, up to the place where a file is damaged."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ...errors import InputError
from ...extras import load

BLOCK = 1 << 16
LONGEST = 200_000_000  # bytes of one record; what is longer is no page, and would not fit into memory some day
# Of what is packed: text comes to ten times its packed size, and the same page over and over to a thousand times.
MOST_TIMES = 100
AT_LEAST = 100_000_000  # bytes that may come of anything


def check_size(unpacked: int, packed: int, at_least: int | None = None) -> None:
    """Raises DamagedError for more than what so many packed bytes can be believed to hold."""
    if unpacked > max(AT_LEAST if at_least is None else at_least, MOST_TIMES * packed):
        times = f"{MOST_TIMES} times its size"
        raise DamagedError(f"holds more than {times} when it is unpacked; if that is right, unpack it first")


class DamagedError(InputError):
    """A file that cannot be read to its end; what stands before that can be used."""


class Steady(io.RawIOBase):
    """What is packed in a stream, members that follow one another as one; gives all there is before it tells of damage.

    Reads give as much as is at hand, so a pipe is not waited for. Raises DamagedError where the data is cut off or
    broken, or out of proportion to what is packed, MissingExtraError if there is no library that unpacks it.
    """

    def __init__(self, stream: BinaryIO, compression: str = "") -> None:
        self._packed = _Counted(stream) if compression else None
        self._stream = _opened(self._packed, compression) if self._packed else stream
        self._read = getattr(self._stream, "read1", self._stream.read)
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._read(min(len(buffer), BLOCK))
        except EOFError:
            raise DamagedError("is cut off in the middle of what is packed") from None
        except Exception as error:  # each library has errors of its own for what it cannot unpack
            raise DamagedError(f"cannot be read on: {getattr(error, 'strerror', None) or error}") from None
        buffer[: len(data)] = data
        self._at += len(data)
        if self._packed is not None:
            check_size(self._at, self._packed.count)
        return len(data)

    def tell(self) -> int:
        return self._at

    def blocks(self) -> Iterator[bytes]:
        while data := self.read(BLOCK):
            yield data

    def close(self) -> None:
        if self._packed is not None and not self.closed:
            self._stream.close()
        super().close()


class _Counted:
    """A stream to read, and how many bytes were."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


class _Members:
    """What is packed in members that follow one another, with zeros between them or behind the last one.

    Python's own files of these kinds take a member that is damaged in its head, and all behind it, for nothing.
    """

    def __init__(self, stream: Any, decompressor: Callable[[], Any]) -> None:
        self._stream, self._new = stream, decompressor
        self._member = decompressor()

    def read(self, size: int) -> bytes:
        data = b""
        while not data:
            packed = b""
            if self._member.eof:
                packed = self._member.unused_data.lstrip(b"\0")
                while not packed:
                    if not (block := self._stream.read(BLOCK)):
                        return b""
                    packed = block.lstrip(b"\0")
                self._member = self._new()
            elif self._member.needs_input and not (packed := self._stream.read(BLOCK)):
                raise EOFError
            data = self._member.decompress(packed, size)
        return data

    def close(self) -> None:
        """Nothing is held but the stream, which is another's."""


def _opened(stream: Any, compression: str) -> Any:
    if compression == "gz":
        import gzip

        return gzip.GzipFile(fileobj=stream)
    if compression == "bz2":
        from bz2 import BZ2Decompressor

        return _Members(stream, BZ2Decompressor)
    if compression == "xz":
        from lzma import LZMADecompressor

        return _Members(stream, LZMADecompressor)
    return zstd().ZstdFile(stream) if compression == "zst" else stream


def packed(data: bytes, compression: str) -> bytes:
    """Data packed as a member of its own, so that one can be put behind another. The same bytes each time."""
    if compression == "gz":
        import gzip

        return gzip.compress(data, 6, mtime=0)
    if compression == "bz2":
        import bz2

        return bz2.compress(data)
    if compression == "xz":
        import lzma

        return lzma.compress(data, preset=6)
    return bytes(zstd().compress(data)) if compression == "zst" else data


def zstd() -> Any:
    """The standard library's module, or its backport."""
    return load("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd", "jsonl")
