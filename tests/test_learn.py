"""What is learned from the pages of a site: its chrome, and no line of an article."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import SHARED, Run

import stripper
from stripper.engine.judging import find_evidence
from stripper.model import Document
from stripper.reading.page import Page
from stripper.rules.loading import load_rules

BOATS = ("Nusa", "Sari", "Kei", "Aru", "Banda", "Seram", "Buru", "Obi")


def _site(folder: Path) -> Path:
    """Pages of a site with chrome that no shipped rule knows, and lines of articles that several pages share."""
    folder.mkdir()
    for number, boat in enumerate(BOATS):
        quoted = "Nobody on the wall said a word when the boat came in, the harbour master said.\n" * (number < 4)
        page = (
            f"Quayfolk {number} of us\nThe {boat} sails again\n"
            f"The {boat} left its berth on Monday, {number + 2} weeks after a storm took the ramp of {boat}.\n"
            f"{quoted}Rope and tar\n"
            * 1
            + f"Islanders met the {boat} with drums and bread, and some of them had walked all night to be there.\n"
            f"Quaylog: how the {boat} was painted\n{SHARED}\n"
        )
        (folder / f"{number}.txt").write_text(page, "utf-8")
    return folder


@pytest.mark.long
def test_the_chrome_of_a_site_is_learned_and_goes(run: Run, tmp_path: Path) -> None:
    site = _site(tmp_path / "quay")
    done = run("rules", "learn", site, "-o", "quay.toml")
    assert b"proposed from 8 pages" in done.stderr
    run("rules", "check", "quay.toml")
    run("rules", "test", "quay.toml")
    for number, boat in enumerate(BOATS):
        text = run("strip", "--rules", "quay.toml", site / f"{number}.txt").stdout.decode()
        assert SHARED not in text
        assert "Quaylog" not in text
        assert "Quayfolk" not in text
        assert f"The {boat} left its berth" in text
        assert "Islanders met" in text
        assert ("Nobody on the wall" in text) is (number < 4)


def test_prose_that_pages_share_is_left_out_and_said(run: Run, tmp_path: Path) -> None:
    done = run("rules", "learn", _site(tmp_path / "quay"))
    assert b"nobody on the wall" in done.stderr
    assert b"reads as prose" in done.stderr
    assert b"Nobody on the wall" not in done.stdout.partition(b"match")[2].partition(b"keep ")[0]


def test_the_order_of_pages_makes_no_difference(run: Run, tmp_path: Path) -> None:
    site = _site(tmp_path / "quay")
    names = sorted(site.iterdir())
    one = run("rules", "learn", *names).stdout
    assert one == run("rules", "learn", *reversed(names)).stdout
    assert b"[[rule]]" in one


def test_what_is_learned_is_for_its_site_and_moves_nothing_else(run: Run, tmp_path: Path) -> None:
    site = _site(tmp_path / "quay")
    run("rules", "learn", site, "-o", "quay.toml")
    rules = load_rules([tmp_path / "quay.toml"])
    own = [rule for rule in rules.rules if rule.pack == "quay"]
    assert own and all(rule.site == ("quay",) and not rule.evidence for rule in own)
    page = (site / "0.txt").read_text("utf-8")
    for where, goes in (("quay", True), ("https://other.example/", False)):
        seen = Page(Document(page, site=where), rules.orthography)
        told = find_evidence(seen, rules)
        taken = {each.rule for each in stripper.strip(page, rules=rules, site=where).removed}
        assert any(rule.id in taken for rule in own) is goes
        assert told == find_evidence(Page(Document(page), rules.orthography), load_rules(examples=False))


def test_lines_that_stand_many_times_on_each_page_are_left_out_and_said(run: Run, tmp_path: Path) -> None:
    site = tmp_path / "shop"
    site.mkdir()
    for number, boat in enumerate(BOATS):
        rows = "".join(f"{boat} model {row}\nTop rigged\n" for row in "abc")
        story = f"The {boat} left its berth on Monday, {number + 2} weeks after a storm took the ramp of {boat}.\n"
        (site / f"{number}.txt").write_text(f"The {boat} and its models\n{story * 1}{rows}", "utf-8")
    done = run("rules", "learn", site)
    assert b"'top rigged' on 8 of 8 pages: stands many times on each page" in done.stderr
