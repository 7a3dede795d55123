"""What is written of a large file while it grows, and a note of how far it is, so that another run can go on there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import InputError, OutputError
from .files import open_own, read_regular, remove_file, write_whole
from .folders import Root

SAVED_EVERY = 0.5  # seconds between two notes, each of which costs a few thousandths of that


class Parts:
    """The file of what is written; `key` tells what that depends on, but for the pieces that it is made of.

    `pieces` of them are in it from the beginning, and `result` is what an earlier run noted with them ("" if none
    did). The path is below the folder `root`; without one nothing is written. Raises OutputError.
    """

    def __init__(self, path: Path | None, key: bytes, root: Path | Root) -> None:
        self.path = path
        self._root = root
        self._note = path.with_suffix(".json") if path else None
        self._key = key.hex()
        self._saved = time.monotonic()
        self._file: BinaryIO | None = None
        self._digest = blake2b(digest_size=16)
        self.size = self.pieces = 0
        self.result = ""
        if path is not None:
            self._file = open_own(path, root)
            note = self._read_note()
            if self._goes_on(note):
                self.pieces, self.result = note["pieces"], note["result"]
            else:
                self._digest, self.size = blake2b(digest_size=16), 0
                self._file.seek(0)
            self._file.truncate()

    def _read_note(self) -> dict[str, Any]:
        assert self._note is not None
        try:
            note = json.loads(read_regular(self._note, self._root))
            if note["key"] == self._key and isinstance(note["pieces"], int) and isinstance(note["result"], str):
                return {**note, "size": int(note["size"])}
        except (InputError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
            pass
        return {}

    def _goes_on(self, note: dict[str, Any]) -> bool:
        """Whether what a note speaks of is there; the file is then at its end."""
        if not note or self._file is None:
            return False
        while self.size < note["size"] and (block := self._file.read(min(note["size"] - self.size, 1 << 20))):
            self._digest.update(block)
            self.size += len(block)
        return bool(self.size == note["size"] and self._digest.hexdigest() == note["written"])

    def add(self, data: bytes) -> None:
        """Write what became of the next piece."""
        self.pieces += 1
        if self._file is not None:
            self._try(lambda file: file.write(data))
            self._digest.update(data)
            self.size += len(data)

    @property
    def digest(self) -> bytes:
        """Of all that is written."""
        return self._digest.digest()

    def _try(self, do: Callable[[BinaryIO], object]) -> None:
        assert self._file is not None
        try:
            do(self._file)
        except OSError as error:
            raise OutputError(f"{self.path}: cannot be written: {error.strerror or error}") from None

    @property
    def due(self) -> bool:
        """Whether it is time for another note."""
        return self._file is not None and time.monotonic() - self._saved > SAVED_EVERY

    def save(self, result: str) -> None:
        """Note how far it is, and the `result` up to here."""
        if self._file is None or self._note is None or not self.pieces:
            return
        self._try(lambda file: file.flush())
        note = {"key": self._key, "pieces": self.pieces, "size": self.size, "result": result}
        note["written"] = self._digest.hexdigest()
        write_whole(self._note, json.dumps(note).encode("ascii"), below=self._root, readers=0o600)
        self._saved = time.monotonic()

    def written(self) -> BinaryIO:
        """All that is written, to be read from its beginning: the open file, whatever is put in its place."""
        assert self._file is not None
        self._try(lambda file: file.flush())
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Nothing is written any more."""
        if self._file is not None:
            self._try(lambda file: file.close())

    def discard(self) -> None:
        """Take file and note away."""
        with suppress(OutputError):
            self.close()
        for path in filter(None, (self.path, self._note)):
            with suppress(OutputError):
                remove_file(path, self._root)
