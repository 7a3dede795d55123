"""`stripper diff` and `stripper explain`: what would go, and why."""

from __future__ import annotations

import sys
from collections import Counter

import click

from ..engine.records import count_by_category, explained_lines, to_json
from ..errors import OptionError, StripperError
from ..model import Outcome
from .messages import printable, say, say_notes
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
@click.option("--format", "shape", type=click.Choice(["table", "json"]), default="table", help="json: a list of lines.")
@click.option("--why", metavar="LINE", type=click.IntRange(min=1), help="What the shape of the page tells of one line.")
def explain(file: str, shared: Shared, shape: str, why: int | None) -> int:
    """Show of each line whether it stays, its category, the rule and the reason."""
    from .drawing import draw_explanation

    failed = False
    for outcome in outcomes_of((file,), shared):
        if isinstance(outcome, StripperError):
            return int(say(outcome))
        failed = say_notes(outcome, empty=False)
        if why is not None:
            _print_why(outcome, shared, why)
        elif shape == "json":
            rows = explained_lines(outcome)
            write_stdout(("[\n" + ",\n".join(map(to_json, rows)) + "\n]\n").encode("utf-8"))
        else:
            draw_explanation(outcome)
    return int(failed)


def _print_why(outcome: Outcome, shared: Shared, line: int) -> None:
    """What became of a line, by which phrases, the chances of the four states, and each name with what it told."""
    from ..authoring.matched import Matched
    from ..engine.why import ARTICLE, STATES, explain_body

    decision = next((each for each in outcome.decisions if each.line == line), None)
    if decision is None:
        raise OptionError(f"{outcome.document.name}: line {line} is not there, or blank")
    text = outcome.document.text[decision.start : decision.end].strip()
    click.echo(printable(text))
    stays = "stays" if decision.action == "keep" else "goes"
    click.echo(printable(f"{stays} as {decision.category}, by {decision.rule or 'no rule'}: {decision.reason}"))
    rules = shared.of(outcome.document.name).load(phrases=True)
    for said in Matched(rules).of(decision.rule, text) if decision.rule else ():
        click.echo(printable(f"  it holds   {said}"))
    judged = explain_body(outcome.document, rules)
    found = next((each for each in judged if line in each.lines), None)
    if found is None:
        return
    for state, chance, best in zip(STATES, found.chances, found.best, strict=True):
        click.echo(f"  {state:8} chance {chance:6.1%}   score of the best page {best:9.2f}")
    rival = max((state for state in range(len(STATES)) if state != ARTICLE), key=found.best.__getitem__)
    gap = found.best[ARTICLE] - found.best[rival]
    verb = "more" if gap < 0 else "less"
    click.echo(f"  to turn the line, {abs(gap):.2f} {verb} for article against {STATES[rival]}; what told:")
    for name, worth in found.told(ARTICLE, rival):
        click.echo(printable(f"  {worth:+6.2f}  {name}"))
