"""Each mechanism by itself, through small packs of its own."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from test_properties import check_partition

import stripper
from stripper.api import default_rules
from stripper.model import Outcome

PROSE = "The captain said on Monday that the ferry would sail again from next week on, weather allowing."
OTHER = "Nobody on the quay had heard of it before, and most of those who waited there went home again at once."


def clean(tmp_path: Path, text: str, *rules: str, **options: list[str]) -> Outcome:
    """Clean a text by these rules alone; each is a table without its head, its id `t.N`."""
    head = 'schema-version = 1\n\n[[rule]]\nid = "t.{}"\nsummary = ""\nreason = "because"\ncategory = "promo"\n{}\n'
    tables = []
    for number, rule in enumerate(rules):
        table = head.format(number, rule)
        if re.search("^category", rule, re.M):
            table = table.replace('category = "promo"\n', "", 1)
        tables.append(table if number == 0 else table.removeprefix("schema-version = 1\n"))
    pack = tmp_path / "t.toml"
    pack.write_text("\n".join(tables), "utf-8")
    return stripper.strip(text, rules=stripper.load_rules([pack], default=False), **options)


def kept(tmp_path: Path, text: str, *rules: str) -> list[str]:
    return clean(tmp_path, text, *rules).text.splitlines()


MARKER = 'match = { whole = ["most read"] }\n'
PAGE = f"Before\nMost read\nOne\nTwo\n\nThree\n{PROSE}\nFour\n"


@pytest.mark.parametrize(
    ("section", "gone"),
    [
        ("section = {}", ["Most read", "One", "Two", "Three"]),
        ("section = { max-lines = 1 }", ["Most read", "One"]),
        ('section = { until = "blank" }', ["Most read", "One", "Two"]),
        ('section = { until = "end" }', ["Most read", "One", "Two", "Three", PROSE, "Four"]),
        ('section = { until = "end", max-words = 10 }', ["Most read"]),
        ('section = { until = "end", until-match = { whole = ["two"] } }', ["Most read", "One"]),
        ('section = { until = "prose", prose-words = 40 }', ["Most read", "One", "Two", "Three", PROSE, "Four"]),
    ],
)
def test_sections_end_where_they_say(tmp_path: Path, section: str, gone: list[str]) -> None:
    outcome = clean(tmp_path, PAGE, MARKER + section)
    assert [PAGE[each.start : each.end].strip() for each in outcome.removed] == gone
    assert {(each.rule, each.reason) for each in outcome.removed} == {("t.0", "because")}


def test_a_run_needs_its_lines_in_a_row(tmp_path: Path) -> None:
    run = "run = { min-lines = 3 }\nwhere = { max-words = 2, sentence = false }"
    assert kept(tmp_path, f"Home\nSport\n{PROSE}\nHome\nSport\nFood\n{OTHER}\n", run) == ["Home", "Sport", PROSE, OTHER]


def test_duplicates_keep_the_first_copy(tmp_path: Path) -> None:
    adjacent = 'duplicate = { scope = "adjacent" }'
    assert kept(tmp_path, "A b c\n“A b c”\nD\nA b c\n", adjacent) == ["A b c", "D", "A b c"]
    anywhere = 'duplicate = { scope = "document" }\nwhere = { min-words = 3 }'
    assert kept(tmp_path, "A b c\nD\nD\nA B C\n", anywhere) == ["A b c", "D", "D"]


def test_a_copy_takes_the_category_of_its_original(tmp_path: Path) -> None:
    rules = ('match = { whole = ["a b c"] }', 'category = "duplicate"\nduplicate = { scope = "adjacent" }')
    outcome = clean(tmp_path, "A b c\nA b c\nD e f.\n", *rules)
    assert [each.category for each in outcome.removed] == ["promo", "promo"]


def test_a_copy_of_a_line_that_stays_goes_all_the_same() -> None:
    outcome = stripper.strip(f"The ferry sails again\n\n{PROSE}\n\n{OTHER}\n\n{PROSE}\n")
    assert [(each.line, each.category) for each in outcome.removed] == [(6, "layout"), (7, "duplicate")]


def test_what_a_guard_gives_back_outside_the_article_stays_outside() -> None:
    article = [
        f"On day {n} the ferry crossed the strait, {'and then ' * n}the captain wrote it down." for n in range(5)
    ]
    cookie = "We use cookies of kind {} to remember, for {}many days, where a visitor came from."
    cookies = [cookie.format(n, "many and " * n) for n in range(9)]
    page = "\n\n".join(["The log of the ferry", *article, "About us", "Contact", *cookies])
    outcome = stripper.strip(page)
    assert any(note.kind == "guard" and note.rule == "en.cookies.wall" for note in outcome.notes)
    assert outcome.text.strip().split("\n\n") == ["The log of the ferry", *article]


def test_text_twice_in_a_line(tmp_path: Path) -> None:
    caption = 'duplicate = { scope = "line", between = true }'
    assert kept(tmp_path, f"{PROSE}(Ann Reed){PROSE}\n{OTHER}\n", caption) == [OTHER]
    trim = 'duplicate = { scope = "line" }\naction = "trim"'
    assert kept(tmp_path, f"{PROSE} {PROSE}\n", trim) == [PROSE]


NOTICE = [
    ("When you visit our website, we store cookies on your browser. The information may relate to you, and to what you "
     "sell or buy. You can choose not to allow some of them, which may change what the site can do for you."),
    "Strictly Necessary Cookies",
    ("These cookies are necessary for the site to work, and cannot be switched off. They are set when you log in, fill "
     "in a form or choose what else you allow, and do not hold anything by which we would know you."),
    ("The choice that you make here is kept for half a year, after which we ask again, on each browser, since "
     "we do not know that it is you who comes back with another one."),
    "Targeting Cookies",
    ("These cookies may be set through our site by our partners, who may build a profile of what you like and show you "
     "more of it elsewhere. If you do not allow these cookies, you will see other advertising."),
    ("We may also tell our partners in which town you are, if your browser lets us know, and they may keep that for as "
     "long as they say in their own notices, to which the list below has links."),
    "Social Media Cookies",
    ("These cookies are set by the networks on which you share what you read here. They can follow your browser over "
     "other sites and learn what you like, and may change what you see there, or with whom you share it."),
]  # fmt: skip


def test_a_long_notice_below_an_article_is_not_what_the_page_is_about() -> None:
    article = ["The ferry sails again", PROSE, OTHER, "The harbour master said that he was glad of it, and they too."]
    notice = ["Do Not Sell My Personal Information", *NOTICE, "Save Settings", "Privacy Policy"]
    cleaned = stripper.strip("\n".join(["Home", "Sign in", *article, "Share this story", *notice]) + "\n")
    assert cleaned.text.splitlines() == article
    alone = stripper.strip("\n".join(["Home", "Sign in", *notice]) + "\n")
    assert alone.text.splitlines() == ["Do Not Sell My Personal Information", *NOTICE]


def test_a_short_description_is_found_above_long_notices_of_its_shop() -> None:
    menu = [f"{of} {what}" for of in ("Oil", "Brass", "Glass", "Desk", "Wall", "Ship") for what in ("Lamps", "Wicks")]
    description = [
        "Blown by hand on the quay of Tual, in a green of its own.",
        "Burns for nine hours or more on one filling of oil.",
        "The lid is of brass, and wicks can be had for years to come.",
    ]
    amid = [*description[:1], *menu[:6], *description[1:2], *menu[:6], *description[2:]]
    shop = ["Home", *menu, "Sign in", "Newsletter", "Lamp of green glass", *amid, "Quantity", "Add to cart", "In stock"]
    kinds = ("orders", "letters", "returns", "payments", "reviews", "visits", "calls", "gifts", "prizes")
    policy = (
        "Our privacy policy for {0} says which of your personal data we collect, for how long we keep them, and with "
        "whom we share {0} where the law obliges us to do so or where you have asked us to do it. You can ask us at "
        "any time what we know of your {1}, and we will answer within a month. "
    )
    notice = ["© 2021 Tual Lamps", "Privacy policy", "Privacy policy"]
    notice += [policy.format(one, other) * 3 for one in kinds for other in kinds if one < other]
    left = stripper.strip("\n\n".join([*shop, *notice]) + "\n").text.split("\n")
    assert {*description} <= {*left}
    assert not any("policy" in line or line == "Home" for line in left)


def test_a_trim_leaves_the_rest_of_its_line(tmp_path: Path) -> None:
    trim = 'action = "trim"\nmatch = { pattern = [\'\\(Photo: [^)]*\\)\'], literals = ["photo"] }'
    page = f"{PROSE} (Photo: Ann Reed)\n(Photo: Tom Marsh)\n"
    outcome = clean(tmp_path, page, trim)
    assert outcome.text == f"{PROSE}\n"
    assert [page[each.start : each.end] for each in outcome.removed] == [" (Photo: Ann Reed)", "(Photo: Tom Marsh)\n"]


def test_a_trim_finds_its_line_among_others_that_say_the_same(tmp_path: Path) -> None:
    trim = 'action = "trim"\nmatch = { pattern = [\'\\(Photo: [^)]*\\)\'], literals = ["photo"] }'
    page = "The ferry sails (Photo: Ann Reed) there and is here again\n" * 4
    assert clean(tmp_path, page, trim).text == "The ferry sails there and is here again\n" * 4


def test_a_trim_goes_on_over_the_lines_that_a_sentence_is_wrapped_over(tmp_path: Path) -> None:
    said = "The harbour master says that the ferry will sail again on Monday if the new engine is there by then"
    wrapped = ["   " + line + "\n" for line in textwrap.wrap(f"{said} {said}", 72)]
    below = "".join("   " + line + "\n" for line in textwrap.wrap(f"{PROSE} {OTHER} {PROSE}", 72))
    outcome = clean(tmp_path, "".join(wrapped) + "\n" + below, 'duplicate = { scope = "line" }\naction = "trim"')
    assert " ".join(outcome.text.split("\n\n")[0].split()) == said
    assert [each.line for each in outcome.removed] == [2, 3]
    check_partition(outcome)


def test_a_trim_takes_the_group_named_cut(tmp_path: Path) -> None:
    trim = 'action = "trim"\nmatch = { pattern = [\'sails\\.(?<cut> AP)$\'], literals = ["sails"] }'
    assert kept(tmp_path, "The ferry sails. AP\n", trim) == ["The ferry sails."]


def test_keep_beats_remove(tmp_path: Path) -> None:
    rules = ('match = { starts = ["share"] }', 'action = "keep"\nmatch = { contains = ["bread"] }')
    assert kept(tmp_path, "Share this\nShare the bread\n", *rules) == ["Share the bread"]


def test_the_first_rule_wins(tmp_path: Path) -> None:
    rules = ('match = { starts = ["share"] }\ncategory = "share"', 'match = { contains = ["this"] }')
    outcome = clean(tmp_path, "Share this\nNot this\n", *rules)
    assert [(each.rule, each.category) for each in outcome.removed] == [("t.0", "share"), ("t.1", "promo")]


def test_conditions_on_the_category_of_neighbours(tmp_path: Path) -> None:
    marker = 'match = { whole = ["tags"] }\ncategory = "tags"'
    late = "match = { pattern = ['^\\w+$'] }\nwhere = { previous = { category = [\"tags\"] } }"
    assert kept(tmp_path, "Ferry\nTags\nFerry\nHarbour\n", marker, late) == ["Ferry", "Harbour"]


def test_a_guard_undoes_a_rule_that_takes_an_article(tmp_path: Path) -> None:
    greedy = 'match = { contains = ["the"] }'
    guard = 'category = "body"\nguard = { scope = "rule", kinds = ["line"], max-share = 0.5, min-words = 20 }'
    outcome = clean(tmp_path, f"The end\n{PROSE}\n{OTHER}\n", greedy, guard)
    assert outcome.removed == ()
    [note] = outcome.notes
    assert (note.kind, note.rule) == ("guard", "t.0")
    assert "words of prose" in note.message


def test_a_guard_lets_some_prose_survive(tmp_path: Path) -> None:
    greedy = MARKER + 'section = { until = "end" }'
    guard = 'category = "body"\nguard = { scope = "document", min-words = 10, min-share = 0.5, undo = ["section"] }'
    outcome = clean(tmp_path, f"Most read\n{PROSE}\n{OTHER}\n", greedy, guard)
    assert outcome.removed == ()
    assert outcome.notes[0].kind == "guard"


def test_blank_lines_are_folded_around_what_went_alone(tmp_path: Path) -> None:
    rules = ('match = { whole = ["share"] }', 'category = "layout"\nlayout = { keep = 1 }')
    page = f"\nShare\n\n{PROSE}\n\n\n{OTHER}\n\nShare\n\n\nEnd.\n\nShare\n\n"
    outcome = clean(tmp_path, page, *rules)
    assert outcome.text == f"{PROSE}\n\n\n{OTHER}\n\nEnd.\n"
    assert clean(tmp_path, page, *rules, keep=["layout"]).text == page.replace("Share\n", "")


def test_pieces_of_one_sentence_go_or_stay_together() -> None:
    broken = "The ferry that\nAnn Reed\n, its captain, has steered for years sails again from Monday on, she said.\n"
    outcome = stripper.strip(f"Menu\nSearch\n{PROSE}\n{broken}{OTHER}\nShare\n")
    assert outcome.text == f"{PROSE}\n{broken}{OTHER}\n"


def test_a_page_without_an_article_is_left_but_for_what_is_safe() -> None:
    page = "Prices\nBread 2.10\nShare this article\nAdvertisement\nRead more\nPrivacy Policy\nSubscribe now\n"
    outcome = stripper.strip(page)
    assert outcome.text == "Prices\nBread 2.10\n"
    assert [note.kind for note in outcome.notes] == ["no-body"]


def test_options_keep_drop_and_disable() -> None:
    page = f"By Ann Reed\n{PROSE}\n{OTHER}\nShare\n"
    assert "By Ann Reed" in stripper.strip(page, keep=["byline"]).text
    assert stripper.strip(page, drop=["body"], disable=["core.guard.document"]).text == ""
    assert not any(each.rule == "en.share.labels" for each in stripper.strip(page, disable=["en.share.labels"]).removed)
    with pytest.raises(stripper.UnknownNameError, match="did you mean 'byline'"):
        stripper.strip(page, keep=["bylines"])


def test_statistics_of_other_documents_count() -> None:
    from stripper.engine.statistics import Statistics, document_keys

    rules = default_rules()
    pages = [f"Harbour {number} views\n{PROSE}\n" for number in range(4)]
    statistics = Statistics(name="harbour.example/")
    for page in pages:
        statistics.add(document_keys(stripper.Document(page), rules.orthography))
    outcome = stripper.strip(pages[0], statistics=statistics)
    assert outcome.text == f"{PROSE}\n"
    assert "on 4 of 4 pages of harbour.example/" in outcome.removed[0].reason


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_what_is_longer_than_any_page_is_judged_in_stretches(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    page = (Path(__file__).parent.parent / "samples" / "en-news.txt").read_text("utf-8").rstrip("\n").replace(
        "\n", ending
    ) + ending
    alone = stripper.strip(page)
    monkeypatch.setattr("stripper.engine.cleaning.STRETCH", len(page) - len(ending))
    together = stripper.strip(page * 3 + "No end of line")
    assert together.text == alone.text * 3 + "No end of line"
    assert [each.rule for each in together.removed] == [each.rule for each in alone.removed] * 3
    lines = [(line.start, line.end) for line in together.document.numbered()]
    for each in together.removed:
        start, end = lines[each.line - 1]
        assert start <= each.start < each.end <= end


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("Ann (pictured) is here.", "Ann is here."),
        ("(pictured) Ann is here.", "Ann is here."),
        ("Ann is here (pictured)", "Ann is here"),
        ("The quay (pictured) (Kei) is new.", "The quay (Kei) is new."),
    ],
)
@pytest.mark.parametrize("pattern", [r"\(pictured\)", r" ?\(pictured\)", r"\(pictured\) ?", r" ?\(pictured\) ?"])
def test_a_cut_neither_joins_words_nor_parts_them(tmp_path: Path, pattern: str, line: str, left: str) -> None:
    rule = f"action = \"trim\"\nmatch = {{ pattern = ['{pattern}'] }}"
    assert kept(tmp_path, f"{line}\n{PROSE}\n", rule) == [left, PROSE]


def test_a_cut_before_a_comma_leaves_no_space(tmp_path: Path) -> None:
    rule = "action = \"trim\"\nmatch = { pattern = [' \\(pictured\\)'] }"
    assert kept(tmp_path, "Ann (pictured), who sails, is here.\n", rule) == ["Ann, who sails, is here."]


def test_where_cuts_leave_nothing_the_line_goes(tmp_path: Path) -> None:
    rules = [f"action = \"trim\"\nmatch = {{ pattern = ['{word}'] }}" for word in ("bravo", "charlie")]
    assert kept(tmp_path, f"bravo charlie.\n{PROSE}\n", *rules) == [PROSE]


@pytest.mark.parametrize("between", ["", "Advertisement\n", "Read also: Why the harbour wall is still not mended\n"])
@pytest.mark.parametrize("last", ["Nobody on the quay said a word.", "The rain had stopped by then."])
def test_a_short_last_sentence_stays(last: str, between: str) -> None:
    page = f"Home\nLog in\nFerry to Tual sails again after eleven weeks\n{PROSE}\n{OTHER}\n{PROSE[:-1]} or not.\n"
    foot = "Share this article\nMost read\nAbout us\n© 2021 Harbour Press. All rights reserved.\n"
    assert last in stripper.strip(f"{page}{between}{last}\n{foot}").text


def test_a_first_sentence_of_two_words_stays() -> None:
    head = "Home\nLog in\nFerry sails again\nBy Ann Lee\nMay 5, 2021 | 10.12\n"
    assert "It rained." in stripper.strip(f"{head}It rained.\n{PROSE}\n{OTHER}\nMost read\nAbout us\n").text


def test_what_speaks_of_a_newsletter_is_no_last_sentence() -> None:
    page = f"Home\nFerry to Tual sails again after eleven weeks\n{PROSE}\n{OTHER}\n"
    box = "Sign up for our newsletter\nIt comes on Fridays.\nMost read\nAbout us\n"
    assert "Fridays" not in stripper.strip(page + box).text


NOTED = "For a month the fare will be half of what it was, the harbour office said on Monday to all who asked. [HP-204]"


@pytest.mark.parametrize(
    ("line", "taken"),
    [
        (NOTED, False),
        (NOTED.replace(".", ""), False),
        ("Two boats. And why the wall is not mended", True),
        ("The ramp that the storm tore off is found at last, and what its finders want to have for it [VIDEO]", True),
        ("Two boats and a wall [3]", True),
    ],
)
def test_a_section_ends_where_sentences_begin_whatever_note_is_behind_them(
    tmp_path: Path, line: str, taken: bool
) -> None:
    outcome = clean(tmp_path, f"Before\nMost read\nOne\n{line}\n", MARKER + "section = {}")
    assert (line in outcome.text) is not taken


def test_a_rule_of_dashes_is_no_text_that_stands_twice() -> None:
    page = f"The ferry\n{'=' * 60}\n\n{PROSE}\n\n{OTHER}\n"
    assert stripper.strip(page).text == page


def test_what_belongs_to_the_article_is_no_evidence_of_anything_around_it() -> None:
    from stripper.api import default_rules
    from stripper.engine.plan import plan
    from stripper.reading.page import Page

    text = f"Islands: 7\nBerths: 12\nKey facts\n{PROSE}\nOld boats\n"
    page = Page(stripper.Document(text), default_rules().orthography)
    model, labels = plan(default_rules()).body[0][1], [plan(default_rules()).matching.rule("en.share.labels")] * 5
    labels[0] = plan(default_rules()).matching.rule("en.navigation.labels")
    for category in ("", "body", "heading"):
        assert not model.is_around(page, ["", "", category, "", "share"], labels)
    assert not model.is_around(page, ["", "share", "", "", "share"], labels), "one rule, twice"
    assert model.is_around(page, ["navigation", "", "", "", "share"], labels)


def test_a_rule_that_is_mistaken_many_times_over_makes_no_page_of_a_document() -> None:
    versions = [f"2031-0{at}-11\n- The ferry takes {at} more cars\n- Fixed the bell\n- Lamps\n" for at in range(1, 10)]
    text = f"Changes\n\n{PROSE}\n\n{OTHER}\n\n" + "\n".join(versions)
    gone = [each.category for each in stripper.strip(text).removed]
    assert "related" not in gone and "navigation" not in gone and "promo" not in gone


def test_headings_of_a_document_make_no_page_of_it_and_stay() -> None:
    parts = {"Contact": "Write to the harbour office", "Download": "The timetable is a file", "Support": "Ask the crew"}
    sections = "\n".join(f"## {name}\n\n{text}, if the ferry to Tual is late.\n" for name, text in parts.items())
    text = f"# The ferry\n\n{sections}\n## Thanks\n\n- Ibu Sari\n- Ann Reed\n- Pak Budi\n- Jo Lee\n"
    assert stripper.strip(text).text == text


def test_a_notice_of_rights_amid_an_article_heads_no_part_of_it() -> None:
    tug = PROSE.replace("ferry", "tug")
    page = f"Log in\nThe ferry sails\n{PROSE}\n\n{OTHER}\n{{}}\n{tug}\nShare\n© 2021 Harbour\n"
    assert "Contact" in stripper.strip(page.format("Contact")).text
    assert "© Harbour" not in stripper.strip(page.format("© Harbour Press")).text


def test_a_document_that_says_much_again_means_to() -> None:
    orders = ("The bell must ring once", "No car may wait here", "The gate shuts at noon", "Ask the master of the quay")
    notes = "".join(f"\n{order} before the ferry sails.\n" for order in orders)
    text = "\n".join(f"{name}\n\nThis holds for {name} of the ferry to Tual and its crew.\n{notes}" for name in "ABC")
    assert stripper.strip(text).text == text
    assert stripper.strip(f"{PROSE}\n\n{OTHER}\n\n{PROSE}\n").removed, "a single one may be a teaser"


def test_lines_that_stand_side_by_side_once_all_between_them_is_gone_are_copies(tmp_path: Path) -> None:
    rules = ('match = { whole = ["share"] }', 'category = "duplicate"\nduplicate = { scope = "adjacent" }')
    assert kept(tmp_path, "The ferry\nShare\nThe ferry\nShare\nThe boats\nThe ferry\n", *rules) == [
        "The ferry",
        "The boats",
        "The ferry",
    ]


def test_a_line_beside_a_copy_that_goes_is_in_no_refrain() -> None:
    said = "Ann Reed, captain of the ferry"
    page = f"{PROSE}\n{said}\n{PROSE}\n{said}\n{OTHER}\n"
    assert stripper.strip(page).text == f"{PROSE}\n{said}\n{OTHER}\n"
    song = f"And on we sail to Tual, to Tual\nAnd home, and home to her\n{PROSE}\n"
    assert stripper.strip(song + song.replace(PROSE, OTHER)).text == song + song.replace(PROSE, OTHER)


def test_what_a_guard_undid_in_vain_is_taken_again(tmp_path: Path) -> None:
    greedy = MARKER + 'section = { until = "end" }'
    copies = 'category = "duplicate"\nduplicate = { scope = "adjacent" }'
    guard = (
        'category = "body"\n'
        'guard = { scope = "document", min-words = 99, min-share = 0.6, undo = ["duplicate", "section"] }'
    )
    outcome = clean(tmp_path, f"Most read\n{PROSE}\n{PROSE}\n{OTHER}\n", greedy, copies, guard)
    assert outcome.text == f"Most read\n{PROSE}\n{OTHER}\n"
    assert [note.message.partition(":")[0] for note in outcome.notes] == ["held back the rules of kind section"]


def test_a_single_line_that_rules_know_is_no_evidence_of_anything_around_a_long_page() -> None:
    article = "".join(f"{PROSE.replace('Monday', f'day {day}')}\n" for day in range(100))
    page = f"Cranes\nShare\nRopes\nSails\n{article}"
    assert stripper.strip(page, form="plain").text == page.replace("Share\n", "")
    assert stripper.strip(f"{page}Share\nShare\n", form="plain").text == page.replace("Share\n", "")
    assert stripper.strip(f"{page}Privacy policy\nPost a comment\n", form="plain").text == article


def test_a_list_in_the_article_keeps_its_items_when_it_is_cleaned_again() -> None:
    prose = f"{PROSE} {OTHER}"
    page = f"# The ferry\n\n{prose}\n\n{prose[::2]}\n\n* Tual\n* SMS\n* The northern islands\n\n{OTHER} {PROSE}\n"
    once = stripper.strip(f"[Home](/)\n[Sport](/s)\n\n{page}\nShare\n", form="markdown").text
    assert once == page
    assert stripper.strip(once, form="markdown").text == page


def test_copies_go_however_many_there_are_since_the_first_stays(tmp_path: Path) -> None:
    copies = 'category = "duplicate"\nduplicate = { scope = "document" }'
    guard = 'category = "body"\nguard = { scope = "rule", kinds = ["duplicate"], max-share = 0.2, min-words = 10 }'
    outcome = clean(tmp_path, f"{PROSE}\n{OTHER}\n" * 3, copies, guard)
    assert outcome.text == f"{PROSE}\n{OTHER}\n" and not outcome.notes


def test_what_stands_above_the_headline_of_a_page_that_is_all_article_stays() -> None:
    page = f"How to apply\n------------\n\n# The ferry of Tual sails again after eleven weeks\n\n{PROSE}\n\n{OTHER}\n"
    assert stripper.strip(page, form="markdown").text == page


@pytest.mark.parametrize("section", ["", "section = { until = 'prose', max-lines = 2 }"])
def test_what_stands_where_a_rule_wants_it_once_others_are_gone_goes_with_them(tmp_path: Path, section: str) -> None:
    """And not only when the page is cleaned again."""
    box = 'match = { starts = ["subscribe"] }'
    tides = f'match = {{ whole = ["tides"] }}\nwhere = {{ previous = {{ max-words = 2 }} }}\n{section}'
    page = f"Harbour news\nSubscribe to hear of each ferry.\nTides\nHigh at noon\n{PROSE}\nTides\n{OTHER}\n"
    outcome = clean(tmp_path, page, box, tides)
    headed = [] if section else ["High at noon"]
    assert outcome.text.splitlines() == ["Harbour news", *headed, PROSE, "Tides", OTHER]
    assert clean(tmp_path, outcome.text, box, tides).text == outcome.text


def test_a_line_that_is_cut_down_to_the_one_above_is_its_copy(tmp_path: Path) -> None:
    rules = ('duplicate = { scope = "line" }\naction = "trim"', 'duplicate = { scope = "adjacent" }')
    assert kept(tmp_path, f"{PROSE}\n{PROSE} {PROSE}\n{OTHER}\n", *rules) == [PROSE, OTHER]
