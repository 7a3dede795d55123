"""A table in, a table out: the same as of a run over files, whatever is counted and cleaned with what."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED, Run, files

import stripper
from stripper.engine.columns import VALUES
from stripper.engine.statistics import ALL_DOCUMENTS, GroupStatistics, Statistics
from stripper.errors import InputError, OptionError
from stripper.rules.format import Duplicate, Rule
from stripper.rules.ruleset import RuleSet
from stripper.tables import ROWS, added_fields

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")

PAGE = "Share\nThe ferry sails again from Monday on, its captain says.\n"
LEFT = "The ferry sails again from Monday on, its captain says.\n"


@pytest.fixture
def table(site: Path) -> Any:
    """The pages of two folders, each in a row whose group is called as that of a run."""
    paths = sorted(site.rglob("*.txt"))
    groups = [path.parent.relative_to(site).as_posix() + "/" for path in paths]
    return pa.table(
        {
            "id": range(len(paths)),
            "text": [path.read_text("utf-8") for path in paths],
            "folder": groups,
            "url": [f"https://{group.replace('/', '.')}example/{at}" for at, group in enumerate(groups)],
        }
    )


def in_parts(table: Any, rows: int) -> list[Any]:
    return [table.slice(start, rows) for start in range(0, len(table), rows)]


@pytest.mark.parametrize("rows", [1, 5, 12])
def test_is_what_a_run_leaves_of_files(run: Run, tmp_path: Path, table: Any, rows: int) -> None:
    run("batch", "site", "--output", "out", "--removed")
    written = [data.decode() for name, data in sorted(files(tmp_path / "out").items()) if name.endswith(".txt")]

    parts = in_parts(table, rows)
    counts = [stripper.count_table(part, group="folder") for part in reversed(parts)]
    statistics = Statistics.from_table(pa.concat_tables(counts))
    cleaned = [stripper.clean_table(part, group="folder", statistics=statistics, add=["removed"]) for part in parts]
    whole = pa.concat_tables(cleaned)

    assert whole["text"].to_pylist() == written
    assert whole.drop_columns(["text", "stripper_removed"]) == table.drop_columns("text")
    reasons = [span["reason"] for span in whole["stripper_removed"][0].as_py()["spans"] if SHARED in span["text"]]
    assert reasons and reasons[0].endswith("on 6 of 6 pages of a/")


def test_the_group_is_the_host_unless_one_is_named(table: Any) -> None:
    statistics = Statistics.from_table(stripper.count_table(table))
    assert set(statistics) == {"a.example", "b.deep.example"}
    for known in (statistics, statistics.get, statistics["b.deep.example"]):
        assert takes_shared(stripper.clean_table(table, statistics=known, add=["removed"]))
    for unknown in ({}, None):
        assert not takes_shared(stripper.clean_table(table, statistics=unknown, add=["removed"]))


def takes_shared(cleaned: Any) -> bool:
    """Whether any line goes because many pages have it."""
    rows = cleaned["stripper_removed"].to_pylist()
    return any("pages of" in span["reason"] for row in rows for span in row["spans"])


def test_a_row_without_a_group_is_cleaned_without_statistics(table: Any) -> None:
    nobody = table.set_column(3, "url", pa.array([None, "no address"] * 6))
    assert len(stripper.count_table(nobody)) == 0
    statistics = Statistics.from_table(stripper.count_table(table))
    assert not takes_shared(stripper.clean_table(nobody, statistics=statistics, add=["removed"]))


def test_a_record_batch_gives_a_record_batch(table: Any) -> None:
    batch = table.to_batches()[0]
    cleaned = stripper.clean_table(batch)
    assert isinstance(cleaned, pa.RecordBatch)
    assert pa.Table.from_batches([cleaned]) == stripper.clean_table(table)
    assert stripper.count_table(batch) == stripper.count_table(table)


def text_types() -> list[Any]:
    words = pa.dictionary(pa.int16(), pa.string())
    return [pa.string(), pa.large_string(), pa.string_view(), words]


@pytest.mark.parametrize("kind", text_types(), ids=str)
def test_types_order_nulls_and_metadata_stay(kind: Any) -> None:
    field = pa.field("page", kind, metadata={"unit": "page"})
    rest = pa.field("n", pa.int8(), nullable=False)
    schema = pa.schema([field, rest], metadata={"made": "by hand"})
    texts = pa.array([PAGE, None, "", PAGE]).cast(pa.string())
    texts = texts.dictionary_encode().cast(kind) if pa.types.is_dictionary(kind) else texts.cast(kind)
    cleaned = stripper.clean_table(pa.table([texts, pa.array([3, 1, 2, 0], pa.int8())], schema=schema), "page")
    assert cleaned.schema.equals(schema, check_metadata=True)
    assert cleaned.to_pydict() == {"page": [LEFT, None, "", LEFT], "n": [3, 1, 2, 0]}
    cleaned.validate(full=True)


@pytest.mark.parametrize("rows", [0, ROWS - 1, ROWS + 1])
def test_any_number_of_rows(rows: int) -> None:
    table = pa.table(
        {"text": pa.array([PAGE] * rows, pa.string()), "url": pa.array(["//a.example"] * rows, pa.string())}
    )
    assert stripper.clean_table(table, add=["kept"])["text"].to_pylist() == [LEFT] * rows
    counts = Statistics.from_table(stripper.count_table(table))
    assert {name: each.documents for name, each in counts.items()} == ({"a.example": rows} if rows else {})


def test_nothing_but_nulls() -> None:
    table = pa.table({"text": pa.nulls(2), "url": pa.nulls(2)})
    assert stripper.clean_table(table, add=["removed"])["stripper_removed"].null_count == 2
    assert len(stripper.count_table(table)) == 0


def test_columns_can_be_added() -> None:
    assert stripper.clean_table(pa.table({"text": [PAGE]}), add="kept").column_names == ["text", "stripper_kept"]
    assert [field.name for field in added_fields(VALUES)] == [f"stripper_{name}" for name in VALUES]
    table = stripper.clean_table(pa.table({"text": [PAGE, None]}), add=VALUES)
    kept, none = table.to_pylist()
    assert 0.9 < kept["stripper_kept"] < 1
    assert [span["text"] for span in kept["stripper_removed"]["spans"]] == ["Share\n"]
    assert set(none.values()) == {None}


@pytest.mark.parametrize(
    ("columns", "options", "message"),
    [
        ({"body": [PAGE]}, {}, "no column is named 'text': body"),
        ({"text": [b"bytes"]}, {}, "column 'text' holds binary, not strings"),
        ({"text": [7]}, {}, "column 'text' holds int64"),
        ({"text": [[PAGE]]}, {}, "column 'text' holds list<"),
        ({"text": [PAGE]}, {"statistics": {}}, "there is no column 'url' of addresses: text; name"),
        ({"text": [PAGE]}, {"statistics": {}, "group": "site"}, "no column is named 'site'"),
        ({"text": [PAGE], "url": [1.5]}, {"statistics": {}}, "column 'url' holds double"),
        ({"text": [PAGE], "stripper_kept": [1]}, {"add": ["kept"]}, "'stripper_kept' is there already"),
        ({"text": pa.array([], pa.int8())}, {}, "column 'text' holds int8"),
        ({"text": [PAGE], "url": [""]}, {"url": "link"}, "no column is named 'link': text, url"),
        ({"text": [PAGE], "url": [""]}, {"group": "site"}, "no column is named 'site': text, url"),
    ],
)
def test_odd_tables_are_refused(columns: dict[str, Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        stripper.clean_table(pa.table(columns), **options)


def test_odd_arguments_are_refused() -> None:
    none = pa.table({"text": pa.array([], pa.string()), "url": pa.array([], pa.string())})
    for do in (stripper.clean_table, stripper.count_table):
        with pytest.raises(OptionError, match="unknown form 'html'"):
            do(none, form="html")
    by_group = Statistics.from_table(pa.table({"group": ["a"], "line": [1], "documents": [1]}))
    with pytest.raises(TypeError, match=r"the Statistics of one group, not GroupStatistics; .* statistics\[name\]"):
        stripper.strip("Share\n", statistics=by_group)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"as Statistics\.from_table makes them of counts, not Table"):
        stripper.clean_table(none, statistics=stripper.count_table(none))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="several columns are named 'text'"):
        stripper.clean_table(pa.table([[PAGE], [PAGE]], names=["text", "text"]))
    with pytest.raises(TypeError, match=r"pyarrow\.Table or RecordBatch, not dict"):
        stripper.clean_table({"text": [PAGE]})  # type: ignore[type-var]
    with pytest.raises(OptionError, match="'kind' is nothing that can be added"):
        stripper.clean_table(pa.table({"text": [PAGE]}), add=["kind"])


@pytest.mark.parametrize(
    "columns",
    [
        {"group": ["a"], "line": [1]},
        {"group": ["a"], "line": ["one"], "documents": [1]},
        {"group": ["a"], "line": [1], "documents": [None]},
        {"group": ["a"], "line": [1], "documents": [-1]},
    ],
)
def test_what_is_no_table_of_counts_is_refused(columns: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="no table of counts"):
        Statistics.from_table(pa.table(columns))


def test_counts_without_the_number_of_documents_are_refused() -> None:
    statistics = Statistics.from_table(pa.table({"group": ["a"], "line": [1], "documents": [1]}))
    with pytest.raises(InputError, match="of another version, or not whole"):
        statistics["a"]


def test_statistics_of_many_groups() -> None:
    names = [f"{number}.ä.example" for number in range(3 * GroupStatistics.MOST)]
    counts = pa.table(
        {
            "group": [name for name in names for _ in range(3)] * 2,
            "line": [ALL_DOCUMENTS, 1, 2] * len(names) * 2,
            "documents": [3, 2, 1] * len(names) * 2,
        }
    )
    statistics = pickle.loads(pickle.dumps(Statistics.from_table(counts)))
    assert sorted(statistics) == sorted(names) and "a.example" not in statistics and "zz" not in statistics
    for name in (*names, *names):
        assert statistics[name] == Statistics(6, Counter({1: 4, 2: 2}), name)


def test_lines_that_matter_to_no_rule_are_left_out() -> None:
    counts = pa.table({"group": ["a"] * 3, "line": [ALL_DOCUMENTS, 1, 2], "documents": [9, 4, 3]})
    shared = Rule(
        id="x", category="duplicate", summary="", reason="", file="",
        duplicate=Duplicate(scope="documents", min_documents=4, min_share=0.3),
    )  # fmt: skip
    rules = RuleSet((shared,), stripper.load_rules(examples=False).orthography)
    assert Statistics.from_table(counts, rules)["a"].counts == {1: 4}
    assert not Statistics.from_table(counts, RuleSet((), rules.orthography))


def test_a_process_has_the_same_rules_once() -> None:
    rules = stripper.load_rules(examples=False)
    sent = pickle.dumps(rules)
    arrived = pickle.loads(sent)
    assert stripper.strip(PAGE, rules=arrived).text == LEFT
    assert pickle.loads(pickle.dumps(rules)) is arrived
    assert pickle.loads(pickle.dumps(rules.with_options(keep=["share"]))) is not arrived


def test_rules_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        other.setattr("stripper.rules.ruleset.__version__", "0.0.1")
        sent = pickle.dumps(stripper.load_rules(examples=False))
    with pytest.raises(OptionError, match=r"rules come from stripper 0\.0\.1, and here is"):
        pickle.loads(sent)


def test_pyarrow_is_needed_for_tables_alone() -> None:
    code = """
import sys
sys.modules["pyarrow"] = None
import stripper
assert stripper.strip("Share\\n") and "stripper.tables" not in sys.modules
try:
    stripper.clean_table(None)
except stripper.MissingExtraError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == (
        "this needs pyarrow, which is not installed; "
        "it comes with the extra 'parquet': in a clone of Stripper, pip install '.[parquet]'\n"
    )


def test_bytes_that_are_no_text_are_said() -> None:
    offsets, data = pa.py_buffer(bytes([0, 0, 0, 0, 2, 0, 0, 0])), pa.py_buffer(b"\xff\xfe")
    made = pa.Array.from_buffers(pa.string(), 1, [None, offsets, data])
    with pytest.raises(InputError, match="column 'text' holds what is no text"):
        stripper.clean_table(pa.table({"text": made}))
    with pytest.raises(InputError, match="column 'url' holds what is no text"):
        stripper.count_table(pa.table({"text": ["Share"], "url": made}))
