"""What a changed pack does to pages, and the exit status that says whether it does anything."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, shipped_rules

from stripper.authoring.compare import Fates, compare, no_part_in, under
from stripper.authoring.pages import Pages, Source
from stripper.engine.statistics import Statistics
from stripper.model import Document
from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet
from stripper.runs.discovery import Search
from stripper.runs.results import PageOptions

DATA = re.compile(r'<script type="text/plain" id="[^"]*">([^<]*)</script>')

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


def unpacked(data: str) -> Any:
    return json.loads(gzip.decompress(b64decode(data)))


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
    assert b"2 lines change on 1 of 1 page" in done.stderr


def test_nothing_changes_under_the_same_rules(run: Run, samples: Path, tmp_path: Path) -> None:
    for name in ("old.toml", "copy.toml"):
        (tmp_path / name).write_text(PACK % (("for a month",) * 2), "utf-8")
    done = run("compare", samples / "en-short.txt", "--rules", "old.toml", "--with", "copy.toml")
    assert done.stdout == b""
    assert b"0 lines change" in done.stderr


def test_where_there_is_nothing_to_compare_it_is_said_what_to_do(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(PACK % (("for a month",) * 2), "utf-8")
    for asked, why in (((), b"no rules differ"), (("--rules", "old.toml", "--with", "old.toml"), b"the same packs")):
        said = run("compare", samples / "en-short.txt", *asked, status=2).stderr
        assert b"nothing to compare" in said and why in said and b"--with PACK" in said


@pytest.fixture
def old() -> RuleSet:
    return shipped_rules()


@pytest.mark.parametrize(
    ("change", "few"),
    [
        ("match = { contains = ['harbour'] }\nunless = { min-words = 12 }", True),
        ("match = { whole = ['nobody says so'] }", True),
        pytest.param(
            "match = { pattern = ['ferry.{0,40}eleven (?<cut>weeks)'] }\naction = 'trim'", True, marks=pytest.mark.long
        ),
        pytest.param("where = { max-words = 3 }\nrun = { min-lines = 2 }", False, marks=pytest.mark.long),
        ("override = 'core.guard.rule'", False),
    ],
)
def test_pages_that_cannot_have_changed_are_not_judged(
    samples: Path, tmp_path: Path, old: RuleSet, change: str, few: bool
) -> None:
    head = "schema-version = 1\n[[rule]]\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\n"
    own = "" if "override" in change else "id = 'my.r'\n"
    (tmp_path / "my.toml").write_text(f"{head}{own}{change}\n".replace("'promo'", "'body'" if not own else "'promo'"))
    new = load_rules([tmp_path / "my.toml"])
    pages = Pages.of([samples], Search(("en-[f-s]*.txt",)), None, PageOptions(new))
    judged = []

    def before(source: Source, document: Document, counts: Statistics | None) -> Fates:
        judged.append(source.name)
        return under(lambda _: old)(source, document, counts)

    quick = no_part_in(pages, lambda _: old)
    found = [[each for each in compare(pages, before, *ways) if each] for ways in ((quick,), ())]
    assert [each.changes for each in found[0]] == [each.changes for each in found[1]]
    assert (len(judged) < 1.5 * len(pages)) is few


def _git(folder: Path, *arguments: str) -> None:
    own = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *own, "-C", folder, *arguments], check=True, capture_output=True)


@pytest.mark.long
def test_a_pack_is_compared_with_a_revision_of_it(run: Run, samples: Path, tmp_path: Path) -> None:
    pack = tmp_path / "packs" / "mine.toml"
    pack.parent.mkdir()
    pack.write_text(PACK % (("for a month",) * 2), "utf-8")
    _git(tmp_path, "init")
    _git(tmp_path, "add", "packs")
    _git(tmp_path, "commit", "-m", "old")
    pack.write_text(PACK % (("the ferry that ties",) * 2), "utf-8")
    page = samples / "en-short.txt"
    for path in ("packs", "packs/mine.toml"):
        shown = run("compare", page, "--rules", path, "--against-git", "HEAD", status=1).stdout.decode().splitlines()
        assert shown[1].startswith("-8: The ferry that ties") and shown[2].startswith("+11: For a month")
    for revision, message in (("nope", b"no such revision"), ("--output=x", b"no such revision")):
        wrong = run("compare", page, "--rules", "packs", "--against-git", revision, status=2)
        assert message in wrong.stderr
    (tmp_path / "packs" / "new.toml").write_text(PACK.replace("mine", "new") % ("x", "x"), "utf-8")
    assert (
        b"did not match any files"
        in run("compare", page, "--rules", "packs/new.toml", "--against-git", "HEAD", status=2).stderr
    )
    assert not (tmp_path / "x").exists()


@pytest.mark.long
def test_rules_are_compared_with_what_a_run_took(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(PACK % (("for a month",) * 2), "utf-8")
    (tmp_path / "new.toml").write_text(PACK % (("the ferry that ties",) * 2), "utf-8")
    (tmp_path / "in").mkdir()
    page = tmp_path / "in" / "page.txt"
    page.write_bytes((samples / "en-short.txt").read_bytes())
    run("batch", "in", "-o", "out", "--removed", "--rules", "old.toml")
    assert run("compare", "in", "--rules", "old.toml", "--against-run", "out").stdout == b""
    shown = run("compare", "in", "--rules", "new.toml", "--against-run", "out", status=1).stdout.decode().splitlines()
    assert shown[1].startswith("-8: The ferry that ties") and shown[2].startswith("+11: For a month")
    beside = tmp_path / "out" / "page.txt.removed.jsonl"
    for text in ("[" * 100_000, "{}\n", beside.read_text("utf-8").replace('"at"', '"it"')):
        beside.write_text(text, "utf-8")
        assert b"page.txt.removed.jsonl: is not what" in run("compare", "in", "--against-run", "out", status=1).stderr
    run("compare", "in", "--against-run", "out", "--with", "new.toml", status=2)
    assert (
        b"nowhere: no such folder; it is the output of"
        in run("compare", "in", "--against-run", "nowhere", status=2).stderr
    )
    beside.unlink()
    assert (
        b"txt.removed.jsonl: no such file; the pages" in run("compare", "in", "--against-run", "out", status=1).stderr
    )


@pytest.mark.long
def test_pages_are_compared_by_themselves_where_batch_took_them_so(run: Run, samples: Path, tmp_path: Path) -> None:
    for number in range(4):
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.txt").write_text(f"The boat {number} sails\nThe quay has nine lamps\n", "utf-8")
    run("batch", "in", "-o", "out", "--removed", "--no-cross-document")
    assert run("compare", "in", "--against-run", "out", "--no-cross-document").stdout == b""
    done = run("compare", "in", "--against-run", "out", status=1)
    assert b"core.duplicate.documents" in done.stdout and b"--no-cross-document" in done.stderr


def test_what_changes_is_shown_in_a_browser(run: Run, samples: Path, tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(PACK % (("for a month",) * 2), "utf-8")
    (tmp_path / "new.toml").write_text(PACK % (("the ferry that ties",) * 2), "utf-8")
    pages = [samples / name for name in ("en-short.txt", "de-presse.txt")]
    run("compare", *pages, "--rules", "old.toml", "--with", "new.toml", "--html", "changes.html", status=1)
    index, *parts = (unpacked(data) for data in DATA.findall((tmp_path / "changes.html").read_text("utf-8")))
    [page] = index["pages"]
    assert (page["name"], page["changed"]) == ("en-short.txt", 2)  # the other does not change
    was = {line[0]: line[6]["was"] for line in parts[0][0] if len(line) > 6 and "was" in line[6]}
    assert {number: fate[0] for number, fate in was.items()} == {8: 1, 11: 0}
    assert was[11][2] == "mine.promo.mainland"
    (tmp_path / "mine.html").write_text("my own page", "utf-8")
    run("compare", *pages, "--html", "mine.html", status=2)
