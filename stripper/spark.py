"""Pages in a DataFrame of Spark's: the lines that pages share are counted, then each page is cleaned.

    counts = stripper.spark.count(pages)
    articles = stripper.spark.clean(pages, counts)

Both are lazy, as all of Spark is. Rules and weights go along with the code, which Spark sends to an executor once; a
Python worker unpacks them once. Each worker needs this package in the same version as the driver.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .api import Rules, select
from .engine.columns import host_of
from .engine.statistics import Statistics, counts_schema, fewest_of
from .extras import load
from .tables import StatisticsByGroup, clean_table, count_table

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import Column, DataFrame

GROUP, LINE, DOCUMENTS, PART = "stripper_group", "stripper_line", "stripper_documents", "stripper_part"


def count(
    pages: DataFrame, text: str = "text", group: str | None = None, url: str = "url", *, rules: Rules = None
) -> DataFrame:
    """In how many pages of a group each line stands, for all lines that stand in enough of them to matter.

    Columns and options are those of `stripper.count_table`, and so is what is raised at once; `rules` are those that
    are to clean. What comes can be written, and used for later pages of the same groups.
    """
    functions, types = load("pyspark.sql.functions", "spark"), load("pyspark.sql.pandas.types", "spark")
    chosen = select(rules)
    columns: dict[str, Any] = {"text": text, "group": group, "url": url, "rules": replace(chosen, rules=())}
    count_table(types.to_arrow_schema(pages.schema).empty_table(), **columns)
    used = pages.select(_column(text), _column(group or url))
    counted = used.mapInArrow(partial(_count, columns), types.from_arrow_schema(counts_schema()))
    return _summed(counted).where(functions.col("documents") >= fewest_of(chosen))


def clean(
    pages: DataFrame,
    statistics: DataFrame | Statistics | StatisticsByGroup | None = None,
    text: str = "text",
    group: str | None = None,
    url: str = "url",
    *,
    rules: Rules = None,
    keep: Iterable[str] = (),
    drop: Iterable[str] = (),
    disable: Iterable[str] = (),
    add: Iterable[str] = (),
    spread: int = 16,
) -> DataFrame:
    """Clean a column of pages; columns and options are those of `stripper.clean_table`, and so is what is raised at
    once.

    `statistics` may be a DataFrame, as `count` gives it: pages and counts then meet by group, so that a worker holds
    the counts of one group at a time, and rows come in another order. The pages of a group are in up to `spread`
    parts, so that a group of any size is the work of that many tasks. Statistics as `clean_table` takes them go to
    every worker whole, which is better for a few million lines: rows stay where they are.
    """
    types = load("pyspark.sql.pandas.types", "spark")
    options: dict[str, Any] = {"text": text, "group": group, "url": url, "add": tuple(add)}
    options |= {"rules": select(rules, keep, drop, disable)}
    counts: Any = statistics if isinstance(statistics, type(pages)) else None
    whole: Any = statistics if counts is None else {}
    before = types.to_arrow_schema(pages.schema)
    after = clean_table(before.empty_table(), statistics=whole, **options).schema
    added = types.from_arrow_schema(load("pyarrow", "spark").schema(list(after)[len(before) :]))
    schema = type(pages.schema)([*pages.schema, *added])
    if counts is None:
        return pages.mapInArrow(partial(_clean, options | {"statistics": whole}), schema)
    met = _meet(pages, counts, text, group, url, spread)
    return met.mapInArrow(partial(_clean_met, options | {"group": GROUP}), schema)


def _meet(pages: DataFrame, counts: DataFrame, text: str, group: str | None, url: str, spread: int) -> DataFrame:
    """Pages and counts in one DataFrame, those of a group together, and in each partition the counts first."""
    functions = load("pyspark.sql.functions", "spark")
    name = _column(group) if group is not None else functions.udf(host_of, "string", useArrow=False)(_column(url))
    part = functions.pmod(functions.xxhash64(_column(text)), functions.lit(spread))
    grouped = pages.withColumn(GROUP, name).withColumn(PART, part)
    names = zip(("group", "line", "documents"), (GROUP, LINE, DOCUMENTS), strict=True)
    counted = _summed(counts).select(*(_column(old).alias(new) for old, new in names))
    parts = functions.sequence(functions.lit(0).cast("bigint"), functions.lit(spread - 1).cast("bigint"))
    counted = counted.withColumn(PART, functions.explode(parts))
    both = grouped.unionByName(counted, allowMissingColumns=True).repartition(GROUP, PART)
    return both.sortWithinPartitions(_column(GROUP), _column(LINE).asc_nulls_last())


def _summed(counts: DataFrame) -> DataFrame:
    documents = load("pyspark.sql.functions", "spark").sum("documents")
    return counts.groupBy("group", "line").agg(documents.alias("documents"))


def _column(name: str) -> Column:
    """A column by its name, whatever that is: Spark reads a dot in it as the way to a field otherwise."""
    escaped = name.replace("`", "``")
    column: Column = load("pyspark.sql.functions", "spark").col(f"`{escaped}`")
    return column


# --- in a worker -------------------------------------------------------------------------------------------------


def _count(options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from count_table(batch, **options).to_batches()


def _clean(options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield clean_table(batch, **options)


def _clean_met(options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The pages among the rows that `_meet` gives. What is known of a group is forgotten after its last row."""
    pa, pc = load("pyarrow", "spark"), load("pyarrow.compute", "spark")
    known = counts_schema().empty_table()
    for batch in filter(len, batches):
        counted = batch.filter(batch[LINE].is_valid())
        known = pa.concat_tables(
            [known, pa.table([counted[GROUP], counted[LINE], counted[DOCUMENTS]], known.schema.names)]
        )
        pages = batch.filter(batch[LINE].is_null()).drop_columns([LINE, DOCUMENTS, PART])
        if len(pages):
            # Where two parts of a group are in one partition, its counts are there twice.
            once = known.group_by(known.schema.names[:2]).aggregate([("documents", "max")])
            statistics = Statistics.from_table(once.rename_columns(known.schema.names))
            yield clean_table(pages, statistics=statistics, **options).drop_columns([GROUP])
        known = known.filter(pc.equal(known["group"], batch[GROUP][-1]))
