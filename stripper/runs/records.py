"""Records of a file cleaned piece by piece: the one way in which a pipe, a file and a run over many do it."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from ..engine.cleaning import clean
from ..engine.columns import host_of, nothing_removed, values
from ..engine.statistics import Statistics
from ..errors import InputError
from ..model import Document, Note, Outcome
from ..rules.ruleset import RuleSet
from .databases import no_room
from .formats import open_format
from .formats.names import PACKED, PAGES, Format, output_format
from .formats.options import RecordOptions
from .formats.records import Piece, Record, RecordFormat, Written
from .formats.streams import Steady
from .formats.writing import Output
from .results import Result, counts_of

LISTED = 1000  # notes of each file that are kept as they are; of the others, how many there were
BAD = ("bad", "bad kept", "damaged")  # fates of records that cannot be cleaned
FIELDS = 20
SHOWN = 10  # problems of each file that are told; of the others, how many there were


@dataclass(slots=True)
class Tally:
    """What became of the records of a file, or of a part of it.

    `records` counts them by fate: `kept`, or left out as `empty`, `short` or `bad`; and of those that are written,
    how many are `cleaned`, and how many bad ones stay (`bad kept`). `fields` counts the records that have a field, for
    the first `FIELDS` of these and those that somebody named.
    """

    records: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    lines_removed: int = 0
    bytes: int = 0
    bytes_kept: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    notes: list[Note] = field(default_factory=list)
    more_notes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    fields: Counter[str] = field(default_factory=Counter)
    lost: bool = False  # whether a process died of it, or there was too little memory: another run may do it
    failure: str = ""  # why nothing of the file can be written

    @property
    def found(self) -> int:
        """How many records there were."""
        return self.records.total() - self.records["cleaned"]

    def add(self, outcome: Outcome, place: str) -> None:
        """Count what the rules did to one record; `place` is what it is called in messages."""
        text = outcome.document.text
        lines, gone, categories, rules = counts_of(outcome)
        self.lines += lines
        self.lines_removed += gone
        self.bytes += len(text.encode("utf-8", "surrogatepass"))
        self.bytes_kept += len(outcome.text.encode("utf-8", "surrogatepass"))
        self.categories.update(categories)
        self.rules.update(rules)
        self.notes += [Note(note.kind, note.rule, f"{place}: {note.message}") for note in outcome.notes]

    def merge(self, other: Tally) -> None:
        """Add the counts of the part that follows; of its notes and problems as many as are listed."""
        self.lines += other.lines
        self.lines_removed += other.lines_removed
        self.bytes += other.bytes
        self.bytes_kept += other.bytes_kept
        for mine, more in (
            (self.records, other.records),
            (self.categories, other.categories),
            (self.rules, other.rules),
            (self.more_notes, other.more_notes),
            (self.fields, other.fields),
        ):
            mine.update(more)
        self.lost |= other.lost
        room = max(0, LISTED - len(self.notes))
        self.notes += other.notes[:room]
        self.more_notes.update(note.kind for note in other.notes[room:])
        self.problems += other.problems[: max(0, SHOWN - len(self.problems))]

    def result(self, name: str, again: str = "new") -> Result:
        return Result(
            name, "cleaned" if self.lines_removed or self.rules else "unchanged", again=again, lines=self.lines,
            lines_removed=self.lines_removed, bytes=self.bytes, bytes_kept=self.bytes_kept,
            categories=tuple(self.categories.items()), rules=tuple(self.rules.items()), notes=tuple(self.notes),
            records=tuple(self.records.items()), more_notes=tuple(self.more_notes.items()),
            problems=tuple(self.problems), fields=tuple(self.fields.items()),
        )  # fmt: skip

    @classmethod
    def of(cls, result: Result) -> Tally:
        """What `result` was made of."""
        return cls(
            Counter(dict(result.records)), result.lines, result.lines_removed, result.bytes, result.bytes_kept,
            Counter(dict(result.categories)), Counter(dict(result.rules)), list(result.notes),
            Counter(dict(result.more_notes)), list(result.problems), Counter(dict(result.fields)),
        )  # fmt: skip


class Way(NamedTuple):
    """How one file is read and written. Picklable."""

    form: RecordFormat
    output: Output
    options: RecordOptions

    def group_of(self, record: Record, group: str | None) -> str | None:
        """The group of a record: the host of its URL; where there is none, or that is not asked for, `group`."""
        return (host_of(record.url) if self.options.by_host else None) or group


def way_of(name: str, format: Format, options: RecordOptions, encoding: str | None = None, eager: bool = False) -> Way:
    """Raises InputError if a library is missing or what is to be added would be lost, OptionError for a format that
    nothing can be written as."""
    target = output_format(format, options.to)
    if options.add and target.name in PAGES:
        raise InputError(f"{name}: a page of text has no columns for what --add or --removed tells; say --to jsonl")
    form = open_format(format, options.columns, encoding, name, eager)
    output = Output(
        form, target, target.name != format.name and not {target.name, format.name} <= {*PACKED}, options.add
    )
    return Way(form, output, options)


def pieces_of(way: Way, stream: BinaryIO, compression: str) -> Iterator[Piece]:
    """The pieces of an open file. Raises InputError for what is no file of its format."""
    with Steady(stream, compression) as steady:
        try:
            if not way.form.seeks:
                yield from way.form.pieces(steady)
            elif not compression and _is_at_hand(stream):
                yield from way.form.pieces(stream)
            else:
                with tempfile.TemporaryFile() as copy:
                    _copy(steady, copy, way.form)
                    yield from way.form.pieces(copy)
        except InputError as error:
            raise InputError(f"{way.form.name}: {error}") from None


def _is_at_hand(stream: BinaryIO) -> bool:
    """Whether jumping in a file costs nothing: one at an address would be fetched in large blocks, again and again."""
    try:
        return stream.seekable() and stream.fileno() >= 0
    except OSError:  # it has no handle
        return False


def _copy(stream: BinaryIO | Steady, copy: BinaryIO, form: RecordFormat) -> None:
    """What cannot be jumped in, for a format that must. Raises InputError for what is none, before it is copied."""
    head = b""
    while len(head) < max(map(len, form.begins)) and (more := stream.read(64)):
        head += more
    if not head.startswith(form.begins):
        raise InputError("is no file of this format")
    try:
        copy.write(head)
        shutil.copyfileobj(stream, copy, 1 << 20)
        copy.seek(0)
    except OSError as error:
        raise no_room(error) from None


Lookup = Callable[[str], Statistics | None]  # the statistics of a group, by its name


def clean_piece(
    piece: Piece, way: Way, rules: RuleSet, lookup: Lookup | None = None, group: str | None = None
) -> tuple[bytes, Tally]:
    """The records of a piece cleaned and written, and what became of them; `group` as for `group_of`."""
    if piece.is_broken:
        return leave_piece(piece, way, piece.problem)
    tally = Tally()
    records = way.form.records(piece)
    if named := way.form.columns.named:
        there = Counter(way.form.fields(records))
        tally.fields = Counter({name: there[name] for name in (*[*there][:FIELDS], *named.values()) if name in there})
    rows = [row for record in records if (row := _clean(record, way, rules, lookup, group, tally))]
    return _written(piece, rows, way, tally), tally


def leave_piece(piece: Piece, way: Way, why: str) -> tuple[bytes, Tally]:
    """The records of a piece as bad ones, of which none is cleaned."""
    tally = Tally()
    if piece.is_broken:
        keep = piece.raw and _keeps_bad(way)
        if piece.problem:
            tally.records["bad kept" if keep else "damaged"] += 1
            tally.problems.append(f"{way.form.name}: {way.form.unit} {piece.number}: {piece.problem}")
        return way.output.pack(piece.raw) if keep else b"", tally
    rows = [row for record in way.form.records(piece) if (row := _leave(record, way, tally, why))]
    return _written(piece, rows, way, tally), tally


def _written(piece: Piece, rows: list[Written], way: Way, tally: Tally) -> bytes:
    try:
        return way.output.write(piece, rows)
    except InputError:  # of which one of them is to blame, or none
        rows = [each for row in rows if (each := _if_written(piece, row, way, tally))]
    try:
        return way.output.write(piece, rows)
    except InputError as error:
        tally.failure = f"{way.form.name}: {error}"
        return b""


def _if_written(piece: Piece, row: Written, way: Way, tally: Tally) -> Written | None:
    """A record if it can be written; if not, it is bad, and stays as it was or is left out."""
    try:
        way.output.write(piece, [row])
        return row
    except InputError as error:
        problem = str(error)
    if row.record.problem and row.added:
        return _if_written(piece, row._replace(added={}), way, tally)
    if row.record.problem:
        tally.records.update({"bad kept": -1, "bad": 1})
        return None
    tally.records.update({"kept": -1, "cleaned": -(row.text is not None)})
    left = _leave(row.record._replace(problem=problem), way, tally)
    return _if_written(piece, left, way, tally) if left else None


def _place(record: Record, way: Way) -> str:
    """What a record is called in messages."""
    return f"{way.form.unit} {record.number}" + (f" ({record.id})" if record.id else "")


def _clean(
    record: Record, way: Way, rules: RuleSet, lookup: Lookup | None, group: str | None, tally: Tally
) -> Written | None:
    """A record as it is to be written; None if it is left out."""
    options = way.options
    if record.problem:
        return _leave(record, way, tally)
    name = way.group_of(record, group)
    statistics = lookup(name) if lookup is not None and name is not None else None
    site = record.url or options.site or group or ""
    try:
        outcome = clean(Document(record.text, form=options.form, site=site, marks=record.marks), rules, statistics)
    except Exception as error:  # such as of memory; a fault must not take the other records with it
        return _leave(record, way, tally, f"{type(error).__name__}: {error}")
    tally.add(outcome, _place(record, way))
    if options.drop_empty and not outcome.text.strip():
        tally.records["empty"] += 1
        return None
    if options.min_words and len(outcome.text.split()) < options.min_words:
        tally.records["short"] += 1
        return None
    changed = outcome.text != record.text
    tally.records.update(("kept", "cleaned") if changed else ("kept",))
    return Written(record, outcome.text if changed else None, values(outcome, options.add, rules, statistics))


def _leave(record: Record, way: Way, tally: Tally, why: str = "") -> Written | None:
    """A bad record, as it is to be written if it stays; `why` it is one that could be read."""
    keep = _keeps_bad(way)
    tally.records["bad kept" if keep else "bad"] += 1
    added = {} if record.problem else nothing_removed(record.text, way.options.add)
    record = record._replace(problem=record.problem or why)
    tally.problems.append(f"{way.form.name}: {_place(record, way)}: {record.problem}")
    return Written(record, None, added) if keep else None


def _keeps_bad(way: Way) -> bool:
    return way.options.bad == "keep" and not way.output.converts


def tell_columns(tally: Tally, way: Way) -> None:
    """Add to the problems of a file that somebody named a column which none of its records has."""
    for said, name in way.form.columns.named.items():
        if tally.fields and name not in tally.fields:
            names = ", ".join([*tally.fields][:FIELDS])
            tally.problems.insert(0, f"{way.form.name}: no record has a field {name!r}; they have {names}; {said}")


def check_complete(tally: Tally, options: RecordOptions) -> None:
    """Raises InputError if nothing of a file is to be written: bad records are to `fail`, and there is one, say."""
    if tally.failure:
        raise InputError(tally.failure)
    if options.bad == "fail" and tally.problems:
        raise InputError(f"{tally.problems[0]}; nothing of the file is written")
