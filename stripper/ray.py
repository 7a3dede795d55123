"""Pages in a Dataset of Ray's: the lines that pages share are counted, then each page is cleaned.

    counts = stripper.ray.count(pages)
    articles = stripper.ray.clean(pages, counts)

Both are lazy, but that counts which `clean` is given are counted at once. Actors clean, each of which has rules and
weights from its start. Each node needs this package in the same version as the driver.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from .api import Rules, select
from .engine.statistics import Statistics, counts_schema, fewest_of
from .extras import load
from .tables import ROWS, URL, StatisticsByGroup, clean_table, count_table, name_of_groups, with_rules

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
    import ray
    from ray import data
else:
    pa, pc = load("pyarrow", "ray"), load("pyarrow.compute", "ray")
    ray, data = load("ray", "ray"), load("ray.data", "ray")


def count(
    pages: data.Dataset,
    text: str = "text",
    group: str | None = None,
    url: str = URL,
    *,
    rules: Rules = None,
    resources: Mapping[str, Any] | None = None,
    **options: Any,
) -> data.Dataset:
    """In how many pages of a group each line stands, for all lines that stand in enough of them to matter.

    Columns and options are those of `stripper.count_table`; `resources` go to `Dataset.map_batches`. What comes can
    be written, and used for later pages of the same groups.
    """
    chosen = select(rules)
    # All that counting asks of rules is how lines are folded.
    options |= {"text": text, "group": group, "url": url, "rules": replace(chosen, rules=())}
    count_table(_without_rows(pages, text, group, url), **options)
    is_known = pages.schema(fetch_if_missing=False) is not None  # or what is not there is said by a worker
    used = pages.select_columns(sorted({text, name_of_groups(group, url)})) if is_known else pages
    counted = used.map_batches(partial(_count, options), batch_format="pyarrow", **(resources or {}))
    summed = counted.groupby(["group", "line"]).sum("documents")
    return summed.map_batches(partial(_enough, fewest_of(chosen)), batch_format="pyarrow")


def clean(
    pages: data.Dataset,
    statistics: data.Dataset | Statistics | StatisticsByGroup | None = None,
    text: str = "text",
    group: str | None = None,
    url: str = URL,
    *,
    resources: Mapping[str, Any] | None = None,
    **options: Any,
) -> data.Dataset:
    """Clean a column of pages; columns and options are those of `stripper.clean_table`.

    `statistics` may be a Dataset, as `count` gives it. They go to the object store of each node, 16 bytes a line, where
    all its actors read them; none holds more than a few groups of its own. `resources` go to `Dataset.map_batches`:
    how many actors, what they need, how many rows they are given at once.
    """
    options = with_rules(**options) | {"text": text, "group": group, "url": url}
    known: Any = statistics
    if isinstance(known, data.Dataset):
        blocks = [each for each in ray.get(known.to_arrow_refs()) if each.num_columns]  # one without rows may have none
        known = Statistics.from_table(pa.concat_tables(blocks or [counts_schema().empty_table()]))
    clean_table(_without_rows(pages, text, group, url), **options, statistics=known)
    return pages.map_batches(
        _Cleaner,
        fn_constructor_kwargs={"options": options, "statistics": ray.put(known)},
        batch_format="pyarrow",
        **{"batch_size": ROWS, **(resources or {})},
    )


def _without_rows(pages: data.Dataset, text: str, group: str | None, url: str) -> pa.Table:
    """A table with the columns of a Dataset and no rows, to see at once what is raised.

    Where Ray does not know the columns before it reads them, it has those that are asked for.
    """
    if not isinstance(pages, data.Dataset):
        raise TypeError(f"expected a Dataset of Ray's, not {type(pages).__name__}")
    schema = pages.schema(fetch_if_missing=False)
    names = dict.fromkeys([text, group or url, url]) if schema is None else schema.names
    return pa.schema([pa.field(name, pa.null()) for name in names]).empty_table()


# --- in a worker -------------------------------------------------------------------------------------------------


def _count(options: Mapping[str, Any], pages: pa.Table) -> pa.Table:
    return count_table(pages, **options)


def _enough(fewest: float, counts: pa.Table) -> pa.Table:
    counts = counts.rename_columns({"sum(documents)": "documents"})
    return counts.filter(pc.field("documents") >= fewest)


class _Cleaner:
    def __init__(self, options: Mapping[str, Any], statistics: Any) -> None:
        self._options = {**options, "statistics": ray.get(statistics)}

    def __call__(self, pages: pa.Table) -> pa.Table:
        return clean_table(pages, **self._options)
