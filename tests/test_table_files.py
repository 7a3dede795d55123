"""CSV, TSV, Parquet and Arrow, in files that other programs made."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Run

from stripper.runs.formats import open_format
from stripper.runs.formats.json_lines import to_line
from stripper.runs.formats.names import Format
from stripper.runs.formats.records import Columns, Written
from stripper.runs.formats.streams import Steady

PROSE = "The ferry sails again from Monday on, its captain says.\n"
PAGE = f"Share\n{PROSE}"


@pytest.fixture
def frame() -> pd.DataFrame:
    """Types that a way over JSON or Python's own would change."""
    return pd.DataFrame(
        {
            "n": pd.array([1, None, 3], dtype="Int16"),
            "text": [PAGE, None, PROSE],
            "url": [f"https://a.example/{at}" for at in range(3)],
            "when": pd.to_datetime(["2021-05-03T10:00:00.123456789"] * 3),
            "place": pd.Categorical(["quay", "mole", "quay"]),
            "tags": [["a", "b"], [], None],
        },
        index=pd.Index([5, 6, 7], name="key"),
    )


@pytest.mark.parametrize("codec", ["gzip", "snappy", None])
def test_parquet_keeps_all_but_the_text(run: Run, frame: pd.DataFrame, tmp_path: Path, codec: str | None) -> None:
    frame.to_parquet(tmp_path / "in.parquet", compression=codec)
    run("strip", "in.parquet", "-o", "out.parquet")
    expected = frame.assign(text=[PROSE, None, PROSE])
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "out.parquet"), expected)
    before, after = (pq.ParquetFile(tmp_path / name) for name in ("in.parquet", "out.parquet"))
    assert before.schema_arrow.equals(after.schema_arrow, check_metadata=True)
    assert before.metadata.row_group(0).column(0).compression == after.metadata.row_group(0).column(0).compression


@pytest.mark.parametrize("stream", [False, True])
def test_arrow_files_and_streams_stay_what_they_are(
    run: Run, frame: pd.DataFrame, tmp_path: Path, stream: bool
) -> None:
    table = pa.Table.from_pandas(frame)
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(tmp_path / "in.arrow", table.schema) as writer:
        writer.write_table(table)
    run("strip", "in.arrow", "-o", "out.arrow", "--add", "kept")
    with (pa.ipc.open_stream if stream else pa.ipc.open_file)(tmp_path / "out.arrow") as reader:
        out = reader.read_all()
    assert out.column("stripper_kept").to_pylist() == [0.9091, 1.0, 1.0]
    assert (
        out.drop_columns("stripper_kept").to_pylist()
        == table.set_column(table.schema.get_field_index("text"), "text", pa.array([PROSE, None, PROSE])).to_pylist()
    )


@pytest.mark.long
def test_a_large_parquet_file_is_the_same_whatever_the_jobs(run: Run, tmp_path: Path) -> None:
    rows = [
        {"n": at, "text": PAGE.replace("ferry", f"ferry {at}"), "url": f"https://h{at % 3}.example"}
        for at in range(700)
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet", row_group_size=100)
    for jobs in ("1", "2"):
        run("batch", "in.parquet", "-o", f"out{jobs}", "-j", jobs, "--min-words", "3", "--no-cross-document")
    assert (tmp_path / "out1/in.parquet").read_bytes() == (tmp_path / "out2/in.parquet").read_bytes()
    table = pq.read_table(tmp_path / "out1/in.parquet")
    assert table.column("n").to_pylist() == [*range(700)] and "Share" not in table.column("text")[0].as_py()


def test_records_become_columns_and_columns_records(run: Run, tmp_path: Path) -> None:
    rows = [{"id": 1, "text": PAGE}, {"id": 2.5, "text": PROSE, "more": {"a": [1]}}, {"id": 3, "text": "\ud83d"}]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = run("strip", "in.jsonl", "-o", "out.parquet", "--add", "removed", status=1)
    assert b"line 3: does not fit into columns" in done.stderr
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column("text").to_pylist() == [PROSE, PROSE] and table.column("more").to_pylist() == [None, {"a": [1]}]
    back = run("strip", "out.parquet", "--to", "jsonl").stdout.splitlines()
    assert [json.loads(line)["id"] for line in back] == [1.0, 2.5]


def test_nanoseconds_become_text_in_json() -> None:
    file = io.BytesIO()
    exact = pa.array([1700000000123456789], pa.timestamp("ns", "UTC"))
    pq.write_table(pa.table({"text": [PROSE], "at": exact}), file)
    form = open_format(Format("parquet"), Columns())
    _, piece = form.pieces(file)
    [row] = form.rows(piece, form.records(piece))
    assert json.loads(to_line(row))["at"] == "2023-11-14T22:13:20.123456789+00:00"


def test_bad_tables_are_said_in_a_line(run: Run, frame: pd.DataFrame, tmp_path: Path) -> None:
    frame.to_parquet(tmp_path / "in.parquet")
    data = (tmp_path / "in.parquet").read_bytes()
    assert b"no column is named 'body': n, text" in run("strip", "in.parquet", "--text", "body", status=1).stderr
    assert b"holds int16, not strings" in run("strip", "in.parquet", "--text", "n", status=1).stderr
    (tmp_path / "cut.parquet").write_bytes(data[:-20])
    assert b"cut.parquet: is no file of this format" in run("strip", "cut.parquet", status=1).stderr
    pq.write_table(pa.table({"text": [f"Day {at}. {PROSE}" for at in range(5000)]}), tmp_path / "hurt.parquet")
    data = (tmp_path / "hurt.parquet").read_bytes()
    (tmp_path / "hurt.parquet").write_bytes(data[:9000] + bytes(9000) + data[18000:])
    assert b"cannot be read" in run("batch", "hurt.parquet", "-o", "out", status=1).stderr


def test_cells_with_line_breaks_and_quotation_marks(run: Run, tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {"id": ["a", "b"], "text": ['Share\r\nThe "ferry" sails, its captain says.\r\n', PROSE], "n": [1, 2]}
    )
    frame.to_csv(tmp_path / "in.csv", index=False, lineterminator="\r\n", encoding="utf-8-sig")
    run("strip", "in.csv", "-o", "out.csv", "--add", "kept")
    out = (tmp_path / "out.csv").read_bytes()
    assert out.startswith(b"\xef\xbb\xbfid,text,n,stripper_kept\r\na,")
    assert pd.read_csv(tmp_path / "out.csv")["text"].tolist() == ['The "ferry" sails, its captain says.\r\n', PROSE]
    frame.to_csv(tmp_path / "in.tsv", index=False, sep="\t")
    assert run("strip", "in.tsv").stdout.startswith(b'id\ttext\tn\na\t"The ""ferry""')
    frame.to_csv(tmp_path / "semi.csv", index=False, sep=";")
    assert run("strip", "semi.csv").stdout.startswith(b"id;text;n\na;")


BAD = [
    (b"3,too,many,cells\n", b"line 3: has 4 cells, not 3"),
    (b'3,"\xff\xfe sails",x\n', b"line 3: is not UTF-8"),
    (b'3,"never closed,x\n', b"line 3: a quotation mark is not closed"),
    (b'3,x,"Share\n4,x,Share\n', b"line 3: a quotation mark is not closed"),
]


@pytest.mark.parametrize(("row", "said"), BAD, ids=["cells", "encoding", "quote", "rest"])
def test_bad_rows_stay_as_they_are(run: Run, tmp_path: Path, row: bytes, said: bytes) -> None:
    (tmp_path / "in.csv").write_bytes(b"id,text,n\n1,Good day to all.,x\n" + row)
    done = run("strip", "in.csv", status=1)
    assert said in done.stderr and done.stdout == b"id,text,n\n1,Good day to all.,x\n" + row
    said = b"no column is named 'text': id, words; --text names"
    assert said in run("strip", "--from", "csv", input=b"id,words\n", status=1).stderr


def test_quotation_marks_stay_around_cells(run: Run, tmp_path: Path) -> None:
    """Some readers take an empty cell for null and one with marks for empty, or one without marks for a number."""
    page, prose = PAGE.strip(), PROSE.strip()
    table = f'"id",text,"",n\r\n"007","{page}","",\n"a ""b""",Good day.,"x"y",1\r\n1,"{page}"," ",2'
    (tmp_path / "in.csv").write_bytes(table.encode())
    assert run("strip", "in.csv").stdout.decode() == table.replace(page, prose) + "\r\n"
    run("batch", "in.csv", "-o", "out", "--removed")
    head, row = (tmp_path / "out/in.csv").read_bytes().decode().splitlines()[:2]
    assert head == '"id",text,"",n,stripper_removed' and row.startswith(f'"007","{prose}","",,"{{""original""')
    run("restore", "out", "--output", "back")
    assert (tmp_path / "back/in.csv").read_bytes() == table.encode() + b"\r\n"
    assert run("strip", "--from", "csv", input=b'text\n"Share\n"\nShare\n').stdout == b'text\n""\n""\n'


def test_the_name_of_a_column_may_hold_a_line_break(run: Run) -> None:
    table = f'"first\nname",text\n1,"{PAGE}"\n2\n'
    done = run("strip", "--from", "csv", input=table.encode(), status=1)
    assert done.stdout.decode() == table.replace(PAGE, PROSE) and b"line 6: has 1 cells, not 2" in done.stderr


@pytest.mark.long
def test_a_row_that_is_too_long_stays_as_it_is(run: Run, tmp_path: Path) -> None:
    row, after = b"3," + b"a " * 40_000_000 + b",x\n", b"4,Good day to all.,x\n"
    (tmp_path / "in.csv").write_bytes(b"id,text,n\n" + row + after)
    done = run("batch", "in.csv", "-o", "out.csv", status=1, timeout=300)
    assert b"line 2: a row is longer than 64 million characters" in done.stderr
    assert (tmp_path / "out.csv").read_bytes() == b"id,text,n\n" + row + after
    run("batch", "in.csv", "-o", "out.csv", "--bad", "drop", status=1, timeout=300)
    assert (tmp_path / "out.csv").read_bytes() == b"id,text,n\n" + after


def test_an_encoding_with_a_mark_puts_none_into_a_table_without(run: Run, tmp_path: Path) -> None:
    data = b"id,text\r\n" + b'1,"Good day, all."\r\n' * 500
    (tmp_path / "in.csv").write_bytes(data)
    assert run("strip", "--encoding", "utf-8-sig", "in.csv").stdout == data
    done = run("strip", "--encoding", "utf-16", "in.csv", status=1)
    assert b"in.csv: is no table: UTF-16 stream does not start with BOM" in done.stderr


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_table_tells_its_encoding_by_its_mark_and_keeps_both(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stripper.runs.formats.delimited.PIECE_RECORDS", 1)
    data = "".join(f"{row}\r\n" for row in ("id,text", "1,Fähre", '2,"a\nb"')).encode(encoding)
    form = open_format(Format("csv"), Columns())
    written = []
    for piece in form.pieces(Steady(io.BytesIO(data))):
        records = form.records(piece)
        written += [form.write(piece, [Written(record, None, {}) for record in records])]
    assert b"".join(written) == data and len(written) == 2


def test_columns_of_any_type_stay(run: Run, tmp_path: Path) -> None:
    rows = 100
    number, words = pa.array(range(rows)), pa.array([f"pier {at % 7}" for at in range(rows)])
    which = pa.array([at % 2 for at in range(rows)], pa.int8())
    table = pa.table(
        {
            "text": [PAGE] * rows,
            "union": pa.UnionArray.from_sparse(which, [number, words]),
            "runs": pa.RunEndEncodedArray.from_arrays(pa.array([40, rows], pa.int32()), pa.array(["a", "b"])),
            "view": pa.array([f"a text of many characters, {at}" for at in range(rows)], pa.string_view()),
            "list": pa.ListArray.from_arrays(pa.array(range(rows + 1), pa.int32()), words.dictionary_encode()),
        }
    )
    with pa.ipc.new_file(tmp_path / "in.arrow", table.schema) as writer:
        writer.write_table(table, max_chunksize=30)
    run("batch", "in.arrow", "-o", "out.arrow", "--no-cross-document")
    with pa.ipc.open_file(tmp_path / "out.arrow") as reader:
        assert reader.read_all() == table.set_column(0, "text", pa.array([PROSE] * rows))
    nested = table.select(["text", "list"])
    pq.write_table(nested, tmp_path / "in.parquet", row_group_size=30)
    run("strip", "in.parquet", "-o", "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet") == nested.set_column(0, "text", pa.array([PROSE] * rows))


def test_a_column_that_cannot_be_written_is_said(run: Run, tmp_path: Path) -> None:
    lists = pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array([[1]]))
    table = pa.table({"text": [PAGE], "lists": lists})
    with pa.ipc.new_file(tmp_path / "in.arrow", table.schema) as writer:
        writer.write_table(table)
    done = run("strip", "in.arrow", "-o", "out.arrow", status=1)
    assert b"stripper: in.arrow: does not fit into columns" in done.stderr
    (tmp_path / "deep.jsonl").write_text(f'{{"a": {"[" * 900}{"]" * 900}, "text": "Share"}}\n')
    assert b"line 1: does not fit" in run("strip", "deep.jsonl", "--to", "parquet", "-o", "out", status=1).stderr


def test_two_columns_for_the_text_are_none(run: Run) -> None:
    table = f'text,id,text\nShare,1,"{PAGE}"\n'.encode()
    done = run("strip", "--from", "csv", input=table, status=1)
    assert b"several columns are named 'text'" in done.stderr and not done.stdout


def test_quotation_marks_in_tables_that_know_none_join_no_rows(run: Run) -> None:
    rows = b'id\ttext\n1\t"The ferry sails\n2\tShare\n3\tand it waits"\n'
    done = run("strip", "--from", "tsv", input=rows, status=1)
    assert b"line 2: a quotation mark opens in one line and closes in another" in done.stderr and done.stdout == rows
    rows = f'id\ttext\n1\t"a\u2028b\tc"\n2\t"Share\n{PROSE}"\n'.encode()  # which ends no row
    assert run("strip", "--from", "tsv", input=rows).stdout == rows.replace(b"Share\n", b"")


def test_bad_rows_of_a_table_take_no_other_from_being_restored(run: Run, tmp_path: Path) -> None:
    rows = b'id\ttext\n1\t"Share\n2\tThe ferry sails"\n3\tThe ferry sails again from Monday on, its captain says.\n'
    (tmp_path / "in.tsv").write_bytes(rows)
    run("batch", "in.tsv", "--output", "out", "--removed", status=1)
    run("restore", "out", "--output", "back")
    assert (tmp_path / "back/in.tsv").read_bytes() == rows


@pytest.mark.parametrize("name", ["in.parquet", "in.arrow"])
def test_packed_tables_become_tables(run: Run, frame: pd.DataFrame, tmp_path: Path, name: str) -> None:
    table = pa.Table.from_pandas(frame)
    with pa.ipc.new_file(tmp_path / "in.arrow", table.schema) as writer:
        writer.write_table(table)
    pq.write_table(table, tmp_path / "in.parquet")
    (tmp_path / f"{name}.gz").write_bytes(gzip.compress((tmp_path / name).read_bytes()))
    run("batch", name, "-o", "out")
    run("batch", f"{name}.gz", "-o", "packed")
    assert (tmp_path / "packed" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize(("behind", "status"), [(b"", 0), (bytes(8), 0), (None, 1), (b"more", 1)])
def test_what_stands_behind_an_arrow_stream_is_not_left_out_unsaid(
    run: Run, tmp_path: Path, behind: bytes | None, status: int
) -> None:
    out = io.BytesIO()
    table = pa.table({"text": [PAGE, PROSE]})
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    data = out.getvalue()
    (tmp_path / "in.arrow").write_bytes(data + (data if behind is None else behind))
    done = run("strip", "in.arrow", "--to", "jsonl", status=status)
    assert done.stdout.count(b"\n") == 2 and (b"row 3: is another stream" in done.stderr) == status


@pytest.mark.parametrize("texts", [[None, None], [None, PAGE]])
def test_a_text_that_is_null_stays_null_in_another_format(run: Run, tmp_path: Path, texts: list[str | None]) -> None:
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"id": 1, "text": text}) + "\n" for text in texts))
    run("batch", "in.jsonl", "-o", "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    expected = [text and PROSE for text in texts]
    assert table.schema.field("text").type == pa.string() and table.column("text").to_pylist() == expected
    run("batch", "out.parquet", "-o", "back.jsonl")
    assert [json.loads(line)["text"] for line in (tmp_path / "back.jsonl").open()] == expected


@pytest.mark.parametrize(
    "row",
    [
        '1,"Share\nThe \\"ferry\\" sails."\n',
        '1,"The ferry \\"sails\\", and Share, too"\n',
        '1,"Share\nThe ferry \\""\n2,"waits"\n',
        '1,"Share" says the captain.\n',
    ],
)
def test_a_row_whose_quotation_marks_are_not_doubled_stays_as_it_is(run: Run, row: str) -> None:
    table = f'id,text\n{row}3,"Share\n'.encode() + PROSE.encode() + b'"\n'
    done = run("strip", "--from", "csv", input=table, status=1)
    assert done.stdout == table.replace(b'3,"Share\n', b'3,"')
    assert b"line 2: " in done.stderr


def test_of_columns_with_one_name_none_is_lost(run: Run, tmp_path: Path) -> None:
    schema = pa.schema([("a", pa.int64()), ("a", pa.int64()), ("text", pa.string())])
    table = pa.Table.from_arrays([pa.array([1]), pa.array([2]), pa.array([PAGE])], schema=schema)
    pq.write_table(table, tmp_path / "in.parquet")
    (tmp_path / "b.csv").write_text(f'a,a,text\n1,2,"{PAGE}"\n')
    run("batch", "in.parquet", "b.csv", "-o", "out")
    assert pq.ParquetFile(tmp_path / "out/in.parquet").read().columns[:2] == table.columns[:2]
    assert (tmp_path / "out/b.csv").read_text() == f'a,a,text\n1,2,"{PROSE}"\n'
    done = run("batch", "in.parquet", "b.csv", "-o", "jsonl", "--to", "jsonl", status=1)
    assert done.stderr.count(b"several columns are named 'a'") == 2 and b"2 failed" in done.stderr


@pytest.mark.parametrize("name", ["in.csv", "in.parquet"])
def test_a_column_that_is_there_is_not_added(run: Run, tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"text": [PAGE], "stripper_title": ["mine"]})
    frame.to_csv(tmp_path / name, index=False) if name == "in.csv" else frame.to_parquet(tmp_path / name)
    done = run("batch", name, "-o", "out", "--add", "title", status=1)
    assert b"'stripper_title'" in done.stderr and not (tmp_path / "out" / name).exists()


@pytest.mark.parametrize("name", ["when.parquet", "far.arrow", "twice.parquet", "twice.csv", "bad.csv"])
def test_texts_come_back_whatever_stands_beside_them(run: Run, tmp_path: Path, name: str) -> None:
    """Values that Python has none for, two columns of a name, rows that do not fit."""
    path, out = tmp_path / name, tmp_path / "out" / name
    columns = {
        "when": pa.array([1, 2], pa.timestamp("ns")),
        "far": pa.array([1_000_000_000, 1], pa.date32()),
        "twice": pa.array([1, 2]),
    }
    cells = {"twice.csv": f'text,a,a\n"{PAGE}",1,2\n', "bad.csv": f'text,a\n"{PAGE}",1\nx,y,z\nx\n'}
    if name in cells:
        path.write_text(cells[name], newline="")
    else:
        column = columns[path.stem]
        several = [pa.array([PAGE, PROSE]), column, column][: 3 if path.stem == "twice" else 2]
        table = pa.Table.from_arrays(several, names=["text", "a", "a"][: len(several)])
        if path.suffix == ".parquet":
            pq.write_table(table, path)
        else:
            with pa.ipc.new_file(path, table.schema) as writer:
                writer.write_table(table)
    run("batch", name, "-o", "out", "--removed", status=None)
    assert out.read_bytes() != path.read_bytes()
    run("restore", out)
    read = {"csv": Path.read_bytes, "parquet": lambda path: pq.ParquetFile(path).read()}.get(
        path.suffix[1:], lambda path: pa.ipc.open_file(path).read_all()
    )
    assert read(path) == read(out)


def test_one_value_that_json_cannot_have_takes_no_other_row_with_it(run: Run, tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [PAGE] * 3, "n": pa.array([1, 10**9, 2], pa.date32())}), tmp_path / "in.parquet")
    done = run("strip", "in.parquet", "--to", "jsonl", status=1)
    assert b"row 2: cannot be read" in done.stderr and done.stdout.count(PROSE[:-1].encode()) == 2
