"""Marked pages come out as is recorded: what a change does to them is seen where the record changes."""

from __future__ import annotations

from pathlib import Path

import generate
import pytest
from bench.marked import HELD_OUT, LEARNED, read_marked


@pytest.mark.parametrize("folder", [LEARNED, HELD_OUT], ids=lambda folder: folder.name)
def test_what_is_wrong_with_marked_pages_is_what_is_recorded(folder: Path) -> None:
    recorded = (folder / "wrong.txt").read_text("utf-8")
    assert generate.wrong(folder) == recorded, "look at what has changed; `python tests/generate.py` records it"


@pytest.mark.parametrize("folder", [LEARNED, HELD_OUT], ids=lambda folder: folder.name)
def test_most_lines_of_marked_pages_become_what_their_marks_say(folder: Path) -> None:
    told = sum(len(page["marks"]) - page["marks"].count("?") for page in read_marked(folder))
    assert len((folder / "wrong.txt").read_text("utf-8").splitlines()) < 0.1 * told
