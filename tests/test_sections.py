"""What a marked heading heads, and the lists that a line of an article leads up to."""

from __future__ import annotations

import pytest

import stripper
from stripper.api import default_rules
from stripper.engine.body.model import AFTER, ARTICLE, BEFORE, GAP
from stripper.engine.parts.blocks import settle_blocks
from stripper.engine.parts.footnotes import take_footnotes
from stripper.engine.parts.formulas import take_text_with_formulas
from stripper.engine.parts.headings import take_headings
from stripper.engine.parts.numbered import take_numbered
from stripper.engine.plan import plan
from stripper.engine.standfirst import standfirst
from stripper.engine.verdicts import Verdicts
from stripper.model import Document
from stripper.reading.page import Page

FIRST = "The lamp of the north pier has been lit by the same family since it was built, and they keep its oil in jars."
SECOND = "The keeper counts the steps each evening, since he once found one more than there had been in the morning."
THIRD = "Nobody has slept in the room below the lamp, which hums in a west wind and smells of the fish of other years."


def page_of(text: str) -> Page:
    return Page(Document(text, form="markdown"), default_rules().orthography)


@pytest.mark.parametrize(
    ("heading", "taken"),
    [
        ("## The steps", True),
        ("3. ## The steps", True),
        ("### The steps", False),  # of no level that the article has
        ("## [The steps](/steps)", False),
        ("## They were counted again.", False),  # what a rule of dashes below a sentence makes of it
    ],
)
def test_a_heading_above_text_of_the_article_is_of_it(heading: str, taken: bool) -> None:
    page = page_of(f"## The lamp\n\n{FIRST}\n\n{heading}\n\n{SECOND}\n")
    states = [ARTICLE, ARTICLE, GAP, ARTICLE]
    verdicts = Verdicts(page)
    settle_blocks(states, page, verdicts)
    take_headings(states, page, verdicts)
    assert (states[2] == ARTICLE) is taken


TABLE = "| Day | Steps |\n| --- | --- |\n| {} | 112 |\n| {} | 113 |\n"


@pytest.mark.parametrize(
    ("lead", "state"),
    [
        ("After that it went on so:", ARTICLE),
        ("More tables:", AFTER),  # a label
        ("[After that it went on so:](/later)", AFTER),
    ],
)
def test_a_line_that_leads_from_one_table_to_the_next_is_of_the_article(lead: str, state: int) -> None:
    page = page_of(f"# The lamp\n\n{FIRST}\n\n{TABLE.format(1, 2)}\n{lead}\n\n{TABLE.format(3, 4)}\nPrint\n")
    states = [ARTICLE, ARTICLE, *[AFTER] * (len(page) - 2)]
    settle_blocks(states, page, Verdicts(page))
    assert states[2:-1] == [state] * (len(page) - 3)
    assert states[-1] == AFTER


def test_a_heading_that_a_rule_knows_is_not_of_the_article() -> None:
    page = page_of(f"## The lamp\n\n{FIRST}\n\n## Newsletter\n\n{SECOND}\n")
    states = [ARTICLE, ARTICLE, GAP, ARTICLE]
    verdicts = Verdicts(page)
    verdicts.take(2, plan(default_rules()).of(page, "heading")[0])
    take_headings(states, page, verdicts)
    assert states[2] == GAP


@pytest.mark.parametrize(
    ("above", "items", "state"),
    [
        (f"{FIRST} These are its parts:", "- [The steps](#steps)\n- [The room](#room)\n", ARTICLE),
        (f"{FIRST} These are its parts.", "- [The steps](#steps)\n- [The room](#room)\n", GAP),
        ("Parts:", "- [The steps](#steps)\n- [The room](#room)\n", GAP),
    ],
)
def test_a_list_that_a_line_leads_up_to_is_of_the_article(above: str, items: str, state: int) -> None:
    page = page_of(f"{above}\n\n{items}\n{SECOND}\n\n## The steps\n\n{THIRD}\n\n## The room\n\n{FIRST}\n")
    states = [ARTICLE, GAP, GAP, *[ARTICLE] * (len(page) - 3)]
    settle_blocks(states, page, Verdicts(page))
    assert states[1:3] == [state, state]


def test_a_label_above_contents_goes_with_them() -> None:
    contents = "- [The steps](#steps)\n- [The room](#room)\n"
    parts = f"## The steps\n\n{SECOND}\n\n## The room\n\n{THIRD} {FIRST}\n"
    text = f"[Log in](/in)\n\n# The pier\n\n{FIRST}\n\n## Contents\n\n{contents}\n{parts}\n© Harbour Press\n"
    assert stripper.strip(text).text == f"# The pier\n\n{FIRST}\n\n{parts}"


def test_a_heading_with_text_of_its_own_is_no_copy() -> None:
    name = "Who has to carry the oil up to the lamp?"
    parts = f"### {name}\n\n{SECOND}\n\n## The room\n\n{THIRD}\n\n### {name}\n\n{FIRST} {THIRD}\n"
    text = f"[Log in](/in)\n\n# The lamp of the pier\n\n{FIRST}\n\n{parts}\n© Harbour Press\n"
    assert stripper.strip(text).text.count(name) == 2
    again = text.replace(f"\n{FIRST} {THIRD}\n", f"\n{SECOND}\n")
    assert stripper.strip(again).text.count(name) == 1


def test_links_below_a_label_that_rules_know_are_a_menu() -> None:
    names = "- [The steps](/steps)\n- [The room](/room)\n"
    states = {}
    for label in ("[Categories](/all):", "The keeper's rooms:"):
        page = page_of(f"{FIRST}\n\n{label}\n\n{names}\n")
        verdicts = Verdicts(page)
        if label.startswith("["):
            verdicts.take(1, plan(default_rules()).of(page, "region")[0], category="navigation")
        states[label] = [ARTICLE] * len(page)
        settle_blocks(states[label], page, verdicts)
    assert states == {
        "[Categories](/all):": [ARTICLE, ARTICLE, AFTER, AFTER], "The keeper's rooms:": [ARTICLE] * 4,
    }  # fmt: skip


def test_two_blank_lines_end_a_list() -> None:
    near, far = page_of("  * The steps\n\n  * The room\n"), page_of("  * The steps\n\n\n  * The room\n")
    assert near.blocks[0] == near.blocks[1] and far.blocks[0] != far.blocks[1]
    assert [mark.kind for mark in far.marks] == ["item", "item"]


def test_the_word_of_a_menu_heads_a_list_of_the_article() -> None:
    items = "- The index can be deleted at any time\n- Notes have more than one tag\n"
    rest = f"### New\n\n- The lamp hums in a west wind\n- {SECOND}\n"
    text = f"[Log in](/in)\n\n# The second lamp\n\n{FIRST}\n\n### Breaking\n\n{items}\n{rest}\n© Harbour Press\n"
    assert "### Breaking" in stripper.strip(text).text
    assert "Breaking" not in stripper.strip(text.replace("### Breaking", "[Breaking](/breaking)")).text


def test_a_link_that_edits_a_part_goes_from_a_line_of_its_own() -> None:
    link = '[[{}](/edit?1 "The steps")]\n'
    text = f"# The lamp\n\n{FIRST}\n{{}}\n{SECOND}\n"
    for word in ("edit", "edit source", "edit | edit source"):
        assert stripper.strip(text.format(link.format(word))).text == text.format("")
    kept = text.format(link.format("edit the lamp"))
    assert stripper.strip(kept).text == kept


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("*Proof.* Note that $a_n = S_n - S_{n-1}$. $\\square$", True),
        ("The sum \\(x^2 + y^2\\) is one", True),
        ("Lamps from $5 to $60 a piece_", False),
        ("Lamps at $5_000 and $60", False),
        ("Lamps, \\$x_1\\$ each", False),
    ],
)
def test_text_with_formulas_is_of_the_article(text: str, taken: bool) -> None:
    page = page_of(f"{FIRST}\n\n## Proof\n\n{text}\n\n{SECOND}\n\n## Exercises\n\n1. {text}\n\nMore lamps\n")
    states = [ARTICLE, GAP, GAP, ARTICLE, AFTER, AFTER, AFTER]
    take_text_with_formulas(states, page, Verdicts(page))
    assert states == ([ARTICLE] * 6 + [AFTER] if taken else [ARTICLE, GAP, GAP, ARTICLE, AFTER, AFTER, AFTER])


@pytest.mark.parametrize(
    ("items", "taken"),
    [
        ((FIRST, SECOND.rstrip(".")), True),
        (("The lamp", "The steps"), False),  # as short as those of a menu
        ((f"[{FIRST}](/lamp)", f"[{SECOND}](/steps)"), False),
        ((FIRST,) * 5, False),
    ],
)
def test_a_list_below_the_title_is_a_standfirst(items: tuple[str, ...], taken: bool) -> None:
    lines = "".join(f"* {item}\n" for item in items)
    page = page_of(f"# The lamp\n\n{lines}\n[Ann Reed](/ann)\n\n{THIRD}\n")
    states = [BEFORE] * (len(items) + 2) + [ARTICLE]
    verdicts = Verdicts(page)
    found = standfirst(0, page, verdicts, states, [])
    assert found == (set(range(1, len(items) + 1)) if taken else set())


@pytest.mark.parametrize(("second", "taken"), [("2", True), ("7", False), ("#2", False)])
def test_steps_whose_numbers_stand_alone_are_of_the_article(second: str, taken: bool) -> None:
    page = page_of(f"{THIRD}\n\n1\n\nFill the lamp\n\n{FIRST}\n\n{second}\n\nLight it\n\n{SECOND}\n")
    states = [ARTICLE, GAP, GAP, ARTICLE, GAP, GAP, ARTICLE]
    take_numbered(states, page, Verdicts(page))
    assert states == ([ARTICLE] * 7 if taken else [ARTICLE, GAP, GAP, ARTICLE, GAP, GAP, ARTICLE])


@pytest.mark.parametrize(
    ("heading", "taken"),
    [("4.1. Before the storm", True), ("4.3. After the storm", False), ("1.1. Before the storm", False)],
)
def test_the_first_of_headings_that_count_opens_the_article(heading: str, taken: bool) -> None:
    page = page_of(f"{heading}\n\n{FIRST}\n\n4.2. The lamp\n\n{SECOND}\n")
    states = [BEFORE, ARTICLE, ARTICLE, ARTICLE]
    take_numbered(states, page, Verdicts(page))
    assert (states[0] == ARTICLE) is taken


@pytest.mark.parametrize(
    ("last", "below", "taken"),
    [("4.3. The pier", SECOND, True), ("5.1. The pier", SECOND, False), ("4.3. The pier", "The pier", False)],
    ids=["of the chapter", "of two chapters", "a list of contents"],
)
def test_the_sections_of_a_chapter_right_above_its_introduction_are_of_it(last: str, below: str, taken: bool) -> None:
    page = page_of(f"Home\n\n4.1. The lamp\n\n4.2. The quay\n\n{last}\n\n{FIRST}\n\n{below}\n")
    states = [BEFORE] * 4 + [ARTICLE] * 2
    take_numbered(states, page, Verdicts(page))
    assert states == [BEFORE, *[ARTICLE if taken else BEFORE] * 3, ARTICLE, ARTICLE]


@pytest.mark.parametrize(
    ("above", "heading", "below", "taken"),
    [
        (["1. The lamp", "2. The rope"], "3. Contact", "Tual Lamps, Old Quay 7", True),
        (["第1条（灯）", "第2条（綱）"], "第3条（連絡先）", "トゥアル灯台、旧埠頭7番地", True),
        (["Part 1", "The rope"], "Part 2", SECOND, True),
        (["Part 1", "The rope"], "Part 2", "Tual Lamps, Old Quay 7", False),
        (["1. The lamp", "2. The rope"], "4. Contact", "Tual Lamps, Old Quay 7", False),
        (["1 boat", "2 boats"], "3 boats", SECOND, False),
    ],
)
def test_what_counts_on_below_an_article_is_of_it(above: list[str], heading: str, below: str, taken: bool) -> None:
    lines = [above[0], FIRST, above[1], THIRD, heading, below, "About us"]
    page = Page(Document("\n\n".join(lines), form="plain"), default_rules().orthography)
    states = [ARTICLE] * 4 + [AFTER] * 3
    take_numbered(states, page, Verdicts(page))
    assert states == [ARTICLE] * (6 if taken else 4) + [AFTER] * (1 if taken else 3)


def test_an_entry_of_contents_heads_no_list_of_articles() -> None:
    text = f"# The lamp\n\n{FIRST}\n\nSee also\n\n## The rope\n\n{SECOND}\n\n## See also\n\n[The pier](/pier)\n"
    assert "## The rope" in stripper.strip(text, form="markdown").text


@pytest.mark.parametrize(("sign", "taken"), [("↑ Karl Reed", True), ("^ Karl Reed", True), ("Karl Reed", False)])
def test_notes_that_lead_back_are_of_the_article_beyond_a_link_that_edits_their_heading(sign: str, taken: bool) -> None:
    page = page_of(f"## The lamp\n\n{FIRST}\n\n## Notes\n\n[edit](/edit)\n\n1. {sign}: *The pier*, Tual 1931.\n")
    states = [ARTICLE, ARTICLE, AFTER, AFTER, AFTER]
    verdicts = Verdicts(page)
    verdicts.take(3, plan(default_rules()).of(page, "heading")[0])
    take_footnotes(states, page, verdicts)
    assert states == ([ARTICLE, ARTICLE, ARTICLE, GAP, ARTICLE] if taken else [ARTICLE, ARTICLE, AFTER, AFTER, AFTER])


def test_a_link_in_brackets_is_no_formula() -> None:
    page = page_of(f"## The lamp\n\n\\[[edit](/edit) \\| [edit source](/source)\\]\n\n{FIRST}\n")
    assert page.text[1] == "[edit | edit source]"


def test_steps_whose_numbers_stand_right_above_them_are_of_the_article() -> None:
    page = page_of(f"{THIRD}\n\n1\n\n{FIRST}\n\n2\n\n{SECOND}\n")
    states = [ARTICLE, GAP, ARTICLE, GAP, ARTICLE]
    take_numbered(states, page, Verdicts(page))
    assert states == [ARTICLE] * 5


@pytest.mark.parametrize(("note", "is_one"), [("[1]", True), ("[1][12]", True), (" [a]", True), ("[the lamp]", False)])
def test_a_sentence_ends_as_one_before_the_numbers_of_notes(note: str, is_one: bool) -> None:
    assert default_rules().orthography.is_sentence(f"The lamp was lit.{note}") is is_one


@pytest.mark.parametrize(("link", "taken"), [("[edit](/edit)", True), ("Newsletter", False)])
def test_a_heading_that_a_link_edits_is_of_the_article(link: str, taken: bool) -> None:
    page = page_of(f"{FIRST}\n\n## The steps\n\n{link}\n\n{SECOND}\n")
    states = [ARTICLE, GAP, GAP, ARTICLE]
    verdicts = Verdicts(page)
    if taken:
        verdicts.take(2, plan(default_rules()).of(page, "heading")[0], "navigation")
    take_headings(states, page, verdicts)
    assert (states[1] == ARTICLE) is taken


def test_the_licence_of_a_program_is_of_its_manual() -> None:
    page = f"[Log in](/in)\n\n# Lamp\n\n{FIRST}\n\n## Use\n\n{SECOND} {THIRD}\n"
    foot = "## About\n\n[Readme](/readme)\n\n© Harbour Press\n"
    assert stripper.strip(f"{page}\n## License\n\nMIT\n\n{foot}").text.endswith("## License\n\nMIT\n")
    assert stripper.strip(f"{page}\n## License\n\nBuy now\n\n{foot}").text == page.partition("\n\n")[2]


@pytest.mark.parametrize(
    ("line", "whole"),
    [
        ("por Ana Reis | 3 de maio de 2021 | Cozinha | 8 comentários", False),
        ("ana reis · 3 de maio · cozinha do cais do norte", False),
        ("que fica ao norte do cais e que ninguém visita desde o verão", True),
    ],
)
def test_a_line_that_bars_part_goes_on_with_no_sentence(line: str, whole: bool) -> None:
    page = Page(Document(f"A lâmpada do cais e a cozinha dos fundos\n{line}\n"), default_rules().orthography)
    assert (len(page) == 1) is whole


def test_the_head_of_a_post_goes_and_moves_nothing_else() -> None:
    posts = "".join(f"{name} · Mar {day}, 2024 · #{day}\n{text}\n" for day, name, text in (
        (2, "salt_maker", FIRST), (3, "reed", SECOND), (4, "salt_maker", THIRD),
    ))  # fmt: skip
    cleaned = stripper.strip(f"Log in\nThe lamp\n{posts}© Harbour Press\n")
    assert cleaned.text == f"The lamp\n{FIRST}\n{SECOND}\n{THIRD}\n"
