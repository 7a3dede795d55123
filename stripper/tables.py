"""A table in, a table out: the functions on which every engine stands. Pure, and in the order of the rows.

>>> import pyarrow as pa, stripper
>>> table = pa.table({"id": [7], "text": ["Share\\nThe ferry sails again from Monday on, its captain says.\\n"]})
>>> stripper.clean_table(table).to_pylist()
[{'id': 7, 'text': 'The ferry sails again from Monday on, its captain says.\\n'}]

Lines that many pages of a group share are counted first, in any number of tables:

>>> counts = stripper.count_table(table.append_column("host", pa.array(["ferry.example"])), group="host")
>>> statistics = stripper.Statistics.from_table(counts)
>>> statistics["ferry.example"].documents
1
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, repeat
from typing import TYPE_CHECKING, Any, TypeVar

from .api import Rules, select
from .engine.cleaning import clean
from .engine.columns import PREFIX, check_names, column_at, host_of, values
from .engine.statistics import ALL_DOCUMENTS, Statistics, counts_schema, document_keys
from .errors import InputError
from .extras import load
from .model import Document
from .reading.forms import AUTO, check_form

if TYPE_CHECKING:
    import pyarrow as pa

    TableOrBatch = TypeVar("TableOrBatch", pa.Table, pa.RecordBatch)

StatisticsByGroup = Mapping[str, Statistics] | Callable[[str], Statistics | None]
URL = "url"  # a column that need not be there, unless counts are of its hosts
ROWS = 1000  # of a table are worked on at once, so that memory holds no more than these as Python's own strings


def clean_table(
    table: TableOrBatch,
    text: str = "text",
    group: str | None = None,
    url: str = URL,
    statistics: Statistics | StatisticsByGroup | None = None,
    *,
    form: str = AUTO,
    rules: Rules = None,
    keep: Iterable[str] = (),
    drop: Iterable[str] = (),
    disable: Iterable[str] = (),
    languages: Iterable[str] = (),
    add: Iterable[str] = (),
) -> TableOrBatch:
    """Clean a column of a `pyarrow.Table` or `RecordBatch`; all else stays as it is, and null stays null.

    `statistics` are the line counts of all rows, or of each group by its name (as `Statistics.from_table` gives them,
    or a function that finds them). The group of a row stands in the column `group`; unless one is named, it is the
    host of the column `url`. A row whose group is null, or not among the statistics, is cleaned without any.
    Rules that are for some sites go by the column `url`, or where there is none by the group.

    `add` names columns to add (`title`, `kept` and others, see `stripper.engine.columns.values`), each under its name
    after `stripper_`. The other options are those of `strip`.
    Raises InputError for a column that is not there or holds no strings, and for one to be added that is there.
    """
    chosen, names = select(rules, keep, drop, disable, languages), check_names(add)
    check_form(form)
    if not (statistics is None or isinstance(statistics, Statistics | Mapping) or callable(statistics)):
        kind = type(statistics).__name__
        raise TypeError(f"expected statistics, as Statistics.from_table makes them of counts, not {kind}")

    def cleaned(batch: pa.RecordBatch) -> pa.RecordBatch:
        texts: list[str | None] = []
        added: list[Mapping[str, Any]] = []
        sites, known = _sites(batch, group, url), _statistics(batch, group, url, statistics)
        for each, site, of_group in zip(text_column(batch, text), sites, known, strict=True):
            outcome = clean(Document(each, form=form, site=site), chosen, of_group) if each is not None else None
            texts.append(outcome.text if outcome is not None else None)
            added.append(values(outcome, names, chosen, of_group) if outcome is not None else {})
        return with_texts(batch, text, texts, added, names)

    arrow = load("pyarrow", "parquet")
    done = [cleaned(batch) for batch in _batches(table)]
    return arrow.Table.from_batches(done) if isinstance(table, arrow.Table) else done[0]


def count_table(
    table: pa.Table | pa.RecordBatch,
    text: str = "text",
    group: str | None = None,
    url: str = URL,
    *,
    form: str = AUTO,
    rules: Rules = None,
) -> pa.Table:
    """In how many of a table's documents each line stands, by group: columns `group`, `line` and `documents`.

    A line is given by its key, a number; one key stands for how many documents the group has. Counts of many tables
    are to be summed by group and line, in any order; `Statistics.from_table` makes of the sums what `clean_table`
    takes. Groups are told as there; rows without text or group do not count. `form` and `rules` are to be those that
    are cleaned by.
    """
    pa = load("pyarrow", "parquet")
    orthography = select(rules).orthography
    check_form(form)
    found: dict[str, Statistics] = defaultdict(Statistics)
    for batch in _batches(table):
        for each, name in zip(text_column(batch, text), group_column(batch, group, url), strict=True):
            if each is not None and name is not None:
                found[name].add(document_keys(Document(each, form=form), orthography))
    for counted in found.values():
        counted.counts[ALL_DOCUMENTS] = counted.documents
    columns = (
        [name for name, counted in found.items() for _ in counted.counts],
        [line for counted in found.values() for line in counted.counts],
        [count for counted in found.values() for count in counted.counts.values()],
    )
    schema = counts_schema()
    return pa.Table.from_arrays([pa.array(*each) for each in zip(columns, schema.types, strict=True)], schema=schema)


def with_rules(
    rules: Rules = None,
    keep: Iterable[str] = (),
    drop: Iterable[str] = (),
    disable: Iterable[str] = (),
    languages: Iterable[str] = (),
    **others: Any,
) -> dict[str, Any]:
    """Options of `clean_table` as an engine sends them to its workers, who may not have the packs: rules are made."""
    return {**others, "rules": select(rules, keep, drop, disable, languages)}


def _batches(table: pa.Table | pa.RecordBatch) -> Sequence[pa.RecordBatch]:
    """The rows of a table, a few at a time; one batch at least, so that the columns of any table are looked at."""
    pa = load("pyarrow", "parquet")
    if isinstance(table, pa.RecordBatch):
        return [table]
    if not isinstance(table, pa.Table):
        raise TypeError(f"expected a pyarrow.Table or RecordBatch, not {type(table).__name__}; pyarrow.table makes one")
    return table.to_batches(max_chunksize=ROWS) or [pa.RecordBatch.from_pylist([], table.schema)]


def _sites(batch: pa.RecordBatch, group: str | None, url: str) -> Iterable[str]:
    """What rules for some sites look at: the address of each row, or else its group."""
    names = [url] if url and (url != URL or URL in batch.schema.names) else []
    columns = [text_column(batch, name) for name in (*names, *([] if group is None else [group]))]
    return (next(filter(None, row), "") for row in zip(*columns, strict=True)) if columns else repeat("", len(batch))


def _statistics(
    batch: pa.RecordBatch, group: str | None, url: str, statistics: Statistics | StatisticsByGroup | None
) -> Iterable[Statistics | None]:
    """Those that each row is measured by."""
    if statistics is None or isinstance(statistics, Statistics):
        return repeat(statistics, len(batch))
    lookup = statistics.get if isinstance(statistics, Mapping) else statistics
    return (lookup(name) if name is not None else None for name in group_column(batch, group, url))


def name_of_groups(group: str | None, url: str) -> str:
    """The column that tells the group of a row: that of groups, or else that of addresses, whose hosts are groups."""
    return url if group is None else group


def group_column(batch: pa.RecordBatch, group: str | None, url: str) -> list[str | None]:
    """The group of each row, None for one that has none. Raises InputError if the column is not there."""
    if group is not None:
        return text_column(batch, group)
    if url not in batch.schema.names:
        shown = ", ".join(batch.schema.names[:20])
        raise InputError(
            f"there is no column {url!r} of addresses: {shown}; name it as `url`, or one of groups as `group`"
        )
    return [host_of(each) for each in text_column(batch, url)]


def text_column(batch: pa.RecordBatch, name: str) -> list[str | None]:
    """The strings of a column. Raises InputError if it is not there, or there twice, or holds something else."""
    at = column_at(batch.schema.names, name)
    if not is_text(kind := batch.schema.types[at]):
        raise InputError(f"column {name!r} holds {kind}, not strings")
    try:
        found: list[str | None] = batch.column(at).to_pylist()
    except UnicodeDecodeError as error:  # which a table that was made by hand may hold
        raise InputError(f"column {name!r} holds what is no text: {error}") from None
    return found


def is_text(kind: pa.DataType) -> bool:
    """Whether a type of Arrow's is one of strings, or a dictionary of them, or of nulls alone."""
    types = load("pyarrow", "parquet").types
    if types.is_dictionary(kind):
        kind = kind.value_type
    tests = (types.is_string, types.is_large_string, types.is_string_view, types.is_null)
    return any(test(kind) for test in tests)


def with_texts(
    batch: pa.RecordBatch,
    text: str,
    texts: Sequence[str | None],
    added: Sequence[Mapping[str, Any]],
    names: Iterable[str],
) -> pa.RecordBatch:
    """A batch with other texts in a column of the same type, and columns of `stripper.engine.columns.values` added.

    Raises InputError if a column of such a name is there already.
    """
    pa = load("pyarrow", "parquet")
    at = column_at(batch.schema.names, text)
    columns, fields = batch.columns, list(batch.schema)
    kind = fields[at].type
    if pa.types.is_dictionary(kind):
        columns[at] = pa.array(texts, kind.value_type).dictionary_encode().cast(kind)
    else:
        columns[at] = _strings(texts, kind)
    for field in added_fields(names):
        if field.name in batch.schema.names:
            raise InputError(f"a column {field.name!r} is there already: rename or drop it")
        fields.append(field)
        columns.append(pa.array([row.get(field.name) for row in added], field.type))
    return pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields, batch.schema.metadata))


def _strings(texts: Sequence[str | None], kind: pa.DataType) -> pa.Array:
    """`pa.array`, which imports pandas where that is installed: 0.4 s and 50 MB for each process that cleans tables."""
    pa = load("pyarrow", "parquet")
    if kind not in (pa.string(), pa.large_string()):
        return pa.array(texts, kind)
    data = [text.encode("utf-8") if text is not None else b"" for text in texts]
    ends = array("i" if kind == pa.string() else "q", accumulate(map(len, data), initial=0))
    known = sum(1 << at for at, text in enumerate(texts) if text is not None).to_bytes(len(texts) // 8 + 1, "little")
    return pa.Array.from_buffers(kind, len(texts), list(map(pa.py_buffer, (known, ends, b"".join(data)))))


def added_fields(names: Iterable[str]) -> list[pa.Field]:
    """The fields of columns to be added."""
    pa = load("pyarrow", "parquet")
    span = pa.struct(
        [("at", pa.int64()), ("line", pa.int64())]
        + [(name, pa.string()) for name in ("rule", "category", "reason", "text")]
    )
    types = {
        **dict.fromkeys(("title", "date", "author", "language"), pa.string()),
        **dict.fromkeys(("words", "words_kept"), pa.int64()),
        **dict.fromkeys(("kept", "confidence"), pa.float64()),
        "categories": pa.map_(pa.string(), pa.int64()),
        "notes": pa.list_(pa.string()),
        "removed": pa.struct([("original", pa.string()), ("spans", pa.list_(span))]),
    }
    return [pa.field(PREFIX + name, types[name]) for name in names]
