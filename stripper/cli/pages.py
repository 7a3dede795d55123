"""The pages that commands of authoring look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InputError
from .messages import say
from .options import Shared
from .streams import check_page, readers_of, write_file

if TYPE_CHECKING:
    from ..authoring.pages import Pages
    from ..runs.discovery import Grouping
    from ..runs.results import PageOptions, Sections


def find_pages(
    inputs: Sequence[Path],
    shared: Shared,
    globs: Sequence[str],
    grouping: Grouping | None,
    sample: int | None = None,
    phrases: bool = False,
) -> Pages:
    """The pages of some folders and files, and how each is cleaned. Raises InputError if there are none.

    Their rules come with `phrases` and examples if these are to be shown.
    """
    from ..authoring.pages import Pages
    from ..runs.discovery import Search

    for path in inputs:
        if path.is_file():
            check_page(str(path))
    search = Search(tuple(globs), pages=True)
    pages = Pages.of(inputs, search, grouping, page_options(shared, phrases), sections_of(shared, phrases), sample)
    if not len(pages):
        say_unread(pages)
        raise InputError(f"no file matches {search}; name others with --glob")
    return pages


def page_options(shared: Shared, phrases: bool = False) -> PageOptions:
    """The options of a call as the library takes them. Raises RuleError or UnknownNameError."""
    from ..runs.results import PageOptions

    return PageOptions(shared.load(phrases), shared.encoding, shared.form, shared.site)


def sections_of(shared: Shared, phrases: bool = False) -> Sections:
    """The options for pages under some paths."""
    return tuple((under, page_options(own, phrases)) for under, own in shared.by_path())


def write_about(pages: Pages, output: str, text: str) -> None:
    """Write what tells of pages, for those alone who may read them. Raises OutputError."""
    write_file(output, text.encode("utf-8"), readers_of(source.path for source in pages.sources))


def say_unread(pages: Pages) -> int:
    """Name the pages that could not be read; the exit status is 1 if there are any."""
    for problem in pages.unread:
        say(problem)
    return int(bool(pages.unread))
