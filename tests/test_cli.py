"""The installed command through real pipes, files and terminals: what it writes where, and its exit status."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from conftest import ROOT, STRIPPER, Run, removed_rows
from forked import AVAILABLE, Forks
from rich.cells import cell_len

import stripper
from stripper.reading.decoding import encode

SHORT = (ROOT / "samples" / "en-short.txt").read_bytes()
CLEAN = (ROOT / "samples" / "en-short.clean.txt").read_bytes()
RULE = """schema-version = 1
[[rule]]
id = "my.promo.oats"
category = "promo"
summary = "Oats"
reason = "Promotes oats"
match = { starts = ["buy oats"] }
remove = ["Buy oats now"]
keep = ["They buy oats."]
"""


# --- strip ---------------------------------------------------------------------------------------------------------


def test_strip_reads_a_pipe_and_writes_the_article_alone(run: Run) -> None:
    done = run("strip", input=SHORT)
    assert (done.stdout, done.stderr) == (CLEAN, b"")


@pytest.mark.skipif(not AVAILABLE, reason="nothing is forked here")
def test_what_tests_run_is_the_installed_command(tmp_path: Path, forks: Forks) -> None:
    for arguments, data in ((["strip"], SHORT), (["strip", "missing.txt"], b""), (["strip", "--nonsense"], b"")):
        command = [STRIPPER, *arguments]
        done = subprocess.run(command, cwd=tmp_path, input=data, capture_output=True)
        forked = forks.call(arguments, tmp_path, data, 60)
        assert (forked.returncode, forked.stdout, forked.stderr) == (done.returncode, done.stdout, done.stderr)
        with pytest.raises(subprocess.TimeoutExpired):
            forks.call(arguments, tmp_path, data, 0)


def test_module_is_the_command() -> None:
    done = subprocess.run([STRIPPER.parent / "python", "-m", "stripper", "strip"], input=SHORT, capture_output=True)
    assert done.stdout == CLEAN


def test_strip_cleans_files_in_order_with_a_blank_line_between(run: Run, samples: Path) -> None:
    news = (samples / "en-news.clean.txt").read_bytes()
    assert run("strip", samples / "en-short.txt", samples / "en-news.txt").stdout == CLEAN + b"\n" + news
    page = samples / "en-short.txt"
    page.write_text(SHORT.decode(), "utf-16")
    clean = CLEAN.decode()
    assert run("strip", page, page).stdout == f"{clean}\n{clean}".encode("utf-16")


def test_a_file_that_cannot_be_cleaned_is_named_and_the_others_are_done(run: Run, samples: Path) -> None:
    (samples / "binary.txt").write_bytes(b"\x7fELF\0\0")
    done = run("strip", "missing.txt", samples / "binary.txt", samples, samples / "en-short.txt", status=1)
    assert done.stdout == CLEAN
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 3
    assert "missing.txt: No such file" in lines[0]
    assert "binary.txt: is no text (a NUL at byte 4)" in lines[1]
    assert "samples: is a folder; `stripper batch" in lines[2] and "--output DIR` cleans its pages" in lines[2]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["The ferry sails again.\n", "Die Fähre fährt – morgen.\n"])
def test_wide_characters_without_a_mark_are_guessed_at(run: Run, tmp_path: Path, encoding: str, text: str) -> None:
    (tmp_path / "page.txt").write_bytes(text.encode(encoding))
    said = run("strip", "page.txt", status=1).stderr.decode()
    assert said.strip().endswith(f"{encoding[:6].upper()}, say --encoding {encoding}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(run: Run, samples: Path) -> None:
    (samples / "en-short.txt").chmod(0)
    assert b"Permission denied" in run("strip", samples / "en-short.txt", status=1).stderr


def test_output_is_written_whole_or_not_at_all(run: Run, samples: Path, tmp_path: Path) -> None:
    assert run("strip", samples / "en-short.txt", "-o", "out/clean.txt").stdout == b""
    assert (tmp_path / "out" / "clean.txt").read_bytes() == CLEAN
    done = run("strip", samples / "en-short.txt", "-o", samples, status=1)
    assert b"cannot be written" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said_so(run: Run, samples: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = run(
            "strip", samples / "en-news.txt", status=1, stdout=full, stderr=subprocess.PIPE, capture_output=False
        )
    assert b"standard output: cannot be written: No space left on device" in done.stderr
    assert b"No space left" in run("strip", samples / "en-news.txt", "-o", "/dev/full", status=1).stderr


FAILS = [
    ("strip page.txt page.txt", ">/dev/full", "standard output: cannot be written: No space left on device"),
    ("explain page.txt", ">/dev/full", "standard output: cannot be written: No space left on device"),
    ("diff --side-by-side page.txt", ">/dev/full", "standard output: cannot be written: No space left on device"),
    ("--help", ">/dev/full", "standard output: cannot be written: No space left on device"),
    ("strip page.txt page.txt", ">&-", "standard output: cannot be written: Bad file descriptor"),
    ("diff page.txt", ">&-", "standard output: cannot be written: Bad file descriptor"),
    ("rules list", ">&-", "standard output: cannot be written: Bad file descriptor"),
    ("strip", "<&-", "-: Bad file descriptor"),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(("command", "stream", "said"), FAILS)
def test_a_stream_that_cannot_be_used_is_said_once(tmp_path: Path, command: str, stream: str, said: str) -> None:
    (tmp_path / "page.txt").write_bytes(SHORT)
    done = subprocess.run(f"{STRIPPER} {command} {stream}", shell=True, cwd=tmp_path, stderr=subprocess.PIPE)
    assert (done.returncode, done.stderr.decode()) == (1, f"stripper: {said}\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("stream", ["2>/dev/full", "2>&-", "2>&1 >/dev/null | true", ">&- 2>&- <&-"])
def test_messages_that_nobody_reads_end_nothing(tmp_path: Path, stream: str) -> None:
    (tmp_path / "page.txt").write_bytes(SHORT)
    (tmp_path / "bad.txt").write_bytes(b"\0")
    for command in ("strip bad.txt page.txt -o out/page.txt", "batch . --glob '*.txt' --output all"):
        script = f"{STRIPPER} {command} {stream}; echo ${{PIPESTATUS[0]}} >status"
        subprocess.run(["bash", "-c", script], cwd=tmp_path, check=True)
        assert (tmp_path / "status").read_text() == "1\n"
    assert (tmp_path / "out" / "page.txt").read_bytes() == (tmp_path / "all" / "page.txt").read_bytes() == CLEAN


def test_tables_are_shown_in_any_encoding(run: Run, tmp_path: Path) -> None:
    text = "Поделиться\nПаром снова ходит с понедельника, сказал его капитан на пристани.\n"
    (tmp_path / "page.txt").write_text(text, "utf-8")
    shown = run("explain", "page.txt", env={**os.environ, "PYTHONIOENCODING": "ascii"}).stdout
    assert rb"\u041f\u043e\u0434\u0435\u043b" in shown


def test_standard_output_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_bytes(SHORT)
    script = f"""
        echo before > all; {STRIPPER} strip page.txt -o /dev/fd/1 >> all
        {STRIPPER} strip page.txt -o - | cat >> all; {STRIPPER} strip page.txt -o page --removed - | head -c 12 >> all
        {STRIPPER} strip page.txt -o /dev/fd/3 3>three
    """
    subprocess.run(script, shell=True, cwd=tmp_path, check=True)
    assert (tmp_path / "all").read_bytes() == b"before\n" + CLEAN + CLEAN + b'{"original":'
    assert (tmp_path / "three").read_bytes() == CLEAN
    assert not (tmp_path / "-").exists()


def test_an_output_that_is_there_keeps_its_permissions_and_its_link(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "out.txt").touch(0o600)
    (tmp_path / "link.txt").symlink_to("out.txt")
    run("strip", samples / "en-short.txt", "-o", "link.txt")
    assert (tmp_path / "link.txt").is_symlink() and (tmp_path / "out.txt").read_bytes() == CLEAN
    assert (tmp_path / "out.txt").stat().st_mode & 0o777 == 0o600


def test_a_file_replaced_keeps_what_the_system_knows_of_it(run: Run, samples: Path, tmp_path: Path) -> None:
    """In a list of those who may read it, say; and it is on the disk before it takes the place of the original."""
    page, folder = tmp_path / "page.txt", tmp_path / "in"
    folder.mkdir()
    for place in (page, folder / "page.txt"):
        place.write_bytes(SHORT)
        try:
            os.setxattr(place, "user.source", b"harbour")
        except (AttributeError, OSError):
            pytest.skip("no extended attributes here")
    run("strip", page, "--in-place", "--backup", ".bak")
    run("batch", "in", "--in-place", "--removed")
    for place in (page, tmp_path / "page.txt.bak", folder / "page.txt", folder / "page.txt.removed.jsonl"):
        assert os.getxattr(place, "user.source") == b"harbour"
    run("restore", "in")
    assert (folder / "page.txt").read_bytes() == SHORT
    assert os.getxattr(folder / "page.txt", "user.source") == b"harbour"


def test_a_list_of_readers_opens_nothing_to_the_group(run: Run, tmp_path: Path) -> None:
    """Whose bits are those of the list."""
    (tmp_path / "in").mkdir()
    page = tmp_path / "in" / "page.txt"
    page.write_bytes(SHORT)
    page.chmod(0o640)
    try:
        os.setxattr(page, "user.like-an-acl", b"")
    except (AttributeError, OSError):
        pytest.skip("no extended attributes here")
    run("batch", "in", "-o", "out", "--removed")
    run("strip", page, "-o", "one.txt")
    for made in (tmp_path / "out" / "page.txt", tmp_path / "out" / "page.txt.removed.jsonl", tmp_path / "one.txt"):
        assert made.stat().st_mode & 0o777 == 0o600


def test_names_that_are_one_where_case_makes_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from stripper.cli.streams import is_one_file

    one, other = str(tmp_path / "Told.json"), str(tmp_path / "told.json")
    assert is_one_file(one, one) and not is_one_file(one, str(tmp_path / "two")) and not is_one_file(one, other)
    exists = Path.exists

    def folding(path: Path) -> bool:
        return exists(path) or any(str(path).lower() == str(each).lower() for each in path.parent.iterdir())

    monkeypatch.setattr(Path, "exists", folding)
    assert is_one_file(one, other) and not is_one_file(one, str(tmp_path / "two"))


def test_what_takes_the_place_of_a_file_is_on_the_disk_before(
    samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what was taken, or the original, before the page."""
    from click.testing import CliRunner

    from stripper.cli.program import cli

    done: list[str] = []
    fsync, move = os.fsync, os.replace
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.fsync", lambda handle: (done.append("sync"), fsync(handle))[1])
    monkeypatch.setattr("os.replace", lambda *names, **kinds: (done.append(str(names[1])), move(*names, **kinds))[1])
    (tmp_path / "page.txt").write_bytes(SHORT)
    CliRunner().invoke(cli, ["strip", "page.txt", "--in-place", "--backup", ".bak", "--removed", "gone.jsonl"])
    assert (tmp_path / "page.txt").read_bytes() == CLEAN
    for name in ("gone.jsonl", "page.txt.bak", "page.txt"):
        at = next(at for at, each in enumerate(done) if each.endswith(name))
        assert done[at - 1] == done[at + 1] == "sync"


def test_removed_never_takes_the_place_of_a_text(run: Run, samples: Path, tmp_path: Path) -> None:
    """It takes a file name; a user of `batch --removed`, which takes none, must not lose a page."""
    page = samples / "en-short.txt"
    assert b"--removed would overwrite it" in run("strip", "--removed", page, status=2).stderr
    assert page.read_bytes() == SHORT
    assert b"the same file" in run("strip", page, "-o", "x", "--removed", "./x", status=2).stderr
    assert b"--output FILE" in run("strip", page, "--removed", "-", status=2).stderr
    for _ in range(2):
        assert run("strip", page, "--removed", "removed.jsonl").stdout == CLEAN


@pytest.mark.parametrize(
    "arguments", [("strip", ""), ("batch", "", "--in-place"), ("batch", "samples", "--output", ""), ("restore", "")]
)
def test_an_empty_name_is_not_the_folder_one_is_in(run: Run, samples: Path, arguments: tuple[str, ...]) -> None:
    assert b"an empty name; is a variable not set?" in run(*arguments, status=2).stderr


def test_in_place_nothing_is_taken_before_it_is_written(run: Run, samples: Path, tmp_path: Path) -> None:
    page, news = samples / "en-short.txt", samples / "en-news.txt"
    before = news.read_bytes()
    (tmp_path / "file").touch()
    assert b"cannot be written" in run("strip", "--in-place", page, news, "--removed", "file/x", status=1).stderr
    assert (page.read_bytes(), news.read_bytes()) == (SHORT, before)
    run("strip", "--in-place", page, news, "--removed", "removed.jsonl")
    assert page.read_bytes() == CLEAN and news.read_bytes() != before
    assert {row["file"] for row in removed_rows(tmp_path / "removed.jsonl")} == {str(page), str(news)}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_in_place_a_file_keeps_its_owner(run: Run, samples: Path) -> None:
    for command in ("strip", "batch", "restore"):
        page = samples / "en-short.txt"
        os.chown(page, 12, 34)
        target = samples if command != "strip" else page
        run(command, target, *["--in-place"] * (command != "restore"), *["--removed"] * (command == "batch"))
        assert (page.stat().st_uid, page.stat().st_gid) == (12, 34), command
        page.write_bytes(SHORT if command == "strip" else page.read_bytes())


def test_in_place_leaves_the_original_beside_it_if_asked(run: Run, samples: Path) -> None:
    page = samples / "en-short.txt"
    page.chmod(0o640)
    run("strip", "--in-place", "--backup", ".orig", page)
    assert (page.read_bytes(), Path(f"{page}.orig").read_bytes()) == (CLEAN, SHORT)
    assert page.stat().st_mode & 0o777 == 0o640
    page.write_bytes(SHORT)
    done = run("strip", "--in-place", "--backup", ".orig", page, status=1)
    assert b"exists already" in done.stderr
    assert page.read_bytes() == SHORT
    run("strip", "--in-place", page)
    assert page.read_bytes() == CLEAN


def test_an_input_is_not_touched_unless_asked(run: Run, samples: Path) -> None:
    run("strip", samples / "en-short.txt")
    assert (samples / "en-short.txt").read_bytes() == SHORT


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--in-place"], "--in-place takes files"),
        (["--in-place", "-o", "x", "samples/en-short.txt"], "neither --output"),
        (["--backup", ".orig", "samples/en-short.txt"], "--in-place with it"),
        (["--encoding", "utf-9"], "unknown encoding 'utf-9'"),
        (["--keep", "captions"], "did you mean 'caption'"),
        (["--drop", "titel"], "did you mean 'title'"),
        (["--disable", "en.caption.credit-ends"], "did you mean 'en.caption.credit-end'"),
        (["--rules", "missing.toml"], "missing.toml"),
        (["--nonsense"], "No such option"),
        (["--add", "kept", "--drop-empty"], "--add and --drop-empty are for records, and these are pages: --to jsonl"),
    ],
)
def test_wrong_usage_is_explained_in_a_line(run: Run, samples: Path, arguments: list[str], said: str) -> None:
    done = run("strip", *arguments, status=2)
    assert said in done.stderr.decode()
    assert done.stdout == b""


@pytest.mark.parametrize(
    ("name", "meant"),
    [("learn", "rules learn"), ("pages", "batch pages"), ("page.txt", "strip page.txt"), ("nothing of the kind", "")],
)
def test_what_stands_where_a_command_should_is_told_what_takes_it(
    run: Run, tmp_path: Path, name: str, meant: str
) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "page.txt").touch()
    said = run(name, "x", status=2).stderr.decode()
    assert f"No such command '{name}'" in said and ("did you mean" in said) is bool(meant)
    assert f"`stripper {meant}`" in said or not meant


@pytest.mark.parametrize("command", [["explain"], ["diff"], ["review"], ["rules", "learn"], ["rules", "list", "--for"]])
def test_where_pages_are_shown_records_are_refused(run: Run, tmp_path: Path, command: list[str]) -> None:
    data = '{"text": "Share"}\n{"text": "Share"}\n'
    (tmp_path / "crawl.jsonl").write_text(data)
    if command[0] in ("explain", "diff"):
        done = run(*command, status=1, input=data.encode())
        assert done.stdout == b"" and b"-: looks like JSON Lines" in done.stderr
    done = run(*command, "crawl.jsonl", status=2)
    assert done.stdout == b"" and b"`stripper strip crawl.jsonl --to jsonl --add removed`" in done.stderr


def test_a_broken_rule_file_is_explained(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(RULE.replace('"promo"', '"promos"').replace("starts", "start"))
    done = run("strip", "--rules", "bad.toml", status=2)
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 2
    assert all(line.startswith("stripper: bad.toml: my.promo.oats: ") for line in lines)
    (tmp_path / "worse.toml").write_text("schema-version = \n")
    assert (
        b"worse.toml: is no valid pack: Invalid value (at line 1"
        in run("strip", "--rules", "worse.toml", status=2).stderr
    )


@pytest.mark.parametrize(
    ("pack", "arguments"),
    [
        ("schema-version = 1\n{} = 1", ()),
        ("schema-version = 1\n[[rule]]\nid = '{}'\n{} = 1", ()),
        ("schema-version = 1\n'{}", ()),
        ("schema-version = 1\n[[rule]]\nid = 'a.b'\ncategory = '{}'", ()),
        ("schema-version = 1", ("--disable", "x" * 100_000)),
        ("schema-version = 1", ("--form", "x" * 100_000)),
        ("schema-version = 1", ("x" * 100_000,)),
    ],
)
def test_no_message_is_longer_than_anyone_reads(
    run: Run, tmp_path: Path, pack: str, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "pack.toml").write_text(pack.replace("{}", "x" * 2_000_000))
    done = run("strip", "--rules", "pack.toml", *arguments, status=None)
    assert done.returncode and max(map(len, done.stderr.splitlines())) < 2_100


def test_own_rules_are_used_beside_the_shipped_ones_or_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE)
    page = b"Buy oats now\nShare\nThe ferry sails again from Monday on, as its captain told this newspaper.\n"
    assert run("strip", "--rules", "mine.toml", input=page).stdout == page.split(b"\n", 2)[2]
    alone = run("strip", "--rules", "mine.toml", "--no-default-rules", input=page).stdout
    assert alone == page.split(b"\n", 1)[1]


def test_keep_drop_and_disable(run: Run) -> None:
    assert b"Photo: Ann Reed" in run("strip", "--keep", "caption", input=SHORT).stdout
    assert b"eleven weeks\n" not in run("strip", "--drop", "title", input=SHORT).stdout
    rows = json.loads(run("explain", "--format", "json", "--disable", "advertisement", input=SHORT).stdout)
    assert not any(row["category"] == "advertisement" for row in rows)


def test_names_may_stand_together_with_commas(run: Run, samples: Path) -> None:
    page = samples / "en-short.txt"
    apart = run("strip", "--keep", "byline", "--keep", "dateline", page).stdout
    assert run("strip", "--keep", "byline,dateline", page).stdout == apart != run("strip", page).stdout
    assert b"did you mean 'dateline'" in run("strip", "--keep", "byline,datelin", page, status=2).stderr
    said = run("strip", "--keep", "byline", "--drop", "title,byline", page, status=2).stderr
    assert b"'byline' is to be kept and dropped at once" in said
    off = run("explain", "--disable", "en.advertisement.label,id.advertisement.label", page).stdout
    assert b"advertisement.label" in run("explain", page).stdout
    assert b"en.advertisement.label" not in off and b"id.advertisement.label" not in off


def test_removed_lines_have_byte_offsets(run: Run, samples: Path, tmp_path: Path) -> None:
    page = "Café\r\nShare\r\n".encode() + SHORT
    (tmp_path / "page.txt").write_bytes(page)
    kept = run("strip", "page.txt", "--removed", "removed.jsonl").stdout
    rows = removed_rows(tmp_path / "removed.jsonl")
    rest = page
    for row in reversed(rows):
        assert rest[row["start"] : row["end"]].decode() == row["text"]
        rest = rest[: row["start"]] + rest[row["end"] :]
    assert rest == kept
    assert {"line", "rule", "category", "reason"} <= rows[0].keys()


def test_json_has_text_and_decisions(run: Run) -> None:
    data = json.loads(run("strip", "--format", "json", input=SHORT).stdout)
    assert data["text"].encode() == CLEAN
    assert {each["action"] for each in data["decisions"]} == {"keep", "remove"}


def test_an_empty_result_is_said_so(run: Run) -> None:
    done = run("strip", input=b"Share\nComments (12)\nAdvertisement\n")
    assert done.stdout == b""
    assert b"nothing is left" in done.stderr
    assert run("strip", input=b"").stderr == b""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
def test_a_page_comes_out_in_the_encoding_it_came_in(run: Run, encoding: str) -> None:
    article = "Die Fähre nach Tual fährt seit Montag wieder, wie die Kapitänin am Morgen im Hafenbüro erzählte.\n"
    page = f"Anzeige\r\n{article}Und sie möchte früher ablegen als bisher, aber das hängt vom Hafenmeister ab.\n"
    told = ["--encoding", encoding] if encoding == "utf-16-le" else []
    done = run("strip", *told, input=page.encode(encoding))
    assert done.stdout.decode(encoding) == page.split("\n", 1)[1]


@pytest.mark.parametrize("encoding", ["undefined", "punycode"])
def test_an_encoding_that_no_page_is_in_is_an_unknown_one(run: Run, encoding: str) -> None:
    done = run("strip", "--encoding", encoding, input=b"-\xff\\u-~{", status=2)
    assert f"unknown encoding '{encoding}'".encode() in done.stderr and done.stdout == b""
    assert b"unknown encoding" in run("strip", "--encoding", "\udcff", status=2).stderr


def test_a_stream_that_never_ends_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    from stripper import api

    monkeypatch.setattr(api, "MOST_BYTES", 5_000_000)
    with pytest.raises(stripper.InputError, match="/dev/zero: does not end after 5,000,000 bytes"):
        stripper.strip_file("/dev/zero")
    with Path("/dev/zero").open("rb") as stream, pytest.raises(stripper.InputError, match="-: does not end"):
        api.read_stream(stream, "-")


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    more_than_a_pipe_holds = range(3_000)
    lines = (f"The ferry sailed on day {day} of the year, as its captain told us.\n" for day in more_than_a_pipe_holds)
    (tmp_path / "long.txt").write_text("".join(lines))
    for command in ("strip long.txt", "strip long.txt long.txt", "explain long.txt", "diff long.txt"):
        closed = f"{STRIPPER} {command} | head -n 1 > /dev/null; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", closed], cwd=tmp_path, capture_output=True, timeout=60)
        assert (done.stdout, done.stderr) == (b"0\n", b""), command


INTERRUPTED = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == sys.argv[1]:
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
before = set(sys.modules)
from stripper.cli import main
print(*sorted(set(sys.modules) - before), flush=True)
sys.meta_path.insert(0, Interrupting())
main()
"""


SWALLOWED = """
import os, signal, sys

class Told:
    def __del__(self):  # where Python says of an exception that it is ignored, as where a process is forked off
        os.kill(os.getpid(), signal.SIGTERM)

class Telling:
    def find_spec(self, name, path=None, target=None):
        if name == "stripper.cli.strip":
            Told()

from stripper.cli import main
sys.meta_path.insert(0, Telling())
sys.argv = ["stripper", "strip"]
main()
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers that wake a process here")
def test_an_interrupt_that_comes_where_no_exception_leaves_is_not_lost() -> None:
    page, writer = os.pipe()  # nothing is written to it: the call would wait for the page
    with subprocess.Popen([sys.executable, "-c", SWALLOWED], stdin=page, stderr=subprocess.PIPE) as process:
        try:
            assert process.wait(40) == 128 + signal.SIGTERM
            assert process.stderr is not None and process.stderr.read().strip() == b""
        finally:
            process.kill()
            os.close(writer)
            os.close(page)


@pytest.mark.parametrize("module", ["stripper.cli.program", "click", "stripper.engine.cleaning"])
def test_an_interrupt_while_the_program_is_loaded_is_no_traceback(module: str) -> None:
    """All that is loaded before it is ready for one is a few lines."""
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, module], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (130, "")
    assert set(done.stdout.split()) <= {"__future__", "stripper", "stripper.cli", "stripper.version"}


def test_the_package_names_what_it_exports() -> None:
    assert set(dir(stripper)) == set(stripper.__all__)
    assert all(getattr(stripper, name) is not None for name in stripper.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = stripper.nothing


# --- diff and explain ----------------------------------------------------------------------------------------------


def test_patch_applies_what_diff_prints(run: Run, samples: Path, tmp_path: Path) -> None:
    pages = sorted(path for path in samples.glob("*.txt") if ".clean." not in path.name)
    outcomes = {path: stripper.strip_file(path) for path in pages}
    patch = run("diff", *(path.relative_to(tmp_path) for path in pages)).stdout
    applied = subprocess.run(["patch", "-p0", "--binary"], cwd=tmp_path, input=patch, capture_output=True)
    assert applied.returncode == 0, applied.stdout
    for path, outcome in outcomes.items():
        patched = path.read_bytes() if path.exists() else b""
        assert patched == encode(outcome.text, outcome.document), path.name


def test_patch_takes_odd_names_and_endings(run: Run, tmp_path: Path) -> None:
    odd = tmp_path / "an odd\tname é.txt"
    odd.write_bytes(b"Share\r\nThe ferry sails again from Monday on, as its captain told us on the quay.")
    patch = run("diff", odd.name).stdout
    subprocess.run(["patch", "-p0", "--binary"], cwd=tmp_path, input=patch, check=True, capture_output=True)
    assert odd.read_bytes() == b"The ferry sails again from Monday on, as its captain told us on the quay."


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "latin-1", "hz"])
def test_patch_takes_any_encoding(run: Run, tmp_path: Path, encoding: str) -> None:
    page = tmp_path / "fähre.txt"
    page.write_bytes(SHORT.decode().replace("©", "(c)" if encoding == "hz" else "©").encode(encoding))
    told = ["--encoding", encoding] if encoding in ("utf-16-be", "hz") else []
    clean = run("strip", *told, page.name).stdout
    patch = run("diff", *told, page.name).stdout
    subprocess.run(["patch", "-p0", "--binary"], cwd=tmp_path, input=patch, check=True, capture_output=True)
    assert page.read_bytes() == clean


def test_check_exits_with_1_if_anything_would_go(run: Run, samples: Path) -> None:
    run("diff", "--check", samples / "en-short.txt", status=1)
    run("diff", "--check", samples / "en-article.txt")


def test_a_pack_with_another_version_of_the_format_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(RULE.replace("schema-version = 1", "schema-version = 2"))
    assert b"schema-version: must be 1, is 2" in run("strip", "--rules", "new.toml", status=2).stderr


def on_terminal(*arguments: str, cwd: Path, **environment: str) -> str:
    """What the command prints where standard output is a terminal."""
    leader, follower = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "120", **environment}
    with subprocess.Popen([STRIPPER, *arguments], cwd=cwd, stdout=follower, stderr=follower, env=env) as process:
        os.close(follower)
        seen = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
    os.close(leader)
    assert process.returncode == 0, seen
    return seen.decode()


def test_diff_on_a_terminal_names_rules_in_colour_and_counts(samples: Path, tmp_path: Path) -> None:
    seen = on_terminal("diff", "samples/en-short.txt", cwd=tmp_path)
    assert "\x1b[" in seen
    assert "en.advertisement.label" in seen
    assert re.search(r"\d+ removals: navigation \d", seen)
    plain = on_terminal("diff", "samples/en-short.txt", cwd=tmp_path, NO_COLOR="1")
    assert "\x1b[3" not in plain
    assert "en.advertisement.label" in plain


def test_a_run_shows_how_far_it_is_within_a_file(tmp_path: Path) -> None:
    rows = [json.dumps({"text": f"The ferry sailed on day {day}, as its captain told us."}) for day in range(3000)]
    (tmp_path / "days.jsonl").write_text("\n".join(rows), "utf-8")
    seen = on_terminal("batch", "days.jsonl", "-o", "out", "-j", "1", cwd=tmp_path, NO_COLOR="1")
    counts = {int(count.replace(",", "")) for count in re.findall(r"0/1 ([\d,]+) records", seen)}
    assert len(counts) > 1 and max(counts) <= 3000


def test_diff_side_by_side(run: Run, samples: Path) -> None:
    shown = run("diff", "--side-by-side", samples / "en-short.txt").stdout.decode()
    assert re.search(r"Advertisement +- en.advertisement.label", shown)


def test_a_page_cannot_send_escape_codes_to_the_terminal(samples: Path, tmp_path: Path) -> None:
    (tmp_path / "evil\x1b[2J.txt").write_bytes(
        "Share\x1b]0;gone\x07\nShare\n\x9b31mThe \u202eferry\x1b[31m sails.\n".encode()
    )
    for command in (["diff"], ["diff", "--side-by-side"], ["explain"]):
        seen = on_terminal(*command, "evil\x1b[2J.txt", cwd=tmp_path, NO_COLOR="1")
        assert not set("\x07\x9b\u202e") & set(seen)
        assert "\x1b]" not in seen and "\x1b[31m" not in seen and "\x1b[2J" not in seen


def test_the_name_of_a_file_sends_none_either(run: Run, tmp_path: Path) -> None:
    (tmp_path / "\x1b[2J.txt").write_bytes(SHORT)
    for command in (("rules", "list", "--for", "\x1b[2J.txt"), ("review", "\x1b[2J.txt", "--output", "\x1b[2J.html")):
        said = run(*command).stderr
        assert b"\\x1b[2J." in said and b"\x1b" not in said


@pytest.mark.parametrize(
    "arguments",
    [("strip", "--\x1b[2J"), ("strip", "--form", "\x1b[2J"), ("rules", "show", "a", "\x1b[2J"), ("\x1b[2J",)],
)
def test_an_argument_that_is_wrong_sends_none_either(run: Run, arguments: tuple[str, ...]) -> None:
    """As the name of a file does where the shell puts it in the place of `*`."""
    assert b"\x1b" not in run(*arguments, status=2).stderr


def test_explain_cuts_no_text_on_its_way_into_a_pipe(run: Run, tmp_path: Path) -> None:
    sentence = "The ferry that ties the islands to the mainland sails again from Monday on, " * 20
    (tmp_path / "page.txt").write_text(f"Share\n{sentence.strip()}\n")
    for environment in ({}, {"COLUMNS": "60"}):
        shown = run("explain", "page.txt", env={**os.environ, **environment}).stdout.decode().splitlines()
        assert len(shown) == 3
        assert shown[1].endswith("   Share") and shown[2].endswith(f"   {sentence.strip()}")


@pytest.mark.parametrize("width", [60, 119, 120])
@pytest.mark.parametrize("command", [["explain", "samples/en-short.txt"], ["rules", "list"]])
def test_tables_fit_the_terminal_and_leave_ids_whole(
    samples: Path, tmp_path: Path, width: int, command: list[str]
) -> None:
    seen = on_terminal(*command, cwd=tmp_path, COLUMNS=str(width), NO_COLOR="1")
    lines = [line.rstrip() for line in re.sub("\x1b\\[[0-9;]*m", "", seen).splitlines()]
    assert width // 2 < max(map(cell_len, lines)) <= width
    assert any(re.search(r"(^| )en\.advertisement\.label( |$)", line) for line in lines)


def test_explain_tells_of_every_line(run: Run, samples: Path) -> None:
    rows = json.loads(run("explain", "--format", "json", samples / "en-short.txt").stdout)
    assert [row["line"] for row in rows] == list(range(1, 16))
    assert rows[8] | {"start": 0, "end": 0} == {
        "line": 9, "start": 0, "end": 0, "action": "remove", "category": "advertisement",
        "rule": "en.advertisement.label", "reason": "Labels an advertisement", "text": "Advertisement", "trims": [],
    }  # fmt: skip
    assert b"\x1b[" not in run("explain", samples / "en-short.txt").stdout


# --- rules ---------------------------------------------------------------------------------------------------------


def test_rules_list_and_show(run: Run) -> None:
    listed = run("rules", "list").stdout.decode()
    assert re.search(r"en\.advertisement\.label +advertisement +languages/en", listed)
    assert 'id       = "en.advertisement.label"' in run("rules", "show", "en.advertisement.label").stdout.decode()
    assert b"did you mean" in run("rules", "show", "en.advertisement.labels", status=2).stderr


def test_rules_test_and_check_own_packs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE)
    assert b"2 examples of 1 rule hold" in run("rules", "test", "mine.toml").stderr
    run("rules", "check", "mine.toml")
    (tmp_path / "mine.toml").write_text(RULE.replace("They buy oats.", "Buy oats, they said."))
    done = run("rules", "test", "mine.toml", status=1)
    assert b"mine.toml: my.promo.oats: keep example 1: goes, and must stay" in done.stdout
    (tmp_path / "mine.toml").write_text(RULE.replace('remove = ["Buy oats now"]', ""))
    assert b"my.promo.oats: remove: missing" in run("rules", "check", "mine.toml", status=1).stdout
    pack = "schema-version = 1\n[[rule]]\noverride = 'en.byline.by'\nkeep = ['By Ann Reed']\n"
    (tmp_path / "mine.toml").write_text(pack)
    done = run("rules", "test", "mine.toml", status=1)
    assert b"mine.toml: en.byline.by@mine: keep example 1: goes, and must stay" in done.stdout
    run("rules", "test", ROOT / "rules" / "core", cwd=tmp_path)


@pytest.mark.long  # it waits ten seconds
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe is a file of Unix")
def test_a_pack_may_come_through_a_pipe_that_somebody_writes_to(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = run("rules", "check", "pipe", status=1, timeout=50).stdout
    assert b"pipe: cannot be read: is a pipe, and nobody writes to it" in said
    writer = Thread(target=(tmp_path / "pipe").write_text, args=(RULE,))
    writer.start()
    assert b"is no file, and could be read but once" in run("rules", "show", "my.promo.oats", "--rules", "pipe").stdout
    writer.join()


@pytest.mark.parametrize("head", ["[[ rule ]]", "[[rule]]  # the oats"])
def test_a_rule_is_shown_alone_however_its_head_is_written(run: Run, tmp_path: Path, head: str) -> None:
    other = RULE.partition("\n")[2].replace("my.promo.oats", "my.promo.rye").replace("now", "\u2028")
    (tmp_path / "mine.toml").write_text((RULE + other).replace("[[rule]]", head), "utf-8")
    shown = run("rules", "show", "my.promo.rye", "--rules", "mine.toml").stdout.decode()
    assert "my.promo.oats" not in shown and "They buy oats." in shown and len(shown.split("\n")) == 10


@pytest.mark.long
def test_rules_check_names_rules_that_never_fire(run: Run, samples: Path, tmp_path: Path) -> None:
    rules = {
        "fires": "match = { starts = ['a ferry that'] }",
        "idle": "match = { starts = ['the tram sails'] }",
        "second": "match = { starts = ['a ferry that'] }",
        "many": "duplicate = { scope = 'documents' }",
    }
    text = "schema-version = 1\n"
    for name, match in rules.items():
        text += f"[[rule]]\nid = 'my.promo.{name}'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\n{match}\n"
        text += "remove = ['A ferry that sails', 'The tram sails']\nkeep = ['No']\n"
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    (tmp_path / "texts" / "deep").mkdir(parents=True)
    (tmp_path / "texts" / "none.txt").write_bytes(b"\0")
    arguments = ("rules", "check", "mine.toml", "--unused")
    assert b"texts: holds no text file" in run(*arguments, "texts", status=1).stderr
    (tmp_path / "texts" / "deep" / "page.txt").write_text("A ferry that sails\n", "utf-8")
    shown = run(*arguments, "texts", status=1).stdout.decode().splitlines()
    assert [line for line in shown if "never fires" in line] == [
        f"mine.toml: my.promo.{name}: never fires on the text file of texts" for name in ("idle", "second")
    ]
    (tmp_path / "texts" / "B.MD").write_text("## The tram sails\n", "utf-8")
    assert b"second: never fires on the 2 text files" in run(*arguments, "texts", status=1).stdout
    (tmp_path / "texts" / "B.MD").unlink()
    os.mkfifo(tmp_path / "texts" / "pipe.txt")
    assert run(*arguments, "texts", status=1, timeout=20).stdout.decode().splitlines() == shown
    assert b"Invalid value for '--unused'" in run(*arguments, "nowhere", status=2).stderr


def test_check_says_of_what_site_rules_are_that_never_fire(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE.replace("[[rule]]", "site = ['oats.example']\n[[rule]]", 1))
    page = tmp_path / "texts" / "oats.example" / "a.txt"
    page.parent.mkdir(parents=True)
    page.write_text("Buy oats now\n")
    assert b"never fires" not in run("rules", "check", "mine.toml", "--unused", "texts").stdout
    page.rename(tmp_path / "texts" / "a.txt")
    shown = run("rules", "check", "mine.toml", "--unused", "texts", status=1).stdout
    assert b"it is for pages of oats.example alone, which stand in a folder of that name" in shown


def test_help_names_every_command(run: Run) -> None:
    shown = run("--help").stdout.decode()
    assert all(command in shown for command in ("strip", "diff", "explain", "batch", "rules"))
    assert run("--version").stdout.startswith(b"stripper, version ")


def test_why_tells_what_the_shape_says_of_a_line(run: Run, samples: Path) -> None:
    told = run("explain", "--why", "8", samples / "en-short.txt").stdout.decode().splitlines()
    assert told[0].startswith("The ferry that ties")
    assert told[1].startswith("stays as body, by core.body")
    assert [line.split()[0] for line in told[2:6]] == ["before", "article", "gap", "after"]
    assert len(told) > 10
    told = run("explain", "--why", "6", samples / "en-short.txt").stdout.decode().splitlines()
    assert told[1] == "goes as share, by en.share.labels: A button to share, print or save"
    assert told[2] == "  it holds   whole: share this article"
    assert b"line 99 is not there" in run("explain", "--why", "99", samples / "en-short.txt", status=2).stderr


def test_names_are_no_markup(run: Run, tmp_path: Path) -> None:
    name = "q[bold].txt"
    (tmp_path / name).write_text("Share\nThe ferry sails again from Monday on, its captain says.\n")
    assert name.encode() in run("diff", "--side-by-side", name).stdout


def test_a_batch_that_matches_no_file_is_no_success(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert b"--glob" in run("batch", "in", "-o", "out", status=1).stderr


OWN = """
schema-version = 1
[[rule]]
id = "{id}"
category = "promo"
summary = ""
reason = ""
match = {{ {match} }}
"""


@pytest.mark.parametrize("command", [["strip"], ["diff"], ["explain"], ["batch", ".", "-o", "out"]])
def test_a_pattern_that_does_not_compile_is_wrong_usage(run: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "bad.toml").write_text(OWN.format(id="a.b", match='pattern = ["(a"]'))
    assert b"does not compile" in run(*command, "--rules", "bad.toml", status=2).stderr


def test_a_pack_that_takes_a_shipped_id_is_told_how_to_replace_the_rule(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(OWN.format(id="en.share.labels", match='whole = ["a"]'))
    said = run("strip", "--rules", "own.toml", status=2).stderr
    assert b"own.toml: en.share.labels: id: is the id of a shipped rule" in said


def test_the_three_calls_take_the_same_options(tmp_path: Path) -> None:
    pack = tmp_path / "own.toml"
    pack.write_text(OWN.format(id="a.b", match='whole = ["ferry tickets"]'))
    page = "Share\nFerry tickets\nThe ferry sails again from Monday on, its captain says.\n"
    (tmp_path / "page.txt").write_text(page)
    for rules in (pack, str(pack), [pack], stripper.load_rules([pack])):
        options = {"rules": rules, "keep": ["share"], "drop": (), "disable": "en.share.labels"}
        texts = {
            stripper.strip(page, **options).text,
            stripper.strip_bytes(page.encode(), **options).text,
            stripper.strip_file(tmp_path / "page.txt", **options).text,
        }
        assert texts == {page.replace("Ferry tickets\n", "")}


def test_no_progress_bar_goes_into_a_log(run: Run, samples: Path) -> None:
    done = run("batch", samples, "-o", "out", "-j", "1", env=os.environ | {"FORCE_COLOR": "1"})
    assert b"\x1b" not in done.stderr
