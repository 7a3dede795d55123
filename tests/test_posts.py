"""What people write below an article goes with the line that heads it, however much it reads like one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pytest

import stripper
from stripper.engine.body.model import ARTICLE as HELD
from stripper.engine.evidence import gather_evidence
from stripper.engine.parts.post_frames import leave_frames
from stripper.engine.parts.reviews import leave_reviews
from stripper.engine.plan import plan
from stripper.engine.verdicts import Verdicts
from stripper.model import Document
from stripper.reading.page import Page
from stripper.rules.loading import load_rules

RULES = load_rules(examples=False)
ARTICLE = [
    "The tide mill at Fennick ground its last sack of barley in the spring of 1931, and has stood still ever since.",
    "Last week the trust that owns it opened the sluice for the first time, and the wheel turned for eleven minutes.",
    "Nobody had known whether the oak would hold, since half of the paddles had been under the mud for ninety years.",
    "The trust wants to grind again by the autumn, if the county lends it the money for a new pair of stones.",
    "Until then the mill can be seen on Sundays between ten and four, and there is tea in the house of the miller.",
    "Tide mills are older than most of what stands on this coast: the first one at Fennick is named in a deed of 1189.",
    "The water came in through a gate that shut by itself when the tide turned, and the pond ran out over the wheel.",
    "That gave the miller about five hours of work at a time, twice a day, an hour later each day than the day before.",
    "He slept when the moon let him, as the last of them, Elias Quill, said to a newspaper in the year before he died.",
    "The trust bought the mill from his daughter in 2009, for a pound and the promise that the pond would stay a pond.",
    "Since then volunteers have laid a new floor, mended the roof with chestnut shingles, and dug the race by hand.",
    "What they found in the mud fills a cupboard: spoons, a ship's block, clay pipes, and a bell without its tongue.",
]
SAID = [
    "My grandfather carried sacks there, and he always told us that the wheel was louder than the church bells.",
    "I was there on the day, and it took the three of us the whole morning to get the sluice to move at all.",
    "Has anybody thought of the eels? They have had the pond for themselves for as long as I can remember.",
    "Eleven minutes is not bad. The one in the next bay was mended for years, and never turned at all.",
]
DATES = [f"{day} May 2024 at 10:{day}" for day in (11, 12, 14, 19)]
NAMES = ["Oda Brandt", "millpond", "R. Okafor", "Jem"]


def page(*below: str, above: list[str] = ARTICLE) -> str:
    return "\n".join(["Home", "News", "Contact us", "The wheel at Fennick turns", *above, *below, "Privacy policy", ""])


def posts(*buttons: str) -> list[str]:
    return [line for some in zip(NAMES, DATES, SAID, strict=True) for line in (*some, *buttons)]


@pytest.mark.parametrize("head", ["4 comments:", "4 Comments on “The wheel at Fennick turns”", "Comments"])
def test_posts_below_an_article_go_with_their_head(head: str) -> None:
    outcome = stripper.strip(page(head, *posts("Reply")))
    assert not [line for line in SAID if line in outcome.text]
    assert all(line in outcome.text for line in ARTICLE)
    gone = [each for each in outcome.removed if each.rule == "en.comments.section"]
    assert len(gone) == 1 + len(NAMES) + len(SAID)


def test_an_article_below_the_button_for_its_comments_stays() -> None:
    outcome = stripper.strip(page(above=["Comments", "3 May 2024", *ARTICLE[:2], "4 May 2024", *ARTICLE[2:]]))
    assert all(line in outcome.text for line in ARTICLE)


@pytest.mark.parametrize(
    "text",
    [
        page("Comments", *[line for day, text in zip(DATES, SAID, strict=True) for line in (f"Published {day}", text)]),
        page(*[line for text in SAID for line in ("Comment", text)]),
        page("4 replies:", *posts("Reply", "Quote"), above=ARTICLE[:8]),
        page("Comments", *posts("Reply"), above=[line for text in ARTICLE for line in (text, "312 points")]),
    ],
    ids=["what is added to a report through the day", "buttons below pictures", "a thread", "teasers above a thread"],
)
def test_what_only_looks_like_comments_is_left_to_other_rules(text: str) -> None:
    taken = {text[each.start : each.end].strip() for each in stripper.strip(text).removed if "section" in each.rule}
    assert taken and taken <= {"Comments", "Comment", "4 replies:"}


SOLD = [
    "The Fennick lamp is blown by hand from the green glass of old fishing floats, so that no two are quite alike.",
    "Its brass foot holds a candle as well as a bulb, and both of them light a table for four without a glare.",
]


def product(*below: str, above: tuple[str, ...] = ()) -> str:
    head = ["Skip to content", "Shop all", "Cart", "Gift cards", *above, "Fennick lamp", "$42", "Add to cart"]
    return "\n".join([*head, *SOLD, *below, "Privacy policy", "© 2024 Fennick Glass", ""])


REVIEWS = {
    "most stands above": ["Customer Reviews", "Oda, Tual", SAID[0], "Lovely lamp"],
    "dates follow": ["Write a review", *[line for text in SAID for line in ("Reviewed in Tual on 3 May 2024", text)]],
    "their sum follows": ["Customer Reviews", "Based on 4,567 reviews", "Write a review", *SAID],
    "buttons follow": ["4.5 stars based on 4 reviews", *[line for text in SAID for line in (text, "Helpful")]],
}


@pytest.mark.parametrize("below", REVIEWS.values(), ids=REVIEWS)
def test_what_buyers_say_below_a_product_goes(below: list[str]) -> None:
    text = stripper.strip(product(*below)).text
    assert all(line in text for line in SOLD)
    assert not [line for line in SAID if line in text]


def test_what_buyers_have_bought_too_is_not_of_the_product() -> None:
    other = "The Fennick vase is blown from the same glass, and holds the reeds of the bay as well as any flower."
    text = stripper.strip(product("Frequently bought together", "Fennick vase", "$31", other)).text
    assert all(line in text for line in SOLD)
    assert other not in text


TERMS = [
    "Refund policy",
    "You may send back within thirty days of the order whatever you do not like, and the refund is made at once.",
    *(
        f"A refund for {thing} is made by the way that it was paid by, as the policy of the shop has it in this land."
        for thing in ("lamps", "vases", "candles", "cards", "bulbs")
    ),
    "Privacy policy",
    *(
        f"Our privacy policy says what we keep of {thing}, for how long it is kept, and whom you may ask about it."
        for thing in ("your name", "your address", "your orders")
    ),
]


def test_the_terms_of_a_shop_below_its_foot_are_not_of_the_product() -> None:
    outcome = stripper.strip(f"{product()}{chr(10).join(TERMS)}\n")
    assert all(line in outcome.text for line in SOLD)
    assert not [line for line in TERMS if line in outcome.text]
    alone = stripper.strip("\n".join(["Home", "Shop", "Cart", *TERMS, "© 2024 Fennick Glass", ""])).text
    assert all(line in alone for line in TERMS[1:7])


def test_a_button_for_reviews_above_a_description_ends_nothing() -> None:
    first = "Lamps for tables, for windows and for boats, each of them blown by hand in the old glass house, sell here."
    text = stripper.strip(product("Care", SAID[1], above=(first, f"{first} Ask.", "Write a review"))).text
    assert all(line in text for line in (*SOLD, SAID[1]))


def thread(*frame: str, posts: Sequence[str] = (*SAID, *ARTICLE[:4])) -> str:
    rows = [(f"Member{at}", *frame, f"{at + 3} May 2024 at 10:2{at}", text) for at, text in enumerate(posts)]
    head = ["Home", "Forums", "Log in", "Sign up", "Who has heard the wheel at Fennick turn?"]
    return "\n".join([*head, *[line for row in rows for line in row], "Privacy policy", "© 2024 Tide Mill Forum", ""])


def test_what_stands_beside_the_dates_of_a_thread_again_and_again_goes() -> None:
    text = stripper.strip(thread("Miller of the second rank", "Sacks carried: 1,204", "Fennick Bay")).text
    assert not [line for line in text.splitlines() if "Miller" in line or "Sacks" in line or "Bay" in line]
    assert all(line in text for line in SAID)
    assert stripper.strip(thread("Miller of the second rank", "Fennick Bay")).title != "Fennick Bay"


def test_what_posts_say_again_away_from_their_dates_stays() -> None:
    said = [f"{one}\n{two}\nGrind on\n{two}\n{one}" for one, two in pairwise(ARTICLE[:6])]
    page = Page(Document(thread("Miller", posts=said)), RULES.orthography)
    page.category = ["dateline" if " at 10:" in text else "" for text in page.text]
    states = [HELD] * len(page)
    leave_frames(states, page, Verdicts(page))
    left = {text for text, state in zip(page.text, states, strict=True) if state == HELD}
    assert {"Grind on", *ARTICLE[:6]} <= left and "Miller" not in left


def test_a_remark_on_a_post_goes_with_its_date() -> None:
    remarks = [line for text in SAID for line in (text, "Jem", "– Jem", "Commented May 5, 2024 at 6:59")]
    answers = [line for text in ARTICLE[:6] for line in (text, "Share", "answered May 4, 2024 at 10:10", *remarks[:4])]
    head = ["Questions", "Tags", "Log in", "Sign up", "Why has it stood still?"]
    text = stripper.strip("\n".join([*head, *answers, ""])).text
    assert all(line in text for line in ARTICLE[:6])
    assert SAID[0] not in text and "Jem" not in text


def states_of(text: str, *steps: Callable[[list[int], Page, Verdicts], None]) -> dict[str, bool]:
    """Of each line whether it is of the article, where all lines were before the steps."""
    page = Page(Document(text), RULES.orthography)
    verdicts = Verdicts(page)
    gather_evidence(plan(RULES), page, verdicts, None)
    states = [HELD] * len(page)
    for step in steps:
        step(states, page, verdicts)
    return {text: state == HELD for text, state in zip(page.text, states, strict=True)}


def test_signatures_go_and_quoted_posts_stay() -> None:
    signature = "At the tide mill of Fennick since 2009 | two stones, one wheel"
    signed = [f"{text}\n{signature}" for text in ARTICLE[:4]]
    quoting = [f"{SAID[0][:-1]}\nClick to expand...\n{text}" for text in ARTICLE[4:6]]
    held = states_of(thread("Miller", posts=[*signed, SAID[0][:-1], *quoting]), leave_frames)
    assert not held[signature] and not held["Miller"]
    assert held[SAID[0][:-1]] and all(held[text] for text in ARTICLE[:6])


@pytest.mark.parametrize(("entries", "stays"), [(5, False), (50, True)])
def test_a_menu_that_names_reviews_high_above_a_thread_heads_none(entries: int, stays: bool) -> None:
    menu = ["Write a review", *[f"Lamps of the year {1950 + each}" for each in range(entries)]]
    held = states_of("\n".join([*ARTICLE[:3], *menu, *posts("Reply"), *ARTICLE[3:], ""]), leave_reviews)
    assert held[SAID[0]] == stays


def test_the_numbers_of_a_list_are_no_frame() -> None:
    rows = [line for at, text in enumerate(ARTICLE, 1) for line in (f"{at}.", text, f"{at} May 2024 at 10:1{at % 6}")]
    held = states_of("\n".join(rows), leave_frames)
    assert all(held[f"{at}."] for at in range(1, len(ARTICLE)))
