"""`stripper rules learn`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .messages import count_of, tell
from .options import GROUP_BY, PATH, Shared, glob_option, shared_options
from .pages import find_pages, say_unread, write_about
from .streams import OUTPUT, STDIN

if TYPE_CHECKING:
    from ..authoring.learn import Learned


@click.command("learn")
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER_OR_FILE...", type=PATH)
@shared_options
@click.option("-o", "--output", metavar="FILE", default=STDIN, type=OUTPUT, help="Where to write the pack.")
@glob_option("Which files of a folder to learn from, if not those that end in .txt or .md", ())
@GROUP_BY
@click.option("--force", is_flag=True, help="Overwrite a pack that was changed since it was proposed.")
def learn_rules(
    inputs: tuple[Path, ...], shared: Shared, output: str, glob: tuple[str, ...], group_by: str, force: bool
) -> int:
    """Propose rules for lines that many pages of a site share and the rules leave."""
    from ..authoring.learn import LEAST_PAGES, Learner
    from ..runs.discovery import Grouping
    from .drawing import with_progress

    if not force:
        _check_overwritten(output)
    pages = find_pages(inputs, shared, glob, Grouping(group_by))
    learner = Learner(pages.common.rules)
    for judged in with_progress(pages.judged(together=False), len(pages), "learning", lambda _: 1):
        learner.add(judged.source, judged.outcome)
    learned = learner.learned()
    unread = say_unread(pages)
    if learned.no_article:
        tell(f"{count_of(learned.no_article, 'page')} without an article, not learned from")
    for site in learned.too_few:
        tell(f"{site}: fewer than {LEAST_PAGES} pages, or none with an article; too few to learn from")
    reasons = Counter(each.why for each in learned.left_out)
    for why, count in reasons.most_common():
        example = next(each.line for each in learned.left_out if each.why == why)
        told = f"lines that {why.many}; such as" if count > 1 else f"line that {why.one}:"
        tell(f"left out: {count:,} {told} {example[:60]!r}")
    write_about(pages, output, learned.pack)
    tell("; ".join(_summary(learned, len(pages), shared)))
    return unread


def _summary(learned: Learned, pages: int, shared: Shared) -> Iterator[str]:
    phrases, rules = learned.proposed, learned.rules
    yield f"{count_of(phrases, 'phrase')} in {count_of(rules, 'rule')} proposed from {count_of(pages, 'page')}"
    if learned.left_out:
        yield f"{len(learned.left_out):,} left out, named at the end of the pack"
    own = {Path(path).name: None for each in (shared, *(own for _, own in shared.by_path())) for path in each.rules}
    if own:
        yield f"with {', '.join(own)}: only what {'they leave' if len(own) > 1 else 'it leaves'} is proposed"


def _check_overwritten(output: str) -> None:
    """Raises UsageError for a file that is there and is not as it was proposed."""
    from ..authoring.learn import is_as_proposed

    path = Path(output)
    if output != STDIN and path.is_file() and path.stat().st_size and not is_as_proposed(path.read_bytes()):
        raise click.UsageError(
            f"{path}: exists, and was edited since it was learned, or never was; name another --output, or say --force"
        )
