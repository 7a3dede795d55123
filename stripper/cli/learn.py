"""`stripper rules learn`."""

from __future__ import annotations

from collections import Counter
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
    from ..authoring.learn import LEAST_PAGES, Learner
    from ..runs.discovery import Grouping
    from .drawing import with_progress

    pages = find_pages(inputs, shared, glob, Grouping(group_by))
    learner = Learner(pages.common.rules)
    for judged in with_progress(pages.judged(together=False), len(pages), "learning", lambda _: 1):
        learner.add(judged.source, judged.outcome)
    learned = learner.learned()
    unread = say_unread(pages)
    if learned.no_article:
        tell(f"{learned.no_article:,} pages have no article, and are not learned from")
    for site in learned.too_few:
        tell(printable(f"{site}: fewer than {LEAST_PAGES} pages, or none with an article; too few to learn from"))
    reasons = Counter(each.why for each in learned.left_out)
    for why, count in reasons.most_common():
        example = next(each.line for each in learned.left_out if each.why == why)
        tell(printable(f"left out: {count:,} line{'s'[: count > 1]}, as {example[:60]!r}: {why}"))
    write_file(output, learned.pack.encode("utf-8"))
    told = ", named at the end of the pack" if learned.left_out else ""
    tell(f"{learned.proposed:,} proposed from {len(pages):,} pages; {len(learned.left_out):,} left out{told}")
    return unread
