"""What is learned from the pages of a site: its chrome, and no line of an article."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from conftest import SHARED, Run

import stripper
from stripper.authoring.learn import Learned, Learner, key_of
from stripper.authoring.pages import Source
from stripper.engine.evidence import find_evidence
from stripper.model import Document
from stripper.reading.page import Page
from stripper.rules.loading import load_rules
from stripper.rules.ruleset import RuleSet

BOATS = ("Nusa", "Sari", "Kei", "Aru", "Banda", "Seram", "Buru", "Obi")


def _site(folder: Path) -> Path:
    """Pages of a site with chrome that no shipped rule knows, and lines of articles that several pages share."""
    folder.mkdir()
    for number, boat in enumerate(BOATS):
        quoted = "Nobody on the wall said a word when the boat came in, the harbour master said.\n" * (number < 6)
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
        assert ("Nobody on the wall" in text) is (number < 6)


def test_prose_that_pages_share_is_left_out_and_said(run: Run, tmp_path: Path) -> None:
    done = run("rules", "learn", _site(tmp_path / "quay"))
    assert b"left out: 1 line that reads as prose: 'Nobody on the wall said a word" in done.stderr
    assert b"Nobody on the wall" not in done.stdout.partition(b"match")[2].partition(b"keep ")[0]


GUIDE_SITE = Path(__file__).resolve().parent.parent / "docs" / "quay.example"


of_one_site = pytest.mark.xdist_group("learned")  # from which is learned once


@pytest.fixture(scope="module")
def learned() -> Learned:
    """What the made-up site of the guide proposes."""
    return _learned({path.name: path.read_text("utf-8") for path in sorted(GUIDE_SITE.iterdir())})


def _learned(pages: dict[str, str]) -> Learned:
    rules = load_rules(examples=False)
    learner = Learner(rules)
    for name, text in pages.items():
        learner.add(Source(name, name, "quay.example/"), stripper.strip(text, rules=rules))
    return learner.learned()


@pytest.fixture(scope="module")
def with_learned(learned: Learned, tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    pack = tmp_path_factory.mktemp("learned") / "quay.toml"
    pack.write_text(learned.pack, "utf-8")
    return load_rules([pack])


@of_one_site
def test_markers_credits_and_lines_with_numbers_are_learned(learned: Learned) -> None:
    found = {rule["id"]: rule for rule in tomllib.loads(learned.pack)["rule"]}
    assert all(rule["site"] == ["quay.example"] for rule in found.values())
    end, box = found["quay-example.related.end"], found["quay-example.related.box"]
    assert re.search(end["match"]["pattern"][0], "The lantern was lit by 1,234 readers")
    assert end["section"] == {"until": "end", "prose-words": 10, "max-words": 0}
    assert box["match"] == {"whole": ["Under the same lamp"]}
    assert box["section"] == {"until": "prose", "prose-words": 10, "max-lines": 2}
    assert found["quay-example.promo.starts"]["match"] == {"starts": ["sketch by"]}
    evidence = r"#   10 of 10 pages, left \d+ of 10 times; below it 70 lines, \d+ of them left"
    evidence += r" and \d+ taken for their place alone: The lantern was"
    assert re.search(evidence, learned.pack)
    assert "#   quay.example/: 'A choir that sings to the fog' on 6 pages: is the title of some pages" in learned.pack


@of_one_site
@pytest.mark.parametrize(
    ("site", "url", "readers", "goes"),
    [
        ("quay.example", "", "The lantern was lit by 9 readers", True),
        ("", "https://www.quay.example/new", "The lantern was lit by 9 readers", True),
        ("other.example", "", "The lantern was lit by 9 readers", False),
    ],
)
def test_what_a_marker_heads_goes(with_learned: RuleSet, site: str, url: str, readers: str, goes: bool) -> None:
    teaser = "A boat that nobody has seen before"
    page = (GUIDE_SITE / "wall.txt").read_text("utf-8").partition("The lantern was lit")[0]
    page += f"{readers}\nFrom the keeper's shelf\n{teaser}\n"
    outcome = stripper.strip(page, rules=with_learned, site=site or url)
    by = {page[each.start : each.end].strip(): each.rule for each in outcome.removed}
    assert (by.get(teaser) == "quay-example.related.end") is goes


@of_one_site
def test_a_marker_is_not_believed_where_an_article_goes_on(with_learned: RuleSet) -> None:
    page = (GUIDE_SITE / "wall.txt").read_text("utf-8")
    story = "The mason had a bell of his own, which he rang whenever a stone had found its place in the wall.\n"
    page = page.replace("From the keeper's shelf\n", story)
    assert story in stripper.strip(page, rules=with_learned, site="quay.example").text


def test_folders_within_that_of_a_site_are_one_site(run: Run, tmp_path: Path) -> None:
    for number, path in enumerate(sorted(GUIDE_SITE.iterdir())):
        folder = tmp_path / "quay.example" / str(2019 + number % 3)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / path.name).write_bytes(path.read_bytes())
    found = tomllib.loads(run("rules", "learn", "quay.example").stdout.decode())["rule"]
    assert {rule["id"] for rule in found} >= {"quay-example.related.end", "quay-example.related.box"}
    assert all(rule["site"] == ["quay.example"] for rule in found)


def test_a_few_pages_prove_nothing(run: Run, tmp_path: Path) -> None:
    site = _site(tmp_path / "quay")
    done = run("rules", "learn", *sorted(site.iterdir())[:4])
    assert b"quay/: fewer than 5 pages" in done.stderr and b"[[rule]]" not in done.stdout


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("updated 3 may 2021", "updated 12 june 2022", True),
        ("may 3, 2021", "june 12, 2022", True),
        ("updated in may", "updated in june", False),
        ("4 stars & up (197)", "4 stars & down (197)", False),
    ],
)
def test_dates_are_one_line(one: str, other: str, same: bool) -> None:
    assert (key_of(one) == key_of(other)) is same


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
    assert b"'Top rigged' on 8 pages: stands many times on each page" in done.stdout


def test_a_line_longer_than_any_paragraph_is_left_out_and_said(run: Run, tmp_path: Path) -> None:
    for number, boat in enumerate(BOATS):
        story = f"The {boat} left its berth on Monday, {number + 2} weeks after a storm took the ramp of {boat}.\n"
        (tmp_path / f"{number}.txt").write_text(story * 3 + "share " * 2000 + "\n", "utf-8")
    done = run("rules", "learn", ".", "--glob", "*.txt")
    assert b": is too long for a phrase" in done.stdout and len(done.stdout) < 2000


def test_what_is_left_out_and_proposed_is_said_in_sentences(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bell.toml").write_text(
        'schema-version = 1\n[[rule]]\nid = "bell"\ncategory = "promo"\nsummary = "A bell"\nreason = "Asks readers"\n'
        'match = { starts = ["ring the bell"] }\nremove = ["Ring the bell"]\nkeep = ["A bell"]\n',
        "utf-8",
    )
    said = run("rules", "learn", GUIDE_SITE).stderr.decode()
    assert re.search(r"^left out: 10 lines that are the titles of some pages; such as 'A bakery", said, re.M)
    assert said.endswith("\n5 phrases in 4 rules proposed from 10 pages; 10 left out, named at the end of the pack\n")
    (tmp_path / "stripper.toml").write_text('rules = ["bell.toml"]\n', "utf-8")
    said = run("rules", "learn", GUIDE_SITE).stderr.decode()
    assert said.splitlines()[-1].startswith("3 phrases in ")
    assert said.endswith("; with bell.toml: only what it leaves is proposed\n")


def test_a_pack_that_was_edited_is_not_overwritten_unless_forced(run: Run, tmp_path: Path) -> None:
    pack = tmp_path / "quay.toml"
    learn = ("rules", "learn", GUIDE_SITE, "-o", pack)
    run(*learn)
    run(*learn)
    as_learned = pack.read_bytes()
    edited = as_learned.replace(b'"related"', b'"promo"')
    pack.write_bytes(edited)
    assert b"was edited since it was learned" in run(*learn, status=2).stderr
    assert pack.read_bytes() == edited
    run(*learn, "--force")
    assert pack.read_bytes() == as_learned


def test_no_box_is_proposed_within_another() -> None:
    pages = {path.name: path.read_text("utf-8") for path in sorted(GUIDE_SITE.iterdir())}
    box = "In the chandler's window\nOil by the barrel\nWicks of all widths\nGlass blown at home\n\n"
    for name in list(pages)[:5]:
        pages[name] = pages[name].replace("Under the same lamp\n", f"{box}Under the same lamp\n")
    found = tomllib.loads(_learned(pages).pack)["rule"]
    boxes = [rule["match"]["whole"] for rule in found if rule.get("section", {}).get("until") == "prose"]
    assert sorted(line for some in boxes for line in some) == ["In the chandler's window", "Under the same lamp"]


def test_a_label_that_lines_begin_with_keeps_its_colon(run: Run, tmp_path: Path) -> None:
    site = _site(tmp_path / "quay")
    run("rules", "learn", site, "-o", "quay.toml")
    proposed = tomllib.loads((tmp_path / "quay.toml").read_text("utf-8"))["rule"]
    [rule] = [each for each in proposed if "starts" in each["match"]]
    assert rule["match"] == {"starts": ["quaylog:"]}
    assert rule["keep"][0] == "Quaylog how the Nusa was painted"
    page = (site / "0.txt").read_text("utf-8").replace("Quaylog:", "Quaylog")
    assert "Quaylog how" in run("strip", "--rules", "quay.toml", "--site", "quay", input=page.encode()).stdout.decode()
    run("rules", "test", "quay.toml")


@pytest.mark.long
def test_a_label_within_lines_keeps_its_colon(run: Run, tmp_path: Path) -> None:
    site = _site(tmp_path / "quay")
    places = ("wall", "slip", "bell", "crane", "light", "shed", "ramp", "steps")
    for path, place, boat in zip(sorted(site.glob("*.txt")), places, BOATS, strict=False):
        text = path.read_text("utf-8").rstrip("\n")
        path.write_text(f"{text}\nThe {place} at noon, quayphoto: {boat} Reed\n", "utf-8")
    run("rules", "learn", site, "-o", "quay.toml")
    proposed = tomllib.loads((tmp_path / "quay.toml").read_text("utf-8"))["rule"]
    [rule] = [each for each in proposed if any("quayphoto" in some for some in each["match"].get("pattern", ()))]
    assert "at noon, quayphoto Nusa Reed" in rule["keep"][0]
    run("rules", "test", "quay.toml")
    run("rules", "check", "quay.toml")


@pytest.mark.parametrize("line", ["In short", "Ring the bell: have you seen it, too?"])
def test_a_line_that_is_kept_without_evidence_moves_no_other(tmp_path: Path, line: str) -> None:
    page = (GUIDE_SITE / "bakery.txt").read_text("utf-8")

    def fates(evidence: str) -> dict[str, str]:
        rule = 'id = "quay.keep"\ncategory = "body"\nsummary = "A line"\nreason = "Of the article"\naction = "keep"\n'
        examples = f'match = {{ whole = ["{line}"] }}\nkeep = ["{line}"]\nremove = ["Another line"]\n'
        (tmp_path / "keep.toml").write_text(f"schema-version = 1\n[[rule]]\n{rule}{evidence}{examples}", "utf-8")
        rules = load_rules([tmp_path / "keep.toml"]) if evidence else load_rules(examples=False)
        decisions = stripper.strip(page, rules=rules).decisions
        return {page[each.start : each.end].strip(): each.action for each in decisions}

    before, after, with_evidence = fates(""), fates("evidence = false\n"), fates("evidence = true\n")
    assert after[line] == with_evidence[line] == "keep"
    assert {text for text in before if after[text] != before[text]} <= {line}
    assert {text for text in before if with_evidence[text] != before[text]} - {line}
