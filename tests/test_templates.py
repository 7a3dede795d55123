"""Templates: what they match, what they need, and that those of strangers neither hang nor explode."""

from __future__ import annotations

from pathlib import Path
from time import process_time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from stripper.engine.matching.matcher import holds_phrase
from stripper.errors import RuleError
from stripper.reading.folding import fold
from stripper.rules.loading import load_rules
from stripper.rules.templates import Slots, SlotTables

SLOTS = SlotTables(
    {
        "unit": ["mile[s]", "sea mile[s]"],
        "none": [],
        "either": ["tide {number}", "{unit} out"],
        "joined": ["tide & out", "up & sail"],
    },
    {"number": r"\d+", "name": r"(?-i:\p{Lu})\p{L}+", "open": r"[(\[]"},
)
ORTHOGRAPHY = load_rules(default=False).orthography


def takes(template: str, line: str) -> bool:
    return any(regex.search(made.pattern, line) for made in Slots(SLOTS).make(template))


@pytest.mark.parametrize(
    ("template", "lines", "others"),
    [
        ("sea chart", ["sea chart", "• Sea  chart."], ["sea charts", "a sea chart", "seachart", "sea chart:"]),
        ("{number} {unit}", ["3 miles", "12 SEA MILE"], ["3miles", "3 furlongs", "three miles"]),
        ("{number}[ ]{unit}", ["3 miles", "3miles"], ["3 smiles"]),
        ("page {number} [of {number}]", ["Page 3", "page 3 of 12"], ["page 3 of", "page of 12"]),
        ("[old] (chart|map)[s|es]", ["old charts", "map", "Mapes"], ["oldmap", "mapss", "older map"]),
        ("… says {name}", ["now it was, says Ann", "says Ann"], ["essays Ann", "says Ann today", "says ann"]),
        ("by {name} …", ["by Ann Reed and others", "By Ann"], ["By and by", "said by Ann"]),
        ("sail…", ["sailing today", "Sail"], ["to sail"]),
        ("AP", ["AP"], ["ap", "Ap"]),
        ("don't 'go'", ["Don’t “go”"], ["dont go"]),
        ("updated: {number}", ["updated: 3", "Updated : 3", "updated：3"], ["updated 3"]),
        ("sold [{none}] out", ["sold out"], ["sold none out"]),
        ("{either}", ["tide 3", "miles out"], ["either"]),
        ("हिंदी {number}", ["हिंदी 3"], ["हिंदीा 3"]),
        ("rope & {unit}", ["A mile of rope, please", "Rope for 3 sea miles."], ["a mile of ropes", "rope", "a mile"]),
        ("rope… & … tar & ship", ["Ropes, star and ship"], ["ropes, tars and ship", "a tightrope, star and ships"]),
        ("{joined}", ["out with the tide", "the sail is up"], ["tide", "sail", "up and out"]),
        ("关注 & 公众号", ["欢迎关注我们的公众号吧"], ["关注我们", "欢迎来公众号"]),
        ("rope (&) tar", ["rope & tar"], ["tar & rope", "rope tar"]),
        ("rope (and|&) tar", ["rope & tar", "rope and tar"], ["tar & rope", "rope tar"]),
        ("&copy; …", ["&copy; 2021"], ["copy; 2021"]),
        ("R&D", ["R&D", "R＆D"], ["D & R", "R & D"]),
    ],
)
def test_template_matches(template: str, lines: list[str], others: list[str]) -> None:
    assert [line for line in lines if not takes(template, line)] == []
    assert [line for line in others if takes(template, line)] == []


WORDS = st.sampled_from(["tide", "quay", "sea", "Tual", "ebb"])
PIECES = st.one_of(  # of a template, each with a text that it matches
    WORDS.map(lambda word: (word, word)),
    st.integers(0, 999).map(lambda number: ("{number}", str(number))),
    st.sampled_from(["mile", "sea miles"]).map(lambda unit: ("{unit}", unit)),
    st.tuples(WORDS, WORDS).map(lambda words: (f"({words[0]}|{words[1]})", words[1])),
    st.tuples(WORDS, st.booleans()).map(lambda way: (f"[{way[0]}]", way[0] * way[1])),
)


@given(st.lists(PIECES, min_size=1, max_size=6), st.sampled_from(["", "… "]), st.sampled_from(["", " …"]))
def test_what_a_template_says_is_matched_and_holds_a_literal(
    pieces: list[tuple[str, str]], before: str, after: str
) -> None:
    template = before + " ".join(piece for piece, _ in pieces) + after
    said = " ".join(text for _, text in pieces if text)
    line = before.replace("…", "now and") + said + after.replace("…", "and then")
    for made in Slots(SLOTS).make(template):
        if regex.search(made.pattern, line):
            held = [holds_phrase(fold(line), fold(each), ORTHOGRAPHY) for each in made.literals]
            assert any(held) or not made.literals
            return
    pytest.fail(f"{template!r} does not match {line!r}")


@given(st.text("ab A1{}[]()|&…:-'.©é\u0301\n") | st.text(max_size=40))
def test_any_text_is_a_template_or_an_error(template: str) -> None:
    try:
        made = Slots(SLOTS).make(template)
    except ValueError:
        return
    for each in made:
        regex.compile(each.pattern)


DEEP = {f"s{n}": [f"{{s{n + 1}}} x"] for n in range(5000)} | {"s5000": ["x"]}
WIDE = {f"s{n}": [f"{{s{n + 1}}}{{s{n + 1}}}", f"{{s{n + 1}}}"] for n in range(18)} | {"s18": ["x"]}


@pytest.mark.parametrize(
    ("slots", "template", "message"),
    [
        ({}, "", "matches nothing, or anything"),
        ({}, "… …", "matches nothing, or anything"),
        ({"a": []}, "{a} b", "has no phrases; give it some in [slots]"),
        ({}, "{unknown}", "names '{unknown}', which neither the pack nor core/slots says"),
        ({"a": ["x {b}"], "b": ["{a}"]}, "{a}", "names '{a}', which holds itself"),
        ({}, "(a", "has a '(' without ')'"),
        ({}, "a]", "has a bracket that does not fit"),
        ({}, "a|b", "has a '|' outside brackets"),
        ({}, "{Name}", "has a brace that does not fit"),
        ({}, "[" * 100_000, "slots and brackets within each other"),
        ({}, "a" * 20_000, "a pattern of more than 10,000 characters"),
        ({}, "a\u0301" * 500_000, "a pattern of more than 10,000 characters"),
        (DEEP, "{s0}", "slots and brackets within each other"),
        (DEEP, " ".join(f"{{s{n}}}" for n in range(5000, 0, -1)), "slots and brackets within each other"),
        (WIDE, "{s0}", "a pattern of more than 10,000 characters"),
        ({"a": ["b & c"]}, "[{a}]", "joins with '&' what is only part of it"),
        ({"a": ["b & c"]}, "d {a}", "joins with '&' what is only part of it"),
        ({"a": ["b & c"]}, "d & {a}", "joins with '&' what holds an '&' itself"),
        ({}, "d & …", "joins with '&' what matches nothing, or anything"),
        ({}, "(a & b)", "has an '&' in brackets, where it cannot join"),
        ({}, "a [b & c]", "has an '&' in brackets, where it cannot join"),
        ({"a": ["b", "c"]}, "{a}&tip", "has an '&' without a space on either side"),
        ({}, "a &b", "has an '&' without a space on either side"),
        ({}, "a & [b]", "joins with '&' what may be missing"),
        ({}, "a & (b|[c])", "joins with '&' what may be missing"),
        ({"a": []}, "{a} & b", "has no phrases; give it some in [slots]"),
        ({}, " & ".join(["a"] * 5000), "a pattern of more than 10,000 characters"),
        ({"a": ["x" * 9000]}, "{a}" * 100_000, "a pattern of more than 10,000 characters"),
    ],
)
def test_what_is_no_template_is_said_soon(slots: dict[str, list[str]], template: str, message: str) -> None:
    start = process_time()
    with pytest.raises(ValueError, match=regex.escape(message)):
        Slots(SlotTables(slots, {})).make(template)
    assert process_time() - start < 5


def test_templates_of_a_pack_cannot_add_up() -> None:
    slots = Slots(SlotTables({"a": ["x" * 9000]}, {}))
    with pytest.raises(ValueError, match="those before come to patterns of more than"):
        for _ in range(1000):
            slots.make("{a}")


def test_a_long_template_is_made_soon() -> None:
    start = process_time()
    for template in ("a [b] " * 150, "[.]a" * 500, "(a|b|[c])[d]" * 300):
        Slots(SLOTS).make(template)
    assert process_time() - start < 5


PACK = """
schema-version = 1
[slots]
chandler = ["ropes", "tar"]
[patterns]
stuff = '[a-z ]+'
[[rule]]
id = "my.promo.chandler"
category = "promo"
summary = "A chandler's offer"
reason = "An offer"
match = { like = ["LIKE"] }
unless = { next = { match = { like = ["{chandler} …"] } } }
remove = ["Sale of ropes until 2021"]
keep = ["Sale of boats"]
"""


def test_a_pack_has_slots_of_its_own_and_the_shared_ones(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(PACK.replace("LIKE", "sale of {chandler} until {year}"))
    [rule] = load_rules([tmp_path], default=False).rules
    assert rule.match is not None and len(rule.match.pattern) == 1
    assert rule.unless is not None and rule.unless.next is not None and rule.unless.next.match is not None
    assert rule.unless.next.match.made[0][1] == ("ropes", "tar")


def test_a_template_that_is_wrong_is_named(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(PACK.replace("LIKE", "sale of {chandlers}").replace("stuff =", "Stuff ="))
    with pytest.raises(RuleError) as caught:
        load_rules([tmp_path], default=False)
    assert [(each.rule, each.key) for each in caught.value.problems] == [
        ("", "patterns.Stuff"),
        ("my.promo.chandler", "match.like"),
    ]


def test_a_rule_that_overrides_has_the_slots_of_both_packs_before_the_shared_ones(tmp_path: Path) -> None:
    rule = "[[rule]]\noverride = 'en.byline.by'\nmatch.like = ['{by} {fruit}']\n"
    (tmp_path / "mine.toml").write_text(f"schema-version = 1\n[slots]\nfruit = ['pear']\n{rule}", "utf-8")
    [match] = [each.match for each in load_rules([tmp_path]).rules if each.id == "en.byline.by@mine"]
    assert match is not None
    assert any(regex.search(pattern, "by pear") for pattern in match.pattern)
