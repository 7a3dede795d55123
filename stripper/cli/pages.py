"""The pages that commands of authoring look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import OptionError
from .messages import say
from .options import Shared

if TYPE_CHECKING:
    from ..authoring.pages import Pages
    from ..runs.discovery import Grouping


def find_pages(
    inputs: Sequence[Path], shared: Shared, globs: Sequence[str], grouping: Grouping | None, sample: int | None = None
) -> Pages:
    """The pages of some folders and files, see `Pages`. Raises OptionError if there are none."""
    from ..authoring.pages import Pages
    from ..runs.discovery import Search

    search = Search(tuple(globs))
    pages = Pages.of(inputs, search, grouping, sample, shared.encoding, shared.form, shared.site)
    if not len(pages):
        raise OptionError(f"no file matches {search}; name others with --glob")
    return pages


def say_unread(pages: Pages) -> int:
    """Name the pages that could not be read; the exit status is 1 if there are any."""
    for problem in pages.unread:
        say(problem)
    return int(bool(pages.unread))
