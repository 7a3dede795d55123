"""All that is drawn on a terminal. Only this module knows `rich`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from ..engine.records import explained_lines
from ..model import Outcome
from ..rules.format import Rule
from .messages import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


Item = TypeVar("Item")
CONTEXT = 2  # kept lines shown around removed ones


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = 250  # what reads a pipe does not want cells folded
    return console


def _table(*columns: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    return table


def draw_diff(outcome: Outcome) -> None:
    """Removed lines in colour, each with its rule, and a few kept ones around them."""
    from rich.text import Text

    console = _console()
    console.print(Text(printable(outcome.document.name), style="bold"))
    rows = explained_lines(outcome)
    shown = {near for at, row in enumerate(rows) if _goes(row) for near in range(at - CONTEXT, at + CONTEXT + 1)}
    last = -1
    for at, row in enumerate(rows):
        if at not in shown:
            continue
        if last >= 0 and at > last + 1:
            console.print(Text("  ...", style="dim"))
        last = at
        removed = row["action"] == "remove"
        line = Text(f"{row['line']:5d} {'-' if removed else ' '} ", style="red" if removed else "dim")
        line.append(printable(row["text"]), style="red" if removed else "")
        if removed:
            line.append(f"  {printable(row['rule'])}", style="cyan")
        console.print(line)
        for trim in row["trims"]:
            cut = Text("      ~ ", style="red")
            cut.append(printable(trim["text"].strip()), style="red strike").append(
                f"  {printable(trim['rule'])}", style="cyan"
            )
            console.print(cut)


def draw_side_by_side(outcome: Outcome) -> None:
    """The page on the left; what stays of it, or the rule that takes it, on the right."""
    from rich.markup import escape
    from rich.text import Text

    table = _table("line", escape(printable(outcome.document.name)), "cleaned")
    for row in explained_lines(outcome):
        if row["action"] == "remove":
            right = Text(f"- {printable(row['rule'])}", style="cyan")
        else:
            text = row["text"]
            for trim in reversed(row["trims"]):
                text = text[: trim["start"] - row["start"]] + text[trim["end"] - row["start"] :]
            right = Text(printable(text))
        left = Text(printable(row["text"]), style="red" if _goes(row) else "")
        table.add_row(str(row["line"]), left, right)
    _console().print(table)


def _goes(row: dict[str, Any]) -> bool:
    return row["action"] == "remove" or bool(row["trims"])


def draw_explanation(outcome: Outcome) -> None:
    """Each line with text, what becomes of it, and why."""
    from rich.text import Text

    table = _table("line", "", "category", "rule", "reason", "text")
    for row in explained_lines(outcome):
        removed = row["action"] == "remove"
        style = "red" if removed else ""
        told = [str(row["line"]), "removed" if removed else "kept", row["category"], row["rule"], row["reason"]]
        table.add_row(*(Text(printable(cell), style=style) for cell in (*told, _short(row["text"]))))
        for trim in row["trims"]:
            span = f"cut {trim['start'] - row['start']}-{trim['end'] - row['start']}"
            told = ["", span, trim["category"], trim["rule"], trim["reason"], _short(trim["text"])]
            table.add_row(*(Text(printable(cell), style="red") for cell in told))
    _console().print(table)


def _short(text: str, most: int = 60) -> str:
    text = text.strip()
    return text if len(text) <= most else text[: most - 1] + "…"


def draw_rules(rules: Iterable[Rule]) -> None:
    """A table of rules."""
    from rich.text import Text

    table = _table("rule", "category", "pack", "examples", "what it takes")
    for rule in rules:
        examples = f"{len(rule.remove)} go, {len(rule.keep)} stay"
        told = (rule.id, rule.category, rule.pack, examples, rule.summary)
        table.add_row(*(Text(printable(cell)) for cell in told))
    _console().print(table)


def with_progress(items: Iterable[Item], total: int, what: str, weigh: Callable[[Item], int]) -> Iterator[Item]:
    """The same items, with a progress bar on standard error if that is a terminal; `weigh` counts files of an item."""
    if not sys.stderr.isatty():  # whatever FORCE_COLOR says: a bar in a log is no progress
        yield from items
        return
    console = _console(stderr=True)
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        for item in items:
            yield item
            progress.advance(task, weigh(item))
