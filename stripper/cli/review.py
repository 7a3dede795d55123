"""`stripper review`."""

from __future__ import annotations

from pathlib import Path

import click

from .messages import count_of, tell
from .options import CROSS_DOCUMENT, GROUP_BY, PATH, Shared, glob_option, shared_options
from .pages import find_pages, say_unread, write_about
from .streams import OUTPUT, STDIN, check_overwritten


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER_OR_FILE...", type=PATH)
@shared_options
@click.option(
    "-o", "--output", metavar="FILE", default="review.html", show_default=True, type=OUTPUT, help="Where to write."
)
@glob_option("Which files of a folder to look at, if not those that end in .txt or .md", ())
@click.option(
    "--sample", metavar="N", type=click.IntRange(min=1), help="Only so many of the pages, the same each time."
)
@click.option("--title", metavar="TEXT", help="What stands at the head; by default the names of the inputs.")
@CROSS_DOCUMENT
@GROUP_BY
def review(
    inputs: tuple[Path, ...],
    shared: Shared,
    output: str,
    glob: tuple[str, ...],
    sample: int | None,
    title: str | None,
    cross_document: bool,
    group_by: str,
) -> int:
    """Show in a browser what is decided of many pages, and why: one HTML file that needs no network."""
    from ..authoring.review import MARK, Review
    from ..runs.discovery import Grouping
    from .drawing import with_progress

    check_overwritten(output, (MARK,), "review", "--output")
    pages = find_pages(inputs, shared, glob, Grouping(group_by), sample, phrases=True)
    made = Review(title or ", ".join(map(str, inputs)))
    for judged in with_progress(pages.judged(cross_document), len(pages), "looking", lambda _: 1):
        made.add(judged)
    unread = say_unread(pages)
    write_about(pages, output, made.html())
    if output != STDIN:
        tell(f"{output}: {count_of(len(made), 'page')}; open it in a browser")
    return unread
