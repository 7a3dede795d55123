"""Steps of a datatrove pipeline: tasks count the lines that pages share, the counts are summed, each page is cleaned.

    LocalPipelineExecutor([reader, CountLines("counts")], tasks=8).run()
    LocalPipelineExecutor([SumCounts("counts", "sums")], tasks=8).run()
    LocalPipelineExecutor([reader, CleanText("sums"), writer], tasks=8).run()

The group of a page stands in its metadata under the key `group`; unless one is named, it is the host of the `url`
there. Each machine needs this package in the same version as the one that starts the tasks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any
from zlib import crc32

from .api import Rules, select
from .engine.cleaning import clean
from .engine.columns import check_names, host_of, values
from .engine.statistics import GroupStatistics, Statistics, counts_schema, fewest_of, sum_counts
from .errors import InputError, OptionError
from .extras import load
from .model import Document
from .reading.forms import AUTO, check_form
from .tables import ROWS, URL, count_table, name_of_groups

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq
    from datatrove.data import Document as Page
    from datatrove.io import DataFolder, DataFolderLike, get_datafolder
    from datatrove.pipeline.base import PipelineStep
else:
    pa, pq = load("pyarrow", "datatrove"), load("pyarrow.parquet", "datatrove")
    get_datafolder = load("datatrove.io", "datatrove").get_datafolder
    PipelineStep = load("datatrove.pipeline.base", "datatrove").PipelineStep

TYPE = "🧹 - STRIPPER"


class CountLines(PipelineStep):
    """First pass: counts the lines of each group into files of `output_folder`; pages go on as they are.

    Groups are dealt into `buckets`: as many tasks can sum what this writes. `rules` are those that are to clean.
    """

    type, name = TYPE, "count lines"

    def __init__(
        self,
        output_folder: DataFolderLike,
        group: str | None = None,
        url: str = URL,
        *,
        form: str = AUTO,
        rules: Rules = None,
        buckets: int = 16,
    ) -> None:
        super().__init__()
        check_form(form)
        if buckets < 1:
            raise OptionError(f"groups are dealt into {buckets} buckets; they take one at least")
        self.output_folder = _folder(output_folder)
        self.group, self.url, self.form, self.buckets = group, url, form, buckets
        self.rules = replace(select(rules), rules=())  # all that counting asks is how lines are folded

    def run(self, data: Iterable[Page], rank: int = 0, world_size: int = 1) -> Iterator[Page]:
        pages = _with_groups(data, self.group, self.url)
        parts = [_part(bucket, self.buckets) for bucket in range(self.buckets)]
        paths = [f"{part}/{_part(rank, world_size)}.parquet" for part in parts]
        try:
            with ExitStack() as opened:
                files = [opened.enter_context(self.output_folder.open(path, "wb")) for path in paths]
                writers = [opened.enter_context(pq.ParquetWriter(file, counts_schema())) for file in files]
                while some := list(islice(pages, ROWS)):
                    with self.track_time("batch"):
                        for bucket, counts in self._counts(some):
                            writers[bucket].write_table(counts)
                    yield from some
        except BaseException:  # or the counts of some pages would pass for those of all
            for path in paths:
                with suppress(OSError):
                    self.output_folder.rm(path)
            raise

    def _counts(self, pages: Iterable[Page]) -> Iterator[tuple[int, pa.Table]]:
        """What pages add to each bucket."""
        rows: dict[int, list[dict[str, str]]] = defaultdict(list)
        for page in pages:
            if _text_of(page) is not None and (group := _group_of(page, self.group, self.url)) is not None:
                rows[_bucket(group, self.buckets)].append({"text": page.text, "group": group})
        for bucket, some in rows.items():
            yield bucket, count_table(pa.Table.from_pylist(some), group="group", form=self.form, rules=self.rules)


class SumCounts(PipelineStep):
    """Between the passes: sums what `CountLines` wrote, a bucket at a time, and leaves out what matters to no rule."""

    type, name = TYPE, "sum counts"

    def __init__(self, input_folder: DataFolderLike, output_folder: DataFolderLike, *, rules: Rules = None) -> None:
        super().__init__()
        self.input_folder, self.output_folder = _folder(input_folder), _folder(output_folder)
        self.fewest = fewest_of(select(rules))

    def run(self, data: Any = None, rank: int = 0, world_size: int = 1) -> None:
        paths = self.input_folder.list_files(glob_pattern="*/*.parquet")
        for bucket in _whole({path.partition("/")[0] for path in paths}, self.input_folder)[rank::world_size]:
            with self.track_time("bucket"):
                files = _whole({path for path in paths if path.startswith(f"{bucket}/")}, self.input_folder)
                counts = pa.concat_tables(_read(self.input_folder, path) for path in files)
                with self.output_folder.open(f"{bucket}.parquet", "wb") as file:
                    pq.write_table(sum_counts(counts, self.fewest), file)


class CleanText(PipelineStep):
    """Second pass: cleans the text of each page; `options` are the others of `stripper.clean_table`.

    `statistics_folder` is what `SumCounts` wrote; a task reads of it what its pages need, 16 bytes a line. What is to
    `add` goes to the metadata of a page.
    """

    type, name = TYPE, "clean text"

    def __init__(
        self,
        statistics_folder: DataFolderLike | None = None,
        group: str | None = None,
        url: str = URL,
        *,
        form: str = AUTO,
        add: Iterable[str] = (),
        **options: Any,
    ) -> None:
        super().__init__()
        check_form(form)
        self.statistics_folder = _folder(statistics_folder) if statistics_folder is not None else None
        self.group, self.url, self.form, self.add = group, url, form, check_names(add)
        self.rules = select(**options)

    def run(self, data: Iterable[Page], rank: int = 0, world_size: int = 1) -> Iterator[Page]:
        known = _Summed(self.statistics_folder) if self.statistics_folder is not None else None
        for page in _with_groups(data, self.group, self.url):
            if (text := _text_of(page)) is None:
                yield page
                continue
            with self.track_time():
                group = _group_of(page, self.group, self.url)
                statistics = known.get(group) if known is not None and group is not None else None
                site = page.metadata.get(self.url) or group or ""
                outcome = clean(Document(text, form=self.form, site=site), self.rules, statistics)
                page.text = outcome.text
                page.metadata |= values(outcome, self.add, self.rules, statistics)
            self.stat_update("cleaned" if outcome.removed else "unchanged")
            self.update_doc_stats(page)
            yield page


class _Summed:
    """What `SumCounts` wrote, each bucket read when a group of it is asked for."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._files = _whole(folder.list_files(glob_pattern="*.parquet"), folder)
        self._held: dict[str, GroupStatistics] = {}

    def get(self, group: str) -> Statistics | None:
        file = self._files[_bucket(group, len(self._files))]
        if file not in self._held:
            self._held[file] = Statistics.from_table(_read(self._folder, file))
        return self._held[file].get(group)


def _with_groups(pages: Iterable[Page], group: str | None, url: str) -> Iterator[Page]:
    """Pages as they are. Raises InputError at their end if none has a key that somebody named."""
    named, keys = name_of_groups(group, url), None
    is_there = group is None and url == URL
    for page in pages:
        keys = list(page.metadata)
        is_there = is_there or named in keys
        yield page
    if not is_there and keys is not None:
        raise InputError(f"no page has {named!r} in its metadata: {', '.join(keys) or 'nothing'}")


def _text_of(page: Page) -> str | None:
    if page.text is not None and not isinstance(page.text, str):
        raise InputError(f"page {page.id}: its text is no string, but {type(page.text).__name__}")
    return page.text


def _group_of(page: Page, group: str | None, url: str) -> str | None:
    found = page.metadata.get(name_of_groups(group, url))
    if found is not None and not isinstance(found, str):
        raise InputError(f"page {page.id}: its {group or url!r} is no string: {found!r}")
    return found if group is not None else host_of(found)


def _bucket(group: str, buckets: int) -> int:
    return crc32(group.encode("utf-8", "surrogatepass")) % buckets


def _folder(folder: DataFolderLike) -> DataFolder:
    found: DataFolder = get_datafolder(folder)
    return found


def _read(folder: DataFolder, path: str) -> pa.Table:
    with folder.open(path, "rb") as file:
        return pq.read_table(file)


def _part(number: int, parts: int) -> str:
    """The name of one of so many parts; `_whole` sees by it whether all are there, and nothing of another run."""
    return f"{number:05}-of-{parts:05}"


def _whole(names: Iterable[str], folder: DataFolder) -> list[str]:
    found = sorted(names)
    totals = {name.removesuffix(".parquet").rpartition("-of-")[2] for name in found}
    if totals != {f"{len(found):05}"}:
        shown = ", ".join(found[:3]) or "nothing"
        raise InputError(f"{folder.path}: not all parts of one run are there, or those of another too: {shown}")
    return found
