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
from .engine.columns import host_of
from .engine.statistics import Statistics, counts_schema, fewest_of
from .extras import load
from .tables import StatisticsByGroup, clean_table, count_table, with_rules

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyspark.sql import DataFrame, functions
    from pyspark.sql.pandas import types
else:
    pa, pc = load("pyarrow", "spark"), load("pyarrow.compute", "spark")
    functions, types = load("pyspark.sql.functions", "spark"), load("pyspark.sql.pandas.types", "spark")

GROUP, LINE, DOCUMENTS, PART = "stripper_group", "stripper_line", "stripper_documents", "stripper_part"


def count(
    pages: DataFrame,
    text: str = "text",
    group: str | None = None,
    url: str = "url",
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
    count_table(types.to_arrow_schema(pages.schema).empty_table(), **options)
    used = pages.select(text, group or url)
    counted = used.mapInArrow(partial(_count, options), types.from_arrow_schema(counts_schema()))
    return _summed(counted).where(functions.col("documents") >= fewest_of(chosen))


def clean(
    pages: DataFrame,
    statistics: DataFrame | Statistics | StatisticsByGroup | None = None,
    text: str = "text",
    group: str | None = None,
    url: str = "url",
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
    before = types.to_arrow_schema(pages.schema)
    after = clean_table(before.empty_table(), **options).schema
    added = types.from_arrow_schema(pa.schema(list(after)[len(before) :]))
    schema = type(pages.schema)([*pages.schema, *added])
    if counts is None:
        return pages.mapInArrow(partial(_clean, options), schema)
    met = _meet(pages, counts, text, group, url, spread)
    return met.mapInArrow(partial(_clean_met, options | {"group": GROUP}), schema)


def _meet(pages: DataFrame, counts: DataFrame, text: str, group: str | None, url: str, spread: int) -> DataFrame:
    """Pages and counts in one DataFrame, those of a group together, and in each partition the counts first."""
    host = functions.udf(host_of, "string", useArrow=False)
    name = functions.col(group) if group is not None else host(url)
    part = functions.pmod(functions.xxhash64(text), functions.lit(spread))
    grouped = pages.withColumn(GROUP, name).withColumn(PART, part)
    parts = functions.sequence(functions.lit(0).cast("bigint"), functions.lit(spread - 1).cast("bigint"))
    counted = _summed(counts).toDF(GROUP, LINE, DOCUMENTS).withColumn(PART, functions.explode(parts))
    both = grouped.unionByName(counted, allowMissingColumns=True).repartition(GROUP, PART)
    return both.sortWithinPartitions(functions.col(GROUP), functions.col(LINE).asc_nulls_last())


def _summed(counts: DataFrame) -> DataFrame:
    return counts.groupBy("group", "line").agg(functions.sum("documents").alias("documents"))


# --- in a worker -------------------------------------------------------------------------------------------------


def _count(options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield from count_table(batch, **options).to_batches()


def _clean(options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield clean_table(batch, **options)


def _clean_met(options: Mapping[str, Any], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The pages among the rows that `_meet` gives. What is known of a group is forgotten after its last row."""
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
            yield clean_table(pages, **{**options, "statistics": statistics}).drop_columns([GROUP])
        known = known.filter(pc.equal(known["group"], batch[GROUP][-1]))
