"""Folders, through the installed command: what is written where, what fails, and that the rest is done."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from multiprocessing import active_children
from pathlib import Path

import pytest
from conftest import SHARED, Run, files, removed_rows

from stripper.api import default_rules
from stripper.runs.batch import Run as BatchRun
from stripper.runs.discovery import Found, Grouping
from stripper.runs.files import REMOVED
from stripper.runs.log import Log
from stripper.runs.log_rows import RESULT
from stripper.runs.manifest import Manifest
from stripper.runs.overwritten import Overwritten, find_overwritten
from stripper.runs.results import Options


def test_paths_are_mirrored_and_inputs_left_alone(run: Run, site: Path, tmp_path: Path) -> None:
    before = files(site)
    (site / "notes.rst").write_text("Share\n")
    done = run("batch", "site", "--output", "out")
    assert done.stdout == b""
    counted = rb"12 files cleaned in [\d.]+ s; \d+ of \d+ lines removed \(\d+%\); 12 found = 12 cleaned \+ 0 unchanged"
    assert re.match(counted, done.stderr)
    out = files(tmp_path / "out")
    assert out.keys() == before.keys()
    assert all(b"fare will be half" in data and b"Share this" not in data for data in out.values())
    assert {name: files(site)[name] for name in before} == before


def test_lines_that_many_pages_share_go_with_their_count(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out", "--removed")
    assert not any(SHARED.encode() in data for name, data in files(tmp_path / "out").items() if name.endswith(".txt"))
    rows = removed_rows(tmp_path / "out" / "a" / "3.txt.removed.jsonl")
    [row] = [row for row in rows if row["text"].startswith(SHARED)]
    assert row["rule"] == "core.duplicate.documents"
    assert "on 6 of 6 pages of a/" in row["reason"]


@pytest.mark.long
def test_prose_that_some_articles_share_stays(run: Run, site: Path, tmp_path: Path) -> None:
    wire = "The governor's office said on Monday that it had not been told of the storm until the harbour was closed.\n"
    for number in (1, 2, 3, 4):
        path = site / "a" / f"{number}.txt"
        path.write_text(path.read_text("utf-8").replace("Sign up", wire + "Sign up"), "utf-8")
    run("batch", "site", "--output", "out")
    assert all(wire.encode() in (tmp_path / "out" / "a" / f"{number}.txt").read_bytes() for number in (1, 2, 3, 4))


def test_removed_and_kept_make_up_each_input(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out", "--removed", "--jobs", "2")
    for name, original in files(site).items():
        rest = original
        for row in reversed(removed_rows(tmp_path / "out" / f"{name}.removed.jsonl")):
            assert rest[row["start"] : row["end"]].decode() == row["text"]
            rest = rest[: row["start"]] + rest[row["end"] :]
        assert rest == (tmp_path / "out" / name).read_bytes()


def test_jobs_change_nothing(run: Run, site: Path, tmp_path: Path) -> None:
    for jobs in ("1", "2", "4"):
        run("batch", "site", "--output", f"out{jobs}", "--removed", "--jobs", jobs)
    assert files(tmp_path / "out1") == files(tmp_path / "out2") == files(tmp_path / "out4")


def test_one_bad_file_is_reported_and_the_others_are_done(run: Run, site: Path, tmp_path: Path) -> None:
    (site / "a" / "bad.txt").write_bytes(b"\0\x01")
    done = run("batch", "site", "--output", "out", "--report", "report.json", status=1)
    said = done.stderr.decode()
    assert "site/a/bad.txt: is no text (a NUL at byte 0)" in said
    assert "12 files cleaned" in said
    assert "+ 1 failed" in said
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["files"] == {"found": 13, "cleaned": 12, "unchanged": 0, "skipped": 0, "failed": 1}
    assert len(report["failures"]) == 1
    assert report["lines"]["in"] == report["lines"]["kept"] + report["lines"]["removed"]
    assert report["bytes"]["in"] == report["bytes"]["kept"] + report["bytes"]["removed"]
    assert report["by_category"]["related"] >= 12
    assert report["by_rule"]["core.duplicate.documents"] >= 12


def test_dry_run_writes_the_report_alone(run: Run, site: Path, tmp_path: Path) -> None:
    done = run("batch", "site", "--output", "out", "--dry-run", "--report", "report.json")
    assert b"12 files would be cleaned" in done.stderr
    assert not (tmp_path / "out").exists()
    assert json.loads((tmp_path / "report.json").read_text())["lines"]["removed"] > 0


def test_an_output_folder_inside_the_input_is_not_read(run: Run, site: Path) -> None:
    run("batch", "site", "--output", "site/out")
    first = files(site / "out")
    run("batch", "site", "--output", "site/out")
    assert files(site / "out") == first
    assert not any("out" in name for name in first)


def test_two_inputs_never_share_an_output(run: Run, site: Path, tmp_path: Path) -> None:
    done = run("batch", "site/a", "site/b/deep", "--output", "out", status=2)
    assert b"would both be written to" in done.stderr
    assert not (tmp_path / "out").exists()
    run("batch", "site", "--output", "site", status=2)
    run("batch", "site/a/1.txt", "--output", "site/a", status=2)
    (site / "a" / "1.txt.removed.jsonl").touch()
    said = run("batch", "site", "--output", "out", "--glob", "**/*", status=2).stderr
    assert b"1.txt.removed.jsonl and site/a/1.txt would both be written to a/1.txt.removed.jsonl" in said


def test_outputs_that_were_made_of_other_inputs_are_said_to_be_replaced(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site/a", "--output", "out")
    assert b"other inputs" not in run("batch", tmp_path / "site" / "a", "--output", "out").stderr
    said = run("batch", "site/b/deep", "--output", "out").stderr
    assert b"out: 6 files there were made of other inputs, such as 0.txt, 1.txt, 2.txt, and are replaced" in said
    said = run("batch", "site/a", "--output", "out", "--resume").stderr
    assert b"0 files done before; 6 whose outputs were made of other inputs" in said
    shutil.move(site / "a", site / "c")
    said = run("batch", "site/c", "--output", "out", "--resume").stderr
    assert b"6 files done before; nothing to do" in said and b"other inputs" not in said
    for path in (tmp_path / "out").glob("*.txt"):
        path.unlink()
    assert b"other inputs" not in run("batch", "site/b/deep", "--output", "out").stderr
    for name in ("one", "two"):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps({"text": f"Share\nThe ferry {name} sails again.\n"}) + "\n")
        said = run("batch", f"{name}.jsonl", "--output", "all.jsonl").stderr
    assert b".: all.jsonl was made of another input, and is replaced" in said


@pytest.mark.parametrize("inputs", [("site",), ("site/a/1.txt", "site/a/2.txt")])
def test_no_folder_is_made_that_is_named_as_a_file(
    run: Run, site: Path, tmp_path: Path, inputs: tuple[str, ...]
) -> None:
    said = run("batch", *inputs, "--output", "all.jsonl.gz", status=2).stderr
    assert b"all.jsonl.gz: is named as one file" in said and not (tmp_path / "all.jsonl.gz").exists()
    (tmp_path / "harbour.md").mkdir()
    run("batch", *inputs, "--output", "harbour.md")
    assert files(tmp_path / "harbour.md")


def test_no_folder_is_called_as_standard_streams_are(run: Run, site: Path, tmp_path: Path) -> None:
    for inputs, output in (("site", "-"), ("-", "out")):
        assert b"`stripper strip` takes standard input" in run("batch", inputs, "--output", output, status=2).stderr
    run("batch", "site", "--output", "out", "--removed")
    assert b"--output takes a folder" in run("restore", "out", "--output", "-", status=2).stderr
    assert not (tmp_path / "-").exists()
    run("batch", "site", "--output", "./-/deep")
    run("batch", "./-", "--output", "out")


def test_files_that_no_known_run_made_are_said_to_be_replaced(run: Run, site: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes").write_text("of somebody else, and in nobody's way")
    assert b"no run" not in run("batch", "site/a", "--output", "out").stderr
    shutil.rmtree(tmp_path / "out" / ".stripper")
    said = run("batch", "site/a", "--output", "out").stderr
    assert b"out: 6 files there were made by no run that is known, such as 0.txt, 1.txt, 2.txt, and are" in said
    assert b"no run" not in run("batch", "site/a", "--output", "out").stderr
    (tmp_path / "all.jsonl").write_text("the only copy\n")
    (tmp_path / "one.jsonl").write_text(json.dumps({"text": "Share\nThe ferry sails again.\n"}) + "\n")
    said = run("batch", "one.jsonl", "--output", "all.jsonl", "--resume").stderr
    assert b".: all.jsonl was made by no run that is known, and is replaced" in said
    assert b"no run" not in run("batch", "site", "--in-place").stderr


def test_a_log_of_other_files_is_not_read_by_a_run_that_begins_anew(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site/a/0.txt", "--output", "out")
    read: list[bool] = []

    def inputs() -> Iterator[tuple[bytes, bytes]]:
        read.append(True)
        yield from ()

    def overwritten(name: str) -> Overwritten:
        with closing(Manifest()) as manifest:
            manifest.find([Found(f"site/a/{name}", name)], Grouping())
            return find_overwritten(manifest._db, tmp_path / "out", inputs(), str.encode)

    assert overwritten("1.txt") == Overwritten() and not read
    assert overwritten("0.txt").unknown == (1, ("0.txt",)) and read
    with closing(Log(tmp_path / "out" / ".stripper" / "manifest.jsonl", tmp_path / "out")) as log:
        assert [len(row) for row in log.rows(RESULT)] == [3, 7] and [len(row) for row in log.rows()] == [3, 8]


def test_files_and_globs(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site/a/1.txt", "site/b/deep/2.txt", "--output", "out")
    assert sorted(files(tmp_path / "out")) == ["1.txt", "2.txt"]
    run("batch", "site", "--output", "some", "--glob", "a/*.txt")
    assert len(files(tmp_path / "some")) == 6
    assert b"no file matches '*.text'" in run("batch", "site", "--output", "none", "--glob", "*.text", status=1).stderr
    assert b"no such file or folder" in run("batch", "nowhere", "--output", "none", status=1).stderr


def test_globs_add_up(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out", "--glob", "a/1.txt", "--glob", "**/[23].txt", "--glob", "b/deep/2.*")
    assert set(files(tmp_path / "out")) == {"a/1.txt", "a/2.txt", "a/3.txt", "b/deep/2.txt", "b/deep/3.txt"}
    said = run("batch", "site", "--output", "out", "--glob", "*.md", "--glob", "*.rst", status=1).stderr
    assert b"no file matches '*.md' or '*.rst'" in said


def test_what_an_earlier_run_took_does_not_outlive_its_output(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out", "--removed")
    run("batch", "site", "--output", "out", "--resume", "--glob", "a/*", "--drop", "title")
    assert not [name for name in files(tmp_path / "out") if name.startswith("a/") and name.endswith(REMOVED)]
    assert b"6 restored; 0 failed" in run("restore", "out").stderr


def test_a_report_that_cannot_be_written_takes_nothing_else_with_it(run: Run, site: Path, tmp_path: Path) -> None:
    for option in ("--report", "--records"):
        said = run("batch", "site", "--output", "out", option, "/dev/full", status=1).stderr
        assert b"12 found = 12 cleaned" in said and b"/dev/full: cannot be written: No space left" in said


@pytest.mark.parametrize("name", ["page.txt/deep", "site", "a" * 300, "ring"])
def test_a_file_that_cannot_be_written_is_said_before_any_work(run: Run, site: Path, tmp_path: Path, name: str) -> None:
    """The folder to read is not even there."""
    (tmp_path / "page.txt").touch()
    (tmp_path / "ring").symlink_to("ring")
    commands = ["batch none -o out --report", "batch none -o out --records", "strip none -o", "strip none --removed",
                "review none -o", "compare none --html", "rules learn none -o"]  # fmt: skip
    for command in commands[:: 1 if name == "site" else 4]:
        said = run(*command.split(), name, status=None)
        assert said.returncode and name.encode() in said.stderr and b"none" not in said.stderr, said


@pytest.mark.parametrize("option", ["--report", "--records"])
def test_no_page_is_written_over_by_what_is_told_of_a_run(run: Run, site: Path, tmp_path: Path, option: str) -> None:
    page = site / "a" / "1.txt"
    before = page.read_bytes()
    said = run("batch", "site", "--output", "out", option, "site/a/1.txt", status=2).stderr
    assert b"site/a/1.txt: exists, and is no " in said and page.read_bytes() == before
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text('{"path": "a", "text": "Share"}\n')
    run("batch", "site", "--output", "out", option, "corpus.jsonl", status=2)
    assert corpus.read_text() == '{"path": "a", "text": "Share"}\n'
    assert not (tmp_path / "out").exists()
    said = run("batch", "site", "--output", "out", option, "out/a/1.txt", status=1).stderr  # what the run has written
    assert b"out/a/1.txt: exists, and is no " in said
    assert (tmp_path / "out" / "a" / "1.txt").read_bytes().startswith(b"Ferry")
    for _ in range(2):
        run("batch", "site", "--output", "out", option, "told")


def test_what_is_named_as_taken_out_is_left_and_said(run: Run, site: Path, tmp_path: Path) -> None:
    page = (site / "a" / "1.txt").read_bytes()
    (site / "a" / f"1.txt{REMOVED}").write_bytes(page)  # beside its page, by all that one can know
    (site / "a" / f"rows{REMOVED}").write_text('{"text": "Share"}\n')
    said = run("batch", "site", "--output", "out", "--report", "report.json").stderr
    assert said.count(b"named as what is taken out") == 1 and b"site/a/rows.removed.jsonl: is named" in said
    assert len(files(tmp_path / "out")) == 12
    assert json.loads((tmp_path / "report.json").read_bytes())["files"]["skipped"] == 1
    run("batch", "site", "--output", "rows", "--glob", f"**/rows{REMOVED}")
    assert files(tmp_path / "rows") == {f"a/rows{REMOVED}": b'{"text":""}\n'}


def test_no_more_processes_than_cores_or_files(site: Path, tmp_path: Path) -> None:
    if hasattr(os, "sched_setaffinity"):
        one = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])"
        code = f"{one}; from stripper.runs.pool import cores; print(cores())"
        assert subprocess.run([sys.executable, "-c", code], capture_output=True).stdout == b"1\n"
    with BatchRun([site / "a"], default_rules(), Options(tmp_path / "out", jobs=500)) as run:
        results = run.clean()
        next(results)
        assert len(active_children()) <= 6
        assert len(list(results)) == 5


def test_an_output_that_cannot_be_written_is_reported(run: Run, site: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a").write_text("a file where a folder is due")
    done = run("batch", "site", "--output", "out", status=1)
    assert done.stderr.decode().count("cannot be written") == 6
    assert b"6 files cleaned" in done.stderr
    assert len(files(tmp_path / "out")) == 7


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root")
@pytest.mark.parametrize("room", ["32k", "52k"])  # for some of the pages; for them, and not for the log
def test_a_full_disk_leaves_whole_files_alone(run: Run, site: Path, tmp_path: Path, room: str) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", small], capture_output=True).returncode:
        pytest.skip("no tmpfs may be mounted here")
    try:
        run("batch", "site", "--output", "whole", "--jobs", "1")
        done = run("batch", "site", "--output", small, "--jobs", "1", status=None)
        assert b"No space left on device" in done.stderr and b"12 found = " in done.stderr
        whole = files(tmp_path / "whole")
        written = files(small)
        assert 0 < len(written) <= len(whole) - done.returncode
        assert done.returncode == (room == "32k") and b"manifest.jsonl: cannot be written" in done.stderr
        assert all(data == whole[name] for name, data in written.items())
    finally:
        subprocess.run(["umount", small], check=True)


def test_progress_is_shown_on_a_terminal_alone(run: Run, site: Path) -> None:
    assert b"\x1b" not in run("batch", "site", "--output", "out").stderr
