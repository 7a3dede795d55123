"""Pages replaced by what is left of them: nothing in between is ever there, and what was taken is there before."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..engine.records import digest
from ..errors import InputError, OutputError
from .cleaning import removed_path
from .files import move_into_place, read_regular, remove_file, sync_folder
from .folders import Root
from .results import Waiting


def replace_pages(pages: Sequence[Waiting], root: Path | Root) -> dict[Path, str]:
    """Move pages to their places, before that all that was taken out of them; why not, of those that could not be.

    Once this returns, all that was moved outlasts a power cut.
    """
    problems: dict[Path, str] = {}
    for page in pages:
        try:
            if digest(read_regular(page.target, root)) != page.now:
                problems[page.target] = f"{page.target}: was changed while it was cleaned, and is left as it is now"
        except InputError as error:
            problems[page.target] = str(error)
    for taken in (True, False):
        moved: dict[Path, list[Path]] = {}  # folder -> the pages in it
        for page in pages:
            unfinished = page.removed if taken else page.page
            if unfinished is None or page.target in problems:
                continue
            try:
                move_into_place(unfinished, removed_path(page.target) if taken else page.target, root)
                moved.setdefault(page.target.parent, []).append(page.target)
            except OutputError as error:
                problems[page.target] = str(error)
        for folder, targets in moved.items():
            try:
                sync_folder(folder, root)
            except OutputError as error:
                problems.update(dict.fromkeys(targets, str(error)))
    discard([page for page in pages if page.target in problems], root)
    return problems


def discard(pages: Sequence[Waiting], root: Path | Root) -> None:
    """Take away what waits for pages that stay as they are."""
    for page in pages:
        for unfinished in (page.page, page.removed):
            if unfinished is not None:
                with suppress(OutputError):
                    remove_file(unfinished, root)
