"""What the user is told: counts, the exit status, and all that is drawn. Only this module knows `rich`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .batch import Result
from .model import Outcome
from .render import count_by_category, explained_lines, printable
from .rules import Rule

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

CONTEXT = 2  # kept lines shown around removed ones


@dataclass(slots=True)
class Report:
    """Counts of a run over many files."""

    files: int = 0
    lines: int = 0
    lines_removed: int = 0
    bytes: int = 0
    bytes_kept: int = 0
    seconds: float = 0.0
    categories: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    held_back: list[dict[str, str]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.files += 1
        if result.error:
            self.failures.append(result.error)
            return
        self.lines += result.lines
        self.lines_removed += result.lines_removed
        self.bytes += result.bytes
        self.bytes_kept += result.bytes_kept
        self.categories.update(result.categories)
        self.rules.update(result.rules)
        if result.bytes and not result.bytes_kept:
            self.empty.append(result.name)
        for note in result.notes:
            note_of = {"file": result.name, "kind": note.kind, "rule": note.rule, "message": note.message}
            self.held_back.append(note_of)

    @property
    def exit_status(self) -> int:
        return int(bool(self.failures) or any(note["kind"] == "timeout" for note in self.held_back))

    def as_dict(self) -> dict[str, Any]:
        """The report as it is written to a file: `in`, `kept` and `removed` of lines with text and of bytes."""
        return {
            "files": {"in": self.files, "cleaned": self.files - len(self.failures), "failed": len(self.failures)},
            "lines": _parts(self.lines, self.lines_removed),
            "bytes": _parts(self.bytes, self.bytes - self.bytes_kept),
            "by_category": dict(self.categories.most_common()),
            "by_rule": dict(self.rules.most_common()),
            "seconds": round(self.seconds, 3),
            "failures": self.failures,
            "empty": self.empty,
            "notes": self.held_back,
        }

    def summary(self, dry_run: bool) -> str:
        """One line for the terminal."""
        done = self.files - len(self.failures)
        share = self.lines_removed / self.lines if self.lines else 0.0
        parts = [
            f"{_count(done, 'file')} {'would be cleaned' if dry_run else 'cleaned'} in {self.seconds:.1f} s",
            f"{self.lines_removed:,} of {_count(self.lines, 'line')} removed ({share:.0%})",
        ]
        if self.empty:
            parts.append(f"nothing left of {_count(len(self.empty), 'file')}")
        if self.failures:
            parts.append(f"{_count(len(self.failures), 'file')} failed")
        return "; ".join(parts)


def _parts(whole: int, removed: int) -> dict[str, int]:
    return {"in": whole, "kept": whole - removed, "removed": removed}


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def counted(outcomes: Sequence[Outcome]) -> str:
    """What went, by category, in one line."""
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total.update(count_by_category(outcome.decisions))
    if not total:
        return "nothing would go"
    listed = ", ".join(f"{category} {count}" for category, count in total.most_common())
    return f"{_count(sum(total.values()), 'removal')}: {listed}"


# --- drawn -------------------------------------------------------------------------------------------------------


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
            line.append(f"  {row['rule']}", style="cyan")
        console.print(line)
        for trim in row["trims"]:
            cut = Text("      ~ ", style="red")
            cut.append(printable(trim["text"].strip()), style="red strike").append(f"  {trim['rule']}", style="cyan")
            console.print(cut)


def draw_side_by_side(outcome: Outcome) -> None:
    """The page on the left; what stays of it, or the rule that takes it, on the right."""
    from rich.text import Text

    table = _table("line", printable(outcome.document.name), "cleaned")
    for row in explained_lines(outcome):
        if row["action"] == "remove":
            right = Text(f"- {row['rule']}", style="cyan")
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
        parts = [str(row["line"]), "removed" if removed else "kept", row["category"], row["rule"], row["reason"]]
        table.add_row(*(Text(part, style=style) for part in parts), Text(_short(row["text"]), style=style))
        for trim in row["trims"]:
            span = f"cut {trim['start'] - row['start']}-{trim['end'] - row['start']}"
            parts = ["", span, trim["category"], trim["rule"], trim["reason"], _short(trim["text"])]
            table.add_row(*(Text(part, style="red") for part in parts))
    _console().print(table)


def _short(text: str, most: int = 60) -> str:
    text = printable(text.strip())
    return text if len(text) <= most else text[: most - 1] + "…"


def draw_rules(rules: Iterable[Rule]) -> None:
    """A table of rules."""
    from rich.text import Text

    table = _table("rule", "category", "pack", "examples", "what it takes")
    for rule in rules:
        examples = f"{len(rule.remove)} go, {len(rule.keep)} stay"
        table.add_row(*map(Text, (rule.id, rule.category, rule.pack, examples, rule.summary)))
    _console().print(table)


def with_progress(results: Iterable[Result], total: int, what: str) -> Iterator[Result]:
    """The same results, with a progress bar on standard error if that is a terminal."""
    console = _console(stderr=True)
    if not console.is_terminal:
        yield from results
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        for result in results:
            yield result
            progress.advance(task)
