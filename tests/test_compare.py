"""What a changed pack does to pages, and the exit status that says whether it does anything."""

from __future__ import annotations

from pathlib import Path

from conftest import Run

PACK = """schema-version = 1

[[rule]]
id       = "mine.promo.mainland"
category = "promo"
summary  = "A line of the test"
reason   = "Goes for the test"
match    = { starts = ["%s"] }
remove   = ["%s"]
keep     = ["Nothing of the kind"]
"""


def test_lines_that_change_are_named_with_their_rule(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(PACK % (("for a month",) * 2), "utf-8")
    (tmp_path / "new.toml").write_text(PACK % (("the ferry that ties",) * 2), "utf-8")
    page = samples / "en-short.txt"
    done = run("compare", page, "--rules", "old.toml", "--with", "new.toml", status=1)
    shown = done.stdout.decode().splitlines()
    assert shown[0] == "en-short.txt"
    assert shown[1].startswith("-8: The ferry that ties")
    assert shown[1].endswith("[mine.promo.mainland]")
    assert shown[2].startswith("+11: For a month")
    assert len(shown) == 3
    assert b"2 lines change on 1 of 1 pages" in done.stderr


def test_nothing_changes_under_the_same_rules(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(PACK % (("for a month",) * 2), "utf-8")
    done = run("compare", samples / "en-short.txt", "--rules", "old.toml", "--with", "old.toml")
    assert done.stdout == b""
    assert b"0 lines change" in done.stderr
