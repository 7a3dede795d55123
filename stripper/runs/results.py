"""What a run is asked for, what its workers are given, and what becomes of each file."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ..engine.records import digest
from ..engine.statistics import Statistics
from ..model import Note, Outcome
from ..rules.ruleset import RuleSet
from .discovery import OWN, Grouping, Search, Under
from .formats.options import RecordOptions
from .manifest import Entry


class PageOptions(NamedTuple):
    """How a page is cleaned."""

    rules: RuleSet
    encoding: str | None = None
    form: str = "auto"
    site: str = ""


Sections = tuple[tuple[Under, PageOptions], ...]  # what holds for some pages alone


def options_for(source: str, common: PageOptions, sections: Sections) -> PageOptions:
    """How one file is cleaned: as the last section says that it is under, or as is common to all."""
    return next((own for under, own in reversed(sections) if under.holds(source)), common)


@dataclass(frozen=True, slots=True)
class Options:
    """How a folder is cleaned. Paths are as the user gave them; `output` is the input folder for a run `in_place`."""

    output: Path
    search: Search = field(default_factory=Search)
    grouping: Grouping | None = field(default_factory=Grouping)  # None: lines that pages share are left
    statistics: Path | None = None
    jobs: int = 1
    removed: bool = False
    dry_run: bool = False
    in_place: bool = False
    resume: bool = False
    encoding: str | None = None
    form: str = "auto"
    site: str = ""
    facts: bool = False
    sections: Sections = ()
    records: RecordOptions = field(default_factory=RecordOptions)
    single: str = ""  # the name of the output, where there is only one: a file in the folder `output`
    address: str = ""  # where outputs are put, if that is not on this machine; `output` then holds what a run knows

    @property
    def own(self) -> str:
        """The name of the folder in `output` that holds what a run knows."""
        named = "-".join(filter(None, (re.sub(r"\W+", "-", self.address), self.single)))
        return f"{OWN}-{named}" if named else OWN


class Result(NamedTuple):
    """What became of one file.

    `status` is cleaned, unchanged (nothing was to go), skipped (done before, or not to be read) or failed; `message`
    says why of the last two. Counts are of lines with text and of bytes; a file that was `done` before has them from
    then. `again` says why a file that an earlier run had done was done once more, or "new". Of a file of records,
    `records` tells how many met which fate (see `records.Tally`), `problems` what is wrong with the first bad ones,
    `more_notes` how many notes of a kind it has beside `notes`, and `fields` how many of its records have a field, as
    far as that is counted (see `records.Tally`). Of a page, `facts` are those of `columns.facts`, if
    the run is asked for them.
    """

    name: str
    status: str
    message: str = ""
    again: str = ""
    done: bool = False
    lines: int = 0
    lines_removed: int = 0
    bytes: int = 0
    bytes_kept: int = 0
    categories: tuple[tuple[str, int], ...] = ()
    rules: tuple[tuple[str, int], ...] = ()
    notes: tuple[Note, ...] = ()
    records: tuple[tuple[str, int], ...] = ()
    more_notes: tuple[tuple[str, int], ...] = ()
    problems: tuple[str, ...] = ()
    fields: tuple[tuple[str, int], ...] = ()
    facts: dict[str, Any] | None = None

    def to_json(self) -> str:
        """The counts and notes, for the manifest."""
        counts = {name: getattr(self, name) for name in _COUNTS if getattr(self, name)}
        return json.dumps({**counts, "notes": [[note.kind, note.rule, note.message] for note in self.notes]})

    def with_json(self, text: str) -> Result:
        """The same result with counts and notes from the manifest; without, if no run can have written them."""
        try:
            counts = json.loads(text)
            notes = counts.pop("notes")
            texts = [part for note in notes for part in note]
            if all(map(_is_count, counts, counts.values())) and all(isinstance(text, str) for text in texts):
                found = self._replace(done=True, notes=tuple(Note(*note) for note in notes), **counts)
                if found.lines_removed <= found.lines:
                    return found
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            pass
        return self._replace(done=True)


_NUMBERS = ("lines", "lines_removed", "bytes", "bytes_kept")
_BY_NAME = ("categories", "rules", "records", "more_notes", "fields")
_COUNTS = (*_NUMBERS, *_BY_NAME, "problems", "facts")


def _is_count(name: str, value: object) -> bool:
    if name in _NUMBERS:
        return type(value) is int and 0 <= value < 1 << 63
    if name == "facts":
        return isinstance(value, dict) and all(map(_is_fact, value.values()))
    if not isinstance(value, list):
        return False
    if name == "problems":
        return all(isinstance(each, str) for each in value)
    return name in _BY_NAME and all(isinstance(each, str) and _is_count("lines", count) for each, count in value)


def _is_fact(value: object) -> bool:
    """Whether it is a plain value, or a list or table of such, as `columns.facts` gives."""
    some = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return all(each is None or isinstance(each, (str, int, float)) for each in some)


def counts_of(outcome: Outcome) -> tuple[int, int, Counter[str], Counter[str]]:
    """Of a cleaned page: its lines with text, how many of them went whole, removals by category and by rule."""
    removed = outcome.removed
    gone = {each.line for each in removed if each.category != "layout"}
    gone -= {each.line for each in outcome.decisions if each.action == "keep"}
    lines = len({each.line for each in outcome.decisions if each.category != "layout"})
    return lines, len(gone), Counter(each.category for each in removed), Counter(each.rule for each in removed)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Files of one group for one worker, with the group's statistics, and the rules that are `disabled` by now."""

    group: str | None
    entries: tuple[Entry, ...]
    statistics: Statistics | None = None
    disabled: frozenset[str] = frozenset()

    @property
    def shared(self) -> bytes:
        """16 bytes that tell what else than itself, the rules and the options a page's output depends on."""
        counts = self.statistics.digest() if self.statistics is not None else b""
        return digest(counts + repr(sorted(self.disabled)).encode())

    def parts(self) -> list[Chunk]:
        return [replace(self, entries=(entry,)) for entry in self.entries]


class Waiting(NamedTuple):
    """Files that are written, but not in their places yet: a page, if it changes, and what was taken, if that is kept.

    `now` is the hash of the page as it stands in its place.
    """

    target: Path
    now: bytes
    page: Path | None
    removed: Path | None


class Cleaned(NamedTuple):
    """The result for one file, and what goes to the manifest: hashes of its bytes, of its output and of what
    was taken (empty if that is not written), the counts. What is to be replaced is `waiting`."""

    result: Result
    input: bytes = b""
    output: bytes = b""
    removed: bytes = b""
    record: str = ""
    waiting: Waiting | None = None
