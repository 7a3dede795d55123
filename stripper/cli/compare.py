"""`stripper compare`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from ..errors import OptionError
from .messages import printable, say, tell
from .options import NAME, PATH, Shared, glob_option, shared_options


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER_OR_FILE...", type=PATH)
@shared_options
@click.option("--with", "others", multiple=True, metavar="PATH", type=NAME, help="A pack, or folder, to compare with.")
@glob_option("Which files of a folder to look at")
def compare(inputs: tuple[Path, ...], shared: Shared, others: tuple[str, ...], glob: tuple[str, ...]) -> int:
    """Show which lines change their fate under the packs of --with in place of those of --rules.

    Exit status 1 if any does.
    """
    from ..authoring.compare import by_rule, compare_rules
    from ..authoring.pages import Pages
    from ..runs.discovery import Grouping, Search

    search = Search(glob)
    pages = Pages.of(inputs, search, Grouping(), None, shared.encoding, shared.form, shared.site)
    if not len(pages):
        raise OptionError(f"no file matches {search}; name others with --glob")
    counts: Counter[tuple[str, bool]] = Counter()
    changed = 0
    for source, found in compare_rules(pages, shared.load(), replace(shared, rules=others).load()):
        if found:
            changed += 1
            counts += by_rule(found)
            click.echo(printable(source.name))
            for each in found:
                click.echo(printable(f"{'-' if each.goes else '+'}{each.line}: {each.text}  [{each.rule}]"))
    for problem in pages.unread:
        say(problem)
    for (rule, goes), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        tell(printable(f"  {rule}: {count:,} {'taken' if goes else 'left'} now"))
    tell(f"{sum(counts.values()):,} lines change on {changed:,} of {len(pages):,} pages")
    return int(bool(changed or pages.unread))
