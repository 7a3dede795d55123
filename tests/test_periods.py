"""Threads and lists, whose parts are the page; and articles that have such a list beside them."""

from __future__ import annotations

import pytest

from stripper.engine.body.model import AFTER, ARTICLE, BEFORE, GAP, article_ends
from stripper.engine.parts.periods import take_counted, take_parts
from stripper.engine.verdicts import Verdicts
from stripper.model import Document
from stripper.reading.page import Page
from stripper.rules.loading import load_rules

HEAD = "Home\nForums\nMembers\nLog in\nSign up\nWhich paint for a wooden boat?\n"
POSTS = [
    "My boat has stood in the rain for three winters, and the paint comes off in flakes as large as a hand.",
    "Scrape it down to the wood, let it dry for a month, and then give it two coats of oil paint.",
    "Oil takes too long in our climate, and I have had good years with the paint they use on the ferries.",
    "Whatever you take, do the seams first, or the water gets in behind the new coat and lifts it again.",
    "Thank you all, I shall begin with the seams and tell you in spring how the boat has come through.",
]
FOOT = "Contact us\nTerms\nPrivacy policy\n© 2021 Harbour Forum\n"


def states_of(posts: list[str], found: str) -> dict[str, int]:
    """Of each line of a thread of which only one post was found to be an article."""
    parts = (f"member{number}\nJoined 20{number:02d}\n{post}\nLike Quote\n" for number, post in enumerate(posts, 3))
    page = Page(Document(HEAD + "".join(parts) + FOOT), load_rules(examples=False).orthography)
    at = page.text.index(found)
    states = [0] * at + [ARTICLE] + [3] * (len(page) - at - 1)
    take_parts(states, page, Verdicts(page))
    return dict(zip(page.text, states, strict=True))


@pytest.mark.parametrize("found", [POSTS[0], POSTS[2]])
def test_the_posts_of_a_thread_are_the_page_and_what_parts_them_is_not(found: str) -> None:
    states = states_of(POSTS, found)
    assert [post for post in POSTS if states[post] != ARTICLE] == []
    assert states["Joined 2005"] == GAP
    assert ARTICLE not in (states["Log in"], states["Contact us"])


def test_a_text_that_is_most_of_the_page_is_no_post_among_others() -> None:
    states = states_of([*POSTS, " ".join(POSTS * 3)], POSTS[0])
    assert article_ends(list(states.values())) == (list(states).index(POSTS[0]),) * 2


@pytest.mark.parametrize(("between", "is_thread"), [("12 replies", True), ("", False)])
def test_teasers_above_a_thread_are_no_article_with_comments(between: str, is_thread: bool) -> None:
    above = [line for text in POSTS for line in (f"Again: {text}", between)]
    parts = [line for post in POSTS * 2 for line in ("Like Quote", post)]
    page = Page(Document("\n".join([*above, *parts, FOOT])), load_rules(examples=False).orthography)
    first = page.text.index("Like Quote")
    states = [ARTICLE if line < first and words > 4 else 3 for line, words in enumerate(page.words)]
    take_parts(states, page, Verdicts(page))
    assert (states[page.text.index(POSTS[0])] == ARTICLE) == is_thread


def test_a_first_post_that_is_shown_above_its_thread_is_no_article_with_comments() -> None:
    question = " ".join([*POSTS, "It has been so since the winter, and nobody in the harbour can tell me why that is."])
    answers = [f"{name}: {post}" for name in ("Oda", "Jem", "Ida", "Bo", "Kai") for post in POSTS[1:4]]
    parts = [line for post in [question, *answers] for line in ("Like Quote", post)]
    page = Page(Document("\n".join([HEAD, question, *parts, FOOT])), load_rules(examples=False).orthography)
    states = [ARTICLE if line == page.text.index(question) else 3 for line in range(len(page))]
    take_parts(states, page, Verdicts(page))
    assert states[page.text.index(answers[0])] == ARTICLE


def test_three_parts_are_no_thread() -> None:
    states = states_of(POSTS[:3], POSTS[0])
    assert states[POSTS[1]] != ARTICLE


@pytest.mark.parametrize(("known", "state"), [(True, ARTICLE), (False, GAP)])
def test_dates_part_a_page_of_which_most_was_found_and_lines_that_no_rule_knows_do_not(known: bool, state: int) -> None:
    days = ["Yesterday", "Last Sunday", "2 March 2021", "9 Feb", "A week ago"]
    lines = [line for day, post in zip(days, POSTS, strict=True) for line in (day, "Add to quote", post)]
    page = Page(Document(HEAD + "\n".join(lines) + "\n" + FOOT), load_rules(examples=False).orthography)
    page.category = ["dateline" if known and line in days else "" for line in page.text]
    states = [ARTICLE if line in POSTS[:3] else GAP for line in page.text]
    verdicts = Verdicts(page)
    verdicts.evidence = page.category
    take_parts(states, page, verdicts)
    assert states[page.text.index(POSTS[3])] == state


@pytest.mark.parametrize(("second", "taken"), [("#2", True), ("#7", False)])
def test_text_below_lines_that_count_posts_is_of_the_page(second: str, taken: bool) -> None:
    post = "The lamp of the north pier hums in a west wind, and nobody knows why it does."
    text = f"#1\n{post}\nLike\n{second}\n{post} It is the oil.\n"
    page = Page(Document(text), load_rules(examples=False).orthography)
    states = [BEFORE, ARTICLE, AFTER, AFTER, AFTER]
    take_counted(states, page, Verdicts(page))
    assert (states[4] == ARTICLE) is taken
