"""Others write to the same folders: what they put there is never read, written through or waited for."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import struct
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from conftest import ROOT, Run, files, shipped_rules

from stripper.api import default_rules
from stripper.authoring import pages as looked_at
from stripper.authoring.pages import Pages
from stripper.cli import streams as cli_streams
from stripper.cli import strip as cli_strip
from stripper.cli.program import cli
from stripper.engine.records import digest
from stripper.errors import InputError, OptionError, OutputError
from stripper.model import Document
from stripper.runs import batch, cleaning, in_place, log, restore
from stripper.runs.discovery import Search, find
from stripper.runs.files import REMOVED
from stripper.runs.folders import Root
from stripper.runs.formats.records import PIECE_BYTES
from stripper.runs.restore import restore_bytes
from stripper.runs.results import Options, PageOptions
from stripper.runs.store import Store

PAGE = b"Share\nThe ferry sails again from Monday on, as its captain told this newspaper on the quay.\n"
CLEAN = PAGE.split(b"\n", 1)[1]


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_bytes(PAGE)
    return folder


def test_a_file_that_becomes_a_link_after_the_search_is_not_read(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(PAGE)
    with batch.Run([pages], default_rules(), Options(tmp_path / "out", grouping=None)) as run:
        (pages / "b.txt").unlink()
        (pages / "b.txt").symlink_to(tmp_path / "secret")
        results = list(run.clean())
    assert [result.status for result in results] == ["cleaned", "failed"]
    assert "b.txt: is a symbolic link" in results[1].message
    assert list(files(tmp_path / "out")) == ["a.txt"]


def swap(folder: Path, elsewhere: Path) -> None:
    """What an enemy does in the middle of a run."""
    folder.rename(folder.with_name(f"{folder.name}-gone"))
    folder.symlink_to(elsewhere)


BELOW = [pytest.param(each, marks=pytest.mark.long) for each in ("deep", "deep/deeper")]


@pytest.mark.parametrize("level", [".", *BELOW])
def test_nothing_is_written_through_a_folder_that_becomes_a_link(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setattr(batch, "CHUNK_FILES", 1)
    outside, out = tmp_path / "outside", tmp_path / "out"
    (outside / "deeper").mkdir(parents=True)
    (pages / "deep" / "deeper").mkdir(parents=True)
    for number in range(4):
        (pages / "deep" / "deeper" / f"{number}.txt").write_bytes(PAGE)
    for options in (Options(out, grouping=None, removed=True), Options(pages, grouping=None, in_place=True)):
        with batch.Run([pages], default_rules(), options) as run:
            results = run.clean()
            done = [next(results) for _ in range(4)]
            swap(options.output / level, outside)
            done += results
        assert [each.status for each in done] == ["cleaned"] * 4 + ["failed"] * 2
        if level != ".":
            assert all("a symbolic link leads out of its folder there" in each.message for each in done[4:])
        assert files(outside) == {}


def test_nothing_is_read_through_a_folder_that_becomes_a_link(pages: Path, tmp_path: Path) -> None:
    for folder in (pages / "deep", tmp_path / "outside"):
        folder.mkdir()
        (folder / "a.txt").write_bytes(PAGE)
    for follow in (False, True):
        with batch.Run(
            [pages], default_rules(), Options(tmp_path / "out", Search(follow=follow), grouping=None)
        ) as run:
            swap(pages / "deep", tmp_path / "outside")
            failed = [each.message for each in run.clean() if each.status == "failed"]
        assert len(failed) == 1 and "deep/a.txt" in failed[0] and "leads out of" in failed[0]
        (pages / "deep").unlink()
        (pages / "deep-gone").rename(pages / "deep")


def test_restore_writes_through_no_link(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out", "--removed")
    for folder in ("outside", "back", "outside/deep"):
        (tmp_path / folder).mkdir()
    (tmp_path / "back" / "a").symlink_to(tmp_path / "outside")
    (tmp_path / "back" / "b").symlink_to(tmp_path / "outside")
    said = run("restore", "out", "--output", "back", status=1).stderr
    assert said.count(b"cannot be written: a symbolic link leads out of its folder there") == 12
    assert files(tmp_path / "outside") == {}


def test_pipes_and_devices_hold_nothing_up(run: Run, pages: Path, tmp_path: Path) -> None:
    run("batch", "in", "--output", "out", "--removed")
    out = tmp_path / "out"
    (out / "a.txt").unlink()
    os.mkfifo(out / "a.txt")
    (out / f"b.txt{REMOVED}").unlink()
    (out / f"b.txt{REMOVED}").symlink_to("/dev/zero")
    said = run("restore", "out", status=1, timeout=20).stderr
    assert b"out/a.txt: is no regular file" in said and b"b.txt.removed.jsonl: is a symbolic link" in said
    run("batch", "in", "--output", "out", "--removed", "--resume", timeout=20)
    assert files(out)["a.txt"] == files(out)["b.txt"] == CLEAN
    assert files(out)[f"a.txt{REMOVED}"]


@pytest.mark.parametrize("name", ["manifest.jsonl", "statistics.sqlite"])
def test_what_a_run_knows_is_not_written_through_a_link(run: Run, pages: Path, tmp_path: Path, name: str) -> None:
    own = tmp_path / "out" / ".stripper"
    own.mkdir(parents=True)
    (own / name).symlink_to(tmp_path / "victim.sqlite")
    for target in (None, "history"):
        if target is not None:
            with sqlite3.connect(tmp_path / "victim.sqlite") as victim:
                victim.execute("CREATE TABLE history (url)")
            victim.close()
        before = files(tmp_path)
        said = run("batch", "in", "--output", "out", "--resume", status=1).stderr
        assert name.encode() + b": is no regular file, and is not written to" in said
        assert files(tmp_path) == before


@pytest.mark.parametrize(
    "rows",
    [
        [["done", "a.txt", "00", "00", "00", "00", "{}"]],
        [["run", "1", "00"], ["done", "a.txt", "00", "00", "00", "zz", "{}"]],
        [["run", "1", "00"], ["done", "a.txt", "00", "00", "00", "00", {}]],
        [["run", "1", "00"], ["done", 5, "00", "00", "00", "00", "{}"], []],
        [["run", "1", 5]], [["run"]], [[]], [[[[]]]], [["run", "1", "00"], 5], 5, ["run", 1], "[" * 100_000,
    ],
)  # fmt: skip
def test_a_log_that_another_made_is_not_believed(pages: Path, tmp_path: Path, rows: object) -> None:
    def run() -> tuple[bool, set[bool]]:
        with batch.Run([pages], default_rules(), Options(tmp_path / "out", grouping=None, resume=True)) as again:
            return again.damaged, {result.done for result in again.clean()}

    assert run() == (False, {False})
    path = tmp_path / "out" / ".stripper" / "manifest.jsonl"
    head, *_ = path.read_bytes().splitlines(keepends=True)
    made = [json.dumps(row) for row in rows] if isinstance(rows, list) else [str(rows)]
    path.write_bytes(head + b"".join(b"%08x %s\n" % (crc32(row.encode()), row.encode()) for row in made))
    assert run() == (True, {False})
    assert run() == (False, {True})


def test_counts_that_no_run_can_have_written_are_left(pages: Path, tmp_path: Path, run: Run) -> None:
    """More lines removed than there were, say, of which the share is asked for."""
    run("batch", "in", "--output", "out")
    path = tmp_path / "out" / ".stripper" / "manifest.jsonl"
    head, first, *rows = (json.loads(line[9:]) for line in path.read_bytes().splitlines())
    made = {"lines": 0, "lines_removed": 3, "bytes": 9, "bytes_kept": 5, "notes": []}
    rows = [head, first, *([*row[:-1], json.dumps(made)] for row in rows)]
    lines = [json.dumps(row).encode() for row in rows]
    path.write_bytes(b"".join(b"%08x %s\n" % (crc32(line), line) for line in lines))
    said = run("batch", "in", "--output", "out", "--resume").stderr
    assert b"2 files done before; nothing to do" in said and b"; 0 of 0 lines removed" in said


def test_a_pipe_among_files_to_be_cleaned_in_place_is_not_waited_for(run: Run, pages: Path) -> None:
    os.mkfifo(pages / "c.txt")
    said = run("strip", "--in-place", *sorted(pages.iterdir()), status=1, timeout=20).stderr
    assert b"c.txt: is no regular file" in said
    assert (pages / "a.txt").read_bytes() == (pages / "b.txt").read_bytes() == CLEAN


def test_what_another_file_is_called_too_is_not_written_to(run: Run, pages: Path, tmp_path: Path) -> None:
    own, victim = tmp_path / "out" / ".stripper", tmp_path / "victim"
    own.mkdir(parents=True)
    for text in (b"", b"Keep me.\n"):
        victim.write_bytes(text)
        (own / "manifest.jsonl").unlink(missing_ok=True)
        (own / "manifest.jsonl").hardlink_to(victim)
        run("batch", "in", "--output", "out")
        assert victim.read_bytes() == text


def test_what_a_backup_of_links_holds_too_stays_as_it_is_there(run: Run, pages: Path, tmp_path: Path) -> None:
    own, backup = tmp_path / "out" / ".stripper", tmp_path / "backup"
    (tmp_path / "r.jsonl").write_text(json.dumps({"text": PAGE.decode()}) + "\n", "utf-8")
    run("batch", "in", "r.jsonl", "--output", "out")
    (own / "parts").mkdir()
    (own / "parts" / f"{digest(b'r.jsonl').hex()}.part").write_bytes(b"Keep me.\n")
    shutil.copytree(tmp_path / "out", backup, copy_function=os.link)
    before = {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()}
    for path in (pages / "a.txt", tmp_path / "r.jsonl"):
        path.write_bytes(path.read_bytes() * 2)
    assert b"1 file done before; 2 changed since" in run("batch", "in", "r.jsonl", "--output", "out", "--resume").stderr
    assert {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()} == before


def test_a_folder_is_known_however_it_is_spelled(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where A is not told from a."""
    monkeypatch.setattr(os.path, "realpath", os.path.abspath)
    (tmp_path / "IN").symlink_to(pages)
    (pages / "out").mkdir()
    (pages / "out" / "b.txt").write_bytes(PAGE)
    (pages / ".Stripper").mkdir()
    (pages / ".Stripper" / "manifest.jsonl").write_bytes(PAGE)
    with pytest.raises(OptionError, match="is the input folder too"):
        list(find([str(pages)], str(tmp_path / "IN"), Search(["**/*"])))
    with pytest.raises(OptionError, match="lies in the output folder"):
        list(find([str(pages / "out")], str(tmp_path / "IN"), Search(["**/*"])))
    found = {each.target for each in find([str(pages)], str(tmp_path / "IN" / "out"), Search(["**/*"]))}
    assert found == {"a.txt", "b.txt"}


def test_a_page_that_takes_all_memory_is_said_and_the_others_are_done(
    run: Run, pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    def greedy(real: Callable[..., object], at: Callable[..., str]) -> Callable[..., object]:
        def call(*given: Any, **named: Any) -> object:
            if at(*given, **named).endswith("b.txt"):
                raise MemoryError
            return real(*given, **named)

        return call

    (pages / "c.txt").write_bytes(PAGE)
    said = "b.txt: takes more memory than there is"
    monkeypatch.setattr(looked_at, "clean", greedy(looked_at.clean, lambda document, *_: document.name))
    found = Pages.of([pages], Search(), None, PageOptions(shipped_rules()))
    assert [judged.source.name for judged in found.judged()] == ["a.txt", "c.txt"]
    assert len(found.unread) == 1 and said in found.unread[0]

    for module in (cli_streams, cli_strip):
        monkeypatch.setattr(module, "strip_bytes", greedy(module.strip_bytes, lambda _, *, name, **__: name))
    for command, begins in (("strip", b"The ferry"), ("diff", b"--- ")):
        names = [str(pages / name) for name in ("a.txt", "b.txt", "c.txt")]
        assert cli.main([command, *names], standalone_mode=False) == 1
        written = capfdbinary.readouterr()
        assert written.out.count(begins) == 2 and said.encode() in written.err

    run("batch", "in", "--output", "out", "--removed")
    monkeypatch.setattr(restore, "restore_bytes", greedy(restore.restore_bytes, lambda *given: given[2]))
    restored = list(restore.restore_files([tmp_path / "out"]))
    assert [said in each.problem for each in restored] == [False, True, False]
    assert (tmp_path / "out" / "c.txt").read_bytes() == PAGE


@pytest.mark.long
def test_a_page_that_takes_all_memory_while_lines_are_counted_fails_alone(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(data: bytes, name: str, encoding: str | None) -> Document:
        if name.endswith("b.txt"):
            raise MemoryError
        return real(data, name, encoding)

    real = cleaning.decode
    monkeypatch.setattr(cleaning, "decode", decode)
    for number in range(9):
        (pages / f"{number}.txt").write_bytes(PAGE)
    with batch.Run([pages], default_rules(), Options(tmp_path / "out")) as run:
        assert list(run.count_lines()) == [11]
        monkeypatch.undo()  # all of it is there again
        results = {Path(result.name).name: result for result in run.clean()}
    assert {name for name, result in results.items() if result.status == "failed"} == {"b.txt"}
    assert "b.txt: takes more memory than there is" in results["b.txt"].message
    counted = files(tmp_path / "out")
    (pages / "b.txt").unlink()
    with batch.Run([pages], default_rules(), Options(tmp_path / "without")) as run:
        list(run.count_lines()), list(run.clean())
    assert files(tmp_path / "without") == counted


@pytest.mark.parametrize("damage", [b"", b"{}\n", None])
def test_resume_makes_what_was_taken_whole_again(run: Run, pages: Path, tmp_path: Path, damage: bytes | None) -> None:
    command = ("batch", "in", "--output", "out", "--removed", "--resume")
    run(*command)
    whole = files(tmp_path / "out")
    beside = tmp_path / "out" / f"a.txt{REMOVED}"
    beside.write_bytes(beside.read_bytes()[:-9] if damage is None else damage)
    assert b"1 file done before; 1 of which the output was changed or is gone" in run(*command).stderr
    assert files(tmp_path / "out") == whole


def test_what_only_the_owner_may_read_stays_so(run: Run, pages: Path, tmp_path: Path) -> None:
    (pages / "a.txt").chmod(0o600)
    (pages / "b.txt").chmod(0o644)
    run("batch", "in", "--output", "out", "--removed", umask=0o022)
    run("batch", "in", "--in-place", "--removed", umask=0o022)
    for folder in (pages, tmp_path / "out"):
        modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir() if path.is_file()}
        assert modes == {"a.txt": 0o600, f"a.txt{REMOVED}": 0o600, "b.txt": 0o644, f"b.txt{REMOVED}": 0o644}


SMALL, OTHER = (str(ROOT / "rules" / "core" / name) for name in ("text.toml", "figures.toml"))


@pytest.mark.parametrize(
    "command",
    [
        "strip in/a.txt -o new", "strip in/a.txt in/b.txt --removed new", "strip r.jsonl -o new",
        "batch in -o out --records new", "rules learn in -o new",
        pytest.param("review in -o new", marks=pytest.mark.long),
        f"compare in --no-default-rules --rules {SMALL} --with {OTHER} --html new",
    ],
)  # fmt: skip
def test_what_is_made_of_pages_is_for_those_who_may_read_all_of_them(
    run: Run, pages: Path, tmp_path: Path, command: str
) -> None:
    private = [pages / "a.txt", tmp_path / "r.jsonl"]
    private[1].write_text(json.dumps({"text": PAGE.decode()}) + "\n", "utf-8")
    for mode in (0o600, 0o644):
        for path in private:
            path.chmod(mode)
        run(*command.split(), umask=0o022)
        assert (tmp_path / "new").stat().st_mode & 0o777 == mode
        (tmp_path / "new").unlink()


@pytest.mark.parametrize("encoding", ["punycode", "idna", "unicode_escape", "raw-unicode-escape"])
def test_codecs_that_no_page_is_in_are_refused(run: Run, encoding: str) -> None:
    header = {"original": "00" * 16, "cleaned": digest(b"a").hex(), "encoding": encoding, "bom": ""}
    with pytest.raises(InputError, match="is not what this program writes"):
        restore_bytes(b"a", json.dumps(header).encode(), "page")
    assert b"unknown encoding" in run("strip", "--encoding", encoding, input=b"a", status=2).stderr


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="names of open files are looked up there")
def test_what_was_taken_is_on_the_disk_before_a_page_is_replaced_in_place(
    pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        steps.append("sync page" if path.name.startswith(".stripper-") else f"sync {path.name}")
        sync(descriptor)

    def move(old: str, new: str, **handles: int) -> None:
        steps.append(f"move {new}")
        replace(old, new, **handles)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", move)
    options = Options(pages, removed=True, in_place=True, grouping=None)
    with batch.Run([pages], default_rules(), options) as run:
        list(run.clean())
    begin, files = ["sync manifest.jsonl", "sync .stripper", "sync in"], ["sync page"] * 4
    taken, noted = [f"move a.txt{REMOVED}", f"move b.txt{REMOVED}", "sync in"], "sync manifest.jsonl"
    assert steps == [*begin, *files, noted, *taken, "move a.txt", "move b.txt", "sync in"]


def test_a_page_in_place_is_noted_before_it_is_replaced(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any moment, a run in place that keeps nothing of what it takes knows what it has cleaned."""
    (pages / "a.txt").write_bytes(b"Share\nShare this\n" + PAGE * 4)  # would change again if it was cleaned again
    options = Options(pages, in_place=True, grouping=None)
    real, rules = in_place.move_into_place, default_rules()
    for moves in (0, 1, 2):

        def move(*arguments: Path, allowed: list[int] = [moves]) -> None:  # noqa: B006
            if not allowed[0]:
                raise KeyboardInterrupt
            allowed[0] -= 1
            real(*arguments)

        monkeypatch.setattr(in_place, "move_into_place", move)
        with suppress(KeyboardInterrupt), batch.Run([pages], rules, replace(options, resume=bool(moves))) as run:
            monkeypatch.setattr(run.manifest, "close", lambda: None)  # what is not written by then never will be
            list(run.clean())
        assert run.manifest._log is not None
        run.manifest._log.close()  # as the end of a process does
    monkeypatch.setattr(in_place, "move_into_place", real)
    once = files(pages)
    with batch.Run([pages], rules, replace(options, resume=True)) as run:
        assert all(result.done for result in run.clean())
    assert files(pages) == once and once["b.txt"] == CLEAN


def test_pages_in_place_that_cannot_be_noted_stay_as_they_are(pages: Path) -> None:
    before = files(pages)
    with batch.Run([pages], default_rules(), Options(pages, in_place=True, grouping=None)) as run:
        assert run.manifest._log is not None
        run.manifest._log._file.close()
        run.manifest._log._file = (pages / "a.txt").open("rb")  # cannot be written to, as on a disk that is full
        results = list(run.clean())
    assert {result.status for result in results} == {"failed"}
    assert all("is left as it is" in result.message for result in results)
    assert files(pages) == before


@pytest.mark.long
def test_a_file_of_records_is_done_where_that_cannot_be_noted(tmp_path: Path) -> None:
    line = b'{"text": "The ferry sails again from Monday on, its captain says to all who wait."}\n'
    (tmp_path / "in.jsonl").write_bytes(line * (PIECE_BYTES // len(line) * 3))
    with batch.Run([tmp_path / "in.jsonl"], default_rules(), Options(tmp_path / "out", jobs=1, grouping=None)) as run:
        assert run.manifest._log is not None
        run.manifest._log._file.close()
        run.manifest._log._file = (tmp_path / "in.jsonl").open("rb")  # cannot be written to, as on a disk that is full
        (result,) = run.clean()
    assert result.status == "unchanged" and "cannot be written" in run.unsaved
    assert (tmp_path / "out/in.jsonl").read_bytes() == (tmp_path / "in.jsonl").read_bytes()


@pytest.mark.parametrize("other", ["A.txt", f"A.txt{REMOVED.upper()}", f"é.txt{REMOVED}"])
def test_names_that_differ_in_case_share_an_output_where_case_is_folded(
    run: Run, pages: Path, tmp_path: Path, other: str
) -> None:
    for name in (other, unicodedata.normalize("NFD", "é.txt")):
        (pages / name).write_bytes(PAGE)
    run("batch", "in", "--glob", "**/*", "--output", "out", "--from", "txt")
    (tmp_path / "out" / ".stripper" / "UNFINISHED").mkdir()  # there as it is where case is folded
    said = run("batch", "in", "--glob", "**/*", "--output", "out", status=2).stderr.decode()
    assert f"in/{other}" in said and f"would both be written to {other}" in said


def test_a_dry_run_leaves_statistics_as_they_are(run: Run, site: Path, tmp_path: Path) -> None:
    command = ("batch", "site", "--output", "out", "--dry-run", "--statistics", "counts.sqlite")
    before = files(tmp_path)
    counted = run(*command).stderr
    assert files(tmp_path) == before
    run("batch", "site", "--output", "one", "--statistics", "counts.sqlite", "--glob", "a/*.txt")
    before = files(tmp_path)
    assert run(*command).stderr.splitlines()[1:] == counted.splitlines()[1:]
    assert files(tmp_path) == before


ENDLESS = "WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x FROM t WHERE x < 0"
HUGE = 9e999


@pytest.mark.parametrize(
    ("sql", "row"),
    [
        (f"DROP TABLE grouping; CREATE VIEW grouping(by) AS {ENDLESS}", None),
        (f"DROP TABLE groups; CREATE VIEW groups AS SELECT x AS name FROM ({ENDLESS})", None),
        ("UPDATE grouping SET by = '((?:a|a)+)[^a.]'", None),
        ("UPDATE grouping SET by = '((((a{99}){99}){99}){99})'", None),
        ("UPDATE grouping SET by = x'05'", None), ("DELETE FROM grouping", None),
        ("", (HUGE, b"", b"")), ("", (-1, b"", b"")), ("", (None, b"", b"")), ("", ("many", b"", b"")),
        ("", (3, bytes(8), b"\xff" * 8)), ("", (3, bytes(8), bytes(7))), ("", (3, bytes(16), bytes(8))),
        ("", (3, 5, 5)), ("", (3, "text", "text")),
    ],
)  # fmt: skip
def test_statistics_of_a_stranger_are_refused(run: Run, tmp_path: Path, sql: str, row: tuple[object, ...]) -> None:
    path, page = tmp_path / "counts.sqlite", tmp_path / ("a" * 60 + ".txt")
    page.write_bytes(PAGE)
    store = Store(path, "folder")
    store.save()
    store.close()
    with sqlite3.connect(path) as counts:
        counts.executescript(sql)
        if row is not None:
            counts.execute("INSERT INTO groups VALUES (?, ?, ?, ?)", (b"./", *row))
    counts.close()
    done = run("strip", "--statistics", path, page.name, status=2 if "{99}" in sql else 1, timeout=20)
    wanted = (b"is no file of statistics", b"is damaged", b"runs away on", b"repeats more than")
    assert any(words in done.stderr for words in wanted)


@pytest.mark.parametrize("follow", [False, True])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_the_input_folder_is_the_one_that_the_run_began_with(
    pages: Path, tmp_path: Path, name: str, follow: bool
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    for folder in (pages, outside):
        (folder / name).write_bytes(PAGE if name == "a.txt" else json.dumps({"text": PAGE.decode()}).encode() + b"\n")
    for inputs in ([pages], [pages / name]):
        options = Options(tmp_path / "out", Search(["*.txt", "*.jsonl"], follow), grouping=None)
        with batch.Run(inputs, default_rules(), options) as run:
            swap(pages, outside)
            results = list(run.clean())
        assert {each.status for each in results} == {"failed"} and "a symbolic link" in results[0].message
        pages.unlink()
        pages.with_name("in-gone").rename(pages)
    assert files(tmp_path / "out") == {}


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
@pytest.mark.parametrize("moment", ["before", "opening", "open", "counting", "cleaning"])
def test_what_a_run_knows_stays_in_its_folder_whenever_that_becomes_a_link(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, name: str
) -> None:
    """The folder of another run, which would be written to if it was taken for one's own."""
    (pages / name).write_bytes(PAGE if name == "a.txt" else json.dumps({"text": PAGE.decode()}).encode() + b"\n")
    outside, own = tmp_path / "outside", tmp_path / "out" / ".stripper"
    with batch.Run([pages], default_rules(), Options(tmp_path / "else", grouping=None)) as run:
        list(run.clean())
    (tmp_path / "else" / ".stripper").rename(outside)
    for kept in ("parts", "unfinished"):
        (outside / kept).mkdir()
        (outside / kept / "precious").write_bytes(b"precious")
    own.mkdir(parents=True)
    before = files_with_own(outside)

    def at(this: str) -> None:
        if this == moment:
            swap(own, outside)

    made = log.open_own
    monkeypatch.setattr(log, "open_own", lambda *given: (at("opening"), made(*given))[1])
    at("before")
    options = Options(tmp_path / "out", Search(["*.txt", "*.jsonl"]), resume=True)
    with suppress(OutputError), batch.Run([pages], default_rules(), options) as run:
        at("open")
        for _ in run.count_lines():
            at("counting")
            moment = ""
        for _ in run.clean():
            at("cleaning")
            moment = ""
    assert files_with_own(outside) == before


def files_with_own(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def hot_journal(database: Path, named: Path) -> bytes:
    """A journal as a crash leaves it, which names another file that SQLite takes away when it has rolled back."""
    size = 4096
    begin = bytes.fromhex("d9d505f920a163d7") + struct.pack(">5I", 0, 0, database.stat().st_size // size, 512, size)
    name = os.fsencode(named)
    end = struct.pack(">I", (1 << 30) // size + 1) + name + struct.pack(">II", len(name), sum(name))
    return begin.ljust(512, b"\0") + end + begin[:8]


def test_sqlite_asks_for_no_file_beside_the_statistics(run: Run, pages: Path, tmp_path: Path) -> None:
    run("batch", "in", "--output", "out", "--statistics", "counts.sqlite")
    counts, victim = tmp_path / "counts.sqlite", tmp_path / "victim"
    victim.write_bytes(b"Keep me.\n")
    journal = counts.with_name("counts.sqlite-journal")
    for command in (("strip", "--group", "in", "in/a.txt"), ("batch", "in", "--output", "more")):
        journal.write_bytes(hot_journal(counts, victim))
        before = files(tmp_path / "in"), counts.read_bytes(), journal.read_bytes()
        run(*command, "--statistics", "counts.sqlite", status=None)
        assert victim.exists()
        assert (files(tmp_path / "in"), counts.read_bytes(), journal.read_bytes()) == before


def test_no_other_log_is_written_to_while_a_run_opens_its_own(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside, own = tmp_path / "outside", tmp_path / "out" / ".stripper"
    for folder in (outside, own):
        folder.mkdir(parents=True)
    (outside / "manifest.jsonl").write_bytes(b"Keep me.\n")
    before = files_with_own(outside)
    made = log.open_own

    def make(path: Path, root: Root) -> object:
        opened = made(path, root)
        swap(own, outside)
        return opened

    monkeypatch.setattr(log, "open_own", make)
    with pytest.raises(OutputError, match="a symbolic link leads out"):
        batch.Run([pages], default_rules(), Options(tmp_path / "out", resume=True))
    assert files_with_own(outside) == before


def test_pages_that_are_looked_at_are_those_of_the_folder(pages: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(PAGE)
    for name in ("c.txt", "d.txt"):
        (pages / name).write_bytes(PAGE)
    found = Pages.of([pages], Search(), None, PageOptions(shipped_rules()))
    for name in ("b.txt", "c.txt"):
        (pages / name).unlink()
    (pages / "b.txt").symlink_to(tmp_path / "secret")
    os.mkfifo(pages / "c.txt")
    assert list(found.each(lambda source, _: source.name)) == ["a.txt", "d.txt"]
    assert len(found.unread) == 2
    swap(pages, tmp_path)
    assert list(found.each(lambda source, _: source.name)) == []
