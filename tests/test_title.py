"""Which line is taken for the headline, and what is told of a page."""

from __future__ import annotations

from pathlib import Path

import pytest

import stripper

MENU = "Skip to content\nHome\nIslands\nWeather\nSport\nLog in\n"
HEADLINE = "Ferry to Tual sails again after eleven weeks"
BYLINE = "By Ann Reed\nMay 3, 2021\n"
ARTICLE = (
    "The ferry that ties the southern islands to the mainland left its berth on Monday, eleven weeks after a storm.\n"
    "For a month the fare will be half of what it was, the harbour office said on Monday, and children travel free.\n"
    "The ferry had been waiting for a new ramp, which came from the mainland on a barge in the last days of April.\n"
)
FOOT = "Share\nMost read\nAbout us\n© 2021 Harbour Press. All rights reserved.\n"
STANDFIRST = "Islanders met the first boat with drums, and the harbour office with questions about the fare"
PROMOTION = "Get the islands' news every morning: sign up for our newsletter"
DECK = pytest.mark.xfail(reason="a deck right above names and dates is taken for the headline", strict=True)


@pytest.mark.parametrize(
    "head",
    [
        f"{HEADLINE}\n{BYLINE}",
        f"{HEADLINE}\n\n{STANDFIRST}\n\n{BYLINE}",
        f"{PROMOTION}\n{HEADLINE}\n{BYLINE}",
        f"{HEADLINE}\n",
        f"Home > Islands > {HEADLINE}\n\n{HEADLINE}\n\n{BYLINE}",
        f"{HEADLINE} | Harbour Press\n{MENU}{HEADLINE}\n{BYLINE}",
    ],
    ids=["byline", "standfirst", "promotion", "alone", "path", "page title"],
)
def test_the_headline_is_found(head: str) -> None:
    outcome = stripper.strip(MENU + head + ARTICLE + FOOT)
    assert outcome.title == HEADLINE
    assert outcome.text.startswith(HEADLINE)


@pytest.mark.parametrize("below", [f"{STANDFIRST}\n{BYLINE}", f"{STANDFIRST}.\nListen\nSave\n{BYLINE}"])
def test_a_standfirst_stays_above_names_and_dates(below: str) -> None:
    outcome = stripper.strip(f"{MENU}{HEADLINE}\n{below}{ARTICLE}{FOOT}")
    assert outcome.text.startswith(f"{HEADLINE}\n{STANDFIRST}")
    assert "Ann Reed" not in outcome.text


def test_a_promotion_below_the_headline_is_no_standfirst() -> None:
    outcome = stripper.strip(f"{MENU}{HEADLINE}\n{PROMOTION}\n{BYLINE}{ARTICLE}{FOOT}")
    assert outcome.text == f"{HEADLINE}\n{ARTICLE}"


def test_a_menu_is_no_headline() -> None:
    assert stripper.strip(MENU + ARTICLE + FOOT).title is None


@pytest.mark.parametrize("row", ["Deutsch | English | Français", "DE | EN | FR", "Bahasa Indonesia · English"])
def test_languages_to_choose_from_are_no_headline(row: str) -> None:
    headline = "L'hiver où le bac resta à quai"
    text = (
        "Le bac s'arrêta la deuxième semaine de janvier, et pendant deux mois personne sur l'île ne vit de lettre.\n"
        "Le soir, les voisins venaient avec leurs chaises, et chacun avait une histoire que les autres connaissaient.\n"
        "Quand la glace se rompit en mars, tout le village était sur le quai, et le capitaine nous lança la corde.\n"
    )
    outcome = stripper.strip(
        f"Accueil\nActualités\nContact\n{row}\n{headline}\nPar Tom Halle\n{text}Partager\nMentions légales\n"
    )
    assert outcome.title == headline
    assert row not in outcome.text


def test_date_and_writer_are_told_as_the_text_has_them() -> None:
    outcome = stripper.strip(MENU + HEADLINE + "\n" + BYLINE + ARTICLE + FOOT)
    assert (outcome.author, outcome.date) == ("By Ann Reed", "May 3, 2021")
    assert (stripper.strip(ARTICLE).author, stripper.strip("").title) == (None, None)


def test_the_headline_of_a_markdown_page_is_told_without_its_mark() -> None:
    page = f"* [Home](/)\n* [Sport](/sport)\n\n# {HEADLINE}\n\n{BYLINE}\n" + ARTICLE.replace("\n", "\n\n")
    outcome = stripper.strip(page)
    assert outcome.title == HEADLINE
    assert outcome.text.startswith(f"# {HEADLINE}")


@pytest.mark.parametrize("line", ["There is a ferry again", "What does that mean?", "From 2.65 a passage"])
def test_what_is_all_article_has_no_line_of_it_taken_for_a_headline_that_is_gone(line: str) -> None:
    assert stripper.strip(f"{line}\n{ARTICLE}", drop=["title"]).text == f"{line}\n{ARTICLE}"
    assert stripper.strip(f"{HEADLINE}\n\n{ARTICLE}", drop=["title"]).text == ARTICLE


def test_what_a_pack_of_ones_own_takes_is_no_headline(tmp_path: Path) -> None:
    pack = tmp_path / "mine.toml"
    rule = "id = 'my.rule'\ncategory = 'promo'\nsummary = 's'\nreason = 'r'\n"
    pack.write_text(f"schema-version = 1\n[[rule]]\n{rule}match = {{ whole = ['{HEADLINE}'] }}\n", "utf-8")
    page = MENU + f"{HEADLINE}\n{BYLINE}" + ARTICLE + FOOT
    assert (stripper.strip(page).title, stripper.strip(page, rules=pack).title) == (HEADLINE, None)


def test_a_path_of_links_is_no_headline_with_the_word_at_its_end() -> None:
    head = "# Gull Docs\n\n* [Overview](/docs)\n* [Billing](/bill)\n\n[Docs](/docs) / [Guides](/a) / Invoices\n\n"
    links = "Copy page\n\nOn this page\n\n* [Create it](#create-it)\n* [Send it](#send-it)\n\n"
    text = (
        "Invoices are made from the hours that your team has entered. You can send one as often as you like.\n\n"
        "## Create it\n\nChoose a customer, then a month, and press **New**. It stays with you until it is sent.\n"
    )
    assert stripper.strip(f"{head}# Send an invoice\n\n{links}{text}").title == "Send an invoice"


def test_a_headline_is_found_below_a_notice_that_reads_like_an_article() -> None:
    notice = (
        "We keep small files on your device so that the site works, and count visits to learn which pages are read.\n"
        "Some of our partners do the same, and you can change your choice at any time at the foot of each page.\n"
    )
    text = (
        "The harbour master said that the ramp had been tested with two loaded lorries before anyone went aboard.\n"
        "A second ferry, from the northern islands, waits for its papers and will not be there before June.\n"
    )
    page = f"{notice}{MENU}Change your choice\nAccept all\nHarbours\n\n{HEADLINE}\n\n{BYLINE}{ARTICLE}{text}{FOOT}"
    assert stripper.strip(page).title == HEADLINE


def test_of_a_headline_that_its_label_runs_into_the_end_of_the_path_is_kept() -> None:
    said = "Storm on the islands: Ferry sails again after eleven weeks"
    for head in (said.replace(":", ""), f"Sea news {said}"):
        page = f"{MENU}\n  Home\n  Harbours\n  {said}\n\n{head}\n\n{BYLINE}{ARTICLE}{FOOT}"
        outcome = stripper.strip(page)
        assert outcome.title == said
        assert head not in outcome.text.replace(said, "", 1)


def test_a_writer_below_a_line_tells_that_it_is_the_title_where_no_blank_lines_do() -> None:
    menu = "Skip header\nArchive of Grey Harbours\nLog In\nFandoms\nBrowse\nSearch\nAbout\nShare\n"
    head = menu + "The Salt Door\nby marrowfield\n"
    text = "Chapter Text\n" + ARTICLE + "\nKudos\nBookmark\nComments\n"
    assert stripper.strip(head + text).title == "The Salt Door"


def test_a_headline_that_ends_in_a_number_may_begin_the_text() -> None:
    shop = "[Cart](/cart)\n\n# The Lantern No. 4\n\nRegular price$148.00\n\nAdd to cart\n\n"
    text = "The Lantern No. 4 is copied from one that hung on the pier until the storm took it, glass and all.\n\n"
    outcome = stripper.strip(f"{shop}{text}{text.replace('hung', 'stood')}Share\n\n© Harbour Press\n")
    assert outcome.title == "The Lantern No. 4"


PARAGRAPHS = [
    "The tide mill ground its last sack of barley in the spring of 1931, and has stood still ever since that day.",
    "Last week the trust that owns it opened the sluice, and the wheel turned for eleven minutes before noon.",
    "Nobody had known whether the oak would hold, since half of the paddles had been under the mud for years.",
]


@pytest.mark.parametrize(
    ("above", "below", "foot", "date", "author"),
    [
        (["30 November 2025"], ["By Oda Brandt", "5 min read", "May 3, 2024"], [], "May 3, 2024", "By Oda Brandt"),
        (["Newsroom"], ["Written by", "Oda Brandt"], ["3 comments"], None, None),
        ([], [], ["Posted on May 3, 2024", "Written by Oda Brandt"], "Posted on May 3, 2024", "Written by Oda Brandt"),
    ],
)
def test_date_and_author_stand_beside_the_article(
    above: list[str], below: list[str], foot: list[str], date: str | None, author: str | None
) -> None:
    menu = [*above, *[f"Harbour {each}" for each in range(18)], "Log in", "Sign up"]
    lines = ["Home", *menu, "The wheel at Fennick turns", *below, *PARAGRAPHS, *foot, *["Read more", "Ferries"] * 6]
    outcome = stripper.strip("\n".join([*lines, "By Jem Quill", "June 9, 2019", "Privacy policy", ""]))
    assert (outcome.title, outcome.date, outcome.author) == ("The wheel at Fennick turns", date, author)


def test_the_site_s_name_is_no_title_where_a_headline_begins_with_it() -> None:
    menu = ["Fennick Mill Trust", "About the trust", "Berths and fees", "Press", "Contact", "Press releases"]
    headline = "Fennick Mill Trust appoints first woman as miller"
    assert stripper.strip("\n".join([*menu, headline, *PARAGRAPHS, "Press contact", "Nell Moy", ""])).title == headline


@DECK
def test_of_two_lines_that_are_left_above_a_text_the_first_long_one_is_its_title() -> None:
    lines = ["Books", "Reviews", "Newsletter", "Tides: a short history of waiting", "Reviewed in the spring issue"]
    said = ["Mara Quist has written a book about people who wait, and it is slower and funnier than it sounds."]
    text = "\n".join([*lines, *said, *PARAGRAPHS, "About us", "Contact", "Privacy policy", "Terms of use", ""])
    assert stripper.strip(text).title == lines[3]


@pytest.mark.parametrize(
    "head",
    [
        "Title: {}\n\nURL Source: https://blog.example/map\n\nMarkdown Content:\n",
        '---\nlayout: post\ntitle: "{} | Notes of a walker"\n---\n\n',
    ],
)
def test_the_heading_that_the_head_of_a_page_names_is_its_title(head: str) -> None:
    walk = "On the third day I lost the map. It was neither the wind nor the rain: I left it on a stone."
    river = "For an hour I walked in circles, as all people do, and then I sat down and followed the water."
    page = f"# Notes of a walker\n\n## Walking without a map\n\nBy Ann\n\n{walk}\n\n## Water\n\n{river}\n"
    assert stripper.strip(page, form="markdown").title == "Notes of a walker"
    outcome = stripper.strip(head.format("Walking without a map") + page, form="markdown")
    assert outcome.title == "Walking without a map"


def test_a_caption_that_begins_with_a_marked_title_is_none() -> None:
    text = (
        "# Peat barge\n\n  * [Article](/wiki/Peat_barge)\n  * [Talk](/wiki/Talk:Peat_barge)\n"
        "  * [Read](/wiki/Peat_barge)\n  * [Edit](/w?edit)\n  * [View history](/w?history)\n\n"
        "Peat barge on the river, about 1910\n\nA **peat barge** is a flat boat with one sail that carried peat to the "
        "town from the moors around it, until the railway came.\n\n"
        "A full barge held six cubic metres of peat, which was "
        "counted by the basket at the quay.\n"
    )
    assert stripper.strip(text).title == "Peat barge"


VERSE = (
    "They hauled the barge in the month of hail\nWith seven yards of twine\nAnd every gull upon the mast\n"
    "Sang louder than the brine\nThe men who laughed at the little crew\nAre sitting in the dry\n"
)


def test_the_first_verse_is_no_title_below_one() -> None:
    page = f"Sign Up\nCharts\nThe Barge of Tual\n{VERSE}You might also like\nHarbour Wall\nLow Tide\n"
    assert stripper.strip(page).title == "The Barge of Tual"


def test_front_matter_is_no_title() -> None:
    head = '---\ntitle: "What is the new fare?"\nlayout: post\n---\n'
    assert stripper.strip(f"{head}\n{MENU}{ARTICLE}{FOOT}").title is None


def test_a_writer_whom_no_rule_knows_is_no_title() -> None:
    said = "The {} sails again from Monday on, its captain says, and all the islands are glad to see it come back.\n"
    text = "".join(map(said.format, ("ferry", "boat", "ship")))
    assert stripper.strip(f"Home\nShare\nLog in\nby gull77\n{text}Share\nPrivacy policy\n").title is None
