"""The languages of a page, and the rules that they switch on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run

import stripper
from stripper.errors import RuleError, UnknownNameError
from stripper.reading.languages import Language, LanguageFinder
from stripper.rules.loading import load_rules

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
PAGES = sorted(path for path in SAMPLES.glob("*.txt") if not path.name.endswith(".clean.txt"))

ENGLISH = """
The council and the harbour
Budget speech, 3 March 2020
The harbour office said that the ferry would sail again when its engine had been mended by the men of the yard.
It was the first time in a month that the boat had left the quay, and all of those who were on board were glad.
There will be more boats in the summer, the office told the council, but not before the second quay has been built.
"""
HEADLINE = "Budget speech, 3 March 2020"  # looks like the name of a paper and a date to a rule of another language


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_language_of_a_page_is_found(page: Path) -> None:
    assert stripper.strip_file(page).language == page.stem[:2]


@pytest.mark.parametrize("text", ["", "Ferry 12\n", "4.5.2021\n17:30\n" * 40, "Lorem ipsum dolor sit amet\n" * 40])
def test_of_a_page_that_tells_nothing_no_language_is_said_and_all_rules_apply(text: str) -> None:
    outcome = stripper.strip(text + "Baca juga: Kapal Nusa tiba\n")
    assert outcome.language == ""
    assert "Baca juga" not in outcome.text


def test_rules_of_other_languages_leave_a_page_alone() -> None:
    assert HEADLINE in stripper.strip(ENGLISH).text
    assert HEADLINE not in stripper.strip(ENGLISH, languages="all").text
    assert HEADLINE not in stripper.strip(ENGLISH, languages=["id", "en"]).text
    assert stripper.strip(ENGLISH, languages="de").language == "de"


def test_a_label_goes_whatever_the_language_of_its_page_is() -> None:
    assert "Anzeige" not in stripper.strip(ENGLISH + "Anzeige\n").text


def test_labels_of_a_widespread_language_go_on_other_pages() -> None:
    german = (SAMPLES / "de-presse.txt").read_text("utf-8")
    assert "Posted on" not in stripper.strip(german + "\nPosted on May 4, 2021 by Anna\n").text


def test_languages_are_named_on_the_command_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text(ENGLISH, "utf-8")
    assert HEADLINE.encode() in run("strip", "page.txt").stdout
    assert HEADLINE.encode() not in run("strip", "--languages", "id,en", "page.txt").stdout
    assert json.loads(run("strip", "--format", "json", "page.txt").stdout)["language"] == "en"
    wrong = run("strip", "--languages", "idd", "page.txt", status=2)
    assert b"no language is called 'idd'; did you mean 'id'?" in wrong.stderr
    with pytest.raises(UnknownNameError):
        stripper.strip(ENGLISH, languages="xx")


RULE = """
[[rule]]
id       = "my.rule"
category = "promo"
summary  = "s"
reason   = "r"
match    = { whole = ["the council and the harbour"], starts = ["there will be more boats"] }
"""


@pytest.mark.parametrize(
    ("head", "own", "label_goes", "start_goes"),
    [
        ("", "", True, True),
        ("language = ['de']", "", True, False),
        ("", "language = ['de']", False, False),
        ("language = ['de']", "language = ['en', 'de']", True, True),
    ],
)
def test_a_pack_and_a_rule_say_for_which_languages_they_are(
    tmp_path: Path, head: str, own: str, label_goes: bool, start_goes: bool
) -> None:
    pack = tmp_path / "my.toml"
    pack.write_text(f"schema-version = 1\n{head}\n{RULE}{own}\n", "utf-8")
    text = stripper.strip(ENGLISH, rules=pack).text
    assert ("The council and the harbour" not in text) is label_goes
    assert ("There will be more boats" not in text) is start_goes


def test_signs_that_languages_share_add_up_to_the_same_in_any_order() -> None:
    words = tuple(f"word{number}" for number in range(10))
    finder = LanguageFinder([Language(code, words) for code in "abcdefghij"])
    assert finder.signs([" ".join(words)]) == dict.fromkeys("abcdefghij", 1.0)


def test_a_pack_can_bring_a_language_of_its_own(tmp_path: Path) -> None:
    pack = tmp_path / "la.toml"
    words = "et in est non ad ut cum sed quod qui per ex esse nec si quae"
    pack.write_text(f"schema-version = 1\nlanguage = ['la']\nfunction-words = {words.split()}\n{RULE}", "utf-8")
    page = "Navis in portu est, sed non ad insulam, quod ventus non cessat. Nautae cum ducibus per urbem et ex via ut\n"
    assert stripper.strip(page, rules=pack).language == "la"


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("language = ['xx']", "nothing tells pages in 'xx'"),
        ("language = 'de'", "language: must be a list of strings"),
        ("function-words = ['et']", "language: must name one language"),
        ("langage = ['de']", "langage: unknown key; did you mean 'language'?"),
    ],
)
def test_what_is_wrong_with_the_head_of_a_pack_is_said(tmp_path: Path, head: str, message: str) -> None:
    pack = tmp_path / "my.toml"
    pack.write_text(f"schema-version = 1\n{head}\n{RULE}", "utf-8")
    with pytest.raises(RuleError, match=message):
        load_rules([pack])
