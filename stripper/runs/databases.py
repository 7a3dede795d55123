"""What the databases of runs have in common: files of SQLite's, some of which may come from a stranger."""

from __future__ import annotations

from ..errors import OutputError


def stored(name: str) -> bytes:
    """A name as SQLite takes it whatever it holds: names of files can have bytes that are no text."""
    return name.encode("utf-8", "surrogatepass")


def name_of(data: bytes) -> str:
    """The name that `stored` made this of. Raises ValueError if it did not."""
    return data.decode("utf-8", "surrogatepass")


def readable_text(text: bytes) -> str:
    """What SQLite takes for text, which in a file of someone else's may be none."""
    return text.decode("utf-8", "replace")


def no_room(error: Exception) -> OutputError:
    """For what goes to SQLite's temporary files, and is gone at the end, where that cannot be written."""
    return OutputError(f"temporary files cannot be written: {error}; name another folder for them with TMPDIR")
