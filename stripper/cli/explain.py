"""`stripper diff` and `stripper explain`: what would go, and why."""

from __future__ import annotations

import sys
from collections import Counter

import click

from ..engine.records import count_by_category, explained_lines, to_json
from ..errors import StripperError
from .messages import say, say_notes
from .options import FILES, NAME, Shared, shared_options
from .patches import unified_diff
from .streams import STDIN, outcomes_of, write_stdout


@click.command()
@FILES
@shared_options
@click.option("--side-by-side", is_flag=True, help="The page on the left, what stays on the right.")
@click.option("--check", is_flag=True, help="Exit with status 1 if anything would go.")
def diff(files: tuple[str, ...], shared: Shared, side_by_side: bool, check: bool) -> int:
    """Show what would go, and by which rule; into a pipe, a unified diff that `patch` takes."""
    from .drawing import draw_diff, draw_side_by_side
    from .report import counted

    failed = False
    gone: Counter[str] = Counter()
    for outcome in outcomes_of(files, shared):
        if isinstance(outcome, StripperError):
            failed = say(outcome)
            continue
        failed |= say_notes(outcome, empty=False)
        gone.update(count_by_category(outcome.decisions))
        if side_by_side:
            draw_side_by_side(outcome)
        elif sys.stdout.isatty():
            if outcome.removed:
                draw_diff(outcome)
        else:
            write_stdout(unified_diff(outcome))
    if sys.stdout.isatty() or side_by_side:
        click.echo(counted(gone))
    return int(failed or (check and bool(gone)))


@click.command()
@click.argument("file", default=STDIN, type=NAME)
@shared_options
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="json: a list of lines.")
def explain(file: str, shared: Shared, form: str) -> int:
    """Show of each line whether it stays, its category, the rule and the reason."""
    from .drawing import draw_explanation

    failed = False
    for outcome in outcomes_of((file,), shared):
        if isinstance(outcome, StripperError):
            return int(say(outcome))
        failed = say_notes(outcome, empty=False)
        if form == "json":
            rows = explained_lines(outcome)
            write_stdout(("[\n" + ",\n".join(map(to_json, rows)) + "\n]\n").encode("utf-8"))
        else:
            draw_explanation(outcome)
    return int(failed)
