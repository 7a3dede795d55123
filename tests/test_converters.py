"""What converters of HTML write that CommonMark does not have: divs, attributes, tables of dashes, terms; and tags that
they leave.
"""

from __future__ import annotations

import pytest

import stripper
from stripper.api import default_rules
from stripper.model import Document
from stripper.reading.page import Page
from stripper.reading.places import Places
from stripper.reading.units import Mark

FIRST = (
    "The ferry that ties the southern islands to the mainland left its berth on [Monday](/monday), as its captain said."
)
SECOND = (
    "For a month the fare will be half of what it was, the harbour office told passengers who had waited for weeks."
)


def page_of(text: str) -> Page:
    return Page(Document(text, form="markdown"), default_rules().orthography)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("[Menu](/menu){.link} [News](/news){#news .link rel=\"x\"}", "Menu News"),
        ("[See [the ferry](/a) sail.]{.small}", "See the ferry sail."),
        ("[]{#start}The ferry", "The ferry"),
        ("![A photo](/a.jpg){width=\"30\"} The ferry", "The ferry"),
        ("## The ferry {#the-ferry .rel}", "The ferry"),
        ("`run()`{.python} runs", "run() runs"),
        ("It sailed.^[1](#note){#back}^", "It sailed.1"),
        ("The set {a, b} and [1]{x} stay, as does x^2 + 1^", "The set {a, b} and [1]{x} stay, as does x^2 + 1^"),
        ('<a href="/a"\nclass="b">The ferry</a>', "The ferry"),
        ("The ferry⟨12⟩ sails⟨3⟩.", "The ferry sails."),
        ("if a <b and\nb> c", "if a <b and b> c"),
    ],
)  # fmt: skip
def test_what_a_reader_sees(line: str, text: str) -> None:
    assert " ".join(" ".join(page_of(line).text).split()) == text


def test_a_part_is_found_behind_spans_and_attributes() -> None:
    page = page_of("[*Ann* sails.]{.lead} `run()`{.py} [Photo](/a){.b}: Ann Reed.\n")
    text = page.text[0]
    places = Places(page).of(0, text.index("Photo"), len(text))
    assert [page.raw[number][start:end] for number, start, end in places] == ["[Photo](/a){.b}: Ann Reed."]


TABLES = """\
  Ship     Year
  ------- ------
  Nusa      1998
  [Kei](/k) 2001

+------+------+
| Ship | Year |
+======+======+
| Nusa | 1998 |
+------+------+

-------------------------------
 Ship      What it carries
--------- ---------------------
 Nusa      cars

 Kei       only people
-------------------------------

------- ------
Nusa    1998
------- ------
"""


def test_rows_of_tables_that_dashes_tell_the_columns_of() -> None:
    page = page_of(TABLES)
    assert page.marks == [Mark("row")] * 9 and not page.asides
    assert [len(set(page.blocks[start:end])) for start, end in ((0, 3), (3, 5), (5, 8), (8, 9))] == [1] * 4
    assert len(set(page.blocks)) == 4 and page.links[2] > 0
    assert sorted(number for numbers in page.lines for number in numbers) == [
        number for number, line in enumerate(page.raw) if line.strip()
    ]
    plain = Page(Document(TABLES.replace("[Kei](/k)", "Kei      "), form="plain"), default_rules().orthography)
    assert {mark.kind for mark in plain.marks} == {"row"}


def test_a_rule_below_text_makes_no_table() -> None:
    page = page_of("The ferry\n---------\n\nIt sails.\n\n--- ---\n\nAgain.\n")
    assert [mark.kind for mark in page.marks] == ["heading", "", ""]


def test_a_term_and_what_is_said_of_it_are_a_list() -> None:
    page = page_of("Berth\n:   Where a ship lies.\n\nRamp\n\n:   What cars drive over.\n\nThe ferry: it sails.\n")
    assert page.text == ["Berth", "Where a ship lies.", "Ramp", "What cars drive over.", "The ferry: it sails."]
    assert [mark.kind for mark in page.marks] == ["item"] * 4 + [""]
    assert len(set(page.blocks[:4])) == 1


def test_items_with_another_mark_are_another_list() -> None:
    page = page_of("- Tual\n- Kei\n    * its pier\n- Banda\n\n1. Stop.\n2. Wait.\n\n10. Go.\n")
    assert page.blocks == [1] * 4 + [2] * 3
    links = "- [Why the harbour wall is not mended](/wall)\n- [Eels come back to the river](/eels)\n"
    steps = "1. Stop the engine and write down the hour.\n2. Wipe all bearings with wood, never with metal.\n"
    text = f"# The ferry sails\n\n{FIRST}\n\n{SECOND}\n\n### Read also\n\n{links}\n{steps}\n{SECOND} So it was.\n"
    kept = stripper.strip(text, form="markdown").text
    assert links not in kept and steps in kept


@pytest.mark.parametrize("mark", ['1.  <div id="note">', "*"])
def test_the_mark_of_an_item_goes_with_its_text_below(mark: str) -> None:
    page = page_of(f"Ann.\n\n{mark}\n\n    A note on eels.\n\nBen.\n")
    assert page.lines == [(0,), (2, 4), (6,)] and page.marks[1].kind == "item"
    assert [aside.numbers for aside in page_of(f"{mark}\n\nBen.\n").asides] == [(0,)]


def test_fences_of_divs_stay_where_all_within_stays() -> None:
    text = (
        f"::::: {{#main role=\"main\"}}\n# The ferry sails\n\n::: share\n[Share](#) [Tweet](#)\n:::\n\n{FIRST}\n\n"
        f"::: {{.note}}\n{SECOND}\n:::\n\n::: tags\n:::\n\n{FIRST} So it was.\n:::::\n"
    )  # fmt: skip
    kept = stripper.strip(text, form="markdown").text
    assert kept == f"# The ferry sails\n\n{FIRST}\n\n::: {{.note}}\n{SECOND}\n:::\n\n{FIRST} So it was.\n"


def test_fences_of_divs_have_no_words() -> None:
    page = page_of("::: ad\nAnzeige\n\n- ::: {#a}\n  Ann\n  :::\n:::\n\n:::\n\n```\n::: b\n```\n")
    assert page.text == ["Anzeige", "Ann", "::: b"]
    assert [mark.kind for mark in page.marks] == ["", "item", "code"]
    assert [(aside.kind, aside.numbers) for aside in page.asides] == [
        ("div", (3, 5)), ("div", (0, 6)), ("empty", (8,)),
    ]  # fmt: skip


@pytest.mark.parametrize("div", [("::: {#note}\n", "    :::\n"), ('<div id="note">\n\n', "\n    </div>\n")])
def test_footnotes_in_divs_stay(div: tuple[str, str]) -> None:
    note = "[Harbour book](/book), p. 12 [↩](#back)"
    text = (
        f"# The ferry sails\n\n{FIRST}\n\n{SECOND}[1](#note)\n\n{FIRST} So it was.\n\n----\n\n"
        f"1.  {div[0]}    {note}\n{div[1]}\n### Share this:\n\n- [Tweet](#)\n- [Print](#)\n\n"
        "### Read also\n\n- [Eels come back](/eels)\n- [A bakery of driftwood](/bakery)\n"
    )
    kept = stripper.strip(text, form="markdown").text
    assert f"1.  {div[0]}    {note}\n" in kept and "Share" not in kept
