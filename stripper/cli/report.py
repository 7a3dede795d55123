"""The counts of a run, where to look first, and the exit status."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..runs.records import BAD
from ..runs.results import Result
from .messages import count_of

LISTED = 1000  # files named in each list of a report
MOST_REMOVED = 20  # files with the largest share removed that a report names
TOP = 3  # names of each kind in the summary
STATUSES = ("cleaned", "unchanged", "skipped", "failed")
AGAIN = {
    "new": "not done yet",
    "changed": "changed since",
    "another": "whose outputs were made of other inputs",
    "rules": "under other rules or options",
    "version": "by another version",
    "shared lines": "in groups whose shared lines are others now",
    "died": "that a process died of",
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
    records: Counter[str] = field(default_factory=Counter)  # of files that hold many, by what became of them
    bad_records: Listing = field(default_factory=Listing)
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
    notes: dict[str, Listing] = field(default_factory=lambda: defaultdict(Listing))
    switched_off: list[str] = field(default_factory=list)
    _is_wrong: bool = False  # something with a file that was cleaned
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
        for kind, count in result.more_notes:
            self.notes[kind].total += count
        self.records.update(dict(result.records))
        self._is_wrong |= bool(result.problems)
        for problem in result.problems:
            self.bad_records.add(problem)
        self.bad_records.total = sum(self.records[fate] for fate in BAD)

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
        return int(bool(self.failures or self.notes["timeout"].total or self._is_wrong))

    def as_dict(self) -> dict[str, Any]:
        """The report as it is written to a file: `in`, `kept` and `removed` of lines with text and of bytes."""
        return {
            "files": {"found": self.found, **{status: self.files[status] for status in STATUSES}},
            "done_before": self.done_before,
            "done_again": {reason: count for reason, count in self.again.items() if reason != "new"},
            "records": {fate: self.records[fate] for fate in ("kept", "cleaned", "empty", "short", *BAD)},
            "bad_records": self.bad_records.as_dict(),
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
            "other_formats": self.notes["format"].as_dict(),
            "switched_off": self.switched_off,
            "skipped": self.skipped.as_dict(),
            "failures": self.failures,
        }

    def summary(self, dry_run: bool) -> list[str]:
        """A line of counts for the terminal, and one each for what a person should look at first."""
        share = self.lines_removed / self.lines if self.lines else 0.0
        cleaned = f"{count_of(self.files['cleaned'], 'file')} {'would be cleaned' if dry_run else 'cleaned'}"
        lines = [
            f"{cleaned} in {self.seconds:.1f} s; "
            f"{self.lines_removed:,} of {count_of(self.lines, 'line')} removed ({share:.0%}); "
            f"{self.found:,} found = " + " + ".join(f"{self.files[status]:,} {status}" for status in STATUSES)
        ]
        if self.records:
            out = ", ".join(f"{self.records[fate]:,} {fate}" for fate in ("empty", "short", *BAD) if self.records[fate])
            lines.append(
                f"  records: {self.records['kept']:,} written, {self.records['cleaned']:,} of them cleaned"
                + (f"; {out}" if out else "")
            )
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
        return lines

    def resumed(self) -> str:
        """What `--resume` found to do, in one line."""
        reasons = [f"{self.again[reason]:,} {text}" for reason, text in AGAIN.items() if self.again[reason]]
        reasons += [f"{len(self.failures):,} failed"] if self.failures else []
        return f"{count_of(self.done_before, 'file')} done before; " + (", ".join(reasons) or "nothing to do")


def _top(what: str, names: Sequence[str]) -> str:
    return f"  {what}: " + ", ".join(list(dict.fromkeys(names))[:TOP])


def _parts(whole: int, removed: int) -> dict[str, int]:
    return {"in": whole, "kept": whole - removed, "removed": removed}


def counted(total: Counter[str]) -> str:
    """What went, by category, in one line."""
    if not total:
        return "nothing would go"
    listed = ", ".join(f"{category} {count}" for category, count in total.most_common())
    return f"{count_of(sum(total.values()), 'removal')}: {listed}"
