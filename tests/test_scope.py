"""Rules for some sites, paths and languages, and packs that change or switch off the rules of others."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from conftest import Run

import stripper
from stripper.authoring.examples import test_rules as run_examples
from stripper.errors import RuleError
from stripper.rules.loading import load_rules

PAGE = """\
The ferry sails again
The harbour office said that the ferry would sail again when its engine had been mended by the men of the yard.
From the harbour desk of Anna
It was the first time in a month that the boat had left the quay, and all of those who were on board were glad.
Foto: Anna Roig
There will be more boats in the summer, the office told the council, but not before the second quay has been built.
"""
DESK = "From the harbour desk"
RULE = """
[[rule]]
id       = "my.desk"
category = "promo"
summary  = "s"
reason   = "r"
match    = { starts = ["from the harbour desk"] }
remove   = ["From the harbour desk of Anna"]
keep     = ["From the harbour one sees the desk."]
"""


def pack(folder: Path, text: str, head: str = "") -> Path:
    path = folder / "my.toml"
    path.write_text(f"schema-version = 1\n{head}\n{text}\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("head", "own", "site", "goes"),
    [
        ("", "", "", True),
        ("", "site = ['news.example']", "", False),
        ("", "site = ['news.example']", "news.example", True),
        ("", "site = ['news.example']", "News.example", True),
        ("", "site = ['news.example']", "https://www.news.example/a", True),
        ("", "site = ['news.example']", "WWW.news.example", True),
        ("", "site = ['www.news.example']", "news.example", True),
        ("", "site = ['www.news.example']", "https://www.news.example/a", True),
        ("", "site = ['*.news.example']", "www.news.example", False),
        ("", "site = ['news.example']", "https://other.example/news.example", False),
        ("", "site = ['other.example', '*.news.example']", "https://sport.news.example:8080/a", True),
        ("", "site = ['*.news.example']", "https://news.example/a", False),
        ("site = ['news.example']", "", "news.example", True),
        ("site = ['news.example']", "", "other.example", False),
        ("site = ['news.example']", "site = ['other.example']", "other.example", True),
        ("", "path = ['/sport/*']", "https://news.example/sport/1?q=2", True),
        ("", "path = ['/sport/*']", "https://news.example/culture/1", False),
        ("site = ['news.example']", "path = ['/sport/*']", "https://other.example/sport/1", False),
        ("", "site = ['news.example']", "https://[broken", False),
    ],
)
def test_a_rule_is_for_the_pages_of_a_site(tmp_path: Path, head: str, own: str, site: str, goes: bool) -> None:
    rules = load_rules([pack(tmp_path, RULE + own, head)], default=False)
    assert (DESK not in stripper.strip(PAGE, rules=rules, site=site).text) is goes
    assert run_examples(rules) == ()  # which do not say where they are from


def test_a_url_where_the_site_of_a_rule_should_stand_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as error:
        load_rules([pack(tmp_path, RULE + "site = ['https://news.example/sport']")], default=False)
    assert "site: cannot be 'https://news.example/sport'; name the host alone" in str(error.value)


def test_a_scoped_rule_leaves_others_their_say_on_a_line(tmp_path: Path) -> None:
    """The first rule that takes a line ends the search, unless it may not speak of the page."""
    second = RULE.replace("my.desk", "my.other").replace("promo", "share")
    rules = load_rules([pack(tmp_path, RULE + "site = ['news.example']" + second)], default=False)
    for site, rule in (("", "my.other"), ("news.example", "my.desk"), ("", "my.other")):
        outcome = stripper.strip(PAGE, rules=rules, site=site)
        assert [each.rule for each in outcome.removed if each.line == 3] == [rule]


def test_sites_are_told_by_folders_groups_urls_and_by_hand(run: Run, tmp_path: Path) -> None:
    pack(tmp_path, RULE, "site = ['news.example']")
    for folder in ("news.example/2021", "other.example"):
        (tmp_path / "in" / folder).mkdir(parents=True)
        (tmp_path / "in" / folder / "page.txt").write_text(PAGE, "utf-8")
    own = ("--rules", "my.toml", "--no-default-rules")
    run("batch", "in", "-o", "out", *own)
    assert DESK not in (tmp_path / "out/news.example/2021/page.txt").read_text("utf-8")
    assert DESK in (tmp_path / "out/other.example/page.txt").read_text("utf-8")
    run("batch", "in", "-o", "all", *own, "--site", "news.example")
    assert DESK not in (tmp_path / "all/other.example/page.txt").read_text("utf-8")
    assert DESK.encode() not in run("strip", *own, "in/news.example/2021/page.txt").stdout
    assert DESK.encode() in run("strip", *own, "in/other.example/page.txt").stdout
    records = [{"url": f"https://{host}/1", "text": PAGE} for host in ("news.example", "other.example")]
    lines = "".join(json.dumps(record) + "\n" for record in records).encode()
    told = run("strip", "--from", "jsonl", *own, input=lines).stdout.splitlines()
    assert [DESK in json.loads(line)["text"] for line in told] == [False, True]


def base(folder: Path) -> Path:
    """Another pack, whose rules those of `pack` may change."""
    path = folder / "base.toml"
    path.write_text("schema-version = 1\n" + RULE, "utf-8")
    return path


@pytest.mark.parametrize("name", ["my.desk", "promo"])
@pytest.mark.parametrize(
    ("head", "site", "goes"),
    [("", "", False), ("site = ['a.example']", "a.example", False), ("site = ['a.example']", "", True)],
)
def test_a_pack_switches_off_rules_of_others_where_it_is_for(
    tmp_path: Path, name: str, head: str, site: str, goes: bool
) -> None:
    rules = load_rules([base(tmp_path), pack(tmp_path, "", f"disable = ['{name}']\n{head}")], default=False)
    assert (DESK not in stripper.strip(PAGE, rules=rules, site=site).text) is goes


OVERRIDE = """
[[rule]]
override = "my.desk"
where    = { max-words = 1 }
remove   = ["From the harbour desk"]
"""


def test_a_rule_overrides_another_where_it_speaks(tmp_path: Path) -> None:
    paths = [base(tmp_path), pack(tmp_path, OVERRIDE + "site = ['a.example']")]
    rules = load_rules(paths, default=False)
    for site, goes in (("", True), ("a.example", False)):
        assert (DESK not in stripper.strip(PAGE, rules=rules, site=site).text) is goes
    own, other = (next(rule for rule in rules.rules if rule.id == name) for name in ("my.desk@my", "my.desk"))
    assert (own.match, own.category, own.keep) == (other.match, other.category, other.keep)
    pack(tmp_path, OVERRIDE)
    assert {rule.id for rule in load_rules(paths, default=False).rules} == {"my.desk@my"}


@pytest.mark.parametrize(
    ("text", "head", "message"),
    [
        ("", "disable = ['my.dask']", "disable: no category or rule is called 'my.dask'; did you mean"),
        (OVERRIDE.replace("my.desk", "my.dusk"), "", "override: no rule is called 'my.dusk'"),
        (OVERRIDE + "max-wrds = 2", "", "my.desk@my: max-wrds: unknown key"),
        (RULE.replace("my.desk", "my.own") + "site = 'news.example'", "", "site: must be a list of strings"),
        (OVERRIDE.replace("my.desk", "my.own"), "", "override: no rule is called 'my.own'"),
    ],
)
def test_what_is_wrong_with_a_scope_is_said(tmp_path: Path, text: str, head: str, message: str) -> None:
    with pytest.raises(RuleError, match=message.replace("?", r"\?")):
        load_rules([base(tmp_path), pack(tmp_path, text, head)], default=False)


@pytest.mark.long
def test_rules_that_apply_to_a_page_are_listed(run: Run, tmp_path: Path) -> None:
    pack(tmp_path, RULE, "site = ['news.example']")
    (tmp_path / "page.txt").write_text(PAGE, "utf-8")
    shown = run("rules", "list", "--rules", "my.toml", "--for", "page.txt")
    assert b"page.txt: en; " in shown.stderr
    assert b"en.byline.by " in shown.stdout and b"core.body " in shown.stdout
    assert b"de.byline" not in shown.stdout and b"my.desk" not in shown.stdout
    shown = run("rules", "list", "--rules", "my.toml", "--for", "page.txt", "--site", "news.example")
    assert b"my.desk" in shown.stdout
    assert b"my.desk" in run("rules", "show", "my.desk", "--rules", "my.toml").stdout


def test_an_override_is_shown_as_its_pack_has_it(run: Run, tmp_path: Path) -> None:
    base(tmp_path), pack(tmp_path, OVERRIDE)
    shown = run("rules", "show", "my.desk@my", "--rules", "my.toml", "--rules", "base.toml").stdout
    assert b"max-words = 1" in shown and b"starts" not in shown


def test_a_site_is_told_by_its_folder_from_wherever_one_is(run: Run, tmp_path: Path) -> None:
    pack(tmp_path, RULE, "site = ['news.example']")
    site = tmp_path / "news.example"
    (site / "2021").mkdir(parents=True)
    for page in (site / "page.txt", site / "2021" / "page.txt"):
        page.write_text(PAGE, "utf-8")
    own = ("--rules", tmp_path / "my.toml", "--no-default-rules")
    for place in (tmp_path, site, site / "2021"):
        name = os.path.relpath(site / "2021" / "page.txt", place)
        assert DESK.encode() not in run("strip", *own, name, cwd=place).stdout
        assert b"my.desk" in run("explain", *own, name, cwd=place).stdout
        assert b"my.desk" in run("rules", "list", *own, "--for", name, cwd=place).stdout
    for number, (place, folder) in enumerate([(tmp_path, "news.example"), (site, "."), (tmp_path, ".")]):
        out = tmp_path.parent / f"{tmp_path.name}-{number}"
        run("batch", folder, "-o", out, *own, "--removed", cwd=place)
        assert all(DESK not in page.read_text("utf-8") for page in out.rglob("page.txt"))
        assert run("compare", folder, *own, "--against-run", out, cwd=place).stdout == b""
    assert DESK.encode() in run("strip", *own, "--site", "other.example", "page.txt", cwd=site).stdout


def test_the_body_of_a_site_can_be_overridden(tmp_path: Path) -> None:
    own = "[[rule]]\noverride = 'core.body'\nsite = ['news.example']\nsummary = 'As it is'"
    rules = load_rules([pack(tmp_path, own)])
    for site, body in (("news.example", "core.body@my"), ("", "core.body")):
        outcome = stripper.strip(PAGE, rules=rules, site=site)
        assert {each.rule for each in outcome.decisions if each.category == "body"} == {body}
        assert outcome.text == stripper.strip(PAGE).text
