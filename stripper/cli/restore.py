"""`stripper restore`."""

from __future__ import annotations

from pathlib import Path

import click

from .messages import say, tell
from .options import PATH
from .streams import STDIN


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="OUTPUT...", type=PATH)
@click.option("--output", metavar="DIR", type=PATH, help="Write the originals here instead; other files there stay.")
@click.option("--text", metavar="COLUMN", default="text", show_default=True, help="The text of a record.")
def restore(paths: tuple[Path, ...], output: Path | None, text: str) -> int:
    """Put cleaned files back as they were, from what --removed wrote beside them.

    Of files of records, the texts: from the column that --removed or --add removed gave them.

    A file that was edited since is named and left as it is. Unless --output is given, each original takes the place
    of its cleaned file, and what stood beside that goes.
    """
    from ..runs.formats.options import RecordOptions
    from ..runs.formats.records import Columns
    from ..runs.restore import restore_files

    if output is not None and str(output) == STDIN and not output.exists():
        raise click.UsageError("--output takes a folder")
    done = failed = 0
    for each in restore_files(paths, output, RecordOptions(Columns(text))):
        if each.problem:
            failed += 1
            say(each.problem)
        else:
            done += 1
    tell(f"{done:,} restored; {failed:,} failed")
    return int(bool(failed))
