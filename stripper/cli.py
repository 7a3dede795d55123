"""The command line: parse, call, print, exit.

Cleaned text, diffs and tables go to standard output and nothing else does. Exit status: 0 done, 1 some input could
not be cleaned, 2 wrong usage or a rule that does not load.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from .api import read, select, strip_bytes
from .decode import check_encoding, encode
from .errors import InputError, OptionError, OutputError, RuleError, StripperError, UnknownNameError
from .model import Document, Outcome
from .render import count_by_category, explained_lines, outcome_json, printable, removed_lines, to_json, unified_diff
from .rules import RuleSet, load_rules
from .version import __version__

if TYPE_CHECKING:
    from .batch import Options, Result
    from .corpus import Statistics

Command = TypeVar("Command", bound=Callable[..., Any])
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Shared:
    """The options that all cleaning commands have."""

    rules: tuple[str, ...]
    no_default_rules: bool
    disable: tuple[str, ...]
    keep: tuple[str, ...]
    drop: tuple[str, ...]
    encoding: str | None

    def load(self, phrases: bool = False) -> RuleSet:
        """The rules asked for, with their phrases and examples if these are to be shown.

        Raises RuleError or UnknownNameError.
        """
        own = bool(self.rules) or self.no_default_rules or phrases
        rules = load_rules(self.rules, not self.no_default_rules, examples=phrases) if own else None
        return select(rules, self.keep, self.drop, self.disable)


def _encoding(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        try:
            check_encoding(value)
        except InputError as error:
            raise click.BadParameter(str(error)) from None
    return value


class Named(click.ParamType):  # type: ignore[type-arg]  # generic in newer versions of click alone
    """A path that is there: an empty one would be taken for the folder one is in (`--in-place "$UNSET"`)."""

    name = "path"

    def __init__(self, make: Callable[[str], str | Path]) -> None:
        self.make = make

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str | Path:
        if value == "":
            self.fail("an empty name; is a variable not set?", param, ctx)
        return self.make(value)


NAME, PATH = Named(str), Named(Path)
RULES = click.option(
    "--rules",
    multiple=True,
    metavar="PATH",
    type=NAME,
    help="A pack, or a folder of packs, to use too; may be given again.",
)


def shared_options(command: Command) -> Command:
    """Add the options of `Shared`; the command gets them as its argument `shared`."""
    options = [
        RULES,
        click.option("--no-default-rules", is_flag=True, help="Use only the packs given by --rules."),
        click.option("--disable", multiple=True, metavar="NAME", help="Switch off a rule, or all of a category."),
        click.option("--keep", multiple=True, metavar="CATEGORY", help="Let the lines of a category stay."),
        click.option("--drop", multiple=True, metavar="CATEGORY", help="Take the lines of a category, as title."),
        click.option("--encoding", metavar="NAME", callback=_encoding, help="Do not guess the encoding of the input."),
    ]

    @wraps(command)
    def with_shared(**given: Any) -> Any:
        return command(shared=Shared(**{item.name: given.pop(item.name) for item in fields(Shared)}), **given)

    for option in reversed(options):
        option(with_shared)
    return with_shared  # type: ignore[return-value]


FILES = click.argument("files", nargs=-1, metavar="[FILE]...", type=NAME)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="stripper")
def cli() -> None:
    """Take the plain text of a page and leave the article."""


@cli.command()
@FILES
@shared_options
@click.option("-o", "--output", metavar="FILE", type=NAME, help="Write here, not to standard output.")
@click.option("--in-place", is_flag=True, help="Write each file back to its own place.")
@click.option("--backup", metavar="SUFFIX", help="With --in-place, leave the original beside it, with this suffix.")
@click.option("--removed", metavar="FILE", type=NAME, help="Write what was taken, as JSON Lines with byte offsets.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="json: text and decisions.")
@click.option("--statistics", metavar="FILE", type=PATH, help="Counts of shared lines to use.")
@click.option("--group", metavar="NAME", help="The group in FILE that the pages belong to, if their paths do not tell.")
def strip(
    files: tuple[str, ...],
    shared: Shared,
    output: str | None,
    in_place: bool,
    backup: str | None,
    removed: str | None,
    form: str,
    statistics: Path | None,
    group: str | None,
) -> int:
    """Clean files, or standard input, to standard output."""
    if in_place and (output or form == "json" or not files or STDIN in files):
        raise click.UsageError("--in-place takes files, and neither --output nor --format json")
    if backup is not None and (not in_place or not backup):
        raise click.UsageError("--backup takes a suffix, and --in-place with it")
    if output == STDIN:
        output = None
    if removed is not None:
        _check_removed(removed, output, in_place)
    rules = shared.load()
    counts_for = _statistics(statistics, group)
    failed = False
    pieces: list[bytes] = []
    taken: list[str] = []
    back: list[tuple[Path, bytes, bytes]] = []  # files to replace once what is taken out of them is written
    whole = output is not None  # a file is written at once, standard output as the pages are done

    def write(data: bytes) -> None:
        pieces.append(data) if whole else _write(data)

    first: Document | None = None
    for name, data in _inputs(files):
        try:
            if isinstance(data, StripperError):
                raise data
            counts = counts_for(name)
            outcome = strip_bytes(data, name=name, encoding=shared.encoding, rules=rules, statistics=counts)
            failed |= _say_notes(outcome)
            if removed is not None:
                taken.append(removed_lines(outcome, with_name=len(files) > 1))
            if in_place:
                page = (Path(name), data, encode(outcome.text, outcome.document))
                back.append(page) if removed is not None else _replace(*page, backup)
            elif form == "json":
                write((to_json(outcome_json(outcome)) + "\n").encode("utf-8"))
            else:
                write(_after(first, outcome))
            first = first or outcome.document
        except StripperError as error:
            failed = _say(error)
    if output is not None:
        _write_file(output, b"".join(pieces))
    if removed is not None:
        _write_file(removed, "".join(taken).encode("utf-8"))
    for page in back:
        try:
            _replace(*page, backup)
        except StripperError as error:
            failed = _say(error)
    return int(failed)


def _check_removed(removed: str, output: str | None, in_place: bool) -> None:
    """Raises UsageError if a text would be lost where --removed writes; `batch --removed` is a flag, this is none."""
    if removed == STDIN and output is None and not in_place:
        raise click.UsageError("--removed - takes standard output; say where the text goes with --output FILE")
    path = Path(removed)
    if output is not None and os.path.realpath(output) == os.path.realpath(removed):
        raise click.UsageError("--output and --removed name the same file")
    if path.is_file() and path.stat().st_size and not path.is_symlink():
        with path.open("rb") as file:
            if file.read(1) != b"{":
                raise click.UsageError(f"{path}: exists, and is no file of removed lines; --removed would overwrite it")


def _after(first: Document | None, outcome: Outcome) -> bytes:
    """A cleaned page as it follows others: after a blank line, and without a mark that stands before the first."""
    document = outcome.document
    data = encode(outcome.text, document)
    if first is None:
        return data
    return "\n".encode(document.encoding) + data.removeprefix(document.bom if first.bom == document.bom else b"")


def _statistics(path: Path | None, group: str | None) -> Callable[[str], Statistics | None]:
    """How to get the statistics of a page by its name, from a file of them. Raises InputError for what it is not.

    A page belongs to the group that is named, or to the one that its path tells, or to the only one.
    """
    if path is None:
        if group is not None:
            raise click.UsageError("--group names a group of --statistics FILE")
        return lambda _: None
    from .corpus import Store
    from .folder import Grouping

    if not path.exists():
        raise InputError(f"{path}: no such file; `stripper batch --statistics {path}` writes it")
    store = Store(path)
    grouping = Grouping(store.group_by)
    names = store.names(2)

    def find(name: str) -> Statistics:
        guesses = [group] if group is not None else [*grouping.guesses(name), *(names if len(names) == 1 else ())]
        for guess in guesses:
            if (statistics := store.get(guess)) is not None:
                return statistics
        some = ", ".join(map(repr, names)) or "none"
        raise InputError(f"{name}: {path} does not tell its group; name it with --group (there are such as {some})")

    return find


@cli.command()
@FILES
@shared_options
@click.option("--side-by-side", is_flag=True, help="The page on the left, what stays on the right.")
@click.option("--check", is_flag=True, help="Exit with status 1 if anything would go.")
def diff(files: tuple[str, ...], shared: Shared, side_by_side: bool, check: bool) -> int:
    """Show what would go, and by which rule; into a pipe, a unified diff that `patch` takes."""
    from .report import counted, draw_diff, draw_side_by_side

    failed = False
    gone: Counter[str] = Counter()
    for outcome in _outcomes(files, shared):
        if isinstance(outcome, StripperError):
            failed = _say(outcome)
            continue
        failed |= _say_notes(outcome, empty=False)
        gone.update(count_by_category(outcome.decisions))
        if side_by_side:
            draw_side_by_side(outcome)
        elif sys.stdout.isatty():
            if outcome.removed:
                draw_diff(outcome)
        else:
            _write(unified_diff(outcome))
    if sys.stdout.isatty() or side_by_side:
        click.echo(counted(gone))
    return int(failed or (check and bool(gone)))


@cli.command()
@click.argument("file", default=STDIN, type=NAME)
@shared_options
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="json: a list of lines.")
def explain(file: str, shared: Shared, form: str) -> int:
    """Show of each line whether it stays, its category, the rule and the reason."""
    from .report import draw_explanation

    failed = False
    for outcome in _outcomes((file,), shared):
        if isinstance(outcome, StripperError):
            return int(_say(outcome))
        failed = _say_notes(outcome, empty=False)
        if form == "json":
            rows = explained_lines(outcome)
            _write(("[\n" + ",\n".join(map(to_json, rows)) + "\n]\n").encode("utf-8"))
        else:
            draw_explanation(outcome)
    return int(failed)


@cli.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...", type=PATH)
@click.option("--output", metavar="DIR", type=PATH, help="Where to write.")
@click.option("--in-place", is_flag=True, help="Write each file of one folder back to its own place.")
@shared_options
@click.option("--glob", default="**/*.txt", show_default=True, help="Which files of a folder to clean.")
@click.option("--follow-symlinks", is_flag=True, help="Read symbolic links that lead to somewhere in their folder.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many processes; by default one for each core.")
@click.option("--removed", is_flag=True, help="Write what was taken beside each output, as NAME.removed.jsonl.")
@click.option("--report", metavar="FILE", type=NAME, help="Write counts, failures, files to look at first, as JSON.")
@click.option("--dry-run", is_flag=True, help="Write no output.")
@click.option("--resume", is_flag=True, help="Leave out what an earlier run into the same folder has done.")
@click.option(
    "--cross-document/--no-cross-document",
    default=True,
    show_default=True,
    help="Take lines that stand on many pages of the same group.",
)
@click.option(
    "--group-by",
    metavar="folder|run|REGEX",
    default="folder",
    show_default=True,
    help="Which pages are one group; REGEX captures its name from the path below INPUT.",
)
@click.option(
    "--statistics",
    metavar="FILE",
    type=PATH,
    help="Keep the counts of shared lines here; groups that it knows are not counted anew.",
)
def batch(inputs: tuple[Path, ...], output: Path | None, shared: Shared, report: str | None, **given: Any) -> int:
    """Clean a folder into another, mirrored."""
    import time

    from .batch import Run
    from .report import Report, with_progress

    start = time.perf_counter()
    counts, found = Report(), 0
    rules = shared.load()
    try:
        options = _batch_options(inputs, output, shared, given)
        with Run(inputs, rules, options) as run:
            found = run.found
            if not found:
                _tell(f"no file matches {options.search.pattern!r}; name others with --glob")
            if run.damaged:
                _say(f"{options.output}: what earlier runs did there cannot be read; all files are done again")
            for _ in with_progress(run.count_lines(), found, "counting", lambda files: files):
                pass
            for result in with_progress(run.clean(), found, "cleaning", lambda _: 1):
                counts.add(result)
                _say_result(result)
            counts.switched_off = sorted(run.off)
            stale, some = run.stale() if options.resume else (0, [])
    except KeyboardInterrupt:
        done = f"interrupted: {counts.found:,} of {found:,} files are done"
        _say(done if given["dry_run"] else f"{done}; the same command with --resume goes on")
        return 130
    counts.seconds = time.perf_counter() - start
    for rule in counts.switched_off:
        _say(f"{rule}: ran out of time on several pages and was switched off for the rest of the run")
    if run.unsaved:
        _say(f"{run.unsaved}; --resume will do some files again")
    if options.resume:
        _tell(counts.resumed())
    if stale:
        _say(f"{stale:,} outputs have no input any more and are left, such as {', '.join(some)}")
    _tell(counts.summary(options.dry_run))
    if report is not None:
        _write_file(report, (to_json(counts.as_dict(), indent=1) + "\n").encode("utf-8"))
    return counts.exit_status


def _batch_options(inputs: Sequence[Path], output: Path | None, shared: Shared, given: dict[str, Any]) -> Options:
    """The options of `batch` as its library takes them. Raises UsageError for those that do not go together."""
    from .batch import Options
    from .folder import Grouping, Search
    from .workers import cores

    if given["in_place"]:
        if output is not None or len(inputs) != 1 or not inputs[0].is_dir() or given["follow_symlinks"]:
            raise click.UsageError("--in-place takes one folder, and neither --output nor --follow-symlinks")
        output = inputs[0]
    if output is None:
        raise click.UsageError("say where to write with --output DIR, or --in-place")
    search = Search(given.pop("glob"), given.pop("follow_symlinks"))
    grouping = Grouping(given.pop("group_by"))
    jobs = given.pop("jobs") or cores()
    together = given.pop("cross_document")
    if given["statistics"] is not None and not together:
        raise click.UsageError("--statistics keeps what --cross-document counts; leave out --no-cross-document")
    return Options(output, search, grouping if together else None, jobs=jobs, encoding=shared.encoding, **given)


def _say_result(result: Result) -> None:
    if result.message and not result.done:
        _say(result.message)
    for note in result.notes:
        if note.kind == "timeout":
            _say(f"{result.name}: {note.rule}: {note.message}")


@cli.command()
@click.argument("paths", nargs=-1, required=True, metavar="OUTPUT...", type=PATH)
@click.option("--output", metavar="DIR", type=PATH, help="Write the originals here instead.")
def restore(paths: tuple[Path, ...], output: Path | None) -> int:
    """Put cleaned files back as they were, from what --removed wrote beside them.

    A file that was edited since is named and left as it is. Unless --output is given, each original takes the place
    of its cleaned file, and what stood beside that goes.
    """
    from .restore import restore_files

    done = failed = 0
    for each in restore_files(paths, output):
        if each.problem:
            failed += 1
            _say(each.problem)
        else:
            done += 1
    _tell(f"{done:,} restored; {failed:,} failed")
    return int(bool(failed))


@cli.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FOLDER_OR_FILE...", type=PATH)
@shared_options
@click.option(
    "-o", "--output", metavar="FILE", default="review.html", show_default=True, type=NAME, help="Where to write."
)
@click.option("--glob", default="**/*.txt", show_default=True, help="Which files of a folder to look at.")
@click.option(
    "--sample", metavar="N", type=click.IntRange(min=1), help="Only so many of the pages, the same each time."
)
@click.option("--title", metavar="TEXT", help="What stands at the head; by default the names of the inputs.")
@click.option(
    "--cross-document/--no-cross-document", default=True, help="Judge lines that many pages share, as batch does."
)
@click.option(
    "--group-by", metavar="folder|run|REGEX", default="folder", help="Which pages are one group, as for batch."
)
def review(
    inputs: tuple[Path, ...],
    shared: Shared,
    output: str,
    glob: str,
    sample: int | None,
    title: str | None,
    cross_document: bool,
    group_by: str,
) -> int:
    """Show in a browser what is decided of many pages, and why: one HTML file that needs no network."""
    from .authoring.pages import Pages
    from .authoring.review import MARK, Review
    from .folder import Grouping, Search
    from .report import with_progress

    _check_overwritten(output, MARK)
    rules = shared.load(phrases=True)
    grouping = Grouping(group_by) if cross_document else None
    pages = Pages.of(inputs, Search(glob), grouping, sample, shared.encoding)
    if not len(pages):
        raise OptionError(f"no file matches {glob!r}; name others with --glob")
    made = Review(rules, title or ", ".join(map(str, inputs)))
    for source, outcome, counts in with_progress(pages.outcomes(rules), len(pages), "looking", lambda _: 1):
        made.add(source, outcome, counts)
    for problem in pages.unread:
        _say(problem)
    _write_file(output, made.html().encode("utf-8"))
    if output != STDIN:
        _tell(f"{output}: {len(made):,} pages; open it in a browser")
    return int(bool(pages.unread))


def _check_overwritten(output: str, mark: str) -> None:
    """Raises UsageError for a file that is there and is no earlier review."""
    path = Path(output)
    if output != STDIN and path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            if mark.encode() not in file.read(200):
                raise click.UsageError(f"{path}: exists, and is no review; name another --output")


@cli.group()
def rules() -> None:
    """Look at rules, and check packs of your own."""


@rules.command("list")
@RULES
def list_rules(rules: tuple[str, ...]) -> None:
    """A table of all rules."""
    from .report import draw_rules

    draw_rules(load_rules(rules).rules)


@rules.command("show")
@click.argument("name", metavar="ID")
@RULES
def show_rule(name: str, rules: tuple[str, ...]) -> None:
    """One rule as its pack has it."""
    from .rules import find_rule, source_of

    rule = find_rule(load_rules(rules), name)
    for line in (f"# {rule.file}", *source_of(rule).splitlines()):
        click.echo(printable(line))


@rules.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option(
    "--unused",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Name each rule that never fires on any text file of a folder too.",
)
def check(paths: tuple[str, ...], unused: Path | None) -> int:
    """What is wrong with packs: those at PATH, or the shipped ones."""
    from .checks import check_rules

    return _problems(check_rules(paths, unused), "no problems")


@rules.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
def run_examples(paths: tuple[str, ...]) -> int:
    """Run the examples of packs: those at PATH, or the shipped ones."""
    from .checks import test_rules

    loaded = load_rules(paths, default=not paths)
    examples = sum(len(rule.remove) + len(rule.keep) for rule in loaded.rules)
    return _problems(test_rules(loaded), f"{examples} examples of {len(loaded.rules)} rules hold")


def _problems(problems: Iterable[object], fine: str) -> int:
    found = list(problems)
    for problem in found:
        click.echo(printable(str(problem)))
    if not found:
        _tell(fine)
    return int(bool(found))


# --- input and output --------------------------------------------------------------------------------------------


def _inputs(files: Iterable[str]) -> Iterator[tuple[str, bytes | StripperError]]:
    """Name and bytes of each input, or why it cannot be read; standard input if there are no files."""
    for name in files or (STDIN,):
        try:
            yield name, sys.stdin.buffer.read() if name == STDIN else read(name)
        except OSError as error:
            yield name, InputError(f"{STDIN}: {error.strerror or error}")
        except InputError as error:
            yield name, error


def _outcomes(files: Iterable[str], shared: Shared) -> Iterator[Outcome | StripperError]:
    rules = shared.load()
    for name, data in _inputs(files):
        if isinstance(data, StripperError):
            yield data
            continue
        try:
            yield strip_bytes(data, name=name, encoding=shared.encoding, rules=rules)
        except InputError as error:
            yield error


def _write(data: bytes) -> None:
    """Raises OSError, of which `main` tells: what goes wrong with standard output is no fault of one page."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _write_file(name: str, data: bytes) -> None:
    """Raises OutputError. `-` is standard output; through a link, the file itself is written."""
    from .files import write_whole

    if name == STDIN:
        return _write(data)
    path = Path(name)
    try:
        real = path.resolve() if path.is_symlink() else path
        stream = path.is_symlink() and path.absolute().parts[1] in ("dev", "proc")  # such as /dev/stdout
        if path.exists() and (stream or not path.is_file()):
            with path.open("ab") as file:  # nothing to move into place
                file.write(data)
            return
        like = real.stat() if real.exists() else None
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        raise OutputError(f"{name}: cannot be written: {getattr(error, 'strerror', None) or error}") from None
    write_whole(real, data, like)


def _replace(path: Path, original: bytes, cleaned: bytes, backup: str | None) -> None:
    """Write a cleaned file to its own place, the original beside it if asked for. Raises InputError or OutputError."""
    from .files import write_whole

    if cleaned == original:
        return
    try:
        like = path.stat()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    if not path.is_file():
        raise InputError(f"{path}: is no regular file")
    if read(path) != original:
        raise OutputError(f"{path}: was changed while it was cleaned, and is left as it is now")
    if backup is not None:
        copy = Path(f"{path}{backup}")
        if copy.exists():
            raise OutputError(f"{copy}: exists already; take it away or name another --backup suffix")
        write_whole(copy, original, like)
    write_whole(path.resolve(), cleaned, like)  # through a link, to the file itself


def _tell(message: str) -> None:
    """A message on standard error. That nobody reads it (`2>&1 | head`) must not end what it speaks of."""
    with suppress(OSError):
        click.echo(message, err=True)


def _say(message: object) -> bool:
    """Tell what went wrong on standard error; returns True, for `failed`."""
    _tell(f"stripper: {printable(str(message))}")
    return True


def _say_notes(outcome: Outcome, empty: bool = True) -> bool:
    """Tell what the user should know of a cleaned page; True if a rule ran out of time."""
    name = outcome.document.name
    for note in outcome.notes:
        _say(f"{name}: {note.rule}: {note.message}")
    if empty and not outcome.text.strip() and outcome.document.text.strip():
        _say(f"{name}: nothing is left")
    return any(note.kind == "timeout" for note in outcome.notes)


def _stand_in() -> None:
    """For a standard stream that is closed (`>&-`), one that cannot be used, so that this is said where it matters.

    And so that no file that is opened later is taken for it.
    """
    for number, (name, mode, way) in enumerate(
        (("stdin", "r", os.O_WRONLY), ("stdout", "w", os.O_RDONLY), ("stderr", "w", os.O_WRONLY))
    ):
        if getattr(sys, name) is None:
            handle = os.open(os.devnull, way)
            if handle != number:
                os.dup2(handle, number)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


def main() -> NoReturn:
    """Run the command line; never returns."""
    gc.set_threshold(100_000)  # rules are many objects that all stay: looking for garbage among them costs a fifth
    _stand_in()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a table, say, where the locale's encoding is a small one
    try:
        status = cli.main(standalone_mode=False, prog_name="stripper") or 0
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        status = error.exit_code
    except RuleError as error:
        for problem in error.problems:
            _say(problem)
        status = 2
    except (OptionError, UnknownNameError) as error:
        _say(error)
        status = 2
    except StripperError as error:
        _say(error)
        status = 1
    except (click.Abort, KeyboardInterrupt):
        status = 130
    except BrokenPipeError:  # the reader has gone (`| head`): nothing more to say, not even by the last flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        status = 0
    except OSError as error:
        nameless = "this folder" if error.errno == errno.ENOENT else "standard output: cannot be written"
        _say(f"{error.filename or nameless}: {error.strerror or error}")
        status = 1
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)  # rather than take down, object by object, what the system takes back at once
