"""On engines: the code that docs/clusters.md shows is run, and leaves of 5,000 pages what `batch` leaves of them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bench.pages import make_pages
from conftest import ROOT, STRIPPER

import stripper

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")

GUIDE = (ROOT / "docs" / "clusters.md").read_text("utf-8")
SITES, OF_EACH = 200, 25
pytestmark = pytest.mark.long


def needs(library: str) -> None:
    if importlib.util.find_spec(library) is None:
        pytest.skip(f"{library} is not installed")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `pages`, five Parquet files in which the pages of site are far apart, and what `batch` makes of
    the same pages as files, in `expected.parquet`."""
    folder = tmp_path_factory.mktemp("corpus")
    rows = []
    for number, text in enumerate(make_pages(SITES * OF_EACH, 1500, OF_EACH)):
        site = f"site{number // OF_EACH}.example"
        rows.append({"id": f"{number:05}", "url": f"https://{site}/{number}", "text": text})
        path = folder / "files" / site / f"{number:05}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    (folder / "pages").mkdir()
    for part in range(5):
        pq.write_table(pa.Table.from_pylist(rows[part::5]), folder / "pages" / f"{part}.parquet")
    command = [STRIPPER, "batch", folder / "files", "--output", folder / "cleaned", "--jobs", "2"]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    expected = {path.stem: path.read_bytes().decode() for path in (folder / "cleaned").rglob("*.txt")}
    pq.write_table(
        pa.table({"id": sorted(expected), "text": [expected[each] for each in sorted(expected)]}),
        folder / "expected.parquet",
    )
    return folder


Do = Callable[..., Any]


@pytest.fixture
def do(corpus: Path, tmp_path: Path) -> Do:
    """Runs a block of the guide in a folder of its own, and compares what it leaves."""
    (tmp_path / "pages").symlink_to(corpus / "pages")

    def do(marker: str, *command: str, before: str = "", empty: str | None = "") -> Any:
        block = next(each for each in blocks("python") if marker in each)
        (tmp_path / "script.py").write_text(before + block, "utf-8")
        env = {
            **os.environ,
            "PYSPARK_PYTHON": sys.executable,
            "HF_HOME": str(tmp_path / "hf"),
            "HF_HUB_OFFLINE": "1",
            "RAY_AUTH_MODE": "disabled",
        }
        env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
        done = subprocess.run(
            [*(command or [sys.executable]), "script.py"],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stderr[-5000:]
        table = pa.concat_tables(
            [
                pq.read_table(path)
                for path in sorted(tmp_path.glob("articles*/*.parquet")) or [tmp_path / "articles.parquet"]
            ]
        )
        table = table.sort_by("id")
        expected = pq.read_table(corpus / "expected.parquet")
        assert table["id"].to_pylist() == expected["id"].to_pylist()
        assert table["text"].to_pylist() == [text or empty for text in expected["text"].to_pylist()]
        return table

    return do


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.M | re.S)


@pytest.mark.parametrize("title", ["import pyarrow.parquet", "import polars", "from datasets"])
def test_tables(do: Do, title: str) -> None:
    needs(title.split()[1])
    do(title)


def test_spark(do: Do) -> None:
    needs("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    command = next(each for each in blocks("sh") if each.startswith("spark-submit")).replace(
        "clean_spark.py", "script.py"
    )
    assert do("# clean_spark.py", "bash", "-c", command)["stripper_kept"].null_count == 0
    do("# clean_spark_whole.py", "bash", "-c", command)


def test_ray(do: Do) -> None:
    needs("ray")
    start = """import ray
ray.init(num_cpus=3, include_dashboard=False, object_store_memory=300_000_000, log_to_driver=False)
ray.data.DataContext.get_current().default_hash_shuffle_parallelism = 4
"""
    assert do("# clean_ray.py", before=start)["stripper_kept"].null_count == 0


def test_datatrove(do: Do) -> None:
    needs("datatrove")
    done = do("# clean_datatrove.py", empty=None)
    assert all("stripper_kept" in each for each in done["metadata"].to_pylist())


ODD = {
    "id": range(9),
    "page": ["Share\nThe ferry sails again from Monday on, its captain says.\nTual Tides, by eleven people\n"] * 7
    + [None, ""],
    "site": ["b", "a", "b", None, "a", "b", "a", "b", "a"],
    "n": pa.array([1, None] * 4 + [2], pa.int8()),
}


@pytest.fixture(scope="module")
def spark() -> Any:
    needs("pyspark")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "3",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "2",
    }
    session = SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    yield session
    session.stop()


@pytest.mark.parametrize("spread", [1, 3])
def test_spark_keeps_nulls_types_and_columns(spark: Any, spread: int) -> None:
    import stripper.spark

    table = pa.table(ODD)
    columns = {"text": "page", "group": "site"}
    pages = spark.createDataFrame(table).repartition(4)
    counts = stripper.spark.count(pages, **columns)
    statistics = stripper.Statistics.from_table(stripper.count_table(table, **columns))
    assert {row["group"] for row in counts.collect()} == {"a", "b"}
    options = {"add": ["removed"], "disable": ["share"], **columns}
    expected = stripper.clean_table(table, statistics=statistics, **options)
    assert any("on 3 of 4 pages of a" in str(row) for row in expected["stripper_removed"].to_pylist())
    for known in (counts, statistics):
        cleaned = stripper.spark.clean(pages, known, spread=spread, **options)
        assert cleaned.toArrow().sort_by("id").to_pylist() == expected.to_pylist()


def test_spark_refuses_odd_columns_at_once(spark: Any) -> None:
    import stripper.spark

    pages = spark.createDataFrame(pa.table(ODD))
    with pytest.raises(stripper.InputError, match=r"no column is named 'text': id, page"):
        stripper.spark.clean(pages)
    with pytest.raises(stripper.InputError, match="column 'n' holds tinyint, not strings"):
        stripper.spark.count(pages, text="page", group="n")


def test_spark_takes_columns_of_any_name_and_type(spark: Any) -> None:
    import stripper.spark

    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "true")
    odd = {"group": "site", "stripper_line": 1, "stripper_group": "x", "a.b": 2, "Doc.Text": 3, "0": 4}
    table = pa.table(ODD).rename_columns(["id", "doc.text", "si`te", "n"])
    pages = spark.createDataFrame(table).selectExpr("*", "timestamp'2020-01-01 00:00:00' at", "array(current_date()) d")
    for name in [*odd, "twice", "twice"]:
        pages = pages.toDF(*pages.columns).select("*", spark_literal(name))
    columns = {"text": "doc.text", "group": "si`te"}
    counts = stripper.spark.count(pages, **columns)
    known = stripper.Statistics.from_table(stripper.count_table(table, **columns))
    expected = sorted(map(str, stripper.clean_table(table, statistics=known, **columns)["doc.text"].to_pylist()))
    for statistics in (counts, known, None):
        cleaned = stripper.spark.clean(pages, statistics, add=["kept"], **columns)
        assert cleaned.columns == [*pages.columns, "stripper_kept"]
        assert list(cleaned.schema)[:-1] == list(pages.schema)
        rows = [tuple(row) for row in cleaned.collect()]
        assert sorted(row[0] for row in rows) == list(range(9))
        if statistics is not None:
            assert sorted(str(row[1]) for row in rows) == expected
    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "false")


def spark_literal(name: str) -> Any:
    from pyspark.sql import functions

    return functions.lit(name).alias(name)


def test_spark_refuses_odd_options_at_once(spark: Any) -> None:
    import stripper.spark

    pages = spark.createDataFrame(pa.table(ODD))
    columns = {"text": "page", "group": "site"}
    counts = stripper.spark.count(pages, **columns)
    for spread in (0, "4"):
        with pytest.raises(stripper.OptionError, match=f"spread over {spread!r} tasks"):
            stripper.spark.clean(pages, counts, spread=spread, **columns)
    with pytest.raises(stripper.InputError, match="is no table of counts"):
        stripper.spark.clean(pages, pages, **columns)
    with pytest.raises(TypeError, match="expected a DataFrame of Spark's, not Table"):
        stripper.spark.count(pa.table(ODD))


@pytest.fixture(scope="module")
def ray() -> Any:
    needs("ray")
    os.environ["RAY_AUTH_MODE"] = "disabled"
    import ray

    ray.init(num_cpus=3, include_dashboard=False, object_store_memory=300_000_000, log_to_driver=False)
    ray.data.DataContext.get_current().default_hash_shuffle_parallelism = 2
    yield ray
    ray.shutdown()


def test_ray_takes_pages_that_share_nothing(ray: Any) -> None:
    import stripper.ray

    one = {"compute": ray.data.ActorPoolStrategy(size=1)}
    pages = ray.data.from_arrow(pa.table(ODD).slice(0, 1))
    columns = {"text": "page", "group": "site"}
    counts = stripper.ray.count(pages, **columns)
    cleaned = stripper.ray.clean(pages, counts, resources=one, **columns).take_all()
    assert [row["page"] for row in cleaned] == [stripper.strip(ODD["page"][0]).text]


def test_ray_refuses_odd_columns_and_options_at_once(ray: Any) -> None:
    import stripper.ray

    pages = ray.data.from_arrow(pa.table(ODD))
    with pytest.raises(stripper.InputError, match="no column is named 'text': id, page"):
        stripper.ray.clean(pages)
    with pytest.raises(stripper.InputError, match="no column is named 'text': id, page"):
        stripper.ray.count(pages, group="site")
    with pytest.raises(stripper.OptionError, match="unknown form 'html'"):
        stripper.ray.clean(pages, "page", form="html")
    with pytest.raises(TypeError, match="expected a Dataset of Ray's, not Table"):
        stripper.ray.clean(pa.table(ODD))


def test_datatrove_leaves_no_counts_of_a_task_that_failed(tmp_path: Path) -> None:
    needs("datatrove")
    from datatrove.data import Document

    from stripper.datatrove import CountLines, SumCounts

    def broken() -> Any:
        for number in range(1500):
            yield Document("Share\n", str(number), metadata={"url": "//a.example"})
        raise ValueError("cannot be read on")

    counts = str(tmp_path / "counts")
    with pytest.raises(ValueError, match="cannot be read on"):
        list(CountLines(counts).run(broken()))
    with pytest.raises(stripper.InputError, match="not all parts of one run"):
        SumCounts(counts, str(tmp_path / "sums")).run()


def test_datatrove_refuses_odd_texts_and_options(tmp_path: Path) -> None:
    needs("datatrove")
    from datatrove.data import Document

    from stripper.datatrove import CleanText, CountLines

    assert [page.text for page in CleanText().run([Document(None, "0")])] == [None]
    with pytest.raises(stripper.InputError, match="page 0: its text is no string, but bytes"):
        list(CleanText().run([Document(b"Share", "0")]))
    for step in (CleanText(None, "site"), CleanText(url="link"), CountLines(str(tmp_path), "site")):
        named = "link" if step.url == "link" else "site"
        with pytest.raises(stripper.InputError, match=f"no page has '{named}' in its metadata: url"):
            list(step.run([Document("Share", "0", metadata={"url": "//a.example"})]))
        assert list(step.run([])) == []
    with pytest.raises(stripper.OptionError, match="dealt into 0 buckets"):
        CountLines("counts", buckets=0)
    with pytest.raises(stripper.OptionError, match="unknown form 'html'"):
        CleanText(form="html")


def test_datatrove_needs_all_counts_of_one_run(tmp_path: Path) -> None:
    needs("datatrove")
    from datatrove.data import Document

    from stripper.datatrove import CleanText, CountLines, SumCounts

    def pages() -> list[Document]:
        rows = pa.table(ODD).filter(pa.compute.is_valid(pa.table(ODD)["page"])).to_pylist()
        return [Document(row["page"], str(row["id"]), metadata={"site": row["site"]}) for row in rows]

    counts, sums = str(tmp_path / "counts"), str(tmp_path / "sums")
    for rank in range(2):
        list(CountLines(counts, "site", buckets=2).run(pages()[rank::2], rank, 2))
        if rank == 0:
            with pytest.raises(stripper.InputError, match="not all parts of one run"):
                SumCounts(counts, sums).run()
    with pytest.raises(
        stripper.InputError, match="not all parts of one run are there, or those of another too: nothing"
    ):
        list(CleanText(sums, "site").run(pages()))
    SumCounts(counts, sums).run()
    removed = [str(page.metadata["stripper_removed"]) for page in CleanText(sums, "site", add=["removed"]).run(pages())]
    assert [("pages of" in each) for each in removed] == [bool(page.text and page.metadata["site"]) for page in pages()]
    list(CountLines(counts, "site").run(pages()))
    with pytest.raises(stripper.InputError, match="not all parts of one run"):
        SumCounts(counts, sums).run()
    with pytest.raises(stripper.InputError, match="page 0: its 'n' is no string: 7"):
        list(CleanText(sums, "n").run([Document("Share\n", "0", metadata={"n": 7})]))


@pytest.mark.parametrize("engine", ["spark", "ray", "datatrove"])
def test_an_engine_that_is_missing_is_said(engine: str) -> None:
    library = {"spark": "pyspark"}.get(engine, engine)
    code = f"import sys; sys.modules['{library}'] = None; import stripper.{engine}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (
        f"MissingExtraError: this needs {library}, which is not installed; "
        f"it comes with the extra '{engine}': in a clone of Stripper, pip install '.[{engine}]'" in done.stderr
    )
