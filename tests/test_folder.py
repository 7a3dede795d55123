"""Large and odd folders: each file that is found is cleaned, unchanged, skipped or failed, and said so by name."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from conftest import STRIPPER, Run, files
from hypothesis import given, settings
from hypothesis import strategies as st

from stripper.api import default_rules
from stripper.engine.statistics import Statistics
from stripper.errors import InputError, OptionError, OutputError
from stripper.runs.discovery import Found, Grouping, Search, find
from stripper.runs.files import open_regular, write_whole
from stripper.runs.line_counts import LineCounter
from stripper.runs.manifest import Manifest

PAGE = b"Share\nThe ferry sails again from Monday on, as its captain told this newspaper on the quay.\n"
CLEAN = PAGE.split(b"\n", 1)[1]


def counted(report: Path) -> dict[str, int]:
    """The counts of a report, which must add up."""
    counts: dict[str, int] = json.loads(report.read_text())["files"]
    assert counts["found"] == sum(counts[status] for status in ("cleaned", "unchanged", "skipped", "failed"))
    return counts


def test_odd_names(run: Run, tmp_path: Path) -> None:
    names = [
        "a space.txt", "line\nfeed.txt", "tab\t.txt", "⛴ \u202egnp.txt", "\udcff\udcfe latin \udce9.txt", "-rf.txt",
        "'\"`$(id)\\.txt", "x" * 251 + ".txt", "*?[a].txt", "\x1b[2J.txt", ".txt", "%s{0}.txt", "İ.txt",
    ]  # fmt: skip
    folder = tmp_path / "in"
    folder.mkdir()
    for name in names:
        (folder / name).write_bytes(PAGE)
    (folder / "bad\udcff\x1b[2J.txt").write_bytes(b"\0")
    done = run("batch", "in", "--output", "out", "--report", "report.json", "--jobs", "2", status=1)
    assert counted(tmp_path / "report.json") == {
        "found": len(names) + 1, "cleaned": len(names), "unchanged": 0, "skipped": 0, "failed": 1,
    }  # fmt: skip
    assert b"\\udcff\\x1b[2J.txt: is no text" in done.stderr and b"\x1b" not in done.stderr
    assert files(tmp_path / "out") == dict.fromkeys(names, CLEAN)
    assert b"13 files done before" in run("batch", "in", "--output", "out", "--resume", status=1).stderr
    run("batch", "in", "--output", "out\udcff\n", "--statistics", "counts\udcff", status=1)
    assert files(tmp_path / "out\udcff\n") == files(tmp_path / "out")


def test_a_name_too_long_for_its_removed_lines_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / ("x" * 251 + ".txt")).write_bytes(PAGE)
    (tmp_path / "in" / "y.txt").write_bytes(PAGE)
    done = run("batch", "in", "--output", "out", "--removed", "--report", "report.json", status=1)
    assert b"File name too long" in done.stderr
    assert counted(tmp_path / "report.json")["cleaned"] == 1
    assert sorted(files(tmp_path / "out")) == ["y.txt", "y.txt.removed.jsonl"]


def test_a_hundred_folders_deep(run: Run, tmp_path: Path) -> None:
    deep = tmp_path.joinpath("in", *["deep in the harbour"] * 100)
    deep.mkdir(parents=True)
    (deep / "page.txt").write_bytes(PAGE)
    run("batch", "in", "--output", "out", "--removed")
    [name] = [name for name in files(tmp_path / "out") if name.endswith(".txt")]
    assert name.count("/") == 100 and files(tmp_path / "out")[name] == CLEAN
    run("restore", "out")
    assert files(tmp_path / "out") == files(tmp_path / "in")


@pytest.fixture
def linked(tmp_path: Path) -> Path:
    """A folder with links of all kinds."""
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "page.txt").write_bytes(PAGE)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.txt").write_bytes(PAGE)
    (folder / "page.txt").symlink_to("sub/page.txt")
    (folder / "gone.txt").symlink_to("nowhere.txt")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "secret.txt").symlink_to(tmp_path / "outside" / "secret.txt")
    (folder / "away").symlink_to(tmp_path / "outside")
    (folder / "again").symlink_to("sub")
    (folder / "and again").symlink_to("sub")
    (folder / "sub" / "up").symlink_to("..")
    (folder / "sub" / "here").symlink_to(".")
    return folder


def test_links_are_left_and_said(run: Run, linked: Path, tmp_path: Path) -> None:
    done = run("batch", "in", "--output", "out", "--report", "report.json")
    assert done.stderr.decode().count("is a symbolic link; --follow-symlinks reads it") == 9
    assert counted(tmp_path / "report.json") == {"found": 10, "cleaned": 1, "unchanged": 0, "skipped": 9, "failed": 0}
    assert list(files(tmp_path / "out")) == ["sub/page.txt"]


def test_links_are_followed_within_the_folder_alone(run: Run, linked: Path, tmp_path: Path) -> None:
    done = run("batch", "in", "--output", "out", "--follow-symlinks", "--report", "report.json", status=1)
    said = done.stderr.decode()
    assert "in/gone.txt: No such file" in said
    assert "in/self.txt: Too many levels of symbolic links" in said
    assert f"in/secret.txt: leads out of the folder, to {tmp_path}/outside/secret.txt" in said
    assert f"in/away: leads out of the folder, to {tmp_path}/outside;" in said
    assert re.search(r"in/(sub|again|and again)/up: leads back to ", said)
    assert "which was read by way of in/again" in said
    assert sorted(files(tmp_path / "out")) == ["again/page.txt", "page.txt", "sub/page.txt"]
    counts = counted(tmp_path / "report.json")
    assert (counts["cleaned"], counts["unchanged"]) == (3, 0)


def test_links_that_lead_in_a_circle_hide_no_other_file(tmp_path: Path) -> None:
    for name, to in (("a", "b"), ("b", "a")):
        (tmp_path / name).symlink_to(to)
    (tmp_path / "page.txt").write_bytes(PAGE)
    found = [*find([str(tmp_path)], str(tmp_path / "out"), Search(follow=True))]
    assert [(each.target, each.problem) for each in found] == [("page.txt", "")]


def test_nothing_is_written_through_a_link(run: Run, site: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "1.txt").write_bytes(b"mine")
    out = tmp_path / "out"
    (out / "b" / "deep").mkdir(parents=True)
    (out / "a").symlink_to(tmp_path / "elsewhere")
    (out / "b" / "deep" / "1.txt").symlink_to(tmp_path / "elsewhere" / "1.txt")
    done = run("batch", "site", "--output", "out", "--report", "report.json", status=1)
    assert done.stderr.count(b"cannot be written: a symbolic link leads out of its folder there") == 6
    assert files(tmp_path / "elsewhere") == {"1.txt": b"mine"}
    assert not (out / "b" / "deep" / "1.txt").is_symlink()
    assert counted(tmp_path / "report.json")["cleaned"] == 6
    before = files(site)
    (site / "a" / "link.txt").symlink_to(tmp_path / "elsewhere" / "1.txt")
    run("batch", "site", "--in-place")
    assert (tmp_path / "elsewhere" / "1.txt").read_bytes() == b"mine"
    assert before != files(site)


def test_what_is_no_regular_file_is_not_opened(run: Run, site: Path, tmp_path: Path) -> None:
    os.mkfifo(site / "a" / "pipe.txt")
    (site / "a" / "folder.txt").mkdir()
    done = run("batch", "site", "--output", "out", "--report", "report.json")
    assert b"site/a/pipe.txt: is no regular file" in done.stderr
    assert counted(tmp_path / "report.json") == {"found": 13, "cleaned": 12, "unchanged": 0, "skipped": 1, "failed": 0}
    run("batch", "site/a/pipe.txt", "--output", "alone", status=1)  # it was asked for


def test_files_that_vanish_or_change_while_a_run_goes_on(site: Path, tmp_path: Path) -> None:
    from stripper.runs.batch import Run
    from stripper.runs.results import Options

    for in_place in (False, True):
        output = site if in_place else tmp_path / "out"
        with Run([site], default_rules(), Options(output, in_place=in_place, grouping=None)) as run:
            (site / "a" / f"{in_place + 1}.txt").unlink()
            (site / "a" / "5.txt").write_bytes(PAGE)
            results = list(run.clean())
        failed = [result.message for result in results if result.status == "failed"]
        assert len(failed) == 1 and f"a/{in_place + 1}.txt: No such file" in failed[0]
        assert (output / "a" / "5.txt").read_bytes() == CLEAN
        assert len(results) == 12 - in_place


def test_a_file_that_changes_while_it_is_read_is_not_taken_for_one(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("The ferry sails again")
    with pytest.raises(InputError, match=r"page\.txt: was changed while it was read"), open_regular(page) as file:
        assert file.read(9)
        with page.open("a") as other:
            other.write(" from Monday on.")
    with open_regular(page) as file:  # and one that is moved away meanwhile is read as it was
        page.rename(tmp_path / "elsewhere.txt")
        assert file.readall() == b"The ferry sails again from Monday on."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(run: Run, site: Path, tmp_path: Path) -> None:
    (site / "a" / "1.txt").chmod(0)
    (site / "b").chmod(0)
    done = run("batch", "site", "--output", "out", "--report", "report.json", status=1)
    (site / "b").chmod(0o755)
    assert b"site/a/1.txt: Permission denied" in done.stderr and b"site/b: Permission denied" in done.stderr
    assert counted(tmp_path / "report.json") == {"found": 7, "cleaned": 5, "unchanged": 0, "skipped": 0, "failed": 2}


def test_a_file_is_written_whole_or_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    write_whole(path, b"before")
    with pytest.raises(TypeError):
        write_whole(path, "no bytes")  # type: ignore[arg-type]
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="folder: cannot be written"):
        write_whole(tmp_path / "folder", b"after")
    assert files(tmp_path) == {"page.txt": b"before"}


def mounted(folder: Path, options: str) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder]
    return not subprocess.run(command, capture_output=True).returncode


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting takes root")
def test_outputs_on_other_devices(run: Run, site: Path, tmp_path: Path) -> None:
    """The output folder on another device than the input, and a folder in it on a third; then read-only."""
    run("batch", "site", "--output", "whole")
    out = tmp_path / "out"
    if not mounted(out, "size=1m"):
        pytest.skip("nothing may be mounted here")
    try:
        assert mounted(out / "a", "size=1m")
        try:
            run("batch", "site", "--output", out)
            assert files(out) == files(tmp_path / "whole")
        finally:
            subprocess.run(["umount", out / "a"], check=True)
        subprocess.run(["mount", "-o", "remount,ro", out], check=True)
        said = run("batch", "site", "--output", out, status=1).stderr
        assert re.fullmatch(rb"stripper: \S+/out/.stripper\S*: cannot be written: [^\n]+\n", said)
    finally:
        subprocess.run(["umount", out], check=True)


def test_input_and_output_are_not_the_same_unless_asked(run: Run, site: Path, tmp_path: Path) -> None:
    before = files(site)
    (tmp_path / "link").symlink_to(site)
    for arguments in (["site", "--output", "site"], ["site", "--output", "link"], ["site/a", "--output", "site"]):
        assert b"name another --output" in run("batch", *arguments, status=2).stderr
    # Neither would be written to its own place, but the first one's is that of the second.
    (tmp_path / "in" / "a").mkdir(parents=True)
    (tmp_path / "in" / "a" / "1.txt").write_bytes(PAGE)
    assert b"name another --output" in run("batch", "in", "site/a/1.txt", "--output", "site", status=2).stderr
    assert b"--in-place takes one folder" in run("batch", "site/a", "site/b", "--in-place", status=2).stderr
    assert b"or --in-place" in run("batch", "site", status=2).stderr
    assert files(site) == before and not (site / ".stripper").exists()
    run("batch", "site", "--output", "out")
    run("batch", "site", "--in-place")
    assert files(site) == files(tmp_path / "out")


def test_counts_add_up(run: Run, site: Path, tmp_path: Path) -> None:
    (site / "a" / "article.txt").write_bytes(CLEAN)
    (site / "a" / "bad.txt").write_bytes(b"\0")
    (site / "a" / "link.txt").symlink_to("article.txt")
    done = run("batch", "site", "--output", "out", "--report", "report.json", status=1)
    assert b"15 found = 12 cleaned + 1 unchanged + 1 skipped + 1 failed" in done.stderr
    assert counted(tmp_path / "report.json")["found"] == 15
    again = run("batch", "site", "--output", "out", "--report", "report.json", "--resume", status=1)
    assert b"15 found = 0 cleaned + 0 unchanged + 14 skipped + 1 failed" in again.stderr
    assert counted(tmp_path / "report.json")["skipped"] == 14


@pytest.mark.parametrize(
    ("pattern", "path", "wanted"),
    [
        ("**/*.txt", "a.txt", True), ("**/*.txt", "a/b/c.txt", True), ("**/*.txt", "a.text", False),
        ("*.txt", "a/b.txt", False), ("a/**", "a/b/c", True), ("a/**/c", "a/c", True), ("a/**/c", "a/b/b/c", True),
        ("a/*/c", "a/b/b/c", False), ("./a/[bc]?.txt", "a/b1.txt", True), ("**/a/**/*.txt", "x/a/y/z.txt", True),
        ("**", "a/b", True), ("*", "line\nfeed", True), ("*.txt", "\udcff.txt", True), ("[!a]*", "abc", False),
    ],
)  # fmt: skip
def test_globs(pattern: str, path: str, wanted: bool) -> None:
    assert Search([pattern]).wants(path) is wanted


@pytest.mark.parametrize("pattern", ["**/" * 100 + "x.txt", "*a" * 120 + "b", "[!a]" * 30 + "**/" * 100 + "*"])
def test_globs_take_no_time(pattern: str) -> None:
    assert Search([pattern]).wants("/".join(["a" * 250, *"a" * 200])) is False


@pytest.mark.parametrize("pattern", ["", "/", "/etc/*", "../*", ".", "a/../b"])
def test_globs_that_lead_elsewhere_are_refused(pattern: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="names no files below a folder"):
        Search([pattern])


@given(st.lists(st.sampled_from(["a", "b.txt", "c"]), min_size=1, max_size=5))
@settings(deadline=None, max_examples=50)
def test_globs_agree_with_pathlib(parts: list[str]) -> None:
    path = "/".join(parts)
    for pattern in ("*", "a/*", "*/*.txt", "?/c", "a/b.txt/*"):
        assert Search([pattern]).wants(path) == (Path(path).match(pattern) and len(parts) == pattern.count("/") + 1)


def test_what_a_run_in_place_has_taken_is_no_input_of_the_next(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.txt").write_bytes(PAGE)
    (tmp_path / "in" / "other.log").write_bytes(PAGE)
    for _ in range(2):
        said = run("batch", "in", "--in-place", "--removed", "--glob", "**/*").stderr
        assert b"2 files cleaned" in said
    run("restore", "in")
    assert files(tmp_path / "in") == {"page.txt": PAGE, "other.log": PAGE}


def test_a_run_in_place_is_for_all_pages_however_their_endings_are_spelled(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "B.TXT", "c.Md", "d.log", "e.txt.gz", "f.jsonl", "g.txt.removed.jsonl"):
        (tmp_path / "in" / name).write_bytes(PAGE)
    assert b"3 found = 3 cleaned" in run("batch", "in", "--in-place").stderr
    assert b"review.html: 3 pages" in run("review", "in").stderr
    assert b"from 3 pages" in run("rules", "learn", "in").stderr
    (tmp_path / "none").mkdir()
    assert b"no file matches a page of text" in run("batch", "none", "--in-place", status=1).stderr


def test_no_room_for_temporary_files_is_said(tmp_path: Path) -> None:
    manifest = Manifest()
    manifest._db.execute("PRAGMA max_page_count = 4")
    with pytest.raises(OutputError, match=r"temporary files cannot be written: .*TMPDIR"):
        manifest.find((Found(str(n), str(n)) for n in range(2000)), Grouping())
    tally = LineCounter(most=10)
    tally.merge(Statistics(1, Counter(range(20))))
    assert tally._disk is not None
    tally._disk.execute("PRAGMA max_page_count = 2")
    with pytest.raises(OutputError, match=r"temporary files cannot be written: .*TMPDIR"):
        tally.merge(Statistics(1, Counter(range(5000))))


def test_what_a_run_keeps_for_itself_is_no_input(run: Run, site: Path, tmp_path: Path) -> None:
    run("batch", "site", "--output", "out")
    found = {each.target for each in find([str(tmp_path / "out")], str(tmp_path / "next"), Search(["**/*"]))}
    assert len(found) == 12 and not any("manifest" in name for name in found)


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("-f 8", b"temporary files cannot be written: disk I/O error; name another folder for them with TMPDIR"),
        ("-n 12", b"2 processes cannot be had: Too many open files; ask for fewer"),
    ],
)
def test_what_the_system_does_not_give_is_named(site: Path, limit: str, said: bytes) -> None:
    command = f'ulimit {limit}; exec "$0" batch . --output ../out --jobs 2'
    env = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}  # of which half would be there else
    done = subprocess.run(["bash", "-c", command, STRIPPER], cwd=site, capture_output=True, timeout=60, env=env)
    assert done.returncode in (1, 2) and said in done.stderr and b"Traceback" not in done.stderr


def test_a_file_is_no_folder_to_write_to(run: Run, site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for output in ("file", "file/deeper"):
        assert b"cannot be written: Not a directory" in run("batch", "site", "--output", output, status=1).stderr
    assert b"Not a directory" in run("strip", site / "a/1.txt", "-o", "file/page", status=1).stderr


def test_no_more_processes_are_started_than_could_run(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stripper.runs import batch
    from stripper.runs.results import Options

    (site / "more.jsonl").write_text('{"text": "Share"}\n', "utf-8")
    monkeypatch.setattr(batch, "cores", lambda: 3)
    options = Options(tmp_path / "out", Search(()), jobs=1_000_000)
    with batch.Run([site], default_rules(), options) as opened:
        assert opened._workers._jobs == 12


def test_as_many_files_are_counted_as_there_are(site: Path, tmp_path: Path) -> None:
    from stripper.runs import batch
    from stripper.runs.results import Options

    for number in range(3):
        (site / f"{number}.jsonl").write_text('{"text": "Share"}\n', "utf-8")
    with batch.Run([site], default_rules(), Options(tmp_path / "out", Search(()))) as opened:
        assert sum(opened.count_lines()) == opened.found == 15
