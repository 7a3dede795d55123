"""`stripper compare`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from .messages import printable, tell
from .options import NAME, PATH, Shared, glob_option, shared_options
from .pages import find_pages, say_unread


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
    from ..runs.discovery import Grouping

    pages = find_pages(inputs, shared, glob, Grouping())
    counts: Counter[tuple[str, bool]] = Counter()
    changed = 0
    for source, found in compare_rules(pages, shared.load(), replace(shared, rules=others).load()):
        if found:
            changed += 1
            counts += by_rule(found)
            click.echo(printable(source.name))
            for each in found:
                click.echo(printable(f"{'-' if each.goes else '+'}{each.line}: {each.text}  [{each.rule}]"))
    unread = say_unread(pages)
    for (rule, goes), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        tell(printable(f"  {rule}: {count:,} {'taken' if goes else 'left'} now"))
    tell(f"{sum(counts.values()):,} lines change on {changed:,} of {len(pages):,} pages")
    return int(bool(changed)) or unread
