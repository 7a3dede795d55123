"""Others write to the same folders: what they put there is never read, written through or waited for."""

from __future__ import annotations

import json
import os
import sqlite3
from pathlib import Path

import pytest
from conftest import Run, files

import stripper
from stripper.engine.records import digest
from stripper.errors import InputError
from stripper.runs import batch, cleaning
from stripper.runs.files import REMOVED
from stripper.runs.restore import restore_bytes
from stripper.runs.results import Options

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
    with batch.Run([pages], stripper.load_rules(), Options(tmp_path / "out", grouping=None)) as run:
        (pages / "b.txt").unlink()
        (pages / "b.txt").symlink_to(tmp_path / "secret")
        results = list(run.clean())
    assert [result.status for result in results] == ["cleaned", "failed"]
    assert "b.txt: is a symbolic link" in results[1].message
    assert list(files(tmp_path / "out")) == ["a.txt"]


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
