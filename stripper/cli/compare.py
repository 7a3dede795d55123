"""`stripper compare`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import click

from ..rules.finding import shipped_folder
from ..rules.loading import load_rules
from .messages import count_of, printable, tell
from .options import CROSS_DOCUMENT, GROUP_BY, NAME, PATH, Shared, glob_option, shared_options
from .pages import find_pages, say_unread, write_about
from .streams import OUTPUT, STDIN, check_overwritten

if TYPE_CHECKING:
    from ..authoring.compare import Before, Compared, IsSame
    from ..authoring.pages import Pages, Source
    from ..rules.ruleset import RuleSet


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER_OR_FILE...", type=PATH)
@shared_options
@click.option("--with", "others", multiple=True, metavar="PATH", type=NAME, help="A pack, or folder, to compare with.")
@click.option("--against-git", "revision", metavar="REV", help="Compare with the rules as they stood at a revision.")
@click.option("--against-run", "run", metavar="DIR", type=PATH, help="Compare with what batch --removed wrote there.")
@click.option("--html", metavar="FILE", type=OUTPUT, help="Show the pages that change in a browser, as review does.")
@glob_option("Which files of a folder to look at, if not those that end in .txt or .md", ())
@CROSS_DOCUMENT
@GROUP_BY
def compare(
    inputs: tuple[Path, ...],
    shared: Shared,
    others: tuple[str, ...],
    revision: str | None,
    run: Path | None,
    html: str | None,
    glob: tuple[str, ...],
    cross_document: bool,
    group_by: str,
) -> int:
    """Show which lines change their fate under the packs of --with in place of those of --rules.

    Or, with --against-git or --against-run, under the rules as they are now. Without --with, those of --rules are
    compared with the shipped rules alone. Exit status 1 if any line does.
    """
    from ..authoring.compare import by_rule, rules_on_shared_lines
    from ..authoring.compare import compare as compared
    from ..authoring.review import MARK, Review
    from ..runs.discovery import Grouping
    from .drawing import with_progress

    if sum(map(bool, (others, revision, run))) > 1:
        raise click.UsageError("--with, --against-git and --against-run are three ways; take one")
    if html is not None:
        check_overwritten(html, (MARK,), "review", "--html")
    now = shared if revision or run else shared.for_all({"rules": others})
    if now == shared and not (revision or run):
        raise click.UsageError(_nothing_to_compare(shared))
    pages = find_pages(inputs, now, glob, Grouping(group_by), phrases=True)
    if not (others or revision or run):
        tell("under the shipped rules alone, in place of yours: what stays now has +, what goes now has -")
    view = Review(", ".join(map(str, inputs)))
    counts: Counter[tuple[str, bool]] = Counter()
    changed = 0
    with _before(shared, pages, revision, run) as (before, is_same):
        found = with_progress(compared(pages, before, is_same, cross_document), len(pages), "comparing", lambda _: 1)
        for page in found:
            if page is not None:
                changed += 1
                counts += by_rule(page.changes)
                _print(page)
                if html is not None:
                    view.add(page.now, page.changes)
    say_unread(pages)
    for (rule, goes), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        tell(f"  {rule}: {count:,} {'taken' if goes else 'left'} now")
    lines = sum(counts.values())
    changes = "line changes" if lines == 1 else "lines change"
    tell(f"{lines:,} {changes} on {changed:,} of {count_of(len(pages), 'page')}")
    if run is not None and {rule for rule, _ in counts} & set(rules_on_shared_lines(pages.common.rules)):
        tell(
            f"  whether a line is shared was told by the pages of the run, and now by these {len(pages):,}: name all "
            "that it had, grouped as there, or say --no-cross-document if it did"
        )
    if html is not None:
        write_about(pages, html, view.html())
        if html != STDIN:
            tell(f"{html}: open it in a browser")
    return int(bool(changed or pages.unread))


def _nothing_to_compare(shared: Shared) -> str:
    same = f"--with names the same packs as --rules ({', '.join(shared.rules)})" if shared.rules else "no rules differ"
    return (
        f"nothing to compare: {same}; name a pack to try with --with PACK, or compare with an earlier state of the "
        "rules (--against-git REV) or with what batch --removed wrote (--against-run DIR)"
    )


@contextmanager
def _before(shared: Shared, pages: Pages, revision: str | None, run: Path | None) -> Iterator[tuple[Before, IsSame]]:
    """How it was, and, unless a run tells that, which pages cannot have changed."""
    from ..authoring.compare import as_a_run_left, no_part_in, under
    from ..authoring.revisions import packs_at
    from ..runs.locks import TemporaryFolder

    if run is not None:
        yield as_a_run_left(run), lambda *_: False
    elif revision is None:

        def said(source: Source) -> RuleSet:
            return shared.of(source.path).load(phrases=True)

        yield under(said), no_part_in(pages, said)
    else:
        with closing(TemporaryFolder()) as folder:

            @cache
            def packs(own: Shared) -> RuleSet:
                made = Path(mkdtemp(dir=folder.path))
                old = [packs_at(revision, Path(path), made / str(at)) for at, path in enumerate(own.rules)]
                shipped = None if old else packs_at(revision, shipped_folder(), made / "shipped")
                return own.chosen(load_rules(old, not own.no_default_rules, examples=True, shipped=shipped))

            def then(source: Source) -> RuleSet:
                return packs(shared.of(source.path))

            packs(shared)  # what is wrong is said before any page is read
            yield under(then), no_part_in(pages, then)


def _print(page: Compared) -> None:
    click.echo(printable(page.now.source.name))
    for each in page.changes:
        click.echo(printable(f"{'-' if each.goes else '+'}{each.line}: {each.text}  [{each.rule}]"))
