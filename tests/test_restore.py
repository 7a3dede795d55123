"""Cleaned files become what they were, byte for byte; what was edited since is refused by name."""

from __future__ import annotations

import json
import os
import shutil
import tracemalloc
from pathlib import Path

import pytest
from conftest import ROOT, Run, files
from hypothesis import given, settings
from hypothesis import strategies as st

import stripper
from stripper.engine.records import removed_lines
from stripper.errors import InputError
from stripper.reading.decoding import encode
from stripper.runs.files import REMOVED
from stripper.runs.restore import restore_bytes

PAGES = [path.read_bytes() for path in sorted((ROOT / "samples").glob("*.txt")) if ".clean." not in path.name]
LINES = sorted({line for page in PAGES for line in page.decode("utf-8").split("\n")})

FUZZ = int(os.environ.get("STRIPPER_FUZZ", "1"))


def there_and_back(data: bytes, encoding: str | None = None) -> None:
    outcome = stripper.strip_bytes(data, encoding=encoding)
    cleaned = encode(outcome.text, outcome.document)
    removed = removed_lines(outcome).encode("utf-8")
    assert restore_bytes(cleaned, removed, "page") == data
    assert restore_bytes(data, removed, "page") == data  # restored already


TEXTS = st.lists(
    st.tuples(st.sampled_from(LINES) | st.text(max_size=20), st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\x0c\n"])),
    max_size=20,
).map(lambda lines: "".join(line + ending for line, ending in lines))
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "gb18030", "utf-7", "iso2022_jp", "shift_jis", "hz"]


@given(st.binary(max_size=400) | TEXTS.map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None, max_examples=250 * FUZZ)
def test_restoring_undoes_stripping_for_any_bytes(data: bytes) -> None:
    try:
        stripper.strip_bytes(data)
    except InputError:
        return
    there_and_back(data)


@given(TEXTS, st.sampled_from(ENCODINGS))
@settings(deadline=None, max_examples=250 * FUZZ)
def test_restoring_undoes_stripping_in_any_encoding(text: str, encoding: str) -> None:
    data = text.encode(encoding, "ignore")
    try:
        stripper.strip_bytes(data, encoding=encoding)
    except InputError:
        return
    there_and_back(data, encoding)


def test_what_is_no_record_is_not_read_to_its_end() -> None:
    outcome = stripper.strip_bytes(PAGES[0])
    removed = removed_lines(outcome).encode("utf-8").splitlines(keepends=True)[0] + b"{}\n" * 300_000
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="was edited"):
            restore_bytes(encode(outcome.text, outcome.document), removed, "page")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@given(st.data())
@settings(deadline=None, max_examples=250 * FUZZ)
def test_restoring_gives_the_original_or_refuses(data: st.DataObject) -> None:
    """Whatever is changed in either file: never anything else, and never another error."""
    page = data.draw(st.sampled_from(PAGES))
    outcome = stripper.strip_bytes(page)
    both = [encode(outcome.text, outcome.document), removed_lines(outcome).encode("utf-8")]
    which = data.draw(st.integers(0, 1))
    start = data.draw(st.integers(0, len(both[which])))
    end = data.draw(st.integers(start, min(len(both[which]), start + 40)))
    both[which] = both[which][:start] + data.draw(st.binary(max_size=20)) + both[which][end:]
    try:
        assert restore_bytes(both[0], both[1], "page") == page
    except InputError as error:
        assert "page" in str(error)


HEADER = {"original": "00" * 16, "cleaned": "cae66941d9efbd404e4d88758ea67670", "encoding": "utf-8", "bom": ""}


@pytest.mark.parametrize(
    "lines",
    [
        [], [[]], [1], ["text"], [None], [{}], [HEADER, []], [HEADER, {"at": -1, "text": "a"}], [HEADER, {"at": 0}],
        [HEADER, {"at": "0", "text": "a"}], [HEADER, {"at": 0, "text": ["a"]}], [HEADER, {"at": 10**30, "text": "a"}],
        [HEADER, {"at": 0.5, "text": "a"}], [HEADER | {"encoding": "no such"}], [HEADER | {"encoding": "zip"}],
        [HEADER | {"encoding": "a\0b"}], [HEADER | {"encoding": "undefined"}], [HEADER | {"bom": "xx"}],
        [HEADER | {"bom": 1}], [HEADER | {"encoding": None}],
        [HEADER | {"encoding": "idna"}, {"at": 0, "text": "." * 99}],
    ],
)  # fmt: skip
def test_records_that_nothing_wrote_are_refused(lines: list[object]) -> None:
    removed = "\n".join(map(json.dumps, lines)).encode()
    with pytest.raises(InputError):
        restore_bytes(b"", removed, "page")
    with pytest.raises(InputError):
        restore_bytes(b"", b"[" * 100_000, "page")


def test_a_folder_becomes_what_it_was(run: Run, site: Path, tmp_path: Path) -> None:
    (site / "a" / "latin.txt").write_bytes(
        "Anzeige\r\nDie Fähre fährt wieder, sagte die Kapitänin gestern.".encode("cp1252")
    )
    (site / "a" / "marked.txt").write_bytes(
        "Share\r\nThe ferry sails again, its captain said on the quay.\r\n".encode("utf-16")
    )
    (site / "a" / "empty.txt").write_bytes(b"")
    (site / "a" / "all.txt").write_bytes(b"\xef\xbb\xbfShare\n")
    originals = files(site)
    run("batch", "site", "--output", "out", "--removed")
    assert files(tmp_path / "out") != originals
    run("restore", "out", "--output", "back")
    assert files(tmp_path / "back") == originals
    run("restore", "out/a/1.txt", "out/a/2.txt.removed.jsonl")
    assert files(tmp_path / "out")["a/1.txt"] == originals["a/1.txt"]
    assert files(tmp_path / "out")["a/2.txt"] == originals["a/2.txt"]
    assert b"14 restored; 0 failed" in run("restore", "out").stderr
    assert files(tmp_path / "out") == originals


def test_what_was_edited_is_named_and_left(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out", "--removed")
    out = tmp_path / "out"
    (out / "a" / "1.txt").write_text("edited")
    beside = out / "a" / f"2.txt{REMOVED}"
    beside.write_text(beside.read_text("utf-8").replace("Skip to content", "Skip to contend"), "utf-8")
    (out / "a" / "3.txt").unlink()
    before = files(out)
    said = run("restore", "out", status=1).stderr.decode()
    assert "out/a/1.txt: was edited since it was cleaned" in said
    assert "out/a/2.txt.removed.jsonl: was edited since it was written" in said
    assert "out/a/3.txt: No such file" in said
    assert "9 restored; 3 failed" in said
    after = files(out)
    for name in ("a/1.txt", f"a/1.txt{REMOVED}", "a/2.txt", f"a/2.txt{REMOVED}", f"a/3.txt{REMOVED}"):
        assert after[name] == before[name]
    assert after["a/4.txt"] == (site / "a" / "4.txt").read_bytes()


def test_other_files_are_no_place_for_what_is_restored(run: Run, site: Path, tmp_path: Path) -> None:
    (site / "rows.jsonl").write_text('{"text":"Share\\nThe ferry sails again from Monday on."}\n')
    run("batch", "site", "--output", "out", "--removed")
    run("restore", "out", "--output", "back")
    run("restore", "out", "--output", "back")  # what is there is what is restored
    back = tmp_path / "back"
    (back / "a" / "1.txt").write_text("of somebody else")
    (back / "rows.jsonl").write_text("of somebody else")
    (back / "a" / "2.txt").unlink()
    (back / "a" / "2.txt").symlink_to(site / "a" / "2.txt")
    before = files(back)
    said = run("restore", "out", "--output", "back", status=1).stderr.decode()
    for name in ("a/1.txt", "a/2.txt", "rows.jsonl"):
        assert f"back/{name}: exists, and holds something else" in said
    assert "10 restored; 3 failed" in said and files(back) == before
    assert b"1.txt: exists, and" in run("restore", "out/a/1.txt", "--output", "back/a", status=1).stderr


def test_what_cannot_be_restored_is_said(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out")
    assert b"holds no .removed.jsonl files" in run("restore", "out", status=1).stderr
    assert b"1.txt.removed.jsonl: no such file" in run("restore", "out/a/1.txt", status=1).stderr
    assert b"nowhere: No such file" in run("restore", "nowhere", "--output", "back", status=1).stderr
    assert b"1.txt.removed.jsonl: no such file" in run("restore", "out/a/1.txt", "--output", "back", status=1).stderr
    assert not (tmp_path / "back").exists()
    run("batch", "site", "--output", "more", "--removed")
    run("restore", "more", "--output", "more", status=2)


def test_pages_are_named_that_cannot_be_restored_any_more(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out", "--removed")
    (tmp_path / "out" / "a" / f"1.txt{REMOVED}").unlink()
    (tmp_path / "out" / "b" / "deep" / f"2.txt{REMOVED}").unlink()
    gone = "out/b/deep/2.txt.removed.jsonl: is gone, without which out/b/deep/2.txt cannot be restored"
    said = run("restore", "out", "--output", "back", status=1).stderr.decode()
    assert "out/a/1.txt.removed.jsonl: is gone" in said and gone in said and "10 restored; 2 failed" in said
    assert gone in run("restore", "out/b", status=1).stderr.decode()  # of a folder within that of the run, too
    said = run("restore", "out", status=1).stderr.decode()
    assert gone in said and "5 restored; 2 failed" in said
    for name in ("a/1.txt", "b/deep/2.txt"):
        (tmp_path / "out" / name).write_text("edited since, as what is restored may be")
    assert b"holds no .removed.jsonl files" in run("restore", "out", status=1).stderr


def test_a_link_is_not_written_through(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out", "--removed")
    shutil.move(tmp_path / "out" / "a" / "1.txt", tmp_path / "elsewhere")
    (tmp_path / "out" / "a" / "1.txt").symlink_to(tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere").read_bytes()
    assert b"is a symbolic link" in run("restore", "out", status=1).stderr
    assert (tmp_path / "elsewhere").read_bytes() == before


def test_a_run_in_place_is_undone_in_place(run: Run, site: Path) -> None:
    (site / "a" / "1.txt").chmod(0o640)
    originals = files(site)
    run("batch", "site", "--in-place", "--removed")
    assert files(site) != originals
    assert (site / "a" / "1.txt").stat().st_mode & 0o777 == 0o640
    once = files(site)
    run("batch", "site", "--in-place", "--removed")  # cleans the same pages, not what was left of them
    assert files(site) == once
    run("restore", "site")
    assert files(site) == originals
    assert (site / "a" / "1.txt").stat().st_mode & 0o777 == 0o640


def test_stripping_a_file_can_be_undone_too(run: Run, samples: Path, tmp_path: Path) -> None:
    run("strip", "samples/en-short.txt", "-o", "short.txt", "--removed", "short.txt.removed.jsonl")
    run("restore", "short.txt")
    assert (tmp_path / "short.txt").read_bytes() == (samples / "en-short.txt").read_bytes()
