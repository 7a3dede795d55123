"""`stripper rules learn`."""

from __future__ import annotations

from pathlib import Path

import click

from .messages import printable, tell
from .options import GROUP_BY, NAME, PATH, Shared, glob_option, shared_options
from .pages import PAGE_GLOBS, find_pages, say_unread
from .streams import STDIN, write_file


@click.command("learn")
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER_OR_FILE...", type=PATH)
@shared_options
@click.option("-o", "--output", metavar="FILE", default=STDIN, type=NAME, help="Where to write the pack.")
@glob_option("Which files of a folder to learn from", PAGE_GLOBS)
@GROUP_BY
def learn_rules(inputs: tuple[Path, ...], shared: Shared, output: str, glob: tuple[str, ...], group_by: str) -> int:
    """Propose rules for lines that many pages of a site share and the rules leave."""
    from ..authoring.learn import Learner
    from ..runs.discovery import Grouping
    from .drawing import with_progress

    pages = find_pages(inputs, shared, glob, Grouping(group_by))
    learner = Learner(pages.common.rules)
    for judged in with_progress(pages.judged(together=False), len(pages), "learning", lambda _: 1):
        learner.add(judged.source, judged.outcome)
    learned = learner.learned()
    unread = say_unread(pages)
    for each in learned.left_out:
        tell(f"left out: {printable(each)}")
    write_file(output, learned.pack.encode("utf-8"))
    tell(f"{learned.proposed:,} proposed from {len(pages):,} pages; {len(learned.left_out):,} left out")
    return unread
