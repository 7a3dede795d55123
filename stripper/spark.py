"""Pages in a DataFrame of Spark's: the lines that pages share are counted, then each page is cleaned.

    counts = stripper.spark.count(pages)
    articles = stripper.spark.clean(pages, counts)

Both are lazy, as all of Spark is. Rules and weights go along with the code, which Spark sends to an executor once; a
Python worker unpacks them once. Each worker needs this package in the same version as the driver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .api import Rules, select
from .engine.columns import column_at, host_of
from .engine.statistics import Statistics, counts_schema, fewest_of, sum_counts
from .errors import InputError, OptionError
from .extras import load
from .tables import URL, StatisticsByGroup, clean_table, count_table, name_of_groups, with_rules

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyspark.sql import DataFrame, functions, types
    from pyspark.sql.pandas.types import from_arrow_schema
else:
    pa, pc = load("pyarrow", "spark"), load("pyarrow.compute", "spark")
    functions, types = load("pyspark.sql.functions", "spark"), load("pyspark.sql.types", "spark")
    from_arrow_schema = load("pyspark.sql.pandas.types", "spark").from_arrow_schema

# Beside the pages, whose own columns have numbers in place of names until a worker has them.
GROUP, LINE, DOCUMENTS, PART = "group", "line", "documents", "part"


def count(
    pages: DataFrame,
    text: str = "text",
    group: str | None = None,
    url: str = URL,
    *,
    rules: Rules = None,
    **options: Any,
) -> DataFrame:
    """In how many pages of a group each line stands, for all lines that stand in enough of them to matter.

    Columns and options are those of `stripper.count_table`, and so is what is raised, at once. What comes can be
    written, and used for later pages of the same groups.
    """
    chosen = select(rules)
    # All that counting asks of rules is how lines are folded.
    options |= {"text": text, "group": group, "url": url, "rules": replace(chosen, rules=())}
    table = _without_rows(pages, text, group, url)
    count_table(table, **options)
    places = sorted({column_at(table.schema.names, name) for name in (text, name_of_groups(group, url))})
    used = _numbered(pages).select(*map(str, places))
    names = [table.schema.names[at] for at in places]
    counted = used.mapInArrow(partial(_count, names, options), from_arrow_schema(counts_schema()))
    return _summed(counted).where(functions.col("documents") >= fewest_of(chosen))


def clean(
    pages: DataFrame,
    statistics: DataFrame | Statistics | StatisticsByGroup | None = None,
    text: str = "text",
    group: str | None = None,
    url: str = URL,
    *,
    spread: int = 16,
    **options: Any,
) -> DataFrame:
    """Clean a column of pages; columns and options are those of `stripper.clean_table`, and so is what is raised, at
    once.

    `statistics` may be a DataFrame, as `count` gives it: pages and counts then meet by group, so that a worker holds
    the counts of one group at a time, and rows come in another order. The pages of a group are in up to `spread`
    parts, so that a group of any size is the work of that many tasks. Statistics as `clean_table` takes them go to
    every worker whole, which is better for a few million lines: rows stay where they are.
    """
    options = with_rules(**options) | {"text": text, "group": group, "url": url}
    counts: Any = statistics if isinstance(statistics, type(pages)) else None
    options["statistics"] = statistics if counts is None else {}
    table = _without_rows(pages, text, group, url)
    names = table.schema.names
    after = clean_table(table, **options).schema
    added = from_arrow_schema(pa.schema(list(after)[len(names) :]))
    schema = type(pages.schema)([*pages.schema, *added])
    numbered = _numbered(pages)
    told = types.StructType(
        [types.StructField(str(at), each.dataType, each.nullable, each.metadata) for at, each in enumerate(schema)]
    )
    if counts is None:
        return numbered.mapInArrow(partial(_clean, names, options), told).toDF(*schema.names)
    if not isinstance(spread, int) or spread < 1:
        raise OptionError(f"a group is spread over {spread!r} tasks; it takes one at least")
    sum_counts(_without_rows(counts))
    of_text, of_group = (str(column_at(table.schema.names, name)) for name in (text, name_of_groups(group, url)))
    met = _meet(numbered, counts, of_text, of_group, group is None, spread)
    return met.mapInArrow(partial(_clean_met, names, options), told).toDF(*schema.names)


def _without_rows(pages: DataFrame, *named: str | None) -> pa.Table:
    """A table with the columns of a DataFrame and no rows, to see at once what is raised.

    Those that are not `named` may be of any type, and Arrow need not have it. Raises InputError if one that is named
    holds no strings.
    """
    if not hasattr(pages, "mapInArrow"):
        raise TypeError(f"expected a DataFrame of Spark's, not {type(pages).__name__}")
    strings = (types.StringType, types.CharType, types.VarcharType, types.NullType)
    for field in pages.schema:
        if field.name in named and not isinstance(field.dataType, strings):
            raise InputError(f"column {field.name!r} holds {field.dataType.simpleString()}, not strings")
    return pa.schema([pa.field(field.name, pa.null()) for field in pages.schema]).empty_table()


def _numbered(pages: DataFrame) -> DataFrame:
    """With numbers for names, as Spark reads some names in another way, and others may be there twice."""
    return pages.toDF(*map(str, range(len(pages.columns))))


def _meet(pages: DataFrame, counts: DataFrame, text: str, group: str, by_host: bool, spread: int) -> DataFrame:
    """Pages and counts in one DataFrame, those of a group together, and in each partition the counts first."""
    host = functions.udf(host_of, "string", useArrow=False)
    name = host(group) if by_host else functions.col(group)
    part = functions.pmod(functions.xxhash64(text), functions.lit(spread))
    grouped = pages.withColumn(GROUP, name).withColumn(PART, part)
    parts = functions.sequence(functions.lit(0).cast("bigint"), functions.lit(spread - 1).cast("bigint"))
    counted = _summed(counts).toDF(GROUP, LINE, DOCUMENTS).withColumn(PART, functions.explode(parts))
    both = grouped.unionByName(counted, allowMissingColumns=True).repartition(GROUP, PART)
    return both.sortWithinPartitions(functions.col(GROUP), functions.col(LINE).asc_nulls_last())


def _summed(counts: DataFrame) -> DataFrame:
    return counts.groupBy("group", "line").agg(functions.sum("documents").alias("documents"))


# --- in a worker -------------------------------------------------------------------------------------------------


def _count(names: list[str], options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from count_table(batch.rename_columns(names), **options).to_batches()


def _clean(names: list[str], options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield _as_numbered(clean_table(batch.rename_columns(names), **options))


def _as_numbered(batch: pa.RecordBatch) -> pa.RecordBatch:
    return batch.rename_columns(list(map(str, range(batch.num_columns))))


def _clean_met(
    names: list[str], options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """The pages among the rows that `_meet` gives. What is known of a group is forgotten after its last row."""
    schema = counts_schema()
    known = schema.empty_table()
    for batch in filter(len, batches):
        counted = batch.filter(batch[LINE].is_valid())
        columns = [counted[name] for name in (GROUP, LINE, DOCUMENTS)]
        known = pa.concat_tables([known, pa.table(columns, schema.names).cast(schema)])
        pages = batch.filter(batch[LINE].is_null())
        if len(pages):
            # Where two parts of a group are in one partition, its counts are there twice.
            once = known.group_by(schema.names[:2]).aggregate([("documents", "max")])
            statistics = Statistics.from_table(once.rename_columns(schema.names))
            own = pages.select(range(len(names))).rename_columns(names)
            yield _as_numbered(clean_table(own, **{**options, "statistics": statistics}))
        known = known.filter(pc.equal(known["group"], batch[GROUP][-1].as_py()))
