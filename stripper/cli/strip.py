"""`stripper strip`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..api import strip_bytes
from ..dataclass import dataclass
from ..errors import InputError, StripperError, problem_of
from ..model import Document, Outcome
from ..reading.decoding import encode
from ..reading.formats import named_format
from ..runs.sites import site_of
from .messages import say, say_notes
from .options import FILES, PATH, Shared, shared_options
from .records import holds_records, options_of, record_options, strip_records, without_effect
from .streams import (
    OUTPUT,
    STDIN,
    check_overwritten,
    is_one_file,
    read_inputs,
    readers_of,
    replace_file,
    write_file,
    write_stdout,
)

if TYPE_CHECKING:
    from ..engine.statistics import Statistics


@click.command()
@FILES
@shared_options
@record_options
@click.option("-o", "--output", metavar="FILE", type=OUTPUT, help="Write here, not to standard output.")
@click.option("--in-place", is_flag=True, help="Write each file back to its own place.")
@click.option("--backup", metavar="SUFFIX", help="With --in-place, leave the original beside it, with this suffix.")
@click.option("--removed", metavar="FILE", type=OUTPUT, help="Write what was taken, as JSON Lines with byte offsets.")
@click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", help="json: text and decisions."
)
@click.option("--statistics", metavar="FILE", type=PATH, help="Counts of shared lines to use.")
@click.option("--group", metavar="NAME", help="The group in FILE that the pages belong to, if their paths do not tell.")
def strip(
    files: tuple[str, ...],
    shared: Shared,
    records: dict[str, Any],
    statistics: Path | None,
    group: str | None,
    **given: Any,
) -> int:
    """Clean files, or standard input, to standard output."""
    if any(holds_records(name, records) for name in files or (STDIN,)):
        return _strip_records(files, shared, records, statistics, group, given)
    if message := without_effect(records):
        raise click.UsageError(message)
    writer = _Writer(several=len(files) > 1, **given)
    writer.check(files)
    for name in files or (STDIN,):
        shared.of(name).load()  # what is wrong with rules is said before any page is read
    counts_for = statistics_finder(statistics, group)
    failed = False
    for name, data in read_inputs(files, given["in_place"]):
        try:
            if isinstance(data, StripperError):
                raise data
            own, counts = shared.of(name), counts_for(name)
            outcome = strip_bytes(
                data, name=name, encoding=own.encoding, form=own.form, site=own.site or site_of(name), rules=own.load(),
                statistics=counts,
            )  # fmt: skip
            if name == STDIN and records["source"] is None and (message := named_format(outcome.document.text)):
                raise InputError(f"{name}: {message}, or --from txt if it is a page of text")
            failed |= say_notes(outcome)
            writer.add(outcome, data)
        except (StripperError, MemoryError) as error:
            failed = say(problem_of(name, error))
    return int(writer.finish(files) or failed)


def _strip_records(
    files: tuple[str, ...],
    shared: Shared,
    records: dict[str, Any],
    statistics: Path | None,
    group: str | None,
    given: dict[str, Any],
) -> int:
    if len(files) > 1 or given["in_place"] or given["removed"] or given["shape"] != "text":
        raise click.UsageError(
            "a file of records is cleaned alone, without --in-place, --format json or --removed (--add removed adds "
            "what was taken to each record); batch cleans many"
        )
    [name] = files or (STDIN,)
    rules = shared.load()
    lookup = None
    if statistics is not None:
        from ..runs.store import Store

        lookup = Store(_existing(statistics), read_only=True).get
    output = given["output"] or STDIN
    options = options_of(records, shared, output)
    return int(strip_records(name, options, rules, output, lookup, group, shared.encoding))


@dataclass()
class _Writer:
    """Where cleaned pages go: to standard output as they are done, to one file at once, or to their own places."""

    several: bool
    output: str | None
    in_place: bool
    backup: str | None
    removed: str | None
    shape: str
    _first: Document | None = None
    _pieces: list[bytes] = field(default_factory=list)
    _taken: list[str] = field(default_factory=list)
    _later: list[tuple[Path, bytes, bytes]] = field(default_factory=list)  # replaced once what was taken is written

    def check(self, files: tuple[str, ...]) -> None:
        """Raises UsageError for options that do not go together."""
        if self.in_place and (self.output or self.shape == "json" or not files or STDIN in files):
            raise click.UsageError("--in-place takes files, and neither --output nor --format json")
        if self.backup is not None and (not self.in_place or not self.backup):
            raise click.UsageError("--backup takes a suffix, and --in-place with it")
        if self.output == STDIN:
            self.output = None
        if self.removed is not None:
            _check_removed(self.removed, self.output, self.in_place)

    def add(self, outcome: Outcome, original: bytes) -> None:
        """Raises InputError or OutputError if the page cannot be written to its own place."""
        if self.removed is not None:
            from ..engine.records import removed_lines

            self._taken.append(removed_lines(outcome, with_name=self.several))
        if self.in_place:
            page = (Path(outcome.document.name), original, encode(outcome.text, outcome.document))
            self._later.append(page) if self.removed is not None else replace_file(*page, self.backup)
        elif self.shape == "json":
            from ..engine.records import outcome_json, to_json

            self._write((to_json(outcome_json(outcome)) + "\n").encode("utf-8"))
        else:
            self._write(_after(self._first, outcome))
        self._first = self._first or outcome.document

    def _write(self, data: bytes) -> None:
        self._pieces.append(data) if self.output is not None else write_stdout(data)

    def finish(self, files: tuple[str, ...]) -> bool:
        """Write what is written at the end, for those who may read all files; True if one could not be replaced."""
        readers = readers_of(files) if self.output is not None or self.removed is not None else 0
        if self.output is not None:
            write_file(self.output, b"".join(self._pieces), readers)
        if self.removed is not None:
            write_file(self.removed, "".join(self._taken).encode("utf-8"), readers, lasting=self.in_place)
        failed = False
        for page in self._later:
            try:
                replace_file(*page, self.backup)
            except StripperError as error:
                failed = say(error)
        return failed


def _check_removed(removed: str, output: str | None, in_place: bool) -> None:
    """Raises UsageError if a text would be lost where --removed writes; `batch --removed` is a flag, this is none."""
    if removed == STDIN and output is None and not in_place:
        raise click.UsageError("--removed - takes standard output; say where the text goes with --output FILE")
    if output is not None and is_one_file(output, removed):
        raise click.UsageError("--output and --removed name the same file")
    check_overwritten(removed, ('"original": "', '"cleaned": "'), "file of removed lines", "--removed")


def _after(first: Document | None, outcome: Outcome) -> bytes:
    """A cleaned page as it follows others: after a blank line, and without a mark that stands before the first."""
    document = outcome.document
    data = encode(outcome.text, document)
    if first is None:
        return data
    return "\n".encode(document.encoding) + data.removeprefix(document.bom if first.bom == document.bom else b"")


def statistics_finder(path: Path | None, group: str | None) -> Callable[[str], Statistics | None]:
    """How to get the statistics of a page by its name, from a file of them. Raises InputError for what it is not.

    A page belongs to the group that is named, or to the one that its path tells, or to the only one.
    """
    if path is None:
        if group is not None:
            raise click.UsageError("--group names a group of --statistics FILE")
        return lambda _: None
    from ..runs.discovery import Grouping
    from ..runs.store import Store

    store = Store(_existing(path), read_only=True)
    grouping = Grouping(store.group_by)
    names = store.names(2)

    def find(name: str) -> Statistics:
        guesses = [group] if group is not None else [*grouping.guesses(name), *(names if len(names) == 1 else ())]
        for guess in guesses:
            if (statistics := store.get(guess)) is not None:
                return statistics
        near = [guess + "/" for guess in guesses if store.get(guess + "/") is not None]
        some = ", ".join(map(repr, near or names)) or "none"
        raise InputError(f"{name}: {path} does not tell its group; name it with --group (there are such as {some})")

    return find


def _existing(statistics: Path) -> Path:
    if not statistics.exists():
        raise InputError(f"{statistics}: no such file; `stripper batch --statistics {statistics}` writes it")
    return statistics
