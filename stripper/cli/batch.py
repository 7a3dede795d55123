"""`stripper batch`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

import click

from ..engine.columns import REMOVED, check_names
from ..engine.records import to_json
from ..errors import InputError, OutputError
from ..runs.formats.names import format_of, is_remote
from .messages import say, tell
from .options import CROSS_DOCUMENT, GROUP_BY, PATH, Named, Shared, glob_option, shared_options
from .pages import sections_of
from .records import options_of, record_options, tell_problems, without_effect
from .stopping import status_of
from .streams import OUTPUT, STDIN, check_overwritten, is_one_file, readers_of, write_file

if TYPE_CHECKING:
    from ..runs.batch import Run
    from ..runs.files import Data
    from ..runs.results import Options, Result
    from .report import Report


def _input(name: str) -> Path | str:
    return name if is_remote(name) else Path(name)


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", type=Named(_input))
@click.option("-o", "--output", metavar="DIR", type=PATH, help="A folder, s3://, gs:// or hf://; or a FILE, for one.")
@click.option("--in-place", is_flag=True, help="Write each file of one folder back to its own place.")
@shared_options
@record_options
@glob_option("Which files of a folder to clean, by default those in a format that is read", ())
@click.option("--follow-symlinks", is_flag=True, help="Read symbolic links that lead to somewhere in their folder.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), help="How many processes; by default one for each core.")
@click.option("--removed", is_flag=True, help="Write what was taken beside each output, as NAME.removed.jsonl.")
@click.option("--report", metavar="FILE", type=OUTPUT, help="Write counts, failures, files to look at first, as JSON.")
@click.option(
    "--records",
    "facts",
    metavar="FILE",
    type=OUTPUT,
    help="Write a line of JSON for each page: title, date, author, language, words, notes, confidence. "
    "What is known of records in files of them goes into columns, see --add.",
)
@click.option("--dry-run", is_flag=True, help="Write no output.")
@click.option("--resume", is_flag=True, help="Leave out what an earlier run into the same folder has done.")
@CROSS_DOCUMENT
@GROUP_BY
@click.option(
    "--statistics",
    metavar="FILE",
    type=PATH,
    help="Keep the counts of shared lines here; groups that it knows are not counted anew.",
)
def batch(
    inputs: tuple[Path | str, ...],
    output: Path | None,
    shared: Shared,
    records: dict[str, Any],
    report: str | None,
    facts: str | None,
    **given: Any,
) -> int:
    """Clean a folder into another, mirrored; or files of many records."""
    import time

    from ..runs.batch import Run
    from .drawing import with_progress
    from .report import Report

    _check_told(report, facts)
    start = time.perf_counter()
    counts, found, unwritten, readers = Report(), 0, False, readers_of(())
    given["facts"] = facts is not None
    try:
        options = _batch_options(inputs, output, shared, records, given)
        with (
            TemporaryFile() as pages,
            Run(inputs, shared.load(), options, partial(with_progress, total=None, what="finding")) as run,
        ):
            found = run.found
            if not found:
                raise InputError(f"no file matches {options.search}; name others with --glob")
            if not run.shards and (message := without_effect(records)):
                say(message)
            _say_earlier(run, options)
            within = (lambda: f"{run.records:,} records") if run.shards else str
            for _ in with_progress(run.count_lines(), found, "counting", lambda files: files, within):
                pass
            for result in with_progress(run.clean(), found, "cleaning", within=within):
                counts.add(result)
                say_result(result)
                if result.facts is not None:
                    readers &= readers_of([result.name])
                    pages.write((to_json({"path": result.name} | result.facts) + "\n").encode("utf-8"))
            if facts is not None:
                pages.seek(0)
                unwritten |= _is_unwritten(facts, RECORDS, partial(copyfileobj, pages), readers)
            counts.switched_off, stale = sorted(run.disabled), run.stale()
    except KeyboardInterrupt as stop:
        done = f"interrupted: {counts.found:,} of {found:,} files are done"
        say(done if given["dry_run"] else f"{done}; the same command with --resume goes on")
        return status_of(stop)
    counts.seconds = time.perf_counter() - start
    _say_faults(run)
    if options.resume:
        _tell_resumed(counts, *stale)
    tell(*counts.summary(options.dry_run))
    if report is not None:
        unwritten |= _is_unwritten(report, REPORT, (to_json(counts.as_dict(), indent=1) + "\n").encode("utf-8"))
    return counts.exit_status or int(unwritten)


def _say_earlier(run: Run, options: Options) -> None:
    """What the user should know of earlier runs into the same folder before any file is written."""
    if run.damaged:
        say(f"{options.output}: what earlier runs did there cannot be read to its end; the rest is done again")
    there = options.address or options.output
    for (count, some), of_what in (
        (run.overwritten.other, ("made of another input", "made of other inputs")),
        (run.overwritten.unknown, ("made by no run that is known",) * 2),
    ):
        if count == 1:
            say(f"{there}: {some[0]} was {of_what[0]}, and is replaced")
        elif count:
            say(f"{there}: {count:,} files there were {of_what[1]}, such as {', '.join(some)}, and are replaced")


def _say_faults(run: Run) -> None:
    """What went wrong in a run as a whole."""
    for rule in sorted(run.disabled):
        say(f"{rule}: ran out of time on several pages and was switched off for the rest of the run")
    if run.deaths:
        times = "once" if run.deaths == 1 else f"{run.deaths:,} times"
        say(f"a process that cleaned died, {times}; out of memory? its work was done again, but for what is named")
    if run.unsaved:
        say(f"{run.unsaved}; --resume will do some files again")


def _tell_resumed(counts: Report, stale: int, some: Sequence[str]) -> None:
    tell(counts.resumed())
    if stale:
        say(f"{stale:,} outputs have no input any more and are left, such as {', '.join(some)}")


def _check_told(report: str | None, facts: str | None) -> None:
    """Raises UsageError if something would be lost where --report and --records write."""
    if report is not None and facts is not None and is_one_file(report, facts):
        raise click.UsageError("--report and --records name the same file")
    for name, kind in ((report, REPORT), (facts, RECORDS)):
        if name is not None:
            check_overwritten(name, *kind)


# What tells those of earlier runs from other files, what they are, and which option names them.
REPORT = (('{\n "files": {\n  "found": ',), "report", "--report")
RECORDS = (('{"path": "', '"words_kept": '), "file of records", "--records")


def _is_unwritten(name: str, kind: tuple[Sequence[str], str, str], data: Data, readers: int = 0o666) -> bool:
    """Whether a file cannot be written, which takes nothing else with it, or would replace what the run has written."""
    try:
        check_overwritten(name, *kind)
        write_file(name, data, readers)
    except OutputError as error:
        return say(error)
    except click.UsageError as error:
        return say(error.message)
    return False


def _batch_options(
    inputs: Sequence[Path | str], output: Path | None, shared: Shared, records: dict[str, Any], given: dict[str, Any]
) -> Options:
    """The options of `batch` as its library takes them. Raises UsageError for those that do not go together."""
    from ..runs.discovery import Grouping, Search
    from ..runs.pool import cores
    from ..runs.remote import check_output
    from ..runs.results import Options

    if given["in_place"]:
        if output is not None or len(inputs) != 1 or not Path(inputs[0]).is_dir() or given["follow_symlinks"]:
            raise click.UsageError("--in-place takes one folder, and neither --output nor --follow-symlinks")
        output = Path(inputs[0])
    if output is None:
        raise click.UsageError("say where to write with --output DIR, or --in-place")
    if STDIN in (str(output), *map(str, inputs)) and not Path(STDIN).exists():
        raise click.UsageError("batch takes files and folders; `stripper strip` takes standard input and output")
    search = Search(given.pop("glob"), given.pop("follow_symlinks"), pages=given["in_place"])
    grouping = Grouping(given.pop("group_by"))
    jobs = given.pop("jobs") or cores()
    together = given.pop("cross_document")
    if given["statistics"] is not None and not together:
        raise click.UsageError("--statistics keeps what --cross-document counts; leave out --no-cross-document")
    single = address = ""
    if is_remote(name := output.as_posix().replace(":/", "://", 1)):  # which a path has with one slash
        check_output(name, [each for each in map(str, inputs) if is_remote(each)])
        output, address = Path(), name
    if format_of(name) and not Path(name).is_dir():
        if len(inputs) > 1 or Path(inputs[0]).is_dir():
            what = "what is in a folder is" if len(inputs) == 1 else "several inputs are"
            raise click.UsageError(
                f"{name}: is named as one file, and {what} written to files of their own; name a folder for those, "
                "or make this one first"
            )
        single = name.rpartition("/")[2]
        output, address = (Path(), name.rpartition("/")[0]) if address else (output.parent, "")
    of_records = options_of(records, shared, single)
    if single and not is_remote(str(inputs[0])) and of_records.format_for(str(inputs[0])) is None:
        raise click.UsageError(f"{output / single}: a page goes to a folder; name one, or say --from")
    if grouping.by != Grouping().by:
        of_records = replace(of_records, by_host=False)
    if given["removed"]:
        of_records = replace(of_records, add=check_names([*of_records.add, REMOVED]))
    given |= {"encoding": shared.encoding, "form": shared.form, "site": shared.site, "jobs": jobs}
    given |= {"records": of_records, "single": single, "address": address, "sections": sections_of(shared)}
    return Options(output, search, grouping if together else None, **given)


def say_result(result: Result) -> None:
    if result.message and not result.done:
        say(result.message)
    tell_problems(result.name, result.problems, dict(result.records))
    for note in result.notes:
        if note.kind in ("timeout", "format"):
            say(": ".join(filter(None, (result.name, note.rule, note.message))))
