"""Files of records on the command line: the options that they take, and how `strip` cleans one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from ..errors import InputError
from ..rules.ruleset import RuleSet
from ..runs.formats.names import NAMES, Format, format_of, is_remote, output_format
from .messages import count_of, say
from .options import Command, Names, Shared
from .streams import STDIN, readers_of, write_file

if TYPE_CHECKING:
    from ..engine.statistics import Statistics
    from ..runs.formats.options import RecordOptions


def _format(_: click.Context, __: click.Parameter, value: str | None) -> Format | None:
    if value is not None and (found := format_of(f".{value}")) is None:
        raise click.BadParameter(f"{value!r} is no format; there are {', '.join(NAMES)}")
    return found if value is not None else None


def _columns(_: click.Context, __: click.Parameter, lists: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    if not lists:
        return ()
    from ..engine.columns import check_names

    return check_names(name.removeprefix("stripper_") for some in lists for name in some)


def _known_columns() -> Iterable[str]:
    from ..engine.columns import VALUES

    return VALUES


def record_options(command: Command) -> Command:
    """Add the options for files of records; the command gets them as its argument `records`, see `options_of`."""
    options = [
        click.option("--from", "source", metavar="FORMAT", callback=_format, help="What the input is: jsonl, wet.gz."),
        click.option("--to", metavar="jsonl|parquet|txt", callback=_format, help="Write records so, not as they came."),
        click.option("--text", metavar="COLUMN", default="text", show_default=True, help="The text of a record."),
        click.option("--id", metavar="COLUMN", help="What a record is called in messages."),
        click.option("--url", metavar="COLUMN", default="url", show_default=True, help="Its host is a record's group."),
        click.option("--add", multiple=True, metavar="NAME,...", type=Names(_known_columns), callback=_columns,
                     help="Add columns: title as stripper_title, kept and so on."),
        click.option("--bad", type=click.Choice(["keep", "drop", "fail"]), default="keep", show_default=True,
                     help="What to do with records that cannot be cleaned."),
        click.option("--min-words", type=click.IntRange(min=0), default=0, help="Leave out records with fewer words."),
        click.option("--drop-empty", is_flag=True, help="Leave out records of which nothing is left."),
    ]  # fmt: skip
    names = ("source", "to", "text", "id", "url", "add", "bad", "min_words", "drop_empty")

    @wraps(command)
    def with_records(**given: Any) -> Any:
        return command(records={name: given.pop(name) for name in names}, **given)

    for option in reversed(options):
        option(with_records)
    return with_records  # type: ignore[return-value]


def options_of(records: dict[str, Any], shared: Shared, output: str | None = None) -> RecordOptions:
    """The options of `record_options` as the library takes them; the name of an `output` tells what `--to` does not."""
    from ..runs.formats.options import RecordOptions
    from ..runs.formats.records import Columns

    rest = dict(records)
    columns = Columns(rest.pop("text"), rest.pop("url"), rest.pop("id"))
    to = rest.pop("to") or (format_of(output) if output else None)
    return RecordOptions(columns, to=to, form=shared.form, site=shared.site, **rest)


def without_effect(records: dict[str, Any]) -> str:
    """What to say where no file holds records of options that are for these alone; "" if none is given."""
    given = [f"--{name.replace('_', '-')}" for name in ("add", "min_words", "drop_empty") if records[name]]
    if not given:
        return ""
    verb = "is" if len(given) == 1 else "are"
    return f"{' and '.join(given)} {verb} for records, and these are pages: --to jsonl makes records of them"


def holds_records(name: str, records: dict[str, Any]) -> bool:
    """Whether an input holds records, or is to be written as such."""
    found = records["source"] or format_of(name)
    return records["to"] is not None or is_remote(name) or (found is not None and not found.is_page)


def strip_records(
    name: str,
    options: RecordOptions,
    rules: RuleSet,
    output: str,
    lookup: Callable[[str], Statistics | None] | None = None,
    group: str | None = None,
    encoding: str | None = None,
) -> bool:
    """Clean a file of records, or standard input, to a file or standard output; True if any of it was bad.

    Raises InputError, OutputError or OptionError if nothing is written.
    """
    from ..runs.records import Tally, check_complete, clean_piece, pieces_of, tell_columns, way_of

    format = options.format_within(name)
    if output == STDIN and options.to is None:  # unpacked, for those who read on
        options = replace(options, to=output_format(format, None)._replace(compression=""))
    way = way_of(name, format, options, encoding, eager=name == STDIN)
    total = Tally()

    def cleaned() -> Iterator[bytes]:
        with _opened(name) as stream:
            for piece in pieces_of(way, stream, format.compression):
                data, tally = clean_piece(piece, way, rules, lookup, group)
                check_complete(tally, options)
                total.merge(tally)
                yield data

    write_file(output, way.output.whole(cleaned), readers_of([name]))
    tell_columns(total, way)
    tell_problems(name, total.problems, total.records)
    slow = [note for note in total.notes if note.kind == "timeout"]
    for note in slow:
        say(f"{name}: {note.rule}: {note.message}")
    return bool(slow or total.problems)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == STDIN:
        yield sys.stdin.buffer
        return
    if is_remote(name):
        from ..runs.remote import open_remote

        with open_remote(name) as file:
            yield file
        return
    try:
        stream = Path(name).open("rb", buffering=0)  # noqa: SIM115  # what goes wrong with the output is none of its errors
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    with stream:
        yield stream


def tell_problems(name: str, problems: Sequence[str], records: Mapping[str, int]) -> None:
    """Say the first problems of a file, how many more there are, and how many records were left out."""
    from ..runs.records import BAD, SHOWN

    for problem in problems[:SHOWN]:
        say(problem)
    bad = sum(records.get(fate, 0) for fate in BAD)
    if bad > SHOWN:
        say(f"{name}: {bad - SHOWN:,} more records are bad")
    for fate, why in (("empty", "nothing is left"), ("short", "too few words")):
        if records.get(fate):
            say(f"{name}: {count_of(records[fate], 'record')} left out: {why}")
