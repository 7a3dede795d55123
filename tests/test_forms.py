"""The form of a text, and what a reader sees of it: Markdown, wrapped lines, what text browsers print."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from unicodedata import category

import pytest
from conftest import Run
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from test_properties import check_partition

import stripper
from stripper.api import default_rules
from stripper.errors import OptionError
from stripper.model import Document
from stripper.reading.forms import FORMS
from stripper.reading.inline import find_span
from stripper.reading.page import Page
from stripper.reading.units import Mark
from stripper.rules.loading import load_rules


def page_of(text: str, form: str = "auto") -> Page:
    return Page(Document(text, form=form), default_rules().orthography)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("[Skip to content](/button#main)", "Skip to content"),
        ('See [the *new* ferry](</a b> "A title") and [its [old] pier][1].', "See the new ferry and its [old] pier."),
        ("[![A photo](/a.jpg)](/b) The ferry", "The ferry"),
        ("[![A photo](/a.jpg) The ferry](/b_(c)) sails", "The ferry sails"),
        ("<https://harbour.example> and <b>bold</b> &amp; **strong**", "https://harbour.example and bold & strong"),
        (r"\*no emphasis\* in snake_case_names, 2 * 3 * 4", "*no emphasis* in snake_case_names, 2 * 3 * 4"),
        ("`code with *stars*` stays", "code with *stars* stays"),
        ("A note[^1] and [[Wiki page|a page]]", "A note and a page"),
        ("- [ ] a task", "a task"),
        ("> > quoted twice", "quoted twice"),
        ("### A heading ###", "A heading"),
    ],
)
def test_what_a_reader_sees_of_markdown(line: str, text: str) -> None:
    page = page_of(line, "markdown")
    assert [" ".join(each.split()) for each in page.text] == [text]


MARKED = """\
# The ferry

A paragraph on the ferry[^1]
of two lines.

Harbours
--------

* Tual
    * its pier
* [Kei](/kei) and more

> Said the captain.

| Ship | Year |
|------|------|
| Nusa | 1998 |

```py
run()
```

$$
x = 1
$$

![A photo](/a.jpg)

[^1]: A note.
"""


def test_marks_of_markdown() -> None:
    page = page_of(MARKED)
    assert page.form == "markdown"
    assert list(zip(page.text, page.marks, strict=True)) == [
        ("The ferry", Mark("heading", 1)),
        ("A paragraph on the ferry of two lines.", Mark()),
        ("Harbours", Mark("heading", 2)),
        ("Tual", Mark("item", 1)),
        ("its pier", Mark("item", 2)),
        ("Kei and more", Mark("item", 1)),
        ("Said the captain.", Mark(quoted=True)),
        ("Ship | Year", Mark("row")),
        ("Nusa | 1998", Mark("row")),
        ("run()", Mark("code")),
        ("x = 1", Mark("formula")),
    ]
    assert page.links[5] == pytest.approx(0.3) and not any(page.links[:5])
    blocks = [set(page.blocks[start:end]) for start, end in ((3, 6), (7, 9), (9, 10), (10, 11))]
    assert all(len(block) == 1 for block in blocks) and len(set.union(*blocks)) == 4
    assert [(aside.kind, aside.label) for aside in page.asides] == [("image", ""), ("definition", "^1")]
    covered = sorted(
        [number for numbers in page.lines for number in numbers] + [n for a in page.asides for n in a.numbers]
    )
    assert covered == [number for number, line in enumerate(page.raw) if line.strip()]


def test_lines_wrapped_at_a_column_are_one() -> None:
    words = "The ferry to the islands sails again from Monday on and takes passengers and their bicycles too. " * 3
    text = "Home\n\n" + "\n\n".join([wrap(words, 60), wrap(words, 60)]) + "\n\n   * News\n   * Sport\n"
    page = page_of(text)
    assert page.form == "wrapped"
    assert page.text == ["Home", words.strip(), words.strip(), "News", "Sport"]
    assert page_of(text, "plain").form == "plain"


@pytest.mark.parametrize("marks", ["* * *", "- - -", "+ + +", "o o o", "• • •", "1. 2. 3.", "9) 10) 11)"])
def test_items_of_a_list_do_not_go_on_with_each_other(marks: str) -> None:
    words = "The ferry to the islands sails again from Monday on and takes passengers and their bicycles too. " * 3
    items = ["The lamps along the pier are to be mended by the school at Tual.", "The planks are oak of the islands,"]
    items += ["and no bicycle may lean on them."]
    rows = [f"  {mark} {item}" for mark, item in zip(marks.split(), items, strict=True)]
    page = page_of("\n\n".join([wrap(words, 70), wrap(words, 70), "\n".join(rows)]) + "\n")
    assert page.form == "wrapped" and page.text[2:] == items
    assert [mark.kind for mark in page.marks] == ["", "", "item", "item", "item"]


@pytest.mark.parametrize("begin", ["- not to speak of its captain, who", "2019. It has carried the mail since and"])
def test_a_dash_and_a_year_do_not_part_a_sentence(begin: str) -> None:
    words = "The ferry to the islands sails again from Monday on and takes passengers and their bicycles too. " * 5
    lines = "\n".join(wrap(words, 70).splitlines()[:-1])
    page = page_of(f"{lines}\n{begin} sailed to the islands.\n\n{lines}\n")
    assert page.form == "wrapped" and len(page) == 2


def test_numbers_that_count_items_are_seen_through() -> None:
    items = ["Clean the blades", "Cut out dead wood", "Rake up the leaves"]
    listed = "\n".join(f"{number}. {item}" for number, item in enumerate(items, 9))
    page = page_of(f"How to prune\n\n{listed}\n\n3. October\n4. October\n\n7. It rains.\n8. It rains again.\n")
    assert page.text == ["How to prune", *items, "3. October", "4. October", "7. It rains.", "8. It rains again."]
    assert [mark.kind for mark in page.marks] == [""] + ["item"] * 3 + [""] * 4


def wrap(text: str, column: int) -> str:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + 1 + len(word) > column:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


SENTENCES = "The ferry to the islands sails again from Monday on and takes passengers and their bicycles too. " * 3
WRAPPED = f"{wrap(SENTENCES, 70)}\n\n[Timetable](/ferry/times)\n\n{wrap(SENTENCES, 70)}\n\n"


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        (
            "## Ferry to the southern islands sails again after the winter storms\nhave damaged it\n\nA day later.\n",
            ["Ferry to the southern islands sails again after the winter storms have damaged it", "A day later."],
        ),
        (
            f"## Ferry to the southern islands sails again after the winter storms\n{wrap(SENTENCES, 70)}\n",
            ["Ferry to the southern islands sails again after the winter storms", SENTENCES.strip()],
        ),
        (wrap(SENTENCES, 68).replace("\n", "\n> ").join(["> ", "\n>\n> Aye.\n"]), [SENTENCES.strip(), "Aye."]),
        (
            "Ship | Built\n---|---\nThe other ferry | in a yard on the mainland that was closed the\n"
            "August after | 2003  \nNusa | here | 1998  \n",
            [
                "Ship | Built",
                "The other ferry | in a yard on the mainland that was closed the August after | 2003",
                "Nusa | here | 1998",
            ],
        ),
        (
            "The ferry leaves from the berth below the lighthouse, and it is clean  \nNumbered seats are on deck.\n",
            ["The ferry leaves from the berth below the lighthouse, and it is clean", "Numbered seats are on deck."],
        ),
        (
            "As the harbour says on\n[Monday](https://harbour.example/notices/of/this/year/and/of/the/last/one/too?page=2)\n",
            ["As the harbour says on Monday"],
        ),
    ],
    ids=["heading", "heading-above-text", "quotation", "row", "break", "link"],
)  # fmt: skip
def test_what_goes_on_over_lines_of_wrapped_markdown(text: str, texts: list[str]) -> None:
    page = page_of(WRAPPED + text)
    assert page.form == "markdown"
    assert page.text == [SENTENCES.strip(), "Timetable", SENTENCES.strip(), *texts]


THAI = (
    "ท่าเรือของเกาะเล็กทางใต้กลับมาเปิดให้บริการอีกครั้งในวันจันทร์ที่ผ่านมาหลังจากปิดซ่อมนานสิบเอ็ดสัปดาห์เพราะพายุพัดทางลาดลงทะเล",
    "กัปตันบอกว่าค่าโดยสารจะลดลงครึ่งหนึ่งตลอดทั้งเดือนและเด็กทุกคนขึ้นเรือได้โดยไม่ต้องจ่ายเงินส่วนคนทำขนมปังจะได้ที่นั่งริมหน้าต่าง",
    "ทุกคนเห็นด้วยและไม่มีใครพูดถึงเรื่องทางลาดอีกเลยจนกระทั่งเรือแล่นออกไปในหมอกพร้อมขนมปังร้อนและกาแฟดำหนึ่งหม้อใหญ่ของกัปตัน",
)


def wrapped_at(text: str, count: Callable[[str], int], column: int) -> list[str]:
    lines = [""]
    for char in text:
        if count(lines[-1] + char) > column:
            lines.append("")
        lines[-1] += char
    return lines


def columns(text: str) -> int:
    """Those that a text browser counts: a mark above or below a letter has none."""
    return sum(category(char) != "Mn" for char in text)


@pytest.mark.parametrize("count", [len, columns])
def test_wrapped_thai_is_one_line_with_no_spaces_put_in(count: Callable[[str], int]) -> None:
    paragraphs = [wrapped_at(text, count, 44) for text in THAI]
    page = page_of("\n\n".join(map("\n".join, paragraphs)) + "\n")
    assert page.form == "wrapped"
    assert page.text == list(THAI)
    assert [len(lines) for lines in page.lines] == list(map(len, paragraphs))


def test_a_word_broken_at_its_hyphen_is_one() -> None:
    text = (
        "The ferry that ties the southern islands to the low-lying mainland left its berth on Monday, and well-known "
        "bakers went with it, since the sour-dough bread of the islands is what the mainland asks for, and the harbour "
        "office - which counts the loaves - said that no one had ever come back with one of them, not even half-eaten."
    )
    for column in range(48, 60):
        lines = textwrap.wrap(text, column)
        assert page_of("\n".join(lines) + "\n", "wrapped").text == [text], column


CALLOUTS = """\
# The ferry

> [!NOTE]
> The ferry sails at nine.

> [!warning]- Stand back
> Do not stand near the ramp.

!!! note "Mind the ramp"

    The ramp is steep at low water, and wet when it rains.

??? tip
    Ring the bell twice.
"""


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("# The ferry\n\nIt sails.\n\n## Bell\n\nIt rings.\n\n## Horn\n\nIt sounds.\n", "markdown"),
        ("# The ferry\n\nIt sails.\n\n## Bell\n\nIt rings.\n\n### Horn", "markdown"),
        ("# The port of the ferry\nport = 7\n\n## Its berth\nberth = 2\n\n# Its bell\nbell = 1\n", "plain"),
        ("# The ferry\n\nIt sails.\n\n# Bell\n\nIt rings.\n\n# Horn\n\nIt sounds.\n", "plain"),
    ],
)
def test_headings_of_two_levels_that_stand_by_themselves_are_those_of_markdown(text: str, form: str) -> None:
    assert page_of(text).form == form


def test_callouts_have_heads_of_their_own() -> None:
    page = page_of(CALLOUTS)
    assert page.form == "markdown"
    heads = [text for text, mark in zip(page.text, page.marks, strict=True) if mark.kind == "heading"]
    assert heads == ["The ferry", "NOTE", "Stand back", "Mind the ramp", "tip"]
    assert [text for text in page.text if text not in heads] == [
        "The ferry sails at nine.",
        "Do not stand near the ramp.",
        "The ramp is steep at low water, and wet when it rains.",
        "Ring the bell twice.",
    ]
    assert stripper.strip("* [Home](/)\n* [Log in](/in)\n\n" + CALLOUTS).text == CALLOUTS


def test_exclamation_marks_alone_are_no_callout() -> None:
    assert page_of("!!! Sale today only\n??? What is it\n[!] Mind the step\n").form == "plain"


def test_headlines_of_like_width_are_not_wrapped() -> None:
    headlines = "\n".join(f"The {number}th of the harbour's ferries sails today" for number in range(40, 60))
    assert page_of(headlines + "\n" + "The ferry sails again from Monday on. " * 60).form == "plain"


def test_sentences_of_like_length_are_not_wrapped() -> None:
    sentences = [f"The ferry to the {each} sails again from now on." for each in ("pier", "quay", "port", "lake")] * 3
    assert page_of("\n".join(sentences) + "\n").form == "plain"


def test_a_numbered_list_of_the_headings_is_no_part_of_an_article() -> None:
    first, second = "The ferry has three decks, and the bread is on the lowest.", "Its ramp was torn off by a storm."
    contents = "- [1 Decks](#decks)\n- [2 The ramp](#ramp)\n"
    parts = f"## Decks[[edit](/edit?1)]\n\n{first} {second}\n\n## The ramp[[edit](/edit?2)]\n\n{second} {first}\n"
    head, foot = "[Log in](/in)\n\n# The ferry", "© Harbour Press"
    cleaned = stripper.strip(f"{head}\n\n{second} {first}\n\nContents\n\n{contents}\n{parts}\n{foot}\n")
    assert cleaned.text.startswith("# The ferry") and "(#ramp)" not in cleaned.text
    assert first in cleaned.text.split("## Decks")[1]


def test_a_part_of_wrapped_text_is_cut_where_it_stands_in_one_line_or_goes_on_over_two() -> None:
    said = "The baker, who stood on the quay, told the agency of the harbour on Friday that he was glad."
    fates = set()
    for column in range(60, 80):
        for agency in ("(AFP)", "(With inputs from agencies)"):
            text = wrap(f"{SENTENCES} {said} {agency}", column)
            outcome = stripper.strip(f"Log in\n\n{wrap(SENTENCES, column)}\n\n{text}\n\nPrivacy policy\n")
            fates.add((agency in text, f"\n{agency}" in text))
            assert outcome.text.split() == f"{SENTENCES} {SENTENCES} {said}".split(), (column, agency)
            assert outcome.text.splitlines()[-1].strip(), (column, agency)
            check_partition(outcome)
    assert fates == {(True, True), (True, False), (False, False)}


@pytest.mark.parametrize(
    ("line", "cut", "left"),
    [
        ("**Read also:** [A pier](/u) The ferry.", "Read also: A pier ", "The ferry."),
        ("The ferry. **Photo: AR**", " Photo: AR", "The ferry."),
        ("**The ferry. Photo: AR**", " Photo: AR", "**The ferry.**"),
        ("[Read also: A pier](/u) The ferry.", "Read also: ", "[A pier](/u) The ferry."),
        ("The ferry[[edit](/the_ferry)]", "[edit]", "The ferry"),
    ],
)
def test_a_part_of_a_line_is_cut_with_its_marks(line: str, cut: str, left: str) -> None:
    text = page_of(line, "markdown").text[0]
    start = text.index(cut)
    span = find_span(line, text, start, start + len(cut))
    assert span is not None and line[: span[0]] + line[span[1] :] == left


MARKDOWN = st.sampled_from(
    [
        *("# ", "## Next", "* ", "  - ", "1. ", "> ", "[a link](/u) ", "[ref][1] ", "![i](/j)", "`code`", "```", "~~~"),
        *("$$", "---", "===", "***", "| a | b |", "|--|--|", "<!-- ", "--> ", "<b>", "</b>", "&amp;", "\\", "\\*", "_"),
        *("**", "[^1]: note", "[1]: /u", "    ", "\t", "o ", "(BUTTON) ", "title: a", "Markdown Content:"),
    ]
)


@given(st.lists(MARKDOWN | st.text(max_size=5) | st.just("\n"), max_size=40).map("".join), st.sampled_from(FORMS))
@settings(deadline=None, max_examples=300)
def test_every_line_is_judged_once_in_any_form(text: str, form: str) -> None:
    check_partition(stripper.strip(text, form=form))
    page = page_of(text, form)
    assert all(page.text)
    judged = [n for unit, numbers in enumerate(page.lines) if unit not in page.spans for n in numbers]
    judged += {n for unit in page.spans for n in page.lines[unit]}  # the blocks of a line
    judged += [n for each in page.asides for n in each.numbers]
    assert len(judged) == len(set(judged))


def test_the_form_can_be_said(run: Run, tmp_path: Path) -> None:
    text = "# Said\n\nThe ferry sails again, its captain says.\n"
    assert stripper.strip(text, form="markdown").document.form == "markdown"
    with pytest.raises(OptionError, match="unknown form 'html'; there are auto, plain, wrapped, markdown"):
        stripper.strip(text, form="html")
    (tmp_path / "page.md").write_text("---\nurl: /a\ndepth: 2\n---\n" + text)
    assert b"depth" not in run("strip", "--form", "markdown", str(tmp_path / "page.md")).stdout
    assert b"depth" in run("strip", "--form", "plain", str(tmp_path / "page.md")).stdout


STORY = (
    "The ferry sails again from Monday on, its captain told the paper, after eleven weeks at the pier of Tual."
    "The pier was mended in the meantime, as the harbour master says, and will hold for another thirty years or so."
    "Tickets cost the same as before, and bicycles travel for free until the end of the summer holidays."
)
GLUED = f"""\
Home

NewsSportWeatherTravel GuideMoney MattersPrivacy PolicyTerms of UseAbout UsContact UsCookie SettingsHelp Centre

{STORY}   Advertisement    Share this article on Facebook
"""


@pytest.mark.xfail(reason="a label above the text is taken for its headline", strict=True)
def test_lines_of_several_blocks_are_judged_piece_by_piece() -> None:
    outcome = stripper.strip(GLUED)
    check_partition(outcome)
    assert outcome.text.strip() == STORY
    assert [page_of(GLUED).text[each] for each in (1, 2, 11)] == ["News", "Sport", "Help Centre"]


def test_names_with_a_capital_inside_are_no_seams() -> None:
    line = (
        "The harbour is on LinkedIn, on YouTube, on TikTok and on PeerTube, as its captain told the papers of the town."
    )
    assert page_of(f"Home\n{line}\n").text[1] == line


def test_a_page_on_one_line_is_left_alone(run: Run) -> None:
    text = "Home News Sport The ferry sails again from Monday on, its captain says. " * 40
    done = run("strip", input=text.encode())
    assert done.stdout.decode() == text
    assert "no lines to judge by; extract it with line breaks" in done.stderr.decode()


ARTICLE = """\
[Home](/) Menu

[Sign up for our newsletter to hear of all that sails in and out of the harbour.](/letter)

# The pilot's table

* [How it is read](#read)
* [What it lacks](#lacks)

A table helps the pilots of the harbour to read the tides, whatever the weather and whoever is on duty that day.

## How it is read

Put the name of the ship below its key, and start the reader with a list of the ports that it may call at:

```yaml
image: harbour/table:latest
tags: [tides, ports]
```

* `ship`: The name, with these options:
  * `short` for the first word of it
* `port`: The name, with these options:
  * `short` for the first word of it

| Ship | Tags |
|------|------|
| Nusa | red  |

$$
h = a \\cos t
$$

## What it lacks

The pilots still look at the water, since a table knows nothing of the wind, and the wind has moved ships before.

[About us](/about) [Imprint](/imprint)
"""


def test_blocks_of_an_article_stay_whole() -> None:
    outcome = stripper.strip(ARTICLE)
    check_partition(outcome)
    start, end = ARTICLE.index("* [How"), ARTICLE.index("A table helps")
    assert outcome.text == ARTICLE[ARTICLE.index("# The pilot") : start] + ARTICLE[end : ARTICLE.index("\n[About us]")]
    assert next(each for each in outcome.decisions if each.category == "title").line == 5


def test_settings_and_tables_of_plain_text_stay_whole() -> None:
    sentence = (
        "The pilots of the harbour read the tides from it, whatever the weather and whoever is on duty that day.\n"
    )
    block = "table:\n  image: harbour/table:latest\n  tags: [tides]\n"
    rows = "Ship\tBuilt\tTags\nNusa\t1998\tred\nKei\t2011\tblue\n"
    kept = sentence + sentence.replace("pilots", "captains") + block + rows + sentence.replace("it", "them")
    assert stripper.strip(f"Home\nSign in\n{kept}Share this page\n").text == kept


def test_rules_may_ask_for_marks(tmp_path: Path) -> None:
    pack = tmp_path / "marks.toml"
    rules = {
        "links": ("links = 0.8", []),
        "heading": ("heading = true", [1, 6, 7]),
        "level": ("heading-level = 1", [1]),
        "item": ("list-item = true", [9, 10, 11]),
        "table": ("table = true", [15, 16, 17]),
        "quote": ("quote = true", [13]),
        "code": ("code = true", [19, 20, 21, 23, 24, 25]),
    }
    for name, (where, lines) in rules.items():
        pack.write_text(
            f'schema-version = 1\n[[rule]]\nid = "m.{name}"\ncategory = "promo"\nsummary = "s"\nreason = "r"\n'
            f"where = {{ {where} }}\n"
        )
        taken = [each.line for each in stripper.strip(MARKED, rules=load_rules([pack], default=False)).removed]
        assert taken == lines, name


def blocks_of(text: str) -> list[tuple[str, str]]:
    """The blocks of a Markdown text, as CommonMark has them: in what they stand, and what they hold."""
    found, around = [], ""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type in ("inline", "fence", "code_block"):
            found.append((around if token.type == "inline" else token.type, token.content))
        elif token.nesting:
            around = token.type
    return found


def is_part(content: str, whole: str) -> bool:
    """Whether lines are some of those of a block, in order: each line is judged, and Markdown makes them one block."""
    lines = iter(whole.split("\n"))
    return all(line in lines for line in content.split("\n"))


PARAGRAPH = "The pilots of the harbour read the tides from it, whatever the weather and whoever is on duty that day."
MENU = [
    "[Home](/)",
    "Share this article",
    "* [News](/news)\n* [Sport](/sport)",
    "# [Sign up for our newsletter](/letter)",
]
CONTENT = [
    PARAGRAPH,
    PARAGRAPH.replace("pilots", "captains"),
    "## The table",
    "The table\n---------",
    "* one\n* two\n  * three",
    "> Said the captain, who has sailed it.",
    "```\nimage: a\n```",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "1. first\n2. second",
    "1. first\n   - of the first\n   - of it too\n2. second\n\n   A word on the second.",
    "> [!NOTE]\n> The ramp is wet.",
    '!!! note "The ramp"\n\n    The ramp is wet when it rains, and steep at low water, so mind your step.',
    "$$\nx = 1 + y\n$$",
    "Wrapped at a hyphen, as text of a well-\nknown converter is, with [a link](/to-a-\nlong-address) in it.",
    "![A photo](/a.jpg)",
    "***",
]


@given(st.lists(st.tuples(st.sampled_from(MENU + CONTENT), st.booleans()), max_size=14))
@example([(PARAGRAPH, True), (MENU[3], True), (CONTENT[1], False)])
@settings(deadline=None, max_examples=150)
def test_what_is_kept_of_markdown_has_the_blocks_that_it_had(parts: list[tuple[str, bool]]) -> None:
    text = ""
    for (part, tight), (after, _) in pairwise([*parts, (PARAGRAPH, False), ("", False)]):
        apart = any(each.startswith(("#", "```")) for each in (part, after))  # with no blank line, too
        text += part + ("\n" if tight and apart else "\n\n")
    outcome = stripper.strip(text, form="markdown")
    check_partition(outcome)
    before = iter(blocks_of(text))
    for around, content in blocks_of(outcome.text):
        assert any(around == other and is_part(content, whole) for other, whole in before), outcome.text


@pytest.mark.parametrize("text", ["a|b\n{}", "[^1]: b\n{}", "```\nb\n{}```\n", "```\n{}```\n"])
@pytest.mark.parametrize("line", ["|-\n", "    c\n", "-\n"])
def test_lines_without_words_that_do_not_end_are_not_all_one(text: str, line: str) -> None:
    page = page_of(PARAGRAPH + "\n\n" + text.format(line * 3000) + "\n" + PARAGRAPH + "\n", "markdown")
    covered = [*page.lines, *(each.numbers for each in page.asides)]
    assert max(map(len, covered)) <= 1001  # or each of them is copied for the next
    assert len({number for numbers in covered for number in numbers}) >= 3000


def test_definitions_stay_with_the_text_that_uses_them() -> None:
    page = page_of(
        "See [the pier] and the [old one][2].\n\n[the pier]: /pier\n[2]: /old\n[^n]: A note\n    of two lines\n"
    )
    assert page.text == ["See the pier and the old one."] and page.links[0] == pytest.approx(13 / 23)
    assert [(each.kind, each.numbers) for each in page.asides] == [
        ("definition", (2,)), ("definition", (3,)), ("definition", (4, 5)),
    ]  # fmt: skip


def test_hundreds_of_options_do_not_outvote_an_article() -> None:
    options = [
        f"{left}{right} {right}a" for left in "ABCDEFGHIJKLMNOPQRST" for right in ("el", "or", "un", "ai", "os", "et")
    ]
    story = [PARAGRAPH.replace("harbour", name) for name in ("harbour", "pier", "island", "strait", "town", "bay")]
    page = [
        "Home",
        "Sport",
        "The pilots and the tides",
        "By Ann Reed",
        *story[:3],
        *options,
        *story[3:],
        "Share this article",
    ]
    kept = stripper.strip("\n".join(page)).text.split("\n")
    assert set(story) <= set(kept)


def test_footnotes_that_the_text_refers_to_stay() -> None:
    story = [PARAGRAPH, PARAGRAPH.replace("pilots", "captains") + "¹", PARAGRAPH.replace("harbour", "strait") + "²"]
    notes = ["Notes", "1. In the year of the great storm. ↩", "2. As told by their children. ↩"]
    page = ["Home", "Sport", "Log in", *story, *notes, "Share this post", "Privacy policy", "© 2020 Harbour Press"]
    assert stripper.strip("\n".join(page)).text.split("\n")[:-1] == [*story, *notes]


DUMP = """\
   (BUTTON) Menu
   [logo.png]
   * [1]Home
   * [2]Letters To The Editor

   Ferry to Tual sails again after eleven weeks

   [ferry.jpg] The ferry that ties the southern islands to the mainland
   left its berth on Monday, eleven weeks after a storm tore off half of
   its ramp, as the harbour office says in a note to the [3]passengers of
   the line.

   For a month the fare will be half of what it was, the harbour office
   said, and bicycles travel for free until the end of the holidays, which
   the schools of the islands have moved.

   IFRAME: https://ads.example/frame

   (BUTTON) Share
     __________________________________________________________________

References

   1. https://harbour.example/
   2. https://harbour.example/letters
   3. https://harbour.example/passengers
"""


def test_furniture_of_text_browsers_goes() -> None:
    page = page_of(DUMP)
    assert page.form == "wrapped"
    assert page.text[:4] == ["Menu", "Home", "Letters To The Editor", "Ferry to Tual sails again after eleven weeks"]
    assert page.text[4].startswith("The ferry that ties") and "the passengers of the line." in page.text[4]
    start, end = DUMP.index("   Ferry to"), DUMP.index("\n   IFRAME")
    assert stripper.strip(DUMP).text == DUMP[start:end]
    frame = "   IFRAME: https://map.example/tual?zoom=4\n\n"
    middle = DUMP.index("   For a month")
    assert stripper.strip(DUMP[:middle] + frame + DUMP[middle:]).text == DUMP[start:end]
    assert page_of("   IFRAME: the word for a frame\n").text == ["the word for a frame"]


def test_a_link_on_what_parts_links_is_read() -> None:
    assert page_of("[ \\|](x)\n\n# Ferries\n\n[Tual](/tual) · [Kei](/kei)\n").links == [1.0, 0.0, 1.0]


def test_a_label_in_a_list_of_the_article_is_no_sign_of_a_page_around_it() -> None:
    first = "The ferry sails again from Monday on, its captain told this paper, after eleven weeks at the pier of Tual."
    other = "The pier was mended in the meantime, as the harbour master says, and will hold for another thirty years."
    items = "* Home page\n* Built of the oak of these islands\n* Two masts, and sails for each of them\n"
    page = f"## Boat 0 of the yard\n\n{other}\n\n{items}\n## Boat 1 of the yard\n\n{first}\n\n{items}\n"
    assert stripper.strip(page).text == page


@pytest.mark.parametrize("mark", ["o", "+", "*", "-", "•", "◦", "‣", "▪", ""])
@pytest.mark.parametrize("above", ["", "Harbour Press\n\n"])
def test_a_menu_above_the_article_goes_whatever_its_items_begin_with(mark: str, above: str) -> None:
    sentences = [
        "The ferry sails again from Monday on, its captain told this paper, after eleven weeks at the pier of Tual.",
        "The pier was mended in the meantime, as the harbour master says, and will hold for another thirty years.",
        "Tickets cost the same as before, and bicycles travel for free until the end of the summer holidays.",
    ]
    labels = ["Islands", "Notes To The Editor", "Tides And Winds", "Subscriber Services", "Weddings", "Boats For Sale"]
    menu = "     * News\n" + "".join(f"          {mark} {label}\n" for label in labels)
    article = "Ferry to Tual sails again\n\n" + "\n\n".join(sentences) + "\n"
    assert stripper.strip(f"{above}{menu}\n{article}").text.split("\n\n")[-4:] == article.split("\n\n")
    assert not any(label in stripper.strip(f"{above}{menu}\n{article}").text for label in labels)


FRAMED = """\
Skip to content
Home | Islands | Weather | Log in

Ferry to Tual sails again after eleven weeks

The ferry that ties the southern islands to the mainland left its berth on Monday, eleven weeks late.

For a month the fare will be half of what it was, the harbour office said, and nobody on the quay complained of that.

The pier was mended in the meantime, as the harbour master says, and will hold for thirty years. Read more: Harbours

Most read
Why the harbour wall is still not mended
© 2021 Harbour Press. All rights reserved.
"""
NOISE: dict[str, tuple[Callable[[str], str], str]] = {  # what puts in what nobody sees, and what that is
    "soft hyphens": (lambda text: re.sub(r"\w{3}(?=\w)", "\\g<0>\u00ad", text), "\u00ad"),
    "spaces of no width": (lambda text: text.replace(" ", " \u200b"), "\u200b"),
    "on blank lines": (lambda text: text.replace("\n\n", "\n\u200b\n"), "\u200b"),
    "directions": (lambda text: re.sub("(?m)^.+$", "\u2068\\g<0>\u2069", text), "[\u2068\u2069]"),
    "colours": (lambda text: re.sub("(?m)^.+$", "\x1b[1;31m\\g<0>\x1b[0m", text), r"\x1b\[[\d;]*m"),
    "links of a terminal": (lambda text: text.replace("Read", "\x1b]8;;http://a\x07Read"), r"\x1b\]8[^\x07]*\x07"),
    "marks of order": (lambda text: re.sub("(?m)^", "\ufeff", text), "\ufeff"),
    "control characters": (lambda text: text.replace("\n", "\x7f\x00\n"), "[\x00\x7f]"),
    "pictures": (lambda text: re.sub("(?m)^(?=.)", "\ufffc", text), "\ufffc"),
    "printed twice": (lambda text: re.sub(r"\w", "\\g<0>\x08\\g<0>", text), r".\x08"),
}


@pytest.mark.parametrize("name", NOISE)
@pytest.mark.parametrize("form", ["plain", "markdown"])
def test_what_nobody_sees_changes_nothing(name: str, form: str) -> None:
    put_in, noise = NOISE[name]
    expected = stripper.strip(FRAMED, form=form)
    assert expected.text.endswith("will hold for thirty years.\n") and "Home" not in expected.text
    outcome = stripper.strip(put_in(FRAMED), form=form)
    check_partition(outcome)
    assert re.sub(noise, "", outcome.text) == expected.text


@pytest.mark.parametrize(("separator", "kept"), [("\u2028", 0), ("\u2029", 4), ("\x0b", 0), ("\x85", 4)])
def test_what_parts_lines_but_ends_none_parts_blocks(separator: str, kept: int) -> None:
    text = FRAMED[:-1].replace("\n", separator).replace(separator, "\n", kept)
    outcome = stripper.strip(text)
    check_partition(outcome)
    assert outcome.text.replace(separator, "\n").split() == stripper.strip(FRAMED).text.split()


def test_a_comment_amid_a_line_takes_no_paragraph() -> None:
    text = "# Pages\n\nA note begins with `<!--` here.\n\nThe ferry sails.\n\nIt ends with `-->` there.\n"
    assert "The ferry sails." in page_of(text, "markdown").text
    text = "<!-- promo\n\nThe ferry sails.\n\n<!-- a note -->\n\n[A link](/u)\n"
    assert "The ferry sails." in page_of(text, "markdown").text
    assert page_of("<!-- a\n\nnote -->\n\nThe ferry sails.\n", "markdown").text == ["The ferry sails."]


def test_a_title_between_rules_is_no_front_matter() -> None:
    page = page_of("---\n\n# The ferry\n\n---\n\nIt sails again.\n", "markdown")
    assert [mark.kind for mark in page.marks] == ["heading", ""]
    page = page_of("---\n# set by hand\ntitle: The ferry\n---\n\nIt sails again.\n", "markdown")
    assert {mark.kind for mark in page.marks[:-1]} == {"metadata"}


HEADS = [
    "---\ntitle: The ferry\n---\n",
    '+++\ntitle = "The ferry"\ndraft = false\n+++\n',
    ';;;\n{ "title": "The ferry" }\n;;;\n',
    '---json\n{\n  "title": "The ferry"\n}\n---\n',
    "---\ntitle: The ferry\ntags:\n" + "- pier\n" * 100 + "---\n",
]


@pytest.mark.parametrize("head", HEADS)
def test_front_matter_alone_tells_markdown(head: str) -> None:
    page = page_of(f"{head}\nIt sails again.\n")
    assert page.form == "markdown"
    assert {mark.kind for mark in page.marks[:-1]} == {"metadata"}


@pytest.mark.parametrize(
    "head",
    [
        '{\n  "title": "The ferry",\n  "tags": [\n    "pier"\n  ]\n}\n',
        'import Map from "../map"\nimport {\n  Pier,\n} from "@site/pier";\nimport "./a.css"\n',
        "---\ntitle: The ferry\n---\n\nimport Map from '../map';\n\nexport const meta = {\n  a: 1,\n};\n",
        "export default Layout\n\nexport default function Page() {\n  return a.b\n}\n",
    ],
)
def test_what_stands_above_a_text_for_programs_is_metadata(head: str) -> None:
    text = f"{head}\nimport taxes fell, it sails again.\n\nexport default rates rose in May.\n\nimport a from 'b'\n"
    page = page_of(text, "markdown")
    assert page.text[-3:] == [line for line in text.split("\n") if line][-3:]
    assert [mark.kind for mark in page.marks[-3:]] == [""] * 3
    assert {mark.kind for mark in page.marks[:-3]} == {"metadata"}


@pytest.mark.parametrize("text", ["{\nA bracket\n}\n\nIt sails.\n", '{\n  "a": 1\n}\n', "export taxes\n\nIt sails.\n"])
def test_no_other_text_is_taken_for_such(text: str) -> None:
    assert "metadata" not in {mark.kind for mark in page_of(text, "markdown").marks}


@pytest.mark.parametrize(
    ("line", "is_definition"),
    [
        ("[Ann]: The ferry sails again on Monday.", False),
        ("[Ann]: Yes.", False),
        ("[Ann]: ...and then it sailed.", False),
        ("[1]: https://harbour.example/a", True),
        ("[1]: <https://harbour.example/a> (A title)", True),
        ("[the pier]: /pier/1.html 'Its pier'", True),
        ("[1]: https://harbour.example/a The pier", True),
        ("[2]: pier.html", True),
        ("[^1]: A note of any words.", True),
    ],
)
def test_a_definition_is_of_an_address_or_a_note(line: str, is_definition: bool) -> None:
    page = page_of(f"# The ferry\n\nIt sails [1][].\n\n{line}\n", "markdown")
    assert [aside.kind == "definition" for aside in page.asides] == [True] * is_definition


PRINTED = """\
The ferry sails again from Monday on, its captain told this paper, and the pier has been mended by
The Ferries of Tual
Page 4 of 6
the same two carpenters. What they took for it is not known.
The lamp at its end was lit on Tuesday for the first time since the storm, and was seen as far as
The Ferries of Tual
Page 5 of 6
the mill. On Friday it went out again.
Nobody has asked the captain what he thinks of that.
The Ferries of Tual
Page 6 of 6
He would not have said.
"""


def test_heads_of_printed_pages_go_and_the_sentences_around_them_are_whole() -> None:
    outcome = stripper.strip(PRINTED)
    heads = [line for line in PRINTED.splitlines(keepends=True) if line.startswith(("The Ferries", "Page"))]
    assert outcome.text == "".join(line for line in PRINTED.splitlines(keepends=True) if line not in heads)
    assert {each.rule for each in outcome.decisions if each.action == "remove"} == {"core.layout.running-head"}
    assert "mended by the same two carpenters." in page_of(PRINTED).text[0]
    check_partition(outcome)


def test_numbers_of_chapters_between_whole_sentences_are_no_heads_of_pages() -> None:
    whole = PRINTED.replace(" by\n", " by them.\n").replace(" as\n", " as the mill.\n").replace("\nthe", "\nThe")
    assert "Page 4 of 6" in page_of(whole).text


NUMBERED = """\
   [1]Skip to content
     * [2]Home
     * [3]Letters
   Ferry sails again

   The ferry is back. Its [4]captain said so.
   Nobody else has asked.

   [5]Older post

References

   Visible links
   1. https://harbour.example/#content
   2. https://harbour.example/
   3. https://harbour.example/letters
   4. https://harbour.example/captain
   5. https://harbour.example/2021/lamp
"""


def test_numbers_and_addresses_of_links_are_no_text_of_a_dump() -> None:
    page = page_of(NUMBERED)
    assert page.form == "wrapped"
    assert page.text[:3] == ["Skip to content", "Home", "Letters"] and page.text[-1] == "Older post"
    assert "Its captain said so." in " ".join(page.text)
    assert "References" not in stripper.strip(NUMBERED).text
    check_partition(stripper.strip(NUMBERED))


def test_sources_that_a_text_refers_to_are_no_list_of_links() -> None:
    cited = "The ferry is back [1], as its captain said [2] and [3].\n\nReferences\n\n1. https://a.example/\n"
    cited += "2. https://b.example/\n3. https://c.example/\n"
    assert page_of(cited).text[-1] == "https://c.example/"


def test_a_head_without_words_is_of_the_table_below() -> None:
    head = "|  |  |\n| --- | --- |\n"
    page = page_of(f"{head}| Ann | 2 |\n| Bo | 3 |\n\n{head}\nThe end.\n", form="markdown")
    assert page.text == ["Ann | 2", "Bo | 3", "The end."]
    assert page.lines == [(0, 1, 2), (3,), (8,)]
    assert [(aside.kind, aside.numbers) for aside in page.asides] == [("rule", (5, 6))]


@pytest.mark.parametrize(
    ("line", "kind"),
    [(r"\[Photo: Ann Reed\]", ""), (r"\[ a + b = c \]", "formula"), (r"\[ \text{all} = 2 \]", "formula")],
)
def test_words_in_escaped_brackets_are_no_formula(line: str, kind: str) -> None:
    page = page_of(f"# The ferry sails\n\n{line}\n\nIt sailed at nine.\n", form="markdown")
    assert [mark.kind for mark in page.marks] == ["heading", kind, ""]


SHORT_DUMP = """\
[Startseite] [Kontakt]

Der Brunnen am Markt läuft wieder

Nach neun Jahren Pause fließt seit Mittwoch wieder Wasser aus dem Brunnen am
Markt. Die Pumpe stammt aus einem stillgelegten Schwimmbad und wurde von drei
Rentnern in Gang gebracht.

Der Bürgermeister trank den ersten Becher und verzog das Gesicht. "Eisen",
sagte er, "aber unser Eisen."
"""


def test_few_lines_tell_a_terminal_s_column_where_none_goes_beyond_it() -> None:
    page = page_of(SHORT_DUMP)
    assert page.form == "wrapped"
    assert [len(numbers) for numbers in page.lines] == [1, 1, 3, 2]
    assert page_of(SHORT_DUMP + "\nEs war " + "sehr " * 20 + "heiß.\n").form == "plain"
    assert page_of(SHORT_DUMP.replace("von drei\n", "gebracht.\n")).form == "plain"


def test_rows_of_numbered_links_are_links() -> None:
    text = (
        "   [1]Accueil [2]Le village [3]Nous écrire\n\n"
        "   Chaque premier dimanche de mai, on rallume le [4]four du village. Il faut\n"
        "   deux jours pour le chauffer et une heure pour le vider, et entre les deux\n"
        "   on danse.\n\n   [5]Retour\n\nReferences\n\n   Visible links\n"
    ) + "".join(f"   {number}. https://four.example/{number}\n" for number in range(1, 6))
    page = page_of(text)
    assert page.links == [1.0, 0.0, 0.0]
    assert stripper.strip(text).text.startswith("   Chaque")


def test_contents_of_a_guide_of_several_pages_go_with_their_heading() -> None:
    text = (
        "[Skip to content](#content)\n\n# Clear a ditch\n\n## Contents\n\n"
        "1. Overview\n2. [What you can do](/what)\n3. [How to apply](/apply)\n\n"
        "## Overview\n\nYou need a licence to clear a ditch if it is wider than two metres, or if voles live in it.\n\n"
        "You do not need one to:\n\n- cut plants\n- mend a fence\n\n"
        "A licence costs as much as a spade, and it lasts for one year from the day on which it was given.\n\n"
        "[Next: What you can do](/what)\n\n## Related content\n\n- [Report a ditch](/report)\n\n© Crown\n"
    )
    kept = stripper.strip(text).text
    assert "Contents" not in kept and "apply" not in kept
    assert "## Overview\n" in kept and "- mend a fence\n" in kept
