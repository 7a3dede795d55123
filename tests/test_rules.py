"""Packs: what loads, what does not, and how clearly that is said."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import shipped_rules, shipped_rules_by_pack

from stripper.authoring.checks import check_rules
from stripper.authoring.examples import test_rules
from stripper.errors import RuleError, UnknownNameError
from stripper.rules.finding import MAX_PACK_BYTES, pack_files, shipped_folder
from stripper.rules.loading import load_rules
from stripper.rules.parsing import MAX_PROBLEMS

SHIPPED = shipped_rules()
RULE = """
schema-version = 1
[[rule]]
id = "my.related.more"
category = "related"
summary = "More of it"
reason = "A link to another article"
match = { starts = ["more of it:"] }
remove = ["More of it: the ferry"]
keep = ["She wanted more of it: all of it, in fact."]
"""


def load(tmp_path: Path, text: str) -> str:
    """Load a pack and return what the error says."""
    (tmp_path / "mine.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError) as error:
        load_rules([tmp_path / "mine.toml"], default=False)
    return str(error.value)


@pytest.mark.parametrize("pack", shipped_rules_by_pack())
def test_shipped_examples_hold(pack: str) -> None:
    """Of each rule by itself."""
    for rule in shipped_rules_by_pack()[pack]:
        assert not test_rules(replace(SHIPPED, rules=(rule,)))


@pytest.mark.long
def test_shipped_packs_have_no_problems() -> None:
    assert check_rules() == ()


def test_no_shipped_pattern_is_tried_on_many_lines() -> None:
    """One without literals that begins with any letter, or any capital, takes longer than all other rules together."""
    for index in SHIPPED.phrases["by_language"].values():
        opened = index["by_initial"]
        assert "" not in opened
        assert {name for uses in opened.values() for name, _, (_, begins, *_), _ in uses if len(begins) > 8} == set()


def test_a_pack_loads_before_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE, "utf-8")
    rules = load_rules([tmp_path]).rules
    assert rules[0].id == "my.related.more"
    assert rules[0].pack == "mine"
    assert len(rules) == len(SHIPPED.rules) + 1


def test_a_pack_may_begin_with_the_mark_of_its_encoding(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE, "utf-8-sig")
    assert load_rules([tmp_path], default=False).rules[0].id == "my.related.more"
    (tmp_path / "mine.toml").write_text(RULE, "utf-16")
    with pytest.raises(RuleError, match="is not in UTF-8; save it so"):
        load_rules([tmp_path], default=False)


def test_without_default_rules_only_the_given_ones(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE, "utf-8")
    assert [rule.id for rule in load_rules([tmp_path], default=False).rules] == ["my.related.more"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("schema-version = 1", "schema-version = 9", ["mine.toml", "schema-version", "must be 1, is 9"]),
        ("starts", "begins-with", ["my.related.more", "match.begins-with", "unknown key"]),
        ('"related"', '"relatd"', ["my.related.more", "category", "did you mean 'related'"]),
        ('"More of it"', "7", ["my.related.more", "summary", "must be a string, is 7"]),
        ('["more of it:"]', '"more of it:"', ["match.starts", "must be a list of strings"]),
        ('{ starts = ["more of it:"] }', "{}", ["match", "is empty"]),
        ('["more of it:"]', '[" "]', ["match", "holds an empty phrase"]),
        ('summary = "More of it"\n', "", ["my.related.more", "summary", "missing"]),
        ("match =", "section = { until = 'dawn' }\nmatch =", ["section.until", "known are end, prose, blank"]),
        ("match =", "section = {}\nrun = {}\nmatch =", ["a rule has one mechanism", "section and run"]),
        ("match =", "where = { max-words = true }\nmatch =", ["where.max-words", "must be a whole number, is True"]),
        ("match =", "action = 'trim'\nmatch =", ["a trim needs a pattern"]),
        ("match =", "where = { max-words = -1 }\nmatch =", ["where.max-words", "cannot be less than 0, is -1"]),
        ("match =", "where = { after = nan }\nmatch =", ["where.after", "must be a number, is nan"]),
        ("match =", "where = { category = ['captoin'] }\nmatch =", ["where.category", "did you mean 'caption'"]),
        ("match =", "guard = { scope = 'rule', kinds = ['lines'] }\nmatch =", ["guard.kinds", "did you mean 'line'"]),
        ('"my.related.more"', '"related"', ["id: cannot be 'related'"]),
        ('"my.related.more"', '""', ["id: cannot be ''"]),
        ("[[rule]]", "[[rule]", ["mine.toml", "is no valid pack"]),
        ('"related"', "related", ["Invalid value (at line 5", "in 'category = related'; a text stands between"]),
        ("[[rule]]", "[slots]\n[slots]\n[[rule]]", ["in '[slots]'; this heading stands twice"]),
        ("{ starts", "{\n  starts", ["what '{' opens '}' closes on the same line"]),
        ("schema-version = 1", "", ["schema-version: missing; a pack begins with the line"]),
        ('starts = ["more of it:"]', 'like = ["more of {month}"]', ["matches nothing: '{month}' has no phrases"]),
        ("[[rule]]", "[[rules]]", ["rules", "unknown key"]),
        ("[[rule]]", "[rule]", ["rule", "must be tables"]),
    ],
)
def test_what_is_wrong_is_said_with_file_rule_and_key(tmp_path: Path, old: str, new: str, expected: list[str]) -> None:
    said = load(tmp_path, RULE.replace(old, new))
    for part in expected:
        assert part in said


TEXT = """schema-version = 1
[text]
stops = "."
closers = ""
trimmings = ""
openers = ""
join-words = 4
unspaced = ["ぁヿ"]
characters-per-word = 2
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"ぁヿ"', '"ヿぁ"', "text.unspaced: must be the first and the last character"),
        ('"ぁヿ"', '""', "text.unspaced: must be the first and the last character"),
        ("= 2", "= 0", "text.characters-per-word: cannot be less than 1"),
        ("= 2", "= nan", "text.characters-per-word: must be a number"),
        ("[text]", "text = 3\n[[rule]]", "text: must be a table"),
    ],
)
def test_what_is_wrong_with_the_text_table_is_said(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert expected in load(tmp_path, TEXT.replace(old, new))


def test_there_may_be_no_script_without_spaces(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(TEXT.replace('"ぁヿ"', ""), "utf-8")
    assert load_rules([tmp_path], default=False).orthography.words("ふね ferry") == 2


def test_check_sees_what_only_the_engine_reads(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(RULE.replace("match =", "body = { bullets = '*' }\n#"), "utf-8")
    assert [(each.key, each.message) for each in check_rules([tmp_path])] == [("body.block-words", "missing")]


def test_all_problems_are_said_at_once(tmp_path: Path) -> None:
    said = load(tmp_path, RULE.replace("starts", "begins").replace('"related"', '"nothing"'))
    assert "match.begins" in said
    broken = RULE.replace("starts", "begins") + RULE.replace("schema-version = 1", "").replace("my.", "your.").replace(
        "summary", "sumary"
    )
    said = load(tmp_path, broken)
    assert "match.begins" in said and "your.related.more: sumary" in said


def test_an_id_is_unique(tmp_path: Path) -> None:
    said = load(tmp_path, RULE + RULE.replace("schema-version = 1", ""))
    assert "my.related.more: id: stands in" in said


def test_a_folder_without_packs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no pack"):
        load_rules([tmp_path], default=False)


def test_a_folder_of_packs_that_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "packs" / "closed").mkdir(parents=True)
    (tmp_path / "packs" / "mine.toml").write_text(RULE, "utf-8")
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    for folder in ("packs", "packs/closed"):
        with pytest.raises(RuleError, match=r"packs/closed: cannot be read: Permission denied$"):
            load_rules([tmp_path / folder], default=False)


def test_a_folder_that_holds_too_much_is_none_of_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of a stranger may name any, such as that of all files."""
    (tmp_path / "packs" / "deep").mkdir(parents=True)
    for name in ("mine.toml", "a.txt", "b.txt", "deep/c.txt"):
        (tmp_path / "packs" / name).write_text(RULE, "utf-8")
    load_rules([tmp_path / "packs"], default=False)
    monkeypatch.setattr("stripper.rules.finding.MOST_FILES", 4)
    with pytest.raises(RuleError, match=r"packs: holds more than 4 files; name the folder of the packs alone$"):
        load_rules([tmp_path / "packs"], default=False)
    assert pack_files(tmp_path / "packs") == [(tmp_path / "packs" / "mine.toml", "mine")]


def test_a_missing_pack_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="cannot be read"):
        load_rules([tmp_path / "none.toml"], default=False)


def test_a_huge_pack_is_refused(tmp_path: Path) -> None:
    assert "larger than" in load(tmp_path, "#" * (MAX_PACK_BYTES + 1))


def test_a_deeply_nested_pack_is_refused(tmp_path: Path) -> None:
    for text in ("x = " + "[" * 10_000 + "]" * 10_000, "schema-version" + ".a" * 900 + " = 1", "z" + ".a" * 200_000):
        assert "nested too deeply" in load(tmp_path, text)
    assert "nested too deeply" in load(tmp_path, RULE + f"[rule.body{'.a' * 900}]\nb = 1\n")


def test_a_pack_full_of_mistakes_is_refused_soon(tmp_path: Path) -> None:
    assert load(tmp_path, RULE + "".join(f"key{number} = 1\n" for number in range(100_000))).count("\n") < MAX_PROBLEMS


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a pipe is a file of Unix")
def test_a_pipe_in_a_folder_is_no_pack(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "mine.toml").write_text(RULE, "utf-8")
    for target in ("nowhere", "gone.toml"):
        (tmp_path / "gone.toml").symlink_to(target)
        for path in (tmp_path, tmp_path / "gone.toml"):
            with pytest.raises(RuleError, match=r"gone\.toml: cannot be read"):
                load_rules([path], default=False)
        (tmp_path / "gone.toml").unlink()
    assert len(load_rules([tmp_path], default=False).rules) == 1


def test_deeply_nested_conditions_are_refused(tmp_path: Path) -> None:
    said = load(tmp_path, RULE + f"[rule.where{'.previous' * 50}]\nmin-words = 1\n")
    assert "my.related.more: where.previous.previous" in said and "nested too deeply" in said


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RuleError, match="no valid pack"):
        load_rules([tmp_path], default=False)


def test_unknown_names_get_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'caption'"):
        SHIPPED.with_options(keep=["captoin"])
    with pytest.raises(UnknownNameError, match=r"did you mean 'core\.title'"):
        SHIPPED.with_options(disable=["core.titel"])


def test_disable_takes_ids_and_categories() -> None:
    rules = SHIPPED.with_options(disable=["core.title", "related"])
    assert not [rule for rule in rules.rules if rule.id == "core.title" or rule.category == "related"]


DOES_NOT_COMPILE = ["(more", r"\p{nv=inf}", "(?V0V1)a", "(?au)a"]
FOUND_BY_CHECK = [
    ('remove = ["More of it: the ferry"]', "", "give at least one text that the rule must take"),
    ('starts = ["more of it:"]', "pattern = ['x*']", "matches the empty text"),
    ('starts = ["more of it:"]', "pattern = ['more'], literals = ['...']", "only marks"),
    ('starts = ["more of it:"]', 'starts = ["more of it:"], whole = ["»"]', "only marks"),
    ('starts = ["more of it:"]', 'starts = ["more of it:", "More  of it:"]', "says what 'more of it:' says"),
    (
        'starts = ["more of it:"]',
        'like = ["more {letters}{letters}{letters}!"]',
        "'more {letters}{letters}{letters}!' takes",
    ),
]


def test_check_finds_what_loading_cannot(tmp_path: Path) -> None:
    """Each rule has one thing wrong with it; the check takes long, and so is asked once."""
    head, rule = RULE.split("[[rule]]")
    rules = [rule.replace(old, new) for old, new, _ in FOUND_BY_CHECK]
    pack = [f"[[rule]]{each.replace('my.related.more', f'my.related.r{n}')}" for n, each in enumerate(rules)]
    patterns = "[patterns]\nletters = '[a-z ]+'\n"
    (tmp_path / "mine.toml").write_text(head + patterns + "".join(pack), "utf-8")
    problems = check_rules([tmp_path])
    for number, (_, _, expected) in enumerate(FOUND_BY_CHECK):
        own = [problem.message for problem in problems if problem.rule == f"my.related.r{number}"]
        assert any(expected in message for message in own), (expected, own)


def test_check_goes_on_where_the_time_for_a_page_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stripper.engine.matching.patterns.PATTERN_TIMEOUT", 0.02)
    monkeypatch.setattr("stripper.engine.matching.budget.PAGE_TIMEOUT", 0.01)
    own = RULE.replace('starts = ["more of it:"]', "pattern = ['^o']").replace("More of it: the ferry", "o" * 60 + "!")
    slow = own.split("[[rule]]")[1].replace("more", "slow").replace("'^o'", "'(?R)?^(?:o|oo)+$'")
    (tmp_path / "mine.toml").write_text(f"{own}[[rule]]{slow}", "utf-8")
    assert any("its time cannot be told" in problem.message for problem in check_rules([tmp_path]))


def test_check_finds_each_pattern_that_does_not_compile(tmp_path: Path) -> None:
    patterns = ", ".join(f"'{pattern}'" for pattern in DOES_NOT_COMPILE)
    (tmp_path / "mine.toml").write_text(RULE.replace('starts = ["more of it:"]', f"pattern = [{patterns}]"), "utf-8")
    found = [problem.message for problem in check_rules([tmp_path])]
    assert len(found) == len(DOES_NOT_COMPILE)
    for pattern, message in zip(DOES_NOT_COMPILE, found, strict=True):
        assert message.startswith(f"{pattern!r} does not compile")


def test_check_finds_an_example_that_another_rule_takes_first(tmp_path: Path) -> None:
    other = RULE.replace("schema-version = 1", "").replace("my.related.more", "my.promo.more")
    other = other.replace('"related"', '"promo"')
    (tmp_path / "mine.toml").write_text(RULE + other, "utf-8")
    assert any("my.related.more takes it first" in problem.message for problem in check_rules([tmp_path]))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("More of it: the ferry", "No more of it: the ferry", "stays, and must not"),
        ("She wanted more of it", "More of it", "goes, and must stay"),
    ],
)
def test_examples_that_fail_are_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (tmp_path / "mine.toml").write_text(RULE.replace(old, new), "utf-8")
    problems = test_rules(load_rules([tmp_path], default=False))
    assert [expected in problem.message for problem in problems] == [True]
    assert problems[0].rule == "my.related.more"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("More of it: the ferry", "No more of it", "'No more of it' stays, and must not: match finds nothing in it"),
        ("[[rule]]", "[[rule]]\nwhere = { max-words = 3 }", "stays, and must not: where.max-words = 3 does not hold"),
        ("[[rule]]", "[[rule]]\nunless = { min-words = 3 }", "stays, and must not: all of unless is true of it"),
        (
            "[[rule]]",
            "[[rule]]\nwhere = { previous = { max-words = 3 } }",
            "where.previous asks for a line before it, and the example has none",
        ),
        (
            "More of it: the ferry",
            "  Sails\\n- More of it: a\\n- Wood",
            "line 3, 'Wood' stays, and must not: match finds",
        ),
        ("More of it: the ferry", "Sails\\n- More of it: a", "line 1, 'Sails', begins neither with"),
        ("More of it: the ferry", "  Sails\\n  More of it: a", "says of no line that it must go"),
        (
            'More of it: the ferry"]',
            '- More of it: a\\n  The ferry sails."]\nsection = {}',
            "line 2, 'The ferry sails.' goes, and must not: the section goes on to a line that ends like a sentence",
        ),
    ],
)
def test_what_an_example_fails_by_is_told(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (tmp_path / "mine.toml").write_text(RULE.replace(old, new), "utf-8")
    problems = test_rules(load_rules([tmp_path], default=False))
    assert any(expected in problem.message for problem in problems), problems


CAPTION = """
[[rule]]
id = "my.caption.photo"
category = "caption"
summary = "A caption"
reason = "A caption"
match = { starts = ["photo:"] }
remove = ["Photo: the ferry"]
keep = ["The photo: a ferry that sails, in the morning."]
"""


@pytest.mark.parametrize(
    ("what", "remove", "keep"),
    [
        ("", "  Photo: a\n- More of it: the ferry\n  Sails", "More of it: the ferry"),
        ("action = 'keep'", "More of it: the ferry", "  Photo: a\n  More of it: the ferry"),
        (
            "section = { max-lines = 1 }",
            "  Photo: a\n- More of it: the ferry\n- Sails\n  Late",
            "More of it: the ferry",
        ),
        ("action = 'trim'", "  Photo: a\n  More of it[-: the ferry-]", "More of it: the ferry"),
    ],
    ids=["line", "keep", "section", "trim"],
)
def test_a_rule_may_ask_what_others_found(tmp_path: Path, what: str, remove: str, keep: str) -> None:
    """Whatever its kind; its examples are tried with the others."""
    asking = RULE.replace("match =", f"where = {{ previous = {{ category = ['caption'] }} }}\n{what}\nmatch =")
    asking = asking.replace('["More of it: the ferry"]', json.dumps([remove]))
    asking = asking.replace('["She wanted more of it: all of it, in fact."]', json.dumps([keep]))
    asking = asking.replace(
        'starts = ["more of it:"]', "pattern = [':.*']" if "trim" in what else "pattern = ['^More']"
    )
    (tmp_path / "mine.toml").write_text(asking + CAPTION, "utf-8")
    assert test_rules(load_rules([tmp_path], default=False)) == ()


def test_every_shipped_pack_has_its_place() -> None:
    assert {name.split("/")[0] for _, name in pack_files(shipped_folder())} <= {"core", "languages", "sites"}


def test_a_rule_set_is_shown_in_a_line() -> None:
    assert repr(load_rules()).startswith(f"<RuleSet of {len(load_rules().rules):,} rules, keeps body, heading")
    assert len(repr(load_rules())) < 200
