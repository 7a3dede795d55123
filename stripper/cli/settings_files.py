"""Where settings may stand. Told apart from what reads them, which loads slowly and which few calls need."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

NAMES = ("stripper.toml", "pyproject.toml")  # of these in one folder, the first that says anything


def settings_files(start: Path) -> Iterator[Path]:
    """The files in a folder and above it that may hold settings, the nearest first."""
    for folder in (start, *start.parents):
        # Not `is_file`, which raises an error where a folder above may not be looked into.
        yield from (file for name in NAMES if os.path.isfile(file := folder / name))  # noqa: PTH113
