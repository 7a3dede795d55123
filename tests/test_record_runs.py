"""Runs over files of records: by all workers, in order, whole or not at all, and gone on with."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import subprocess
import sys
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED, STRIPPER, Run, files

from stripper.model import Document
from stripper.runs.formats.pages import unpacked
from stripper.runs.formats.streams import packed
from stripper.runs.records import SHOWN

PACKINGS = ["gz", *(pytest.param(each, marks=pytest.mark.long) for each in ("zst", "bz2", "xz"))]


@pytest.fixture
def shards(site: Path, tmp_path: Path) -> Path:
    """The pages of two sites, mixed over two files of records, one packed, and a page of text beside them."""
    folder = tmp_path / "shards"
    (folder / "deep").mkdir(parents=True)
    rows = [
        {"id": at, "url": f"https://{path.parent.name}.example/{path.name}", "text": path.read_text("utf-8"), "n": [at]}
        for at, path in enumerate(sorted(site.rglob("*.txt")))
    ]
    packed = [json.dumps(row).encode() + b"\n" for row in rows]
    (folder / "one.jsonl").write_bytes(b"".join(packed[0::2]))
    (folder / "deep/two.jsonl.gz").write_bytes(
        gzip.compress(b"".join(packed[1:6:2])) + gzip.compress(b"".join(packed[7::2]))
    )
    (folder / "page.txt").write_bytes((site / "a/1.txt").read_bytes())
    return folder


PROSE = "The ferry sails again from Monday on, its captain says.\n"


def rows_of(data: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in data.splitlines()]


def test_a_folder_may_hold_a_mixture_and_is_mirrored(run: Run, shards: Path, tmp_path: Path) -> None:
    done = run("batch", "shards", "-o", "out", "--report", "report.json")
    out = files(tmp_path / "out")
    assert out.keys() == files(shards).keys()
    rows = rows_of(out["one.jsonl"]) + rows_of(gzip.decompress(out["deep/two.jsonl.gz"]))
    assert sorted(row["id"] for row in rows) == [*range(12)] and all(row["n"] == [row["id"]] for row in rows)  # type: ignore[type-var]
    assert [list(row) for row in rows] == [["id", "url", "text", "n"]] * 12
    assert b"12 written, 12 of them cleaned" in done.stderr
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert report["files"]["found"] == 3 and report["records"]["kept"] == 12


def test_lines_that_pages_of_a_host_share_go_wherever_they_stand(run: Run, shards: Path, tmp_path: Path) -> None:
    run("batch", "shards", "-o", "out", "--add", "removed", "--statistics", "counts.sqlite")
    rows = rows_of((tmp_path / "out/one.jsonl").read_bytes())
    assert not any(SHARED in str(row["text"]) for row in rows)
    reasons = {span["reason"] for span in rows[0]["stripper_removed"]["spans"]}  # type: ignore[index]
    assert any("on 6 of 6 pages of a.example" in reason for reason in reasons)
    piped = run("strip", "--statistics", "counts.sqlite", "shards/one.jsonl").stdout
    assert [row["text"] for row in rows_of(piped)] == [row["text"] for row in rows]


def test_the_bytes_are_the_same_whatever_the_jobs(run: Run, shards: Path, tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        run("batch", "shards", "-o", f"out{jobs}", "--jobs", jobs)
    assert files(tmp_path / "out1") == files(tmp_path / "out2")


def test_what_is_done_is_left_out_and_what_is_not_is_said(run: Run, shards: Path, tmp_path: Path) -> None:
    run("batch", "shards", "-o", "out")
    assert b"3 files done before; nothing to do" in run("batch", "shards", "-o", "out", "--resume").stderr
    (tmp_path / "out/one.jsonl").write_bytes(b"")
    assert b"1 of which the output was changed" in run("batch", "shards", "-o", "out", "--resume").stderr
    assert b"3 under other rules" in run("batch", "shards", "-o", "out", "--resume", "--drop", "title").stderr


def test_bad_records_are_told_once_and_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_bytes(b'{"text": 1}\n' * 30 + b'{"text": "Share"}\n')
    done = run("batch", "bad.jsonl", "-o", "out", status=1)
    assert done.stderr.count(b"is no string") == SHOWN and b"20 more records are bad" in done.stderr
    assert (tmp_path / "out/bad.jsonl").read_bytes() == b'{"text": 1}\n' * 30 + b'{"text":""}\n'
    assert (
        b"nothing of the file is written" in run("batch", "bad.jsonl", "-o", "none", "--bad", "fail", status=1).stderr
    )
    assert not files(tmp_path / "none")


def test_a_cut_off_file_gives_what_is_there(run: Run, tmp_path: Path) -> None:
    chance = random.Random(1)
    rows = [{"id": at, "text": PROSE, "noise": chance.randbytes(2000).hex()} for at in range(100)]
    data = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(data.encode())[:-30_000])
    done = run("batch", "cut.jsonl.gz", "-o", "out", "--no-cross-document", status=1)
    assert b"is cut off in the middle" in done.stderr
    there = rows_of(gzip.decompress((tmp_path / "out/cut.jsonl.gz").read_bytes()))
    assert 70 < len(there) < 100 and there == rows[: len(there)]
    run("batch", "cut.jsonl.gz", "-o", "none", "--bad", "fail", status=1)
    assert not files(tmp_path / "none")


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_packed_page_is_a_page(run: Run, tmp_path: Path, packing: str) -> None:
    page, name = f"Share\n{PROSE}".encode(), f"page.txt.{packing}"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_bytes(packed(page[:9], packing) + packed(page[9:], packing))
    for where in (("-o", "out"), ("--in-place", "--glob", f"*.{packing}")):
        folder = tmp_path / (where[1] if where[0] == "-o" else "in")
        run("batch", "in", *where, "--removed", "--records", "records.jsonl")
        assert unpacked((folder / name).read_bytes(), name) == PROSE.encode()
        assert rows_of((tmp_path / "records.jsonl").read_bytes())[0]["path"] == f"in/{name}"
        assert b"1 file done before" in run("batch", "in", *where, "--removed", "--records", "again", "--resume").stderr
        run("restore", folder)
        assert [*files(folder)] == [name] and unpacked((folder / name).read_bytes(), name) == page
    (tmp_path / "in" / name).write_bytes(packed(page * 9, packing)[:-5])
    said = run("batch", "in", "-o", "cut", "--removed", status=1).stderr
    assert f"in/{name}: ".encode() in said and not files(tmp_path / "cut")


def test_a_page_at_an_address_or_read_as_one_has_no_place_for_what_was_taken(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(gzip.compress(f"Share\n{PROSE}".encode()))
    done = run("batch", "page", "-o", "out", "--removed", "--from", "txt.gz", status=1)
    assert b"page: a page of text has no columns" in done.stderr and not files(tmp_path / "out")
    run("batch", "page", "-o", "out", "--removed", "--from", "txt.gz", "--to", "jsonl")
    run("restore", "out")
    assert rows_of((tmp_path / "out/page.jsonl").read_bytes()) == [{"file": "page", "text": f"Share\n{PROSE}"}]


def test_one_file_to_one_file(run: Run, shards: Path, tmp_path: Path) -> None:
    run("batch", "shards/deep/two.jsonl.gz", "-o", "two.jsonl")
    assert len(rows_of((tmp_path / "two.jsonl").read_bytes())) == 6
    assert b"nothing to do" in run("batch", "shards/deep/two.jsonl.gz", "-o", "two.jsonl", "--resume").stderr


@pytest.mark.long
@pytest.mark.parametrize(("name", "kills"), [("big.jsonl", 20), ("big.jsonl.gz", 6), ("big.parquet", 6)])
def test_killed_in_the_middle_of_a_file_a_run_ends_the_same(
    run: Run, site: Path, tmp_path: Path, name: str, kills: int
) -> None:
    pages = [path.read_text("utf-8") for path in sorted(site.rglob("*.txt"))]
    with (tmp_path / "big.jsonl").open("w") as file:
        for at in range(8000):
            text = pages[at % len(pages)].replace("Tual", f"Tual {at}")
            file.write(json.dumps({"id": at, "url": f"https://s{at % 3}.example/{at}", "text": text}) + "\n")
    if name.endswith("gz"):
        (tmp_path / name).write_bytes(gzip.compress((tmp_path / "big.jsonl").read_bytes()))
    elif name.endswith("parquet"):
        import pandas as pd

        pd.read_json(tmp_path / "big.jsonl", lines=True).to_parquet(tmp_path / name, row_group_size=500)
    run("batch", name, "-o", "whole", "-j", "2")
    chance = random.Random(20)
    went_on = 0
    for _ in range(kills):
        command = [STRIPPER, "batch", name, "-o", "out", "-j", "2", "--resume"]
        process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL)
        began = _noted(tmp_path)
        while process.poll() is None and _noted(tmp_path) == began:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.3))
        went_on += process.poll() is None
        process.kill()
        process.wait()
    run("batch", name, "-o", "out", "-j", "2", "--resume")
    assert went_on and files(tmp_path / "out") == files(tmp_path / "whole")


def _noted(folder: Path) -> list[int]:
    """When it was noted last how far a file is."""
    return [path.stat().st_mtime_ns for path in (folder / "out/.stripper/parts").glob("*.json")]


def test_what_was_taken_can_be_put_back(run: Run, shards: Path, tmp_path: Path) -> None:
    import pandas as pd

    frame = pd.read_json(shards / "one.jsonl", lines=True)
    frame.to_csv(shards / "three.csv", index=False)
    frame.to_parquet(shards / "four.parquet")
    run("batch", "shards", "-o", "out", "--removed")
    run("restore", "out", "--output", "back")
    back = tmp_path / "back"
    assert files(back).keys() == files(shards).keys()
    assert rows_of((back / "one.jsonl").read_bytes()) == rows_of((shards / "one.jsonl").read_bytes())
    pd.testing.assert_frame_equal(pd.read_csv(back / "three.csv"), pd.read_csv(shards / "three.csv"))
    pd.testing.assert_frame_equal(pd.read_parquet(back / "four.parquet"), frame)
    assert (back / "page.txt").read_bytes() == (shards / "page.txt").read_bytes()
    edited = (tmp_path / "out/one.jsonl").read_bytes().replace(b"The ferry", b"A ferry").replace(b"The Nusa", b"A Nusa")
    (tmp_path / "out/one.jsonl").write_bytes(edited)
    done = run("restore", "out/one.jsonl", status=1)
    assert b"out/one.jsonl: line 1: the text or its stripper_removed was edited" in done.stderr
    assert (tmp_path / "out/one.jsonl").read_bytes() == edited


def write_frame(frame: Any, path: Path) -> None:
    write = {".jsonl": partial(frame.to_json, orient="records", lines=True), ".csv": partial(frame.to_csv, index=False)}
    write.get(path.suffix, frame.to_parquet)(path)


def read_frame(path: Path) -> Any:
    import pandas as pd

    read: dict[str, Any] = {".jsonl": partial(pd.read_json, lines=True), ".csv": pd.read_csv}
    return read.get(path.suffix, pd.read_parquet)(path)


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_record_that_was_left_takes_no_other_from_being_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    import pandas as pd

    from stripper.api import default_rules
    from stripper.runs import records
    from stripper.runs.batch import Run as BatchRun
    from stripper.runs.formats.options import RecordOptions
    from stripper.runs.restore import restore_files
    from stripper.runs.results import Options

    clean = records.clean

    def too_large(document: Document, *given: Any) -> Any:
        if "large" in document.text:
            raise MemoryError
        return clean(document, *given)

    monkeypatch.setattr(records, "clean", too_large)
    frame = pd.DataFrame({"text": ["Share\nIt rained, he says.\n", "Share\nA large one, he says.\n"]})
    source, options = tmp_path / f"in.{suffix}", RecordOptions(add=("removed",))
    write_frame(frame, source)
    with BatchRun([source], default_rules(), Options(tmp_path / "out", grouping=None, records=options)) as run:
        [result] = run.clean()
    assert dict(result.records) == {"kept": 1, "cleaned": 1, "bad kept": 1}
    [restored] = restore_files([tmp_path / "out" / source.name], tmp_path / "back")
    assert not restored.problem
    pd.testing.assert_frame_equal(read_frame(tmp_path / "back" / source.name), frame)


def test_a_library_that_is_missing_is_named_with_what_brings_it(shards: Path) -> None:
    code = "import sys; sys.modules['msgspec'] = None; sys.argv[0] = 'stripper'; from stripper.cli import main; main()"
    command = [sys.executable, "-c", code, "batch", shards, "-o", shards.parent / "out"]
    done = subprocess.run(command, capture_output=True)
    assert done.returncode == 1 and done.stderr.count(b"pip install '.[jsonl]'") == 2
    assert (shards.parent / "out/page.txt").exists()


@pytest.mark.long
def test_files_somewhere_else_are_read_by_their_address(run: Run, shards: Path, tmp_path: Path) -> None:
    """By way of the file system of addresses that needs no network."""
    run("batch", "shards", "-o", "here")
    run("batch", f"file://{shards}", "-o", "out", "-j", "2")
    assert files(tmp_path / "out") == files(tmp_path / "here")
    assert b"nothing to do" in run("batch", f"file://{shards}", "-o", "out", "--resume").stderr
    piped = run("strip", "--statistics", "no.sqlite", f"file://{shards}/one.jsonl", status=1)
    assert b"no such file" in piped.stderr
    assert len(rows_of(run("strip", f"file://{shards}/deep/two.jsonl.gz").stdout)) == 6
    for command in ("batch", "strip"):
        done = run(command, f"file://{tmp_path}/none.jsonl", "-o", "away", status=1)
        assert f"{tmp_path}/none.jsonl".encode() in done.stderr
    assert b"pip install '.[remote]'" in run("batch", "dropbox://none/a.jsonl", "-o", "away", status=1).stderr
    assert b"this machine" in run("batch", "shards", "-o", "ftp://none/a", status=2).stderr
    if find_spec("s3fs") is None:
        refused = run("batch", "shards", "-o", "s3://none/a", status=1).stderr
        assert b"pip install '.[remote]'" in refused and b"cleaned" not in refused


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_record_that_kills_its_worker_is_named_and_the_others_are_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    import os

    import pandas as pd

    from stripper.api import default_rules
    from stripper.runs import records
    from stripper.runs.batch import Run as BatchRun
    from stripper.runs.results import Options

    clean = records.clean

    def deadly(document: Document, *given: Any) -> Any:
        return os._exit(9) if "deadly" in document.text else clean(document, *given)

    monkeypatch.setattr(records, "clean", deadly)
    texts = [f"Share\nOn day {at} it rained, he says.\n" for at in range(150)]
    texts[70] = "Share\nA deadly one, he says.\n"
    frame = pd.DataFrame({"id": range(150), "text": texts})
    source = tmp_path / f"in.{suffix}"
    write_frame(frame, source)
    with BatchRun([source], default_rules(), Options(tmp_path / "out", jobs=2, grouping=None)) as run:
        [result] = run.clean()
    assert dict(result.records) == {"kept": 149, "cleaned": 149, "bad kept": 1}
    line = {"jsonl": "line 71", "csv": "line 212", "parquet": "row 71"}[suffix]
    assert result.problems == (f"{source}: {line}: the process that cleaned it died; out of memory?",)
    out = read_frame(tmp_path / f"out/in.{suffix}")
    cleaned = [text if "deadly" in text else text.removeprefix("Share\n") for text in texts]
    pd.testing.assert_frame_equal(out, frame.assign(text=cleaned))
    assert run.deaths == 2
    shutil.copytree(tmp_path / "out", tmp_path / "out again")
    for deaths in (2, 0):  # what dies each time is not done each time
        options = Options(tmp_path / "out again", jobs=2, grouping=None, resume=True)
        with BatchRun([source], default_rules(), options) as run:
            [result] = run.clean()
        assert (dict(result.records), run.deaths) == ({"kept": 149, "cleaned": 149, "bad kept": 1}, deaths)
    monkeypatch.undo()
    for status in ("cleaned", "skipped"):
        with BatchRun([source], default_rules(), Options(tmp_path / "out", jobs=2, grouping=None, resume=True)) as run:
            [result] = run.clean()
        assert (result.status, dict(result.records)) == (status, {"kept": 150, "cleaned": 150}) and not run.deaths


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.parquet", "a.arrow"])
def test_a_worker_that_dies_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    import os

    import pyarrow as pa
    import pyarrow.parquet as pq

    from stripper.api import default_rules
    from stripper.runs import records
    from stripper.runs.batch import Run as BatchRun
    from stripper.runs.results import Options

    clean, mark = records.clean, tmp_path / "mark"

    def deadly(document: Document, *given: Any) -> Any:
        if "day 70" in document.text and mark.exists():
            mark.unlink()
            os._exit(9)
        return clean(document, *given)

    monkeypatch.setattr(records, "clean", deadly)
    places = pa.array(["quay", "mole", None] * 50)
    rows = {"text": [f"Share\nOn day {at} it rained, he says.\n" for at in range(150)], "n": [1, None, 2.5] * 50}
    table = pa.table(rows | {"place": places.dictionary_encode(), "places": [[each] for each in places]})
    if name == "a.parquet":
        pq.write_table(table, tmp_path / name)
    elif name == "a.arrow":
        with pa.ipc.new_file(tmp_path / name, table.schema) as writer:
            writer.write_table(table, 90)
    else:
        text = "".join(json.dumps(row) + "\n" for row in table.to_pylist())
        (tmp_path / name).write_bytes(gzip.compress(text.encode()))
    for out in ("out", "died"):
        mark.touch() if out == "died" else None
        with BatchRun([tmp_path / name], default_rules(), Options(tmp_path / out, jobs=2, grouping=None)) as run:
            [result] = run.clean()
        assert dict(result.records) == {"kept": 150, "cleaned": 150} and not mark.exists()
    assert (tmp_path / "died" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_in_place_pages_alone_are_cleaned(run: Run, shards: Path) -> None:
    before = files(shards)
    run("batch", "shards", "--in-place")
    after = files(shards)
    assert [name for name in before if before[name] != after[name]] == ["page.txt"]
    assert b"not written in place" in run("batch", "shards", "--in-place", "--glob", "*.jsonl", status=1).stderr


def test_columns_have_other_names(run: Run, shards: Path, tmp_path: Path) -> None:
    rows = [
        {"key": f"k{row['id']}", "page": row["url"], "body": row["text"]}
        for row in rows_of((shards / "one.jsonl").read_bytes())
    ]
    rows.append({"key": "k99", "page": None, "body": 5})
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    names = ["--text", "body", "--url", "page", "--id", "key"]
    done = run("batch", "in.jsonl", "-o", "out", *names, "--add", "removed", "--report", "report.json", status=1)
    assert b"line 7 (k99): field 'body' is no string" in done.stderr
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert report["records"]["kept"] == 6 and report["bad_records"]["total"] == report["records"]["bad kept"] == 1
    *cleaned, last = rows_of((tmp_path / "out/in.jsonl").read_bytes())
    assert last == rows[-1] and "on 3 of 3 pages of a.example" in json.dumps(cleaned)
    run("batch", "in.jsonl", "-o", "together", *names, "--add", "removed", "--group-by", "run", status=1)
    assert b"on 6 of 6 pages of the run" in (tmp_path / "together/in.jsonl").read_bytes()
    assert b"has no field 'text'; it has key, page, body, strip" in run("restore", "out", status=1).stderr
    assert rows_of((tmp_path / "out/in.jsonl").read_bytes()) == [*cleaned, last]
    run("restore", "out", "--text", "body")
    assert rows_of((tmp_path / "out/in.jsonl").read_bytes()) == rows


@pytest.mark.parametrize("option", ["--url", "--id"])
def test_a_column_that_is_named_must_be_there(run: Run, shards: Path, tmp_path: Path, option: str) -> None:
    said = f"one.jsonl: no record has a field 'link'; they have id, url, text, n; {option} names the one".encode()
    for file in ("one.jsonl", "deep/two.jsonl.gz"):  # if only one record has it, it is there
        rows = rows_of(unpacked((shards / file).read_bytes(), file))
        rows[-1] |= {"link": "https://a.example/"} if "two" in file else {}
        lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
        (shards / file).write_bytes(packed(lines, "gz" if file.endswith(".gz") else ""))
    (shards / "three.csv").write_text("id,url,text\n1,https://a.example,Share\n")
    table = f"three.csv: no column is named 'link': id, url, text; {option} names the one".encode()
    for more in ((), ("--resume",)):
        done = run("batch", "shards", option, "link", "--output", "out", *more, status=1)
        assert said in done.stderr and table in done.stderr and b"two.jsonl" not in done.stderr.splitlines()[0]
        assert done.stderr.count(b"names the one") == 2
    assert {"one.jsonl", "deep/two.jsonl.gz"} <= files(tmp_path / "out").keys()
    assert said in run("strip", shards / "one.jsonl", option, "link", status=1).stderr
    if find_spec("pyarrow"):
        run("batch", "shards/one.jsonl", "--output", "one.parquet")
        done = run("strip", "one.parquet", option, "link", "--to", "jsonl", status=1)
        assert f"one.parquet: no column is named 'link': id, url, text, n; {option} names".encode() in done.stderr
    assert not run("strip", shards / "one.jsonl", "--url", "url", "--id", "id").stderr


def test_what_takes_the_place_of_a_file_that_grows_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stripper.rules.loading import load_rules
    from stripper.runs.batch import Run as BatchRun
    from stripper.runs.results import Options
    from stripper.runs.shards import _Shard

    (tmp_path / "secret").write_text('{"text": "The secret of another folder."}\n')
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": PROSE}) + "\n")
    write = _Shard._write

    def swapped(shard: _Shard) -> None:
        assert shard._parts is not None and shard._parts.path is not None
        shard._parts.path.unlink()
        shard._parts.path.symlink_to(tmp_path / "secret")
        write(shard)

    monkeypatch.setattr(_Shard, "_write", swapped)
    rules = load_rules([], default=False)
    with BatchRun([tmp_path / "a.jsonl"], rules, Options(tmp_path / "out", grouping=None)) as run:
        [result] = run.clean()
    assert result.status != "failed" and "secret" not in (tmp_path / "out/a.jsonl").read_text()
