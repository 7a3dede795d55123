"""What is no plain text of one page is said to be so, in one line that tells what to do."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from conftest import Run

import stripper

PROSE = "The ferry that ties the southern islands to the mainland left its berth on Monday, eleven weeks late.\n"
OTHERS = [
    ("WARC/1.0\r\nWARC-Type: conversion\r\n\r\n" + PROSE, "WARC"),
    ("<!DOCTYPE html>\n<html><body><p>" + PROSE, "HTML"),
    ('{"url": "a", "text": "One."}\n{"url": "b", "text": "Two."}\n', "JSON Lines"),
    ('url,text\nhttps://harbour.example/a,"One, two."\n', "table"),
    ("id\ttext\n1\tOne\n", "table"),
    (PROSE.replace("\n", " ") * 30, "one line"),
]


@pytest.mark.parametrize(("text", "said"), OTHERS, ids=[said for _, said in OTHERS])
def test_what_looks_like_another_format_is_said(run: Run, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "page").write_bytes(text.encode())
    done = run("strip", "page")
    assert said in done.stderr.decode() and done.stderr.count(b"\n") <= 3


@pytest.mark.parametrize("text", [text for text, said in OTHERS if said != "one line"])
def test_standard_input_that_looks_like_another_format_is_refused(run: Run, text: str) -> None:
    done = run("strip", input=text.encode(), status=1)
    assert not done.stdout and b"say --from " in done.stderr and done.stderr.count(b"\n") == 1
    assert run("strip", "--from", "txt", input=text.encode()).returncode == 0


@pytest.mark.parametrize(
    "text",
    [
        PROSE * 3,
        "{ferry}: the song\n" + PROSE,
        "Ann, who sails\nThe quay, in Tual\n" + PROSE,
        "A page on <html> and other tags\n" + PROSE,
        "Ferry\tQuay\n" + PROSE,
    ],
)
def test_prose_is_no_other_format(text: str) -> None:
    assert not [note for note in stripper.strip_bytes(text.encode()).notes if note.kind == "format"]


@pytest.mark.parametrize(
    "data", [gzip.compress(PROSE.encode()), b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"PK\x03\x04\x14\0\0"]
)
def test_what_is_no_text_is_refused_with_what_to_do(run: Run, data: bytes) -> None:
    done = run("strip", input=data, status=1)
    assert not done.stdout and re.search(b"give|say --from", done.stderr)


def test_a_batch_says_it_of_each_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text(OTHERS[2][0])
    done = run("batch", "in", "-o", "out", "-j", "1", "--report", "report.json")
    assert b"JSON Lines" in done.stderr and b'"other_formats"' in (tmp_path / "report.json").read_bytes()
