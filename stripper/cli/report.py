"""What the user is told: counts, the exit status, and all that is drawn. Only this module knows `rich`."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from ..engine.rendering import explained_lines, printable
from ..model import Outcome
from ..rules.packs import Rule
from ..runs.batch import Result

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Item = TypeVar("Item")

CONTEXT = 2  # kept lines shown around removed ones
LISTED = 1000  # files named in each list of a report
MOST_REMOVED = 20  # files with the largest share removed that a report names
TOP = 3  # names of each kind in the summary
STATUSES = ("cleaned", "unchanged", "skipped", "failed")
NOTES = ("guard", "no-body", "timeout")
AGAIN = {
    "new": "not done yet",
    "changed": "changed since",
    "rules": "under other rules or options",
    "version": "by another version",
    "shared lines": "in groups whose shared lines are others now",
    "output": "of which the output was changed or is gone",
}  # why a file is done again -> how that is said


@dataclass(slots=True)
class Listing:
    """The first `LISTED` of some things, and how many there were."""

    total: int = 0
    first: list[Any] = field(default_factory=list)

    def add(self, item: Any) -> None:
        self.total += 1
        if self.total <= LISTED:
            self.first.append(item)

    def as_dict(self) -> dict[str, Any]:
        return {"total": self.total, "first": self.first}


@dataclass(slots=True)
class Report:
    """Counts of a run over many files, and where to look first. All but the failures is of bounded size."""

    files: Counter[str] = field(default_factory=Counter)  # by status
    done_before: int = 0
    again: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    lines_removed: int = 0
    bytes: int = 0
    bytes_kept: int = 0
    seconds: float = 0.0
    categories: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    skipped: Listing = field(default_factory=Listing)
    empty: Listing = field(default_factory=Listing)
    notes: dict[str, Listing] = field(default_factory=lambda: {kind: Listing() for kind in NOTES})
    switched_off: list[str] = field(default_factory=list)
    _most_removed: list[tuple[float, int, str]] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.files[result.status] += 1
        if result.status == "failed":
            self.failures.append(result.message)
        elif result.done:
            self.done_before += 1
        elif result.status == "skipped":
            self.skipped.add(result.message)
        else:
            self.again[result.again] += 1
        self.lines += result.lines
        self.lines_removed += result.lines_removed
        self.bytes += result.bytes
        self.bytes_kept += result.bytes_kept
        for counts, more in ((self.categories, result.categories), (self.rules, result.rules)):
            for name, count in more:
                counts[name] += count
        if result.lines_removed and result.bytes_kept:
            # What comes first in the folder wins a tie, so that the order of the heap is that of the list.
            item = (result.lines_removed / result.lines, -sum(self.files.values()), result.name)
            push = heapq.heappush if len(self._most_removed) < MOST_REMOVED else heapq.heappushpop
            push(self._most_removed, item)
        elif result.bytes and not result.bytes_kept:
            self.empty.add(result.name)
        for note in result.notes:
            self.notes[note.kind].add({"file": result.name, "rule": note.rule, "message": note.message})

    @property
    def found(self) -> int:
        return sum(self.files.values())

    @property
    def most_removed(self) -> list[dict[str, Any]]:
        """The files with the largest share of lines removed, those of which nothing is left aside."""
        ordered = sorted(self._most_removed, reverse=True)
        return [{"file": name, "share": round(share, 3)} for share, _, name in ordered]

    @property
    def exit_status(self) -> int:
        return int(bool(self.failures or self.notes["timeout"].total))

    def as_dict(self) -> dict[str, Any]:
        """The report as it is written to a file: `in`, `kept` and `removed` of lines with text and of bytes."""
        return {
            "files": {"found": self.found, **{status: self.files[status] for status in STATUSES}},
            "done_before": self.done_before,
            "done_again": {reason: count for reason, count in self.again.items() if reason != "new"},
            "lines": _parts(self.lines, self.lines_removed),
            "bytes": _parts(self.bytes, self.bytes - self.bytes_kept),
            "by_category": dict(self.categories.most_common()),
            "by_rule": dict(self.rules.most_common()),
            "seconds": round(self.seconds, 3),
            "most_removed": self.most_removed,
            "empty": self.empty.as_dict(),
            "held_back": self.notes["guard"].as_dict(),
            "no_article": self.notes["no-body"].as_dict(),
            "timeouts": self.notes["timeout"].as_dict(),
            "switched_off": self.switched_off,
            "skipped": self.skipped.as_dict(),
            "failures": self.failures,
        }

    def summary(self, dry_run: bool) -> str:
        """A line of counts for the terminal, and one each for what a person should look at first."""
        share = self.lines_removed / self.lines if self.lines else 0.0
        cleaned = f"{count_of(self.files['cleaned'], 'file')} {'would be cleaned' if dry_run else 'cleaned'}"
        lines = [
            f"{cleaned} in {self.seconds:.1f} s; "
            f"{self.lines_removed:,} of {count_of(self.lines, 'line')} removed ({share:.0%}); "
            f"{self.found:,} found = " + " + ".join(f"{self.files[status]:,} {status}" for status in STATUSES)
        ]
        if self.rules:
            lines.append(_top("most removed by", [f"{rule} ({n:,})" for rule, n in self.rules.most_common(TOP)]))
        if self._most_removed:
            names = [f"{each['file']} ({each['share']:.0%})" for each in self.most_removed[:TOP]]
            lines.append(_top("largest share removed", names))
        held = self.notes["guard"]
        if held.total:
            names = [each["file"] for each in held.first]
            lines.append(_top(f"guards held rules back {count_of(held.total, 'time')}", names))
        if self.empty.total:
            lines.append(_top(f"nothing left of {count_of(self.empty.total, 'file')}", self.empty.first))
        return "\n".join(lines)

    def resumed(self) -> str:
        """What `--resume` found to do, in one line."""
        reasons = [f"{self.again[reason]:,} {text}" for reason, text in AGAIN.items() if self.again[reason]]
        return f"{count_of(self.done_before, 'file')} done before; " + (", ".join(reasons) or "nothing to do")


def _top(what: str, names: Sequence[str]) -> str:
    return f"  {what}: " + ", ".join(printable(name) for name in list(dict.fromkeys(names))[:TOP])


def _parts(whole: int, removed: int) -> dict[str, int]:
    return {"in": whole, "kept": whole - removed, "removed": removed}


def count_of(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def counted(total: Counter[str]) -> str:
    """What went, by category, in one line."""
    if not total:
        return "nothing would go"
    listed = ", ".join(f"{category} {count}" for category, count in total.most_common())
    return f"{count_of(sum(total.values()), 'removal')}: {listed}"


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
    from rich.text import Text

    table = _table("line", printable(outcome.document.name), "cleaned")
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
    console = _console(stderr=True)
    if not console.is_terminal:
        yield from items
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(what, total=total)
        for item in items:
            yield item
            progress.advance(task, weigh(item))
