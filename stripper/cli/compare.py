"""`stripper compare`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from ..rules.finding import shipped_folder
from ..rules.loading import load_rules
from .messages import printable, tell
from .options import NAME, PATH, Shared, glob_option, shared_options
from .pages import find_pages, say_unread
from .review import check_overwritten
from .streams import STDIN, write_file

if TYPE_CHECKING:
    from ..authoring.compare import Before, Compared


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER_OR_FILE...", type=PATH)
@shared_options
@click.option("--with", "others", multiple=True, metavar="PATH", type=NAME, help="A pack, or folder, to compare with.")
@click.option("--against-git", "revision", metavar="REV", help="Compare with the rules as they stood at a revision.")
@click.option("--against-run", "run", metavar="DIR", type=PATH, help="Compare with what batch --removed wrote there.")
@click.option("--html", metavar="FILE", type=NAME, help="Show the pages that change in a browser, as review does.")
@glob_option("Which files of a folder to look at")
def compare(
    inputs: tuple[Path, ...],
    shared: Shared,
    others: tuple[str, ...],
    revision: str | None,
    run: Path | None,
    html: str | None,
    glob: tuple[str, ...],
) -> int:
    """Show which lines change their fate under the packs of --with in place of those of --rules.

    Or, with --against-git or --against-run, under the rules as they are now. Exit status 1 if any does.
    """
    from ..authoring.compare import by_rule
    from ..authoring.compare import compare as compared
    from ..authoring.review import MARK, Review
    from ..runs.discovery import Grouping

    if sum(map(bool, (others, revision, run))) > 1:
        raise click.UsageError("--with, --against-git and --against-run are three ways; take one")
    if html is not None:
        check_overwritten(html, MARK)
    pages = find_pages(inputs, shared, glob, Grouping())
    now = shared if revision or run else shared.with_said({"rules": others})
    rules = now.load(phrases=html is not None)
    view = Review(rules, ", ".join(map(str, inputs)))
    counts: Counter[tuple[str, bool]] = Counter()
    changed = 0
    with _before(shared, revision, run) as before:
        for page in compared(pages, rules, before):
            if page.changes:
                changed += 1
                counts += by_rule(page.changes)
                _print(page)
                if html is not None:
                    view.add(page.source, page.outcome, page.statistics, page.changes)
    say_unread(pages)
    for (rule, goes), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        tell(printable(f"  {rule}: {count:,} {'taken' if goes else 'left'} now"))
    tell(f"{sum(counts.values()):,} lines change on {changed:,} of {len(pages):,} pages")
    if html is not None:
        write_file(html, view.html().encode("utf-8"))
        if html != STDIN:
            tell(f"{html}: open it in a browser")
    return int(bool(changed or pages.unread))


@contextmanager
def _before(shared: Shared, revision: str | None, run: Path | None) -> Iterator[Before]:
    from ..authoring.compare import as_a_run_left, under
    from ..authoring.revisions import packs_at

    if run is not None:
        yield as_a_run_left(run)
    elif revision is None:
        yield under(shared.load())
    else:
        with TemporaryDirectory() as folder:
            old = [packs_at(revision, Path(path), Path(folder, str(at))) for at, path in enumerate(shared.rules)]
            shipped = None if old else packs_at(revision, shipped_folder(), Path(folder, "shipped"))
            yield under(shared.chosen(load_rules(old, not shared.no_default_rules, shipped=shipped)))


def _print(page: Compared) -> None:
    click.echo(printable(page.source.name))
    for each in page.changes:
        click.echo(printable(f"{'-' if each.goes else '+'}{each.line}: {each.text}  [{each.rule}]"))
