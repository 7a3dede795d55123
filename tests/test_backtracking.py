"""Patterns that run away: they are found before they are used, and hang nothing if they are."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from conftest import ROOT, Run, shipped_rules

from stripper.authoring import checks, examples
from stripper.authoring.backtracking import Attack, find_attack
from stripper.authoring.checks import check_rules
from stripper.engine.matching.patterns import PATTERN_TIMEOUT
from stripper.errors import RuleError
from stripper.rules.format import matches_of
from stripper.rules.loading import load_rules, rules_at
from stripper.rules.patterns import MOST_CHARACTERS, parse, size, too_large
from stripper.rules.ruleset import RuleSet

RUNAWAY = ROOT / "tests" / "packs" / "runaway.toml"
PROSE = "The ferry that ties the southern islands to the mainland left its berth on Monday, eleven weeks late.\n"


def patterns(rules: RuleSet) -> list[tuple[str, str]]:
    return sorted(
        {(rule.id, source) for rule in rules.rules for _, match in matches_of(rule) for source in match.pattern}
    )


BAD = patterns(load_rules([RUNAWAY], default=False))
SOME = [(), pytest.mark.long, pytest.mark.long]  # counting to the end takes a second for each


@pytest.mark.parametrize("source", [pytest.param(source, marks=SOME[at % 3]) for at, (_, source) in enumerate(BAD)])
def test_a_pattern_that_runs_away_is_found(source: str) -> None:
    attack = find_attack(source, as_it_stands=True).text
    assert attack is not None
    assert eval(str(attack)) == attack.text  # what is shown can be tried


@pytest.mark.parametrize(
    "source",
    [
        r"^a+$",
        r"^\d+ views$",
        r"^\s*(?:a\s++)*$",
        r"^(?>a+)b",
        r"^(?:By|BY)(?:\s*+:)?\s*+\p{Lu}[\p{L}.'-]*+(?:\s++\p{Lu}[\p{L}.'-]*+){0,5}$",
        r"(?i)\((?:photo|image)s?: [^()]{2,80}\)",
        r"^.{0,80}©\s*+\d{4}",
        r"(?#nothing)(?i:a)(?=b)[]\]a][^]b]\p{L}\x41{2}(?<!c){,3}",
        r"",
    ],
)
def test_a_pattern_that_does_not_passes(source: str) -> None:
    assert find_attack(source).text is None


def test_white_space_is_folded_for_all_but_those_that_cut() -> None:
    assert find_attack(r"\s+$", as_it_stands=True).text is not None
    assert find_attack(r"\s+$").text is None


def test_runaway_texts_are_looked_for_where_packs_are_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What was found of a shipped pattern is kept; one of a user's own is tried each time."""
    tried = []

    def find(source: str, as_it_stands: bool) -> Attack:
        tried.append(source)
        return find_attack(source, as_it_stands)

    monkeypatch.setattr(checks, "find_attack", find)
    monkeypatch.setattr(checks, "load_rules", lambda paths: shipped_rules())
    (tmp_path / "page.txt").write_text(PROSE, "utf-8")
    assert all("never fires" in each.message for each in check_rules(folder=tmp_path))
    assert tried == []
    monkeypatch.setenv("STRIPPER_CACHE", str(tmp_path / "cache"))
    for lasting, times in ((True, 1), (True, 1), (False, 2), (False, 3)):
        attacks, rule = checks.Attacks(lasting), shipped_rules().rules[0]
        assert attacks.on("^a+b", rule) is None
        found = attacks.on("^(?:a|aa)+b", rule)
        assert found is not None and eval(str(found)) == found.text
        attacks.keep()
        assert tried == ["^a+b", "^(?:a|aa)+b"] * times


ENDLESS = """
[[rule]]
id = "t.{0}"
category = "promo"
summary = ""
reason = ""
match = {{ pattern = ['(?:a|aa)+{0}'] }}
remove = ["a{0}"]
keep = ["b"]
"""


@pytest.mark.long
def test_a_pack_of_any_number_of_harmless_patterns_is_looked_at_to_a_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.toml"
    harmless = ENDLESS.replace("(?:a|aa)+{0}", "^a{0}$")
    pack.write_text("schema-version = 1\n" + "".join(map(harmless.format, range(20))), "utf-8")
    monkeypatch.setattr(checks, "MOST_OF_A_PACK", 20_000)
    [problem] = check_rules([pack])
    assert "patterns that are not looked at" in problem.message


@pytest.mark.long
def test_a_pack_of_any_number_of_costly_patterns_is_looked_at_to_a_limit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pack = tmp_path / "pack.toml"
    pack.write_text("schema-version = 1\n" + "".join(map(ENDLESS.format, range(20))), "utf-8")
    monkeypatch.setattr(checks, "MOST_OF_A_PACK", 1_200_000)  # each takes half a million
    *found, last = check_rules([pack])
    assert [each.rule for each in found] == ["t.0", "t.1", "t.2"]
    assert last.rule == "t.3" and "first of 17 patterns that are not looked at" in last.message
    monkeypatch.setattr(examples, "MOST_SECONDS", 0)
    rules = load_rules([pack])
    [problem] = examples.test_rules(rules, rules_at([pack], rules))
    assert problem.rule == "t.0" and "examples from here on are not tried" in problem.message
    assert "are not tried" in check_rules([pack])[-1].message


@pytest.mark.long
def test_check_names_file_rule_key_and_text() -> None:
    problems = check_rules([RUNAWAY])
    found = [problem for problem in problems if "ever more on longer lines" in problem.message]
    assert sorted(problem.rule for problem in found) == [rule for rule, _ in BAD]
    assert {problem.file for problem in found} == {str(RUNAWAY)}
    keys = {problem.key for problem in found}
    assert keys == {
        "match.pattern",
        "section.until-match.pattern",
        "where.match.pattern",
        "where.previous.match.pattern",
    }
    assert any("'^(?:a|aa)+$' takes 500,001 steps on 'a' * " in problem.message for problem in found)


@pytest.mark.long
def test_a_pack_that_runs_away_neither_hangs_nor_spoils_a_page(run: Run, tmp_path: Path) -> None:
    trap = "a" * 60 + "!"
    lines = [f"The ferry sails at noon. ({trap})", f"aa {trap}e", f"Read also: {trap}f\nAfter it - the ferry."]
    lines += ["Most read: it", *(trap + ending for ending in "bcd"), f"{trap}g\n{trap}g"]
    ships = ["Nusa", "Sari", "Kei", "Aru", "Seram", "Haruku", "Manipa", "Leti", "Tual", "Roma", "Kur", "Teor", "Roti"]
    sentence = PROSE.replace("berth", "quay")  # one of the patterns takes whatever has a b
    first, *others = [sentence.replace("ferry", f"ferry {ship}") for ship in ships]
    page = "".join([first, *others[:4], *(f"{line}\n{after}" for line, after in zip(lines, others[4:], strict=True))])
    (tmp_path / "page.txt").write_text(page, "utf-8")
    start = time.monotonic()
    done = run("strip", "--form", "plain", "--rules", RUNAWAY, "page.txt", status=1)
    assert time.monotonic() - start < len(BAD) * len(lines) * PATTERN_TIMEOUT
    assert done.stdout.startswith(first.encode())
    # Runs are looked for outside the article alone; without the shipped rules, all of the page is outside.
    alone = run("strip", "--form", "plain", "--rules", RUNAWAY, "--no-default-rules", "page.txt", status=1)
    said = done.stderr.decode() + alone.stderr.decode()
    exponential = {rule for rule, _ in BAD} - {"runaway.line.classic", "runaway.line.polynomial"}
    assert {rule for rule in exponential if f"page.txt: {rule}: ran out of time" not in said} == set()


@pytest.mark.parametrize(
    ("source", "atoms"),
    [
        ("", 0),
        ("abc", 3),
        ("a{3}", 4),
        ("(?:ab{2,}){3}", 16),
        (r"[a-z]+\p{L}", 3),
        ("(?:a|b|(?i)c)?", 3),
        ("a{0,9}", 1),
    ],
)
def test_size_is_that_of_the_repeats_written_out(source: str, atoms: int) -> None:
    assert size(parse(source)) == atoms


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a" * (MOST_CHARACTERS + 1), "is longer than"),
        ("(?:" * 20 + "a" + "){3}" * 20, "repeats more than"),
        ("(?:(?:a{1000}){1000}){1000}", "repeats more than"),
        ("(" * 2000 + "a" + ")" * 2000, "nested too deeply"),
        ("(" * 300 + "1" + ")" * 300, "nested too deeply"),
        ("(?x)(?:(?:a{300 }){300 }){ 300 }", "repeats more than"),
        ("(?:(?:(?x:a{300 }){300 }){ 300 })", "repeats more than"),
        (r"(?:(?:(?:a{30}){300})\N{){1000}}", "repeats more than"),
        ("(?V1)(?:(?:(?:a{30}){300}[[a])]x]){1000}", "repeats more than"),
    ],
)
def test_a_pattern_that_would_choke_the_compiler_does_not_load(tmp_path: Path, source: str, said: str) -> None:
    assert said in too_large(source)
    rule = "[[rule]]\nid = 'a.b'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\n"
    (tmp_path / "mine.toml").write_text(f"schema-version = 1\n{rule}match = {{ pattern = ['{source}'] }}\n", "utf-8")
    with pytest.raises(RuleError, match=f"a.b: match.pattern: .*{said}"):
        load_rules([tmp_path], default=False)
