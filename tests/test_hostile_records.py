"""Files of records that are made to do harm, or that a machine has spoiled: each is a message, and others are done."""

from __future__ import annotations

import io
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

from stripper.errors import InputError
from stripper.runs.formats import delimited, html, open_format, streams
from stripper.runs.formats.names import Format
from stripper.runs.formats.options import RecordOptions
from stripper.runs.formats.records import Columns, Piece
from stripper.runs.formats.streams import DamagedError, Steady, packed, zstd
from stripper.runs.records import pieces_of, way_of

TEXT = "Share\nThe ferry sails again from Monday on, its captain says.\n"
CLEANED = "The ferry sails again from Monday on, its captain says.\n"
RECORD = json.dumps({"id": 1, "text": TEXT})


def texts_of(path: Path) -> list[str]:
    return [json.loads(line).get("text") for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("to", ["jsonl", "parquet", "txt"])
def test_a_record_nested_deeply_takes_no_other_with_it(run: Run, tmp_path: Path, to: str) -> None:
    lists, objects = "[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000
    names = ("text", "url", "id", "stripper_removed")
    lines = [f'{{"{name}": {deep}, "text": "Harbour"}}' for name in names for deep in (lists, objects)]
    lines = [RECORD, *lines, lists, lists[:100_000], RECORD]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    done = run("batch", "a.jsonl", "-o", f"out.{to}", "--id", "id", "--no-cross-document", status=1)
    assert b"line 8: is nested too deeply" in done.stderr and b"line 12" not in done.stderr
    if to == "jsonl":
        rows = (tmp_path / "out.jsonl").read_bytes().splitlines()
        assert [json.loads(rows[at])["text"] for at in (0, -1)] == [CLEANED] * 2 and len(rows) == len(lines)
    elif to == "txt":
        assert (tmp_path / "out.txt").read_text("utf-8").count(CLEANED) == 2
    run("restore", f"out.{to}", "--output", "back", status=1)


@pytest.mark.parametrize("packing", [*(pytest.param(each, marks=pytest.mark.long) for each in ("", "gz")), "zst"])
def test_a_file_without_records_is_one_and_can_be_read_again(run: Run, tmp_path: Path, packing: str) -> None:
    data = zstd().compress(b"") if packing == "zst" else packed(b"", packing)
    (tmp_path / "in").mkdir()
    for name in ("a.jsonl", "b.warc", "c.html"):
        (tmp_path / "in" / f"{name}.{packing}".rstrip(".")).write_bytes(data)
    run("batch", "in", "--output", "out/records", "--to", f"jsonl.{packing}".rstrip("."))
    run("batch", "in", "--output", "out/tables", "--to", "parquet")
    done = run("batch", "out", "--output", "again")
    assert b"6 found = 0 cleaned + 6 unchanged" in done.stderr


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
def test_what_is_made_of_a_file_without_records_is_one_too(run: Run, tmp_path: Path, packing: str) -> None:
    data = zstd().compress(b"") if packing == "zst" else packed(b"", packing)
    (tmp_path / f"in.jsonl.{packing}").write_bytes(data)
    run("strip", f"in.jsonl.{packing}", "-o", f"out.jsonl.{packing}")
    run("restore", f"out.jsonl.{packing}", "--output", "back")
    for name in (f"out.jsonl.{packing}", f"back/out.jsonl.{packing}"):
        assert (tmp_path / name).read_bytes() and run("strip", name).stdout == b""


def test_a_table_that_points_elsewhere_fails_alone(run: Run, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/ok.jsonl").write_text(RECORD + "\n", "utf-8")
    table = pa.table({"id": [1], "text": [TEXT]})
    for number in range(60):
        out, chance = io.BytesIO(), random.Random(number)
        with (pa.ipc.new_file if number % 2 else pa.ipc.new_stream)(out, table.schema) as writer:
            writer.write_table(table)
        data = bytearray(out.getvalue())
        for _ in range(3):
            data[chance.randrange(len(data))] = chance.choice([0, 127, 128, 255])
        (tmp_path / f"in/{number}.arrow").write_bytes(data)
    said = run("batch", "in", "--output", "out", "--no-cross-document", status=1).stderr
    assert b"61 found" in said and b"Error:" not in said
    assert texts_of(tmp_path / "out/ok.jsonl") == [CLEANED]


def test_a_codec_that_there_is_not_and_names_that_are_no_text_end_nothing(run: Run, tmp_path: Path) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/ok.jsonl").write_text(RECORD + "\n", "utf-8")
    table, out = pa.table({"text": [TEXT], "quay": [1]}), io.BytesIO()
    with pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    (tmp_path / "in/names.arrow").write_bytes(out.getvalue().replace(b"quay", b"qu\xff\xff"))
    pq.write_table(table, out := io.BytesIO(), compression="gzip")
    data = out.getvalue()
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    column = data.index(b"text", data.index(b"text", footer) + 1)
    codec = data.index(b"\x15\x04", column)  # gzip is 2, written as twice that
    (tmp_path / "in/codec.parquet").write_bytes(data[: codec + 1] + b"\x7f" + data[codec + 2 :])
    done = run("batch", "in", "--output", "out", "--no-cross-document", status=1)
    assert b"Unsupported compression codec" in done.stderr and b"names.arrow: is no file of this format" in done.stderr
    assert texts_of(tmp_path / "out/ok.jsonl") == [CLEANED]


def pieces(name: str, data: bytes) -> list[Piece]:
    return list(open_format(Format(name), Columns()).pieces(Steady(io.BytesIO(data))))


@pytest.mark.parametrize(
    "row", [b'1,"' + b"a" * 5000, b"1," + b"a," * 3000, b'1,"' + b"a\n" * 3000], ids=["cell", "cells", "lines"]
)
def test_of_a_row_that_does_not_end_no_more_is_held_than_a_page_has(
    monkeypatch: pytest.MonkeyPatch, row: bytes
) -> None:
    monkeypatch.setattr(delimited, "LONGEST_ROW", 4000)
    good = b"id,text\n7,Share\n"
    first, problem, *_ = pieces("csv", good + row)
    assert [text for _, text in first.data.rows] == ["7,Share\n"]
    assert problem.number == 3 and "a row is longer than" in problem.problem
    table = pieces("csv", good + b"8," + b"a" * 5000 + b"\n9,Print\n")
    assert table[-1].data.rows == [(4, "9,Print\n")]
    assert b"".join(piece.raw for piece in table) == b"8," + b"a" * 5000 + b"\n"
    with pytest.raises(InputError, match="is no table: a row is longer than"):
        pieces("csv", b"id,text," + b"a" * 5000)


def test_html_that_is_no_page_is_not_made_a_tree_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LONGEST_HTML", 1000)
    form = open_format(Format("html"), Columns())
    assert form.records(Piece(1, b"<p>Share"))[0].text.strip() == "Share"
    assert "no page" in form.records(Piece(1, b"<div>" * 300))[0].problem


@pytest.mark.parametrize("packing", ["gz", "bz2", "xz", "zst"])
def test_what_is_packed_is_not_unpacked_out_of_all_proportion(monkeypatch: pytest.MonkeyPatch, packing: str) -> None:
    monkeypatch.setattr(streams, "AT_LEAST", 10_000)
    data = zstd().compress(bytes(2_000_000)) if packing == "zst" else packed(bytes(2_000_000), packing)
    read = 0
    with pytest.raises(DamagedError, match="holds more than 100 times its size"):
        for block in Steady(io.BytesIO(data), packing).blocks():
            read += len(block)
    assert read <= 100 * len(data) < 2_000_000
    text = random.Random(1).randbytes(20_000).hex().encode()  # half of which is air
    again = zstd().compress(text) if packing == "zst" else packed(text, packing)
    assert b"".join(Steady(io.BytesIO(again), packing).blocks()) == text


@pytest.mark.parametrize("format", ["parquet", "arrow", "dictionary"])
def test_a_text_that_stands_once_and_is_many_rows_is_bounded(monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    from stripper.runs.formats import arrow

    monkeypatch.setattr(streams, "AT_LEAST", 10_000)
    monkeypatch.setattr(arrow, "PIECE_BYTES", 20_000)
    texts = {0: TEXT, 1: "ab" * 5_000, None: None}
    for rows, many in (([0, None, 1, 0], False), ([1] * 3_000, True)):
        column = pa.DictionaryArray.from_arrays(pa.array(rows, pa.int32()), pa.array([TEXT, texts[1]]))
        table = pa.table({"id": range(len(rows)), "text": column if format != "parquet" else column.cast(pa.string())})
        file = io.BytesIO()
        if format == "arrow":
            with pa.ipc.new_file(file, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
                writer.write_table(table)
        else:
            pq.write_table(table, file, compression="zstd")
        form = open_format(Format("arrow" if format == "arrow" else "parquet"), Columns())
        pieces = list(form.pieces(io.BytesIO(file.getvalue())))
        assert ("holds more than 100 times" in pieces[-1].problem) == many
        found = [record.rest[1] for piece in pieces if not piece.problem for record in form.records(piece)]
        assert found == [texts[row] for row in rows][: len(found)]
        assert all(len(piece.data) < 25_000 for piece in pieces if not piece.problem)
        if not many:
            assert len(found) == len(rows)
            assert arrow._unpacked(pieces[0].data).schema == table.schema


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_page_that_claims_much_is_refused_before_memory_is_taken(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    from stripper.runs.formats.parquet_pages import largest_pages

    def written(texts: list[str], **options: Any) -> io.BytesIO:
        file, tags = io.BytesIO(), [[{"a": at, "tag": "quay" * 90}] for at in range(len(texts))]
        table = pa.table({"text": texts, "n": range(len(texts)), "tags": tags})
        pq.write_table(table, file, compression="zstd", data_page_version=version, **options)
        return file

    chance = random.Random(1)
    texts = [chance.randbytes(1000).hex() * (at % 3) for at in range(500)]
    file = written(texts, use_dictionary=["n"], data_page_size=20_000, write_batch_size=9, row_group_size=300)
    group = pq.read_metadata(file).row_group(0)
    sizes = [group.column(at).total_uncompressed_size for at in range(group.num_columns)]
    assert 20_000 < largest_pages(file, group) < sum(sizes) / 4
    monkeypatch.setattr(streams, "AT_LEAST", 100_000)
    form = open_format(Format("parquet"), Columns())
    assert not any(piece.problem for piece in form.pieces(file))
    monkeypatch.delattr(pq.ParquetFile, "iter_batches")
    [_, problem] = form.pieces(written(["a" * 2_000_000], use_dictionary=False))
    assert "holds more than 100 times its size" in problem.problem


@pytest.mark.parametrize("kind", ["file", "stream"])
@pytest.mark.parametrize("shared", [False, True])
def test_a_message_that_claims_much_is_refused_before_memory_is_taken(kind: str, shared: bool) -> None:
    pa = pytest.importorskip("pyarrow")
    from stripper.runs.formats.arrow_messages import most_at_once

    texts = pa.array([TEXT, "ab" * 5_000, None] * 400)
    column = texts.dictionary_encode() if shared else texts
    table = pa.table({"text": column, "n": range(1200), "nested": [[["a"]]] * 1200})
    file = io.BytesIO()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with getattr(pa.ipc, f"new_{kind}")(file, table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=500)
    largest = table.slice(0, 500).nbytes
    assert 0.9 * largest < most_at_once(file) < largest + 20_000
    form = open_format(Format("arrow"), Columns())
    whole = list(form.pieces(file))
    assert not any(piece.problem for piece in whole)
    assert sum(len(form.records(piece)) for piece in whole) == 1200
    data = bytearray(file.getvalue())
    at = data.rindex(zstd().compress(b"")[:4]) - 8  # before what is packed stands how long it is
    data[at : at + 8] = (1 << 50).to_bytes(8, "little")
    assert "holds more than 100 times its size" in list(form.pieces(io.BytesIO(data)))[-1].problem
    for cut in range(0, len(data), 97):  # whatever is told of a file that is none, it is told
        most_at_once(io.BytesIO(data[:cut]))
        most_at_once(io.BytesIO(data[cut:]))


@pytest.mark.parametrize("name", ["parquet", "arrow"])
def test_rows_that_take_no_room_have_an_end(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(streams, "AT_LEAST", 100_000)
    table, file = pa.table({"text": pa.nulls(100_000)}), io.BytesIO()
    if name == "parquet":
        pq.write_table(table, file)
    else:
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
    assert "holds more than 100 times" in list(open_format(Format(name), Columns()).pieces(file))[-1].problem


@pytest.mark.parametrize("tags", ["<ul><li>", "<UL><ol><li>"])
def test_lists_within_lists_without_end_are_no_text_without_end(tags: str) -> None:
    page = html.read_html(f"{tags}quay".encode() * 3000)
    assert page.text.split() == ["quay"] * 3000 and len(page.text) < 20_000


class Endless(io.RawIOBase):
    """As `yes` at the other end of a pipe."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        assert self.count < 1_000_000
        self.count += len(buffer)
        buffer[:] = b"y" * len(buffer)
        return len(buffer)

    count = 0


@pytest.mark.parametrize("format", ["parquet", "arrow"])
def test_a_pipe_that_is_no_table_is_not_copied_to_its_end(format: str) -> None:
    pytest.importorskip("pyarrow")
    way = way_of("-", Format(format), RecordOptions(to=Format("jsonl")))
    with pytest.raises(InputError, match="-: is no file of this format"):
        list(pieces_of(way, Endless(), ""))  # type: ignore[arg-type]


def test_what_is_left_open_is_not_opened_again_in_each_paragraph() -> None:
    start = time.process_time()
    page = html.read_html(b"<p>" + b"".join(b"<b x=%d>" % at for at in range(2000)) + b"<p>quay" * 2000)
    assert page.text.split() == ["quay"] * 2000
    assert time.process_time() - start < 0.5  # four million elements took two seconds, and 1.5 GB


@pytest.mark.parametrize(
    "made",
    [
        b"<div>" * 60_000 + b"</h1>" * 60_000,
        b"<svg>" + b"<g>" * 60_000 + b"</x>" * 60_000,
        b"<p " + b" ".join(b"a%d='>'" % at for at in range(80_000)) + b">",
        b"".join(b"<body a%d>" % at for at in range(80_000)),
    ],
    ids=["depth", "svg", "attributes", "body"],
)
def test_html_that_would_be_parsed_for_hours_is_no_page(made: bytes) -> None:
    with pytest.raises(InputError, match="is tangled"):
        html.read_html(made)


def test_a_long_page_with_much_left_open_is_read() -> None:
    row = b"<tr><td><p>quay<br><a name=x><li class='a > b'>mole<script>if (a<b) c()</script>"
    assert html.read_html(b"<table>" + row * 5000).text.count("quay") == 5000


@pytest.mark.parametrize("twice", [False, True])
def test_any_number_of_fields_is_read_in_time_by_their_number(run: Run, tmp_path: Path, twice: bool) -> None:
    fields = "".join(f', "field {at}": {at}' for at in range(100_000)) + ', "field 7": 7' * twice
    (tmp_path / "in.jsonl").write_text(f'{{"text": {json.dumps(TEXT)}{fields}}}\n')
    done = run("strip", "in.jsonl", status=int(twice), timeout=20)
    assert (b"has two fields 'field 7'" in done.stderr) == twice
    assert (b"Share" in done.stdout) == twice


def test_any_number_of_columns_is_read_in_time_by_their_number(run: Run, tmp_path: Path) -> None:
    names = ",".join(f"column {at}" for at in range(60_000))
    cells = ",".join("1" for _ in range(60_000))
    (tmp_path / "in.csv").write_text(f'{names},text\n{cells},"{TEXT}"\n')
    assert b"Share" not in run("strip", "in.csv", timeout=20).stdout
    inner = ", ".join(f'"field {at}": {at}' for at in (*range(60_000), 59_999))
    (tmp_path / "in.jsonl").write_text(f'{{"text": {json.dumps(TEXT)}, "more": {{{inner}}}}}\n')
    done = run("batch", "in.jsonl", "--to", "parquet", "--output", "out.parquet", status=1, timeout=20)
    assert b"has two fields 'field 59999'" in done.stderr
