"""Phrases, patterns and conditions; and that the literal prefilter never changes an answer."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from functools import lru_cache
from math import inf
from pathlib import Path
from typing import ClassVar

import pytest
import regex
from conftest import shipped_rules, shipped_rules_by_pack
from hypothesis import given, settings
from hypothesis import strategies as st

from stripper.authoring.examples import read_example
from stripper.engine.cleaning import clean
from stripper.engine.matching.prefilter import CompiledRules, compiled
from stripper.model import Document
from stripper.reading.page import Page
from stripper.rules.characters import DIGIT, FIGURE, NON_ASCII, initial_class, missing_characters
from stripper.rules.format import Conditions, Match, Rule
from stripper.rules.requirements import (
    longest_match,
    possible_initials,
    required_characters,
    required_sets,
    required_texts,
)
from stripper.rules.ruleset import RuleSet

SAMPLES = Path(__file__).resolve().parent.parent / "samples"

SHIPPED = shipped_rules()
EXAMPLES = [text for rule in SHIPPED.rules for text in (*rule.remove, *rule.keep)]


def rule_of(match: Match | None = None, **other: object) -> Rule:
    return Rule(id="t", category="promo", summary="", reason="", match=match, **other)  # type: ignore[arg-type]


def hits(text: str, *rules: Rule) -> list[int]:
    """The lines (from 0) of a text that any of the rules applies to, with and without the prefilter."""
    ruleset = replace(SHIPPED, rules=rules)
    page = Page(Document(text), SHIPPED.orthography)
    found = [sorted(CompiledRules(ruleset, prefilter).found(page)) for prefilter in (True, False)]
    assert found[0] == found[1]
    return [page.lines[line][0] for line in found[0]]


@pytest.mark.parametrize(
    ("match", "line", "expected"),
    [
        (Match(whole=("share",)), "Share", True),
        (Match(whole=("share",)), "» SHARE:", True),
        (Match(whole=("share",)), "Share it", False),
        (Match(whole=("¿qué?",)), "¿Qué?", True),
        (Match(starts=("read also:",)), "Read also: the ferry", True),
        (Match(starts=("read also:",)), "  \u2022 READ\u00a0\u00a0ALSO\uff1a the ferry", True),
        (Match(starts=("read also:",)), "Read also:", True),
        (Match(starts=("read also:",)), "Read also the ferry's papers", False),
        (Match(starts=("foto",)), "Fotografen kamen", False),
        (Match(ends=("read more",)), "The ferry sails ... Read more »", True),
        (Match(ends=("read more",)), "He wanted to proofread more", False),
        (Match(contains=("our newsletter",)), "Get our newsletter now", True),
        (Match(contains=("our newsletter",)), "Get our newsletters now", False),
        (Match(contains=("don't miss",)), "And don’t miss this", True),
        (Match(contains=("co-op",)), "The co\u2013op sails", True),
        (Match(contains=("news\u00adletter",)), "newsletter", True),
        (Match(whole=("straße",)), "STRASSE", True),
        (Match(starts=("関連記事",)), "関連記事船が再び出航", True),
        (Match(contains=("もっと見る",)), "記事をもっと見るにはこちら", True),
        (Match(whole=("قراءة المزيد",)), "قراءة المزيد", True),
        (Match(pattern=(r"^\d+ views$",), literals=("views",)), " 87 views ", True),
        (Match(pattern=(r"^\d+ views$",), literals=("views",)), "87 Views", False),
        (Match(pattern=(r"^\d+$",)), "87", True),
        (Match(pattern=("AP",), literals=("ap",)), "東京AP通信", True),
    ],
)
def test_match(match: Match, line: str, expected: bool) -> None:
    assert bool(hits(f"Before\n{line}\nafter\n", rule_of(match))) is expected


EVERY = Match(pattern=(r"\S",))
FOUR = "FERRY 12:\n\nthe ferry is here.\n(A ferry)\n"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Conditions(min_words=3), [2]),
        (Conditions(max_words=2), [0, 3]),
        (Conditions(min_chars=10), [2]),
        (Conditions(max_chars=9), [0, 3]),
        (Conditions(sentence=True), [2]),
        (Conditions(sentence=False), [0, 3]),
        (Conditions(case="upper"), [0]),
        (Conditions(case="lower"), [2]),
        (Conditions(begins="upper"), [0]),
        (Conditions(begins="lower"), [2]),
        (Conditions(begins="mark"), [3]),
        (Conditions(min_digits=0.2), [0]),
        (Conditions(max_digits=0.1), [2, 3]),
        (Conditions(first=1), [0]),
        (Conditions(last=1), [3]),
        (Conditions(after=0.3), [2, 3]),
        (Conditions(before=0.3), [0]),
        (Conditions(blank_before=True), [0, 2]),
        (Conditions(blank_after=True), [0, 3]),
        (Conditions(previous=Conditions(sentence=True)), [3]),
        (Conditions(next=Conditions(min_words=3)), [0]),
        (Conditions(match=Match(contains=("here",))), [2]),
    ],
    ids=repr,
)
def test_conditions(where: Conditions, expected: list[int]) -> None:
    assert hits(FOUR, rule_of(EVERY, where=where)) == expected


def test_unless_is_an_exception_if_all_of_it_holds() -> None:
    rule = rule_of(Match(starts=("photo",)), unless=Conditions(sentence=True, min_words=4))
    assert hits("Photo by Ann.\nPhoto shops on the island have closed.\nPhoto: the ferry\n", rule) == [0, 2]


def test_lone_surrogates_are_no_obstacle() -> None:
    assert hits("\ud800 Share\nshare\n\udfff\n", rule_of(Match(whole=("share",)))) == [1]


def test_folding_that_changes_lengths_moves_no_match() -> None:
    assert hits("İİİİİİ ßßß\nshare\nİ\nshare\n", rule_of(Match(whole=("share",)))) == [1, 3]


def test_words_of_a_line_do_not_depend_on_its_page() -> None:
    """What is found of a line is remembered from page to page."""
    for line in ("\u200b", "ｱｲｳｴｵ", "㍍㍍", "the ferry"):
        alone, beside = (Page(Document(f"{line}\n{other}\n"), SHIPPED.orthography).words[0] for other in ("and", "船"))
        assert alone == beside > 0, line


def test_a_pattern_that_runs_away_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stripper.engine.matching.patterns.PATTERN_TIMEOUT", 0.02)
    bad = rule_of(Match(pattern=(r"^(a|aa|a?)+$",)))
    good = replace(rule_of(Match(whole=("share",))), id="good")
    page = Page(Document("aa\n" + "a" * 5000 + "b\nshare\n"), SHIPPED.orthography)
    found = CompiledRules(replace(SHIPPED, rules=(bad, good))).found(page)
    assert page.timed_out == {"t"}
    assert {line: [each.rule.id for each in rules] for line, rules in found.items()} == {2: ["good"]}


def test_a_pattern_that_takes_all_memory_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Greedy:
        groupindex: ClassVar = {}

        def search(self, text: str, timeout: float) -> None:
            raise MemoryError

        finditer = search

    monkeypatch.setattr("stripper.engine.matching.patterns.PatternLibrary.pattern", lambda self, source: Greedy())
    page = Page(Document("aa\n"), SHIPPED.orthography)
    ready = CompiledRules(replace(SHIPPED, rules=(rule_of(Match(pattern=("^a",))),)))
    assert not ready.found(page) and page.timed_out == {"t"}
    page.timed_out.clear()
    assert not ready.lines[0].spans(page, 0) and page.timed_out == {"t"}


def test_white_space_is_as_it_stands_for_those_that_cut() -> None:
    match = Match(pattern=(r"\s{3,}advertisement$",), literals=("advertisement",))
    assert hits("The ferry sails.   advertisement\nThe ferry sails.", rule_of(match, action="trim")) == [0]
    assert hits("The ferry sails.   advertisement\n", rule_of(match)) == []


def answers(text: str, rules: RuleSet, prefilter: bool) -> dict[int, list[str]]:
    ready = compiled(rules) if prefilter else without(rules)
    found = ready.found(Page(Document(text), rules.orthography))
    return {line: [each.rule.id for each in some] for line, some in found.items()}


@lru_cache(maxsize=2)
def without(rules: RuleSet) -> CompiledRules:
    return CompiledRules(rules, prefilter=False)


# Without the prefilter each rule is tried on each line, which takes a second for a page: some in each run of the tests.
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.stem, marks=[pytest.mark.long] * bool(number % 20))
        for number, path in enumerate(sorted(SAMPLES.glob("*.txt")))
    ],
)
def test_prefilter_changes_no_answer_on_samples(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    assert answers(text, SHIPPED, True) == answers(text, SHIPPED, False)


@pytest.mark.parametrize("pack", shipped_rules_by_pack())
def test_prefilter_changes_no_answer_of_any_rule(pack: str) -> None:
    for rule in shipped_rules_by_pack()[pack]:
        if rule.match is None:
            continue
        alone = replace(SHIPPED, rules=(rule,))
        found = []
        for text in {read_example(example)[0] for example in (*rule.remove, *rule.keep)}:
            answer = answers(text, alone, True)
            assert answer == answers(text, alone, False), rule.id
            found += answer.values()
        assert found, rule.id


@pytest.mark.parametrize("each", [50, pytest.param(5, marks=pytest.mark.long)])
def test_prefilter_changes_no_answer_of_all_rules(each: int) -> None:
    """A rule's examples at once, with what other rules make of them."""
    for rule in SHIPPED.rules[::each]:
        text = "\n".join(read_example(example)[0] for example in (*rule.remove, *rule.keep))
        assert answers(text, SHIPPED, True) == answers(text, SHIPPED, False)


def test_what_is_remembered_of_a_line_does_not_hide_a_later_rule() -> None:
    first, second = (Rule(f"t.{n}", "promo", "", "", match=Match(whole=("oats",))) for n in range(2))
    ready = CompiledRules(replace(SHIPPED, rules=(first, second)))

    def found(*timed_out: str) -> list[str]:
        page = Page(Document("Oats\n"), SHIPPED.orthography)
        page.timed_out.update(timed_out)
        return [each.rule.id for rules in ready.found(page).values() for each in rules]

    assert found() == ["t.0"]
    assert found("t.0") == ["t.1"]
    assert found() == ["t.0"]


@pytest.mark.long
def test_prefilter_changes_no_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [Document(path.read_bytes().decode("utf-8")) for path in sorted(SAMPLES.glob("*.txt"))]
    decided = [clean(page, SHIPPED) for page in pages]
    monkeypatch.setattr("stripper.engine.plan.compiled", lambda rules: CompiledRules(rules, prefilter=False))
    unfiltered = replace(SHIPPED)  # another object, and so compiled anew
    assert [clean(page, unfiltered) for page in pages] == decided


@pytest.mark.parametrize("size", [1, 50, 700])
def test_windows_of_a_long_page_change_no_decision(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    page = Document((SAMPLES / "en-news.txt").read_text("utf-8") + "Share \ud800 " * 200)
    decided = clean(page, replace(SHIPPED))
    monkeypatch.setattr("stripper.engine.matching.lookup.WINDOW", size)
    assert clean(page, replace(SHIPPED)) == decided


@pytest.mark.long
@pytest.mark.parametrize("text", ["@", "Share "])
def test_what_a_long_line_holds_again_and_again_takes_no_more_memory(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr("stripper.engine.matching.lookup.WINDOW", 2000)
    peaks = []
    for length in (10_000, 90_000):
        page = Document(text * (length // len(text)))
        clean(Document("Oats\n"), SHIPPED)
        tracemalloc.start()
        clean(page, SHIPPED)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 60 * 80_000  # bytes for each character


WORDS = sorted({word for text in EXAMPLES for word in text.split()})
LINES = sorted({line for path in SAMPLES.glob("*.txt") for line in path.read_text("utf-8").splitlines()})
PIECES = st.sampled_from(WORDS) | st.sampled_from(EXAMPLES) | st.sampled_from(LINES) | st.text(max_size=4)


@pytest.mark.long
@given(st.lists(st.lists(PIECES, max_size=6).map(" ".join), max_size=8).map("\n".join))
@settings(max_examples=100, deadline=None)
def test_prefilter_changes_no_answer(text: str) -> None:
    assert answers(text, SHIPPED, True) == answers(text, SHIPPED, False)


@pytest.mark.parametrize(
    ("pattern", "flags"),
    [
        (r"^\d{1,2}\.\d{4}$", DIGIT),
        (r"(?i)^(?:19|20)[0-9]", DIGIT),
        (r"(?:page )?\d*", 0),
        (r"vor (?:\d|einer) Stunde", 0),
        (r"(?<=\d)a|\bb", 0),
        ("[ⓒ©] ?", NON_ASCII),
        ("(?:사진|이미지)제공", NON_ASCII),
        ("фото[:-]|사진", NON_ASCII),
        ("[–-]", 0),
        (r"^[\d¼½]+ g", FIGURE),
        (r"\d+ g|½ l", FIGURE),
        (r"^[\d.]+", 0),
        ("foto|фото", 0),
        ("(?i)K|ı|İ|ſ", 0),
        (r"(a)\1", 0),
        (r"(?:foo){e<=1}", 0),
        (r"(?V1)foo", 0),
        (r"\p{Lu}\d+ größer", DIGIT | NON_ASCII),
        (r"(?x) \d # [a] digit", DIGIT),
        (r"\U0000003f?a", 0),
        (r"1{,}a", 0),
        (r"(?P<n1>a)(?P=n1)|(?P>n1)|(?P&n1)", 0),
        (r"\\p{e<=1}", 0),
        (r"(?#\)1)a", 0),
        ("(?fi)ẞ", 0),
        ("[[:script=greek:]é|é]", 0),
    ],
)
def test_what_a_pattern_needs_a_line_to_hold(pattern: str, flags: int) -> None:
    assert required_characters(pattern) == flags


@pytest.mark.parametrize(
    ("pattern", "classes"),
    [
        (r"(?i)^(?:Read|see) more", "rs"),
        (r"(?i)^(?:foto|Ünlü)?\s*\d", ".0fü"),
        (r"^\W{0,4}(?!b)a", ".a"),
        (r"^[\]a-c]|^K", ".abck"),
        (r"^\(?©", "."),
        (r"^\x41|^\U00000042", "ab"),
        (r"^[\d-z]", ".0z"),
        (r"^[a-\d]", ""),
        (r"^\\x41", "."),
        (r"^a{,}b", "ab"),
        (r"(?ix)^ [ ] | ^ \  | ^ r  # read", ".r"),
        (r"^(*PRUNE)a", ""),
        (r"(?a)^\W", ""),
        (r"(?i)^ılık", "i"),
        (r"^a|b", ""),
        (r"a", ""),
        (r"^a?", ""),
        (r"^[^a]", ""),
        (r"^[\p{L}.]a", ""),
        (r"^[[:alpha:]]a", ""),
        (r"^\w", ""),
        (r"^[\u0400-\u04ff]", ""),
        (r"(?V1)^[a--b]", ""),
        (r"(?:^|x)a", ""),
    ],
)
def test_what_a_pattern_needs_a_line_to_begin_with(pattern: str, classes: str) -> None:
    assert possible_initials(pattern) == classes


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("(?i)^(?:Read|see) more", {" more"}),
        (r"(?x) read \  more | mehr # also", {"read more", "mehr"}),
        (r"^(?:photo|foto){2}", {"photo", "foto"}),
        ("(?:photo)? by", {" by"}),
        (r"(?:photo){e<=1}|(?V1)a", set()),
    ],
)
def test_texts_that_a_pattern_needs(pattern: str, texts: set[str]) -> None:
    assert required_texts(pattern, lambda text: True) == texts


@pytest.mark.parametrize(
    ("pattern", "sets"),
    [
        ("for .*(?:get|download)(?: the)? app", [{"for "}, {"get", "download"}, {" app"}]),
        (r"(?i)^\d+[:：]\d(?:Uhr|h)$", [{":", "："}, {"Uhr", "h"}]),
        (r"a_{20,}b*[^c][d-f]\.", [{"a"}, {"_"}, {"."}]),
        (r"(?:photo (?:by|of)|foto)\s*[\s/]", [{"photo ", "foto"}]),
        (r"(?=.*(?:app|news))(?<=a)(?!b)(?:c|\d)", [{"app", "news"}, {"a"}]),
        ("(?:a){e<=1}", []),
    ],
)
def test_all_that_a_pattern_needs(pattern: str, sets: list[set[str]]) -> None:
    assert required_sets(pattern) == sets


@pytest.mark.parametrize(
    ("pattern", "most"),
    [
        (r"^A$", 1),
        (r"^-?\d{1,4}\b(?!x)$", 5),
        (r"^(?:ab|c{3}[de])$", 4),
        ("^a$|^bc$", 2),
        (r"^\d{1,3}\s*/$", inf),
        (r"^\X$", inf),
        ("^a", inf),
        ("^a$|b", inf),
        ("(?fi)^ß$", inf),
    ],
)
def test_how_long_a_line_may_be_for_a_pattern(pattern: str, most: float) -> None:
    assert longest_match(pattern) == most


def test_a_pattern_is_tried_where_all_that_it_needs_stands() -> None:
    rule = rule_of(Match(pattern=(r"(?i)^get .{1,20}(?:app|game)\s?[!！]$",), literals=("get",)))
    text = "Get our app!\nGET THE BEST GAME ！\nGet the news!\nGet the app\nGet the ａｐｐ!\nThe app!"
    assert hits(text, rule) == [0, 1]
    page = Page(Document(text), SHIPPED.orthography)
    lookup = CompiledRules(replace(SHIPPED, rules=(rule,)))._lookup(page.languages).own
    assert lookup is not None
    assert [line for line, found in lookup.candidates(page, range(len(page))).items() if found] == [0, 1, 4]


def test_what_a_text_lacks() -> None:
    assert [missing_characters(text) for text in ("a 1", "a é", "1 é", "a")] == [2, 1, 0, 7]


@pytest.mark.long
def test_digits_that_python_does_not_know_yet() -> None:
    new = [char for char in map(chr, range(0x110000)) if regex.match(r"\d", char) and not char.isdecimal()]
    assert new and not [char for char in new if missing_characters(char) & DIGIT]


def test_letters_that_patterns_take_for_each_other_open_alike() -> None:
    every = [char for char in map(chr, range(0x110000)) if not "\ud800" <= char <= "\udfff"]
    cased = "".join(char for char in every if len({char, char.lower(), char.upper(), char.casefold()}) > 1)
    for char in cased:
        alike = regex.findall(f"(?i){regex.escape(char)}", cased)
        assert {initial_class(each) for each in alike} == {initial_class(char)}, alike
    text = "".join(every)
    assert {initial_class(char) for char in regex.findall(r"\W", text)} == {"."}
    assert {initial_class(char) for char in regex.findall(r"\d", text)} <= {"0", "."}
