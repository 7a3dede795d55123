"""Where settings may stand. Told apart from what reads them, which loads slowly and which few calls need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

NAMES = ("stripper.toml", "pyproject.toml")  # of these in one folder, the first that says anything
MOST_BYTES = 1_000_000


def settings_files(start: Path) -> Iterator[Path]:
    """The files in a folder and above it that may hold settings, the nearest first."""
    for folder in (start, *start.parents):
        yield from (file for name in NAMES if _stands(file := folder / name) and may_hold_settings(file))


def _stands(file: Path) -> bool:
    """Whether there is a file, or of one that is about this program alone, a link that leads nowhere."""
    # Not `is_file`, which raises an error where a folder above may not be looked into.
    if os.path.isfile(file):  # noqa: PTH113
        return True
    return file.name == NAMES[0] and os.path.islink(file) and not os.path.exists(file)  # noqa: PTH110, PTH114


def may_hold_settings(file: Path) -> bool:
    """Whether a file may be about this program; nobody needs to understand one that is not."""
    if file.name != NAMES[1]:
        return True
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError:  # said where it is read
        return True
    return b"tool.stripper" in data
