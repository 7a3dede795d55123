"""How fast pages are cleaned in tables and on engines, with one worker and with two, beside `batch` on files.

    python tests/bench/clusters.py [--pages 3000] [--times 3] [tables batch spark ray datatrove]

Each takes both passes over the same pages, from Parquet to Parquet (`batch`: from files to files). An engine is started
and warmed up first, which is not counted. The best of so many times is given. Processor time, of all processes of an
engine together, is given beside the pages a second, since it tells more on a machine that others use too (Linux alone).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pages import make_pages

import stripper

STRIPPER = Path(sys.executable).parent / "stripper"
PARTS = 8
Job = Callable[[], object]


def write_pages(folder: Path, count: int) -> None:
    texts = list(make_pages(count))
    sites = [f"site{number // 20}.example" for number in range(count)]
    table = pa.table({"id": list(map(str, range(count))), "text": texts, "url": [f"https://{site}/" for site in sites]})
    (folder / "pages").mkdir()
    for part in range(PARTS):
        pq.write_table(table.take(list(range(part, count, PARTS))), folder / "pages" / f"{part}.parquet")
    for number, (site, text) in enumerate(zip(sites, texts, strict=True)):
        (folder / "files" / site).mkdir(parents=True, exist_ok=True)
        (folder / "files" / site / f"{number}.txt").write_text(text, "utf-8")


@contextmanager
def tables(folder: Path, workers: int) -> Iterator[Job]:
    def job() -> None:
        pages = pq.read_table(folder / "pages")
        statistics = stripper.Statistics.from_table(stripper.count_table(pages))
        pq.write_table(stripper.clean_table(pages, statistics=statistics), folder / "articles.parquet")

    yield job


@contextmanager
def batch(folder: Path, workers: int) -> Iterator[Job]:
    command = [STRIPPER, "batch", folder / "files", "--output", folder / "cleaned", "--jobs", str(workers)]
    yield lambda: subprocess.run(command, check=True, capture_output=True)


@contextmanager
def spark(folder: Path, workers: int) -> Iterator[Job]:
    from pyspark.sql import SparkSession

    import stripper.spark

    settings = {
        "spark.ui.enabled": "false", "spark.log.level": "ERROR", "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": str(PARTS), "spark.sql.execution.arrow.maxRecordsPerBatch": "500",
    }  # fmt: skip
    os.environ["PYSPARK_PYTHON"] = sys.executable  # as a setting it is for spark-submit alone
    session = SparkSession.builder.master(f"local[{workers}]").config(map=settings).getOrCreate()

    def job() -> None:
        pages = session.read.parquet(str(folder / "pages"))
        articles = stripper.spark.clean(pages, stripper.spark.count(pages))
        articles.write.mode("overwrite").parquet(str(folder / "spark"))

    yield job
    session.stop()


@contextmanager
def ray(folder: Path, workers: int) -> Iterator[Job]:
    import ray
    from ray.data import ActorPoolStrategy, DataContext

    import stripper.ray

    # A core more than there are: those who read and write do next to nothing.
    ray.init(num_cpus=workers + 1, include_dashboard=False, object_store_memory=500_000_000, log_to_driver=False)
    DataContext.get_current().default_hash_shuffle_parallelism = PARTS
    DataContext.get_current().enable_progress_bars = False

    def job() -> None:
        pages = ray.data.read_parquet(str(folder / "pages"), override_num_blocks=PARTS)
        actors = {"compute": ActorPoolStrategy(size=workers), "batch_size": 200}
        articles = stripper.ray.clean(pages, stripper.ray.count(pages), resources=actors)
        articles.write_parquet(str(folder / "ray"), mode="overwrite")

    yield job
    ray.shutdown()


@contextmanager
def datatrove(folder: Path, workers: int) -> Iterator[Job]:
    from datatrove.executor import LocalPipelineExecutor
    from datatrove.pipeline.readers import ParquetReader
    from datatrove.pipeline.writers import ParquetWriter
    from datatrove.utils.logging import logger

    from stripper.datatrove import CleanText, CountLines, SumCounts

    logger.remove()
    read, counts, sums = ParquetReader(str(folder / "pages")), str(folder / "counts"), str(folder / "sums")

    def job() -> None:
        for name, tasks, pipeline in (
            ("count", PARTS, [read, CountLines(counts)]),
            ("sum", workers, [SumCounts(counts, sums)]),
            ("clean", PARTS, [read, CleanText(sums), ParquetWriter(str(folder / "datatrove"))]),
        ):
            log = str(folder / "logs" / name)
            options = {"tasks": tasks, "workers": workers, "logging_dir": log, "skip_completed": False}
            LocalPipelineExecutor(pipeline, **options).run()

    yield job


ENGINES = {each.__name__: each for each in (tables, batch, spark, ray, datatrove)}


def processor_seconds() -> float:
    """What this process, and all that it started, have used by now."""
    used: dict[int, tuple[int, float]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            rest = path.read_text().rpartition(")")[2].split()
            used[int(path.parent.name)] = int(rest[1]), sum(map(int, rest[11:15])) / os.sysconf("SC_CLK_TCK")
    ours = {os.getpid()}
    while new := {pid for pid, (parent, _) in used.items() if parent in ours} - ours:
        ours |= new
    return sum(used[pid][1] for pid in ours)


def run_one(name: str, folder: Path, workers: int, times: int) -> None:
    """In a process of its own: the best of some runs after a first, in seconds and in those of processors."""
    with ENGINES[name](folder, workers) as job:
        job()
        taken = []
        for _ in range(times):
            start, used = time.perf_counter(), processor_seconds()
            job()
            taken.append((time.perf_counter() - start, processor_seconds() - used))
    print(*map(min, zip(*taken, strict=True)))


def text_by_text(folder: Path, times: int) -> tuple[float, float]:
    """Seconds for a list of texts, and for the same texts in a table."""
    pages = pq.read_table(folder / "pages")
    texts = pages["text"].to_pylist()
    jobs: tuple[Job, Job] = (
        lambda: [stripper.strip(text).text for text in texts],
        lambda: stripper.clean_table(pages),
    )
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times + 1):
        for job, seconds in zip(jobs, taken, strict=True):
            start = time.process_time()
            job()
            seconds.append(time.process_time() - start)
    return min(taken[0]), min(taken[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("engines", nargs="*", choices=[*ENGINES, []], default=list(ENGINES))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        return run_one(args.engines[0], Path(args.one[0]), int(args.one[1]), args.times)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pages(folder, args.pages)
        if "tables" in args.engines:
            texts, table = text_by_text(folder, args.times)
            print(f"a table is cleaned at {texts / table:.2f} times the speed of a list of texts", flush=True)
        for engine in args.engines:
            rates = []
            for workers in (1,) if engine == "tables" else (1, 2):
                command = [sys.executable, __file__, engine, "--one", folder, str(workers), "--times", str(args.times)]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
                seconds, used = map(float, done.stdout.split()[-2:])
                rates.append(args.pages / seconds)
                cost = 1000 * used / args.pages
                print(
                    f"{engine:10s} {workers} {rates[-1]:8.0f} pages a second, {cost:6.2f} ms of processors a page",
                    flush=True,
                )
            if len(rates) == 2:
                print(f"{engine:10s} two are {rates[1] / rates[0]:.2f} times as fast as one", flush=True)


if __name__ == "__main__":
    main()
