"""All that is drawn on a terminal. Only this module knows `rich`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic
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
SHOWN_EVERY = 0.1  # seconds, of progress
NARROW = 120  # characters; a terminal with fewer shows some cells of a row below each other


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, soft_wrap=True)
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console.width = 250
    return console


def _table(*columns: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(*columns, box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in table.columns:
        column.overflow = "fold"
    return table


def _draw_rows(columns: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], stacked: slice) -> None:
    """Rows of a style and cells each: whole lines into a pipe, a table that fits on a terminal.

    The `stacked` cells stand below each other where the terminal is narrow. Only white space divides their words, so
    that ids stay whole.
    """
    from rich.text import Text

    told = [(style, [*map(printable, cells)]) for style, cells in rows]
    console = _console()
    if not console.is_terminal:
        _print_plain([columns, *(cells for _, cells in told)])
        return
    narrow = console.width < NARROW
    if narrow:
        columns = _stacked(columns, stacked)
        told = [(style, _stacked(cells, stacked)) for style, cells in told]
    table = _table(*columns)
    for at, column in enumerate(table.columns[:-1]):
        words = [word for _, cells in told for word in cells[at].split()]
        column.min_width = max(map(len, [*words, *columns[at].split()]), default=0)
        if narrow:
            column.width = column.min_width  # all that is over is for the last
    for style, cells in told:
        table.add_row(*(Text(cell, style=style) for cell in cells))
    console.print(table)


def _stacked(cells: Sequence[str], stacked: slice) -> list[str]:
    joined = list(cells)
    joined[stacked] = ["\n".join(filter(None, cells[stacked]))]
    return joined


def _print_plain(rows: Sequence[Sequence[str]]) -> None:
    """All but the last cells padded: one long line must not widen the others."""
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    for row in rows:
        padded = (cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True))
        print(*padded, row[-1], sep="   ")


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
    columns = ("line", "", "category", "rule", "reason", "text")
    _draw_rows(columns, _explanation(outcome), stacked=slice(2, 5))


def _explanation(outcome: Outcome) -> Iterator[tuple[str, Sequence[str]]]:
    for row in explained_lines(outcome):
        removed = row["action"] == "remove"
        told = (row["category"], row["rule"], row["reason"], row["text"].strip())
        yield "red" if removed else "", (str(row["line"]), "removed" if removed else "kept", *told)
        for trim in row["trims"]:
            span = f"cut {trim['start'] - row['start']}-{trim['end'] - row['start']}"
            yield "red", ("", span, trim["category"], trim["rule"], trim["reason"], trim["text"].strip())


def draw_rules(rules: Iterable[Rule]) -> None:
    """A table of rules."""
    columns = ("rule", "category", "pack", "examples", "what it takes")
    rows = (
        ("", (rule.id, rule.category, rule.pack, f"{len(rule.remove)} go, {len(rule.keep)} stay", rule.summary))
        for rule in rules
    )
    _draw_rows(columns, rows, stacked=slice(4))


def with_progress(
    items: Iterable[Item],
    total: int | None,
    what: str,
    weigh: Callable[[Item], int] = lambda _: 1,
    within: Callable[[], str] = str,
) -> Iterator[Item]:
    """The same items, with a progress bar on standard error if that is a terminal; `weigh` counts files of an item,
    `within` says how far it is between two of them.
    """
    if not sys.stderr.isatty():  # whatever FORCE_COLOR says: a bar in a log is no progress
        yield from items
        return
    console = _console(stderr=True)
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Within(ProgressColumn):
        def render(self, task: Task) -> Text:  # asked for several times a second, whether or not an item came
            return Text(within())

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), Within(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        done, shown = 0, monotonic()
        for item in items:
            yield item
            done += weigh(item)
            if monotonic() - shown > SHOWN_EVERY:  # for each of a million files it would take as long as finding it
                progress.update(task, completed=done)
                shown = monotonic()
