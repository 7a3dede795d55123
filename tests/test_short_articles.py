"""What short articles have and tools lose: lists below a question, parts below a box, names below a headline."""

from __future__ import annotations

import pytest

import stripper

HEAD = "Skip to content\nLog in\nSubscribe\n"
LEAD = (
    "The ferry left its berth on Monday, eleven weeks after a storm tore off half of its ramp.\n"
    "Islanders met the boat with drums. They had paid four times the fare for fishing boats since Christmas.\n"
)
FOOT = "Share\nMost read\nPrivacy policy\n© 2021 Harbour Press. All rights reserved.\n"
LATER = "It sails at six in the morning and at noon, and on Fridays once more after the last train has come.\n"
TITLE = "Ferry sails again after eleven weeks of storms"


def kept(*parts: str) -> str:
    return stripper.strip(HEAD + "".join(parts) + FOOT).text


@pytest.mark.parametrize("items", ["Soil\nFood\nPlastic pots\n", "No.\n", "Tea\nFood\nRope\nSalt\n"])
def test_a_list_or_an_answer_below_a_question_is_of_the_article(items: str) -> None:
    questions = "Do I have to join?\nNo. You can take it to the tip free of charge, or compost it at home.\n"
    text = f"{TITLE}\n{LEAD}{questions}What can't go on board?\n{items}When does it sail?\n{LATER}"
    assert kept(text) == text


def test_all_between_two_sentences_below_a_box_is_of_a_short_article() -> None:
    rules = "Rules\n1- One book each.\n2- No food.\n"
    rest = f"The children may borrow each book for two weeks.\n{rules}The captain wants more of them next year.\n"
    page = kept(TITLE, "\n", LEAD, "Advertisement\nRead also:\nA new school opens\n", rest)
    assert page == f"{TITLE}\n{LEAD}{rest}"


def test_a_wall_of_cookies_and_a_button_to_play_interrupt_an_article() -> None:
    last = "On Tuesday the boat will be painted, and those who come must bring a brush.\n"
    box = "To view this content, click 'Accept and continue'.\nPlay video\n"
    assert kept(TITLE, "\n", LEAD, box, last) == f"{TITLE}\n{LEAD}{last}"


def test_what_rules_do_not_know_below_an_article_is_of_it_where_they_know_nearly_all_else() -> None:
    results = (
        "Results\nAldby 2 - 1 Tual\nKei 0 - 0 Sani\nTable\n1. Aldby, 22 points\n2. Sani, 21 points\nThen, derby.\n"
    )
    assert kept(TITLE, "\n", LEAD, results) == f"{TITLE}\n{LEAD}{results}"
    unknown = "Islands of the south\nBread of the day\nTides and times\nBoats for sale\nThe quay today\nOur bakers\n"
    assert "derby" not in kept(unknown, TITLE, "\n", LEAD, results), "a page that is not known may have any box"


@pytest.mark.parametrize(
    "others", ["How a parish sold its sky\n", "How a parish sold its sky\nA short history of rope\n"]
)
def test_several_headlines_below_a_marker_go(others: str) -> None:
    rest = "The council will publish a map in September. It will have nineteen colours.\n"
    links = f"Related\nThe village that bought its own river\n{others}"
    assert kept(TITLE, "\n", LEAD, links, rest) == f"{TITLE}\n{LEAD}{rest}"


def test_a_name_right_below_a_headline_is_none() -> None:
    lamps = "One lamp, brass.\nOne lamp, for when the other\nis looking for it.\n\n"
    ledger = "A ledger of boats\nin three hands, all of them\nmy grandfather's.\n\n"
    gate = "The gate. The other gate.\nBetween them\nnothing, twice a day,\n"
    page = stripper.strip(f"{HEAD}Poetry\nInventory of the Lock-Keeper\nAda Wynn-Morris\n{lamps}{ledger}{gate}{FOOT}")
    assert page.title == "Inventory of the Lock-Keeper"


def test_who_took_a_picture_is_no_headline_and_a_writer_with_his_office_is_no_piece_of_it() -> None:
    headline = "Seal lives in the pool since three weeks, and the town does not know how it came in"
    names = "Bart Hoekema\nisland reporter\nShare\nThe seal, this morning in lane 4\nMunicipality Delfhaven\n"
    text = (
        "A seal has swum in the pool of Delfhaven for three weeks. The municipality has closed it and is in no hurry.\n"
    )
    page = stripper.strip(
        f"{HEAD}{headline}\n{names}{text}The town pays for the herring, said the bath attendant.\n{FOOT}"
    )
    assert page.title == headline
    assert "Hoekema" not in page.text


PIECES = (
    "The ramp was built by\nOdd Lode\n, a smith from the north of the island, who has built three before it.\n"
    "Its beams are of oak, and each of them weighs as much as two of the fishing boats in the harbour.\n"
)
DANCE = "Islanders dance on the new ramp of the ferry, which the smith has finished on Sunday night."
CREDIT = "Photograph: Ann Reed/Harbour Press"


@pytest.mark.parametrize(
    ("pieces", "caption", "credit", "goes"),
    [
        (PIECES, DANCE, CREDIT, True),
        (
            PIECES,
            "Islanders dance on the ramp of the ferry. It held, to the surprise of many a man on Sunday.",
            CREDIT,
            False,
        ),
        (
            PIECES,
            "“They dance on the ramp of the ferry until it breaks,” the captain said on Sunday night.",
            CREDIT,
            False,
        ),
        (LEAD, DANCE, CREDIT, False),
    ],
)
def test_a_sentence_above_a_credit_says_what_a_picture_shows_where_text_is_in_pieces(
    pieces: str, caption: str, credit: str, goes: bool
) -> None:
    page = stripper.strip(f"{HEAD}{TITLE}\n{LEAD}{pieces}{caption}\n{credit}\n{LATER}{FOOT}")
    decisions = {page.document.text[each.start : each.end].strip(): each for each in page.decisions}
    assert decisions[credit].action == "remove"
    assert (decisions[caption].action == "remove") is goes
    assert (decisions[caption].rule == decisions[credit].rule) is goes
    assert LATER in page.text


def test_the_steps_of_a_guide_stay_each_with_its_picture() -> None:
    steps = [f"Saw the board number {number} to the length of the ramp.\n" for number in range(1, 9)]
    guide = f"{CREDIT}\n".join(steps)
    assert stripper.strip(f"{HEAD}{TITLE}\n{LEAD}{PIECES}{guide}{LATER}{FOOT}").text.count("Saw the board") == 8
